package connexpay

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// wantNotSent checks what must follow from no connection.
func wantNotSent(t *testing.T, what string, e order.Evidence) {
	t.Helper()
	if e.Stage != order.NotConnected || state(e) != order.NotSent {
		t.Errorf("%s: got %+v, %s; want not connected, not sent", what, e, state(e))
	}
}

// wantUnknown checks what must follow from a lost answer.
func wantUnknown(t *testing.T, what string, e order.Evidence) {
	t.Helper()
	if e.Stage != order.NoAnswer || state(e) != order.Unknown {
		t.Errorf("%s: got %+v, %s; want no answer, unknown", what, e, state(e))
	}
}

func TestNoConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	wantNotSent(t, "closed port", sell(t, signedIn(newClient(t, "http://"+closed))))
	wantNotSent(t, "closed port, no token yet", sell(t, newClient(t, "http://"+closed)))

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h := newHost(t, always(200, "application/json", saleJSON()))
	wantNotSent(t, "cancelled before", signedIn(newClient(t, h.URL)).Charge(ctx, charging(device, number, asked), newCard(t, visa, "737", "")))
	wantNotSent(t, "cancelled before, no token yet", newClient(t, h.URL).Charge(ctx, charging(device, number, asked), newCard(t, visa, "737", "")))
	if len(h.calls) != 0 {
		t.Errorf("got %d requests, want none", len(h.calls))
	}
}

func tlsHost(t *testing.T, newest uint16) *httptest.Server {
	s := httptest.NewUnstartedServer(always(200, "application/json", saleJSON()))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: newest}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestTLS(t *testing.T) {
	trusting := func(s *httptest.Server) *Client {
		c := signedIn(newClient(t, s.URL))
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		c.tls.RootCAs = roots
		return c
	}
	now := tlsHost(t, tls.VersionTLS13)
	if got := state(sell(t, trusting(now))); got != order.Approved {
		t.Errorf("trusted certificate: got %s", got)
	}
	wantNotSent(t, "TLS 1.1", sell(t, trusting(tlsHost(t, tls.VersionTLS11))))
	wantNotSent(t, "unknown root", sell(t, signedIn(newClient(t, now.URL))))
	wantNotSent(t, "other name", sell(t, signedIn(newClient(t, strings.Replace(now.URL, "127.0.0.1", "localhost", 1)))))
	err := newClient(t, now.URL).Ping(context.Background())
	if problem := new(Problem); !errors.As(err, &problem) || !strings.Contains(err.Error(), "date and time") {
		t.Errorf("got %v, want a sentence about certificate and clock", err)
	}
	plain := newHost(t, always(200, "application/json", saleJSON()))
	wantNotSent(t, "no TLS there", sell(t, signedIn(newClient(t, strings.Replace(plain.URL, "http:", "https:", 1)))))
}

// TestLostAnswers cuts the connection at every kind of moment after it stood.
func TestLostAnswers(t *testing.T) {
	reset := func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	long := strings.Repeat("X-Long: "+strings.Repeat("x", 1000)+"\r\n", 100)
	tests := map[string]func(net.Conn){
		"closed without a word": func(net.Conn) {},
		"reset without a word":  reset,
		"reset in the body": func(conn net.Conn) {
			_, _ = io.WriteString(conn, head+"Content-Length: 1000\r\n\r\n"+saleJSON())
			reset(conn)
		},
		"no HTTP": func(conn net.Conn) { _, _ = io.WriteString(conn, "220 mail.example ESMTP\r\n") },
		"100 kB of header": func(conn net.Conn) {
			_, _ = io.WriteString(conn, head+long+"Content-Length: 2\r\n\r\n{}")
		},
		"redirect that cannot be read": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: http://%zz\r\nContent-Length: 0\r\n\r\n")
		},
		"two lengths": func(conn net.Conn) {
			_, _ = io.WriteString(conn, head+"Content-Length: 1\r\nContent-Length: 1000\r\n\r\n"+saleJSON())
		},
	}
	for name, serve := range tests {
		h := newRaw(t, serve)
		wantUnknown(t, name, sell(t, signedIn(newClient(t, h.url))))
		if got := len(h.requests); got != 1 {
			t.Errorf("%s: the sale was sent %d times", name, got)
		}
	}
}

