package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Both shapes of providers, from the press to the slip. The intent is durable
// before each call, and the outcome before it is shown.
func TestCodeLife(t *testing.T) {
	for name, takes := range map[string]bool{"takes": true, "cancels": false} {
		t.Run(name, func(t *testing.T) {
			d := newWalletDesk(t, takes)
			v := d.showCode("o1")
			if got := d.Snapshot().Codes; len(got) != 1 || got[0].ID != v.ID || got[0].Title != "Wally" {
				t.Fatalf("snapshot has %+v", got)
			}
			q := d.until(v.ID, order.QRShown)
			if q.Text == "" || q.Remote == "" || d.Snapshot().Code.Text != q.Text {
				t.Fatalf("shown without a text: %+v", q)
			}
			for range 5 {
				d.codeDue()
			}
			if n := len(d.tapeOf("commit qr.")); n != 2 {
				t.Errorf("%d commits, though nothing happened since it is shown", n)
			}
			d.wallets.pay(q.ID, q.Asked)
			q = d.until(q.ID, order.QRPaid)
			p, ok := q.Paid()
			if !ok || p.Amount != usd(2000) || p.Net() != usd(1990) {
				t.Errorf("paid with %+v", q.Payments)
			}
			o, err := d.journal.Order(background, "o1")
			if err != nil || o.State != order.PaidOther || o.PaidBy != q.ID {
				t.Errorf("order %+v, %v", o, err)
			}
			d.wantCalled([]string{"wallet customer", "wallet merchant"}, q.ID)
			want := []string{"create", "status", "commit qr.paid"}
			if takes {
				want = []string{"create", "status", "commit qr.taking", "take", "commit qr.paid"}
			}
			d.wantOrder(append([]string{"commit qr.creating"}, want...)...)
			if s := d.Snapshot(); len(s.Codes) != 0 || s.Code.State != order.QRPaid || len(s.CodeNews) != 0 || len(d.PendingCodes()) != 0 {
				t.Errorf("%d codes, %d news, %v pending", len(s.Codes), len(s.CodeNews), d.PendingCodes())
			}
		})
	}
}

// tapeOf are the lines so far that begin with a text.
func (d *desk) tapeOf(prefix string) (lines []string) {
	d.tape.mu.Lock()
	defer d.tape.mu.Unlock()
	for _, l := range d.tape.lines {
		if strings.HasPrefix(l, prefix) {
			lines = append(lines, l)
		}
	}
	return lines
}

// wantOrder checks that lines came one behind the other, whatever was between.
func (d *desk) wantOrder(want ...string) {
	d.t.Helper()
	lines := d.tape.take()
	at := 0
	for _, l := range lines {
		if at < len(want) && l == want[at] {
			at++
		}
	}
	if at < len(want) {
		d.t.Errorf("no %q in its place among %v", want[at], lines)
	}
}

// Whatever commit fails, the program dies and begins again: no payment is lost,
// none counted twice, and no money is moved that the journal does not know of.
func TestCodeCrash(t *testing.T) {
	for name, takes := range map[string]bool{"takes": true, "cancels": false} {
		for _, fault := range []string{"", "lost", "down"} {
			for crash := 1; crash <= 8; crash++ {
				t.Run(name+fault, func(t *testing.T) {
					d := newWalletDesk(t, takes)
					failed := map[string]bool{}
					d.wallets.fault = func(call string) string {
						if failed[call] {
							return ""
						}
						failed[call] = true
						return fault
					}
					commits := 0
					d.journal.set(func() {
						d.journal.before = func([]order.Entry) error {
							if commits++; commits == crash {
								return errDisk
							}
							return nil
						}
					})
					v, err := d.ShowCode(background, engine.Charge{Order: "o1", Amount: usd(2000)}, "wally", false)
					if err != nil {
						if d.wallets.did("create") != 0 {
							t.Fatal("asked for without a record")
						}
						return
					}
					payed := false
					for range 400 {
						q := d.code(v.ID)
						if q.State.Final() {
							break
						}
						if commits == crash {
							commits++
							d.restart()
							d.signIn("sue")
						}
						if q.State == order.QRShown && !payed {
							d.wallets.pay(q.ID, q.Asked)
							payed = true
						}
						d.codeDue()
					}
					q := d.code(v.ID)
					in, _ := d.wallets.received()
					if q.State != order.QRPaid || in != 2000 || len(q.Payments) != 1 {
						t.Errorf("%s with %d payments; %d came in", q.State, len(q.Payments), in)
					}
					d.wantCalled([]string{"wallet customer", "wallet merchant"}, q.ID)
				})
			}
		}
	}
}

