package cli_test

import (
	"encoding/json"
	"testing"

	"paydesk/terminal/drill"
)

// TestDrill: the simulation needs no data folder, says the same in words and
// in JSON, and tells one history line by line.
func TestDrill(t *testing.T) {
	s := newShell(t)
	words, _ := s.run(0, "drill", "simulate", "--seed", "7", "--histories", "12", "--jobs", "2")
	out, _ := s.run(0, "drill", "simulate", "--seed", "7", "--histories", "12", "--jobs", "1", "--json")
	var r drill.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Histories != 12 || r.Seed != 7 || r.Fired == 0 || r.Stored.Stored == 0 || len(r.Violations) > 0 {
		t.Errorf("%+v", r)
	}
	has(t, words, "12 histories of seed 7", "0 violations", r.Stored.String(), "log hash "+r.Hash)
	story, _ := s.run(0, "drill", "simulate", "--seed", "7", "--first", "3", "--histories", "1", "--story")
	has(t, story, "> charge", "journal: attempt.sending")
	for _, wrong := range [][]string{{"--histories", "0"}, {"--jobs", "0"}, {"--first", "-1"}, {"--story"}} {
		_, errs := s.run(1, append([]string{"drill", "simulate"}, wrong...)...)
		has(t, errs, "--")
	}
}
