package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// The objects that the newest events about them hold, found by an index. Each
// query names its index and repeats the condition of a partial one, without
// which SQLite could not use it and would read the whole table: a query for
// which the index does not serve fails, in the tests already.
const (
	byID      = `SELECT e.object FROM objects AS o JOIN events AS e USING (seq) WHERE o.id = ? AND o.kind = ?`
	byParent  = `SELECT e.object FROM objects AS o INDEXED BY objects_parent JOIN events AS e USING (seq) WHERE o.parent <> '' AND o.parent = ? `
	ofParents = `SELECT e.object FROM objects AS o INDEXED BY objects_parent JOIN events AS e USING (seq) WHERE o.parent <> '' `
	byBatch   = `SELECT e.object FROM objects AS o INDEXED BY objects_batch JOIN events AS e USING (seq) WHERE o.batch <> '' AND o.batch = ? `
	unended   = `SELECT e.object FROM objects AS o INDEXED BY objects_open JOIN events AS e USING (seq) WHERE o.open = 1 `
	byCreated = `SELECT e.object FROM objects AS o INDEXED BY objects_attempts JOIN events AS e USING (seq) WHERE o.kind = 'attempt' `
	small     = `SELECT e.object FROM objects AS o INDEXED BY objects_small JOIN events AS e USING (seq) WHERE o.kind IN ('operator', 'setting') `
)

