package apptest

import (
	"context"
	"fmt"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// dayBooks are the shifts, closings and reports of a Desk.
type dayBooks struct {
	// Expected is what should be in the drawer at the next count.
	Expected order.Drawer
	// Book is the report so far; OnProve is what a comparison finds.
	Book    order.ZReport
	OnProve func(order.Batch) (order.Proof, error)
	zs      []order.ZReport
	shifts  int
}

// Counts has the shop count its drawer, with no shift open.
func (d *Desk) Counts() {
	d.Change(func(n *engine.Snapshot) { n.Shift.Counted = true })
}

// by is who is at the desk.
func (d *Desk) by() string {
	if op := d.Snapshot().Operator; op != nil {
		return op.ID
	}
	return "op1"
}

// stamp says who counted, and when.
func (d *Desk) stamp(c order.Count) order.Count {
	c.By, c.At = d.by(), d.Clock.Now()
	return c
}

// alterShift changes the open shift and publishes it.
func (d *Desk) alterShift(method string, change func(*order.Shift)) (order.Shift, error) {
	if err := d.called(method); err != nil {
		return order.Shift{}, err
	}
	now := d.Snapshot().Shift.Now
	if now == nil {
		return order.Shift{}, &engine.Problem{Code: "shift", Text: "No shift is open."}
	}
	s := *now
	change(&s)
	d.Change(func(n *engine.Snapshot) {
		n.Shift.Now = &s
		if s.State == order.ShiftClosed {
			n.Shift.Now, n.Shift.Last = nil, &s
			d.Book.Shifts = append(d.Book.Shifts, s)
		}
	})
	return s, nil
}

// OpenShift implements app.Desk.
func (d *Desk) OpenShift(_ context.Context, float order.Count) (order.Shift, error) {
	if err := d.called(fmt.Sprint("OpenShift ", float.Total, len(float.Pieces))); err != nil {
		return order.Shift{}, err
	}
	d.shifts++
	s := order.Shift{ID: fmt.Sprint("shift-", d.shifts), Number: d.shifts, State: order.ShiftOpen, Float: d.stamp(float), OpenedBy: d.by(), Opened: d.Clock.Now(), Holder: d.by()}
	d.Change(func(n *engine.Snapshot) { n.Shift.Now = &s })
	return s, nil
}

// CountShift implements app.Desk.
func (d *Desk) CountShift(_ context.Context, counted order.Count) (order.Shift, error) {
	return d.alterShift(fmt.Sprint("CountShift ", counted.Total), func(s *order.Shift) {
		s.State, s.Counts = order.ShiftCounting, append(s.Counts, d.stamp(counted))
		s.Drawer = d.Expected
		s.Off = money.New(counted.Total.Minor-d.Expected.Expected.Minor, counted.Total.Currency)
	})
}

// ResumeShift implements app.Desk.
func (d *Desk) ResumeShift(context.Context) (order.Shift, error) {
	return d.alterShift("ResumeShift", func(s *order.Shift) { s.State = order.ShiftOpen })
}

// CloseShift implements app.Desk.
func (d *Desk) CloseShift(_ context.Context, reason string) (order.Shift, error) {
	return d.alterShift("CloseShift "+reason, func(s *order.Shift) {
		s.State, s.Reason, s.ClosedBy, s.Closed = order.ShiftClosed, reason, d.by(), d.Clock.Now()
	})
}

// HandOver implements app.Desk.
func (d *Desk) HandOver(_ context.Context, counted *order.Count) (order.Shift, error) {
	return d.alterShift("HandOver", func(s *order.Shift) {
		s.Hands = append(s.Hands, order.Hand{From: s.Holder, To: d.by(), At: d.Clock.Now(), Counted: counted})
		s.Holder = d.by()
	})
}

// MoveCash implements app.Desk.
func (d *Desk) MoveCash(_ context.Context, m engine.CashMove) (order.Move, error) {
	return order.Move{ID: "M1", Kind: m.Kind, Amount: m.Amount, Reason: m.Reason}, d.called(fmt.Sprint("MoveCash ", m.Kind, " ", m.Amount, " ", m.Reason))
}

// CloseBatchWith implements app.Desk.
func (d *Desk) CloseBatchWith(_ context.Context, c engine.Closing) (order.Batch, error) {
	if err := d.called("CloseBatchWith"); err != nil {
		return order.Batch{}, err
	}
	if d.OnClose != nil {
		return d.OnClose()
	}
	v := d.Snapshot().Batch
	t := order.Totals{Sales: v.Sales, SaleAmount: v.Total, ReturnAmount: money.New(0, money.USD)}
	host := t
	b := order.Batch{ID: fmt.Sprint("batch-", len(d.Book.Batches)+1), State: order.BatchClosed, Local: t, Host: &host, Ended: d.Clock.Now()}
	for _, id := range c.Carry {
		b.Carried = append(b.Carried, order.Carried{ID: id, Reason: c.Reason})
	}
	d.Book.Batches = append(d.Book.Batches, b)
	d.Change(func(n *engine.Snapshot) { n.Batch = engine.BatchView{Total: money.New(0, money.USD)} })
	return b, nil
}

// Prove implements app.Desk.
func (d *Desk) Prove(_ context.Context, id string, progress func(done, total int)) (order.Proof, error) {
	if err := d.called("Prove " + id); err != nil {
		return order.Proof{}, err
	}
	for _, b := range d.Book.Batches {
		if b.ID != id {
			continue
		}
		n := b.Local.Sales + b.Local.Returns
		progress(n/2, n)
		p := order.Proof{Batch: id, Complete: true, Journal: b.Local, Host: b.Local, Closed: b.Host, Rows: n, Local: n, Matched: n, At: d.Clock.Now()}
		if d.OnProve != nil {
			var err error
			if p, err = d.OnProve(b); err != nil {
				return p, err
			}
			p.Batch = id
		}
		d.Book.Proofs = append(d.Book.Proofs, p)
		return p, nil
	}
	return order.Proof{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such batch."}
}

// X implements app.Desk.
func (d *Desk) X(context.Context) (order.ZReport, error) { return d.Book, d.called("X") }

// WriteZ implements app.Desk.
func (d *Desk) WriteZ(_ context.Context, progress func(done, total int64)) (order.ZReport, error) {
	if err := d.called("WriteZ"); err != nil {
		return order.ZReport{}, err
	}
	progress(1, 2)
	z := d.Book
	z.Number, z.At, z.To = len(d.zs)+1, d.Clock.Now(), d.Book.From+100
	z.ID = fmt.Sprintf("Z-%06d", z.Number)
	d.zs = append(d.zs, z)
	d.Book = order.ZReport{From: z.To, Since: z.At}
	return z, nil
}

// Zs implements app.Desk.
func (d *Desk) Zs(context.Context, order.Day, order.Day) ([]order.ZReport, error) {
	return d.zs, d.called("Zs")
}

// Day implements app.Desk.
func (d *Desk) Day() order.Days { return order.Days{} }
