// Package reconcile holds the journal against the host's own rows of this
// device: every sale and hold by its number, every void, return and capture by
// its guid. What stands at the host for a number of this installation that the
// journal knows to be dead is taken back; everything else is only listed.
//
// It is the net under the horizons: a request that lives longer than they allow
// for turns up here. It decides nothing about an attempt: the rules of the
// order package do, and the engine carries them out.
package reconcile

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// Journal is what a comparison reads here.
type Journal interface {
	// Attempts, FollowUps and FollowsOf read what there is under some numbers.
	Attempts(ctx context.Context, numbers ...string) ([]order.Attempt, error)
	FollowUps(ctx context.Context, ids ...string) ([]order.FollowUp, error)
	FollowsOf(ctx context.Context, numbers ...string) ([]order.FollowUp, error)
	// Numbers reads the numbers of a page of attempts, newest first, FollowsBetween a
	// page of follow-ups of a period.
	Numbers(ctx context.Context, from, to time.Time, before string, limit int) ([]string, error)
	FollowsBetween(ctx context.Context, from, to time.Time, after string, limit int) ([]order.FollowUp, error)
	// Oldest is when the first attempt was made, zero without one.
	Oldest(ctx context.Context) (time.Time, error)
	// Reconciliation is the newest one, or order.ErrNotFound.
	Reconciliation(ctx context.Context) (order.Reconciliation, error)
	// Restored: the journal was put back, and not compared since.
	Restored() bool
}

// Host is what a comparison asks the host.
type Host interface {
	// Rows streams the rows of a shelf that were made about then, in any order.
	// A stream without an error came whole; order.ErrNoList says that there is
	// no such list.
	Rows(ctx context.Context, device string, s order.Shelf, from, to time.Time) iter.Seq2[order.HostRow, error]
	// Find and FindFollow ask for the rows of one number.
	Find(ctx context.Context, r order.CardRequest) order.Finding
	FindFollow(ctx context.Context, r order.FollowRequest) order.Finding
}

// Desk is who acts on what a comparison finds.
type Desk interface {
	// TakeBack voids or returns what the host's row stands for. It fails with
	// order.ErrNotAllowed where there is nothing to take back, or it is under
	// way.
	TakeBack(ctx context.Context, number string, row order.Evidence, closed bool) error
	// Look has an attempt looked at now that is still being settled.
	Look(ctx context.Context, number string) error
	// Record makes a comparison durable and shows it.
	Record(ctx context.Context, r order.Reconciliation) error
	// Unsettled is when the oldest thing was begun that is not at its end, an
	// open batch included; zero without one.
	Unsettled() time.Time
	// HostUp reports whether the host answered when it was last asked.
	HostUp() bool
}

const (
	// settleIn is how long after the start the first comparison is made: what
	// the last run left open is asked for first.
	settleIn = 10 * time.Second
	// every is how often one is made, again how soon after one that was not
	// complete, and poll how often an absent host is asked for.
	every = time.Hour
	again = 2 * time.Minute
	poll  = 15 * time.Second
)

// Runner makes comparisons: soon after the start, every hour, and when asked.
// Its fields are set before use. It is safe for many goroutines.
type Runner struct {
	Journal Journal
	Host    Host
	Desk    Desk
	Clock   clock.Clock
	Log     *slog.Logger
	// Device is the host's guid of this device, "" before it is set up.
	Device func() string
	// Nonce is that of this installation's numbers, Earlier are those that it
	// had before its journal was put back.
	Nonce   string
	Earlier []string
	NewID   func() string

	turn chan struct{} // holds one token while a comparison runs
	asks chan string
}

// New readies a runner.
func New(r Runner) *Runner {
	r.turn, r.asks = make(chan struct{}, 1), make(chan string, 1)
	return &r
}

// Ask has a comparison made soon, in the background. It returns at once.
func (r *Runner) Ask(why string) {
	select {
	case r.asks <- why:
	default:
	}
}

// Run makes comparisons until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	why, pause := order.WhyStart, settleIn
	if r.Journal.Restored() {
		why, pause = order.WhyRestored, 0
	}
	if last, err := r.Journal.Reconciliation(ctx); err == nil && pause > 0 {
		pause = max(pause, last.Reached.Add(order.SearchLag).Sub(r.Clock.Now())) // it was just made
	}
	for {
		select {
		case <-ctx.Done():
			return
		case why = <-r.asks:
		case <-r.Clock.After(pause):
		}
		waiting := r.Journal.Restored() // for the first comparison, before which nothing is sold
		if r.Device() == "" || !waiting && !r.Desk.HostUp() {
			pause = poll
			continue
		}
		if pause = again; waiting {
			pause = poll
		}
		got, err := r.Compare(ctx, why, time.Time{}, time.Time{})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.Log.Warn("comparison with the host failed", "err", err)
		case got.Complete:
			why, pause = order.WhyHourly, every
		}
	}
}

// Compare makes one comparison now, of a period or, where that is zero, of all
// that is not known to agree. Where not all could be compared the result says
// so; the error is that it could not be made, or not be recorded.
func (r *Runner) Compare(ctx context.Context, why string, from, to time.Time) (order.Reconciliation, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return order.Reconciliation{}, ctx.Err()
	}
	last, err := r.Journal.Reconciliation(ctx)
	if err != nil && !errors.Is(err, order.ErrNotFound) {
		return order.Reconciliation{}, err
	}
	if !strings.EqualFold(last.Device, r.Device()) {
		last.Reached = time.Time{} // it was about another device
	}
	oldest, err := r.Journal.Oldest(ctx)
	if err != nil {
		return order.Reconciliation{}, err
	}
	now := r.Clock.Now()
	whole := since(now, last.Reached, r.Desk.Unsettled(), oldest, r.Journal.Restored())
	got := order.Reconciliation{ID: r.NewID(), Version: last.Version + 1, Why: why, Device: r.Device(), Reached: last.Reached,
		From: from, To: to, Began: now}
	if from.IsZero() {
		got.From = whole
	}
	if to.IsZero() {
		got.To = now
	}
	if got.Device == "" {
		return got, errors.New("no device is set up yet. Run: paydesk setup")
	}
	trouble := r.begin(&got).run(ctx)
	if err := ctx.Err(); err != nil {
		return got, err
	}
	if got.Ended, got.Complete = r.Clock.Now(), trouble == nil; got.Complete {
		if !got.From.After(whole) && !got.To.Before(now) {
			got.Reached = now
		}
	} else {
		got = unfinished(got, last, trouble)
	}
	if same(got, last) {
		return got, nil
	}
	return got, r.Desk.Record(ctx, got)
}

// unfinished is a comparison that came to no end. What the last one found still
// stands, and what this one found is seen by the next.
func unfinished(got, last order.Reconciliation, trouble error) order.Reconciliation {
	got.Trouble = trouble.Error()
	got.Counts, got.Found, got.Digest, got.Unlisted = last.Counts, last.Found, last.Digest, last.Unlisted
	return got
}

// same reports that one more comparison came to no end for the same reason:
// once in the journal is enough.
func same(got, last order.Reconciliation) bool {
	return !got.Complete && !last.Complete && got.Trouble == last.Trouble && last.Version > 0
}
