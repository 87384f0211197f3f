package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	// inBatch are the sales, holds, captures and returns of a batch, each with
	// the follow-ups of its payment.
	inBatch = `SELECT s.id, e.object, f.object FROM objects AS s INDEXED BY objects_batch
	CROSS JOIN events AS e ON e.seq = s.seq
	LEFT JOIN objects AS o INDEXED BY objects_parent ON o.parent <> '' AND o.kind = 'follow'
		AND o.parent = CASE s.kind WHEN 'attempt' THEN s.id ELSE s.parent END
	LEFT JOIN events AS f ON f.seq = o.seq
	WHERE s.batch <> '' AND s.batch = ? AND s.kind IN ('attempt', 'follow')`

	// voidsAbout are the follow-ups of a stretch of time, each with whether what
	// it is about is in a batch.
	voidsAbout = `SELECT e.object, EXISTS (SELECT 1 FROM objects AS p WHERE p.id = o.parent AND p.batch = ?1)
		OR EXISTS (SELECT 1 FROM objects AS c INDEXED BY objects_parent WHERE c.parent <> '' AND c.parent = o.parent AND c.batch = ?1)
	FROM objects AS o INDEXED BY objects_follows CROSS JOIN events AS e ON e.seq = o.seq
	WHERE o.kind = 'follow' AND o.created BETWEEN ?2 AND ?3`

	// batchesOf are the batches of payments and of what was done about them.
	batchesOf = `SELECT o.id, o.batch FROM objects AS o WHERE o.batch <> '' AND o.kind IN ('attempt', 'follow') AND o.id IN (SELECT value FROM json_each(?1))
	UNION ALL SELECT o.parent, o.batch FROM objects AS o INDEXED BY objects_parent
	WHERE o.parent <> '' AND o.batch <> '' AND o.kind = 'follow' AND o.parent IN (SELECT value FROM json_each(?1))`
)

// lineFacts is what the line of an attempt or follow-up is made of.
type lineFacts struct {
	Number   string            `json:"number"`
	ID       string            `json:"id"`
	Act      order.Act         `json:"act"`
	Kind     order.Kind        `json:"kind"`
	State    order.FollowState `json:"state"`
	Of       string            `json:"of"`
	Approved money.Amount      `json:"approved"`
	Amount   money.Amount      `json:"amount"`
	GUID     string            `json:"guid"`
	Made     string            `json:"made"`
	Batch    string            `json:"batch"`
	Last4    string            `json:"last4"`
	Created  time.Time         `json:"created"`
}

// read fills the facts anew; what an object does not have is empty.
func (l *lineFacts) read(data []byte) error {
	*l = lineFacts{}
	return json.Unmarshal(data, l)
}

func (l *lineFacts) done(act order.Act) bool { return l.Act == act && l.State == order.FollowDone }

// BatchLines streams what the journal has of a batch of the host, as the host
// lists it, at constant memory: from and to bound when its voids were begun. The
// journal is read as it was at the first line.
func (j *Journal) BatchLines(ctx context.Context, guid string, from, to time.Time) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			yield(order.BatchLine{}, err)
			return
		}
		defer func() { _ = tx.Rollback() }()
		stopped := false
		give := func(l order.BatchLine) bool {
			stopped = !yield(l, nil)
			return !stopped
		}
		if err = batchMoney(ctx, tx, guid, give); err == nil && !stopped {
			err = batchVoids(ctx, tx, guid, from, to, give)
		}
		if err != nil && !stopped {
			yield(order.BatchLine{}, err)
		}
	}
}

// batchMoney gives the sales, holds and returns that stand.
func batchMoney(ctx context.Context, q querier, guid string, give func(order.BatchLine) bool) error {
	rows, err := q.QueryContext(ctx, inBatch, guid)
	if err != nil {
		return err
	}
	defer rows.Close()
	var now, about lineFacts
	var id, object, follow sql.RawBytes
	var last string
	voided, captured := false, false
	for rows.Next() {
		if err := rows.Scan(&id, &object, &follow); err != nil {
			return err
		}
		if string(id) != last {
			if l, ok := now.line(voided, captured); last != "" && ok && !give(l) {
				return nil
			}
			last, voided, captured = string(id), false, false
			if err := now.read(object); err != nil {
				return err
			}
		}
		if follow == nil {
			continue
		}
		if err := about.read(follow); err != nil {
			return err
		}
		voided, captured = voided || about.done(order.Void), captured || about.done(order.Capture)
	}
	if l, ok := now.line(voided, captured); last != "" && ok {
		give(l)
	}
	return rows.Err()
}

// line is the line of a sale, hold, capture or return; not ok where the host
// lists something else in its place.
func (l *lineFacts) line(voided, captured bool) (order.BatchLine, bool) {
	out := order.BatchLine{Shelf: order.ShelfSales, GUID: l.GUID, Number: l.Number, Last4: l.Last4, Amount: l.Approved, At: l.Created}
	switch {
	case l.Act == order.Return:
		out.Shelf, out.Number, out.Amount = order.ShelfReturns, l.ID, l.Amount
		return out, true
	case l.Act == order.Capture:
		out.GUID, out.Number, out.Amount = l.Made, l.Of, l.Amount
	case l.Kind == order.KindAuth:
		out.Shelf, voided = order.ShelfHolds, voided || captured
	}
	return out, !voided
}

// batchVoids gives the voids, which the journal does not index by their batch.
func batchVoids(ctx context.Context, q querier, guid string, from, to time.Time, give func(order.BatchLine) bool) error {
	rows, err := q.QueryContext(ctx, voidsAbout, guid, from.UnixMilli(), to.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	var f lineFacts
	var object sql.RawBytes
	var about bool
	for rows.Next() {
		if err := rows.Scan(&object, &about); err != nil {
			return err
		}
		if err := f.read(object); err != nil {
			return err
		}
		if !f.done(order.Void) || f.GUID == "" || !strings.EqualFold(f.Batch, guid) && (f.Batch != "" || !about) {
			continue
		}
		if !give(order.BatchLine{Shelf: order.ShelfVoids, GUID: f.GUID, Number: f.ID, Last4: f.Last4, Amount: f.Amount, At: f.Created}) {
			return nil
		}
	}
	return rows.Err()
}

// BatchesOf tells by numbers in which batches payments are, and what was done
// about them. What is in none is not there.
func (j *Journal) BatchesOf(ctx context.Context, numbers ...string) (map[string][]string, error) {
	names, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	rows, err := prepared{j}.QueryContext(ctx, batchesOf, string(names))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	of := map[string][]string{}
	for rows.Next() {
		var number, batch string
		if err := rows.Scan(&number, &batch); err != nil {
			return nil, err
		}
		of[number] = append(of[number], batch)
	}
	return of, rows.Err()
}

// ClosedBatch reads the closing of a batch of the host, or fails with
// order.ErrNotFound.
func (j *Journal) ClosedBatch(ctx context.Context, guid string) (order.Batch, error) {
	all, err := list[order.Batch](ctx, prepared{j}, byBatch+`AND o.kind = 'batch'`, guid)
	if err == nil && len(all) == 0 {
		err = order.ErrNotFound
	}
	if err != nil {
		return order.Batch{}, err
	}
	return all[len(all)-1], nil
}
