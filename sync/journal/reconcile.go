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
	return list[T](ctx, prepared{j}, byNumbers+strings.Repeat(", ?", len(ids)-1)+")", args...)
}

// numbersBetween reads numbers from the index alone.
const numbersBetween = `SELECT o.id FROM objects AS o INDEXED BY objects_attempts WHERE o.kind = 'attempt' AND o.created >= ? AND (o.created, o.id) < (?, ?)
	ORDER BY o.created DESC, o.id DESC LIMIT ?`

// Numbers lists a page of the numbers of attempts that were made from a moment
// until another, newest first, older than the one with the number before.
func (j *Journal) Numbers(ctx context.Context, from, to time.Time, before string, limit int) ([]string, error) {
	created := to.UnixMilli() + 1
	if before != "" {
		a, err := j.Attempt(ctx, before)
		if err != nil {
			return nil, err
		}
		created = a.Created.UnixMilli()
	}
	rows, err := prepared{j}.QueryContext(ctx, numbersBetween, from.UnixMilli(), created, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return nil, err
		}
		all = append(all, number)
	}
	return all, rows.Err()
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
	return list[order.FollowUp](ctx, prepared{j}, byFollow+`AND (o.created, o.id) > (?, ?) AND o.created < ?
		ORDER BY o.created, o.id LIMIT ?`, begun, after, to.UnixMilli(), limit)
}

// Oldest is when the first attempt was made; zero in a journal without one.
func (j *Journal) Oldest(ctx context.Context) (time.Time, error) {
	first, err := list[order.Attempt](ctx, prepared{j}, byCreated+`ORDER BY o.created, o.id LIMIT 1`)
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0].Created, nil
}

// Reconciliation is the newest comparison with the host, or order.ErrNotFound.
func (j *Journal) Reconciliation(ctx context.Context) (order.Reconciliation, error) {
	return one[order.Reconciliation](ctx, j, kindReconciled, kindReconciled)
}
