package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"paydesk/terminal/order"
)

// Commit writes the entries as one synced transaction, or none of them. It is
// not cut short by ctx: a commit that has begun ends.
//
// It fails with order.ErrConflict where an object's stored version is not one
// below its own, and with order.ErrFull where the disk has no room; in both
// cases nothing was written. For what became of a payment that was begun, the
// ballast is dropped first. After any other failure storage is not trusted any
// more: every later Commit fails.
func (j *Journal) Commit(ctx context.Context, entries ...order.Entry) error {
	ctx = context.WithoutCancel(ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	err := j.commit(ctx, entries)
	if errors.Is(err, order.ErrFull) && outcome(entries) && j.dropBallast() {
		err = j.commit(ctx, entries)
	}
	if err != nil && !errors.Is(err, order.ErrConflict) && !errors.Is(err, order.ErrFull) {
		// After a failed sync the system may have dropped the pages that it
		// could not write: trying again would only seem to succeed.
		j.failed = fmt.Errorf("the journal could not be written: %w", err)
		return j.failed
	}
	return err
}

// outcome reports whether the entries tell what became of something begun
// before: that must find a place.
func outcome(entries []order.Entry) bool {
	for _, e := range entries {
		switch o := e.Object.(type) {
		case order.Attempt:
			return o.Version > 1
		case order.FollowUp:
			return o.Version > 1
		case order.Batch:
			return o.Version > 1
		case order.Stored:
			return o.Version > 1
		}
	}
	return false
}

func (j *Journal) commit(ctx context.Context, entries []order.Entry) error {
	if err := j.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return storageError(err)
	}
	at := j.opt.Clock.Now().UnixMilli()
	seq, hash := j.seq, j.hash
	var err error
	for _, e := range entries {
		if hash, err = j.append(ctx, seq+1, at, hash, e); err != nil {
			j.rollback(ctx)
			return storageError(err)
		}
		seq++
	}
	sealed := j.sealed
	if j.sealDue(entries, seq) {
		if hash, err = j.append(ctx, seq+1, at, hash, j.seal(seq, hash, j.nonce)); err != nil {
			j.rollback(ctx)
			return storageError(err)
		}
		seq++
		sealed = seq
	}
	if err := j.exec(ctx, "COMMIT"); err != nil {
		j.rollback(ctx)
		return storageError(err)
	}
	j.seq, j.hash, j.sealed = seq, hash, sealed
	return nil
}

// rollback ends a transaction that failed. SQLite ends it by itself on most
// errors, and then there is none to roll back.
func (j *Journal) rollback(ctx context.Context) { _ = j.exec(ctx, "ROLLBACK") }

// storageError turns SQLite's "full" into the error of the contract.
func storageError(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlitelib.SQLITE_FULL {
		return fmt.Errorf("%w: %w", order.ErrFull, err)
	}
	return err
}

// row is an event as it is stored.
type row struct {
	seq, prev, at        int64
	kind, subject, actor string
	object, note, hash   []byte
}

// chain is the hash of the row behind the one whose hash is before: SHA-256
// over that hash and every field, each with its length in front.
func (r row) chain(before []byte) []byte {
	h := sha256.New()
	h.Write(before)
	var n [8]byte
	number := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	number(r.seq)
	number(r.prev)
	number(r.at)
	for _, field := range [][]byte{[]byte(r.kind), []byte(r.subject), []byte(r.actor), r.object, r.note} {
		number(int64(len(field)))
		h.Write(field)
	}
	return h.Sum(nil)
}

// append adds one event to the open transaction and returns its hash.
func (j *Journal) append(ctx context.Context, seq, at int64, before []byte, e order.Entry) ([]byte, error) {
	r := row{seq: seq, at: at, kind: e.Kind, subject: e.Subject, actor: e.Actor}
	var err error
	if e.Note != nil {
		if r.note, err = json.Marshal(e.Note); err != nil {
			return nil, err
		}
	}
	var s shape
	if e.Object != nil {
		if s, err = shapeOf(e.Object); err != nil {
			return nil, err
		}
		if r.object, err = json.Marshal(e.Object); err != nil {
			return nil, err
		}
		if r.prev, err = j.newest(ctx, s); err != nil {
			return nil, err
		}
		r.subject = s.id
	}
	r.hash = r.chain(before)
	err = j.exec(ctx, `INSERT INTO events (seq, prev, at, kind, subject, actor, object, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.seq, r.prev, r.at, r.kind, r.subject, r.actor, r.object, r.note, r.hash)
	switch {
	case err != nil:
	case e.Object != nil:
		if err = j.put(ctx, s, r); err == nil {
			err = j.keepSealed(ctx, e)
		}
	default:
		err = j.remember(ctx, r)
	}
	return r.hash, err
}

// put points an object at the event r, its newest.
func (j *Journal) put(ctx context.Context, s shape, r row) error {
	if r.prev > 0 {
		return j.exec(ctx, `UPDATE objects SET version = ?, seq = ?, open = ?, batch = ? WHERE id = ?`,
			s.version, r.seq, s.open, s.batch, s.id)
	}
	err := j.exec(ctx, `INSERT INTO objects (id, kind, version, seq, parent, created, open, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		s.id, s.kind, s.version, r.seq, s.parent, s.created, s.open, s.batch)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY {
		return order.ErrConflict // it is not new
	}
	return err
}

// newest is the number of the newest event about an object, 0 for a new one.
// It fails with order.ErrConflict unless the object is the version behind the
// one that is stored.
func (j *Journal) newest(ctx context.Context, s shape) (int64, error) {
	if s.version == 1 {
		return 0, nil // put fails if it is not new
	}
	stmt, err := j.prepared(ctx, `SELECT seq, version FROM objects WHERE id = ?`)
	if err != nil {
		return 0, err
	}
	var seq, version int64
	err = stmt.QueryRowContext(ctx, s.id).Scan(&seq, &version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if s.version != 0 && s.version != version+1 {
		return 0, order.ErrConflict
	}
	return seq, nil
}

// exec runs a statement on the one writing connection.
func (j *Journal) exec(ctx context.Context, query string, args ...any) error {
	stmt, err := j.prepared(ctx, query)
	if err == nil {
		_, err = stmt.ExecContext(ctx, args...)
	}
	return err
}

// prepared keeps each statement for the next commit.
func (j *Journal) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := j.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := j.conn.PrepareContext(ctx, query)
	if err == nil {
		j.stmts[query] = stmt
	}
	return stmt, err
}

// querier is a connection or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
