package apptest

import (
	"context"
	"fmt"
	"slices"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// following is what the desk does about payments.
type following struct {
	// OnFollow, if set, decides how a follow-up ends: it changes the one that it
	// is given, which is done otherwise.
	OnFollow func(*order.FollowUp) error
	// Settled says what the host says of the batch.
	Settled order.Settlement

	follows []order.FollowUp
}

// FollowUps are all that was done, oldest first.
func (d *Desk) FollowUps() []order.FollowUp {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.follows)
}

// of are the follow-ups of a payment. The caller holds the lock.
func (d *Desk) of(number string) (of []order.FollowUp) {
	for _, f := range d.follows {
		if f.Of == number {
			of = append(of, f)
		}
	}
	return of
}

// sale finds a sale with its standing. The caller holds the lock.
func (d *Desk) sale(number string) (engine.Sale, error) {
	for _, s := range d.sales {
		if s.Number == number {
			return d.stand(s), nil
		}
	}
	return engine.Sale{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such sale. Look for another one."}
}

// stand adds what the follow-ups made of a sale. The caller holds the lock.
func (d *Desk) stand(s engine.Sale) engine.Sale {
	s.Standing = order.Stand(s.Attempt, d.of(s.Number))
	return s
}

// MoneyBackPlan implements app.Desk.
func (d *Desk) MoneyBackPlan(_ context.Context, number string) (engine.Plan, error) {
	if err := d.called("MoneyBackPlan"); err != nil {
		return engine.Plan{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, i := range d.beside {
		if c := i.Cash; c != nil && c.ID == number {
			return engine.Plan{WayBack: order.PlanCashBack(*c), Number: number, Created: c.At, Cash: c, Leg: 2, Legs: 3}, nil
		}
	}
	if plan, ok := d.planCode(number); ok {
		return plan, nil
	}
	s, err := d.sale(number)
	return engine.Plan{WayBack: order.PlanBack(s.Attempt, d.of(number), d.Settled), Number: number, Created: s.Created, Sale: &s}, err
}

// ReturnCash implements app.Desk.
func (d *Desk) ReturnCash(_ context.Context, id string, amount money.Amount, reason string) (order.CashBack, error) {
	if err := d.called("ReturnCash"); err != nil {
		return order.CashBack{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, i := range d.beside {
		if c := i.Cash; c != nil && c.ID == id {
			after, back, err := order.GiveCash(*c, order.CashBack{ID: "back", Amount: amount, Reason: reason})
			d.beside[n].Cash = &after
			return back, err
		}
	}
	return order.CashBack{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such payment. Look for another one."}
}

// Holds implements app.Desk.
func (d *Desk) Holds(context.Context) (holds []engine.Hold, err error) {
	if err := d.called("Holds"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.sales {
		if s = d.stand(s); s.Standing.As != order.StandsHeld {
			continue
		}
		h := engine.Hold{Sale: s, Until: order.HoldUntil(s.Created)}
		for _, f := range d.of(s.Number) {
			if !f.State.Final() {
				h.Asked = &f
			}
		}
		holds = append(holds, h)
	}
	slices.SortFunc(holds, func(a, b engine.Hold) int { return a.Until.Compare(b.Until) })
	return holds, nil
}

// Void implements app.Desk.
func (d *Desk) Void(_ context.Context, number, reason string) (order.FollowUp, error) {
	return d.followUp(order.FollowUp{Act: order.Void, Of: number, Reason: reason})
}

// Return implements app.Desk.
func (d *Desk) Return(_ context.Context, number string, amount money.Amount, reason string) (order.FollowUp, error) {
	return d.followUp(order.FollowUp{Act: order.Return, Of: number, Amount: amount, Reason: reason})
}

// Capture implements app.Desk.
func (d *Desk) Capture(_ context.Context, number string, amount money.Amount) (order.FollowUp, error) {
	return d.followUp(order.FollowUp{Act: order.Capture, Of: number, Amount: amount})
}

// IssueCard implements app.Desk.
func (d *Desk) IssueCard(_ context.Context, number string, amount money.Amount, terms order.IssueTerms) (order.FollowUp, error) {
	return d.followUp(order.FollowUp{Act: order.Issue, Of: number, Amount: amount, Terms: &terms})
}

// CheckCard implements app.Desk.
func (d *Desk) CheckCard(_ context.Context, c *card.Card) (order.FollowUp, error) {
	defer c.Clear()
	return d.followUp(order.FollowUp{Act: order.Check, Amount: money.New(0, money.USD), Brand: c.Brand().String(), Last4: c.Last4()})
}

// followUp does what is asked by the real rules.
func (d *Desk) followUp(f order.FollowUp) (order.FollowUp, error) {
	if err := d.called(string(f.Act)); err != nil {
		return f, err
	}
	d.mu.Lock()
	f.ID, f.State, f.Version, f.Operator, f.Created = fmt.Sprintf("F%08d", len(d.follows)+1), order.FollowDone, 1, "op1", d.Clock.Now()
	if f.Of != "" {
		s, err := d.sale(f.Of)
		if err != nil {
			d.mu.Unlock()
			return f, err
		}
		if f.Brand, f.Last4 = s.Brand, s.Last4; f.Act == order.Void {
			f.Amount = s.Standing.Left
		}
		if f.Target, err = order.MayFollow(s.Attempt, d.of(f.Of), d.Settled, f.Act, f.Amount); err != nil {
			d.mu.Unlock()
			return order.FollowUp{}, &engine.Problem{Code: engine.ProblemNotAllowed, Text: "Not allowed: " + err.Error() + "."}
		}
	}
	if f.Act == order.Capture {
		f.Made = "made-" + f.ID
	}
	d.mu.Unlock()
	if d.OnFollow != nil {
		if err := d.OnFollow(&f); err != nil {
			return f, err
		}
	}
	d.PutFollow(f)
	return f, nil
}

// PutFollow adds or replaces a follow-up and publishes it. One that ends after
// it was in doubt is news.
func (d *Desk) PutFollow(f order.FollowUp) {
	d.mu.Lock()
	doubt := false
	if i := slices.IndexFunc(d.follows, func(o order.FollowUp) bool { return o.ID == f.ID }); i >= 0 {
		doubt = d.follows[i].State == order.FollowUnknown
		f.Version = d.follows[i].Version + 1
		d.follows[i] = f
	} else {
		d.follows = append(d.follows, f)
	}
	for i, s := range d.sales {
		d.sales[i] = d.stand(s)
	}
	var open []order.FollowUp
	for _, o := range d.follows {
		if !o.State.Final() {
			open = append(open, o)
		}
	}
	d.mu.Unlock()
	d.Change(func(n *engine.Snapshot) {
		if n.Follows = open; doubt && f.State != order.FollowUnknown {
			n.FollowNews = append(slices.Clone(n.FollowNews), f)
		}
	})
}

// acts is what can be done about a payment. The caller holds the lock.
func (d *Desk) acts(number string) (acts []order.Act) {
	s, _ := d.sale(number)
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue} {
		if _, err := order.MayFollow(s.Attempt, d.of(number), d.Settled, act, s.Standing.Left); err == nil {
			acts = append(acts, act)
		}
	}
	return acts
}
