package receipts

import (
	"time"

	"paydesk/terminal/money"
)

// Wallet is what a slip says of a payment by phone.
type Wallet struct {
	Name string // of the provider, as people know it
	// Test: the provider moved no real money.
	Test bool
	// Payment is the provider's own number of the payment, "" while there is none.
	Payment string
}

// TestNotice stands on slips of a provider's own test mode.
const TestNotice = "TEST MODE - NO REAL MONEY"

// WalletFacts is everything that the slip of a payment by wallet tells.
type WalletFacts struct {
	Slip
	Wallet
	Amount money.Amount
	// Fee and Net are printed on the merchant copy alone; without a currency they
	// are not known.
	Fee, Net money.Amount

	// Items, Part, Parts and Whole are as those of SaleFacts.
	Items       Items
	Part, Parts int
	Whole       money.Amount
}

// WalletSale lays out the slip of a payment by wallet. It is made of paid ones
// alone: what is not paid has no receipt.
func WalletSale(f WalletFacts) Document {
	p := begin(f.Slip, "WALLET SALE")
	p.test(f.Slip, f.Wallet)
	p.result("PAID", true)
	if f.Part == 0 {
		p.items(f.Items)
	}
	p.total("TOTAL", f.Amount)
	p.part(f.Part, f.Parts, f.Whole)
	p.row("Paid with", f.Name)
	if f.Copy == Merchant {
		p.some("Provider's fee", f.Fee)
		p.some("Net", f.Net)
	}
	p.details(f.Slip, Row{Left: "Payment", Right: f.Payment})
	return p.end(f.Slip, "WALLET SALE")
}

// RefundFacts is everything that the slip of a refund by wallet tells.
type RefundFacts struct {
	Slip
	Wallet
	// Outcome is Approved where the provider paid it back, Stored where it took
	// the request and the money is on its way, Declined or Unknown.
	Outcome    Outcome
	Amount     money.Amount
	Paid, Left money.Amount // what was paid, and what stands of it now
	Original   string       // number of the payment
	Reason     string       // the shop's own
	Refusal    string       // why not, as a sentence of its language
	ApprovedBy string       // a name; "" where nobody had to
}

// Refund lays out the slip of money that goes back to a wallet.
func Refund(f RefundFacts) Document {
	p := begin(f.Slip, "REFUND")
	p.test(f.Slip, f.Wallet)
	switch f.Outcome {
	case Approved:
		p.result("REFUNDED", true)
		p.total("REFUNDED", f.Amount)
		p.note("The amount goes back to the wallet. That can take some days.")
	case Stored:
		p.result("ON ITS WAY", true)
		p.total("TO BE REFUNDED", f.Amount)
		p.note("The wallet took the refund. The money arrives in some days.")
	case Declined:
		p.result("REFUSED", false)
		p.line(f.Refusal)
		p.note("Nothing was changed.")
		p.add(Blank{})
		p.strong("Asked", f.Amount)
	default:
		p.result(Unknown.String(), false)
		p.note("The wallet has not answered yet. Keep this slip.")
		p.add(Blank{})
		p.strong("Asked", f.Amount)
	}
	p.row("Paid with", f.Name)
	p.amount("Was paid", f.Paid)
	p.some("Still paid", f.Left)
	p.row("Reason", f.Reason)
	p.details(f.Slip, Row{Left: "For payment", Right: f.Original}, Row{Left: "Payment", Right: f.Payment}, f.approver(f.ApprovedBy))
	return p.end(f.Slip, "REFUND")
}

// CodeFacts is everything that a slip tells whose code is paid later.
type CodeFacts struct {
	Slip // its Code is what the phone reads
	Wallet
	Amount money.Amount
	Until  time.Time // when the code ends; zero is not told
}

// Code lays out a slip with a code that a phone pays by. The code is what it is
// for, so there is no other one on it.
func Code(f CodeFacts) Document {
	p := begin(f.Slip, "PAY BY PHONE")
	p.test(f.Slip, f.Wallet)
	p.result("NOT PAID", false)
	p.total("TO PAY", f.Amount)
	p.row("Pay with", f.Name)
	if !f.Until.IsZero() {
		p.row("Pay until", p.moment(f.Until))
	}
	p.note("Scan the code with a phone and pay there. It can be paid once.")
	p.details(f.Slip)
	return p.end(f.Slip, "PAY BY PHONE")
}

// test marks what moved no real money, where the slip does not say so anyway.
func (p *page) test(s Slip, w Wallet) {
	if w.Test && s.notice() == "" {
		p.add(Line{Text: p.say(TestNotice), Align: Centre, Bold: true}, Blank{})
	}
}
