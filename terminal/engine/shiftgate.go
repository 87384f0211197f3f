package engine

import (
	"context"
	"slices"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// The gate: nothing is sold without an open shift. It stands in one place, in
// front of the journal, where all that is committed comes by: what begins a sale
// is committed in an open shift or not at all. Where the shop counts no drawer
// the shift opens by itself, in the same commit. seller asks before, so that
// nobody enters a card or a PIN for nothing.

// MaySell reports, as a *Problem, that nothing can be sold now: nobody is signed in
// who may, or no shift is open.
func (e *Engine) MaySell() error {
	_, err := e.seller()
	return err
}

// seller is the one who sells: somebody is signed in who may, and there is a
// shift to sell in.
func (e *Engine) seller() (staff.Operator, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return op, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return op, e.shiftProblem()
}

const textNoShift = "No shift is open. Count the drawer and open one first."

// shiftProblem says why nothing can be sold, nil where it can: in the shift that is
// open, or in one that opens by itself. The caller holds the lock.
func (e *Engine) shiftProblem() error {
	s := e.shift
	counted := s.State == order.ShiftOpen && !s.Uncounted
	switch {
	case s.State == order.ShiftCounting:
		return &Problem{Code: ProblemShift, Text: "The drawer was counted, and nothing is sold meanwhile. Close the shift, or go on with it."}
	case counted && s.Float.Total.Currency != e.cfg.Currency:
		return say(ProblemShift, nil, "The drawer was opened in %s. Count and close it, then open one in %s.", s.Float.Total.Currency, e.cfg.Currency)
	case counted, !e.cfg.CountDrawer:
		return nil
	}
	return &Problem{Code: ProblemShift, Text: textNoShift}
}

// inShift lets entries pass to the journal, with those of a shift in front of them
// that opens by itself. The caller holds the lock of commits.
func (e *Engine) inShift(ctx context.Context, entries []order.Entry) ([]order.Entry, error) {
	at := slices.IndexFunc(entries, func(entry order.Entry) bool { return sells(entry.Object) })
	if at < 0 {
		return entries, nil
	}
	_, opening, err := e.shiftFor(ctx, entries[at].Actor)
	return append(opening, entries...), err
}

// sells reports that an object begins a sale, gives cash back or opens the
// drawer. What is sent of stored sales was sold before, and what the terminal
// settles or finds by itself is not begun by it.
func sells(object any) bool {
	switch o := object.(type) {
	case order.Attempt:
		return o.Version == 1 && o.State == order.Sending && !o.Stored
	case order.FollowUp:
		return o.Version == 1 && o.State == order.FollowSending && o.Act == order.Capture
	case order.QR:
		return o.Version == 1 && o.State == order.QRCreating
	case order.Stored:
		return o.Version == 1
	case order.Cash:
		return o.Version == 1
	case order.CashBack:
		return o.Version == 1
	case order.Job:
		return o.Version == 1 && o.Kind == order.JobDrawer && o.Document == order.DocumentDrawer
	}
	return false
}

// shiftFor is the shift to sell in, with the entries that open it where it opens
// by itself. The caller holds the lock of commits.
func (e *Engine) shiftFor(ctx context.Context, by string) (order.Shift, []order.Entry, error) {
	e.mu.Lock()
	s, unit, err := e.shift, e.cfg.Currency, e.shiftProblem()
	e.mu.Unlock()
	if err != nil || s.State == order.ShiftOpen && s.Float.Total.Currency == unit {
		return s, nil, err
	}
	s, entries, err := e.endUncounted(ctx, s, by)
	if err == nil {
		s, err = order.OpenUncounted(s, unit, by, e.now())
	}
	if err != nil {
		return s, nil, err
	}
	return s, append(entries, shiftEntry(s, by)), nil
}

// loadShift takes up the shift that an earlier run left, and the one before.
func (e *Engine) loadShift(ctx context.Context) error {
	s, err := e.deps.Journal.LastShift(ctx)
	if err != nil {
		return ignore(err, order.ErrNotFound)
	}
	before, err := e.deps.Journal.Shift(ctx, order.ShiftID(s.Number-1))
	if ignore(err, order.ErrNotFound) != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noteShift(before)
	e.noteShift(s)
	return nil
}

// noteShift takes up a shift that is durable. The caller holds the lock.
func (e *Engine) noteShift(s order.Shift) {
	if e.shift = s; s.State == order.ShiftClosed {
		e.past = &s
	}
}

// shiftView is the shift as the screens show it. The caller holds the lock.
func (e *Engine) shiftView() ShiftView {
	v := ShiftView{Counted: e.cfg.CountDrawer, Ready: e.shiftProblem() == nil, Last: e.past}
	if s := e.shift; s.State == order.ShiftOpen || s.State == order.ShiftCounting {
		v.Now = &s
	}
	return v
}
