package drill

import (
	"context"
	"fmt"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Bills says how many bills there were, and what became of them.
type Bills struct {
	Bills     int `json:"bills"`
	Legs      int `json:"legs"`
	Paid      int `json:"paid"`
	Cancelled int `json:"cancelled"`
	// Undone had something that stood when they were cancelled.
	Undone int `json:"undone"`
}

func (c *Bills) add(o Bills) {
	c.Bills += o.Bills
	c.Legs += o.Legs
	c.Paid += o.Paid
	c.Cancelled += o.Cancelled
	c.Undone += o.Undone
}

// String is one line.
func (c Bills) String() string {
	return fmt.Sprintf("%d bills with %d legs: %d paid, %d cancelled, of %d of which something had to go back", c.Bills, c.Legs, c.Paid, c.Cancelled, c.Undone)
}

// ask makes an order the first leg of a bill.
func (w *world) ask(s *sale) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	s.bill = &order.Bill{ID: w.numbers.New(), Goods: usd([]int64{1500, 3500, 3950}[w.rnd.IntN(3)]), Tax: usd(300), Tip: usd(200)}
}

// guest is a customer, perhaps of a bill that is open.
func (w *world) guest() *sale {
	open := w.engine.Snapshot().Bills
	if len(open) == 0 || w.rnd.IntN(2) == 0 {
		return w.customer()
	}
	return w.next(open[w.rnd.IntN(len(open))])
}

// next is somebody who pays another leg of a bill, or wants to.
func (w *world) next(v engine.BillView) *sale {
	s := w.customer()
	b := v.Bill
	s.bill = &b
	if v.Left.Minor > 0 && w.rnd.IntN(3) > 0 {
		s.amount = v.Left
	}
	return s
}

// goOn is what happens to a bill that is open: another leg, or its end.
func (w *world) goOn() {
	open := w.engine.Snapshot().Bills
	v := open[w.rnd.IntN(len(open))]
	what := w.rnd.IntN(6)
	switch {
	case what < 2:
		w.cancel(v)
	case len(w.sales) >= most:
		w.step()
	case what == 2:
		w.cash(w.next(v))
	default:
		w.charge(w.next(v))
	}
}

func (w *world) cancel(v engine.BillView) {
	w.run("cancel the bill", func(ctx context.Context) error { return w.engine.CancelBill(ctx, v.ID, "went away") })
}

// endBills gives some of the bills up that are open when the day ends.
func (w *world) endBills() {
	for _, v := range w.engine.Snapshot().Bills {
		if w.bad == nil && w.rnd.IntN(2) == 0 {
			w.cancel(v)
		}
	}
}

// noteBill counts what a commit made of a bill, and is invariant 14 for what may
// never change.
func (w *world) noteBill(before, now order.Bill) {
	switch {
	case before.ID == "":
		w.bills.Bills++
	case before.State.Final():
		w.fail(14, "bill %s was %s and becomes %s", now.ID, before.State, now.State)
	case before.Total() != now.Total():
		w.fail(14, "bill %s was of %v and becomes one of %v", now.ID, before.Total(), now.Total())
	}
	w.bills.Legs += len(now.Legs) - len(before.Legs)
	if before.State == now.State {
		return
	}
	switch now.State {
	case order.BillPaid:
		w.bills.Paid++
	case order.BillCancelled:
		w.bills.Cancelled++
	case order.BillCancelling:
		w.bills.Undone++
	}
}

// taken is what the journal has of a leg: what stands, what was stored for it,
// and what may yet stand. Of a payment that is being undone it may.
func (w *world) taken(id string) (stands, stored, perhaps int64) {
	o := w.store.orders[id]
	for _, number := range w.store.of[id] {
		a := w.store.attempts[number]
		switch {
		case a.State == order.Approved:
			left, sure := a.Approved.Minor, true
			for _, f := range w.store.followsOf(number) {
				switch {
				case f.Act != order.Void && f.Act != order.Return:
				case !f.State.Final():
					sure = false
				case f.State == order.FollowDone:
					left -= f.Amount.Minor
				}
			}
			if sure {
				stands += left
			} else {
				perhaps += left
			}
		case !a.State.Dead() && a.Decision == order.Undecided:
			perhaps = o.Amount.Minor
		}
	}
	if o.State == order.PaidOther {
		c := w.store.cash[o.PaidBy]
		stands += c.Amount.Minor - c.Returned.Minor
		p, _ := w.store.codes[o.PaidBy].Paid()
		stands, perhaps = stands+p.Left().Minor, p.Held.Minor-p.Back.Minor
	}
	for _, q := range w.store.codes {
		if q.Order == id && !q.State.Final() && (q.State != order.QRClosing || q.Text != "" || q.Restored) && o.State == order.Open {
			perhaps = o.Amount.Minor
		}
	}
	for _, s := range w.store.stored {
		if s.Order == id && (s.State.Sealed() || s.State == order.Uncollected || s.State == order.Collected) {
			stored, perhaps = min(s.Amount.Minor-s.Approved.Minor, o.Amount.Minor-stands), 0
		}
	}
	return stands, stored, perhaps
}

