package engine_test

import (
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// hold takes a hold of $20 and captures nothing.
func (d *desk) hold(id string) engine.Sale {
	d.t.Helper()
	sale, err := d.Charge(background, engine.Charge{Order: id, Amount: usd(2000), Kind: order.KindAuth}, testCard(d.t))
	if err != nil || sale.State != order.Approved {
		d.t.Fatalf("hold = %s, %v", sale.State, err)
	}
	return sale
}

// settle closes the open batch without what is open; a sale after it is in the
// next.
func (d *desk) settle() {
	d.t.Helper()
	d.host.close = closedAnswer
	d.printed()
	var open []string
	for _, b := range d.Blockers() {
		open = append(open, b.ID)
	}
	if _, err := d.CloseBatchWith(background, engine.Closing{Carry: open, Reason: "the day must end"}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) detail(number string) engine.Detail {
	d.t.Helper()
	detail, err := d.Detail(background, number)
	if err != nil {
		d.t.Fatal(err)
	}
	return detail
}

func (d *desk) followUp(id string) order.FollowUp {
	d.t.Helper()
	f, err := d.journal.Journal.FollowUp(background, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

func wantDone(t *testing.T, f order.FollowUp, err error) {
	t.Helper()
	if err != nil || f.State != order.FollowDone || engine.FollowProblem(f) != nil {
		t.Fatalf("%s %s (%s), %v; want it done", f.Act, f.State, f.Cause, err)
	}
}

// The order of the steps is that of a payment: intent durable, sent, outcome
// durable, shown.
func TestVoidOrdersItsSteps(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.tape.take()
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		f := d.followUp(r.Number)
		if f.State != order.FollowSending || r.Target != (order.Target{GUID: sale.GUID, Number: sale.Number, Device: "dev"}) || r.Amount != usd(2000) {
			t.Errorf("asked for %+v while the journal has %+v", r, f)
		}
		if s := d.Snapshot(); len(s.Follows) != 1 || s.Follows[0].ID != r.Number {
			t.Errorf("not shown: %+v", s.Follows)
		}
		_, err := d.Return(background, sale.Number, usd(1), "")
		wantProblem(t, err, engine.ProblemInProgress)
		_, err = d.CloseBatch(background)
		wantProblem(t, err, engine.ProblemBatchBusy)
		return did(r)
	}
	f, err := d.Void(background, sale.Number, "Customer left")
	wantDone(t, f, err)
	if f.Operator != "sue" || f.Reason != "Customer left" || f.Last4 != "1111" || f.GUID == "" {
		t.Errorf("%+v", f)
	}
	if got, want := d.tape.take(), []string{"commit void.sending", "follow", "commit void.done", "commit job.queued", "commit job.queued"}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	s := d.Snapshot()
	if len(s.Follows) != 0 || s.Batch.Sales != 0 || s.Batch.Total != usd(0) || s.Last.Standing.As != order.StandsVoided {
		t.Errorf("snapshot %+v, last %+v", s.Batch, s.Last.Standing)
	}
	detail := d.detail(sale.Number)
	if detail.Standing.As != order.StandsVoided || len(detail.Follows) != 1 || len(detail.Acts) != 0 || detail.Standing.Left != usd(0) {
		t.Errorf("detail %+v", detail)
	}
	if sales, err := d.Sales(background, order.Query{}); err != nil || sales[0].Standing.As != order.StandsVoided {
		t.Errorf("list %+v, %v", sales, err)
	}
	if !slices.ContainsFunc(detail.Story, func(l engine.Line) bool { return l.Kind == "void.done" }) {
		t.Errorf("story %+v", detail.Story)
	}
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchEmpty)
}

func TestReturnOfASettledSale(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	// Whether the service has settled it by itself, only the host knows.
	d.host.follow = func(order.FollowRequest) order.Evidence {
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Message: "Sale has not been settled"}
	}
	refused, err := d.Return(background, sale.Number, usd(2000), "")
	if err != nil || refused.State != order.FollowRefused || !strings.Contains(engine.FollowProblem(refused).Text, "Void it instead") {
		t.Errorf("before settlement: %+v, %v", refused, err)
	}
	if got := d.detail(sale.Number).Acts; !slices.Equal(got, []order.Act{order.Void, order.Return}) {
		t.Errorf("before settlement: %v", got)
	}
	d.settle()
	_, err = d.Void(background, sale.Number, "")
	wantProblem(t, err, engine.ProblemSettled)
	if got := d.detail(sale.Number).Acts; !slices.Equal(got, []order.Act{order.Return}) {
		t.Errorf("after settlement: %v", got)
	}
	var known [][]string
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		known = append(known, r.Known)
		e := did(r)
		e.Code, e.Batch = "A0014", "batch-2"
		return e
	}
	first, err := d.Return(background, sale.Number, usd(1500), "Torn")
	wantDone(t, first, err)
	_, err = d.Return(background, sale.Number, usd(501), "")
	wantProblem(t, err, engine.ProblemTooMuch)
	second, err := d.Return(background, sale.Number, usd(500), "")
	wantDone(t, second, err)
	if len(known[0]) != 0 || !slices.Equal(known[1], []string{first.GUID}) {
		t.Errorf("known returns %v", known)
	}
	if s := d.Snapshot().Batch; s.GUID != "batch-2" || s.Sales != 0 || s.Returns != 2 || s.Returned != usd(2000) {
		t.Errorf("batch %+v", s)
	}
	if st := d.detail(sale.Number).Standing; st.As != order.StandsReturned || st.Returned != usd(2000) {
		t.Errorf("standing %+v", st)
	}
	d.host.close = func() order.BatchAnswer {
		answer := closedAnswer()
		answer.GUID = "batch-2"
		return answer
	}
	if b, err := d.CloseBatch(background); err != nil || b.Witness.Act != order.Return || b.Local.Returns != 2 {
		t.Errorf("closed %+v, %v", b, err)
	}
}

