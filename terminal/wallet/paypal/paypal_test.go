package paypal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

func TestDecimal(t *testing.T) {
	tests := []struct {
		amount money.Amount
		want   string
	}{
		{money.New(1250, "USD"), "12.50"}, {money.New(1, "EUR"), "0.01"}, {money.New(125000, "USD"), "1250.00"}, {money.New(1250, "JPY"), "1250"},
		{money.New(125000, "HUF"), "1250"}, {money.New(125000, "TWD"), "1250"}, {money.New(125050, "TWD"), ""}, {money.New(1000, "KWD"), ""},
		{money.New(1000, "INR"), ""}, {money.New(1000, "KRW"), ""}, {money.New(1000, ""), ""},
	}
	for _, tt := range tests {
		got, err := decimal(tt.amount)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%v: %q %v, want %q", tt.amount, got, err, tt.want)
		}
		if err != nil {
			continue
		}
		if again, err := amount(got, string(tt.amount.Currency)); again != tt.amount || err != nil {
			t.Errorf("%q is read back as %v %v, want %v", got, again, err, tt.amount)
		}
	}
}

// Whatever is taken, PayPal takes, and this program knows its decimals.
func TestSupported(t *testing.T) {
	for _, c := range supported {
		if !c.Known() || c.Decimals() > 2 {
			t.Errorf("%s has %d decimals, known %t", c, c.Decimals(), c.Known())
		}
		if text, err := decimal(least(c)); err != nil || text != "0.01" && text != "1" {
			t.Errorf("the least of %s is %q %v", c, text, err)
		}
	}
}

func TestNew(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		words  string
	}{
		{"no interface", func(c *Config) { c.API = "soap" }, "nvp or rest"},
		{"a page that is none", func(c *Config) { c.SiteURL = "paypal" }, "site_url"},
		{"a page without TLS", func(c *Config) { c.SiteURL, c.LoopbackOnly, c.BaseURL = "http://example.com", false, "" }, "site_url"},
		{"no TLS", func(c *Config) { c.LoopbackOnly, c.SiteURL = false, "https://example.com/x" }, "https://"},
		{"an address that is none", func(c *Config) { c.BaseURL = "ftp://x" }, "address"},
	}
	for _, tt := range tests {
		c := config("nvp", "http://127.0.0.1:1")
		tt.change(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.words)
		}
	}
}

func TestHosts(t *testing.T) {
	for _, tt := range []struct {
		api        string
		test       bool
		base, site string
	}{
		{"nvp", true, "https://api-3t.sandbox.paypal.com", "https://www.sandbox.paypal.com/cgi-bin/webscr"},
		{"nvp", false, "https://api-3t.paypal.com", "https://www.paypal.com/cgi-bin/webscr"},
		{"rest", true, "https://api-m.sandbox.paypal.com", "https://www.sandbox.paypal.com/cgi-bin/webscr"},
		{"rest", false, "https://api-m.paypal.com", "https://www.paypal.com/cgi-bin/webscr"},
	} {
		c := Config{API: tt.api, Test: tt.test}
		if err := c.address(); err != nil || c.BaseURL != tt.base || c.SiteURL != tt.site || !strings.HasPrefix(tt.site, c.ReturnURL) {
			t.Errorf("%s: %s %s %s %v", tt.api, c.BaseURL, c.SiteURL, c.ReturnURL, err)
		}
	}
}

func TestOffer(t *testing.T) {
	c := config("nvp", "http://127.0.0.1:1")
	c.Currencies, c.Deduct = []money.Currency{"USD", "INR", "EUR"}, true
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	o := p.Offer()
	if o.Name != "paypal" || o.Title != "PayPal" || !o.Test || !o.Takes || o.Cancels || !o.Deduct || !o.Repeats || !o.Parts || !o.Lists ||
		o.RefundFor != 180*24*time.Hour || o.ShortestLife != 3*time.Hour || o.Least != money.New(1, "USD") || o.Most != money.New(1000000, "USD") ||
		!slices.Equal(o.Currencies, []money.Currency{"USD", "EUR"}) {
		t.Errorf("got %+v", o)
	}
	c.Currency, c.Currencies = "JPY", nil
	p, _ = New(c)
	if o = p.Offer(); o.Least != money.New(1, "JPY") || o.Most.Minor != 0 || !o.In("JPY") {
		t.Errorf("got %+v", o)
	}
}

// Training reaches no other machine, whichever interface and call it is.
func TestTraining(t *testing.T) {
	for _, api := range []string{"nvp", "rest"} {
		c := config(api, "https://192.0.2.1")
		p, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Status(t.Context(), restRequest()); !got.Failed || got.Message != wallet.ErrTraining.Text {
			t.Errorf("%s: %+v, want %q", api, got, wallet.ErrTraining)
		}
		if got := p.Refund(t.Context(), refund(1, false)); got.Answered || !got.NotSent {
			t.Errorf("%s: %+v, want nothing sent", api, got)
		}
	}
}

