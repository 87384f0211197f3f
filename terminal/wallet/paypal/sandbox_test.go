package paypal

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/wallet"
	"paydesk/terminal/wallet/wallettest"
)

// standIn is the sandbox's PayPal as a subject of the tests that all providers
// share.
func standIn(api string) wallettest.Subject {
	host := func(d *wallettest.Desk) *gateway.Server { return d.Host.(*gateway.Server) }
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	type notice struct {
		head http.Header
		body []byte
	}
	var box chan notice
	return wallettest.Subject{
		Open: func(t *testing.T, now clock.Clock) http.Handler {
			came := make(chan notice, 1000)
			box = came
			listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				came <- notice{r.Header, body}
			}))
			s, err := gateway.New(gateway.Config{Clock: now, Seed: 7, Notify: gateway.Addresses{PayPalWebhook: listener.URL}})
			must(t, err)
			t.Cleanup(func() {
				must(t, s.Close())
				listener.Close()
			})
			return s
		},
		New: func(t *testing.T, s wallettest.Setup) (wallet.Provider, error) {
			keys := map[string]string{"password": gateway.PayPalPassword, "signature": gateway.PayPalSignature,
				"client_secret": gateway.PayPalClientSecret, "webhook_id": gateway.PayPalWebhookID}
			if s.WrongKeys || s.OtherMode { // neither interface has a flag: the keys of the other mode are wrong ones
				keys["password"], keys["client_secret"] = "wrong-password", "wrong-secret"
			}
			p, err := New(Config{Test: !s.OtherMode, API: api, Username: gateway.PayPalUser, ClientID: gateway.PayPalClientID, Currency: "USD",
				BaseURL: s.Base + "/paypal", LoopbackOnly: true, Shop: "Corner Shop", Clock: s.Clock,
				Secret: func(name string) (string, error) { return keys[name], nil }})
			if err == nil && api == "rest" {
				_ = p.Check(t.Context()) // so that no call begins by asking for a token
			}
			return p, err
		},
		Amount: money.New(1250, "USD"), Strange: "INR",
		Pay: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) { must(t, host(d).Pay(text)) },
		TurnDown: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			must(t, host(d).Cancel(text))
		},
		PayPending: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			must(t, host(d).PayPending(text))
		},
		Notice: func(t *testing.T, _ *wallettest.Desk, r order.CodeRequest) (http.Header, []byte) {
			for {
				select {
				case n := <-box:
					if strings.Contains(string(n.body), r.Reference) {
						return n.head, n.body
					}
				case <-t.Context().Done():
					t.Fatal("no notification came")
				}
			}
		},
		Hidden: []string{gateway.PayPalPassword, gateway.PayPalSignature, gateway.PayPalClientSecret, gateway.PayPalWebhookID, "@example.org", "Becker", "wrong-"},
	}
}

func TestNVPAtTheSandbox(t *testing.T) {
	s := standIn("nvp")
	s.Notice = nil // nothing is signed
	wallettest.Run(t, s)
}

func TestRESTAtTheSandbox(t *testing.T) { wallettest.Run(t, standIn("rest")) }

// A buyer whose way of paying is refused keeps the code, and may choose another.
func TestDeclinedAtTheSandbox(t *testing.T) {
	declined(t, "nvp")
	declined(t, "rest")
}

