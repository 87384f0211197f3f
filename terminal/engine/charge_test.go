package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The order of the steps is the heart of the program: intent durable, sent,
// outcome durable, shown.
func TestChargeOrdersItsSteps(t *testing.T) {
	d := newDesk(t)
	d.Watch(func(s engine.Snapshot) {
		if s.Last != nil {
			d.tape.add("shown " + string(s.Last.State))
		}
	})
	d.journal.before = func(entries []order.Entry) error {
		if entries[0].Kind == "attempt.approved" && d.host.card.PAN() != nil {
			t.Error("the card is kept longer than the host is asked")
		}
		return nil
	}
	sale := d.mustCharge("o1", order.Approved)
	got := slices.Compact(d.tape.take())
	want := []string{"commit order.open", "commit attempt.sending", "shown SENDING", "sale", "shown SENDING",
		"commit attempt.approved", "commit order.paid-card", "commit job.queued", "shown APPROVED"}
	if !slices.Equal(got, want) {
		t.Errorf("steps\n%v, want\n%v", got, want)
	}
	if a := d.stored(sale.Number); a.State != order.Approved || a.Decision != order.Adopt || a.Operator != "sue" ||
		a.Last4 != "1111" || a.Brand != "Visa" || a.AuthCode != "TAS001" {
		t.Errorf("stored %+v", a)
	}
	if s := d.Snapshot(); s.Batch.Sales != 1 || s.Batch.Total != usd(2000) || s.Batch.GUID != "batch-1" || len(s.Live) != 0 || len(s.Jobs) != 2 {
		t.Errorf("snapshot %+v", s)
	}
	d.mustCharge("o2", order.Approved)
	if s := d.Snapshot(); s.Batch.Sales != 2 || s.Batch.Total != usd(4000) {
		t.Errorf("batch %+v, want 2 sales of $40.00", s.Batch)
	}
}

// What is durable when the first byte leaves is read by another eye.
func TestTheNumberIsDurableBeforeTheFirstByte(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		if a := d.stored(number); a.State != order.Sending || a.Asked != amount {
			t.Errorf("on the wire while the journal has %+v", a)
		}
		if c := d.host.card; string(c.PAN()) != "4111111111111111" || string(c.CVV()) != "999" {
			t.Error("the host did not get the card")
		}
		return approved(number, amount)
	}
	d.mustCharge("o1", order.Approved)
}

func TestNothingIsSentWhereTheIntentIsNotDurable(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code string
	}{{order.ErrFull, engine.ProblemDisk}, {errDisk, engine.ProblemStorage}} {
		d := newDesk(t)
		d.journal.before = failOn("attempt.sending", tt.err)
		_, err := d.charge("o1")
		wantProblem(t, err, tt.code)
		if n := d.host.sales.Load(); n != 0 {
			t.Errorf("%v: %d sales were sent", tt.err, n)
		}
		if s := d.Snapshot(); s.Journal.Health != engine.HealthTrouble || s.Journal.Text == "" || len(s.Live) != 0 {
			t.Errorf("%v: journal part %+v, %d live", tt.err, s.Journal, len(s.Live))
		}
		if work := d.PendingPayments(); len(work) != 0 {
			t.Errorf("%v: pending %v", tt.err, work)
		}
	}
}

// An approval that could not be saved is not shown, is not called a refusal,
// and is not charged again; the terminal asks the host as soon as it can save.
func TestAnOutcomeThatCannotBeSaved(t *testing.T) {
	for _, tt := range []struct {
		err  error
		sale func(string, money.Amount) order.Evidence
		says string
	}{
		{order.ErrFull, approved, "Free some space"},
		{errDisk, approved, "Restart Paydesk"},
		{order.ErrFull, declined, "Free some space"},
		{order.ErrFull, noAnswer, "Free some space"},
	} {
		d := newDesk(t)
		d.host.sale = tt.sale
		d.Watch(func(s engine.Snapshot) {
			if s.Last != nil && s.Last.State != order.Sending {
				t.Errorf("shown %s", s.Last.State)
			}
		})
		broken := func(entries []order.Entry) error {
			if entries[0].Kind == "order.open" {
				return nil
			}
			return tt.err
		}
		d.journal.set(func() { d.journal.before = broken })
		sale, err := d.charge("o1")
		wantProblem(t, err, engine.ProblemUnsaved)
		if !strings.Contains(err.Error(), "Do not charge again") || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%v does not say what to do", err)
		}
		if sale.Number == "" || sale.State != order.Sending {
			t.Errorf("sale %s %s, want one that is not known", sale.Number, sale.State)
		}
		if s := d.Snapshot(); s.Journal.Health != engine.HealthTrouble || len(s.Live) != 1 {
			t.Errorf("journal part %+v, live %v", s.Journal, s.Live)
		}
		d.journal.set(func() { d.journal.room = func() error { return tt.err } })
		_, err = d.charge("o2")
		if code := problem(t, err); code != engine.ProblemDisk && code != engine.ProblemStorage {
			t.Errorf("next charge: %v", err)
		}
		if _, err = d.charge("o1"); err == nil {
			t.Error("the same order was charged again")
		}
		if n := d.host.sales.Load(); n != 1 {
			t.Errorf("%d sales were sent, want 1", n)
		}
		if err := d.ResolvePayment(background, sale.Number); err == nil {
			t.Error("resolved while nothing can be saved")
		}
	}
}

