package reconcile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The fates of a line that only the host has, where it is no difference.
const (
	// fateKnown: the journal has it, and could not say that it is in this batch.
	fateKnown order.Difference = "known"
	// fateElsewhere: it is not in this batch.
	fateElsewhere order.Difference = "elsewhere"
)

// strangers finds out what the lines are that only the host has: the host is asked
// for the number of each, and the journal for what it has under that. Where the
// host does not answer, they are listed as they are, and the error says so.
func (c *proving) strangers(ctx context.Context, theirs []order.BatchLine, ours *alone) (lost error) {
	for _, l := range theirs {
		var k kin
		if lost == nil {
			var err error
			if k, err = c.identify(ctx, &l); errors.As(err, new(journalError)) || ctx.Err() != nil {
				return err
			}
			lost = err
		}
		switch fate := k.fate(l); fate {
		case fateKnown:
			c.proof.Matched++
			c.proof.Local++
			if err := add(&c.proof.Journal, l, 1); err != nil {
				return journalError{err}
			}
		case fateElsewhere:
			c.proof.Rows--
			if err := add(&c.proof.Host, l, -1); err != nil {
				return err
			}
		case order.VoidedThere:
			m := c.mismatch(fate, l)
			if sale, ok := ours.take(k.guids); ok {
				m = c.mismatch(fate, sale)
				m.Here, l.Amount.Minor = some(sale.Amount), 0
			}
			m.There = some(l.Amount)
			c.found(m)
		default:
			m := c.mismatch(fate, l)
			m.There = some(l.Amount)
			c.found(m)
		}
	}
	return lost
}

// take removes the line of one of some guids, where it is there.
func (a *alone) take(guids []string) (l order.BatchLine, ok bool) {
	i := slices.IndexFunc(a.lines, func(l order.BatchLine) bool { return has(guids, l.GUID) })
	if i < 0 {
		return l, false
	}
	l = a.lines[i]
	a.lines, a.n = slices.Delete(a.lines, i, i+1), a.n-1
	return l, true
}

func has(guids []string, guid string) bool {
	return slices.ContainsFunc(guids, func(g string) bool { return g != "" && strings.EqualFold(g, guid) })
}

// kin is what the journal has to do with a line: the payment and what was done
// about it; the zero kin is nothing.
type kin struct {
	attempt order.Attempt
	follows []order.FollowUp
	// guids are those of the sales and holds that it made at the host.
	guids []string
}

// identify looks for what the journal has under the number of a line, or of what
// the line is about, and fills the number in.
func (c *proving) identify(ctx context.Context, l *order.BatchLine) (kin, error) {
	k, err := c.under(ctx, l.Number)
	if err != nil || k.known() {
		return k, err
	}
	row, err := c.look(ctx, l.Shelf, l.GUID)
	if err != nil {
		return k, err
	}
	l.Number = cmp.Or(l.Number, row.Number)
	if k, err = c.under(ctx, l.Number); err != nil || k.known() || row.Target == "" {
		return k, err
	}
	for _, s := range []order.Shelf{order.ShelfSales, order.ShelfHolds} {
		about, err := c.look(ctx, s, row.Target)
		if err != nil {
			return k, err
		}
		if k, err = c.under(ctx, about.Number); err != nil || k.known() {
			l.Number = cmp.Or(l.Number, about.Number)
			return k, err
		}
	}
	return k, nil
}

// look reads one row; an empty one where the host has none, or does not tell.
func (c *proving) look(ctx context.Context, s order.Shelf, guid string) (order.HostRow, error) {
	row, err := c.Host.Transaction(ctx, s, guid)
	switch {
	case errors.Is(err, order.ErrNotFound), errors.Is(err, order.ErrNoList):
		return order.HostRow{}, nil
	case err != nil:
		return row, errBusy
	}
	return row, nil
}

// under reads what the journal has under the number of a payment, or of what was
// done about one.
func (c *proving) under(ctx context.Context, number string) (k kin, err error) {
	if number == "" {
		return k, nil
	}
	found, err := c.Journal.Attempts(ctx, number)
	if err == nil && len(found) == 0 {
		var follows []order.FollowUp
		if follows, err = c.Journal.FollowUps(ctx, number); err == nil && len(follows) > 0 {
			found, err = c.Journal.Attempts(ctx, follows[0].Of)
		}
	}
	if err == nil && len(found) > 0 {
		k.attempt = found[0]
		k.follows, err = c.Journal.FollowsOf(ctx, k.attempt.Number)
	}
	if err != nil {
		return kin{}, journalError{err}
	}
	k.guids = []string{k.attempt.GUID}
	for _, f := range k.follows {
		k.guids = append(k.guids, f.Made)
	}
	return k, nil
}

func (k kin) known() bool { return k.attempt.Number != "" }

// done are the acts of a kind that were done.
func (k kin) done(act order.Act) (all []order.FollowUp) {
	for _, f := range k.follows {
		if f.Act == act && f.State == order.FollowDone {
			all = append(all, f)
		}
	}
	return all
}

// fate is what a line is that only the host has: a difference, or one of the fates
// above.
func (k kin) fate(l order.BatchLine) order.Difference {
	switch {
	case !k.known():
		return order.HostOnly
	case l.Shelf == order.ShelfSales:
		return k.sale(l)
	case l.Shelf == order.ShelfVoids:
		return k.void(l)
	case l.Shelf == order.ShelfReturns:
		return k.back(l)
	case has(k.guids, l.GUID):
		return fateKnown // a hold without money: captured, or released
	}
	return order.HostOnly
}

func (k kin) sale(l order.BatchLine) order.Difference {
	a := k.attempt
	mine, batch, amount := strings.EqualFold(a.GUID, l.GUID) && a.Kind == order.KindSale && a.State == order.Approved, a.Batch, a.Approved
	for _, f := range k.done(order.Capture) {
		if strings.EqualFold(f.Made, l.GUID) {
			mine, batch, amount = true, f.Batch, f.Amount
		}
	}
	voided := len(k.done(order.Void)) > 0
	switch {
	case mine && voided && l.Left != nil && l.Left.IsZero():
		return fateElsewhere
	case mine && !voided:
		return k.place(l, batch, amount)
	case mine:
		return order.HostOnly // the host does not have the void
	case a.State.Dead():
		return order.LateCharge
	case a.State == order.Approved && a.Kind == order.KindSale:
		return order.Twice
	case a.State == order.Approved:
		return order.CapturedThere
	}
	return order.HostOnly
}

// place is the fate of a sale or return that the journal has: in another batch, or
// in none that it knows.
func (k kin) place(l order.BatchLine, batch string, amount money.Amount) order.Difference {
	switch {
	case batch == "" && amount == l.Amount:
		return fateKnown
	case batch == "":
		return order.AmountDiffers
	case l.Loose:
		return fateElsewhere
	}
	return order.HostOnly
}

// void: what was taken back under a number that came to nothing has no line in
// the journal, and neither has the void of a hold of an earlier batch.
func (k kin) void(l order.BatchLine) order.Difference {
	for _, f := range k.done(order.Void) {
		if f.GUID == "" || strings.EqualFold(f.GUID, l.GUID) {
			return fateKnown
		}
	}
	switch {
	case k.attempt.State.Dead():
		return fateKnown
	case k.attempt.State == order.Approved:
		return order.VoidedThere
	}
	return order.HostOnly
}

func (k kin) back(l order.BatchLine) order.Difference {
	for _, f := range k.done(order.Return) {
		if strings.EqualFold(f.GUID, l.GUID) {
			return k.place(l, f.Batch, f.Amount)
		}
	}
	return order.ReturnedThere
}
