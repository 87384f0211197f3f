package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"paydesk/terminal/order"
)

// FollowSettlement finds out which batches the service closed by itself, and
// records each in the form of a closing. It is to be called every now and then: it
// asks the service once an hour, every few minutes in the hours in which that
// settles, and at once where a payment was put into another batch. It returns what
// it found closed.
func (e *Engine) FollowSettlement(ctx context.Context) (closed []order.Batch, err error) {
	now := e.now()
	if e.compared() != nil || !e.looks(now) {
		return nil, nil
	}
	guids, err := e.deps.Journal.Unclosed(ctx, now.Add(-followFor))
	for _, guid := range guids {
		if err != nil || ctx.Err() != nil {
			break
		}
		var b order.Batch
		if b, err = e.followBatch(ctx, guid); b.ID != "" {
			closed = append(closed, b)
		}
	}
	if err != nil && !errors.As(err, new(*Problem)) {
		err = e.readProblem(err)
	}
	return closed, err
}

// looks reports that it is time to ask, and puts off the next time. While
// something is being settled that may be in the batch, its sum is not known yet.
func (e *Engine) looks(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if waits(now, e.hour.look, lookEvery) || len(e.batches) > 0 || len(e.busy) > 0 || !e.lost.IsZero() || e.settling() {
		return false
	}
	e.hour.look = nextLook(now)
	return true
}

// settling reports that a payment or follow-up will come to its end by itself. The
// caller holds the lock.
func (e *Engine) settling() bool {
	for _, a := range e.live {
		if a.State != order.Review && a.State != order.PartApproved && a.Parked == "" {
			return true
		}
	}
	for _, f := range e.follows {
		if f.State != order.FollowReview && f.Parked == "" {
			return true
		}
	}
	return false
}

// eastern is the clock by which the service settles.
var eastern = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		zone = time.FixedZone("EST", -5*60*60)
	}
	return zone
})

// nextLook is when the service is asked again.
func nextLook(now time.Time) time.Time {
	there := now.In(eastern())
	if there.Hour() < nightEnds {
		return now.Add(lookSoon)
	}
	year, month, day := there.Date()
	next := now.Add(lookEvery)
	if midnight := time.Date(year, month, day+1, 0, 1, 0, 0, eastern()); midnight.Before(next) {
		next = midnight
	}
	return next
}

// followBatch asks for the batch of a witness, and records that it is closed; the
// batch is zero where it is not, or not known to be.
func (e *Engine) followBatch(ctx context.Context, guid string) (order.Batch, error) {
	sum, err := e.deps.Journal.BatchSum(ctx, guid)
	if err != nil || sum.Witness == (order.Witness{}) {
		return order.Batch{}, err
	}
	answer := e.deps.Host.BatchOf(ctx, sum.Witness)
	if !answer.Answered || !answer.Closed {
		return order.Batch{}, nil
	}
	e.ending.Lock()
	defer e.ending.Unlock()
	e.mu.Lock()
	under := len(e.batches) > 0
	e.mu.Unlock()
	if under {
		return order.Batch{}, nil // that closing finds out by itself
	}
	if sum, err = e.deps.Journal.BatchSum(ctx, guid); err != nil || sum.GUID == "" {
		return order.Batch{}, err // closed and recorded meanwhile
	}
	b := order.Settled(e.deps.NewNumber(), sum, answer, e.now())
	if err := e.commit(ctx, e.batchEntries(b)...); err != nil {
		return order.Batch{}, err
	}
	return b, nil
}
