// Package text is for receipts as plain UTF-8 text: on a screen, in a mail, in
// a terminal window.
package text

import (
	"strings"

	"paydesk/receipts"
)

// Render prints the document in lines of at most so many columns, each ended
// by a line feed. Sizes and weights fall away; a banner stands between stars,
// a QR appears as the text that it holds, on one line however long, a barcode as the text below it, and a
// cut ends the text with a rule.
func Render(d receipts.Document, columns int) string {
	var out strings.Builder
	strips := receipts.Layout(d.Map(receipts.Harmless), columns)
	for i, s := range strips {
		switch {
		case s.QR != "":
			out.WriteString("\n" + centre(receipts.Harmless(s.QR), columns, " ") + "\n")
		case s.Barcode != "", s.Logo != nil, s.Drawer, s.Cut && i == len(strips)-1:
			continue
		case s.Cut:
			out.WriteString(strings.Repeat("- ", columns/2))
		case s.Inverse:
			out.WriteString(centre(" "+strings.TrimSpace(s.Text)+" ", columns, "*"))
		case s.Wide:
			out.WriteString(respread(s.Text, columns))
		default:
			out.WriteString(s.Text)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// respread stretches a line that was laid out for letters of double width: its
// margins and the gap between label and value count twice, its words once.
func respread(line string, columns int) string {
	if text := strings.TrimLeft(line, " "); text != line {
		return centre(text, columns, " ")
	}
	label, value, found := strings.Cut(line, "  ")
	if !found {
		return centre(line, columns, " ")
	}
	value = strings.TrimLeft(value, " ")
	return label + strings.Repeat(" ", max(1, columns-receipts.Cells(label)-receipts.Cells(value))) + value
}

func centre(text string, columns int, fill string) string {
	gap := max(0, columns-receipts.Cells(text))
	line := strings.Repeat(fill, gap/2) + text
	if fill == " " {
		return line
	}
	return line + strings.Repeat(fill, gap-gap/2)
}
