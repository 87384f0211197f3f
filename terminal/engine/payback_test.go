package engine_test

import (
	"slices"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// stands is a host that has so much left of each sale.
func stands(asked, left int64) func(string) order.Finding {
	return func(number string) order.Finding {
		return order.Finding{Hits: []order.Evidence{granted(number, usd(asked), usd(left))}}
	}
}

// didElsewhere is a host that has one row of an act over an amount.
func didElsewhere(act order.Act, amount int64) func(order.FollowRequest) order.Finding {
	return func(r order.FollowRequest) order.Finding {
		if r.Act != act || r.Amount != usd(amount) {
			return order.Finding{}
		}
		r.Number = "elsewhere"
		return order.Finding{Hits: []order.Evidence{did(r)}}
	}
}

func nothingElsewhere(order.FollowRequest) order.Finding { return order.Finding{} }

// TestCancelElsewhere: what the host gave back of a settled leg without the
// journal's knowing is not paid a second time when its bill is cancelled, and
// nothing goes out while the host does not tell.
func TestCancelElsewhere(t *testing.T) {
	lost := func(order.FollowRequest) order.Finding { return order.Finding{Failed: true} }
	for _, tt := range []struct {
		name       string
		find       func(string) order.Finding
		findFollow func(order.FollowRequest) order.Finding
		act        order.Act // of what is taken up, or ""
		taken      int64
		sent       int // returns
		left       int64
	}{
		{"all is there", stands(4000, 4000), lost, "", 0, 1, 0},
		{"returned", stands(4000, 0), didElsewhere(order.Return, 4000), order.Return, 4000, 0, 0},
		{"voided", stands(4000, 0), didElsewhere(order.Void, 4000), order.Void, 4000, 0, 0},
		{"returned in parts", stands(4000, 0), nothingElsewhere, order.Return, 4000, 0, 0},
		{"a part", stands(4000, 2500), didElsewhere(order.Return, 1500), order.Return, 1500, 0, 2500},
		{"a part that is not shown yet", stands(4000, 2500), nothingElsewhere, "", 0, 0, 4000},
		{"the look is lost", stands(4000, 0), lost, "", 0, 0, 4000},
		{"the host does not answer", func(string) order.Finding { return order.Finding{Failed: true} }, lost, "", 0, 0, 4000},
		{"the host does not show it", func(string) order.Finding { return order.Finding{} }, lost, "", 0, 0, 4000},
		{"no search of sales", func(string) order.Finding { return order.Finding{Impossible: true} }, didElsewhere(order.Return, 4000), order.Return, 4000, 0, 0},
		{"no search at all", func(string) order.Finding { return order.Finding{Impossible: true} },
			func(order.FollowRequest) order.Finding { return order.Finding{Impossible: true} }, "", 0, 1, 0},
	} {
		d := newDesk(t)
		number := d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved).Number
		d.settle()
		sent := 0
		d.host.follow = func(r order.FollowRequest) order.Evidence { sent++; return did(r) }
		d.host.find, d.host.findFollow = tt.find, tt.findFollow
		if err := d.CancelBill(background, "B1", "went away"); err != nil {
			t.Fatal(err)
		}
		d.due()
		if sent != tt.sent {
			t.Errorf("%s: %d returns went out, want %d", tt.name, sent, tt.sent)
		}
		var taken []order.FollowUp
		follows, err := d.journal.FollowsOf(background, number)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range follows {
			if f.State == order.FollowDone && f.Operator == order.ActorTerminal {
				taken = append(taken, f)
			}
		}
		if want := map[bool]int{true: 1}[tt.act != ""]; len(taken) != want || want > 0 && (taken[0].Act != tt.act || taken[0].Amount != usd(tt.taken)) {
			t.Errorf("%s: taken up %+v, want %s of %d", tt.name, taken, tt.act, tt.taken)
		}
		state, leg := order.BillCancelled, order.LegBack
		if tt.left > 0 {
			state, leg = order.BillCancelling, order.LegBacking
		}
		d.wantBill("B1", state, tt.left, 0, 10000-tt.left, leg)
		if tt.left == 0 {
			continue
		}
		// Once the host tells, the rest goes back, and no more.
		if work := d.PendingPayments(); len(work) != 1 || work[0].Due.Sub(d.clock.Now()) > 2*time.Second || !work[0].Due.After(d.clock.Now()) {
			t.Errorf("%s: the next try is %v", tt.name, work)
		}
		var amount int64
		d.host.follow = func(r order.FollowRequest) order.Evidence { amount += r.Amount.Minor; return did(r) }
		d.host.find, d.host.findFollow = stands(4000, 2500), didElsewhere(order.Return, 1500)
		d.workOff()
		d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack)
		if amount != 2500 {
			t.Errorf("%s: %d went back in the end, want 2500", tt.name, amount)
		}
	}
}

