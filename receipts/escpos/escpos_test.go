package escpos_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/device/devicetest"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, d receipts.Document, p escpos.Profile) devicetest.Print {
	t.Helper()
	job, err := escpos.Render(d, p, receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	print, err := devicetest.Decode(job)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(print.Text(), "?") && !strings.Contains(strings.Join(d.Texts(), ""), "?") {
		t.Errorf("a letter turned into a question mark:\n%s", print)
	}
	return print
}

// roll is a profile that is known to be there.
func roll(name string) escpos.Profile {
	p, err := escpos.Named(name, 0)
	if err != nil {
		panic(err)
	}
	return p
}

func TestGolden(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		for _, p := range []escpos.Profile{roll("generic-58"), named(t, "generic-80-180dpi"), roll("generic-80")} {
			print := render(t, d, p)
			if print.Width > p.Columns {
				t.Errorf("%s: got a line of %d columns, want at most %d\n%s", name, print.Width, p.Columns, print)
			}
			receiptstest.Golden(t, fmt.Sprintf("%s-%d.txt", name, p.Columns), print.String(), *update)
		}
	}
}

func TestPrologueLeavesNothingToChance(t *testing.T) {
	job, err := escpos.Render(receipts.Document{}, roll("generic-80"), receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\x1b@\x1c.\x1bR\x00\x1bt\x10\x1ba\x00"; string(job) != want {
		t.Errorf("got % X, want % X", job, want)
	}
}

func TestLettersBeyondTheFirstPage(t *testing.T) {
	tests := []struct {
		name, text, want string
		images           int
	}{
		{"western", "Café 5 €", "Café 5 €", 0},
		{"polish in CP852", "Łódź", "Łódź", 0},
		{"russian in CP866", "Спасибо", "Спасибо", 0},
		{"letter and accent apart", "Cafe\u0301", "Café", 0},
		{"narrow space, curly quotes", "1\u202f234,50 \u2018x\u2019 \u2026", "1 234,50 'x' ...", 0},
		{"commands in a name", "Shop\x1b@\x10\x14\x01", "Shop @", 0},
		{"rupee is drawn", "₹99.50", "", 1},
		{"two pages in one line", "Łódź Спасибо", "", 1},
		{"no font has it", "中文", "<U+4E2D><U+6587>", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := receipts.Document{Blocks: []receipts.Block{receipts.Line{Text: tt.text}}}
			got := render(t, d, roll("generic-80"))
			if got.Text() != tt.want || len(got.Images) != tt.images {
				t.Errorf("got %q and %d images, want %q and %d", got.Text(), len(got.Images), tt.want, tt.images)
			}
		})
	}
}

func TestNoCutterFeedsFurther(t *testing.T) {
	d := receipts.Document{Blocks: []receipts.Block{receipts.Cut{}}}
	if got := render(t, d, roll("generic-80")); got.Cuts != 1 {
		t.Errorf("got %d cuts, want 1", got.Cuts)
	}
	if got := render(t, d, roll("generic-58")); got.Cuts != 0 || len(got.Lines) != 5 {
		t.Errorf("got %d cuts and %d lines, want 0 and 5", got.Cuts, len(got.Lines))
	}
}

// TestImagesHoldNoCommand draws every column pattern that could read as one.
func TestImagesHoldNoCommand(t *testing.T) {
	p := roll("generic-58")
	p.QR, p.Barcode, p.Pages = false, false, map[string]byte{"CP437": 0}
	for name, d := range receiptstest.Documents() {
		job, err := escpos.Render(d, p, receiptstest.Mono(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"\x10\x04", "\x10\x05", "\x10\x14"} {
			if bytes.Contains(job, []byte(command)) {
				t.Errorf("%s: real-time command % X in the job", name, command)
			}
		}
	}
}

func TestDrawnQRIsRead(t *testing.T) {
	p := roll("generic-58")
	p.QR = false
	print := render(t, receipts.Sale(receiptstest.Facts()), p)
	if got, want := decodeQR(t, print.Images), receipts.QRPrefix+receiptstest.Number; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// decodeQR puts the bands of an image together, with white around, and has
// another program read the code.
func decodeQR(t *testing.T, bands []*image.Gray) string {
	t.Helper()
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed: install zbar-tools to check QR codes")
	}
	const quiet = 30
	width, height := 0, 0
	for _, b := range bands {
		width, height = b.Bounds().Dx(), height+b.Bounds().Dy()
	}
	whole := image.NewGray(image.Rect(0, 0, width+2*quiet, height+2*quiet))
	for i := range whole.Pix {
		whole.Pix[i] = 0xFF
	}
	top := quiet
	for _, b := range bands {
		for y := range b.Bounds().Dy() {
			for x := range b.Bounds().Dx() {
				whole.SetGray(x+quiet, y+top, color.Gray{Y: b.GrayAt(x, y).Y})
			}
		}
		top += b.Bounds().Dy()
	}
	var data bytes.Buffer
	if err := png.Encode(&data, whole); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "qr.png")
	if err := os.WriteFile(path, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(zbar, "-q", "--raw", path).Output()
	if err != nil {
		t.Fatalf("the drawn QR is not readable: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// FuzzRender prints arbitrary text in every block: the printer finds no command
// but those that are meant, and nothing beside the paper.
func FuzzRender(f *testing.F) {
	fonts := receiptstest.Mono(f)
	for _, seed := range []string{"Café ₹ 中文", "\x1b@\x00", "e\u0301\u0301", strings.Repeat("x", 99), "\xff\xfe", "नमस्ते  ₹", "1604", "\x10\x14\x01", "{B{C"} {
		f.Add(seed, seed)
	}
	profiles := escpos.Profiles()
	f.Fuzz(func(t *testing.T, text, code string) {
		if code == "" || len(code) > 200 {
			code = "x"
		}
		d := receipts.Document{Title: text, Lang: text, Blocks: []receipts.Block{
			receipts.Heading{Text: text}, receipts.Row{Left: text, Right: text}, receipts.Banner{Text: text},
			receipts.Line{Text: text, Align: receipts.Right}, receipts.Total{Label: text, Amount: text},
			receipts.Columns{Cells: []receipts.Cell{{Text: text, Share: 3}, {Text: text, Align: receipts.Right, Share: 1}}},
			receipts.Barcode{Text: text}, receipts.QR{Text: code}, receipts.Drawer{}, receipts.Cut{},
		}}
		p := profiles[len(text)%len(profiles)]
		job, err := escpos.Render(d, p, fonts)
		if err != nil {
			t.Skip(err) // a QR too long for the paper
		}
		print := decode(t, job, p)
		if print.Width > p.Columns || print.Kicks != 1 {
			t.Errorf("got %d columns and %d kicks, want at most %d and 1", print.Width, print.Kicks, p.Columns)
		}
		for _, img := range print.Images {
			if img.Bounds().Dx() > p.Dots {
				t.Errorf("got an image of %d dots, want at most %d", img.Bounds().Dx(), p.Dots)
			}
		}
		for _, command := range []string{"\x10\x04", "\x10\x05", "\x10\x14"} {
			if bytes.Contains(job, []byte(command)) {
				t.Errorf("real-time command % X in the job", command)
			}
		}
	})
}
