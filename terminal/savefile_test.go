package terminal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
)

// Reports and statements lie whole in the folder of the receipts, and never take
// the place of what is there.
func TestSaveFiles(t *testing.T) {
	term, z := soldDay(t, t.TempDir())
	folder := t.TempDir()
	if err := term.Set(background, "receipts.pdf_folder", folder); err != nil {
		t.Fatal(err)
	}
	statement := terminal.StatementRequest{From: z.Day, To: z.Day, By: terminal.ByDay, Format: "csv"}
	saved := map[string][]byte{}
	for _, save := range []func() (string, error){
		func() (string, error) { return term.SaveZ(background, 1, "pdf") }, func() (string, error) { return term.SaveZ(background, 1, "pdf") },
		func() (string, error) { return term.SaveZ(background, 1, "json") }, func() (string, error) { return term.SaveZ(background, 1, "csv") },
		func() (string, error) { return term.SaveStatement(background, statement) },
	} {
		path, err := save()
		if err != nil || filepath.Dir(path) != folder {
			t.Fatalf("%s: %v", path, err)
		}
		if saved[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	for name, begins := range map[string]string{"TRAINING-Z-000001.pdf": "%PDF", "TRAINING-Z-000001-2.pdf": "%PDF", "TRAINING-Z-000001.json": "{", "TRAINING-Z-000001.csv": "",
		"TRAINING-statement-" + string(z.Day) + ".csv": ""} {
		if data := saved[name]; len(data) == 0 || !bytes.HasPrefix(data, []byte(begins)) {
			t.Errorf("%s is not there: %d bytes", name, len(data))
		}
	}
	if !json.Valid(saved["TRAINING-Z-000001.json"]) {
		t.Error("the JSON is none")
	}
	if half, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(half) > 0 {
		t.Errorf("half files stay: %v", half)
	}
	if _, err := term.SaveZ(background, 2, "pdf"); err == nil {
		t.Error("a report that is not there was saved")
	}
	if _, err := term.SaveZ(background, 1, "txt"); err == nil {
		t.Error("an odd format was saved")
	}
	if err := term.Set(background, "receipts.pdf_folder", filepath.Join(folder, "TRAINING-Z-000001.pdf")); err != nil {
		t.Fatal(err)
	}
	if _, err := term.SaveZ(background, 1, "pdf"); err == nil || !strings.Contains(err.Error(), "Choose another folder") {
		t.Errorf("where no folder is: %v", err)
	}
}
