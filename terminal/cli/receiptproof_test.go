package cli_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/cli"
	"paydesk/terminal/settings"
)

// proofOf is the code of a receipt, as its paper has it.
func proofOf(t *testing.T, dir, document, id string) string {
	t.Helper()
	term, err := terminal.Open(context.Background(), terminal.Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	code, err := term.ReceiptProof(context.Background(), document, id)
	if err != nil || code == "" {
		t.Fatalf("%q, %v", code, err)
	}
	return code
}

// result is what verify --json says, which must end so.
func (s *shell) result(wantCode int, want string, args ...string) map[string]any {
	s.t.Helper()
	out, _ := s.run(wantCode, append([]string{"receipt", "verify", "--json"}, args...)...)
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil || got["result"] != want {
		s.t.Errorf("%v: %s, %v; want %s", args, out, err, want)
	}
	return got
}

func TestReceiptIsVerified(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, append([]string{"sale", "5"}, good...)...)
	number := saleNumber.FindString(out)
	code := proofOf(t, s.dir, "sale", number)
	out, _ = s.run(0, "receipt", "verify", code)
	has(t, out, "GENUINE  sale "+number+"  $5.00  Visa **** 1111", "The journal agrees", "Returned since $0.00", "left to return $5.00", "Compare it with the paper", "Training")
	out, _ = s.answers(code[:30], strings.ToLower(code[30:])).run(0, "receipt", "verify", "-")
	has(t, out, "GENUINE")
	s.run(0, "receipt", "verify", code[:30], code[30:])
	s.run(0, "batch", "close")
	s.run(0, "return", number, "5")
	got := s.result(0, "genuine", code)
	if got["amount"] != "5.00" || got["left"] != "0.00" || got["returned"] != "5.00" || got["id"] != number || got["document"] != "sale" || len(got["previous"].(string)) != 32 {
		t.Errorf("%v", got)
	}

	last := map[bool]string{true: "C", false: "B"}[strings.HasSuffix(code, "B")]
	changed := code[:len(code)-1] + last
	out, _ = s.run(cli.ExitDeclined, "receipt", "verify", changed)
	has(t, out, "NOT GENUINE  This receipt was changed")
	if got := s.result(cli.ExitDeclined, "receipt-changed", changed); len(got) != 1 {
		t.Errorf("what was changed is told: %v", got)
	}
	_, errs := s.run(1, "receipt", "verify", "hello")
	has(t, errs, "This is not the code of a receipt")

	other := newShell(t)
	other.run(0, "settings", "show")
	other.result(cli.ExitDeclined, "receipt-stranger", code)
}

// A page has all that is needed to check receipts elsewhere.
func TestReceiptPage(t *testing.T) {
	s := newShell(t)
	s.run(0, "settings", "set", "shop.name", "Ann & Sons")
	out, _ := s.run(0, append([]string{"sale", "5"}, good...)...)
	code := proofOf(t, s.dir, "sale", saleNumber.FindString(out))
	page := filepath.Join(t.TempDir(), "check.html")
	for range 2 { // the second replaces the first
		out, _ = s.run(0, "receipt", "page", page)
		has(t, out, page)
	}
	html, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	has(t, string(html), `Ann \u0026 Sons`, "Content-Security-Policy")
	elsewhere := newShell(t)
	got := elsewhere.result(0, "genuine", code, "--page", page)
	if got["amount"] != "5.00" || got["left"] != nil {
		t.Errorf("%v", got)
	}
	out, _ = s.run(0, "journal", "verify", "--json")
	var rep struct {
		Keys []string `json:"keys"`
	}
	if err := json.Unmarshal([]byte(out), &rep); err != nil || len(rep.Keys) != 1 {
		t.Fatal(out, err)
	}
	elsewhere.result(0, "genuine", code, "--key", rep.Keys[0])
	elsewhere.result(cli.ExitDeclined, "receipt-stranger", code, "--key", strings.Repeat("01", 32))
	_, errs := elsewhere.run(1, "receipt", "verify", code, "--key", "01")
	has(t, errs, "64 hexadecimal digits")
	mine := filepath.Join(t.TempDir(), "letter.html")
	if err := os.WriteFile(mine, []byte("Dear Ann"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs = s.run(1, "receipt", "page", mine)
	has(t, errs, "name another file")
	_, errs = elsewhere.run(1, "receipt", "verify", code, "--page", mine)
	has(t, errs, "is no page that checks receipts")
	if left, err := os.ReadFile(mine); err != nil || string(left) != "Dear Ann" {
		t.Errorf("%q, %v", left, err)
	}
}

func TestReceiptIsShown(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, append([]string{"sale", "5"}, good...)...)
	number := saleNumber.FindString(out)
	out, _ = s.run(0, "receipt", "show", "sale", number, "--copy", "merchant")
	has(t, out, "MERCHANT COPY", number, "$5.00")
	_, errs := s.run(1, "receipt", "show", "sale", "NOBODY")
	has(t, errs, "There is no receipt of sale NOBODY")
}
