package engine

import (
	"context"
	"errors"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// payer is whose card a charge is for, as far as it is kept, and the token
// where the card is one on file.
type payer struct {
	brand, last4, holder, entry string
	token                       order.Token
}

func (e *Engine) payer(ctx context.Context, c Charge, cd *card.Card) (payer, error) {
	switch {
	case c.OnFile != "" && cd != nil:
		return payer{}, &Problem{Code: ProblemNotAllowed, Text: "There are two cards to be charged. Enter one, or name a payment whose card is on file, and not both."}
	case c.OnFile != "":
		return e.onFile(ctx, c.OnFile)
	case cd == nil:
		return payer{}, &Problem{Code: ProblemNotAllowed, Text: "There is no card to be charged. Enter one, or name a payment whose card is on file."}
	}
	p := payer{brand: cd.Brand().String(), last4: cd.Last4(), holder: cd.Holder(), entry: order.EntryKeyed}
	if cd.Swiped() {
		p.entry = order.EntrySwiped
	}
	return p, nil
}

// onFile is the card that a payment or a check left with the service. The error
// is a *Problem.
func (e *Engine) onFile(ctx context.Context, number string) (payer, error) {
	offer := e.config().Offer
	if !offer.Can(order.FeatureTokens) {
		return payer{}, &Problem{Code: ProblemNotOffered, Text: "This account keeps no cards on file. Ask the customer for the card."}
	}
	f, err := e.leftBy(ctx, number)
	switch {
	case errors.Is(err, order.ErrNotFound):
		return payer{}, say(ProblemNotFound, err, "There is no payment or check %s in this terminal's journal. Check the number, or ask the customer for the card.", number)
	case err != nil:
		return payer{}, e.readProblem(err)
	case f.Token == "":
		return payer{}, say(ProblemNotAllowed, nil, "%s left no card on file: only what the bank approved does. Ask the customer for the card.", number)
	case !offer.Takes(f.Token):
		return payer{}, &Problem{Code: ProblemNotOffered, Text: "The card was put on file in another form of the service's API, and this account cannot charge it. Ask the customer for the card."}
	}
	return payer{brand: f.Brand, last4: f.Last4, holder: f.Holder, entry: order.EntryOnFile, token: f.Token}, nil
}

func (e *Engine) leftBy(ctx context.Context, number string) (order.OnFile, error) {
	a, err := e.deps.Journal.Attempt(ctx, number)
	if !errors.Is(err, order.ErrNotFound) {
		return a.OnFile(), err
	}
	f, err := e.deps.Journal.FollowUp(ctx, number)
	return f.OnFile(), err
}
