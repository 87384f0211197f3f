// Package pdf is for receipts as PDF files: on a roll of till paper as long as
// the receipt, or on office paper. The text can be selected and searched.
package pdf

import (
	"bytes"
	"fmt"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"paydesk/receipts"
)

// Fonts are the bytes of two TrueType fonts, embedded as far as they are used.
type Fonts struct{ Regular, Bold []byte }

// Paper is what to print on. Lengths are in millimetres.
type Paper struct {
	Width, Height float64 // a Height of 0 makes the page as long as the receipt
	Column        float64 // width of the text, in the middle of the page
	Margin        float64 // above and below
	Points        float64 // size of the normal text
}

// Papers that shops use.
var (
	Roll80 = Paper{Width: 80, Column: 70, Margin: 5, Points: 8.5}
	Roll58 = Paper{Width: 58, Column: 50, Margin: 4, Points: 7}
	A4     = Paper{Width: 210, Height: 297, Column: 100, Margin: 20, Points: 10.5}
	Letter = Paper{Width: 215.9, Height: 279.4, Column: 100, Margin: 20, Points: 10.5}
)

// PaperNamed finds a paper by its name in the settings.
func PaperNamed(name string) (Paper, error) {
	switch name {
	case "80mm":
		return Roll80, nil
	case "58mm":
		return Roll58, nil
	case "a4":
		return A4, nil
	case "letter":
		return Letter, nil
	}
	return Paper{}, fmt.Errorf("there is no paper %q: use 80mm, 58mm, a4 or letter", name)
}

// Render makes a PDF file. The same document gives the same bytes: dates in the
// file are those of the document, not of the rendering.
//
// Letters that the font lacks are spelled as <U+4E2D>. Scripts that need
// shaping are not supported.
func Render(d receipts.Document, p Paper, f Fonts) ([]byte, error) {
	shows, err := coverage(f)
	if err != nil {
		return nil, err
	}
	d = d.Map(func(text string) string { return receipts.Spell(text, shows) })
	bottom := p.Height - p.Margin
	if p.Height == 0 {
		scratch := newPen(d, p, f, endless)
		scratch.draw(d)
		p.Height = max(scratch.y+p.Margin, p.Width) // lower than wide would be turned
		bottom = endless
	}
	pen := newPen(d, p, f, bottom)
	pen.draw(d)
	if pen.err != nil {
		return nil, pen.err
	}
	var out bytes.Buffer
	if err := pen.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("the receipt cannot be made into a PDF: %w", err)
	}
	return out.Bytes(), nil
}

// endless is the bottom of a page that is never full.
const endless = 1e6

// coverage tells which letters both fonts have. The PDF writer holds widths for
// the basic plane alone.
func coverage(f Fonts) (func(rune) bool, error) {
	var parsed []*sfnt.Font
	for _, ttf := range [][]byte{f.Regular, f.Bold} {
		font, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("the font for receipts cannot be read: %w", err)
		}
		parsed = append(parsed, font)
	}
	var buffer sfnt.Buffer
	return func(r rune) bool {
		for _, font := range parsed {
			if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
				return false
			}
		}
		return r <= 0xFFFF
	}, nil
}

// newPen begins a file; the pen goes to a new page below bottom.
func newPen(d receipts.Document, p Paper, f Fonts, bottom float64) *pen {
	size := fpdf.SizeType{Wd: p.Width, Ht: max(p.Height, p.Width)}
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: size})
	pdf.SetCreationDate(d.At)
	pdf.SetModificationDate(d.At)
	pdf.SetCatalogSort(true)
	pdf.SetTitle(d.Title, true)
	pdf.SetAuthor(d.Author, true)
	pdf.SetCreator("Paydesk", true)
	pdf.SetLang(d.Lang)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.AddUTF8FontFromBytes(family, "", f.Regular)
	pdf.AddUTF8FontFromBytes(family, "B", f.Bold)
	pdf.AddPage()
	return &pen{pdf: pdf, paper: p, left: (p.Width - p.Column) / 2, bottom: bottom, y: p.Margin}
}