// TestResetOnAccept: the connection hardly stood.
func TestResetOnAccept(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan int, 10)
	go func() {
		for n := 1; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
			accepted <- n
		}
	}()
	// The reset may also come while the connection is being made.
	e := sell(t, signedIn(newClient(t, "http://"+l.Addr().String())))
	if got := state(e); !(e.Stage == order.NoAnswer && got == order.Unknown) && !(e.Stage == order.NotConnected && got == order.NotSent) {
		t.Errorf("got %+v, %s", e, got)
	}
	if got := <-accepted; got != 1 || len(accepted) != 0 {
		t.Errorf("connected %d times", got+len(accepted))
	}
}

// TestTruncated cuts one answer at every seventh byte, in the three ways in
// which HTTP says how long an answer is.
func TestTruncated(t *testing.T) {
	for name, body := range map[string]string{"approved": saleJSON(), "declined": declinedJSON("D2012")} {
		head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		wholes := map[string]string{
			"length":  head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
			"chunked": head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
			"to end":  head + "Connection: close\r\n\r\n" + body,
		}
		for way, whole := range wholes {
			for k := 0; k < len(whole); k += 7 {
				h := newRaw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, whole[:k]) })
				e := sell(t, signedIn(newClient(t, h.url)))
				if got := state(e); got != order.Unknown {
					t.Errorf("%s, %s, cut at %d of %d: got %s, %+v", name, way, k, len(whole), got, e)
				}
				if way != "to end" && e.Stage != order.NoAnswer {
					t.Errorf("%s, %s, cut at %d of %d: got stage %s", name, way, k, len(whole), e.Stage)
				}
				if len(h.requests) != 1 {
					t.Errorf("cut at %d: the sale was sent %d times", k, len(h.requests))
				}
			}
			h := newRaw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, whole) })
			want := map[string]order.State{"approved": order.Approved, "declined": order.Declined}[name]
			if got := state(sell(t, signedIn(newClient(t, h.url)))); got != want {
				t.Errorf("%s, %s, whole: got %s", name, way, got)
			}
		}
	}
}

// TestStalls: whatever the host holds back, the call ends.
func TestStalls(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
	for name, sent := range map[string]string{
		"before the head": "", "in the head": head, "in the body": head + "\r\n" + saleJSON(),
		"after a promise": "HTTP/1.1 100 Continue\r\n\r\n",
		"after a switch":  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
	} {
		over := make(chan struct{})
		h := newRaw(t, func(conn net.Conn) {
			_, _ = io.WriteString(conn, sent)
			<-over
		})
		c := signedIn(newClient(t, h.url, func(cfg *Config) { cfg.SaleTimeout = 300 * time.Millisecond }))
		done := make(chan order.Evidence, 1)
		go func() { done <- sell(t, c) }()
		select {
		case e := <-done:
			wantUnknown(t, name, e)
		case <-time.After(10 * time.Second):
			t.Errorf("%s: the call never ends", name)
		}
		close(over)
	}
}