func declined(t *testing.T, api string) {
	s, now := standIn(api), clock.NewVirtual(noon)
	host := s.Open(t, now).(*gateway.Server)
	line := newFake(t, nil)
	line.Config.Handler = host
	p, err := s.New(t, wallettest.Setup{Base: line.URL, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	r := request()
	made := p.Create(t.Context(), r)
	r.Remote = made.Remote
	if err := host.Decline(made.Text); err != nil {
		t.Fatal(err)
	}
	r.Payer, r.Sends = p.Status(t.Context(), r).Payer, 1
	if got := p.Take(t.Context(), r); got.Failed || got.Dead || got.Pending || len(got.Payments) > 0 || !strings.Contains(got.Message, "another way") {
		t.Errorf("declined: %+v, want the word to choose another way", got)
	}
	if err := host.Pay(made.Text); err != nil {
		t.Fatal(err)
	}
	got := p.Status(t.Context(), r)
	if !got.Approved {
		t.Fatalf("another way: %+v", got)
	}
	r.Payer, r.Sends = got.Payer, 2
	if got := p.Take(t.Context(), r); len(got.Payments) != 1 || got.Payments[0].Amount != r.Amount {
		t.Errorf("taken: %+v", got)
	}
}

// What PayPal holds for review is no money until it says so, and may come to
// nothing.
func pending(t *testing.T, api string) {
	for _, arrives := range []bool{true, false} {
		s, now := standIn(api), clock.NewVirtual(noon)
		host := s.Open(t, now).(*gateway.Server)
		line := newFake(t, nil)
		line.Config.Handler = host
		p, err := s.New(t, wallettest.Setup{Base: line.URL, Clock: now})
		if err != nil {
			t.Fatal(err)
		}
		r := request()
		made := p.Create(t.Context(), r)
		r.Remote = made.Remote
		if err := host.PayPending(made.Text); err != nil {
			t.Fatal(err)
		}
		r.Payer, r.Sends = p.Status(t.Context(), r).Payer, 1
		if got := p.Take(t.Context(), r); !got.Pending || len(got.Payments) > 0 || !strings.Contains(got.Message, "goods") {
			t.Errorf("taken: %+v, want it pending", got)
		}
		if got := p.Status(t.Context(), r); !got.Pending || got.Dead || len(got.Payments) > 0 {
			t.Errorf("seen: %+v, want it pending", got)
		}
		if err := host.Settle(host.Payments()[0].ID, arrives); err != nil {
			t.Fatal(err)
		}
		got := p.Status(t.Context(), r)
		if arrives && (len(got.Payments) != 1 || got.Pending) || !arrives && !got.Dead {
			t.Errorf("arrives %t: %+v", arrives, got)
		}
	}
}

// A list tells also of what went back.
func TestListedAtTheSandbox(t *testing.T) {
	for _, api := range []string{"nvp", "rest"} {
		s, now := standIn(api), clock.NewVirtual(noon)
		host := s.Open(t, now).(*gateway.Server)
		line := newFake(t, nil)
		line.Config.Handler = host
		p, err := s.New(t, wallettest.Setup{Base: line.URL, Clock: now})
		if err != nil {
			t.Fatal(err)
		}
		r := request()
		made := p.Create(t.Context(), r)
		r.Remote = made.Remote
		if err := host.Pay(made.Text); err != nil {
			t.Fatal(err)
		}
		r.Payer, r.Sends = p.Status(t.Context(), r).Payer, 1
		payment := p.Take(t.Context(), r).Payments[0]
		for n, minor := range []int64{0, 300, 1250} {
			if minor > 0 {
				back := order.RefundRequest{ID: []string{"", "R1", "R2"}[n], Payment: payment.ID, Reference: r.Reference, Code: r.Remote, Created: now.Now(),
					Amount: money.New([]int64{0, 300, 950}[n], "USD")}
				if a := p.Refund(t.Context(), back); a.State != order.RefundDone {
					t.Fatalf("%s: %+v", api, a)
				}
			}
			now.Advance(time.Minute)
			got := p.List(t.Context(), noon.Add(-time.Hour), now.Now(), func(string) bool { return false })
			if got.Failed || len(got.Payments) != 1 || got.Payments[0].Refunded != money.New(minor, "USD") || got.Payments[0].Reference != r.Reference {
				t.Errorf("%s: got %+v, want %d paid back", api, got, minor)
			}
		}
	}
}

func TestPendingAtTheSandbox(t *testing.T) {
	pending(t, "nvp")
	pending(t, "rest")
}
