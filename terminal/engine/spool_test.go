package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// drawerDesk is a desk with a printer and a drawer on it.
func drawerDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.cfg.Jobs = []order.Job{{Kind: order.JobPrint, Copy: engine.CopyCustomer}}
	d.cfg.Printer, d.cfg.Drawer, d.cfg.Mail = true, true, true
	d.Configure(d.cfg)
	return d
}

// open opens the drawer while the scheduler does its part.
func (d *desk) open(ctx context.Context, reason string) error {
	done := make(chan error, 1)
	go func() { done <- d.OpenDrawer(ctx, reason) }()
	for {
		select {
		case err := <-done:
			return err
		case <-d.JobsWake(order.JobDrawer):
			d.runAll(order.JobDrawer)
		}
	}
}

// runAll does what is due of a kind, and tells the ids in the order.
func (d *desk) runAll(kind string) (ids []string) {
	d.t.Helper()
	for {
		work := d.PendingJobs(kind)
		if len(work) == 0 || work[0].Due.After(d.clock.Now()) {
			return ids
		}
		ids = append(ids, work[0].ID)
		if err := d.RunJob(background, work[0].ID); err != nil {
			d.t.Fatal(err)
		}
	}
}

// The drawer of a cash payment opens before its slip is printed, once.
func TestDrawerOfCash(t *testing.T) {
	d := drawerDesk(t)
	var did []string
	d.paper.do = func(j order.Job) order.JobResult {
		did = append(did, j.Kind+" "+j.Document)
		return order.JobResult{Done: true}
	}
	cash, err := d.TakeCash(background, "o1", usd(500), usd(1000))
	if err != nil {
		t.Fatal(err)
	}
	if work := d.PendingJobs(order.JobPrint); len(work) != 0 {
		t.Errorf("printing begins before the drawer is open: %v", work)
	}
	d.runAll(order.JobDrawer)
	select {
	case <-d.JobsWake(order.JobPrint):
	default:
		t.Error("printing does not go on")
	}
	d.runAll(order.JobPrint)
	if _, err := d.ReturnCash(background, cash.ID, usd(100), "wrong price"); err != nil {
		t.Fatal(err)
	}
	d.runAll(order.JobDrawer)
	if got, want := strings.Join(did, ", "), "drawer cash, print cash, drawer cash-back"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is not opened at once is never opened: after a restart, when the printer
// is back too late, or when it did not answer.
func TestDrawerIsNotReplayed(t *testing.T) {
	for name, tt := range map[string]func(d *desk){
		"restart":  func(d *desk) { d.restart() },
		"too late": func(d *desk) { d.clock.Advance(order.DrawerLife + time.Second) },
		"no printer": func(d *desk) {
			d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Trouble: "It is off."} }
		},
		"no answer": func(d *desk) {
			d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Touched: true, Trouble: "It is off."} }
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := drawerDesk(t)
			if _, err := d.TakeCash(background, "o1", usd(500), usd(500)); err != nil {
				t.Fatal(err)
			}
			id := d.PendingJobs(order.JobDrawer)[0].ID
			tt(d)
			d.runAll(order.JobDrawer)
			if j := d.job(id); j.State != order.JobDropped || j.Trouble == "" || d.Snapshot().DrawerTrouble != j.Trouble {
				t.Errorf("got %+v, shown %q", j, d.Snapshot().DrawerTrouble)
			}
			if work := d.PendingJobs(order.JobDrawer); len(work) != 0 {
				t.Errorf("it is tried again: %v", work)
			}
			if name != "no printer" && name != "no answer" && len(d.paper.done) != 0 {
				t.Errorf("the printer got %v", d.paper.done)
			}
		})
	}
}

func TestOpenDrawer(t *testing.T) {
	d := drawerDesk(t)
	wantProblem(t, d.OpenDrawer(background, " \n "), engine.ProblemReason)
	if err := d.open(background, " change for\nthe bakery "+strings.Repeat("x", 300)); err != nil {
		t.Fatal(err)
	}
	opened := d.paper.done[0]
	if opened.Reason != "change for the bakery "+strings.Repeat("x", 178) || opened.Subject != "sue" || opened.Document != order.DocumentDrawer {
		t.Errorf("got %+v", opened)
	}
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Trouble: "It is off."} }
	wantProblem(t, d.open(background, "again"), engine.ProblemDrawer)
	d.cfg.Drawer = false
	d.Configure(d.cfg)
	wantProblem(t, d.OpenDrawer(background, "again"), engine.ProblemNotAllowed)
}

