package samples

import (
	"time"

	"paydesk/receipts"
)

var payPal = receipts.Wallet{Name: "PayPal", Payment: "8RM57414KW761861W"}

func (s Facts) wallet(c receipts.Copy) receipts.WalletFacts {
	f := receipts.WalletFacts{Slip: s.copy(c), Wallet: payPal, Amount: s.money(1250), Fee: s.money(93), Net: s.money(1157)}
	f.Batch, f.Host = "", ""
	return f
}

func (s Facts) refund(o receipts.Outcome) receipts.RefundFacts {
	f := receipts.RefundFacts{Slip: s.Slip, Wallet: payPal, Outcome: o, Amount: s.money(500), Paid: s.money(1250), Left: s.money(750),
		Original: Number, Reason: "One cup was broken", ApprovedBy: "Ben"}
	f.Number, f.Batch, f.Host = "A7K2M-000000420-4", "", ""
	if o == receipts.Declined {
		f.Left, f.Refusal = f.Paid, ""
	}
	return f
}

func (s Facts) code() receipts.CodeFacts {
	f := receipts.CodeFacts{Slip: s.Slip, Wallet: receipts.Wallet{Name: "PayPal"}, Amount: s.money(1250), Until: s.At.Add(3 * time.Hour)}
	f.Batch, f.Host = "", ""
	f.Code = "https://www.paypal.com/cgi-bin/webscr?cmd=_express-checkout&useraction=commit&token=EC-96V667110D1727015"
	return f
}
