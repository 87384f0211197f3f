package batches

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	pane *form.Pane
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p}
	s.pane = form.NewPane(func(int) {}, p.Pick, p.Leave, p.Other, p.End)
	p.Changed = func() { s.pane.Set(p.View()) }
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.pane.Container }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Begin() }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool { return s.pane.Key(k) || s.Presenter.Key(k) }
