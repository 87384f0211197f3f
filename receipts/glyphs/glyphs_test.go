package glyphs_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"paydesk/receipts/glyphs"
	"paydesk/receipts/receiptstest"
)

func open(t testing.TB, f glyphs.Fonts) *glyphs.Family {
	t.Helper()
	family, err := glyphs.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	return family
}

func TestFontsAreReadOnce(t *testing.T) {
	f := receiptstest.Mono(t)
	first := open(t, f)
	if open(t, f) != first {
		t.Error("the same fonts are read twice")
	}
	f.Bold = bytes.Clone(f.Bold)
	if open(t, f) == first {
		t.Error("other fonts are taken for the first ones")
	}
	for _, bad := range []glyphs.Fonts{{}, {Regular: f.Regular}, {Regular: []byte("no font"), Bold: f.Bold},
		{Regular: bytes.Clone(f.Regular), Bold: f.Bold, Further: &glyphs.Fonts{Regular: f.Regular[:500], Bold: f.Bold}}} {
		if _, err := glyphs.Open(bad); err == nil {
			t.Error("got no error for a font that is none")
		}
	}
}

func TestRuns(t *testing.T) {
	f := open(t, receiptstest.Mono(t))
	want := []glyphs.Run{{Text: "A ", Font: 0}, {Text: "हिन्दी", Font: 1}, {Text: " ₹1", Font: 0}, {Text: "१", Font: 1}}
	if got := f.Runs("A हिन्दी ₹1१"); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for text, want := range map[string]bool{"Visa ₹": true, "Ωж": true, "हि": false, "e\u0301": false} {
		if got := f.Plain(text); got != want {
			t.Errorf("%s: got plain %v, want %v", text, got, want)
		}
	}
	for r, want := range map[rune]bool{'₹': true, 'क': true, '中': false, '\U0001F600': false, 0xFFFD: true, 'ا': false} {
		if got := f.Has(r); got != want {
			t.Errorf("%c: got %v, want %v", r, got, want)
		}
	}
}

// TestShaping: letters that become one shape are one glyph; a vowel sign that
// is written before its consonant stands before it.
func TestShaping(t *testing.T) {
	f := open(t, receiptstest.Mono(t))
	tests := []struct {
		text   string
		glyphs int
	}{{"क", 1}, {"क्ष", 1}, {"र्क", 2}, {"कि", 2}, {"कमल", 3}}
	for _, tt := range tests {
		got, width := f.Shape(glyphs.Run{Text: tt.text, Font: 1}, false)
		if len(got) != tt.glyphs || width <= 0 {
			t.Errorf("%s: got %d glyphs, %v wide, want %d", tt.text, len(got), width, tt.glyphs)
		}
	}
	ka, _ := f.Shape(glyphs.Run{Text: "क", Font: 1}, false)
	ki, _ := f.Shape(glyphs.Run{Text: "कि", Font: 1}, false)
	if !slices.Equal(ki[1].Path, ka[0].Path) || ki[1].At.X <= 0 {
		t.Error("the sign of i does not stand before its consonant")
	}
	plain, wide := f.Shape(glyphs.Run{Text: "AB"}, true)
	if len(plain) != 2 || wide != f.Advance("AB", true) || wide < 1.19 || wide > 1.21 {
		t.Errorf("two letters of a monospaced font are %v wide, want 1.2", wide)
	}
}

func TestManyAtOnce(t *testing.T) {
	f := open(t, receiptstest.Sans(t))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				f.Shape(glyphs.Run{Text: "धन्यवाद", Font: 1}, true)
				f.Advance("Total", false)
				f.Runs("कुल 5")
			}
		})
	}
	wg.Wait()
}
