package pdf

import (
	"github.com/go-pdf/fpdf"

	"paydesk/receipts"
	"paydesk/receipts/qr"
)

const family = "receipt"

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

// pen draws blocks one below the other.
type pen struct {
	pdf    *fpdf.Fpdf
	paper  Paper
	left   float64
	bottom float64
	y      float64
	err    error
}

func (p *pen) draw(d receipts.Document) {
	for i, b := range d.Blocks {
		switch b := b.(type) {
		case receipts.Line:
			p.font(1, b.Bold)
			p.lines(p.wrap(b.Text, p.paper.Column), [...]string{"L", "C", "R"}[b.Align])
		case receipts.Row:
			p.row(b)
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
		case receipts.Cut:
			if i < len(d.Blocks)-1 {
				p.rule()
			}
		}
	}
}

// font sets size and weight for what follows, in black.
func (p *pen) font(scale float64, bold bool) {
	style := ""
	if bold {
		style = "B"
	}
	p.pdf.SetFont(family, style, p.paper.Points*scale)
	p.grey(0)
}

// fit sets the largest bold font, between the normal size and scale, in which
// the text takes one line.
func (p *pen) fit(text string, scale, width float64) {
	p.font(scale, true)
	if needed := p.pdf.GetStringWidth(text); needed > width {
		p.font(max(1, scale*width/needed), true)
	}
}

func (p *pen) grey(level int) { p.pdf.SetTextColor(level, level, level) }

func (p *pen) lineHeight(scale float64) float64 {
	return p.paper.Points * scale * leading * mmPerPoint
}

// height is that of a line in the font in use.
func (p *pen) height() float64 {
	_, size := p.pdf.GetFontSize()
	return size * leading
}

func (p *pen) wrap(text string, width float64) []string {
	return receipts.Wrap(text, func(line string) bool { return p.pdf.GetStringWidth(line) <= width })
}

// room goes to a new page where a block of this height does not fit.
func (p *pen) room(height float64) {
	if p.y+height > p.bottom {
		p.pdf.AddPage()
		p.y = p.paper.Margin
	}
}

// text writes one line at the present height without moving on.
func (p *pen) text(line, align string, height float64) {
	p.pdf.SetXY(p.left, p.y)
	p.pdf.CellFormat(p.paper.Column, height, line, "", 0, align+"M", false, 0, "")
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
	if p.pdf.GetStringWidth(r.Left)+gap+p.pdf.GetStringWidth(r.Right) > p.paper.Column {
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
	p.pdf.SetDrawColor(ruleGrey, ruleGrey, ruleGrey)
	p.pdf.SetLineWidth(0.2)
	p.pdf.Line(p.left, p.y+gap, p.left+p.paper.Column, p.y+gap)
	p.y += 2 * gap
}

func (p *pen) banner(text string) {
	pad := p.lineHeight(0.25)
	width := p.paper.Column - 2*pad
	p.fit(text, bannerText, width)
	lines := p.wrap(text, width)
	h := float64(len(lines))*p.height() + 2*pad
	p.room(h)
	p.pdf.SetFillColor(0, 0, 0)
	p.pdf.Rect(p.left, p.y, p.paper.Column, h, "F")
	p.grey(255)
	p.y += pad
	p.lines(lines, "C")
	p.y += pad
}

// code draws a QR of a third of the column, modules side by side as one bar so
// that no hairline parts them. The quiet zone below is left white.
func (p *pen) code(text string) {
	matrix, err := qr.Encode(text)
	if err != nil {
		p.err = err
		return
	}
	module := p.paper.Column / 3 / float64(len(matrix))
	quiet := qr.QuietZone * module
	size := module * float64(len(matrix))
	p.room(size + 2*quiet)
	x, y := p.left+(p.paper.Column-size)/2, p.y+quiet
	p.pdf.SetFillColor(0, 0, 0)
	for row, modules := range matrix {
		for from := 0; from < len(modules); from++ {
			to := from
			for to < len(modules) && modules[to] {
				to++
			}
			if to > from {
				p.pdf.Rect(x+float64(from)*module, y+float64(row)*module, float64(to-from)*module, module, "F")
				from = to
			}
		}
	}
	p.y += size + 2*quiet
}