// What is not to be paid any more is told to the provider, read once more, and
// then at its end; what nobody gives up is, when nobody waits any more.
func TestCodeGivenUp(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	if err := d.GiveUpCode(background, q.ID); err != nil {
		t.Fatal(err)
	}
	if got := d.code(q.ID).State; got != order.QRClosing {
		t.Errorf("given up is %s", got)
	}
	d.until(q.ID, order.QRCancelled)
	if d.wallets.did("cancel") != 1 {
		t.Errorf("the provider was told %d times", d.wallets.did("cancel"))
	}
	if err := d.GiveUpCode(background, q.ID); err != nil {
		t.Errorf("again: %v", err)
	}
	left := d.shown("o2")
	began := d.clock.Now()
	d.until(left.ID, order.QRCancelled)
	if took := d.clock.Now().Sub(began); took < 4*time.Minute || took > 6*time.Minute {
		t.Errorf("left alone it was given up after %s", took)
	}
	d.wallets.takes = true
	d.offer(func(*order.WalletOffer) {})
	agreed := d.shown("o3")
	if err := d.GiveUpCode(background, agreed.ID); err != nil || d.code(agreed.ID).State != order.QRCancelled {
		t.Errorf("%s, %v; its money moves by us alone", d.code(agreed.ID).State, err)
	}
	d.wallets.pay(agreed.ID, agreed.Asked)
	for d.codeDue() {
	}
	if d.wallets.did("take") != 0 {
		t.Error("taken though given up")
	}
	paid := d.paid("o4")
	wantProblem(t, d.GiveUpCode(background, paid.ID), engine.ProblemOrderClosed)
}

// Giving up while the money is on its way does not lose it.
func TestGiveUpWhileTaking(t *testing.T) {
	for _, fate := range []string{"", "lost"} {
		d := newWalletDesk(t, true)
		q := d.shown("o1")
		d.wallets.during = func(call string) {
			if call == "take" {
				if err := d.GiveUpCode(background, q.ID); err != nil {
					t.Error(err)
				}
			}
		}
		d.wallets.fault = func(call string) string {
			if call == "take" {
				return fate
			}
			return ""
		}
		d.wallets.pay(q.ID, q.Asked)
		d.until(q.ID, order.QRPaid)
		if s := d.Snapshot(); len(s.CodeNews) != 1 {
			t.Errorf("%d news of a payment that was given up", len(s.CodeNews))
		}
		d.Acknowledge(q.ID)
		if s := d.Snapshot(); len(s.CodeNews) != 0 {
			t.Error("the news stay")
		}
	}
}

// An order is paid once: while a code may be paid nothing else is taken, behind
// one that was given up only with consent, and what comes then is stray.
func TestOneTenderAtATime(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemInProgress)
	_, err = d.TakeCash(background, "o1", usd(2000), usd(2000))
	wantProblem(t, err, engine.ProblemInProgress)
	if !strings.Contains(err.Error(), "QR code") {
		t.Errorf("the sentence is %q", err)
	}
	_, err = d.ShowCode(background, engine.Charge{Order: "o1", Amount: usd(2000)}, "wally", false)
	wantProblem(t, err, engine.ProblemInProgress)
	if err := d.GiveUpCode(background, q.ID); err != nil {
		t.Fatal(err)
	}
	_, err = d.charge("o1")
	wantProblem(t, err, engine.ProblemConsent)
	_, err = d.TakeCash(background, "o1", usd(2000), usd(2000))
	wantProblem(t, err, engine.ProblemConsent)
	sale, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), Consent: true}, testCard(t))
	if err != nil || sale.State != order.Approved {
		t.Fatalf("%s, %v", sale.State, err)
	}
	d.wallets.pay(q.ID, q.Asked)
	q = d.until(q.ID, order.QRCancelled)
	if len(q.Strays()) != 1 || len(d.Snapshot().CodeNews) != 1 || !d.Snapshot().Codes[0].Alarm {
		t.Errorf("%+v, %d news", q.Payments, len(d.Snapshot().CodeNews))
	}
	_, err = d.ShowCode(background, engine.Charge{Order: "o1", Amount: usd(2000)}, "wally", false)
	wantProblem(t, err, engine.ProblemOrderClosed)

	gone := d.shown("o2")
	if err := d.AbandonOrder(background, "o2"); err != nil {
		t.Fatal(err)
	}
	if got := d.code(gone.ID).State; got != order.QRClosing {
		t.Errorf("the code of an order that was given up is %s", got)
	}
	d.until(gone.ID, order.QRCancelled)

	cash := d.shown("o3")
	if err := d.GiveUpCode(background, cash.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.TakeCashWith(background, engine.Charge{Order: "o3", Amount: usd(2000), Consent: true}, usd(2000)); err != nil {
		t.Error(err)
	}
}

