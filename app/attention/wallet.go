package attention

import (
	"cmp"
	"context"
	"time"

	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// unanswered reports whether nobody knows yet whether a code can still be paid,
// for longer than that takes.
func unanswered(c engine.CodeView) bool {
	switch c.State {
	case order.QRTaking:
		return c.Alarm
	case order.QRClosing:
		return c.Tries > 1
	}
	return !c.State.Final() && c.Fails >= mostFails
}

// mostFails is how many looks in a row may come to nothing before a person is
// told: providers are away for seconds.
const mostFails = 5

// unsettledRefund reports whether a person should know of a refund: one that is
// on its way needs nobody.
func unsettledRefund(r order.Refund) bool {
	return r.State != order.RefundPending && r.State != order.RefundSending
}

// countWallets is how many things of wallets need attention.
func countWallets(s engine.Snapshot) (n int) {
	for _, c := range s.Codes {
		if n += len(c.Strays()); unanswered(c) {
			n++
		}
	}
	for _, r := range s.Refunds {
		if unsettledRefund(r) {
			n++
		}
	}
	return n + len(s.WalletCheck.Missing)
}

// walletItems are the payments that nothing waited for, the codes without an
// answer, and the refunds that nobody knows of.
func walletItems(s engine.Snapshot, now time.Time) (strays, codes, refunds []Item) {
	for _, c := range s.Codes {
		for _, p := range c.Strays() {
			strays = append(strays, ofStray(c, p))
		}
		if unanswered(c) {
			codes = append(codes, ofCode(c, now))
		}
	}
	for _, r := range s.Refunds {
		if unsettledRefund(r) {
			refunds = append(refunds, ofRefund(r, s, now))
		}
	}
	for _, f := range s.WalletCheck.Missing {
		codes = append(codes, ofMissing(f, s))
	}
	return strays, codes, refunds
}

// ofMissing is a payment that the journal has and its provider does not list.
func ofMissing(f order.WalletFinding, s engine.Snapshot) Item {
	title := payment.Provider(s.Wallets, f.Provider)
	return Item{Key: "missing " + f.Code + " " + f.Payment, Number: f.Code, Word: text.Get("attention.unlisted"), Amount: text.Money(f.Amount), Card: title,
		Look: look.Of(look.KindReview), Since: f.At, Doing: text.Get("attention.doing.compare"), Say: text.Get("attention.say.unlisted", title), facts: f.Payment}
}

// ofStray is money that came by a code and counts for no order.
func ofStray(c engine.CodeView, p order.QRPayment) Item {
	why := payment.StrayOf(c.QR, p)
	l := look.Of(look.KindMissing) // as loud as money that is missing
	l.Shape = look.Alert
	i := Item{Key: "stray " + c.ID + " " + p.ID, Number: c.ID, Word: text.Get("walletback.stray." + string(why)), Amount: text.Money(p.Left()), Card: c.Title,
		Look: l, Since: p.At, Operator: c.Operator, Doing: text.Get("attention.doing.nothing"), Acts: []Act{ActPayBack, ActAccept}, code: c.QR, paid: p}
	if why == payment.StrayAmount {
		i.Amount = text.Get("outcome.of", text.Money(p.Amount), text.Money(c.Asked))
	}
	i.Say = text.Get("walletback.stray."+string(why)+".say", c.Title) + "\n" + text.Get("attention.say.stray")
	return i
}

// ofCode is a code that nobody knows the end of.
func ofCode(c engine.CodeView, now time.Time) Item {
	i := Item{Key: "code " + c.ID, Number: c.ID, Word: payment.Parked(text.Get("walletback.word."+payment.Kebab(string(c.State))), c.Parked), Amount: text.Money(c.Asked),
		Card: c.Title, Look: look.Of(look.KindChecking), Since: c.Since, Operator: c.Operator, Parked: c.Parked,
		Doing: text.Get("attention.doing.asks", c.Title, payment.Until(c.NextAt, now)), Acts: []Act{ActAsk}, code: c.QR, doubt: c.ID}
	i.Say = text.Get("attention.say.code."+payment.Kebab(string(c.State)), c.Title)
	if c.Message != "" {
		i.Say += "\n" + text.Say(c.Message)
	}
	if c.Parked == "" {
		i.Acts = append(i.Acts, ActPark)
	}
	return i
}

// ofRefund is a refund that nobody knows of, or that came to nothing.
func ofRefund(r order.Refund, s engine.Snapshot, now time.Time) Item {
	kind, word := payment.RefundWord(r)
	title := payment.Provider(s.Wallets, r.Provider)
	i := Item{Key: "refund " + r.ID, Number: r.Of, Word: payment.Parked(word, r.Parked), Amount: text.Money(r.Amount), Card: title,
		Look: look.Of(kind), Since: r.Created, Operator: r.Operator, Parked: r.Parked, doubt: r.ID, Doing: text.Get("attention.doing.nothing"),
		Say: text.Get("walletback.done."+payment.Kebab(string(r.State)), title)}
	if at, ask := order.NextRefund(r); ask {
		i.Doing = text.Get("attention.doing.asks", title, payment.Until(at, now))
	}
	if r.Message != "" {
		i.Say += "\n" + text.Say(r.Message)
	}
	if !r.State.Final() && r.Parked == "" {
		i.Acts = []Act{ActPark}
	}
	return i
}

// refundSaid is what became of a stray payment that was given back.
func refundSaid(r order.Refund, title string) string {
	return text.Get("walletback.done."+payment.Kebab(string(r.State)), title)
}

// Waits reports whether something about a code needs attention.
func Waits(s engine.Snapshot, code string) bool {
	for _, c := range s.Codes {
		if c.ID == code && (len(c.Strays()) > 0 || unanswered(c)) {
			return true
		}
	}
	for _, r := range s.Refunds {
		if r.Of == code && unsettledRefund(r) {
			return true
		}
	}
	return false
}

// mostNotices is how many entries of the payment log are listed here.
const mostNotices = 20

// ReadLog reads what of the payment log waits for a person.
func (p *Presenter) ReadLog() {
	if !p.desk.Settings().Wallets.IPN.Enabled {
		return
	}
	p.run(func(ctx context.Context) func() {
		page, err := p.desk.PaymentLog(ctx, order.NoticeQuery{States: []order.NoticeState{order.NoticeReview}, Limit: mostNotices})
		return func() {
			if err != nil {
				return // the log itself tells what is wrong
			}
			p.notices = page.Notices
			p.refresh()
		}
	})
}

// Waiting is how many entries of the payment log wait for a person, as far as
// they were read.
func (p *Presenter) Waiting() int { return len(p.notices) }

// noticeItems are entries of the payment log that wait for a person.
func noticeItems(notices []order.Notice) (items []Item) {
	for _, n := range notices {
		i := Item{Key: "notice " + n.ID, Word: text.Get("attention.notice"), Card: cmp.Or(n.PayerName, n.Payer), Look: look.Of(look.KindReview), Since: n.Created,
			Doing: text.Get("attention.doing.nothing"), Say: text.Say(n.Why.Text()), Acts: []Act{ActLog}, facts: n.Txn}
		if n.Gross.Currency != "" {
			i.Amount = text.Money(n.Gross)
		}
		items = append(items, i)
	}
	return items
}
