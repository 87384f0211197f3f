package terminal

import (
	"context"
	"errors"
)

// PrinterFinding is what a look for a printer found.
type PrinterFinding struct {
	Target, Maker, Model, Profile string
	Baud                          int
	Text                          string
}

// PrinterProfile is a kind of printer.
type PrinterProfile struct{ Name, Title string }

// ProbePrinter finds out what is at a place.
func (t *Terminal) ProbePrinter(ctx context.Context, target string) (PrinterFinding, error) {
	return PrinterFinding{}, errors.New("later")
}

// Profiles lists the kinds of printer.
func (t *Terminal) Profiles() []PrinterProfile { return nil }
