package engine

import (
	"context"
	"errors"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TakeCash takes the whole amount of an order in notes and coins; Cash.Change
// of the result is what the customer gets back. It needs no host. It is refused
// while a card payment or a code of the order may still pay it.
func (e *Engine) TakeCash(ctx context.Context, orderID string, amount, tendered money.Amount) (order.Cash, error) {
	return e.takeCash(ctx, Charge{Order: orderID, Amount: amount}, tendered)
}

// TakeCashWith is TakeCash for a charge, whose Consent is the word of somebody who
// was warned that a code of the order, which was given up, may yet be paid.
func (e *Engine) TakeCashWith(ctx context.Context, c Charge, tendered money.Amount) (order.Cash, error) {
	return e.takeCash(ctx, c, tendered)
}

func (e *Engine) takeCash(ctx context.Context, charge Charge, tendered money.Amount) (order.Cash, error) {
	amount := charge.Amount
	op, err := e.seller()
	if err != nil {
		return order.Cash{}, err
	}
	if amount.Currency != e.config().Currency || amount.Minor <= 0 {
		return order.Cash{}, say(ProblemCurrency, nil, "Enter the amount in %s, above zero.", e.config().Currency)
	}
	if tendered.Currency != amount.Currency || tendered.Minor < amount.Minor {
		return order.Cash{}, say(ProblemNotAllowed, nil, "%s is to be paid. Enter what the customer gave, at least that.", amount)
	}
	if !e.claim(charge.Order) {
		return order.Cash{}, e.busyProblem()
	}
	defer e.unclaim(charge.Order)
	if err := e.roomOnDisk(); err != nil {
		return order.Cash{}, err
	}
	leg, err := e.legEntry(ctx, charge, order.TenderCash, op)
	if err != nil {
		return order.Cash{}, err
	}
	o, earlier, err := e.orderOf(ctx, charge)
	if err != nil {
		return order.Cash{}, err
	}
	if err := e.payable(ctx, o, nil, charge.Consent); err != nil {
		return order.Cash{}, err
	}
	if o.Amount != amount {
		return order.Cash{}, &Problem{Code: ProblemNotAllowed, Text: "The amount of an order cannot change between two tries. Start a new sale."}
	}
	paid, c, err := order.PayCash(o, earlier, order.Cash{ID: e.deps.NewNumber(), Tendered: tendered, Operator: op.ID, At: e.now()})
	if errors.Is(err, order.ErrMostCash) {
		return order.Cash{}, mostCash(err)
	}
	if err != nil {
		return order.Cash{}, startProblem(err)
	}
	entries := append(append(leg, []order.Entry{orderEntry(paid, op.ID), {Kind: "cash.taken", Subject: c.ID, Actor: op.ID, Object: c}}...),
		append(e.drawerFor(order.DocumentCash, c.ID), e.jobsFor(order.DocumentCash, c.ID)...)...)
	err = e.commit(ctx, entries...)
	if leg != nil && errors.Is(err, order.ErrConflict) {
		return order.Cash{}, billMoved(err)
	}
	if errors.Is(err, order.ErrConflict) {
		return order.Cash{}, startProblem(order.ErrInProgress)
	}
	return c, err
}
