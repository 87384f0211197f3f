package terminal

import (
	"context"
	"errors"
	"image"

	"paydesk/terminal/order"
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

func (t *Terminal) PrintAgain(ctx context.Context, document, id, copyName string) error {
	return errLater
}
func (t *Terminal) SendMail(ctx context.Context, document, id, to string) error { return errLater }
func (t *Terminal) OpenDrawer(ctx context.Context, reason string) error         { return errLater }
func (t *Terminal) Spool(ctx context.Context) ([]order.Job, error)              { return nil, nil }
func (t *Terminal) DropJob(ctx context.Context, id string) error                { return errLater }
func (t *Terminal) Picture(ctx context.Context, document, id, copy string) (image.Image, error) {
	return nil, errLater
}
func (t *Terminal) ProbePrinter(ctx context.Context, target string) (PrinterFinding, error) {
	return PrinterFinding{}, errLater
}
func (t *Terminal) Profiles() []PrinterProfile                                 { return nil }
func (t *Terminal) SetMailPassword(ctx context.Context, password []byte) error { return errLater }
func (t *Terminal) TestMail(ctx context.Context, to string) error              { return errLater }

// VirtualTarget is the printer of the training.
const VirtualTarget = "virtual"

// VirtualState is how the printer of the training is.
type VirtualState struct{ PaperOut, PaperLow, CoverOpen, Off, DrawerOpen bool }

func (t *Terminal) VirtualPaper() (image.Image, VirtualState) { return nil, VirtualState{} }
func (t *Terminal) PlayVirtual(VirtualState)                  {}
