//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	plain, pipe, long := filepath.Join(dir, "plain"), filepath.Join(dir, "pipe"), filepath.Join(dir, "long")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(long, make([]byte, mostRead+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{plain: "", pipe: "read " + pipe + ": it is no plain file", "/dev/zero": "read /dev/zero: it is no plain file",
		dir: "read " + dir + ": it is no plain file", long: "read " + long + ": it is longer than 4194304 bytes"} {
		got := ""
		if _, err := readFile(path); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