// A peer that quotes all it was told, and all that it knows of the customer,
// gets none of it into what people read.
func TestNothingToldIsSaid(t *testing.T) {
	told := []string{"very-secret", "Basic ", "Bearer", "fred@", "Fred", "CBMFXQK5HPJ4E", "WH-ID", "Smith"}
	var said []string
	quotes := func(a asked) string {
		return a.body + " " + fmt.Sprint(a.head) + " Fred Smith fred@example.org " + strings.Join([]string{secretsOf["password"], secretsOf["signature"], secretsOf["client_secret"]}, " ")
	}
	for _, shape := range []func(a asked) (int, string){
		func(a asked) (int, string) { return 200, quotes(a) },
		func(a asked) (int, string) { return 500, quotes(a) },
		func(a asked) (int, string) { return 400, quotes(a) },
		func(a asked) (int, string) {
			text := strings.NewReplacer(" ", "+", "&", ".", "=", ".", ";", ".", "%", ".").Replace(quotes(a))
			return 200, "ACK=Failure&L_ERRORCODE0=" + text + "&L_LONGMESSAGE0=" + text + "&CORRELATIONID=" + text
		},
		func(a asked) (int, string) {
			text := fmt.Sprintf("%q", quotes(a))
			return 422, `{"name":` + text + `,"debug_id":` + text + `,"details":[{"issue":` + text + `}]}`
		},
		func(a asked) (int, string) {
			return 200, swap(paymentText, "=Completed", "=Pending", "=None", "=Fred+Smith")
		},
		func(a asked) (int, string) {
			if a.path == "/v1/oauth2/token" {
				return 200, `{"access_token":"BEARER-very-secret","expires_in":1}`
			}
			return 403, quotes(a)
		},
	} {
		f := newFake(t, shape)
		for _, api := range []string{"nvp", "rest"} {
			p, err := New(config(api, f.URL))
			if err != nil {
				t.Fatal(err)
			}
			r := restRequest()
			r.Sends = 1
			said = append(said, p.Create(t.Context(), r).Message, p.Status(t.Context(), r).Message, p.Take(t.Context(), r).Message,
				p.Cancel(t.Context(), r).Message, p.Refund(t.Context(), refund(1, false)).Message, p.FindRefund(t.Context(), refund(1, false)).Message,
				p.List(t.Context(), noon, noon.Add(time.Second), func(string) bool { return false }).Message, fmt.Sprint(p.Check(t.Context())))
			_, err = p.Decode(http.Header{"Paypal-Auth-Algo": {"a"}, "Paypal-Cert-Url": {"a"}, "Paypal-Transmission-Id": {"a"}, "Paypal-Transmission-Sig": {"a"}, "Paypal-Transmission-Time": {"a"}}, []byte("{}"))
			said = append(said, fmt.Sprint(err))
		}
	}
	if len(said) < 100 {
		t.Fatalf("%d messages", len(said))
	}
	for _, s := range said {
		for _, word := range told {
			if strings.Contains(s, word) {
				t.Errorf("%q is in %q", word, s)
			}
		}
	}
}

func FuzzNVP(f *testing.F) {
	for _, text := range []string{details, approved, doneText, paymentText, rowText, refundRow, failure("10486"), "ACK=Success&L_TRANSACTIONID0=1", "%"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := readNVP(wallet.Reply{Sent: true, Status: 200, Body: body})
		if r.sort == verdictFine && (!r.whole || !r.ok()) {
			t.Error("fine, and no success")
		}
		for _, prefix := range []string{"", "PAYMENTINFO_0_"} {
			m, ok := paymentFrom(r.fields, prefix)
			var seen order.CodeSeen
			if m.add(&seen); ok && len(seen.Payments) == 1 && (m.Amount.Currency == "" || m.ID == "") {
				t.Errorf("a payment of nothing: %+v", m)
			}
		}
		rows, err := r.rows()
		for _, row := range rows {
			if err == nil && (row.id == "" || row.amount.Currency == "") {
				t.Errorf("a row of nothing: %+v", row)
			}
		}
		_ = refunded(r)
	})
}

func FuzzOrder(f *testing.F) {
	for _, text := range []string{created, captured, partBack(), agreed(), "{}", `{"purchase_units":[{}]}`} {
		f.Add([]byte(text), 200)
	}
	f.Add([]byte(no("", "INSTRUMENT_DECLINED")[1:]), 422)
	p, err := New(config("rest", "http://127.0.0.1:1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		a := readREST(wallet.Reply{Sent: true, Status: status, Body: body})
		seen := p.(*rest).read(restRequest(), a)
		if status/100 != 2 && (len(seen.Payments) > 0 || seen.Approved) {
			t.Errorf("%d: %+v", status, seen)
		}
		if seen.Dead && len(seen.Payments) > 0 {
			t.Errorf("dead and paid: %+v", seen)
		}
		var o orderBody
		a.decode(&o)
		_ = o.approval(true)
		_ = readRefund(a)
	})
}

func FuzzNotice(f *testing.F) {
	f.Add([]byte(`{"id":"WH-2","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"5O","purchase_units":[{"invoice_id":"T01"}]}}`))
	f.Add([]byte(`{"resource":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if hint, err := readNotice(body); err != nil && hint != (wallet.Hint{}) {
			t.Errorf("%v, and %+v", err, hint)
		}
	})
}

// PayPal's wish to be left alone, and its clock, go on to whoever asks next.
func TestWaits(t *testing.T) {
	busy := wallet.Reply{Sent: true, Status: http.StatusTooManyRequests, Wait: 7 * time.Second, At: noon}
	for _, got := range []order.CodeSeen{readNVP(busy).failed(), readREST(busy).failed()} {
		if !got.Failed || got.Wait != 7*time.Second || got.At != noon || got.Message != sayDisturbed {
			t.Errorf("got %+v", got)
		}
	}
}
