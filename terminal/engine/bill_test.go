package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// dinner is a bill of $100: goods, tax and tip.
func dinner(id string) order.Bill {
	return order.Bill{ID: id, Goods: usd(8000), Tax: usd(500), Tip: usd(1500), Number: "A-17", Customer: "Mrs Flood"}
}

func (d *desk) leg(bill order.Bill, id string, amount money.Amount) (engine.Sale, error) {
	d.t.Helper()
	return d.Charge(background, engine.Charge{Order: id, Amount: amount, Bill: &bill}, testCard(d.t))
}

func (d *desk) mustLeg(bill order.Bill, id string, amount money.Amount, want order.State) engine.Sale {
	d.t.Helper()
	sale, err := d.leg(bill, id, amount)
	if err != nil || sale.State != want {
		d.t.Fatalf("leg %s = %s, %v; want %s", id, sale.State, err, want)
	}
	return sale
}

func (d *desk) cashLeg(bill order.Bill, id string, amount money.Amount) order.Cash {
	d.t.Helper()
	c, err := d.TakeCashFor(background, bill, id, amount, usd(amount.Minor+500))
	if err != nil || c.Change() != usd(500) {
		d.t.Fatalf("cash %s = %+v, %v", id, c, err)
	}
	return c
}

// wantBill checks a bill, its sums in cents and the states of its legs, in the
// picture, in the journal, and as the facts read anew say.
func (d *desk) wantBill(id string, state order.BillState, paid, pending, left int64, legs ...order.LegState) engine.BillView {
	d.t.Helper()
	v, err := d.Bill(background, id)
	if err != nil {
		d.t.Fatal(err)
	}
	check := func(where string, v engine.BillView) {
		d.t.Helper()
		if v.State != state || v.Paid != usd(paid) || v.Pending != usd(pending) || v.Left != usd(left) {
			d.t.Errorf("%s: bill %s with %v paid, %v pending, %v left; want %s, %d, %d, %d", where, v.State, v.Paid, v.Pending, v.Left, state, paid, pending, left)
		}
		if len(v.Parts) != len(legs) {
			d.t.Fatalf("%s: %d legs, want %d", where, len(v.Parts), len(legs))
		}
		for i, want := range legs {
			if got := v.Parts[i].State; got != want {
				d.t.Errorf("%s: leg %d is %s, want %s", where, i, got, want)
			}
		}
	}
	check("read", v)
	shown := d.Snapshot().Bills
	at := -1
	for i, b := range shown {
		if b.ID == id {
			at = i
			check("shown", b)
		}
	}
	if open := !state.Final(); open != (at >= 0) {
		d.t.Errorf("bill %s is %s, and shown: %t", id, state, at >= 0)
	}
	stored, err := d.journal.Journal.Bill(background, id)
	if err != nil || stored.State != state || len(stored.Legs) != len(legs) {
		d.t.Errorf("the journal has %+v, %v", stored, err)
	}
	return v
}

// TestBill: four legs, one of them declined, each an operation of its own; the
// last one pays the bill in its own commit.
func TestBill(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.mustLeg(b, "O1", usd(4000), order.Approved)
	d.wantBill("B1", order.BillOpen, 4000, 0, 6000, order.LegPaid)
	d.host.sale = declined
	d.mustLeg(b, "O2", usd(3000), order.Declined)
	d.wantBill("B1", order.BillOpen, 4000, 0, 6000, order.LegPaid, order.LegFailed)
	d.host.sale = approved
	d.cashLeg(b, "O3", usd(2500))
	d.wantBill("B1", order.BillOpen, 6500, 0, 3500, order.LegPaid, order.LegFailed, order.LegPaid)
	_, err := d.leg(b, "O4", usd(3501))
	wantProblem(t, err, engine.ProblemBillOver)
	d.tape.take()
	d.mustLeg(b, "O4", usd(3500), order.Approved)
	v := d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid, order.LegFailed, order.LegPaid, order.LegPaid)
	if got := d.tape.take(); !slices.Equal(got[len(got)-2:], []string{"commit bill.paid", "commit job.queued"}) {
		t.Errorf("the bill was paid by %q", got)
	}
	if v.Number != "A-17" || v.Customer != "Mrs Flood" || v.Operator != "sue" || v.Parts[0].Sale.State != order.Approved || v.Parts[2].Cash == nil {
		t.Errorf("the bill is %+v", v)
	}
	for _, id := range []string{"O5", "O1", "O2"} {
		_, err := d.leg(b, id, usd(100))
		wantProblem(t, err, engine.ProblemBillClosed)
	}
	_, err = d.TakeCashFor(background, b, "O5", usd(100), usd(100))
	wantProblem(t, err, engine.ProblemBillClosed)
	wantProblem(t, d.CancelBill(background, "B1", ""), engine.ProblemBillClosed)
	if o, err := d.journal.Journal.Order(background, "O1"); err != nil || o.Bill != "B1" || o.Note != "A-17 Mrs Flood" {
		t.Errorf("the order of a leg is %+v, %v", o, err)
	}
}

