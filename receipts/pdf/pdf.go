// Package pdf is for receipts as PDF files: on a roll of till paper as long as
// the receipt, or on office paper. The text can be selected and searched.
package pdf

import (
	"bytes"
	"fmt"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"

	"paydesk/receipts"
	"paydesk/receipts/glyphs"
)

// Fonts are embedded as far as they are used.
type Fonts = glyphs.Fonts

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
// Letters that no font has are spelled as <U+4E2D>.
func Render(d receipts.Document, p Paper, f Fonts) ([]byte, error) {
	family, err := glyphs.Open(f)
	if err != nil {
		return nil, err
	}
	d = d.Map(func(text string) string {
		return receipts.Spell(receipts.Harmless(norm.NFC.String(text)), func(r rune) bool { return r <= basicPlane && family.Has(r) })
	})
	pen := &pen{family: family, paper: p, left: (p.Width - p.Column) / 2, bottom: p.Height - p.Margin, y: p.Margin}
	if p.Height == 0 {
		pen.bottom = endless
	}
	pen.draw(d)
	if pen.err != nil {
		return nil, pen.err
	}
	if p.Height == 0 {
		p.Height = pen.y + p.Margin
	}
	sheet := begin(d, p, embeddable(f, d))
	sheet.family = family
	for _, draw := range pen.marks {
		draw(sheet)
	}
	var out bytes.Buffer
	if err := sheet.Output(&out); err != nil {
		return nil, fmt.Errorf("the receipt cannot be made into a PDF: %w", err)
	}
	if err := sheet.structured(&out, d); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

const (
	// endless is the bottom of a page that is never full.
	endless = 1e6
	// basicPlane is the last letter for which the PDF writer has a place.
	basicPlane = 0xFFFF
)

// begin begins a file and its first page. A page lower than wide would be
// turned.
func begin(d receipts.Document, p Paper, f *Fonts) *sheet {
	size := fpdf.SizeType{Wd: p.Width, Ht: max(p.Height, p.Width)}
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: size})
	pdf.SetCreationDate(d.At)
	pdf.SetModificationDate(d.At)
	pdf.SetCatalogSort(true)
	pdf.SetTitle(d.Title, true)
	pdf.SetAuthor(d.Author, true)
	pdf.SetCreator("Paydesk", true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	for i := 0; f != nil; i, f = i+1, f.Further {
		if f.Regular != nil { // left out where no letter needs it
			pdf.AddUTF8FontFromBytes(familyName(i), "", f.Regular)
			pdf.AddUTF8FontFromBytes(familyName(i), "B", f.Bold)
		}
	}
	pdf.AddPage()
	return &sheet{Fpdf: pdf}
}
