package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// The hour at which the batch is closed by itself, and the look at what the
// service closes by itself. Both ask the journal's own record what is due, so
// that a computer that slept or was off makes up for it once, and a clock that
// skips or repeats an hour changes nothing.
const (
	// hourPause is how long after a closing that was refused here it is tried
	// again, hourLongest how long at most after those that the host refused.
	hourPause   = 2 * time.Minute
	hourLongest = time.Hour
	// lookEvery is how often the service is asked whether it closed the batch,
	// lookSoon how often in the hours in which it does: it publishes no hour, but
	// settles at night by the clock of its country.
	lookEvery = time.Hour
	lookSoon  = 5 * time.Minute
	nightEnds = 3 // o'clock
	// followFor is how old a batch may be of which the closing is still looked for.
	followFor = 14 * 24 * time.Hour
)

// hourBook is what the engine knows of closings by the clock.
type hourBook struct {
	// wait is until when no closing is tried, tries how often the host refused it.
	wait    time.Time
	tries   int
	trouble Sentence
	// look is when the service is next asked whether it closed a batch.
	look time.Time
}

// waits reports that a moment is not reached. One that is further away than it was
// ever put off was put off by a clock that was wrong.
func waits(now, until time.Time, longest time.Duration) bool {
	left := until.Sub(now)
	return left > 0 && left <= longest
}

// closingView is what a snapshot shows of them. The caller holds the lock.
func (e *Engine) closingView() ClosingView {
	l := e.blockers(blockersShown, false)
	v := ClosingView{Blockers: l.all, More: l.more, Due: e.dueAt()}
	if e.hour.trouble.Format != "" {
		v.Trouble, v.Say = e.hour.trouble.String(), e.hour.trouble
	}
	return v
}

// dueAt is when the open batch is closed by itself, or should have been; zero
// without such an hour. A batch that was begun before the last such hour is due
// since then. The caller holds the lock.
func (e *Engine) dueAt() time.Time {
	if e.cfg.CloseAt < 0 || !e.cfg.Offer.Can(order.FeatureBatchClose) {
		return time.Time{}
	}
	last, next := e.cfg.Days.Around(e.now(), e.cfg.CloseAt)
	if e.sum.Totals.Sales+e.sum.Totals.Returns > 0 && e.sum.Opened.Before(last) {
		return last
	}
	return next
}

// CloseDue closes the batch where the hour of the settings has come, for nobody
// but the terminal. It is to be called every now and then. Where nothing is due
// the batch is zero; where something keeps it open, nothing is carried forward:
// Snapshot.Closing.Trouble says what it is, and it is tried again.
func (e *Engine) CloseDue(ctx context.Context) (order.Batch, error) {
	now := e.now()
	e.mu.Lock()
	due := e.dueAt()
	over := due.IsZero() || due.After(now)
	idle := over || len(e.batches) > 0 || waits(now, e.hour.wait, order.HardHorizon+hourLongest)
	cleared := over && e.hour.trouble.Format != ""
	if over {
		e.hour.wait, e.hour.tries, e.hour.trouble = time.Time{}, 0, Sentence{}
	}
	e.mu.Unlock()
	if cleared {
		e.publish()
	}
	if idle {
		return order.Batch{}, nil
	}
	late, err := e.lateClose(ctx, now)
	if err != nil {
		return order.Batch{}, e.readProblem(err)
	}
	if !late.IsZero() {
		e.putOff(late, nil)
		return order.Batch{}, nil
	}
	b, err := e.closeBatch(ctx, Closing{}, staff.Operator{ID: order.ActorTerminal}, true)
	e.putOff(now.Add(e.pause(b)), err)
	return b, err
}

// lateClose is until when the request of an earlier closing may still reach the
// host, zero where none does. A person may close again all the same; what closes
// by itself does not risk that the next batch is closed by it, too.
func (e *Engine) lateClose(ctx context.Context, now time.Time) (until time.Time, err error) {
	list, err := e.deps.Journal.Batches(ctx, now.Add(-order.HardHorizon), now.Add(order.HardHorizon))
	for _, b := range list {
		if order.LateClose(b, now) {
			until = b.Asked.Add(order.HardHorizon)
		}
	}
	return until, err
}

// pause is how long to wait behind a closing that came to nothing.
func (e *Engine) pause(b order.Batch) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if b.State != order.BatchNotClosed {
		return hourPause
	}
	e.hour.tries++
	return min(hourPause<<min(e.hour.tries, 8), hourLongest)
}

// putOff tells when a closing is tried again, and why it was not done. What will
// be over in a moment is no trouble.
func (e *Engine) putOff(until time.Time, err error) {
	e.change(func() bool {
		before := e.hour.trouble.String()
		e.hour.wait, e.hour.trouble = until, Sentence{}
		var p *Problem
		passing := !slices.ContainsFunc(e.blockers(0, false).all, func(b Blocker) bool { return b.MayCarry })
		if errors.As(err, &p) && p.Code != ProblemBatchEmpty && (p.Code != ProblemBatchBusy || !passing) {
			if e.hour.trouble = p.Say; p.Say.Format == "" {
				e.hour.trouble = Sentence{Format: p.Text}
			}
		}
		return before != e.hour.trouble.String()
	})
}
