package sale

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	panel          *widgets.Panel
	label, amount  *widgets.Text
	reason         *widgets.Text
	notice         *widgets.Text
	noticePanel    *widgets.Panel
	noticeMark     *widgets.Mark
	strip, history *widgets.Button
	charge         *widgets.Button
	pad            *widgets.Keypad
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p}
	s.panel = widgets.NewPanel(look.Surface, look.Line, 18)
	s.label, s.amount, s.reason = widgets.NewText(20), widgets.NewBold(90), widgets.NewPara(20)
	s.label.Colour, s.reason.Colour = look.Soft, look.Soft
	s.amount.Align = fyne.TextAlignTrailing
	s.reason.Align = fyne.TextAlignTrailing
	s.notice = widgets.NewPara(18)
	s.notice.Colour, s.notice.Top = look.OnNotice, false
	s.noticePanel = widgets.NewPanel(look.Notice, look.Clear, 12)
	s.noticeMark = widgets.NewMark(look.Alert, look.OnNotice)
	s.strip = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Attention() })
	s.strip.Left, s.strip.Shape = true, look.Clock
	s.history = widgets.NewButton(widgets.RolePlain, 20, text.Get("sale.history"), p.history)
	s.history.Hint = string(keys.History)
	s.charge = widgets.NewButton(widgets.RoleMain, 32, text.Get("sale.card"), p.Charge)
	s.charge.Shape, s.charge.Hint = look.Card, "Enter"
	s.pad = widgets.NewKeypad(caps.Zeros, p.Press)
	s.body = widgets.NewPlane(s.arrange, s.panel, s.label, s.amount, s.reason, s.noticePanel, s.noticeMark, s.notice,
		s.strip, s.history, s.charge, s.pad.Container)
	p.Changed = s.Render
	return s
}

// history is here so that the button can be made before the callback is set.
func (p *Presenter) history() { p.History() }

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Render() }

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Enter, keys.Another:
		s.Charge()
	case keys.Erase:
		s.Press(caps.Erase)
	case keys.Escape:
		s.Clear()
	case keys.History:
		s.History()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(r rune) {
	if digit, ok := keys.Digit(r); ok {
		s.Press(caps.Of(digit))
	}
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.label.Set(v.Label)
	s.amount.Set(v.Amount)
	s.amount.Paint(map[bool]look.Colour{false: look.Ink, true: look.Soft}[v.Empty])
	s.reason.Set(v.Reason)
	s.reason.Paint(map[bool]look.Colour{false: look.Soft, true: look.Wrong}[v.Wrong])
	s.charge.Enable(v.Ready)
	widgets.Show(s.strip, v.Strip != "")
	widgets.Show(s.history, v.Strip == "")
	if v.Strip != "" {
		s.strip.Shape = look.Of(v.StripKind).Shape
		s.strip.Set(v.Strip, true)
	}
	for _, o := range []fyne.CanvasObject{s.notice, s.noticePanel, s.noticeMark} {
		widgets.Show(o, v.Notice != "")
	}
	s.notice.Set(v.Notice)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	padW := min((size.Width-3*margin)*0.5, 820*max(0.6, m.Unit))
	left := size.Width - padW - 3*margin
	widgets.Place(s.pad.Container, size.Width-padW-margin, margin, padW, size.Height-2*margin)

	charge := m.Touch * 1.7
	bottom := size.Height - margin
	s.charge.Em = m.Big
	widgets.Place(s.charge, margin, bottom-charge, left, charge)
	bottom -= charge + m.Gap
	// The strip leads to the same place, so one of the two is enough.
	s.history.Em, s.strip.Em = m.Body, m.Body
	widgets.Place(s.history, margin, bottom-m.Touch, left, m.Touch)
	widgets.Place(s.strip, margin, bottom-m.Touch, left, m.Touch)
	bottom -= m.Touch + m.Gap
	if s.notice.Visible() {
		h := m.Body * 3.4
		widgets.Place(s.noticePanel, margin, bottom-h, left, h)
		side := h * 0.4
		widgets.Place(s.noticeMark, margin+m.Pad*0.6, bottom-h+(h-side)/2, side, side)
		s.notice.Em = m.Body * 0.92
		widgets.Place(s.notice, margin+side+m.Pad*1.2, bottom-h+4, left-side-m.Pad*1.8, h-8)
		bottom -= h + m.Gap
	}
	widgets.Place(s.panel, margin, margin, left, bottom-margin)
	x, w := margin+m.Pad*1.2, left-m.Pad*2.4
	s.label.Em, s.reason.Em = m.Body, m.Body
	widgets.Place(s.label, x, margin+m.Pad*0.6, w, m.Body*1.5)
	reason := m.Body * 3
	widgets.Place(s.reason, x, bottom-reason-m.Pad*0.2, w, reason)
	top := margin + m.Pad*0.6 + m.Body*1.5
	h := bottom - reason - top - m.Pad*0.2
	s.amount.Em = min(132*m.Unit, h*0.72)
	widgets.Place(s.amount, x, top, w, h)
}