// Who has no right to needs somebody who has, and the journal names both.
func TestOpenDrawerWithApproval(t *testing.T) {
	d := drawerDesk(t)
	d.signIn("cas")
	err := d.OpenDrawer(background, "change")
	wantProblem(t, err, engine.ProblemApproval)
	var p *engine.Problem
	errors.As(err, &p)
	ask := *p.Ask
	if ask.Right != staff.OpenDrawer {
		t.Fatalf("asked for %+v", ask)
	}
	g, err := d.Approve(background, ask, "sue", []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	d.tape.take()
	if err := d.open(engine.WithGrant(background, g), "change"); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, d.OpenDrawer(engine.WithGrant(background, g), "change"), engine.ProblemApproval)
}

// A mail is counted among the copies; one is not sent twice to one address
// before the first is at its end, and what the server refuses waits for a word.
func TestSendMail(t *testing.T) {
	d := drawerDesk(t)
	d.cfg.Jobs = nil
	d.Configure(d.cfg)
	sale := d.mustCharge("o1", order.Approved)
	mail := func(to string) error { return d.SendMail(background, order.DocumentSale, sale.Number, to) }
	for _, bad := range []string{"", "ann", "Ann <ann@shop.example>", "a@b\r\nBcc: c@d", "ann@shop.example, bob@shop.example"} {
		wantProblem(t, mail(bad), engine.ProblemMail)
	}
	for _, card := range []string{"4111111111111111@shop.example", "ann-4111-1111-1111-1111@shop.example"} {
		if err := mail(card); err != engine.CardMail {
			t.Errorf("a card number in the address: %v", err)
		}
	}
	if err := mail("ann@shop.example"); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, mail("ann@shop.example"), engine.ProblemMail)
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Refused: true, Trouble: "No such address."} }
	first := d.runAll(order.JobMail)[0]
	if j := d.job(first); j.State != order.JobRefused || j.Reprint != 0 || len(d.Snapshot().Jobs) != 1 {
		t.Errorf("refused: %+v, shown %v", j, d.Snapshot().Jobs)
	}
	if err := mail("bob@shop.example"); err != nil {
		t.Fatal(err)
	}
	if err := d.DropJob(background, first); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, d.DropJob(background, first), engine.ProblemNotAllowed)
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Touched: true, Trouble: "Lost."} }
	second := d.runAll(order.JobMail)[0]
	if j := d.job(second); j.State != order.JobUnsure || j.Reprint != 0 {
		t.Errorf("the next is the original: %+v", j)
	}
	wantProblem(t, mail("bob@shop.example"), engine.ProblemMail)
	if err := d.SettleJob(background, second, false); err != nil {
		t.Fatal(err)
	}
	d.paper.do = func(j order.Job) order.JobResult { return order.JobResult{Done: true} }
	third := d.job(d.runAll(order.JobMail)[0])
	if third.Reprint != 1 || third.To != "bob@shop.example" || third.State != order.JobDone {
		t.Errorf("after it did not arrive: %+v", third)
	}
	if err := d.PrintAgain(background, order.DocumentSale, sale.Number, engine.CopyCustomer); err != nil {
		t.Fatal(err)
	}
	if jobs, err := d.Spool(background); err != nil || len(jobs) != 1 || jobs[0].Reprint != 2 || jobs[0].Kind != order.JobPrint {
		t.Errorf("on paper: %+v, %v", jobs, err)
	}
	d.cfg.Mail = false
	d.Configure(d.cfg)
	wantProblem(t, mail("ann@shop.example"), engine.ProblemMail)
}

// After a crash while a mail was on its way a person is asked, too.
func TestRestartWhileMailing(t *testing.T) {
	d := drawerDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	if err := d.SendMail(background, order.DocumentSale, sale.Number, "ann@shop.example"); err != nil {
		t.Fatal(err)
	}
	id := d.PendingJobs(order.JobMail)[0].ID
	d.journal.before = failOn("mail.confirmed", order.ErrFull)
	wantProblem(t, d.RunJob(background, id), engine.ProblemDisk)
	d.journal.before = nil
	d.restart()
	if j := d.job(id); j.State != order.JobUnsure || !strings.Contains(j.Trouble, "mailed") {
		t.Errorf("got %+v", j)
	}
}

