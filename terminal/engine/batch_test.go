package engine_test

import (
	"slices"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func count(lines []string, line string) int {
	n := 0
	for _, l := range lines {
		if l == line {
			n++
		}
	}
	return n
}

func closedAnswer() order.BatchAnswer {
	return order.BatchAnswer{Answered: true, Closed: true, GUID: "batch-1",
		Totals: &order.Totals{Sales: 1, SaleAmount: usd(2000), ReturnAmount: usd(0)}}
}

func TestCloseBatch(t *testing.T) {
	d := newDesk(t)
	_, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchEmpty)
	sale := d.mustCharge("o1", order.Approved)
	d.host.close = func() order.BatchAnswer {
		// The intent is durable, and sales wait until the answer is.
		u, err := d.journal.Unfinished(background)
		if err != nil || len(u.Batches) != 1 || u.Batches[0].State != order.BatchClosing || u.Batches[0].Witness.GUID != sale.GUID {
			t.Errorf("closing while the journal has %v, %v", u.Batches, err)
		}
		if !d.Snapshot().Batch.Closing {
			t.Error("the snapshot does not say that the batch is being closed")
		}
		_, err = d.charge("o2")
		wantProblem(t, err, engine.ProblemInProgress)
		_, err = d.Engine.CloseBatch(background)
		wantProblem(t, err, engine.ProblemInProgress)
		return closedAnswer()
	}
	b, err := d.CloseBatch(background)
	if err != nil || b.State != order.BatchClosed || !b.Matches() || b.Operator != "sue" || b.GUID != "batch-1" {
		t.Fatalf("closed %+v, %v", b, err)
	}
	if s := d.Snapshot().Batch; s.Closing || s.Sales != 0 || s.Total != usd(0) || s.GUID != "" {
		t.Errorf("batch %+v, want none open", s)
	}
	jobs, err := d.journal.Jobs(background, b.ID)
	if err != nil || len(jobs) != 1 || jobs[0].Document != engine.DocumentBatch || jobs[0].Copy != engine.CopyMerchant {
		t.Errorf("slips %+v, %v; want the shop's alone", jobs, err)
	}
	if n := count(d.tape.take(), "close"); n != 1 {
		t.Errorf("closed %d times", n)
	}
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchEmpty)
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		e := approved(n, a)
		e.Batch = "batch-2"
		return e
	}
	d.mustCharge("o2", order.Approved)
	if s := d.Snapshot().Batch; s.GUID != "batch-2" || s.Sales != 1 {
		t.Errorf("batch %+v, want the next one", s)
	}
}

// The batch of a device is closed as that device's, whatever device the settings
// have by now: that may have a batch of another till's.
func TestCloseBatchOfItsDevice(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.cfg.Device = "another"
	d.Configure(d.cfg)
	d.host.close = closedAnswer
	if b, err := d.CloseBatch(background); err != nil || b.Device != "dev" || d.host.closing != "dev" {
		t.Errorf("asked for the batch of %q: %+v, %v", d.host.closing, b, err)
	}
}

// A batch is not closed while a payment could still change it.
func TestCloseBatchWaitsForPayments(t *testing.T) {
	for _, tt := range []struct {
		name string
		sale func(string, money.Amount) order.Evidence
		then []order.ReversalAnswer
		want string
	}{
		{"unknown", noAnswer, nil, engine.ProblemBatchBusy},
		{"reversing", noAnswer, []order.ReversalAnswer{order.ReversalNoAnswer}, engine.ProblemBatchBusy},
		{"quarantine", noAnswer, []order.ReversalAnswer{order.ReversalNothing}, engine.ProblemBatchBusy},
		{"partly approved", partly, nil, engine.ProblemBatchBusy},
		{"review", func(_ string, a money.Amount) order.Evidence { return approved("N999999", a) }, nil, engine.ProblemBatchBusy},
		{"declined", declined, nil, ""},
	} {
		d := newDesk(t)
		d.mustCharge("o1", order.Approved)
		d.host.sale = tt.sale
		sale, err := d.charge("o2")
		if err != nil {
			t.Fatal(err)
		}
		for _, answer := range tt.then {
			if err := d.StopWaiting(background, sale.Number); err != nil {
				t.Fatal(err)
			}
			d.host.reverse = func(string) order.ReversalAnswer { return answer }
			d.due()
		}
		d.tape.take()
		d.host.close = closedAnswer
		_, err = d.CloseBatch(background)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		wantProblem(t, err, tt.want)
		if lines := d.tape.take(); slices.Contains(lines, "close") || slices.Contains(lines, "commit batch.closing") {
			t.Errorf("%s: closed all the same", tt.name)
		}
	}
}

