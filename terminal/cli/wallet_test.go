package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"paydesk/receipts/qr"
	"paydesk/terminal/cli"
)

var codeAddress = regexp.MustCompile(`http://127\.0\.0\.1:\S+`)

// phone is a customer who looks at what the command shows, and presses Pay on the
// page that the code opens.
type phone struct {
	t *testing.T

	mu     sync.Mutex
	seen   bytes.Buffer
	opened bool
	done   sync.WaitGroup
}

func (p *phone) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen.Write(data)
	if address := codeAddress.FindString(p.seen.String()); address != "" && bytes.Contains(data, []byte("\n")) && !p.opened {
		p.opened = true
		p.done.Go(func() { p.press(address) })
	}
	return len(data), nil
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// press opens the page of a code, and presses its first button.
func (p *phone) press(address string) {
	res, err := http.Get(address)
	if err != nil {
		p.t.Error(err)
		return
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	action := formAction.FindSubmatch(page)
	if err != nil || action == nil {
		p.t.Errorf("%s: no form, %v\n%s", address, err, page)
		return
	}
	at, err := res.Request.URL.Parse(html.UnescapeString(string(action[1])))
	if err != nil {
		p.t.Error(err)
		return
	}
	if res, err := http.PostForm(at.String(), url.Values{"do": {"pay"}}); err != nil || res.StatusCode >= 400 {
		p.t.Errorf("%s: %v, %v", at, res, err)
	}
}

type paidCode struct {
	ID, State, Amount, Text string
	Payments                []struct{ ID, As, Amount, Fee, Left string }
}

// TestWalletPay: a code is drawn, paid by phone, and paid back, at every wallet.
func TestWalletPay(t *testing.T) {
	for _, name := range []string{"paypal", "razorpay"} {
		s := newShell(t)
		customer, out := &phone{t: t}, &bytes.Buffer{}
		code := cli.Run(context.Background(), cli.Env{In: strings.NewReader(""), Out: out, Err: customer, Version: "1"},
			[]string{"--data", s.dir, "wallet", "pay", "12.50", "--with", name, "--json", "--wait", "20s"})
		customer.done.Wait()
		var paid paidCode
		if err := json.Unmarshal(out.Bytes(), &paid); err != nil || code != 0 || paid.State != "PAID" || paid.Amount != "12.50" || len(paid.Payments) != 1 || paid.Payments[0].As != "ADOPTED" {
			t.Errorf("%s: exit code %d, %v, %s\n%s", name, code, err, out, customer.seen.String())
			continue
		}
		drawn(t, customer.seen.String(), paid.Text)
		got, _ := s.run(0, "wallet", "show", paid.ID)
		has(t, got, paid.ID, "PAID $12.50", "ADOPTED $12.50", "$12.50 left")
		_, errs := s.run(1, "wallet", "refund", paid.ID, "5")
		has(t, errs, "why the money is given back")
		got, _ = s.run(0, "wallet", "refund", paid.ID, "5", "--reason", "cold")
		has(t, got, "$5.00")
		_, errs = s.run(1, "wallet", "refund", paid.ID, "8", "--reason", "cold")
		has(t, errs, ".")
		got, _ = s.run(0, "wallet", "refund", paid.ID, "--reason", "all of it", "--json")
		has(t, got, `"amount":"7.50"`)
		_, errs = s.run(1, "wallet", "cancel", paid.ID)
		has(t, errs, "has paid by this code already")
		got, _ = s.run(0, "wallet", "reconcile")
		has(t, got, "did not know: 0.")
	}
}

// drawn checks that the text has a code's modules, with their quiet zone.
func drawn(t *testing.T, seen, content string) {
	t.Helper()
	m, err := qr.Encode(content)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]bool // of light modules
	for _, line := range strings.Split(seen, "\n") {
		if line == "" || strings.Trim(line, " █▀▄") != "" || !strings.Contains(line, "█") {
			continue
		}
		var top, bottom []bool
		for _, r := range line {
			top, bottom = append(top, r == '█' || r == '▀'), append(bottom, r == '█' || r == '▄')
		}
		rows = append(rows, top, bottom)
	}
	if len(rows) < len(m)+2*qr.QuietZone {
		t.Fatalf("%d rows of modules for %d", len(rows), len(m))
	}
	for r, row := range rows {
		for c, light := range row {
			y, x := r-qr.QuietZone, c-qr.QuietZone
			if want := y < 0 || x < 0 || y >= len(m) || x >= len(m) || !m[y][x]; light != want {
				t.Fatalf("module %d, %d is light: %t", y, x, light)
			}
		}
	}
}

