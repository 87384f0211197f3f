package razorpay

import (
	"context"
	"net/url"
	"time"

	"paydesk/terminal/order"
)

// paperLife is how long before a payment its code may have been made, for the
// list of what was received: codes on paper live for days.
const paperLife = 7 * 24 * time.Hour

// List implements wallet.Provider. Payments of UPI codes do not name the code
// (their notes are empty), so the codes are read, and the payments of those
// that have some; and all links.
func (p *Provider) List(ctx context.Context, from, to time.Time, known func(payment string) bool) order.CodeList {
	l := lister{ctx: ctx, from: from, to: to, known: known}
	skew := p.client.Skew()
	made, s := codes{p}.since(ctx, from.Add(skew-paperLife), to.Add(skew+drift))
	if !s.ok && s.message != sayFeature {
		return order.CodeList{Failed: true, Message: s.message}
	}
	for _, c := range made {
		if c.Count.n > 0 && c.Notes["sale"] != "" {
			if s := l.add(codes{p}, c); !s.ok {
				return order.CodeList{Failed: true, Message: s.message}
			}
		}
	}
	drawn, s := pages(ctx, p, "payment_links", url.Values{}, func(c link) string { return c.ID })
	if !s.ok && s.message != sayFeature {
		return order.CodeList{Failed: true, Message: s.message}
	}
	for _, c := range drawn {
		if len(c.Payments) > 0 && c.Reference != "" && !c.Created.time().Before(from.Add(skew-paperLife)) {
			if s := l.add(links{p}, c.unknown(known)); !s.ok {
				return order.CodeList{Failed: true, Message: s.message}
			}
		}
	}
	return order.CodeList{Payments: l.got}
}

// unknown is the link with the payments alone that nobody knows.
func (c link) unknown(known func(string) bool) link {
	left := c.Payments[:0:0]
	for _, named := range c.Payments {
		if !known(named.ID) {
			left = append(left, named)
		}
	}
	c.Payments = left
	return c
}

type lister struct {
	ctx      context.Context
	from, to time.Time
	known    func(string) bool
	got      []order.Received
}

// add reads the payments of a code. One of them that cannot be understood is
// left to whoever looks at its code.
func (l *lister) add(f flow, c code) said {
	payments, s := f.payments(l.ctx, c)
	if !s.ok {
		return s
	}
	reference, remote, _, _ := c.about()
	for _, v := range payments {
		got, counts, ok := v.received()
		if !ok || !counts || l.known(v.ID) || got.At.Before(l.from) || !got.At.Before(l.to) {
			continue
		}
		got.Reference, got.Remote = reference, remote
		l.got = append(l.got, got)
	}
	return s
}
