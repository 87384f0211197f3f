package terminal

import (
	"context"
	"errors"
	"net"

	"paydesk/receipts/escpos"
	"paydesk/terminal/sandbox/paper"
)

// virtualPrinter is the printer of training, and what it is.
type virtualPrinter struct {
	*paper.Printer
	model string
}

// dialVirtual connects to the virtual printer of training.
func (t *Terminal) dialVirtual(context.Context) (net.Conn, error) {
	p, err := t.VirtualPrinter()
	if err != nil {
		return nil, err
	}
	return p.Dial()
}

// VirtualPrinter is the printer of training, which keeps its paper and plays
// faults. It is as wide as that of the settings, and a new one when its width
// changes. A live terminal has none.
func (t *Terminal) VirtualPrinter() (*paper.Printer, error) {
	s := t.Settings().Printer
	profile, err := escpos.Named(s.Profile, s.Columns)
	if err != nil || !t.Training() {
		return nil, errors.Join(err, errors.ErrUnsupported)
	}
	name := "epson-80"
	switch profile.Dots {
	case 512:
		name = "epson-80-180dpi"
	case 384:
		name = "epson-58"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.virtual.Printer != nil && t.virtual.model == name {
		return t.virtual.Printer, nil
	}
	model, err := paper.Named(name)
	if err != nil {
		return nil, err
	}
	p, err := paper.New(paper.Options{Model: model, Clock: t.opt.Clock,
		Fonts: paper.Fonts{Regular: t.fonts.paper.Regular, Bold: t.fonts.paper.Bold}})
	t.virtual = virtualPrinter{p, name}
	return p, err
}
