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
	rows, err := q.QueryContext(ctx, `SELECT seq, prev, at, kind, subject, actor, object, note, hash FROM events WHERE seq > ? ORDER BY seq`, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.prev, &r.at, &r.kind, &r.subject, &r.actor, &r.object, &r.note, &r.hash); err != nil {
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

// Verify checks the file with its indexes, the whole hash chain, and that
// every object in the projections is the one of the newest event about it.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	var rep Report
	// The quick check of the start does not look into the indexes, and lists
	// and totals are read by them.
	var verdict string
	if err := j.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return rep, err
	}
	if verdict != "ok" {
		return rep, errors.New(verdict)
	}
	if err := j.read.QueryRowContext(ctx, `SELECT count(*) FROM events`).Scan(&rep.Events); err != nil {
		return rep, err
	}
	head, err := verifyChain(ctx, j.read, 0)
	if err != nil {
		return rep, err
	}
	rep.Head = head
	return rep, j.verifyObjects(ctx)
}

// verifyObjects holds the objects table against the events: every object that
// has an event is there, points at its newest one, and is searched by what
// that event says.
func (j *Journal) verifyObjects(ctx context.Context) error {
	var missing string
	err := j.read.QueryRowContext(ctx, `SELECT subject FROM events
		WHERE object IS NOT NULL AND prev = 0 AND subject NOT IN (SELECT id FROM objects) LIMIT 1`).Scan(&missing)
	if err == nil {
		return fmt.Errorf("%q is in the events and not among the objects", missing)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	newer, err := j.overtaken(ctx)
	if err != nil {
		return err
	}
	rows, err := j.read.QueryContext(ctx, `SELECT o.id, o.kind, o.version, o.seq, o.parent, o.created, o.open, o.batch, e.subject, e.object
		FROM objects AS o LEFT JOIN events AS e USING (seq)`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s shape
		var seq int64
		var subject sql.NullString
		var data []byte
		if err := rows.Scan(&s.id, &s.kind, &s.version, &seq, &s.parent, &s.created, &s.open, &s.batch, &subject, &data); err != nil {
			return err
		}
		object, err := decode(s.kind, data)
		if err != nil {
			return fmt.Errorf("object %q: %w", s.id, err)
		}
		if want, err := shapeOf(object); err != nil || want != s || subject.String != s.id || newer[seq] {
			return fmt.Errorf("object %q does not agree with its events", s.id)
		}
	}
	return rows.Err()
}

// overtaken is the set of events that are not the newest about their object.
func (j *Journal) overtaken(ctx context.Context) (map[int64]bool, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT prev FROM events WHERE prev > 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set := map[int64]bool{}
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		set[seq] = true
	}
	return set, rows.Err()
}
