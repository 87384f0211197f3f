package widgets

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets/caps"
)

func setUp(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
}

func TestTextFits(t *testing.T) {
	setUp(t)
	tests := []struct {
		words string
		wrap  bool
		box   fyne.Size
		lines int
		fits  bool
	}{
		{"short", false, fyne.NewSize(200, 30), 1, true},
		{"a text that shrinks to its box", false, fyne.NewSize(200, 30), 1, true},
		{"a text that is much too long to be shrunk to this box by any means at all", false, fyne.NewSize(200, 30), 1, false},
		{"a text that is wrapped to three or four lines of the box", true, fyne.NewSize(200, 130), 3, true},
		{"two\nlines", true, fyne.NewSize(200, 130), 2, true},
		{"", true, fyne.NewSize(0, 0), 1, true},
	}
	for _, tt := range tests {
		text := NewText(20)
		text.Words, text.Wrap = tt.words, tt.wrap
		text.Resize(tt.box)
		lines, _, _ := text.fit(tt.box)
		if text.Fits() != tt.fits || len(lines) != tt.lines {
			t.Errorf("%q: fits %v, lines %q", tt.words, text.Fits(), lines)
		}
		for _, line := range lines {
			if text.measure(line, smallest).Width > tt.box.Width+1 {
				t.Errorf("%q is wider than its box", line)
			}
		}
	}
}

func TestButton(t *testing.T) {
	setUp(t)
	taps := 0
	b := NewButton(RoleMain, 20, "Go", func() { taps++ })
	b.Resize(fyne.NewSize(200, 60))
	test.Tap(b)
	b.Enable(false)
	test.Tap(b)
	b.MouseDown(nil)
	if taps != 1 || b.down || b.Works() {
		t.Errorf("%d taps, down %v", taps, b.down)
	}
	b.Enable(true)
	b.MouseIn(nil)
	b.MouseDown(nil)
	if ground, _, _ := b.colours(); ground != look.AccentDown {
		t.Errorf("a press is not shown: %s", ground)
	}
	b.MouseOut()
	if b.down {
		t.Error("still down when the finger left")
	}
}

func TestKeypad(t *testing.T) {
	setUp(t)
	var got []caps.Cap
	k := NewKeypad(caps.Zeros, func(c caps.Cap) { got = append(got, c) })
	k.Resize(fyne.NewSize(300, 400))
	for _, c := range []caps.Cap{"1", "9", "0", caps.Zeros, caps.Erase} {
		test.Tap(k.Keys[c])
	}
	if fmt.Sprint(got) != "[1 9 0 00 erase]" {
		t.Errorf("got %v", got)
	}
	if NewKeypad(caps.None, nil).Keys[caps.None] != nil {
		t.Error("a key without a cap")
	}
}

func TestOverlayKeys(t *testing.T) {
	setUp(t)
	var got []string
	choice := func(name, hint string) Choice {
		return Choice{Words: name, Hint: hint, Tap: func() { got = append(got, name) }}
	}
	o := NewOverlay()
	o.Key(keys.Enter)
	for _, k := range []keys.Key{keys.Enter, keys.Escape, keys.SignOut, "X"} {
		o.Ask(Question{Title: "?", Choices: []Choice{choice("yes", "Enter"), choice("no", "Esc"), choice("third", "F12")}, Escape: 1})
		o.Key(k)
	}
	if fmt.Sprint(got) != "[yes no third]" || !o.Open() {
		t.Errorf("got %v", got)
	}
	o.Ask(Question{Title: "busy"})
	o.Key(keys.Enter)
	o.Key(keys.Escape)
	if !o.Open() {
		t.Error("a question without choices went away")
	}
}

func TestRowsFollowTheFinger(t *testing.T) {
	setUp(t)
	drawn := map[int]bool{}
	r := NewRows(50, func() fyne.CanvasObject { return NewText(12) }, func(i int, _ fyne.CanvasObject) { drawn[i] = true })
	near := 0
	r.Near = func() { near++ }
	r.Resize(fyne.NewSize(200, 225))
	r.SetCount(1000)
	if len(drawn) > 7 || near != 0 {
		t.Errorf("%d rows drawn, near %d", len(drawn), near)
	}
	r.Dragged(&fyne.DragEvent{Dragged: fyne.Delta{DY: -73}})
	if r.Offset() != 73 {
		t.Errorf("offset %v after a drag of 73", r.Offset())
	}
	tapped := -1
	r.Tap = func(i int) { tapped = i }
	r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(5, 30)})
	if tapped != 2 {
		t.Errorf("tapped row %d, want the one under the finger", tapped)
	}
	r.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: 500}})
	if above, below := r.More(); above || !below {
		t.Error("at the top there is more below alone")
	}
	r.Page(1)
	if r.Offset() != 150 {
		t.Errorf("offset %v after a page", r.Offset())
	}
	r.Choose(999)
	if above, below := r.More(); !above || below || near == 0 {
		t.Error("the last row is not in sight")
	}
	r.SetCount(2)
	if r.Offset() != 0 {
		t.Error("the list shows what is not there")
	}
	r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(5, 150)})
	if tapped != 2 {
		t.Error("tapped below the last row")
	}
}

func TestMarksAreDrawnInsideTheirBox(t *testing.T) {
	setUp(t)
	for shape := range drawings {
		for _, side := range []float32{12, 200} {
			m := NewMark(shape, look.Ink)
			m.Resize(fyne.NewSize(side, side))
			objects := test.WidgetRenderer(m).Objects()
			if len(objects) == 0 {
				t.Errorf("%s is empty", shape)
			}
			for _, o := range objects {
				p, s := o.Position(), o.Size()
				if p.X < -side*0.08 || p.Y < -side*0.08 || p.X+s.Width > side*1.08 || p.Y+s.Height > side*1.08 {
					t.Errorf("%s leaves its box: %v %v", shape, p, s)
				}
			}
		}
	}
}

func TestGlyphs(t *testing.T) {
	setUp(t)
	g := NewGlyphs(20)
	g.Count, g.Caret = 5, true
	g.Sign = func(i int) (rune, bool) { return rune('0' + i), i == 4 }
	g.Resize(fyne.NewSize(300, 40))
	if got := len(test.WidgetRenderer(g).Objects()); got != 6 {
		t.Errorf("%d objects, want five signs and a caret", got)
	}
	g.Count = 0
	g.Refresh()
	r, _ := test.WidgetRenderer(g).(*glyphsRenderer)
	for _, text := range r.texts {
		if text.Text != "" {
			t.Errorf("%q is left in the drawing", text.Text)
		}
	}
}
