// Package due runs what is due: the next step of a payment that is not at its
// end, the next try at a receipt. It keeps nothing itself; what is pending and
// when lies in the journal, so that a restart goes on where a crash stopped.
// It decides nothing either: the worker knows what a step means.
package due

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"paydesk/terminal/clock"
)

// Item is one piece of work and the moment from which it may be done.
type Item struct {
	ID  string
	Due time.Time
}

// Worker is whose work is run. Its methods are called from several
// goroutines, but never twice at once for one id.
type Worker interface {
	// Pending lists all that is to be done, now or later. It does not block.
	Pending() []Item
	// Do makes one step and records it, so that Pending changes. An error is
	// logged; the item is tried again a second later.
	Do(ctx context.Context, id string) error
	// Wake is signalled when Pending has something new.
	Wake() <-chan struct{}
}

// retryAfter is the pause behind a step that failed to be recorded.
const retryAfter = time.Second

// Runner runs the work of one worker.
type Runner struct {
	Worker Worker
	Clock  clock.Clock
	Log    *slog.Logger
	// Limit is how many steps may be under way at once; 0 means 1.
	Limit int
}

// Run does what is due, the longest overdue first, until ctx ends. It returns
// when the last step has ended.
func (r Runner) Run(ctx context.Context) {
	limit := max(r.Limit, 1)
	running := map[string]bool{}
	resting := map[string]time.Time{}
	done := make(chan result)
	for ctx.Err() == nil {
		pending := r.Worker.Pending()
		now := r.Clock.Now() // behind Pending: what is due at once says so by its own look at the clock
		var next time.Time
		slices.SortFunc(pending, func(a, b Item) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
		for _, item := range pending {
			due := later(item.Due, resting[item.ID])
			switch {
			case running[item.ID]:
			case due.After(now):
				next = earlier(next, due)
			case len(running) < limit:
				running[item.ID] = true
				delete(resting, item.ID)
				go func() { done <- result{item.ID, r.Worker.Do(ctx, item.ID)} }()
			}
		}
		select {
		case <-ctx.Done():
		case <-r.Worker.Wake():
		case <-r.timer(next, now):
		case ended := <-done:
			delete(running, ended.id)
			if ended.err != nil {
				r.Log.Warn("step failed", "id", ended.id, "err", ended.err)
				resting[ended.id] = r.Clock.Now().Add(retryAfter)
			}
		}
	}
	for range running {
		<-done
	}
}

type result struct {
	id  string
	err error
}

// timer is a channel that fires at next; nil, which never fires, without one.
func (r Runner) timer(next, now time.Time) <-chan time.Time {
	if next.IsZero() {
		return nil
	}
	return r.Clock.After(next.Sub(now))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
