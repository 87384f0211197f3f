package receipts

import (
	"image"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// TestFacts is what a test print tells.
type TestFacts struct {
	Shop    Shop
	Tongue  Tongue
	Device  string // name of the terminal
	Printer string // as the settings spell it
	Columns int    // width that the settings claim
	Drawer  bool   // one is connected, and opened by the test
	At      time.Time
}

// samples are letters of the code pages that a printer may have, and those that
// no page has and which are drawn. The printer's own page is switched within.
var samples = []Row{
	{Left: "CP437", Right: "éâäàåçêëèïîì ÄÅÉæÆôöò"},
	{Left: "CP850", Right: "ÁÂÀ ãÃ ðÐ ÊËÈ ÍÎÏ ÓßÔÒõÕ"},
	{Left: "CP858", Right: "€ ÀÉÎÕÜ äéîõü çñß"},
	{Left: "CP1252", Right: "€ Œ œ Š š Ž ž Ÿ ß ñ ¿ ¡"},
	{Left: "CP852", Right: "Ł ł Ą ą Č č Ő ő Ů ů Ż ż"},
	{Left: "CP866", Right: "АБВГД абвгд ЭЮЯ эюя"},
	{Left: "CP1253", Right: "ΑΒΓΔΩ αβγδω άέήίόύώ"},
	{Left: "CP1254", Right: "Ğ ğ İ ı Ş ş Ö ö Ü ü"},
}

// SelfTest lays out a slip that shows whether width, letters, currency signs,
// sizes, codes, logo, drawer and cutter are set up right.
func SelfTest(f TestFacts) Document {
	p := begin(Slip{Shop: f.Shop, Tongue: f.Tongue}, "PRINT TEST")
	p.row("Terminal", f.Device)
	p.row("Printer", f.Printer)
	p.row("Date", p.moment(f.At))
	if f.Shop.Logo == nil {
		p.note("There is no logo in the settings. This one is drawn.")
		p.add(Logo{testLogo()})
	}
	p.add(Rule{})
	p.note("The next line must fill the paper and not wrap.")
	p.add(Line{Text: ruler(f.Columns)}, Rule{})
	for _, sample := range []string{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789 #$@[]{}|~^\\"} {
		p.add(Line{Text: sample})
	}
	for _, s := range samples {
		p.add(s)
	}
	p.add(Line{Text: "Dollar $  Euro €  Pound £"}, Line{Text: "Rupee ₹"}, Line{Text: "हिन्दी: धन्यवाद, कुल ₹1,23,450.00"}, Rule{})
	p.add(Line{Text: "Bold", Bold: true}, Row{Left: "Left", Right: "Right"},
		Columns{Cells: []Cell{{"One", Left, 5}, {"2", Right, 2}, {"3.00", Right, 5}}})
	p.add(Line{Text: "Centre", Align: Centre}, Line{Text: "Right", Align: Right}, Heading{"Heading"})
	p.total("TOTAL", money.New(123450, money.USD))
	p.add(Banner{"WHITE ON BLACK"}, QR{QRPrefix + "test"}, Barcode{"PAYDESK-TEST"})
	if f.Drawer {
		p.note("The cash drawer opens now.")
		p.add(Drawer{})
	}
	p.note("The paper is cut below this line.")
	return p.document(Slip{Shop: f.Shop, At: f.At}, p.say("PRINT TEST"))
}

func ruler(columns int) string {
	if columns < 1 {
		return ""
	}
	return strings.Repeat("1234567890", columns/10+1)[:columns]
}

// testLogo is a frame with a cross and a ramp of greys: it shows edges that are
// cut off, and how greys come out.
func testLogo() *image.Gray {
	const w, h = 192, 96
	g := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			shade := byte(255)
			switch {
			case x < 3 || y < 3 || x >= w-3 || y >= h-3 || y*w/h == x || y*w/h == w-1-x:
				shade = 0
			case y > h*3/4:
				shade = byte(x * 255 / w)
			}
			g.Pix[y*g.Stride+x] = shade
		}
	}
	return g
}