func TestAnUnsavedOutcomeIsAskedForWhenThereIsRoom(t *testing.T) {
	d := newDesk(t)
	d.journal.before = failOn("attempt.approved", order.ErrFull)
	sale, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemUnsaved)
	select {
	case <-d.PaymentsWake():
	default:
		t.Error("the scheduler was not woken")
	}
	d.journal.set(func() { d.journal.before = nil })
	d.due()
	if got := d.stored(sale.Number); got.State != order.Unknown {
		t.Fatalf("%s, want UNKNOWN", got.State)
	}
	_, err = d.charge("o1")
	wantProblem(t, err, engine.ProblemInProgress)
	d.host.find = func(number string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(number, usd(2000))}}
	}
	d.due()
	if got := d.Snapshot(); got.Last.State != order.Approved || got.Last.Number != sale.Number || len(got.Live) != 0 {
		t.Errorf("last %+v", got.Last)
	}
	d.mustCharge("o2", order.Approved)
	if got := d.Snapshot().Journal.Health; got != engine.HealthGood {
		t.Errorf("journal is %s, want good again", got)
	}
}

// A charge that is under way is not taken for one whose outcome was lost.
func TestASaleUnderWayIsLeftAlone(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		if work := d.PendingPayments(); len(work) != 0 {
			t.Errorf("pending %v", work)
		}
		if err := d.ResolvePayment(background, number); err != nil {
			t.Error(err)
		}
		if got := d.stored(number).State; got != order.Sending {
			t.Errorf("%s while under way", got)
		}
		return approved(number, amount)
	}
	d.mustCharge("o1", order.Approved)
}

func TestFiftyPressesMakeOneSale(t *testing.T) {
	d := newDesk(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		close(inside)
		<-leave
		return approved(number, amount)
	}
	first := make(chan error, 1)
	go func() {
		_, err := d.charge("o1")
		first <- err
	}()
	<-inside
	var presses sync.WaitGroup
	for range 49 {
		presses.Go(func() {
			_, err := d.charge("o1")
			if p := (*engine.Problem)(nil); !errors.As(err, &p) || p.Code != engine.ProblemInProgress {
				t.Errorf("press: %v", err)
			}
		})
	}
	presses.Wait()
	close(leave)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if n := d.host.sales.Load(); n != 1 {
		t.Errorf("%d sales, want 1", n)
	}
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemOrderClosed)
}

// Whether an order may be tried again depends on what became of it before.
func TestASecondTryOfAnOrder(t *testing.T) {
	notSent := func(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NotConnected} }
	review := func(_ string, a money.Amount) order.Evidence { return approved("N999999", a) }
	for _, tt := range []struct {
		name string
		sale func(string, money.Amount) order.Evidence
		then []order.ReversalAnswer // after the wait is over
		want order.State
		code string // of the second try; "" where it goes out
	}{
		{"declined", declined, nil, order.Declined, ""},
		{"not sent", notSent, nil, order.NotSent, ""},
		{"reversed", noAnswer, []order.ReversalAnswer{order.ReversalDone}, order.Reversed, ""},
		{"unknown", noAnswer, nil, order.Unknown, engine.ProblemInProgress},
		{"reversing", noAnswer, []order.ReversalAnswer{order.ReversalNoAnswer}, order.Reversing, engine.ProblemInProgress},
		{"quarantine", noAnswer, []order.ReversalAnswer{order.ReversalNothing}, order.Quarantine, engine.ProblemInProgress},
		{"review", review, nil, order.Review, engine.ProblemInProgress},
		{"partly", partly, nil, order.PartApproved, engine.ProblemInProgress},
		{"approved", approved, nil, order.Approved, engine.ProblemOrderClosed},
	} {
		d := newDesk(t)
		d.host.sale = tt.sale
		first, err := d.charge("o1")
		if err != nil {
			t.Fatal(tt.name, err)
		}
		for _, answer := range tt.then {
			if err := d.StopWaiting(background, first.Number); err != nil {
				t.Fatal(err)
			}
			d.host.reverse = func(string) order.ReversalAnswer { return answer }
			d.due()
		}
		if got := d.stored(first.Number).State; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		d.host.sale = approved
		second, err := d.charge("o1")
		if tt.code != "" {
			wantProblem(t, err, tt.code)
		} else if err != nil || second.Number == first.Number || second.State != order.Approved || second.Order != "o1" {
			t.Errorf("%s: second try %+v, %v", tt.name, second, err)
		}
		d.mustCharge("o2", order.Approved) // others go on
	}
}

