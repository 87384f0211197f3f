package cli_test

import (
	"strings"
	"testing"
)

// TestHistoryIsSearched: each flag narrows, together they narrow further, and
// what makes no sense is answered with what does.
func TestHistoryIsSearched(t *testing.T) {
	s := newShell(t)
	s.run(0, append([]string{"sale", "12.50"}, good...)...)
	s.run(3, "sale", "5", "--card", "4000000000009995", "--expiry", "1231", "--cvv", "999")
	out, _ := s.run(0, "history", "--amount", "12.50")
	number := saleNumber.FindString(out)
	for _, tt := range []struct {
		args string
		want int
	}{
		{"", 2}, {"--limit 1", 1}, {"--before " + number, 0}, {"--amount 5", 1}, {"--least 5.01", 1}, {"--most 5.01", 1},
		{"--least 5 --most 12.50", 2}, {"--last4 1111", 1}, {"--last4 9995 --amount 12.50", 0}, {"--state declined,approved", 2},
		{"--state part-approved", 0}, {"--kind sale", 2}, {"--kind hold", 0}, {"--number " + strings.ToLower(number), 1},
		{"--from 2020-01-01", 2}, {"--to 2020-01-01", 0}, {"--text nobody", 0}, {"--operator nobody", 0},
	} {
		out, _ := s.run(0, append([]string{"history"}, strings.Fields(tt.args)...)...)
		if got := strings.Count(out, "\n"); got != tt.want {
			t.Errorf("%s: got %d lines, want %d\n%s", tt.args, got, tt.want, out)
		}
	}
	for args, want := range map[string]string{
		"--amount 1.234": "1.234", "--amount 1 --least 2": "exact amount", "--state paid": "write one of sending, approved",
		"--kind coins": "sale, hold, cash", "--all --kind cash": "every kind", "--from yesterday": "2026-05-04", "--before NOBODY": "no payment NOBODY",
	} {
		_, errs := s.run(1, append([]string{"history"}, strings.Fields(args)...)...)
		has(t, errs, want)
	}
	s.run(0, "cash", "12.50", "--tendered", "20")
	s.run(0, "void", number, "--reason", "wrong table")
	for args, want := range map[string]int{"": 2, "--all": 4, "--all --amount 12.50": 3, "--kind cash": 1, "--kind cash,void": 2, "--kind stored": 0,
		"--all --text table": 1, "--all --text tab": 1, "--all --text tab --whole": 0, "--all --text table --whole": 1} {
		out, _ := s.run(0, append([]string{"history"}, strings.Fields(args)...)...)
		if got := strings.Count(out, "\n"); got != want {
			t.Errorf("%s: got %d lines, want %d\n%s", args, got, want, out)
		}
	}
	out, _ = s.run(0, "history", "--json", "--kind", "cash")
	has(t, out, `"kind":"CASH"`, `"amount":"12.50"`)
	out, _ = s.run(0, "journal", "rebuild")
	has(t, out, "Made anew")
	out, _ = s.run(0, "journal", "verify")
	has(t, out, "events, sound")
}
