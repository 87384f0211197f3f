package pdf

import (
	"slices"

	"paydesk/receipts"
	"paydesk/receipts/glyphs"
)

// Sizes in relation to the normal text, and greys from 0 (black) to 255.
const (
	largeText  = 1.8  // headings
	bannerText = 1.35 // white on black
	totalText  = 2.1
	leading    = 1.4 // height of a line
	labelGrey  = 80
	ruleGrey   = 150
	mmPerPoint = 25.4 / 72
)

// pen lays blocks out one below the other, and remembers what is to be drawn:
// only then is it known how long a roll gets, and a file begun.
type pen struct {
	family *glyphs.Family
	paper  Paper
	left   float64
	bottom float64
	y      float64
	style  style
	marks  []func(*sheet)
	err    error
}

// style is how letters look.
type style struct {
	points float64
	bold   bool
	grey   int
}

// size is the height of the letters in millimetres.
func (s style) size() float64 { return s.points * mmPerPoint }

func (p *pen) mark(draw func(*sheet)) { p.marks = append(p.marks, draw) }

func (p *pen) draw(d receipts.Document) {
	for i, b := range d.Blocks {
		before := len(p.marks)
		p.block(b, i == len(d.Blocks)-1)
		if len(p.marks) > before {
			role, alt := roleOf(b)
			p.marks = slices.Insert(p.marks, before, func(s *sheet) { s.begin(role, alt) })
			p.mark((*sheet).end)
		}
	}
}

func (p *pen) block(b receipts.Block, last bool) {
	switch b := b.(type) {
	case receipts.Line:
		p.font(1, b.Bold)
		p.lines(p.wrap(b.Text, p.paper.Column), alignments[b.Align])
	case receipts.Row:
		p.row(b)
	case receipts.Columns:
		p.columns(b)
	case receipts.Total:
		p.total(b)
	case receipts.Rule:
		p.rule()
	case receipts.Blank:
		p.y += p.lineHeight(0.6)
	case receipts.Heading:
		p.font(largeText, true)
		p.lines(p.wrap(b.Text, p.paper.Column), "C")
	case receipts.Banner:
		p.banner(b.Text)
	case receipts.QR:
		p.code(b.Text)
	case receipts.Barcode:
		p.barcode(b.Text)
	case receipts.Logo:
		p.logo(b.Picture)
	case receipts.Cut:
		if !last {
			p.rule()
		}
	}
}

var alignments = [...]string{receipts.Left: "L", receipts.Centre: "C", receipts.Right: "R"}

// font sets size and weight for what follows, in black.
func (p *pen) font(scale float64, bold bool) { p.style = style{p.paper.Points * scale, bold, 0} }

// fit sets the largest bold font, between the normal size and scale, in which
// the text takes one line.
func (p *pen) fit(text string, scale, width float64) {
	p.font(scale, true)
	if needed := p.width(text); needed > width {
		p.font(max(1, scale*width/needed), true)
	}
}

func (p *pen) grey(level int) { p.style.grey = level }

func (p *pen) lineHeight(scale float64) float64 {
	return p.paper.Points * scale * leading * mmPerPoint
}

// height is that of a line in the font in use.
func (p *pen) height() float64 { return p.style.size() * leading }

func (p *pen) wrap(text string, width float64) []string {
	return receipts.Wrap(text, func(line string) bool { return p.width(line) <= width })
}

// room goes to a new page where a block of this height does not fit.
func (p *pen) room(height float64) {
	if p.y+height > p.bottom {
		p.mark((*sheet).turn)
		p.y = p.paper.Margin
	}
}

// text writes one line at the present height without moving on.
func (p *pen) text(line, align string, height float64) {
	p.cell(line, align, p.left, p.y, p.paper.Column, height)
}

func (p *pen) lines(lines []string, align string) {
	for _, line := range lines {
		h := p.height()
		p.room(h)
		p.text(line, align, h)
		p.y += h
	}
}

// row writes the label in grey and the value in black; a value that does not
// fit beside its label goes below.
func (p *pen) row(r receipts.Row) {
	p.font(1, r.Bold)
	gap := p.paper.Points * mmPerPoint
	if p.width(r.Left)+gap+p.width(r.Right) > p.paper.Column {
		p.lines(p.wrap(r.Left, p.paper.Column), "L")
		p.lines(p.wrap(r.Right, p.paper.Column), "R")
		return
	}
	h := p.height()
	p.room(h)
	if !r.Bold {
		p.grey(labelGrey)
	}
	p.text(r.Left, "L", h)
	p.grey(0)
	p.text(r.Right, "R", h)
	p.y += h
}

// columns sets the cells of a row beside each other. A text too long for its
// cell takes more lines there.
func (p *pen) columns(b receipts.Columns) {
	p.font(1, b.Bold)
	const gap = 1.5
	texts := make([][]string, len(b.Cells))
	left := make([]float64, len(b.Cells))
	width := make([]float64, len(b.Cells))
	x, rows := p.left, 0
	for i, share := range receipts.Shares(b.Cells, fine) {
		left[i] = x
		width[i] = p.paper.Column*float64(share)/fine - gap
		if i == len(b.Cells)-1 {
			width[i] += gap
		}
		x += width[i] + gap
		texts[i] = p.wrap(b.Cells[i].Text, width[i])
		rows = max(rows, len(texts[i]))
	}
	h := p.height()
	for row := range rows {
		p.room(h)
		for i, lines := range texts {
			if row < len(lines) {
				p.cell(lines[row], alignments[b.Cells[i].Align], left[i], p.y, width[i], h)
			}
		}
		p.y += h
	}
}

// fine is how many parts a width has when cells share it.
const fine = 10000

// total sets label and amount on one line, as large as the paper allows.
func (p *pen) total(t receipts.Total) {
	p.fit(t.Label+"  "+t.Amount, totalText, p.paper.Column)
	h := p.height()
	p.room(h)
	p.text(t.Label, "L", h)
	p.text(t.Amount, "R", h)
	p.y += h
}

func (p *pen) rule() {
	gap := p.lineHeight(0.35)
	p.room(2 * gap)
	x, y := p.left, p.y+gap
	p.mark(func(s *sheet) {
		s.SetDrawColor(ruleGrey, ruleGrey, ruleGrey)
		s.SetLineWidth(0.2)
		s.Line(x, y, x+p.paper.Column, y)
	})
	p.y += 2 * gap
}

// box fills a rectangle with black.
func (p *pen) box(x, y, width, height float64) {
	p.mark(func(s *sheet) {
		s.SetFillColor(0, 0, 0)
		s.Rect(x, y, width, height, "F")
	})
}

func (p *pen) banner(text string) {
	pad := p.lineHeight(0.25)
	width := p.paper.Column - 2*pad
	p.fit(text, bannerText, width)
	lines := p.wrap(text, width)
	h := float64(len(lines))*p.height() + 2*pad
	p.room(h)
	p.box(p.left, p.y, p.paper.Column, h)
	p.grey(255)
	p.y += pad
	p.lines(lines, "C")
	p.y += pad
}
