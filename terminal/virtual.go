package terminal

import (
	"context"
	"image"
	"net"
	"strings"
	"sync"

	"paydesk/receipts/escpos"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/sandbox/paper"
)

// VirtualTarget is the printer of the settings that only training has.
const VirtualTarget = "virtual"

// VirtualState is what may be wrong with the virtual printer.
type VirtualState struct{ PaperOut, PaperLow, CoverOpen, Off, DrawerOpen bool }

// virtualPrinter is the printer of training in this process, made when it is
// first printed to.
type virtualPrinter struct {
	mu  sync.Mutex
	p   *paper.Printer
	is  string // its model
	low bool   // how its drawer reads
}

// virtualOpener is the way to the virtual printer, which only training has.
func (t *Terminal) virtualOpener() printer.VirtualOpener {
	if !t.Training() {
		return nil
	}
	return func(context.Context) (net.Conn, error) {
		p, err := t.virtualPaper()
		if err != nil {
			return nil, err
		}
		return p.Dial()
	}
}

// virtualPaper is the virtual printer of the make and width that the settings
// name. Another choice there is another printer, with paper of its own.
func (t *Terminal) virtualPaper() (*paper.Printer, error) {
	s := t.Settings().Printer
	profile, err := escpos.Named(s.Profile, s.Columns)
	if err != nil {
		return nil, err
	}
	model, err := virtualModel(profile)
	if err != nil {
		return nil, err
	}
	v := &t.virtual
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.p == nil || v.is != model.Name || v.low != s.DrawerLow {
		fonts := paper.Fonts{Regular: t.fonts.paper.Regular, Bold: t.fonts.paper.Bold}
		p, err := paper.New(paper.Options{Model: model, Fonts: fonts, OpenIsLow: s.DrawerLow, Clock: t.opt.Clock})
		if err != nil {
			return nil, err
		}
		v.p, v.is, v.low = p, model.Name, s.DrawerLow
	}
	return v.p, nil
}

// virtualModel is the virtual printer that a profile is for: one of the same
// make, or else of the same width.
func virtualModel(p escpos.Profile) (paper.Model, error) {
	maker, _, _ := strings.Cut(p.Name, "-")
	for _, name := range []string{p.Name, maker + "-80", maker + "-58"} {
		if m, err := paper.Named(name); err == nil && m.Dots == p.Dots {
			return m, nil
		}
	}
	switch p.Dots {
	case 384:
		return paper.Named("epson-58")
	case 512:
		return paper.Named("epson-80-180dpi")
	}
	return paper.Named("epson-80")
}

// VirtualPaper is a picture of the paper of the virtual printer, the latest
// slips below each other, and how that printer is. The picture is nil before
// anything was printed.
func (t *Terminal) VirtualPaper() (image.Image, VirtualState) {
	p, err := t.virtualPaper()
	if err != nil || !t.Training() {
		return nil, VirtualState{}
	}
	s := p.Status()
	state := VirtualState{PaperOut: s.PaperOut, PaperLow: s.PaperLow, CoverOpen: s.CoverOpen, Off: s.Off, DrawerOpen: s.DrawerOpen}
	if s.Done == 0 {
		return nil, state
	}
	return p.Picture(), state
}

// PlayVirtual lets the virtual printer be as a trainee wants it.
func (t *Terminal) PlayVirtual(want VirtualState) {
	p, err := t.virtualPaper()
	if err != nil || !t.Training() {
		return
	}
	now := p.Status()
	for _, play := range []struct {
		is, want bool
		begin    string
		end      string
	}{
		{now.PaperOut, want.PaperOut, "paper out", "paper in"},
		{now.PaperLow, want.PaperLow, "paper low", "paper in"},
		{now.CoverOpen, want.CoverOpen, "cover open", "cover close"},
		{now.Off, want.Off, "power off", "power on"},
		{now.DrawerOpen, want.DrawerOpen, "drawer open", "drawer close"},
	} {
		act := play.end
		if play.want {
			act = play.begin
		}
		if play.is != play.want {
			_ = p.Do(act) // fails only for what a printer does not know
		}
	}
}
