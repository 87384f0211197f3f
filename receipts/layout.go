package receipts

import "strings"

// Strip is one printed line of a document at a given width, a QR or a cut.
// Text is padded on the left only, save for an inverse strip, which fills the
// width; its cells count double when the strip is wide.
type Strip struct {
	Text    string
	Bold    bool
	Wide    bool // two columns per cell
	Tall    bool // two lines high
	Inverse bool
	QR      string // not empty: a code instead of a text
	Cut     bool
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
	case Rule:
		return []Strip{{Text: strings.Repeat("-", columns)}}
	case Heading:
		return layLarge(b.Text, columns, Strip{Bold: true, Tall: true})
	case Banner:
		return layLarge(b.Text, columns, Strip{Bold: true, Tall: true, Inverse: true})
	case QR:
		return []Strip{{QR: b.Text}}
	case Cut:
		return []Strip{{Cut: true}}
	}
	return []Strip{{}}
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
