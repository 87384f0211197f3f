package slip

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Panel shows a receipt as paper, over the screen.
type Panel struct {
	*Presenter
	body *fyne.Container
	// Redraw is called when the panel changed: what was never drawn before
	// cannot ask the toolkit for it.
	Redraw func()

	shade              *widgets.Shade
	back, paper        *widgets.Panel
	rows               *widgets.Rows
	customer, merchant *widgets.Button
	again, close       *widgets.Button
	pager              *widgets.Pager
	said               *widgets.Text
	lines              []string
	em                 float32
}

// NewPanel builds the panel, once. It is not shown.
func NewPanel(p *Presenter) *Panel {
	v := &Panel{Presenter: p, shade: widgets.NewShade(), em: 16, Redraw: func() {}}
	v.back = widgets.NewPanel(look.Ground, look.Line, 18)
	v.paper = widgets.NewPanel(look.Paper, look.Line, 6)
	v.rows = widgets.NewRows(20, func() fyne.CanvasObject {
		t := widgets.NewText(16)
		t.Mono, t.Colour = true, look.OnPaper
		return t
	}, func(i int, o fyne.CanvasObject) {
		if t, ok := o.(*widgets.Text); ok && i < len(v.lines) {
			t.Words, t.Em = v.lines[i], v.em
		}
	})
	v.pager = widgets.NewPager(v.rows)
	v.customer = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.copy.customer"), func() { p.Choose(Customer) })
	v.merchant = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.copy.merchant"), func() { p.Choose(Merchant) })
	v.again = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.print"), p.Print)
	v.again.Hint = string(keys.Print)
	v.close = widgets.NewButton(widgets.RoleMain, 18, text.Get("slip.close"), p.Close)
	v.close.Hint = "Esc"
	v.said = widgets.NewPara(16)
	v.body = widgets.NewPlane(v.arrange, v.shade, v.back, v.paper, v.rows, v.customer, v.merchant, v.again, v.close, v.pager.Up, v.pager.Down, v.said)
	v.body.Hide()
	p.Changed = v.Render
	return v
}

// Object is the panel's tree.
func (v *Panel) Object() fyne.CanvasObject { return v.body }

// IsOpen reports whether the panel is shown and takes the keys.
func (v *Panel) IsOpen() bool { return v.View().Open }

// Key handles a key of the keyboard.
func (v *Panel) Key(k keys.Key) {
	switch k {
	case keys.Escape, keys.Enter, keys.Receipt:
		v.Close()
	case keys.Print:
		v.Print()
	case keys.Left:
		v.Choose(Customer)
	case keys.Right:
		v.Choose(Merchant)
	case keys.Up, keys.PageUp:
		v.pager.Page(-1)
	case keys.Down, keys.PageDown:
		v.pager.Page(1)
	}
}

// Render shows the view.
func (v *Panel) Render() {
	defer v.Redraw()
	view := v.View()
	widgets.Show(v.body, view.Open)
	if !view.Open {
		return
	}
	roles := map[bool]widgets.Role{false: widgets.RolePlain, true: widgets.RoleChosen}
	v.customer.As(roles[view.Copy == Customer])
	v.merchant.As(roles[view.Copy == Merchant])
	v.again.Set(text.Get("slip.print"), view.MayPrint)
	v.lines = view.Lines
	v.said.Set(view.Said)
	if view.Lines == nil {
		v.rows.Top()
	}
	v.body.Refresh()
	v.rows.SetCount(len(v.lines))
	v.pager.Render()
}

func (v *Panel) arrange(size fyne.Size) {
	m := theme.For(size)
	widgets.Place(v.shade, 0, 0, size.Width, size.Height)
	w, h := min(size.Width-2*m.Gap, 1000*max(0.75, m.Unit)), size.Height-2*m.Gap
	x, y := (size.Width-w)/2, m.Gap
	widgets.Place(v.back, x, y, w, h)
	pad := m.Pad
	side := max(190, 290*m.Unit)
	paper := w - 3*pad - side
	// The size at which all columns fit the paper.
	unit := theme.Extent("0000000000", 20, fyne.TextStyle{Monospace: true}).Width / 200
	v.em = min(30, (paper-2*pad)/(Columns*unit))
	v.rows.Height = v.em * 1.36
	widgets.Place(v.paper, x+pad, y+pad, paper, h-2*pad)
	widgets.Place(v.rows, x+2*pad, y+pad*1.5, paper-2*pad, h-3*pad)
	bx, by := x+w-pad-side, y+pad
	touch := min(m.Touch, (h-2*pad-5*8)/6.5)
	for _, b := range []*widgets.Button{v.customer, v.merchant} {
		b.Em = m.Body
		widgets.Place(b, bx, by, side, touch)
		by += touch + 8
	}
	half := (side - 8) / 2
	widgets.Place(v.pager.Up, bx, by, half, touch)
	widgets.Place(v.pager.Down, bx+half+8, by, half, touch)
	by += touch + 8
	v.again.Em, v.close.Em, v.said.Em = m.Body, m.Body, m.Body*0.9
	bottom := y + h - pad
	widgets.Place(v.close, bx, bottom-touch, side, touch)
	widgets.Place(v.again, bx, bottom-2*touch-8, side, touch)
	widgets.Place(v.said, bx, by, side, bottom-2*touch-16-by)
}
