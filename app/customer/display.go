package customer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"reflect"
	"time"

	"fyne.io/fyne/v2"

	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

// Monitors are the screens that are connected to this computer, in its own
// pixels. Every call may wait.
type Monitors interface {
	// List are the places of all.
	List(ctx context.Context) ([]image.Rectangle, error)
	// Where is the place of a window.
	Where(ctx context.Context, window uintptr) (image.Rectangle, error)
	// Move puts a window's left upper corner somewhere. It may come there later,
	// or not at all.
	Move(ctx context.Context, window uintptr, to image.Point) error
}

// Why there is no monitor for the customer.
var (
	errGone     = errors.New("it is not connected")
	errTill     = errors.New("it is the one of the till")
	errUnplaced = errors.New("the window did not go there")
)

// choose picks the customer's monitor: the one whose corner the settings name,
// such as "1280,0"; without a name the first that the till is not on. It never
// is the till's.
func choose(all []image.Rectangle, corner string, till image.Rectangle) (image.Rectangle, error) {
	for _, m := range all {
		ofTill := centre(till).In(m)
		switch named := fmt.Sprintf("%d,%d", m.Min.X, m.Min.Y) == corner; {
		case named && ofTill:
			return m, errTill
		case named, corner == "" && !ofTill:
			return m, nil
		}
	}
	return image.Rectangle{}, errGone
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }

// Window is a window of the toolkit.
type Window interface {
	// Handle is the system's own name for it, 0 where there is none.
	Handle() uintptr
	// Fill has it fill the monitor that it is on.
	Fill()
	Close()
}

// Display keeps the customer's window open, as long as its monitor is there. Its
// methods are for the window's goroutine.
type Display struct {
	monitors Monitors
	run      bridge.Run
	clock    clock.Clock
	// Open opens a window that shows nothing yet, on any monitor.
	Open func(content fyne.CanvasObject) Window
	// Trouble is called with a sentence for the cashier when there is none.
	Trouble func(sentence string)
	// Choose is called with the tip that the customer touched.
	Choose func(money.Rate)

	view   View
	busy   bool
	window Window
	screen *Screen
	at     image.Rectangle
	made   settings.Display // what the window was opened with
	told   string
}

// New makes a display that is not open.
func New(m Monitors, run bridge.Run, c clock.Clock) *Display {
	return &Display{monitors: m, run: run, clock: c, Open: func(fyne.CanvasObject) Window { return nil }, Trouble: func(string) {}, Choose: func(money.Rate) {}}
}

// Show shows a view, where there is a display.
func (d *Display) Show(v View) {
	same := reflect.DeepEqual(v, d.view)
	if d.view = v; d.screen != nil && !same {
		d.screen.Show(v)
	}
}

// Keep opens or closes the window, as the settings and the monitors want it. It
// is called now and then: a monitor may come and go.
func (d *Display) Keep(s settings.Display, till Window) {
	if d.window != nil && s != d.made {
		d.close()
	}
	if s.Mode != "window" || d.busy {
		return
	}
	handle := till.Handle()
	d.busy = true
	d.run(func(ctx context.Context) func() {
		at, err := d.find(ctx, s.Monitor, handle)
		picture, wrong := image.Image(nil), error(nil)
		if err == nil && d.window == nil {
			picture, wrong = readPicture(s.Picture)
		}
		return func() { d.found(s, at, err, picture, wrong) }
	})
}

func (d *Display) find(ctx context.Context, corner string, till uintptr) (image.Rectangle, error) {
	all, err := d.monitors.List(ctx)
	if err != nil {
		return image.Rectangle{}, err
	}
	at, err := d.monitors.Where(ctx, till)
	if err != nil {
		return image.Rectangle{}, err
	}
	return choose(all, corner, at)
}

func (d *Display) found(s settings.Display, at image.Rectangle, err error, picture image.Image, wrong error) {
	d.busy = false
	switch {
	case err != nil:
		d.close()
		d.tell(words(err))
		return
	case d.window != nil && at == d.at:
		return
	}
	d.close()
	d.screen = NewScreen(picture)
	d.screen.Choose = func(r money.Rate) { d.Choose(r) }
	d.screen.Object().Hide() // it may open over the till
	d.at, d.made, d.busy = at, s, true
	d.window = d.Open(d.screen.Object())
	handle := d.window.Handle()
	d.run(func(ctx context.Context) func() {
		err := d.place(ctx, handle, at)
		return func() { d.placed(err, wrong) }
	})
}

// How often, and after which time each, it is looked whether the window came
// to its place.
const (
	looks = 20
	pause = 50 * time.Millisecond
)

// place moves the window to its monitor, and waits until it is there: only then
// may it be filled, or it would fill the cashier's screen.
func (d *Display) place(ctx context.Context, window uintptr, at image.Rectangle) error {
	if err := d.monitors.Move(ctx, window, at.Min.Add(image.Pt(at.Dx()/8, at.Dy()/8))); err != nil {
		return err
	}
	for range looks {
		now, err := d.monitors.Where(ctx, window)
		if err != nil {
			return err
		}
		if now.In(at) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.clock.After(pause):
		}
	}
	return errUnplaced
}

func (d *Display) placed(err, wrong error) {
	d.busy = false
	if err != nil {
		d.close()
		d.tell(text.Get("customer.unplaced"))
		return
	}
	d.window.Fill()
	d.screen.Show(d.view)
	d.screen.Object().Show()
	d.screen.Object().Refresh()
	d.told = ""
	if wrong != nil {
		d.tell(text.Get("customer.picture"))
	}
}

func (d *Display) close() {
	if d.window != nil {
		d.window.Close()
	}
	d.window, d.screen = nil, nil
}

// tell tells the cashier, once.
func (d *Display) tell(sentence string) {
	if d.told != sentence {
		d.told = sentence
		d.Trouble(sentence)
	}
}

func words(err error) string {
	switch {
	case errors.Is(err, errTill):
		return text.Get("customer.till")
	case errors.Is(err, errGone):
		return text.Get("customer.gone")
	}
	return text.Get("customer.unplaced")
}

// Bounds of an idle picture: more would cost more memory than it is worth.
const (
	mostBytes  = 20 << 20
	mostPixels = 16_000_000
)

var errPicture = errors.New("the picture is too large")

// readPicture reads an idle picture; no name is none.
func readPicture(name string) (image.Image, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name) // the owner's own choice
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, mostBytes))
	if err != nil {
		return nil, err
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if size.Width*size.Height > mostPixels {
		return nil, errPicture
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	return picture, err
}
