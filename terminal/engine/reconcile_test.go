package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func (j *fakeJournal) Restored() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.old
}

func (j *fakeJournal) Reconciled(context.Context) error {
	j.set(func() { j.old = false })
	return nil
}

// TestPutBack: whatever a journal that was put back has as unfinished becomes
// unknown, once, and no money moves until it is compared.
func TestPutBack(t *testing.T) {
	d := newDesk(t)
	paid := d.mustCharge("o1", order.Approved)
	d.host.sale = partly
	part := d.mustCharge("o2", order.PartApproved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o3", order.Unknown)
	if err := d.StopWaiting(background, lost.Number); err != nil { // it is being taken back
		t.Fatal(err)
	}
	d.host.follow = lostFollow
	void, err := d.Void(background, paid.Number, "")
	if err != nil || void.State != order.FollowUnknown {
		t.Fatalf("%s, %v", void.State, err)
	}
	closing := order.Batch{ID: "B1", Version: 1, State: order.BatchClosing, Device: "dev", Asked: d.clock.Now()}
	if err := d.journal.Commit(background, order.Entry{Kind: "batch.closing", Subject: "B1", Actor: "sue", Object: closing}); err != nil {
		t.Fatal(err)
	}
	d.journal.set(func() { d.journal.old = true })
	d.tape.take()
	d.restart()
	kinds := strings.Join(d.tape.take(), " ")
	for _, want := range []string{"attempt.unknown", "void.unknown", "batch.unknown", "job.unknown", "reconcile.begun"} {
		if !strings.Contains(kinds, want) {
			t.Errorf("no %s in %q", want, kinds)
		}
	}
	for _, number := range []string{part.Number, lost.Number} {
		if a := d.stored(number); a.State != order.Unknown || a.Cause != order.CauseRestored {
			t.Errorf("%s (%s)", a.State, a.Cause)
		}
	}
	if b, err := d.journal.Batch(background, "B1"); err != nil || b.State != order.BatchUnknown {
		t.Errorf("%s, %v", b.State, err)
	}
	jobs, err := d.journal.Jobs(background, "")
	for _, j := range jobs {
		if j.Kind == order.JobPrint && j.State != order.JobUnsure || j.Kind == order.JobPDF && j.State != order.JobQueued {
			t.Errorf("%s %s", j.Kind, j.State)
		}
	}
	if err != nil || len(jobs) != 2 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
	d.restart()
	if again := d.tape.take(); len(again) != 0 {
		t.Errorf("the next start did %v", again)
	}
	d.signIn("sue")
	d.host.sale = approved
	_, err = d.charge("o9")
	wantProblem(t, err, engine.ProblemRestored)
	_, err = d.Return(background, paid.Number, usd(100), "")
	wantProblem(t, err, engine.ProblemRestored)
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemRestored)
	d.tape.take()

	record := func(r order.Reconciliation) {
		t.Helper()
		last, err := d.journal.Reconciliation(background)
		if err != nil {
			t.Fatal(err)
		}
		r.ID, r.Version = d.NewOrderID(), last.Version+1
		if err := d.Record(background, r); err != nil {
			t.Fatal(err)
		}
	}
	record(order.Reconciliation{Began: noon, Trouble: "the host is busy"})
	record(order.Reconciliation{Began: noon, Complete: true, Reached: noon.Add(-time.Hour)}) // of some days only
	_, err = d.charge("o9")
	wantProblem(t, err, engine.ProblemRestored)
	record(order.Reconciliation{Began: noon, Complete: true, Reached: noon})
	kinds = strings.Join(d.tape.take(), " ")
	if kinds != "commit reconcile.failed commit reconcile.matched commit reconcile.matched" {
		t.Errorf("recorded %q", kinds)
	}
	if _, err := d.charge("o9"); problem(t, err) == engine.ProblemRestored {
		t.Error("still refused")
	}
}

