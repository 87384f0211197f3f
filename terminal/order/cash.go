package order

import (
	"time"

	"paydesk/terminal/money"
)

// Cash is one payment in notes and coins.
type Cash struct {
	ID       string       `json:"id"`
	Version  int64        `json:"version"`
	Order    string       `json:"cash_for"`
	Amount   money.Amount `json:"amount"`
	Tendered money.Amount `json:"tendered"`
	// Returned is what was given back of it, by the CashBacks that name it.
	Returned money.Amount `json:"returned,omitzero"`
	Operator string       `json:"operator"`
	At       time.Time    `json:"at"`
}

// Change is what the customer gets back.
func (c Cash) Change() money.Amount {
	c.Tendered.Minor -= c.Amount.Minor
	return c.Tendered
}

// Left is what was not given back.
func (c Cash) Left() money.Amount {
	c.Amount.Minor -= c.Returned.Minor
	return c.Amount
}

// CashBack is money that was given back of a payment in cash.
type CashBack struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	// Of is the cash, Order what it had paid.
	Of       string       `json:"back_of"`
	Order    string       `json:"order"`
	Amount   money.Amount `json:"amount"`
	Reason   string       `json:"reason"`
	Operator string       `json:"operator"`
	// Approved is the supervisor who allowed it, where that was needed.
	Approved string    `json:"approved,omitempty"`
	At       time.Time `json:"at"`
}

// PayCash takes the order's whole amount in cash. No earlier attempt of it may
// still become a charge.
func PayCash(o Order, earlier []Attempt, c Cash) (Order, Cash, error) {
	if err := MayStart(o, earlier, false); err != nil {
		return o, c, err
	}
	if c.Tendered.Currency != o.Amount.Currency || c.Tendered.Minor < o.Amount.Minor || o.Amount.Minor <= 0 {
		return o, c, ErrNotAllowed
	}
	if c.Tendered.Minor > MostCash {
		return o, c, ErrMostCash
	}
	c.Version, c.Order, c.Amount = 1, o.ID, o.Amount
	o.State, o.PaidBy = PaidOther, c.ID
	o.Version++
	return o, c, nil
}

// GiveCash gives money back of a payment in cash, never more than is left of it.
// The cash changes with it, so that of two who give back at once only one does.
func GiveCash(c Cash, b CashBack) (Cash, CashBack, error) {
	switch {
	case b.Amount.Currency != c.Amount.Currency || b.Amount.Minor <= 0:
		return c, b, ErrBadAmount
	case b.Amount.Minor > c.Left().Minor:
		return c, b, ErrTooMuch
	}
	b.Version, b.Of, b.Order = 1, c.ID, c.Order
	c.Returned = money.New(c.Returned.Minor+b.Amount.Minor, c.Amount.Currency)
	c.Version++
	return c, b, nil
}
