package receipts

import "paydesk/terminal/money"

// Payment is one payment of a bill. Amount is what counts as paid by it.
type Payment struct {
	Card
	Wallet           Wallet // its Name is "" where it was paid otherwise
	Cash             bool
	Outcome          Outcome // unless in cash: Approved, Stored, or Declined after it was stored
	Amount           money.Amount
	Tendered, Change money.Amount // of cash
	Returned         money.Amount // what went back of Amount since
	Number           string
	AuthCode         string
	Reference        string
}

// BillFacts is everything that the receipt of a whole bill tells.
type BillFacts struct {
	Slip
	Items     Items
	Total     money.Amount // all Items
	Payments  []Payment
	Left      money.Amount // still to be paid
	Cancelled bool         // what was paid went back, or goes
}

// Bill lays out the receipt of a bill with all its payments. It is one paper in
// place of a customer's slip for each of them.
func Bill(f BillFacts) Document {
	p := begin(f.Slip, "RECEIPT")
	p.verdict(f)
	p.items(f.Items)
	p.total("TOTAL", f.Total)
	for i, pay := range f.Payments {
		label := p.say("Payment")
		if len(f.Payments) > 1 {
			label = p.say("Payment %d of %d", i+1, len(f.Payments))
		}
		p.add(Rule{}, Row{Left: label, Right: p.money(pay.Amount), Bold: true})
		p.payment(pay)
	}
	if !f.Left.IsZero() && !f.Cancelled {
		p.add(Rule{})
		p.strong("Still to pay", f.Left)
	}
	p.details(f.Slip)
	return p.end(f.Slip, "RECEIPT")
}

func (p *page) verdict(f BillFacts) {
	unsure, refused := false, false
	for _, pay := range f.Payments {
		unsure = unsure || !pay.Cash && pay.Outcome != Approved
		refused = refused || pay.Outcome == Declined
	}
	switch {
	case f.Cancelled:
		p.result("CANCELLED", false)
	case !f.Left.IsZero() || refused:
		p.result("NOT PAID IN FULL", false)
	case unsure:
		p.result(Stored.String(), false)
		p.note("The bank could not be reached. It is asked later, and may refuse.")
		p.add(Blank{})
	default:
		p.result("PAID", true)
	}
}

func (p *page) payment(pay Payment) {
	if pay.Cash {
		p.add(Row{Left: p.say("Cash")})
		p.amount("Cash given", pay.Tendered)
		p.amount("Change", pay.Change)
	} else if pay.Wallet.Name != "" {
		p.add(Row{Left: pay.Wallet.Name})
		p.row("Payment", pay.Wallet.Payment)
	} else {
		p.add(Row{Left: pay.Card.String(), Right: p.say(pay.EntryMode)})
		if pay.Outcome != Approved {
			p.add(Row{Left: p.say(pay.Outcome.String()), Bold: true})
		}
	}
	p.row("Number", pay.Number)
	p.row("Auth code", pay.AuthCode)
	p.row("Reference", pay.Reference)
	p.some("Given back", pay.Returned)
}

// PayLaterFacts is everything that a slip tells which asks for what is owed.
type PayLaterFacts struct {
	Slip        // its Code finds the debt at the desk
	Card        // of a stored sale that the bank refused
	Owed, Whole money.Amount
	Paid        money.Amount
	Pending     money.Amount // the bank has not answered yet
	Refused     bool         // the bank refused what was stored; otherwise a bill is open
}

// PayLater lays out a slip that asks for what is still owed. It names no day:
// nothing in the journal knows of one.
func PayLater(f PayLaterFacts) Document {
	p := begin(f.Slip, "TO PAY LATER")
	p.result("NOT PAID", false)
	p.total("STILL TO PAY", f.Owed)
	p.amount("Bill", f.Whole)
	p.some("Paid", f.Paid)
	p.some("Not confirmed yet", f.Pending)
	if f.Refused {
		p.note("The bank refused the card after the goods were given.")
	}
	p.card(f.Card)
	p.details(f.Slip)
	p.note("Bring this slip to pay. Its code finds what is owed.")
	return p.end(f.Slip, "TO PAY LATER")
}