// TestBillInOne: a leg that pays the whole bill begins and ends it at once.
func TestBillInOne(t *testing.T) {
	d := newDesk(t)
	d.tape.take()
	d.cashLeg(dinner("B1"), "O1", usd(10000))
	d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid)
	if got := d.tape.take(); got[0] != "commit bill.paid" {
		t.Errorf("commits %q", got)
	}
}

// TestBillRefuses: what can't be a bill, or a leg of one, leaves nothing behind.
func TestBillRefuses(t *testing.T) {
	long := func(n int) string { return string(make([]rune, n)) }
	for _, tt := range []struct {
		name   string
		change func(*order.Bill)
		amount int64
		want   string
	}{
		{"nothing", func(b *order.Bill) { b.Goods, b.Tax, b.Tip = usd(0), usd(0), usd(0) }, 100, engine.ProblemBill},
		{"below zero", func(b *order.Bill) { b.Tip = usd(-1) }, 100, engine.ProblemBill},
		{"two currencies", func(b *order.Bill) { b.Tax = money.New(1, money.EUR) }, 100, engine.ProblemBill},
		{"another currency", func(b *order.Bill) {
			b.Goods, b.Tax, b.Tip = money.New(8000, money.EUR), money.Amount{}, money.Amount{}
		}, 100, engine.ProblemBill},
		{"too large", func(b *order.Bill) { b.Goods = usd(1<<63 - 1) }, 100, engine.ProblemBill},
		{"no id", func(b *order.Bill) { b.ID = "" }, 100, engine.ProblemBill},
		{"number", func(b *order.Bill) { b.Number = long(51) }, 100, engine.ProblemBill},
		{"note", func(b *order.Bill) { b.Note = long(201) }, 100, engine.ProblemBill},
		{"customer", func(b *order.Bill) { b.Customer = long(81) }, 100, engine.ProblemBill},
		{"more than all", func(*order.Bill) {}, 10001, engine.ProblemBillOver},
	} {
		d := newDesk(t)
		b := dinner("B1")
		tt.change(&b)
		_, err := d.leg(b, "O1", usd(tt.amount))
		if got := problem(t, err); got != tt.want {
			t.Errorf("%s: by card %s, want %s", tt.name, got, tt.want)
		}
		_, err = d.TakeCashFor(background, b, "O1", usd(tt.amount), usd(tt.amount))
		if got := problem(t, err); got != tt.want {
			t.Errorf("%s: in cash %s, want %s", tt.name, got, tt.want)
		}
		if left := d.tape.take(); len(left) > 0 {
			t.Errorf("%s: left behind %q", tt.name, left)
		}
	}
	d := newDesk(t)
	b := dinner("B1")
	_, err := d.Charge(background, engine.Charge{Order: "O1", Amount: usd(1000), Kind: order.KindAuth, Bill: &b}, testCard(t))
	wantProblem(t, err, engine.ProblemNotAllowed)
	b.Tax, b.Tip, b.Note = money.Amount{}, money.Amount{}, long(200) // none of either
	d.mustLeg(b, "O1", usd(1000), order.Approved)
	again, err := d.Bill(background, "B1")
	if err != nil || again.Tip != usd(0) {
		t.Errorf("the tip is %+v, %v", again.Tip, err)
	}
	for _, change := range []func(*order.Bill){func(b *order.Bill) { b.Tip = usd(1) }, func(b *order.Bill) { b.Goods, b.Tip = usd(7000), usd(1000) }} {
		changed := b
		change(&changed)
		_, err = d.leg(changed, "O2", usd(1000))
		wantProblem(t, err, engine.ProblemBillTotal)
	}
	d.cashLeg(b, "O2", usd(1000))
	d.wantBill("B1", order.BillOpen, 2000, 0, 6000, order.LegPaid, order.LegPaid)
	_, err = d.TakeCash(background, "O1", usd(1000), usd(1000))
	wantProblem(t, err, engine.ProblemNotAllowed) // it is a leg
	d.mustCharge("O9", order.Approved)
	_, err = d.leg(dinner("B2"), "O9", usd(2000))
	wantProblem(t, err, engine.ProblemNotAllowed) // it is a charge of its own
	if _, err := d.Bill(background, "B2"); problem(t, err) != engine.ProblemNotFound {
		t.Error(err)
	}
}

