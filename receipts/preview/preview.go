// Package preview is for showing a receipt on the screen as the paper that it
// is going to be: the same lines at the same width, in black and white dots.
package preview

import (
	"image"

	"paydesk/receipts"
	"paydesk/receipts/code128"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/ink"
)

// Heights in dots of what is no line, and the white around the paper's text.
const (
	space  = ink.LineDots
	margin = 24
	dash   = 8
)

// Image draws the document for a printer of so many columns and dots on a line.
// Letters that no font has are spelled as <U+4E2D>.
func Image(d receipts.Document, columns, dots int, f glyphs.Fonts) (*image.Gray, error) {
	pen, err := ink.NewPen(f, columns, dots)
	if err != nil {
		return nil, err
	}
	d = d.Map(func(text string) string { return receipts.Spell(receipts.Harmless(text), pen.Has) })
	var pieces []piece
	y := 0
	for _, s := range receipts.Layout(d, columns) {
		p, err := draw(s, pen, dots)
		if err != nil {
			return nil, err
		}
		p.y += y
		pieces = append(pieces, p)
		y = p.y + p.picture.Height + p.below
	}
	paper := ink.New(dots, max(y, space))
	for _, p := range pieces {
		paper.Put(p.picture, p.x, p.y)
	}
	return paper.Image(margin), nil
}

// piece is a picture and where it stands: y is from the piece above.
type piece struct {
	picture     *ink.Picture
	x, y, below int
}

func draw(s receipts.Strip, pen *ink.Pen, dots int) (piece, error) {
	centred := func(p *ink.Picture, above, below int) (piece, error) {
		return piece{p, (dots - p.Width) / 2, above, below}, nil
	}
	switch {
	case s.QR != "":
		module, err := ink.FitQR(s.QR, dots)
		if err != nil {
			return piece{}, err
		}
		code, err := ink.QR(s.QR, module)
		if err != nil {
			return piece{}, err
		}
		return centred(code, space, space)
	case s.Barcode != "":
		symbols, module := ink.FitBars(s.Barcode, dots)
		if module == 0 {
			return piece{picture: ink.New(0, 0)}, nil
		}
		return centred(ink.Bars(code128.Bars(symbols), module), 0, 0)
	case s.Logo != nil:
		return centred(ink.Logo(s.Logo, dots), 0, space)
	case s.Cut:
		return piece{cut(dots), 0, space, 0}, nil
	case s.Drawer:
		return piece{picture: ink.New(0, 0)}, nil
	}
	return piece{picture: pen.Line(s)}, nil
}

// cut is a line of dashes across the paper.
func cut(dots int) *ink.Picture {
	p := ink.New(dots, 1)
	for x := range dots {
		if x/dash%2 == 0 {
			p.Ink(x, 0)
		}
	}
	return p
}
