package people

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	pane *form.Pane
}

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p}
	s.pane = form.NewPane(p.Choose, p.Pick, p.Leave, func() {}, func() { p.form.End() })
	p.Changed = func() { s.pane.Set(p.View()) }
	p.Ask = func(name string, yes func()) {
		overlay.Ask(widgets.Question{Shape: look.Person, Title: text.Get("people.ask", name), Text: text.Get("people.ask.text"), Choices: []widgets.Choice{
			{Words: text.Get("people.ask.no"), Hint: "Enter", Role: widgets.RoleMain},
			{Words: text.Get("people.act.retire"), Hint: string(keys.Undo), Role: widgets.RolePlain, Tap: yes},
		}})
	}
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.pane.Container }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Begin() }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool { return s.pane.Key(k) || s.Presenter.Key(k) }
