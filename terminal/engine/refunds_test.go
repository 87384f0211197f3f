package engine_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// refundable is a payment of $20 by wallet.
func refundable(t *testing.T, takes bool) (*desk, order.QR, string) {
	t.Helper()
	d := newWalletDesk(t, takes)
	q := d.paid("o1")
	p, _ := q.Paid()
	d.tape.take()
	return d, q, p.ID
}

func (d *desk) wantBack(id string, held, back int64) {
	d.t.Helper()
	p, _ := d.code(id).Paid()
	if p.Held.Minor != held || p.Back.Minor != back {
		d.t.Errorf("%d held, %d paid back; want %d, %d", p.Held.Minor, p.Back.Minor, held, back)
	}
}

func TestRefund(t *testing.T) {
	d, q, p := refundable(t, false)
	r, err := d.RefundCode(background, q.ID, p, usd(500), " broken \n")
	if err != nil || r.State != order.RefundDone || r.Reason != "broken" || engine.RefundProblem(r) != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	d.wantOrder("commit qr.refund-begun", "commit refund.sending", "refund", "commit refund.done")
	d.wantBack(q.ID, 500, 500)
	d.wantCalled([]string{"refund customer", "refund merchant"}, r.ID)
	_, err = d.RefundCode(background, q.ID, p, usd(1501), "more")
	wantProblem(t, err, engine.ProblemTooMuch)
	if r, err = d.RefundCode(background, q.ID, p, usd(1500), "the rest"); err != nil || r.State != order.RefundDone {
		t.Fatal(r.State, err)
	}
	_, err = d.RefundCode(background, q.ID, p, usd(1), "more")
	wantProblem(t, err, engine.ProblemTooMuch)
	if in, out := d.wallets.received(); in != out {
		t.Errorf("%d came, %d went", in, out)
	}
}

func TestRefundRefused(t *testing.T) {
	tests := []struct {
		name, who, payment, reason string
		amount                     money.Amount
		change                     func(*order.WalletOffer)
		want                       string
	}{
		{"no reason", "sue", "", " ", usd(500), nil, engine.ProblemReason},
		{"no such payment", "sue", "P99", "x", usd(500), nil, engine.ProblemNotFound},
		{"nothing", "sue", "", "x", usd(0), nil, engine.ProblemTooMuch},
		{"other currency", "sue", "", "x", money.New(5, "EUR"), nil, engine.ProblemTooMuch},
		{"no right", "cas", "", "x", usd(500), nil, engine.ProblemApproval},
		{"no parts", "sue", "", "x", usd(500), func(o *order.WalletOffer) { o.Parts = false }, engine.ProblemNotOffered},
		{"too old", "sue", "", "x", usd(500), func(o *order.WalletOffer) { o.RefundFor = time.Hour }, engine.ProblemTooLate},
		{"not set up", "sue", "", "x", usd(500), func(o *order.WalletOffer) { o.Name = "other" }, engine.ProblemNotOffered},
		{"other mode", "sue", "", "x", usd(500), func(o *order.WalletOffer) { o.Test = true }, engine.ProblemNotOffered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, q, p := refundable(t, false)
			d.clock.Advance(2 * time.Hour)
			d.signIn(tt.who)
			if tt.change != nil {
				d.offer(tt.change)
			}
			if tt.payment != "" {
				p = tt.payment
			}
			_, err := d.RefundCode(background, q.ID, p, tt.amount, tt.reason)
			wantProblem(t, err, tt.want)
			if d.wallets.did("refund") != 0 {
				t.Error("something was sent")
			}
			d.wantBack(q.ID, 0, 0)
		})
	}
}

