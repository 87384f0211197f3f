package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"paydesk/terminal/order"
)

// roadside stands in for the network.
type roadside func(*http.Request) (*http.Response, error)

func (f roadside) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// bodyOf digs the client's own reader out of the request that carries it.
func bodyOf(t *testing.T, r *http.Request) *bodyReader {
	t.Helper()
	b, ok := reflect.ValueOf(r.Body).Field(0).Interface().(*bodyReader)
	if !ok {
		t.Fatalf("the body is a %T", r.Body)
	}
	return b
}

// TestBodyOverwritten: whatever comes of the exchange, no byte of the request
// is left in its buffer.
func TestBodyOverwritten(t *testing.T) {
	answer := func(status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {js}}, Body: io.NopCloser(strings.NewReader(body))}
	}
	ctx := context.Background()
	calls := map[string]func(*Client){
		"sale":  func(c *Client) { sell(t, c) },
		"hold":  func(c *Client) { c.Charge(ctx, holding, newCard(t, visa, "737", "")) },
		"check": func(c *Client) { c.Follow(ctx, followUp(order.Check, order.Target{}), newCard(t, visa, "737", "")) },
		"typed sale": func(c *Client) {
			_, _ = c.CreateSale(ctx, sampleSale, Tender{Card: newCard(t, visa, "737", ""), Customer: john})
		},
	}
	outcomes := map[string]func() (*http.Response, error){
		"approved": func() (*http.Response, error) { return answer(200, saleJSON()), nil },
		"lost":     func() (*http.Response, error) { return nil, errors.New("connection reset") },
		"401":      func() (*http.Response, error) { return answer(401, denied), nil },
	}
	for what, send := range calls {
		for how, outcome := range outcomes {
			overwritten(t, what+", "+how, send, answer, outcome)
		}
	}
}

// overwritten sends a card and looks at what is left of the request.
func overwritten(t *testing.T, name string, send func(*Client), answer func(int, string) *http.Response, outcome func() (*http.Response, error)) {
	t.Helper()
	var kept [][]byte
	c := signedIn(newClient(t, "http://127.0.0.1"))
	c.http.Transport = roadside(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			return answer(200, `{"access_token":"T1","expires_in":60}`), nil
		}
		data := bodyOf(t, r).data
		if !bytes.Contains(data, []byte(visa)) {
			t.Errorf("%s: the card is not in the body", name)
		}
		kept = append(kept, data)
		return outcome()
	})
	send(c)
	if len(kept) == 0 {
		t.Fatalf("%s: nothing was sent", name)
	}
	for _, data := range kept {
		if len(bytes.Trim(data, "\x00")) != 0 {
			t.Errorf("%s: the body was not overwritten", name)
		}
	}
}

// TestBodyGivenUp: a transport that goes on reading after the exchange gets
// neither overwritten bytes nor, as the race detector sees, into its way.
func TestBodyGivenUp(t *testing.T) {
	for range 50 {
		c := signedIn(newClient(t, "http://127.0.0.1"))
		var reading sync.WaitGroup
		var read bytes.Buffer
		begun := make(chan struct{})
		c.http.Transport = roadside(func(r *http.Request) (*http.Response, error) {
			body := r.Body
			reading.Go(func() {
				one := make([]byte, 1)
				for first := true; ; first = false {
					n, err := body.Read(one)
					read.Write(one[:n])
					if first {
						close(begun)
					}
					if err != nil {
						return
					}
				}
			})
			<-begun
			return nil, errors.New("given up")
		})
		sell(t, c)
		reading.Wait()
		if bytes.IndexByte(read.Bytes(), 0) >= 0 {
			t.Fatal("overwritten bytes were sent")
		}
	}
}

// everything is what verbs and encoders make of a value.
func everything(v any) string {
	text, _ := json.Marshal(v)
	return fmt.Sprintf("%v\n%+v\n%#v\n%s", v, v, v, text)
}

