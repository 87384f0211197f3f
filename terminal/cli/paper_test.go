package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every paper can be looked at before the shop opens, and none passes for a
// receipt.
func TestSamples(t *testing.T) {
	s := newShell(t)
	folder := filepath.Join(t.TempDir(), "papers", "de")
	out, _ := s.run(0, "receipt", "samples", folder, "--text", "--printer", "--language", "de", "--paper", "a4")
	has(t, out, folder)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 120 || len(files)%3 != 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(path) {
		case ".pdf":
			if !bytes.HasPrefix(data, []byte("%PDF-")) {
				t.Errorf("%s is no PDF", path)
			}
		case ".txt":
			test := strings.HasSuffix(path, "selftest.txt")
			if n := strings.Count(string(data), "MUSTER - KEINE QUITTUNG"); n != 2 && !test || !strings.Contains(string(data), "Corner Shop") {
				t.Errorf("%s:\n%s", path, data)
			}
		}
	}
	_, told := s.run(1, "receipt", "samples", folder, "--paper", "a5")
	has(t, told, "no such paper")
	_, told = s.run(1, "receipt", "samples", folder, "--language", "xx")
	has(t, told, "no such language")
	_, told = s.run(1, "receipt", "samples", files[0])
	has(t, told, "Choose another folder")
}