// Up to the limit a cashier pays back alone, all parts together, and above it with
// an approval, whose slip is for the shop.
func TestRefundLimit(t *testing.T) {
	d, q, p := refundable(t, false)
	d.cfg.ReturnLimit = usd(600)
	d.Configure(d.cfg)
	d.signIn("cas")
	if _, err := d.RefundCode(background, q.ID, p, usd(400), "x"); err != nil {
		t.Fatal(err)
	}
	_, err := d.RefundCode(background, q.ID, p, usd(201), "x")
	wantProblem(t, err, engine.ProblemApproval)
	var asked *engine.Problem
	errors.As(err, &asked)
	grant, err := d.Approve(background, *asked.Ask, "sue", []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.RefundCode(engine.WithGrant(background, grant), q.ID, p, usd(201), "x")
	if err != nil || r.Approved != "sue" {
		t.Fatalf("%+v, %v", r, err)
	}
	d.wantCalled([]string{"refund customer", "refund merchant", "approval merchant"}, r.ID)
}

// However many press at once, no more goes back than came.
func TestRefundsAtOnce(t *testing.T) {
	d, q, p := refundable(t, false)
	var presses sync.WaitGroup
	for range 8 {
		presses.Go(func() { _, _ = d.RefundCode(background, q.ID, p, usd(700), "pressed") })
	}
	presses.Wait()
	if _, out := d.wallets.received(); out != 1400 {
		t.Errorf("%d went back", out)
	}
	d.wantBack(q.ID, 1400, 1400)
}

// What became of a refund whose answer was lost is asked, and it is sent again
// only where that cannot pay twice.
func TestRefundInDoubt(t *testing.T) {
	tests := []struct {
		name, fate string
		repeats    bool
		state      order.RefundState // at once
		want       order.RefundState // in the end
		sends      int
		out        int64
	}{
		{"done", "", true, order.RefundDone, order.RefundDone, 1, 2000},
		{"refused", "refused", true, order.RefundRefused, order.RefundRefused, 1, 0},
		{"never left", "unsent", false, order.RefundAbsent, order.RefundAbsent, 1, 0},
		{"answer lost", "lost", true, order.RefundUnknown, order.RefundDone, 1, 2000},
		{"answer lost, no repeats", "lost", false, order.RefundUnknown, order.RefundDone, 1, 2000},
		{"request lost", "down", true, order.RefundUnknown, order.RefundDone, 2, 2000},
		{"request lost, no repeats", "down", false, order.RefundUnknown, order.RefundAbsent, 1, 0},
		{"on its way", "pending", true, order.RefundPending, order.RefundDone, 1, 2000},
		{"on its way and not done after all", "pending", true, order.RefundPending, order.RefundRefused, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, q, p := refundable(t, false)
			d.offer(func(o *order.WalletOffer) { o.Repeats = tt.repeats })
			first := true
			d.wallets.fault = func(call string) string {
				if call == "refund" && first {
					first = false
					return tt.fate
				}
				return ""
			}
			r, err := d.RefundCode(background, q.ID, p, usd(2000), "x")
			if err != nil || r.State != tt.state {
				t.Fatalf("%s, %v; want %s", r.State, err, tt.state)
			}
			if said := engine.RefundProblem(r); (said == nil) != (tt.state == order.RefundDone) {
				t.Errorf("it says %v", said)
			}
			d.wallets.mu.Lock()
			for _, back := range d.wallets.refunds {
				if back.state = order.RefundDone; tt.want == order.RefundRefused {
					back.state = tt.want
				}
			}
			d.wallets.mu.Unlock()
			for range 50 {
				d.codeDue()
			}
			if r, err = d.Refund(background, r.ID); err != nil || r.State != tt.want {
				t.Errorf("in the end %s, %v; want %s", r.State, err, tt.want)
			}
			if n := d.wallets.did("refund"); n != tt.sends {
				t.Errorf("sent %d times", n)
			}
			late := tt.state == order.RefundUnknown || tt.state == order.RefundPending && tt.want == order.RefundRefused
			if news := d.Snapshot().RefundNews; (len(news) == 1) != late {
				t.Errorf("told late: %v, want %v", news, late)
			}
			if d.Acknowledge(r.ID); len(d.Snapshot().RefundNews) > 0 {
				t.Error("told again")
			}
			if _, out := d.wallets.received(); out != tt.out {
				t.Errorf("%d went back, want %d", out, tt.out)
			}
			slips := []string{"refund customer", "refund merchant"}
			if tt.want != order.RefundDone && tt.state != order.RefundPending {
				slips = nil
			}
			d.wantCalled(slips, r.ID)
		})
	}
}