// Money that nobody waits for is listed until a person has decided.
func TestStrays(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.paid("o1")
	d.wallets.pay(q.ID, usd(2000))
	d.HintCode("wally", q.ID, "")
	d.codeDue()
	q = d.code(q.ID)
	strays := q.Strays()
	if len(strays) != 1 || len(d.Snapshot().Codes) != 1 || len(d.Snapshot().CodeNews) != 1 {
		t.Fatalf("paid twice: %+v, %d listed", q.Payments, len(d.Snapshot().Codes))
	}
	if r, err := d.RefundCode(background, q.ID, strays[0].ID, usd(2000), "paid twice"); err != nil || r.State != order.RefundDone {
		t.Fatalf("%s, %v", r.State, err)
	}
	if s := d.Snapshot(); len(s.Codes) != 0 || len(s.Refunds) != 0 {
		t.Errorf("%d codes, %d refunds left", len(s.Codes), len(s.Refunds))
	}

	other := d.shown("o2")
	d.wallets.pay(other.ID, usd(1999))
	d.codeDue()
	if other = d.code(other.ID); other.State != order.QRShown || len(other.Strays()) != 1 {
		t.Fatalf("another amount: %s, %+v", other.State, other.Payments)
	}
	stray := other.Strays()[0].ID
	wantProblem(t, d.AcceptStray(background, other.ID, stray, " "), engine.ProblemReason)
	d.signIn("cas")
	wantProblem(t, d.AcceptStray(background, other.ID, stray, "a tip"), engine.ProblemApproval)
	d.signIn("sue")
	if err := d.AcceptStray(background, other.ID, stray, "a tip"); err != nil {
		t.Fatal(err)
	}
	if p, _ := d.code(other.ID).Payment(stray); p.As != order.Accepted || p.By != "sue" || p.Reason != "a tip" {
		t.Errorf("%+v", p)
	}
	wantProblem(t, d.AcceptStray(background, other.ID, stray, "again"), engine.ProblemNotAllowed)

	late := d.shown("o3")
	d.until(late.ID, order.QRCancelled)
	d.Acknowledge(late.ID)
	d.wallets.pay(late.ID, late.Asked)
	d.clock.Advance(time.Minute)
	if n, err := d.ReconcileWallets(background, d.clock.Now().Add(-time.Hour)); err != nil || n != 1 {
		t.Errorf("found %d, %v", n, err)
	}
	if late = d.code(late.ID); late.State != order.QRCancelled || len(late.Strays()) != 1 || len(d.Snapshot().CodeNews) == 0 {
		t.Errorf("late: %s, %+v", late.State, late.Payments)
	}
	if c := d.Snapshot().WalletCheck; c.Found != 1 || c.At.IsZero() || c.Trouble.Format != "" {
		t.Errorf("%+v", c)
	}
}

