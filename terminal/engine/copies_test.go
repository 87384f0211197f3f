package engine_test

import (
	"sync"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// originals counts the unmarked jobs of a document and copy that go into
// somebody's hands.
func (d *desk) originals(subject, document, copyName string) (n int) {
	d.t.Helper()
	jobs, err := d.journal.Journal.Jobs(background, subject)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Document == document && j.Copy == copyName && j.Reprint == 0 {
			n++
		}
	}
	return n
}

// What comes by itself later cannot be asked for before: there would be two
// originals.
func TestNoOriginalBeforeItsTime(t *testing.T) {
	d := newDesk(t)
	d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved)
	wantProblem(t, d.PrintAgain(background, order.DocumentBill, "B1", engine.CopyCustomer), engine.ProblemNotAllowed)
	d.cashLeg(dinner("B1"), "O2", usd(6000))
	if err := d.PrintAgain(background, order.DocumentBill, "B1", engine.CopyCustomer); err != nil {
		t.Fatal(err)
	}
	if n := d.originals("B1", order.DocumentBill, engine.CopyCustomer); n != 1 {
		t.Errorf("%d originals of the bill's receipt", n)
	}
}

// The slips that have one copy have one original, whichever copy is asked for;
// what is no document is refused.
func TestShopsOwnSlips(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.close = closedAnswer
	b, err := d.CloseBatch(background)
	if err != nil {
		t.Fatal(err)
	}
	for _, copyName := range []string{engine.CopyCustomer, engine.CopyMerchant} {
		if err := d.PrintAgain(background, engine.DocumentBatch, b.ID, copyName); err != nil {
			t.Fatal(err)
		}
	}
	jobs, err := d.journal.Jobs(background, b.ID)
	if err != nil || len(jobs) != 3 {
		t.Fatalf("%+v, %v", jobs, err)
	}
	for n, j := range jobs {
		if j.Reprint != n || j.Copy != engine.CopyMerchant {
			t.Errorf("job %d is copy %d for the %s", n, j.Reprint, j.Copy)
		}
	}
	for _, document := range []string{"", "drawer", "napkin"} {
		wantProblem(t, d.PrintAgain(background, document, b.ID, engine.CopyCustomer), engine.ProblemNotFound)
	}
}

// Whoever presses at once gets copies with numbers of their own.
func TestCopiesAtOnce(t *testing.T) {
	d, sale, j := oneJob(t, order.JobPrint)
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Touched: true, Trouble: "Look first."} }
	if err := d.RunJob(background, j.ID); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := d.PrintAgain(background, order.DocumentSale, sale.Number, engine.CopyCustomer); err != nil {
				t.Error(err)
			}
		})
	}
	all.Go(func() {
		if err := d.SettleJob(background, j.ID, false); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	jobs, err := d.journal.Journal.Jobs(background, sale.Number)
	if err != nil {
		t.Fatal(err)
	}
	given := map[int]bool{}
	for _, j := range jobs {
		if given[j.Reprint] {
			t.Errorf("copy %d twice", j.Reprint)
		}
		given[j.Reprint] = true
	}
	if len(given) != 10 {
		t.Errorf("%d numbers for 10 slips", len(given))
	}
}

// A drawer that somebody says did not open is not opened later, and is no paper.
func TestSettleDrawer(t *testing.T) {
	d := drawerDesk(t)
	cash, err := d.TakeCash(background, "o1", usd(500), usd(500))
	if err != nil {
		t.Fatal(err)
	}
	before, err := d.journal.Journal.Jobs(background, cash.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range before {
		if j.Kind == order.JobDrawer {
			if err := d.SettleJob(background, j.ID, false); err != nil {
				t.Fatal(err)
			}
			if j = d.job(j.ID); j.State != order.JobDropped {
				t.Errorf("the drawer is %s", j.State)
			}
		}
	}
	if after, err := d.journal.Journal.Jobs(background, cash.ID); err != nil || len(after) != len(before) {
		t.Errorf("%d jobs, %d before, %v", len(after), len(before), err)
	}
}

// What the journal that was there before may have printed is marked, also where
// it paid the last part of a bill, or a part of it was approved and is kept.
func TestCopiesOfWhatWasPutBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  func(number string) order.Evidence
	}{
		{"whole", func(number string) order.Evidence { return approved(number, usd(6000)) }},
		{"part", func(number string) order.Evidence { return granted(number, usd(6000), usd(2500)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved)
			d.host.sale = noAnswer
			lost := d.mustLeg(dinner("B1"), "O2", usd(6000), order.Unknown)
			d.journal.set(func() { d.journal.old = true })
			d.restart()
			d.signIn("sue")
			d.host.find = func(number string) order.Finding {
				return order.Finding{Hits: []order.Evidence{tt.row(number)}, Started: d.clock.Now()}
			}
			d.journal.set(func() { d.journal.old = false })
			for range 20 {
				if len(d.PendingPayments()) > 0 {
					d.due()
				}
			}
			if d.stored(lost.Number).State == order.PartApproved {
				if err := d.Keep(background, lost.Number); err != nil {
					t.Fatal(err)
				}
			}
			if a := d.stored(lost.Number); a.State != order.Approved {
				t.Fatalf("%s (%s)", a.State, a.Cause)
			}
			if n := d.originals(lost.Number, order.DocumentSale, engine.CopyMerchant); n != 0 {
				t.Errorf("%d originals for the shop", n)
			}
			if tt.name == "part" {
				return
			}
			d.wantCalled([]string{"sale merchant"}, lost.Number)
			d.wantCalled([]string{"bill customer"}, "B1")
			if n := d.originals("B1", order.DocumentBill, engine.CopyCustomer); n != 0 {
				t.Errorf("%d originals of the bill's receipt", n)
			}
		})
	}
}

// A file that is asked for anew is a file again, where there is a printer too.
func TestSettleFile(t *testing.T) {
	d, sale, j := oneJob(t, order.JobPDF)
	d.cfg.Printer = true
	d.Configure(d.cfg)
	if err := d.SettleJob(background, j.ID, false); err != nil {
		t.Fatal(err)
	}
	jobs, err := d.journal.Jobs(background, sale.Number)
	if err != nil || len(jobs) != 2 || jobs[1].Kind != order.JobPDF || jobs[1].Reprint != 0 {
		t.Errorf("%+v, %v", jobs, err)
	}
}

// A batch whose closing was in doubt when an older journal was put back may have
// its slip already.
func TestCopyOfBatchThatWasPutBack(t *testing.T) {
	d := newDesk(t)
	d.number = "9VLN9MWQ%09d"
	d.mustCharge("o1", order.Approved)
	_, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchUnsure)
	open, err := d.journal.Unfinished(background)
	if err != nil || len(open.Batches) != 1 {
		t.Fatal(open.Batches, err)
	}
	d.number = "9VLN8MWQ%09d" // a journal that was put back gives other numbers
	d.restart()
	d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
	for range 5 {
		if len(d.PendingPayments()) > 0 {
			d.due()
		}
	}
	jobs, err := d.journal.Jobs(background, open.Batches[0].ID)
	if err != nil || len(jobs) != 1 || jobs[0].Reprint != 1 {
		t.Errorf("%+v, %v", jobs, err)
	}
}
