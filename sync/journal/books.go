package journal

import (
	"context"
	"time"

	"paydesk/terminal/order"
)

// books reads the shifts, moves of cash, reports, proofs, exports or closings of a
// stretch of time.
const books = `SELECT e.object FROM objects AS o INDEXED BY objects_books JOIN events AS e USING (seq)
	WHERE o.kind IN ('batch', 'shift', 'move', 'z', 'proof', 'export') AND o.kind = ? `

const (
	booksBetween = books + `AND o.created >= ? AND o.created < ? ORDER BY o.created, o.id`
	highestBook  = books + `ORDER BY o.id DESC LIMIT 1`
)

// between lists those of a kind that were made in a stretch of time, oldest first.
func between[T any](ctx context.Context, j *Journal, kind string, from, to time.Time) ([]T, error) {
	return list[T](ctx, prepared{j}, booksBetween, kind, from.UnixMilli(), to.UnixMilli())
}

// latest reads the one of a kind with the highest number, of which their ids are
// made, or fails with order.ErrNotFound. By their times it would be another one
// where the clock was set back.
func latest[T any](ctx context.Context, j *Journal, kind string) (T, error) {
	all, err := list[T](ctx, prepared{j}, highestBook, kind)
	if err == nil && len(all) == 0 {
		err = order.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// Shift reads a shift, LastShift the newest one; Shifts lists those that were
// opened in a stretch of time, oldest first.
func (j *Journal) Shift(ctx context.Context, id string) (order.Shift, error) {
	return one[order.Shift](ctx, j, kindShift, id)
}

// LastShift: see Shift.
func (j *Journal) LastShift(ctx context.Context) (order.Shift, error) {
	return latest[order.Shift](ctx, j, kindShift)
}

// Shifts: see Shift.
func (j *Journal) Shifts(ctx context.Context, from, to time.Time) ([]order.Shift, error) {
	return between[order.Shift](ctx, j, kindShift, from, to)
}

// Move reads cash that was put in or taken out.
func (j *Journal) Move(ctx context.Context, id string) (order.Move, error) {
	return one[order.Move](ctx, j, kindMove, id)
}

// MovesOf lists the cash that was put in and taken out during a shift, oldest
// first.
func (j *Journal) MovesOf(ctx context.Context, shift string) ([]order.Move, error) {
	return list[order.Move](ctx, prepared{j}, byParent+`AND o.kind = 'move' ORDER BY o.created, o.id`, shift)
}

// Z reads a Z report, LastZ the newest one, each failing with order.ErrNotFound;
// Zs lists those of a stretch of time, oldest first.
func (j *Journal) Z(ctx context.Context, id string) (order.ZReport, error) {
	return one[order.ZReport](ctx, j, kindZ, id)
}

// LastZ: see Z.
func (j *Journal) LastZ(ctx context.Context) (order.ZReport, error) {
	return latest[order.ZReport](ctx, j, kindZ)
}

// Zs: see Z.
func (j *Journal) Zs(ctx context.Context, from, to time.Time) ([]order.ZReport, error) {
	return between[order.ZReport](ctx, j, kindZ, from, to)
}

// Batches lists the closings that were begun in a stretch of time, oldest first.
func (j *Journal) Batches(ctx context.Context, from, to time.Time) ([]order.Batch, error) {
	return between[order.Batch](ctx, j, kindBatch, from, to)
}

// ProofsOf lists the comparisons of a closed batch, oldest first.
func (j *Journal) ProofsOf(ctx context.Context, batch string) ([]order.Proof, error) {
	return list[order.Proof](ctx, prepared{j}, byParent+`AND o.kind = 'proof' ORDER BY o.created, o.id`, batch)
}

// ExportOf reads an export, or fails with order.ErrNotFound; Exports lists those of a
// stretch of time, oldest first.
func (j *Journal) ExportOf(ctx context.Context, id string) (order.Export, error) {
	return one[order.Export](ctx, j, kindExport, id)
}

// Exports: see ExportOf.
func (j *Journal) Exports(ctx context.Context, from, to time.Time) ([]order.Export, error) {
	return between[order.Export](ctx, j, kindExport, from, to)
}

// OpenExports lists the exports that are not done, oldest first.
func (j *Journal) OpenExports(ctx context.Context) ([]order.Export, error) {
	return list[order.Export](ctx, prepared{j}, unended+`AND o.kind = 'export' ORDER BY o.created, o.id`)
}
