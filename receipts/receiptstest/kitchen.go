package receiptstest

import (
	"image"
	"image/color"
	"sync"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/glyphs"
)

// Kitchen has every kind of block, in several scripts.
func Kitchen() receipts.Document {
	column := func(name, count, amount string, bold bool) receipts.Columns {
		return receipts.Columns{Bold: bold, Cells: []receipts.Cell{
			{Text: name, Share: 4}, {Text: count, Align: receipts.Right, Share: 1}, {Text: amount, Align: receipts.Right, Share: 2}}}
	}
	return receipts.Document{Title: "Every block", Author: "हार्बर बुक्स", Lang: "hi", At: At(), Blocks: []receipts.Block{
		receipts.Logo{Picture: Logo()},
		receipts.Heading{Text: "हार्बर बुक्स"},
		receipts.Line{Text: "Łódź · Москва · Αθήνα · İstanbul", Align: receipts.Centre},
		receipts.Rule{},
		column("Item", "Qty", "Amount", true),
		column("Coffee", "2", "$7.00", false),
		column("हिन्दी किताब", "1", "₹499.00", false),
		receipts.Rule{},
		receipts.Total{Label: "कुल", Amount: "₹499.00"},
		receipts.Row{Left: "भुगतान स्वीकृत हुआ", Right: "नकद"},
		receipts.Row{Left: "Kartı", Right: "Visa **** 1111", Bold: true},
		receipts.Blank{},
		receipts.Banner{Text: "प्रशिक्षण - कोई पैसा नहीं"},
		receipts.Line{Text: "धन्यवाद! रसीद के साथ 30 दिनों के भीतर वापसी। क्षत्रिय, श्रीमान, कृष्ण, उर्दू, रुपये।"},
		receipts.Line{Text: "中", Align: receipts.Right},
		receipts.Barcode{Text: "A7K2M-000000417"},
		receipts.QR{Text: receipts.QRPrefix + Number},
		receipts.Drawer{},
		receipts.Cut{},
	}}
}

// Logo is a picture with edges and greys: a dark disc on a ground that fades
// from left to right, in a white frame.
func Logo() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 400, 160))
	for y := range 160 {
		for x := range 400 {
			grey := 0x60 + x*0x9F/400
			if dx, dy := x-200, y-80; dx*dx+dy*dy < 60*60 {
				grey = 0
			}
			if x < 8 || y < 8 || x >= 392 || y >= 152 {
				grey = 0xFF
			}
			img.SetGray(x, y, color.Gray{Y: byte(grey)})
		}
	}
	return img
}

// Mono are the fonts of a receipt printer.
func Mono(t testing.TB) glyphs.Fonts { return fonts(t, "NotoSansMono") }

// Sans are the fonts of a file.
func Sans(t testing.TB) glyphs.Fonts { return fonts(t, "NotoSans") }

var read sync.Map // the fonts that were, by name: programs read them once too

func fonts(t testing.TB, name string) glyphs.Fonts {
	t.Helper()
	if known, ok := read.Load(name); ok {
		return known.(glyphs.Fonts)
	}
	f := glyphs.Fonts{Regular: Font(t, name+"-Regular.ttf"), Bold: Font(t, name+"-Bold.ttf"), Further: &glyphs.Fonts{
		Regular: Font(t, "NotoSansDevanagari-Regular.ttf"), Bold: Font(t, "NotoSansDevanagari-Bold.ttf")}}
	known, _ := read.LoadOrStore(name, f)
	return known.(glyphs.Fonts)
}
