package connexpay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

const denied = `{"message":"Authorization has been denied for this request."}`

// sentence checks that an error is a *Problem with a word in it.
func sentence(t *testing.T, what string, err error, word string) {
	t.Helper()
	problem := new(Problem)
	if !errors.As(err, &problem) || !strings.Contains(err.Error(), word) || !strings.HasSuffix(err.Error(), ".") {
		t.Errorf("%s: got %v, want a sentence with %q", what, err, word)
	}
}

// TestSignInRefused: the sale was not made, and the person hears why.
func TestSignInRefused(t *testing.T) {
	const grant = `{"error":"invalid_grant","error_description":"The user name or password is incorrect."}`
	const html = "<html>Sign in to Wi-Fi</html>"
	tests := []struct {
		name, kind, body string
		status           int
		want             order.State
		stage            order.Stage
		word             string
	}{
		{"bad password, 400", "application/json", grant, 400, order.Refused, order.Answered, "password"},
		{"bad password, 401", "application/json", grant, 401, order.Refused, order.Answered, "password"},
		{"no permission", "application/json", denied, 403, order.Refused, order.Answered, "password"},
		{"a code in it", "application/json", `{"message":"Error code D2012."}`, 400, order.Refused, order.Answered, "password"},
		{"400 without a text", "application/json", `{}`, 400, order.NotSent, order.NotConnected, "answers, but not"},
		{"404 in JSON", "application/json", `{"message":"No HTTP resource was found"}`, 404, order.NotSent, order.NotConnected, "answers, but not"},
		{"401 HTML", "text/html", html, 401, order.NotSent, order.NotConnected, "answers, but not"},
		{"HTML", "text/html", html, 200, order.NotSent, order.NotConnected, "sign-in page"},
		{"redirect", "text/html", html, 302, order.NotSent, order.NotConnected, "sign-in page"},
		{"gateway", "text/html", html, 502, order.NotSent, order.NotConnected, "trouble of its own (502)"},
		{"overloaded", "application/json", `{"message":"slow down"}`, 429, order.NotSent, order.NotConnected, "trouble of its own (429)"},
		{"broken", "application/json", `{"message":"A server error has occurred."}`, 500, order.NotSent, order.NotConnected, "trouble of its own (500)"},
		{"no token in it", "application/json", `{"expires_in":5}`, 200, order.NotSent, order.NotConnected, "answers, but not"},
		{"no life in it", "application/json", `{"access_token":"T"}`, 200, order.NotSent, order.NotConnected, "answers, but not"},
		{"two tokens in it", "application/json", `{"access_token":"T","access_token":"U","expires_in":5}`, 200, order.NotSent, order.NotConnected, "answers, but not"},
		{"cut", "application/json", `{"access_token":"T","expires_in":5`, 200, order.NotSent, order.NotConnected, "answers, but not"},
		{"no content", "", "", 204, order.NotSent, order.NotConnected, "answers, but not"},
	}
	ctx := context.Background()
	for _, tt := range tests {
		h := newHost(t, always(200, "application/json", saleJSON()))
		h.token = always(tt.status, tt.kind, tt.body)
		c := newClient(t, h.URL, func(cfg *Config) { cfg.MerchantGUID = "m-1" })
		e := sell(t, c)
		if e.Stage != tt.stage || state(e) != tt.want {
			t.Errorf("%s: got %+v, %s; want %s", tt.name, e, state(e), tt.want)
		}
		_, err := c.Devices(ctx)
		sentence(t, tt.name, err, tt.word)
		sentence(t, tt.name, c.Ping(ctx), tt.word)
		// What was never asked has no answer.
		if got := c.Reverse(ctx, asking(device, number)); got != order.ReversalNoAnswer {
			t.Errorf("%s: reversal got %s", tt.name, got)
		}
		if got := c.Find(ctx, asking(device, number)); !got.Failed || got.Hits != nil {
			t.Errorf("%s: find got %+v", tt.name, got)
		}
		if got := c.CloseBatch(ctx, device); got.Closed || got.Answered != (tt.stage == order.Answered) || got.Unsent == got.Answered {
			t.Errorf("%s: close got %+v", tt.name, got)
		}
		if got := len(h.calls) - len(h.to("token")); got != 0 {
			t.Errorf("%s: got %d calls without a token", tt.name, got)
		}
	}
}

