package sandbox

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the card table of README.md")

// TestReadmeShowsTheCards keeps the table of README.md equal to Cards, between
// its two marks.
func TestReadmeShowsTheCards(t *testing.T) {
	const begin, end = "<!-- cards -->\n", "<!-- /cards -->"
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(data), begin)
	got, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatal("README.md lacks the marks of the card table")
	}
	want := CardTable()
	if *update {
		if err := os.WriteFile("README.md", []byte(head+begin+want+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if got != want {
		t.Errorf("run go test -update: README.md has\n%s\nwant\n%s", got, want)
	}
}
