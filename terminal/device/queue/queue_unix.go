//go:build !windows

package queue

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// System is the print queues of CUPS, by its programs lp and lpstat: its
// interface is theirs on each system that has it, and no library of ours.
func System() Queues { return Queues{run: run} }

// patience is how long one of the programs may take.
const patience = 10 * time.Second

func run(ctx context.Context, input []byte, program string, args ...string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", noSystem
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(os.Environ(), "LC_ALL=C") // its words are read
	c.Stdin = bytes.NewReader(input)
	c.WaitDelay = time.Second
	out, err := c.CombinedOutput()
	if ctx.Err() != nil {
		err = stuck
	}
	return string(out), err
}

// Names lists the queues, those that are open for jobs.
func (q Queues) Names() []string {
	out, err := q.run(context.Background(), nil, "lpstat", "-a")
	if err != nil {
		return nil // no queues, or no printing service
	}
	var names []string
	for line := range strings.Lines(out) {
		if name, _, ok := strings.Cut(line, " accepting "); ok && safe(name) && !strings.HasSuffix(name, " not") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Ready implements printer.Queue.
func (q Queues) Ready(ctx context.Context, name string) error {
	if !safe(name) {
		return unknown(name)
	}
	out, err := q.run(ctx, nil, "lpstat", "-p", name, "-a", name)
	switch {
	case errors.As(err, new(Trouble)):
		return err
	case strings.Contains(out, "Unable to connect"), strings.Contains(out, "scheduler is not running"), strings.Contains(out, "Bad file descriptor"):
		return stuck
	case err != nil:
		return unknown(name)
	case strings.Contains(out, " disabled since "), strings.Contains(out, " not accepting "):
		return stopped(name)
	}
	return nil
}

// Print implements printer.Queue. The page is the receipt's own: it is neither
// scaled nor turned.
func (q Queues) Print(ctx context.Context, name string, pdf []byte) error {
	if !safe(name) {
		return unknown(name)
	}
	out, err := q.run(ctx, pdf, "lp", "-d", name, "-t", "Receipt", "-o", "print-scaling=none")
	switch {
	case errors.As(err, new(Trouble)):
		return err
	case err != nil || !strings.Contains(out, "request id is"):
		return refused(name)
	}
	return nil
}
