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

// writeZ ends the day of a training terminal.
func (s *shell) writeZ() {
	s.t.Helper()
	ctx := context.Background()
	ask := func(string) ([]byte, error) { return []byte(os.Getenv("PAYDESK_PASSPHRASE")), nil }
	term, err := terminal.Open(ctx, terminal.Options{Dir: s.dir, Mode: settings.Training, Ask: ask, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = term.Close() }()
	all, err := term.Operators(ctx)
	if err == nil {
		err = term.SignIn(ctx, all[0].ID, []byte(terminal.TrainingPIN))
	}
	if err == nil {
		_, err = term.WriteZ(ctx, nil)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// exported is what scripts read of an export.
type exported struct {
	ID    string   `json:"id"`
	Done  bool     `json:"done"`
	Files []string `json:"files"`
	Posts []struct {
		Reference, State, Amount string
	} `json:"postings"`
}

func readExports(t *testing.T, text string) (list []exported) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) != 1 {
		t.Fatalf("%v\n%s", err, text)
	}
	return list
}

// A day is read as often as somebody likes, and goes into the books once.
func TestExport(t *testing.T) {
	s := newShell(t)
	s.run(cli.ExitOK, "settings", "set", "day.drawer", "none")
	s.run(cli.ExitOK, "cash", "12.50")
	if out, _ := s.run(cli.ExitOK, "export", "csv"); strings.Count(out, "\n") != 2 {
		t.Errorf("csv:\n%s", out)
	}
	out, _ := s.run(cli.ExitOK, "export", "json")
	has(t, out, `"amount":"12.50"`, `"tender":"CASH"`)
	file := filepath.Join(t.TempDir(), "day.csv")
	s.run(cli.ExitOK, "export", "statement", "--by", "month", "--out", file)
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "12.50") {
		t.Errorf("statement: %v\n%s", err, data)
	}
	for _, days := range [][]string{{"--from", "2026-02-31"}, {"--from", "2026-12-01", "--to", "2026-11-01"}, {"--to", "tomorrow"}} {
		for _, what := range []string{"csv", "json", "statement", "list", "bank-csv", "xero-csv", "xero"} {
			_, errs := s.run(cli.ExitError, append([]string{"export", what}, days...)...)
			has(t, errs, "not the first and the last day of a period")
		}
		_, errs := s.run(cli.ExitError, append([]string{"report", "list"}, days...)...)
		has(t, errs, "not the first and the last day of a period")
		s.run(cli.ExitError, append([]string{"export", "csv", "--out", file}, days...)...)
		if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "12.50") {
			t.Errorf("what was in the file is gone: %v\n%s", err, data)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
	_, errs := s.run(cli.ExitError, "export", "xero")
	has(t, errs, "no Z report")

	s.writeZ()
	s.run(cli.ExitOK, "export", "check")
	out, _ = s.run(cli.ExitOK, "export", "xero", "--preview", "--json")
	if e := readExports(t, out)[0]; e.Done || len(e.Posts) != 1 || e.Posts[0].State != "BUILT" {
		t.Errorf("preview: %s", out)
	}
	for range 2 {
		out, _ = s.run(cli.ExitOK, "export", "xero", "--json")
		if e := readExports(t, out)[0]; !e.Done || e.Posts[0].State != "POSTED" || e.Posts[0].Amount != "12.50" {
			t.Errorf("xero: %s", out)
		}
	}
	folder := t.TempDir()
	out, _ = s.run(cli.ExitOK, "export", "bank-csv", "--out", folder, "--json")
	if e := readExports(t, out)[0]; !e.Done || len(e.Files) != 1 {
		t.Errorf("bank-csv: %s", out)
	}
	_, errs = s.run(cli.ExitError, "export", "bank-csv", "--out", folder)
	has(t, errs, "written before")
	out, _ = s.run(cli.ExitOK, "export", "bank-csv", "--out", folder, "--again")
	has(t, out, "COPY")
	out, _ = s.run(cli.ExitOK, "export", "list")
	has(t, out, "xero", "bank-csv", "POSTED", "12.50")

	s.run(cli.ExitOK, "settings", "set", "xero.cash", "0999")
	s.run(cli.ExitError, "export", "check")
	s.answers("another secret").run(cli.ExitOK, "export", "secret")
	if _, errs = s.run(cli.ExitError, "export", "check"); strings.Contains(errs, "another secret") {
		t.Errorf("the secret is told: %s", errs)
	}
	s.run(cli.ExitOK, "export", "secret", "--remove")
	s.run(cli.ExitOK, "cash", "1")
	s.writeZ()
	out, _ = s.run(cli.ExitError, "export", "xero")
	has(t, out, "REJECTED", "0999")
}
