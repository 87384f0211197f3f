package order

import (
	"time"

	"paydesk/terminal/money"
)

// ShiftState is the state of a shift.
type ShiftState string

// The states of a shift.
const (
	ShiftOpen ShiftState = "OPEN"
	// ShiftCounting: the drawer was counted and the shift is about to be closed.
	// Nothing is sold; another count, or going on selling, is in the journal too.
	ShiftCounting ShiftState = "COUNTING"
	ShiftClosed   ShiftState = "CLOSED"
)

// Piece is how many of one coin or note there are. Face is in minor units.
type Piece struct {
	Face  int64 `json:"face"`
	Count int   `json:"count"`
}

// Count is what somebody counted in the drawer. Where Pieces are given they add
// up to Total.
type Count struct {
	Total  money.Amount `json:"total"`
	Pieces []Piece      `json:"pieces,omitempty"`
	By     string       `json:"by,omitempty"`
	At     time.Time    `json:"at,omitzero"`
}

// Hand is one hand-over of the drawer: who answers for it from then on.
type Hand struct {
	From string    `json:"from"`
	To   string    `json:"to"`
	At   time.Time `json:"at"`
	// Counted is what the two counted, nil where they did not, and Off what was there
	// too much then; below zero it was missing.
	Counted *Count       `json:"counted,omitempty"`
	Off     money.Amount `json:"off,omitzero"`
}

// Drawer is what should be in the drawer, and why. No amount is negative but
// Expected, where more was taken out than was in it.
type Drawer struct {
	Float    money.Amount `json:"float"`
	Sales    money.Amount `json:"sales"`
	Back     money.Amount `json:"back"`
	In       money.Amount `json:"in"`
	Out      money.Amount `json:"out"`
	NoSales  int          `json:"no_sales,omitempty"`
	Expected money.Amount `json:"expected"`
}

// Shift is the time in which one drawer is answered for. At most one is not
// closed. It is a value; the functions of this package return changed copies.
type Shift struct {
	// ID is the first member of its JSON, by which a journal tells a shift.
	ID      string `json:"shift"`
	Version int64  `json:"version"`
	// Number counts from 1 without a gap.
	Number int        `json:"no"`
	State  ShiftState `json:"state"`
	// Uncounted: the shop counts no drawer. The shift opened by itself with its
	// first sale.
	Uncounted bool      `json:"uncounted,omitempty"`
	Float     Count     `json:"float"`
	OpenedBy  string    `json:"opened_by"`
	Opened    time.Time `json:"opened"`
	// Holder is who answers for the drawer.
	Holder string `json:"holder"`
	Hands  []Hand `json:"hands,omitempty"`
	// Counts are those of the closing, in their order; the last one counts.
	Counts []Count `json:"counts,omitempty"`
	// Drawer is what should have been there when it was counted for the closing, zero
	// while the shift is open. Off is what was there too much; below zero it is
	// missing.
	Drawer   Drawer       `json:"drawer,omitzero"`
	Off      money.Amount `json:"off,omitzero"`
	Reason   string       `json:"reason,omitempty"`
	ClosedBy string       `json:"closed_by,omitempty"`
	// Approved is the supervisor who approved the difference.
	Approved string    `json:"approved,omitempty"`
	Closed   time.Time `json:"closed,omitzero"`
}

// MoveKind says what a Move does.
type MoveKind string

// The kinds of moves.
const (
	MoveIn  MoveKind = "IN"  // put into the drawer
	MoveOut MoveKind = "OUT" // taken out of it
)

// Move is cash that is put into the drawer or taken out of it without a sale.
type Move struct {
	// ID is the first member of its JSON, by which a journal tells a move.
	ID       string       `json:"move"`
	Version  int64        `json:"version"`
	Shift    string       `json:"of_shift"`
	Kind     MoveKind     `json:"way"`
	Amount   money.Amount `json:"sum"`
	Reason   string       `json:"reason"`
	Operator string       `json:"operator"`
	// Approved is the supervisor who allowed it, where that was needed.
	Approved string    `json:"approved,omitempty"`
	At       time.Time `json:"at"`
}
