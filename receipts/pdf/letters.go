package pdf

import (
	"fmt"

	"github.com/go-pdf/fpdf"

	"paydesk/receipts/glyphs"
)

// width is that of a line in the font in use.
func (p *pen) width(line string) float64 {
	sum := 0.0
	for _, run := range p.family.Runs(line) {
		sum += runWidth(p.family, run, p.style)
	}
	return sum
}

// runWidth is that of letters one after the other in the first font, as the PDF
// writer sets them, and of the shapes in others.
func runWidth(f *glyphs.Family, run glyphs.Run, s style) float64 {
	if run.Font == 0 {
		return float64(f.Advance(run.Text, s.bold)) * s.size()
	}
	_, width := f.Shape(run, s.bold)
	return float64(width) * s.size()
}

// cell writes one line into a box.
func (p *pen) cell(line, align string, x, y, width, height float64) {
	switch align {
	case "C":
		x += (width - p.width(line)) / 2
	case "R":
		x += width - p.width(line)
	}
	look := p.style
	y += height/2 + 0.3*look.size()
	p.mark(func(s *sheet) { s.line(line, x, y, look) })
}

// sheet is the file while it is drawn.
type sheet struct {
	*fpdf.Fpdf
	family   *glyphs.Family
	elements []element // of the file's structure
	marked   [][]int   // for each page, the element of each part that is marked on it
	// decoration is being drawn, which is no element
	decoration bool
}

// line writes letters from x on, standing on y.
func (s *sheet) line(text string, x, y float64, look style) {
	for _, run := range s.family.Runs(text) {
		if run.Font > 0 {
			s.shapes(run, x, y, look)
		} else {
			s.font(0, look)
			s.Text(x, y, run.Text)
		}
		x += runWidth(s.family, run, look)
	}
}

func (s *sheet) font(number int, look style) {
	weight := ""
	if look.bold {
		weight = "B"
	}
	s.SetFont(familyName(number), weight, look.points)
	s.SetTextColor(look.grey, look.grey, look.grey)
}

// shapes writes a run of a script that the PDF writer cannot set: the outlines
// of its glyphs are filled, and the same text is laid over them without ink, so
// that it can be selected, searched and read aloud.
func (s *sheet) shapes(run glyphs.Run, x, y float64, look style) {
	s.font(run.Font, look)
	stretch := 100 * runWidth(s.family, run, look) / max(s.GetStringWidth(run.Text), 0.01)
	const invisible, filled = 3, 0
	s.SetTextRenderingMode(invisible)
	s.RawWriteStr(fmt.Sprintf("%.2f Tz", stretch))
	s.Text(x, y, run.Text)
	s.RawWriteStr("100 Tz")
	s.SetTextRenderingMode(filled)
	s.SetFillColor(look.grey, look.grey, look.grey)
	shapes, _ := s.family.Shape(run, look.bold)
	for _, glyph := range shapes {
		if len(glyph.Path) > 0 {
			s.outline(glyph, x, y, look.size())
		}
	}
}

func (s *sheet) outline(g glyphs.Glyph, x, y, size float64) {
	at := func(q glyphs.Point) (float64, float64) {
		return x + float64(g.At.X+q.X)*size, y - float64(g.At.Y+q.Y)*size
	}
	for i, step := range g.Path {
		ax, ay := at(step.Points[0])
		switch step.Op {
		case glyphs.Move:
			if i > 0 {
				s.ClosePath()
			}
			s.MoveTo(ax, ay)
		case glyphs.Line:
			s.LineTo(ax, ay)
		case glyphs.Curve:
			bx, by := at(step.Points[1])
			cx, cy := at(step.Points[2])
			s.CurveBezierCubicTo(ax, ay, bx, by, cx, cy)
		}
	}
	s.ClosePath()
	s.DrawPath("F")
}
