package order

import (
	"errors"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/money"
)

var (
	billed = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	lunch  = Bill{ID: "B", State: BillOpen, Version: 1, Goods: dollars(80), Tax: dollars(5), Tip: dollars(15), Created: billed, Since: billed,
		Legs: []Leg{{"O", TenderCard, dollars(40)}}}
	owed = Order{ID: "O", Version: 1, State: Open, Amount: dollars(40), Bill: "B"}
)

func dollars(n int64) money.Amount { return money.New(n*100, money.USD) }

// paidBy is a leg that an attempt in a state belongs to.
func paidBy(s State) LegFacts {
	a := Attempt{Number: "N", Order: "O", Version: 2, State: s, Asked: dollars(40), Created: billed, Since: billed, Device: "dev", GUID: "g"}
	l := LegFacts{Order: owed, Attempts: []Attempt{a}}
	switch s {
	case Approved:
		l.Attempts[0].Approved = dollars(40)
		l.Order.State, l.Order.PaidBy = PaidCard, "N"
	case PartApproved:
		l.Attempts[0].Approved = dollars(20)
	case Reversing, Quarantine, OrphanReturn:
		l.Attempts[0].Decision = Reverse
	}
	return l
}

func undone(act Act, s FollowState, c Cause, amount money.Amount) LegFacts {
	l := paidBy(Approved)
	l.Follows = []FollowUp{{ID: "F", Act: act, Of: "N", Version: 2, State: s, Cause: c, Amount: amount, Bill: "B", Created: billed, Since: billed}}
	return l
}

func storedAs(s StoredState) LegFacts {
	l := LegFacts{Order: owed, Stored: []Stored{{ID: "S", Order: "O", Version: 1, State: s, Amount: dollars(40)}}}
	if s.Sealed() {
		l.Order.Stored = "S"
	}
	return l
}

func inCash(returned int64) LegFacts {
	l := LegFacts{Order: owed, Cash: &Cash{ID: "C", Order: "O", Version: 1, Amount: dollars(40), Tendered: dollars(50)}}
	l.Order.State, l.Order.PaidBy = PaidOther, "C"
	if returned > 0 {
		l.Cash.Returned = dollars(returned)
	}
	return l
}

// partCollected is a stored leg of which the bank paid 15, which are going back.
func partCollected() LegFacts {
	l := undone(Return, FollowUnknown, "", dollars(15))
	l.Attempts[0].Approved = dollars(15)
	l.Stored = []Stored{{ID: "S", Order: "O", Version: 2, State: Uncollected, Amount: dollars(40), Approved: dollars(15)}}
	return l
}

// byCode is a leg with a code in a state; of what came by it so much is held by
// refunds and back.
func byCode(s QRState, held, back int64, refunds ...RefundState) LegFacts {
	q := QR{ID: "Q", Order: "O", Version: 2, State: s, Text: "x", Remote: "r", Asked: dollars(40), Created: billed, Since: billed}
	l := LegFacts{Order: owed}
	if s == QRPaid {
		q.Payments = []QRPayment{{ID: "stray", As: Stray, Amount: dollars(40)}, {ID: "p", As: Adopted, Amount: dollars(40), Held: dollars(held), Back: dollars(back)}}
		l.Order.State, l.Order.PaidBy = PaidOther, "Q"
	}
	for _, state := range refunds {
		l.Refunds = append(l.Refunds, Refund{ID: string(state), Of: "Q", Payment: "p", State: state, Bill: "B", Since: billed})
	}
	l.QRs = []QR{q}
	return l
}

