package order

import (
	"time"

	"paydesk/terminal/money"
)

// Cash is one payment in notes and coins.
type Cash struct {
	ID       string       `json:"id"`
	Version  int64        `json:"version"`
	Order    string       `json:"order"`
	Amount   money.Amount `json:"amount"`
	Tendered money.Amount `json:"tendered"`
	Operator string       `json:"operator"`
	At       time.Time    `json:"at"`
}

// Change is what the customer gets back.
func (c Cash) Change() money.Amount {
	c.Tendered.Minor -= c.Amount.Minor
	return c.Tendered
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
	c.Version, c.Order, c.Amount = 1, o.ID, o.Amount
	o.State, o.PaidBy = PaidOther, c.ID
	o.Version++
	return o, c, nil
}
