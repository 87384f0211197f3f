package paypal

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// secretsOf are what the tests' accounts know, each telling in a text.
var secretsOf = map[string]string{"password": "PPPP-very-secret", "signature": "AaaaSIGN-very-secret", "client_secret": "CLIENT-very-secret",
	"webhook_id": "WH-ID"}

func secret(name string) (string, error) {
	if s, ok := secretsOf[name]; ok {
		return s, nil
	}
	return "", errors.New("no secret " + name)
}

// asked is one request that came to the fake.
type asked struct {
	method, path string
	head         http.Header
	body         string
	form         url.Values
}

// fake is a server of answers that a test writes.
type fake struct {
	*httptest.Server
	answer func(a asked) (status int, body string)
	mu     sync.Mutex
	got    []asked
}

func newFake(t *testing.T, answer func(a asked) (int, string)) *fake {
	t.Helper()
	f := &fake{answer: answer}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// ServeHTTP implements http.Handler.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a := asked{r.Method, r.URL.Path, r.Header, string(body), nil}
	a.form, _ = url.ParseQuery(a.body)
	f.mu.Lock()
	f.got = append(f.got, a)
	f.mu.Unlock()
	status, text := f.answer(a)
	w.Header().Set("Date", noon.Format(http.TimeFormat))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// requests are those of a method of nvp, or of a path of rest.
func (f *fake) requests(name string) (some []asked) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.got {
		if a.form.Get("METHOD") == name || a.path == name {
			some = append(some, a)
		}
	}
	return some
}

func config(api, base string) Config {
	return Config{Test: true, API: api, Username: "till_api1.example.com", ClientID: "client-id", Currency: money.USD,
		Currencies: []money.Currency{"USD", "JPY", "HUF"}, BaseURL: base, LoopbackOnly: true, Shop: "Corner Shop",
		ReturnURL: "https://pay.example.com/ok", Secret: secret, Clock: clock.NewVirtual(noon)}
}

// newNVP is a provider whose server answers by the operation; an operation
// without an answer is a fault of the test.
func newNVP(t *testing.T, answers map[string]string) (*nvp, *fake) {
	t.Helper()
	f := newFake(t, func(a asked) (int, string) {
		text, ok := answers[a.form.Get("METHOD")]
		if !ok {
			t.Errorf("nobody was to ask %s", a.form.Get("METHOD"))
			return http.StatusInternalServerError, ""
		}
		if status, rest, ok := strings.Cut(text, " "); ok && len(status) == 3 {
			n := 0
			_, _ = fmt.Sscan(status, &n)
			return n, rest
		}
		return http.StatusOK, text
	})
	p, err := New(config("nvp", f.URL))
	if err != nil {
		t.Fatal(err)
	}
	return p.(*nvp), f
}

// newOrders is the same for rest: by "METHOD path".
func newOrders(t *testing.T, answers map[string]string) (*rest, *fake) {
	t.Helper()
	f := newFake(t, func(a asked) (int, string) {
		text, ok := answers[a.method+" "+a.path]
		if a.path == "/v1/oauth2/token" && !ok {
			return http.StatusOK, `{"access_token":"BEARER-very-secret","expires_in":32400}`
		}
		if !ok {
			t.Errorf("nobody was to ask %s %s", a.method, a.path)
			return http.StatusInternalServerError, ""
		}
		status, rest, _ := strings.Cut(text, " ")
		n := 0
		_, _ = fmt.Sscan(status, &n)
		return n, rest
	})
	p, err := New(config("rest", f.URL))
	if err != nil {
		t.Fatal(err)
	}
	return p.(*rest), f
}

// request is a code of 12.50 dollars.
func request() order.CodeRequest {
	return order.CodeRequest{Provider: "paypal", Reference: "T01000042", Remote: "EC-96V667110D1727015", Amount: money.New(1250, "USD"),
		Created: noon.Add(-time.Minute), Label: "Counter sale", Sends: 0}
}

func refund(minor int64, whole bool) order.RefundRequest {
	return order.RefundRequest{Provider: "paypal", ID: "T01000R07", Payment: "8RM57414KW761861W", Reference: "T01000042", Code: "EC-96V667110D1727015",
		Amount: money.New(minor, "USD"), Whole: whole, Reason: "Wrong size", Created: noon.Add(-time.Minute)}
}
