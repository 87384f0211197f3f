package receiptstest_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/ink"
	"paydesk/receipts/pdf"
	"paydesk/receipts/preview"
	"paydesk/receipts/receiptstest"
	"paydesk/receipts/text"
	"paydesk/terminal/device/devicetest"
)

// widths are the printers and papers that a document goes to.
var widths = []struct{ profile, paper string }{
	{"generic-58", "58mm"}, {"generic-80-180dpi", "a4"}, {"generic-80", "80mm"}, {"epson-tm-t88", "letter"},
}

// documents are all documents, with every letter that some font lacks spelled
// out, so that all renderers are given the same text.
func documents(t *testing.T) map[string]receipts.Document {
	t.Helper()
	mono, err := ink.NewPen(receiptstest.Mono(t), 48, 576)
	if err != nil {
		t.Fatal(err)
	}
	sans, err := ink.NewPen(receiptstest.Sans(t), 48, 576)
	if err != nil {
		t.Fatal(err)
	}
	all := receiptstest.Documents()
	all["kitchen"] = receiptstest.Kitchen()
	delete(all, "long") // has a test of its own
	for name, d := range all {
		all[name] = d.Map(func(text string) string {
			return receipts.Spell(escpos.Normalise(text), func(r rune) bool { return mono.Has(r) && sans.Has(r) })
		})
	}
	return all
}

// run has an independent program look at something.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: install poppler-utils, zbar-tools and qpdf to compare renderers", program)
	}
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

// letters are those of a text without the spaces, which lines break at.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }

// TestSameWordsInTheSameOrder: text, printer and file say the same.
func TestSameWordsInTheSameOrder(t *testing.T) {
	for name, d := range documents(t) {
		for _, w := range widths {
			t.Run(name+"/"+w.profile+"/"+w.paper, func(t *testing.T) {
				t.Parallel()
				p, err := escpos.Named(w.profile, 0)
				if err != nil {
					t.Fatal(err)
				}
				want := order(d, p.Columns)
				if got := inOrder(textWords(text.Render(d, p.Columns), d, p.Columns), d, p.Columns); got != want {
					t.Errorf("as text:\ngot  %s\nwant %s", got, want)
				}
				onPaper(t, d, p)
				if got := inOrder(letters(run(t, "pdftotext", "-raw", "-nopgbrk", file(t, d, w.paper), "-")), d, p.Columns); got != want {
					t.Errorf("as a file:\ngot  %s\nwant %s", got, want)
				}
			})
		}
	}
}

// order is what a document says from its top to its end.
func order(d receipts.Document, columns int) string {
	return inOrder(letters(strings.Join(d.Texts(), " ")), d, columns)
}

// inOrder is the text itself. Where a cell of a table takes several lines, the
// lines of its neighbours stand between them, at each width in another way:
// there the letters count, and not their order.
func inOrder(text string, d receipts.Document, columns int) string {
	for _, b := range d.Blocks {
		c, table := b.(receipts.Columns)
		if table && len(receipts.Layout(receipts.Document{Blocks: []receipts.Block{c}}, columns)) > 1 {
			all := []rune(text)
			slices.Sort(all)
			return string(all)
		}
	}
	return text
}

// textWords leaves out what a text has instead of other things: rules, stars
// around banners, what codes hold, where the paper is cut.
func textWords(s string, d receipts.Document, columns int) string {
	var codes []string
	for _, b := range d.Blocks {
		if code, ok := b.(receipts.QR); ok {
			codes = append(codes, code.Text)
		}
	}
	var out strings.Builder
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		switch {
		case slices.Contains(codes, line), line == strings.Repeat("-", columns), line == strings.TrimSpace(strings.Repeat("- ", columns/2)):
			continue
		case strings.HasPrefix(line, "*") && strings.HasSuffix(line, "*"):
			line = strings.Trim(line, "*")
		}
		out.WriteString(letters(line))
	}
	return out.String()
}

// onPaper compares every line of the layout with what the printer finds: the
// same letters, or an image as high as the line.
func onPaper(t *testing.T, d receipts.Document, p escpos.Profile) {
	t.Helper()
	p.Band = 256 // a line of letters is one image, and a logo too
	got := printed(t, d, p)
	var slip []string
	for line := range strings.Lines(got.String()) {
		line = strings.TrimRight(line, "\n")
		if line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(line, " |"), "2|"), "#|"); line != "" {
			slip = append(slip, line)
		}
	}
	for _, s := range receipts.Layout(d, p.Columns) {
		want := strings.TrimRight(s.Text, " ")
		if want == "" {
			continue
		}
		for len(slip) > 0 && noLetters(slip[0]) {
			slip = slip[1:]
		}
		switch {
		case len(slip) == 0:
			t.Fatalf("%q is not on the paper:\n%s", want, got)
		case slip[0] != want && !strings.HasPrefix(slip[0], "[image"):
			t.Fatalf("got %q, want %q in\n%s", slip[0], want, got)
		}
		slip = slip[1:]
	}
}

