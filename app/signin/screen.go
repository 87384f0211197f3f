package signin

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

// tiles is the most operators that are shown at once.
const tiles = 6

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	mark           *widgets.Mark
	brand, who     *widgets.Text
	people         [tiles]*widgets.Button
	up, down       *widgets.Button
	label, problem *widgets.Text
	hint           *widgets.Text
	dots           [8]*widgets.Mark
	pad            *widgets.Keypad
	ok             *widgets.Button
	panel          *widgets.Panel
	first          int
	// per is how many tiles the window has room for.
	per int
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, per: tiles}
	s.mark = widgets.NewMark(look.Card, look.Accent)
	s.brand, s.who = widgets.NewBold(40), widgets.NewText(20)
	s.brand.Words, s.who.Words, s.who.Colour = text.Get("app.name"), text.Get("signin.who"), look.Soft
	s.label, s.problem, s.hint = widgets.NewText(20), widgets.NewPara(18), widgets.NewBold(18)
	s.label.Words, s.label.Colour, s.label.Align = text.Get("signin.pin"), look.Soft, fyne.TextAlignCenter
	s.problem.Colour, s.problem.Align, s.problem.Top = look.Wrong, fyne.TextAlignCenter, false
	s.hint.Align, s.hint.Colour, s.hint.Wrap = fyne.TextAlignLeading, look.Soft, true
	s.pad = widgets.NewKeypad(caps.None, p.Press)
	s.ok = widgets.NewButton(widgets.RoleMain, 24, text.Get("signin.ok"), p.Enter)
	s.ok.Hint = "Enter"
	s.panel = widgets.NewPanel(look.Surface, look.Line, 18)
	s.up = widgets.NewShapeButton(widgets.RolePlain, look.Up, func() { s.page(-1) })
	s.down = widgets.NewShapeButton(widgets.RolePlain, look.Down, func() { s.page(1) })
	objects := []fyne.CanvasObject{s.mark, s.brand, s.who, s.panel, s.label, s.problem, s.hint, s.pad.Container, s.ok, s.up, s.down}
	for i := range s.people {
		s.people[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() { p.Choose(s.first + i) })
		s.people[i].Shape, s.people[i].Left = look.Person, true
		objects = append(objects, s.people[i])
	}
	for i := range s.dots {
		s.dots[i] = widgets.NewMark(look.Dot, look.Ink)
		objects = append(objects, s.dots[i])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Apply takes a snapshot.
func (s *Screen) Apply(engine.Snapshot) {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		s.Enter()
	case keys.Erase:
		s.Press(caps.Erase)
	case keys.Escape:
		s.Clear()
	case keys.Up:
		s.Move(-1)
	case keys.Down, keys.Tab:
		s.Move(1)
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

func (s *Screen) page(by int) {
	if next := s.first + by*s.per; next >= 0 && next < len(s.View().Tiles) {
		s.first = next
		s.showPeople(s.View())
		s.body.Refresh()
	}
}

// showPeople shows the tiles that there is room for.
func (s *Screen) showPeople(v View) {
	for i, b := range s.people {
		at := s.first + i
		shown := at < len(v.Tiles) && i < s.per
		widgets.Show(b, shown)
		if !shown {
			continue
		}
		b.Set(text.Get("signin.tile", v.Tiles[at].Name, v.Tiles[at].Role), !v.Busy)
		role := widgets.RolePlain
		if at == v.Chosen {
			role = widgets.RoleChosen
		}
		b.As(role)
	}
	many := len(v.Tiles) > s.per
	widgets.Show(s.up, many)
	widgets.Show(s.down, many)
	s.up.Enable(s.first > 0)
	s.down.Enable(s.first+s.per < len(v.Tiles))
}

// Render shows the view, with the chosen operator in sight.
func (s *Screen) Render() {
	v := s.View()
	if v.Chosen < s.first || v.Chosen >= s.first+s.per {
		s.first = v.Chosen / s.per * s.per
	}
	s.showPeople(v)
	for i, d := range s.dots {
		colour := look.Line
		if i < v.Dots {
			colour = look.Ink
		}
		d.Set(look.Dot, colour)
	}
	s.problem.Set(v.Problem)
	s.hint.Set(v.Hint)
	s.label.Set(text.Get("signin.pin"))
	s.ok.Set(text.Get("signin.ok"), v.Ready)
	if v.Busy {
		s.ok.Set(text.Get("signin.busy"), false)
	}
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap * 1.6
	padW := min(size.Width*0.5, 620*max(0.7, m.Unit))
	left := size.Width - padW - 3*margin
	s.brand.Em, s.who.Em, s.hint.Em = m.Big, m.Body, m.Body
	side := m.Big * 1.3
	widgets.Place(s.mark, margin, margin, side, side)
	widgets.Place(s.brand, margin+side+m.Gap, margin, left-side-m.Gap, side)
	y := margin + side + m.Gap*0.6
	widgets.Place(s.who, margin, y, left, m.Body*1.6)
	y += m.Body*1.6 + m.Gap*0.6
	hint := m.Body * 1.6
	room := size.Height - y - hint - margin
	least := max(theme.MinTouch, m.Touch*0.95)
	if per := min(tiles, max(2, int((room+8)/(least+8)))); per != s.per {
		s.per, s.first = per, 0
	}
	s.showPeople(s.View())
	h := min(m.Touch*1.2, (room+8)/float32(s.per)-8)
	wide := left
	if s.up.Visible() {
		wide -= m.Touch + 8
	}
	for i, b := range s.people {
		b.Em = m.Body * 1.05
		widgets.Place(b, margin, y+float32(i)*(h+8), wide, h)
	}
	widgets.Place(s.up, margin+left-m.Touch, y, m.Touch, m.Touch)
	widgets.Place(s.down, margin+left-m.Touch, y+m.Touch+8, m.Touch, m.Touch)
	widgets.Place(s.hint, margin, size.Height-margin-hint, left, hint)
	s.arrangePad(m, size.Width-padW-margin, margin*0.7, padW, size.Height-margin*1.4)
}

func (s *Screen) arrangePad(m theme.Measure, x, y, w, h float32) {
	widgets.Place(s.panel, x, y, w, h)
	pad := m.Pad * 1.2
	x, y, w, h = x+pad, y+pad*0.7, w-2*pad, h-1.5*pad
	s.label.Em, s.problem.Em = m.Body, m.Body
	widgets.Place(s.label, x, y, w, m.Body*1.4)
	y += m.Body * 1.5
	dot := min(26*max(0.7, m.Unit), w/10)
	for i, d := range s.dots {
		widgets.Place(d, x+w/2+(float32(i)-4)*dot*1.25, y, dot, dot)
	}
	y += dot + 4
	said := m.Body * 2.3
	widgets.Place(s.problem, x, y, w, said)
	y += said + 4
	ok := m.Touch * 1.05
	bottom := h + s.panel.Position().Y + pad*0.7
	widgets.Place(s.pad.Container, x, y, w, bottom-y-ok-m.Gap)
	s.ok.Em = m.Title
	widgets.Place(s.ok, x, bottom-ok, w, ok)
}
