package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// commit writes entries and, once they are durable, shows them.
func (e *Engine) commit(ctx context.Context, entries ...order.Entry) error {
	return e.commitMade(ctx, func() ([]order.Entry, error) { return entries, nil })
}

// commitMade is commit of what is made while nothing else is committed. Where
// that fails, nothing is.
func (e *Engine) commitMade(ctx context.Context, make func() ([]order.Entry, error)) error {
	reload, err := e.record(ctx, make)
	switch {
	case err == nil:
	case errors.Is(err, order.ErrConflict) || errors.As(err, new(*Problem)):
		return err
	case errors.Is(err, order.ErrFull):
		e.setPart(partJournal, Part{HealthTrouble, textDisk})
		return &Problem{Code: ProblemDisk, Text: textDisk, Err: err}
	default:
		e.deps.Log.Error("journal failed", "err", err)
		e.setPart(partJournal, Part{HealthTrouble, textStorage})
		return &Problem{Code: ProblemStorage, Text: textStorage, Err: err}
	}
	if reload {
		if sum, err := e.deps.Journal.OpenBatch(ctx); err == nil {
			e.mu.Lock()
			if e.sum.GUID != "" && sum.GUID != "" && sum.GUID != e.sum.GUID {
				e.hour.look = time.Time{} // the service began another one: the last is closed
			}
			e.sum = sum
			e.mu.Unlock()
		}
	}
	if e.publish(); e.cancelling() {
		nudge(e.wakeRecovery)
	}
	return nil
}

func (e *Engine) record(ctx context.Context, make func() ([]order.Entry, error)) (reload bool, err error) {
	e.commits.Lock()
	defer e.commits.Unlock()
	entries, err := make()
	if err == nil {
		entries, err = e.inShift(ctx, entries)
	}
	if err != nil {
		return false, err
	}
	entries, bills := e.settled(entries)
	entries = e.papers(entries, bills)
	if err := e.deps.Journal.Commit(ctx, entries...); err != nil {
		return false, err
	}
	return e.absorb(entries, bills), nil
}

// absorb brings the engine's own picture up to date with committed entries.
// It reports whether the open batch must be read anew.
func (e *Engine) absorb(entries []order.Entry, bills map[string]order.BillFacts) (reload bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bills.put(bills)
	for _, entry := range entries {
		switch o := entry.Object.(type) {
		case order.Attempt:
			e.noteAlike(o)
			if !o.Stored { // those are listed as such, and nobody waits for them
				e.tell(e.live[o.Number], o)
				if e.last == nil || e.last.Number != o.Number {
					e.lastWith = nil
				}
				e.last = &o
			}
			e.live[o.Number] = o
			e.snap.Changed++
			if o.State.Final() {
				delete(e.live, o.Number)
			}
			if o.State == order.Approved {
				reload = !e.addToBatch(o) || reload
			}
		case order.Stored:
			delete(e.clock.waits, o.ID)
			e.stored.put(o)
		case order.SealKey:
			e.keys[o.ID] = o
			if !o.Destroyed.IsZero() {
				delete(e.keys, o.ID)
			}
		case order.QR:
			e.noteCode(o)
		case order.Refund:
			e.noteRefund(o)
		case order.FollowUp:
			e.noteFollow(o)
			reload = reload || o.State == order.FollowDone
		case order.Job:
			delete(e.clock.waits, o.ID)
			e.noteJob(o)
		case order.Batch:
			delete(e.clock.waits, o.ID)
			e.batches[o.ID] = o
			if o.State == order.BatchClosed || o.State == order.BatchNotClosed {
				delete(e.batches, o.ID)
				reload = true
			}
		case order.Shift:
			e.noteShift(o)
		case order.Reconciliation:
			e.recon, e.shownRecon = o, nil
		case order.Proof:
			e.snap.Changed++ // it may have been made while somebody waits for it
		case staff.Operator:
			if e.operator != nil && e.operator.ID == o.ID {
				e.operator = &o
			}
		}
	}
	return reload
}

// noteFollow takes up a follow-up that was committed.
func (e *Engine) noteFollow(f order.FollowUp) {
	e.snap.Changed++
	e.followNews = slices.DeleteFunc(e.followNews, func(old order.FollowUp) bool { return old.ID == f.ID })
	if e.follows[f.ID].State == order.FollowUnknown && (f.State.Final() || f.State == order.FollowReview) {
		e.followNews = append(e.followNews, f)
	}
	e.follows[f.ID] = f
	if f.State.Final() {
		delete(e.follows, f.ID)
	}
	if e.last != nil && e.last.Number == f.Of {
		with := slices.DeleteFunc(slices.Clone(e.lastWith), func(old order.FollowUp) bool { return old.ID == f.ID })
		e.lastWith = append(with, f)
	}
}

// tell makes news of an attempt that was in doubt and is no longer.
func (e *Engine) tell(before, now order.Attempt) {
	e.news = slices.DeleteFunc(e.news, func(a order.Attempt) bool { return a.Number == now.Number })
	doubt := before.State == order.Unknown || before.State == order.Reversing || before.State == order.Quarantine || before.State == order.OrphanReturn
	if doubt && (now.State.Final() || now.State == order.PartApproved || now.State == order.Review) {
		e.news = append(e.news, now)
	}
}

// addToBatch adds an approved sale to the open batch, if it belongs there.
func (e *Engine) addToBatch(a order.Attempt) bool {
	if a.Batch == "" || a.Batch != e.sum.GUID {
		return false
	}
	if a.Kind == order.KindAuth {
		return true // a hold does not count
	}
	total, err := e.sum.Totals.SaleAmount.Add(a.Approved)
	if err != nil {
		return false
	}
	e.sum.Totals.Sales++
	e.sum.Totals.SaleAmount = total
	return true
}
