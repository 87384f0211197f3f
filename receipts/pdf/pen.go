package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"

	"github.com/go-pdf/fpdf"

	"paydesk/receipts"
	"paydesk/receipts/code128"
	"paydesk/receipts/ink"
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
			if i < len(d.Blocks)-1 {
				p.rule()
			}
		}
	}
}

var alignments = [...]string{receipts.Left: "L", receipts.Centre: "C", receipts.Right: "R"}

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
	p.cell(line, align, p.left, p.y, p.paper.Column, height)
}

// cell writes one line somewhere.
func (p *pen) cell(line, align string, x, y, width, height float64) {
	p.pdf.SetXY(x, y)
	p.pdf.CellFormat(width, height, line, "", 0, align+"M", false, 0, "")
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

// code draws a QR of a third of the column. The quiet zone below is left white.
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
	for row, modules := range matrix {
		p.bars(modules, x, y+float64(row)*module, module, module)
	}
	p.y += size + 2*quiet
}

// bars draws a row of modules, those side by side as one so that no hairline
// parts them.
func (p *pen) bars(modules []bool, x, y, module, height float64) {
	p.pdf.SetFillColor(0, 0, 0)
	for from := 0; from < len(modules); from++ {
		to := from
		for to < len(modules) && modules[to] {
			to++
		}
		if to > from {
			p.pdf.Rect(x+float64(from)*module, y, float64(to-from)*module, height, "F")
			from = to
		}
	}
}

// Sizes of bars in millimetres: the width of a module, and the least that is
// read.
const (
	bestBar  = 0.33
	leastBar = 0.19
	barsHigh = 10
)

// barcode draws bars where they fit, and their text below in any case.
func (p *pen) barcode(text string) {
	symbols, err := code128.Encode(text)
	module := min(bestBar, p.paper.Column/float64(code128.Width(symbols)))
	p.font(1, false)
	if err == nil && module >= leastBar {
		bars := code128.Bars(symbols)
		p.room(barsHigh + 1 + p.height())
		p.bars(bars, p.left+(p.paper.Column-module*float64(len(bars)))/2, p.y+1, module, barsHigh)
		p.y += barsHigh + 1
	}
	p.lines(p.wrap(text, p.paper.Column), "C")
}

// Logos take at most three fifths of the width of a receipt, and this height.
const logoHigh = 25

// logo draws the shop's picture with twelve dots in a millimetre (300 dpi) and
// no more, so that a large one does not make the file large.
func (p *pen) logo(picture *image.Gray) {
	if picture == nil || picture.Rect.Empty() {
		return
	}
	const dots = 12 // in a millimetre
	small := ink.Shrink(picture, int(p.paper.Column*3/5*dots), logoHigh*dots)
	var data bytes.Buffer
	if err := png.Encode(&data, small); err != nil {
		p.err = err
		return
	}
	sum := sha256.Sum256(data.Bytes())
	name := hex.EncodeToString(sum[:])
	options := fpdf.ImageOptions{ImageType: "PNG"}
	p.pdf.RegisterImageOptionsReader(name, options, &data)
	size := small.Rect.Size()
	scale := min(p.paper.Column*3/5/float64(size.X), logoHigh/float64(size.Y), 1.0/4)
	w, h := scale*float64(size.X), scale*float64(size.Y)
	p.room(h + 2)
	p.pdf.ImageOptions(name, p.left+(p.paper.Column-w)/2, p.y, w, h, false, options, 0, "")
	p.y += h + 2
}
