package approve

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/pin"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Panel is the question over the screen: at the left what is to be approved and
// who may, at the right the pad for that person's PIN.
type Panel struct {
	*Presenter
	body *fyne.Container
	// Redraw is called when the panel changed: what was never drawn before
	// cannot ask the toolkit for it.
	Redraw func()

	shade              *widgets.Shade
	back, side         *widgets.Panel
	mark               *widgets.Mark
	title, act, amount *widgets.Text
	of, why, who       *widgets.Text
	names              *pin.Names
	pad                *pin.Pad
	cancel             *widgets.Button
}

// NewPanel builds the panel, once. It is not shown.
func NewPanel(p *Presenter) *Panel {
	v := &Panel{Presenter: p, Redraw: func() {}, shade: widgets.NewShade(), mark: widgets.NewMark(look.Person, look.Accent)}
	v.back, v.side = widgets.NewPanel(look.Ground, look.Line, 18), widgets.NewPanel(look.Surface, look.Line, 14)
	v.title, v.act, v.amount = widgets.NewBold(28), widgets.NewBold(22), widgets.NewBold(40)
	v.of, v.why, v.who = widgets.NewText(18), widgets.NewPara(18), widgets.NewText(18)
	v.title.Words, v.who.Words = text.Get("approve.title"), text.Get("approve.who")
	v.title.Wrap, v.of.Colour, v.who.Colour = true, look.Soft, look.Soft
	v.names = pin.NewNames(p.Presenter)
	v.pad = pin.NewPad(p.Presenter, text.Get("approve.ok"), text.Get("signin.busy"))
	v.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("approve.cancel"), p.Cancel)
	v.cancel.Hint = keys.Escape.Cap()
	v.body = widgets.NewPlane(v.arrange, v.shade, v.back, v.side, v.mark, v.title, v.act, v.amount, v.of, v.why, v.who,
		v.names.Container, v.pad.Container, v.cancel)
	v.body.Hide()
	p.Changed = v.Render
	return v
}

// Object is the panel's tree.
func (v *Panel) Object() fyne.CanvasObject { return v.body }

// IsOpen reports whether the panel is shown and takes the keys.
func (v *Panel) IsOpen() bool { return v.Words().Open }

// Key handles a key of the keyboard.
func (v *Panel) Key(k keys.Key) {
	if k == keys.Escape {
		v.Cancel()
		return
	}
	v.Presenter.Key(k)
}

// Render shows the view.
func (v *Panel) Render() {
	defer v.Redraw()
	words := v.Words()
	widgets.Show(v.body, words.Open)
	v.act.Words, v.amount.Words, v.of.Words, v.why.Words = words.Act, words.Amount, words.Of, words.Why
	view := v.View()
	v.names.Set(view)
	v.pad.Set(view)
	v.cancel.Enable(!view.Busy)
	v.body.Refresh()
}

func (v *Panel) arrange(size fyne.Size) {
	m := theme.For(size)
	v.names.Measure, v.pad.Measure = m, m
	widgets.Place(v.shade, 0, 0, size.Width, size.Height)
	w, h := min(size.Width-2*m.Gap, 1180*max(0.66, m.Unit)), min(size.Height-2*m.Gap, 740*max(0.66, m.Unit))
	x, y := (size.Width-w)/2, (size.Height-h)/2
	widgets.Place(v.back, x, y, w, h)
	pad := m.Pad
	padW := w * 0.44
	right := x + w - padW - pad
	widgets.Place(v.side, right, y+pad, padW, h-2*pad)
	widgets.Place(v.pad.Container, right+pad, y+1.6*pad, padW-2*pad, h-3.2*pad)
	v.arrangeWords(m, x+1.4*pad, y+pad, right-x-2.4*pad, h-2*pad)
}

func (v *Panel) arrangeWords(m theme.Measure, x, y, w, h float32) {
	bottom := y + h
	v.title.Em, v.act.Em, v.amount.Em = m.Title, m.Body*1.15, m.Big
	v.of.Em, v.why.Em, v.who.Em, v.cancel.Em = m.Body*0.95, m.Body*0.95, m.Body, m.Body
	side := m.Title * 1.5
	widgets.Place(v.mark, x, y, side, side)
	widgets.Place(v.title, x+side+m.Gap, y, w-side-m.Gap, side)
	y += side + m.Gap*0.5
	widgets.Place(v.cancel, x, bottom-m.Touch, w, m.Touch)
	bottom -= m.Touch + m.Gap
	parts := []struct {
		text *widgets.Text
		high float32
	}{{v.act, m.Body * 1.8}, {v.amount, m.Big * 1.4}, {v.of, m.Body * 1.5}, {v.why, m.Body * 2.8}, {v.who, m.Body * 1.6}}
	for _, p := range parts {
		widgets.Show(p.text, p.text.Words != "")
		if p.text.Words != "" {
			widgets.Place(p.text, x, y, w, p.high)
			y += p.high
		}
	}
	widgets.Place(v.names.Container, x, y+4, w, bottom-y-4)
}
