package escpos

import (
	"fmt"
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"paydesk/receipts"
	"paydesk/receipts/ink"
)

// Letters of font A are 12 by 24 dots on nearly every printer; drawn lines take
// the same grid, so that they stand in line with printed ones.
const (
	minCell  = 8
	lineDots = 24
	baseline = 19
)

// raster draws lines that the printer has no letters for.
type raster struct {
	cell          int // dots per column
	regular, bold font.Face
}

func newRaster(p Profile, f Fonts) (*raster, error) {
	r := &raster{cell: min(p.Dots/p.Columns, 12)}
	var err error
	if r.regular, err = openFace(f.Regular, r.cell); err != nil {
		return nil, err
	}
	r.bold, err = openFace(f.Bold, r.cell)
	return r, err
}

// openFace opens a font in the size whose letters are one cell wide.
func openFace(ttf []byte, cell int) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("the font for receipts cannot be read: %w", err)
	}
	const perEm = 600 // advance of a monospaced letter in thousandths of the size
	face, err := opentype.NewFace(f, &opentype.FaceOptions{
		Size: float64(cell) * 1000 / perEm, DPI: 72, Hinting: font.HintingFull,
	})
	if err != nil {
		return nil, fmt.Errorf("the font for receipts cannot be opened: %w", err)
	}
	return face, nil
}

func (r *raster) has(c rune) bool {
	_, ok := r.regular.GlyphAdvance(c)
	return ok
}

// line draws one strip as dots. It keeps to the grid of
// columns, and doubles dots where the printer would double its letters.
func (r *raster) line(s receipts.Strip, dots int) *ink.Picture {
	face := r.regular
	if s.Bold {
		face = r.bold
	}
	cells := receipts.Cells(s.Text)
	img := image.NewGray(image.Rect(0, 0, max(1, cells)*r.cell, lineDots))
	drawer := font.Drawer{Dst: img, Src: image.White, Face: face}
	column := 0
	for _, c := range s.Text {
		drawer.Dot = fixed.P(column*r.cell, baseline)
		drawer.DrawString(string(c))
		column += receipts.Cells(string(c))
	}
	return enlarge(img, s, dots)
}

func enlarge(img *image.Gray, s receipts.Strip, dots int) *ink.Picture {
	size := img.Bounds().Size()
	p := ink.New(size.X, size.Y)
	for y := range size.Y {
		for x := range size.X {
			if img.GrayAt(x, y).Y >= 0x80 {
				p.Ink(x, y)
			}
		}
	}
	across, down := 1, 1
	if s.Wide {
		across = 2
	}
	if s.Tall {
		down = 2
	}
	if p = p.Enlarged(across, down); s.Inverse {
		p = p.Inverted()
	}
	return p
}
