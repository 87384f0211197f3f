package terminal

import (
	"context"
	"errors"
	"image"
)

// PrinterFinding is what a look for a printer found.
type PrinterFinding struct {
	Target, Maker, Model, Profile string
	Baud                          int
	Text                          string
}

// PrinterProfile is a kind of printer.
type PrinterProfile struct{ Name, Title string }

var errLater = errors.New("later")

func (t *Terminal) Picture(ctx context.Context, document, id, copy string) (image.Image, error) {
	return nil, errLater
}
func (t *Terminal) ProbePrinter(ctx context.Context, target string) (PrinterFinding, error) {
	return PrinterFinding{}, errLater
}
func (t *Terminal) Profiles() []PrinterProfile { return nil }

// VirtualTarget is the printer of the training.
const VirtualTarget = "virtual"

// VirtualState is how the printer of the training is.
type VirtualState struct{ PaperOut, PaperLow, CoverOpen, Off, DrawerOpen bool }

func (t *Terminal) VirtualPaper() (image.Image, VirtualState) { return nil, VirtualState{} }
func (t *Terminal) PlayVirtual(VirtualState)                  {}
