package terminal_test

import (
	"bytes"
	"io"
	"log"
	"strings"
	"testing"

	"paydesk/terminal"
)

func TestStandardLogIsRedacted(t *testing.T) {
	before := log.Writer()
	t.Cleanup(func() { log.SetOutput(before) })
	var out bytes.Buffer
	terminal.GuardLog(&out)
	if _, err := io.WriteString(log.Writer(), "a library says 4111 1111 1111 1111\n"); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "a library says ") || strings.Contains(got, "4111 1111 1111 1111") {
		t.Errorf("logged %q", got)
	}
}
