package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"paydesk/terminal/settings"
)

// verifyChain recomputes the hashes of all events behind after, and returns
// the last one. The first event's predecessor has the empty hash.
func verifyChain(ctx context.Context, q querier, after int64) ([]byte, error) {
	return walk(ctx, q, after, func(row, []byte) error { return nil })
}

// columns are those of an event. An object that is empty and not missing has
// the same hash as a missing one, and is never written.
const columns = `seq, prev, at, kind, subject, actor, object, note, hash, ifnull(length(object) = 0, 0) + ifnull(length(note) = 0, 0)`

func scan(rows *sql.Rows) (r row, err error) {
	var empty int
	err = rows.Scan(&r.seq, &r.prev, &r.at, &r.kind, &r.subject, &r.actor, &r.object, &r.note, &r.hash, &empty)
	if err == nil && empty > 0 {
		err = changed(r.seq)
	}
	return r, err
}

func changed(seq int64) error { return fmt.Errorf("event %d was changed after it was written", seq) }

// walk is verifyChain that shows each event, with the hash before it, once its
// own proved right.
func walk(ctx context.Context, q querier, after int64, each func(r row, before []byte) error) ([]byte, error) {
	var hash []byte
	if after > 0 {
		if err := q.QueryRowContext(ctx, `SELECT hash FROM events WHERE seq = ?`, after).Scan(&hash); err != nil {
			return nil, fmt.Errorf("event %d: %w", after, err)
		}
	}
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM events WHERE seq > ? ORDER BY seq`, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		after++
		if r.seq != after {
			return nil, fmt.Errorf("event %d is missing", after)
		}
		if !bytes.Equal(r.chain(hash), r.hash) {
			return nil, changed(r.seq)
		}
		if err := each(r, hash); err != nil {
			return nil, err
		}
		hash = r.hash
	}
	return hash, rows.Err()
}

// Report is the result of a full check.
type Report struct {
	Events int64
	// Head is the hash of the last event.
	Head []byte
	// Seals is how many heads were signed, and Sealed the place of the newest
	// signature.
	Seals  int
	Sealed Head
	// Keys are those that the chain introduced to sign with, oldest first. A
	// second one is of a terminal whose secrets were lost, or of a chain that
	// was written anew by somebody without the first.
	Keys []ed25519.PublicKey
	// Nonces are the installation's, oldest first.
	Nonces []string
	Mode   settings.Mode
	// Withheld is how many events an export leaves out the object of.
	Withheld int64
	// Restored: the journal was put back and not yet held against the host.
	Restored bool
}

// Verify checks the file's structure, the whole hash chain and every seal in
// it, and that what is read from beside the events is what they say.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one state, while others write
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = tx.Rollback() }()
	var verdict string
	if err := tx.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return Report{}, err
	}
	if verdict != "ok" {
		return Report{}, errors.New(verdict)
	}
	a := newAudit()
	if a.Head, err = walk(ctx, tx, 0, a.see); err != nil {
		return a.Report, err
	}
	meta, err := readMeta(ctx, tx)
	if err == nil {
		err = a.end(meta)
	}
	if err != nil {
		return a.Report, err
	}
	if err := verifyObjects(ctx, tx); err != nil {
		return a.Report, err
	}
	return a.Report, verifySealed(ctx, tx)
}

// audit follows the chain and checks what hashes alone do not tell.
type audit struct {
	Report
	meta map[string]string // as the events have it so far
	// closed is when a batch was closed whose seal has not come yet.
	closed int64
}

func newAudit() *audit { return &audit{meta: map[string]string{}} }

// see takes the next event, the hash before which is before.
func (a *audit) see(r row, before []byte) error {
	a.Events++
	if a.closed != 0 && r.at != a.closed {
		return fmt.Errorf("the seal before event %d is missing", r.seq)
	}
	key := a.meta[metaKey]
	switch r.kind {
	case eventSealed:
		if _, err := readSeal(r, before, key); err != nil {
			return err
		}
		if r.subject != a.meta[metaNonce] {
			return fmt.Errorf("the seal in event %d is of another installation", r.seq)
		}
		a.Seals, a.closed = a.Seals+1, 0
		a.Sealed = Head{Seq: r.seq, At: time.UnixMilli(r.at), Hash: r.hash}
	case eventClosed, eventZ:
		if key != "" {
			a.closed = r.at
		}
	}
	if err := learn(a.meta, r); err != nil {
		return err
	}
	if a.meta[metaKey] != key {
		public, err := hex.DecodeString(a.meta[metaKey])
		if err != nil {
			return fmt.Errorf("the key in event %d cannot be read: %w", r.seq, err)
		}
		a.Keys = append(a.Keys, public)
	}
	return nil
}

// close ends the report.
func (a *audit) close() error {
	if a.closed != 0 {
		return errors.New("the seal behind the last closed batch or Z report is missing")
	}
	a.Nonces, a.Mode = nonces(a.meta), settings.Mode(a.meta[metaMode])
	a.Restored = a.meta[metaRestored] != ""
	return nil
}

// end is close, and holds the stored meta against what the events said.
func (a *audit) end(meta map[string]string) error {
	if err := a.close(); err != nil {
		return err
	}
	for _, key := range metaKeys {
		unlisted := meta[key] == "" && (key == metaNonces || key == metaSigners) // as in older journals
		if meta[key] != a.meta[key] && !unlisted {
			return fmt.Errorf("what the journal keeps as its %s does not agree with its events", key)
		}
	}
	return nil
}

// verifyObjects holds the objects table against the events: every object that
// has an event is there, points at its newest one, and is searched by what
// that event says.
func verifyObjects(ctx context.Context, q querier) error {
	var missing string
	err := q.QueryRowContext(ctx, `SELECT subject FROM events
		WHERE object IS NOT NULL AND prev = 0 AND subject NOT IN (SELECT id FROM objects) LIMIT 1`).Scan(&missing)
	if err == nil {
		return fmt.Errorf("%q is in the events and not among the objects", missing)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	newer, err := overtaken(ctx, q)
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, `SELECT o.id, o.kind, o.version, o.seq, o.parent, o.created, o.open, o.batch, e.subject, e.object
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
func overtaken(ctx context.Context, q querier) (map[int64]bool, error) {
	rows, err := q.QueryContext(ctx, `SELECT prev FROM events WHERE prev > 0`)
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
