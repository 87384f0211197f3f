package drill

import (
	"context"
	"slices"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// asked and taking are invariant 15: no code is asked for, and no money taken,
// before the journal says so.
func (w *world) asked(r order.CodeRequest) {
	q, err := w.store.Journal.QR(context.Background(), r.Reference)
	if err != nil || q.Asked != r.Amount || q.State != order.QRCreating && q.State != order.QRClosing {
		w.fail(15, "code %s over %v is asked for while the journal has %s over %v, %v", r.Reference, r.Amount, q.State, q.Asked, err)
	}
}

func (w *world) taking(r order.CodeRequest) {
	w.wallets.Takes++
	q, err := w.store.Journal.QR(context.Background(), r.Reference)
	if err != nil || q.Asked != r.Amount || q.State != order.QRTaking || q.Sends != r.Sends || q.Restored {
		w.fail(15, "%v of code %s are taken for the %d. time while the journal has %s, %d times, put back %t, %v", r.Amount, r.Reference, r.Sends, q.State, q.Sends, q.Restored, err)
	}
	if o := w.store.orders[q.Order]; o.State != order.Open {
		w.fail(15, "code %s is taken while its order is %s", r.Reference, o.State)
	}
}

// payingBack is invariant 17: no refund leaves before it is durable.
func (w *world) payingBack(r order.RefundRequest) {
	f, err := w.store.Journal.Refund(context.Background(), r.ID)
	if err != nil || f.State != order.RefundSending && f.State != order.RefundUnknown || f.Amount != r.Amount || f.Payment != r.Payment {
		w.fail(17, "refund %s of %v is on the wire while the journal has %s of %v, %v", r.ID, r.Amount, f.State, f.Amount, err)
	}
}

// lookAtCodes is invariant 2 for codes, at every picture that a screen could show.
func (w *world) lookAtCodes(s engine.Snapshot) {
	all := slices.Concat(s.Codes, s.CodeNews)
	if s.Code != nil {
		all = append(all, *s.Code)
	}
	for _, v := range all {
		p, paid := v.Paid()
		if !paid {
			continue
		}
		q, err := w.store.Journal.QR(context.Background(), v.ID)
		if err != nil || q.State != order.QRPaid {
			w.fail(2, "code %s is shown paid while the journal has %s, %v", v.ID, q.State, err)
		}
		if pay := w.paymentOf(p.ID); pay == nil || pay.amount != p.Amount || pay.code.reference != v.ID || p.Amount != v.Asked {
			w.fail(2, "code %s over %v is shown paid by %s, which the provider does not have like this", v.ID, v.Asked, p.ID)
		}
	}
}

func (w *world) paymentOf(id string) *payment {
	i := slices.IndexFunc(w.purse.pays, func(p *payment) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	return w.purse.pays[i]
}

// mayBegin is invariant 15 before it is too late: nothing that may pay an order
// begins while a code could, unless that was given up, and the cashier consents or
// nobody saw it.
func (w *world) mayBegin(what, orderID string) {
	for id, q := range w.store.codes {
		unseen := q.Text == "" && !q.Restored
		if q.Order == orderID && id != what && !q.State.Final() && (q.State != order.QRClosing || !w.consent && !unseen) {
			w.fail(15, "%s begins for order %s while code %s is %s", what, orderID, id, q.State)
		}
	}
}

// noteCode is invariants 10, 15 and 16 at each commit.
func (w *world) noteCode(before, now order.QR) {
	w.wallets.note(before, now)
	if now.Text != "" {
		for _, c := range w.purse.codes {
			c.seen = c.seen || c.remote == now.Remote && c.reference == now.ID
		}
	}
	switch {
	case before.ID == "" && now.State == order.QRCreating:
		w.mayBegin(now.ID, now.Order)
	case before.ID == "":
	case before.State.Final() && before.State != now.State:
		w.fail(10, "code %s was %s and becomes %s", now.ID, before.State, now.State)
	case now.Sends > before.Sends && (now.State != order.QRTaking || before.State == order.QRClosing):
		w.fail(15, "code %s was %s, and is to be taken as %s", now.ID, before.State, now.State)
	}
	for _, p := range now.Payments {
		if p.As == order.Accepted && p.By == "" {
			w.fail(16, "payment %s of code %s is accepted by nobody", p.ID, now.ID)
		}
	}
	for _, p := range before.Payments {
		after, there := now.Payment(p.ID)
		if !there || after.Amount != p.Amount || p.As == order.Adopted && after.As != p.As {
			w.fail(16, "payment %s of code %s is lost, or changed to %+v", p.ID, now.ID, after)
		}
	}
}

// checkWallets holds journal and providers against each other after every step.
func (w *world) checkWallets() {
	at := map[string]string{} // code of a payment
	paid := map[string]string{}
	for id, q := range w.store.codes {
		for _, p := range q.Payments {
			if other := at[p.ID]; other != "" {
				w.fail(16, "payment %s counts for codes %s and %s", p.ID, id, other)
			}
			at[p.ID] = id
			if pay := w.paymentOf(p.ID); pay == nil || pay.amount != p.Amount || pay.code.reference != id {
				w.fail(16, "payment %s of code %s over %v is not at the provider like this", p.ID, id, p.Amount)
			}
			if p.As != order.Adopted {
				continue
			}
			o := w.store.orders[q.Order]
			if other := paid[q.Order]; other != "" || o.State != order.PaidOther || o.PaidBy != id {
				w.fail(16, "order %s is %s by %q, and payments %s and %q pay it", q.Order, o.State, o.PaidBy, p.ID, other)
			}
			paid[q.Order] = p.ID
		}
	}
	did := map[string]int{}
	for _, b := range w.purse.backs {
		if did[b.id]++; b.id != "" && did[b.id] > 1 {
			w.fail(17, "refund %s is done %d times", b.id, did[b.id])
		}
	}
	for _, pay := range w.purse.pays {
		if back := w.purse.returned(pay); back > pay.amount.Minor {
			w.fail(17, "of payment %s over %v, %d went back", pay.id, pay.amount, back)
		}
	}
}

// checkWalletEnds is what must be true of codes at the end: no payment is lost,
// and what went back is what the journal says.
func (w *world) checkWalletEnds(open order.Unfinished) {
	for _, q := range open.QRs {
		if !q.State.Final() {
			w.fail(10, "code %s stays %s", q.ID, q.State)
		}
	}
	for _, r := range open.Refunds {
		w.fail(10, "refund %s stays %s", r.ID, r.State)
	}
	listed := map[string]bool{}
	for _, v := range w.engine.Snapshot().Codes {
		for _, p := range v.Strays() {
			listed[p.ID] = true
		}
	}
	for _, pay := range w.purse.pays {
		q := w.store.codes[pay.code.reference]
		p, has := q.Payment(pay.id)
		switch {
		case !has && w.unlisted(pay):
		case !has:
			w.fail(16, "payment %s over %v came by code %s, and the journal, which has that as %q, has it not", pay.id, pay.amount, pay.code.reference, q.State)
		case p.As == order.Stray && p.Left().Minor > 0 && !listed[pay.id]:
			w.fail(16, "stray payment %s of code %s is not listed", pay.id, q.ID)
		}
	}
	w.checkRefunds()
}

// unlisted reports a payment that nobody tells of: the provider lists none, and the
// journal has lost the code, or made it by a clock that was set.
func (w *world) unlisted(p *payment) bool {
	return !w.purse.offer(p.code.provider).Lists && (w.restored || w.faults["clock set"] > 0)
}

// checkAlike is invariant 17 for a provider that keeps no number of ours: of two
// refunds of a payment over the same amount nobody can tell which one it made, but
// as many are done here as there.
func (w *world) checkAlike(r order.Refund) {
	here, there := 0, 0
	for _, o := range w.store.refunds {
		if o.Payment == r.Payment && o.Amount == r.Amount && o.State == order.RefundDone {
			here++
		}
	}
	for _, b := range w.purse.backs {
		if b.of.id == r.Payment && b.amount == r.Amount && !b.failed {
			there++
		}
	}
	if here != there {
		w.fail(17, "of payment %s %v was paid back %d times here, and %d times at the provider", r.Payment, r.Amount, here, there)
	}
}

// checkRefunds is invariant 17 at the end. Behind an older copy that was put back,
// and where somebody pays back at the provider's own desk, one refund may be taken
// for another.
func (w *world) checkRefunds() {
	held := map[string]int64{}
	for id, r := range w.store.refunds {
		if r.State == order.RefundDone {
			held[r.Payment] += r.Amount.Minor
		}
		pay := w.paymentOf(r.Payment)
		if w.restored || pay == nil || pay.desk {
			continue
		}
		if !w.purse.offer(r.Provider).Repeats {
			w.checkAlike(r)
			continue
		}
		did := slices.ContainsFunc(w.purse.backs, func(b *payback) bool { return b.id == id && !b.failed })
		if did != (r.State == order.RefundDone) {
			w.fail(17, "refund %s is %s, and done at the provider: %t", id, r.State, did)
		}
	}
	for id, q := range w.store.codes {
		for _, p := range q.Payments {
			if p.Held != p.Back || p.Back.Minor != held[p.ID] && !w.restored {
				w.fail(17, "payment %s of code %s: %v held, %v back, and %d in refunds", p.ID, id, p.Held, p.Back, held[p.ID])
			}
		}
	}
}