// Whatever commit fails, the program dies and begins again: the money goes back
// once.
func TestRefundCrash(t *testing.T) {
	for _, fate := range []string{"", "lost", "down"} {
		for crash := 1; crash <= 5; crash++ {
			d, q, p := refundable(t, false)
			d.wallets.fault = func(call string) string {
				if call == "refund" && d.wallets.did("refund") == 1 {
					return fate
				}
				return ""
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
			r, err := d.RefundCode(background, q.ID, p, usd(2000), "x")
			if r.ID == "" {
				if err == nil || d.wallets.did("refund") != 0 {
					t.Error("sent without a record")
				}
				continue
			}
			if err != nil {
				wantProblem(t, err, engine.ProblemUnsaved)
			}
			for range 30 {
				if commits == crash {
					commits++
					d.restart()
					d.signIn("sue")
				}
				d.codeDue()
			}
			if r, err = d.Refund(background, r.ID); err != nil || r.State != order.RefundDone {
				t.Errorf("%q, crash at %d: %s, %v", fate, crash, r.State, err)
			}
			if _, out := d.wallets.received(); out != 2000 {
				t.Errorf("%q, crash at %d: %d went back", fate, crash, out)
			}
			d.wantBack(q.ID, 2000, 2000)
		}
	}
}

func TestParkRefund(t *testing.T) {
	d, q, p := refundable(t, false)
	d.wallets.fault = func(string) string { return "down" }
	r, err := d.RefundCode(background, q.ID, p, usd(2000), "x")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := d.Code(background, q.ID); err != nil || len(v.Refunds) != 1 || len(d.Snapshot().Refunds) != 1 {
		t.Errorf("%+v, %v", v.Refunds, err)
	}
	if err := d.Park(background, r.ID, "closing time"); err != nil || d.Snapshot().Refunds[0].Parked != "sue" {
		t.Error(err, d.Snapshot().Refunds)
	}
	wantProblem(t, d.Park(background, r.ID, "again"), engine.ProblemNotAllowed)
}

// A bill takes a code as a leg, and what was paid by it goes back with the bill.
func TestBillByWallet(t *testing.T) {
	for _, fate := range []string{"", "down", "refused"} {
		d := newWalletDesk(t, false)
		bill := dinner("B1")
		d.cashLeg(bill, "O1", usd(4000))
		v, err := d.ShowCode(background, engine.Charge{Order: "O2", Amount: usd(3000), Bill: &bill}, "wally", false)
		if err != nil {
			t.Fatal(err)
		}
		d.wantBill("B1", order.BillOpen, 4000, 3000, 3000, order.LegPaid, order.LegPending)
		q := d.until(v.ID, order.QRShown)
		_, err = d.ShowCode(background, engine.Charge{Order: "O3", Amount: usd(3001), Bill: &bill}, "wally", false)
		wantProblem(t, err, engine.ProblemBillOver)
		d.wallets.pay(q.ID, q.Asked)
		d.until(q.ID, order.QRPaid)
		d.wantBill("B1", order.BillOpen, 7000, 0, 3000, order.LegPaid, order.LegPaid)
		d.wantCalled([]string{"wallet merchant"}, q.ID)
		open, err := d.ShowCode(background, engine.Charge{Order: "O3", Amount: usd(3000), Bill: &bill}, "wally", false)
		if err != nil {
			t.Fatal(err)
		}
		d.until(open.ID, order.QRShown)
		first := true
		d.wallets.fault = func(call string) string {
			if call == "refund" && first {
				first = false
				return fate
			}
			return ""
		}
		if err := d.CancelBill(background, "B1", "left"); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if len(d.PendingPayments()) > 0 {
				d.due()
			}
			d.codeDue()
			d.clock.Advance(time.Minute)
		}
		v2 := d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack, order.LegBack, order.LegFailed)
		if v2.Parts[1].Code == nil || v2.Parts[1].Refund == nil || v2.Parts[1].Refund.Bill != "B1" {
			t.Errorf("%q: %+v", fate, v2.Parts[1])
		}
		if in, out := d.wallets.received(); in != 3000 || out != 3000 {
			t.Errorf("%q: %d came, %d went", fate, in, out)
		}
	}
}

// A bill that is paid whole by a code is at its end with it.
func TestBillPaidByWallet(t *testing.T) {
	d := newWalletDesk(t, true)
	bill := dinner("B1")
	v, err := d.ShowCode(background, engine.Charge{Order: "O1", Amount: usd(10000), Bill: &bill}, "wally", false)
	if err != nil {
		t.Fatal(err)
	}
	d.until(v.ID, order.QRShown)
	d.restart()
	d.signIn("sue")
	d.wallets.pay(v.ID, usd(10000))
	d.until(v.ID, order.QRPaid)
	d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid)
}

