// Package wallettest holds what the rules of payments by wallet rely on, as
// tests that every provider passes against a stand-in of its system. It puts
// itself between the two, so that answers are lost, late, or somebody else's.
package wallettest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Subject is a provider with its stand-in. The hooks act for the customer, and
// fail the test where they cannot; one that is nil is for what cannot happen at
// the system.
type Subject struct {
	// Open makes a new stand-in that goes by the clock.
	Open func(t *testing.T, now clock.Clock) http.Handler
	// New makes the provider that speaks to the stand-in at Setup.Base.
	New func(t *testing.T, s Setup) (wallet.Provider, error)

	// Amount is what is asked for; Small is below the system's least, zero where
	// it has none.
	Amount, Small money.Amount
	// Strange is a currency that the provider is not set up for.
	Strange money.Currency

	// Pay has the customer agree to the code in the way that its text says; money
	// moves by that, unless the provider Takes.
	Pay func(t *testing.T, d *Desk, r order.CodeRequest, text string)
	// PayOther has the customer pay another amount, PayTwice pay twice.
	PayOther func(t *testing.T, d *Desk, r order.CodeRequest, text string, amount money.Amount)
	PayTwice func(t *testing.T, d *Desk, r order.CodeRequest, text string)
	// PayLate pays a code that has ended. PayPending pays, and the system is still
	// deciding.
	PayLate    func(t *testing.T, d *Desk, r order.CodeRequest, text string)
	PayPending func(t *testing.T, d *Desk, r order.CodeRequest, text string)
	// TurnDown has the customer say no.
	TurnDown func(t *testing.T, d *Desk, r order.CodeRequest, text string)

	// Notice is a genuine notification about a code, as the system sends it.
	Notice func(t *testing.T, d *Desk, r order.CodeRequest) (http.Header, []byte)
	// Hidden are secrets, and what is the customer's own: no message may have
	// them.
	Hidden []string
}

// Setup says how a provider is made.
type Setup struct {
	Base  string // address of the stand-in
	Clock clock.Clock
	// WrongKeys: the secrets are others than the system's. OtherMode: the mode
	// is not that of the keys.
	WrongKeys, OtherMode bool
}

// noon is when the tests begin.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// Desk is a provider, its stand-in and the line between them.
type Desk struct {
	wallet.Provider
	// Host is the stand-in, Base its address by the line.
	Host  http.Handler
	Base  string
	Clock *clock.Virtual
	line  *line
	t     *testing.T
	s     Subject
	n     int
}

func (s Subject) desk(t *testing.T) *Desk {
	t.Helper()
	d := &Desk{Clock: clock.NewVirtual(noon), t: t, s: s}
	d.Host = s.Open(t, d.Clock)
	d.line = newLine(t, d.Host, d.Clock)
	d.Base = d.line.server.URL
	d.Provider = d.setUp(Setup{})
	return d
}

// setUp makes a provider of the same stand-in.
func (d *Desk) setUp(s Setup) wallet.Provider {
	d.t.Helper()
	s.Base = d.Base
	if s.Clock == nil {
		s.Clock = d.Clock
	}
	p, err := d.s.New(d.t, s)
	if err != nil {
		d.t.Fatal(err)
	}
	return ear{p, d.t, d.s.Hidden}
}

// request is a new code, as the engine asks for it.
func (d *Desk) request() order.CodeRequest {
	d.n++
	now := d.Clock.Now()
	life := max(5*time.Minute, d.Offer().ShortestLife)
	return order.CodeRequest{Provider: d.Offer().Name, Reference: "TILL0" + strings.Repeat("0", 10) + "A" + string(rune('A'+d.n)),
		Amount: d.s.Amount, Created: now, Until: now.Add(life), Label: "Table 4", Shop: "Corner shop"}
}

// shown is a code that the customer sees.
func (d *Desk) shown() (order.CodeRequest, string) {
	d.t.Helper()
	r := d.request()
	return d.show(r)
}

func (d *Desk) show(r order.CodeRequest) (order.CodeRequest, string) {
	d.t.Helper()
	a := d.Create(context.Background(), r)
	if !a.Made || a.Refused || a.Remote == "" || a.Text == "" {
		d.t.Fatalf("create: got %+v, want a code", a)
	}
	r.Remote, r.Until = a.Remote, a.Until
	return r, a.Text
}

// paid is a code that was paid, and its payment.
func (d *Desk) paid() (order.CodeRequest, order.Received) {
	d.t.Helper()
	r, text := d.shown()
	d.s.Pay(d.t, d, r, text)
	return d.settle(r)
}

// settle takes the money where that is a step of its own, and reads the payment.
func (d *Desk) settle(r order.CodeRequest) (order.CodeRequest, order.Received) {
	d.t.Helper()
	if d.Offer().Takes {
		seen := d.look(r)
		r.Payer, r.Sends = seen.Payer, 1
		d.Take(context.Background(), r)
	}
	seen := d.look(r)
	if len(seen.Payments) != 1 || seen.Payments[0].Amount != d.s.Amount {
		d.t.Fatalf("paid: got %+v, want one payment of %v", seen, d.s.Amount)
	}
	return r, seen.Payments[0]
}

// look reads a code, which must succeed.
func (d *Desk) look(r order.CodeRequest) order.CodeSeen {
	d.t.Helper()
	seen := d.Status(context.Background(), r)
	if seen.Failed || seen.Missing {
		d.t.Fatalf("status: got %+v, want an answer", seen)
	}
	return seen
}

// refund is the request to pay some of a payment back.
func (d *Desk) refund(r order.CodeRequest, p order.Received, minor int64) order.RefundRequest {
	d.n++
	return order.RefundRequest{Provider: r.Provider, ID: "REFUND0000000000" + string(rune('A'+d.n)), Payment: p.ID, Reference: r.Reference, Code: r.Remote,
		Amount: money.New(minor, p.Amount.Currency), Whole: minor == p.Amount.Minor, Reason: "Wrong size", Created: d.Clock.Now()}
}
