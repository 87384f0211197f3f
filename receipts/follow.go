package receipts

import "paydesk/terminal/money"

// Act is what was done about a card or a payment by card.
type Act int

// The acts that have a slip.
const (
	Void Act = iota
	Return
	Capture
	Check
)

// FollowFacts is everything that the slip of a void, return, capture or card
// check tells.
type FollowFacts struct {
	Slip
	Card
	Act     Act
	Outcome Outcome // Approved, Declined or Unknown
	Amount  money.Amount
	Held    bool // what it is about is a hold

	Original   string       // number of the payment that it is about
	Paid, Left money.Amount // what was paid or held, and what stands of it now
	Reason     string       // the shop's own
	Refusal    string       // why it was declined, as a sentence of its language
	ApprovedBy string       // a name; "" where nobody had to

	AuthCode, Reference string // the host's
}

// actWords are what the slip of an act says.
var actWords = map[Act]struct{ title, total, done string }{
	Void:    {"VOID", "VOIDED", "The payment was undone. The card is not charged."},
	Return:  {"RETURN", "RETURNED", "The amount goes back to the card. That can take some days."},
	Capture: {"CAPTURE", "TOTAL", "The amount was held on the card, and is taken now."},
	Check:   {"CARD CHECK", "", "The card is good. No money was taken."},
}

// Follow lays out the slip of what was done about a card or a payment. The
// customer signs the merchant copy of a return, as card tills have it (Intuit
// QuickBooks Point of Sale, Credit Card Returns; Blackbaud Altru, Refund
// Credit Card Receipt): it shows that the goods came back by the card's holder.
// A void moves no money, and a capture was agreed to with the hold.
func Follow(f FollowFacts) Document {
	words := actWords[f.Act]
	p := begin(f.Slip, words.title)
	p.result(f.Outcome.String(), f.Outcome == Approved)
	switch f.Outcome {
	case Approved:
		if words.total != "" {
			p.total(words.total, f.Amount)
		}
		if f.Act == Void && f.Held {
			words.done = "The hold was released. The card is not charged."
		}
		p.note(words.done)
	case Declined:
		p.line(f.Refusal)
		p.note("Nothing was changed.")
		p.asked(f)
	default:
		p.note("The bank has not answered yet. Keep this slip.")
		p.asked(f)
	}
	p.card(f.Card)
	label := "Was paid"
	if f.Held {
		label = "Was held"
	}
	p.amount(label, f.Paid)
	if f.Act == Return {
		p.some("Still paid", f.Left)
	}
	p.row("Reason", f.Reason)
	p.details(f.Slip, Row{Left: "For payment", Right: f.Original}, Row{Left: "Auth code", Right: f.AuthCode},
		Row{Left: "Reference", Right: f.Reference}, f.approver(f.ApprovedBy))
	if f.Copy == Merchant && f.Act == Return && f.Outcome == Approved {
		p.signature(f.CardholderName, "The amount above goes back to my card.")
	}
	if f.Code == "" && f.Original != "" {
		f.Code = QRPrefix + f.Original
	}
	return p.end(f.Slip, words.title)
}

func (p *page) asked(f FollowFacts) {
	if f.Act != Check {
		p.add(Blank{})
		p.strong("Asked", f.Amount)
	}
}
