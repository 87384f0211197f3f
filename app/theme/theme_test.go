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

func ratio(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestContrast(t *testing.T) {
	for _, name := range []string{Light, Dark, Contrast} {
		palette := New(name).palette
		for _, p := range Pairs {
			text, ok := palette[p.Text]
			ground, ok2 := palette[p.Ground]
			if !ok || !ok2 {
				t.Errorf("%s: no colour for %s on %s", name, p.Text, p.Ground)
				continue
			}
			least := p.Least
			if name == Contrast {
				least = 7
			}
			if got := ratio(text, ground); got < least {
				t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", name, p.Text, p.Ground, got, least)
			}
		}
	}
}

func TestAllVariantsHaveTheSameNames(t *testing.T) {
	l := New(Light).palette
	for _, variant := range []string{Dark, Contrast} {
		d := New(variant).palette
		for name := range l {
			if _, ok := d[name]; !ok {
				t.Errorf("%s lacks %s", variant, name)
			}
		}
		if len(l) != len(d) {
			t.Errorf("light has %d colours, %s %d", len(l), variant, len(d))
		}
	}
}

func TestNameAndOther(t *testing.T) {
	if got := New("purple").Name(); got != Light {
		t.Errorf("an unknown theme is %q, want light", got)
	}
	name := Light
	for _, want := range []string{Dark, Contrast, Light} {
		if name = New(name).Other(); name != want {
			t.Errorf("the next one is %s, want %s", name, want)
		}
	}
	if got, want := New(Dark).Color("background", 1), color.Color(dark[look.Ground]); got != want {
		t.Errorf("background = %v, want %v", got, want)
	}
}

// What is pressed is at least 11 mm wide and high on a screen of 96 dots to the
// inch, where a unit is a dot.
func TestTouch(t *testing.T) {
	const millimetres, inch, dots = 11, 25.4, 96
	if least := float32(millimetres / inch * dots); Finger < least || MinTouch < Finger {
		t.Errorf("Finger is %d units and MinTouch %d, want %.1f", Finger, MinTouch, least)
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
