package engine_test

import (
	"fmt"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func (d *desk) plan(number string) engine.Plan {
	d.t.Helper()
	p, err := d.MoneyBackPlan(background, number)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// The host is asked where the journal does not know, and only there.
func TestPlanAsksTheHost(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	for _, tt := range []struct {
		answer order.BatchAnswer
		want   order.BackReason
	}{
		{order.BatchAnswer{}, order.BackUnsure},
		{order.BatchAnswer{Answered: true, GUID: "batch-1"}, order.BackOpen},
		{order.BatchAnswer{Answered: true, Closed: true, GUID: "batch-1"}, order.BackSettled},
	} {
		d.host.batchOf = func(guid string) order.BatchAnswer {
			if guid != sale.GUID {
				t.Errorf("asked about %s", guid)
			}
			return tt.answer
		}
		if got := d.plan(sale.Number); got.Why != tt.want || got.Left != usd(2000) || got.Sale.Number != sale.Number || got.Legs != 0 {
			t.Errorf("%s, want %s: %+v", got.Why, tt.want, got.WayBack)
		}
	}
	d.host.batchOf = func(string) order.BatchAnswer { t.Error("asked"); return order.BatchAnswer{} }
	d.SetHost(noon, "")
	if got := d.plan(sale.Number); got.Why != order.BackUnsure {
		t.Errorf("host away: %+v", got.WayBack)
	}
	d.SetHost(time.Time{}, "")
	d.settle()
	if got := d.plan(sale.Number); got.Act != order.Return || got.Why != order.BackSettled {
		t.Errorf("after the closing: %+v", got.WayBack)
	}
	_, err := d.MoneyBackPlan(background, "nothing")
	wantProblem(t, err, engine.ProblemNotFound)
}

// Three parts go back, a fourth over what is left does not, and one whose
// answer was lost is held against the balance.
func TestPlanHoldsWhatIsOnItsWay(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.settle()
	for i, minor := range []int64{500, 600, 700} {
		f, err := d.Return(background, sale.Number, usd(minor), "Torn")
		wantDone(t, f, err)
		if p := d.plan(sale.Number); p.Returned.Minor != []int64{500, 1100, 1800}[i] || !p.Part {
			t.Errorf("after %d returns: %+v", i+1, p.WayBack)
		}
	}
	if p := d.plan(sale.Number); p.By(usd(201)) != "" || p.By(usd(200)) != order.Return {
		t.Errorf("the plan offers %+v", p.WayBack)
	}
	_, err := d.Return(background, sale.Number, usd(201), "Torn")
	wantProblem(t, err, engine.ProblemTooMuch)
	d.host.follow = lostFollow
	if _, err := d.Return(background, sale.Number, usd(150), "Torn"); err != nil {
		t.Fatal(err)
	}
	if p := d.plan(sale.Number); p.Why != order.BackPending || p.Pending != usd(150) || p.Left != usd(50) || p.Act != "" {
		t.Errorf("while one is asked about: %+v", p.WayBack)
	}
}

func TestHolds(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("sale", order.Approved)
	old := d.hold("old")
	d.clock.Advance(32 * 24 * time.Hour)
	var open []engine.Sale
	for i := range 4 {
		open = append(open, d.hold(fmt.Sprint("h", i)))
		d.clock.Advance(time.Hour)
	}
	f, err := d.Capture(background, open[0].Number, usd(2000))
	wantDone(t, f, err)
	f, err = d.Void(background, open[1].Number, "Left")
	wantDone(t, f, err)
	d.host.follow = lostFollow
	if _, err := d.Capture(background, open[3].Number, usd(2000)); err != nil {
		t.Fatal(err)
	}
	holds, err := d.Holds(background)
	if err != nil || len(holds) != 2 || holds[0].Number != open[2].Number || holds[1].Number != open[3].Number {
		t.Fatalf("%+v, %v; not %s, which no issuer keeps any more", holds, err, old.Number)
	}
	if holds[0].Asked != nil || holds[1].Asked == nil || holds[1].Asked.Act != order.Capture {
		t.Errorf("asked about %+v, %+v", holds[0].Asked, holds[1].Asked)
	}
	if want := order.HoldUntil(open[2].Created); !holds[0].Until.Equal(want) {
		t.Errorf("lapses %v, want %v", holds[0].Until, want)
	}
}

// Each part of a bill goes back on its own, that in cash out of the drawer.
func TestPlanOfAPartOfABill(t *testing.T) {
	d := newDesk(t)
	cash := d.cashLeg(dinner("B1"), "O1", usd(4000))
	sale := d.mustLeg(dinner("B1"), "O2", usd(6000), order.Approved)
	if p := d.plan(sale.Number); p.Leg != 2 || p.Legs != 2 || p.Left != usd(6000) || p.Cash != nil {
		t.Errorf("by card: %+v", p)
	}
	if _, err := d.ReturnCash(background, cash.ID, usd(1500), "Torn"); err != nil {
		t.Fatal(err)
	}
	p := d.plan(cash.ID)
	if p.Leg != 1 || p.Why != order.BackCash || p.Returned != usd(1500) || p.Left != usd(2500) || p.Sale != nil || p.By(usd(2501)) != "" || p.By(usd(1)) != order.Return {
		t.Errorf("in cash: %+v", p)
	}
	if _, err := d.ReturnCash(background, cash.ID, usd(2500), "Torn"); err != nil {
		t.Fatal(err)
	}
	if p := d.plan(cash.ID); p.Why != order.BackNothing || p.Act != "" {
		t.Errorf("all back: %+v", p)
	}
}