func TestCodeRefused(t *testing.T) {
	tests := []struct {
		name    string
		amount  money.Amount
		change  func(*order.WalletOffer)
		prepare func(*desk)
		want    string
	}{
		{"too little", usd(99), nil, nil, engine.ProblemAmountLow},
		{"nothing", usd(0), nil, nil, engine.ProblemAmountLow},
		{"too much", usd(500001), nil, nil, engine.ProblemAmountHigh},
		{"too much for the shop", usd(100000000), func(o *order.WalletOffer) { o.Most = money.Amount{} }, nil, engine.ProblemAmountHigh},
		{"other currency", money.New(2000, "EUR"), nil, nil, engine.ProblemCurrency},
		{"currency not there", usd(2000), func(o *order.WalletOffer) { o.Currencies = []money.Currency{"INR"} }, nil, engine.ProblemCurrency},
		{"not set up", usd(2000), func(o *order.WalletOffer) { o.Name = "other" }, nil, engine.ProblemNotOffered},
		{"nobody there", usd(2000), nil, func(d *desk) { d.SignOut(background) }, engine.ProblemSignIn},
		{"disk full", usd(2000), nil, func(d *desk) { d.journal.set(func() { d.journal.room = func() error { return order.ErrFull } }) }, engine.ProblemDisk},
		{"put back", usd(2000), nil, func(d *desk) { d.journal.set(func() { d.journal.old = true }) }, engine.ProblemRestored},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newWalletDesk(t, true)
			if tt.change != nil {
				d.offer(tt.change)
			}
			if tt.prepare != nil {
				tt.prepare(d)
			}
			_, err := d.ShowCode(background, engine.Charge{Order: "o1", Amount: tt.amount}, "wally", false)
			wantProblem(t, err, tt.want)
			if len(d.PendingCodes()) != 0 || d.wallets.did("create") != 0 {
				t.Error("something was begun")
			}
		})
	}
}

// A provider that is down is asked again after pauses, and told about; it holds up
// nobody else. What it refuses is at its end.
func TestProviderDown(t *testing.T) {
	d := newWalletDesk(t, true)
	d.wallets.fault = func(string) string { return "down" }
	v := d.showCode("o1")
	for range 6 {
		d.codeDue()
	}
	if s := d.Snapshot().Codes[0]; !s.Alarm || s.Message == "" {
		t.Errorf("nobody is told: %+v", s)
	}
	d.mustCharge("o2", order.Approved)
	d.wallets.fault = nil
	q := d.until(v.ID, order.QRShown)
	d.wallets.fault = func(string) string { return "down" }
	for range 10 {
		d.codeDue()
	}
	if n := d.wallets.did("status"); n > 12 {
		t.Errorf("%d looks", n)
	}
	d.until(q.ID, order.QRCancelled)
	d.wallets.fault = func(string) string { return "refused" }
	refused := d.until(d.showCode("o3").ID, order.QRRefused)
	if refused.Message == "" {
		t.Error("refused without a word")
	}
	d.mustCharge("o3", order.Approved)
}

// The money is asked for once more only as often as that is in the journal.
func TestTakenAgain(t *testing.T) {
	d := newWalletDesk(t, true)
	q := d.shown("o1")
	d.wallets.fault = func(call string) string {
		if call == "take" && d.wallets.did("take") < 5 {
			return "down"
		}
		return ""
	}
	d.wallets.pay(q.ID, q.Asked)
	if q = d.until(q.ID, order.QRPaid); q.Sends != 5 || d.wallets.did("take") != 5 {
		t.Errorf("asked for %d times, of which %d are recorded", d.wallets.did("take"), q.Sends)
	}
}

// What cannot be recorded is not done.
func TestNotTakenWithoutRecord(t *testing.T) {
	d := newWalletDesk(t, true)
	q := d.shown("o1")
	d.wallets.pay(q.ID, q.Asked)
	d.journal.set(func() { d.journal.before = failOn("qr.taking", order.ErrFull) })
	for range 5 {
		d.codeDue()
		d.clock.Advance(3 * time.Second)
	}
	if d.wallets.did("take") != 0 {
		t.Error("money was moved without a record")
	}
	d.journal.set(func() { d.journal.before = nil })
	d.until(q.ID, order.QRPaid)
}

