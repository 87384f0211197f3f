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
	body    *fyne.Container
	overlay *widgets.Overlay

	back, before, after *widgets.Button
	close               *widgets.Button
	pager               *widgets.Pager
	day, batch          *widgets.Text
	empty, problem      *widgets.Text
	panel               *widgets.Panel
	list                *widgets.Rows
	story               *storyView
	rows                []Row
	stage               BatchStage
	asking              Act
}

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, overlay: overlay, panel: widgets.NewPanel(look.Surface, look.Line, 14)}
	s.back = widgets.NewButton(widgets.RolePlain, 20, text.Get("history.back"), s.leave)
	s.back.Shape, s.back.Hint = look.Left, "Esc"
	s.before = widgets.NewShapeButton(widgets.RolePlain, look.Left, func() { p.Day(-1) })
	s.after = widgets.NewShapeButton(widgets.RolePlain, look.Right, func() { p.Day(1) })
	s.close = widgets.NewButton(widgets.RolePlain, 20, text.Get("history.close"), p.AskClose)
	s.close.Hint = string(keys.Batch)
	s.day, s.batch, s.empty, s.problem = widgets.NewBold(24), widgets.NewPara(18), widgets.NewPara(22), widgets.NewPara(18)
	s.day.Align, s.empty.Align = fyne.TextAlignCenter, fyne.TextAlignCenter
	s.batch.Align, s.batch.Top = fyne.TextAlignTrailing, false
	s.empty.Colour, s.empty.Top, s.problem.Colour, s.problem.Top = look.Soft, false, look.Wrong, false
	s.list = widgets.NewRows(64, newRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*saleRow); ok && i < len(s.rows) {
			row.set(s.rows[i], i == s.list.Chosen)
		}
	})
	s.pager = widgets.NewPager(s.list)
	s.list.Lines, s.list.Tap, s.list.Near = true, p.Choose, p.More
	s.story = newStory(p)
	s.body = widgets.NewPlane(s.arrange, s.panel, s.back, s.before, s.after, s.close, s.pager.Up, s.pager.Down, s.day, s.batch,
		s.list, s.empty, s.problem, s.story.Container)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// wide windows show list and story side by side.
func (s *Screen) wide() bool { return s.body.Size().Width >= 1100 }

// leave closes the story where it covers the list, and else the screen.
func (s *Screen) leave() {
	if s.Opened() && !s.wide() {
		s.Shut()
		return
	}
	s.Back()
}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Escape:
		s.leave()
	case keys.Enter, keys.Receipt:
		s.Paper()
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
	case keys.TakeBack:
		s.AskAct(ActTakeBack)
	case keys.Park:
		s.AskAct(ActPark)
	case keys.Batch:
		s.AskClose()
	case keys.Sale:
		s.Back()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(r rune) {
	if yes, ok := keys.Answer(r); ok {
		s.Answer(yes)
	}
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.rows = v.Rows
	s.day.Words, s.batch.Words, s.empty.Words, s.problem.Words = v.Day, v.Batch, v.Empty, v.Problem
	s.after.Enable(!v.Today)
	s.close.Enable(v.MayEnd)
	if s.close.Show(); v.NoEnd {
		s.close.Hide()
	}
	s.story.set(v.Detail)
	s.body.Refresh()
	s.list.Chosen = v.Chosen
	s.list.SetCount(len(v.Rows))
	if v.Chosen >= 0 {
		s.list.Choose(v.Chosen)
	}
	s.pager.Render()
	if v.Ask.Stage != s.stage {
		s.stage = v.Ask.Stage
		s.ask(v.Ask)
	}
	if v.Asked != s.asking {
		if s.asking = v.Asked; v.Asked != "" {
			s.overlay.Ask(s.question(v.Asked))
		}
	}
}

// ask shows the question about the batch, or what came of it.
func (s *Screen) ask(b Batch) {
	q := widgets.Question{Shape: b.Shape, Title: b.Title, Text: b.Text}
	switch b.Stage {
	case BatchIdle:
		s.overlay.Dismiss()
		return
	case BatchAsked:
		q.Escape = 1
		q.Choices = []widgets.Choice{
			{Words: text.Get("batch.yes"), Hint: "Enter", Role: widgets.RoleMain, Tap: s.Close},
			{Words: text.Get("batch.no"), Hint: "Esc", Role: widgets.RolePlain, Tap: s.DropBatch},
		}
	case BatchTold:
		q.Choices = []widgets.Choice{{Words: text.Get("batch.ok"), Hint: "Enter", Role: widgets.RoleMain, Tap: s.DropBatch}}
	}
	s.overlay.Ask(q)
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap := m.Gap
	touch := m.Touch
	back := max(112, 170*m.Unit)
	s.back.Em, s.day.Em, s.batch.Em, s.close.Em = m.Body, m.Title*0.85, m.Small*1.05, m.Body
	widgets.Place(s.back, gap, gap, back, touch)
	x := gap + back + gap
	day := max(150, 250*m.Unit)
	widgets.Place(s.before, x, gap, touch, touch)
	widgets.Place(s.day, x+touch+4, gap, day, touch)
	widgets.Place(s.after, x+touch+day+8, gap, touch, touch)
	end := max(130, 200*m.Unit)
	widgets.Place(s.close, size.Width-gap-end, gap, end, touch)
	x += 2*touch + day + 8 + gap
	widgets.Place(s.batch, x, gap, size.Width-gap-end-gap-x, touch)

	top := gap*2 + touch
	h := size.Height - top - gap
	if s.problem.Words != "" {
		s.problem.Em = m.Body
		widgets.Place(s.problem, gap, size.Height-gap-m.Body*1.6, size.Width-2*gap, m.Body*1.6)
		h -= m.Body*1.6 + 4
	} else {
		widgets.Place(s.problem, gap, size.Height, 0, 0)
	}
	list := size.Width - 2*gap
	if s.wide() {
		list = (list - gap) * 0.5
	}
	covered := s.Opened() && !s.wide()
	for _, o := range []fyne.CanvasObject{s.panel, s.list, s.empty, s.pager.Up, s.pager.Down} {
		widgets.Show(o, !covered)
	}
	side := touch
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