// TestLegs: what a leg counts, what it is in a bill that is open and in one that
// is being cancelled, and how it goes back.
func TestLegs(t *testing.T) {
	for _, tt := range []struct {
		name          string
		leg           LegFacts
		paid, pending int64
		open, undo    LegState
		changes       int           // objects that change at once
		number        string        // what is voided or returned
		wait          time.Duration // until then
	}{
		{"on the wire", paidBy(Sending), 0, 40, LegPending, LegPending, 1, "", 0},
		{"lost", paidBy(Unknown), 0, 40, LegPending, LegPending, 2, "", 0},
		{"asked about a part", paidBy(PartApproved), 0, 40, LegPending, LegPending, 2, "", 0},
		{"going back", paidBy(Reversing), 0, 40, LegPending, LegBacking, 1, "", 0},
		{"quiet", paidBy(Quarantine), 0, 40, LegPending, LegBacking, 1, "", 0},
		{"settled first", paidBy(OrphanReturn), 0, 40, LegPending, LegBacking, 1, "", 0},
		{"contradicted", paidBy(Review), 0, 40, LegStuck, LegStuck, 1, "", 0},
		{"declined", paidBy(Declined), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"not sent", paidBy(NotSent), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"gone back", paidBy(Reversed), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"approved", paidBy(Approved), 40, 0, LegPaid, LegBacking, 0, "N", 0},
		{"voided", undone(Void, FollowDone, "", dollars(40)), 0, 0, LegBack, LegBack, 0, "", 0},
		{"being voided", undone(Void, FollowUnknown, "", dollars(40)), 0, 40, LegBacking, LegBacking, 0, "", 0},
		{"strangely voided", undone(Void, FollowReview, "", dollars(40)), 0, 40, LegStuck, LegStuck, 0, "", 0},
		{"returned", undone(Return, FollowDone, "", dollars(40)), 0, 0, LegBack, LegBack, 0, "", 0},
		{"part returned", undone(Return, FollowDone, "", dollars(10)), 30, 0, LegPaid, LegBacking, 0, "N", time.Second},
		{"void not sent", undone(Void, FollowNotSent, CauseNoConnect, dollars(40)), 40, 0, LegPaid, LegBacking, 0, "N", time.Second},
		{"settled", undone(Void, FollowRefused, CauseSettled, dollars(40)), 40, 0, LegPaid, LegBacking, 0, "N", time.Second},
		{"refused", undone(Void, FollowRefused, CauseDeclined, dollars(40)), 40, 0, LegPaid, LegStuck, 0, "N", time.Hour},
		{"stored", storedAs(StoredWaiting), 0, 40, LegPending, LegBacking, 3, "", 0},
		{"forwarded", storedAs(StoredForwarding), 0, 40, LegPending, LegBacking, 0, "", 0},
		{"not collected", storedAs(Uncollected), 0, 40, LegStuck, LegStuck, 2, "", 0},
		{"collected in part, and that going back", partCollected(), 0, 40, LegBacking, LegBacking, 1, "", 0},
		{"collected", storedAs(Collected), 0, 40, LegPaid, LegFailed, 1, "", 0},
		{"written off", storedAs(WrittenOff), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"withdrawn", storedAs(Withdrawn), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"cash", inCash(0), 40, 0, LegPaid, LegBacking, 2, "", 0},
		{"some cash back", inCash(10), 30, 0, LegPaid, LegBacking, 2, "", 0},
		{"cash back", inCash(40), 0, 0, LegBack, LegBack, 0, "", 0},
		{"code not made", byCode(QRCreating, 0, 0), 0, 40, LegPending, LegPending, 2, "", 0},
		{"code shown", byCode(QRShown, 0, 0), 0, 40, LegPending, LegPending, 2, "", 0},
		{"code given up", byCode(QRClosing, 0, 0), 0, 40, LegPending, LegBacking, 1, "", 0},
		{"code given up unseen", unseenCode(), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"code expired", byCode(QRExpired, 0, 0), 0, 0, LegFailed, LegFailed, 1, "", 0},
		{"by wallet", byCode(QRPaid, 0, 0), 40, 0, LegPaid, LegBacking, 0, "Q", 0},
		{"some back by wallet", byCode(QRPaid, 10, 10), 30, 0, LegPaid, LegBacking, 0, "Q", 0},
		{"being refunded", byCode(QRPaid, 40, 0, RefundPending), 0, 40, LegBacking, LegBacking, 0, "", 0},
		{"part being refunded", byCode(QRPaid, 10, 0, RefundUnknown), 30, 10, LegBacking, LegBacking, 0, "", 0},
		{"refunded", byCode(QRPaid, 40, 40, RefundDone), 0, 0, LegBack, LegBack, 0, "", 0},
		{"refund refused", byCode(QRPaid, 0, 0, RefundRefused), 40, 0, LegPaid, LegStuck, 0, "Q", time.Hour},
		{"refund not there", byCode(QRPaid, 0, 0, RefundAbsent), 40, 0, LegPaid, LegBacking, 0, "Q", time.Second},
	} {
		f := BillFacts{lunch, []LegFacts{tt.leg}}
		paid, pending, left := f.Paid()
		if paid != dollars(tt.paid) || pending != dollars(tt.pending) || left != dollars(100-tt.paid-tt.pending) {
			t.Errorf("%s: %v paid, %v pending, %v left; want %d and %d", tt.name, paid, pending, left, tt.paid, tt.pending)
		}
		if got := tt.leg.State(lunch); got != tt.open {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.open)
		}
		b, err := lunch.Cancel("ann", "", billed)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.leg.State(b); got != tt.undo {
			t.Errorf("%s, cancelling: %s, want %s", tt.name, got, tt.undo)
		}
		if _, _, ok := tt.leg.UndoAt(lunch); ok {
			t.Errorf("%s: it is undone while the bill is open", tt.name)
		}
		changed := tt.leg.Undo(b, "K", billed)
		number, at, ok := tt.leg.UndoAt(b)
		if want := tt.changes > 0 || tt.number != ""; len(changed) != tt.changes || ok != want || number != tt.number || at != map[bool]time.Time{true: billed.Add(tt.wait)}[tt.wait > 0] {
			t.Errorf("%s: %+v, then %q at %v, %t; want %d, %q, %v", tt.name, changed, number, at, ok, tt.changes, tt.number, tt.wait)
		}
		for _, o := range changed {
			f = f.With(o)
		}
		if again := f.Legs[0].Undo(b, "K", billed); len(again) > 0 {
			t.Errorf("%s: undone twice: %+v", tt.name, again)
		}
	}
}

