package engine

import (
	"context"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// ShiftView is the shift as the screens show it.
type ShiftView struct {
	// Counted: the shop counts its drawer, so that nothing is sold before somebody
	// opened a shift with a counted float. Otherwise a shift opens by itself with its
	// first sale.
	Counted bool
	// Now is the shift that is not closed, nil without one.
	Now *order.Shift
	// Last is the newest shift that was closed, nil before the first.
	Last *order.Shift
}

// CashMove is cash that is put into the drawer or taken out of it.
type CashMove struct {
	Kind   order.MoveKind
	Amount money.Amount
	Reason string
}

// OpenShift opens a shift with the float that was counted.
func (e *Engine) OpenShift(ctx context.Context, float order.Count) (order.Shift, error) {
	return order.Shift{}, e.busyProblem()
}

// CountShift makes a count of the drawer durable, before anybody is told what
// should be there: what was counted blind cannot be counted again unseen. The
// shift is about to be closed from then on, and nothing is sold; its Off is the
// difference.
func (e *Engine) CountShift(ctx context.Context, counted order.Count) (order.Shift, error) {
	return order.Shift{}, e.busyProblem()
}

// ResumeShift goes on with a shift that was counted.
func (e *Engine) ResumeShift(ctx context.Context) (order.Shift, error) {
	return order.Shift{}, e.busyProblem()
}

// CloseShift closes the shift that was counted. A difference needs a reason, and
// above the limit somebody's approval.
func (e *Engine) CloseShift(ctx context.Context, reason string) (order.Shift, error) {
	return order.Shift{}, e.busyProblem()
}

// HandOver makes the operator at the desk the one who answers for the drawer;
// counted is nil where the two did not count.
func (e *Engine) HandOver(ctx context.Context, counted *order.Count) (order.Shift, error) {
	return order.Shift{}, e.busyProblem()
}

// MoveCash puts cash into the drawer or takes it out, for a reason. Taking out
// needs staff.MoveCash or an approval.
func (e *Engine) MoveCash(ctx context.Context, m CashMove) (order.Move, error) {
	return order.Move{}, e.busyProblem()
}
