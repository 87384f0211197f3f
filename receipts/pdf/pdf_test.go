package pdf_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/pdf"
	"paydesk/receipts/receiptstest"
)

var papers = map[string]pdf.Paper{"80mm": pdf.Roll80, "58mm": pdf.Roll58, "a4": pdf.A4, "letter": pdf.Letter}

// file renders into a file and returns its path.
func file(t *testing.T, d receipts.Document, p pdf.Paper) string {
	t.Helper()
	data, err := pdf.Render(d, p, receiptstest.Sans(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run has an independent program look at a file.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: install poppler-utils and zbar-tools to check PDF files", program)
	}
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

var update = flag.Bool("update", false, "write the golden files")

// TestGolden keeps what each file says when it is laid out as text.
func TestGolden(t *testing.T) {
	documents := receiptstest.Documents()
	for size, p := range papers {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			var all strings.Builder
			for _, name := range slices.Sorted(maps.Keys(documents)) {
				fmt.Fprintf(&all, "=== %s\n%s", name, run(t, "pdftotext", "-layout", file(t, documents[name], p), "-"))
			}
			receiptstest.Golden(t, size+".txt", all.String(), *update)
		})
	}
}

func TestProperties(t *testing.T) {
	got := run(t, "pdfinfo", file(t, receipts.Sale(receiptstest.Facts()), pdf.Roll80))
	for _, want := range []string{"SALE " + receiptstest.Number + ", CUSTOMER COPY", "Harbor Books", "226.77 x "} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout %q", got, want)
		}
	}
	embedded := run(t, "pdffonts", file(t, receipts.Sale(receiptstest.Facts()), pdf.Roll80))
	if strings.Count(embedded, " yes ") < 2 {
		t.Errorf("got\n%s\nwant both fonts embedded", embedded)
	}
}

// TestTagged: title and language stand where readers look for them, whatever
// is in them.
func TestTagged(t *testing.T) {
	for _, tt := range []struct{ title, lang, wantTitle, wantLang string }{
		{"रसीद 5 & more", "hi", "रसीद 5 &amp; more", "hi"},
		{"</x>\x00", "en) /OpenAction <</S /JavaScript>> (", "&lt;/x&gt; ", ""},
	} {
		path := file(t, receipts.Document{Title: tt.title, Lang: tt.lang, At: receiptstest.At()}, pdf.Roll80)
		run(t, "qpdf", "--check", path)
		catalogue := run(t, "qpdf", "--json", "--json-key=qpdf", path)
		for _, want := range []string{`"/Lang": "u:` + tt.wantLang + `"`, `"/DisplayDocTitle": true`} {
			if !strings.Contains(catalogue, want) {
				t.Errorf("%s: no %s in\n%s", tt.title, want, catalogue)
			}
		}
		if strings.Contains(catalogue, "JavaScript") {
			t.Errorf("a language brings a command:\n%s", catalogue)
		}
		meta := run(t, "pdfinfo", "-meta", path)
		for _, want := range []string{">" + tt.wantTitle + "<", "<rdf:li>" + tt.wantLang + "</rdf:li></rdf:Bag></dc:language>"} {
			if !strings.Contains(meta, want) {
				t.Errorf("no %s in %s", want, meta)
			}
		}
	}
}

// TestStructure: readers find headings, lines and pictures in their order, on
// one page and on several.
func TestStructure(t *testing.T) {
	path := file(t, receiptstest.Kitchen(), pdf.Roll80)
	if got := run(t, "pdfinfo", path); !strings.Contains(got, "Tagged:          yes") {
		t.Errorf("not tagged:\n%s", got)
	}
	got := run(t, "pdfinfo", "-struct-text", path)
	from := 0
	for _, want := range []string{"Document", "Figure", "H1 (block)", `"हार्बर बुक्स "`, "P (block)", `"Item Qty Amount`, `"Coffee 2 $7.00`, `"भुगतान स्वीकृत हुआ नकद`, "Figure", "Figure"} {
		at := strings.Index(got[from:], want)
		if at < 0 {
			t.Fatalf("no %s in its place in\n%s", want, got)
		}
		from += at + 1
	}
	long := receiptstest.Documents()["long"]
	path = file(t, long, pdf.A4)
	run(t, "qpdf", "--check", path)
	if got := run(t, "pdfinfo", "-struct-text", path); !strings.Contains(got, "Book no. 1,") || !strings.Contains(got, "Book no. 200,") {
		t.Errorf("books of all pages are missing in\n%s", got)
	}
}

