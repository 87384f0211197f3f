package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"

	"paydesk/app/look"
)

// luminance is relative luminance as WCAG 2.2 defines it.
func luminance(c color.NRGBA) float64 {
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestContrast(t *testing.T) {
	for _, name := range []string{Light, Dark} {
		palette := New(name).palette
		for _, p := range Pairs {
			text, ok := palette[p.Text]
			ground, ok2 := palette[p.Ground]
			if !ok || !ok2 {
				t.Errorf("%s: no colour for %s on %s", name, p.Text, p.Ground)
				continue
			}
			if got := contrast(text, ground); got < p.Least {
				t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", name, p.Text, p.Ground, got, p.Least)
			}
		}
	}
}

func TestBothVariantsHaveTheSameNames(t *testing.T) {
	l, d := New(Light).palette, New(Dark).palette
	for name := range l {
		if _, ok := d[name]; !ok {
			t.Errorf("dark lacks %s", name)
		}
	}
	if len(l) != len(d) {
		t.Errorf("light has %d colours, dark %d", len(l), len(d))
	}
}

func TestNameAndOther(t *testing.T) {
	if got := New("purple").Name(); got != Light {
		t.Errorf("an unknown theme is %q, want light", got)
	}
	if New(Dark).Other() != Light || New(Light).Other() != Dark {
		t.Error("Other is not the other")
	}
	if got, want := New(Dark).Color("background", 1), color.Color(dark[look.Ground]); got != want {
		t.Errorf("background = %v, want %v", got, want)
	}
}

func TestMeasure(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 800, Height: 480}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}} {
		m := For(size)
		if m.Touch < MinTouch || m.Small < 13 || m.Gap < 8 {
			t.Errorf("%v: %+v", size, m)
		}
	}
	if m := For(fyne.NewSize(1280, 800)); m.Unit != 1 || m.Touch != 72 {
		t.Errorf("at the standard size: %+v", m)
	}
}
