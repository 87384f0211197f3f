package sale

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Shut says why nothing is sold: the words, and those of the one key there is.
type Shut struct{ Words, Say, Act string }

// Selling reports that the shift lets something be sold.
func Selling(s engine.ShiftView) bool {
	return !s.Counted || s.Now != nil && s.Now.State == order.ShiftOpen
}

// shut is nil where something can be sold, and where nobody is signed in.
func (p *Presenter) shut() *Shut {
	switch now := p.snapshot.Shift; {
	case Selling(now) || p.snapshot.Operator == nil:
		return nil
	case now.Now == nil:
		return &Shut{text.Get("sale.shift"), text.Get("sale.shift.say"), text.Get("sale.shift.count")}
	}
	return &Shut{text.Get("sale.shift.counting"), text.Get("sale.shift.counting.say"), text.Get("sale.shift.go")}
}

// shutPanel takes the place of the ways to pay.
type shutPanel struct {
	*fyne.Container
	panel      *widgets.Panel
	mark       *widgets.Mark
	words, say *widgets.Text
	act        *widgets.Button
}

func newShutPanel(tap func()) *shutPanel {
	s := &shutPanel{panel: widgets.NewPanel(look.Surface, look.Line, 18), mark: widgets.NewMark(look.Tray, look.Accent),
		words: widgets.NewBold(24), say: widgets.NewPara(18), act: widgets.NewButton(widgets.RoleMain, 26, "", tap)}
	s.words.Wrap, s.say.Colour, s.act.Hint = true, look.Soft, "Enter"
	s.Container = widgets.NewPlane(s.arrange, s.panel, s.mark, s.words, s.say, s.act)
	s.Hide()
	return s
}

func (s *shutPanel) set(v *Shut) {
	if widgets.Show(s.Container, v != nil); v != nil {
		s.words.Words, s.say.Words = v.Words, v.Say
		s.act.Set(v.Act, true)
		s.Refresh()
	}
}

func (s *shutPanel) arrange(size fyne.Size) {
	m := theme.For(fyne.NewSize(size.Width*2.1, size.Height*2.2))
	w, h, pad := size.Width, size.Height, m.Pad
	widgets.Place(s.panel, 0, 0, w, h)
	act := max(theme.MinTouch, min(h*0.38, 116*m.Unit))
	side := min(m.Title*1.6, h*0.24)
	s.words.Em, s.say.Em, s.act.Em = m.Title*0.9, m.Body, m.Title
	widgets.Place(s.mark, pad, pad, side, side)
	top := h - act - 2*pad - pad
	words := min(top*0.56, m.Title*2.6)
	widgets.Place(s.words, pad*2+side, pad, w-3*pad-side, words)
	widgets.Place(s.say, pad*2+side, pad+words, w-3*pad-side, top-words)
	widgets.Place(s.act, pad, h-act-pad, w-2*pad, act)
}
