package engine

import (
	"context"
	"maps"
	"slices"

	"paydesk/terminal/order"
)

// billBook is the engine's picture of the bills that are not at their end, with
// all that the journal has of their legs.
type billBook struct {
	open map[string]order.BillFacts
	// of is the bill by the id of each order, attempt and code that belongs to it.
	of map[string]string
}

func newBillBook() billBook {
	return billBook{open: map[string]order.BillFacts{}, of: map[string]string{}}
}

// after is what the entries make of the bills that they touch.
func (k *billBook) after(entries []order.Entry) map[string]order.BillFacts {
	var next map[string]order.BillFacts
	with := func(id string, object any) {
		f, touched := next[id]
		if !touched {
			f = k.open[id]
		}
		if next == nil {
			next = map[string]order.BillFacts{}
		}
		next[id] = f.With(object)
	}
	for _, entry := range entries {
		if b, ok := entry.Object.(order.Bill); ok {
			with(b.ID, b)
		}
	}
	if next == nil && len(k.open) == 0 {
		return nil
	}
	fresh := map[string]string{}
	for _, entry := range entries {
		of := ""
		switch o := entry.Object.(type) {
		case order.Order:
			of = o.ID
			if _, touched := next[o.Bill]; touched {
				fresh[o.ID] = o.Bill
			}
		case order.Attempt:
			of = o.Order
		case order.FollowUp:
			of = o.Of
		case order.Stored:
			of = o.Order
		case order.Cash:
			of = o.Order
		case order.QR:
			of = o.Order
		case order.Refund:
			of = o.Of
		}
		if id := k.of[of]; id != "" {
			with(id, entry.Object)
		} else if id := fresh[of]; id != "" {
			with(id, entry.Object)
		}
	}
	return next
}

// put takes up bills as they were committed.
func (k *billBook) put(bills map[string]order.BillFacts) {
	for id, f := range bills {
		for _, l := range f.Legs {
			k.of[l.Order.ID] = id
			for _, a := range l.Attempts {
				k.of[a.Number] = id
			}
			for _, q := range l.QRs {
				k.of[q.ID] = id
			}
		}
		k.open[id] = f
		if f.Bill.State.Final() {
			delete(k.open, id)
			maps.DeleteFunc(k.of, func(_, of string) bool { return of == id })
		}
	}
}

// settled adds to the entries of a commit what they make of bills: one that is
// paid whole by them, or back whole, is at its end by the same commit. The
// caller holds the lock of commits, so that nothing comes in between.
func (e *Engine) settled(entries []order.Entry) ([]order.Entry, map[string]order.BillFacts) {
	e.mu.Lock()
	next := e.bills.after(entries)
	e.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(next)) {
		f := next[id]
		b, news := f.Settle(e.now())
		if !news {
			continue
		}
		if at := slices.IndexFunc(entries, func(entry order.Entry) bool { return entry.Subject == id }); at >= 0 {
			entries = slices.Clone(entries)
			entries[at] = billEntry(b, entries[at].Actor)
		} else {
			b.Version++
			entries = append(slices.Clip(entries), billEntry(b, order.ActorTerminal))
		}
		next[id] = f.With(b)
	}
	return entries, next
}

// billFacts is a bill, at its end or not, or order.ErrNotFound.
func (e *Engine) billFacts(ctx context.Context, id string) (order.BillFacts, error) {
	e.mu.Lock()
	f, open := e.bills.open[id]
	e.mu.Unlock()
	if open {
		return f, nil
	}
	b, err := e.deps.Journal.Bill(ctx, id)
	if err != nil {
		return order.BillFacts{}, err
	}
	return e.readFacts(ctx, b)
}

// readFacts reads all that the journal has of a bill's legs.
func (e *Engine) readFacts(ctx context.Context, b order.Bill) (order.BillFacts, error) {
	f := order.BillFacts{Bill: b}
	for _, leg := range b.Legs {
		l, err := e.readLeg(ctx, leg.Order)
		if err != nil {
			return f, err
		}
		f.Legs = append(f.Legs, l)
	}
	return f, nil
}

func (e *Engine) readLeg(ctx context.Context, orderID string) (l order.LegFacts, err error) {
	j := e.deps.Journal
	if l.Order, err = j.Order(ctx, orderID); err != nil {
		return l, err
	}
	if l.Attempts, err = j.AttemptsOf(ctx, orderID); err != nil {
		return l, err
	}
	var numbers []string
	for _, a := range l.Attempts {
		numbers = append(numbers, a.Number)
	}
	if l.Follows, err = j.FollowsOf(ctx, numbers...); err != nil {
		return l, err
	}
	if l.Stored, err = j.StoredOf(ctx, orderID); err != nil {
		return l, err
	}
	if l.QRs, err = j.QRsOf(ctx, orderID); err != nil {
		return l, err
	}
	for _, q := range l.QRs {
		refunds, err := j.RefundsOf(ctx, q.ID)
		if err != nil {
			return l, err
		}
		l.Refunds = append(l.Refunds, refunds...)
	}
	if _, _, wallet := l.Wallet(); wallet || l.Order.State != order.PaidOther {
		return l, nil
	}
	c, err := j.Cash(ctx, l.Order.PaidBy)
	l.Cash = &c
	return l, err
}

// loadBills takes up the bills that an earlier run left open.
func (e *Engine) loadBills(ctx context.Context, bills []order.Bill) error {
	all := map[string]order.BillFacts{}
	for _, b := range bills {
		f, err := e.readFacts(ctx, b)
		if err != nil {
			return err
		}
		all[b.ID] = f
	}
	e.mu.Lock()
	e.bills.put(all)
	e.mu.Unlock()
	return nil
}

// endIdle cancels the bills of which nothing stands or can turn up: whoever was
// at it is gone with the earlier run. A journal that was put back may not know
// what was paid since.
func (e *Engine) endIdle(ctx context.Context) error {
	if e.deps.Journal.Restored() {
		return nil
	}
	e.mu.Lock()
	var idle []string
	for id, f := range e.bills.open {
		if f.Bill.State == order.BillOpen && f.Idle() {
			idle = append(idle, id)
		}
	}
	e.mu.Unlock()
	slices.Sort(idle)
	for _, id := range idle {
		if err := e.cancelBill(ctx, id, order.ActorTerminal, ""); err != nil {
			return err
		}
	}
	return nil
}

// cancelling reports that a bill is being cancelled.
func (e *Engine) cancelling() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.bills.open {
		if f.Bill.State == order.BillCancelling {
			return true
		}
	}
	return false
}
