package app

import (
	"context"
	"strconv"

	"paydesk/app/attention"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// collection is a sale of what a stored one is still owed.
type collection struct {
	stored order.Stored // ID is "" while there is none
	// bill is that of the sale, order the newest that is to pay it; both are ""
	// until a way to pay was chosen.
	bill, order string
}

// addAttention leads to what needs attention, and from there to what is done
// about it.
func (s *shell) addAttention() {
	do := func(work func(context.Context) error, done func(error)) { s.do(work, done) }
	s.attention = attention.NewScreen(attention.New(s.desk, s.run, do, s.clock), s.overlay)
	s.screens[nav.Attention] = s.attention
	s.attention.Back = func() { s.goTo(nav.Sale) }
	s.attention.Open = func(number string) {
		s.goTo(nav.History)
		s.history.Open(number)
	}
	s.attention.Collect, s.attention.GoOn = s.collect, s.toBill
	s.sale.Attention = func() { s.goTo(nav.Attention) }
	s.menu.Add(menu.Item{Key: "menu.attention", Shape: look.Alert, Go: s.sale.Attention, Badge: func(n engine.Snapshot) string {
		if count := attention.Count(n); count > 0 {
			return strconv.Itoa(count)
		}
		return ""
	}})
}

// collect begins a sale of what is owed, to be paid in any way.
func (s *shell) collect(stored order.Stored) {
	s.sale.Start(stored.Owed())
	s.collects = collection{stored: stored}
	s.goTo(nav.Sale)
	s.sale.Tell(text.Get("attention.collecting", text.Money(stored.Owed())))
}

// begin notes the order that is to pay what is owed: of the sale that was begun
// with it, and another order of that where one way to pay came to nothing. A sale
// of another amount collects nothing, nor does one of the same that was entered.
func (c *collection) begin(charge engine.Charge, rest bool) {
	if (c.bill == "" && !rest) || (c.bill != "" && charge.Bill.ID != c.bill) || charge.Amount != c.stored.Owed() {
		*c = collection{}
		return
	}
	c.bill, c.order = charge.Bill.ID, charge.Order
}

// collected says that what was owed is paid as soon as its sale is approved.
func (s *shell) collected() {
	c := s.collects
	last := s.snapshot.Last
	if last != nil && last.Order == c.order && last.State == order.Approved {
		s.collectedBy(c.order)
	}
}

// collectedBy says so of an order that was paid.
func (s *shell) collectedBy(paid string) {
	c := s.collects
	if c.order == "" || c.order != paid {
		return
	}
	s.collects = collection{}
	s.do(func(ctx context.Context) error {
		_, err := s.desk.CollectStored(ctx, c.stored.ID, c.order)
		return err
	}, func(err error) {
		if err != nil {
			s.sale.Tell(text.Of(err))
		}
	})
}