func TestTheAmountOfAnOrderStays(t *testing.T) {
	d := newDesk(t)
	d.host.sale = declined
	d.mustCharge("o1", order.Declined)
	_, err := d.chargeAmount("o1", usd(1000))
	wantProblem(t, err, engine.ProblemNotAllowed)
}

func TestAmounts(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		amount money.Amount
		want   string
	}{
		{usd(49), engine.ProblemAmountLow}, {usd(0), engine.ProblemAmountLow}, {usd(-100), engine.ProblemAmountLow},
		{usd(50), ""}, {usd(99999999), ""}, {usd(100000000), engine.ProblemAmountHigh},
		{money.New(2000, money.EUR), engine.ProblemCurrency}, {money.Amount{Minor: 2000}, engine.ProblemCurrency},
	} {
		before := d.host.sales.Load()
		sale, err := d.chargeAmount(d.NewOrderID(), tt.amount)
		if tt.want == "" {
			if err != nil || sale.State != order.Approved {
				t.Errorf("%v: %s, %v", tt.amount, sale.State, err)
			}
			continue
		}
		wantProblem(t, err, tt.want)
		if d.host.sales.Load() != before {
			t.Errorf("%v was sent", tt.amount)
		}
	}
}

func TestWhoMayCharge(t *testing.T) {
	d := newDesk(t)
	d.SignOut(background)
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemSignIn)
	d.person("ghost", "ghost")
	d.signIn("ghost")
	_, err = d.charge("o1")
	wantProblem(t, err, engine.ProblemRight)
	for what, call := range map[string]func() error{
		"reprint":   func() error { return d.Reprint(background, "x", engine.CopyCustomer) },
		"settle":    func() error { return d.SettleJob(background, "x", true) },
		"keep":      func() error { return d.Keep(background, "x") },
		"give back": func() error { return d.GiveBack(background, "x") },
		"stop":      func() error { return d.StopWaiting(background, "x") },
		"abandon":   func() error { return d.AbandonOrder(background, "x") },
		"close":     func() error { _, err := d.CloseBatch(background); return err },
	} {
		if code := problem(t, call()); code != engine.ProblemRight {
			t.Errorf("%s: %s", what, code)
		}
	}
	d.signIn("cas")
	d.mustCharge("o1", order.Approved)
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemApproval)
	if d.host.sales.Load() != 1 {
		t.Error("somebody without the right sent a sale")
	}
}

func TestRefusedBeforeAnythingIsSent(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*desk)
		want string
	}{
		{"no device", func(d *desk) { d.cfg.Device = ""; d.Configure(d.cfg) }, engine.ProblemNoDevice},
		{"no room", func(d *desk) { d.journal.room = func() error { return order.ErrFull } }, engine.ProblemDisk},
		{"storage broken", func(d *desk) { d.journal.room = func() error { return errDisk } }, engine.ProblemStorage},
		{"order cannot be read", func(d *desk) {
			d.host.sale = declined
			d.mustCharge("o1", order.Declined)
			d.host.sales.Store(0)
			d.journal.read = func() error { return errDisk }
		}, engine.ProblemStorage},
	} {
		d := newDesk(t)
		tt.set(d)
		_, err := d.charge("o1")
		wantProblem(t, err, tt.want)
		if d.host.sales.Load() != 0 {
			t.Errorf("%s: a sale was sent", tt.name)
		}
	}
	// Room comes back.
	d := newDesk(t)
	d.journal.room = func() error { return order.ErrFull }
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemDisk)
	d.journal.room = func() error { return nil }
	d.mustCharge("o1", order.Approved)
	if got := d.Snapshot().Journal; got.Health != engine.HealthGood {
		t.Errorf("journal %+v", got)
	}
}

