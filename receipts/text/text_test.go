package text_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

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
				if n := receipts.Cells(strings.TrimSuffix(line, "\n")); n > columns {
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
