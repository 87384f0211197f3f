package engine_test

import (
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// oneJob is a desk with an approved sale that calls for one receipt.
func oneJob(t *testing.T, kind string) (*desk, engine.Sale, order.Job) {
	t.Helper()
	d := newDesk(t)
	d.cfg.Jobs = []order.Job{{Kind: kind, Copy: engine.CopyCustomer}}
	d.cfg.Printer = kind == order.JobPrint
	d.Configure(d.cfg)
	sale := d.mustCharge("o1", order.Approved)
	select {
	case <-d.JobsWake(kind):
	default:
		t.Error("the scheduler was not woken")
	}
	return d, sale, d.Snapshot().Jobs[0]
}

func (d *desk) job(id string) order.Job {
	d.t.Helper()
	j, err := d.journal.Journal.Job(background, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return j
}

func TestRunJob(t *testing.T) {
	for _, tt := range []struct {
		name, kind string
		result     order.JobResult
		want       order.JobState
		printer    engine.Health
		again      bool
	}{
		{"paper", order.JobPrint, order.JobResult{Done: true}, order.JobDone, engine.HealthGood, false},
		{"no paper", order.JobPrint, order.JobResult{Trouble: "Put in paper."}, order.JobQueued, engine.HealthTrouble, true},
		{"torn off", order.JobPrint, order.JobResult{Touched: true, Trouble: "Look first."}, order.JobUnsure, engine.HealthTrouble, false},
		{"file", order.JobPDF, order.JobResult{Done: true, Path: "/slip.pdf"}, order.JobDone, engine.HealthOff, false},
		{"no folder", order.JobPDF, order.JobResult{Trouble: "Make the folder."}, order.JobQueued, engine.HealthOff, true},
	} {
		d, _, j := oneJob(t, tt.kind)
		d.paper.do = func(j order.Job) order.JobResult {
			if got := d.job(j.ID); got.State != order.JobSending {
				t.Errorf("%s: bytes leave while the journal has %s", tt.name, got.State)
			}
			return tt.result
		}
		if err := d.RunJob(background, j.ID); err != nil {
			t.Fatal(err)
		}
		got := d.job(j.ID)
		if got.State != tt.want || got.Path != tt.result.Path || got.Trouble != tt.result.Trouble || got.Document != engine.DocumentSale {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
		if p := d.Snapshot().Printer; p.Health != tt.printer || p.Health == engine.HealthTrouble && p.Text != tt.result.Trouble {
			t.Errorf("%s: printer %+v, want %s", tt.name, p, tt.printer)
		}
		work := d.PendingJobs(j.Kind)
		if tt.again != (len(work) == 1) || tt.again && !work[0].Due.After(d.clock.Now()) {
			t.Errorf("%s: pending %v, want it later: %v", tt.name, work, tt.again)
		}
		if shown := len(d.Snapshot().Jobs) == 1; shown == (tt.want == order.JobDone) {
			t.Errorf("%s: among the receipts that wait: %v", tt.name, shown)
		}
	}
}

func TestRunJobThatIsNotThere(t *testing.T) {
	d, _, j := oneJob(t, order.JobPrint)
	wantProblem(t, d.RunJob(background, "nothing"), engine.ProblemNotFound)
	if err := d.SettleJob(background, j.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := d.RunJob(background, j.ID); err != nil || len(d.paper.done) != 0 {
		t.Errorf("a receipt that was settled in between: %v, printed %v", err, d.paper.done)
	}
}

// Where the disk is full, the receipt waits; where it filled up while
// printing, no second original is printed.
func TestRunJobThatCannotBeSaved(t *testing.T) {
	for _, tt := range []struct {
		kind string
		want order.JobState
	}{{order.JobPrint, order.JobUnsure}, {order.JobPDF, order.JobQueued}} {
		d, _, j := oneJob(t, tt.kind)
		d.journal.before = failOn("job.sending", order.ErrFull)
		wantProblem(t, d.RunJob(background, j.ID), engine.ProblemDisk)
		if len(d.paper.done) != 0 {
			t.Error("printed without a durable intent")
		}
		d.journal.before = failOn("job.confirmed", order.ErrFull)
		wantProblem(t, d.RunJob(background, j.ID), engine.ProblemDisk)
		d.journal.before = nil
		if work := d.PendingJobs(j.Kind); len(work) != 1 {
			t.Fatalf("pending %v", work)
		}
		if err := d.RunJob(background, j.ID); err != nil {
			t.Fatal(err)
		}
		if got := d.job(j.ID); got.State != tt.want || len(d.paper.done) != 1 {
			t.Errorf("%s: %s after %d prints, want %s after one", tt.kind, got.State, len(d.paper.done), tt.want)
		}
	}
}

// After a crash in the middle of printing a person looks; a file is written
// again.
func TestRestartWhilePrinting(t *testing.T) {
	for _, tt := range []struct {
		kind string
		want order.JobState
	}{{order.JobPrint, order.JobUnsure}, {order.JobPDF, order.JobQueued}} {
		d, _, j := oneJob(t, tt.kind)
		j.State, j.Version = order.JobSending, j.Version+1
		if err := d.journal.Commit(background, order.Entry{Kind: "job.sending", Subject: j.ID, Object: j}); err != nil {
			t.Fatal(err)
		}
		d.restart()
		if got := d.job(j.ID); got.State != tt.want || got.Trouble == "" {
			t.Errorf("%s: %+v, want %s", tt.kind, got, tt.want)
		}
		if s := d.Snapshot(); len(s.Jobs) != 1 || s.Jobs[0].State != tt.want {
			t.Errorf("snapshot %+v", s.Jobs)
		}
	}
}

func TestReprintNumbersItsCopies(t *testing.T) {
	d, sale, _ := oneJob(t, order.JobPrint)
	for range 2 {
		if err := d.Reprint(background, sale.Number, engine.CopyCustomer); err != nil {
			t.Fatal(err)
		}
	}
	d.cfg.Printer = false
	d.Configure(d.cfg)
	if err := d.Reprint(background, sale.Number, engine.CopyMerchant); err != nil {
		t.Fatal(err)
	}
	var got []order.Job
	for _, j := range d.Snapshot().Jobs {
		got = append(got, order.Job{Kind: j.Kind, Copy: j.Copy, Reprint: j.Reprint})
	}
	want := []order.Job{{Kind: order.JobPrint, Copy: "customer"}, {Kind: order.JobPrint, Copy: "customer", Reprint: 1},
		{Kind: order.JobPrint, Copy: "customer", Reprint: 2}, {Kind: order.JobPDF, Copy: "merchant"}} // never called for: the original
	if len(got) != len(want) {
		t.Fatalf("%d receipts, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("receipt %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	wantProblem(t, d.Reprint(background, "nobody", engine.CopyCustomer), engine.ProblemNotFound)
	d.host.sale = declined
	refused := d.mustCharge("o2", order.Declined)
	if err := d.Reprint(background, refused.Number, engine.CopyCustomer); err != nil {
		t.Errorf("the slip of a refusal: %v", err)
	}
	d.journal.before = failOn("job.queued", order.ErrFull)
	wantProblem(t, d.Reprint(background, sale.Number, engine.CopyCustomer), engine.ProblemDisk)
}

func TestSettleJob(t *testing.T) {
	for _, printed := range []bool{true, false} {
		d, sale, j := oneJob(t, order.JobPrint)
		d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Touched: true, Trouble: "Look first."} }
		if err := d.RunJob(background, j.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.SettleJob(background, j.ID, printed); err != nil {
			t.Fatal(err)
		}
		jobs, err := d.journal.Jobs(background, sale.Number)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case printed && (len(jobs) != 1 || jobs[0].State != order.JobDone):
			t.Errorf("came out: %+v", jobs)
		case !printed && (len(jobs) != 2 || jobs[0].State != order.JobDropped || jobs[1].State != order.JobQueued || jobs[1].Reprint != 1 || jobs[1].Document != engine.DocumentSale):
			t.Errorf("did not come out: %+v", jobs)
		}
		wantProblem(t, d.SettleJob(background, j.ID, printed), engine.ProblemNotAllowed)
		wantProblem(t, d.SettleJob(background, "nothing", printed), engine.ProblemNotFound)
	}
	d, _, j := oneJob(t, order.JobPrint)
	d.journal.before = func([]order.Entry) error { return order.ErrConflict }
	wantProblem(t, d.SettleJob(background, j.ID, true), engine.ProblemNotAllowed)
}
