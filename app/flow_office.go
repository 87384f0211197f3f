package app

import (
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/prefs"
)

// addOffice leads to the back office: settings, operators, the assistant.
func (s *shell) addOffice() {
	home := func() { s.goTo(nav.Menu) }
	settings := prefs.NewScreen(prefs.New(s.desk, s.do, s.run))
	settings.Back, settings.Saved = home, s.settingsChanged
	settings.Staff = func() { s.goTo(nav.Staff) }
	s.screens[nav.Settings] = settings
	s.menu.Add(menu.Item{Key: "menu.settings", Shape: look.Sun, Go: func() { s.goTo(nav.Settings) }})
}

// settingsChanged takes what shows at once out of the settings.
func (s *shell) settingsChanged() {
	if name := s.desk.Settings().Window.Theme; name != s.theme.Name() {
		s.useTheme(name)
	}
}
