package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// kinds are the kinds of all blockers, with "!" behind those that may not be
// carried forward.
func (d *desk) kinds() string {
	var all []string
	for _, b := range d.Blockers() {
		kind := string(b.Kind)
		if !b.MayCarry {
			kind += "!"
		}
		all = append(all, kind)
		if b.ID == "" || b.Name == "" || len(b.Do.String()) < 20 {
			d.t.Errorf("%+v does not say what to do", b)
		}
	}
	return strings.Join(all, " ")
}

func TestBlockers(t *testing.T) {
	sold := func(answer func(string, money.Amount) order.Evidence) func(*desk) {
		return func(d *desk) {
			d.host.sale = answer
			if _, err := d.charge("o2"); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		name, want string
		do         func(*desk)
	}{
		{"nothing", "", func(*desk) {}},
		{"unknown", "payment", sold(noAnswer)},
		{"approved in part", "payment", sold(partly)},
		{"review", "payment", sold(func(_ string, a money.Amount) order.Evidence { return approved("N999999", a) })},
		{"declined", "", sold(declined)},
		{"in reversal", "reversal", func(d *desk) {
			sold(noAnswer)(d)
			if err := d.StopWaiting(background, d.Snapshot().Live[0].Number); err != nil {
				d.t.Fatal(err)
			}
		}},
		{"a lost void", "follow", func(d *desk) {
			d.host.follow = lostFollow
			if _, err := d.Void(background, d.Snapshot().Last.Number, ""); err != nil {
				d.t.Fatal(err)
			}
		}},
		{"a receipt", "paper paper", func(d *desk) {
			if err := d.Reprint(background, d.Snapshot().Last.Number, engine.CopyCustomer); err != nil {
				d.t.Fatal(err)
			}
			if err := d.PrintAgain(background, order.DocumentSale, d.Snapshot().Last.Number, engine.CopyMerchant); err != nil {
				d.t.Fatal(err)
			}
			d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Touched: true, Trouble: "Look at it."} }
			for _, b := range d.Blockers()[:1] {
				if err := d.RunJob(background, b.ID); err != nil {
					d.t.Fatal(err)
				}
			}
		}},
		{"part of a bill", "bill", func(d *desk) { d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved) }},
		{"a closing", "batch!", func(d *desk) {
			_, err := d.CloseBatch(background)
			wantProblem(d.t, err, engine.ProblemBatchUnsure)
		}},
	} {
		d := newDesk(t)
		d.cfg.Printer = true
		d.Configure(d.cfg)
		d.mustCharge("o1", order.Approved)
		d.printed()
		tt.do(d)
		if !strings.Contains(tt.want, "paper") {
			d.printed()
		}
		if got := d.kinds(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if got := d.Snapshot().Closing; len(got.Blockers) != len(d.Blockers()) || got.More != 0 {
			t.Errorf("%s: the snapshot shows %+v", tt.name, got)
		}
	}
}

