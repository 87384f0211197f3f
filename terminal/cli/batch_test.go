package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/cli"
)

// A batch that something keeps open is closed without it by name, by somebody who
// may, with a reason; the closing says so ever after.
func TestBatchWithout(t *testing.T) {
	s := newShell(t)
	s.pay("sale", "19.74")
	number := partApproved(t, s.dir, 1)[0]
	out, _ := s.run(cli.ExitError, "batch", "status", "--json")
	open := object(t, out)
	want(t, open, map[string]string{"sale_amount": "19.74"})
	if b := open["blockers"].([]any)[0].(map[string]any); b["id"] != number || b["kind"] != "payment" || b["amount"] != "12.00" || b["may_carry"] != true || b["do"] == "" {
		t.Errorf("blockers %v", open["blockers"])
	}
	out, errs := s.run(cli.ExitError, "batch", "close", "--json")
	refused := object(t, out)
	if refused["state"] != "BUSY" || len(refused["blockers"].([]any)) != 1 || !strings.Contains(errs, number) {
		t.Errorf("refused with %v, %s", refused, errs)
	}
	_, errs = s.run(cli.ExitError, "batch", "close", "--carry", number)
	has(t, errs, "Say why")
	out, _ = s.run(0, "batch", "close", "--carry", number, "--reason", "guest comes back tomorrow", "--json")
	closed := object(t, out)
	want(t, closed, map[string]string{"state": "CLOSED", "sale_amount": "19.74"})
	if c := closed["carried"].([]any); len(c) != 1 || c[0].(map[string]any)["id"] != number || c[0].(map[string]any)["reason"] != "guest comes back tomorrow" {
		t.Errorf("carried %v", c)
	}
	out, _ = s.run(0, "batch", "list")
	has(t, out, "CLOSED", "by the desk", number, "guest comes back tomorrow")
	out, _ = s.run(0, "batch", "list", "--json", "--from", "2026-01-01")
	if list := lines(out); len(list) != 1 || !strings.Contains(list[0], `"carried"`) {
		t.Errorf("list %s", out)
	}
	out, _ = s.run(0, "batch", "list", "--to", "2001-01-01")
	if out != "" {
		t.Errorf("of another day: %s", out)
	}
	_, errs = s.run(cli.ExitError, "batch", "list", "--from", "yesterday")
	has(t, errs, "not the first and the last day of a period")
	guid := closed["guid"].(string)
	out, _ = s.run(0, "batch", "show", guid[:8])
	has(t, out, "CLOSED", "Sale", "19.74")
	out, _ = s.run(0, "batch", "reprint", closed["id"].(string))
	has(t, out, "PDF:")
	slips, err := filepath.Glob(filepath.Join(s.dir, "training", "receipts", "*", "batch-*"))
	if err != nil || len(slips) != 2 {
		t.Errorf("slips %v, %v", slips, err)
	}
	_, errs = s.run(cli.ExitError, "batch", "reprint", "nothing")
	has(t, errs, "no closing of this name")
	s.run(0, "keep", number)
	if out, _ = s.run(0, "batch", "status"); !strings.HasPrefix(out, "Open batch: ") {
		t.Errorf("status %s", out)
	}
}

func lines(out string) []string { return strings.Split(strings.TrimSpace(out), "\n") }
