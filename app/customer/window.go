package customer

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/widget"
)

// native is a window of the toolkit with its system's name.
type native struct{ fyne.Window }

// Native is a window of the toolkit as a Window.
func Native(w fyne.Window) Window { return native{w} }

// Handle implements Window.
func (n native) Handle() (handle uintptr) {
	w, ok := n.Window.(driver.NativeWindow)
	if !ok {
		return 0
	}
	w.RunNative(func(system any) {
		switch of := system.(type) {
		case driver.X11WindowContext:
			handle = of.WindowHandle
		case driver.WindowsWindowContext:
			handle = of.HWND
		}
	})
	return handle
}

// Fill implements Window.
func (n native) Fill() { n.SetFullScreen(true) }

// Keys is whatever owns the keyboard in the cashier's window.
type Keys interface {
	fyne.Focusable
	fyne.Shortcutable
}

// Opener opens windows for the customer. Keys that come to one of them go to
// the cashier's window, which is asked to take the keyboard back.
func Opener(a fyne.App, title string, till fyne.Window, keys Keys) func(fyne.CanvasObject) Window {
	return func(content fyne.CanvasObject) Window {
		w := a.NewWindow(title)
		c := newCatcher(content, keys, till.RequestFocus)
		w.SetPadded(false)
		w.SetContent(c)
		w.Resize(fyne.NewSize(320, 240))
		w.SetCloseIntercept(func() {}) // it goes with the till's
		w.Show()
		w.Canvas().Focus(c)
		return native{w}
	}
}

// catcher fills the customer's window and hands its keys on.
type catcher struct {
	widget.BaseWidget
	Keys
	content fyne.CanvasObject
	back    func()
}

func newCatcher(content fyne.CanvasObject, keys Keys, back func()) *catcher {
	c := &catcher{Keys: keys, content: content, back: back}
	c.ExtendBaseWidget(c)
	return c
}

// MinSize implements fyne.CanvasObject.
func (c *catcher) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (c *catcher) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.content) }

// AcceptsTab implements fyne.Tabbable.
func (c *catcher) AcceptsTab() bool { return true }

// FocusGained implements fyne.Focusable: the keyboard is the till's.
func (c *catcher) FocusGained() { c.back() }

// FocusLost implements fyne.Focusable.
func (c *catcher) FocusLost() {}