// A code that nobody pays is given up, and no money moved.
func TestWalletPayIsGivenUp(t *testing.T) {
	s := newShell(t)
	for _, name := range []string{"paypal", "razorpay"} {
		out, errs := s.run(cli.ExitDeclined, "wallet", "pay", "3.10", "--with", name, "--wait", "1s")
		has(t, out, "CANCELLED $3.10")
		has(t, errs, "█▀▀", "$3.10: http://127.0.0.1:")
	}
	out, _ := s.run(0, "wallet", "pay", "3.10", "--with", "paypal", "--later")
	has(t, out, "SHOWN $3.10")
	out, _ = s.run(0, "wallet", "list", "--json")
	has(t, out, `"name":"paypal"`, `"name":"razorpay"`, `"state":"SHOWN"`)
	for _, tt := range []struct{ says, args string }{
		{"Say which wallet with --with: paypal, razorpay.", "wallet pay 5"},
		{"is not an amount", "wallet pay 5,00 --with paypal"},
		{".", "wallet pay 5 --with stripe"},
		{".", "wallet show NOSUCH"},
		{".", "wallet cancel NOSUCH"},
		{".", "wallet refund NOSUCH --reason x"},
		{".", "wallet accept NOSUCH x --reason x"},
		{".", "wallet check stripe"},
		{"there is no key", "wallet secret paypal.nothing"},
		{"the input ended before the answer came", "wallet secret paypal.password"},
		{"is no day", "wallet reconcile --from tomorrow"},
	} {
		_, errs := s.run(1, strings.Fields(tt.args)...)
		if !strings.Contains(strings.ToLower(errs), strings.ToLower(tt.says)) || strings.Contains(errs, "Usage:") {
			t.Errorf("%s: %q does not say %q", tt.args, errs, tt.says)
		}
	}
}

// A key is read from the input, and shown nowhere.
func TestWalletSecret(t *testing.T) {
	s := newShell(t)
	out, errs := s.answers("very-secret-key").run(0, "wallet", "secret", "razorpay.key_secret")
	if strings.Contains(out+errs, "very-secret") {
		t.Errorf("shown: %s%s", out, errs)
	}
	_, errs = s.run(1, "wallet", "check", "razorpay")
	has(t, errs, ".")
	s.run(0, "wallet", "secret", "razorpay.key_secret", "--remove")
	out, _ = s.run(0, "wallet", "check", "razorpay")
	has(t, out, "razorpay answers and takes the keys.")
	_, errs = s.answers("").run(1, "wallet", "secret", "razorpay.key_secret")
	has(t, errs, "nothing was changed")
}

// The payment log, customers and payouts, without a window.
func TestLedgerCommands(t *testing.T) {
	s := newShell(t)
	s.run(0, "customers", "add", "Ann Flood", "--email", "ann@example.org,ann2@example.org")
	out, _ := s.run(0, "customers", "list", "FLOOD", "--json")
	var ann struct {
		ID     string
		Emails []string
	}
	if err := json.Unmarshal([]byte(out), &ann); err != nil || len(ann.Emails) != 2 {
		t.Fatal(out, err)
	}
	s.run(0, "customers", "edit", ann.ID, "--name", "Ann", "--email", "ann@example.com")
	out, _ = s.run(0, "customers", "list")
	has(t, out, ann.ID+"  Ann  ann@example.com")
	s.run(0, "payouts", "add", "fred@example.org", "25.99", "--note", "Thank you")
	s.run(0, "payouts", "add", "eva@example.org", "5", "--currency", "eur")
	out, _ = s.run(0, "payouts", "csv")
	has(t, out, "-USD-email-1.csv: 1 line(s), $25.99 in all.", "-EUR-email-1.csv: 1 line(s), €5.00 in all.")
	out, _ = s.run(0, "payouts", "list", "--json")
	has(t, out, `"state":"WRITTEN"`, `"to":"eva@example.org"`)
	id := saleNumber.FindString(out)
	out, _ = s.run(0, "payouts", "csv", "--again", id)
	has(t, out, "-2.csv: 1 line(s)")
	out, _ = s.run(0, "ipn", "log", "ann", "--state", "review,credited", "--kind", "payment", "--from", "2026-01-01", "--least", "1", "--json")
	if out != "" {
		t.Errorf("the log has %s", out)
	}
	out, _ = s.run(0, "ipn", "status")
	has(t, out, "nowhere", "messages waiting   0")
	for _, tt := range []struct{ says, args string }{
		{"another customer has this e-mail address", "customers add Bob --email ANN@example.com"},
		{"write each e-mail address as", "customers add Bob --email nobody"},
		{"there is no customer", "customers edit NOSUCH --name x"},
		{"there is no such entry", "ipn match NOSUCH " + ann.ID},
		{"is no state", "ipn log --state paid"},
		{"is no kind", "ipn log --kind sale"},
		{"name the recipient by", "payouts add nobody 5"},
		{"above zero", "payouts add a@example.org 0"},
		{"paid twice", "payouts csv " + id},
		{"in a file already", "payouts cancel " + id},
		{"nothing is set up to listen at", "ipn listen"},
	} {
		_, errs := s.run(1, strings.Fields(tt.args)...)
		if !strings.Contains(strings.ToLower(errs), tt.says) || !strings.HasSuffix(strings.TrimSpace(errs), ".") {
			t.Errorf("%s: %q does not say %q", tt.args, errs, tt.says)
		}
	}
}

// Without a window the command takes notifications, for as long as it is told.
func TestListenCommand(t *testing.T) {
	s := newShell(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	s.run(0, "settings", "set", "wallets.listen.address", address)
	s.run(0, "settings", "set", "wallets.ipn.receivers", "shop@example.com")
	s.run(0, "settings", "set", "wallets.ipn.enabled", "true")
	out, _ := s.run(0, "ipn", "listen", "--for", "50ms")
	has(t, out, "http://"+address+"/paypal/ipn", "http://"+address+"/razorpay/webhook")
	out, _ = s.run(0, "ipn", "status", "--json")
	has(t, out, `"ipn_url":"http://`+address+`/paypal/ipn"`)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "training", "ipn", "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
