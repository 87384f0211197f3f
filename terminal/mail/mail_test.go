package mail_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/mail"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/post"
)

var background = context.Background()

// certificate is one for 127.0.0.1 that is good until a time.
func certificate(t *testing.T, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// box is a sandbox's mail server with the client that sends to it.
func box(t *testing.T, opt post.Options) (mail.Server, string) {
	t.Helper()
	opt.Dir, opt.Clock = t.TempDir(), clock.Real{}
	s, err := post.Listen("127.0.0.1:0", opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return mail.Server{Host: "127.0.0.1", Port: s.Port(), Security: mail.None, From: "till@shop.example", Clock: clock.Real{},
		Patience: 300 * time.Millisecond}, opt.Dir
}

var letter = mail.Message{ID: "J0001", To: "ann@example.com", Name: "Café \"Ünder\"\r\nBcc: eve@example.com", Subject: "Ihr Beleg von Café\r\nBcc: eve@example.com",
	Text: "Danke.\n.\nहिन्दी ₹\n", File: "J0001-customer.pdf", PDF: bytes.Repeat([]byte("%PDF\x00\r\n.\r\n"), 2000),
	Date: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}

func mails(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestSend reads the mail as the customer's program does.
func TestSend(t *testing.T) {
	s, dir := box(t, post.Options{})
	for range 2 {
		if r, err := s.Send(background, letter); !r.Done || r.Touched || err != nil {
			t.Fatalf("got %+v, %v", r, err)
		}
	}
	names := mails(t, dir)
	if len(names) != 2 {
		t.Fatalf("%d mails", len(names))
	}
	first, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(names[1]); err != nil || !bytes.Equal(first, second) {
		t.Errorf("two tries at one message differ: %v", err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"Message-Id": "<J0001@shop.example>", "To": "<ann@example.com>", "Bcc": "", "Cc": "",
		"Date": "Mon, 04 May 2026 12:00:00 +0000", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": ""} {
		if got := m.Header.Get(key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	var words mime.WordDecoder
	if got, err := words.DecodeHeader(m.Header.Get("Subject")); err != nil || got != "Ihr Beleg von Café Bcc: eve@example.com" {
		t.Errorf("subject %q, %v", got, err)
	}
	if from, err := netmail.ParseAddress(m.Header.Get("From")); err != nil || from.Address != "till@shop.example" || from.Name != `Café "Ünder" Bcc: eve@example.com` {
		t.Errorf("from %+v, %v", from, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(text); err != nil || strings.ReplaceAll(string(got), "\r\n", "\n") != letter.Text {
		t.Errorf("text %q, %v", got, err)
	}
	file, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, file)); err != nil || !bytes.Equal(got, letter.PDF) || file.FileName() != letter.File ||
		!strings.HasPrefix(file.Header.Get("Content-Type"), "application/pdf") {
		t.Errorf("file %q of %d bytes, %v", file.FileName(), len(got), err)
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("a third part: %v", err)
	}
}

// TestFaults: what becomes of a mail at each trouble, whether it arrived, and
// what becomes of it at the next try.
func TestFaults(t *testing.T) {
	for fault, want := range map[post.Fault]struct {
		end     order.JobResult
		arrived int
	}{
		post.Silent:    {order.JobResult{}, 0},
		post.Wary:      {order.JobResult{Own: true}, 0},
		post.NoSuch:    {order.JobResult{Refused: true, Own: true}, 0},
		post.Refusing:  {order.JobResult{Refused: true, Own: true}, 0},
		post.Full:      {order.JobResult{Own: true}, 0},
		post.Cut:       {order.JobResult{Touched: true, Own: true}, 0}, // nobody can tell it from Drop
		post.Drop:      {order.JobResult{Touched: true, Own: true}, 1},
		post.Mute:      {order.JobResult{Touched: true, Own: true}, 1},
		post.Forgetful: {order.JobResult{Done: true}, 0},
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s, dir := box(t, post.Options{Fault: fault})
			got, err := s.Send(background, letter)
			if (got.Trouble == "") != got.Done || (err == nil) != got.Done {
				t.Errorf("%q, %v", got.Trouble, err)
			}
			got.Trouble = ""
			// A connection that was cut within the mail may be noticed at once.
			if early := want.end; fault == post.Cut && !got.Touched {
				early.Touched, early.Own = false, false
				want.end = early
			}
			if arrived := len(mails(t, dir)); got != want.end || arrived != want.arrived {
				t.Errorf("got %+v and %d mails, want %+v and %d", got, arrived, want.end, want.arrived)
			}
			if again, err := s.Send(background, letter); fault == post.Wary && !again.Done {
				t.Errorf("the second try: %+v, %v", again, err)
			}
		})
	}
}

// TestNobodyThere: a server that is down, and one whose name is nothing.
func TestNobodyThere(t *testing.T) {
	s, _ := box(t, post.Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Send(background, letter); got != (order.JobResult{Trouble: got.Trouble}) || !strings.Contains(got.Trouble, "cannot be reached") || err == nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestSafety: encryption is there or nothing is sent, by the right name and in
// time; the password goes to nobody in the open.
func TestSafety(t *testing.T) {
	now := clock.Real{}.Now()
	good, roots := certificate(t, now.Add(time.Hour))
	old, oldRoots := certificate(t, now.Add(-time.Hour))
	withTLS := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	for _, tt := range []struct {
		name     string
		opt      post.Options
		roots    *x509.CertPool
		security string
		user     string
		want     string
	}{
		{"all well", post.Options{TLS: withTLS(good), User: "till", Password: "right"}, roots, mail.StartTLS, "till", ""},
		{"wrong password", post.Options{TLS: withTLS(good), User: "till", Password: "other"}, roots, mail.StartTLS, "till", "the user or the password"},
		{"not signed in", post.Options{TLS: withTLS(good), User: "till", Password: "right"}, roots, mail.StartTLS, "", "the user or the password"},
		{"no encryption", post.Options{}, roots, mail.StartTLS, "", "no encryption"},
		{"not TLS at all", post.Options{}, roots, mail.TLS, "", "no encryption"},
		{"expired", post.Options{TLS: withTLS(old)}, oldRoots, mail.StartTLS, "", "has expired"},
		{"unknown authority", post.Options{TLS: withTLS(good)}, oldRoots, mail.StartTLS, "", "another's"},
		{"another's name", post.Options{TLS: withTLS(good)}, roots, "localhost", "", "another's"},
		{"no way to sign in", post.Options{}, roots, mail.None, "till", "no safe way"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, dir := box(t, tt.opt)
			s.Roots, s.Security, s.User, s.Patience = tt.roots, tt.security, tt.user, 5*time.Second
			if s.Security == "localhost" {
				s.Host, s.Security = "localhost", mail.StartTLS
			}
			s.Password = func() (string, error) { return "right", nil }
			got, err := s.Send(background, letter)
			if got.Done != (tt.want == "") || got.Touched || got.Refused || !strings.Contains(got.Trouble, tt.want) {
				t.Errorf("got %+v, %v; want %q", got, err, tt.want)
			}
			if arrived := len(mails(t, dir)); (arrived == 1) != got.Done {
				t.Errorf("%d mails arrived", arrived)
			}
			if strings.Contains(got.Trouble, "right") {
				t.Error("the password is told")
			}
		})
	}
}

// TestClosing: the program ends while the server is silent.
func TestClosing(t *testing.T) {
	s, _ := box(t, post.Options{Fault: post.Mute})
	s.Patience = time.Minute
	ctx, cancel := context.WithCancel(background)
	ended := make(chan order.JobResult)
	go func() {
		r, _ := s.Send(ctx, letter)
		ended <- r
	}()
	cancel()
	if r := <-ended; r.Done {
		t.Errorf("got %+v", r)
	}
}

// TestUnending: servers that greet for ever, flood the line or say nothing at
// all. The mail is kept, with a sentence, and nothing waits once the program ends.
func TestUnending(t *testing.T) {
	for _, tt := range []struct {
		name, says string
		every      string // what follows for ever; "": nothing
		close      bool   // the program ends while it goes on
	}{
		{"silence at the end", "220 yes?\r\n", "", true},
		{"one endless line", "220 ", strings.Repeat("x", 4096), false},
		{"endless lines", "", "220-" + strings.Repeat("x", 4096) + "\r\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			greeted, sent := make(chan struct{}), make(chan int, 1)
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				n, err := io.WriteString(c, tt.says)
				if tt.close { // the client is heard, and gets no answer
					_, err = c.Read(make([]byte, 1))
				}
				close(greeted)
				for err == nil && tt.every != "" {
					var more int
					more, err = io.WriteString(c, tt.every)
					n += more
				}
				_, _ = io.Copy(io.Discard, c)
				sent <- n
			}()
			s := mail.Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: mail.None, From: "till@shop.example",
				Clock: clock.Real{}, Patience: 20 * time.Second}
			ctx, cancel := context.WithCancel(background)
			defer cancel()
			if tt.close {
				go func() { <-greeted; cancel() }()
			}
			begun := s.Clock.Now()
			got, err := s.Send(ctx, letter)
			if got.Done || got.Touched || got.Refused || got.Trouble == "" || err == nil {
				t.Errorf("got %+v, %v", got, err)
			}
			if took := s.Clock.Now().Sub(begun); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if n := <-sent; n > 16<<20 {
				t.Errorf("%d bytes were taken", n)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		" ann@example.com ": "ann@example.com", "a.b+receipts@mail.example.co.uk": "a.b+receipts@mail.example.co.uk",
		"ann@bücher.example": "ann@xn--bcher-kva.example", "ann@ExAmple.com": "ann@example.com",
		"": "", "ann": "", "@example.com": "", "ann@": "", "ann@localhost": "", "ann@example.": "", "ann@.com": "", "ann@@example.com": "",
		"ann@example.com\r\nBcc: eve@example.com": "", "Ann <ann@example.com>": "", "ann@example.com, bob@example.com": "",
		`"ann b"@example.com`: "", "jürgen@example.com": "", "ann @example.com": "", "ann@exam ple.com": "", "ann@example.com>": "",
		"ann@" + strings.Repeat("a.", 130) + "com": "", "\u202eann@example.com": "", "ann@[127.0.0.1]": "",
	} {
		if got, err := mail.Address(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

// FuzzAddress: whatever is taken is one address of one line that says the same
// when it is read again.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"ann@example.com", "ann@bücher.example", "a@b.c\r\nBcc: d@e.f", `"a"@b.c`, "a@xn--.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := mail.Address(text)
		if err != nil {
			return
		}
		if again, err := mail.Address(got); err != nil || again != got {
			t.Errorf("%q became %q, and that %q, %v", text, got, again, err)
		}
		if list, err := netmail.ParseAddressList(got); err != nil || len(list) != 1 || strings.ContainsAny(got, "\r\n \x00") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
