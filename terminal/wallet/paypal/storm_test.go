package paypal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/wallet"
	"paydesk/terminal/wallet/wallettest"
)

// faults are those that need nobody to wait for the clock. What would have
// PayPal forget a repeat that it promises to know is not among them.
var faults = []string{"drop before", "drop after", "reset before", "reset after", "truncate 40", "status 500", "status 503 after", "status 429 3s", "html",
	"html after", "types", "duplicate", "error 10001", "error 10445", "error 10002", "error 10486", "error INTERNAL_SERVER_ERROR", "expired", "mode", "pending",
	"refund pending", "refund failed", "lag 5m", "echo INVNUM", "echo TOKEN", "echo invoice_id", "echo ACK"}

// storm is one code on its way through the rules, at a stand-in that misbehaves.
type storm struct {
	t    *testing.T
	dice *rand.Rand
	now  *clock.Virtual
	host *gateway.Server
	wallet.Provider
	o order.Order
	q order.QR
	r order.Refund
}

func newStorm(t *testing.T, api string, seed uint64) *storm {
	s := &storm{t: t, dice: rand.New(rand.NewPCG(seed, 1)), now: clock.NewVirtual(noon)}
	var err error
	if s.host, err = gateway.New(gateway.Config{Clock: s.now, Seed: seed + 1, Faults: true}); err != nil {
		t.Fatal(err)
	}
	line := newFake(t, nil)
	line.Config.Handler = s.host
	t.Cleanup(func() { _ = s.host.Close() })
	if s.Provider, err = standIn(api).New(t, wallettest.Setup{Base: line.URL, Clock: s.now}); err != nil {
		t.Fatal(err)
	}
	s.o = order.Order{ID: "ORDER", State: order.Open, Amount: money.New(1250, "USD"), Created: noon}
	s.q = order.BeginQR(order.QR{ID: "TILL0000000000001", Order: "ORDER", Provider: "paypal", Test: true, Takes: true, Asked: s.o.Amount,
		Patience: noon.Add(5 * time.Minute)}, noon)
	if s.dice.IntN(3) == 0 {
		s.q.Patience = time.Time{} // on paper
	}
	return s
}

func (s *storm) step(ev order.QREvent) {
	s.t.Helper()
	var err error
	if s.o, s.q, err = order.StepQR(s.o, s.q, ev, s.now.Now()); err != nil {
		s.t.Fatal(err)
	}
}

// weather sets some faults, or none.
func (s *storm) weather() {
	var p gateway.FaultPlan
	p.Seed = s.dice.Uint64()
	for range s.dice.IntN(4) {
		p.Rules = append(p.Rules, gateway.FaultRule{Fault: faults[s.dice.IntN(len(faults))], Chance: fmt.Sprintf("%d%%", 10+s.dice.IntN(60))})
	}
	if err := s.host.SetFaults(p); err != nil {
		s.t.Fatal(err)
	}
}

// blind loses the first answer, and hides what is new from searches.
func (s *storm) blind() {
	drop := gateway.FaultRule{Call: "* *", Match: gateway.FaultMatch{Text: "R000"}, Times: 1, Fault: "drop after"}
	if err := s.host.SetFaults(gateway.FaultPlan{Rules: []gateway.FaultRule{drop, {Fault: "lag 5m"}}}); err != nil {
		s.t.Fatal(err)
	}
}

// customer does something with a code that is shown, or nothing.
func (s *storm) customer() {
	if s.q.Text == "" {
		return
	}
	switch s.dice.IntN(12) {
	case 0, 1:
		_ = s.host.Pay(s.q.Text)
	case 2:
		_ = s.host.Decline(s.q.Text)
	case 3:
		_ = s.host.PayPending(s.q.Text)
	case 4:
		_ = s.host.Cancel(s.q.Text)
	case 5:
		for _, p := range s.host.Payments() {
			_ = s.host.Settle(p.ID, s.dice.IntN(2) == 0)
		}
	}
}

func (s *storm) until(at time.Time) {
	if wait := at.Sub(s.now.Now()); wait > 0 {
		s.now.Advance(wait)
	}
}

// pay plays the engine for the code.
func (s *storm) pay(ctx context.Context) {
	for n := 0; !s.q.State.Final(); n++ {
		if n > 600 {
			s.t.Fatalf("no end: %+v", s.q)
		}
		if n%20 == 0 {
			s.weather()
		}
		if n > 400 {
			_ = s.host.SetFaults(gateway.FaultPlan{})
		}
		s.customer()
		do, at := order.NextQR(s.q)
		if s.dice.IntN(60) == 0 {
			do, at = order.QRDoGiveUp, s.now.Now()
		}
		s.until(at)
		started := s.now.Now()
		switch do {
		case order.QRDoCreate:
			a := s.Create(ctx, s.q.Request())
			s.now.Advance(time.Second)
			s.step(order.QRAnswered{Answer: a})
		case order.QRDoGiveUp:
			if _, _, err := order.StepQR(s.o, s.q, order.QRGivenUp{}, s.now.Now()); err == nil {
				s.step(order.QRGivenUp{})
			}
		case order.QRDoLook:
			sends := s.q.Sends
			s.look(s.Status(ctx, s.q.Request()), started, false)
			if s.q.Sends > sends {
				started = s.now.Now()
				s.look(s.Take(ctx, s.q.Request()), started, true)
			}
		}
	}
}

func (s *storm) look(seen order.CodeSeen, started time.Time, took bool) {
	s.t.Helper()
	s.now.Advance(time.Second)
	seen.Started = started
	s.step(order.QRSeen{Seen: seen, Took: took})
}

