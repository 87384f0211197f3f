package cardentry

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	cancel *widgets.Button
	title  *widgets.Text
	fields [fields]*widgets.Field
	charge *widgets.Button
	pad    *widgets.Keypad
	// The notice says what becomes of the sale while the bank is away.
	notice      *widgets.Text
	noticePanel *widgets.Panel
	noticeMark  *widgets.Mark
	swiped      swipedCard
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, title: widgets.NewBold(28)}
	s.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("card.cancel"), p.Back)
	s.cancel.Shape, s.cancel.Hint = look.Left, "Esc"
	s.charge = widgets.NewButton(widgets.RoleMain, 28, "", p.Charge)
	s.charge.Hint = "Enter"
	s.pad = widgets.NewKeypad(caps.None, p.Press)
	s.notice, s.noticePanel, s.noticeMark = widgets.NewPara(18), widgets.NewPanel(look.Notice, look.Clear, 12), widgets.NewMark(look.Tray, look.OnNotice)
	s.notice.Colour, s.notice.Top = look.OnNotice, false
	s.swiped = newSwipedCard(p.Retype)
	objects := []fyne.CanvasObject{s.cancel, s.title, s.charge, s.pad.Container, s.noticePanel, s.noticeMark, s.notice}
	objects = append(objects, s.swiped.objects()...)
	for f := range fields {
		name := string(fieldNames[f])
		s.fields[f] = widgets.NewField(text.Get("card.field."+name), func() { p.Choose(f) })
		s.fields[f].Empty = text.Get("card.empty." + name)
		objects = append(objects, s.fields[f])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() {}

// Begin empties the form for a charge.
func (s *Screen) Begin(c engine.Charge) { s.Presenter.Show(c) }

// BeginCheck empties the form for a card that is only to be checked.
func (s *Screen) BeginCheck() { s.ShowCheck() }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		s.Enter()
	case keys.Erase:
		s.Press(caps.Erase)
	case keys.Escape:
		s.Back()
	case keys.Another:
		s.Retype()
	case keys.Tab, keys.Down:
		s.Move(1)
	case keys.Up:
		s.Move(-1)
	default:
		return false
	}
	return true
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.title.Set(v.Title)
	s.charge.Set(v.Charge, v.Ready)
	if v.Reason != "" {
		s.charge.Set(v.Reason, false)
	}
	s.cancel.Enable(!v.Busy)
	s.tellAway(v)
	s.swiped.tell(v.Swiped)
	for f, field := range s.fields {
		from := v.Fields[f]
		field.Glyphs.Count, field.Glyphs.Sign = from.Count, from.Sign
		field.Problem, field.Badge = from.Problem, from.Badge
		field.Wrong, field.Chosen = from.Problem != "", v.Chosen == Field(f)
		widgets.Show(field, v.Swiped == nil || Field(f) == Code)
	}
	s.fields[Code].Label = text.Get("card.field.cvv")
	if v.Swiped != nil {
		s.fields[Code].Label = text.Get("card.swiped.cvv")
	}
	// The two fields of one row share the line under them.
	if e, c := s.fields[Expiry], s.fields[Code]; e.Problem != "" && c.Problem != "" {
		if v.Chosen == Code {
			e.Problem = ""
		} else {
			c.Problem = ""
		}
	}
	s.body.Refresh()
}

// tellAway shows the notice. Storing is not charging: its button has another
// shape, and near the end of the limits the notice an alert.
func (s *Screen) tellAway(v View) {
	s.charge.Shape = look.NoShape
	if v.Store {
		s.charge.Shape = look.Tray
	}
	s.notice.Words, s.noticeMark.Shape = v.Away, look.Tray
	if v.Late || !v.Store {
		s.noticeMark.Shape = look.Alert
	}
	for _, o := range []fyne.CanvasObject{s.notice, s.noticePanel, s.noticeMark} {
		widgets.Show(o, v.Away != "")
	}
}

// arrangeAway places the notice and returns where it ends.
func (s *Screen) arrangeAway(m theme.Measure, x, y, w float32) float32 {
	if s.notice.Words == "" {
		return y
	}
	pad := m.Pad * 0.7
	side := m.Body * 1.5
	s.notice.Em = m.Body * 0.92
	words := w - side - 3*pad
	h := s.notice.Tall(words) + pad
	widgets.Place(s.noticePanel, x, y, w, h)
	widgets.Place(s.noticeMark, x+pad, y+(h-side)/2, side, side)
	widgets.Place(s.notice, x+side+2*pad, y, words, h)
	return y + h + m.Gap*0.4
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	padW := min((size.Width-3*margin)*0.46, 760*max(0.6, m.Unit))
	left := size.Width - padW - 3*margin
	s.title.Em, s.cancel.Em, s.charge.Em = m.Title, m.Body, m.Title*1.1
	head := m.Touch
	widgets.Place(s.cancel, margin, margin, max(118, 190*m.Unit), head)
	widgets.Place(s.title, margin+max(118, 190*m.Unit)+m.Gap, margin, left-max(118, 190*m.Unit)-m.Gap, head)
	widgets.Place(s.pad.Container, size.Width-padW-margin, margin, padW, size.Height-2*margin)

	charge := m.Touch * 1.25
	bottom := size.Height - margin
	widgets.Place(s.charge, margin, bottom-charge, left, charge)
	bottom -= charge + m.Gap*0.6
	top := s.arrangeAway(m, margin, margin+head+m.Gap*0.7, left)
	gap := m.Gap * 0.4
	h := min((bottom-top-2*gap)/3, 150*max(1, m.Unit))
	widgets.Place(s.fields[Number], margin, top, left, h)
	half := (left - m.Gap) / 2
	if s.swiped.shown {
		s.fields[Code].SaidWidth, s.fields[Code].SaidShift = left, 0
		row := widgets.FieldHeight(m.Touch)
		top = s.swiped.arrange(m, fyne.NewPos(margin, top), fyne.NewSize(left, bottom-row-m.Gap-top)) + m.Gap
		widgets.Place(s.fields[Code], margin, top, half, row)
		widgets.Place(s.swiped.retype, margin+half+m.Gap, top, half, m.Touch)
		return
	}
	s.fields[Expiry].SaidWidth, s.fields[Code].SaidWidth, s.fields[Code].SaidShift = left, left, -half-m.Gap
	widgets.Place(s.fields[Expiry], margin, top+h+gap, half, h)
	widgets.Place(s.fields[Code], margin+half+m.Gap, top+h+gap, half, h)
	widgets.Place(s.fields[Name], margin, top+2*(h+gap), left, h)
}
