package app

import (
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/people"
	"paydesk/app/prefs"
	"paydesk/app/setup"
)

// addOffice leads to the back office: operators, settings, the assistant.
func (s *shell) addOffice() {
	menuOf := func() { s.goTo(nav.Menu) }
	staff := people.NewScreen(people.New(s.desk, s.do, s.run, s.clock), s.overlay)
	staff.Back = menuOf
	s.setup = setup.NewScreen(setup.New(s.desk, s.do, s.run))
	s.setup.Saved, s.setup.Quit = s.settingsChanged, s.leave
	s.setup.Apply(s.snapshot)
	s.setup.Done = func() { s.goTo(nav.Sale) }
	settings := prefs.NewScreen(prefs.New(s.desk, s.do, s.run))
	settings.Back, settings.Saved = menuOf, s.settingsChanged
	settings.Staff = func() { s.goTo(nav.Staff) }
	settings.SignIn = func() {
		s.setup.Start(setup.Host)
		s.goTo(nav.Setup)
	}
	s.screens[nav.Staff], s.screens[nav.Settings], s.screens[nav.Setup] = staff, settings, s.setup
	s.menu.Add(menu.Item{Key: "menu.people", Shape: look.Person, Go: func() { s.goTo(nav.Staff) }})
	s.menu.Add(menu.Item{Key: "menu.settings", Shape: look.Sun, Go: func() { s.goTo(nav.Settings) }})
	s.menu.Add(menu.Item{Key: "menu.setup", Shape: look.Check, Go: func() {
		s.setup.Start(setup.Mode)
		s.goTo(nav.Setup)
	}})
}

// settingsChanged takes what shows at once out of the settings.
func (s *shell) settingsChanged(key string) {
	switch key {
	case "window.theme":
		s.useTheme(s.desk.Settings().Window.Theme)
	case "window.language":
		s.speak(s.desk.Settings().Window.Language)
	}
}

// door is where somebody who is not signed in is: at the sign-in, or at the
// assistant where that comes first.
func (s *shell) door() nav.Place {
	if s.setup.First() {
		return nav.Setup
	}
	return nav.SignIn
}

// entered is where somebody comes to who has just signed in.
func (s *shell) entered() nav.Place {
	if s.setup.Needed(s.snapshot.Operator) {
		return nav.Setup
	}
	return nav.Sale
}
