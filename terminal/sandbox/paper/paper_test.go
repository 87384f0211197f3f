package paper_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/receipts/escpos"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/sandbox/paper"
)

var pictures = flag.String("pictures", "", "folder to write the drawn slips to, for people to look at")

func fonts(t testing.TB) paper.Fonts {
	t.Helper()
	return paper.Fonts{Regular: asset(t, "NotoSansMono-Regular.ttf"), Bold: asset(t, "NotoSansMono-Bold.ttf")}
}

func asset(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "assets", "fonts", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func named(t testing.TB, name string) paper.Model {
	t.Helper()
	m, err := paper.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scan reads the codes of a picture with another company's reader.
func scan(t *testing.T, s paper.Slip) []string {
	t.Helper()
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed: install zbar-tools to read codes")
	}
	var picture bytes.Buffer
	if err := s.PNG(&picture); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "slip.png")
	if err := os.WriteFile(name, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(zbar, "-q", name).Output()
	if err != nil {
		t.Fatalf("no code is read: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// TestDocumentsOnPaper prints every document on both widths: no command is
// unknown, and every slip is whole.
func TestDocumentsOnPaper(t *testing.T) {
	f := fonts(t)
	hindi := escpos.Fonts{Regular: asset(t, "NotoSansDevanagari-Regular.ttf"), Bold: asset(t, "NotoSansDevanagari-Bold.ttf")}
	for profile, model := range map[string]string{"generic-58": "generic-58", "generic-80": "generic-80", "epson-tm-t88": "epson-80", "plain-58": "plain-58", "plain-80": "plain-80"} {
		p, err := escpos.Named(profile, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name, d := range receiptstest.Documents() {
			t.Run(profile+"/"+name, func(t *testing.T) {
				job, err := escpos.Render(d, p, escpos.Fonts{Regular: f.Regular, Bold: f.Bold, Further: &hindi})
				if err != nil {
					t.Fatal(err)
				}
				slips, err := paper.Print(paper.Options{Model: named(t, model), Fonts: f}, job)
				if err != nil || len(slips) != 1 || !slips[0].Whole {
					t.Fatalf("got %d slips, %v; want one whole slip", len(slips), err)
				}
				if *pictures != "" {
					show(t, profile+"-"+name, slips[0])
				}
			})
		}
	}
}

func show(t *testing.T, name string, s paper.Slip) {
	t.Helper()
	f, err := os.Create(filepath.Join(*pictures, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, s.Image()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
