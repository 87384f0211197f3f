package pin

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/staff"
)

// Pad is where the PIN is entered, as it is seen: a dot for each digit, the
// sentence of what is wrong, the keys, and the button that tries it.
type Pad struct {
	*fyne.Container
	// Measure is the window's, Words and Doing what the button says.
	Measure      theme.Measure
	Words, Doing string

	label, problem *widgets.Text
	dots           [staff.MaxPIN]*widgets.Mark
	keys           *widgets.Keypad
	ok             *widgets.Button
}

// NewPad builds the pad, once.
func NewPad(p *Presenter, words, doing string) *Pad {
	d := &Pad{Words: words, Doing: doing, label: widgets.NewText(20), problem: widgets.NewPara(18)}
	d.label.Colour, d.label.Align = look.Soft, fyne.TextAlignCenter
	d.problem.Colour, d.problem.Align, d.problem.Top = look.Wrong, fyne.TextAlignCenter, false
	d.keys = widgets.NewKeypad(caps.None, p.Press)
	d.ok = widgets.NewButton(widgets.RoleMain, 24, words, p.Enter)
	d.ok.Hint = "Enter"
	objects := []fyne.CanvasObject{d.label, d.problem, d.keys.Container, d.ok}
	for i := range d.dots {
		d.dots[i] = widgets.NewMark(look.Speck, look.Line)
		objects = append(objects, d.dots[i])
	}
	d.Container = widgets.NewPlane(d.arrange, objects...)
	return d
}

// Set shows a view.
func (d *Pad) Set(v View) {
	for i, dot := range d.dots {
		if dot.Set(look.Speck, look.Line); i < v.Dots { // another shape too: with high contrast a line is as dark as ink
			dot.Set(look.Dot, look.Ink)
		}
	}
	d.problem.Set(v.Problem)
	d.label.Set(text.Get("pin.label"))
	d.ok.Set(map[bool]string{false: d.Words, true: d.Doing}[v.Busy], v.Ready)
	for _, key := range d.keys.Keys {
		key.Enable(!v.Locked)
	}
	d.Refresh()
}

func (d *Pad) arrange(size fyne.Size) {
	m, w := d.Measure, size.Width
	d.label.Em, d.problem.Em, d.ok.Em = m.Body, m.Body, m.Title
	widgets.Place(d.label, 0, 0, w, m.Body*1.4)
	y := m.Body * 1.5
	side := min(26*max(0.7, m.Unit), w/10)
	for i, dot := range d.dots {
		widgets.Place(dot, w/2+(float32(i)-float32(len(d.dots))/2)*side*1.25, y, side, side)
	}
	y += side + 4
	said := m.Body * 2.3
	widgets.Place(d.problem, 0, y, w, said)
	y += said + 4
	ok := m.Touch * 1.05
	widgets.Place(d.keys.Container, 0, y, w, size.Height-y-ok-m.Gap)
	widgets.Place(d.ok, 0, size.Height-ok, w, ok)
}
