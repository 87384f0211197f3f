package app

import (
	"context"

	"paydesk/app/bill"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/sale"
	"paydesk/app/text"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// addBill leads to a sale that is paid in parts.
func (s *shell) addBill() {
	s.bill = bill.NewScreen(bill.New(s.desk, s.run, s.clock), s.overlay)
	s.screens[nav.Bill] = s.bill
	s.sale.Split, s.outcome.Rest = s.toBill, s.toBill
	s.bill.Card, s.bill.Cash, s.bill.OnFile = s.byCard, s.byCash, s.byFile
	s.bill.Back = func() { s.goTo(nav.Sale) }
	s.bill.Leave = func() {
		s.sale.Paid(engine.Charge{Bill: &order.Bill{ID: s.bill.ID()}})
		s.goTo(nav.Sale)
	}
}

func (s *shell) toBill(b order.Bill) {
	s.bill.Begin(b, s.snapshot)
	s.goTo(nav.Bill)
}

// endIdle gives up a bill that is left with nothing paid of it.
func (s *shell) endIdle(id string) {
	for _, b := range s.snapshot.Bills {
		if b.ID != id || b.State != order.BillOpen || b.Paid.Minor != 0 || b.Pending.Minor != 0 {
			continue
		}
		s.run(func(ctx context.Context) func() {
			if err := s.desk.CancelBill(ctx, id, ""); err != nil {
				return func() { s.sale.Tell(text.Of(err)) }
			}
			return nil
		})
	}
}

// offerUnfinished asks about a sale that the end of the program interrupted
// between two of its parts.
func (s *shell) offerUnfinished() {
	b, ok := sale.Unfinished(s.snapshot)
	if !ok || b.ID != s.offered || b.State != order.BillOpen {
		return
	}
	s.offered = ""
	s.overlay.Ask(widgets.Question{
		Shape: look.Half, Title: text.Get("bill.unfinished"), Text: text.Get("bill.unfinished.text", text.Money(b.Paid), text.Money(b.Total())), Escape: 2,
		Choices: []widgets.Choice{
			{Words: text.Get("bill.keep"), Hint: "Enter", Role: widgets.RoleMain, Tap: func() { s.toBill(b.Bill) }},
			{Words: text.Get("bill.cancel.yes"), Hint: string(keys.GiveBack), Role: widgets.RolePlain, Tap: func() {
				s.toBill(b.Bill)
				s.bill.Cancel()
			}},
			{Words: text.Get("bill.later"), Hint: keys.Escape.Cap(), Role: widgets.RolePlain},
		}})
}
