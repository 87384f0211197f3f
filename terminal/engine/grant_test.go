package engine_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// TestGrantIsBound: an approval is good for what it was given for, to the one
// who asked, for a while.
func TestGrantIsBound(t *testing.T) {
	for _, tt := range []struct {
		name string
		ask  func(a *engine.Ask)
		then func(d *desk)
	}{
		{"another payment", func(a *engine.Ask) { a.Subject = "other" }, nil},
		{"another amount", func(a *engine.Ask) { a.Amount = usd(701) }, nil},
		{"another currency", func(a *engine.Ask) { a.Amount = money.New(700, money.Currency("EUR")) }, nil},
		{"another right", func(a *engine.Ask) { a.Right = staff.Void }, nil},
		{"two minutes", nil, func(d *desk) { d.clock.Advance(2 * time.Minute) }},
		{"a clock that was set back", nil, func(d *desk) { d.clock.Set(noon.Add(-time.Hour)) }},
		{"another operator", nil, func(d *desk) { d.signIn("eve") }},
		{"signed out and in", nil, func(d *desk) { d.SignOut(background); d.signIn("cas") }},
		{"signed in again", nil, func(d *desk) { d.signIn("cas") }},
		{"a restart", nil, func(d *desk) { d.restart(); d.signIn("cas") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.person("eve", staff.Cashier)
			sale := d.mustCharge("o1", order.Approved)
			d.signIn("cas")
			try := func(ctx context.Context) error { return follow(d.Return(ctx, sale.Number, usd(700), "x")) }
			ask := askedFor(t, try(background))
			if tt.ask != nil {
				tt.ask(&ask)
			}
			ctx := d.approve(ask, "sue")
			if tt.then != nil {
				tt.then(d)
			}
			d.tape.take()
			askedFor(t, try(ctx))
			if lines := d.tape.take(); len(lines) != 0 || len(d.detail(sale.Number).Follows) != 0 {
				t.Errorf("something was done: %v", lines)
			}
		})
	}
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	askedFor(t, follow(d.Void(engine.WithGrant(background, engine.Grant{}), sale.Number, "")))
}

// TestGrantIsNotSpentInVain: what cannot be done uses no approval up.
func TestGrantIsNotSpentInVain(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	ctx := d.approve(askedFor(t, follow(d.Return(background, sale.Number, usd(700), "x"))), "sue")
	d.cfg.Device = ""
	d.Configure(d.cfg)
	wantProblem(t, follow(d.Return(ctx, sale.Number, usd(700), "x")), engine.ProblemNoDevice)
	d.cfg.Device = "dev"
	d.Configure(d.cfg)
	f, err := d.Return(ctx, sale.Number, usd(700), "x")
	wantDone(t, f, err)
}

// TestGrantOnceAtOnce: of many that come at once with one approval, one is let
// through.
func TestGrantOnceAtOnce(t *testing.T) {
	d := newDesk(t)
	cash, err := d.TakeCash(background, "o1", usd(2000), usd(2000))
	if err != nil {
		t.Fatal(err)
	}
	d.signIn("cas")
	try := func(ctx context.Context) error { _, err := d.ReturnCash(ctx, cash.ID, usd(1), "x"); return err }
	ctx := d.approve(askedFor(t, try(background)), "sue")
	var through atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := try(ctx); err == nil {
				through.Add(1)
			} else {
				askedFor(t, err)
			}
		})
	}
	all.Wait()
	if c, err := d.journal.Cash(background, cash.ID); through.Load() != 1 || err != nil || c.Returned != usd(1) {
		t.Errorf("%d were let through, %s returned, %v", through.Load(), c.Returned, err)
	}
}

// FuzzGrants does at random what people may do with approvals, and holds what
// was let through against a model of them.
func FuzzGrants(f *testing.F) {
	f.Add([]byte{0, 8, 8, 1, 9, 16, 2, 10, 24, 3, 32, 8, 40, 9})
	f.Add([]byte{0, 0, 8, 8, 8, 5, 13, 6, 14, 7, 15, 24, 8, 9, 10})
	f.Fuzz(func(t *testing.T, steps []byte) {
		d := newDesk(t)
		d.person("eve", staff.Cashier)
		var cash [2]order.Cash
		for i, id := range []string{"o1", "o2"} {
			c, err := d.TakeCash(background, id, usd(200000), usd(200000))
			if err != nil {
				t.Fatal(err)
			}
			cash[i] = c
		}
		type given struct {
			ask   engine.Ask
			ctx   context.Context
			until time.Time
			asker string
			gone  bool
		}
		var grants []*given
		at, want := "cas", int64(0)
		d.signIn(at)
		leave := func(who string) {
			for _, g := range grants {
				g.gone = true
			}
			at = who
			d.signIn(at)
		}
		for _, step := range steps[:min(len(steps), 24)] {
			which, amount := cash[step&1].ID, usd(1+int64(step>>1&1))
			switch step >> 3 % 6 {
			case 0:
				a := engine.Ask{Right: staff.Refund, Subject: which, Amount: amount, Why: engine.AskRight}
				grants = append(grants, &given{a, d.approve(a, "sue"), d.clock.Now().Add(2 * time.Minute), at, false})
			case 1, 2:
				ctx, fits := background, false
				if len(grants) > 0 {
					g := grants[int(step>>2)%len(grants)]
					ctx = g.ctx
					fits = !g.gone && g.ask.Subject == which && g.ask.Amount == amount && g.asker == at && d.clock.Now().Before(g.until)
					g.gone = g.gone || fits
				}
				_, err := d.ReturnCash(ctx, which, amount, "x")
				if (err == nil) != fits {
					t.Fatalf("step %d: %v, want it done: %t", step, err, fits)
				}
				if err != nil {
					askedFor(t, err)
				} else {
					want += amount.Minor
				}
			case 3:
				d.clock.Advance(time.Duration(step&7) * 20 * time.Second)
			case 4:
				leave([]string{"cas", "eve"}[step&1])
			case 5:
				d.restart()
				leave(at)
			}
		}
		got := int64(0)
		for _, c := range cash {
			c, err := d.journal.Cash(background, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			got += c.Returned.Minor
		}
		if got != want {
			t.Errorf("%d went back, want %d", got, want)
		}
	})
}

// TestKilledBehindTheApproval: the journal has that it was given, and nobody can
// use it any more.
func TestKilledBehindTheApproval(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	d.tape.take()
	ctx := d.approve(askedFor(t, follow(d.Void(background, sale.Number, ""))), "sue")
	if got, want := d.tape.take(), []string{"commit operator.pin-tried", "verify", "commit operator.pin-right", "commit approval.given"}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	d.restart()
	d.signIn("cas")
	ask := askedFor(t, follow(d.Void(ctx, sale.Number, "")))
	f, err := d.Void(d.approve(ask, "sue"), sale.Number, "")
	wantDone(t, f, err)
	if _, err := d.journal.Verify(background); err != nil {
		t.Error(err)
	}
}