func TestNoPassword(t *testing.T) {
	h := newHost(t, nil)
	c := newClient(t, h.URL, func(cfg *Config) {
		cfg.Password = func() (string, error) { return "", errors.New("keyring is locked") }
	})
	wantNotSent(t, "locked keyring", sell(t, c))
	sentence(t, "locked keyring", c.Ping(context.Background()), "password")
	if len(h.calls) != 0 {
		t.Errorf("got %d calls", len(h.calls))
	}
}

func TestTokenLife(t *testing.T) {
	tests := []struct {
		seconds string
		good    time.Duration // the last moment at which it serves
	}{
		{"863999", 863939*time.Second - 1}, {`"3600"`, 3540*time.Second - 1}, {"86399.5", 86339500*time.Millisecond - 1},
		{"100", 50*time.Second - 1}, {"120", 60*time.Second - 1},
	}
	for _, tt := range tests {
		h := newHost(t, always(200, "application/json", saleJSON()))
		n := 0
		h.token = func(w http.ResponseWriter, _ *http.Request) { n++; sendToken(w, fmt.Sprintf("T%d", n), tt.seconds) }
		now := clock.NewVirtual(today)
		c := newClient(t, h.URL, func(cfg *Config) { cfg.Clock = now })
		sell(t, c)
		now.Advance(tt.good)
		sell(t, c)
		if got := len(h.to("token")); got != 1 {
			t.Errorf("%s s: got %d sign-ins while the first token serves", tt.seconds, got)
		}
		now.Advance(1)
		sell(t, c)
		if got := len(h.to("token")); got != 2 {
			t.Errorf("%s s: got %d sign-ins after its end, want 2", tt.seconds, got)
		}
		if got := h.to("sales")[2].auth; got != "Bearer T2" {
			t.Errorf("%s s: got %q", tt.seconds, got)
		}
	}
	// A token without a future serves the call that waits for it.
	for _, seconds := range []string{"0", "-5"} {
		h := newHost(t, always(200, "application/json", saleJSON()))
		h.token = func(w http.ResponseWriter, _ *http.Request) { sendToken(w, "T", seconds) }
		if got := state(sell(t, newClient(t, h.URL))); got != order.Approved {
			t.Errorf("%s s: got %s", seconds, got)
		}
	}
}

// TestRenewal: many calls find the token refused at the same moment. It is
// renewed once, and each call is sent once more, the same to the letter.
func TestRenewal(t *testing.T) {
	const callers = 20
	var refused sync.WaitGroup
	refused.Add(callers)
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer T0" {
			refused.Done()
			refused.Wait() // until all were sent with the old token
			send(w, 401, "application/json", denied)
			return
		}
		sendJSON(w, saleJSON())
	})
	c := signedIn(newClient(t, h.URL))
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			if got := state(sell(t, c)); got != order.Approved {
				t.Errorf("got %s", got)
			}
		})
	}
	all.Wait()
	if got := len(h.to("token")); got != 1 {
		t.Errorf("got %d renewals, want 1", got)
	}
	sales := h.to("sales")
	if len(sales) != 2*callers {
		t.Errorf("got %d sales on the wire, want %d", len(sales), 2*callers)
	}
	for _, s := range sales {
		if s.body != sales[0].body {
			t.Error("a body was sent again in another form")
		}
	}
}

