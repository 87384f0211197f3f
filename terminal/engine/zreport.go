package engine

import (
	"context"
	"iter"
	"time"

	"paydesk/terminal/order"
)

// Totals is what the journal tells of the shop's money, and of the papers that add
// it up.
type Totals interface {
	// Movements are those of the events behind from up to to, in their order; to 0 is
	// the newest event. FirstEvent is the number of the first event about an object.
	Movements(ctx context.Context, from, to int64) iter.Seq2[order.Movement, error]
	FirstEvent(ctx context.Context, id string) (int64, error)
	// SignedHead is the newest event's place in the chain.
	SignedHead(ctx context.Context) (order.SignedHead, error)
	// LastZ is the newest Z report, or order.ErrNotFound.
	LastZ(ctx context.Context) (order.ZReport, error)
	// Shifts, Batches and ProofsOf list what was begun in a stretch of time, and the
	// proofs of a batch, oldest first.
	Shifts(ctx context.Context, from, to time.Time) ([]order.Shift, error)
	Batches(ctx context.Context, from, to time.Time) ([]order.Batch, error)
	ProofsOf(ctx context.Context, batch string) ([]order.Proof, error)
}
