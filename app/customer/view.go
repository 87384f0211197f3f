// Package customer is for the screen that the customer looks at: what is to be
// paid, a tip to choose, and what became of it. It has a snapshot of its own
// that has no room for anything of the desk: no operator, no other customer, no
// reason of the bank.
package customer

import (
	"paydesk/app/look"
	"paydesk/terminal/money"
)

// Stage is what the customer is told, or asked.
type Stage string

// The stages. Their texts are parts of the catalogue's keys.
const (
	Idle     Stage = "idle"
	Sum      Stage = "sum"  // what is to be paid, and a tip to choose
	Card     Stage = "card" // the card is asked for
	Wait     Stage = "wait" // the bank is asked
	Paid     Stage = "paid"
	Part     Stage = "part" // a part is paid, the rest is still to be
	NotPaid  Stage = "notpaid"
	Checking Stage = "checking" // nobody knows yet
	// By phone: Scan asks to scan a code, Confirm waits for the wallet, and with
	// Lapsed the code can be paid no more.
	Scan    Stage = "scan"
	Confirm Stage = "confirm"
	Lapsed  Stage = "lapsed"
)

// View is everything that the customer's screen shows. The zero View is idle.
type View struct {
	Training bool
	Shop     string
	// Language is the one that the customer reads; "" is that of the till.
	Language string
	Stage    Stage
	Due      Due
	// Paid and Rest are of Part; Paid, and the Change of cash, of Paid.
	Paid, Rest, Change money.Amount
	// Code is what is to be scanned with Scan, Wallet what people call its
	// system.
	Code, Wallet string
}

// Due is what is to be paid.
type Due struct {
	Goods, Tax, Tip, Total money.Amount
	// TaxName is what the shop calls the tax.
	TaxName string
	// Tips are the shares to choose from, none where the customer is not asked;
	// Chosen is the one in the total.
	Tips   []money.Rate
	Chosen money.Rate
}

// OfOutcome is the stage of an outcome. What nobody has to tell the customer is
// idle.
func OfOutcome(k look.Kind) Stage {
	switch k {
	case look.KindApproved, look.KindStored:
		return Paid
	case look.KindPart:
		return Part
	case look.KindDeclined, look.KindNotCharged, look.KindProblem, look.KindReturned:
		return NotPaid
	case look.KindChecking, look.KindTakingBack, look.KindReturning, look.KindReview:
		return Checking
	}
	return Idle
}
