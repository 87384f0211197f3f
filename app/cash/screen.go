package cash

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

	cancel, take          *widgets.Button
	title                 *widgets.Text
	panel                 *widgets.Panel
	label, given          *widgets.Text
	changeLabel, change   *widgets.Text
	reason                *widgets.Text
	quick                 [1 + mostQuick]*widgets.Button
	pad                   *widgets.Keypad
	entering              []fyne.CanvasObject
	back                  *widgets.Panel
	mark                  *widgets.Mark
	word, sum, said, left *widgets.Text
	next, paper           *widgets.Button
	taken                 []fyne.CanvasObject
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p}
	s.buildEntering()
	s.buildTaken()
	s.body = widgets.NewPlane(s.arrange, append(append([]fyne.CanvasObject{}, s.entering...), s.taken...)...)
	p.Changed = s.Render
	return s
}

func (s *Screen) buildEntering() {
	s.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("card.cancel"), s.Back)
	s.cancel.Shape, s.cancel.Hint = look.Left, keys.Escape.Cap()
	s.take = widgets.NewButton(widgets.RoleMain, 28, text.Get("cash.take"), s.Take)
	s.take.Hint = "Enter"
	s.title, s.panel = widgets.NewBold(28), widgets.NewPanel(look.Surface, look.Line, 18)
	s.label, s.changeLabel = widgets.NewText(18), widgets.NewText(18)
	s.label.Words, s.changeLabel.Words = text.Get("cash.given"), text.Get("cash.change")
	s.label.Colour, s.changeLabel.Colour = look.Soft, look.Soft
	s.given, s.change, s.reason = widgets.NewBold(60), widgets.NewBold(60), widgets.NewPara(20)
	s.reason.Top = false
	for _, t := range []*widgets.Text{s.given, s.change, s.reason} {
		t.Align = fyne.TextAlignTrailing
	}
	s.pad = widgets.NewKeypad(caps.Zeros, s.Press)
	s.entering = []fyne.CanvasObject{s.cancel, s.title, s.panel, s.label, s.given, s.changeLabel, s.change, s.reason, s.take, s.pad.Container}
	for i := range s.quick {
		s.quick[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() { s.Quick(i) })
		s.entering = append(s.entering, s.quick[i])
	}
	s.quick[0].Hint, s.quick[1].Hint = string(keys.Cash), string(keys.Right)
}

