// Package receipts is for what goes on paper: one document model that every
// renderer prints, and the templates that fill it from plain facts. It does no
// input or output and knows no printer.
//
// Card data on a receipt: the last four digits and never the expiry, on every
// copy (15 USC 1681c(g) allows five; the card networks allow four).
package receipts

import (
	"image"
	"time"
)

// Document is one slip of paper, from its top to its cut. It is plain data:
// copy it, compare its texts, render it as often as needed.
type Document struct {
	Title  string    // names the document in a file's properties
	Author string    // the shop, in a file's properties
	Lang   string    // BCP 47 tag of the texts
	At     time.Time // moment of the fact that is printed, not of printing
	Blocks []Block
}

// Block is one element of a document. The set is closed: Line, Row, Columns,
// Total, Rule, Blank, Heading, Banner, QR, Barcode, Logo, Cut and Drawer.
type Block interface{ block() }

// Align says where a line stands between the margins.
type Align int

// Alignments. The zero value is the left margin.
const (
	Left Align = iota
	Centre
	Right
)

type (
	// Line is running text; it is wrapped at the width of the paper.
	Line struct {
		Text  string
		Align Align
		Bold  bool
	}
	// Row is a label at the left margin and its value at the right one.
	Row struct {
		Left, Right string
		Bold        bool
	}
	// Columns is a row of a table: cells beside each other that share the width
	// of the paper. Rows of one table give all their cells the same shares.
	Columns struct {
		Cells []Cell
		Bold  bool
	}
	// Total is the row that the customer looks for: the largest on the slip.
	Total struct{ Label, Amount string }
	// Rule is a line across the paper.
	Rule struct{}
	// Blank is an empty line.
	Blank struct{}
	// Heading is a centred text of double size.
	Heading struct{ Text string }
	// Banner is a centred text in white on a black bar, for what nobody may miss.
	Banner struct{ Text string }
	// QR is a two-dimensional code that holds the text.
	QR struct{ Text string }
	// Barcode is a one-dimensional code (Code 128) of printable ASCII, with its
	// text in letters below.
	Barcode struct{ Text string }
	// Logo is the shop's picture, in the middle of the paper. Renderers make it
	// as wide as suits the paper.
	Logo struct{ Picture *image.Gray }
	// Cut parts the paper here, after feeding it past the knife.
	Cut struct{}
	// Drawer opens the cash drawer. It is no ink: paper and files pass over it.
	Drawer struct{}
)

// Cell is one cell of Columns. Share is its part of the width, in relation to
// the shares of the others; a text too long for it is wrapped within the cell.
type Cell struct {
	Text  string
	Align Align
	Share int
}

func (Line) block()    {}
func (Row) block()     {}
func (Columns) block() {}
func (Total) block()   {}
func (Rule) block()    {}
func (Blank) block()   {}
func (Heading) block() {}
func (Banner) block()  {}
func (QR) block()      {}
func (Barcode) block() {}
func (Logo) block()    {}
func (Cut) block()     {}
func (Drawer) block()  {}

// Map returns the document with f applied to every printed text. Renderers use
// it to replace what their medium cannot show.
func (d Document) Map(f func(string) string) Document {
	blocks := make([]Block, len(d.Blocks))
	for i, b := range d.Blocks {
		switch b := b.(type) {
		case Line:
			b.Text = f(b.Text)
			blocks[i] = b
		case Row:
			b.Left, b.Right = f(b.Left), f(b.Right)
			blocks[i] = b
		case Columns:
			cells := make([]Cell, len(b.Cells))
			for c, cell := range b.Cells {
				cell.Text = f(cell.Text)
				cells[c] = cell
			}
			b.Cells = cells
			blocks[i] = b
		case Total:
			blocks[i] = Total{f(b.Label), f(b.Amount)}
		case Heading:
			blocks[i] = Heading{f(b.Text)}
		case Banner:
			blocks[i] = Banner{f(b.Text)}
		case Barcode:
			blocks[i] = b
			if text := f(b.Text); text != b.Text { // bars would hold another text than was meant
				blocks[i] = Line{Text: text, Align: Centre}
			}
		default:
			blocks[i] = b
		}
	}
	d.Blocks = blocks
	return d
}

// Texts returns every printed text from top to bottom, without what codes hold.
func (d Document) Texts() []string {
	var texts []string
	d.Map(func(s string) string {
		if s != "" {
			texts = append(texts, s)
		}
		return s
	})
	return texts
}