// A press of Close meets a sale whose number is not yet in the journal.
func TestCloseBatchMeetsASaleThatBegins(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.tape.take()
	d.journal.before = func(entries []order.Entry) error {
		if entries[0].Kind == "order.open" {
			_, err := d.Engine.CloseBatch(background)
			wantProblem(t, err, engine.ProblemBatchBusy)
		}
		return nil
	}
	d.mustCharge("o2", order.Approved)
	if slices.Contains(d.tape.take(), "close") {
		t.Error("the batch was closed under a sale")
	}
	// And the other way round.
	d.journal.before = func(entries []order.Entry) error {
		if entries[0].Kind == "batch.closing" {
			_, err := d.charge("o3")
			wantProblem(t, err, engine.ProblemInProgress)
		}
		return nil
	}
	d.host.close = closedAnswer
	if _, err := d.CloseBatch(background); err != nil {
		t.Error(err)
	}
	if n := d.host.sales.Load(); n != 2 {
		t.Errorf("%d sales, want 2", n)
	}
}

func TestCloseBatchRefused(t *testing.T) {
	for _, tt := range []struct {
		name    string
		batchOf order.BatchAnswer
		want    order.BatchState
		code    string
	}{
		{"open at the host", order.BatchAnswer{Answered: true}, order.BatchNotClosed, engine.ProblemBatchRefuse},
		{"the sale does not answer", order.BatchAnswer{}, order.BatchNotClosed, engine.ProblemBatchRefuse},
		{"closed before", order.BatchAnswer{Answered: true, Closed: true}, order.BatchClosed, ""},
	} {
		d := newDesk(t)
		d.mustCharge("o1", order.Approved)
		d.host.close = func() order.BatchAnswer { return order.BatchAnswer{Answered: true, Message: "No open batch."} }
		d.host.batchOf = func(guid string) order.BatchAnswer {
			if guid != "guid-N000001" {
				t.Errorf("asked for %s", guid)
			}
			return tt.batchOf
		}
		b, err := d.CloseBatch(background)
		if b.State != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, b.State, tt.want)
		}
		if tt.code != "" {
			wantProblem(t, err, tt.code)
		} else if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if s := d.Snapshot().Batch; s.Closing {
			t.Errorf("%s: still closing", tt.name)
		}
	}
}

