package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// undoEntries record what is undone of a bill without anybody's answer.
func (e *Engine) undoEntries(f order.BillFacts, actor string) (entries []order.Entry) {
	for _, l := range f.Legs {
		id := ""
		if l.Cash != nil && l.Cash.Left().Minor > 0 {
			id = e.deps.NewNumber()
		}
		for _, object := range l.Undo(f.Bill, id, e.now()) {
			switch o := object.(type) {
			case order.Stored:
				entries = append(entries, storedEntry(o, actor))
			case order.Order:
				entries = append(entries, orderEntry(o, actor))
			case order.QR:
				entries = append(entries, order.Entry{Kind: "qr." + kebab(string(o.State)), Subject: o.ID, Actor: actor, Object: o})
			case order.Attempt:
				entry := attemptEntry(o, actor, nil)
				if o.Cause == order.CauseGivenBack {
					entry.Kind = kindOf(order.GivenBack{}, false)
				}
				entries = append(entries, entry)
			case order.Cash:
				entries = append(entries, order.Entry{Kind: "cash.returned", Subject: o.ID, Actor: actor, Object: o})
			case order.CashBack:
				entries = append(entries, order.Entry{Kind: "cash-back.given", Subject: o.ID, Actor: actor, Object: o})
				if actor != order.ActorTerminal { // somebody stands at the drawer
					entries = append(entries, e.drawerFor(order.DocumentCashBack, o.ID)...)
				}
			}
		}
	}
	return entries
}

// nextUndo is when the terminal goes on cancelling a bill by itself, and the
// number of the payment that is next. The caller holds the lock.
func (e *Engine) nextUndo(f order.BillFacts) (number string, due time.Time, ok bool) {
	if len(e.batches) > 0 || e.busy[closeLock] || e.deps.Journal.Restored() {
		return "", due, false
	}
	for _, l := range f.Legs {
		n, at, yes := l.UndoAt(f.Bill)
		if a, _, card := l.Adopted(); !yes || e.busy[n] || card && n == a.Number && e.cfg.Device == "" {
			continue
		}
		if e.clock.waits[n] {
			at = e.now()
		}
		if !ok || at.Before(due) {
			number, due, ok = n, at, true
		}
	}
	return number, due, ok
}

// resolveBill does the next step of cancelling a bill.
func (e *Engine) resolveBill(ctx context.Context, id string) error {
	e.mu.Lock()
	f := e.bills.open[id]
	number, due, ok := e.nextUndo(f)
	e.mu.Unlock()
	if !ok || due.After(e.now()) {
		return nil
	}
	entries := e.undoEntries(f, f.Bill.EndedBy)
	if isCode := slices.ContainsFunc(f.Legs, func(l order.LegFacts) bool {
		q, _, ok := l.Wallet()
		return ok && q.ID == number
	}); isCode {
		return e.undoCode(ctx, f.Bill, number)
	}
	if len(entries) == 0 {
		return e.undoCard(ctx, f.Bill, number)
	}
	if err := e.commit(ctx, entries...); !errors.Is(err, order.ErrConflict) {
		return err
	}
	return nil // it moved on meanwhile
}

// undoCard voids a payment of a bill that is being cancelled, or returns it
// where it is settled and the host still has the money.
func (e *Engine) undoCard(ctx context.Context, b order.Bill, number string) error {
	if !e.claim(number) {
		return nil
	}
	defer nudge(e.wakeRecovery)
	defer e.unclaim(number)
	if err := e.room(); err != nil {
		return err
	}
	_, a, follows, err := e.whole(ctx, number)
	if err != nil {
		return err
	}
	s := order.Stand(a, follows)
	settled, err := e.settlement(ctx, s)
	if err != nil {
		return err
	}
	act := order.Void
	target, err := order.MayFollow(a, follows, settled, act, s.Left)
	if errors.Is(err, order.ErrSettled) || errors.Is(err, order.ErrReturned) {
		act = order.Return
		target, err = order.MayFollow(a, follows, settled, act, s.Left)
	}
	if err != nil {
		return followRefusal(err)
	}
	f := order.TakeBack(a, act, e.deps.NewNumber(), target.GUID, s.Left, e.now())
	f.Target, f.Device, f.Operator, f.Reason, f.Bill = target, target.Device, b.EndedBy, b.Reason, b.ID
	e.mu.Lock()
	delete(e.clock.waits, number)
	e.mu.Unlock()
	if act == order.Void { // a second one does no harm
		return e.beginTakeBack(ctx, f, follows)
	}
	if err := e.commit(ctx, followEntry(f, f.Operator, nil)); err != nil {
		return err
	}
	_, err = e.payBack(ctx, a, s, f, follows)
	var told *Problem
	if errors.As(err, &told) && told.Code == ProblemNotAllowed {
		return nil // it is taken up
	}
	return err
}

// undoCode refunds what is left of the payment by wallet of a bill that is being
// cancelled.
func (e *Engine) undoCode(ctx context.Context, b order.Bill, id string) error {
	if err := e.roomOnDisk(); err != nil {
		return err
	}
	q, _, err := e.codeAndOrder(ctx, id)
	if err != nil {
		return err
	}
	if e.holdCode(id) { // some of it may have gone back without this terminal
		err = e.look(ctx, q)
		e.releaseCode(id)
		if err == nil {
			q, _, err = e.codeAndOrder(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	p, _ := q.Paid()
	offer, _ := e.walletOffer(q.Provider)
	like := order.Refund{Payment: p.ID, Amount: p.Left(), Repeats: offer.Repeats, Reason: b.Reason, Operator: b.EndedBy, Bill: b.ID}
	_, err = e.refund(ctx, id, like, nil)
	if errors.Is(err, order.ErrTooMuch) || errors.Is(err, order.ErrBadAmount) {
		return nil // it moved on meanwhile
	}
	return err
}

// hasten has the payments of a bill that is being cancelled tried again without
// a pause which have a follow-up of which something is true. The caller holds the
// lock.
func (e *Engine) hasten(f order.BillFacts, because func(order.FollowUp) bool) {
	for _, l := range f.Legs {
		if q, _, ok := l.Wallet(); ok && f.Bill.State == order.BillCancelling &&
			slices.ContainsFunc(l.Refunds, func(r order.Refund) bool { return because(order.FollowUp{Since: r.Since}) }) {
			e.clock.waits[q.ID] = true
		}
		if a, _, ok := l.Adopted(); ok && f.Bill.State == order.BillCancelling && slices.ContainsFunc(l.Follows, because) {
			e.clock.waits[a.Number] = true
		}
	}
}
