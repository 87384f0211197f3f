package counter

import (
	"strconv"

	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostPlays is how many things can be played.
const mostPlays = 5

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body    *fyne.Container
	pane    *form.Pane
	overlay *widgets.Overlay
	asking  *Question

	head  *form.Head
	desk  *widgets.Panel
	sheet *widgets.Sheet
	pager *widgets.Pager
	empty *widgets.Text
	plays [mostPlays]*widgets.Button
	paper *fyne.Container
}

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, overlay: overlay, desk: widgets.NewPanel(look.Raised, look.Line, 10), sheet: widgets.NewSheet(), empty: widgets.NewPara(20)}
	s.pane = form.NewPane(p.Choose, p.Pick, p.Leave, func() {}, func() {
		if p.own != nil {
			p.own.End()
		}
	})
	s.head = form.NewHead(p.Leave, func() {}, func() {})
	s.pager = widgets.NewPager(s.sheet)
	s.empty.Align, s.empty.Colour, s.empty.Top = fyne.TextAlignCenter, look.Soft, false
	objects := []fyne.CanvasObject{s.head.Container, s.desk, s.sheet, s.empty, s.pager.Up, s.pager.Down}
	for i := range s.plays {
		s.plays[i] = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Play(i) })
		s.plays[i].Hint = strconv.Itoa(i + 1)
		objects = append(objects, s.plays[i])
	}
	s.paper = widgets.NewPlane(s.arrange, objects...)
	s.paper.Hide()
	s.body = widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.pane.Container, 0, 0, size.Width, size.Height)
		widgets.Place(s.paper, 0, 0, size.Width, size.Height)
	}, s.pane.Container, s.paper)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	pages := map[keys.Key]int{keys.PageUp: -1, keys.PageDown: 1, keys.Up: -1, keys.Down: 1}[k]
	switch {
	case k == keys.Escape:
		s.Leave()
	case s.Practice().Open:
		if s.pager.Page(pages); pages == 0 {
			return false
		}
	case s.own != nil:
		return s.own.Key(k)
	case s.pane.Key(k):
	case k == keys.Up || k == keys.Down:
		s.Move(pages)
	case k == keys.Tab:
		s.Move(1)
	case k == keys.Enter || k == keys.Right && !s.inside:
		s.Open()
	case k == keys.Left && s.inside:
		s.Leave()
	case k == keys.Drawer:
		s.AskDrawer()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard: a letter of the reason, or a digit that
// chooses.
func (s *Screen) Rune(r rune) {
	digit, ok := keys.Digit(r)
	switch {
	case s.own != nil:
		s.own.Rune(r)
	case !ok:
	case s.Practice().Open:
		s.Play(int(digit) - '1')
	case s.inside:
		s.Pick(int(digit) - '1')
	default:
		s.Choose(int(digit) - '1')
	}
}

// Paste takes what is pasted into the reason.
func (s *Screen) Paste(words string) {
	if s.own != nil {
		s.own.Paste(words)
	}
}

// hints are the keys of the answers, by their place.
var hints = []string{"Enter", keys.TakeBack.Cap(), keys.Keep.Cap()}

// Render shows the view.
func (s *Screen) Render() {
	practice := s.Practice()
	widgets.Show(s.paper, practice.Open)
	widgets.Show(s.pane.Container, !practice.Open)
	if practice.Open {
		s.renderPaper(practice)
	} else {
		s.pane.Set(s.View())
	}
	s.body.Refresh()
	asked := s.Asked()
	if asked == s.asking {
		return
	}
	if s.asking = asked; asked == nil {
		s.overlay.Dismiss()
		return
	}
	q := widgets.Question{Title: asked.Title, Text: asked.Text, Shape: asked.Shape}
	for i, c := range asked.Choices {
		role := widgets.RolePlain
		if i == 0 {
			role = widgets.RoleMain
		}
		q.Choices = append(q.Choices, widgets.Choice{Words: c.Words, Hint: hints[i], Role: role, Tap: func() { s.Answer(i) }})
		if c.Do == nil {
			q.Escape = i
		}
	}
	s.overlay.Ask(q)
}

func (s *Screen) renderPaper(v Practice) {
	s.head.Set(text.Get("counter.paper"), text.Get("counter.paper.say"), text.Get("step.back"), "", "")
	s.sheet.Grow(v.Picture)
	s.empty.Words = v.Empty
	for i, b := range s.plays {
		if widgets.Show(b, i < len(v.Acts)); i < len(v.Acts) {
			b.As(map[bool]widgets.Role{false: widgets.RolePlain, true: widgets.RoleChosen}[v.Acts[i].On])
			b.Set(v.Acts[i].Words, true)
		}
	}
}

// arrange places the paper and what can be played.
func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, head := m.Gap, form.Tall(m)
	widgets.Place(s.head.Container, gap, gap*0.7, size.Width-2*gap, head)
	top := gap*1.2 + head
	h := size.Height - top - gap*0.7
	side, strip := max(220, 340*m.Unit), max(theme.MinTouch, 60*m.Unit)
	paper := min(size.Width-side-strip-2*gap-8-gap, 760*max(0.7, m.Unit))
	widgets.Place(s.desk, gap, top, paper, h)
	widgets.Place(s.sheet, gap+8, top+4, paper-16, h-8)
	s.empty.Em = m.Body
	widgets.Place(s.empty, gap*2, top, paper-2*gap, h)
	half := (h - 8) / 2
	x := gap + paper + 8
	widgets.Place(s.pager.Up, x, top, strip, half)
	widgets.Place(s.pager.Down, x, top+half+8, strip, half)
	x += strip + gap
	touch := min(m.Touch*1.1, (h-4*8)/mostPlays)
	for i, b := range s.plays {
		b.Em = m.Body
		widgets.Place(b, x, top+float32(i)*(touch+8), size.Width-gap-x, touch)
	}
}
