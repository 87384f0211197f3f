package issue

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/step"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body   *fyne.Container
	list   *step.Pick
	amount *step.Amount
	form   *form
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p}
	nothing := func() {}
	s.list = step.NewPick(step.Picking{Back: p.Step, Extra: nothing, Field: nothing, Tap: p.Choose, Rune: p.Rune, Key: func(keys.Key) {}})
	s.amount = step.NewAmount(p.Step, p.Enter, nothing, p.Press)
	s.form = newForm(p, s.board)
	parts := []fyne.CanvasObject{s.list.Container, s.amount.Container, s.form.Container}
	s.body = widgets.NewPlane(func(size fyne.Size) {
		for _, o := range parts {
			widgets.Place(o, 0, 0, size.Width, size.Height)
		}
	}, parts...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// board takes a key of the keyboard on the screen: its Enter puts it away.
func (s *Screen) board(k keys.Key) {
	if k == keys.Enter {
		s.Field(s.terms.chosen)
		return
	}
	s.Key(k)
}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Escape:
		s.Step()
	case keys.Sale:
		s.Home()
	case keys.Enter:
		s.Enter()
	case keys.Erase:
		s.Press(caps.Erase)
		s.Erase()
	case keys.Up:
		s.Move(-1)
	case keys.Down, keys.Tab:
		s.Move(1)
	case keys.Left:
		s.Valid(s.terms.valid - 1)
	case keys.Right:
		s.Valid(s.terms.valid + 1)
	case keys.PageUp:
		s.list.Page(-1)
	case keys.PageDown:
		s.list.Page(1)
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
	s.Presenter.Rune(r)
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	widgets.Show(s.list.Container, v.Stage == Choosing)
	widgets.Show(s.amount.Container, v.Stage == Amounts)
	widgets.Show(s.form.Container, v.Stage == Terms)
	switch v.Stage {
	case Choosing:
		s.list.Set(v.List)
	case Amounts:
		s.amount.Set(v.Amount)
	case Terms:
		s.form.set(v.Form)
	}
	s.body.Refresh()
}
