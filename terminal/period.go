package terminal

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"paydesk/terminal/order"
)

// How a period is grouped.
const (
	ByDay   = "day"
	ByMonth = "month"
)

// Period is the figures of the business days from from to to, both included, by day
// or by month: each movement by its own time, whichever Z report it is in. Days
// without any are left out.
func (t *Terminal) Period(ctx context.Context, from, to order.Day, by string) ([]order.Stretch, error) {
	if by != ByDay && by != ByMonth {
		return nil, fmt.Errorf("%q is no way to group a period: write %s or %s", by, ByDay, ByMonth)
	}
	days, unit := t.Day(), t.Settings().Money.Currency
	name := func(d order.Day) order.Day {
		if by == ByMonth {
			return order.Day(d.Month())
		}
		return d
	}
	tallies := map[order.Day]*order.Tally{}
	tally := func(d order.Day) *order.Tally {
		if tallies[d] == nil {
			tallies[d] = order.NewTally(unit, days)
		}
		return tallies[d]
	}
	for m, err := range t.MovementsOf(ctx, from, to) {
		if err == nil {
			err = tally(name(days.Of(m.At))).Add(m)
		}
		if err != nil {
			return nil, err
		}
	}
	zs, err := t.Zs(ctx, from, to)
	if err != nil {
		return nil, err
	}
	numbers := map[order.Day][]int{}
	for _, z := range zs {
		d := name(z.Day)
		tally(d)
		numbers[d] = append(numbers[d], z.Number)
	}
	var all []order.Stretch
	for _, d := range slices.Sorted(maps.Keys(tallies)) {
		all = append(all, order.Stretch{Day: d, Figures: tallies[d].Figures(), Zs: numbers[d]})
	}
	return all, nil
}

// MovementsOf are the movements of the business days from from to to, both included,
// in the order of their events.
func (t *Terminal) MovementsOf(ctx context.Context, from, to order.Day) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		begin, end, err := t.bounds(from, to)
		if err != nil {
			yield(order.Movement{}, err)
			return
		}
		behind, last, err := t.journal.Span(ctx, begin, end)
		if err != nil {
			yield(order.Movement{}, err)
			return
		}
		if last <= behind {
			return
		}
		for m, err := range t.journal.Movements(ctx, behind, last) {
			if within := !m.At.Before(begin) && m.At.Before(end); (within || err != nil) && !yield(m, err) {
				return
			}
		}
	}
}