// TestRedirects: the answer is unknown, and the card goes nowhere else.
func TestRedirects(t *testing.T) {
	elsewhere := newHost(t, always(200, "application/json", saleJSON()))
	for _, status := range []int{300, 301, 302, 303, 304, 305, 307, 308} {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/api/v1/sales", status)
		})
		c := signedIn(newClient(t, h.URL))
		e := sell(t, c)
		if state(e) != order.Unknown || e.HTTP != status {
			t.Errorf("%d: got %s, %+v", status, state(e), e)
		}
		if got := c.Reverse(context.Background(), asking(device, number)); got != order.ReversalNoAnswer {
			t.Errorf("%d: reversal got %s", status, got)
		}
		if got := c.Find(context.Background(), asking(device, number)); !got.Failed {
			t.Errorf("%d: find got %+v", status, got)
		}
		if got := c.CloseBatch(context.Background(), device); got.Answered {
			t.Errorf("%d: close got %+v", status, got)
		}
		if got := len(h.to("sales")); got != 2 { // the sale, and the list
			t.Errorf("%d: got %d calls of sales", status, got)
		}
	}
	h := newHost(t, nil)
	h.token = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+"/api/v1/token", 307) }
	wantNotSent(t, "redirected sign-in", sell(t, newClient(t, h.URL)))
	if len(elsewhere.calls) != 0 {
		t.Errorf("the target of the redirects got %d requests: %+v", len(elsewhere.calls), elsewhere.calls[0].path)
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

// TestAnswers is the table of what whole answers mean.
func TestAnswers(t *testing.T) {
	const js, html = "application/json", "<html><body>Please sign in</body></html>"
	carrier := func(code string) string {
		return `{"message":"The Sale could not be processed correctly. Error code ` + code + `. Error message: x"}`
	}
	tests := []struct {
		name, kind, body string
		status           int
		wantBody         order.Body
		want             order.State
	}{
		{"approved", js, saleJSON(), 200, order.BodySale, order.Approved},
		{"created", js, saleJSON(), 201, order.BodySale, order.Approved},
		{"with a charset", "application/json; charset=utf-8", saleJSON(), 200, order.BodySale, order.Approved},
		{"in capitals", "Application/JSON", saleJSON(), 200, order.BodySale, order.Approved},
		{"declined", js, declinedJSON("D2012"), 200, order.BodySale, order.Declined},
		{"duplicate", js, declinedJSON("D0008"), 200, order.BodySale, order.Unknown},
		{"partly approved", js, saleJSON(member{"processorStatusCode", `"A0002"`}, member{"effectiveAmount", "750"}), 200, order.BodySale, order.PartApproved},
		{"other number", js, saleJSON(member{"sequenceNumber", `"849741"`}), 200, order.BodySale, order.Review},
		{"other device", js, saleJSON(member{"deviceGuid", `"d"`}), 200, order.BodySale, order.Review},
		{"code as a number", js, saleJSON(member{"processorStatusCode", `0`}), 200, order.BodySale, order.Unknown},
		{"not processed", js, saleJSON(member{"wasProcessed", "false"}), 200, order.BodySale, order.Unknown},
		{"processed left out", js, saleJSON(member{"wasProcessed", ""}), 200, order.BodySale, order.Unknown},
		{"pending authentication", js, saleJSON(), 202, order.BodySale, order.Unknown},
		{"nothing", "", "", 204, order.BodyOther, order.Unknown},
		{"empty", js, "", 200, order.BodyOther, order.Unknown},
		{"null", js, "null", 200, order.BodyOther, order.Unknown},
		{"a list", js, "[" + saleJSON() + "]", 200, order.BodyOther, order.Unknown},
		{"a string", js, `"Success"`, 200, order.BodyOther, order.Unknown},
		{"no status", js, saleJSON(member{"status", ""}), 200, order.BodyOther, order.Unknown},
		{"trailing words", js, saleJSON() + "<!-- cached -->", 200, order.BodyOther, order.Unknown},
		{"twice", js, saleJSON() + declinedJSON("D2012"), 200, order.BodyOther, order.Unknown},
		{"status twice", js, strings.Replace(saleJSON(), "{", `{"status":"Transaction - Declined",`, 1), 200, order.BodyOther, order.Unknown},
		{"processed twice", js, strings.Replace(saleJSON(), "{", `{"WasProcessed":false,`, 1), 200, order.BodyOther, order.Unknown},
		{"processed twice, once null", js, strings.Replace(saleJSON(), "{", `{"wasProcessed":null,`, 1), 200, order.BodyOther, order.Unknown},
		{"amount twice", js, strings.Replace(saleJSON(), "{", `{"AMOUNT":1500,`, 1), 200, order.BodyOther, order.Unknown},
		{"processed as a string", js, saleJSON(member{"wasProcessed", `"true"`}), 200, order.BodyOther, order.Unknown},
		{"processed as a number", js, saleJSON(member{"wasProcessed", "1"}), 200, order.BodyOther, order.Unknown},
		{"status as a list", js, saleJSON(member{"status", `["Transaction - Approved"]`}), 200, order.BodyOther, order.Unknown},
		{"number as an object", js, saleJSON(member{"sequenceNumber", `{}`}), 200, order.BodyOther, order.Unknown},
		{"HTML 200", "text/html", html, 200, order.BodyOther, order.Unknown},
		{"HTML called JSON", js, html, 200, order.BodyOther, order.Unknown},
		{"sale called HTML", "text/html", saleJSON(), 200, order.BodyOther, order.Unknown},
		{"sale called text", "text/plain", saleJSON(), 200, order.BodyOther, order.Unknown},
		{"sale called nothing", "", saleJSON(), 200, order.BodyOther, order.Unknown},
		{"type that is none", "json", saleJSON(), 200, order.BodyOther, order.Unknown},
		{"gzip", js, gzipped(saleJSON()), 200, order.BodyOther, order.Unknown},
		{"over 1 MB", js, saleJSON() + strings.Repeat(" ", maxBody), 200, order.BodyOther, order.Unknown},
		{"just 1 MB", js, saleJSON() + strings.Repeat(" ", maxBody-len(saleJSON())), 200, order.BodySale, order.Approved},
		{"decline as 422", js, carrier("D2026"), 422, order.BodyError, order.Declined},
		{"decline as 400", js, carrier("D2026"), 400, order.BodyError, order.Declined},
		{"duplicate as 422", js, carrier("D0001"), 422, order.BodyError, order.Unknown},
		{"system error as 422", js, carrier("E0911"), 422, order.BodyError, order.Unknown},
		{"two codes", js, carrier("D2026 Error code D0001"), 422, order.BodyError, order.Unknown},
		{"decline as HTML", "text/html", carrier("D2026"), 422, order.BodyOther, order.Unknown},
		{"decline as 500", js, carrier("D2026"), 500, order.BodyError, order.Unknown},
		{"decline as a redirect", js, carrier("D2026"), 302, order.BodyError, order.Unknown},
		{"decline as 403", js, carrier("D2026"), 403, order.BodyError, order.Refused},
		{"known refusal", js, `{"message":"Invalid Device GUID"}`, 400, order.BodyError, order.Refused},
		{"unknown refusal", js, `{"message":"Something happened"}`, 400, order.BodyError, order.Unknown},
		{"403", js, `{"message":"The user does not have permission to do this"}`, 403, order.BodyError, order.Refused},
		{"403 HTML", "text/html", html, 403, order.BodyOther, order.Unknown},
		{"404 HTML", "text/html", html, 404, order.BodyOther, order.Unknown},
		{"408", js, `{"message":"The request is invalid."}`, 408, order.BodyError, order.Unknown},
		{"429", js, `{"message":"Too many requests"}`, 429, order.BodyError, order.Unknown},
		{"500", js, `{"message":"A server error has occurred.","stackTrace":"x"}`, 500, order.BodyError, order.Unknown},
		{"approved as 500", js, saleJSON(), 500, order.BodyOther, order.Unknown},
		{"approved as 400", js, saleJSON(), 400, order.BodyOther, order.Unknown},
		{"502 HTML", "text/html", html, 502, order.BodyOther, order.Unknown},
		{"503 empty", "", "", 503, order.BodyOther, order.Unknown},
	}
	for _, tt := range tests {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			if tt.name == "gzip" {
				w.Header().Set("Content-Encoding", "gzip")
			}
			send(w, tt.status, tt.kind, tt.body)
		})
		e := sell(t, newClient(t, h.URL))
		if e.Stage != order.Answered || e.HTTP != tt.status || e.Body != tt.wantBody || state(e) != tt.want {
			t.Errorf("%s: got %s, %d, %s, %s; want %s, %s", tt.name, e.Stage, e.HTTP, e.Body, state(e), tt.wantBody, tt.want)
		}
		if got := len(h.to("sales")); got != 1 {
			t.Errorf("%s: the sale was sent %d times", tt.name, got)
		}
	}
}

// TestOwnConnections: a connection that was used before may be dead, and the
// transport then sends again by itself; so every call has its own.
func TestOwnConnections(t *testing.T) {
	h := newHost(t, always(200, "application/json", saleJSON()))
	c := newClient(t, h.URL)
	for range 3 {
		sell(t, c)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.calls) != 4 || h.conns != 4 {
		t.Errorf("got %d calls over %d connections, want 4 over 4", len(h.calls), h.conns)
	}
}
