package receipts

import "paydesk/terminal/money"

// CashFacts is everything that the slip of a payment in cash tells.
type CashFacts struct {
	Slip
	Amount, Tendered, Change money.Amount

	// Items, Part, Parts and Whole are as those of SaleFacts.
	Items       Items
	Part, Parts int
	Whole       money.Amount
}

// Cash lays out the slip of a payment in cash.
func Cash(f CashFacts) Document {
	p := begin(f.Slip, "CASH SALE")
	p.result("PAID", true)
	if f.Part == 0 {
		p.items(f.Items)
	}
	p.total("TOTAL", f.Amount)
	p.part(f.Part, f.Parts, f.Whole)
	p.amount("Cash given", f.Tendered)
	p.strong("Change", f.Change)
	p.details(f.Slip)
	return p.end(f.Slip, "CASH SALE")
}

// CashBackFacts is everything that the slip of cash tells that was given back.
type CashBackFacts struct {
	Slip
	Amount     money.Amount
	Original   string // number of the payment in cash
	Paid, Left money.Amount
	Reason     string // the shop's own
	ApprovedBy string // a name; "" where nobody had to
}

// CashBack lays out the slip of cash that was given back. The customer signs
// the merchant copy: in the drawer nothing else shows who got it.
func CashBack(f CashBackFacts) Document {
	p := begin(f.Slip, "CASH GIVEN BACK")
	p.total("GIVEN BACK", f.Amount)
	p.amount("Was paid", f.Paid)
	p.some("Still paid", f.Left)
	p.row("Reason", f.Reason)
	p.details(f.Slip, Row{Left: "For payment", Right: f.Original}, f.approver(f.ApprovedBy))
	if f.Copy == Merchant {
		p.signature("", "I received the amount above in cash.")
	}
	return p.end(f.Slip, "CASH GIVEN BACK")
}
