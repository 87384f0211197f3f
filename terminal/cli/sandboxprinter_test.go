package cli_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/cli"
)

func TestVirtualPrinterPrints(t *testing.T) {
	s := newShell(t)
	pictures := filepath.Join(t.TempDir(), "slips")
	typed, keyboard := io.Pipe()
	shown, out := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, cli.Env{In: typed, Out: out, Err: out}, []string{"--data", s.dir, "sandbox", "printer", "--tcp", "127.0.0.1:0",
			"--model", "epson-58", "--pictures", pictures, "--web", "127.0.0.1:0", "--fault", "paper-out@2l"})
		_ = out.Close() // for the reader below
	}()
	lines := bufio.NewScanner(shown)
	find := func(part string) string {
		t.Helper()
		for lines.Scan() {
			if _, rest, ok := strings.Cut(lines.Text(), part); ok {
				return rest
			}
		}
		t.Fatalf("nothing says %q", part)
		return ""
	}
	page := find("The paper is on ")
	address := find("set printer.target to tcp:")
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "\x1b@one\n\x1dV\x00two\nthree\n\x1bX\x1dV\x00"); err != nil {
		t.Fatal(err)
	}
	find("--- slip 1, whole")
	find(" |one")
	if _, err := io.WriteString(keyboard, "fire\npaper in\nstatus\n"); err != nil {
		t.Fatal(err)
	}
	find(`Nothing called "fire" happens to a printer`)
	find("--- slip 2, something is missing")
	find("MISTAKE at byte 21: unknown command 1B 58")
	r, err := http.Get(page)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("got %v, %v; want the page", r, err)
	} else if err := r.Body.Close(); err != nil {
		t.Error(err)
	}
	go func() { _, _ = io.Copy(io.Discard, shown) }() // what comes until the end
	cancel()
	if code := <-ended; code != cli.ExitOK {
		t.Errorf("got exit code %d", code)
	}
	for _, name := range []string{"slip-0001.png", "slip-0002.png", "slip-0003.png"} {
		if _, err := os.Stat(filepath.Join(pictures, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestVirtualPrinterRefuses(t *testing.T) {
	for _, tt := range []struct{ flags, want string }{
		{"--width 70", "--width takes 58 or 80"},
		{"--model none", "there is no printer model"},
		{"--flow rts", "--flow takes"},
		{"--fault fire@3", "nothing called"},
		{"--web 0.0.0.0:0", "this computer alone"},
	} {
		_, errs := newShell(t).run(cli.ExitError, append([]string{"sandbox", "printer", "--tcp", "127.0.0.1:0"}, strings.Fields(tt.flags)...)...)
		if !strings.Contains(strings.ToLower(errs), strings.ToLower(tt.want)) {
			t.Errorf("%s: got %q, want %q", tt.flags, errs, tt.want)
		}
	}
}