func TestCaptureOfAHold(t *testing.T) {
	d := newDesk(t)
	d.cfg.Offer = order.Offer{Dialect: order.DialectCurrent}
	d.Configure(d.cfg)
	sale := d.hold("o1")
	if d.host.request.Kind != order.KindAuth {
		t.Errorf("asked for %+v", d.host.request)
	}
	if o, err := d.journal.Journal.Order(background, "o1"); err != nil || o.State != order.Held {
		t.Errorf("order %s, %v", o.State, err)
	}
	if s := d.Snapshot(); s.Batch.Sales != 0 || s.Last.Standing.As != order.StandsHeld {
		t.Errorf("a hold counts: %+v", s.Batch)
	}
	_, err := d.Return(background, sale.Number, usd(100), "")
	wantProblem(t, err, engine.ProblemNotAllowed)
	_, err = d.Capture(background, sale.Number, usd(900))
	wantProblem(t, err, engine.ProblemNotOffered)
	d.cfg.Offer = order.Offer{Dialect: order.DialectDocument}
	d.Configure(d.cfg)
	_, err = d.Capture(background, sale.Number, usd(2001))
	wantProblem(t, err, engine.ProblemTooMuch)
	f, err := d.Capture(background, sale.Number, usd(900))
	wantDone(t, f, err)
	if s := d.Snapshot(); s.Batch.Sales != 1 || s.Batch.Total != usd(900) || s.Last.Standing.Captured != usd(900) {
		t.Errorf("batch %+v, last %+v", s.Batch, s.Last.Standing)
	}
	var target order.Target
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		target = r.Target
		return did(r)
	}
	v, err := d.Void(background, sale.Number, "")
	wantDone(t, v, err)
	if target != (order.Target{GUID: f.Made, Device: "dev"}) || v.Amount != usd(900) {
		t.Errorf("voided %+v of %v, want the sale that the capture made", target, v.Amount)
	}
}

func TestCheckOfACard(t *testing.T) {
	d := newDesk(t)
	c := testCard(t)
	pan, cvv := c.PAN(), c.CVV()
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		if string(d.host.card.PAN()) != "4111111111111111" || r.Amount != usd(0) {
			t.Errorf("asked %+v with %v", r, d.host.card)
		}
		return did(r)
	}
	f, err := d.CheckCard(background, c)
	wantDone(t, f, err)
	if !zero(pan) || !zero(cvv) || f.Last4 != "1111" || f.Brand != "Visa" {
		t.Errorf("%+v; card %q", f, pan)
	}
	d.host.follow = lostFollow
	if f, err = d.CheckCard(background, testCard(t)); err != nil || f.State != order.FollowAbsent || !strings.Contains(engine.FollowProblem(f).Text, "again") {
		t.Errorf("%+v, %v", f, err)
	}
	if work := d.PendingPayments(); len(work) != 0 {
		t.Errorf("a check is followed: %v", work)
	}
}