// told: when a code is at its end the journal has all that came by it. No list
// was needed for that.
func (s *storm) told() {
	s.t.Helper()
	for _, p := range s.host.Payments() {
		if _, ok := s.q.Payment(p.ID); !ok && p.State == gateway.Completed {
			s.t.Errorf("the code is %s, and PayPal has %+v", s.q.State, p)
		}
	}
}

// reconcile ends all faults, and has the journal hear of all that came.
func (s *storm) reconcile(ctx context.Context) {
	s.t.Helper()
	_ = s.host.SetFaults(gateway.FaultPlan{})
	s.now.Advance(time.Hour)
	list := s.List(ctx, noon.Add(-time.Hour), s.now.Now(), func(string) bool { return false })
	if list.Failed {
		s.t.Fatal(list.Message)
	}
	var mine []order.Received
	for _, p := range list.Payments {
		if p.Reference == s.q.ID {
			mine = append(mine, p)
		}
	}
	if o, q, err := order.StepQR(s.o, s.q, order.QRFound{Payments: mine}, s.now.Now()); err == nil { // otherwise it is no news
		s.o, s.q = o, q
	}
	var came []string
	for _, p := range s.host.Payments() {
		if p.State != gateway.Completed {
			continue
		}
		came = append(came, p.ID)
		if got, ok := s.q.Payment(p.ID); !ok || got.Amount != money.New(p.Amount, money.Currency(p.Currency)) {
			s.t.Errorf("PayPal has %+v, and the journal %+v", p, s.q.Payments)
		}
	}
	if len(came) > 1 || len(came) != len(s.q.Payments) {
		s.t.Errorf("PayPal has %d payments, and the journal %+v", len(came), s.q.Payments)
	}
	if (s.q.State == order.QRPaid) != (s.o.PaidBy == s.q.ID) {
		s.t.Errorf("the code is %s, and the order paid by %q", s.q.State, s.o.PaidBy)
	}
}

// payBack plays the engine for a refund.
func (s *storm) payBack(ctx context.Context, n int, minor int64) {
	s.t.Helper()
	p := s.q.Payments[0]
	var err error
	s.q, s.r, err = order.BeginRefund(s.q, order.Refund{ID: fmt.Sprintf("TILL000000000R%03d", n), Payment: p.ID, Amount: money.New(minor, "USD"), Repeats: true}, s.now.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	answer := func(a order.RefundAnswer, started time.Time, event func(order.RefundAnswer) order.RefundEvent) {
		s.now.Advance(time.Second)
		a.Started = started
		if s.q, s.r, err = order.StepRefund(s.q, s.r, event(a), s.now.Now()); err != nil {
			s.t.Fatal(err)
		}
	}
	replied := func(a order.RefundAnswer) order.RefundEvent { return order.RefundReplied{Answer: a} }
	looked := func(a order.RefundAnswer) order.RefundEvent { return order.RefundSeen{Answer: a} }
	answer(s.Refund(ctx, s.r.Request(s.q, nil)), s.now.Now(), replied)
	for i := 0; ; i++ {
		at, ask := order.NextRefund(s.r)
		if !ask {
			return
		}
		if i == 30 {
			_ = s.host.SetFaults(gateway.FaultPlan{})
			for _, r := range s.host.Refunds() {
				_ = s.host.SettleRefund(r.ID, s.dice.IntN(2) == 0)
			}
		}
		if i > 100 {
			s.t.Fatalf("no end: %+v", s.r)
		}
		s.until(at)
		sends := s.r.Sends
		answer(s.FindRefund(ctx, s.r.Request(s.q, nil)), s.now.Now(), looked)
		if s.r.Sends > sends {
			answer(s.Refund(ctx, s.r.Request(s.q, nil)), s.now.Now(), replied)
		}
	}
}

// counted holds what went back at PayPal against the journal.
func (s *storm) counted() {
	s.t.Helper()
	_ = s.host.SetFaults(gateway.FaultPlan{})
	var back int64
	for _, r := range s.host.Refunds() {
		if r.State == gateway.Completed {
			back += r.Amount
		}
	}
	p := s.q.Payments[0]
	if back != p.Back.Minor || back > p.Amount.Minor || p.Held.Minor != p.Back.Minor {
		s.t.Errorf("PayPal paid %d back, and the journal has %+v", back, p)
	}
}

// Whatever answers are lost, torn, late or wrong: no payment is lost, none is
// made twice, and none paid back beyond its amount.
func TestStorm(t *testing.T) {
	seeds := uint64(120)
	if testing.Short() {
		seeds = 20
	}
	for _, api := range []string{"nvp", "rest"} {
		ends := map[order.QRState]int{}
		refunds := map[order.RefundState]int{}
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s/%d", api, seed), func(t *testing.T) {
				s := newStorm(t, api, seed)
				s.pay(t.Context())
				s.told()
				s.reconcile(t.Context())
				ends[s.q.State]++
				for n := 0; len(s.q.Payments) == 1 && n < 4 && s.q.Payments[0].Left().Minor > 0; n++ {
					s.weather()
					if n == 0 {
						s.blind()
					}
					s.payBack(t.Context(), n, 1+s.dice.Int64N(s.q.Payments[0].Left().Minor))
					refunds[s.r.State]++
				}
				if len(s.q.Payments) == 1 {
					s.counted()
				}
			})
		}
		if ends[order.QRPaid] == 0 || ends[order.QRCancelled] == 0 || refunds[order.RefundDone] == 0 || refunds[order.RefundRefused] == 0 {
			t.Errorf("%s ended as %v and %v: not every end was seen", api, ends, refunds)
		}
		t.Logf("%s: codes %v, refunds %v", api, ends, refunds)
	}
}
