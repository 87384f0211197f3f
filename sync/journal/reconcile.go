package journal

import (
	"context"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// byNumbers reads objects of a kind by their ids.
const byNumbers = `SELECT e.object FROM objects AS o JOIN events AS e USING (seq) WHERE o.kind = ? AND o.id IN (?`

// byFollow reads follow-ups by the time at which they were begun.
const byFollow = `SELECT e.object FROM objects AS o INDEXED BY objects_follows JOIN events AS e USING (seq) WHERE o.kind = 'follow' `

// Attempts reads the attempts that are there of some numbers, in any order.
func (j *Journal) Attempts(ctx context.Context, numbers ...string) ([]order.Attempt, error) {
	return some[order.Attempt](ctx, j, kindAttempt, numbers)
}

// FollowUps reads the follow-ups that are there of some ids, in any order.
func (j *Journal) FollowUps(ctx context.Context, ids ...string) ([]order.FollowUp, error) {
	return some[order.FollowUp](ctx, j, kindFollow, ids)
}

func some[T any](ctx context.Context, j *Journal, kind string, ids []string) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{kind}
	for _, id := range ids {
		args = append(args, id)
	}
	return list[T](ctx, j.read, byNumbers+strings.Repeat(", ?", len(ids)-1)+")", args...)
}

// FollowsBetween lists a page of the follow-ups that were begun from a moment
// until another, oldest first, behind the one with the id after.
func (j *Journal) FollowsBetween(ctx context.Context, from, to time.Time, after string, limit int) ([]order.FollowUp, error) {
	begun := from.UnixMilli()
	if after != "" {
		f, err := j.FollowUp(ctx, after)
		if err != nil {
			return nil, err
		}
		begun = f.Created.UnixMilli()
	}
	return list[order.FollowUp](ctx, j.read, byFollow+`AND (o.created, o.id) > (?, ?) AND o.created < ?
		ORDER BY o.created, o.id LIMIT ?`, begun, after, to.UnixMilli(), limit)
}

// Oldest is when the first attempt was made; zero in a journal without one.
func (j *Journal) Oldest(ctx context.Context) (time.Time, error) {
	first, err := list[order.Attempt](ctx, j.read, byCreated+`ORDER BY o.created, o.id LIMIT 1`)
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0].Created, nil
}

// Reconciliation is the newest comparison with the host, or order.ErrNotFound.
func (j *Journal) Reconciliation(ctx context.Context) (order.Reconciliation, error) {
	return one[order.Reconciliation](ctx, j, kindReconciled, kindReconciled)
}
