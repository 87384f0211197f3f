package cli_test

import (
	"strings"
	"testing"

	"paydesk/terminal/cli"
)

// What a cashier may not do alone is not done, with an exit code that says so,
// until somebody who may enters a PIN for it; and once for each time.
func TestApproval(t *testing.T) {
	s := newShell(t)
	t.Setenv("PAYDESK_APPROVER_PIN", "")
	s.run(0, "settings", "set", "receipts.pdf", "false")
	out, _ := s.run(0, append([]string{"sale", "12.50"}, good...)...)
	number := saleNumber.FindString(out)
	s.answers("2580", "2580").run(0, "operator", "add", "Cas", "--role", "cashier")
	t.Setenv("PAYDESK_PIN", "2580")
	s.as = "cas"
	void := []string{"void", number, "--reason", "wrong table"}
	_, errs := s.run(cli.ExitApproval, void...)
	has(t, errs, "Let a supervisor approve it. Name who does with --approved-by.")
	void = append(void, "--approved-by")
	_, errs = s.run(1, append(void, "nobody")...)
	has(t, errs, "no operator named")
	_, errs = s.answers("2580").run(1, append(void, "cas")...)
	has(t, errs, "Cas may not approve this")
	_, errs = s.answers("9999").run(1, append(void, "trainee")...)
	if has(t, errs, "PIN of Trainee, to approve it", "PIN is not right"); strings.Contains(errs, "9999") {
		t.Errorf("the PIN is shown: %s", errs)
	}
	s.run(cli.ExitApproval, "batch", "close")
	s.run(0, "settings", "set", "sales.return_limit", "5")
	_, errs = s.run(cli.ExitApproval, "return", number, "5.01", "--reason", "x")
	has(t, errs, "You may return up to $5.00 of a payment alone.")
	s.run(cli.ExitDeclined, "return", number, "5.00", "--reason", "x") // the bank: it is not settled yet
	t.Setenv("PAYDESK_APPROVER_PIN", "1234")
	out, _ = s.run(0, append(void, "trainee", "--json")...)
	has(t, out, `"act":"VOID"`, `"state":"DONE"`, `"approved":"op-`)
	out, _ = s.run(0, "show", number)
	has(t, out, "void.sending", ", approved by op-")
	s.run(0, "journal", "verify")
}