func unseenCode() LegFacts {
	l := byCode(QRClosing, 0, 0)
	l.QRs[0].Text = ""
	return l
}

// TestWalletBesideOthers: what else is at a leg does not change what its payment
// by wallet counts, and a code that was given up does not count beside another
// payment.
func TestWalletBesideOthers(t *testing.T) {
	l := byCode(QRPaid, 0, 0)
	l.Attempts = []Attempt{{Number: "N", Order: "O", State: Quarantine, Decision: Reverse, Clean: softLooks, Asked: dollars(40)}}
	if paid, pending := l.money(false, false); paid != 4000 || pending != 0 || l.State(lunch) != LegPaid {
		t.Errorf("a quiet attempt: %d paid, %d pending, %s", paid, pending, l.State(lunch))
	}
	l = byCode(QRPaid, 40, 40)
	l.Attempts = []Attempt{{Number: "N", Order: "O", State: Quarantine, Decision: Reverse}}
	if got := l.State(lunch); got != LegPending {
		t.Errorf("back, and an attempt may turn up: %s", got)
	}
	for name, l := range map[string]LegFacts{"card": paidBy(Approved), "cash": inCash(0)} {
		l.QRs = byCode(QRClosing, 0, 0).QRs
		if paid, pending := l.money(false, false); paid != 4000 || pending != 0 || l.State(lunch) != LegPaid {
			t.Errorf("%s: %d paid, %d pending, %s", name, paid, pending, l.State(lunch))
		}
	}
	l = byCode(QRPaid, 0, 0, RefundRefused, RefundAbsent)
	l.Refunds[0].Turn, l.Refunds[1].Turn, l.Refunds[0].Since = 7, 5, billed.Add(-time.Minute) // the clock was set back in between
	b, _ := lunch.Cancel("ann", "", billed)
	if _, at, ok := l.UndoAt(b); !ok || !at.Equal(billed.Add(59*time.Minute)) || l.State(b) != LegStuck {
		t.Errorf("the newest refund is not the last that counts: at %v, %s", at, l.State(b))
	}
	l = byCode(QRClosing, 0, 0)
	f := BillFacts{lunch, []LegFacts{l}}
	for _, tt := range []struct {
		order   string
		amount  int64
		consent bool
		want    error
	}{{"O", 40, false, ErrInProgress}, {"O", 40, true, nil}, {"O2", 60, false, nil}, {"O2", 61, true, ErrBillOver}} {
		if _, err := f.Add(lunch, Leg{tt.order, TenderCash, dollars(tt.amount)}, tt.consent); !errors.Is(err, tt.want) {
			t.Errorf("%d more by order %s, consent %t: %v, want %v", tt.amount, tt.order, tt.consent, err, tt.want)
		}
	}
	f = BillFacts{lunch, []LegFacts{byCode(QRPaid, 0, 0)}}
	if !f.Part("Q") || !f.Split() || len(f.Paying()) != 1 || f.Idle() || !(BillFacts{lunch, []LegFacts{byCode(QRExpired, 0, 0)}}).Idle() {
		t.Error("it is no part of the bill")
	}
}

