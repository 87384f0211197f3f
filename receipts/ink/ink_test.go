package ink_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/ink"
	"paydesk/receipts/receiptstest"
)

func pen(t testing.TB) *ink.Pen {
	t.Helper()
	p, err := ink.NewPen(receiptstest.Mono(t), 32, 384)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// inked is the first and the last column of dots that has ink, in whole letters.
func inked(p *ink.Picture) (first, last int) {
	first, last = -1, -1
	for x := range p.Width {
		for y := range p.Height {
			if p.Black(x, y) {
				if first < 0 {
					first = x
				}
				last = x
			}
		}
	}
	return first, last
}

func black(p *ink.Picture) (n int) {
	for y := range p.Height {
		for x := range p.Width {
			if p.Black(x, y) {
				n++
			}
		}
	}
	return n
}

// TestLinesKeepTheirPlace: at the left, in the middle and at the right, whether
// the script knows columns or not.
func TestLinesKeepTheirPlace(t *testing.T) {
	p := pen(t)
	for _, text := range []string{"Thank you", "धन्यवाद", "धन्यवाद 5"} {
		cells := receipts.Cells(text)
		for _, tt := range []struct {
			name        string
			before      int
			first, last int // at most so far from the edges; -1: not told
		}{{"left", 0, 3, -1}, {"right", 32 - cells, -1, 4}} {
			first, last := inked(p.Line(receipts.Strip{Text: strings.Repeat(" ", tt.before) + text}))
			if tt.first >= 0 && first > tt.first || tt.last >= 0 && 383-last > tt.last {
				t.Errorf("%s at the %s: ink from %d to %d of 384", text, tt.name, first, last)
			}
		}
		first, last := inked(p.Line(receipts.Strip{Text: strings.Repeat(" ", (32-cells)/2) + text}))
		if off := (first + last - 384) / 2; off < -7 || off > 7 {
			t.Errorf("%s in the middle: ink from %d to %d of 384", text, first, last)
		}
	}
}

func TestNothingRunsOffThePaper(t *testing.T) {
	p := pen(t)
	for _, s := range []receipts.Strip{
		{Text: strings.Repeat("ॐ", 32)}, {Text: strings.Repeat("औ", 32)}, {Text: strings.Repeat("ॐ", 16), Wide: true, Tall: true},
		{Text: strings.Repeat("ॐ", 15) + "  " + strings.Repeat("ॐ", 15), Bold: true},
	} {
		got := p.Line(s)
		if _, last := inked(got); got.Width != 384 || last < 300 {
			t.Errorf("%s: %d dots, ink up to %d", s.Text, got.Width, last)
		}
	}
}

func TestStyles(t *testing.T) {
	p := pen(t)
	plain := p.Line(receipts.Strip{Text: "Total"})
	if got := p.Line(receipts.Strip{Text: "Total", Bold: true}); black(got) <= black(plain) {
		t.Error("bold is no bolder")
	}
	if got := p.Line(receipts.Strip{Text: "Total", Wide: true, Tall: true}); got.Width != 2*plain.Width || got.Height != 2*plain.Height {
		t.Errorf("double size is %d by %d", got.Width, got.Height)
	}
	if got := p.Line(receipts.Strip{Text: "Total", Inverse: true}); black(got) != plain.Width*plain.Height-black(plain) {
		t.Error("inverse is not the inverse")
	}
}

func TestLogo(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 1000, 1000))
	for i := range grey.Pix {
		grey.Pix[i] = 0x40 // three quarters black
	}
	got := ink.Logo(grey, 576)
	if n := black(got); got.Width != 200 || got.Height != 200 || n < 29000 || n > 31000 {
		t.Errorf("got %d by %d dots, %d of them black, want 200 by 200, 30000", got.Width, got.Height, n)
	}
	line := image.NewGray(image.Rect(0, 0, 10, 1))
	for x := 5; x < 10; x++ {
		line.SetGray(x, 0, color.Gray{Y: 0xFF})
	}
	if got := ink.Logo(line, 576); got.Width != 10 || got.Rows[0] != 0xF8 || got.Rows[1] != 0 {
		t.Errorf("an edge is drawn as % X, want F8 00", got.Rows)
	}
}

func TestCodesThatDoNotFit(t *testing.T) {
	if _, err := ink.FitQR(strings.Repeat("x", 1500), 384); err == nil {
		t.Error("a QR wider than the paper fits")
	}
	if _, err := ink.FitQR("", 384); err == nil {
		t.Error("a QR holds nothing")
	}
	for text, want := range map[string]int{"1234": 3, strings.Repeat("A", 12): 2, strings.Repeat("A", 20): 0, "é": 0} {
		if _, got := ink.FitBars(text, 384); got != want {
			t.Errorf("%s: got modules of %d dots, want %d", text, got, want)
		}
	}
}

func BenchmarkHindiLine(b *testing.B) {
	p := pen(b)
	s := receipts.Strip{Text: "भुगतान स्वीकृत हुआ      ₹499.00"}
	b.ReportAllocs()
	for b.Loop() {
		p.Line(s)
	}
}