// Where the answer is lost, the host is asked for the batch and the close is
// not sent again, by nobody.
func TestCloseBatchAnswerLost(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.tape.take()
	b, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchUnsure)
	if b.State != order.BatchUnknown || d.Snapshot().Host.Health != engine.HealthTrouble {
		t.Errorf("%+v, host %+v", b, d.Snapshot().Host)
	}
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemInProgress)
	_, err = d.charge("o2")
	wantProblem(t, err, engine.ProblemInProgress)
	work := d.PendingPayments()
	if len(work) != 1 || work[0].ID != b.ID || !work[0].Due.After(d.clock.Now()) {
		t.Fatalf("pending %v", work)
	}
	if err := d.ResolvePayment(background, b.ID); err != nil { // lost again
		t.Error(err)
	}
	if again, err := d.journal.Batch(background, b.ID); err != nil || again.State != order.BatchUnknown || again.Tries != 2 {
		t.Errorf("lost again: %+v, %v", again, err)
	}
	d.restart()
	d.signIn("sue")
	d.host.batchOf = func(string) order.BatchAnswer { return order.BatchAnswer{Answered: true, Closed: true} }
	d.due()
	got, err := d.journal.Batch(background, b.ID)
	if err != nil || got.State != order.BatchClosed {
		t.Errorf("%+v, %v", got, err)
	}
	lines := d.tape.take()
	if count(lines, "close") != 1 || count(lines, "batch-of") != 2 {
		t.Errorf("%v: want one close and two questions", lines)
	}
	d.mustCharge("o2", order.Approved)
	if err := d.ResolvePayment(background, b.ID); err != nil {
		t.Errorf("a batch at its end: %v", err)
	}
}

func TestCloseBatchThatCannotBeSaved(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.tape.take()
	d.journal.before = failOn("batch.closing", order.ErrFull)
	_, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemDisk)
	if slices.Contains(d.tape.take(), "close") {
		t.Error("closed without a durable intent")
	}
	d.journal.before = func(entries []order.Entry) error {
		if entries[0].Kind == "batch.closed" {
			return order.ErrFull
		}
		return nil
	}
	d.host.close = closedAnswer
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemDisk)
	if !d.Snapshot().Batch.Closing {
		t.Error("the closing is forgotten")
	}
	d.journal.before = nil
	d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
	d.due()
	if lines := d.tape.take(); d.Snapshot().Batch.Closing || count(lines, "close") != 1 {
		t.Errorf("%v: want it closed, and asked for only once", lines)
	}
	d.mustCharge("o2", order.Approved)
	d.printed()
	d.journal.read = func() error { return errDisk }
	_, err = d.Engine.CloseBatch(background)
	wantProblem(t, err, engine.ProblemStorage)
}

// The service may have closed the batch by itself, and now closes a later one
// that the journal knows nothing of: the witness tells which is which.
func TestCloseOfABatchThatTheServiceClosed(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.close = func() order.BatchAnswer {
		zero := order.Totals{SaleAmount: usd(0), ReturnAmount: usd(0)}
		return order.BatchAnswer{Answered: true, Closed: true, GUID: "batch-9", Totals: &zero}
	}
	d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
	b, err := d.CloseBatch(background)
	if err != nil || b.GUID != "batch-1" || !b.Matches() {
		t.Errorf("closed %+v, %v", b, err)
	}
	if closed, err := d.journal.Closed(background, "batch-1"); err != nil || !closed {
		t.Errorf("closed %t, %v", closed, err)
	}
}

// TestAnotherBatchClosed: the service closed the batch by itself, and what the
// desk closed then is another one. What is believed is the witness's word.
func TestAnotherBatchClosed(t *testing.T) {
	for name, tt := range map[string]struct {
		seen order.BatchAnswer
		want order.BatchState
	}{
		"closed before":         {closedAnswer(), order.BatchClosed},
		"open, as it seems":     {order.BatchAnswer{Answered: true}, order.BatchNotClosed},
		"the witness is silent": {order.BatchAnswer{}, order.BatchUnknown},
	} {
		d := newDesk(t)
		d.mustCharge("o1", order.Approved)
		d.host.close = func() order.BatchAnswer {
			answer := closedAnswer()
			answer.GUID, answer.Totals = "another", &order.Totals{SaleAmount: usd(0), ReturnAmount: usd(0)}
			return answer
		}
		d.host.batchOf = func(string) order.BatchAnswer { return tt.seen }
		b, _ := d.CloseBatch(background)
		if b.State != tt.want || b.GUID == "another" {
			t.Errorf("%s: %s of %s, want %s", name, b.State, b.GUID, tt.want)
		}
	}
}
