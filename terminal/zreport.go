package terminal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// WriteZ writes the Z report of all since the last one: see engine.Engine.WriteZ.
// The batches that were closed since are proven first, where the host can be
// asked and they were not.
func (t *Terminal) WriteZ(ctx context.Context, progress func(done, total int64)) (order.ZReport, error) {
	err := t.Engine.May(staff.Sell)
	if err == nil {
		err = t.MayWriteZ(ctx)
	}
	if err == nil {
		err = t.proveMissing(ctx)
	}
	if err != nil {
		return order.ZReport{}, err
	}
	return t.Engine.WriteZ(ctx, progress)
}

// proveMissing proves the batches that were closed since the last Z report and of
// which there is no whole proof.
func (t *Terminal) proveMissing(ctx context.Context) error {
	last, err := t.journal.LastZ(ctx)
	if err != nil && !errors.Is(err, order.ErrNotFound) {
		return proofStorage(err)
	}
	head, _, err := t.journal.Head(ctx)
	if err != nil {
		return proofStorage(err)
	}
	closed, err := t.journal.BatchesClosed(ctx, last.To, head.Seq)
	if err != nil {
		return proofStorage(err)
	}
	for _, b := range closed {
		p, err := t.ProofOf(ctx, b.ID)
		switch {
		case err == nil && p.Complete:
			continue
		case err != nil && !errors.Is(err, order.ErrNotFound):
			return proofStorage(err)
		}
		if _, err := t.prove(ctx, b, nil); err != nil {
			return err
		}
	}
	return nil
}

// ZID is the id of a Z report by its number.
func (t *Terminal) ZID(number int) string { return order.ZID(number) }

// Z reads a Z report.
func (t *Terminal) Z(ctx context.Context, number int) (order.ZReport, error) {
	z, err := t.journal.Z(ctx, order.ZID(number))
	if errors.Is(err, order.ErrNotFound) {
		err = fmt.Errorf("there is no Z report %d in this terminal's journal: check the number (%w)", number, err)
	}
	return z, err
}

// Zs lists the Z reports that were written on the business days from from to to,
// both included, oldest first.
func (t *Terminal) Zs(ctx context.Context, from, to order.Day) ([]order.ZReport, error) {
	begin, end, err := t.bounds(from, to)
	if err != nil {
		return nil, err
	}
	return t.journal.Zs(ctx, begin, end)
}

var errPeriod = &engine.Problem{Code: "day", Text: "These are not the first and the last day of a period. Write them as 2026-11-22, the earlier one first."}

// bounds are the first moment of a business day, and the first one behind another.
func (t *Terminal) bounds(from, to order.Day) (begin, end time.Time, err error) {
	if begin, err = t.Day().Begins(from); err == nil {
		end, err = t.Day().Ends(to)
	}
	if err != nil || from > to {
		return begin, end, errPeriod
	}
	return begin, end, nil
}

// Day tells the shop's business days apart.
func (t *Terminal) Day() order.Days { return t.days(t.Settings()) }
