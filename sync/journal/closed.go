package journal

import (
	"context"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// ended are the closings and shifts whose last event, which nothing follows, is in
// a stretch of the chain: unlike their times, that is in one report alone.
const ended = `SELECT e.object FROM objects AS o INDEXED BY objects_books JOIN events AS e USING (seq)
	WHERE o.kind IN ('batch', 'shift', 'move', 'z', 'proof', 'export') AND o.kind = ? AND o.open = 0 AND o.seq > ? AND o.seq <= ? ORDER BY o.seq`

// ShiftsClosed lists the shifts that were closed by the events behind from up to
// to, in their order.
func (j *Journal) ShiftsClosed(ctx context.Context, from, to int64) ([]order.Shift, error) {
	return list[order.Shift](ctx, prepared{j}, ended, kindShift, from, to)
}

// BatchesClosed is ShiftsClosed for the host's batches.
func (j *Journal) BatchesClosed(ctx context.Context, from, to int64) ([]order.Batch, error) {
	all, err := list[order.Batch](ctx, prepared{j}, ended, kindBatch, from, to)
	return slices.DeleteFunc(all, func(b order.Batch) bool { return b.State != order.BatchClosed }), err
}

// Began is the time of the first event.
func (j *Journal) Began(ctx context.Context) (time.Time, error) {
	h, err := head(j.read.QueryRowContext(ctx, `SELECT seq, at, hash FROM events WHERE seq = 1`))
	return h.At, err
}
