package apptest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// PutBeside adds what stands in the list of payments and is no sale.
func (d *Desk) PutBeside(items ...engine.Item) {
	d.mu.Lock()
	d.beside = append(d.beside, items...)
	d.mu.Unlock()
	d.Change(func(*engine.Snapshot) {})
}

// List implements app.Desk. The notes of orders are their ids.
func (d *Desk) List(_ context.Context, q order.Query) (engine.Listing, error) {
	if err := d.called("List"); err != nil {
		return engine.Listing{}, err
	}
	if d.OnList != nil {
		return d.OnList(q)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.Concat(d.beside, d.walletItems())
	for _, s := range d.sales {
		all = append(all, engine.Item{Sale: &s})
	}
	slices.SortFunc(all, func(a, b engine.Item) int {
		return cmp.Or(b.Created().Compare(a.Created()), cmp.Compare(b.ID(), a.ID()))
	})
	var out engine.Listing
	past := q.Before == ""
	for _, i := range all {
		r := order.Row{Cash: i.Cash, Stored: i.Stored, Follow: i.Follow, Refund: i.Refund}
		if i.Code != nil {
			r.QR = &i.Code.QR
		}
		if i.Sale != nil {
			r.Attempt = &i.Sale.Attempt
		}
		switch {
		case !past:
			past = i.ID() == q.Before
		case !q.MatchRow(r, ""):
		case len(out.Items) == q.Limit:
			last := out.Items[len(out.Items)-1]
			out.Next, out.Reached = last.ID(), last.Created()
			return out, nil
		default:
			out.Items = append(out.Items, i)
		}
	}
	return out, nil
}

// Beside implements app.Desk.
func (d *Desk) Beside(_ context.Context, i engine.Item) (engine.Detail, error) {
	if err := d.called("Beside"); err != nil {
		return engine.Detail{}, err
	}
	story := []engine.Line{{At: i.Created(), Kind: "order.open", Actor: "op1"}}
	switch {
	case i.Cash != nil:
		story = append(story, engine.Line{At: i.Created(), Kind: "order.paid-other", Actor: "op1"})
	case i.Stored != nil:
		story = append(story, engine.Line{At: i.Created(), Kind: "order.stored", Actor: "op1"})
	case i.Code != nil:
		story = append(story, codeStory(*i.Code)...)
	case i.Follow != nil:
		story = []engine.Line{{At: i.Created(), Kind: "verify.sending", Actor: "op1"}, {At: i.Created().Add(time.Second), Kind: "verify.done"}}
	}
	detail := engine.Detail{Story: story, Order: order.Order{Note: "Table 12"}}
	if i.Code != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		detail.Refunds = d.refundsOf(i.Code.ID)
	}
	return detail, nil
}

// Look implements app.Desk.
func (d *Desk) Look(_ context.Context, number string) error { return d.called("Look " + number) }

// WithdrawStored implements app.Desk.
func (d *Desk) WithdrawStored(_ context.Context, id, reason string) (order.Stored, error) {
	return d.endStored("WithdrawStored "+id+": "+reason, id, order.Withdrawn)
}

// WriteOffStored implements app.Desk.
func (d *Desk) WriteOffStored(_ context.Context, id, reason string) (order.Stored, error) {
	return d.endStored("WriteOffStored "+id+": "+reason, id, order.WrittenOff)
}

// CollectStored implements app.Desk.
func (d *Desk) CollectStored(_ context.Context, id, paidOrder string) (order.Stored, error) {
	return d.endStored("CollectStored "+id+" by "+paidOrder, id, order.Collected)
}

func (d *Desk) endStored(call, id string, state order.StoredState) (order.Stored, error) {
	if err := d.called(call); err != nil {
		return order.Stored{}, err
	}
	v := d.Snapshot().Stored
	for _, s := range append(slices.Clone(v.Waiting), v.Missing...) {
		if s.ID == id {
			s.State = state
			d.PutStored(s)
			return s, nil
		}
	}
	return order.Stored{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such stored sale."}
}
