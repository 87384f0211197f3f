package order

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"paydesk/terminal/money"
)

// BillState is the state of a bill.
type BillState string

// The states of a bill.
const (
	// BillOpen: something of it is still to be paid.
	BillOpen BillState = "OPEN"
	// BillPaid: all of it was paid, or stored. What is done about its payments
	// from then on is done to each by itself.
	BillPaid BillState = "PAID"
	// BillCancelling: whatever was paid goes back.
	BillCancelling BillState = "CANCELLING"
	// BillCancelled: no money of it stands, and none can turn up.
	BillCancelled BillState = "CANCELLED"
)

// Final reports whether the state never changes again.
func (s BillState) Final() bool { return s == BillPaid || s == BillCancelled }

// Tender is how a leg is paid.
type Tender string

// The tenders.
const (
	TenderCard   Tender = "CARD"
	TenderOnFile Tender = "ON_FILE"
	TenderCash   Tender = "CASH"
	TenderWallet Tender = "WALLET"
)

// Bill is what a customer pays in one go, by one payment or several. Each of
// its legs is an order, with a life of its own by the rules of orders; the bill
// says which belong together, what they are to add up to, and that they are to
// be undone together while it is not paid. It is a value; the functions of this
// package return changed copies.
type Bill struct {
	// ID is the first member of its JSON, by which a journal tells a bill.
	ID      string    `json:"bill"`
	Version int64     `json:"version"`
	State   BillState `json:"state"`
	// Goods, Tax and Tip make the Total. They do not change once a leg stands.
	Goods money.Amount `json:"goods"`
	Tax   money.Amount `json:"tax"`
	Tip   money.Amount `json:"tip"`
	// Number is the shop's order number, Note its own text, Customer a name; at
	// most MaxNumber, MaxNote and MaxCustomer characters.
	Number   string `json:"number,omitempty"`
	Note     string `json:"note,omitempty"`
	Customer string `json:"customer,omitempty"`

	// Operator opened it; Created is when, Since when its state was entered.
	Operator string    `json:"operator"`
	Created  time.Time `json:"created"`
	Since    time.Time `json:"since"`
	Legs     []Leg     `json:"legs"`
	// Reason says why it was cancelled, EndedBy by whom.
	Reason  string `json:"reason,omitempty"`
	EndedBy string `json:"ended_by,omitempty"`
}

// Leg is one payment of a bill. Its order can be tried again as long as nothing
// of it stands.
type Leg struct {
	Order  string `json:"order"`
	Tender Tender `json:"tender"`
	// Amount is what was asked for; where a part of it was approved and kept,
	// that part.
	Amount money.Amount `json:"amount"`
}

// The lengths of a bill's texts, in characters.
const (
	MaxNumber   = 50
	MaxNote     = 200
	MaxCustomer = 80
)

// Why a bill, or a leg of it, is refused.
var (
	ErrBillAmount = errors.New("the amounts of this bill do not add up to something that can be paid")
	ErrBillText   = errors.New("order number, note or customer is too long")
	ErrBillCard   = errors.New("order number, note or customer is a card number")
	// ErrBillTotal: a leg stands, and the total is another one by now.
	ErrBillTotal = errors.New("a part of this bill is paid, and its total cannot change any more")
	// ErrBillOver: the leg is more than what is left of the bill.
	ErrBillOver = errors.New("that is more than is left of this bill")
	// ErrBillClosed: the bill is paid or cancelled, or being cancelled.
	ErrBillClosed = errors.New("this bill is already paid or cancelled")
)

// Total is goods, tax and tip. It is right for a bill that Check has nothing
// against.
func (b Bill) Total() money.Amount {
	return money.New(b.Goods.Minor+b.Tax.Minor+b.Tip.Minor, b.Goods.Currency)
}

// Label is its texts on one line, by which people tell it from others.
func (b Bill) Label() string {
	return strings.Join(strings.Fields(b.Number+" "+b.Customer+" "+b.Note), " ")
}

// Check says what is wrong with the amounts and texts of a new bill. A tax or
// tip of no currency is none.
func (b Bill) Check() error {
	total := money.New(0, b.Goods.Currency)
	for _, part := range []money.Amount{b.Goods, b.Tax, b.Tip} {
		if part == (money.Amount{}) {
			continue
		}
		sum, err := total.Add(part)
		if err != nil || part.Minor < 0 {
			return ErrBillAmount
		}
		total = sum
	}
	if total.Minor <= 0 || b.ID == "" {
		return ErrBillAmount
	}
	for text, most := range map[string]int{b.Number: MaxNumber, b.Note: MaxNote, b.Customer: MaxCustomer} {
		if utf8.RuneCountInString(text) > most {
			return ErrBillText
		}
		if HasCard(text) {
			return ErrBillCard
		}
	}
	return nil
}

// Leg finds the leg of an order.
func (b Bill) Leg(orderID string) (Leg, bool) {
	i := b.index(orderID)
	if i < 0 {
		return Leg{}, false
	}
	return b.Legs[i], true
}

func (b Bill) index(orderID string) int {
	return slices.IndexFunc(b.Legs, func(l Leg) bool { return l.Order == orderID })
}

// Cancel decides that all of the bill goes back.
func (b Bill) Cancel(by, reason string, now time.Time) (Bill, error) {
	if b.State != BillOpen {
		return b, ErrBillClosed
	}
	b.State, b.Since, b.EndedBy, b.Reason = BillCancelling, now, by, cmp.Or(reason, "the bill was cancelled")
	b.Version++
	return b, nil
}
