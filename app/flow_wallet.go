package app

import (
	"context"
	"slices"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/qrshow"
	"paydesk/app/text"
	"paydesk/app/wallet"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// walletScreens are those of a payment by phone.
type walletScreens struct {
	choose *wallet.Screen
	code   *qrshow.Screen
	// from is where the payment was begun, None by an earlier run of the program.
	from nav.Place
	// offered is the code that is to be asked about.
	offered string
}

// addWallet leads from what is to be paid to the code, and from there on.
func (s *shell) addWallet() {
	s.wallets.choose = wallet.NewScreen(wallet.New())
	code := qrshow.NewScreen(qrshow.New(s.desk, s.run, s.clock), s.overlay)
	s.wallets.code = code
	s.screens[nav.Wallet], s.screens[nav.Code] = s.wallets.choose, code
	s.sale.Wallet, s.bill.Wallet = s.byWallet, s.byWallet
	s.wallets.choose.Cancel = func() { s.goTo(s.wallets.from) }
	s.wallets.choose.Chosen = s.showCode
	code.Started, code.Failed = s.sale.Sent, s.sale.Failed
	code.Paid = s.codePaid
	// Whoever steps back from another way to pay comes to the code again.
	code.Card, code.Cash = s.byCard, s.byCash
	code.Back, code.Leave, code.Done = s.codeBack, s.leaveCode, s.codeDone
	code.Receipt = s.slip.Open
}

// byWallet begins a payment by phone. Where there is one wallet, nothing is
// chosen, unless it has to say why not.
func (s *shell) byWallet(c engine.Charge) {
	s.wallets.from = s.at
	s.collects.begin(c, s.sale.Rest())
	if offers := s.snapshot.Wallets; len(offers) == 1 && wallet.Why(offers[0], c.Amount) == "" {
		s.showCode(c, offers[0])
		return
	}
	s.wallets.choose.Begin(c)
	s.goTo(nav.Wallet)
}

// showCode asks for the code and waits at it.
func (s *shell) showCode(c engine.Charge, o order.WalletOffer) {
	s.wallets.code.Begin(c, o)
	s.goTo(nav.Code)
}

// codePaid tells of a payment by phone.
func (s *shell) codePaid(c engine.Charge, code engine.CodeView) {
	s.collectedBy(c.Order)
	if s.at == nav.Code {
		s.outcome.ShowCode(c, code)
		s.goTo(nav.Outcome)
	}
}

// overtaken tells of a code that was paid after all, while its order was about
// to be paid in another way.
func (s *shell) overtaken() {
	code := s.wallets.code
	if (s.at != nav.Card && s.at != nav.Cash) || s.payer != nav.Code || code.Code().ID == "" {
		return
	}
	if code.Apply(s.snapshot); code.Stage() == qrshow.Paid && s.uncovered() {
		s.outcome.ShowCode(code.Charge(), code.Code())
		s.goTo(nav.Outcome)
	}
}

// codeBack leaves a code of which nothing came for where it was begun. A sale of
// an earlier run is not there any more.
func (s *shell) codeBack(c engine.Charge) {
	if s.wallets.from == nav.None {
		s.leaveCode(c)
		return
	}
	s.goTo(s.wallets.from)
}

// leaveCode leaves a code of which something may yet come: to the other parts of
// its bill, or for the next sale. What comes of it later waits for a person.
func (s *shell) leaveCode(c engine.Charge) {
	if b, ok := s.parts(c); ok {
		s.toBill(b)
		return
	}
	s.run(func(ctx context.Context) func() {
		if err := s.giveUpSale(ctx, c); err != nil {
			return func() { s.sale.Tell(text.Of(err)) }
		}
		return nil
	})
	s.sale.Paid(c)
	s.goTo(nav.Sale)
}

func (s *shell) giveUpSale(ctx context.Context, c engine.Charge) error {
	if c.Bill != nil {
		return s.desk.CancelBill(ctx, c.Bill.ID, "")
	}
	return s.desk.AbandonOrder(ctx, c.Order)
}

// codeDone leaves a code on paper: it is paid some time.
func (s *shell) codeDone(c engine.Charge) {
	if b, ok := s.parts(c); ok {
		s.toBill(b)
		return
	}
	s.sale.Paid(c)
	s.goTo(nav.Sale)
}

// parts is the bill of a charge that is not all of it.
func (s *shell) parts(c engine.Charge) (order.Bill, bool) {
	if c.Bill == nil || c.Amount == c.Bill.Total() {
		return order.Bill{}, false
	}
	for _, b := range s.snapshot.Bills {
		if b.ID == c.Bill.ID {
			return b.Bill, true
		}
	}
	return *c.Bill, true
}

// liveCode is a code that somebody may be paying, and that the desk waits for.
func liveCode(n engine.Snapshot) (engine.CodeView, bool) {
	i := slices.IndexFunc(n.Codes, func(c engine.CodeView) bool {
		return (c.State == order.QRCreating || c.State == order.QRShown || c.State == order.QRTaking) && !c.Patience.IsZero()
	})
	if i < 0 {
		return engine.CodeView{}, false
	}
	return n.Codes[i], true
}

// offerCode asks about a code that was on the screen when the program ended.
func (s *shell) offerCode() {
	c, ok := liveCode(s.snapshot)
	if !ok || c.ID != s.wallets.offered {
		return
	}
	s.wallets.offered = ""
	s.overlay.Ask(widgets.Question{
		Shape: look.Phone, Title: text.Get("wallet.resume", c.Title, text.Money(c.Asked)), Text: text.Get("wallet.resume.text", c.Title), Escape: 2,
		Choices: []widgets.Choice{
			{Words: text.Get("wallet.resume.back"), Hint: "Enter", Role: widgets.RoleMain, Tap: func() { s.resumeCode(c) }},
			{Words: text.Get("wallet.resume.cancel"), Hint: string(keys.GiveBack), Role: widgets.RolePlain, Tap: func() {
				s.resumeCode(c)
				s.wallets.code.Do(qrshow.ActCancel)
			}},
			{Words: text.Get("bill.later"), Hint: keys.Escape.Cap(), Role: widgets.RolePlain},
		}})
}

// resumeCode goes back to a code.
func (s *shell) resumeCode(c engine.CodeView) {
	charge := engine.Charge{Order: c.Order, Amount: c.Asked}
	for _, b := range s.snapshot.Bills {
		if _, ok := b.Leg(c.Order); ok {
			bill := b.Bill
			charge.Bill = &bill
		}
	}
	s.wallets.from = nav.None
	s.wallets.code.Resume(charge, c)
	s.goTo(nav.Code)
}

// tellCodes shows what became of a code that nobody waited for.
func (s *shell) tellCodes(free bool) {
	for _, c := range s.snapshot.CodeNews {
		switch {
		case s.at == nav.Outcome && s.outcome.Code().ID == c.ID, s.at == nav.Code && s.wallets.code.Code().ID == c.ID:
			s.desk.Acknowledge(c.ID) // it is being looked at
			return
		case free && s.at == nav.Sale:
			s.outcome.ShowLateCode(c)
			s.goTo(nav.Outcome)
			s.desk.Acknowledge(c.ID)
			return
		}
	}
}
