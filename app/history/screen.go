package history

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	back, before, after *widgets.Button
	close, find, alert  *widgets.Button
	pager               *widgets.Pager
	day, batch          *widgets.Text
	empty, problem      *widgets.Text
	panel               *widgets.Panel
	list                *widgets.Rows
	story               *storyView
	search              *searchView
	rows                []Row
	finding             bool
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, panel: widgets.NewPanel(look.Surface, look.Line, 14)}
	s.back = widgets.NewButton(widgets.RolePlain, 20, text.Get("history.back"), s.leave)
	s.back.Shape, s.back.Hint = look.Left, keys.Escape.Cap()
	s.before = widgets.NewShapeButton(widgets.RolePlain, look.Left, func() { p.Day(-1) })
	s.after = widgets.NewShapeButton(widgets.RolePlain, look.Right, func() { p.Day(1) })
	s.close = widgets.NewButton(widgets.RolePlain, 20, text.Get("menu.closeday"), func() { p.CloseDay() })
	s.close.Hint = keys.Batch.Cap()
	s.alert = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Attention("") })
	s.alert.Left, s.alert.Shape, s.alert.Hint = true, look.Alert, keys.Attention.Cap()
	s.day, s.batch, s.empty, s.problem = widgets.NewBold(24), widgets.NewPara(18), widgets.NewPara(22), widgets.NewPara(18)
	s.day.Align, s.empty.Align = fyne.TextAlignCenter, fyne.TextAlignCenter
	s.batch.Align, s.batch.Top = fyne.TextAlignTrailing, false
	s.empty.Colour, s.empty.Top, s.problem.Colour, s.problem.Top = look.Soft, false, look.Wrong, false
	s.list = widgets.NewRows(64, newRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*saleRow); ok && i < len(s.rows) {
			row.set(s.rows[i])
		}
	})
	s.pager = widgets.NewPager(s.list)
	s.list.Lines, s.list.Tap, s.list.Near = true, p.Choose, p.More
	s.story = newStory(p)
	s.search = newSearch(p, s.Key)
	s.find = widgets.NewShapeButton(widgets.RolePlain, look.Glass, s.ShowBoard)
	objects := []fyne.CanvasObject{s.panel, s.back, s.before, s.after, s.find, s.close, s.alert, s.pager.Up, s.pager.Down, s.day, s.batch,
		s.list, s.empty, s.problem, s.story.Container}
	s.body = widgets.NewPlane(s.arrange, append(objects, s.search.objects()...)...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// List is the list of payments.
func (s *Screen) List() *widgets.Rows { return s.list }

// wide windows show list and story side by side.
func (s *Screen) wide() bool { return s.body.Size().Width >= 1100 }

// covered reports that the story lies over the list.
func (s *Screen) covered() bool { return s.Opened() && !s.wide() }

// leave closes the keyboard, then the story where it covers the list, then takes
// a step out of the search, and else leaves the screen.
func (s *Screen) leave() {
	switch {
	case s.search.typing:
		s.search.typing = false
		s.Render()
	case s.covered():
		s.Shut()
	case s.Leave():
	default:
		s.Back()
	}
}

// ShowBoard begins a search with the keyboard on the screen.
func (s *Screen) ShowBoard() {
	s.search.typing = true
	s.Find()
}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	if act, ok := s.actOf(k); ok {
		s.Do(act)
		return true
	}
	switch k {
	case keys.Escape:
		s.leave()
	case keys.Enter:
		s.enter()
	case keys.Up:
		s.Move(-1)
	case keys.Down:
		s.Move(1)
	case keys.PageUp:
		s.pager.Page(-1)
	case keys.PageDown:
		s.pager.Page(1)
	case keys.First:
		s.Choose(0)
	case keys.Last:
		s.Choose(len(s.rows) - 1)
	case keys.Left:
		s.Day(-1)
	case keys.Right:
		s.Day(1)
	case keys.Erase:
		s.Erase()
	case keys.Tab:
		s.NextFilter()
	case keys.Attention:
		s.Attention("")
	case keys.Batch:
		s.CloseDay()
	case keys.Sale:
		s.Back()
	default:
		return false
	}
	return true
}

// actOf is what a key does about the payment whose story is open.
func (s *Screen) actOf(k keys.Key) (Act, bool) {
	if d := s.story.detail; d != nil {
		for _, act := range d.Acts {
			if actKeys[act] == k {
				return act, true
			}
		}
	}
	return "", false
}

// enter takes a choice that is offered, opens the first payment that was found,
// or shows the receipt of the open one.
func (s *Screen) enter() {
	switch {
	case s.search.typing:
		s.search.typing = false
		s.Render()
	case s.Take():
	case s.Opened():
		s.Do(ActReceipt)
	default:
		s.Move(1)
	}
}

