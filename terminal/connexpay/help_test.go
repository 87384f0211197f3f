package connexpay

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The sale that most tests send.
const (
	device   = "8ec1c40b-0c00-4a57-a9c7-7800bd52c308"
	number   = "PD0123456789ABCDE"
	saleGUID = "59344814-87c2-4a62-9859-9b0f5ecadf1e"
	visa     = "4111111111111111"
	amex     = "371449635392376"
	amexCVV  = "7391"
)

var (
	asked   = money.New(150000, money.USD)
	today   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	attempt = order.Attempt{Number: number, Device: device, Asked: asked, State: order.Sending}
)

// charging asks for a sale, asking about one.
func charging(device, number string, amount money.Amount) order.CardRequest {
	return order.CardRequest{Device: device, Number: number, Amount: amount}
}

func asking(device, number string) order.CardRequest { return charging(device, number, asked) }

// member is one member of a JSON object, written as it is.
type member struct{ name, value string }

// saleJSON is the approved answer to that sale, with members replaced; one
// with the value "" is left out.
func saleJSON(changed ...member) string {
	members := []member{{"guid", `"` + saleGUID + `"`}, {"status", `"Transaction - Approved"`}, {"batchStatus", `"Batch - Open"`},
		{"deviceGuid", `"` + device + `"`}, {"amount", "1500"}, {"effectiveAmount", "1500"}, {"batchGuid", `"b-1"`},
		{"processorStatusCode", `"A0000"`}, {"processorResponseMessage", `"Success"`}, {"wasProcessed", "true"},
		{"authCode", `"TAS356"`}, {"refNumber", `"16286858"`}, {"sequenceNumber", `"` + number + `"`}}
	for _, c := range changed {
		for i := range members {
			if members[i].name == c.name {
				members[i].value = c.value
			}
		}
	}
	var parts []string
	for _, m := range members {
		if m.value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", m.name, m.value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func declinedJSON(code string) string {
	return saleJSON(member{"status", `"Transaction - Declined"`}, member{"wasProcessed", "false"},
		member{"processorStatusCode", `"` + code + `"`}, member{"effectiveAmount", "0"})
}

// seen is one request as a host received it.
type seen struct{ method, path, auth, contentType, body string }

// host is a small payment host: it gives out the tokens T1, T2 … and leaves
// every other call to answer.
type host struct {
	*httptest.Server
	mu    sync.Mutex
	calls []seen
	conns int
	// token, where it is set, answers in place of the next token.
	token http.HandlerFunc
}

func newHost(t testing.TB, answer http.HandlerFunc) *host {
	t.Helper()
	h := &host{}
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.calls = append(h.calls, seen{r.Method, strings.TrimPrefix(r.URL.EscapedPath(), "/api/v1/"),
			r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body)})
		h.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		switch {
		case !strings.HasSuffix(r.URL.Path, "/token"):
			answer(w, r)
		case h.token != nil:
			h.token(w, r)
		default:
			sendToken(w, fmt.Sprintf("T%d", len(h.to("token"))), "863999")
		}
	}))
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			h.mu.Lock()
			h.conns++
			h.mu.Unlock()
		}
	}
	h.Start()
	t.Cleanup(h.Close)
	return h
}

func sendToken(w http.ResponseWriter, token, seconds string) {
	send(w, 200, "application/json", fmt.Sprintf(`{"access_token":%q,"token_type":"bearer","expires_in":%s}`, token, seconds))
}

func send(w http.ResponseWriter, status int, kind, body string) {
	w.Header()["Content-Type"] = nil // none is guessed
	if kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func always(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { send(w, status, kind, body) }
}

func sendJSON(w http.ResponseWriter, body string) { send(w, 200, "application/json", body) }

// to lists the requests to a path.
func (h *host) to(path string) (list []seen) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.calls {
		if s.path == path {
			list = append(list, s)
		}
	}
	return list
}

// rawHost answers each whole request with bytes of a test's own, and counts.
type rawHost struct {
	net.Listener
	url      string
	requests chan string // the path of each request, as it has been read
}

// newRaw serves connections one request each: what serve leaves open is
// closed when it returns.
func newRaw(t testing.TB, serve func(net.Conn)) *rawHost {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &rawHost{Listener: l, url: "http://" + l.Addr().String(), requests: make(chan string, 1000)}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				req, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				h.requests <- req.URL.Path
				serve(conn)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	return h
}

func newClient(t testing.TB, url string, edit ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: url, Username: "paydesk", Password: func() (string, error) { return "pass&word", nil },
		Currency: money.USD, LoopbackOnly: true, Clock: clock.NewVirtual(today)}
	for _, e := range edit {
		e(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signedIn gives the client a token, so that the next exchange is the call.
func signedIn(c *Client) *Client {
	c.token.value, c.token.until = "T0", today.Add(time.Hour)
	return c
}

func newCard(t testing.TB, pan, cvv, holder string) *card.Card {
	t.Helper()
	c, err := card.New([]byte(pan), []byte(cvv), card.Expiry{Year: 2028, Month: 9}, holder)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sell sends the usual sale.
func sell(t testing.TB, c *Client) order.Evidence {
	t.Helper()
	return c.Charge(context.Background(), charging(device, number, asked), newCard(t, visa, "737", "ADA LOVELACE"))
}

func state(e order.Evidence) order.State { return order.Classify(attempt, e).State }

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}
