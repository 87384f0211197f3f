package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"

	"github.com/go-pdf/fpdf"

	"paydesk/receipts/code128"
	"paydesk/receipts/ink"
	"paydesk/receipts/qr"
)

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
	for from := 0; from < len(modules); from++ {
		to := from
		for to < len(modules) && modules[to] {
			to++
		}
		if to > from {
			p.box(x+float64(from)*module, y, float64(to-from)*module, height)
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
	size := small.Rect.Size()
	scale := min(p.paper.Column*3/5/float64(size.X), logoHigh/float64(size.Y), 1.0/4)
	w, h := scale*float64(size.X), scale*float64(size.Y)
	p.room(h + 2)
	x, y := p.left+(p.paper.Column-w)/2, p.y
	p.mark(func(s *sheet) {
		s.RegisterImageOptionsReader(name, options, &data)
		s.ImageOptions(name, x, y, w, h, false, options, 0, "")
	})
	p.y += h + 2
}
