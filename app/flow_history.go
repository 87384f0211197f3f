package app

import (
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
)

// addHistory leads to the transactions.
func (s *shell) addHistory() {
	s.history.Receipt = s.slip.Open
	s.history.Back = func() { s.goTo(nav.Sale) }
	s.history.Attention = func(number string) {
		s.goTo(nav.Attention)
		s.attention.ChooseNumber(number)
	}
	s.menu.Add(menu.Item{Key: "menu.history", Shape: look.Clock, Go: func() { s.goTo(nav.History) }})
}
