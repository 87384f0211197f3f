package sandbox

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// childLedger names the environment variable that makes this test binary a
// host in a process of its own.
const childLedger = "SANDBOX_CHILD_LEDGER"

// serve is what the test binary does as the child.
func serve(path string) {
	h, err := Open(Options{Path: path})
	if err == nil {
		var s *Server
		if s, err = h.Listen("127.0.0.1:0"); err == nil {
			_, _ = os.Stdout.WriteString(s.URL() + "\n")
			_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the parent kills it
		}
	}
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
	}
}

// TestKilledHostKeepsItsSales kills a host without warning, right after a sale
// whose answer never comes, and reads its ledger from outside; then a new host
// goes on with the file, and the old token and number are still known.
func TestKilledHostKeepsItsSales(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b#c%20.db")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childLedger+"="+path)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, url: strings.TrimSpace(address)}
	b.token = b.login(DefaultUsername, DefaultPassword)
	_, _, lost := b.do("POST", "sales", saleBody(cardFor(AnswerLost), "5", "a"))
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed: its status is of no interest
	if lost == nil {
		t.Error("the lost answer came")
	}
	ledger, err := OpenLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ledger.Transactions(context.Background())
	if err != nil || len(rows) != 1 || rows[0].Amount.Minor != 500 || rows[0].SequenceNumber != "a" {
		t.Errorf("ledger after the kill: got %v, %v; want the one sale", rows, err)
	}
	if err := ledger.Close(); err != nil {
		t.Error(err)
	}
	host, err := Open(Options{Path: path, HangFor: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	server, err := host.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.url = server.URL()
	b.want(422, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	b.want(200, "POST", "timeoutreversal", reversalBody("a"))
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", dir, text, filepath.Join(text, "below")} {
		if h, err := Open(Options{Path: path}); err == nil {
			t.Errorf("%q was opened", path)
			h.Close()
		}
	}
	if _, err := OpenLedger(filepath.Join(dir, "none")); err == nil {
		t.Error("a ledger that is not there was opened")
	}
	h, err := Open(Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}
