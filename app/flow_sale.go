package app

import (
	"context"

	"paydesk/app/cardentry"
	"paydesk/app/cash"
	"paydesk/app/extras"
	"paydesk/app/nav"
	"paydesk/app/onfile"
	"paydesk/app/text"
	"paydesk/terminal/engine"
)

// addSale leads from the sale to each way to pay it, and back.
func (s *shell) addSale() {
	s.extras = extras.NewScreen(extras.New(s.sale.Presenter))
	s.cash = cash.NewScreen(cash.New(s.desk, s.run, s.clock))
	s.onFile = onfile.NewScreen(onfile.New(s.desk, s.run, s.clock), s.overlay)
	s.screens[nav.Extras], s.screens[nav.Cash], s.screens[nav.OnFile] = s.extras, s.cash, s.onFile

	s.sale.History, s.sale.Menu = func() { s.goTo(nav.History) }, func() { s.goTo(nav.Menu) }
	s.sale.Extras = func() { s.goTo(nav.Extras) }
	s.extras.Back = func() { s.goTo(nav.Sale) }
	s.sale.Card, s.sale.Cash, s.sale.OnFile = s.byCard, s.byCash, s.byFile
	s.sale.Cleared = s.endIdle

	s.card.Cancel = func(c engine.Charge) {
		if s.retried {
			s.abandon(c.Order)
		}
		s.leaveCard(c)
	}
	s.cash.Cancel = func() { s.goTo(s.payer) }
	s.cash.Taken, s.cash.Done = s.cashTaken, s.cashDone
	s.cash.Receipt = s.slip.Open
	s.onFile.Cancel = func() { s.goTo(s.payer) }
	s.card.Started, s.onFile.Started = s.started, s.started
	s.onFile.Ended = s.charged
	s.outcome.NewSale = func() {
		s.sale.Paid(s.outcome.Charge())
		s.goTo(nav.Sale)
	}
	s.outcome.History = func() {
		s.sale.Paid(s.outcome.Charge())
		s.goTo(nav.History)
	}
}

// byCard, byCash and byFile begin a payment. Whoever steps back comes to where
// it was begun.
func (s *shell) byCard(c engine.Charge) {
	s.payer, s.retried = s.at, false
	s.collects.begin(c, s.sale.Rest())
	s.card.Begin(c)
	s.goTo(nav.Card)
}

func (s *shell) byCash(c engine.Charge) {
	s.payer = s.at
	s.collects.begin(c, s.sale.Rest())
	s.cash.Begin(c)
	s.goTo(nav.Cash)
}

func (s *shell) byFile(c engine.Charge) {
	s.payer = s.at
	s.collects.begin(c, s.sale.Rest())
	s.onFile.Apply(s.snapshot)
	s.onFile.Begin(c)
	s.goTo(nav.OnFile)
}

// started waits for the answer to a charge.
func (s *shell) started(p cardentry.Payment) {
	s.sale.Sent(p.Charge)
	s.waiting.Start(p, s.snapshot)
	s.goTo(nav.Waiting)
}

// cashTaken notes what the journal has.
func (s *shell) cashTaken(c engine.Charge) {
	s.sale.Sent(c)
	s.collectedBy(c.Order)
}

// cashDone leaves the change: for the rest of the bill, or for the next sale.
func (s *shell) cashDone() {
	c := s.cash.Charge()
	if s.cash.View().Left != "" {
		s.toBill(*c.Bill)
		return
	}
	s.sale.Paid(c)
	s.goTo(nav.Sale)
}

// abandon gives up the order of a payment that was tried and then left.
func (s *shell) abandon(id string) {
	s.run(func(ctx context.Context) func() {
		if err := s.desk.AbandonOrder(ctx, id); err != nil {
			return func() { s.sale.Tell(text.Of(err)) }
		}
		return nil
	})
}
