package customer

import (
	"context"
	"errors"
	"image"
	"syscall"
	"unsafe"
)

// System is the monitors of this computer, as Windows has them.
type System struct{}

var (
	user32        = syscall.NewLazyDLL("user32.dll")
	enumMonitors  = user32.NewProc("EnumDisplayMonitors")
	getWindowRect = user32.NewProc("GetWindowRect")
	setWindowPos  = user32.NewProc("SetWindowPos")
)

var errWindows = errors.New("the system did not do it")

// winRect is RECT of the Windows API.
type winRect struct{ left, top, right, bottom int32 }

func (r winRect) rectangle() image.Rectangle {
	return image.Rect(int(r.left), int(r.top), int(r.right), int(r.bottom))
}

// eachMonitor is made once: the system keeps every callback for good.
var eachMonitor = syscall.NewCallback(func(_, _ uintptr, at *winRect, found *[]image.Rectangle) uintptr {
	*found = append(*found, at.rectangle())
	return 1
})

// List implements Monitors.
func (System) List(context.Context) ([]image.Rectangle, error) {
	var found []image.Rectangle
	if ok, _, _ := enumMonitors.Call(0, 0, eachMonitor, uintptr(unsafe.Pointer(&found))); ok == 0 {
		return nil, errWindows
	}
	return found, nil
}

// Where implements Monitors.
func (System) Where(_ context.Context, window uintptr) (image.Rectangle, error) {
	var at winRect
	if ok, _, _ := getWindowRect.Call(window, uintptr(unsafe.Pointer(&at))); ok == 0 {
		return image.Rectangle{}, errWindows
	}
	return at.rectangle(), nil
}

// Move implements Monitors.
func (System) Move(_ context.Context, window uintptr, to image.Point) error {
	const noSize, noOrder, noActivate = 0x1, 0x4, 0x10
	if ok, _, _ := setWindowPos.Call(window, 0, uintptr(to.X), uintptr(to.Y), 0, 0, noSize|noOrder|noActivate); ok == 0 {
		return errWindows
	}
	return nil
}
