package engine

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/order"
)

// What proves that a request is dead is time that passed since it left: by a
// clock that somebody set, nothing is proven. The clock of the day is held
// against one that nobody sets, and where it was moved, every wait that it
// measured begins anew, durably, before anything else is concluded. Between
// two starts there is no such witness; there the clock of the day is believed,
// unless the journal is ahead of it.

// clockSlack is how far the clock of the day may drift before it counts as
// set. The horizons have more to spare.
const clockSlack = time.Minute

// clockWatch is what the engine knows of the clock of the day.
type clockWatch struct {
	day    time.Time
	steady time.Duration
	moves  int
	// waits are the ids of what was measured by the clock as it was before: due
	// now, until it is measured anew.
	waits map[string]bool
}

// watchClock notices that the clock was set, and tells how often it has been.
func (e *Engine) watchClock() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeClock()
	return e.clock.moves
}

// MindClock notices that the clock was set, and has the waits begin anew. It is
// to be called every now and then; whatever judges by the clock does so, too.
func (e *Engine) MindClock() { e.watchClock() }

// noticeClock is watchClock for who holds the lock.
func (e *Engine) noticeClock() {
	day, steady := e.now(), e.deps.Clock.Steady()
	drift := day.Round(0).Sub(e.clock.day.Round(0)) - (steady - e.clock.steady)
	if e.clock.waits != nil && drift.Abs() <= clockSlack {
		return
	}
	moved := e.clock.waits != nil
	e.clock.day, e.clock.steady = day, steady
	if !moved {
		e.clock.waits = map[string]bool{}
		return
	}
	e.clock.moves++
	nudge(e.wakeRecovery)
	nudge(e.wakeCodes)
	e.deps.Log.Warn("the clock of this computer was set", "by", drift)
	e.remeasure(func(...time.Time) bool { return true })
}

// remeasure marks what has times of which something is true: its waits begin
// anew. The caller holds the lock.
func (e *Engine) remeasure(wrong func(times ...time.Time) bool) {
	for _, a := range e.live {
		if a.State != order.Sending && wrong(a.Since, a.LastTry, a.QuietSince) {
			e.clock.waits[a.Number] = true
		}
	}
	for _, f := range e.follows {
		if f.State != order.FollowSending && wrong(f.Since, f.LastTry, f.QuietSince) {
			e.clock.waits[f.ID] = true
		}
	}
	for _, q := range e.codes.open {
		if !q.State.Final() && wrong(q.Since, q.LastTry, q.QuietSince) {
			e.clock.waits[q.ID] = true
		}
	}
	for _, r := range e.codes.refunds {
		if wrong(r.Since, r.LastTry, r.QuietSince) {
			e.clock.waits[r.ID] = true
		}
	}
	for _, b := range e.batches {
		if wrong(b.Asked, b.LastTry) {
			e.clock.waits[b.ID] = true
		}
	}
	for _, j := range e.jobs.byID {
		if wrong(j.Due) {
			e.clock.waits[j.ID] = true
		}
	}
	for kind, until := range e.jobs.hold {
		if wrong(until) {
			delete(e.jobs.hold, kind)
		}
	}
	for _, s := range e.stored.waiting {
		if wrong(s.Created, s.LastTry) {
			e.clock.waits[s.ID] = true
		}
	}
	for _, f := range e.bills.open {
		e.hasten(f, func(f order.FollowUp) bool { return wrong(f.Since) })
	}
	for k, w := range e.recent {
		if wrong(w.at) {
			e.recent[k] = wired{at: e.now(), number: w.number, before: e.now()}
		}
	}
}

// ahead marks what the journal has from a later time than it is now: the clock
// was set back between two starts. The caller holds the lock.
func (e *Engine) ahead() {
	e.noticeClock()
	limit := e.now().Add(clockSlack)
	e.remeasure(func(times ...time.Time) bool {
		for _, t := range times {
			if t.After(limit) {
				return true
			}
		}
		return false
	})
}

// remeasured ends the mark of an attempt, follow-up, code or refund and reports whether there
// was one. That of anything else ends with its next commit.
func (e *Engine) remeasured(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	marked := e.clock.waits[id]
	delete(e.clock.waits, id)
	return marked
}

// beginAnew makes durable that the waits of an attempt or follow-up begin anew.
func (e *Engine) beginAnew(ctx context.Context, id string, follow bool) error {
	var err error
	if follow {
		_, err = e.applyFollow(ctx, id, order.ClockMoved{}, nil)
	} else {
		_, err = e.apply(ctx, id, order.ClockMoved{}, nil)
	}
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // it moved on
	}
	if err != nil {
		e.mu.Lock()
		e.clock.waits[id] = true
		e.mu.Unlock()
	}
	return err
}
