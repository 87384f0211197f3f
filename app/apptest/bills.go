package apptest

import (
	"context"
	"slices"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// bills are the bills of a desk, kept by the terminal's own rules.
type bills struct{ facts []order.BillFacts }

// Bills lists the bills of a desk, at their end or not, oldest first.
func (d *Desk) Bills() []engine.BillView {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []engine.BillView
	for _, f := range d.bills.facts {
		all = append(all, billView(f))
	}
	return all
}

// AddLeg makes a charge a part of its bill.
func (d *Desk) AddLeg(c engine.Charge, tender order.Tender) error {
	if c.Bill == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	leg := order.Leg{Order: c.Order, Tender: tender, Amount: c.Amount}
	i := d.billIndex(c.Bill.ID)
	var b order.Bill
	var err error
	if i < 0 {
		b, err = order.NewBill(*c.Bill, leg, "op1", d.Clock.Now())
		d.bills.facts = append(d.bills.facts, order.BillFacts{Bill: *c.Bill})
		i = len(d.bills.facts) - 1
	} else {
		b, err = d.bills.facts[i].Add(*c.Bill, leg, c.Consent)
	}
	if err != nil {
		return &engine.Problem{Code: engine.ProblemBill, Text: err.Error()}
	}
	d.bills.facts[i] = d.bills.facts[i].With(b).With(order.Order{ID: c.Order, Amount: c.Amount, Bill: b.ID})
	return nil
}

func (d *Desk) billIndex(id string) int {
	return slices.IndexFunc(d.bills.facts, func(f order.BillFacts) bool { return f.Bill.ID == id })
}

// openBills takes an object into the bills. The caller holds the lock; it gives
// what a snapshot has of them.
func (d *Desk) openBills(objects ...any) []engine.BillView {
	var open []engine.BillView
	for i, f := range d.bills.facts {
		for _, object := range objects {
			f = f.With(object)
		}
		if b, news := f.Settle(d.Clock.Now()); news {
			b.Version++
			f = f.With(b)
		}
		if d.bills.facts[i] = f; !f.Bill.State.Final() {
			open = append(open, billView(f))
		}
	}
	return open
}

func (d *Desk) putInBills(objects ...any) {
	d.mu.Lock()
	open := d.openBills(objects...)
	d.mu.Unlock()
	d.Change(func(n *engine.Snapshot) { n.Bills = open })
}

func billView(f order.BillFacts) engine.BillView {
	v := engine.BillView{Bill: f.Bill}
	v.Paid, v.Pending, v.Left = f.Paid()
	for i, l := range f.Legs {
		p := engine.LegView{Leg: f.Bill.Legs[i], State: l.State(f.Bill), Cash: l.Cash}
		if n := len(l.QRs); n > 0 {
			p.Code = &l.QRs[n-1]
		}
		if n := len(l.Attempts); n > 0 {
			p.Sale = &engine.Sale{Attempt: l.Attempts[n-1]}
		}
		v.Parts = append(v.Parts, p)
	}
	return v
}

// TakeCashFor pays a leg of a bill in cash.
func (d *Desk) TakeCashFor(ctx context.Context, b order.Bill, id string, amount, tendered money.Amount) (order.Cash, error) {
	return d.TakeCashWith(ctx, engine.Charge{Order: id, Amount: amount, Bill: &b}, tendered)
}

// TakeCashWith implements app.Desk.
func (d *Desk) TakeCashWith(_ context.Context, c engine.Charge, tendered money.Amount) (order.Cash, error) {
	if err := d.called("TakeCashWith"); err != nil {
		return order.Cash{}, err
	}
	if err := d.AddLeg(c, order.TenderCash); err != nil {
		return order.Cash{}, err
	}
	cash := order.Cash{ID: "cash-" + c.Order, Version: 1, Order: c.Order, Amount: c.Amount, Tendered: tendered, Operator: "op1", At: d.Clock.Now()}
	d.putInBills(cash)
	return cash, nil
}

// CancelBill implements app.Desk: cash is back at once, cards with GiveLegBack.
func (d *Desk) CancelBill(_ context.Context, id, reason string) error {
	if err := d.called("CancelBill"); err != nil {
		return err
	}
	d.mu.Lock()
	var objects []any
	if i := d.billIndex(id); i >= 0 {
		f := d.bills.facts[i]
		b, err := f.Bill.Cancel("op1", reason, d.Clock.Now())
		if err != nil {
			d.mu.Unlock()
			return &engine.Problem{Code: engine.ProblemBillClosed, Text: "This bill is closed."}
		}
		objects = append(objects, b)
		for _, l := range f.Legs {
			if l.Cash != nil {
				back := *l.Cash
				back.Returned = back.Amount
				objects = append(objects, back)
			}
		}
		d.bills.facts[i] = f.With(b)
		objects = objects[1:]
	}
	d.mu.Unlock()
	d.putInBills(objects...)
	return nil
}

// GiveLegBack ends the giving back of the card payment of an order; with false
// it needs a person.
func (d *Desk) GiveLegBack(orderID string, done bool) {
	state := map[bool]order.FollowState{true: order.FollowDone, false: order.FollowReview}[done]
	d.mu.Lock()
	var number string
	for _, s := range d.sales {
		if s.Order == orderID {
			number = s.Number
		}
	}
	d.mu.Unlock()
	d.putInBills(order.FollowUp{ID: "back-" + orderID, Version: 1, Act: order.Void, State: state, Of: number})
}

// Bill implements app.Desk.
func (d *Desk) Bill(_ context.Context, id string) (engine.BillView, error) {
	for _, b := range d.Bills() {
		if b.ID == id {
			return b, nil
		}
	}
	return engine.BillView{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such bill."}
}
