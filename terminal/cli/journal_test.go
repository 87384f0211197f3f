package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/settings"
)

// verified is what journal verify --json says.
type verified struct {
	Events   int64    `json:"events"`
	Head     string   `json:"head"`
	Seals    int      `json:"seals"`
	Keys     []string `json:"keys"`
	Nonces   []string `json:"nonces"`
	Mode     string   `json:"mode"`
	Restored bool     `json:"restored"`
	Sealed   struct {
		Event int64  `json:"event"`
		Head  string `json:"head"`
	} `json:"sealed"`
	Found *struct {
		Event int64 `json:"event"`
	} `json:"found"`
}

func (s *shell) verified(args ...string) (v verified) {
	s.t.Helper()
	out, _ := s.run(0, append([]string{"journal", "verify", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		s.t.Fatalf("%v in %s", err, out)
	}
	return v
}

func (s *shell) journalFile() string { return filepath.Join(s.dir, "training", "journal.db") }

// The life of a journal: sealed, exported, backed up, restored, damaged,
// salvaged.
func TestJournalCommands(t *testing.T) {
	s := newShell(t)
	s.run(0, append([]string{"sale", "5"}, good...)...)
	out, _ := s.run(0, "journal", "verify")
	has(t, out, "sound", "Not sealed yet")
	s.run(0, "batch", "close")
	v := s.verified()
	if v.Seals != 1 || len(v.Keys) != 1 || len(v.Nonces) != 1 || v.Mode != "training" || v.Restored {
		t.Errorf("got %+v", v)
	}
	out, _ = s.run(0, "journal", "verify", "--head", v.Sealed.Head[:16]+" "+strings.ToUpper(v.Sealed.Head[16:24]))
	has(t, out, "The printed head is that of event")
	if f := s.verified("--head", v.Sealed.Head); f.Found == nil || f.Found.Event != v.Sealed.Event {
		t.Errorf("found %+v, want %d", f.Found, v.Sealed.Event)
	}
	_, errs := s.run(1, "journal", "verify", "--head", strings.Repeat("ab", 32))
	has(t, errs, "No event of this journal has the head")
	_, errs = s.run(1, "journal", "verify", "--head", "12")
	has(t, errs, "at least 16 digits")

	folder := t.TempDir()
	file := filepath.Join(folder, "events.jsonl")
	out, _ = s.run(0, "journal", "export", "--out", file)
	has(t, out, v.Head, "withheld")
	_, errs = s.run(1, "journal", "export", "--out", file)
	has(t, errs, "is there already")
	screen, _ := s.run(0, "journal", "export")
	if data, err := os.ReadFile(file); err != nil || string(data) != screen {
		t.Errorf("screen and file differ: %v", err)
	}
	if strings.Contains(screen, "argon2") {
		t.Error("the hash of a PIN was exported")
	}
	out, _ = s.run(0, "journal", "verify", "--export", file)
	has(t, out, "sound", v.Head)
	_, errs = s.run(1, "journal", "verify", "--export", s.journalFile())
	has(t, errs, "not an export")
	_, errs = s.run(1, "journal", "verify", "--export", file, "--head", v.Head)
	has(t, errs, "leave --export or --head away")

	var saved struct{ File, Head string }
	out, _ = s.run(0, "journal", "backup", folder, "--json")
	if err := json.Unmarshal([]byte(out), &saved); err != nil || saved.Head != v.Head {
		t.Fatalf("%s: %v", out, err)
	}
	_, errs = s.run(1, "journal", "backup", filepath.Join(folder, "nowhere"))
	has(t, errs, "is not there")

	out, _ = s.run(0, "journal", "restore", saved.File)
	has(t, out, "are in place again", "was there before is in", "asks the host")
	if r := s.verified(); !r.Restored || len(r.Nonces) != 2 || r.Events != v.Events+1 {
		t.Errorf("restored: %+v", r)
	}
	_, errs = s.run(1, "--live", "journal", "restore", saved.File)
	has(t, errs, "the journal of a training terminal, and here is a live terminal")
	_, errs = s.run(1, "journal", "salvage")
	has(t, errs, "nothing to salvage")

	data, err := os.ReadFile(s.journalFile())
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(data, []byte("journal.sealed"))
	data[at] ^= 1
	if err := os.WriteFile(s.journalFile(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"journal", "verify"}, {"journal", "export"}, append([]string{"sale", "5"}, good...)} {
		_, errs = s.run(1, args...)
		has(t, errs, "paydesk journal salvage")
	}
	_, errs = s.run(1, "journal", "backup", folder)
	has(t, errs, "does not hold")
	out, _ = s.run(0, "journal", "salvage")
	has(t, out, "are in place again", "are lost", "can still be read and are in")
	if r := s.verified(); !r.Restored || len(r.Nonces) != 3 {
		t.Errorf("salvaged: %+v", r)
	}
}

// What only reads works beside an open window; what replaces says why not.
func TestJournalCommandsBesideAnOpenTerminal(t *testing.T) {
	s := newShell(t)
	s.dir = t.TempDir() // where nothing is yet
	folder := t.TempDir()
	_, errs := s.run(1, "journal", "verify")
	has(t, errs, "There is no journal")
	_, errs = s.run(1, "journal", "backup", folder)
	has(t, errs, "There is no journal")
	_, errs = s.run(1, "journal", "salvage")
	has(t, errs, "There is no journal")
	window, err := terminal.Open(context.Background(), terminal.Options{Dir: s.dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer window.Close()
	s.run(0, "journal", "verify")
	s.run(0, "journal", "export")
	out, _ := s.run(0, "journal", "backup", folder)
	has(t, out, "paydesk-training-", "checked")
	file, _, _ := strings.Cut(out, ": ")
	for _, args := range [][]string{{"journal", "restore", file}, {"journal", "salvage"}} {
		_, errs := s.run(1, args...)
		has(t, errs, "Paydesk is already running with this journal")
	}
}
