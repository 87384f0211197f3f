package paylog

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
	s.pane = form.NewPane(p.Choose, p.Pick, p.Leave, p.Search, p.End)
	p.Changed = func() { s.pane.Set(p.View()) }
	p.Ask = func(title, words, act string, yes func()) {
		overlay.Ask(widgets.Question{Shape: look.Alert, Title: title, Text: words, Choices: []widgets.Choice{
			{Words: text.Get("act.leave"), Hint: "Enter", Role: widgets.RoleMain},
			{Words: act, Hint: string(keys.Undo), Role: widgets.RolePlain, Tap: yes},
		}})
	}
	p.Tell = func(title, words string) {
		overlay.Ask(widgets.Question{Shape: look.Check, Title: title, Text: words, Choices: []widgets.Choice{
			{Words: text.Get("app.ok"), Hint: "Enter", Role: widgets.RoleMain},
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
