package razorpay

import (
	"context"
	"net/url"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// link is a payment link (section 5).
type link struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Amount    number `json:"amount"`
	Currency  string `json:"currency"`
	Reference string `json:"reference_id"`
	Short     string `json:"short_url"`
	ExpireBy  number `json:"expire_by"`
	OrderID   string `json:"order_id"`
	Payments  lenient[struct {
		ID string `json:"payment_id"`
	}] `json:"payments"`
}

func (c link) about() (reference, remote string, amount money.Amount, until time.Time) {
	return c.Reference, c.ID, money.New(c.Amount.n, money.Currency(strings.ToUpper(c.Currency))), c.ExpireBy.time()
}

func (c link) over() (over, paid bool) {
	paid = c.Status == "paid"
	return paid || c.Status == "expired" || c.Status == "cancelled", paid
}

type newLink struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Partial     bool              `json:"accept_partial"`
	Reference   string            `json:"reference_id"`
	Description string            `json:"description,omitempty"`
	ExpireBy    int64             `json:"expire_by"`
	Notify      map[string]bool   `json:"notify"`
	Remind      bool              `json:"reminder_enable"`
	Notes       map[string]string `json:"notes"`
}

// links are payment links.
type links struct{ p *Provider }

// create asks for a link. Its reference is taken once for ever: a refusal for
// that says that the link is there (section 5).
func (f links) create(ctx context.Context, r order.CodeRequest) (code, said) {
	var c link
	s := f.p.ask(ctx, "POST", "payment_links", newLink{Amount: r.Amount.Minor, Currency: string(r.Amount.Currency), Reference: r.Reference,
		Description: short(strings.TrimSpace(r.Shop + " " + r.Label)), ExpireBy: f.p.until(r),
		Notify: map[string]bool{"sms": false, "email": false}, Notes: map[string]string{"sale": r.Reference}}, &c)
	if s.class == wallet.Refused && strings.Contains(s.words, "already") {
		there, s := f.find(ctx, r)
		if s.ok && there == nil {
			s = s.other()
		}
		return there, s
	}
	return f.whole(c, s, "")
}

// whole refuses what is no link.
func (f links) whole(c link, s said, remote string) (code, said) {
	if s.ok && (!strings.HasPrefix(c.ID, "plink_") || remote != "" && c.ID != remote) {
		s = s.other()
	}
	return c, s
}

func (f links) find(ctx context.Context, r order.CodeRequest) (code, said) {
	var l list[link]
	s := f.p.ask(ctx, "GET", "payment_links?"+url.Values{"reference_id": {r.Reference}}.Encode(), nil, &l)
	if s.ok && l.Links == nil {
		return nil, s.other()
	}
	for _, c := range l.Links {
		if c.Reference == r.Reference {
			return f.whole(c, s, "")
		}
	}
	return nil, s
}

func (f links) read(ctx context.Context, remote string) (code, said) {
	var c link
	s := f.p.ask(ctx, "GET", "payment_links/"+url.PathEscape(remote), nil, &c)
	return f.whole(c, s, remote)
}

func (f links) end(ctx context.Context, remote string) said {
	var c link
	return f.p.ask(ctx, "POST", "payment_links/"+url.PathEscape(remote)+"/cancel", nil, &c)
}

// payments reads each payment that the link names: the link itself does not say
// what was paid back, or in which currency.
func (f links) payments(ctx context.Context, c code) (payments []payment, s said) {
	l, _ := c.(link)
	s.ok = true
	for _, named := range l.Payments {
		var v payment
		if s = f.p.ask(ctx, "GET", "payments/"+url.PathEscape(named.ID), nil, &v); !s.ok {
			return nil, s
		}
		if v.ID != named.ID || l.OrderID != "" && v.OrderID != "" && v.OrderID != l.OrderID {
			return nil, s.other()
		}
		payments = append(payments, v)
	}
	return payments, s
}

// text is the address of the page, as it is.
func (f links) text(_ context.Context, c code) (text, refused string, s said) {
	l, _ := c.(link)
	u, err := url.Parse(l.Short)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && f.p.cfg.LoopbackOnly) {
		return "", "", s.other()
	}
	return l.Short, "", said{ok: true}
}
