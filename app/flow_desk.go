package app

import (
	"paydesk/app/look"
	"paydesk/app/nav"
)

// tells is a screen that says what became of something.
type tells interface{ Kind() look.Kind }

// echo is called after everything that may have changed the screen: an outcome
// is heard when it comes into sight, and when it turns into another.
func (s *shell) echo() {
	if s.at == nav.SignIn {
		return // what is behind it was told
	}
	screen, ok := s.screens[s.at].(tells)
	if !ok {
		s.heard = ""
		return
	}
	if kind := screen.Kind(); kind != s.heard {
		s.heard = kind
		if s.desk.Settings().Window.Sound {
			s.sound(kind)
		}
	}
}