// TestBillFailedLeg: as long as nothing stands the total may change, the order
// of a failed leg may be tried again, by another tender, and the bill given up.
func TestBillFailedLeg(t *testing.T) {
	d := newDesk(t)
	d.signIn("cas")
	b := dinner("B1")
	d.host.sale = declined
	d.mustLeg(b, "O1", usd(10000), order.Declined)
	b.Tip = usd(0)
	d.host.sale = approved
	d.mustLeg(b, "O2", usd(3000), order.Approved)
	d.wantBill("B1", order.BillOpen, 3000, 0, 5500, order.LegFailed, order.LegPaid)
	_, err := d.leg(b, "O2", usd(3000))
	wantProblem(t, err, engine.ProblemOrderClosed)
	// O1 was for another amount.
	_, err = d.TakeCashFor(background, b, "O1", usd(5500), usd(5500))
	wantProblem(t, err, engine.ProblemNotAllowed)
	d.host.sale = declined
	d.mustLeg(b, "O3", usd(5500), order.Declined)
	c := d.cashLeg(b, "O3", usd(5500))
	v := d.wantBill("B1", order.BillPaid, 8500, 0, 0, order.LegFailed, order.LegPaid, order.LegPaid)
	if v.Parts[2].Tender != order.TenderCash || v.Parts[2].Cash.ID != c.ID {
		t.Errorf("the leg is %+v", v.Parts[2])
	}

	d.mustLeg(dinner("B2"), "O4", usd(10000), order.Declined)
	d.wantBill("B2", order.BillOpen, 0, 0, 10000, order.LegFailed)
	if err := d.CancelBill(background, "B2", "went away"); err != nil {
		t.Fatal(err)
	}
	if v := d.wantBill("B2", order.BillCancelled, 0, 0, 10000, order.LegFailed); v.Reason != "went away" || v.EndedBy != "cas" {
		t.Errorf("cancelled: %+v", v.Bill)
	}
	for range 2 { // nothing to cancel, and nothing more to cancel
		for _, id := range []string{"B2", "B3"} {
			if err := d.CancelBill(background, id, ""); err != nil {
				t.Error(err)
			}
		}
	}
	_, err = d.leg(dinner("B2"), "O5", usd(100))
	wantProblem(t, err, engine.ProblemBillClosed)
}

