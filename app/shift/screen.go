package shift

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Screen is the screen as people see it: a page, a count, or what it came to.
type Screen struct {
	*Presenter
	body   *fyne.Container
	pane   *form.Pane
	sheet  *countSheet
	result *resultView
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, sheet: newCountSheet(p), result: newResultView(p)}
	s.pane = form.NewPane(p.Choose, p.Pick, p.Leave, p.Other, p.Main)
	s.body = widgets.NewPlane(func(size fyne.Size) {
		for _, o := range []fyne.CanvasObject{s.pane.Container, s.sheet.Container, s.result.Container} {
			widgets.Place(o, 0, 0, size.Width, size.Height)
		}
	}, s.pane.Container, s.sheet.Container, s.result.Container)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	return s.View().Count == nil && s.View().Result == nil && s.pane.Key(k) || s.Presenter.Key(k)
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	widgets.Show(s.sheet.Container, v.Count != nil)
	widgets.Show(s.result.Container, v.Result != nil)
	widgets.Show(s.pane.Container, v.Count == nil && v.Result == nil)
	switch {
	case v.Count != nil:
		s.sheet.set(v.Count)
	case v.Result != nil:
		s.result.set(v.Result)
	default:
		s.pane.Set(v.Page)
	}
	s.body.Refresh()
}

// headed places a head and gives what is left below it.
func headed(head *form.Head, size fyne.Size) (m theme.Measure, x, y, w, h float32) {
	m = theme.For(size.Add(fyne.NewSize(0, 60)))
	tall := form.Tall(m)
	widgets.Place(head.Container, m.Gap, m.Gap*0.7, size.Width-2*m.Gap, tall)
	y = m.Gap*1.2 + tall
	return m, m.Gap, y, size.Width - 2*m.Gap, size.Height - y - m.Gap*0.7
}
