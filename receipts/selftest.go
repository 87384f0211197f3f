package receipts

import (
	"strings"
	"time"
)

// TestFacts is what a test print tells.
type TestFacts struct {
	Shop    Shop
	Device  string // name of the terminal
	Printer string // as the settings spell it
	Columns int    // width that the settings claim
	At      time.Time
}

// SelfTest lays out a slip that shows whether width, letters, currency signs,
// sizes, QR and cutter are set up right.
func SelfTest(f TestFacts) Document {
	p := page{}
	p.head(f.Shop, false)
	p.add(Heading{"PRINT TEST"}, Blank{})
	p.row("Terminal", f.Device)
	p.row("Printer", f.Printer)
	p.row("Date", moment(f.At))
	p.add(Rule{})
	p.line("The next line must fill the paper and not wrap.")
	p.add(Line{Text: ruler(f.Columns)})
	p.add(Rule{})
	for _, sample := range []string{
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789 #$@[]{}|~^\\",
		"ÀÉÎÕÜ äéîõü çñß ÆØÅ", "Dollar $  Euro €  Pound £", "Rupee ₹",
	} {
		p.add(Line{Text: sample})
	}
	p.add(Line{Text: "Bold", Bold: true}, Row{Left: "Left", Right: "Right"}, Total{"TOTAL", "$1,234.50"})
	p.add(Banner{"WHITE ON BLACK"}, QR{QRPrefix + "test"})
	p.line("The paper is cut below this line.")
	p.foot(false)
	return Document{Title: "Print test", Author: f.Shop.Name, Lang: "en", At: f.At, Blocks: p.blocks}
}

func ruler(columns int) string {
	if columns < 1 {
		return ""
	}
	return strings.Repeat("1234567890", columns/10+1)[:columns]
}
