package order

import "paydesk/terminal/money"

// Ticket shares tax and tip of a bill out to the movements of its payments. By the
// one rule of rounding, half away from zero per ticket: after each movement the
// ticket has the share of its tax that belongs to what stands of it. So all that
// pays a bill has exactly its tax, and all that goes back takes back exactly that.
type Ticket struct {
	bill           Bill
	paid, tax, tip int64 // what stands, and what of it is tax and tip
}

// NewTicket is the ticket of a bill of which nothing was paid yet.
func NewTicket(b Bill) *Ticket { return &Ticket{bill: b} }

// As goes on with a newer version of the bill, whose amounts change only while
// nothing of it stands.
func (t *Ticket) As(b Bill) { t.bill = b }

// Share is the movement, the next one of the bill, with its shares. A return is of
// a payment of the bill.
func (t *Ticket) Share(m Movement) Movement {
	sign := int64(1)
	switch m.Kind {
	case MovedSale:
	case MovedVoid, MovedReturn:
		sign = -1
	default:
		return m
	}
	total := t.bill.Total()
	if total.Minor <= 0 || m.Amount.Currency != total.Currency {
		return m
	}
	t.paid += sign * m.Amount.Minor
	stands := min(max(t.paid, 0), total.Minor)
	tax := t.bill.Tax.Share(stands, total.Minor).Minor
	tip := t.bill.Tip.Share(stands, total.Minor).Minor
	m.Tax, m.Tip = money.New(sign*(tax-t.tax), total.Currency), money.New(sign*(tip-t.tip), total.Currency)
	t.tax, t.tip = tax, tip
	return m
}
