package order

import (
	"fmt"
	"time"

	"paydesk/terminal/money"
)

// SignedHead is a place in the journal's chain, signed with the installation's
// key. Hash, Key and Signature are hexadecimal. Nonce names the installation; it
// is in what is signed, and so has to be where the signature is checked.
type SignedHead struct {
	Nonce     string `json:"nonce"`
	Seq       int64  `json:"seq"`
	Hash      string `json:"hash"`
	Key       string `json:"key"`
	Signature string `json:"signature"`
}

// Named is something that a report lists by name.
type Named struct {
	ID     string       `json:"id"`
	Text   string       `json:"text"`
	Amount money.Amount `json:"amount"`
}

// Carried is what a supervisor lets the closing of a batch go on without. It
// keeps its own life: nothing is decided about it by this.
type Carried struct {
	// Kind is the blocker's kind, ID its object.
	Kind   string       `json:"kind"`
	ID     string       `json:"id"`
	Text   string       `json:"text"`
	Amount money.Amount `json:"amount,omitzero"`
	By     string       `json:"by"`
	Reason string       `json:"reason"`
	At     time.Time    `json:"at"`
}

// ZID is the id of a Z report.
func ZID(number int) string { return fmt.Sprintf("Z-%06d", number) }

// Stretch is the figures of a business day, or of a month as YYYY-MM.
type Stretch struct {
	Day     Day       `json:"day"`
	Figures []Figures `json:"figures"`
	// Zs are the numbers of the Z reports that were written in it.
	Zs []int `json:"zs,omitempty"`
}

// ZReport is the report of a stretch of the journal: of the events behind From up
// to To. A Z report has a number, is written once and never changes; where the
// Number is 0 it is an X report, which is in no journal.
type ZReport struct {
	// ID is the first member of its JSON, by which a journal tells a Z report. It
	// is made of the number, so that no number is there twice.
	ID      string `json:"z"`
	Version int64  `json:"version"`
	// Number counts from 1 without a gap.
	Number int `json:"no"`
	// Day is the business day of At.
	Day  Day   `json:"day"`
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Since is the time of the report before, or of the first event; At of this.
	Since    time.Time `json:"since"`
	At       time.Time `json:"at"`
	Operator string    `json:"operator"`
	Approved string    `json:"approved,omitempty"`
	// Zone and Cutoff are the business day's, Rounding the one rule of rounding.
	Zone     string `json:"zone"`
	Cutoff   string `json:"cutoff"`
	Rounding string `json:"rounding"`
	// Figures are by currency, the shop's first.
	Figures []Figures `json:"figures"`
	// Shifts that were closed, and with an X report the open one, in their order.
	Shifts []Shift `json:"shifts,omitempty"`
	// Batches that were closed, by the terminal or by the host.
	Batches []Batch `json:"batches,omitempty"`
	// Uncollected is what the bank refused after the goods were given, Stored what
	// still waits for it, Carried what closings went on without and has no end yet,
	// Open what is being settled.
	Uncollected []Named   `json:"uncollected,omitempty"`
	Stored      []Named   `json:"stored,omitempty"`
	Carried     []Carried `json:"carried,omitempty"`
	Open        []Named   `json:"open,omitempty"`
	// Proofs are the three-way comparisons of the batches.
	Proofs []Proof `json:"proofs,omitempty"`
	// Head is the journal's at To.
	Head SignedHead `json:"head,omitzero"`
}
