//go:build !windows

package queue

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// cups plays the two programs: what they say by their first words, and what lp
// was given.
type cups struct {
	says map[string]string
	fail map[string]error
	args []string
	pdf  []byte
}

func (c *cups) run(_ context.Context, input []byte, program string, args ...string) (string, error) {
	key := strings.Join(append([]string{program}, args[:1]...), " ")
	if program == "lp" {
		c.args, c.pdf = args, input
	}
	return c.says[key], c.fail[key]
}

const idle = "printer Office is idle.  enabled since Sat 02 May 2026 12:00:00\nOffice accepting requests since Sat 02 May 2026 12:00:00\n"

func TestReady(t *testing.T) {
	failed := errors.New("exit status 1")
	tests := []struct {
		name, queue, says string
		fail              error
		want              string
	}{
		{"idle", "Office", idle, nil, ""},
		{"stopped", "Office", "printer Office disabled since Sat 02 May 2026 12:00:00 -\n\tPaused\nOffice accepting requests since x\n", nil, "is stopped"},
		{"refusing", "Office", "printer Office is idle.  enabled since x\nOffice not accepting requests since x -\n", nil, "is stopped"},
		{"not there", "Cellar", `lpstat: Invalid destination name in list "Cellar".`, failed, "Cellar is not there"},
		{"service down", "Office", "lpstat: Unable to connect to server", failed, "does not answer"},
		{"no service", "Office", "", noSystem, "Install its printing service"},
		{"an option", "-h", idle, nil, "is not there"},
		{"a list", "a,b", idle, nil, "is not there"},
	}
	for _, tt := range tests {
		c := &cups{says: map[string]string{"lpstat -p": tt.says}, fail: map[string]error{"lpstat -p": tt.fail}}
		err := Queues{run: c.run}.Ready(t.Context(), tt.queue)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestPrint(t *testing.T) {
	c := &cups{says: map[string]string{"lp -d": "request id is Office-12 (1 file(s))\n"}}
	q := Queues{run: c.run}
	if err := q.Print(t.Context(), "Office", []byte("%PDF-")); err != nil || string(c.pdf) != "%PDF-" || !slices.Contains(c.args, "Office") {
		t.Errorf("got %v, handed over %q with %v", err, c.pdf, c.args)
	}
	c.says["lp -d"] = "lp: Error - The printer or class does not exist."
	if err := q.Print(t.Context(), "Office", nil); err == nil || !strings.Contains(err.Error(), "did not take") {
		t.Errorf("got %v", err)
	}
	if err := q.Print(t.Context(), "-P", nil); err == nil {
		t.Error("an option is a queue")
	}
}

func TestNames(t *testing.T) {
	c := &cups{says: map[string]string{"lpstat -a": "Office accepting requests since x\nBar accepting requests since x\nCellar not accepting requests since x -\n"}}
	if got := (Queues{run: c.run}).Names(); !slices.Equal(got, []string{"Bar", "Office"}) {
		t.Errorf("got %v", got)
	}
	c.fail = map[string]error{"lpstat -a": errors.New("exit status 1")}
	if got := (Queues{run: c.run}).Names(); got != nil {
		t.Errorf("without a service: %v", got)
	}
}
