package holds

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/step"
	"paydesk/app/text"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body    *fyne.Container
	overlay *widgets.Overlay
	list    *step.Pick
	amount  *step.Amount
	asking  bool
}

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, overlay: overlay}
	s.list = step.NewPick(step.Picking{Back: p.Step, Extra: p.Another, Field: func() {}, Tap: p.Choose, Rune: func(rune) {}, Key: func(keys.Key) {}})
	s.amount = step.NewAmount(p.Step, p.Enter, p.AskRelease, p.Press)
	s.body = widgets.NewPlane(func(size fyne.Size) {
		for _, o := range []fyne.CanvasObject{s.list.Container, s.amount.Container} {
			widgets.Place(o, 0, 0, size.Width, size.Height)
		}
	}, s.list.Container, s.amount.Container)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	listing := s.View().Stage == Listing
	switch {
	case k == keys.Escape:
		s.Step()
	case k == keys.Sale:
		s.Home()
	case k == keys.Enter:
		s.Enter()
	case k == keys.Erase:
		s.Press(caps.Erase)
	case k == keys.TakeBack:
		s.AskRelease()
	case k == keys.Another:
		s.Another()
	case k == keys.Up && listing:
		s.Move(-1)
	case k == keys.Down && listing:
		s.Move(1)
	case k == keys.PageUp && listing:
		s.list.Page(-1)
	case k == keys.PageDown && listing:
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
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	widgets.Show(s.list.Container, v.Stage == Listing)
	widgets.Show(s.amount.Container, v.Stage != Listing)
	if v.Stage == Listing {
		s.list.Set(v.List)
	} else {
		s.amount.Set(v.Amount)
	}
	s.body.Refresh()
	if v.Asked != s.asking {
		if s.asking = v.Asked; v.Asked {
			s.overlay.Ask(s.question(v.Amount))
		}
	}
}

// question is what is asked before a hold is released. The safe answer is the
// one that Enter gives.
func (s *Screen) question(v step.AmountView) widgets.Question {
	return widgets.Question{
		Shape: look.Alert, Title: text.Get("holds.release.ask", v.Facts[len(v.Facts)-1].Value), Text: text.Get("holds.release.text"),
		Choices: []widgets.Choice{
			{Words: text.Get("holds.release.no"), Hint: "Enter", Role: widgets.RoleMain, Tap: s.DropRelease},
			{Words: text.Get("holds.release.yes"), Hint: string(keys.TakeBack), Role: widgets.RolePlain, Tap: s.Release},
		},
	}
}

// ToCard goes on to the card of a new hold, if its amount allows it.
func (s *Screen) ToCard() {
	if s.View().Stage == Holding {
		s.Enter()
	}
}