// TestBillLost: a lost answer counts as taken and holds up no other leg; once it
// is found, the bill is paid by that.
func TestBillLost(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.host.sale = noAnswer
	lost := d.mustLeg(b, "O1", usd(6000), order.Unknown)
	d.wantBill("B1", order.BillOpen, 0, 6000, 4000, order.LegPending)
	d.host.sale = approved
	_, err := d.leg(b, "O2", usd(6000))
	wantProblem(t, err, engine.ProblemBillOver)
	_, err = d.leg(b, "O1", usd(6000))
	wantProblem(t, err, engine.ProblemInProgress)
	d.mustLeg(b, "O2", usd(4000), order.Approved)
	d.wantBill("B1", order.BillOpen, 4000, 6000, 0, order.LegPending, order.LegPaid)
	d.restart()
	d.wantBill("B1", order.BillOpen, 4000, 6000, 0, order.LegPending, order.LegPaid)
	d.host.find = func(number string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(number, usd(6000))}}
	}
	d.tape.take()
	d.due()
	d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid, order.LegPaid)
	if a := d.stored(lost.Number); a.State != order.Approved {
		t.Errorf("the lost one is %s", a.State)
	}
}

// TestBillConsent: what is quiet for minutes and may yet turn up gives way to
// another leg, with consent.
func TestBillConsent(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.host.sale = noAnswer
	d.host.find = func(string) order.Finding { return order.Finding{} }
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	number := d.mustLeg(b, "O1", usd(6000), order.Unknown).Number
	for !d.stored(number).SoftClear() {
		d.due()
	}
	d.host.sale = approved
	_, err := d.leg(b, "O2", usd(10000))
	wantProblem(t, err, engine.ProblemConsent)
	sale, err := d.Charge(background, engine.Charge{Order: "O2", Amount: usd(10000), Bill: &b, Consent: true}, testCard(t))
	if err != nil || sale.State != order.Approved {
		t.Fatalf("%s, %v", sale.State, err)
	}
	d.wantBill("B1", order.BillPaid, 10000, 6000, 0, order.LegPending, order.LegPaid)
}

// TestBillPart: a part that is kept makes the leg that part, one that is given
// back makes it none.
func TestBillPart(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.host.sale = partly
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalDone }
	kept := d.mustLeg(b, "O1", usd(6000), order.PartApproved)
	d.wantBill("B1", order.BillOpen, 0, 6000, 4000, order.LegPending)
	if err := d.Keep(background, kept.Number); err != nil {
		t.Fatal(err)
	}
	if v := d.wantBill("B1", order.BillOpen, 3000, 0, 7000, order.LegPaid); v.Legs[0].Amount != usd(3000) {
		t.Errorf("the leg is %v", v.Legs[0].Amount)
	}
	back := d.mustLeg(b, "O2", usd(7000), order.PartApproved)
	if err := d.GiveBack(background, back.Number); err != nil {
		t.Fatal(err)
	}
	d.due()
	d.wantBill("B1", order.BillOpen, 3000, 0, 7000, order.LegPaid, order.LegFailed)
	kept = d.mustLeg(b, "O3", usd(7000), order.PartApproved)
	if err := d.Keep(background, kept.Number); err != nil {
		t.Fatal(err)
	}
	d.cashLeg(b, "O4", usd(3500))
	d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid, order.LegFailed, order.LegPaid, order.LegPaid)

	asked := d.mustLeg(dinner("B2"), "O5", usd(7000), order.PartApproved) // nobody answers
	if err := d.CancelBill(background, "B2", ""); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B2", order.BillCancelling, 0, 7000, 3000, order.LegBacking)
	d.workOff()
	d.wantBill("B2", order.BillCancelled, 0, 0, 10000, order.LegFailed)
	if !slices.ContainsFunc(d.detail(asked.Number).Story, func(l engine.Line) bool { return l.Kind == "attempt.given-back" }) {
		t.Errorf("the story is %v", d.detail(asked.Number).Story)
	}
}

// TestBillVoidedLeg: a leg that is undone by itself leaves room for another.
func TestBillVoidedLeg(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	first := d.mustLeg(b, "O1", usd(6000), order.Approved)
	d.host.follow = lostFollow
	if f, err := d.Void(background, first.Number, "wrong card"); err != nil || f.State != order.FollowUnknown {
		t.Fatal(f.State, err)
	}
	d.wantBill("B1", order.BillOpen, 0, 6000, 4000, order.LegBacking)
	d.cashLeg(b, "O2", usd(4000))
	d.wantBill("B1", order.BillOpen, 4000, 6000, 0, order.LegBacking, order.LegPaid)
	d.host.findFollow = func(r order.FollowRequest) order.Finding { return order.Finding{Hits: []order.Evidence{did(r)}} }
	d.due()
	v := d.wantBill("B1", order.BillOpen, 4000, 0, 6000, order.LegBack, order.LegPaid)
	if v.Parts[0].Back == nil || v.Parts[0].Back.Act != order.Void || v.Parts[0].Sale.Number != first.Number {
		t.Errorf("the leg is %+v", v.Parts[0])
	}
}

