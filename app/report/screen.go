package report

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// most is how many tabs there are.
const most = 8

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body  *fyne.Container
	board *fyne.Container
	head  *form.Head
	note  *form.Note
	pane  *form.Pane
	tabs  [most]*widgets.Button
	turn  *widgets.Button

	panel *widgets.Panel
	empty *widgets.Text
	sheet *sheet
	chart *chart
	parts *parts
	list  *form.List
	view  View
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, note: form.NewNote(), panel: widgets.NewPanel(look.Surface, look.Line, 14), empty: widgets.NewPara(20),
		sheet: newSheet(), chart: newChart(p.Pick), parts: newParts(), list: form.NewList(p.Pick)}
	s.head = form.NewHead(p.Leave, p.Other, p.Main)
	s.head.Main.Hint = keys.Receipt.Cap()
	s.pane = form.NewPane(func(int) {}, s.pick, p.Leave, p.Other, p.Main)
	s.turn = widgets.NewButton(widgets.RolePlain, 18, "", p.Turn)
	s.turn.Hint = string(keys.Another)
	s.empty.Align, s.empty.Colour, s.empty.Top = fyne.TextAlignCenter, look.Soft, false
	objects := []fyne.CanvasObject{s.head.Container, s.note.Container, s.panel, s.turn}
	for i := range s.tabs {
		s.tabs[i] = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Choose(i) })
		objects = append(objects, s.tabs[i])
	}
	objects = append(objects, s.empty, s.sheet.Container, s.chart.Container, s.parts.Container, s.list.Container)
	s.board = widgets.NewPlane(s.arrange, objects...)
	s.body = widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.board, 0, 0, size.Width, size.Height)
		widgets.Place(s.pane.Container, 0, 0, size.Width, size.Height)
	}, s.board, s.pane.Container)
	p.Changed = s.Render
	return s
}

// pick takes a row of a choice.
func (s *Screen) pick(i int) {
	if s.days.IsOpen() {
		s.days.Pick(i)
		return
	}
	s.Save(i)
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Begin() }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	if s.view.Page != nil {
		return s.pane.Key(k) || s.Presenter.Key(k)
	}
	pages := map[keys.Key]int{keys.PageUp: -1, keys.PageDown: 1}[k]
	switch {
	case pages != 0 && len(s.view.List) > 0:
		s.list.Page(pages)
	case (pages != 0 || k == keys.Up || k == keys.Down) && len(s.view.Parts) > 0:
		if pages == 0 {
			pages = map[keys.Key]int{keys.Up: -1, keys.Down: 1}[k]
		}
		s.parts.pager.Page(pages)
	default:
		return s.Presenter.Key(k)
	}
	return true
}

// Render shows the view.
func (s *Screen) Render() {
	s.view = s.View()
	widgets.Show(s.board, s.view.Page == nil)
	widgets.Show(s.pane.Container, s.view.Page != nil)
	if s.view.Page != nil {
		s.pane.Set(*s.view.Page)
	} else {
		s.arrange(s.board.Size())
	}
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	v := s.view
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, head := m.Gap, form.Tall(m)
	s.head.Set(v.Title, v.Say, v.Back, v.Other, v.Main)
	widgets.Place(s.head.Container, gap, gap*0.7, size.Width-2*gap, head)
	top := gap*1.2 + head
	s.note.Set(v.Note, v.NoteWrong, v.Busy)
	if v.Note != "" {
		h := max(28, m.Body*1.9)
		widgets.Place(s.note.Container, gap, top, size.Width-2*gap, h)
		top += h + gap*0.5
	}
	top = s.arrangeTabs(size, top, m)
	h := size.Height - top - gap*0.7
	lists := len(v.List) > 0
	widgets.Show(s.panel, !lists)
	widgets.Show(s.list.Container, lists)
	widgets.Show(s.empty, v.Empty != "")
	widgets.Show(s.sheet.Container, v.Sheet.Net != "")
	widgets.Show(s.chart.Container, len(v.Chart.Bars) > 0)
	widgets.Show(s.parts.Container, len(v.Parts) > 0)
	w := size.Width - 2*gap
	widgets.Place(s.panel, gap, top, w, h)
	s.empty.Words, s.empty.Em = v.Empty, m.Body*1.1
	widgets.Place(s.empty, gap*3, top+gap, w-4*gap, h-2*gap)
	s.sheet.view, s.chart.view, s.parts.view = v.Sheet, v.Chart, v.Parts
	for _, o := range []*fyne.Container{s.sheet.Container, s.chart.Container, s.parts.Container} {
		widgets.Place(o, gap*1.6, top+gap*0.6, w-1.2*gap, h-1.2*gap)
	}
	s.sheet.arrange(s.sheet.Size())
	s.chart.arrange(s.chart.Size())
	s.parts.arrange(s.parts.Size())
	widgets.Place(s.list.Container, gap, top, w, h)
	if lists {
		s.list.Tall(v.Tall)
		s.list.Set(v.List, v.ListAt)
	}
}

// arrangeTabs puts the tabs beside each other, with the currency behind them.
func (s *Screen) arrangeTabs(size fyne.Size, top float32, m theme.Measure) float32 {
	n := float32(len(s.view.Tabs))
	gap := min(m.Gap, 8)
	room := size.Width - 2*m.Gap
	high := max(theme.MinTouch, 56*m.Unit)
	widgets.Show(s.turn, s.view.Turn != "")
	if s.view.Turn != "" {
		wide := max(theme.MinTouch+16, 96*m.Unit)
		s.turn.Words, s.turn.Em = s.view.Turn, m.Body
		widgets.Place(s.turn, size.Width-m.Gap-wide, top, wide, high)
		room -= wide + gap
	}
	wide := (room - gap*(n-1)) / n
	for i, b := range s.tabs {
		if widgets.Show(b, i < len(s.view.Tabs)); i >= len(s.view.Tabs) {
			continue
		}
		t := s.view.Tabs[i]
		b.Words, b.Em, b.Role = t.Name, m.Body*0.9, widgets.RolePlain
		if b.Hint = ""; wide > 130 {
			b.Hint = t.Cap
		}
		if t.On {
			b.Role = widgets.RoleChosen
		}
		widgets.Place(b, m.Gap+float32(i)*(wide+gap), top, wide, high)
	}
	return top + high + m.Gap*0.6
}
