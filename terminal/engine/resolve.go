package engine

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/order"
)

// Work is something that the terminal has to do by itself, and when.
type Work struct {
	ID  string
	Due time.Time
}

// PendingPayments lists the attempts, follow-ups, batch closings and bills
// that have a next action, for the scheduler that calls ResolvePayment.
func (e *Engine) PendingPayments() []Work {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeClock()
	var work []Work
	now := e.now()
	for _, a := range e.live {
		if a.State == order.Sending && !e.busy[a.Order] {
			work = append(work, Work{a.Number, a.Since})
		}
		if e.clock.waits[a.Number] {
			work = append(work, Work{a.Number, now})
		} else if act, due := order.Next(a); act != order.DoNothing {
			work = append(work, Work{a.Number, due})
		}
	}
	for _, f := range e.follows {
		if f.State == order.FollowSending && !e.busy[followLock(f)] {
			work = append(work, Work{f.ID, f.Since})
		}
		if e.clock.waits[f.ID] {
			work = append(work, Work{f.ID, now})
		} else if act, due := order.NextFollow(f); act != order.DoNothing {
			work = append(work, Work{f.ID, due})
		}
	}
	for _, b := range e.batches {
		if due, ask := order.NextBatch(b); ask && !e.busy[b.ID] {
			if e.clock.waits[b.ID] {
				due = now
			}
			work = append(work, Work{b.ID, due})
		}
	}
	for id, f := range e.bills.open {
		if _, due, ok := e.nextUndo(f); ok {
			work = append(work, Work{id, due})
		}
	}
	return work
}

// PaymentsWake is signalled when PendingPayments has something new.
func (e *Engine) PaymentsWake() <-chan struct{} { return e.wakeRecovery }

// ResolvePayment does the next action for an attempt, a follow-up, a batch
// closing or a bill. What it may do was decided by the rules; it only carries out and
// records.
func (e *Engine) ResolvePayment(ctx context.Context, id string) error {
	e.mu.Lock()
	a, isAttempt := e.live[id]
	f, isFollow := e.follows[id]
	b, isBatch := e.batches[id]
	_, isBill := e.bills.open[id]
	e.noticeClock()
	e.mu.Unlock()
	if (isAttempt || isFollow) && e.remeasured(id) {
		return e.beginAnew(ctx, id, isFollow)
	}
	switch {
	case isAttempt:
		return e.resolveAttempt(ctx, a)
	case isFollow:
		return e.resolveFollow(ctx, f)
	case isBatch:
		return e.resolveBatch(ctx, b)
	case isBill:
		return e.resolveBill(ctx, id)
	}
	return nil
}

func (e *Engine) resolveAttempt(ctx context.Context, a order.Attempt) error {
	if a.State == order.Sending {
		return e.resolveUnsaved(ctx, a)
	}
	var ev order.Event
	var note any
	switch act, _ := order.Next(a); act {
	case order.DoGiveUp:
		ev = order.WaitOver{}
	case order.DoQuery:
		moves, started := e.watchClock(), e.now()
		f := e.deps.Host.Find(ctx, a.Request())
		f.Started = started
		if e.watchClock() != moves {
			f = order.Finding{Started: started, Failed: true}
		}
		ev, note = order.Probed{Finding: f}, f
		e.noteAnswered(!f.Failed)
	case order.DoReverse:
		answer := e.deps.Host.Reverse(ctx, a.Request())
		ev, note = order.ReversalReplied{Answer: answer}, answer
		e.noteAnswered(answer != order.ReversalNoAnswer)
	case order.DoReturn:
		return e.returnOrphan(ctx, a.Number)
	default:
		return nil
	}
	_, err := e.apply(ctx, a.Number, ev, note)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // it moved on while the host was asked: the answer is void
	}
	return err
}

// resolveUnsaved takes up an attempt whose exchange is over and whose outcome
// could not be saved: what the host said is lost, so the host is asked.
func (e *Engine) resolveUnsaved(ctx context.Context, a order.Attempt) error {
	if !e.claim(a.Order) {
		return nil // it is being charged
	}
	defer e.unclaim(a.Order)
	_, err := e.apply(ctx, a.Number, order.Replied{Evidence: order.Evidence{Stage: order.NoAnswer}}, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil
	}
	return err
}

func (e *Engine) noteAnswered(ok bool) {
	if ok {
		e.noteStage(order.Answered)
	} else {
		e.noteStage(order.NoAnswer)
	}
}

// resolveBatch asks the host for the batch of the closing's witness.
func (e *Engine) resolveBatch(ctx context.Context, b order.Batch) error {
	if !e.claim(b.ID) {
		return nil
	}
	defer e.unclaim(b.ID)
	if b.State == order.BatchClosing {
		b.Tries++ // the answer was lost with the program that had asked
	}
	_, err := e.endBatch(ctx, b, e.deps.Host.BatchOf(ctx, b.Witness))
	return err
}
