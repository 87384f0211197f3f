package paper

import (
	"image"
	"image/png"
	"io"
	"strings"
)

// Slip is one piece of paper, from one cut to the next.
type Slip struct {
	// Text is its lines of letters from top to bottom, spaces at their ends cut
	// off, joined by line feeds.
	Text string
	// Script tells the whole slip in lines: letters behind " |", large ones
	// behind "2|", white on black ones behind "#|"; and in brackets what is no
	// letter.
	Script []string
	// QR and Barcodes are what the symbols hold.
	QR, Barcodes []string
	// Width is the columns of the widest line; a letter of double width is two.
	Width int
	// Cut tells that a knife parted it; else it was torn off, or its roll ended.
	Cut bool
	// Whole tells that nothing is missing: no loss of power, no lost bytes, no
	// end of the roll since its first line.
	Whole bool

	dots *bitmap
	edge int
}

// Image is the paper with its white edges.
func (s Slip) Image() *image.Gray { return s.dots.picture(s.edge, above) }

// String is the slip's Script as one text.
func (s Slip) String() string { return strings.Join(s.Script, "\n") + "\n" }

// PNG writes the picture of the slip.
func (s Slip) PNG(w io.Writer) error { return png.Encode(w, s.Image()) }

// above is the white paper that pictures show above and below the dots.
const above = 24

// sheet is the paper that is in the printer: what was printed since the last
// cut.
type sheet struct {
	dots         *bitmap
	lines        []string
	script       []string
	qr, barcodes []string
	width        int
	hurt         bool // something is missing
}

// mostRows is the length of paper, 4 m, after which it tears by itself.
const mostRows = 32000

func newSheet(dots int, hurt bool) *sheet { return &sheet{dots: newBitmap(dots, 0), hurt: hurt} }

func (s *sheet) empty() bool { return s.dots.tall == 0 && len(s.lines) == 0 }

func (s *sheet) note(mark string) { s.script = append(s.script, mark) }

func (s *sheet) slip(edge int, cut bool) Slip {
	return Slip{
		dots: s.dots, edge: edge, Text: strings.Join(s.lines, "\n"), Script: s.script,
		QR: s.qr, Barcodes: s.barcodes, Width: s.width, Cut: cut, Whole: !s.hurt,
	}
}
