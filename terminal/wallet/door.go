package wallet

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// The longest that the calls of a provider may take.
const (
	createTime = 15 * time.Second
	statusTime = 10 * time.Second
	takeTime   = 60 * time.Second
	cancelTime = 15 * time.Second
	refundTime = 30 * time.Second
	listTime   = 60 * time.Second
)

// The longest that a code may hold and still be read off a screen, and the longest
// name of anything at a provider.
const (
	maxText = 1000
	maxName = 255
)

// ErrNotSetUp is said of a provider that was used here and is set up no more.
var ErrNotSetUp = &Problem{Text: "This wallet is not set up here any more. Set it up again in the settings, so that its payments can be asked for."}

// Door leads to the providers that are set up. It is safe for many goroutines.
type Door struct {
	providers []Provider
	byName    map[string]Provider
}

// NewDoor makes the door to some providers, each by the name of its offer.
func NewDoor(providers ...Provider) *Door {
	d := &Door{providers: providers, byName: map[string]Provider{}}
	for _, p := range providers {
		d.byName[p.Offer().Name] = p
	}
	return d
}

// Provider finds a provider by name.
func (d *Door) Provider(name string) (Provider, bool) {
	p, ok := d.byName[name]
	return p, ok
}

// Offers are what the providers can do, in their order.
func (d *Door) Offers() []order.WalletOffer {
	offers := make([]order.WalletOffer, 0, len(d.providers))
	for _, p := range d.providers {
		offers = append(offers, p.Offer())
	}
	return offers
}

// Create asks for a code.
func (d *Door) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	p, ok := d.byName[r.Provider]
	if !ok {
		return order.CodeAnswer{Message: ErrNotSetUp.Text}
	}
	ctx, cancel := context.WithTimeout(ctx, createTime)
	defer cancel()
	a := p.Create(ctx, r)
	if a.Made && !(fits(a.Remote) && len(a.Text) <= maxText && !strings.ContainsFunc(a.Text, odd)) {
		return order.CodeAnswer{Message: ErrNoAnswer.Text}
	}
	return a
}

// Status reads a code and its payments.
func (d *Door) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return d.see(ctx, r, statusTime, Provider.Status)
}

// Take moves the money of a code.
func (d *Door) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return d.see(ctx, r, takeTime, Provider.Take)
}

// Cancel ends a code.
func (d *Door) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return d.see(ctx, r, cancelTime, Provider.Cancel)
}

func (d *Door) see(ctx context.Context, r order.CodeRequest, most time.Duration,
	ask func(Provider, context.Context, order.CodeRequest) order.CodeSeen) order.CodeSeen {
	p, ok := d.byName[r.Provider]
	if !ok {
		return order.CodeSeen{Failed: true, Message: ErrNotSetUp.Text}
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	s := ask(p, ctx, r)
	if !fits(s.Payer) || !named(s.Payments) {
		return order.CodeSeen{Failed: true, Message: ErrNoAnswer.Text, Wait: s.Wait, At: s.At}
	}
	return s
}

// named reports that the provider's names of payments can be kept. Who sells
// elsewhere by the same account may write anything as a reference.
func named(payments []order.Received) bool {
	return !slices.ContainsFunc(payments, func(r order.Received) bool { return !fits(r.ID) })
}

// fits reports that a name of the provider's can go into the journal, and be
// shown: of signs that move no cursor and turn no line round, and not too many.
func fits(name string) bool {
	return len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || odd(r) })
}

func odd(r rune) bool { return r < ' ' || r > '~' }

// Refund pays back.
func (d *Door) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return d.refund(ctx, r, Provider.Refund)
}

// FindRefund asks what became of a refund.
func (d *Door) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return d.refund(ctx, r, Provider.FindRefund)
}

func (d *Door) refund(ctx context.Context, r order.RefundRequest,
	ask func(Provider, context.Context, order.RefundRequest) order.RefundAnswer) order.RefundAnswer {
	p, ok := d.byName[r.Provider]
	if !ok {
		return order.RefundAnswer{NotSent: true, Message: ErrNotSetUp.Text}
	}
	ctx, cancel := context.WithTimeout(ctx, refundTime)
	defer cancel()
	a := ask(p, ctx, r)
	if !fits(a.Remote) {
		return order.RefundAnswer{Message: ErrNoAnswer.Text}
	}
	return a
}

// List reads what a provider received.
func (d *Door) List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList {
	p, ok := d.byName[provider]
	if !ok {
		return order.CodeList{Failed: true, Message: ErrNotSetUp.Text}
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	l := p.List(ctx, from, to, known)
	if !named(l.Payments) {
		return order.CodeList{Failed: true, Message: ErrNoAnswer.Text}
	}
	return l
}
