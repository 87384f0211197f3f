package engine

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Item is one line of the list of payments. Exactly one of its parts is there.
type Item struct {
	Sale   *Sale
	Cash   *order.Cash
	Stored *order.Stored
	Follow *order.FollowUp
	Code   *CodeView
	Refund *order.Refund
}

// ID tells the item from all others.
func (i Item) ID() string { return i.row().Facts().ID }

// Created is when it was made.
func (i Item) Created() time.Time { return i.row().Facts().Created }

func (i Item) row() order.Row {
	r := order.Row{Cash: i.Cash, Stored: i.Stored, Follow: i.Follow, Refund: i.Refund}
	if i.Code != nil {
		r.QR = &i.Code.QR
	}
	if i.Sale != nil {
		r.Attempt = &i.Sale.Attempt
	}
	return r
}

// Listing is a part of the list of payments, newest first.
type Listing struct {
	Items []Item
	// Next is what Before of the query is to be for the following part, "" at the
	// end; a part may be empty and not the last. Reached is the time down to which
	// was looked.
	Next    string
	Reached time.Time
}

// List reads the next part of whatever is asked for: sales, cash, stored sales,
// follow-ups, codes and their refunds. It answers soon, however much the journal has.
func (e *Engine) List(ctx context.Context, q order.Query) (Listing, error) {
	found, err := e.deps.Journal.List(ctx, q)
	if err != nil {
		return Listing{}, e.readProblem(err)
	}
	var attempts []order.Attempt
	for _, r := range found.Rows {
		if r.Attempt != nil {
			attempts = append(attempts, *r.Attempt)
		}
	}
	sales, err := e.viewed(ctx, attempts)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Next: found.Next, Reached: found.Reached}
	for _, r := range found.Rows {
		item := Item{Cash: r.Cash, Stored: r.Stored, Follow: r.Follow, Refund: r.Refund}
		if r.QR != nil {
			o, err := e.deps.Journal.Order(ctx, r.QR.Order)
			if ignore(err, order.ErrNotFound) != nil {
				return Listing{}, e.readProblem(err)
			}
			code := e.codeView(*r.QR, o.Note)
			item.Code = &code
		}
		if r.Attempt != nil {
			item.Sale, sales = &sales[0], sales[1:]
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// Beside reads what is around cash, a stored sale, a code or a refund: its order,
// its receipts and its story, and all refunds of a code. The sale of the detail is
// none.
func (e *Engine) Beside(ctx context.Context, i Item) (d Detail, err error) {
	f := i.row().Facts()
	if d.Order, err = e.deps.Journal.Order(ctx, f.Order); err != nil && !errors.Is(err, order.ErrNotFound) {
		return d, e.readProblem(err)
	}
	if i.Code != nil {
		if d.Refunds, err = e.deps.Journal.RefundsOf(ctx, f.ID); err != nil {
			return d, e.readProblem(err)
		}
	}
	return d, e.around(ctx, f.ID, &d)
}

// around reads receipts and story of a payment.
func (e *Engine) around(ctx context.Context, id string, d *Detail) (err error) {
	if d.Jobs, err = e.deps.Journal.Jobs(ctx, id); err != nil {
		return e.readProblem(err)
	}
	story, err := e.deps.Journal.Story(ctx, id)
	if err != nil {
		return e.readProblem(err)
	}
	for _, t := range story {
		d.Story = append(d.Story, Line{At: t.At, Kind: t.Kind, Actor: t.Actor, Approved: t.ApprovedBy()})
	}
	return nil
}

// Sales reads a page of sales, newest first.
func (e *Engine) Sales(ctx context.Context, q order.Query) ([]Sale, error) {
	attempts, err := e.deps.Journal.Sales(ctx, q)
	if err != nil {
		return nil, e.readProblem(err)
	}
	return e.viewed(ctx, attempts)
}

// viewed are attempts with what their follow-ups did to them.
func (e *Engine) viewed(ctx context.Context, attempts []order.Attempt) ([]Sale, error) {
	numbers := make([]string, len(attempts))
	for i, a := range attempts {
		numbers[i] = a.Number
	}
	follows, err := e.deps.Journal.FollowsOf(ctx, numbers...)
	if err != nil {
		return nil, e.readProblem(err)
	}
	of := order.ByAttempt(follows)
	sales := make([]Sale, len(attempts))
	for i, a := range attempts {
		sales[i] = e.view(a, of[a.Number]...)
	}
	return sales, nil
}

// Detail reads one sale with its whole story.
func (e *Engine) Detail(ctx context.Context, number string) (Detail, error) {
	a, err := e.deps.Journal.Attempt(ctx, number)
	if err != nil {
		return Detail{}, e.readProblem(err)
	}
	follows, err := e.deps.Journal.FollowsOf(ctx, number)
	if err != nil {
		return Detail{}, e.readProblem(err)
	}
	d := Detail{Sale: e.view(a, follows...), Follows: follows}
	settled, err := e.settlement(ctx, d.Standing)
	if err != nil {
		return d, err
	}
	d.Settled, d.Acts = settled == order.SettleClosed, e.acts(a, follows, settled, d.Standing.Left)
	if d.Order, err = e.deps.Journal.Order(ctx, a.Order); err != nil {
		return d, e.readProblem(err)
	}
	return d, e.around(ctx, number, &d)
}

// acts lists what can be done about a payment now.
func (e *Engine) acts(a order.Attempt, follows []order.FollowUp, settled order.Settlement, left money.Amount) (acts []order.Act) {
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue} {
		if act == order.Issue && !e.config().Offer.Can(order.FeatureIssue) {
			continue
		}
		if _, err := order.MayFollow(a, follows, settled, act, left); err == nil {
			acts = append(acts, act)
		}
	}
	return acts
}
