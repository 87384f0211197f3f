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

// OpenCode goes straight to a payment of a code.
func (p *Presenter) OpenCode(code, payment string) { p.begin(Amounts, code, payment) }

// paidBy is the payment of a code that a plan is about.
func paidBy(plan engine.Plan) (order.QRPayment, bool) {
	if plan.Code == nil {
		return order.QRPayment{}, false
	}
	return plan.Code.Payment(plan.Payment)
}

// another makes a plan of a code one of the payment that is asked for: a code may
// have been paid more than once.
func (p *Presenter) another(plan *engine.Plan) {
	if plan.Code == nil || p.payment == "" || p.payment == plan.Payment {
		return
	}
	if paid, ok := plan.Code.Payment(p.payment); ok {
		plan.Payment, plan.WayBack = paid.ID, order.PlanRefund(paid, p.offer(*plan.Code), p.clock.Now())
	}
}

// offer is what the provider of a code does; zero where it is not set up any more.
func (p *Presenter) offer(c engine.CodeView) order.WalletOffer {
	i := slices.IndexFunc(p.snapshot.Wallets, func(o order.WalletOffer) bool { return o.Name == c.Provider })
	if i < 0 {
		return order.WalletOffer{}
	}
	return p.snapshot.Wallets[i]
}

// whyWallet says how a payment by wallet goes back, or why it can't. Fees stay
// with the provider.
func (p *Presenter) whyWallet(plan engine.Plan) string {
	title := plan.Code.Title
	switch plan.Why {
	case order.BackTooLate:
		days := int(p.offer(*plan.Code).RefundFor / (24 * time.Hour))
		return text.Get("moneyback.why.too-late", title, strconv.Itoa(days))
	case order.BackPending:
		return text.Get("moneyback.why.onway", text.Money(plan.Pending))
	case order.BackWallet:
		key := "moneyback.why.wallet"
		if !plan.Part {
			key = "moneyback.why.wallet-whole"
		}
		say := text.Get(key, title)
		paid, _ := paidBy(plan)
		if kept := payment.Kept(title, paid); kept != "" {
			say += " " + kept
		}
		return say
	}
	return text.Get("moneyback.why."+string(plan.Why), title)
}

// taskWallet gives an amount of a payment by wallet back.
func (p *Presenter) taskWallet(plan engine.Plan, amount money.Amount, reason string) followup.Task {
	return followup.Task{Act: order.Return, Of: plan.Number, Payment: plan.Payment, Wallet: plan.Code.Title, Amount: amount, From: nav.MoneyBack,
		GiveBack: func(ctx context.Context) (order.Refund, error) {
			return p.desk.RefundCode(ctx, plan.Number, plan.Payment, amount, reason)
		}}
}
