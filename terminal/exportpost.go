package terminal

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/xero"
)

// postPeriod posts Z reports to Xero. What is kept of each says how far it came.
func (t *Terminal) postPeriod(ctx context.Context, zs []order.ZReport, today bool) (done []order.Export, err error) {
	client, err := t.xeroClient()
	if err != nil {
		return nil, told(ProblemExport, err)
	}
	for _, z := range zs {
		e, err := t.intend(ctx, z, today)
		if err == nil {
			e, err = t.postPatiently(ctx, client, e)
		}
		if err != nil {
			return done, err
		}
		done = append(done, e)
	}
	return done, nil
}

// intend makes it durable what is to be posted.
func (t *Terminal) intend(ctx context.Context, z order.ZReport, today bool) (order.Export, error) {
	was, err := t.journal.ExportOf(ctx, order.ExportID(order.ExportXero, z.Number))
	if err != nil && !errors.Is(err, order.ErrNotFound) {
		return was, err
	}
	e, err := t.prepare(ctx, z, order.ExportXero, today)
	if err != nil || e.Version == was.Version {
		return e, err
	}
	e.Done = len(e.Postings) == 0 // a day without a sale
	return e, t.keep(ctx, "export.built", t.actor(), e)
}

// How long whoever asks waits for what Xero did not settle at once; afterwards the
// terminal goes on alone.
const (
	postTries = 3
	postPause = 2 * time.Second
	postWait  = 15 * time.Second
)

func (t *Terminal) postPatiently(ctx context.Context, client *xero.Client, e order.Export) (order.Export, error) {
	for try := 1; ; try++ {
		var wait time.Duration
		var err error
		if e, wait, err = t.post(ctx, client, e); err != nil || !e.Waits() {
			return e, err
		}
		if try == postTries || wait > postWait {
			break
		}
		select {
		case <-ctx.Done():
			return e, nil
		case <-t.opt.Clock.After(max(wait, postPause)):
		}
	}
	select {
	case t.exportsLeft <- struct{}{}:
	default:
	}
	return e, nil
}

// post goes on with an export as far as Xero says what became of it.
func (t *Terminal) post(ctx context.Context, client *xero.Client, e order.Export) (order.Export, time.Duration, error) {
	return client.Run(ctx, e, func(what string, e order.Export) error { return t.keep(ctx, what, order.ActorTerminal, e) })
}
