package order

import (
	"time"

	"paydesk/terminal/money"
)

// MovementKind is what a movement does to the shop's money.
type MovementKind string

// The kinds of movements.
const (
	// MovedSale: a sale, a capture, cash taken, a payment by wallet that became the
	// shop's.
	MovedSale MovementKind = "SALE"
	// MovedVoid: a sale or capture that was taken back before its settlement.
	MovedVoid MovementKind = "VOID"
	// MovedReturn: money that was paid back: by card, in cash, by wallet.
	MovedReturn MovementKind = "RETURN"
	// MovedFee: a provider's fee that became known, or came back; its Amount is
	// zero and Fee may be below zero.
	MovedFee MovementKind = "FEE"
	// MovedIn and MovedOut: cash put into the drawer and taken out of it.
	MovedIn  MovementKind = "CASH_IN"
	MovedOut MovementKind = "CASH_OUT"
	// MovedNoSale: the drawer was opened without a sale; no amount.
	MovedNoSale MovementKind = "NO_SALE"
)

// Movement is one change of the shop's money, as one event of the journal made
// it. All totals are sums of movements.
type Movement struct {
	// Seq is the event, At its time.
	Seq  int64        `json:"seq"`
	At   time.Time    `json:"at"`
	Kind MovementKind `json:"kind"`
	// Tender is CARD, ON_FILE, CASH or WALLET; Brand the card's, or the wallet's
	// name; Last4 the card's. Test: by a provider's own sandbox.
	Tender Tender `json:"tender,omitempty"`
	Brand  string `json:"brand,omitempty"`
	Last4  string `json:"last4,omitempty"`
	Test   bool   `json:"test,omitempty"`
	// ID is the object: attempt, follow-up, cash, code, refund or move. Of is the
	// payment that a void or return is about. Order is the shop's.
	ID       string `json:"id"`
	Of       string `json:"of,omitempty"`
	Order    string `json:"order,omitempty"`
	Operator string `json:"operator,omitempty"`
	// GUID is the host's or provider's name of it, Batch the host's batch.
	GUID  string `json:"guid,omitempty"`
	Batch string `json:"batch,omitempty"`
	// Amount is not negative: Kind says which way it went. Tax and Tip are the
	// parts of it that are tax and tip. Fee is the provider's, below zero where it
	// came back; without a currency it is not known, or there is none.
	Amount money.Amount `json:"amount"`
	Tax    money.Amount `json:"tax,omitzero"`
	Tip    money.Amount `json:"tip,omitzero"`
	Fee    money.Amount `json:"fee,omitzero"`
	// Reason is of cash in and out and no-sale.
	Reason string `json:"reason,omitempty"`
}

// Sum is how many there are and what they come to; not negative.
type Sum struct {
	Count  int          `json:"count"`
	Amount money.Amount `json:"amount"`
}

// Part is the figures of what has one name: of a tender, a brand, an operator or
// an hour ("00" to "23").
type Part struct {
	Name    string `json:"name"`
	Sales   Sum    `json:"sales"`
	Voids   Sum    `json:"voids"`
	Returns Sum    `json:"returns"`
	// Net is sales less voids and returns.
	Net money.Amount `json:"net"`
}

// Figures are the totals of some movements in one currency.
type Figures struct {
	Currency money.Currency `json:"currency"`
	Sales    Sum            `json:"sales"`
	Voids    Sum            `json:"voids"`
	Returns  Sum            `json:"returns"`
	Net      money.Amount   `json:"net"`
	// Tax and Tips are what of Net is tax and tip.
	Tax  money.Amount `json:"tax"`
	Tips money.Amount `json:"tips"`
	// Fees are the providers', as far as they are known; FeesUnknown counts the
	// payments by wallet whose fee is not known yet.
	Fees        money.Amount `json:"fees"`
	FeesUnknown int          `json:"fees_unknown,omitempty"`
	ByTender    []Part       `json:"by_tender,omitempty"`
	ByBrand     []Part       `json:"by_brand,omitempty"`
	ByOperator  []Part       `json:"by_operator,omitempty"`
	ByHour      []Part       `json:"by_hour,omitempty"`
	CashIn      Sum          `json:"cash_in"`
	CashOut     Sum          `json:"cash_out"`
	NoSales     int          `json:"no_sales,omitempty"`
}
