package app

import (
	"context"

	"paydesk/app/followup"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/paylog"
	"paydesk/app/payment"
	"paydesk/app/text"
	"paydesk/app/widgets"
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

// tellCodes says what became of a code that nobody waited for, as soon as nobody
// is in the middle of something else.
func (s *shell) tellCodes(free bool) {
	for _, c := range s.snapshot.CodeNews {
		if !free || s.at != nav.Sale || s.overlay.Open() {
			return
		}
		s.overlay.Ask(s.codeNews(c))
		s.desk.Acknowledge(c.ID)
		return
	}
}

// codeNews is the news of a code: money that nothing waits for leads to where it
// is given back, any other to its story.
func (s *shell) codeNews(c engine.CodeView) widgets.Question {
	kind, word := payment.CodeWord(c.QR)
	amount := c.Asked
	q := widgets.Question{Shape: look.Of(kind).Shape, Escape: 1}
	see := widgets.Choice{Words: text.Get("walletback.seen.story"), Hint: string(keys.History), Role: widgets.RolePlain, Tap: func() {
		s.goTo(nav.History)
		s.history.Open(c.ID)
	}}
	later := widgets.Choice{Words: text.Get("walletback.seen.ok"), Hint: "Enter", Role: widgets.RoleMain}
	q.Choices = []widgets.Choice{later, see}
	if strays := c.Strays(); len(strays) > 0 {
		amount = strays[0].Amount
		q.Text = text.Get("walletback.stray."+string(payment.StrayOf(c.QR, strays[0]))+".say", c.Title)
		see.Words, see.Hint, see.Role = text.Get("walletback.seen.see"), "Enter", widgets.RoleMain
		see.Tap = func() {
			s.goTo(nav.Attention)
			s.attention.ChooseNumber(c.ID)
		}
		later.Words, later.Hint, later.Role = text.Get("walletback.seen.later"), keys.Escape.Cap(), widgets.RolePlain
		q.Choices = []widgets.Choice{see, later}
	} else if key := "walletback.news." + payment.Kebab(string(c.State)); text.Has(key) {
		q.Text = text.Get(key, c.Title)
	}
	q.Title = text.Get("walletback.news", c.Title, word, text.Money(amount))
	return q
}
