package text_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"paydesk/receipts"
	"paydesk/receipts/receiptstest"
	"paydesk/receipts/text"
)

var update = flag.Bool("update", false, "write the golden files")

func TestEveryWordIsThereAndFits(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		for _, columns := range []int{32, 42, 48} {
			got := text.Render(d, columns)
			for line := range strings.Lines(got) {
				line = strings.TrimSuffix(line, "\n")
				address := slices.Contains(d.Blocks, receipts.Block(receipts.QR{Text: line})) // whole, so that it can be opened
				if n := receipts.Cells(line); n > columns && !address {
					t.Errorf("%s: got %d cells, want at most %d: %q", name, n, columns, line)
				}
			}
			for _, word := range strings.Fields(strings.Join(d.Texts(), " ")) {
				if !strings.Contains(got, word) {
					t.Errorf("%s, %d columns: %q is missing", name, columns, word)
				}
			}
		}
	}
}

func TestGolden(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		for _, columns := range []int{32, 48} {
			receiptstest.Golden(t, fmt.Sprintf("%s-%d.txt", name, columns), text.Render(d, columns), *update)
		}
	}
}

// FuzzRender: whatever is typed, a text has letters and line feeds and nothing
// that moves a screen's cursor or colours it.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{"Coffee", "\x1b[31mred\x07", "a\r\nb\tc", "\u202eevil", "\x9b2J"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := receipts.Document{Blocks: []receipts.Block{
			receipts.Line{Text: s}, receipts.Row{Left: s, Right: s}, receipts.Banner{Text: s}, receipts.Heading{Text: s}, receipts.Total{Label: s, Amount: s},
			receipts.Columns{Cells: []receipts.Cell{{Text: s, Share: 2}, {Text: s, Align: receipts.Right}}}, receipts.Barcode{Text: s}, receipts.QR{Text: s}, receipts.Cut{},
		}}
		for _, r := range text.Render(d, 32) {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%q brings %U", s, r)
			}
		}
	})
}
