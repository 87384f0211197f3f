package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"paydesk/terminal/cli"
)

// newDrawer is a shell on a fresh terminal, which counts its drawer.
func newDrawer(t *testing.T) *shell {
	t.Helper()
	s := newShell(t)
	s.dir = t.TempDir()
	return s
}

// A day with a counted drawer, from the command line alone.
func TestShift(t *testing.T) {
	s := newDrawer(t)
	for _, sale := range [][]string{append([]string{"sale", "5"}, good...), append([]string{"auth", "5"}, good...), {"cash", "5"}, {"wallet", "pay", "5", "--with", "razorpay"}} {
		_, errs := s.run(1, sale...)
		has(t, errs, "No shift is open. Count the drawer and open one first.")
	}
	_, errs := s.run(1, "shift", "show")
	has(t, errs, "no such shift")
	out, _ := s.run(0, "shift", "open", "--pieces", "20x3,10x2, 0.25x80")
	has(t, out, "Shift 1  OPEN", "float $100.00")
	_, errs = s.run(1, "shift", "open", "100")
	has(t, errs, "A shift is open already.")
	s.run(0, "cash", "12.34", "--tendered", "20")
	s.run(0, append([]string{"sale", "5"}, good...)...)
	s.run(0, "shift", "in", "10", "--reason", "change from the bank")
	out, _ = s.run(0, "shift", "out", "2.34", "--reason", "stamps", "--json")
	want(t, object(t, out), map[string]string{"kind": "out", "amount": "2.34", "currency": "USD", "reason": "stamps"})
	_, errs = s.run(1, "shift", "out", "1000", "--reason", "stamps")
	has(t, errs, "more than should be in the drawer")
	_, errs = s.run(1, "shift", "in", "1")
	has(t, errs, "Enter why")
	out, _ = s.run(0, "shift", "show", "--json")
	if shift := object(t, out); shift["state"] != "open" || shift["drawer"] != nil || shift["off"] != nil || strings.Contains(out, "120") {
		t.Errorf("what should be in the drawer is told before it is counted: %s", out)
	}
	_, errs = s.run(1, "shift", "close")
	has(t, errs, "Count the drawer first")
	out, _ = s.run(0, "shift", "count", "119.50", "--json")
	shift := object(t, out)
	want(t, shift, map[string]string{"state": "counting", "off": "-0.50"})
	want(t, shift["drawer"].(map[string]any), map[string]string{"float": "100.00", "sales": "12.34", "in": "10.00", "out": "2.34", "expected": "120.00"})
	_, errs = s.run(1, "cash", "5")
	has(t, errs, "nothing is sold meanwhile")
	out, _ = s.run(0, "shift", "resume")
	has(t, out, "Shift 1  OPEN")
	s.run(0, "cash", "5")
	s.run(0, "shift", "count", "--pieces", "100x1,20x1,1x4,0.25x2")
	_, errs = s.run(1, "shift", "close")
	has(t, errs, "The drawer is off by -$0.50. Enter why")
	_, errs = s.run(1, "shift", "close", "--reason", "card 4111 1111 1111 1111")
	has(t, errs, "looks like a card number")
	out, _ = s.run(0, "shift", "close", "--reason", "a quarter under the drawer")
	has(t, out, "Shift 1  CLOSED", "off by -$0.50: a quarter under the drawer", "counted $119.50", "counted $124.50")
	s.run(0, "shift", "open", "0")
	out, _ = s.run(0, "shift", "list")
	has(t, out, "Shift 1  CLOSED", "Shift 2  OPEN")
	out, _ = s.run(0, "shift", "list", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var last struct {
		Number int
		State  string
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 2 || last.Number != 2 || last.State != "open" {
		t.Errorf("%v: %s", err, out)
	}
	out, _ = s.run(0, "shift", "show", "1")
	has(t, out, "change from the bank", "stamps", "expected $125.00")
}

// A cashier needs somebody for cash out and for a large difference, and takes the
// drawer over under the own name.
func TestShiftWithApproval(t *testing.T) {
	s := newDrawer(t)
	s.answers("8520", "8520").run(0, "operator", "add", "Bob", "--role", "cashier")
	s.as = "Bob"
	t.Setenv("PAYDESK_PIN", "8520")
	s.run(0, "shift", "open", "100")
	_, errs := s.run(cli.ExitApproval, "shift", "out", "50", "--reason", "to the safe")
	has(t, errs, "Let a supervisor approve it.", "--approved-by")
	t.Setenv("PAYDESK_APPROVER_PIN", "1234")
	out, _ := s.run(0, "shift", "out", "50", "--reason", "to the safe", "--approved-by", "Trainee")
	has(t, out, "$50.00 taken out", "approved by")
	_, errs = s.run(1, "shift", "hand-over")
	has(t, errs, "signs in first, while its shift is open")
	t.Setenv("PAYDESK_PIN", "")
	s.as = "Trainee"
	out, _ = s.run(0, "shift", "hand-over", "49.99")
	has(t, out, "took over from", "off by -$0.01")
	s.as = "Bob"
	t.Setenv("PAYDESK_PIN", "8520")
	s.run(0, "shift", "count", "40")
	_, errs = s.run(cli.ExitApproval, "shift", "close", "--reason", "nobody knows")
	has(t, errs, "more than the owner's limit", "--approved-by")
	out, _ = s.run(0, "shift", "close", "--reason", "nobody knows", "--approved-by", "Trainee")
	has(t, out, "CLOSED", "off by -$10.00: nobody knows, approved by")
}

func TestShiftCounts(t *testing.T) {
	s := newDrawer(t)
	for _, tt := range []struct{ says, args string }{
		{"say what was counted", ""},
		{"is not an amount", "ten"},
		{"This count cannot be", "-- -1"},
		{"This count cannot be", "100 --pieces 50x1"},
		{"is no number of notes", "--pieces 50"},
		{"is no number of notes", "--pieces 50x-1"},
		{"is no number of notes", "--pieces x2"},
		{"is no number of notes", "--pieces 0x2"},
		{"is no number of notes", "--pieces 0.001x2"},
		{"is no number of notes", "--pieces 50x99999999999"},
		{"more than any", "--pieces 90000000000000000x2000000000"},
	} {
		_, errs := s.run(1, append([]string{"shift", "open"}, strings.Fields(tt.args)...)...)
		if !strings.Contains(strings.ToLower(errs), strings.ToLower(tt.says)) {
			t.Errorf("shift open %s: %s, want %q", tt.args, errs, tt.says)
		}
	}
	out, _ := s.run(0, "demo")
	has(t, out, "a shift is opened with a float of 100", "APPROVED $12.50")
}
