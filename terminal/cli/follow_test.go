package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/cli"
)

// object reads the one JSON object that a command printed.
func object(t *testing.T, out string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return v
}

// want compares members of an object.
func want(t *testing.T, got map[string]any, members map[string]string) {
	t.Helper()
	for name, value := range members {
		if got[name] != value {
			t.Errorf("%s is %v, want %s in %v", name, got[name], value, got)
		}
	}
}

func (s *shell) pay(args ...string) string {
	s.t.Helper()
	out, _ := s.run(0, append(args, append([]string{"--json"}, good...)...)...)
	return object(s.t, out)["number"].(string)
}

func TestHoldCaptureVoid(t *testing.T) {
	s := newShell(t)
	hold := s.pay("auth", "90")
	out, _ := s.run(0, "capture", hold, "60", "--json")
	want(t, object(t, out), map[string]string{"act": "CAPTURE", "state": "DONE", "of": hold, "amount": "60.00", "currency": "USD"})
	_, errs := s.run(1, "capture", hold, "10")
	has(t, errs, "This hold is captured already")
	out, _ = s.run(0, "void", hold, "--reason", "wrong table")
	has(t, out, "VOIDED $60.00", hold)
	_, errs = s.run(1, "return", hold, "1")
	has(t, errs, "This payment is voided")
	out, _ = s.run(0, "show", hold)
	has(t, out, "attempt.approved", "capture.done", "void.done")
	out, _ = s.run(0, "history")
	has(t, out, "VOIDED")

	hold = s.pay("auth", "20")
	out, _ = s.run(0, "void", hold, "--json")
	want(t, object(t, out), map[string]string{"act": "VOID", "state": "DONE", "amount": "20.00"})
	_, errs = s.run(1, "capture", hold)
	has(t, errs, "This payment is voided")
}

func TestReturnAfterTheBatch(t *testing.T) {
	s := newShell(t)
	sale := s.pay("sale", "19.74")
	out, _ := s.run(cli.ExitDeclined, "return", sale, "5")
	has(t, out, "RETURN REFUSED", "not settled yet. Void it instead")
	out, _ = s.run(0, "batch", "close", "--json")
	batch := object(t, out)
	want(t, batch, map[string]string{"state": "CLOSED", "sale_amount": "19.74"})
	_, errs := s.run(1, "void", sale)
	has(t, errs, "settled already. Return the money instead")
	out, _ = s.run(0, "return", sale, "5", "--reason", "soup was cold", "--json")
	want(t, object(t, out), map[string]string{"act": "RETURN", "state": "DONE", "amount": "5.00", "reason": "soup was cold"})
	_, errs = s.run(1, "return", sale, "14.75")
	has(t, errs, "more than is left")
	out, _ = s.run(0, "return", sale)
	has(t, out, "RETURNED $14.74")
	_, errs = s.run(1, "return", sale, "0.01")
	has(t, errs, "more than is left")
	out, _ = s.run(0, "batch", "close", "--json")
	if b := object(t, out); b["returns"] != 2.0 || b["return_amount"] != "19.74" || b["matches"] != true {
		t.Errorf("the batch of the returns is %v", b)
	}
	out, _ = s.run(0, "batch", "search")
	has(t, out, "Sale", "Return", "19.74", "14.74")
	out, _ = s.run(0, "batch", "show", batch["guid"].(string), "--json")
	has(t, out, `"transactionType":"Sale"`)
}

func TestCheckCard(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, append([]string{"verify"}, good...)...)
	has(t, out, "CARD IS GOOD", "Visa **** 1111")
	out, _ = s.run(cli.ExitDeclined, "verify", "--json", "--card", "4000000000009987", "--expiry", "12/31", "--cvv", "999")
	want(t, object(t, out), map[string]string{"act": "VERIFY", "state": "REFUSED", "code": "D2005", "amount": "0.00"})
}

func TestIssueCard(t *testing.T) {
	s := newShell(t)
	_, errs := s.run(1, "issue-card", s.pay("sale", "10"), "5", "--first-name", "Adam", "--last-name", "Smith")
	has(t, errs, "not made to pay for cards")
	sale := s.pay("sale", "100", "--payments", "2")
	out, _ := s.run(0, "issue-card", sale, "60", "--first-name", "Adam", "--last-name", "Smith", "--json")
	want(t, object(t, out), map[string]string{"act": "ISSUE", "state": "DONE", "amount": "60.00"})
	out, _ = s.run(cli.ExitDeclined, "issue-card", sale, "60", "--first-name", "Adam", "--last-name", "Smith")
	has(t, out, "ISSUE REFUSED")
	out, _ = s.run(0, "issue-card", sale, "40", "--first-name", "Adam", "--last-name", "Smith", "--valid-for", "WEEK", "--uses", "3")
	has(t, out, "CARD ISSUED $40.00")
	_, errs = s.run(1, "issue-card", sale, "1", "--first-name", "Adam", "--last-name", "Smith")
	has(t, errs, "are issued")
}

