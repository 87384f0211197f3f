package escpos_test

import (
	"bytes"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
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
	fonts := receiptstest.Mono(b)
	hindi := receipts.Document{Lang: "hi"}
	for range 40 {
		hindi.Blocks = append(hindi.Blocks, receipts.Row{Left: "भुगतान स्वीकृत हुआ", Right: "₹499.00"})
	}
	long := receipts.Document{Blocks: []receipts.Block{receipts.Line{Text: strings.Repeat("e\u0301x中न", 2000)}}}
	for _, c := range []struct {
		name string
		d    receipts.Document
	}{{"receipt", forty()}, {"hindi", hindi}, {"word of 8000 letters", long}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := escpos.Render(c.d, roll("generic-80"), fonts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// The floor: the same bytes written once.
	job, err := escpos.Render(forty(), roll("generic-80"), fonts)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(bytes.Clone(job)) == 0 {
				b.Fatal("empty")
			}
		}
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fresh := escpos.Fonts{Regular: bytes.Clone(fonts.Regular), Bold: bytes.Clone(fonts.Bold)}
			if _, err := escpos.Render(forty(), roll("generic-80"), fresh); err != nil {
				b.Fatal(err)
			}
		}
	})
}
