package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// verifyChain recomputes the hashes of all events behind after, and returns
// the last one. The first event's predecessor has the empty hash.
func verifyChain(ctx context.Context, q querier, after int64) ([]byte, error) {
	var hash []byte
	if after > 0 {
		if err := q.QueryRowContext(ctx, `SELECT hash FROM events WHERE seq = ?`, after).Scan(&hash); err != nil {
			return nil, fmt.Errorf("event %d: %w", after, err)
		}
	}
	rows, err := q.QueryContext(ctx, `SELECT seq, at, kind, subject, actor, object, note, hash FROM events WHERE seq > ? ORDER BY seq`, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.at, &r.kind, &r.subject, &r.actor, &r.object, &r.note, &r.hash); err != nil {
			return nil, err
		}
		after++
		if r.seq != after {
			return nil, fmt.Errorf("event %d is missing", after)
		}
		if hash = r.chain(hash); !bytes.Equal(hash, r.hash) {
			return nil, fmt.Errorf("event %d was changed after it was written", r.seq)
		}
	}
	return hash, rows.Err()
}

// Report is the result of a full check.
type Report struct {
	Events int64
	// Head is the hash of the last event.
	Head []byte
}

// Verify checks the whole hash chain, and that every object in the
// projections is the one of the newest event about it.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	var rep Report
	if err := j.read.QueryRowContext(ctx, `SELECT count(*) FROM events`).Scan(&rep.Events); err != nil {
		return rep, err
	}
	head, err := verifyChain(ctx, j.read, 0)
	if err != nil {
		return rep, err
	}
	rep.Head = head
	for _, t := range []struct{ table, id string }{{"orders", "id"}, {"attempts", "number"},
		{"batches", "id"}, {"jobs", "id"}, {"operators", "id"}, {"settings", "key"}} {
		var subject string
		err := j.read.QueryRowContext(ctx, fmt.Sprintf(`
			SELECT p.%[2]s FROM %[1]s AS p WHERE p.data IS NOT
			(SELECT e.object FROM events AS e WHERE e.subject = p.%[2]s AND e.object IS NOT NULL ORDER BY e.seq DESC LIMIT 1)
			LIMIT 1`, t.table, t.id)).Scan(&subject)
		if err == nil {
			return rep, fmt.Errorf("%s %q does not agree with its events", t.table, subject)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return rep, err
		}
	}
	return rep, nil
}