func TestDetails(t *testing.T) {
	s := newShell(t)
	file := filepath.Join(s.dir, "booking.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"StatementDescription":"Booking 123","Customer":{"FirstName":"John","LastName":"Doe"},
		"RiskData":{"ProductType":"Flight","ProductItem":"784GTWJFK856","FlightData":{"Route":"Direct","HoursToDeparture":5}}}`)
	number := s.pay("sale", "10", "--details", file)
	out, _ := s.run(0, "search", "sales", "--order", number, "--json")
	out, _ = s.run(0, "lookup", "sale", object(t, out)["guid"].(string), "--json")
	has(t, out, `"statementDescription":"Booking 123"`, `"firstName":"John"`)
	s.pay("auth", "10", "--details", file)
	write(`{"Customer":{"Phone":"4111 1111 1111 1111"}}`)
	_, errs := s.run(1, append([]string{"sale", "10", "--details", file}, good...)...)
	has(t, errs, "looks like a card number")
	_, errs = s.run(1, append([]string{"sale", "10", "--details", file + ".not"}, good...)...)
	has(t, errs, "name a file that is there; nothing was charged")
}

func TestTheHostsBook(t *testing.T) {
	s := newShell(t)
	first := s.pay("sale", "12.50")
	s.pay("sale", "7")
	hold := s.pay("auth", "90")
	s.run(0, "void", first)
	out, _ := s.run(0, "devices")
	has(t, out, "* 64657669-6365-4d31-8000-000000000001", "Terminal 1", "Device - Active")
	out, _ = s.run(0, "search", "sales", "--least", "10")
	has(t, out, first, "12.5 → 0", "Approved, open")
	if strings.Count(out, "\n") != 1 {
		t.Errorf("one sale is above 10:\n%s", out)
	}
	out, _ = s.run(0, "search", "sales", "--order", first, "--json")
	guid := object(t, out)["guid"].(string)
	out, _ = s.run(0, "lookup", "sale", guid, "--json")
	has(t, out, `"sequenceNumber":"`+first+`"`, `"effectiveAmount":0`)
	out, _ = s.run(0, "lookup", "auths")
	has(t, out, "90", hold)
	for _, kind := range []string{"sales", "voids", "verifies", "returns", "captures"} {
		s.run(0, "lookup", kind)
		s.run(0, "search", kind)
	}
	out, _ = s.run(0, "search", "billings")
	has(t, out, "RecurringBilling")
	out, _ = s.run(0, "search", "sales", "--csv", "-")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.Contains(lines[0], "guid") {
		t.Errorf("the export is\n%s", out)
	}
	_, errs := s.run(1, "search", "returns", "--last4", "1111")
	has(t, errs, "does not filter returns by all of that")
	_, errs = s.run(1, "search", "sales", "--from", "yesterday")
	has(t, errs, `"yesterday" is no day: write one such as 2026-11-21`)
	_, errs = s.run(1, "batch", "search", "--to", "2026-13-01")
	has(t, errs, `"2026-13-01" is no day`)
	_, errs = s.run(1, "search", "cheques")
	has(t, errs, `keeps no "cheques"`)
	_, errs = s.run(1, "lookup", "sale", "nonsense")
	has(t, errs, "guid")
}

var mailedKey = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

func TestUsers(t *testing.T) {
	s := newShell(t)
	s.answers("4711", "4711").run(0, "--pin", "1234", "operator", "add", "Olga", "--role", "owner")
	s.run(0, "operator", "change", terminal.TrainingOperator, "--role", "supervisor")
	_, errs := s.run(1, "--operator", terminal.TrainingOperator, "users", "list")
	has(t, errs, "Your role does not allow this")
	t.Setenv("PAYDESK_PIN", "4711")
	s.as = "Olga"
	out, _ := s.run(0, "users", "list")
	has(t, out, "maxwinston", "User - Active", "Merchant Admin")
	out, _ = s.run(0, "users", "roles")
	has(t, out, "training")
	out, _ = s.answers("first-Password1", "first-Password1").run(0, "users", "register", "jane", "--iso", "1000", "--first-name", "Jane",
		"--last-name", "Doe", "--email", "jane@example.com", "--phone", "9177563046", "--address1", "151 E 33rd ST", "--city", "Dallas", "--state", "TX", "--zip", "76092")
	has(t, out, "jane is registered")
	_, errs = s.answers("first-Password1", "other").run(1, "users", "register", "joe")
	has(t, errs, "The two passwords differ")
	out, _ = s.answers("first-Password1", "second-Password2", "second-Password2").run(0, "users", "password", "jane")
	has(t, out, "The password is changed.")
	s.run(0, "users", "reset-request", "jane")
	mails, err := filepath.Glob(filepath.Join(s.dir, "training", "mail", "*.eml"))
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	mail, err := os.ReadFile(mails[0])
	if err != nil {
		t.Fatal(err)
	}
	key := mailedKey.FindString(string(mail))
	s.answers(key, "third-Password3", "third-Password3").run(0, "users", "reset", "jane")
	_, errs = s.answers(key, "fourth-Password4", "fourth-Password4").run(1, "users", "reset", "jane")
	has(t, errs, "key")

	// The terminal's own password: it goes on with the new one.
	s.answers("training-password", "trained-Password9", "trained-Password9").run(0, "users", "password", "training")
	s.run(0, append([]string{"sale", "5"}, good...)...)
}
