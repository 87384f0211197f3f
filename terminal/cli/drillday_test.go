package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/terminal/drill"
	"paydesk/terminal/drill/day"
)

// TestDrillDayFails: where the bank tells one transaction less, one more and one with
// another amount, the drill fails, names the three, and exits with 1; its sheet is
// signed, and cannot be made a better one.
func TestDrillDayFails(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	s := newShell(t)
	pdf := filepath.Join(t.TempDir(), "sheet.pdf")
	out, _ := s.run(1, "drill", "day", "--seed", "11", "--spoil", "rows 3 5 8", "--pdf", pdf, "--json", "--dir", t.TempDir())
	var sheet day.Sheet
	if err := json.Unmarshal([]byte(out), &sheet); err != nil || sheet.Passed {
		t.Fatalf("passed %t, %v", sheet.Passed, err)
	}
	i := slices.IndexFunc(sheet.Checks, func(c day.Check) bool { return strings.HasPrefix(c.Says, "Terminal, bank and closing agree") })
	if i < 0 || sheet.Checks[i].Result != receipts.DrillFail || strings.Count(sheet.Checks[i].Detail, ";") < 3 {
		t.Errorf("the three are not named: %+v", sheet.Checks)
	}
	if data, err := os.ReadFile(pdf); err != nil || !strings.HasPrefix(string(data), "%PDF") {
		t.Error("no PDF", err)
	}
	file := filepath.Join(t.TempDir(), "sheet.json")
	for text, code := range map[string]int{out: 0, strings.Replace(out, `"passed":false`, `"passed":true`, 1): 1, "{}": 1, "x": 1} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.run(code, "drill", "check", file)
	}
}

// TestDrillDays says the same in words and in JSON.
func TestDrillDays(t *testing.T) {
	s := newShell(t)
	words, _ := s.run(0, "drill", "days", "--seed", "2", "--days", "3", "--jobs", "2")
	out, _ := s.run(0, "drill", "days", "--seed", "2", "--days", "3", "--jobs", "1", "--json")
	var d drill.Days
	if err := json.Unmarshal([]byte(out), &d); err != nil || d.Days != 3 || d.Movements == 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	has(t, words, "3 days of seed 2", "0 days on which anything is not explained", "log hash "+d.Hash)
	_, errs := s.run(1, "drill", "days", "--days", "0")
	has(t, errs, "--days")
}
