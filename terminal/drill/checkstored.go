package drill

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// cardOnWire is invariant 7 at the host: a charge has its own card, or the
// token of its own card, and not both.
func (w *world) cardOnWire(q order.CardRequest, c *card.Card) (last4 string) {
	a := w.store.attempts[q.Number]
	want := string(q.Token)
	if c != nil && len(c.PAN()) > 0 {
		want += tokenOf + c.Last4()
	}
	if want != tokenOf+a.Last4 || (q.Token != "") != (a.Charged != "") {
		w.fail(7, "charge %s of a card on %s is sent with card or token %s", q.Number, a.Last4, want)
	}
	return a.Last4
}

// window is the time in which the host takes two payments of one card and
// amount for one (ConnexPay API, Declined Response Codes, D0008).
const window = 61 * time.Second

// apart is invariant 6 at the host: a stored sale keeps away from what it could
// be taken for. Whoever pays at the counter need not wait.
func (w *world) apart(q order.CardRequest, last4 string) {
	mark := order.Alike("", last4, q.Amount)
	before, known := w.host.alike[mark]
	if since := w.host.now().Sub(before); known && since < window && w.store.attempts[q.Number].Stored {
		w.fail(6, "stored sale %s is sent %v behind one of the same card and amount", q.Number, since)
	}
	w.host.alike[mark] = w.host.now()
}

// checkStored is invariant 6 at each commit.
func (w *world) checkStored(before, now order.Stored) {
	if before.ID != "" && before.State.Final() {
		w.fail(6, "stored sale %s was %s and becomes %s", now.ID, before.State, now.State)
	}
}

// checkCard is invariant 7 at each commit and at the end: the sealed card is
// there exactly as long as the sale may be sent. A backup has none.
func (w *world) checkCard(ctx context.Context, s order.Stored) {
	_, err := w.store.SealedCard(ctx, s.ID)
	if want := s.State.Sealed() && s.Charged == "" && !s.Restored; want != (err == nil) || err != nil && !errors.Is(err, order.ErrNotFound) {
		w.fail(7, "stored sale %s is %s, and reading its sealed card gives %v", s.ID, s.State, err)
	} else if want && !w.seals.keys[s.Key] {
		w.fail(7, "stored sale %s is %s, and the key of its card is gone", s.ID, s.State)
	}
}

// checkBook is invariant 6 after every step: a stored sale is listed until its
// end, and holds its order exactly as long as it may be sent.
func (w *world) checkBook() {
	if w.bad != nil || len(w.store.stored) == 0 {
		return
	}
	listed := map[string]order.StoredState{}
	waiting, missing := w.engine.StoredSales()
	for _, s := range append(waiting, missing...) {
		listed[s.ID] = s.State
	}
	for id, s := range w.store.stored {
		want := s.State
		if want.Final() {
			want = ""
		}
		if listed[id] != want {
			w.fail(6, "stored sale %s is %s, and listed as %q", id, s.State, listed[id])
		}
		if held := w.store.orders[s.Order].Stored; (held == id) != s.State.Sealed() {
			w.fail(6, "stored sale %s is %s, and its order is held by %q", id, s.State, held)
		}
	}
}

// checkSealed is invariants 6 and 7 at the end: every stored sale came to one
// end or is listed as a loss, and no sealed card and no key is left behind.
func (w *world) checkSealed(ctx context.Context) {
	for id, s := range w.store.stored {
		o := w.store.orders[s.Order]
		paid := s.Number != "" && o.PaidBy == s.Number && w.store.attempts[s.Number].Approved == s.Approved
		ok := paid == (s.Approved.Minor > 0)
		switch s.State {
		case order.StoredApproved:
			ok = ok && s.Approved == s.Amount
		case order.Uncollected, order.WrittenOff:
			ok = ok && s.Approved.Minor < s.Amount.Minor
		case order.Collected:
			by := w.store.orders[s.CollectedBy]
			ok = ok && by.Collects == id && by.State != order.Open && by.Amount.Minor >= s.Amount.Minor-s.Approved.Minor
		case order.Withdrawn:
			ok = ok && s.Approved.Minor == 0
		default:
			ok = false
		}
		if !ok {
			w.fail(6, "stored sale %s is %s (%s) with %v of %v, its order is %s by %q", id, s.State, s.Cause, s.Approved, s.Amount, o.State, o.PaidBy)
		}
		w.checkCard(ctx, s)
	}
	if len(w.seals.keys) > 0 && !w.restored {
		w.fail(7, "%d keys are left behind", len(w.seals.keys))
	}
}
