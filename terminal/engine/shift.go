package engine

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Shifts. Each of the methods below decides and commits under the lock of
// commits, as does the gate in front of every sale: at most one shift is open, no
// cash comes between a count and what should be in the drawer, and nothing is sold
// in a shift that was counted or closed meanwhile. Whoever may sell may open,
// count, resume and close a shift; who answers for the drawer is its Holder.

// The problems of shifts.
const (
	// ProblemShift: nothing is sold without an open shift.
	ProblemShift = "shift"
	// ProblemCount: a count cannot be.
	ProblemCount = "count"
)

// ShiftView is the shift as the screens show it.
type ShiftView struct {
	// Counted: the shop counts its drawer, so that nothing is sold before somebody
	// opened a shift with a counted float. Otherwise a shift opens by itself with its
	// first sale.
	Counted bool
	// Ready: something can be sold now.
	Ready bool
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

// OpenShift opens a shift with the float that was counted. One that opened by
// itself, before the shop counted its drawer, is closed with it.
func (e *Engine) OpenShift(ctx context.Context, float order.Count) (order.Shift, error) {
	return e.changeShift(ctx, "open", func(last order.Shift, op staff.Operator) (order.Shift, []order.Entry, error) {
		if err := float.Check(e.config().Currency); err != nil {
			return last, nil, err
		}
		last, closing, err := e.endUncounted(ctx, last, op.ID)
		if err != nil {
			return last, nil, err
		}
		float.By, float.At = op.ID, e.now()
		s, err := order.OpenShift(last, float)
		return s, closing, err
	}, "A shift is open already. Count and close it first, or hand the drawer over.")
}

// CountShift makes a count of the drawer durable, before anybody is told what
// should be there: what was counted blind cannot be counted again unseen. The
// shift is about to be closed from then on, and nothing is sold; its Off is the
// difference.
func (e *Engine) CountShift(ctx context.Context, counted order.Count) (order.Shift, error) {
	return e.changeShift(ctx, "counted", func(s order.Shift, op staff.Operator) (order.Shift, []order.Entry, error) {
		d, err := e.drawerOf(ctx, s)
		if err != nil {
			return s, nil, err
		}
		counted.By, counted.At = op.ID, e.now()
		s, err = order.CountShift(s, counted, d)
		return s, nil, err
	}, textNoShift)
}

// ResumeShift goes on with a shift that was counted.
func (e *Engine) ResumeShift(ctx context.Context) (order.Shift, error) {
	return e.changeShift(ctx, "resumed", func(s order.Shift, _ staff.Operator) (order.Shift, []order.Entry, error) {
		s, err := order.ResumeShift(s)
		return s, nil, err
	}, "The drawer is not being counted, so there is nothing to go back from. Look at the shift's present state.")
}

// CloseShift closes the shift that was counted. A difference needs a reason, and
// above the limit somebody with staff.MoveCash, or their approval.
func (e *Engine) CloseShift(ctx context.Context, reason string) (order.Shift, error) {
	reason, err := reasonWithout(reason)
	if err != nil {
		return order.Shift{}, err
	}
	return e.changeShift(ctx, "closed", func(s order.Shift, op staff.Operator) (order.Shift, []order.Entry, error) {
		c := order.ShiftClosing{By: op.ID, Reason: reason, Limit: e.config().DrawerLimit, At: e.now()}
		closed, err := order.CloseShift(s, c)
		if errors.Is(err, order.ErrOffLimit) {
			off := s.Off
			off.Minor = max(off.Minor, -off.Minor)
			c.Approved, err = e.permit(ctx, op, Ask{staff.MoveCash, s.ID, off, AskLimit}, op.May(staff.MoveCash),
				"The drawer is off by more than the owner's limit. Let a supervisor approve it.")
			if err != nil {
				return s, nil, err
			}
			c.Approved = cmp.Or(c.Approved, op.ID)
			closed, err = order.CloseShift(s, c)
		}
		if errors.Is(err, order.ErrOffReason) {
			err = say(ProblemReason, err, "The drawer is off by %s. Enter why, then close the shift.", s.Off)
		}
		return closed, nil, err
	}, "Count the drawer first, then close the shift.")
}

// HandOver makes the operator at the desk the one who answers for the drawer;
// counted is nil where the two did not count.
func (e *Engine) HandOver(ctx context.Context, counted *order.Count) (order.Shift, error) {
	return e.changeShift(ctx, "handed-over", func(s order.Shift, op staff.Operator) (order.Shift, []order.Entry, error) {
		var d order.Drawer
		if counted != nil {
			var err error
			if d, err = e.drawerOf(ctx, s); err != nil {
				return s, nil, err
			}
			mine := *counted
			mine.By, mine.At = op.ID, e.now()
			counted = &mine
		}
		s, err := order.HandOver(s, op.ID, counted, d, e.now())
		return s, nil, err
	}, "Whoever takes the drawer over signs in first, while its shift is open, and is not the one who has it.")
}

// changeShift has an act of the operator at the desk change the newest shift, and
// commits it with what the act brings along, which comes first. refusal is said
// where the shift's state does not allow it.
func (e *Engine) changeShift(ctx context.Context, what string, act func(order.Shift, staff.Operator) (order.Shift, []order.Entry, error), refusal string) (order.Shift, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Shift{}, err
	}
	if err := e.roomOnDisk(); err != nil {
		return order.Shift{}, err
	}
	var s order.Shift
	err = e.commitMade(ctx, func() ([]order.Entry, error) {
		last := e.newestShift()
		now, more, err := act(last, op)
		switch {
		case errors.Is(err, order.ErrNotAllowed):
			return nil, &Problem{Code: ProblemShift, Text: refusal, Err: err}
		case errors.Is(err, order.ErrMostCash):
			return nil, mostCash(err)
		case errors.Is(err, order.ErrCount):
			return nil, say(ProblemCount, err, "This count cannot be: enter it in %s, not below zero, with notes and coins that add up to it.", e.config().Currency)
		case err != nil:
			return nil, err
		}
		s = now
		entry := shiftEntry(s, op.ID)
		entry.Kind = "shift." + what
		if s.State == order.ShiftClosed && s.Approved != op.ID {
			entry.Note = approved(s.Approved)
		}
		return append(append(more, entry), e.shiftPaper(last, s)...), nil
	})
	if err != nil { // what a count that was not kept would tell is not told
		return order.Shift{}, err
	}
	return s, nil
}

