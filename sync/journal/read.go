package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// one reads one object by its id.
func one[T any](ctx context.Context, j *Journal, query, id string) (T, error) {
	var data []byte
	var object T
	err := j.read.QueryRowContext(ctx, query, id).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return object, order.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(data, &object)
	}
	return object, err
}

// list reads the objects of a query whose only column is their data.
func list[T any](ctx context.Context, j *Journal, query string, args ...any) ([]T, error) {
	rows, err := j.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var data []byte
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
	return one[order.Attempt](ctx, j, `SELECT data FROM attempts WHERE number = ?`, number)
}

// Order reads an order, or fails with order.ErrNotFound.
func (j *Journal) Order(ctx context.Context, id string) (order.Order, error) {
	return one[order.Order](ctx, j, `SELECT data FROM orders WHERE id = ?`, id)
}

// Batch reads a batch closing, or fails with order.ErrNotFound.
func (j *Journal) Batch(ctx context.Context, id string) (order.Batch, error) {
	return one[order.Batch](ctx, j, `SELECT data FROM batches WHERE id = ?`, id)
}

// Job reads a job, or fails with order.ErrNotFound.
func (j *Journal) Job(ctx context.Context, id string) (order.Job, error) {
	return one[order.Job](ctx, j, `SELECT data FROM jobs WHERE id = ?`, id)
}

// AttemptsOf lists the attempts of an order, oldest first.
func (j *Journal) AttemptsOf(ctx context.Context, orderID string) ([]order.Attempt, error) {
	return list[order.Attempt](ctx, j, `SELECT data FROM attempts WHERE order_id = ? ORDER BY created, number`, orderID)
}

// Unfinished lists attempts and batch closings that are not at their end,
// oldest first.
func (j *Journal) Unfinished(ctx context.Context) ([]order.Attempt, []order.Batch, error) {
	attempts, err := list[order.Attempt](ctx, j, `SELECT data FROM attempts WHERE final = 0 ORDER BY created, number`)
	if err != nil {
		return nil, nil, err
	}
	batches, err := list[order.Batch](ctx, j, `SELECT data FROM batches WHERE state IN ('CLOSING', 'UNKNOWN') ORDER BY asked`)
	return attempts, batches, err
}

// Sales reads a page of attempts, newest first.
func (j *Journal) Sales(ctx context.Context, q order.Query) ([]order.Attempt, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	from, to := int64(0), int64(1)<<62
	if !q.From.IsZero() {
		from = q.From.UnixMilli()
	}
	if !q.To.IsZero() {
		to = q.To.UnixMilli()
	}
	beforeAt, before := int64(1)<<62, ""
	if q.Before != "" {
		a, err := j.Attempt(ctx, q.Before)
		if err != nil {
			return nil, err
		}
		beforeAt, before = a.Created.UnixMilli(), a.Number
	}
	return list[order.Attempt](ctx, j, `SELECT data FROM attempts
		WHERE created >= ? AND created < ? AND (created, number) < (?, ?)
		ORDER BY created DESC, number DESC LIMIT ?`, from, to, beforeAt, before, min(limit, 500))
}

// OpenBatch adds up the approved sales of the newest batch, unless the journal
// knows it to be closed.
func (j *Journal) OpenBatch(ctx context.Context) (order.BatchSum, error) {
	var sum order.BatchSum
	err := j.read.QueryRowContext(ctx, `SELECT batch FROM attempts
		WHERE state = 'APPROVED' AND batch <> '' ORDER BY created DESC LIMIT 1`).Scan(&sum.GUID)
	if errors.Is(err, sql.ErrNoRows) {
		return order.BatchSum{}, nil
	}
	if err != nil {
		return order.BatchSum{}, err
	}
	var closed int
	if err := j.read.QueryRowContext(ctx, `SELECT count(*) FROM batches WHERE guid = ? AND state = 'CLOSED'`, sum.GUID).Scan(&closed); err != nil {
		return order.BatchSum{}, err
	}
	if closed > 0 {
		return order.BatchSum{}, nil
	}
	var currency string
	var opened int64
	err = j.read.QueryRowContext(ctx, `SELECT count(*), sum(minor), max(guid), max(currency), min(created)
		FROM attempts WHERE batch = ? AND state = 'APPROVED'`, sum.GUID).
		Scan(&sum.Totals.Sales, &sum.Totals.SaleAmount.Minor, &sum.Witness, &currency, &opened)
	sum.Opened = time.UnixMilli(opened)
	sum.Totals.SaleAmount.Currency = money.Currency(currency)
	sum.Totals.ReturnAmount.Currency = money.Currency(currency)
	return sum, err
}

// Story lists the events about an attempt, its order and its receipts, in the
// order in which they happened.
func (j *Journal) Story(ctx context.Context, number string) ([]order.Told, error) {
	rows, err := j.read.QueryContext(ctx, `
		SELECT seq, at, kind, subject, actor, object, note FROM events
		WHERE subject = ?1
		   OR subject = (SELECT order_id FROM attempts WHERE number = ?1)
		   OR subject IN (SELECT id FROM jobs WHERE subject = ?1)
		ORDER BY seq`, number)
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
		return list[order.Job](ctx, j, `SELECT data FROM jobs WHERE waiting = 1 ORDER BY id`)
	}
	return list[order.Job](ctx, j, `SELECT data FROM jobs WHERE subject = ? ORDER BY id`, subject)
}

// Operators lists the people, those who left included.
func (j *Journal) Operators(ctx context.Context) ([]staff.Operator, error) {
	return list[staff.Operator](ctx, j, `SELECT data FROM operators ORDER BY id`)
}

// Settings reads the stored settings by key.
func (j *Journal) Settings(ctx context.Context) (map[string]string, error) {
	changes, err := list[settings.Change](ctx, j, `SELECT data FROM settings ORDER BY key`)
	if err != nil {
		return nil, err
	}
	m := make(map[string]string, len(changes))
	for _, c := range changes {
		m[c.Key] = c.New
	}
	return m, nil
}

// LastNumber is the newest attempt's number, or "" in a new journal.
func (j *Journal) LastNumber(ctx context.Context) (string, error) {
	var number string
	err := j.read.QueryRowContext(ctx, `SELECT number FROM attempts ORDER BY created DESC, number DESC LIMIT 1`).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return number, err
}
