package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"paydesk/terminal/device/pole"
	"paydesk/terminal/device/printer"
)

// What the customer reads on a display of two lines.
type (
	// PoleView is both lines, and what they give way to.
	PoleView = pole.View
	// PoleRow is one line.
	PoleRow = pole.Row
)

// poleLine is the display in use; the zero value is none.
type poleLine struct {
	display *pole.Display
	// end lets go of the device and waits for that.
	end func()
}

// ShowCustomer leaves with the customer's display what is to be read there. It
// returns at once, whether there is a display or not, and whatever it does.
func (t *Terminal) ShowCustomer(v PoleView) {
	t.mu.Lock()
	display := t.pole.display
	t.mu.Unlock()
	if display != nil {
		display.Show(v)
	}
}

// loadPole lets go of the customer's display and takes that of the settings.
func (t *Terminal) loadPole() {
	t.endPole()
	display, err := t.newPole()
	if display == nil {
		if err != nil {
			t.opt.Log.Warn("no customer display", "error", err)
		}
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		display.Run(ctx, func(err error) { t.opt.Log.Info("customer display", "error", err) })
	}()
	t.mu.Lock()
	t.pole = poleLine{display, func() { cancel(); <-ended }}
	t.mu.Unlock()
}

func (t *Terminal) endPole() {
	t.mu.Lock()
	end := t.pole.end
	t.pole = poleLine{}
	t.mu.Unlock()
	if end != nil {
		end()
	}
}

// newPole is the display of the settings, nil where there is none.
func (t *Terminal) newPole() (*pole.Display, error) {
	s := t.Settings().Display
	if s.Pole == "" || s.Pole == "none" {
		return nil, nil
	}
	target, err := poleTarget(s.Pole)
	if err != nil {
		return nil, err
	}
	return pole.New(func(ctx context.Context) (pole.Port, error) {
		return printer.Open(ctx, target, printer.Openers{Serial: t.openSerial}, t.opt.Clock)
	}, s.PoleDialect, t.opt.Clock)
}

// poleTarget reads the setting that says where the display is. Nearly all of
// them run at 9600 bits per second, whatever the printer does.
func poleTarget(setting string) (printer.Target, error) {
	const baud = 9600
	if setting = strings.TrimSpace(setting); setting == "virtual" || strings.HasPrefix(setting, "queue:") {
		return printer.Target{}, fmt.Errorf("a customer display cannot be %q: write none, a device such as /dev/ttyUSB1 or COM4, or tcp:host:9100", setting)
	}
	target, err := printer.Parse(setting, baud)
	if err != nil {
		return target, fmt.Errorf("the customer display is written as a printer is: %w", err)
	}
	return target, nil
}

// TestPole shows a test text on the customer's display and waits for it. Its
// error says what to do.
func (t *Terminal) TestPole(ctx context.Context) error {
	display, err := t.newPole()
	switch {
	case err != nil:
		return told("display", err)
	case display == nil:
		return told("display", errors.New("no customer display is set up: write its device into the setting display.pole"))
	}
	t.endPole() // one at a time
	defer t.loadPole()
	if err := display.Test(ctx, PoleView{Rows: [2]PoleRow{{Text: "12345678901234567890"}, {Text: "Paydesk", Amount: t.Now().Format("15:04")}}}); err != nil {
		t.opt.Log.Info("customer display", "error", err)
		return told("display", fmt.Errorf("the customer display on %s was not reached: check power, cable and the setting display.pole", t.Settings().Display.Pole))
	}
	return nil
}