// TestSettle: a bill is paid by what stands and what was stored, and cancelled
// when nothing is under way.
func TestSettle(t *testing.T) {
	b := lunch
	b.Goods, b.Tax, b.Tip = dollars(40), dollars(0), dollars(0)
	going, err := b.Cancel("ann", "left", billed)
	if err != nil || going.EndedBy != "ann" || going.Reason != "left" {
		t.Fatal(going, err)
	}
	part := paidBy(Approved)
	part.Attempts[0].Approved = dollars(20)
	for _, tt := range []struct {
		name string
		bill Bill
		leg  LegFacts
		want BillState
		news bool
	}{
		{"paid", b, paidBy(Approved), BillPaid, true},
		{"cash", b, inCash(0), BillPaid, true},
		{"stored", b, storedAs(StoredWaiting), BillPaid, true},
		{"not collected", b, storedAs(Uncollected), BillPaid, true},
		{"written off", b, storedAs(WrittenOff), BillOpen, false},
		{"in part", b, part, BillOpen, true},
		{"lost", b, paidBy(Unknown), BillOpen, false},
		{"declined", b, paidBy(Declined), BillOpen, false},
		{"being voided", b, undone(Void, FollowUnknown, "", dollars(40)), BillOpen, false},
		{"still there", going, paidBy(Approved), BillCancelling, false},
		{"still stored", going, storedAs(StoredWaiting), BillCancelling, false},
		{"in doubt", going, paidBy(Quarantine), BillCancelling, false},
		{"voided", going, undone(Void, FollowDone, "", dollars(40)), BillCancelled, true},
		{"never charged", going, paidBy(Absent), BillCancelled, true},
		{"cash back", going, inCash(40), BillCancelled, true},
		{"by wallet", b, byCode(QRPaid, 0, 0), BillPaid, true},
		{"code shown", b, byCode(QRShown, 0, 0), BillOpen, false},
		{"code may be paid", going, byCode(QRClosing, 0, 0), BillCancelling, false},
		{"code is dead", going, byCode(QRCancelled, 0, 0), BillCancelled, true},
		{"being refunded", going, byCode(QRPaid, 40, 0), BillCancelling, false},
		{"refunded", going, byCode(QRPaid, 40, 40), BillCancelled, true},
	} {
		got, news := BillFacts{tt.bill, []LegFacts{tt.leg}}.Settle(billed.Add(time.Hour))
		if got.State != tt.want || news != tt.news {
			t.Errorf("%s: %s, news %t; want %s, %t", tt.name, got.State, news, tt.want, tt.news)
		}
		if got.State == BillOpen {
			continue
		}
		if _, err := got.Cancel("x", "", billed); !errors.Is(err, ErrBillClosed) {
			t.Errorf("%s: cancelled again: %v", tt.name, err)
		}
		if _, err := (BillFacts{got, []LegFacts{tt.leg}}).Add(lunch, Leg{"O2", TenderCash, dollars(1)}, false); !errors.Is(err, ErrBillClosed) {
			t.Errorf("%s: another leg: %v", tt.name, err)
		}
	}
}

// TestWith: objects find the leg that they are about, in their newest version.
func TestWith(t *testing.T) {
	f := BillFacts{Bill: lunch, Legs: []LegFacts{{Order: owed}}}
	whole := undone(Void, FollowUnknown, "", dollars(40))
	for _, o := range []any{paidBy(Sending).Attempts[0], whole.Attempts[0], whole.Order, whole.Follows[0], storedAs(StoredWaiting).Stored[0], *inCash(0).Cash,
		byCode(QRShown, 0, 0).QRs[0], byCode(QRPaid, 0, 0).QRs[0], Refund{ID: "R", Of: "Q"}} {
		before := f.Legs[0]
		next := f.With(o)
		if !slices.Equal(before.Attempts, f.Legs[0].Attempts) {
			t.Errorf("%T changed the facts that were there", o)
		}
		f = next
	}
	for _, o := range []any{Order{ID: "x"}, Attempt{Number: "y", Order: "x"}, FollowUp{ID: "z", Of: "y"}, Stored{Order: "x"}, Cash{Order: "x"}, Job{}, QR{ID: "q", Order: "x"}, Refund{ID: "r", Of: "q"}} {
		f = f.With(o)
	}
	l := f.Legs[0]
	if len(l.Attempts) != 1 || l.Attempts[0].State != Approved || len(l.Follows) != 1 || len(l.Stored) != 1 || l.Cash == nil || l.Order.State != PaidCard ||
		len(l.QRs) != 1 || l.QRs[0].State != QRPaid || len(l.Refunds) != 1 {
		t.Errorf("the leg is %+v", l)
	}
	b, err := f.Add(lunch, Leg{"O2", TenderCash, dollars(10)}, false)
	if err != nil {
		t.Fatal(err)
	}
	f = f.With(b)
	if early := f.With(lunch); len(early.Legs) != 1 || early.Legs[0].Cash == nil {
		t.Errorf("the bill as it was is %+v", early)
	}
	if len(f.Legs) != 2 || f.Legs[1].Order.ID != "O2" || f.Bill.Version != 2 || len(lunch.Legs) != 1 {
		t.Errorf("the bill is %+v", f)
	}
}
