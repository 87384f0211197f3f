package receipts

import (
	"time"

	"paydesk/terminal/money"
)

// Outcome is what the host decided. The zero value is no decision: a slip
// never says "approved" because somebody forgot to fill a field.
type Outcome int

// Outcomes of a sale.
const (
	Unknown Outcome = iota
	Approved
	PartApproved // Approved is less than Amount
	Declined
	Stored // taken while the bank was away, which has not been asked
)

// String is the result as printed, in English.
func (o Outcome) String() string {
	switch o {
	case Approved:
		return "APPROVED"
	case PartApproved:
		return "PART APPROVED"
	case Declined:
		return "DECLINED"
	case Stored:
		return "NOT YET AUTHORISED"
	}
	return "NOT CONFIRMED"
}

// SaleFacts is everything that the slip of a sale or a hold tells.
type SaleFacts struct {
	Slip
	Card
	Hold     bool // the amount is held, and taken later or not at all
	Outcome  Outcome
	Amount   money.Amount // asked for
	Approved money.Amount // taken; equal to Amount unless PartApproved
	Reason   string       // why it was declined, as a sentence of its language

	// Items are what a sale of its own is for. A sale that pays a part of a bill
	// has Part of Parts, from 1, and the bill's Whole instead; Parts is 0 as long
	// as nobody knows of how many.
	Items       Items
	Part, Parts int
	Whole       money.Amount

	AuthCode, Reference string    // the host's
	Until               time.Time // when a hold ends by itself
}

// Sale lays out the slip of a sale or a hold, approved or not. Result, total
// and card come first, because those three are what a customer checks at the
// counter. The merchant copy is signed where money was taken or is to be: on
// entry by keys or stripe the signature is what shows who agreed.
func Sale(f SaleFacts) Document {
	p := begin(f.Slip, f.title())
	p.outcome(f)
	p.part(f.Part, f.Parts, f.Whole)
	p.card(f.Card)
	until := ""
	if f.Hold && f.taken() {
		until = p.moment(f.Until)
	}
	p.details(f.Slip, Row{Left: "Auth code", Right: f.AuthCode}, Row{Left: "Reference", Right: f.Reference}, Row{Left: "Held until", Right: until})
	if f.Copy == Merchant && (f.taken() || f.Outcome == Stored) {
		p.signature(f.CardholderName, "I agree to pay the total above according to my card issuer agreement.")
	}
	if f.Code == "" && f.Number != "" {
		f.Code = QRPrefix + f.Number
		if f.Outcome == Stored {
			f.Code = StoredPrefix + f.Number
		}
	}
	return p.end(f.Slip, f.title())
}

func (f SaleFacts) taken() bool { return f.Outcome == Approved || f.Outcome == PartApproved }

func (f SaleFacts) title() string {
	if f.Hold {
		return "HOLD (AUTH ONLY)"
	}
	return "SALE"
}

// outcome is what a customer must see at a glance. An amount that was not taken
// is never printed large.
func (p *page) outcome(f SaleFacts) {
	p.result(f.Outcome.String(), f.taken())
	switch f.Outcome {
	case Approved:
		if f.Part == 0 {
			p.items(f.Items)
		}
		if f.Hold {
			p.total("HELD", f.Approved)
			p.note("The amount is held on the card. It is not taken yet.")
			return
		}
		p.total("TOTAL", f.Approved)
	case PartApproved:
		label := "PAID"
		if f.Hold {
			label = "HELD"
		}
		p.total(label, f.Approved)
		p.amount("Asked", f.Amount)
		if left, err := f.Amount.Sub(f.Approved); err == nil {
			p.strong("Still to pay", left)
		}
	case Declined:
		p.line(f.Reason)
		p.note("No money was taken.")
		p.add(Blank{})
		p.strong("Not charged", f.Amount)
	case Stored:
		p.note("The bank could not be reached. It is asked later, and may refuse.")
		p.add(Blank{})
		p.strong("To be charged", f.Amount)
	default:
		p.note("The bank has not answered yet. Keep this slip.")
		p.add(Blank{})
		p.strong("Asked", f.Amount)
	}
}
