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
	sales := make([]Sale, len(attempts))
	for i, a := range attempts {
		sales[i] = e.view(a)
	}
	return sales, nil
}

// Detail reads one sale with its whole story.
func (e *Engine) Detail(ctx context.Context, number string) (Detail, error) {
	a, err := e.deps.Journal.Attempt(ctx, number)
	if err != nil {
		return Detail{}, e.readProblem(err)
	}
	d := Detail{Sale: e.view(a)}
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
		d.Story = append(d.Story, Line{At: t.At, Kind: t.Kind, Actor: t.Actor})
	}
	return d, nil
}
