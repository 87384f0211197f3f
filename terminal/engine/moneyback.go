package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// Plan says how money of a payment can go back.
type Plan struct {
	order.WayBack
	// Number tells the payment from all others, Created is when it was made.
	Number  string
	Created time.Time
	// Sale is the payment by card, Cash that in cash, Code that by wallet; exactly
	// one is there. Payment is the provider's name of the Code's payment.
	Sale    *Sale
	Cash    *order.Cash
	Code    *CodeView
	Payment string
	// Leg of Legs is which part of a bill it is, from 1; 0 where it stands alone.
	// Each part goes back on its own.
	Leg, Legs int
}

// MoneyBackPlan tells how money of a payment can go back, and why so. Where the
// journal does not know whether the batch of the payment is closed, the host is
// asked; what it says is advice, since a batch may close at any moment. Void and
// Return judge for themselves.
func (e *Engine) MoneyBackPlan(ctx context.Context, number string) (Plan, error) {
	a, err := e.deps.Journal.Attempt(ctx, number)
	if errors.Is(err, order.ErrNotFound) {
		return e.planCash(ctx, number)
	}
	if err != nil {
		return Plan{}, e.readProblem(err)
	}
	follows, err := e.deps.Journal.FollowsOf(ctx, number)
	if err != nil {
		return Plan{}, e.readProblem(err)
	}
	sale := e.view(a, follows...)
	p := Plan{Number: number, Created: a.Created, Sale: &sale}
	settled, err := e.settlement(ctx, sale.Standing)
	if err != nil {
		return p, err
	}
	if p.WayBack = order.PlanBack(a, follows, settled); p.Why == order.BackUnsure && e.online() {
		p.WayBack = order.PlanBack(a, follows, e.askSettled(ctx, sale.Standing.Target))
	}
	return p, e.planLeg(ctx, &p, a.Order)
}

// planCash is the plan of a payment in cash.
func (e *Engine) planCash(ctx context.Context, id string) (Plan, error) {
	c, err := e.deps.Journal.Cash(ctx, id)
	if errors.Is(err, order.ErrNotFound) {
		return e.planCode(ctx, id)
	}
	if err != nil {
		return Plan{}, e.readProblem(err)
	}
	p := Plan{WayBack: order.PlanCashBack(c), Number: id, Created: c.At, Cash: &c}
	return p, e.planLeg(ctx, &p, c.Order)
}

// planCode is the plan of a payment by wallet: of the one that pays the order, or
// else of the first that can go back.
func (e *Engine) planCode(ctx context.Context, id string) (Plan, error) {
	q, o, err := e.codeAndOrder(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	code := e.codeView(q, o.Note)
	p := Plan{Number: id, Created: q.Created, Code: &code}
	paid, ok := q.Paid()
	for _, other := range q.Payments {
		if !ok && other.Left().Minor > 0 {
			paid, ok = other, true
		}
	}
	offer, _ := e.walletOffer(q.Provider)
	p.Payment, p.WayBack = paid.ID, order.PlanRefund(paid, offer, e.now())
	if q.Order == "" {
		return p, nil
	}
	return p, e.planLeg(ctx, &p, q.Order)
}

// planLeg tells which part of a bill the payment of an order is.
func (e *Engine) planLeg(ctx context.Context, p *Plan, orderID string) error {
	o, err := e.deps.Journal.Order(ctx, orderID)
	if err != nil {
		return e.readProblem(err)
	}
	if o.Bill == "" {
		return nil
	}
	b, err := e.deps.Journal.Bill(ctx, o.Bill)
	if err != nil {
		return e.readProblem(err)
	}
	if len(b.Legs) < 2 {
		return nil
	}
	p.Legs = len(b.Legs)
	p.Leg = 1 + slices.IndexFunc(b.Legs, func(l order.Leg) bool { return l.Order == orderID })
	return nil
}

// askSettled asks the host for the batch of a row.
func (e *Engine) askSettled(ctx context.Context, t order.Target) order.Settlement {
	answer := e.deps.Host.BatchOf(ctx, order.Witness{GUID: t.GUID, Number: t.Number, Device: t.Device})
	switch {
	case !answer.Answered:
		return order.SettleUnknown // that the account offers no look says nothing about the host
	case answer.Closed:
		return order.SettleClosed
	}
	return order.SettleOpen
}

// Hold is money that is held on a card.
type Hold struct {
	Sale
	// Until is when the service lets it lapse.
	Until time.Time
	// Asked is the follow-up that the bank is asked about; nil where nothing is
	// on its way.
	Asked *order.FollowUp
}

// holdsFor bounds how long a hold is listed. No issuer keeps one for longer; it
// stays among the sales.
const holdsFor = 31 * 24 * time.Hour

// Holds lists the holds of which nothing was captured or released, the one that
// lapses first before the others.
func (e *Engine) Holds(ctx context.Context) ([]Hold, error) {
	q := order.Query{From: e.now().Add(-holdsFor), Kinds: []order.Kind{order.KindAuth}, States: []order.State{order.Approved}, Limit: 500}
	var holds []Hold
	for {
		page, err := e.Sales(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range page {
			if s.Standing.As == order.StandsHeld {
				holds = append(holds, Hold{Sale: s, Until: order.HoldUntil(s.Created.In(e.now().Location())), Asked: e.asked(s.Number)})
			}
		}
		if len(page) < q.Limit {
			slices.Reverse(holds)
			return holds, nil
		}
		q.Before = page[len(page)-1].Number
	}
}

// asked is what the bank is being asked about a payment.
func (e *Engine) asked(number string) *order.FollowUp {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.follows {
		if f.Of == number {
			return &f
		}
	}
	return nil
}
