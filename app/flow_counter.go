package app

import (
	"paydesk/app/counter"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/text"
	"paydesk/terminal/engine"
)

// addCounter leads to the printer and to what else stands on the counter.
func (s *shell) addCounter() {
	s.counter = counter.NewScreen(counter.New(s.desk, s.do, s.run, s.clock), s.overlay)
	s.screens[nav.Counter] = s.counter
	s.counter.Back = func() { s.goTo(nav.Menu) }
	s.counter.Saved = s.settingsChanged
	s.counter.Address = s.slip.Address
	s.attention.Counter, s.attention.Receipt = func() { s.goTo(nav.Counter) }, s.slip.Open
	s.menu.Add(menu.Item{Key: "menu.counter", Shape: look.Printer, Go: func() { s.goTo(nav.Counter) }, Badge: printerBadge})
}

// printerBadge says in the menu that the printer is in trouble.
func printerBadge(now engine.Snapshot) string {
	if now.Printer.Health == engine.HealthTrouble {
		return text.Get("counter.badge")
	}
	return ""
}

// askDrawer asks why the drawer is to be opened, and comes back to where it was
// asked when it is.
func (s *shell) askDrawer() {
	if !s.desk.Settings().Printer.Drawer || !nav.Allowed(s.at, nav.Counter) {
		return
	}
	from := s.at
	if from == nav.Menu {
		from = nav.Sale
	}
	s.goTo(nav.Counter)
	s.counter.Opened = func() {
		if s.at == nav.Counter {
			s.goTo(from)
			s.sale.Tell(text.Get("counter.drawer.done"))
		}
	}
	s.counter.AskDrawer()
}