func (s *Screen) buildTaken() {
	on := look.OnApproved
	s.back, s.mark = widgets.NewPanel(look.Approved, look.Clear, 0), widgets.NewMark(look.Check, on)
	s.word, s.sum, s.said, s.left = widgets.NewBold(60), widgets.NewBold(160), widgets.NewPara(24), widgets.NewPara(24)
	s.sum.Align, s.left.Bold = fyne.TextAlignCenter, true
	for _, t := range []*widgets.Text{s.word, s.sum, s.said, s.left} {
		t.Colour = on
	}
	s.next, s.paper = widgets.NewButton(widgets.RoleBold, 24, "", s.Leave), widgets.NewButton(widgets.RoleOutline, 24, text.Get("outcome.act.receipt"), s.Paper)
	s.next.Hint, s.paper.Hint = "Enter", string(keys.Receipt)
	s.next.On, s.paper.On = on, on
	s.taken = []fyne.CanvasObject{s.back, s.mark, s.word, s.sum, s.said, s.left, s.next, s.paper}
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() {}

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	for _, o := range s.entering {
		widgets.Show(o, !v.Taken)
	}
	for _, o := range s.taken {
		widgets.Show(o, v.Taken)
	}
	if v.Taken {
		s.word.Words, s.sum.Words, s.said.Words, s.left.Words = text.Get("cash.change.word"), v.Change, v.Said, v.Left
		if v.NoChange {
			s.word.Words, s.sum.Words = text.Get("cash.paid"), text.Get("cash.nochange")
		}
		s.next.Words = v.NextWords
		s.body.Refresh()
		return
	}
	s.title.Words, s.given.Words, s.change.Words, s.reason.Words = text.Get("cash.title", v.Due), v.Given, v.Change, v.Reason
	if v.Problem != "" {
		s.reason.Words = v.Problem
	}
	s.given.Colour, s.reason.Colour = look.Ink, look.Soft
	if v.Empty {
		s.given.Colour = look.Soft
	}
	if v.Wrong || v.Problem != "" {
		s.reason.Colour = look.Wrong
	}
	widgets.Show(s.changeLabel, v.Change != "")
	for i, b := range s.quick {
		widgets.Show(b, i < len(v.Quick))
		if i < len(v.Quick) {
			b.Words, b.Role = v.Quick[i].Words, widgets.RolePlain
			if v.Quick[i].Chosen {
				b.Role = widgets.RoleChosen
			}
		}
	}
	s.take.Enable(v.Ready)
	s.cancel.Enable(!v.Busy)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	s.arrangeTaken(m, size)
	margin := m.Gap
	padW := min((size.Width-3*margin)*0.46, 760*max(0.6, m.Unit))
	left := size.Width - padW - 3*margin
	s.title.Em, s.cancel.Em, s.take.Em = m.Title, m.Body, m.Title*1.1
	cancel := max(118, 190*m.Unit)
	widgets.Place(s.cancel, margin, margin, cancel, m.Touch)
	widgets.Place(s.title, margin+cancel+m.Gap, margin, left-cancel-m.Gap, m.Touch)
	widgets.Place(s.pad.Container, size.Width-padW-margin, margin, padW, size.Height-2*margin)
	take := m.Touch * 1.25
	bottom := size.Height - margin - take
	widgets.Place(s.take, margin, bottom, left, take)
	bottom -= m.Gap
	const columns = 3
	w := (left - (columns-1)*m.Gap) / columns
	h := m.Touch
	for i, b := range s.quick {
		b.Em = m.Body
		widgets.Place(b, margin+float32(i%columns)*(w+m.Gap), bottom-float32(2-i/columns)*(h+m.Gap)+m.Gap, w, h)
	}
	bottom -= 2*h + 2*m.Gap
	s.arrangePanel(m, margin, margin+m.Touch+m.Gap, left, bottom-margin-m.Touch-m.Gap)
}

// arrangePanel places what was given, and under it the change or what is wrong.
func (s *Screen) arrangePanel(m theme.Measure, x, y, w, h float32) {
	widgets.Place(s.panel, x, y, w, h)
	x, w = x+m.Pad, w-2*m.Pad
	half := h / 2
	s.label.Em, s.changeLabel.Em = m.Body*0.9, m.Body*0.9
	s.given.Em, s.change.Em, s.reason.Em = min(half*0.62, 72*m.Unit), min(half*0.62, 72*m.Unit), m.Body
	label := w * 0.32
	widgets.Place(s.label, x, y, label, half)
	widgets.Place(s.given, x+label, y, w-label, half)
	widgets.Place(s.changeLabel, x, y+half, label, half)
	widgets.Place(s.change, x+label, y+half, w-label, half)
	widgets.Place(s.reason, x, y+half, w, half-m.Pad*0.4)
}

func (s *Screen) arrangeTaken(m theme.Measure, size fyne.Size) {
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	margin := m.Gap * 2
	head := size.Height * 0.2
	widgets.Place(s.mark, margin, margin, head, head)
	s.word.Em = head * 0.6
	widgets.Place(s.word, margin+head+m.Gap*1.6, margin, size.Width-2*margin-head-m.Gap*1.6, head)
	foot := m.Touch * 1.3
	top, bottom := margin+head+m.Gap, size.Height-margin-foot-m.Gap
	lines := m.Title * 1.6
	s.said.Em, s.left.Em = m.Title*0.95, m.Title*0.95
	widgets.Place(s.said, margin, bottom-2*lines, size.Width-2*margin, lines)
	widgets.Place(s.left, margin, bottom-lines, size.Width-2*margin, lines)
	room := bottom - 2*lines - top
	s.sum.Em = room * 0.85
	widgets.Place(s.sum, margin, top, size.Width-2*margin, room)
	s.next.Em, s.paper.Em = m.Body*1.15, m.Body*1.15
	bw := max(230, min(size.Width*0.3, 420*max(0.7, m.Unit)))
	widgets.Place(s.next, size.Width-margin-bw, size.Height-margin-foot, bw, foot)
	widgets.Place(s.paper, size.Width-margin-2*bw-m.Gap, size.Height-margin-foot, bw, foot)
}
