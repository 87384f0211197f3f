package razorpay

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"paydesk/terminal/order"
)

// List implements wallet.Provider. It reads the account's payments, and asks
// which code each unknown one is of where the payment does not say: those of UPI
// codes come with empty notes. What is of no code of a terminal is left out.
func (p *Provider) List(ctx context.Context, from, to time.Time, known func(payment string) bool) order.CodeList {
	skew := p.client.Skew()
	from, to = from.Add(skew), to.Add(skew)
	all, s := pages(ctx, p, "payments", url.Values{"from": {unix(from)}, "to": {unix(to)}}, func(v payment) string { return v.ID })
	if !s.ok {
		return order.CodeList{Failed: true, Message: s.message}
	}
	var out order.CodeList
	for _, v := range all {
		got, counts, ok := v.received()
		if !ok || !counts || known(v.ID) || got.At.Before(from) || !got.At.Before(to) {
			continue
		}
		if got.Reference, got.Remote, s = p.origin(ctx, v); !s.ok {
			return order.CodeList{Failed: true, Message: s.message}
		}
		if got.Reference != "" {
			out.Payments = append(out.Payments, got)
		}
	}
	return out
}

// origin is the code that a payment came by; "" where it is none of a
// terminal's. What is paid by link has an order, what is paid by UPI code none
// (section 1).
func (p *Provider) origin(ctx context.Context, v payment) (reference, remote string, s said) {
	if sale := v.Notes["sale"]; sale != "" {
		return sale, "", said{ok: true}
	}
	path := "payments/qr_codes?"
	if v.OrderID != "" {
		path = "payment_links?"
	}
	var l list[struct {
		ID        string `json:"id"`
		Notes     notes  `json:"notes"`
		Reference string `json:"reference_id"`
	}]
	if s = p.ask(ctx, "GET", path+url.Values{"payment_id": {v.ID}}.Encode(), nil, &l); !s.ok && s.message != sayFeature {
		return "", "", s
	}
	s.ok = true
	for _, c := range append(l.Items, l.Links...) {
		return cmp.Or(c.Notes["sale"], c.Reference), c.ID, s
	}
	return "", "", s
}
