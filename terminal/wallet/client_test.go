package wallet

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// host is a provider that counts what it is asked.
type host struct {
	*httptest.Server
	calls atomic.Int32
}

func newHost(t *testing.T, serve http.HandlerFunc) *host {
	t.Helper()
	h := &host{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.calls.Add(1)
		serve(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func newClient(t *testing.T, url string, change ...func(*ClientConfig)) *Client {
	t.Helper()
	cfg := ClientConfig{BaseURL: url, LoopbackOnly: true, Clock: clock.NewVirtual(noon)}
	for _, f := range change {
		f(&cfg)
	}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]error{
		"https://api.example.com/v1/":    nil,
		"http://api.example.com":         ErrPlain,
		"":                               ErrAddress,
		"api.example.com":                ErrAddress,
		"ftp://api.example.com":          ErrAddress,
		"https://me:secret@example.com":  ErrAddress,
		"https://api.example.com?key=se": ErrAddress,
		"https://api.example.com/#x":     ErrAddress,
	} {
		_, err := NewClient(ClientConfig{BaseURL: address})
		if want == nil && err != nil || want != nil && err != want {
			t.Errorf("%s: got %v, want %v", address, err, want)
		}
	}
	c := newClient(t, "https://api.example.com/v1", func(c *ClientConfig) {
		c.LoopbackOnly, c.Hosts = false, []string{"rzp.io", "*.example.com"}
	})
	tests := []struct{ method, path, want string }{
		{"GET", "/payments?count=1", "https://api.example.com/v1/payments?count=1"},
		{"POST", "payments", "https://api.example.com/v1/payments"},
		{"GET", "https://rzp.io/i/x", "https://rzp.io/i/x"},
		{"GET", "https://cdn.example.com/x", "https://cdn.example.com/x"},
		{"POST", "https://rzp.io/i/x", ""},
		{"GET", "http://rzp.io/i/x", ""},
		{"GET", "https://rzp.io:8443/i/x", ""},
		{"GET", "https://rzp.io.evil.example/i/x", ""},
		{"GET", "https://evilexample.com/", ""},
		{"GET", "https://me:secret@rzp.io/", ""},
		{"GET", "//rzp.io/i/x", ""},
		{"GET", "file:///etc/passwd", ""},
	}
	for _, test := range tests {
		got := ""
		if u := c.address(test.method, test.path); u != nil {
			got = u.String()
		}
		if got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.method, test.path, got, test.want)
		}
	}
}

func TestSend(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Date", noon.Add(-time.Hour).Format(http.TimeFormat))
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+string(body))
	})
	c := newClient(t, h.URL+"/v1")
	r := c.Send(context.Background(), "POST", "/orders?a=b", http.Header{"Authorization": {"Basic x"}}, []byte("{}"))
	if got, want := string(r.Body), "POST /v1/orders?a=b Basic x {}"; got != want || !r.Sent || r.Err != nil {
		t.Errorf("got %q and %+v, want %q", got, r, want)
	}
	if r.Wait != 7*time.Second || r.Class() != Later || !r.At.Equal(noon.Add(-time.Hour)) {
		t.Errorf("got %+v, want 7 s, later, and the provider's time", r)
	}
	if c.Skew() != -time.Hour || !c.Now().Equal(noon.Add(-time.Hour)) {
		t.Errorf("got %v and %v, want an hour behind", c.Skew(), c.Now())
	}
}

