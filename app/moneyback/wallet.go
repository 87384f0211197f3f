package moneyback

import (
	"context"
	"slices"
	"strconv"
	"time"

	"paydesk/app/followup"
	"paydesk/app/nav"
	"paydesk/app/payment"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// wallet is a payment by code that is to go back; payment is "" for any other
// payment. code is as it was when it was last asked for.
type wallet struct {
	payment string
	code    engine.CodeView
}

// Why a payment by code can go back, or can't. The texts are parts of the
// catalogue's keys.
const (
	backWallet      order.BackReason = "wallet"
	backWalletWhole order.BackReason = "wallet-whole" // no part of it
	backWalletOver  order.BackReason = "wallet-over"  // its time is over
	backWalletOff   order.BackReason = "wallet-off"   // the provider is not set up
	backWalletWay   order.BackReason = "wallet-way"   // all of it is on its way
)

// OpenCode goes straight to a payment of a code.
func (p *Presenter) OpenCode(code, payment string) {
	p.begin(Amounts, code, wallet{payment: payment})
}

// walletOf is the payment of an item that goes back first.
func walletOf(i engine.Item) wallet {
	if i.Code == nil {
		return wallet{}
	}
	paid, _ := i.Code.Paid()
	return wallet{payment: paid.ID, code: *i.Code}
}

func (w wallet) paid() (order.QRPayment, bool) { return w.code.Payment(w.payment) }

// planWallet says how the payment can go back: by what is left of it, and by
// what its provider does.
func (p *Presenter) planWallet() engine.Plan {
	paid, _ := p.wallet.paid()
	c := paid.Amount.Currency
	plan := engine.Plan{Number: p.wallet.code.ID, Created: paid.At, WayBack: order.WayBack{Act: order.Return, Why: backWallet, Paid: paid.Amount, Left: paid.Left(),
		Returned: money.New(paid.Back.Minor+paid.Elsewhere.Minor, c), Pending: money.New(paid.Held.Minor-paid.Back.Minor, c)}}
	offer, on := p.offer()
	switch {
	case plan.Left.Minor == 0 && plan.Pending.Minor > 0:
		plan.Act, plan.Why = "", backWalletWay
	case plan.Left.Minor == 0:
		plan.Act, plan.Why = "", order.BackNothing
	case !on:
		plan.Act, plan.Why = "", backWalletOff
	case offer.RefundFor > 0 && p.clock.Now().After(paid.At.Add(offer.RefundFor)):
		plan.Act, plan.Why = "", backWalletOver
	case !offer.Parts:
		plan.Why = backWalletWhole
	}
	plan.Part = offer.Parts && plan.Act != ""
	return plan
}

// offer is what the payment's provider does.
func (p *Presenter) offer() (order.WalletOffer, bool) {
	i := slices.IndexFunc(p.snapshot.Wallets, func(o order.WalletOffer) bool { return o.Name == p.wallet.code.Provider })
	if i < 0 {
		return order.WalletOffer{}, false
	}
	return p.snapshot.Wallets[i], true
}

// why says how the money goes back, or why it can't.
func (w wallet) why(plan engine.Plan, longest time.Duration) string {
	title := w.code.Title
	switch plan.Why {
	case backWalletOver:
		return text.Get("moneyback.why.wallet-over", title, strconv.Itoa(int(longest/(24*time.Hour))))
	case backWalletWay:
		return text.Get("moneyback.why.wallet-way", text.Money(plan.Pending))
	}
	say := text.Get("moneyback.why."+string(plan.Why), title)
	if plan.Act == "" {
		return say
	}
	paid, _ := w.paid()
	if kept := payment.Kept(title, paid); kept != "" {
		say += " " + kept
	}
	return say
}

// task gives an amount of the payment back.
func (w wallet) task(desk Desk, amount money.Amount, reason string) followup.Task {
	return followup.Task{Act: order.Return, Of: w.code.ID, Payment: w.payment, Wallet: w.code.Title, Amount: amount, From: nav.MoneyBack,
		GiveBack: func(ctx context.Context) (order.Refund, error) {
			return desk.RefundCode(ctx, w.code.ID, w.payment, amount, reason)
		}}
}
