package wallet

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// fake is a provider that says its name and notes how long it was given.
type fake struct {
	name  string
	given time.Duration
}

func (f *fake) note(ctx context.Context) string {
	f.given = 0
	if until, ok := ctx.Deadline(); ok {
		f.given = until.Sub(started).Round(time.Second)
	}
	return f.name
}

func (f *fake) Offer() order.WalletOffer { return order.WalletOffer{Name: f.name} }
func (f *fake) Create(ctx context.Context, _ order.CodeRequest) order.CodeAnswer {
	return order.CodeAnswer{Made: true, Message: f.note(ctx)}
}
func (f *fake) Status(ctx context.Context, _ order.CodeRequest) order.CodeSeen {
	return order.CodeSeen{Message: f.note(ctx)}
}
func (f *fake) Take(ctx context.Context, _ order.CodeRequest) order.CodeSeen {
	return order.CodeSeen{Message: f.note(ctx)}
}
func (f *fake) Cancel(ctx context.Context, _ order.CodeRequest) order.CodeSeen {
	return order.CodeSeen{Message: f.note(ctx)}
}
func (f *fake) Refund(ctx context.Context, _ order.RefundRequest) order.RefundAnswer {
	return order.RefundAnswer{Answered: true, Message: f.note(ctx)}
}
func (f *fake) FindRefund(ctx context.Context, _ order.RefundRequest) order.RefundAnswer {
	return order.RefundAnswer{Answered: true, Message: f.note(ctx)}
}
func (f *fake) List(ctx context.Context, _, _ time.Time, _ func(string) bool) order.CodeList {
	return order.CodeList{Message: f.note(ctx)}
}
func (f *fake) Decode(http.Header, []byte) (Hint, error) { return Hint{}, nil }
func (f *fake) Check(context.Context) error              { return nil }

// started is when a call's time began, by the clock that contexts go by.
var started time.Time

func TestDoor(t *testing.T) {
	one, two := &fake{name: "one"}, &fake{name: "two"}
	d := NewDoor(one, two)
	if got := d.Offers(); len(got) != 2 || got[0].Name != "one" || got[1].Name != "two" {
		t.Errorf("got %v", got)
	}
	calls := map[string]struct {
		most time.Duration
		call func(ctx context.Context, provider string) (done bool, said string)
	}{
		"create": {createTime, func(ctx context.Context, p string) (bool, string) {
			a := d.Create(ctx, order.CodeRequest{Provider: p})
			return a.Made || a.Refused, a.Message
		}},
		"status": {statusTime, func(ctx context.Context, p string) (bool, string) {
			s := d.Status(ctx, order.CodeRequest{Provider: p})
			return !s.Failed, s.Message
		}},
		"take": {takeTime, func(ctx context.Context, p string) (bool, string) {
			s := d.Take(ctx, order.CodeRequest{Provider: p})
			return !s.Failed, s.Message
		}},
		"cancel": {cancelTime, func(ctx context.Context, p string) (bool, string) {
			s := d.Cancel(ctx, order.CodeRequest{Provider: p})
			return !s.Failed, s.Message
		}},
		"refund": {refundTime, func(ctx context.Context, p string) (bool, string) {
			a := d.Refund(ctx, order.RefundRequest{Provider: p})
			return a.Answered, a.Message
		}},
		"find": {refundTime, func(ctx context.Context, p string) (bool, string) {
			a := d.FindRefund(ctx, order.RefundRequest{Provider: p})
			return a.Answered, a.Message
		}},
		"list": {listTime, func(ctx context.Context, p string) (bool, string) {
			l := d.List(ctx, p, time.Time{}, time.Time{}, nil)
			return !l.Failed, l.Message
		}},
	}
	for name, c := range calls {
		// A deadline that is far enough shows the door's own, as what is left of it.
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		until, _ := ctx.Deadline()
		started = until.Add(-time.Hour)
		if done, said := c.call(ctx, "two"); !done || said != "two" || two.given != c.most {
			t.Errorf("%s: got %v, %q within %v; want the second provider within %v", name, done, said, two.given, c.most)
		}
		cancel()
		if done, said := c.call(context.Background(), "three"); done || said != ErrNotSetUp.Text {
			t.Errorf("%s of nobody: got %v, %q; want nothing done", name, done, said)
		}
	}
	if _, ok := d.Provider("three"); ok {
		t.Error("found a provider that is not there")
	}
}

// teller is a provider that says what it is told to.
type teller struct {
	Provider
	name, text, payer string
}

func (teller) Offer() order.WalletOffer { return order.WalletOffer{Name: "one"} }
func (p teller) Create(context.Context, order.CodeRequest) order.CodeAnswer {
	return order.CodeAnswer{Made: true, Remote: p.name, Text: p.text}
}
func (p teller) Status(context.Context, order.CodeRequest) order.CodeSeen {
	return order.CodeSeen{Approved: true, Dead: true, Payer: p.payer, Payments: []order.Received{{ID: p.name}}}
}
func (p teller) Refund(context.Context, order.RefundRequest) order.RefundAnswer {
	return order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: p.name}
}
func (p teller) List(context.Context, time.Time, time.Time, func(string) bool) order.CodeList {
	return order.CodeList{Payments: []order.Received{{ID: p.name, Reference: "Rechnung 7 \u00e4"}}}
}

// TestHostileNames: what a provider names goes into the journal, into logs and
// onto terminals, and what a code holds has to be drawn: nothing else gets in.
func TestHostileNames(t *testing.T) {
	const page = "https://pay.example/x"
	for _, tt := range []struct {
		name, text, payer string
		made, seen        bool
	}{
		{"EC-1", page, "PAYER1", true, true},
		{"qr_1", "upi://pay?pa=shop@bank&pn=Corner%20shop", "", true, true},
		{"1", "00020101021228 770", "", true, true}, // as QR Ph has, with spaces
		{"1", "https://pay.example/" + strings.Repeat("x", maxText), "", false, true},
		{"1", page + "\x1b[2J", "", false, true},
		{"1", page + "\u202e", "", false, true},
		{"1", page + "\n", "", false, true},
		{strings.Repeat("x", maxName+1), page, "", false, false},
		{"a\x1bb", page, "", false, false},
		{"a b", page, "", false, false},
		{"1", page, "\u202epayer", true, false},
		{"1", page, strings.Repeat("x", maxName+1), true, false},
	} {
		ctx, d := t.Context(), NewDoor(teller{name: tt.name, text: tt.text, payer: tt.payer})
		if a := d.Create(ctx, order.CodeRequest{Provider: "one"}); a.Made != tt.made || !a.Made && (a.Refused || a.Message != ErrNoAnswer.Text) {
			t.Errorf("%.30q %.50q: %+v", tt.name, tt.text, a)
		}
		if s := d.Status(ctx, order.CodeRequest{Provider: "one"}); s.Failed == tt.seen || s.Failed && (s.Dead || s.Message != ErrNoAnswer.Text) {
			t.Errorf("%.30q %.30q: %+v", tt.name, tt.payer, s)
		}
		if l := d.List(ctx, "one", time.Time{}, time.Time{}, nil); l.Failed == fits(tt.name) {
			t.Errorf("%.30q: %+v", tt.name, l)
		}
		if r := d.Refund(ctx, order.RefundRequest{Provider: "one"}); r.Answered != fits(tt.name) {
			t.Errorf("%.30q: %+v", tt.name, r)
		}
	}
}
