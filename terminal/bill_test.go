package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// losesVoids gives the rig a host that carries the first void out and does not
// answer.
func (r *storeRig) losesVoids() {
	r.t.Helper()
	plan := filepath.Join(r.t.TempDir(), "plan.json")
	if err := os.WriteFile(plan, []byte(`{"rules": [{"call": "POST void", "times": 1, "fault": "drop after"}]}`), 0o600); err != nil {
		r.t.Fatal(err)
	}
	host, err := sandbox.Open(sandbox.Options{Path: ":memory:", HangFor: time.Millisecond, Faults: true, FaultFile: plan})
	if err != nil {
		r.t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	r.t.Cleanup(func() { server.Close(); _ = host.Close() })
	if r.client, err = connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: sandbox.MerchantGUID,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true}); err != nil {
		r.t.Fatal(err)
	}
}

// split pays a bill of $100 in legs, as far as the program lives: by card, by
// one that is declined, in cash, and by one whose answer is lost.
func split(e *engine.Engine, b order.Bill) error {
	ctx := context.Background()
	byCard := func(pan string, minor int64) error {
		c, err := card.New([]byte(pan), []byte("999"), card.Expiry{Year: 2035, Month: 12}, "Ada Example")
		if err != nil {
			return err
		}
		_, err = e.Charge(ctx, engine.Charge{Order: e.NewOrderID(), Amount: usd(minor), Bill: &b}, c)
		return err
	}
	for _, leg := range []func() error{
		func() error { return byCard("4111111111111111", 4000) },
		func() error { return byCard("4000000000009995", 3000) },
		func() error {
			_, err := e.TakeCashFor(ctx, b, e.NewOrderID(), usd(2500), usd(3000))
			return err
		},
		func() error { return byCard("5555555555554444", 3500) },
	} {
		if err := leg(); err != nil {
			return err
		}
	}
	return nil
}

// work does what is due, for an hour at most, or until the program dies.
func (r *storeRig) work(e *engine.Engine) error {
	for range 400 {
		work := e.PendingPayments()
		if len(work) == 0 {
			return nil
		}
		for _, w := range work {
			if w.Due.After(r.clock.Now()) {
				continue
			}
			if err := e.ResolvePayment(context.Background(), w.ID); err != nil {
				return err
			}
		}
		r.clock.Advance(10 * time.Second)
	}
	return errors.New("it does not come to its end")
}

// begin is a new program at which somebody has signed in.
func (r *storeRig) begin(j engine.Journal) *engine.Engine {
	r.t.Helper()
	e := r.start(j)
	if err := e.SignIn(context.Background(), "op", []byte("4711")); err != nil {
		r.t.Fatal(err)
	}
	return e
}

// TestBillAndBack pays a bill in four legs, of which one is declined and one
// answered by nothing; the program dies before or behind its n-th commit, and
// whoever stands there then gives the bill up, unless it is paid. The answer to
// the first void is lost, and the program dies again. In the end journal, host
// and drawer agree to the cent.
func TestBillAndBack(t *testing.T) {
	for n := 1; n <= 12; n++ {
		for _, behind := range []bool{false, true} {
			t.Run(fmt.Sprintf("commit %d, behind it %t", n, behind), func(t *testing.T) {
				t.Parallel()
				billAndBack(t, n, behind)
			})
		}
	}
}

func billAndBack(t *testing.T, n int, behind bool) {
	ctx := context.Background()
	r := newStoreRig(t)
	r.losesVoids()
	b := order.Bill{ID: r.numbers.New(), Goods: usd(8000), Tax: usd(500), Tip: usd(1500), Number: "A-17"}
	mortal := &mortalJournal{Journal: r.journal, behind: behind}
	mortal.left.Store(1000)
	e := r.begin(mortal)
	mortal.left.Store(int64(n))
	if err := split(e, b); err != nil && mortal.left.Load() > 0 {
		t.Fatal(err)
	}
	mortal.left.Store(1000)
	e = r.begin(mortal) // the next start
	mortal.left.Store(int64(n) + 1)
	if err := e.CancelBill(ctx, b.ID, "left"); err == nil {
		_ = r.work(e) // until it dies again, somewhere
	}
	e = r.begin(r.journal)
	if err := r.work(e); err != nil {
		t.Fatal(err)
	}
	v, err := e.Bill(ctx, b.ID)
	if errors.Is(err, order.ErrNotFound) {
		if got := r.charges(); len(got) > 0 {
			t.Errorf("no bill, and the host has %v", got)
		}
		return
	}
	if err == nil && v.State == order.BillOpen { // nobody had given it up so far
		if err = errors.Join(e.CancelBill(ctx, b.ID, "left"), r.work(e)); err == nil {
			v, err = e.Bill(ctx, b.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	r.agree(v)
	for _, p := range v.Parts {
		if p.Sale == nil || p.Back == nil {
			continue
		}
		d, err := e.Detail(ctx, p.Sale.Number)
		if err != nil || !slices.ContainsFunc(d.Story, func(l engine.Line) bool { return l.Kind == "void.unknown" }) {
			t.Errorf("the first void was answered: %v, %v", d.Story, err)
		}
		break
	}
	if len(e.Snapshot().Bills) != 0 {
		t.Errorf("still shown: %+v", e.Snapshot().Bills)
	}
	if err := r.journal.CompareProjections(ctx); err != nil {
		t.Error(err)
	}
	if _, err := r.journal.Verify(ctx); err != nil {
		t.Error(err)
	}
}

// TestBillPaid: where nobody gives the bill up, the answer that was lost is found
// and pays it.
func TestBillPaid(t *testing.T) {
	r := newStoreRig(t)
	b := order.Bill{ID: r.numbers.New(), Goods: usd(8000), Tax: usd(500), Tip: usd(1500)}
	e := r.begin(r.journal)
	if err := errors.Join(split(e, b), r.work(e)); err != nil {
		t.Fatal(err)
	}
	v, err := e.Bill(context.Background(), b.ID)
	if err != nil || v.State != order.BillPaid || len(v.Parts) != 4 || v.Parts[1].State != order.LegFailed {
		t.Fatalf("the bill is %+v, %v", v, err)
	}
	r.agree(v)
}

// agree holds a bill at its end against the host and the drawer.
func (r *storeRig) agree(v engine.BillView) {
	r.t.Helper()
	var byCard, cash int64
	for _, p := range v.Parts {
		if p.Sale != nil && p.State == order.LegPaid {
			byCard += p.Sale.Approved.Minor
		}
		if p.Cash != nil {
			cash += p.Cash.Left().Minor
		}
	}
	var atHost int64
	for decimal, times := range r.charges() {
		a, err := money.Parse(decimal, money.USD)
		if err != nil {
			r.t.Fatal(err)
		}
		atHost += a.Minor * int64(times)
	}
	want := map[order.BillState]int64{order.BillPaid: v.Total().Minor, order.BillCancelled: 0}[v.State]
	if !v.State.Final() || byCard+cash != want || v.Paid.Minor != want || atHost != byCard {
		r.t.Errorf("the bill is %s with %v paid: %d by card, %d in cash, and %d at the host: %+v", v.State, v.Paid, byCard, cash, atHost, v.Parts)
	}
}
