package pdf

import (
	"strconv"
	"strings"
	"sync"

	"github.com/go-pdf/fpdf"

	"paydesk/receipts"
)

func familyName(font int) string { return "receipt" + strconv.Itoa(font) }

// everyday are the letters of most receipts: of the languages of Europe, and
// the signs of money. The fonts have ten times as many, and the PDF writer
// reads all that a font has for every file; so it is given fonts with these
// alone, made once, wherever they suffice.
var everyday = sync.OnceValue(func() string {
	var letters strings.Builder
	for _, part := range [][2]rune{{0x20, 0x7E}, {0xA0, 0x17F}, {0x2010, 0x2026}, {0x20A0, 0x20BF}} {
		for r := part[0]; r <= part[1]; r++ {
			letters.WriteRune(r)
		}
	}
	return letters.String()
})

var everydayFonts sync.Map // the fonts with everyday letters alone, by the first byte of the whole ones

// embeddable are the fonts that a document needs.
func embeddable(f Fonts, d receipts.Document) *Fonts {
	texts := strings.Join(d.Texts(), "")
	if strings.ContainsFunc(texts, func(r rune) bool { return !strings.ContainsRune(everyday(), r) }) {
		return &f
	}
	if known, ok := everydayFonts.Load(&f.Regular[0]); ok {
		return known.(*Fonts)
	}
	small := &Fonts{Regular: fpdf.UTF8CutFont(f.Regular, everyday()), Bold: fpdf.UTF8CutFont(f.Bold, everyday())}
	known, _ := everydayFonts.LoadOrStore(&f.Regular[0], small)
	return known.(*Fonts)
}
