// Package proof is for receipts that prove themselves: what a receipt says, its
// place in the journal, and the installation's signature over both, in a text
// short enough for the code on the paper. It reads no clock, disk or network.
package proof

import (
	"time"

	"paydesk/terminal/money"
)

// Statement is what is signed of a receipt.
type Statement struct {
	// Document and ID say which receipt it is, as a print job does.
	Document, ID string
	// Amount is what was paid, or given back; it is not negative.
	Amount money.Amount
	Tender string // as the receipt names it, such as "Visa" or "CASH"
	Last4  string // "" without a card
	At     time.Time
	// Previous is the head of the journal's chain before the event that the
	// receipt tells of: it ties the receipt to all that came before.
	Previous []byte
}
