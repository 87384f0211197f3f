package reconcile

import (
	"context"
	"time"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// begun reads the follow-ups of the period, and of the days before it of which
// rows may still come.
func (c *comparison) begun(ctx context.Context) error {
	for after := ""; ; {
		page, err := c.Journal.FollowsBetween(ctx, c.r.From.Add(-early), c.r.Began.Add(time.Hour), after, chunk)
		if err != nil {
			return err
		}
		for _, f := range page {
			after = f.ID
			if f.GUID != "" && f.State == order.FollowDone && shelfOf[f.Act] != "" {
				c.follows[f.GUID] = &expected{FollowUp: f}
			}
		}
		if len(page) < chunk {
			return nil
		}
	}
}

// shelfOf is where the host has the row of a follow-up.
var shelfOf = map[order.Act]order.Shelf{order.Void: order.ShelfVoids, order.Return: order.ShelfReturns, order.Capture: order.ShelfCaptures}

// followRows holds a chunk of voids, returns or captures against the journal.
func (c *comparison) followRows(ctx context.Context, rows []order.HostRow) error {
	var ids []string
	for _, row := range rows {
		if c.follows[row.GUID] == nil && id.Valid(row.Number) {
			ids = append(ids, row.Number)
		}
	}
	found, err := c.Journal.FollowUps(ctx, ids...)
	if err != nil {
		return err
	}
	named := map[string]order.FollowUp{}
	for _, f := range found {
		named[f.ID] = f
	}
	for _, row := range rows {
		f, ok := named[row.Number]
		if e := c.follows[row.GUID]; e != nil {
			e.seen, f, ok = true, e.FollowUp, true
		}
		if !ok {
			c.rows[c.hash(row.GUID)] = mark{class: c.strangeFollow(row)}
			continue
		}
		v := matchFollow(row, f)
		if v.what != "" && c.rows[c.hash(row.Target)].class == classDiffers {
			v = verdict{pending: true} // the sale's own row says it already
		}
		c.rows[c.hash(row.GUID)] = mark{class: c.record(row, f.ID, v)}
	}
	return nil
}

// strangeFollow takes note of a void, return or capture that the journal does
// not name. What it was done to tells whether it is ours: where that agrees
// with the journal, it is the terminal's own reversal.
func (c *comparison) strangeFollow(row order.HostRow) class {
	amount := int64(0)
	if row.Amount != nil {
		amount = row.Amount.Minor
	}
	target := c.rows[c.hash(row.Target)].class
	switch {
	case row.Target != "" && target == classDiffers && row.Done():
		c.tell(row)
		c.r.Counts.Matched++
		return classAgrees
	case !row.Done(), row.Target != "" && target == classAgrees:
		c.r.Counts.Matched++
		return classAgrees
	case row.Target != "" && target == classPending:
		c.r.Counts.Pending++
		return classPending
	case row.Shelf == order.ShelfReturns && row.Target == "" && c.returned[amount] > 0:
		c.returned[amount]--
		c.r.Counts.Matched++
		return classAgrees
	case target == classOther, row.Target == "" && row.Device == "":
		c.r.Counts.Others++
		return classOther
	}
	return c.record(row, "", undoneBy(row, noAmount))
}

// tell corrects what a sale's own row said: that nothing stands of it any more
// may be the work of a return.
func (c *comparison) tell(row order.HostRow) {
	for i, m := range c.r.Found {
		if m.GUID == row.Target && m.What == order.VoidedThere && row.Shelf == order.ShelfReturns {
			c.r.Found[i].What = order.ReturnedThere
		}
	}
}
