// Package signin is the screen on which an operator signs in with a PIN. It
// also covers a desk that is locked: what was being done is still there behind
// it.
package signin

import (
	"context"

	"paydesk/app/bridge"
	"paydesk/app/pin"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	// SignIn checks and clears the PIN.
	SignIn(ctx context.Context, operatorID string, pin []byte) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	*pin.Presenter
	// Hint is shown beside the pad, "" for none. Kept: something waits behind
	// the lock.
	Hint string
	Kept bool
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock, hint string) *Presenter {
	p := &Presenter{Presenter: pin.New(run, c), Hint: hint}
	p.List, p.Try = desk.Operators, desk.SignIn
	return p
}

// Who is the question above the names.
func (p *Presenter) Who() string {
	if p.Kept {
		return text.Get("signin.kept")
	}
	return text.Get("signin.who")
}
