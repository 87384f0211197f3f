package receipts

import (
	"image"
	"strings"
)

// Strip is one printed line of a document at a given width, or one thing that
// is no line: a code, a picture, a cut, a kick to the drawer. Text is padded on
// the left only, save for an inverse strip, which fills the width; its cells
// count double when the strip is wide.
//
// A barcode is a strip of bars and, below it, one of its text: whoever cannot
// draw the bars leaves them out, and the text can still be typed in.
type Strip struct {
	Text    string
	Bold    bool
	Wide    bool // two columns per cell
	Tall    bool // two lines high
	Inverse bool
	QR      string // not empty: a code instead of a text
	Barcode string // not empty: bars instead of a text
	Logo    *image.Gray
	Cut     bool
	Drawer  bool
}

// minColumns is narrower than any paper roll; below it no amount fits.
const minColumns = 16

// Layout breaks a document into strips for paper that is so many columns wide.
// What is a column is the business of Cells.
func Layout(d Document, columns int) []Strip {
	columns = max(columns, minColumns)
	var strips []Strip
	for _, b := range d.Blocks {
		strips = append(strips, layBlock(b, columns)...)
	}
	return strips
}

func layBlock(b Block, columns int) []Strip {
	switch b := b.(type) {
	case Line:
		return layLine(b, columns)
	case Row:
		return styled(layRow(b.Left, b.Right, columns), Strip{Bold: b.Bold})
	case Total:
		style := Strip{Bold: true, Tall: true}
		if Cells(b.Label)+2+Cells(b.Amount) <= columns/2 {
			style.Wide, columns = true, columns/2
		}
		return styled(layRow(b.Label, b.Amount, columns), style)
	case Columns:
		return styled(layColumns(b.Cells, columns), Strip{Bold: b.Bold})
	case Rule:
		return []Strip{{Text: strings.Repeat("-", columns)}}
	case Heading:
		return layLarge(b.Text, columns, Strip{Bold: true, Tall: true})
	case Banner:
		return layLarge(b.Text, columns, Strip{Bold: true, Tall: true, Inverse: true})
	case QR:
		return []Strip{{QR: b.Text}}
	case Barcode:
		text := layLine(Line{Text: b.Text, Align: Centre}, columns)
		if !codable(b.Text) {
			return text
		}
		return append([]Strip{{Barcode: b.Text}}, text...)
	case Logo:
		if b.Picture == nil || b.Picture.Rect.Empty() {
			return nil
		}
		return []Strip{{Logo: b.Picture}}
	case Cut:
		return []Strip{{Cut: true}}
	case Drawer:
		return []Strip{{Drawer: true}}
	}
	return []Strip{{}}
}

// codable reports whether bars can hold the text.
func codable(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

func layLine(l Line, columns int) []Strip {
	lines := wrap(l.Text, columns)
	for i := range lines {
		lines[i] = align(lines[i], columns, l.Align)
	}
	return styled(lines, Strip{Bold: l.Bold})
}

// layLarge doubles the width too where the whole text then fits on one line.
func layLarge(text string, columns int, style Strip) []Strip {
	if Cells(text) <= columns/2 {
		style.Wide, columns = true, columns/2
	}
	lines := wrap(text, columns)
	for i := range lines {
		lines[i] = align(lines[i], columns, Centre)
		if style.Inverse {
			lines[i] += strings.Repeat(" ", columns-Cells(lines[i]))
		}
	}
	return styled(lines, style)
}

// layRow keeps label and value on one line where they fit; otherwise the value
// goes below, still at the right margin.
func layRow(left, right string, columns int) []string {
	gap := columns - Cells(left) - Cells(right)
	if gap > 0 && left != "" {
		return []string{strings.TrimRight(left+strings.Repeat(" ", gap)+right, " ")}
	}
	var lines []string
	if left != "" {
		lines = wrap(left, columns)
	}
	for _, line := range wrap(right, columns) {
		lines = append(lines, align(line, columns, Right))
	}
	return lines
}

// leastCell is narrower than any cell that is read; a table with more cells
// than fit in this width stands below each other.
const leastCell = 4

// layColumns sets cells beside each other, a space between them.
func layColumns(cells []Cell, columns int) []string {
	room := columns - max(0, len(cells)-1)
	widths := Shares(cells, room)
	for _, width := range widths {
		if width < leastCell {
			return stacked(cells, columns)
		}
	}
	var lines []string
	from := 0
	for i, cell := range cells {
		for row, text := range wrap(cell.Text, widths[i]) {
			if row == len(lines) {
				lines = append(lines, "")
			}
			if text = align(text, widths[i], cell.Align); text != "" {
				lines[row] += strings.Repeat(" ", from-Cells(lines[row])) + text
			}
		}
		from += widths[i] + 1
	}
	return lines
}

// Shares divides a width among cells, each its part, and loses nothing of it.
func Shares(cells []Cell, width int) []int {
	all := 0
	for _, cell := range cells {
		all += max(1, cell.Share)
	}
	widths := make([]int, len(cells))
	before, from := 0, 0
	for i, cell := range cells {
		before += max(1, cell.Share)
		to := width * before / all
		widths[i], from = to-from, to
	}
	return widths
}

func stacked(cells []Cell, columns int) []string {
	var lines []string
	for _, cell := range cells {
		for _, line := range wrap(cell.Text, columns) {
			lines = append(lines, align(line, columns, cell.Align))
		}
	}
	return lines
}

func styled(lines []string, style Strip) []Strip {
	strips := make([]Strip, len(lines))
	for i, line := range lines {
		strips[i] = style
		strips[i].Text = line
	}
	return strips
}

func align(line string, columns int, a Align) string {
	gap := columns - Cells(line)
	switch {
	case gap <= 0 || a == Left:
		return line
	case a == Centre:
		gap /= 2
	}
	return strings.Repeat(" ", gap) + line
}

func wrap(text string, columns int) []string {
	return Wrap(text, func(line string) bool { return Cells(line) <= columns })
}
