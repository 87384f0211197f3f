package notify

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// signer is a provider whose signature is the word "right".
type signer struct{ wallet.Provider }

func (signer) Offer() order.WalletOffer { return order.WalletOffer{Name: "razorpay"} }

func (signer) Decode(h http.Header, body []byte) (wallet.Hint, error) {
	if h.Get("X-Signature") != "right" {
		return wallet.Hint{}, errors.New("wrong signature")
	}
	event, remote, _ := strings.Cut(string(body), " ")
	return wallet.Hint{Event: event, Remote: remote}, nil
}

type house struct {
	*Listener
	times *clock.Virtual
	log   bytes.Buffer

	mu     sync.Mutex
	stored []string
	hints  []string
	fail   error
}

func newHouse(t *testing.T, change ...func(*Config, *limits)) *house {
	t.Helper()
	h := &house{times: clock.NewVirtual(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))}
	cfg := Config{Address: "127.0.0.1:0", Clock: h.times, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
		IPN: func(body []byte) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			if h.fail == nil {
				h.stored = append(h.stored, string(body))
			}
			return h.fail
		},
		Provider: func(name string) (wallet.Provider, bool) { return signer{}, name == "razorpay" },
		Hint: func(provider, reference, remote string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.hints = append(h.hints, provider+" "+reference+remote)
		}}
	lim := standard
	for _, c := range change {
		c(&cfg, &lim)
	}
	l, err := start(cfg, lim)
	if err != nil {
		t.Fatal(err)
	}
	h.Listener = l
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) post(t *testing.T, path, body string, header ...string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+h.Address()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	data, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(data)
}

// TestIPN: what is stored is answered with 200 and nothing, whatever it says;
// what is not stored is to be sent again.
func TestIPN(t *testing.T) {
	h := newHouse(t)
	for _, body := range []string{"txn_id=1&memo=caf%E9", "txn_type=moon_landing", "{}"} {
		if status, answer := h.post(t, PathIPN, body, "X-Forwarded-For", "10.0.0.1"); status != 200 || answer != "" {
			t.Errorf("%s: %d %q", body, status, answer)
		}
	}
	h.fail = errors.New("the disk is full")
	if status, _ := h.post(t, PathIPN, "txn_id=2"); status != 503 {
		t.Errorf("not stored: %d", status)
	}
	if want := []string{"txn_id=1&memo=caf%E9", "txn_type=moon_landing", "{}"}; !slices.Equal(h.stored, want) {
		t.Errorf("stored %q, want %q", h.stored, want)
	}
	if got := h.Counts(); got != (Counts{Taken: 3}) {
		t.Errorf("%+v", got)
	}
}

func TestWebhooks(t *testing.T) {
	h := newHouse(t)
	const path = "/razorpay/webhook"
	for _, tt := range []struct {
		body, signature string
		status          int
	}{
		{"evt_1 qr_A", "right", 200},
		{"evt_1 qr_A", "right", 200}, // again: taken, and not passed on
		{"evt_2 qr_B", "wrong", 400},
		{"evt_2 qr_B", "", 400},
		{"evt_2 qr_B", "right", 200}, // the refused one was not remembered
		{"evt_3", "right", 200},      // about no code
	} {
		if status, answer := h.post(t, path, tt.body, "X-Signature", tt.signature); status != tt.status || answer != "" {
			t.Errorf("%s %s: %d %q", tt.body, tt.signature, status, answer)
		}
	}
	if want := []string{"razorpay qr_A", "razorpay qr_B"}; !slices.Equal(h.hints, want) {
		t.Errorf("hints %v, want %v", h.hints, want)
	}
	if got := h.Counts(); got != (Counts{Taken: 3, Refused: 2, Repeated: 1}) {
		t.Errorf("%+v", got)
	}
	if strings.Contains(h.log.String(), "qr_B") {
		t.Errorf("the log has what came: %s", h.log.String())
	}
}

func TestEventsAreForgottenInOrder(t *testing.T) {
	s := seen{most: 3}
	for _, tt := range []struct {
		event string
		first bool
	}{{"a", true}, {"b", true}, {"c", true}, {"a", false}, {"d", true}, {"c", false}, {"a", true}} {
		if got := s.first(tt.event); got != tt.first {
			t.Errorf("%s: got %t", tt.event, got)
		}
	}
	if len(s.known) != 3 || len(s.order) != 3 {
		t.Errorf("%d, %d remembered", len(s.known), len(s.order))
	}
}

// TestWhatIsNotTaken: other paths, ways and sizes.
func TestWhatIsNotTaken(t *testing.T) {
	h := newHouse(t)
	big := strings.Repeat("x", 1<<20)
	for _, tt := range []struct {
		path, body string
		status     int
	}{
		{"/", "a=1", 404}, {"/paypal/ipn/", "a=1", 404}, {"/stripe/webhook", "a=1", 404}, {"/a/b/webhook", "a=1", 404}, {"//webhook", "a=1", 404}, {"/webhook", "a=1", 404},
		{"/razorpay/webhook/../../etc/passwd", "a=1", 404}, {PathIPN, "", 400}, {PathIPN, big, 413}, {"/razorpay/webhook", big, 413},
	} {
		if status, _ := h.post(t, tt.path, tt.body); status != tt.status && !(tt.status == 413 && status == 0) { // the connection may be closed first
			t.Errorf("%s: %d, want %d", tt.path, status, tt.status)
		}
	}
	res, err := http.Get("http://" + h.Address() + PathIPN)
	if err != nil || res.StatusCode != 405 || res.Header.Get("Allow") != "POST" {
		t.Errorf("read: %v, %v", res, err)
	}
	if len(h.stored) != 0 {
		t.Errorf("stored %d", len(h.stored))
	}
	off := newHouse(t, func(c *Config, _ *limits) { c.IPN = nil })
	if status, _ := off.post(t, PathIPN, "a=1"); status != 404 {
		t.Errorf("IPN is off: %d", status)
	}
}

