package cli_test

import (
	"encoding/json"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/cli"
	"paydesk/terminal/sandbox"
)

// A card that a payment left on file is charged by that payment's number.
func TestCardOnFile(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, append([]string{"sale", "12.50"}, good...)...)
	first := saleNumber.FindString(out)
	out, _ = s.run(0, "show", first)
	has(t, out, "The card is on file: paydesk sale AMOUNT --on-file "+first)
	out, _ = s.run(0, "sale", "7", "--on-file", first)
	has(t, out, "APPROVED $7.00", "Visa **** 1111", "Card on file")
	out, _ = s.run(0, "show", saleNumber.FindString(out))
	has(t, out, "It charged the card on file of "+first)
	out, _ = s.run(0, "auth", "8", "--on-file", first, "--json")
	var p map[string]string
	if err := json.Unmarshal([]byte(out), &p); err != nil || p["charged"] != first || p["on_file"] != p["number"] || p["last4"] != "1111" {
		t.Errorf("%s, %v", out, err)
	}
	out, _ = s.run(0, append([]string{"verify", "--json"}, good...)...)
	p = nil
	if err := json.Unmarshal([]byte(out), &p); err != nil || p["on_file"] != p["id"] {
		t.Errorf("%s, %v", out, err)
	}
	out, _ = s.run(0, "sale", "9", "--on-file", p["on_file"])
	has(t, out, "APPROVED $9.00")
	// What is refused is refused in a sentence, and nothing is asked for.
	_, errs := s.run(1, "sale", "5", "--on-file", "NOBODY")
	has(t, errs, "There is no payment or check NOBODY")
	_, errs = s.run(1, append([]string{"sale", "5", "--on-file", first}, good...)...)
	has(t, errs, "leave --card")
	out, _ = s.run(cli.ExitDeclined, "sale", "5", "--card", "4000000000009995", "--expiry", "1231", "--cvv", "999")
	poor := saleNumber.FindString(out)
	_, errs = s.run(1, "sale", "5", "--on-file", poor)
	has(t, errs, poor+" left no card on file")
	out, _ = s.run(0, "show", poor)
	if strings.Contains(out, "on file") {
		t.Errorf("a declined card is on file:\n%s", out)
	}
}

// Where the host is away, a sale on a card on file is stored under its own
// switch, and forwarded later.
func TestCardOnFileOffline(t *testing.T) {
	s := newShell(t)
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	server := httptest.NewServer(host.Handler())
	address := server.Listener.Addr().String()
	s.answers("training-password", "1").run(0, "--training", "setup", "--base-url", server.URL, "--username", "training", "--merchant", sandbox.MerchantGUID)
	out, _ := s.run(0, append([]string{"sale", "12.50"}, good...)...)
	first := saleNumber.FindString(out)
	server.Close()
	away := []string{"sale", "7", "--on-file", first, "--offline"}
	_, errs := s.run(1, away...)
	has(t, errs, "offline.tokens", "Not charged, and not stored")
	s.run(0, "settings", "set", "offline.tokens", "true")
	_, errs = s.run(1, append([]string{"sale", "7", "--offline"}, good...)...)
	has(t, errs, "offline.enabled")
	out, _ = s.run(cli.ExitUnknown, away...)
	has(t, out, "STORED $7.00", "Visa **** 1111", "Card on file")
	out, _ = s.run(0, "stored", "list", "--json")
	has(t, out, `"charged":"`+first+`"`)
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	back := httptest.NewUnstartedServer(host.Handler())
	_ = back.Listener.Close()
	back.Listener = l
	back.Start()
	defer back.Close()
	out, _ = s.run(0, "stored", "forward")
	has(t, out, "APPROVED $7.00")
	out, _ = s.run(0, "history")
	if strings.Count(out, "APPROVED $7.00") != 1 {
		t.Errorf("it was charged more or less than once:\n%s", out)
	}
}