// Codes and refunds are in no batch of the host, but in what the day comes to. One
// on paper is paid on whatever day that may be.
func TestWalletBlockers(t *testing.T) {
	d := newWalletDesk(t, false)
	want := func(what, want string) {
		t.Helper()
		d.printed()
		if got := d.kinds(); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	v := d.showCode("o1")
	want("a code that is being made", "code!")
	q := d.until(v.ID, order.QRShown)
	want("a code is shown", "code")
	if err := d.GiveUpCode(background, q.ID); err != nil {
		t.Fatal(err)
	}
	want("given up", "code")
	if err := d.Park(background, q.ID, "x"); err != nil {
		t.Fatal(err)
	}
	want("parked", "")
	q = d.paid("o2")
	want("paid", "")
	d.wallets.pay(q.ID, usd(2000))
	d.HintCode("wally", q.ID, "")
	d.codeDue()
	want("stray money", "code")
	d = newWalletDesk(t, false)
	later, err := d.ShowCode(background, engine.Charge{Order: "o3", Amount: usd(2000)}, "wally", true)
	if err != nil {
		t.Fatal(err)
	}
	d.until(later.ID, order.QRShown)
	want("a code on paper", "")
	d = newWalletDesk(t, false)
	q = d.paid("o4")
	d.wallets.fault = func(string) string { return "lost" }
	p, _ := q.Paid()
	if r, err := d.RefundCode(background, q.ID, p.ID, usd(500), "x"); err != nil || r.State != order.RefundUnknown {
		t.Fatal(r.State, err)
	}
	want("a refund in doubt", "refund")
}

func TestStoredBlocks(t *testing.T) {
	d := awayDesk(t)
	d.mustStore("o1")
	d.printed()
	if got := d.kinds(); got != "stored" {
		t.Errorf("%q, want the stored sale", got)
	}
}

// A shop whose printer was off for an hour has thousands of receipts: the snapshot
// holds some of them.
func TestManyBlockers(t *testing.T) {
	d := newDesk(t)
	for n := range 30 {
		d.mustCharge(fmt.Sprint("o", n), order.Approved)
		d.clock.Advance(10 * time.Minute)
	}
	if got := d.Snapshot().Closing; len(got.Blockers) != 50 || got.More != 10 || len(d.Blockers()) != 60 {
		t.Errorf("%d shown and %d more of %d", len(got.Blockers), got.More, len(d.Blockers()))
	}
}

// The refusal names the first thing that keeps the batch open and counts the rest.
func TestBusyNamesTheFirst(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o2", order.Unknown)
	_, err := d.Engine.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchBusy)
	for _, part := range []string{lost.Number, "$20.00", "comes to its end by itself", "2 more"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// A supervisor lets the closing go on without what is open, by name and with a
// reason. Nothing about it changes by that.
func TestCarry(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o2", order.Unknown)
	open := d.Blockers()
	ids := make([]string, len(open))
	for i, b := range open {
		ids[i] = b.ID
	}
	d.host.close = closedAnswer
	_, err := d.CloseBatchWith(background, engine.Closing{Carry: ids, Reason: " "})
	wantProblem(t, err, engine.ProblemNotAllowed)
	_, err = d.CloseBatchWith(background, engine.Closing{Carry: ids[:1], Reason: "x"})
	wantProblem(t, err, engine.ProblemBatchBusy)
	d.signIn("cas")
	_, err = d.CloseBatchWith(background, engine.Closing{Carry: ids, Reason: "the bank is away"})
	wantProblem(t, err, engine.ProblemApproval)
	var p *engine.Problem
	if errors.As(err, &p); p.Ask == nil || !strings.Contains(p.Ask.Subject, lost.Number) {
		t.Fatalf("asked to approve %+v, which does not name %s", p.Ask, lost.Number)
	}
	ask := *p.Ask
	grant, err := d.Approve(background, ask, "sue", []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	if n := count(d.tape.take(), "close"); n != 0 {
		t.Fatal("closed before anybody allowed it")
	}
	// What was approved is good for nothing else.
	_, err = d.CloseBatchWith(engine.WithGrant(background, grant), engine.Closing{Carry: append(ids[1:], lost.Number, "more"), Reason: "x"})
	if err != nil {
		t.Fatal(err) // the same blockers in another order, and one that is none
	}
	b := d.batch()
	if b.State != order.BatchClosed || b.Operator != "cas" || b.Approved != "sue" || len(b.Carried) != len(open) {
		t.Fatalf("closed %+v", b)
	}
	for i, c := range b.Carried {
		if c.ID != open[i].ID || c.Kind != string(open[i].Kind) || c.By != "sue" || c.Reason != "x" || c.Amount != open[i].Amount || c.At.IsZero() {
			t.Errorf("carried %+v, want %+v", c, open[i])
		}
	}
	after := d.stored(lost.Number)
	if after.State != order.Unknown || after.Parked != "" || after.Version != lost.Version || len(d.PendingPayments()) != 1 {
		t.Errorf("the closing changed %+v", after)
	}
}

// batch is the newest closing.
func (d *desk) batch() order.Batch {
	d.t.Helper()
	all, err := d.journal.Batches(background, time.Unix(0, 0), d.clock.Now().Add(time.Hour))
	if err != nil || len(all) == 0 {
		d.t.Fatal(all, err)
	}
	return all[len(all)-1]
}

// An approval for a closing without one thing is none for a closing without
// another.
func TestCarryOnlyWhatWasApproved(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.printed()
	d.signIn("cas")
	_, err := d.CloseBatch(background)
	var p *engine.Problem
	if !errors.As(err, &p) || p.Ask == nil {
		t.Fatal(err)
	}
	grant, err := d.Approve(background, *p.Ask, "sue", []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	d.host.sale = noAnswer
	lost := d.mustCharge("o2", order.Unknown)
	_, err = d.CloseBatchWith(engine.WithGrant(background, grant), engine.Closing{Carry: []string{lost.Number}, Reason: "x"})
	wantProblem(t, err, engine.ProblemApproval)
	if count(d.tape.take(), "close") != 0 {
		t.Error("closed without what nobody approved")
	}
}

// What is on the wire this second is carried forward by nobody.
func TestCarryNothingOnTheWire(t *testing.T) {
	d := newDesk(t)
	paid := d.mustCharge("o1", order.Approved)
	d.printed()
	d.host.sale = func(number string, a money.Amount) order.Evidence {
		if got := d.kinds(); got != "payment!" {
			t.Errorf("on the wire: %q", got)
		}
		_, err := d.CloseBatchWith(background, engine.Closing{Carry: []string{number, "o2"}, Reason: "x"})
		wantProblem(t, err, engine.ProblemBatchBusy)
		return approved(number, a)
	}
	d.mustCharge("o2", order.Approved)
	d.printed()
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		_, err := d.CloseBatchWith(background, engine.Closing{Carry: []string{r.Number, paid.Number, "o1"}, Reason: "x"})
		wantProblem(t, err, engine.ProblemBatchBusy)
		return did(r)
	}
	f, err := d.Void(background, paid.Number, "")
	wantDone(t, f, err)
	if slices.Contains(d.tape.take(), "close") {
		t.Error("closed while something was on the wire")
	}
}

// What was parked before is named with the closing too.
func TestParkedIsNamed(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o2", order.Unknown)
	if err := d.Park(background, lost.Number, "customer is gone"); err != nil {
		t.Fatal(err)
	}
	d.settle()
	if got := d.batch().Carried; len(got) != 1 || got[0].ID != lost.Number || got[0].By != "sue" || got[0].Amount != usd(2000) {
		t.Errorf("carried %+v", got)
	}
}

// Nothing was sent: the batch is open, and nobody needs to be asked.
func TestCloseBatchNotSent(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.close = func() order.BatchAnswer { return order.BatchAnswer{Unsent: true} }
	b, err := d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchRefuse)
	if b.State != order.BatchNotClosed || d.Snapshot().Batch.Closing || count(d.tape.take(), "batch-of") != 0 {
		t.Errorf("%+v", b)
	}
	if order.LateClose(b, d.clock.Now()) {
		t.Error("what was never sent may arrive")
	}
	d.host.close = closedAnswer
	if _, err := d.CloseBatch(background); err != nil {
		t.Error(err)
	}
}

// The program dies at each step of a closing. The next one asks for the batch and
// never closes again, whether the service closed it or not, and though a sale was
// put into the next batch meanwhile.
func TestCloseBatchKilled(t *testing.T) {
	for _, dies := range []string{"before the intent", "before the request", "behind the request", "behind the answer"} {
		for _, at := range []string{"closed", "open", "silent and closed", "silent and open"} {
			d := newDesk(t)
			d.mustCharge("o1", order.Approved)
			d.printed()
			d.tape.take()
			closed := false // at the host
			d.host.close = func() order.BatchAnswer {
				if closed = strings.HasSuffix(at, "closed"); dies == "behind the request" {
					panic("killed")
				}
				if closed {
					return closedAnswer()
				}
				return order.BatchAnswer{}
			}
			d.journal.before = func(entries []order.Entry) error {
				if kind := entries[0].Kind; kind == "batch.closing" && dies == "before the intent" || kind != "batch.closing" && dies == "behind the answer" {
					panic("killed")
				}
				return nil
			}
			if dies == "before the request" {
				d.journal.behind = func([]order.Entry) { panic("killed") }
			}
			func() {
				defer func() { _ = recover() }()
				_, _ = d.Engine.CloseBatch(background)
			}()
			d.journal.before, d.journal.behind = nil, nil
			silent := strings.HasPrefix(at, "silent")
			d.host.batchOf = func(string) order.BatchAnswer {
				if silent {
					silent = false
					return order.BatchAnswer{}
				}
				if closed {
					return closedAnswer()
				}
				return order.BatchAnswer{Answered: true, GUID: "batch-1"}
			}
			d.restart()
			d.signIn("sue")
			for range 3 {
				for _, w := range d.PendingPayments() {
					d.clock.Advance(max(0, w.Due.Sub(d.clock.Now())))
					if err := d.ResolvePayment(background, w.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
			name := "killed " + dies + ", " + at
			sent := count(d.tape.take(), "close")
			want := map[string]int{"before the intent": 0, "before the request": 0}[dies]
			if dies != "before the intent" && dies != "before the request" {
				want = 1
			}
			known, err := d.journal.Closed(background, "batch-1")
			if sent != want || err != nil || known != closed || d.Snapshot().Batch.Closing {
				t.Errorf("%s: closed %d times, want %d; known to be closed %t, is %t", name, sent, want, known, closed)
			}
			if b, err := d.journal.Batches(background, noon.Add(-time.Hour), noon.Add(time.Hour)); dies != "before the intent" && !closed &&
				(err != nil || len(b) != 1 || !order.LateClose(b[0], d.clock.Now())) {
				t.Errorf("%s: %+v, %v: the request may still arrive", name, b, err)
			}
			d.mustCharge("o2", order.Approved)
		}
	}
}