// checkBills is invariant 14 behind each commit: no more is taken than the bill
// is of, it is paid from the moment on in which all of it is and not before, and
// nothing of it stands any more, here or at the host, when it is cancelled.
func (w *world) checkBills() {
	for id, b := range w.store.bills {
		if b.State == order.BillPaid && w.paid[id] {
			continue // what became of its payments since is theirs
		}
		var stands, stored, perhaps int64
		for _, l := range b.Legs {
			s, t, p := w.taken(l.Order)
			stands, stored, perhaps = stands+s, stored+t, perhaps+p
			if w.store.orders[l.Order].Bill != id {
				w.fail(14, "order %s is a leg of bill %s and does not say so", l.Order, id)
			}
			if b.State == order.BillCancelled {
				w.checkBack(b, l)
				w.checkCodesBack(b, l)
			}
		}
		total := b.Total().Minor
		switch {
		case stands+stored+perhaps > total:
			w.fail(14, "of bill %s over %d there are %d paid, %d stored and perhaps %d", id, total, stands, stored, perhaps)
		case b.State == order.BillOpen && stands+stored == total, b.State == order.BillPaid && stands+stored != total:
			w.fail(14, "bill %s over %d is %s with %d paid and %d stored", id, total, b.State, stands, stored)
		case b.State == order.BillCancelled && stands+perhaps > 0:
			w.fail(14, "bill %s is cancelled with %d paid and perhaps %d", id, stands, perhaps)
		}
		w.paid[id] = b.State == order.BillPaid
	}
}

// checkBack is invariant 14 for a leg of a cancelled bill: everything about it is
// at its end, and the host has no money of it.
func (w *world) checkBack(b order.Bill, l order.Leg) {
	for _, number := range w.store.of[l.Order] {
		a := w.store.attempts[number]
		if !a.State.Final() {
			w.fail(14, "bill %s is cancelled while attempt %s is %s", b.ID, number, a.State)
		}
		if left := w.host.stands(a.GUID); a.State == order.Approved && !w.restored && left != nil && left.Minor > 0 {
			w.fail(14, "bill %s is cancelled, and the host has %v of payment %s", b.ID, left, number)
		}
	}
}

// checkCodesBack is checkBack for the codes of a leg. Money that no order waited
// for is not the bill's.
func (w *world) checkCodesBack(b order.Bill, l order.Leg) {
	for id, q := range w.store.codes {
		p, paid := q.Paid()
		if q.Order != l.Order || !paid {
			continue
		}
		if pay := w.paymentOf(p.ID); pay != nil && w.purse.returned(pay) != pay.amount.Minor {
			w.fail(14, "bill %s is cancelled, and of what came by code %s only %d went back", b.ID, id, w.purse.returned(pay))
		}
	}
}

// checkListed is invariant 14 after every step: a bill is listed until its end.
func (w *world) checkListed() {
	if w.bad != nil || len(w.store.bills) == 0 {
		return
	}
	listed := map[string]order.BillState{}
	for _, v := range w.engine.Snapshot().Bills {
		listed[v.ID] = v.State
		if sum := v.Paid.Minor + v.Pending.Minor + v.Left.Minor; v.Left.Minor > 0 && sum != v.Total().Minor {
			w.fail(14, "bill %s over %v has %v paid, %v pending and %v left", v.ID, v.Total(), v.Paid, v.Pending, v.Left)
		}
	}
	for id, b := range w.store.bills {
		want := b.State
		if want.Final() {
			want = ""
		}
		if listed[id] != want {
			w.fail(14, "bill %s is %s, and listed as %q", id, b.State, listed[id])
		}
	}
}

// checkBillEnds is invariant 14 at the end: no bill is still being cancelled, and
// no more cash was given back than was taken.
func (w *world) checkBillEnds() {
	for id, b := range w.store.bills {
		if b.State == order.BillCancelling {
			w.fail(14, "bill %s stays %s", id, b.State)
		}
	}
	back := map[string]int64{}
	for _, b := range w.store.backs {
		back[b.Of] += b.Amount.Minor
	}
	for id, c := range w.store.cash {
		if back[id] != c.Returned.Minor || back[id] > c.Amount.Minor {
			w.fail(14, "of cash %s over %v, %v is returned, and %d given back", id, c.Amount, c.Returned, back[id])
		}
	}
}
