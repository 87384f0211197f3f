package engine

import (
	"context"

	"paydesk/terminal/order"
)

// Sales reads a page of sales, newest first.
func (e *Engine) Sales(ctx context.Context, q order.Query) ([]Sale, error) {
	attempts, err := e.deps.Journal.Sales(ctx, q)
	if err != nil {
		return nil, e.readProblem(err)
	}
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
	if d.Acts, err = e.acts(ctx, a, d); err != nil {
		return d, err
	}
	if d.Order, err = e.deps.Journal.Order(ctx, a.Order); err != nil {
		return d, e.readProblem(err)
	}
	if d.Jobs, err = e.deps.Journal.Jobs(ctx, number); err != nil {
		return d, e.readProblem(err)
	}
	story, err := e.deps.Journal.Story(ctx, number)
	if err != nil {
		return d, e.readProblem(err)
	}
	for _, t := range story {
		d.Story = append(d.Story, Line{At: t.At, Kind: t.Kind, Actor: t.Actor, Approved: t.ApprovedBy()})
	}
	return d, nil
}

// acts lists what can be done about a payment now.
func (e *Engine) acts(ctx context.Context, a order.Attempt, d Detail) (acts []order.Act, err error) {
	settled, err := e.settlement(ctx, d.Standing)
	if err != nil {
		return nil, err
	}
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue} {
		if act == order.Issue && !e.config().Offer.Can(order.FeatureIssue) {
			continue
		}
		if _, err := order.MayFollow(a, d.Follows, settled, act, d.Standing.Left); err == nil {
			acts = append(acts, act)
		}
	}
	return acts, nil
}
