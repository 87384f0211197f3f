package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// lost is a desk with a sale whose answer was lost.
func lost(t *testing.T) (*desk, engine.Sale) {
	t.Helper()
	d := newDesk(t)
	d.host.sale = noAnswer
	return d, d.mustCharge("o1", order.Unknown)
}

// An answer that was lost is asked for, and is never a refusal.
func TestLostAnswer(t *testing.T) {
	hit := func(e func(string, money.Amount) order.Evidence) func(string) order.Finding {
		return func(n string) order.Finding { return order.Finding{Hits: []order.Evidence{e(n, usd(2000))}} }
	}
	for _, tt := range []struct {
		name string
		find func(string) order.Finding
		want order.State
		host engine.Health
	}{
		{"approved", hit(approved), order.Approved, engine.HealthGood},
		{"partly", hit(partly), order.PartApproved, engine.HealthGood},
		{"declined", hit(declined), order.Declined, engine.HealthGood},
		{"not there", func(string) order.Finding { return order.Finding{} }, order.Reversing, engine.HealthGood},
		{"no answer", func(string) order.Finding { return order.Finding{Failed: true} }, order.Unknown, engine.HealthTrouble},
		{"cannot ask", func(string) order.Finding { return order.Finding{Impossible: true} }, order.Reversing, engine.HealthGood},
	} {
		d, sale := lost(t)
		d.host.find = tt.find
		d.due()
		if got := d.stored(sale.Number); got.State != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.State, tt.want)
		}
		if s := d.Snapshot(); s.Host.Health != tt.host || s.Last.State != tt.want {
			t.Errorf("%s: host %+v, last %s", tt.name, s.Host, s.Last.State)
		}
	}
}

// The whole way of a sale that the host never had: asked, given up, reversed,
// quarantined, probed until its longest life is over.
func TestTheLongWayToAbsent(t *testing.T) {
	d, sale := lost(t)
	begin := d.clock.Now()
	d.tape.take()
	for d.stored(sale.Number).State == order.Unknown {
		d.due()
	}
	if waited := d.clock.Now().Sub(begin); waited != order.WaitFor {
		t.Errorf("gave up after %v, want %v", waited, order.WaitFor)
	}
	if lines := d.tape.take(); slices.Contains(lines, "reverse") || lines[len(lines)-1] != "commit attempt.reversing" {
		t.Errorf("steps %v", lines)
	}
	d.due()
	if got := d.stored(sale.Number); got.State != order.Reversing || got.Tries != 1 {
		t.Errorf("%s after %d tries", got.State, got.Tries)
	}
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	d.due()
	d.host.find = func(string) order.Finding { return order.Finding{} }
	for d.stored(sale.Number).State == order.Quarantine {
		d.due()
	}
	if got, passed := d.stored(sale.Number), d.clock.Now().Sub(begin); got.State != order.Absent || passed < order.HardHorizon {
		t.Errorf("%s after %v", got.State, passed)
	}
	if len(d.PendingPayments()) != 0 || len(d.Snapshot().Live) != 0 {
		t.Error("the sale is at its end and still pending")
	}
	if err := d.ResolvePayment(background, sale.Number); err != nil {
		t.Error(err)
	}
}

// An answer that comes after the decision was taken is void.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	d, sale := lost(t)
	d.host.find = func(n string) order.Finding {
		if err := d.StopWaiting(background, n); err != nil {
			t.Error(err)
		}
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	d.due()
	if got := d.stored(sale.Number); got.State != order.Reversing || got.Decision != order.Reverse || got.Cause != order.CauseCancelled {
		t.Errorf("%+v, want it taken back", got)
	}
	// Nothing is waited for any more where a person decides.
	d.host.sale = partly
	part := d.mustCharge("o2", order.PartApproved)
	if err := d.ResolvePayment(background, part.Number); err != nil {
		t.Error(err)
	}
}

