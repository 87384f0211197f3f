package reconcile

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var noAmount money.Amount

// numbersAtOnce is how many numbers of the journal are read at once.
const numbersAtOnce = 5000

// missing looks for approved payments of the journal that the host did not
// show. What is younger than the search's lag is not missed, and what is older
// only where a second look does not find it either. Of what was shown no more
// than the number is read again.
func (c *comparison) missing(ctx context.Context) error {
	for before := ""; ; {
		page, err := c.Journal.Numbers(ctx, c.r.From, c.r.To, before, numbersAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		before = page[len(page)-1]
		page = slices.DeleteFunc(page, func(number string) bool {
			row, shown := c.numbers[keyOf(number)]
			if c.rows[row].local && shown {
				c.r.Counts.Local++
			}
			return shown
		})
		for some := range slices.Chunk(page, chunk) {
			if err := c.unseen(ctx, some); err != nil {
				return err
			}
		}
	}
}

// unseen is missing for numbers that the host did not show.
func (c *comparison) unseen(ctx context.Context, numbers []string) error {
	attempts, err := c.Journal.Attempts(ctx, numbers...)
	if err != nil {
		return err
	}
	slices.SortFunc(attempts, func(a, b order.Attempt) int { return b.Created.Compare(a.Created) })
	for _, a := range attempts {
		if !c.counts(a) {
			continue
		}
		c.r.Counts.Local++
		if a.Since.After(c.r.Began.Add(-order.SearchLag)) || a.Kind == order.KindAuth && c.unlisted(order.ShelfHolds) {
			continue
		}
		if err := c.again(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// counts reports an approved payment of this device.
func (c *comparison) counts(a order.Attempt) bool {
	return a.State == order.Approved && strings.EqualFold(a.Device, c.r.Device)
}

// again asks the host for one payment that was not among its rows.
func (c *comparison) again(ctx context.Context, a order.Attempt) error {
	rows, err := c.find(ctx, a)
	if err != nil {
		return err
	}
	follows, err := c.Journal.FollowsOf(ctx, a.Number)
	if err != nil {
		return err
	}
	for _, row := range rows {
		c.judge(row, a, follows)
	}
	if _, shown := c.numbers[keyOf(a.Number)]; !shown {
		c.record(order.HostRow{Shelf: shelfFor(a), At: a.Created}, a.Number, verdict{what: order.LocalOnly, here: a.Approved})
	}
	return nil
}

func shelfFor(a order.Attempt) order.Shelf {
	if a.Kind == order.KindAuth {
		return order.ShelfHolds
	}
	return order.ShelfSales
}

// find is the second look: the host's rows of one number.
func (c *comparison) find(ctx context.Context, a order.Attempt) ([]order.HostRow, error) {
	if c.looks++; c.looks > most {
		return nil, errMany
	}
	f := c.Host.Find(ctx, a.Request())
	if f.Failed {
		return nil, errors.Join(errBusy, ctx.Err())
	}
	var rows []order.HostRow
	for _, e := range f.Hits {
		rows = append(rows, order.HostRow{Shelf: shelfFor(a), At: a.Created, Evidence: e})
	}
	return rows, nil
}

// missingFollows does the same for voids, returns and captures. Where what they
// were done to agrees with the journal, they were done.
func (c *comparison) missingFollows(ctx context.Context) error {
	for _, guid := range slices.Sorted(maps.Keys(c.follows)) {
		e := c.follows[guid]
		f := e.FollowUp
		target := f.Target.GUID
		if f.Made != "" {
			target = f.Made
		}
		if e.seen || f.Created.Before(c.r.From) || f.Since.After(c.r.Began.Add(-order.SearchLag)) || !strings.EqualFold(f.Device, c.r.Device) ||
			c.unlisted(shelfOf[f.Act]) || c.rows[c.hash(target)].class == classAgrees {
			continue
		}
		if c.looks++; c.looks > most {
			return errMany
		}
		q := c.Host.FindFollow(ctx, f.Request(nil))
		if q.Failed {
			return errors.Join(errBusy, ctx.Err())
		}
		if !q.Impossible && !slices.ContainsFunc(q.Hits, func(e order.Evidence) bool { return order.HostRow{Evidence: e}.Done() }) {
			c.record(order.HostRow{Shelf: shelfOf[f.Act], At: f.Created, Evidence: order.Evidence{GUID: f.GUID, Target: f.Target.GUID}}, f.ID,
				verdict{what: order.NotDone, here: f.Amount})
		}
	}
	return nil
}

// repair takes back what stands at the host for the dead attempts of this
// installation, and has those looked at that are still being settled.
func (c *comparison) repair(ctx context.Context) error {
	for _, l := range c.late {
		if err := c.takeBack(ctx, l); err != nil {
			return err
		}
	}
	for _, number := range c.nudged {
		if err := c.Desk.Look(ctx, number); err != nil {
			return err
		}
	}
	return nil
}

// takeBack looks a second time, so that no stale row moves money, and takes the
// charge back: a void first, and where the host says that it is settled, a
// return.
func (c *comparison) takeBack(ctx context.Context, l lateRow) error {
	rows, err := c.find(ctx, l.attempt)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r order.HostRow) bool { return strings.EqualFold(r.GUID, l.row.GUID) })
	if i < 0 {
		return nil // it stays listed; the next comparison looks again
	}
	row := rows[i]
	row.Number = cmp.Or(row.Number, l.row.Number) // the list named it, the answer about a hold need not
	if _, live := row.Stands(); !live {
		return nil
	}
	for range 2 {
		err := c.Desk.TakeBack(ctx, l.attempt.Number, row.Evidence, row.Closed())
		if errors.Is(err, order.ErrNotAllowed) {
			break // it is under way, or done
		}
		if err != nil {
			return err
		}
	}
	follows, err := c.Journal.FollowsOf(ctx, l.attempt.Number)
	if err != nil || len(follows) == 0 {
		return err
	}
	if f := follows[len(follows)-1]; f.State == order.FollowDone || !f.State.Final() {
		c.r.Counts.TakenBack++
		if m := &c.r.Found[l.at]; m.GUID == l.row.GUID {
			m.Act = f.Act
		}
	}
	return nil
}