// Any document can be printed again, and none that there is not.
func TestPrintAgain(t *testing.T) {
	d := drawerDesk(t)
	d.cfg.Jobs = nil
	d.Configure(d.cfg)
	cash, err := d.TakeCash(background, "o1", usd(500), usd(500))
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.ReturnCash(background, cash.ID, usd(100), "wrong price")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ document, id string }{{order.DocumentCash, cash.ID}, {order.DocumentCashBack, back.ID}} {
		for n := range 2 {
			if err := d.PrintAgain(background, tt.document, tt.id, engine.CopyMerchant); err != nil {
				t.Fatalf("%s: %v", tt.document, err)
			}
			jobs, err := d.journal.Jobs(background, tt.id)
			if err != nil || jobs[len(jobs)-1].Reprint != n || jobs[len(jobs)-1].Document != tt.document {
				t.Errorf("%s: %+v, %v; want copy %d", tt.document, jobs, err, n)
			}
		}
	}
	for _, document := range []string{order.DocumentSale, order.DocumentBatch, order.DocumentStored, order.DocumentCash, order.DocumentCashBack,
		order.DocumentFollow, order.DocumentBill, order.DocumentPayLater} {
		wantProblem(t, d.PrintAgain(background, document, "nothing", engine.CopyCustomer), engine.ProblemNotFound)
	}
	d.host.sale = func(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NoAnswer} }
	lost := d.mustCharge("o2", order.Unknown)
	wantProblem(t, d.PrintAgain(background, order.DocumentSale, lost.Number, engine.CopyCustomer), engine.ProblemNotAllowed)
}

// Behind a printer that was away for an hour the present customer does not wait
// for hundreds of old slips; those come oldest first. While it takes nothing,
// one of them tries for all, and all go on at once when it is back.
func TestOrderOfPrinting(t *testing.T) {
	d := drawerDesk(t)
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Trouble: "Put in paper."} }
	for _, o := range []string{"a", "b", "c"} {
		d.mustCharge(o, order.Approved)
		d.clock.Advance(time.Minute)
	}
	d.clock.Advance(time.Hour)
	tries := 0
	for range 10 {
		work := d.PendingJobs(order.JobPrint)
		if len(work) == 0 || work[0].Due.After(d.clock.Now()) {
			break
		}
		tries++
		if err := d.RunJob(background, work[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if tries != 1 {
		t.Errorf("%d tries at once at a printer without paper", tries)
	}
	waiting, err := d.Spool(background)
	if err != nil || len(waiting) != 3 {
		t.Fatal(waiting, err)
	}
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Done: true} }
	d.mustCharge("d", order.Approved)
	d.PrinterReady()
	select {
	case <-d.JobsWake(order.JobPrint):
	default:
		t.Error("the scheduler sleeps on")
	}
	newest, err := d.Spool(background)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{newest[3].ID, waiting[0].ID, waiting[1].ID, waiting[2].ID}
	if got := d.runAll(order.JobPrint); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("printed %v, want %v", got, want)
	}
}

// A slip that cannot be made does not hold up the others.
func TestOwnTrouble(t *testing.T) {
	d := drawerDesk(t)
	first, second := d.mustCharge("a", order.Approved), d.mustCharge("b", order.Approved)
	d.clock.Advance(time.Hour)
	d.paper.do = func(j order.Job) order.JobResult {
		return order.JobResult{Done: j.Subject != first.Number, Own: true, Trouble: "It cannot be made."}
	}
	if ids := d.runAll(order.JobPrint); len(ids) != 2 || d.job(ids[1]).Subject != second.Number || d.job(ids[1]).State != order.JobDone {
		t.Errorf("got %v", ids)
	}
}

// A printer that takes data and never returns holds up no payment, however many
// slips wait behind it.
func TestStalledPrinterHoldsUpNoPayment(t *testing.T) {
	d := drawerDesk(t)
	stalled, let := make(chan struct{}), make(chan struct{})
	d.paper.do = func(order.Job) order.JobResult {
		close(stalled)
		<-let
		return order.JobResult{Done: true}
	}
	d.mustCharge("first", order.Approved)
	ended := make(chan error, 1)
	go func() { ended <- d.RunJob(background, d.PendingJobs(order.JobPrint)[0].ID) }()
	<-stalled
	for i := range 50 {
		d.mustCharge(fmt.Sprint("o", i), order.Approved)
	}
	if jobs, err := d.Spool(background); err != nil || len(jobs) != 51 {
		t.Errorf("%d slips wait, %v", len(jobs), err)
	}
	close(let)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