// TestPutBackKeys: a key of an older journal may be destroyed by now, also where
// a stored sale that is in doubt still names it. The next card gets a new one.
func TestPutBackKeys(t *testing.T) {
	d := awayDesk(t)
	s := d.mustStore("o1")
	d.back()
	d.host.sale = noAnswer
	d.forward(s.ID)
	d.kept(s.ID, order.StoredForwarding)
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	d.signIn("sue")
	last, err := d.journal.Reconciliation(background)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Record(background, order.Reconciliation{ID: d.NewOrderID(), Version: last.Version + 1, Began: noon, Complete: true, Reached: noon}); err != nil {
		t.Fatal(err)
	}
	d.away()
	if next := d.mustStore("o2"); next.Key == s.Key {
		t.Error("a card is sealed with a key that may be destroyed")
	}
}

// TestRecordShows: what a comparison found is shown in sentences, is logged
// where it is loud, and outlives a restart.
func TestRecordShows(t *testing.T) {
	d := newDesk(t)
	amount, other := usd(2000), usd(1500)
	r := order.Reconciliation{ID: "R1", Version: 1, Began: noon, Complete: true, Reached: noon, Counts: order.ReconciledRows{Differences: 30}}
	for _, what := range []order.Difference{order.HostOnly, order.LocalOnly, order.NotCharged, order.AmountDiffers, order.LateCharge, order.VoidedThere,
		order.ReturnedThere, order.CapturedThere, order.NotDone, order.Twice, order.Unreadable} {
		r.Found = append(r.Found, order.Mismatch{What: what, Shelf: order.ShelfSales, Number: "N1", GUID: "g-1", Origin: order.OriginOwn, Here: &amount, There: &other})
	}
	if err := d.Record(background, r); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(d.log.String(), "journal and host differ"); n != 6 {
		t.Errorf("logged %d times: %s", n, d.log)
	}
	d.restart()
	got := d.Snapshot().Recon
	if got.Differences != 30 || !got.Reached.Equal(noon) || len(got.Findings) != len(r.Found) {
		t.Fatalf("shown as %+v", got)
	}
	seen := map[string]bool{}
	for _, f := range got.Findings {
		if seen[f.Text] || !strings.Contains(f.Text, "N1") && !strings.Contains(f.Text, "payment") || !strings.HasSuffix(f.Text, ".") {
			t.Errorf("%s: %q", f.What, f.Text)
		}
		seen[f.Text] = true
	}
}

// TestLook asks at once for what waits for its next look, and leaves what is on
// its way alone.
func TestLook(t *testing.T) {
	d, sale := lost(t)
	d.host.find = func(string) order.Finding { return order.Finding{} }
	if err := d.Look(background, sale.Number); err != nil {
		t.Fatal(err)
	}
	if got := d.stored(sale.Number); got.State != order.Unknown {
		t.Errorf("%s: nobody may cut the wait short", got.State)
	}
	if err := d.StopWaiting(background, sale.Number); err != nil {
		t.Fatal(err)
	}
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	d.due()
	if got := d.stored(sale.Number); got.State != order.Quarantine {
		t.Fatalf("%s, want QUARANTINE", got.State)
	}
	d.host.find = func(n string) order.Finding { return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}} }
	if err := d.Look(background, sale.Number); err != nil {
		t.Fatal(err)
	}
	if got := d.stored(sale.Number); got.State != order.Reversing || got.GUID == "" {
		t.Errorf("%s, want REVERSING", got.State)
	}
}

// TestUnsettled is how far back a comparison must reach.
func TestUnsettled(t *testing.T) {
	d := newDesk(t)
	if at := d.Unsettled(); !at.IsZero() {
		t.Errorf("%v in an empty journal", at)
	}
	d.mustCharge("o1", order.Approved)
	opened := d.clock.Now()
	d.clock.Advance(time.Hour)
	d.host.sale = noAnswer
	d.mustCharge("o2", order.Unknown)
	if at := d.Unsettled(); !at.Equal(opened) {
		t.Errorf("%v, want the open batch since %v", at, opened)
	}
}
