package cli_test

import (
	"strings"
	"testing"
)

// A bill is paid in parts from the command line, and given up.
func TestBill(t *testing.T) {
	s := newShell(t)
	s.run(0, "settings", "set", "receipts.pdf", "false")
	declined := []string{"--card", "4000000000009995", "--expiry", "1231", "--cvv", "999"}
	partly := []string{"--card", "4012888888881881", "--expiry", "1231", "--cvv", "999", "--keep-partial"}
	sell := func(code int, amount string, more ...string) (string, string) {
		t.Helper()
		return s.run(code, append([]string{"sale", amount}, more...)...)
	}
	out, errs := sell(0, "10", append(good, "--tax", "0.80", "--tip", "1.20", "--number", "A-17", "--customer", "Mrs Flood")...)
	has(t, out, "APPROVED $12.00", "A-17 Mrs Flood")
	if strings.Contains(errs, "left of bill") {
		t.Errorf("paid whole: %s", errs)
	}
	_, errs = sell(3, "10", append(declined, "--number", "A-18")...)
	if strings.Contains(errs, "left of bill") {
		t.Errorf("nothing paid: %s", errs)
	}
	out, _ = s.run(0, "bill", "list")
	if out != "" {
		t.Errorf("bills: %s", out)
	}
	_, errs = sell(0, "18", append(partly, "--tip", "2", "--customer", "Mr Jones")...)
	has(t, errs, "$10.00 is left of bill")
	id := strings.Fields(errs[strings.Index(errs, "of bill ")+len("of bill "):])[0]
	id = strings.TrimSuffix(id, ".")
	s.run(1, "sale", "1", "--bill", id, "--tip", "1")
	s.run(1, "sale", "1", "--bill", "NONE")
	s.run(1, "sale", "1", "--tip", "x")
	_, errs = s.run(1, "cash", "10.01", "--bill", id)
	has(t, errs, "$10.00 is left")
	s.run(0, "cash", "4", "--bill", id, "--tendered", "5")
	out, _ = s.run(0, "bill", "list", "--json")
	has(t, out, id, `"state":"OPEN"`, `"total":"20.00"`, `"paid":"14.00"`, `"left":"6.00"`, `"tender":"CASH"`, `"customer":"Mr Jones"`)
	s.run(1, "bill", "cancel", "NONE")
	out, _ = s.run(0, "bill", "cancel", id, "--reason", "left")
	has(t, out, "CANCELLED", "$0.00 paid", "BACK")
	out, _ = s.run(0, "bill", "show", id)
	has(t, out, "CANCELLED", "Mr Jones")
	_, errs = s.run(1, "cash", "1", "--bill", id)
	has(t, errs, "cancelled")
	s.run(0, "journal", "verify")
}