// TestCancelBill: card by void, whose answer is lost; cash at once; the one in
// doubt is taken back; and all of it goes on behind a restart.
func TestCancelBill(t *testing.T) {
	d := newDesk(t)
	d.signIn("cas")
	b := dinner("B1")
	paid := d.mustLeg(b, "O1", usd(4000), order.Approved)
	cash := d.cashLeg(b, "O2", usd(3000))
	d.host.sale = noAnswer
	lost := d.mustLeg(b, "O3", usd(2000), order.Unknown)
	d.host.follow = lostFollow
	d.tape.take()
	if err := d.CancelBill(background, "B1", "guest left"); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B1", order.BillCancelling, 4000, 2000, 4000, order.LegBacking, order.LegBack, order.LegBacking)
	backs, err := d.journal.CashBacksOf(background, cash.ID)
	if err != nil || len(backs) != 1 || backs[0].Amount != usd(3000) || backs[0].Reason != "guest left" || backs[0].Operator != "cas" {
		t.Errorf("cash back %+v, %v", backs, err)
	}
	_, err = d.leg(b, "O4", usd(1000))
	wantProblem(t, err, engine.ProblemBillClosed)
	if err := d.ResolvePayment(background, "B1"); err != nil {
		t.Fatal(err)
	}
	v := d.wantBill("B1", order.BillCancelling, 0, 6000, 4000, order.LegBacking, order.LegBack, order.LegBacking)
	if f := v.Parts[0].Back; f == nil || f.Act != order.Void || f.State != order.FollowUnknown || f.Operator != "cas" || f.Reason != "guest left" {
		t.Errorf("the void is %+v", f)
	}
	d.restart()
	d.wantBill("B1", order.BillCancelling, 0, 6000, 4000, order.LegBacking, order.LegBack, order.LegBacking)
	d.host.follow = did
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalDone }
	d.host.findFollow = func(order.FollowRequest) order.Finding { return order.Finding{} }
	d.workOff()
	d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack, order.LegBack, order.LegFailed)
	if a := d.stored(lost.Number); a.State != order.Reversed {
		t.Errorf("the lost one is %s", a.State)
	}
	follows, err := d.journal.FollowsOf(background, paid.Number)
	if err != nil || len(follows) != 1 || follows[0].Sends != 1 {
		t.Errorf("the voids are %+v, %v", follows, err)
	}
}

// workOff works until nothing is due any more.
func (d *desk) workOff() {
	d.t.Helper()
	for range 50 {
		work := d.PendingPayments()
		if len(work) == 0 {
			return
		}
		next := work[0]
		for _, w := range work {
			if w.Due.Before(next.Due) {
				next = w
			}
		}
		if wait := next.Due.Sub(d.clock.Now()); wait > 0 {
			d.clock.Advance(wait)
		}
		if err := d.ResolvePayment(background, next.ID); err != nil {
			d.t.Fatal(err)
		}
	}
	d.t.Fatal("it does not come to its end")
}

