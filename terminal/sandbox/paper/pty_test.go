//go:build unix

package paper_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"paydesk/terminal/sandbox/paper"
)

func TestSerialPrinterOnATerminal(t *testing.T) {
	p := start(t, paper.Options{})
	link := filepath.Join(t.TempDir(), "printer")
	ctx, cancel := context.WithCancel(t.Context())
	names, ended := make(chan string), make(chan error, 1)
	go func() { ended <- p.ServeTerminal(ctx, link, func(name string) { names <- name }) }()
	open := func() *os.File {
		t.Helper()
		name := <-names
		if to, err := os.Readlink(link); err != nil || to != name {
			t.Errorf("the link is to %q, %v; want %q", to, err, name)
		}
		f, err := os.OpenFile(link, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	ask := func(f *os.File, data string, want byte) {
		t.Helper()
		got := make([]byte, 1)
		if _, err := io.WriteString(f, data); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(f, got); err != nil || got[0] != want {
			t.Fatalf("got %X, %v; want %X", got, err, want)
		}
	}
	f := open()
	ask(f, "\x1b@a\x03\x04\x11\x13\n\x1dr\x01", 0x00) // a line that changes or swallows no byte
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := os.OpenFile(link, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	ask(again, "\x10\x04\x01", 0x12) // closing did not hang up
	if got := len(p.Received()); got != 14 {
		t.Errorf("got %d bytes, want all 14", got)
	}
	do(t, p, "unplug")
	if _, err := again.Read(make([]byte, 1)); err == nil {
		t.Error("an unplugged line is still there")
	}
	_ = again.Close() // it is gone
	do(t, p, "plug")
	f = open()
	ask(f, "\x10\x04\x01", 0x12)
	_ = f.Close() // it was only asked
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(link); !os.IsNotExist(err) {
		t.Errorf("the link is still there: %v", err)
	}
}

func TestALinkNeverReplacesAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "letter")
	if err := os.WriteFile(name, []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, paper.Options{})
	if err := p.ServeTerminal(t.Context(), name, func(string) {}); err == nil {
		t.Error("a file was replaced by a link")
	}
}