// An order that is given up while the host is asked takes no charge: the
// approval that comes goes back, and nobody is shown it.
func TestGivenUpWhileTheHostIsAsked(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		if err := d.AbandonOrder(background, "o1"); err != nil {
			t.Error(err)
		}
		return approved(number, amount)
	}
	sale := d.mustCharge("o1", order.Reversing)
	if a := d.stored(sale.Number); a.Decision != order.Reverse || a.Cause != order.CauseOrderClosed || a.GUID == "" {
		t.Errorf("stored %+v", a)
	}
	d.host.reverse = func(number string) order.ReversalAnswer {
		if d.stored(number).Decision != order.Reverse {
			t.Error("the reversal left before its decision was durable")
		}
		return order.ReversalDone
	}
	d.due()
	if got := d.stored(sale.Number).State; got != order.Reversed {
		t.Errorf("%s, want REVERSED", got)
	}
}

func TestAbandonOrder(t *testing.T) {
	d := newDesk(t)
	if err := d.AbandonOrder(background, "never charged"); err != nil {
		t.Error(err)
	}
	d.mustCharge("o1", order.Approved)
	wantProblem(t, d.AbandonOrder(background, "o1"), engine.ProblemOrderClosed)
	d.host.sale = declined
	d.mustCharge("o2", order.Declined)
	tries := 0 // the first meets somebody who was quicker
	d.journal.set(func() {
		d.journal.before = func(e []order.Entry) error {
			if e[0].Kind == "order.abandoned" {
				if tries++; tries == 1 {
					return order.ErrConflict
				}
			}
			return nil
		}
	})
	if err := d.AbandonOrder(background, "o2"); err != nil || tries != 2 {
		t.Errorf("%v after %d tries", err, tries)
	}
	_, err := d.charge("o2")
	wantProblem(t, err, engine.ProblemOrderClosed)
	d.journal.read = func() error { return errDisk }
	wantProblem(t, d.AbandonOrder(background, "o2"), engine.ProblemStorage)
}

func TestKeepAndGiveBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		act  func(*desk, string) error
		want order.State
		also string
	}{
		{"keep", func(d *desk, n string) error { return d.Keep(background, n) }, order.Approved, "attempt.kept"},
		{"give back", func(d *desk, n string) error { return d.GiveBack(background, n) }, order.Reversing, "attempt.given-back"},
	} {
		d := newDesk(t)
		d.host.sale = partly
		sale := d.mustCharge("o1", order.PartApproved)
		if got, ok := d.Snapshot().Find(sale.Number); !ok || got.Approved != usd(1000) || got.Next != order.DoNothing {
			t.Errorf("snapshot %+v", got)
		}
		d.tape.take()
		if err := tt.act(d, sale.Number); err != nil {
			t.Fatal(err)
		}
		a := d.stored(sale.Number)
		if lines := d.tape.take(); a.State != tt.want || a.Approved.Minor != 1000 || !slices.Contains(lines, "commit "+tt.also) {
			t.Errorf("%s: %s with %v, %v", tt.name, a.State, a.Approved, lines)
		}
		story, err := d.Detail(background, sale.Number)
		if last := story.Story[len(story.Story)-1]; err != nil || !slices.ContainsFunc(story.Story, func(l engine.Line) bool { return l.Kind == tt.also && l.Actor == "sue" }) {
			t.Errorf("%s: story ends with %+v, %v", tt.name, last, err)
		}
		for _, again := range []func(context.Context, string) error{d.Keep, d.GiveBack, d.StopWaiting} {
			wantProblem(t, again(background, sale.Number), engine.ProblemNotAllowed)
		}
	}
	d := newDesk(t)
	for _, act := range []func(context.Context, string) error{d.Keep, d.GiveBack, d.StopWaiting} {
		wantProblem(t, act(background, "nobody"), engine.ProblemNotFound)
	}
}

func TestNotes(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("é", 60)
	sale, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), Note: long}, testCard(t))
	if err != nil {
		t.Fatal(err)
	}
	detail, err := d.Detail(background, sale.Number)
	if err != nil || detail.Order.Note != strings.Repeat("é", 50) || len(detail.Jobs) != 2 {
		t.Errorf("detail %+v, %v", detail.Order, err)
	}
}

// TestSupervisorOverride: what the bank wants a supervisor for, a cashier does
// not send again; the supervisor does, and is written down.
func TestSupervisorOverride(t *testing.T) {
	d := newDesk(t)
	d.signIn("cas")
	d.host.sale = func(number string, amount money.Amount) order.Evidence {
		e := declined(number, amount)
		e.Code, e.Message = "D0006", "Supervisor Override Required"
		return e
	}
	d.mustCharge("o1", order.Declined)
	d.host.sale = approved
	_, err := d.charge("o1")
	if problem(t, err) != engine.ProblemApproval || !strings.Contains(err.Error(), "Let a supervisor approve") {
		t.Errorf("the cashier again: %v", err)
	}
	d.signIn("sue")
	if sale := d.mustCharge("o1", order.Approved); sale.Operator != "sue" {
		t.Errorf("charged by %s", sale.Operator)
	}
}