// one reads one object by its id.
func one[T any](ctx context.Context, j *Journal, kind, id string) (T, error) {
	all, err := list[T](ctx, prepared{j}, byID, id, kind)
	if err == nil && len(all) == 0 {
		err = order.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// reading keeps each query prepared: parsing it takes longer than running it.
func (j *Journal) reading(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, known := j.reads.Load(query); known {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := j.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if kept, loaded := j.reads.LoadOrStore(query, stmt); loaded {
		_ = stmt.Close()
		return kept.(*sql.Stmt), nil
	}
	return stmt, nil
}

// prepared reads by kept queries.
type prepared struct{ j *Journal }

func (p prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.j.reading(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (p prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.j.read.QueryRowContext(ctx, query, args...)
}

// list reads the objects of a query whose only column is their JSON.
func list[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var data sql.RawBytes
		var object T
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &object); err != nil {
			return nil, err
		}
		all = append(all, object)
	}
	return all, rows.Err()
}

// Attempt reads an attempt, or fails with order.ErrNotFound.
func (j *Journal) Attempt(ctx context.Context, number string) (order.Attempt, error) {
	return one[order.Attempt](ctx, j, kindAttempt, number)
}

// Order reads an order, or fails with order.ErrNotFound.
func (j *Journal) Order(ctx context.Context, id string) (order.Order, error) {
	return one[order.Order](ctx, j, kindOrder, id)
}

// Batch reads a batch closing, or fails with order.ErrNotFound.
func (j *Journal) Batch(ctx context.Context, id string) (order.Batch, error) {
	return one[order.Batch](ctx, j, kindBatch, id)
}

// Job reads a job, or fails with order.ErrNotFound.
func (j *Journal) Job(ctx context.Context, id string) (order.Job, error) {
	return one[order.Job](ctx, j, kindJob, id)
}

// AttemptsOf lists the attempts of an order, oldest first.
func (j *Journal) AttemptsOf(ctx context.Context, orderID string) ([]order.Attempt, error) {
	return list[order.Attempt](ctx, prepared{j}, byParent+`AND o.kind = 'attempt' ORDER BY o.created, o.id`, orderID)
}

// FollowsOf lists the follow-ups of attempts, oldest first.
func (j *Journal) FollowsOf(ctx context.Context, numbers ...string) ([]order.FollowUp, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	args := make([]any, len(numbers))
	for i, n := range numbers {
		args[i] = n
	}
	return list[order.FollowUp](ctx, prepared{j}, ofParents+`AND o.kind = 'follow' AND o.parent IN (?`+strings.Repeat(", ?", len(numbers)-1)+`)
		ORDER BY o.created, o.id`, args...)
}

// FollowUp reads a follow-up, or fails with order.ErrNotFound.
func (j *Journal) FollowUp(ctx context.Context, id string) (order.FollowUp, error) {
	return one[order.FollowUp](ctx, j, kindFollow, id)
}

// Unfinished lists what is not at its end, oldest first.
func (j *Journal) Unfinished(ctx context.Context) (u order.Unfinished, err error) {
	if u.Attempts, err = list[order.Attempt](ctx, prepared{j}, unended+`AND o.kind = 'attempt' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.Follows, err = list[order.FollowUp](ctx, prepared{j}, unended+`AND o.kind = 'follow' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.Batches, err = list[order.Batch](ctx, prepared{j}, unended+`AND o.kind = 'batch' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.Stored, err = list[order.Stored](ctx, prepared{j}, unended+`AND o.kind = 'stored' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.SealKeys, err = list[order.SealKey](ctx, prepared{j}, unended+`AND o.kind = 'sealkey' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.Bills, err = list[order.Bill](ctx, prepared{j}, unended+`AND o.kind = 'bill' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	if u.QRs, err = list[order.QR](ctx, prepared{j}, unended+`AND o.kind = 'qr' ORDER BY o.created, o.id`); err != nil {
		return u, err
	}
	u.Refunds, err = list[order.Refund](ctx, prepared{j}, unended+`AND o.kind = 'refund' ORDER BY o.created, o.id`)
	return u, err
}

// Story lists the events about an attempt, its order and its receipts, in the
// order in which they happened.
func (j *Journal) Story(ctx context.Context, number string) ([]order.Told, error) {
	rows, err := j.read.QueryContext(ctx, `
		WITH RECURSIVE chain (seq) AS (
			SELECT seq FROM objects WHERE id = ?1
			UNION ALL SELECT seq FROM objects WHERE id = (SELECT parent FROM objects WHERE id = ?1)
			UNION ALL SELECT seq FROM objects INDEXED BY objects_parent WHERE parent <> '' AND parent = ?1
			UNION ALL SELECT e.prev FROM chain AS c JOIN events AS e USING (seq) WHERE e.prev > 0)
		SELECT seq, at, kind, subject, actor, object, note FROM chain JOIN events USING (seq) ORDER BY seq`, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var story []order.Told
	for rows.Next() {
		var t order.Told
		var at int64
		if err := rows.Scan(&t.Seq, &at, &t.Kind, &t.Subject, &t.Actor, &t.Object, &t.Note); err != nil {
			return nil, err
		}
		t.At = time.UnixMilli(at)
		story = append(story, t)
	}
	return story, rows.Err()
}

// Jobs lists the jobs of a subject; for "" those that wait for a printer or a
// person.
func (j *Journal) Jobs(ctx context.Context, subject string) ([]order.Job, error) {
	if subject == "" {
		return list[order.Job](ctx, prepared{j}, unended+`AND o.kind = 'job' ORDER BY o.id`)
	}
	return list[order.Job](ctx, prepared{j}, byParent+`AND o.kind = 'job' ORDER BY o.id`, subject)
}

// Operators lists the people, those who left included.
func (j *Journal) Operators(ctx context.Context) ([]staff.Operator, error) {
	return list[staff.Operator](ctx, prepared{j}, small+`AND o.kind = 'operator' ORDER BY o.id`)
}

// Settings reads the stored settings by key.
func (j *Journal) Settings(ctx context.Context) (map[string]string, error) {
	changes, err := list[settings.Change](ctx, prepared{j}, small+`AND o.kind = 'setting' ORDER BY o.id`)
	if err != nil {
		return nil, err
	}
	m := make(map[string]string, len(changes))
	for _, c := range changes {
		m[c.Key] = c.New
	}
	return m, nil
}

// LastNumber is the newest number of what somebody else knows by it: an attempt,
// follow-up, code or refund. It is "" in a new journal.
func (j *Journal) LastNumber(ctx context.Context) (string, error) {
	var number string
	err := j.read.QueryRowContext(ctx, newestNumber).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return number, err
}