// TestCancelSettled: where the batch is closed, a return follows the void that
// the host refuses; any other refusal needs a person, and is tried again later
// or when somebody asks for it.
func TestCancelSettled(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.mustLeg(b, "O1", usd(4000), order.Approved)
	d.host.find = stands(4000, 4000)
	d.host.follow = refusedWith("Transaction already settled")
	if err := d.CancelBill(background, "B1", ""); err != nil {
		t.Fatal(err)
	}
	d.due()
	d.wantBill("B1", order.BillCancelling, 4000, 0, 6000, order.LegBacking)
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		e, no := did(r), false
		e.Status, e.Processed, e.Code = "Transaction - Declined", &no, "D2012"
		return e
	}
	d.due()
	v := d.wantBill("B1", order.BillCancelling, 4000, 0, 6000, order.LegStuck)
	if f := v.Parts[0].Back; f.Act != order.Return || f.State != order.FollowRefused {
		t.Errorf("it was followed by %s %s", f.Act, f.State)
	}
	if work := d.PendingPayments(); len(work) != 1 || work[0].Due.Sub(d.clock.Now()) != time.Hour {
		t.Errorf("the next try is %v", work)
	}
	d.host.follow = did
	if err := d.CancelBill(background, "B1", ""); err != nil {
		t.Fatal(err)
	}
	d.due()
	d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack)

	d.mustLeg(dinner("B2"), "O2", usd(4000), order.Approved)
	d.settle() // the terminal closed the batch itself, and knows
	if err := d.CancelBill(background, "B2", ""); err != nil {
		t.Fatal(err)
	}
	d.due()
	if v := d.wantBill("B2", order.BillCancelled, 0, 0, 10000, order.LegBack); v.Parts[0].Back.Act != order.Return {
		t.Errorf("it was taken back by %s", v.Parts[0].Back.Act)
	}
}

// TestCancelRaces: what is on the wire while the bill is given up goes back.
func TestCancelRaces(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	d.cashLeg(b, "O1", usd(1000))
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalDone }
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		if err := d.CancelBill(background, "B1", ""); err != nil {
			t.Error(err)
		}
		d.wantBill("B1", order.BillCancelling, 0, 9000, 1000, order.LegBack, order.LegPending)
		return approved(number, amount)
	}
	d.mustLeg(b, "O2", usd(9000), order.Reversing)
	d.workOff()
	d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack, order.LegFailed)
}

// TestIdleBill: a bill of which nothing came ends with the next start; one of
// which something is paid is shown then.
func TestIdleBill(t *testing.T) {
	d := newDesk(t)
	d.cashLeg(dinner("B1"), "O1", usd(1000))
	d.host.sale = declined
	d.mustLeg(dinner("B2"), "O2", usd(10000), order.Declined)
	if got := len(d.Snapshot().Bills); got != 2 {
		t.Errorf("%d bills, want 2", got)
	}
	d.restart()
	d.wantBill("B1", order.BillOpen, 1000, 0, 9000, order.LegPaid)
	d.wantBill("B2", order.BillCancelled, 0, 0, 10000, order.LegFailed)
}

// TestReturnCash: never more than is left, and not without a reason.
func TestReturnCash(t *testing.T) {
	d := newDesk(t)
	c, err := d.TakeCash(background, "O1", usd(3000), usd(5000))
	if err != nil {
		t.Fatal(err)
	}
	back := func(minor int64, reason string) error {
		_, err := d.ReturnCash(background, c.ID, usd(minor), reason)
		return err
	}
	wantProblem(t, back(100, " "), engine.ProblemReason)
	wantProblem(t, back(3001, "x"), engine.ProblemTooMuch)
	wantProblem(t, back(0, "x"), engine.ProblemTooMuch)
	if err := errors.Join(back(1000, "broken"), back(2000, "broken, too")); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, back(1, "x"), engine.ProblemTooMuch)
	_, err = d.ReturnCash(background, "none", usd(1), "x")
	wantProblem(t, err, engine.ProblemNotFound)
	now, err := d.journal.Cash(background, c.ID)
	backs, err2 := d.journal.CashBacksOf(background, c.ID)
	if err != nil || err2 != nil || now.Left() != usd(0) || now.Change() != usd(2000) || len(backs) != 2 || backs[0].Order != "O1" {
		t.Errorf("cash %+v, back %+v, %v %v", now, backs, err, err2)
	}

	leg := d.cashLeg(dinner("B1"), "O2", usd(4000))
	if _, err := d.ReturnCash(background, leg.ID, usd(4000), "by card instead"); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B1", order.BillOpen, 0, 0, 10000, order.LegBack)
}
