package cli_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paydesk/terminal/cli"
)

// aDay is a shell behind three sales, of which one was voided.
func aDay(t *testing.T) *shell {
	s := newShell(t)
	s.run(0, "settings", "set", "day.drawer", "none")
	s.run(0, append([]string{"sale", "5"}, good...)...)
	s.run(0, append([]string{"sale", "7.50"}, good...)...)
	out, _ := s.run(0, append([]string{"sale", "2"}, good...)...)
	s.run(0, "void", saleNumber.FindString(out))
	return s
}

var reportCode = regexp.MustCompile(`\bPDH[A-Z]+`)

// An X report has the figures of the journal, says the same twice, and closes
// nothing.
func TestXReport(t *testing.T) {
	s := aDay(t)
	first, _ := s.run(0, "report", "x")
	has(t, first, "X REPORT", "Nothing is closed by", "$12.50", "$14.50", "-$2.00", "Visa", "By hour", "TRAINING")
	if strings.Contains(first, "PDH") {
		t.Errorf("an X report is signed:\n%s", first)
	}
	again, _ := s.run(0, "report", "x", "--json")
	var x struct {
		Report  string
		Figures []struct{ Net string }
	}
	if err := json.Unmarshal([]byte(again), &x); err != nil || x.Report != "X" || len(x.Figures) != 1 || x.Figures[0].Net != "12.50" {
		t.Errorf("got %+v of %s, %v", x, again, err)
	}
	s.run(0, "batch", "close")
	out, _ := s.run(0, "report", "x")
	has(t, out, "$12.50", "At the terminal")
	_, told := s.run(1, "report", "x", "--print")
	has(t, told, "printer")
	_, told = s.run(1, "report", "x", "--json", "--csv")
	has(t, told, "json", "csv")
}

// A Z report is numbered, begins the figures anew, and is the same ever after in
// every form.
func TestZReport(t *testing.T) {
	s := aDay(t)
	_, told := s.run(0, "report", "list")
	has(t, told, "No Z report")
	out, told := s.run(0, "report", "z")
	has(t, out, "Z REPORT", "Z 0001", "$12.50", "Signature", "PDF: ")
	has(t, told, "Z 0001 is written.")
	out, _ = s.run(0, "report", "x")
	if strings.Contains(out, "$12.50") {
		t.Errorf("what is in the Z report counts again:\n%s", out)
	}
	s.run(0, append([]string{"sale", "3"}, good...)...)
	out, _ = s.run(0, "report", "z", "--csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) < 10 || rows[1][0] != "Z-000002" {
		t.Errorf("%v\n%s", err, out)
	}
	out, _ = s.run(0, "report", "list")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 2 || !strings.Contains(lines[0], "USD 12.50 (3 sales)") || !strings.HasPrefix(lines[1], "Z 0002") {
		t.Errorf("got\n%s", out)
	}
	one, _ := s.run(0, "report", "show", "1", "--json")
	lines, _ := s.run(0, "report", "list", "--json")
	var shown, listed bytes.Buffer
	first, _, _ := strings.Cut(lines, "\n")
	if err := json.Compact(&shown, []byte(one)); err != nil || json.Compact(&listed, []byte(first)) != nil || shown.String() != listed.String() {
		t.Errorf("shown %s, listed %s, %v", one, first, err)
	}
	path := filepath.Join(t.TempDir(), "z.pdf")
	s.run(0, "report", "show", "Z-000001", "--pdf", path)
	if data, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("%v", err)
	}
	_, told = s.run(1, "report", "show", "3")
	has(t, told, "no Z report 3")
	_, told = s.run(1, "report", "show", "one")
	has(t, told, "report list")
}

// The code at the foot of a Z report is checked by who printed it, by any computer
// with the key, and by no other.
func TestReportCheck(t *testing.T) {
	s := aDay(t)
	out, _ := s.run(0, "report", "z")
	code := reportCode.FindString(out)
	s.run(0, append([]string{"sale", "4"}, good...)...)
	s.run(0, "report", "z")
	out, _ = s.run(0, "report", "check", code)
	has(t, out, "GENUINE", "Z 0001", "USD 12.50", "has this place still")
	out, _ = s.run(0, "report", "check", strings.ToLower(code), "--json")
	var check struct {
		Result, Key string
		Number      int
	}
	if err := json.Unmarshal([]byte(out), &check); err != nil || check.Result != "genuine" || check.Number != 1 || len(check.Key) != 64 {
		t.Errorf("%s, %v", out, err)
	}
	other := newShell(t)
	other.run(0, "report", "check", code, "--key", check.Key)
	other.run(0, "settings", "set", "day.drawer", "none")
	other.run(0, append([]string{"sale", "1"}, good...)...)
	out, _ = other.run(cli.ExitDeclined, "report", "check", code)
	has(t, out, "NOT GENUINE", "not made by this terminal")
	changed := []byte(code)
	changed[20] = map[bool]byte{true: 'C', false: 'B'}[changed[20] == 'B']
	out, _ = s.run(cli.ExitDeclined, "report", "check", string(changed))
	has(t, out, "NOT GENUINE", "was changed")
	_, told := s.run(cli.ExitError, "report", "check", code[:50])
	has(t, told, "not the code of a report")
}

// A Z report needs somebody who may close the batch, and is on its paper who that
// was.
func TestZReportIsApproved(t *testing.T) {
	s := aDay(t)
	s.answers("2580", "2580").run(0, "operator", "add", "Cas", "--role", "cashier")
	t.Setenv("PAYDESK_PIN", "2580")
	t.Setenv("PAYDESK_APPROVER_PIN", "1234")
	s.as = "cas"
	_, told := s.run(cli.ExitApproval, "report", "z")
	has(t, told, "--approved-by")
	if out, _ := s.run(0, "report", "list"); out != "" {
		t.Errorf("written without an approval:\n%s", out)
	}
	out, _ := s.run(0, "report", "z", "--approved-by", "trainee")
	has(t, out, "Z 0001", "Approved by", "Trainee", "Cas")
}

// A report that is stopped is not written, and the number is given later.
func TestZReportIsStopped(t *testing.T) {
	s := aDay(t)
	ctx, stop := context.WithCancel(context.Background())
	var stdout bytes.Buffer
	told := &stopper{stop: stop}
	env := cli.Env{In: strings.NewReader(""), Out: &stdout, Err: told, Version: "1.2.3"}
	code := cli.Run(ctx, env, []string{"--data", s.dir, "--operator", "", "report", "z"})
	if code != cli.ExitError || stdout.Len() > 0 || !strings.Contains(told.String(), "no Z report was written") {
		t.Errorf("exit code %d\n%s%s", code, &stdout, told)
	}
	out, _ := s.run(0, "report", "z")
	has(t, out, "Z 0001")
}

// stopper cancels at the first word about progress.
type stopper struct {
	bytes.Buffer
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("events")) {
		s.stop()
	}
	return s.Buffer.Write(p)
}