// What the host said is recorded even where its asker is gone.
func TestTheAnswerIsKeptThoughTheCallerIsGone(t *testing.T) {
	d, sale := lost(t)
	ctx, cancel := context.WithCancel(background)
	d.host.find = func(n string) order.Finding {
		cancel()
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	if err := d.ResolvePayment(ctx, sale.Number); err != nil {
		t.Error(err)
	}
	if got := d.stored(sale.Number).State; got != order.Approved {
		t.Errorf("%s, want APPROVED", got)
	}
}

// Two who change a sale at the same moment: the one who comes second sees what
// the first did, and the picture does not go back.
func TestThePictureNeverGoesBack(t *testing.T) {
	d := newDesk(t)
	d.host.sale = noAnswer
	decided := make(chan error, 1)
	d.journal.behind = func(entries []order.Entry) {
		if entries[0].Kind != "attempt.unknown" {
			return
		}
		a := entries[0].Object.(order.Attempt)
		go func() { decided <- d.StopWaiting(background, a.Number) }()
		for range 2000 { // long enough for somebody who need not wait
			if now := d.stored(a.Number); now.State != order.Unknown {
				break
			}
		}
	}
	sale, err := d.charge("o1")
	if err != nil {
		t.Fatal(err)
	}
	if err := <-decided; err != nil {
		t.Fatal(err)
	}
	if got, ok := d.Snapshot().Find(sale.Number); !ok || got.State != order.Reversing {
		t.Errorf("the picture has %s, the journal %s", got.State, d.stored(sale.Number).State)
	}
}

// Somebody else was quicker: the event is applied to what is there now.
func TestAConflictIsReadAgain(t *testing.T) {
	d, sale := lost(t)
	tries := 0
	d.journal.before = func(entries []order.Entry) error {
		if tries++; tries == 1 {
			return order.ErrConflict
		}
		return nil
	}
	if err := d.StopWaiting(background, sale.Number); err != nil || tries != 2 {
		t.Errorf("%v after %d tries", err, tries)
	}
	d.journal.before, d.journal.read = nil, func() error { return errDisk }
	wantProblem(t, d.StopWaiting(background, sale.Number), engine.ProblemStorage)
	if !strings.Contains(d.log.String(), "journal read failed") {
		t.Error("the cause is not in the log")
	}
}

func TestRestartInTheMiddleOfASale(t *testing.T) {
	d := newDesk(t)
	// The program died with the request on the wire.
	func() {
		defer func() { _ = recover() }()
		d.host.sale = func(string, money.Amount) order.Evidence { panic("killed") }
		_, _ = d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000)}, testCard(t))
	}()
	attempts, err := d.journal.AttemptsOf(background, "o1")
	if err != nil || len(attempts) != 1 || attempts[0].State != order.Sending {
		t.Fatalf("%v, %v", attempts, err)
	}
	d.restart()
	got := d.stored(attempts[0].Number)
	if got.State != order.Unknown || got.Cause != order.CauseRestart || !got.QuietSince.Equal(d.clock.Now()) {
		t.Errorf("%+v, want UNKNOWN", got)
	}
	if work := d.PendingPayments(); len(work) != 1 || work[0].ID != got.Number {
		t.Errorf("pending %v", work)
	}
	d.signIn("sue")
	_, err = d.charge("o1")
	wantProblem(t, err, engine.ProblemInProgress)
	d.host.sale = approved
	d.mustCharge("o2", order.Approved)
}

func TestResumeTellsWhatItCannotRead(t *testing.T) {
	d := newDesk(t)
	d.journal.read = func() error { return errDisk }
	if err := d.Resume(background); err == nil {
		t.Error("resumed without the journal")
	}
}

func TestCheckHost(t *testing.T) {
	d := newDesk(t)
	if got := d.Snapshot().Host.Health; got != engine.HealthUnsure {
		t.Errorf("before it is asked the host is %s", got)
	}
	if !d.CheckHost(background) || d.Snapshot().Host.Health != engine.HealthGood {
		t.Errorf("host %+v", d.Snapshot().Host)
	}
	d.host.ping = func() error { return errDisk }
	if d.CheckHost(background) || d.Snapshot().Host != (engine.Part{Health: engine.HealthTrouble, Text: errDisk.Error()}) {
		t.Errorf("host %+v", d.Snapshot().Host)
	}
}

func TestSalesAndDetail(t *testing.T) {
	d := newDesk(t)
	first := d.mustCharge("o1", order.Approved)
	d.clock.Advance(time.Second)
	d.host.sale = noAnswer
	second := d.mustCharge("o2", order.Unknown)
	sales, err := d.Sales(background, order.Query{})
	if err != nil || len(sales) != 2 || sales[0].Number != second.Number || sales[1].Number != first.Number || sales[0].Next != order.DoQuery {
		t.Errorf("%v, %v", sales, err)
	}
	_, err = d.Detail(background, "nobody")
	wantProblem(t, err, engine.ProblemNotFound)
	detail, err := d.Detail(background, first.Number)
	if err != nil || len(detail.Story) < 4 || detail.Order.PaidBy != first.Number {
		t.Errorf("%+v, %v", detail, err)
	}
	d.journal.read = func() error { return errDisk }
	_, err = d.Sales(background, order.Query{})
	wantProblem(t, err, engine.ProblemStorage)
}
