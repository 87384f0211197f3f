package engine_test

import (
	"errors"
	"slices"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// orphan is a desk with a charge that the host settled before it could be taken
// back.
func orphan(t *testing.T) (*desk, engine.Sale) {
	t.Helper()
	d, sale := lost(t)
	if err := d.StopWaiting(background, sale.Number); err != nil {
		t.Fatal(err)
	}
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalSettled }
	d.host.find = func(n string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	d.due()
	return d, sale
}

// A charge that was settled meanwhile goes back by one return, whose intent is
// durable before it leaves, and the order may be tried again after it.
func TestOrphanIsReturned(t *testing.T) {
	d, sale := orphan(t)
	d.due() // what does the host have?
	var asked order.FollowRequest
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		asked = r
		return order.Evidence{Stage: order.NoAnswer}
	}
	d.tape.take()
	d.due()
	if lines := d.tape.take(); !slices.Equal(lines, []string{"commit attempt.return-begun", "commit return.sending", "follow", "commit return.unknown"}) {
		t.Errorf("steps %v", lines)
	}
	if asked.Act != order.Return || asked.Amount != usd(2000) || asked.Target.GUID != "guid-"+sale.Number {
		t.Errorf("asked for %+v", asked)
	}
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemInProgress)
	d.restart()
	d.signIn("sue")
	d.host.findFollow = func(r order.FollowRequest) order.Finding { return order.Finding{Hits: []order.Evidence{did(r)}} }
	d.due()
	got := d.stored(sale.Number)
	if got.State != order.Returned || got.Approved != (money.Amount{}) || len(d.PendingPayments()) != 0 {
		t.Errorf("%s, %v granted, pending %v", got.State, got.Approved, d.PendingPayments())
	}
	d.host.sale = approved
	d.mustCharge("o1", order.Approved)
}

// A return that was not carried out is followed by another one, after a look.
func TestOrphanIsReturnedInTheEnd(t *testing.T) {
	d, sale := orphan(t)
	d.due()
	d.host.follow = func(order.FollowRequest) order.Evidence { return order.Evidence{Stage: order.NotConnected} }
	d.due()
	if got := d.stored(sale.Number); got.State != order.OrphanReturn || got.Return != "" {
		t.Fatalf("%s with %q on its way", got.State, got.Return)
	}
	d.host.follow = did
	d.due()
	d.due()
	if got := d.stored(sale.Number); got.State != order.Returned {
		t.Errorf("%s, want RETURNED", got.State)
	}
}