// A thousand notifications are no thousand questions, and those of strangers
// none.
func TestHintStorm(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	d.codeDue()
	d.wallets.pay(q.ID, q.Asked)
	before := d.wallets.did("status")
	began := d.clock.Now()
	for range 1000 {
		d.HintCode("wally", "", q.Remote)
		d.HintCode("wally", "stranger", "")
		d.HintCode("other", q.ID, "")
		d.HintCode("wally", "", "")
	}
	d.until(q.ID, order.QRPaid)
	if took := d.clock.Now().Sub(began); took > time.Second {
		t.Errorf("paid %s after the notification", took)
	}
	for range 1000 {
		d.HintCode("wally", q.ID, "")
		d.codeDue()
	}
	for d.codeDue() {
	}
	if n := d.wallets.did("status") - before; n > 2 {
		t.Errorf("%d looks", n)
	}
	d.clock.Advance(time.Hour)
	d.HintCode("wally", "", q.Remote)
	d.codeDue()
	if n := d.wallets.did("status") - before; n > 3 {
		t.Errorf("%d looks", n)
	}
	d.clock.Advance(100 * time.Hour)
	before = d.wallets.did("status")
	d.HintCode("wally", q.ID, "")
	d.codeDue()
	if d.wallets.did("status") != before {
		t.Error("an old code was looked at")
	}
}

// A code on paper has a slip, and lives as long as it does there.
func TestCodeLater(t *testing.T) {
	d := newWalletDesk(t, false)
	v, err := d.ShowCode(background, engine.Charge{Order: "o1", Amount: usd(2000), Note: "table 7"}, "wally", true)
	if err != nil || v.Note != "table 7" {
		t.Fatal(v.Note, err)
	}
	q := d.until(v.ID, order.QRShown)
	jobs, err := d.journal.Jobs(background, q.ID)
	if err != nil || len(jobs) != 1 || jobs[0].Document != order.DocumentCode || jobs[0].Copy != engine.CopyCustomer {
		t.Fatalf("%+v, %v", jobs, err)
	}
	d.clock.Advance(2 * time.Hour)
	d.codeDue()
	if d.code(q.ID).State != order.QRShown {
		t.Errorf("it is %s", d.code(q.ID).State)
	}
	d.wallets.pay(q.ID, q.Asked)
	d.until(q.ID, order.QRPaid)
	if n := d.Snapshot().CodeNews; len(n) != 1 || n[0].Note != "table 7" {
		t.Errorf("news %+v", n)
	}
	unpaid, err := d.ShowCode(background, engine.Charge{Order: "o2", Amount: usd(2000)}, "wally", true)
	if err != nil {
		t.Fatal(err)
	}
	d.until(unpaid.ID, order.QRExpired)

	b := order.Bill{ID: "B1", Goods: usd(10000), Tax: usd(0), Tip: usd(0)}
	part, err := d.ShowCode(background, engine.Charge{Order: "o3", Amount: usd(4000), Bill: &b}, "wally", true)
	if err != nil {
		t.Fatal(err)
	}
	d.until(part.ID, order.QRShown)
	if jobs, err := d.journal.Jobs(background, part.ID); err != nil || len(jobs) != 1 || jobs[0].Document != order.DocumentCode {
		t.Errorf("the code of a part of a bill has the slips %+v, %v", jobs, err)
	}
}

// What an earlier run left is looked at; a payment that came meanwhile is news.
func TestCodeAfterRestart(t *testing.T) {
	for name, takes := range map[string]bool{"takes": true, "cancels": false} {
		t.Run(name, func(t *testing.T) {
			d := newWalletDesk(t, takes)
			q := d.shown("o1")
			d.wallets.pay(q.ID, q.Asked)
			d.restart()
			if got := d.Snapshot().Codes; len(got) != 1 || got[0].ID != q.ID {
				t.Fatalf("%+v", got)
			}
			d.until(q.ID, order.QRPaid)
			if n := d.Snapshot().CodeNews; len(n) != 1 || n[0].State != order.QRPaid {
				t.Errorf("news %+v", n)
			}
		})
	}
}

