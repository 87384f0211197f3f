package razorpay_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/wallet"
	"paydesk/terminal/wallet/razorpay"
	"paydesk/terminal/wallet/wallettest"
)

// notice is a notification that arrived.
type notice struct {
	head http.Header
	body []byte
}

// subject is Razorpay in front of its stand-in.
func subject(flow string, pictures bool) wallettest.Subject {
	server := func(d *wallettest.Desk) *gateway.Server { return d.Host.(*gateway.Server) }
	act := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var notices chan notice
	return wallettest.Subject{
		Open: func(t *testing.T, now clock.Clock) http.Handler {
			box := make(chan notice, 1000)
			notices = box
			listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				box <- notice{r.Header, body}
			}))
			s, err := gateway.New(gateway.Config{Clock: now, Seed: 7, ImageOnly: pictures, Notify: gateway.Addresses{Webhook: listener.URL}})
			act(t, err)
			t.Cleanup(func() {
				_ = s.Close()
				listener.Close()
			})
			return s
		},
		New: func(_ *testing.T, s wallettest.Setup) (wallet.Provider, error) {
			secrets := map[string]string{"key_secret": gateway.RazorpayKeySecret, "webhook_secret": gateway.RazorpayWebhookSecret}
			if s.WrongKeys {
				secrets["key_secret"] += "x"
			}
			return razorpay.New(razorpay.Config{Test: !s.OtherMode, KeyID: gateway.RazorpayKeyID, Flow: flow, Currency: money.INR,
				BaseURL: s.Base + "/razorpay/v1", LoopbackOnly: true, Clock: s.Clock, Secret: func(name string) (string, error) {
					if secrets[name] == "" {
						return "", errors.New("not set")
					}
					return secrets[name], nil
				}})
		},
		Amount: money.New(30000, money.INR), Small: money.New(99, money.INR), Strange: money.EUR,
		Pay: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) { act(t, server(d).Pay(text)) },
		PayOther: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string, amount money.Amount) {
			act(t, server(d).PayAmount(text, amount.Minor))
		},
		PayTwice: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			act(t, server(d).PayTwice(text))
		},
		PayLate: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			act(t, server(d).PayLate(text))
		},
		PayPending: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			act(t, server(d).PayPending(text))
		},
		TurnDown: func(t *testing.T, d *wallettest.Desk, _ order.CodeRequest, text string) {
			act(t, server(d).Decline(text))
		},
		Notice: func(_ *testing.T, _ *wallettest.Desk, r order.CodeRequest) (http.Header, []byte) {
			for {
				if n := <-notices; bytes.Contains(n.body, []byte(`paid"`)) && bytes.Contains(n.body, []byte(r.Remote)) {
					return n.head, n.body
				}
			}
		},
		Hidden: []string{gateway.RazorpayKeySecret, gateway.RazorpayWebhookSecret, gateway.RazorpayKeyID, "okbank", "919999999999"},
	}
}

func TestGateway(t *testing.T) {
	t.Run("codes", func(t *testing.T) { wallettest.Run(t, subject(razorpay.FlowQR, false)) })
	t.Run("pictures", func(t *testing.T) { wallettest.Run(t, subject(razorpay.FlowQR, true)) })
	t.Run("links", func(t *testing.T) {
		s := subject(razorpay.FlowLink, false)
		s.PayPending = nil // a link names its captured payments alone
		wallettest.Run(t, s)
	})
}
