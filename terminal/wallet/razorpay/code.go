package razorpay

import (
	"context"
	"slices"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// What is refused before anybody is asked (section 12).
const (
	sayCurrency = "Razorpay is not set up for this currency here. Choose another way to pay."
	sayLeast    = "Razorpay takes no less than 1 rupee. Choose another way to pay."
	sayThird    = "In this currency Razorpay takes only amounts that end in 0. Choose another way to pay."
)

// fresh is how long after it was written down a code is surely asked for the
// first time: a desk that died in between asks later.
const fresh = 5 * time.Second

// refusal is why an amount cannot be asked for; "" where it can.
func (p *Provider) refusal(a money.Amount) string {
	switch {
	case !slices.Contains(p.cfg.Currencies, a.Currency):
		return sayCurrency
	case a.Minor <= 0, a.Currency == money.INR && a.Minor < least:
		return sayLeast
	case a.Currency.Decimals() == 3 && a.Minor%10 != 0:
		return sayThird
	}
	return ""
}

// Create implements wallet.Provider.
func (p *Provider) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	f := p.flowOf(r)
	again := r.Again || p.cfg.Clock.Now().Sub(r.Created) > fresh
	if message := p.refusal(r.Amount); message != "" {
		return order.CodeAnswer{Refused: !again, Message: message}
	}
	var c code
	var s said
	if again {
		if c, s = p.find(ctx, f, r); !s.ok {
			return order.CodeAnswer{Wrong: s.class == wallet.Denied, Message: s.message}
		}
	}
	if c == nil {
		if c, s = p.create(ctx, f, r); !s.ok {
			no := s.class == wallet.Denied || s.class == wallet.Refused
			return order.CodeAnswer{Refused: no, Wrong: s.class == wallet.Denied || s.message == sayFeature, Message: s.message}
		}
	}
	reference, remote, amount, until := c.about()
	if reference != r.Reference || amount != r.Amount {
		return order.CodeAnswer{Message: sayOther}
	}
	text, refused, s := f.text(ctx, c)
	switch {
	case refused != "":
		f.end(ctx, remote) // nobody has seen it: where this fails, it lapses
		return order.CodeAnswer{Refused: true, Message: refused}
	case !s.ok:
		return order.CodeAnswer{Message: s.message}
	}
	return order.CodeAnswer{Made: true, Remote: remote, Text: text, Until: until}
}

// create asks for a code, once more where it was refused by a clock that was
// found to be off just then.
func (p *Provider) create(ctx context.Context, f flow, r order.CodeRequest) (code, said) {
	before := p.client.Skew()
	c, s := f.create(ctx, r)
	if s.class == wallet.Refused && (p.client.Skew()-before).Abs() > drift {
		c, s = f.create(ctx, r)
	}
	return c, s
}

// find looks for a code by our reference, in the time that the answer shows to
// be Razorpay's.
func (p *Provider) find(ctx context.Context, f flow, r order.CodeRequest) (code, said) {
	before := p.client.Skew()
	c, s := f.find(ctx, r)
	if s.ok && c == nil && (p.client.Skew()-before).Abs() > drift {
		c, s = f.find(ctx, r)
	}
	return c, s
}

// until is the end of a new code's life, by Razorpay's clock.
func (p *Provider) until(r order.CodeRequest) int64 {
	life := min(max(r.Until.Sub(p.cfg.Clock.Now()), shortest), longest)
	return p.client.Now().Add(life).Unix()
}

// Status implements wallet.Provider.
func (p *Provider) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	f := p.flowOf(r)
	var c code
	var s said
	if r.Remote == "" {
		if c, s = p.find(ctx, f, r); s.ok && c == nil {
			return order.CodeSeen{Missing: true, At: s.At}
		}
	} else {
		c, s = f.read(ctx, r.Remote)
	}
	if !s.ok {
		return s.failed()
	}
	reference, remote, amount, _ := c.about()
	if reference != r.Reference || r.Remote != "" && remote != r.Remote || amount != r.Amount {
		return s.other().failed()
	}
	payments, last := f.payments(ctx, c)
	if last.Status == 0 {
		last = s // nobody was asked
	}
	if !last.ok {
		return last.failed()
	}
	return seen(r.Reference, c, payments, last)
}

// seen is what a code and its payments say. Only captured payments are money
// (section 7).
func seen(reference string, c code, payments []payment, s said) order.CodeSeen {
	out := order.CodeSeen{Wait: s.Wait, At: s.At}
	for _, v := range payments {
		got, counts, ok := v.received()
		if sale, named := v.Notes["sale"]; !ok || named && sale != reference {
			return s.other().failed()
		}
		if counts {
			out.Payments = append(out.Payments, got)
		}
		out.Pending = out.Pending || v.Status == "authorized"
	}
	// One that was closed by a payment has one, shown here or not yet.
	over, paid := c.over()
	out.Dead = over && !out.Pending && (!paid || len(payments) > 0)
	return out
}

// received is the payment as money; counts is false where none moved, ok where
// what it says does not fit together.
func (v payment) received() (got order.Received, counts, ok bool) {
	amount, known := v.amount()
	switch {
	case v.ID == "" || v.Entity != "payment" || !known:
		return got, false, false
	case v.Status == "captured" && !v.Captured:
		return got, false, false
	case v.Status == "captured", v.Status == "refunded" && v.Captured:
		got = order.Received{ID: v.ID, Amount: amount, At: v.Created.time(), Refunded: money.New(v.Refunded.n, amount.Currency)}
		if v.Fee.set && amount.Currency == money.INR { // of other currencies it is not known in which it is told
			got.Fee = money.New(v.Fee.n, amount.Currency)
		}
		return got, true, true
	case v.Status == "created", v.Status == "authorized", v.Status == "failed", v.Status == "refunded":
		return got, false, true // what was authorized goes back by itself (section 6)
	}
	return got, false, false
}

func (s said) failed() order.CodeSeen {
	return order.CodeSeen{Failed: true, Message: s.message, Wait: s.Wait, At: s.At}
}

// Take implements wallet.Provider: the customer's word moves the money here.
func (p *Provider) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.Status(ctx, r)
}

// Cancel implements wallet.Provider. A code that is over already is refused to
// be ended, which the look behind it shows.
func (p *Provider) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	ended := p.flowOf(r).end(ctx, r.Remote)
	got := p.Status(ctx, r)
	if !ended.ok && !got.Failed && !got.Dead && len(got.Payments) == 0 {
		return ended.failed()
	}
	return got
}