// newestShift is the newest shift, closed or not; zero where there was none.
func (e *Engine) newestShift() order.Shift {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shift
}

// drawerOf is what should be in the drawer of a shift that is not closed: its
// float and the movements of cash since. The caller holds the lock of commits.
func (e *Engine) drawerOf(ctx context.Context, s order.Shift) (order.Drawer, error) {
	if s.State != order.ShiftOpen && s.State != order.ShiftCounting {
		return order.Drawer{}, order.ErrNotAllowed
	}
	from, err := e.deps.Journal.FirstEvent(ctx, s.ID)
	if err != nil {
		return order.Drawer{}, e.readProblem(err)
	}
	d, err := order.DrawerOf(s.Float.Total, e.deps.Journal.Movements(ctx, from, 0))
	if err != nil {
		return order.Drawer{}, e.readProblem(err)
	}
	return d, nil
}

// endUncounted closes a shift that opened by itself, and is nothing where s is
// none that is open. The caller holds the lock of commits.
func (e *Engine) endUncounted(ctx context.Context, s order.Shift, by string) (order.Shift, []order.Entry, error) {
	if !s.Uncounted || s.State != order.ShiftOpen {
		return s, nil, nil
	}
	d, err := e.drawerOf(ctx, s)
	if err == nil {
		s, err = order.CloseUncounted(s, d, by, e.now())
	}
	if err != nil {
		return s, nil, err
	}
	return s, []order.Entry{shiftEntry(s, by)}, nil
}

func shiftEntry(s order.Shift, actor string) order.Entry {
	return order.Entry{Kind: "shift." + kebab(string(s.State)), Subject: s.ID, Actor: actor, Object: s}
}

// MoveCash puts cash into the drawer or takes it out, for a reason. Taking out
// needs staff.MoveCash or an approval.
func (e *Engine) MoveCash(ctx context.Context, c CashMove) (order.Move, error) {
	op, err := e.seller()
	if err != nil {
		return order.Move{}, err
	}
	reason, err := reasonWithout(c.Reason)
	if err != nil {
		return order.Move{}, err
	}
	if reason == "" {
		return order.Move{}, &Problem{Code: ProblemReason, Text: "Enter why cash is put in or taken out."}
	}
	if err := e.roomOnDisk(); err != nil {
		return order.Move{}, err
	}
	m := order.Move{ID: e.deps.NewNumber(), Kind: c.Kind, Amount: c.Amount, Reason: reason, Operator: op.ID, At: e.now()}
	err = e.commitMade(ctx, func() (entries []order.Entry, err error) {
		s, entries, err := e.shiftFor(ctx, op.ID)
		if err != nil {
			return nil, err
		}
		var d order.Drawer
		if m.Kind == order.MoveOut { // the right comes first: nobody without it learns how much there is
			if m.Approved, err = e.permitRight(ctx, op, staff.MoveCash, s.ID, m.Amount); err != nil {
				return nil, err
			}
			if !s.Uncounted {
				d, err = e.drawerOf(ctx, s)
			}
			if err != nil {
				return nil, err
			}
		}
		if m, err = order.MoveCash(s, m, d); err != nil {
			return nil, moveRefusal(err, e.config().Currency)
		}
		entry := order.Entry{Kind: "move." + kebab(string(m.Kind)), Subject: m.ID, Actor: op.ID, Object: m, Note: approved(m.Approved)}
		entries = append(append(entries, entry), e.shopPaper(order.DocumentMove, m.ID, CopyMerchant)...)
		return append(entries, e.drawerFor(order.DocumentMove, m.ID)...), nil
	})
	if err != nil {
		return order.Move{}, err
	}
	return m, nil
}

func moveRefusal(err error, unit money.Currency) error {
	switch {
	case errors.Is(err, order.ErrMostCash):
		return mostCash(err)
	case errors.Is(err, order.ErrTooMuch):
		return &Problem{Code: ProblemTooMuch, Text: "That is more than should be in the drawer. Take less out.", Err: err}
	case errors.Is(err, order.ErrBadAmount):
		return say(ProblemCurrency, err, "Enter the amount in %s, above zero.", unit)
	}
	return &Problem{Code: ProblemNotAllowed, Text: "Say whether the cash is put in or taken out.", Err: err}
}

func mostCash(err error) error {
	return &Problem{Code: ProblemTooMuch, Text: "That is more than a drawer holds. Check the amount, and enter it again.", Err: err}
}

// reasonWithout is a reason as it is kept, or a problem where a card number
// stands in it.
func reasonWithout(text string) (string, error) {
	text = printable(text)
	if order.HasCard(text) {
		return "", &Problem{Code: ProblemReason, Text: "The reason looks like a card number. Take it out: nothing was recorded."}
	}
	return shorten(strings.Join(strings.Fields(text), " "), reasonLength), nil
}