// TestNoCardLeft sends sales to hosts that fail in every way, or echo the
// card wherever they can, and searches all that is left.
func TestNoCardLeft(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer log.SetOutput(io.Discard)

	echo := []string{saleJSON()}
	for _, name := range []string{"guid", "status", "batchStatus", "deviceGuid", "batchGuid", "processorStatusCode",
		"processorResponseMessage", "authCode", "refNumber", "sequenceNumber"} {
		echo = append(echo, saleJSON(member{name, `"card ` + amex + `!"`}), saleJSON(member{name, `"` + amex + `"`}))
	}
	echo = append(echo, saleJSON(member{"processorResponseMessage", `"3714 496353 92376"`}), saleJSON(member{"processorResponseMessage", `"card ` + amex + ` code ` + amexCVV + `"`}))
	var hosts []http.HandlerFunc
	for _, body := range echo {
		hosts = append(hosts, always(200, js, body))
	}
	for _, text := range []string{"The value '" + amexCVV + "' is not valid for Cvv2", "Card " + amex + "/" + amexCVV, amexCVV, strings.Repeat("x", 190) + amex} {
		hosts = append(hosts, always(422, js, fmt.Sprintf(`{"message":%q}`, text)), always(400, js, fmt.Sprintf("%q", text)))
	}
	hosts = append(hosts, always(200, "text/html", amex+amexCVV), always(500, js, `{"message":"`+amex+`"}`),
		func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	var left strings.Builder
	try := func(c *Client) {
		cd := newCard(t, amex, amexCVV, "ADA")
		e := c.Charge(context.Background(), charging(device, number, asked), cd)
		_, err := c.Devices(context.Background())
		c.token.mu.Lock()
		defer c.token.mu.Unlock()
		left.WriteString(everything(e) + everything(c) + everything(cd) + everything(err) + everything(errors.Unwrap(err)))
		if e.Processed != nil {
			left.WriteString(everything(*e.Processed))
		}
	}
	for _, answer := range hosts {
		try(newClient(t, newHost(t, answer).URL))
	}
	try(signedIn(newClient(t, newRaw(t, func(net.Conn) {}).url)))
	try(signedIn(newClient(t, newRaw(t, func(c net.Conn) { _, _ = io.WriteString(c, "Card "+amex+"\r\n") }).url)))
	try(newClient(t, "http://127.0.0.1:1"))
	try(newClient(t, "http://192.0.2.1"))
	for what, text := range map[string]string{"what was returned": left.String(), "the log": logged.String()} {
		for _, secret := range []string{amex, "3714 496353 92376", "pass&word", "pass%26word"} {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s holds the card or the password: …%s", what, text[max(0, at-60):at])
			}
		}
		for at := 0; ; at += len(amexCVV) {
			i := strings.Index(text[at:], amexCVV)
			if i < 0 {
				break
			}
			if at += i; !wordByte(text[at-1]) && !wordByte(text[at+len(amexCVV)]) {
				t.Errorf("%s holds the security code: …%s", what, text[max(0, at-60):at])
			}
		}
	}
	if !strings.Contains(left.String(), "is not valid for Cvv2") {
		t.Error("the texts around the secrets are gone too: the search proves nothing")
	}
}

func TestWithhold(t *testing.T) {
	tests := []struct{ cvv, text, want string }{
		{"737", "737", "***"}, {"737", "code 737, 7371 and D7370", "code ***, 7371 and D7370"},
		{"737", "737737 737", "737737 ***"}, {"7391", "'7391'", "'****'"}, {"", "737", "737"}, {"737", "", ""},
		{"737", "a " + visa + " b", "a **** b"},
	}
	for _, tt := range tests {
		e := order.Evidence{Message: tt.text, Reference: "737"}
		withhold(&e, []byte(visa), []byte(tt.cvv))
		if e.Message != tt.want || e.Reference != "737" {
			t.Errorf("%q: got %q, %q, want %q", tt.text, e.Message, e.Reference, tt.want)
		}
	}
	e := order.Evidence{Target: visa, Made: visa, TransCode: "09" + visa}
	if withhold(&e, []byte(visa), nil); strings.Contains(everything(e), visa) {
		t.Errorf("got %+v", e)
	}
}

func TestScrub(t *testing.T) {
	tests := []struct{ text, want string }{
		{"  one\r\n\ttwo  ", "one two"}, {visa, strings.Repeat("*", 16)}, {"4111 1111-1111 1111.", "**** ****-**** ****."},
		{strings.Repeat("é", 300), strings.Repeat("é", 200)}, {strings.Repeat("x", 195) + visa, strings.Repeat("x", 195) + "*****"},
	}
	for _, tt := range tests {
		if got := scrub(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}
