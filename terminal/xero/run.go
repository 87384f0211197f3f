package xero

import (
	"context"
	"time"

	"paydesk/terminal/order"
)

// Run goes on with an export as far as Xero says what became of each posting:
// looked up first, and sent only where it is not there, so that nothing is entered
// twice whatever ended an earlier run. keep makes the export durable, what is sent
// before its first byte leaves; its error ends the run. wait is how long Xero wants
// to be left alone. Runs of one export must not overlap.
func (c *Client) Run(ctx context.Context, e order.Export, keep func(what string, e order.Export) error) (_ order.Export, wait time.Duration, err error) {
	for {
		i, ok := e.Next()
		if !ok {
			return e, 0, nil
		}
		was := e.Postings[i]
		a := c.Find(ctx, was)
		switch {
		case a.Is == order.PostAbsent:
			e = e.Begin(i, c.cfg.Clock.Now())
			if err := keep("export.sending", e); err != nil {
				return e, 0, err
			}
			was = e.Postings[i]
			a = c.Post(ctx, was)
		case a.Is != order.PostTaken && was.State != order.PostBuilt:
			a.Is = order.PostNoAnswer // the look failed, and what was sent may be there
		}
		next := e.Answered(i, a, c.cfg.Clock.Now())
		if is := next.Postings[i]; is.State != was.State || is.Message != was.Message {
			if err := keep("export.answered", next); err != nil {
				return e, 0, err
			}
			e = next
		}
		if a.Is == order.PostNotNow || a.Is == order.PostNoAnswer {
			return e, a.Wait, nil
		}
	}
}
