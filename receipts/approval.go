package receipts

import "paydesk/terminal/money"

// What a supervisor can approve, as the slip names it.
const (
	ApprovedSale     = "Sale"
	ApprovedHold     = "Hold"
	ApprovedVoid     = "Void"
	ApprovedReturn   = "Return"
	ApprovedCapture  = "Capture"
	ApprovedIssue    = "Supplier card"
	ApprovedStored   = "Sale while the bank is away"
	ApprovedCashBack = "Cash given back"
)

// ApprovalFacts is everything that the slip of a supervisor's approval tells.
// The Operator is who asked for it.
type ApprovalFacts struct {
	Slip
	Card
	What     string // one of the constants above
	Amount   money.Amount
	Approver string // a name
	Reason   string // the shop's own
	For      string // number of the payment that it is about
}

// Approval lays out the shop's slip of what a supervisor approved. It needs no
// signature: the approver entered a PIN for this one act.
func Approval(f ApprovalFacts) Document {
	f.Copy = Merchant
	p := begin(f.Slip, "SUPERVISOR APPROVAL")
	p.add(Heading{p.say(f.What)}, Blank{})
	p.total("AMOUNT", f.Amount)
	p.card(f.Card)
	p.add(Row{Left: p.say("Approved by"), Right: f.Approver, Bold: true})
	p.row("Asked by", f.Operator)
	p.row("Reason", f.Reason)
	f.Operator = ""
	p.details(f.Slip, Row{Left: "For payment", Right: f.For})
	p.note("Approved with the supervisor's own PIN, for this one time.")
	return p.end(f.Slip, "SUPERVISOR APPROVAL")
}
