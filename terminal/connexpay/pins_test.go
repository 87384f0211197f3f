package connexpay

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// secure is a host over TLS, and a client that trusts its certificate.
func secure(t testing.TB, pins ...string) (*Client, *httptest.Server, error) {
	t.Helper()
	s := httptest.NewUnstartedServer(always(200, "application/json", sample(t, "token")))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	for i, p := range pins {
		if p == "own" {
			sum := sha256.Sum256(s.Certificate().RawSubjectPublicKeyInfo)
			pins[i] = "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
		}
	}
	c, err := New(Config{BaseURL: s.URL, Password: func() (string, error) { return "x", nil }, Pins: pins, LoopbackOnly: true})
	if err != nil {
		return nil, s, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c.tls.RootCAs = roots
	return c, s, nil
}

const otherPin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func TestPins(t *testing.T) {
	tests := map[string]struct {
		pins []string
		good bool
	}{
		"none": {nil, true}, "own": {[]string{"own"}, true}, "one of two": {[]string{otherPin, "own"}, true}, "other": {[]string{otherPin}, false},
	}
	for name, tt := range tests {
		c, _, err := secure(t, tt.pins...)
		if err != nil {
			t.Fatal(err)
		}
		r := c.do(context.Background(), call{method: http.MethodPost, path: "token", timeout: 5 * time.Second})
		if tt.good != r.ok() {
			t.Errorf("%s: got %+v", name, r)
		}
		if !tt.good && (r.stage != order.NotConnected || !strings.Contains(c.trouble(r).Error(), "host.pins")) {
			t.Errorf("%s: got %s, %v", name, r.stage, c.trouble(r))
		}
	}
	// A pin replaces no check of the certificate.
	c, _, err := secure(t, "own")
	if err != nil {
		t.Fatal(err)
	}
	c.tls.RootCAs = x509.NewCertPool()
	r := c.do(context.Background(), call{method: http.MethodPost, path: "token", timeout: 5 * time.Second})
	var bad *tls.CertificateVerificationError
	if r.stage != order.NotConnected || !errors.As(r.err, &bad) {
		t.Errorf("a strange certificate with the right key: got %+v", r)
	}
}

func TestBadPins(t *testing.T) {
	for _, pin := range []string{"", "sha256/", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256/AAAA", otherPin + "A"} {
		if _, _, err := secure(t, pin); err == nil || !strings.Contains(err.Error(), "host.pins") {
			t.Errorf("%q: got %v", pin, err)
		}
	}
}

func TestSkew(t *testing.T) {
	date := ""
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		if date != "" {
			w.Header().Set("Date", date)
		}
		kind := "application/json"
		if strings.HasSuffix(r.URL.Path, "portal") {
			kind = "text/html"
		}
		send(w, 200, kind, `{}`)
	})
	c := newClient(t, h.URL)
	ask := func(path string) (time.Duration, bool) {
		c.do(context.Background(), call{method: http.MethodGet, path: path, timeout: QueryTimeout})
		return c.Skew()
	}
	if d, known := ask("x"); known {
		t.Errorf("without a date: got %s", d)
	}
	date = "today"
	if d, known := ask("x"); known {
		t.Errorf("unreadable: got %s", d)
	}
	date = today.Add(150 * time.Second).Format(http.TimeFormat)
	if d, known := ask("portal"); known {
		t.Errorf("of a sign-in page: got %s", d)
	}
	if d, known := ask("x"); !known || d != 150*time.Second {
		t.Errorf("got %s, %t", d, known)
	}
}
