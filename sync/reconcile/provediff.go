package reconcile

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// pair is what both sides have under one guid.
type pair struct{ here, there []order.BatchLine }

// alone are lines that only one side has. Beyond most of them they are counted.
type alone struct {
	lines []order.BatchLine
	n     int
}

func (a *alone) add(l order.BatchLine) {
	if a.n++; len(a.lines) < most {
		a.lines = append(a.lines, l)
	}
}

// differences names what is not the same on both sides.
func (c *proving) differences(ctx context.Context) error {
	parts, same := apart(c.here, c.there)
	c.proof.Matched = same
	var ours, theirs alone
	for _, part := range parts {
		if err := c.slice(ctx, part, &ours, &theirs); err != nil {
			return err
		}
	}
	err := c.strangers(ctx, theirs.lines, &ours)
	for _, l := range ours.lines {
		m := c.mismatch(order.LocalOnly, l)
		m.Here = some(l.Amount)
		c.found(m)
	}
	c.proof.More += max(0, ours.n-most) + max(0, theirs.n-most)
	slices.SortFunc(c.proof.Found, func(a, b order.Mismatch) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.GUID, b.GUID), cmp.Compare(a.What, b.What))
	})
	return err
}

// found lists a difference. Where the list is full, what alarms takes the place of
// what does not.
func (c *proving) found(m order.Mismatch) {
	if len(c.proof.Found) < order.MaxMismatches {
		c.proof.Found = append(c.proof.Found, m)
		return
	}
	c.proof.More++
	if i := slices.IndexFunc(c.proof.Found, func(f order.Mismatch) bool { return !f.Alarm() }); m.Alarm() && i >= 0 {
		c.proof.Found[i] = m
	}
}

func (c *proving) mismatch(what order.Difference, l order.BatchLine) order.Mismatch {
	return order.Mismatch{What: what, Shelf: l.Shelf, Number: l.Number, GUID: l.GUID, Last4: l.Last4, Origin: c.origin(l.Number), At: l.At}
}

func (c *proving) origin(number string) order.Origin {
	switch nonce := id.Nonce(number); {
	case nonce == "":
		return order.OriginOther
	case nonce == c.Nonce:
		return order.OriginOwn
	case slices.Contains(c.Earlier, nonce):
		return order.OriginEarlier
	}
	return order.OriginOther
}

// slice reads some buckets of both sides again and compares them line by line.
func (c *proving) slice(ctx context.Context, part []int, ours, theirs *alone) error {
	wanted := make(map[int]bool, len(part))
	for _, i := range part {
		wanted[i] = true
	}
	pairs := map[string]*pair{}
	of := func(key string) *pair {
		if pairs[key] == nil {
			pairs[key] = &pair{}
		}
		return pairs[key]
	}
	keepHere := func(key string, l order.BatchLine) { p := of(key); p.here = append(p.here, l) }
	keepThere := func(key string, l order.BatchLine) { p := of(key); p.there = append(p.there, l) }
	if err := reread(c.local(ctx), c.here, wanted, keepHere); err != nil {
		return err
	}
	if err := reread(c.remote(ctx), c.there, wanted, keepThere); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	keys := make([]string, 0, len(pairs))
	for key := range pairs {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if err := c.hold(pairs[key], ours, theirs); err != nil {
			return err
		}
	}
	return nil
}

// reread keeps the lines of some buckets, which have to be those of the first
// reading.
func reread(lines iter.Seq2[order.BatchLine, error], before *side, wanted map[int]bool, keep func(key string, l order.BatchLine)) error {
	now := make(map[int]*bucket, len(wanted))
	for i := range wanted {
		now[i] = &bucket{}
	}
	for l, err := range lines {
		if err != nil {
			return err
		}
		key := lineKey(l)
		i := bucketOf(key)
		if !wanted[i] {
			continue
		}
		if now[i].put(key, l); now[i].n > before.buckets[i].n {
			return errChanged
		}
		keep(key, l)
	}
	for i, b := range now {
		if *b != before.buckets[i] {
			return errChanged
		}
	}
	return nil
}

// hold compares what both sides have under one guid.
func (c *proving) hold(p *pair, ours, theirs *alone) error {
	n := min(len(p.here), len(p.there))
	for i := range n {
		here, there := p.here[i], p.there[i]
		switch {
		case here.Amount == there.Amount:
			c.proof.Matched++
		case there.Left != nil && there.Left.Minor <= here.Amount.Minor && here.Amount.Minor <= there.Amount.Minor:
			// The list tells what was asked for and what is left, and not what was
			// granted: it is between the two.
			c.proof.Matched++
			if err := errors.Join(add(&c.proof.Host, there, -1), add(&c.proof.Host, here, 1)); err != nil {
				return err
			}
		default:
			m := c.mismatch(order.AmountDiffers, here)
			m.Here, m.There = some(here.Amount), some(there.Amount)
			c.found(m)
		}
	}
	for _, l := range p.here[n:] {
		ours.add(l)
	}
	for _, l := range p.there[n:] {
		if n == 0 && len(p.there) == 1 {
			theirs.add(l)
			continue
		}
		if l.Loose { // pages of a search move while others come in
			c.proof.Rows--
			if err := add(&c.proof.Host, l, -1); err != nil {
				return err
			}
			continue
		}
		m := c.mismatch(order.Twice, l)
		if n > 0 {
			m.Number, m.Origin, m.Here = p.here[0].Number, c.origin(p.here[0].Number), some(p.here[0].Amount)
		}
		m.There = some(l.Amount)
		c.found(m)
	}
	return nil
}
