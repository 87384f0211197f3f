package gateway

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"paydesk/terminal/clock"
)

var update = flag.Bool("update", false, "rewrite the tables of README.md")

// TestReadmeShowsTheTables keeps the tables of README.md equal to those of the
// source, between their two marks.
func TestReadmeShowsTheTables(t *testing.T) {
	for name, want := range map[string]string{"faults": FaultTable(), "calls": callTable()} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		data, err := os.ReadFile("README.md")
		if err != nil {
			t.Fatal(err)
		}
		head, rest, ok1 := strings.Cut(string(data), begin)
		got, tail, ok2 := strings.Cut(rest, end)
		if !ok1 || !ok2 {
			t.Fatalf("README.md lacks the marks of the table %s", name)
		}
		if *update {
			if err := os.WriteFile("README.md", []byte(head+begin+want+end+tail), 0o600); err != nil {
				t.Fatal(err)
			}
		} else if got != want {
			t.Errorf("run go test -update: README.md has\n%s\nwant\n%s", got, want)
		}
	}
}

// callTable is every call that a rule of a fault plan can name.
func callTable() string {
	var b strings.Builder
	b.WriteString("| Call |\n| --- |\n")
	for _, list := range [][]route{routes, extras} {
		for _, rt := range list {
			b.WriteString("| `" + rt.method + " " + rt.path + "` |\n")
		}
	}
	return b.String()
}

// TestReadmeSession runs the shell blocks of README.md as they are written, but
// for the host's address, in one shell, and compares what each command says
// with the comment below it, where … stands for anything.
func TestReadmeSession(t *testing.T) {
	for _, tool := range []string{"sh", "curl", "sed", "grep"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const mark = "=== end of a command ==="
	var commands, wants []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		for command := range strings.SplitSeq(block[1], "\n\n") {
			want := ""
			for line := range strings.Lines(command) {
				if said, ok := strings.CutPrefix(line, "#"); ok {
					want += strings.TrimSpace(said)
				}
			}
			commands, wants = append(commands, command+"\nprintf '%s' '"+mark+"'\n"), append(wants, want)
		}
	}
	b := newBench(t, func(c *Config) { c.Clock = clock.Real{} })
	script := strings.ReplaceAll(strings.Join(commands, ""), "http://127.0.0.1:8787", b.url)
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	gots := strings.Split(string(out), mark)
	if len(wants) < 10 || len(gots) != len(wants)+1 {
		t.Fatalf("%d commands gave %d answers: %s", len(wants), len(gots), out)
	}
	for i, want := range wants {
		form := "^" + strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*") + "$"
		if got := strings.TrimSpace(gots[i]); !regexp.MustCompile(form).MatchString(got) {
			t.Errorf("%s\ngot  %s\nwant %s", commands[i], got, want)
		}
	}
}