// TestLateRefusal: a call that hears late that the old token is refused does
// not throw the new one away.
func TestLateRefusal(t *testing.T) {
	c := signedIn(newClient(t, "http://127.0.0.1"))
	c.token.drop("an older one")
	if c.token.value != "T0" {
		t.Error("the new token is gone")
	}
	c.token.drop("T0")
	if c.token.value != "" {
		t.Error("the refused token is still there")
	}
}

func TestRefusedTwice(t *testing.T) {
	h := newHost(t, always(401, "application/json", denied))
	c := signedIn(newClient(t, h.URL))
	if e := sell(t, c); state(e) != order.Refused || e.HTTP != 401 {
		t.Errorf("got %s, %+v", state(e), e)
	}
	if sales, tokens := len(h.to("sales")), len(h.to("token")); sales != 2 || tokens != 1 {
		t.Errorf("got %d sales and %d sign-ins, want 2 and 1", sales, tokens)
	}
	// A token that was fetched just now is not renewed.
	fresh := newHost(t, always(401, "application/json", denied))
	sell(t, newClient(t, fresh.URL))
	if sales, tokens := len(fresh.to("sales")), len(fresh.to("token")); sales != 1 || tokens != 1 {
		t.Errorf("fresh token: got %d sales and %d sign-ins, want 1 and 1", sales, tokens)
	}
	if got := c.Reverse(context.Background(), asking(device, number)); got != order.ReversalNoAnswer {
		t.Errorf("reversal: got %s", got)
	}
}

// TestForeign401: only the service's own form says that a sale was not
// processed. The token is dropped all the same.
func TestForeign401(t *testing.T) {
	for kind, body := range map[string]string{"text/html": "<html>401</html>", "": ""} {
		h := newHost(t, always(401, kind, body))
		c := signedIn(newClient(t, h.URL))
		if got := state(sell(t, c)); got != order.Unknown {
			t.Errorf("%q: got %s", kind, got)
		}
		if got := len(h.to("sales")); got != 1 {
			t.Errorf("%q: the sale was sent %d times", kind, got)
		}
		sell(t, c)
		if got := len(h.to("token")); got != 1 {
			t.Errorf("%q: got %d sign-ins for the next call, want 1", kind, got)
		}
	}
}

// TestRenewalFails: the first answer stands, since the sale was sent once.
func TestRenewalFails(t *testing.T) {
	h := newHost(t, always(401, "application/json", denied))
	h.token = always(503, "", "")
	if e := sell(t, signedIn(newClient(t, h.URL))); state(e) != order.Refused || e.Stage != order.Answered {
		t.Errorf("got %s, %+v", state(e), e)
	}
}

// TestSlowSignIn: one fetch serves all; who gives up goes, and neither ends
// the fetch nor waits for it.
func TestSlowSignIn(t *testing.T) {
	h := newHost(t, always(200, "application/json", saleJSON()))
	asking, answer := make(chan struct{}), make(chan struct{})
	h.token = func(w http.ResponseWriter, _ *http.Request) {
		close(asking)
		<-answer
		sendToken(w, "T1", "3600")
	}
	c := newClient(t, h.URL)
	ctx, giveUp := context.WithCancel(context.Background())
	left, served := make(chan order.Evidence, 2), make(chan order.Evidence, 1)
	try := func(ctx context.Context, to chan order.Evidence) {
		to <- c.Charge(ctx, charging(device, number, asked), newCard(t, visa, "737", ""))
	}
	go try(ctx, left)
	<-asking
	go try(ctx, left)
	go try(context.Background(), served)
	giveUp()
	for range 2 {
		select {
		case e := <-left:
			wantNotSent(t, "gave up", e)
		case <-time.After(5 * time.Second):
			t.Fatal("a call that gave up waits for the fetch")
		}
	}
	close(answer)
	if e := <-served; state(e) != order.Approved {
		t.Errorf("got %s, %+v", state(e), e)
	}
	if got := len(h.to("token")); got != 1 {
		t.Errorf("got %d sign-ins, want 1", got)
	}
}
