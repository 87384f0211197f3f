package printjob

import (
	"context"
	"errors"
	"slices"

	"paydesk/receipts"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// what is what a payment was for: goods, tax and tip of a bill that it pays
// whole, or which part of one it is. While the bill is open, nobody knows of how
// many.
type what struct {
	note        string
	items       receipts.Items
	part, parts int
	whole       money.Amount
}

func (m maker) what(ctx context.Context, orderID string, paid money.Amount) (what, error) {
	o, err := m.source.Order(ctx, orderID)
	w := what{note: o.Note}
	if err != nil || o.Bill == "" {
		return w, err
	}
	f, err := m.facts(ctx, o.Bill)
	if err != nil {
		return w, err
	}
	if paid.Minor >= f.Bill.Total().Minor {
		w.items = m.items(f.Bill)
		return w, nil
	}
	paying := f.Paying()
	w.whole = f.Bill.Total()
	w.part = 1 + slices.IndexFunc(paying, func(l order.LegFacts) bool { return l.Order.ID == orderID })
	if f.Bill.State == order.BillPaid {
		w.parts = len(paying)
	}
	return w, nil
}

func (m maker) items(b order.Bill) receipts.Items {
	return receipts.Items{Goods: []receipts.Item{{Amount: b.Goods}}, Tax: b.Tax, Tip: b.Tip, TaxName: m.TaxName}
}

// facts reads a bill with its legs.
func (m maker) facts(ctx context.Context, id string) (f order.BillFacts, err error) {
	if f.Bill, err = m.source.Bill(ctx, id); err != nil {
		return f, err
	}
	for _, leg := range f.Bill.Legs {
		l, err := m.leg(ctx, leg.Order)
		if err != nil {
			return f, err
		}
		f.Legs = append(f.Legs, l)
	}
	return f, nil
}

func (m maker) leg(ctx context.Context, orderID string) (l order.LegFacts, err error) {
	if l.Order, err = m.source.Order(ctx, orderID); err != nil {
		return l, err
	}
	if l.Attempts, err = m.source.AttemptsOf(ctx, orderID); err != nil {
		return l, err
	}
	var numbers []string
	for _, a := range l.Attempts {
		numbers = append(numbers, a.Number)
	}
	if l.Follows, err = m.source.FollowsOf(ctx, numbers...); err != nil {
		return l, err
	}
	if l.Stored, err = m.source.StoredOf(ctx, orderID); err != nil {
		return l, err
	}
	if l.QRs, err = m.source.QRsOf(ctx, orderID); err != nil {
		return l, err
	}
	if _, _, wallet := l.Wallet(); wallet || l.Order.State != order.PaidOther {
		return l, nil
	}
	c, err := m.source.Cash(ctx, l.Order.PaidBy)
	l.Cash = &c
	return l, err
}

func (m maker) bill(ctx context.Context) (receipts.Document, error) {
	f, err := m.facts(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	b := f.Bill
	_, _, left := f.Paid()
	facts := receipts.BillFacts{Slip: m.slip(b.ID, b.Operator, b.Since), Items: m.items(b), Total: b.Total(), Left: left,
		Cancelled: b.State == order.BillCancelling || b.State == order.BillCancelled}
	facts.Order, facts.Host = b.Label(), m.HostName
	if b.State == order.BillPaid {
		facts.Left = missing(f)
	}
	for _, l := range f.Paying() {
		facts.Payments = append(facts.Payments, m.paid(l))
	}
	if b.State != order.BillPaid {
		return receipts.Bill(facts), nil
	}
	facts.Code, err = m.code(ctx)
	return receipts.Bill(facts), err
}

// missing is what the bank did not pay of the stored parts of a bill, and nobody
// else. What went back since is told by each payment, and is not missing.
func missing(f order.BillFacts) money.Amount {
	left := f.Bill.Total()
	for _, l := range f.Legs {
		a, _, adopted := l.Adopted()
		s, owing := l.Owing()
		_, p, wallet := l.Wallet()
		switch {
		case owing && s.State != order.Uncollected:
			left.Minor -= s.Amount.Minor
		case adopted:
			left.Minor -= a.Approved.Minor
		case l.Cash != nil:
			left.Minor -= l.Cash.Amount.Minor
		case wallet:
			left.Minor -= p.Amount.Minor
		}
	}
	left.Minor = max(0, left.Minor)
	return left
}

// paid is one leg of a bill that money stands or stood for.
func (m maker) paid(l order.LegFacts) receipts.Payment {
	if q, p, ok := l.Wallet(); ok {
		return receipts.Payment{Wallet: m.payment(q, p.ID), Outcome: receipts.Approved, Amount: p.Amount,
			Returned: money.New(p.Back.Minor+p.Elsewhere.Minor, p.Amount.Currency), Number: q.ID}
	}
	if a, s, ok := l.Adopted(); ok {
		p := receipts.Payment{Card: card(a), Outcome: receipts.Approved, Amount: a.Approved, Returned: s.Returned,
			Number: a.Number, AuthCode: a.AuthCode, Reference: a.Reference}
		if s.As == order.StandsVoided {
			p.Returned = a.Approved
		}
		return p
	}
	if c := l.Cash; c != nil {
		return receipts.Payment{Cash: true, Amount: c.Amount, Tendered: c.Tendered, Change: c.Change(), Returned: c.Returned, Number: c.ID}
	}
	s, _ := l.Owing()
	p := receipts.Payment{Card: storedCard(s), Outcome: receipts.Stored, Amount: s.Amount, Number: s.ID}
	if s.State == order.Uncollected {
		p.Outcome = receipts.Declined
	}
	return p
}

// payLater asks for what an open bill, or a stored sale that the bank refused,
// still owes. Of what was settled since it is the receipt, marked as a copy: the
// original came by itself.
func (m maker) payLater(ctx context.Context) (receipts.Document, error) {
	f, err := m.facts(ctx, m.job.Subject)
	if errors.Is(err, order.ErrNotFound) {
		return m.uncollected(ctx)
	}
	if err != nil {
		return receipts.Document{}, err
	}
	b := f.Bill
	paid, pending, left := f.Paid()
	if b.State != order.BillOpen || left.IsZero() {
		m.job.Document, m.job.Reprint = order.DocumentBill, max(1, m.job.Reprint)
		return m.bill(ctx)
	}
	facts := receipts.PayLaterFacts{Slip: m.slip(b.ID, b.Operator, b.Created), Owed: left, Whole: b.Total(), Paid: paid, Pending: pending}
	facts.Order, facts.Code = b.Label(), receipts.BillPrefix+b.ID
	return receipts.PayLater(facts), nil
}

func (m maker) uncollected(ctx context.Context) (receipts.Document, error) {
	s, err := m.source.Stored(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	if s.State != order.Uncollected {
		m.job.Document, m.job.Reprint = order.DocumentStored, max(1, m.job.Reprint)
		return m.stored(ctx)
	}
	o, err := m.source.Order(ctx, s.Order)
	if err != nil {
		return receipts.Document{}, err
	}
	facts := receipts.PayLaterFacts{Slip: m.slip(s.ID, s.Operator, s.Created), Card: storedCard(s), Owed: s.Owed(), Paid: s.Approved, Refused: true}
	facts.Order, facts.Code = o.Note, receipts.StoredPrefix+s.ID
	return receipts.PayLater(facts), nil
}