// TestReturnPutBack: a person may not return money a second time that a journal
// which was put back does not know to be returned.
func TestReturnPutBack(t *testing.T) {
	d := newDesk(t)
	d.number = "FIRST%012d"
	d.restart()
	d.signIn("sue")
	paid := d.mustCharge("o1", order.Approved)
	hold, err := d.Charge(background, engine.Charge{Order: "o2", Amount: usd(2000), Kind: order.KindAuth}, testCard(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Capture(background, hold.Number, usd(2000)); err != nil {
		t.Fatal(err)
	}
	d.settle()
	sent := 0
	d.host.follow = func(r order.FollowRequest) order.Evidence { sent++; return did(r) }
	d.host.findFollow = didElsewhere(order.Return, 1500)
	whole := paid.Approved.Minor

	d.number = "AGAIN%012d"
	d.restart()
	d.signIn("sue")
	f, err := d.Return(background, paid.Number, usd(500), "")
	if err != nil || f.State != order.FollowNotSent {
		t.Errorf("without an answer: %s, %v", f.State, err)
	}
	d.host.find = stands(whole, whole-1500)
	_, err = d.Return(background, paid.Number, usd(500), "")
	wantProblem(t, err, engine.ProblemNotAllowed)
	_, err = d.Return(background, hold.Number, usd(1500), "")
	wantProblem(t, err, engine.ProblemNotAllowed)
	if sent != 0 {
		t.Errorf("%d returns went out", sent)
	}
	_, err = d.Return(background, paid.Number, usd(whole-1499), "")
	wantProblem(t, err, engine.ProblemTooMuch)
	d.host.find = stands(whole, whole-1500)
	for _, number := range []string{paid.Number, hold.Number} {
		if f, err := d.Return(background, number, usd(500), ""); err != nil || f.State != order.FollowDone {
			t.Errorf("the rest of %s: %s, %v", number, f.State, err)
		}
	}
	if sent != 2 {
		t.Errorf("%d returns went out, want 2", sent)
	}
}

// TestCancelAfterHand: what a person returned of a leg before its bill was
// cancelled is left out, also where the answer to that is lost, and where the
// program ends while the bill's own return is on the wire.
func TestCancelAfterHand(t *testing.T) {
	for _, tt := range []struct {
		name     string
		lost     int // the return whose answer is lost: by hand 1, the bill's 2
		arrived  bool
		restarts bool
		want     []int64 // what the host did
	}{
		{"all answered", 0, true, false, []int64{1500, 2500}},
		{"by hand, done", 1, true, false, []int64{1500, 2500}},
		{"by hand, not done", 1, false, false, []int64{4000}},
		{"the bill's, done", 2, true, true, []int64{1500, 2500}},
		{"the bill's, not done", 2, false, true, []int64{1500, 2500}},
	} {
		d := newDesk(t)
		number := d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved).Number
		d.settle()
		var got []int64
		var rows []order.FollowRequest
		left, sent := int64(4000), 0
		d.host.follow = func(r order.FollowRequest) order.Evidence {
			sent++
			if sent != tt.lost || tt.arrived {
				got, rows, left = append(got, r.Amount.Minor), append(rows, r), left-r.Amount.Minor
			}
			if sent == tt.lost {
				return order.Evidence{Stage: order.NoAnswer}
			}
			return did(r)
		}
		d.host.find = func(string) order.Finding { return stands(4000, left)(number) }
		d.host.findFollow = func(q order.FollowRequest) (f order.Finding) {
			for _, r := range rows {
				if e := did(r); r.Act == q.Act && r.Amount == q.Amount && !slices.Contains(q.Known, e.GUID) {
					f.Hits = append(f.Hits, e)
				}
			}
			return f
		}
		if _, err := d.Return(background, number, usd(1500), ""); err != nil {
			t.Fatal(err)
		}
		if err := d.CancelBill(background, "B1", ""); err != nil {
			t.Fatal(err)
		}
		if tt.restarts {
			d.due()
			d.restart()
		}
		d.workOff()
		d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack)
		if !slices.Equal(got, tt.want) || left != 0 {
			t.Errorf("%s: the host paid back %v, want %v", tt.name, got, tt.want)
		}
	}
}