// Too many come: one address has its own bound, and all have one together.
func TestPace(t *testing.T) {
	h := newHouse(t, func(_ *Config, l *limits) { l.ownBurst, l.ownSecond = 5, 1 })
	got := map[int]int{}
	for range 8 {
		status, _ := h.post(t, PathIPN, "a=1")
		got[status]++
	}
	if got[200] != 5 || got[429] != 3 || h.Counts().Limited != 3 {
		t.Errorf("got %v", got)
	}
	h.times.Advance(2 * time.Second)
	if status, _ := h.post(t, PathIPN, "a=1"); status != 200 {
		t.Errorf("later: %d", status)
	}
	p := newPace(limits{perSecond: 1, burst: 50, ownSecond: 1, ownBurst: 10, addresses: 4})
	now, allowed := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0
	for i := range 200 {
		if p.allow(fmt.Sprintf("10.0.%d.1:80", i), now) {
			allowed++
		}
	}
	if allowed != 50 || len(p.own) > 4 {
		t.Errorf("%d of all addresses allowed, %d known", allowed, len(p.own))
	}
	if a, b := network("[2001:db8::1]:1"), network("[2001:db8::ffff:2]:9"); a != b || a == network("[2001:db9::1]:1") {
		t.Errorf("%v, %v", a, b)
	}
}

// TestSlowLoris: who sends a byte now and then is cut off, and others are served
// meanwhile.
func TestSlowLoris(t *testing.T) {
	h := newHouse(t, func(_ *Config, l *limits) {
		l.headerTime, l.readTime, l.connections = 100*time.Millisecond, 200*time.Millisecond, 8
	})
	for _, head := range []string{"POST /paypal/ipn HTTP/1.1\r\nHost: x\r\nX-A: ", "POST /paypal/ipn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na="} {
		c, err := net.Dial("tcp", h.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		if status, _ := h.post(t, PathIPN, "a=1"); status != 200 {
			t.Errorf("beside it: %d", status)
		}
		answer, _ := io.ReadAll(bufio.NewReader(c)) // ends when it is cut off
		if strings.Contains(string(answer), " 200 ") {
			t.Errorf("answered %q", answer)
		}
	}
	if len(h.stored) != 2 {
		t.Errorf("stored %d", len(h.stored))
	}
	// Connections that say nothing fill the places, and lose them again.
	for range 8 {
		c, err := net.Dial("tcp", h.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	if status, answer := h.post(t, PathIPN, "a=1"); status != 200 {
		t.Errorf("behind them: %d %s", status, answer)
	}
}

func pemFiles(t *testing.T, name string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certificate, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

// TestTLS: version 1.2 at least, and a renewed certificate counts at once.
func TestTLS(t *testing.T) {
	certificate, key := pemFiles(t, "old.example")
	h := newHouse(t, func(c *Config, _ *limits) { c.Certificate, c.Key = certificate, key })
	name := func(most uint16) (string, error) {
		c, err := tls.Dial("tcp", h.Address(), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: most})
		if err != nil {
			return "", err
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].DNSNames[0], nil
	}
	if got, err := name(tls.VersionTLS12); err != nil || got != "old.example" {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := name(tls.VersionTLS11); err == nil {
		t.Errorf("TLS 1.1 with %s", got)
	}
	newer, newerKey := pemFiles(t, "new.example")
	for from, to := range map[string]string{newer: certificate, newerKey: key} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := name(tls.VersionTLS13); err != nil || got != "new.example" {
		t.Errorf("renewed: %s, %v", got, err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if got, err := name(tls.VersionTLS13); err != nil || got != "new.example" {
		t.Errorf("unreadable: %s, %v", got, err)
	}
	res, err := http.Post("http://"+h.Address()+PathIPN, "", strings.NewReader("a=1"))
	if err == nil && res.StatusCode == 200 || len(h.stored) > 0 {
		t.Error("taken in the clear")
	}
}

// TestAddresses: only an address of this computer's own does without a
// certificate, and none stands for all.
func TestAddresses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for address, want := range map[string]string{"0.0.0.0:0": textEverywhere, "[::]:0": textEverywhere, ":0": textEverywhere, "127.0.0.1": textAddress,
		"192.0.2.1:8790": textAddress, taken.Addr().String(): textAddress, "nowhere.invalid:0": textAddress} {
		_, err := Start(Config{Address: address, Log: slog.New(slog.DiscardHandler), Clock: clock.Real{}})
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", address, err, want)
		}
	}
	_, err = Start(Config{Address: "127.0.0.1:0", Certificate: "none.pem", Key: "none.pem", Log: slog.New(slog.DiscardHandler), Clock: clock.Real{}})
	if err == nil || err.Error() != textCertificate {
		t.Errorf("no certificate: %v", err)
	}
	outside := own(t)
	if outside == "" {
		t.Skip("this computer has no address but its own")
	}
	if _, err := Start(Config{Address: net.JoinHostPort(outside, "0"), Log: slog.New(slog.DiscardHandler), Clock: clock.Real{}}); err == nil || err.Error() != textPlain {
		t.Errorf("%s: %v", outside, err)
	}
}

// own is an address by which others reach this computer, or "".
func own(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return ""
}
