package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"paydesk/terminal/order"
)

// The search index has a row and some words for everything that a list of
// payments may have. Six b-trees, in which a sale falls on six places, would make each commit write as many pages
// more than it needs to be safe. So the index follows: Tend brings it up to
// date when nobody sells, in pieces that are as short as a sale, and what it
// does not have yet, the tail, is looked through one by one. A kill loses
// nothing: how far the index is stands in the same transaction.
const (
	metaSearched = "searched"
	// maxTail is how many events are looked through one by one; behind more,
	// the index is not used.
	maxTail = 2000
	// indexStep is how many events are indexed in one commit.
	indexStep = 500
)

// Index brings the search index nearer to the newest event by one short
// transaction, and reports whether it is there.
func (j *Journal) Index(ctx context.Context) (done bool, err error) {
	ctx = context.WithoutCancel(ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return true, j.failed
	}
	from, err := searched(ctx, j.conn)
	if err != nil || from >= j.seq {
		return true, err
	}
	to := min(from+indexStep, j.seq)
	err = j.distrust(j.transact(ctx, func() error { return j.index(ctx, from, to) }))
	return to == j.seq, err
}

// searched is the number of the newest event that the index has.
func searched(ctx context.Context, q querier) (seq int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?`, metaSearched).Scan(&seq)
	return seq, err
}

// index adds the events behind from, up to to, to the index: what they opened,
// and the payments of which one of them is the newest. One that changed later is
// in the tail until its turn comes.
func (j *Journal) index(ctx context.Context, from, to int64) error {
	opened, err := list[order.Order](ctx, j.conn, `SELECT e.object FROM events AS e CROSS JOIN objects AS o ON o.id = e.subject
		WHERE e.seq > ? AND e.seq <= ? AND e.prev = 0 AND o.kind = 'order'`, from, to)
	if err != nil {
		return err
	}
	for _, o := range opened {
		if o.Note != "" {
			if err := j.exec(ctx, fmt.Sprintf(putNote, ""), o.ID, o.Note); err != nil {
				return err
			}
		}
	}
	changed, err := listed(ctx, j.conn, `SELECT o.kind, e.object FROM events AS e CROSS JOIN objects AS o ON o.id = e.subject
		WHERE e.seq > ? AND e.seq <= ? AND o.seq = e.seq AND o.kind IN `+listedKinds, from, to)
	if err != nil {
		return err
	}
	for _, object := range changed {
		r, _ := order.RowOf(object)
		f := r.Facts()
		created := f.Created.UnixMilli()
		if err := j.exec(ctx, dropWords, created, f.ID); err != nil {
			return err
		}
		var note string
		err := j.conn.QueryRowContext(ctx, `SELECT note FROM search_notes WHERE id = ?`, f.Order).Scan(&note)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := j.exec(ctx, fmt.Sprintf(putSearch, ""), searchRow(f, note)...); err != nil {
			return err
		}
		if err := j.exec(ctx, fmt.Sprintf(putWords, "")+` WHERE s.created = ? AND s.id = ?`, created, f.ID); err != nil {
			return err
		}
	}
	return j.exec(ctx, `UPDATE meta SET value = ? WHERE key = 'searched'`, fmt.Sprint(to))
}

// listedKinds are the kinds of objects that a list of payments may have.
const listedKinds = `('attempt', 'cash', 'stored', 'follow', 'qr', 'refund')`

// listed reads such objects by a query for their kind and JSON.
func listed(ctx context.Context, q querier, query string, args ...any) (all []any, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var data sql.RawBytes
		if err := rows.Scan(&kind, &data); err != nil {
			return nil, err
		}
		object, err := decode(kind, data)
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
	return all, rows.Err()
}

// The statements that fill the index, and with the prefix of their tables the
// one that is built anew.
const (
	putNote   = `INSERT INTO %ssearch_notes (id, note) VALUES (?, ?) ON CONFLICT DO NOTHING`
	putSearch = `INSERT INTO %ssearch (created, id, amount, last4, state, kind, operator, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET amount = excluded.amount, last4 = excluded.last4, state = excluded.state,
			kind = excluded.kind, operator = excluded.operator, words = excluded.words`
	putWords  = `INSERT INTO %[1]ssearch_words (word, created, id) SELECT w.value, s.created, s.id FROM %[1]ssearch AS s, json_each(s.words) AS w`
	dropWords = `DELETE FROM search_words WHERE (word, created, id) IN
		(SELECT w.value, s.created, s.id FROM search AS s, json_each(s.words) AS w WHERE s.created = ? AND s.id = ?)`
)

// searchRow is what a row, for an order with a note, is searched by.
func searchRow(f order.Facts, note string) []any {
	words := f.SearchWords(note)
	if words == nil {
		words = []string{}
	}
	text, _ := json.Marshal(words) // a list of texts always has a JSON
	return []any{f.Created.UnixMilli(), f.ID, f.Amount.Minor, f.Last4, string(f.State), string(f.Kind), f.Operator, string(text)}
}