// TestShapedTextIsSelected: outlines are drawn, and the text behind them is the
// one that was meant, in its order and at its place.
func TestShapedTextIsSelected(t *testing.T) {
	d := receipts.Document{Lang: "hi", At: receiptstest.At(), Blocks: []receipts.Block{
		receipts.Row{Left: "भुगतान स्वीकृत", Right: "₹499.00"}, receipts.Line{Text: "क्षत्रिय", Align: receipts.Right, Bold: true}}}
	path := file(t, d, pdf.Roll80)
	got := run(t, "pdftotext", "-bbox", path, "-")
	words := regexp.MustCompile(`xMin="([0-9.]+)" .* xMax="([0-9.]+)" .*>(.+)</word>`).FindAllStringSubmatch(got, -1)
	var texts []string
	for _, w := range words {
		texts = append(texts, w[3])
	}
	if want := []string{"भुगतान", "स्वीकृत", "₹499.00", "क्षत्रिय"}; !slices.Equal(texts, want) {
		t.Fatalf("got %q, want %q", texts, want)
	}
	const right = (80 - 5) * 72 / 25.4
	for _, w := range words[2:] {
		if end, err := strconv.ParseFloat(w[2], 64); err != nil || end < right-1 || end > right+1 {
			t.Errorf("%s ends at %s points, want %.1f", w[3], w[2], right)
		}
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	d := receipts.Sale(receiptstest.Facts())
	first, err := pdf.Render(d, pdf.Roll80, receiptstest.Sans(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/CreationDate (D:20260304140731)", "/ModDate (D:20260304140731)"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("%s is missing: is it the time of rendering?", want)
		}
	}
	for range 5 {
		again, err := pdf.Render(d, pdf.Roll80, receiptstest.Sans(t))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) {
			t.Fatal("two renderings differ")
		}
	}
}

func TestLongReceiptTakesMorePages(t *testing.T) {
	d := receipts.Document{Lang: "en", At: receiptstest.At()}
	for range 200 {
		d.Blocks = append(d.Blocks, receipts.Row{Left: "Line", Right: "1"})
	}
	if got := strings.Count(run(t, "pdftotext", file(t, d, pdf.A4), "-"), "\f"); got < 3 {
		t.Errorf("got %d pages of A4, want at least 3", got)
	}
	if got := strings.Count(run(t, "pdftotext", file(t, d, pdf.Roll80), "-"), "\f"); got != 1 {
		t.Errorf("got %d pages of a roll, want 1", got)
	}
}

func TestMissingLettersAreSpelled(t *testing.T) {
	d := receipts.Document{Blocks: []receipts.Block{receipts.Line{Text: "₹ 中 \U0001F600"}}, At: receiptstest.At()}
	got := run(t, "pdftotext", file(t, d, pdf.Roll80), "-")
	if !strings.Contains(got, "₹ <U+4E2D> <U+1F600>") {
		t.Errorf("got %q", got)
	}
}

func TestBadFontIsAnError(t *testing.T) {
	if _, err := pdf.Render(receipts.Document{}, pdf.Roll80, pdf.Fonts{}); err == nil {
		t.Error("got no error without fonts")
	}
}

func TestPaperNamed(t *testing.T) {
	for name, want := range papers {
		if got, err := pdf.PaperNamed(name); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if _, err := pdf.PaperNamed("a5"); err == nil {
		t.Error("got no error for a5")
	}
}

// FuzzRender: whatever is typed, a file is made, and its structure can be read.
func FuzzRender(f *testing.F) {
	fonts := receiptstest.Sans(f)
	for _, seed := range []string{"Café ₹ 中文", "नमस्ते", ") Tj ET", "\x00\\(", "%%EOF\nstartxref", strings.Repeat("x", 3000), "\U0001F600\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := receipts.Document{Title: s, Author: s, Lang: s, At: receiptstest.At(), Blocks: []receipts.Block{
			receipts.Line{Text: s}, receipts.Row{Left: s, Right: s}, receipts.Banner{Text: s}, receipts.Heading{Text: s}, receipts.Total{Label: s, Amount: s},
			receipts.Columns{Cells: []receipts.Cell{{Text: s, Share: 2}, {Text: s, Align: receipts.Right}}}, receipts.Barcode{Text: s}, receipts.Cut{},
		}}
		data, err := pdf.Render(d, pdf.Letter, fonts)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(data, []byte("/Type /Catalog")); !bytes.HasPrefix(data, []byte("%PDF-")) || !bytes.HasSuffix(data, []byte("%%EOF\n")) || n != 2 {
			t.Errorf("%q: %d catalogues, %d bytes", s, n, len(data))
		}
	})
}