// A journal that was put back is held against the provider first; what it lost is
// found and can be paid back, what it has is read and not taken anew.
func TestWalletsPutBack(t *testing.T) {
	d := newWalletDesk(t, true)
	agreed := d.shown("o1")
	d.wallets.pay(agreed.ID, agreed.Asked)
	d.wallets.mu.Lock()
	lost := &fakeCode{remote: "R-N777777", asked: usd(700), until: noon.Add(time.Hour), agreed: true}
	d.wallets.codes["N777777"] = lost
	d.wallets.payment("N777777", lost, usd(700))
	strange := &fakeCode{remote: "R-X1", asked: usd(900), until: noon.Add(time.Hour)}
	d.wallets.codes["X1"] = strange
	d.wallets.payment("X1", strange, usd(900))
	d.wallets.mu.Unlock()
	d.clock.Advance(time.Minute)
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	d.signIn("sue")
	d.journal.set(func() { d.journal.old = false }) // the cards are compared
	charge := engine.Charge{Order: "o2", Amount: usd(2000)}
	_, err := d.ShowCode(background, charge, "wally", false)
	wantProblem(t, err, engine.ProblemRestored)
	d.wallets.fault = func(string) string { return "down" }
	_, err = d.ReconcileWallets(background, time.Time{})
	wantProblem(t, err, engine.ProblemWallet)
	if d.Snapshot().WalletCheck.Trouble.Format == "" {
		t.Error("the trouble is not shown")
	}
	_, err = d.ShowCode(background, charge, "wally", false)
	wantProblem(t, err, engine.ProblemRestored)
	d.wallets.fault = nil
	if n, err := d.ReconcileWallets(background, time.Time{}); err != nil || n != 1 {
		t.Fatalf("found %d, %v", n, err)
	}
	if _, err = d.ShowCode(background, charge, "wally", false); err != nil {
		t.Error(err)
	}
	for range 30 {
		d.codeDue()
	}
	if got := d.code(agreed.ID); got.State == order.QRPaid || d.wallets.did("take") != 0 {
		t.Errorf("%s, taken %d times", got.State, d.wallets.did("take"))
	}
	found := d.code("N777777")
	if found.State != order.QRExpired || len(found.Strays()) != 1 || found.Order != "" {
		t.Fatalf("%+v", found)
	}
	if !slices.ContainsFunc(d.Snapshot().Codes, func(v engine.CodeView) bool { return v.ID == "N777777" && v.Alarm }) {
		t.Error("it is not listed")
	}
	if n, err := d.ReconcileWallets(background, time.Time{}); err != nil || n != 0 {
		t.Errorf("found again: %d, %v", n, err)
	}
	if r, err := d.RefundCode(background, "N777777", found.Payments[0].ID, usd(700), "not ours"); err != nil || r.State != order.RefundDone {
		t.Error(r.State, err)
	}
}