// Rune handles a sign of the keyboard: while a receipt is in question y and n
// answer, all else is searched for.
func (s *Screen) Rune(r rune) {
	if d := s.story.detail; d != nil && d.Question != nil {
		if yes, ok := keys.Answer(r); ok {
			s.Answer(yes)
			return
		}
	}
	s.search.typing = false
	s.Type(r)
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.steady(v)
	s.rows = v.Rows
	s.day.Words, s.batch.Words, s.empty.Words, s.problem.Words = v.Day, v.Batch, v.Empty, v.Problem
	s.after.Enable(!v.Today)
	for _, o := range []fyne.CanvasObject{s.before, s.after, s.day, s.batch, s.find, s.close} {
		widgets.Show(o, !v.Find.On)
	}
	s.alert.Words = v.Alert
	widgets.Show(s.alert, v.Alert != "" && !v.Find.On)
	s.search.set(v.Find)
	s.story.set(v.Detail)
	s.body.Refresh()
	if s.list.Chosen != v.Chosen && v.Chosen >= 0 {
		s.list.SetCount(len(v.Rows))
		s.list.Choose(v.Chosen)
	} else {
		s.list.Chosen = v.Chosen
		s.list.SetCount(len(v.Rows))
	}
}

// steady keeps the rows that somebody looks at under the eye when others come
// in above them: all but a list that is at its top, with nothing chosen.
func (s *Screen) steady(v View) {
	if v.Find.On != s.finding {
		s.finding = v.Find.On
		s.list.Top()
		return
	}
	first := s.list.First()
	if len(v.Rows) == 0 || first >= len(s.rows) || first == 0 && v.Chosen < 0 {
		return
	}
	for i, r := range v.Rows {
		if r.Key == s.rows[first].Key {
			s.list.Shift(i - first)
			if s.list.Chosen >= 0 {
				s.list.Chosen += i - first
			}
			return
		}
	}
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, touch := m.Gap, m.Touch
	back := max(112, 170*m.Unit)
	s.back.Em = m.Body
	widgets.Place(s.back, gap, gap, back, touch)
	x := gap + back + gap
	top, bottom := gap*2+touch, size.Height-gap
	if s.search.shown.On {
		top, bottom = s.search.arrange(x, size, m, s.covered())
	} else {
		s.arrangeDay(x, size.Width, m)
		if s.alert.Visible() && !s.covered() {
			s.alert.Em = m.Body
			widgets.Place(s.alert, gap, top, size.Width-2*gap, touch)
			top += touch + gap
		}
	}
	widgets.Show(s.alert, s.alert.Words != "" && !s.search.shown.On && !s.covered())
	h := bottom - top
	widgets.Place(s.problem, gap, size.Height, 0, 0)
	if s.problem.Words != "" {
		s.problem.Em = m.Body
		widgets.Place(s.problem, gap, bottom-m.Body*1.6, size.Width-2*gap, m.Body*1.6)
		h -= m.Body*1.6 + 4
	}
	s.arrangeList(top, h, size, m)
}

// arrangeDay places what leads to other days and to the closing.
func (s *Screen) arrangeDay(x, width float32, m theme.Measure) {
	gap, touch := m.Gap, m.Touch
	s.day.Em, s.batch.Em, s.close.Em = m.Title*0.85, m.Small*1.05, m.Body
	day := max(140, 250*m.Unit)
	widgets.Place(s.before, x, gap, touch, touch)
	widgets.Place(s.day, x+touch+4, gap, day, touch)
	widgets.Place(s.after, x+touch+day+8, gap, touch, touch)
	x += 2*touch + day + 8 + gap
	widgets.Place(s.find, x, gap, touch, touch)
	x += touch + gap
	end := max(130, 200*m.Unit)
	widgets.Place(s.close, width-gap-end, gap, end, touch)
	widgets.Place(s.batch, x, gap, width-gap-end-gap-x, touch)
}

// arrangeList places list and story, beside each other or one over the other.
func (s *Screen) arrangeList(top, h float32, size fyne.Size, m theme.Measure) {
	gap, side := m.Gap, m.Touch
	list := size.Width - 2*gap
	if s.wide() {
		list = (list - gap) * 0.5
	}
	covered := s.covered()
	paged := h >= 2*side+8
	for _, o := range []fyne.CanvasObject{s.panel, s.list, s.empty} {
		widgets.Show(o, !covered)
	}
	for _, o := range []fyne.CanvasObject{s.pager.Up, s.pager.Down} {
		widgets.Show(o, !covered && paged)
	}
	s.list.Height = max(50, 66*m.Unit)
	widgets.Place(s.panel, gap, top, list-side-8, h)
	widgets.Place(s.list, gap+6, top+6, list-side-8-12, h-12)
	s.empty.Em = m.Body
	widgets.Place(s.empty, gap+20, top, list-side-48, h)
	widgets.Place(s.pager.Up, gap+list-side, top, side, (h-8)/2)
	widgets.Place(s.pager.Down, gap+list-side, top+(h+8)/2, side, (h-8)/2)
	widgets.Show(s.story.Container, covered || s.wide())
	s.story.m = m
	if s.wide() {
		widgets.Place(s.story.Container, gap*2+list, top, size.Width-3*gap-list, h)
	} else {
		widgets.Place(s.story.Container, gap, top, size.Width-2*gap, h)
	}
}
