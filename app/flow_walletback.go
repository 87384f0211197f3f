package app

import (
	"context"

	"paydesk/app/followup"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/paylog"
	"paydesk/app/payment"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// addWalletBack leads to what is done about payments by wallet.
func (s *shell) addWalletBack() {
	s.history.RefundCode = func(code, payment string) {
		s.follow.origin = s.at
		s.follow.back.OpenCode(code, payment)
		s.goTo(nav.MoneyBack)
	}
	log := paylog.NewScreen(paylog.New(s.desk, s.do, s.run, s.clock), s.overlay)
	s.screens[nav.PayLog] = log
	log.Back = func() { s.goTo(nav.Menu) }
	log.Open = func(code string) {
		s.goTo(nav.History)
		s.history.Open(code)
	}
	s.attention.Log = func() {
		log.Choose(paylog.Review)
		s.goTo(nav.PayLog)
	}
	s.menu.Add(menu.Item{Key: "menu.paylog", Shape: look.Tray, Go: func() { s.goTo(nav.PayLog) },
		Shown: func(engine.Snapshot) bool { return s.desk.Settings().Wallets.IPN.Enabled }})
}

// workRefund gives a payment by code back and shows what came of it. The window
// may close meanwhile; the refund goes on to its end.
func (s *shell) workRefund(t followup.Task) {
	var r order.Refund
	s.do(func(ctx context.Context) (err error) {
		r, err = t.GiveBack(context.WithoutCancel(ctx))
		return err
	}, func(err error) {
		s.follow.done.Done.ShowRefund(t, r, err)
		s.goTo(nav.Done)
	})
}

// tellRefunds shows how a refund ended that nobody waited for any more.
func (s *shell) tellRefunds(free bool) {
	for _, r := range s.snapshot.RefundNews {
		switch {
		case s.at == nav.Done && s.follow.done.Refund().ID == r.ID:
			s.desk.Acknowledge(r.ID) // it is being looked at
			return
		case free && s.at == nav.Sale:
			s.follow.done.ShowLateRefund(r, payment.Provider(s.snapshot.Wallets, r.Provider))
			s.goTo(nav.Done)
			s.desk.Acknowledge(r.ID)
			return
		}
	}
}
