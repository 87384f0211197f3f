package wallettest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// ear hears every message of a provider: a sentence, without what is hidden.
type ear struct {
	wallet.Provider
	t      *testing.T
	hidden []string
}

func (e ear) hear(message string) {
	e.t.Helper()
	if message == "" {
		return
	}
	if !strings.HasSuffix(message, ".") || !strings.Contains(message, " ") || strings.ToUpper(message[:1]) != message[:1] {
		e.t.Errorf("got %q, want a sentence", message)
	}
	for _, hidden := range e.hidden {
		if strings.Contains(strings.ToLower(message), strings.ToLower(hidden)) {
			e.t.Errorf("got %q, which tells a secret", message)
		}
	}
}

func (e ear) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	a := e.Provider.Create(ctx, r)
	e.hear(a.Message)
	if !a.Made && a.Message == "" || a.Made && a.Refused {
		e.t.Errorf("create: got %+v, want a code, or a word", a)
	}
	return a
}

func (e ear) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return e.saw(e.Provider.Status(ctx, r))
}

func (e ear) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return e.saw(e.Provider.Take(ctx, r))
}

func (e ear) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return e.saw(e.Provider.Cancel(ctx, r))
}

func (e ear) saw(s order.CodeSeen) order.CodeSeen {
	e.t.Helper()
	e.hear(s.Message)
	if s.Failed && (s.Message == "" || s.Missing || s.Dead || s.Approved || len(s.Payments) > 0) {
		e.t.Errorf("got %+v, want a word and nothing else where it failed", s)
	}
	return s
}

func (e ear) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return e.back(e.Provider.Refund(ctx, r))
}

func (e ear) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return e.back(e.Provider.FindRefund(ctx, r))
}

func (e ear) back(a order.RefundAnswer) order.RefundAnswer {
	e.t.Helper()
	e.hear(a.Message)
	if (!a.Answered || a.State == order.RefundRefused) && a.Message == "" {
		e.t.Errorf("got %+v, want a word", a)
	}
	return a
}

func (e ear) List(ctx context.Context, from, to time.Time, known func(string) bool) order.CodeList {
	l := e.Provider.List(ctx, from, to, known)
	e.hear(l.Message)
	return l
}

func (e ear) Decode(h http.Header, body []byte) (wallet.Hint, error) {
	hint, err := e.Provider.Decode(h, body)
	for _, hidden := range e.hidden {
		if err != nil && strings.Contains(err.Error(), hidden) {
			e.t.Errorf("got %q, which tells a secret", err)
		}
	}
	return hint, err
}

func (e ear) Check(ctx context.Context) error {
	err := e.Provider.Check(ctx)
	if err != nil {
		e.hear(err.Error())
	}
	return err
}
