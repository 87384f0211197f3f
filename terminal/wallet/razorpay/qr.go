package razorpay

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// qrCode is a UPI code (section 4).
type qrCode struct {
	ID      string `json:"id"`
	Entity  string `json:"entity"`
	Status  string `json:"status"`
	Reason  string `json:"close_reason"`
	Image   string `json:"image_url"`
	Content string `json:"image_content"`
	Amount  number `json:"payment_amount"`
	CloseBy number `json:"close_by"`
	Notes   notes  `json:"notes"`
}

func (c qrCode) about() (reference, remote string, amount money.Amount, until time.Time) {
	return c.Notes["sale"], c.ID, money.New(c.Amount.n, money.INR), c.CloseBy.time()
}

func (c qrCode) over() (over, paid bool) { return c.Status == "closed", c.Reason == "paid" }

// newCode is the request for a code. A member that Razorpay does not know is
// refused (section 3).
type newCode struct {
	Type        string            `json:"type"`
	Usage       string            `json:"usage"`
	Fixed       bool              `json:"fixed_amount"`
	Amount      int64             `json:"payment_amount"`
	Name        string            `json:"name,omitempty"`
	Description string            `json:"description,omitempty"`
	CloseBy     int64             `json:"close_by"`
	Notes       map[string]string `json:"notes"`
}

// codes are UPI codes: of one use and a fixed amount.
type codes struct{ p *Provider }

func (f codes) create(ctx context.Context, r order.CodeRequest) (code, said) {
	var c qrCode
	s := f.p.ask(ctx, "POST", "payments/qr_codes", newCode{Type: "upi_qr", Usage: "single_use", Fixed: true, Amount: r.Amount.Minor,
		Name: short(cmp.Or(r.Shop, f.p.cfg.Shop)), Description: short(r.Label), CloseBy: f.p.until(r), Notes: map[string]string{"sale": r.Reference}}, &c)
	return f.whole(c, s, "")
}

// whole refuses what is no code.
func (f codes) whole(c qrCode, s said, remote string) (code, said) {
	if s.ok && (c.Entity != "qr_code" || !strings.HasPrefix(c.ID, "qr_") || remote != "" && c.ID != remote) {
		s = s.other()
	}
	return c, s
}

// find reads all codes since shortly before this one was asked for (section
// 10): there is no search by reference.
func (f codes) find(ctx context.Context, r order.CodeRequest) (code, said) {
	from := r.Created.Add(f.p.client.Skew() - 5*time.Minute)
	found, s := pages(ctx, f.p, "payments/qr_codes", url.Values{"from": {unix(from)}}, func(c qrCode) string { return c.ID })
	for _, c := range found {
		if c.Notes["sale"] == r.Reference {
			return f.whole(c, s, "")
		}
	}
	return nil, s
}

func (f codes) read(ctx context.Context, remote string) (code, said) {
	var c qrCode
	s := f.p.ask(ctx, "GET", "payments/qr_codes/"+url.PathEscape(remote), nil, &c)
	return f.whole(c, s, remote)
}

func (f codes) end(ctx context.Context, remote string) said {
	var c qrCode
	return f.p.ask(ctx, "POST", "payments/qr_codes/"+url.PathEscape(remote)+"/close", nil, &c)
}

func (f codes) payments(ctx context.Context, c code) ([]payment, said) {
	_, remote, _, _ := c.about()
	return pages(ctx, f.p, "payments/qr_codes/"+url.PathEscape(remote)+"/payments", url.Values{}, func(v payment) string { return v.ID })
}

// text is Razorpay's text of the code where the account has it, else what its
// picture holds (section 4), so that screens and paper draw it themselves.
func (f codes) text(ctx context.Context, c code) (text, refused string, s said) {
	q, _ := c.(qrCode)
	text = q.Content
	if text == "" {
		if text, refused, s = f.p.picture(ctx, q.Image); refused != "" || !s.ok {
			return "", refused, s
		}
	}
	if !asks(text, money.New(q.Amount.n, money.INR)) {
		return "", sayPicture, s
	}
	return text, "", said{ok: true}
}

// asks reports that the text is a UPI code for the amount: it is told in rupees
// there, or not at all (section 15).
func asks(text string, amount money.Amount) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "upi" || u.Query().Get("pa") == "" {
		return false
	}
	am := u.Query().Get("am")
	if am == "" {
		return true
	}
	got, err := money.Parse(am, money.INR)
	return err == nil && got == amount
}

// short keeps a text to what a customer reads in one line.
func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60])
	}
	return text
}