// printed is what a printer finds in a document's job.
func printed(t *testing.T, d receipts.Document, p escpos.Profile) devicetest.Print {
	t.Helper()
	job, err := escpos.Render(d, p, receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	pages := p.Charmaps()
	got, err := devicetest.DecodeWith(job, func(page, b byte) (rune, bool) { return pages[page].Decode(b), pages[page] != nil })
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// noLetters reports a mark of something else than a line: codes, cuts, and
// images that are not as high as a line.
func noLetters(mark string) bool {
	if strings.HasPrefix(mark, "[image") {
		return !strings.HasSuffix(mark, "x24]") && !strings.HasSuffix(mark, "x48]")
	}
	for _, thing := range []string{"[QR ", "[barcode ", "[cut]", "[drawer]"} {
		if strings.HasPrefix(mark, thing) {
			return true
		}
	}
	return false
}

// file renders a PDF into a file that qpdf finds sound, and returns its path.
func file(t *testing.T, d receipts.Document, paper string) string {
	t.Helper()
	p, err := pdf.PaperNamed(paper)
	if err != nil {
		t.Fatal(err)
	}
	data, err := pdf.Render(d, p, receiptstest.Sans(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "qpdf", "--check", path)
	return path
}

// TestCodesAreRead has another program read the codes of some documents: from
// the file, from the dots for a printer, from the screen.
func TestCodesAreRead(t *testing.T) {
	all := documents(t)
	for _, name := range []string{"sale", "sale-items", "pay-later", "bill", "hi-selftest", "kitchen"} {
		d, known := all[name]
		if !known {
			t.Fatalf("there is no document %q", name)
		}
		for _, w := range widths[:3] {
			t.Run(name+"/"+w.profile, func(t *testing.T) {
				t.Parallel()
				p, err := escpos.Named(w.profile, 0)
				if err != nil {
					t.Fatal(err)
				}
				resolution := "300"
				if w.paper == "a4" {
					resolution = "150"
				}
				path := file(t, d, w.paper)
				run(t, "pdftoppm", "-r", resolution, "-gray", "-png", path, path)
				pages, _ := filepath.Glob(path + "*.png")
				want := codes(d, p.Dots)
				read(t, "file", want, pages...)
				screen, err := preview.Image(d, p.Columns, p.Dots, receiptstest.Mono(t))
				if err != nil {
					t.Fatal(err)
				}
				read(t, "screen", want, save(t, screen))
				p.QR, p.Barcode = false, false
				read(t, "printer", want, save(t, dots(t, d, p)))
			})
		}
	}
}

// codes are what the codes of a document hold, as far as they fit.
func codes(d receipts.Document, dots int) (texts []string) {
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case receipts.QR:
			texts = append(texts, b.Text)
		case receipts.Barcode:
			if _, module := ink.FitBars(b.Text, dots); module > 0 {
				texts = append(texts, b.Text)
			}
		}
	}
	return texts
}

func read(t *testing.T, where string, want []string, pictures ...string) {
	t.Helper()
	var got []string
	for _, picture := range pictures {
		out, _ := exec.Command("zbarimg", "-q", "--raw", picture).Output() // it fails where there is no code
		got = append(got, strings.Fields(string(out))...)
	}
	for _, text := range want {
		if !slices.Contains(got, text) {
			t.Errorf("%s: %q is not read, only %q", where, text, got)
		}
	}
}

// dots are all images of a job below each other.
func dots(t *testing.T, d receipts.Document, p escpos.Profile) *image.Gray {
	t.Helper()
	got := printed(t, d, p)
	paper := image.NewGray(image.Rect(0, 0, p.Dots+100, 200+60*len(got.Images)))
	for i := range paper.Pix {
		paper.Pix[i] = 0xFF
	}
	y, width := 50, 0
	for _, img := range got.Images {
		if size := img.Bounds().Size(); size.X != width {
			y, width = y+50, size.X // another picture
		}
		for row := range img.Bounds().Dy() {
			copy(paper.Pix[y*paper.Stride+50:], img.Pix[row*img.Stride:][:width])
			y++
		}
	}
	return paper
}

func save(t *testing.T, img image.Image) string {
	t.Helper()
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "picture.png")
	if err := os.WriteFile(path, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