// What the journal counts on and the provider does not list is shown; so is what
// it does list, with the fee that came late.
func TestWalletFindings(t *testing.T) {
	d, q, p := refundable(t, false)
	d.clock.Advance(2 * time.Hour)
	if _, err := d.ReconcileWallets(background, time.Time{}); err != nil || len(d.Snapshot().WalletCheck.Missing) != 0 {
		t.Fatalf("%+v, %v", d.Snapshot().WalletCheck, err)
	}
	d.wallets.mu.Lock()
	d.wallets.unlist = map[string]bool{p: true}
	d.wallets.mu.Unlock()
	if _, err := d.ReconcileWallets(background, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if m := d.Snapshot().WalletCheck.Missing; len(m) != 1 || m[0].Code != q.ID || m[0].Payment != p || m[0].Amount != usd(2000) {
		t.Errorf("%+v", m)
	}
	d.cfg.Wallets = nil
	d.Configure(d.cfg)
	if _, err := d.ReconcileWallets(background, time.Time{}); err != nil || len(d.Snapshot().Wallets) != 0 {
		t.Errorf("%v", err)
	}
}

// That a provider's list cannot be read holds up no code at its end, about which
// it can be asked; only the list of all that may be missing, read in full, lets a
// journal that was put back take codes again.
func TestListUnread(t *testing.T) {
	d := newWalletDesk(t, false)
	q := d.shown("o1")
	if err := d.GiveUpCode(background, q.ID); err != nil {
		t.Fatal(err)
	}
	d.until(q.ID, order.QRCancelled)
	d.wallets.pay(q.ID, q.Asked)
	d.wallets.fault = func(call string) string {
		if call == "list" {
			return "down"
		}
		return ""
	}
	n, err := d.ReconcileWallets(background, time.Time{})
	wantProblem(t, err, engine.ProblemWallet)
	if got := d.code(q.ID); n != 1 || len(got.Strays()) != 1 {
		t.Errorf("found %d, %+v", n, got.Payments)
	}
}

func TestPutBackListedInPart(t *testing.T) {
	d := newWalletDesk(t, false)
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	d.signIn("sue")
	d.journal.set(func() { d.journal.old = false })
	d.wallets.mu.Lock()
	lost := &fakeCode{remote: "R-N777777", asked: usd(700), until: noon}
	d.wallets.codes["N777777"] = lost
	d.wallets.payment("N777777", lost, usd(700))
	d.wallets.mu.Unlock()
	d.clock.Advance(2 * time.Hour)
	if n, err := d.ReconcileWallets(background, d.clock.Now().Add(-time.Minute)); err != nil || n != 1 {
		t.Errorf("found %d, %v", n, err)
	}
	if _, err := d.ShowCode(background, engine.Charge{Order: "o2", Amount: usd(2000)}, "wally", false); err != nil {
		t.Error(err)
	}
}

// A journal that was put back need not know of a refund made since: the provider
// is asked what went back before another one goes out, and without its word none
// does.
func TestRefundFromBeforePutBack(t *testing.T) {
	d, q, p := refundable(t, false)
	d.wallets.mu.Lock()
	d.wallets.codes[q.ID].payments[0].Refunded = usd(1500)
	d.wallets.mu.Unlock()
	d.number = "BBBBB%012d" // as a journal that was put back numbers
	d.restart()
	d.signIn("sue")
	d.wallets.fault = func(call string) string {
		if call == "status" {
			return "down"
		}
		return ""
	}
	_, err := d.RefundCode(background, q.ID, p, usd(1000), "broken")
	wantProblem(t, err, engine.ProblemWallet)
	d.wallets.fault = nil
	_, err = d.RefundCode(background, q.ID, p, usd(1000), "broken")
	if problem(t, err) == "" || d.wallets.did("refund") != 0 {
		t.Errorf("sent %d times: %v", d.wallets.did("refund"), err)
	}
	if r, err := d.RefundCode(background, q.ID, p, usd(500), "broken"); err != nil || r.State != order.RefundDone {
		t.Error(r.State, err)
	}
}

// TestComparisonIsBrokenOff: that the program ends is no trouble of a provider's.
func TestComparisonIsBrokenOff(t *testing.T) {
	d := newWalletDesk(t, true)
	ctx, cancel := context.WithCancel(background)
	cancel()
	before := d.Snapshot().WalletCheck
	if _, err := d.ReconcileWallets(ctx, time.Time{}); err == nil {
		t.Error("nothing was compared, and that is not told")
	}
	if d.log.String() != "" || d.Snapshot().WalletCheck.At != before.At {
		t.Errorf("told: %s %+v", d.log.String(), d.Snapshot().WalletCheck)
	}
}

// A shop without a card device cancels a bill that was paid by wallet.
func TestBillBackWithoutDevice(t *testing.T) {
	d := newWalletDesk(t, false)
	d.cfg.Device = ""
	d.Configure(d.cfg)
	bill := dinner("B1")
	v, err := d.ShowCode(background, engine.Charge{Order: "O1", Amount: usd(3000), Bill: &bill}, "wally", false)
	if err != nil {
		t.Fatal(err)
	}
	q := d.until(v.ID, order.QRShown)
	d.wallets.pay(q.ID, q.Asked)
	d.until(q.ID, order.QRPaid)
	if err := d.CancelBill(background, "B1", "left"); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if len(d.PendingPayments()) > 0 {
			d.due()
		}
		d.clock.Advance(time.Minute)
	}
	d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegBack)
}

// A journal that was put back waits for no list of a provider that gives none:
// whether an account may list is known once it was asked.
func TestPutBackWithoutLists(t *testing.T) {
	d := newWalletDesk(t, false)
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	d.signIn("sue")
	d.journal.set(func() { d.journal.old = false })
	charge := engine.Charge{Order: "o2", Amount: usd(2000)}
	_, err := d.ShowCode(background, charge, "wally", false)
	wantProblem(t, err, engine.ProblemRestored)
	d.offer(func(o *order.WalletOffer) { o.Lists = false })
	if _, err := d.ShowCode(background, charge, "wally", false); err != nil {
		t.Error(err)
	}
}
