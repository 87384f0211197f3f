package wallet

import (
	"context"
	"net/http"
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