// Nobody waits any more for what was agreed to while the program was not there.
func TestAgreedWhileAway(t *testing.T) {
	d := newWalletDesk(t, true)
	q := d.shown("o1")
	d.wallets.pay(q.ID, q.Asked)
	d.clock.Advance(time.Hour)
	d.restart()
	d.until(q.ID, order.QRCancelled)
	if d.wallets.did("take") != 0 {
		t.Error("taken though nobody waits")
	}
}

// The clock is set: what waits is measured anew, and nothing counts as over.
func TestCodeClock(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -time.Hour} {
		d := newWalletDesk(t, false)
		q := d.shown("o1")
		d.codeDue()
		d.clock.Set(d.clock.Now().Add(by))
		d.MindClock()
		work := d.PendingCodes()
		if len(work) != 1 || work[0].Due.After(d.clock.Now()) {
			t.Fatalf("set by %s: %v at %v", by, work, d.clock.Now())
		}
		d.codeDue()
		if got := d.code(q.ID); got.State != order.QRShown {
			t.Errorf("set by %s: %s", by, got.State)
		}
		d.wallets.pay(q.ID, q.Asked)
		d.until(q.ID, order.QRPaid)
	}
}

func TestCodeInLists(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.paid("o1")
	p, _ := q.Paid()
	back, err := d.RefundCode(background, q.ID, p.ID, usd(500), "too much")
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.List(background, order.Query{Limit: 10})
	if err != nil || len(l.Items) != 2 {
		t.Fatalf("%+v, %v", l.Items, err)
	}
	code := slices.IndexFunc(l.Items, func(i engine.Item) bool { return i.Code != nil })
	refund := slices.IndexFunc(l.Items, func(i engine.Item) bool { return i.Refund != nil })
	if code < 0 || refund < 0 || l.Items[code].ID() != q.ID || l.Items[refund].ID() != back.ID {
		t.Fatalf("%+v", l.Items)
	}
	detail, err := d.Beside(background, l.Items[code])
	if err != nil || detail.Order.ID != "o1" || len(detail.Refunds) != 1 || len(detail.Jobs) != 2 || len(detail.Story) < 4 {
		t.Errorf("%+v, %v", detail, err)
	}
	plan, err := d.MoneyBackPlan(background, q.ID)
	if err != nil || plan.Code == nil || plan.Payment != p.ID || plan.Act != order.Return || plan.Left != usd(1500) || plan.Returned != usd(500) || plan.Why != order.BackWallet {
		t.Errorf("%+v, %v", plan, err)
	}
	if _, err := d.MoneyBackPlan(background, "nothing"); err == nil || problem(t, err) != engine.ProblemNotFound {
		t.Error(err)
	}
	if v, err := d.Code(background, q.ID); err != nil || v.State != order.QRPaid {
		t.Error(v, err)
	}
	if err := d.PrintAgain(background, order.DocumentWallet, q.ID, engine.CopyCustomer); err != nil {
		t.Error(err)
	}
	if err := d.PrintAgain(background, order.DocumentRefund, back.ID, engine.CopyCustomer); err != nil {
		t.Error(err)
	}
	wantProblem(t, d.PrintAgain(background, order.DocumentCode, q.ID, engine.CopyCustomer), engine.ProblemNotAllowed)
}

func TestLookAtCode(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	d.wallets.pay(q.ID, q.Asked)
	if err := d.LookAtCode(background, q.ID); err != nil || d.code(q.ID).State != order.QRPaid {
		t.Errorf("%s, %v", d.code(q.ID).State, err)
	}
	d.wallets.pay(q.ID, q.Asked)
	if err := d.LookAtCode(background, q.ID); err != nil || len(d.code(q.ID).Strays()) != 1 {
		t.Errorf("%+v, %v", d.code(q.ID).Payments, err)
	}
	wantProblem(t, d.LookAtCode(background, "nothing"), engine.ProblemNotFound)
}

func TestParkCode(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	if err := d.Park(background, q.ID, "closing time"); err != nil || d.code(q.ID).Parked != "sue" {
		t.Errorf("%q, %v", d.code(q.ID).Parked, err)
	}
	wantProblem(t, d.Park(background, q.ID, "again"), engine.ProblemNotAllowed)
	if errors.Is(d.Park(background, "nothing", ""), order.ErrNotFound) == false {
		t.Error("nothing was parked")
	}
}
