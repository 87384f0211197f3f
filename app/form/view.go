package form

import (
	"strconv"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// MaxFields is the most fields that a form has.
const MaxFields = 8

// View shows a form: the fields above, one at least, and below them the pad of
// the one that is filled in.
type View struct {
	*fyne.Container
	form *Form

	fields   [MaxFields]*widgets.Field
	up, down *widgets.Button
	board    *widgets.Board
	pads     map[Pad]*widgets.Keypad
	options  *List
	first    int
	shown    int
}

// NewView builds the view, once; Use gives it a form.
func NewView() *View {
	v := &View{form: New(), pads: map[Pad]*widgets.Keypad{}, shown: 1}
	v.board = widgets.NewBoard(func(r rune) { v.form.Rune(r) }, func(k keys.Key) { v.form.Key(k) })
	press := func(c caps.Cap) { v.form.Press(c) }
	v.pads[Digits], v.pads[Decimal], v.pads[Money] = widgets.NewKeypad(caps.None, press), widgets.NewKeypad(".", press), widgets.NewKeypad(caps.Zeros, press)
	v.options = NewList(func(i int) { v.pick(i) })
	v.up = widgets.NewShapeButton(widgets.RolePlain, look.Up, func() { v.form.Move(-1) })
	v.down = widgets.NewShapeButton(widgets.RolePlain, look.Down, func() { v.form.Move(1) })
	objects := []fyne.CanvasObject{v.board.Container, v.options.Container, v.up, v.down}
	for _, pad := range []Pad{Digits, Decimal, Money} {
		objects = append(objects, v.pads[pad].Container)
	}
	for i := range v.fields {
		f := widgets.NewField("", func() { v.form.Choose(v.first + i) })
		f.Glyphs.Sign = func(int) (rune, bool) { return '•', false }
		v.fields[i] = f
		objects = append(objects, f)
	}
	v.Container = widgets.NewPlane(v.arrange, objects...)
	return v
}

// Use shows a form.
func (v *View) Use(f *Form) { v.form = f }

// pick takes an option. A choice that is all there is to fill in is finished
// with that.
func (v *View) pick(i int) {
	if v.form.Pick(i); v.form.Now().Pad == Choice && len(v.form.fields) == 1 {
		v.form.End()
	}
}

// Page moves a list of options by pages.
func (v *View) Page(pages int) { v.options.Page(pages) }

// Render shows the form as it is.
func (v *View) Render() {
	v.arrange(v.Size())
	v.Refresh()
}

// show copies the fields in sight into their widgets.
func (v *View) show() {
	for i, w := range v.fields {
		at := v.first + i
		if widgets.Show(w, i < v.shown && at < len(v.form.fields)); !w.Visible() {
			continue
		}
		f := v.form.fields[at]
		w.Label, w.Empty, w.Words, w.Problem = f.Label, f.Empty, f.Shown(), f.Problem
		w.Chosen, w.Wrong, w.Badge = at == v.form.at, f.Problem != "", ""
		if len(v.form.fields) > v.shown {
			w.Badge = text.Get("form.of", strconv.Itoa(at+1), strconv.Itoa(len(v.form.fields)))
		}
		w.Glyphs.Count = 0
		if f.Hidden() {
			w.Glyphs.Count = f.Len()
		}
	}
}

func (v *View) arrange(size fyne.Size) {
	n := len(v.form.fields)
	if n == 0 || size.Height <= 0 {
		return
	}
	m := theme.For(fyne.NewSize(size.Width*1.42, size.Height*1.25))
	gap := m.Gap
	pad := min(size.Height-66-4, max(5*(theme.MinTouch-1)+16, min(size.Height*0.6, 5*76*m.Unit+16)))
	room := size.Height - pad - gap*0.5
	columns := 1
	if size.Width >= 1000 && n > 1 {
		columns = 2
	}
	tall := min(max(66, 100*m.Unit), room)
	lines := max(1, int((room+gap)/(tall+gap)))
	v.shown = min(n, MaxFields, lines*columns)
	v.first = v.form.at / v.shown * v.shown
	v.show()
	width := size.Width
	more := n > v.shown
	widgets.Show(v.up, more)
	widgets.Show(v.down, more)
	if more {
		side := max(theme.MinTouch, 64*m.Unit)
		v.up.Enable(v.form.at > 0)
		v.down.Enable(v.form.at < n-1)
		widgets.Place(v.up, size.Width-2*side-8, 0, side, side)
		widgets.Place(v.down, size.Width-side, 0, side, side)
		width -= 2*side + 8 + gap
	}
	w := (width - gap*float32(columns-1)) / float32(columns)
	for i := range v.shown {
		widgets.Place(v.fields[i], float32(i%columns)*(w+gap), float32(i/columns)*(tall+gap), w, tall)
	}
	used := float32((v.shown+columns-1)/columns) * (tall + gap)
	v.arrangePad(size, min(used, room+gap*0.5), m)
}

// arrangePad puts the pad of the field below the fields.
func (v *View) arrangePad(size fyne.Size, top float32, m theme.Measure) {
	now := v.form.Now()
	kind := now.Pad
	switch kind {
	case PIN:
		kind = Digits
	case Secret:
		kind = Text
	case Many:
		kind = Choice
	}
	height := size.Height - top
	widgets.Show(v.board.Container, kind == Text)
	widgets.Show(v.options.Container, kind == Choice)
	for pad, keypad := range v.pads {
		widgets.Show(keypad.Container, kind == pad)
		wide := min(size.Width, 640*max(0.75, m.Unit))
		widgets.Place(keypad.Container, (size.Width-wide)/2, top, wide, min(height, wide*0.75))
	}
	wide := min(size.Width, 1400)
	widgets.Place(v.board.Container, (size.Width-wide)/2, top, wide, min(height, 5*84*max(0.6, m.Unit)))
	widgets.Place(v.options.Container, 0, top, size.Width, height)
	if kind == Choice {
		v.options.Set(choices(now), now.At)
	}
}

// choices are the options as rows, the chosen ones with a check.
func choices(f *Field) []Item {
	items := make([]Item, len(f.Options))
	for i, o := range f.Options {
		items[i] = Item{Name: o.Words, Say: o.Say, Shape: look.Dot, Tint: look.Line}
		if f.Picked(i) {
			items[i].Shape, items[i].Tint = look.Check, look.Accent
		}
	}
	return items
}
