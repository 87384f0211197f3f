package wallet

import (
	"context"
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
	return p.Create(ctx, r)
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
	return ask(p, ctx, r)
}

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
	return ask(p, ctx, r)
}

// List reads what a provider received.
func (d *Door) List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList {
	p, ok := d.byName[provider]
	if !ok {
		return order.CodeList{Failed: true, Message: ErrNotSetUp.Text}
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	return p.List(ctx, from, to, known)
}