func TestWait(t *testing.T) {
	c := newClient(t, "http://127.0.0.1:1")
	c.ahead = time.Minute
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "12": 12 * time.Second, "-3": 0, "soon": 0, "99999999999": time.Hour,
		noon.Add(90 * time.Second).Format(http.TimeFormat): 30 * time.Second,
		noon.Format(http.TimeFormat):                       0,
	} {
		if got := c.wait(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestClasses(t *testing.T) {
	for status, want := range map[int]Class{200: Done, 204: Done, 302: Odd, 400: Refused, 401: Denied, 403: Denied, 404: Refused,
		408: Later, 409: Refused, 429: Later, 500: Later, 503: Later} {
		if got := (Reply{Status: status}).Class(); got != want {
			t.Errorf("%d: got %v, want %v", status, got, want)
		}
	}
	if got := (Reply{Err: ErrNoAnswer, Status: 200}).Class(); got != Lost {
		t.Errorf("got %v, want lost", got)
	}
}

// TestNoRedirect: the keys go to nobody else.
func TestNoRedirect(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	r := newClient(t, h.URL).Send(context.Background(), "GET", "x", nil, nil)
	if r.Status != http.StatusFound || r.Class() != Odd || h.calls.Load() != 1 {
		t.Errorf("got %+v and %d calls, want the redirect and one call", r, h.calls.Load())
	}
}

func TestTooLong(t *testing.T) {
	for size, want := range map[int]error{maxBody: nil, maxBody + 1: ErrNoAnswer} {
		h := newHost(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, size)) })
		if r := newClient(t, h.URL).Send(context.Background(), "GET", "x", nil, nil); r.Err != want || !r.Sent || want != nil && r.Body != nil {
			t.Errorf("%d bytes: got %v and %d bytes, want %v", size, r.Err, len(r.Body), want)
		}
	}
}

// TestNotSent: where no connection stood, nothing arrived.
func TestNotSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	secret := http.Header{"Authorization": {"Basic c2VjcmV0"}}
	if r := newClient(t, closed).Send(context.Background(), "POST", "x?a=secret", secret, []byte("secret")); r.Sent || r.Err != ErrNoWay || strings.Contains(r.Err.Error(), "secret") {
		t.Errorf("closed port: got %+v, want no way, not sent", r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h := newHost(t, func(http.ResponseWriter, *http.Request) {})
	if r := newClient(t, h.URL).Send(ctx, "POST", "x", nil, nil); r.Sent || r.Err != ErrNoWay || h.calls.Load() != 0 {
		t.Errorf("cancelled before: got %+v and %d calls", r, h.calls.Load())
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	if r := newClient(t, s.URL).Send(context.Background(), "POST", "x", nil, nil); r.Sent || r.Err != ErrCertificate {
		t.Errorf("unknown certificate: got %+v, want not sent", r)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	trusting := http.DefaultTransport.(*http.Transport).Clone()
	trusting.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
	if r := newClient(t, s.URL, func(c *ClientConfig) { c.HTTP = trusting }).Send(context.Background(), "GET", "x", nil, nil); r.Status != 404 {
		t.Errorf("known certificate: got %+v", r)
	}
}

// TestSentOnce cuts the connection after it stood: the request may have arrived,
// and is not sent again by anybody.
func TestSentOnce(t *testing.T) {
	answers := map[string]string{
		"no word":     "",
		"no HTTP":     "220 mail.example ESMTP secret\r\n",
		"half a body": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
		"long head":   "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-L: "+strings.Repeat("x", 1000)+"\r\n", 100) + "\r\n",
		"upgrade":     "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
	}
	for name, answer := range answers {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		})
		r := newClient(t, h.URL).Send(context.Background(), "POST", "x", http.Header{"Idempotency-Key": {"1"}}, []byte("{}"))
		if !r.Sent || r.Err != ErrNoAnswer || r.Class() != Lost || h.calls.Load() != 1 {
			t.Errorf("%s: got %+v and %d calls, want a lost answer and one call", name, r, h.calls.Load())
		}
	}
}

// TestConnections: looks share a connection, nothing else does.
func TestConnections(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RemoteAddr) })
	c := newClient(t, h.URL)
	from := func(method string) string { return string(c.Send(context.Background(), method, "x", nil, nil).Body) }
	if a, b := from("GET"), from("GET"); a != b || a == "" {
		t.Errorf("got looks from %s and %s, want one connection", a, b)
	}
	if a, b := from("POST"), from("POST"); a == b || a == from("GET") {
		t.Errorf("got two requests from %s", a)
	}
}

