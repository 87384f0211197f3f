package pdf_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"

	"paydesk/receipts"
	"paydesk/receipts/pdf"
	"paydesk/receipts/receiptstest"
)

// forty is a receipt of 40 lines.
func forty() receipts.Document {
	d := receipts.Sale(receiptstest.Facts())
	d.Blocks = d.Blocks[:len(d.Blocks)-1]
	for len(d.Blocks) < 39 {
		d.Blocks = append(d.Blocks, receipts.Row{Left: "Coffee, large", Right: "$3.50"})
	}
	d.Blocks = append(d.Blocks, receipts.Cut{})
	return d
}

func BenchmarkRender(b *testing.B) {
	fonts := receiptstest.Sans(b)
	for name, p := range map[string]pdf.Paper{"80mm": pdf.Roll80, "a4": pdf.A4} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pdf.Render(forty(), p, fonts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("hindi", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pdf.Render(receiptstest.Kitchen(), pdf.Roll80, fonts); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("words of 10000 letters", func(b *testing.B) {
		d := receipts.Document{At: receiptstest.At(), Blocks: []receipts.Block{receipts.Line{Text: strings.Repeat("x", 10_000)},
			receipts.Row{Left: strings.Repeat("न", 10_000)}}}
		for b.Loop() {
			if _, err := pdf.Render(d, pdf.Roll80, fonts); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fresh := pdf.Fonts{Regular: bytes.Clone(fonts.Regular), Bold: bytes.Clone(fonts.Bold)}
			if _, err := pdf.Render(forty(), pdf.Roll80, fresh); err != nil {
				b.Fatal(err)
			}
		}
	})
	// The floor: an empty page by the same writer with the same fonts.
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			file := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: 80, Ht: 200}})
			file.AddUTF8FontFromBytes("receipt", "", fonts.Regular)
			file.AddUTF8FontFromBytes("receipt", "B", fonts.Bold)
			file.AddPage()
			if err := file.Output(discard{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
