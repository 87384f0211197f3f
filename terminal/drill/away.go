package drill

import (
	"context"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// most is how many orders a history has at most.
const most = 8

// away loses the host while customers are there: for them alone, or for longer.
func (w *world) away() {
	w.count("host lost")
	w.host.deaf = true
	w.engine.SetHost(w.clock.Now(), "The payment host cannot be reached.")
	for range 1 + w.rnd.IntN(4) {
		if len(w.sales) < most && w.bad == nil {
			w.storeOrCash(w.guest())
		}
	}
	if w.rnd.IntN(2) == 0 {
		w.step()
	}
	if w.rnd.IntN(3) > 0 {
		w.back()
	}
}

func (w *world) back() {
	w.host.deaf = false
	w.engine.SetHost(time.Time{}, "")
}

// storeOrCash is how a customer pays while the host is away. One in four was
// charged first, in vain.
func (w *world) storeOrCash(s *sale) {
	if w.rnd.IntN(4) == 0 {
		w.charge(s)
	}
	if w.rnd.IntN(6) == 0 {
		w.cash(s)
		return
	}
	w.run("store", func(ctx context.Context) error {
		return w.pay(s, func(c engine.Charge, cd *card.Card) error {
			_, err := w.engine.StoreSale(ctx, c, cd)
			return err
		})
	})
}

func (w *world) cash(s *sale) {
	w.run("cash", func(ctx context.Context) error {
		given := money.New(5000, money.USD)
		if s.bill != nil {
			_, err := w.engine.TakeCashFor(ctx, *s.bill, s.id, s.amount, given)
			return err
		}
		_, err := w.engine.TakeCash(ctx, s.id, s.amount, given)
		return err
	})
}

// endStored is what a supervisor may do about a stored sale.
func (w *world) endStored() {
	waiting, missing := w.engine.StoredSales()
	all := append(waiting, missing...)
	if len(all) == 0 {
		w.step()
		return
	}
	s := all[w.rnd.IntN(len(all))]
	what := w.rnd.IntN(4)
	var paid *sale
	if s.State == order.Uncollected && what > 1 { // the customer came back
		paid = w.customer()
		paid.amount = s.Owed()
		w.cash(paid)
	}
	w.run("end a stored sale", func(ctx context.Context) (err error) {
		switch {
		case paid != nil:
			_, err = w.engine.CollectStored(ctx, s.ID, paid.id)
		case what == 0:
			_, err = w.engine.WriteOffStored(ctx, s.ID, "nobody pays it")
		default:
			_, err = w.engine.WithdrawStored(ctx, s.ID, "the goods came back")
		}
		return err
	})
}

// waits reports that a stored sale does.
func (w *world) waits() bool {
	waiting, _ := w.engine.StoredSales()
	return len(waiting) > 0
}

// forwardSoon forwards, perhaps when the first may go.
func (w *world) forwardSoon() {
	sent, next := w.forward()
	if wait := next.Sub(w.clock.Now()); !sent && !next.IsZero() && wait > 0 && w.rnd.IntN(2) == 0 {
		w.clock.Advance(wait)
		w.forward()
	}
}

// forward sends some of the oldest stored sales that may go, as the forwarder
// does: intents in one commit, one behind the other on the wire, their outcomes
// in one commit with the intents of the next. It reports whether there was one,
// and otherwise when.
func (w *world) forward() (sent bool, next time.Time) {
	if !w.engine.ForwardFree() {
		return false, time.Time{}
	}
	picks, next := w.mayGo(1 + w.rnd.IntN(3))
	w.run("forward", func(ctx context.Context) error {
		if len(picks) == 0 {
			return w.engine.ForwardRest(ctx)
		}
		var over []string
		for {
			ready, err := w.engine.Forward(ctx, over, picks)
			if len(ready) == 0 {
				return err
			}
			clear := w.send(ctx, ready, err == nil)
			over, picks = ready, nil
			if clear && w.rnd.IntN(2) == 0 {
				picks, _ = w.mayGo(1 + w.rnd.IntN(3))
			}
		}
	})
	return len(picks) > 0, next
}

// send sends what is ready, until an answer is not clear or somebody comes to
// the counter.
func (w *world) send(ctx context.Context, ready []string, clear bool) bool {
	for _, id := range ready {
		if !clear || w.host.fault("forwarding held back", 8) {
			w.engine.ForwardHold(id)
			continue
		}
		if w.host.fault("charge between intent and forwarding", 8) {
			_ = w.press(ctx, w.sales[w.rnd.IntN(len(w.sales))])
		}
		w.clock.Advance(time.Duration(w.rnd.IntN(2000)) * time.Millisecond)
		clear = w.engine.ForwardSend(id)
	}
	return clear
}

// mayGo are the oldest stored sales that may be sent now, n at most and no two
// alike, and otherwise when the first of them may.
func (w *world) mayGo(n int) (picks []string, next time.Time) {
	marks := map[string]bool{}
	for s, alike := range w.engine.StoredWaiting() {
		due, ok := order.NextStored(s)
		if !ok {
			continue
		}
		if apart := alike.Add(order.AlikePause); !alike.IsZero() && apart.After(due) {
			due = apart
		}
		mark := order.Alike(s.Brand, s.Last4, s.Amount)
		if due.After(w.clock.Now()) {
			if next.IsZero() || due.Before(next) {
				next = due
			}
			continue
		}
		if !marks[mark] {
			marks[mark] = true
			if picks = append(picks, s.ID); len(picks) == n {
				break
			}
		}
	}
	return picks, next
}