func TestDeadline(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	h := newHost(t, func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	if r := newClient(t, h.URL).Send(ctx, "POST", "x", nil, []byte("{}")); !r.Sent || r.Err != ErrNoAnswer {
		t.Errorf("got %+v, want a lost answer", r)
	}
}

// TestLoopbackOnly: training leaves the machine neither by address nor by a
// name, whatever the name resolves to.
func TestLoopbackOnly(t *testing.T) {
	for _, url := range []string{"http://192.0.2.1:9", "https://192.0.2.1:9", "http://[2001:db8::1]:9", "http://0.0.0.0:9"} {
		if r := newClient(t, url).Send(context.Background(), "GET", "x", nil, nil); r.Sent || !errors.Is(r.Err, ErrTraining) {
			t.Errorf("%s: got %+v, want the refusal to connect", url, r)
		}
	}
	h := newHost(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := strings.Cut(strings.TrimPrefix(h.URL, "http://"), ":")
	resolveAll(t, net.IPv4(192, 0, 2, 1))
	if r := newClient(t, "http://training.example.com:"+port).Send(context.Background(), "GET", "x", nil, nil); r.Sent || !errors.Is(r.Err, ErrTraining) {
		t.Errorf("a name that leads out: got %+v, want the refusal to connect", r)
	}
	if r := newClient(t, h.URL).Send(context.Background(), "GET", "http://pictures.example.com:"+port, nil, nil); r.Sent || !errors.Is(r.Err, ErrTraining) {
		t.Errorf("a picture that leads out: got %+v, want the refusal to connect", r)
	}
	resolveAll(t, net.IPv4(127, 0, 0, 1))
	if r := newClient(t, "http://training.example.com:"+port).Send(context.Background(), "GET", "x", nil, nil); r.Status != 200 {
		t.Errorf("a name of this computer: got %+v", r)
	}
}

// resolveAll makes every name of this process resolve to one IPv4 address. It
// speaks just enough of RFC 1035, over a pipe with a length in front of each
// message, as over TCP.
func resolveAll(t *testing.T, address net.IP) {
	t.Helper()
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			for {
				var length uint16
				if binary.Read(server, binary.BigEndian, &length) != nil {
					return
				}
				query := make([]byte, length)
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				answer := resolve(query, address)
				if binary.Write(server, binary.BigEndian, uint16(len(answer))) != nil {
					return
				}
				if _, err := server.Write(answer); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

func resolve(query []byte, address net.IP) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	a := append([]byte{}, query[:end+5]...)
	a[2], a[3] = 0x81, 0x80
	copy(a[6:], make([]byte, 6))
	if binary.BigEndian.Uint16(query[end+1:]) == 1 {
		a[7] = 1
		a = append(a, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		a = append(a, address.To4()...)
	}
	return a
}

// TestSigned has the first vector of the Razorpay notes.
func TestSigned(t *testing.T) {
	const body = `{"entity":"event","account_id":"acc_TESTterminal01","event":"qr_code.credited","contains":["payment","qr_code"],"payload":{"payment":{"entity":{"id":"pay_TESTpayment001","amount":30000,"currency":"INR","status":"captured","method":"upi","captured":true}},"qr_code":{"entity":{"id":"qr_TESTqrcode0001","status":"closed","close_reason":"paid","payments_amount_received":30000}}},"created_at":1760000000}`
	const sum = "8907eb5e5b0350b47f5533c4d80569908f738cdf87fb3ddc3f6dc61973686b46"
	tests := []struct {
		name, secret, body, sum string
		want                    bool
	}{
		{"right", "whsec_terminal_test", body, sum, true},
		{"capital letters", "whsec_terminal_test", body, strings.ToUpper(sum), true},
		{"other secret", "whsec_terminal_tesT", body, sum, false},
		{"other body", "whsec_terminal_test", body + " ", sum, false},
		{"no secret", "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", false}, // the HMAC of nothing under no key
		{"part", "whsec_terminal_test", body, sum[:62], false},
		{"none", "whsec_terminal_test", body, "", false},
		{"no hex", "whsec_terminal_test", body, "x" + sum[1:], false},
	}
	for _, test := range tests {
		if got := Signed(sha256.New, []byte(test.secret), []byte(test.body), test.sum); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