func TestIssueCards(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		e := approved(n, a)
		e.TransCode = "CODE-" + n
		return e
	}
	sale, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), Payments: 2}, testCard(t))
	if err != nil || d.host.request.Payments != 2 || sale.TransCode == "" {
		t.Fatalf("%+v, %v", sale, err)
	}
	f, err := d.IssueCard(background, sale.Number, usd(500), order.IssueTerms{FirstName: "Ada"})
	wantDone(t, f, err)
	if f.Terms.Code != sale.TransCode {
		t.Errorf("under %q, want %q", f.Terms.Code, sale.TransCode)
	}
	d.host.follow = lostFollow
	if f, err = d.IssueCard(background, sale.Number, usd(500), order.IssueTerms{}); err != nil || f.State != order.FollowReview {
		t.Errorf("lost: %s, %v", f.State, err)
	}
	_, err = d.IssueCard(background, sale.Number, usd(500), order.IssueTerms{})
	wantProblem(t, err, engine.ProblemNotAllowed)
	d.cfg.Offer.Has = map[order.Feature]bool{order.FeatureIssue: false}
	d.Configure(d.cfg)
	other, err := d.Charge(background, engine.Charge{Order: "o2", Amount: usd(2000), Payments: 2}, testCard(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.IssueCard(background, other.Number, usd(500), order.IssueTerms{})
	wantProblem(t, err, engine.ProblemNotOffered)
}

func TestRightsOfFollowUps(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	for name, try := range map[string]func() (order.FollowUp, error){
		"void":   func() (order.FollowUp, error) { return d.Void(background, sale.Number, "") },
		"return": func() (order.FollowUp, error) { return d.Return(background, sale.Number, usd(1), "") },
	} {
		if _, err := try(); err == nil || problem(t, err) != engine.ProblemApproval {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := d.Capture(background, sale.Number, usd(1))
	wantProblem(t, err, engine.ProblemNotAllowed) // a sale, but the right is there
	f, err := d.CheckCard(background, testCard(t))
	wantDone(t, f, err)
	if !staff.Supervisor.May(staff.IssueCards) || staff.Cashier.May(staff.IssueCards) {
		t.Error("who may issue cards")
	}
	d.SignOut(background)
	_, err = d.Void(background, sale.Number, "")
	wantProblem(t, err, engine.ProblemSignIn)
}

// A return whose answer is lost is asked for, never sent again, and absent
// only when nothing can be on its way any more.
func TestLostReturn(t *testing.T) {
	for _, found := range []bool{true, false} {
		d := newDesk(t)
		sale := d.mustCharge("o1", order.Approved)
		d.settle()
		d.host.follow = lostFollow
		f, err := d.Return(background, sale.Number, usd(500), "")
		if err != nil || f.State != order.FollowUnknown || engine.FollowProblem(f).Code != "follow-unknown" {
			t.Fatalf("%+v, %v", f, err)
		}
		_, err = d.Return(background, sale.Number, usd(500), "")
		wantProblem(t, err, engine.ProblemInProgress)
		d.tape.take()
		d.restart()
		d.signIn("sue")
		if s := d.Snapshot(); len(s.Follows) != 1 || s.Follows[0].State != order.FollowUnknown {
			t.Fatalf("after a restart: %+v", s.Follows)
		}
		d.host.findFollow = func(r order.FollowRequest) order.Finding {
			if found {
				return order.Finding{Hits: []order.Evidence{did(r)}}
			}
			return order.Finding{}
		}
		for len(d.PendingPayments()) > 0 {
			if id := d.due(); id != f.ID {
				t.Fatalf("resolved %s", id)
			}
		}
		want := map[bool]order.FollowState{true: order.FollowDone, false: order.FollowAbsent}[found]
		if got := d.followUp(f.ID); got.State != want || d.clock.Now().Sub(noon) > 2*order.HardHorizon {
			t.Errorf("found %t: %s at %v", found, got.State, d.clock.Now())
		}
		if news := d.Snapshot().FollowNews; len(news) != 1 || news[0].State != want {
			t.Errorf("news %+v", news)
		}
		d.Acknowledge(f.ID)
		if news := d.Snapshot().FollowNews; len(news) != 0 {
			t.Errorf("news after they were seen: %+v", news)
		}
		if n := count(d.tape.take(), "follow"); n != 0 {
			t.Errorf("sent %d times more", n)
		}
		d.host.follow = did
		if found {
			continue
		}
		again, err := d.Return(background, sale.Number, usd(500), "")
		wantDone(t, again, err)
	}
}

// A void that was lost is sent again once a look found it undone, its intent
// durable anew before the first byte.
func TestLostVoidIsSentAgain(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.host.follow = lostFollow
	f, err := d.Void(background, sale.Number, "")
	if err != nil || f.State != order.FollowUnknown {
		t.Fatalf("%s, %v", f.State, err)
	}
	d.host.findFollow = func(order.FollowRequest) order.Finding { return order.Finding{} }
	d.due()
	d.tape.take()
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		if g := d.followUp(f.ID); g.State != order.FollowSending || g.Sends != 1 {
			t.Errorf("on the wire while the journal has %+v", g)
		}
		return did(r)
	}
	d.due()
	if got, want := d.tape.take(), []string{"commit void.sent-again", "follow", "commit void.done", "commit job.queued", "commit job.queued"}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	if s := d.Snapshot(); len(s.Follows) != 0 || s.Batch.Sales != 0 {
		t.Errorf("%+v", s.Batch)
	}
}

// A program that died while a follow-up was on its way does not know of it.
func TestFollowUpAfterADeath(t *testing.T) {
	for kind, want := range map[string]order.FollowState{"void.sending": "", "void.done": order.FollowUnknown} {
		d := newDesk(t)
		sale := d.mustCharge("o1", order.Approved)
		d.journal.set(func() { d.journal.before = failOn(kind, errDisk) })
		f, err := d.Void(background, sale.Number, "")
		if want == "" {
			wantProblem(t, err, engine.ProblemStorage)
			if f.ID != "" && count(d.tape.take(), "follow") != 0 {
				t.Error("sent without a durable intent")
			}
			continue
		}
		wantProblem(t, err, engine.ProblemUnsaved)
		if strings.Contains(err.Error(), "charge") || f.ID == "" {
			t.Errorf("%v about %+v", err, f)
		}
		d.journal.set(func() { d.journal.before = nil })
		d.restart()
		if got := d.followUp(f.ID); got.State != want || got.Cause != order.CauseRestart {
			t.Errorf("%s (%s), want %s", got.State, got.Cause, want)
		}
	}
}

// An outcome that could not be saved is asked for while the program runs on.
func TestUnsavedFollowUpIsResolved(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.journal.set(func() { d.journal.before = failOn("void.done", order.ErrFull) })
	f, err := d.Void(background, sale.Number, "")
	wantProblem(t, err, engine.ProblemUnsaved)
	d.journal.set(func() { d.journal.before = nil })
	d.host.findFollow = func(r order.FollowRequest) order.Finding { return order.Finding{Hits: []order.Evidence{did(r)}} }
	for range 2 {
		d.due()
	}
	if got := d.followUp(f.ID); got.State != order.FollowDone {
		t.Errorf("%s", got.State)
	}
}

// The host's own refusals lead to the other act.
func TestTheHostKnowsWhatIsSettled(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.host.follow = refusedWith("Transaction already settled")
	f, err := d.Void(background, sale.Number, "")
	if err != nil || f.State != order.FollowRefused || !strings.Contains(engine.FollowProblem(f).Text, "Return") {
		t.Fatalf("%+v, %v", f, err)
	}
	d.host.follow = did // the terminal takes the batch for open, but knows better now
	f, err = d.Return(background, sale.Number, usd(2000), "")
	wantDone(t, f, err)
}

func TestFollowProblemsAreSentences(t *testing.T) {
	texts := map[string]bool{}
	for _, act := range []order.Act{order.Void, order.Check} {
		for _, s := range order.FollowStates {
			for _, c := range []order.Cause{"", order.CauseSettled, order.CauseNotSettled, order.CauseLogin, order.CauseDuplicate, order.CauseDeclined} {
				p := engine.FollowProblem(order.FollowUp{Act: act, State: s, Cause: c, Message: "Insufficient Funds"})
				if s == order.FollowDone {
					if p != nil {
						t.Errorf("done: %v", p)
					}
					continue
				}
				problem(t, p)
				texts[p.Text] = true
			}
		}
	}
	if len(texts) < 9 {
		t.Errorf("%d texts", len(texts))
	}
}
