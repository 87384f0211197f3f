package app

import (
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/sale"
	"paydesk/app/text"
	"paydesk/terminal/engine"
)

// addHistory leads to the transactions.
func (s *shell) addHistory() {
	s.history.Receipt = s.slip.Open
	s.history.Again = s.again
	s.history.Back = func() { s.goTo(nav.Sale) }
	s.history.Attention = func(number string) {
		s.goTo(nav.Attention)
		s.attention.ChooseNumber(number)
	}
	s.menu.Add(menu.Item{Key: "menu.history", Shape: look.Clock, Go: func() { s.goTo(nav.History) }})
}

// again begins a sale for the customer of an earlier payment, whose card on file
// is then found by the name.
func (s *shell) again(d engine.Detail) {
	s.sale.Clear()
	s.sale.Text(sale.Customer).Set(d.Holder)
	s.sale.Edited()
	s.goTo(nav.Sale)
	s.sale.Tell(text.Get("history.again"))
}