// A journal that was put back knows the return of an orphan and no longer that
// it belongs there: it is taken up, whether it ends before the host is asked what
// is still owed or after, and no second one goes out.
func TestOrphanOfARestoredJournal(t *testing.T) {
	for _, first := range []string{"return", "orphan"} {
		d, sale := orphan(t)
		d.due()
		sent := 0
		d.host.follow = func(order.FollowRequest) order.Evidence {
			sent++
			return order.Evidence{Stage: order.NoAnswer}
		}
		d.due()
		d.journal.set(func() { d.journal.old = true })
		d.restart()
		d.host.findFollow = func(r order.FollowRequest) order.Finding { return order.Finding{Hits: []order.Evidence{did(r)}} }
		// The host's rows of the charge do not tell what was returned of it.
		for range 12 {
			for _, w := range d.PendingPayments() {
				if orphan := w.ID == sale.Number; orphan != (first == "orphan") && len(d.PendingPayments()) > 1 {
					continue
				}
				d.clock.Advance(max(0, w.Due.Sub(d.clock.Now())))
				if err := d.ResolvePayment(background, w.ID); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		if got := d.stored(sale.Number); sent != 1 || got.State != order.Returned {
			t.Errorf("the %s first: %d returns, then %s", first, sent, got.State)
		}
	}
}

// What stands at the host for a dead attempt goes back; what anybody was shown
// as approved does not.
func TestTakeBack(t *testing.T) {
	d := newDesk(t)
	d.host.sale = declined
	dead := d.mustCharge("o1", order.Declined)
	var acts []order.Act
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		acts = append(acts, r.Act)
		if r.Act == order.Void {
			return refusedWith("Transaction already settled")(r)
		}
		return did(r)
	}
	row := approved(dead.Number, usd(2000))
	for range 2 {
		if err := d.TakeBack(background, dead.Number, row, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.TakeBack(background, dead.Number, row, false); !errors.Is(err, order.ErrNotAllowed) {
		t.Errorf("returned twice: %v", err)
	}
	if !slices.Equal(acts, []order.Act{order.Void, order.Return}) {
		t.Errorf("asked for %v", acts)
	}
	d.host.sale = approved
	paid := d.mustCharge("o2", order.Approved)
	if err := d.TakeBack(background, paid.Number, approved(paid.Number, usd(2000)), false); !errors.Is(err, order.ErrNotAllowed) {
		t.Errorf("an approved sale was taken back: %v", err)
	}
}

// A parked payment no longer keeps the batch open, and stays listed.
func TestPark(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o2", order.Unknown)
	_, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchBusy)
	d.signIn("cas")
	wantProblem(t, d.Park(background, lost.Number, ""), engine.ProblemApproval)
	d.signIn("sue")
	if err := d.Park(background, lost.Number, "customer is gone"); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, d.Park(background, lost.Number, ""), engine.ProblemNotAllowed)
	wantProblem(t, d.Park(background, "nothing", ""), engine.ProblemNotFound)
	if got := d.stored(lost.Number); got.State != order.Unknown || got.Parked != "sue" {
		t.Errorf("%s, parked by %q", got.State, got.Parked)
	}
	if len(d.Snapshot().Live) != 1 || len(d.PendingPayments()) != 1 {
		t.Error("it is not listed any more")
	}
	d.host.close = func() order.BatchAnswer {
		return order.BatchAnswer{Answered: true, Closed: true, GUID: "batch-1"}
	}
	if _, err := d.CloseBatch(background); err != nil {
		t.Errorf("close: %v", err)
	}
}

// A payment that has been quiet for some minutes lets the order be tried again
// by somebody who was warned; should it turn up, it goes back.
func TestChargeAgainWithConsent(t *testing.T) {
	d, first := lost(t)
	d.host.find = func(string) order.Finding { return order.Finding{} }
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	for !d.stored(first.Number).SoftClear() {
		_, err := d.charge("o1")
		wantProblem(t, err, engine.ProblemInProgress)
		d.due()
	}
	if waited := d.clock.Now().Sub(noon); waited < order.SoftHorizon || waited > order.HardHorizon/2 {
		t.Errorf("quiet after %v", waited)
	}
	d.host.sale = approved
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemConsent)
	second, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), Consent: true}, testCard(t))
	if err != nil || second.State != order.Approved {
		t.Fatalf("%s, %v", second.State, err)
	}
	d.host.find = func(n string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalDone }
	d.due()
	d.due()
	if got := d.stored(first.Number); got.State != order.Reversed {
		t.Errorf("the first one: %s", got.State)
	}
	if got := d.stored(second.Number); got.State != order.Approved {
		t.Errorf("the second one: %s", got.State)
	}
}

// Whatever the host has of an attempt in review goes back on a supervisor's
// word.
func TestGiveReviewBack(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(n string, a money.Amount) order.Evidence { return approved("another", a) }
	odd := d.mustCharge("o1", order.Review)
	d.signIn("cas")
	wantProblem(t, d.GiveBack(background, odd.Number), engine.ProblemApproval)
	d.signIn("sue")
	if err := d.GiveBack(background, odd.Number); err != nil {
		t.Fatal(err)
	}
	if got := d.stored(odd.Number); got.State != order.Reversing || got.Decision != order.Reverse {
		t.Errorf("%s, decision %q", got.State, got.Decision)
	}
}
