package ink

import (
	"image"
	"strings"
	"sync"

	"golang.org/x/image/vector"

	"paydesk/receipts"
	"paydesk/receipts/glyphs"
)

// Letters of font A are 12 by 24 dots on nearly every printer; drawn lines take
// the same grid, so that they stand in line with printed ones.
const (
	MostCell = 12 // dots across
	LineDots = 24
	LineGap  = 6 // printers leave it below a line of letters of single height
	baseline = 19
	// monoAdvance is how wide a monospaced letter is, in thousandths of its size.
	monoAdvance = 600
	// otherSize is the size of letters of other fonts, in thousandths of the
	// monospaced ones: with marks above and below they are higher.
	otherSize = 900
)

// Pen draws lines of letters. It is safe for many goroutines.
type Pen struct {
	cell    int // dots per column
	columns int
	family  *glyphs.Family

	mu    sync.Mutex
	cells map[cellKey]*Picture // letters of the grid that were drawn before
}

type cellKey struct {
	letter       rune
	bold         bool
	across, down int
}

var pens sync.Map // by penKey

type penKey struct {
	family        *glyphs.Family
	cell, columns int
}

// NewPen is the pen for lines of so many columns on paper of so many dots. The
// first font is a monospaced one.
func NewPen(f glyphs.Fonts, columns, dots int) (*Pen, error) {
	family, err := glyphs.Open(f)
	if err != nil {
		return nil, err
	}
	key := penKey{family, min(dots/columns, MostCell), columns}
	pen, _ := pens.LoadOrStore(key, &Pen{cell: key.cell, columns: columns, family: family, cells: map[cellKey]*Picture{}})
	return pen.(*Pen), nil
}

// Has reports whether the pen can draw the letter.
func (p *Pen) Has(r rune) bool { return p.family.Has(r) }

// Line draws a strip of letters. It keeps to the grid of columns, except for
// scripts that know none, which take the room that they need if there is any.
func (p *Pen) Line(s receipts.Strip) *Picture {
	across, down := 1, 1
	if s.Wide {
		across = 2
	}
	if s.Tall {
		down = 2
	}
	var out *Picture
	if p.family.Plain(s.Text) {
		out = p.grid(s, across, down)
	} else {
		out = p.free(s, across, down)
	}
	if s.Inverse {
		return out.Inverted()
	}
	return out
}

// grid draws a letter in each column.
func (p *Pen) grid(s receipts.Strip, across, down int) *Picture {
	cell := p.cell * across
	out := New(max(1, receipts.Cells(s.Text))*cell, LineDots*down)
	column := 0
	for _, r := range s.Text {
		if r != ' ' {
			out.Put(p.letter(cellKey{r, s.Bold, across, down}), column*cell, 0)
		}
		column += receipts.Cells(string(r))
	}
	return out
}

// letter is the picture of one column.
func (p *Pen) letter(key cellKey) *Picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	pic, known := p.cells[key]
	if !known {
		c := canvas{across: float32(key.across), down: float32(key.down), size: p.size(0)}
		c.init(p.cell*key.across, LineDots*key.down)
		shapes, _ := p.family.Shape(glyphs.Run{Text: string(key.letter)}, key.bold)
		c.draw(shapes, 0)
		pic = c.picture()
		p.cells[key] = pic
	}
	return pic
}

// size is the height of the letters of a font in dots.
func (p *Pen) size(font int) float32 {
	size := float32(p.cell) * 1000 / monoAdvance
	if font > 0 {
		size = size * otherSize / 1000
	}
	return size
}

// free draws a line piece by piece: what gaps of two spaces or more part, such
// as a label and its value.
func (p *Pen) free(s receipts.Strip, across, down int) *Picture {
	columns := p.columns / across
	cell := float32(p.cell)
	c := canvas{down: float32(down)}
	c.init(max(columns, receipts.Cells(s.Text))*p.cell*across, LineDots*down)
	pieces := split(s.Text)
	used := float32(0) // right edge of what is drawn, without doubling
	for i, piece := range pieces {
		left, right := float32(piece.from)*cell, float32(columns)*cell
		if i+1 < len(pieces) {
			right = float32(pieces[i+1].from-1) * cell
		}
		runs, width := p.shape(piece.text, s.Bold)
		room := right - left
		last := i == len(pieces)-1
		switch slack := columns - piece.from - receipts.Cells(piece.text); {
		case last && piece.from > 0 && slack <= 0: // at the right margin
			left = used
			if i > 0 {
				left += cell
			}
			room = right - left
			left = max(left, right-width)
		case last && i == 0 && piece.from > 0: // in the middle
			room = right
			left = max(0, (right-width)/2)
		}
		squeeze := float32(1)
		if width > room && width > 0 {
			squeeze = room / width
		}
		c.across = float32(across) * squeeze
		x := left * float32(across)
		for _, run := range runs {
			c.size = run.size
			c.draw(run.glyphs, x)
			x += run.width * c.across
		}
		used = x / float32(across)
	}
	return c.picture()
}

// shaped is a run in dots.
type shaped struct {
	glyphs []glyphs.Glyph
	size   float32
	width  float32
}

func (p *Pen) shape(text string, bold bool) (runs []shaped, width float32) {
	for _, run := range p.family.Runs(text) {
		shapes, w := p.family.Shape(run, bold)
		size := p.size(run.Font)
		runs = append(runs, shaped{shapes, size, w * size})
		width += w * size
	}
	return runs, width
}

// piece is a text and the column where it begins.
type piece struct {
	text string
	from int
}

// split parts a line at its gaps.
func split(line string) []piece {
	var pieces []piece
	column := 0
	for line != "" {
		text := strings.TrimLeft(line, " ")
		column += len(line) - len(text)
		line = ""
		if at := strings.Index(text, "  "); at >= 0 {
			text, line = text[:at], text[at:]
		}
		if text != "" {
			pieces = append(pieces, piece{strings.TrimRight(text, " "), column})
		}
		column += receipts.Cells(text)
	}
	return pieces
}

// canvas gathers outlines and fills them.
type canvas struct {
	vector.Rasterizer
	across, down float32 // how much wider and higher than usual
	size         float32 // dots per unit of the outlines
}

func (c *canvas) init(width, height int) { c.Reset(width, height) }

// draw adds glyphs; the first begins at x.
func (c *canvas) draw(shapes []glyphs.Glyph, x float32) {
	for _, g := range shapes {
		at := func(p glyphs.Point) (float32, float32) {
			return x + (g.At.X+p.X)*c.size*c.across, (baseline - (g.At.Y+p.Y)*c.size) * c.down
		}
		for i, s := range g.Path {
			ax, ay := at(s.Points[0])
			switch s.Op {
			case glyphs.Move:
				if i > 0 {
					c.ClosePath()
				}
				c.MoveTo(ax, ay)
			case glyphs.Line:
				c.LineTo(ax, ay)
			case glyphs.Curve:
				bx, by := at(s.Points[1])
				dx, dy := at(s.Points[2])
				c.CubeTo(ax, ay, bx, by, dx, dy)
			}
		}
		c.ClosePath()
	}
}

// picture makes dots: black where ink covers half of one or more.
func (c *canvas) picture() *Picture {
	size := c.Size()
	grey := image.NewAlpha(image.Rectangle{Max: size})
	c.Draw(grey, grey.Rect, image.Opaque, image.Point{})
	out := New(size.X, size.Y)
	for y := range size.Y {
		for x := range size.X {
			if grey.Pix[y*grey.Stride+x] >= 0x80 {
				out.Ink(x, y)
			}
		}
	}
	return out
}
