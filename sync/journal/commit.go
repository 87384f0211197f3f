package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
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
	j.wrote = j.opt.Clock.Now()
	err := j.commit(ctx, entries)
	if errors.Is(err, order.ErrFull) && outcome(entries) && j.dropBallast() {
		err = j.commit(ctx, entries)
	}
	return j.distrust(err)
}

// distrust passes the error of a transaction on. After one that is neither a
// conflict nor a full disk nothing is written any more.
func (j *Journal) distrust(err error) error {
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
func outcome(entries []order.Entry) (told bool) {
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
		case order.Refund:
			return o.Version > 1
		case order.Export:
			return o.Version > 1
		case order.QR: // beside a refund it says what that holds
			told = told || o.Version > 1 && o.State != order.QRTaking
		}
	}
	return told
}

func (j *Journal) commit(ctx context.Context, entries []order.Entry) error {
	seq, hash, sealed := j.seq, j.hash, j.sealed
	err := j.transact(ctx, func() (err error) {
		at := j.opt.Clock.Now().UnixMilli()
		for _, e := range entries {
			if hash, err = j.append(ctx, seq+1, at, hash, e); err != nil {
				return err
			}
			seq++
		}
		if j.sealDue(entries, seq) {
			if hash, err = j.append(ctx, seq+1, at, hash, j.seal(seq, hash, j.nonce)); err != nil {
				return err
			}
			seq++
			sealed = seq
		}
		return nil
	})
	if err == nil {
		j.seq, j.hash, j.sealed = seq, hash, sealed
	}
	return err
}

// transact runs f between the begin and the synced end of a transaction.
// Whatever fails, nothing of it is written.
func (j *Journal) transact(ctx context.Context, f func() error) error {
	err := j.exec(ctx, "BEGIN IMMEDIATE")
	if err == nil {
		if err = f(); err == nil {
			err = j.exec(ctx, "COMMIT")
		}
		if err != nil {
			j.rollback(ctx)
		}
	}
	return storageError(err)
}

// rollback ends a transaction that failed. SQLite ends it by itself on most
// errors, and then there is none to roll back.
func (j *Journal) rollback(ctx context.Context) {
	clear(j.places)
	_ = j.exec(ctx, "ROLLBACK")
}

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
			j.keep(s, r.seq)
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

// place is where an object stands: its newest event and its version.
type place struct{ seq, version int64 }

// maxPlaces bounds the places that are kept in memory.
const maxPlaces = 4096

// newest is the number of the newest event about an object, 0 for a new one.
// It fails with order.ErrConflict unless the object is the version behind the
// one that is stored.
func (j *Journal) newest(ctx context.Context, s shape) (int64, error) {
	if s.version == 1 {
		return 0, nil // put fails if it is not new
	}
	p, known := j.places[s.id]
	if !known {
		err := j.conn.QueryRowContext(ctx, `SELECT seq, version FROM objects WHERE id = ?`, s.id).Scan(&p.seq, &p.version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, err
		}
	}
	if s.version != 0 && s.version != p.version+1 {
		return 0, order.ErrConflict
	}
	return p.seq, nil
}

// keep remembers where an object stands, so that its next commit need not ask.
// What a commit that failed put there is forgotten with the rest.
func (j *Journal) keep(s shape, seq int64) {
	if j.places == nil || len(j.places) >= maxPlaces {
		j.places = map[string]place{}
	}
	j.places[s.id] = place{seq, s.version}
}

// exec runs a statement on the one writing connection.
func (j *Journal) exec(ctx context.Context, query string, args ...any) error {
	return execOn(ctx, j.conn, j.stmts, query, args...)
}

// execOn runs a statement past database/sql's locks and conversions, and keeps
// it prepared for the next time.
func execOn(ctx context.Context, conn *sql.Conn, stmts map[string]driver.Stmt, query string, args ...any) error {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return conn.Raw(func(c any) error {
		stmt := stmts[query]
		if stmt == nil {
			var err error
			if stmt, err = c.(driver.ConnPrepareContext).PrepareContext(ctx, query); err != nil {
				return err
			}
			stmts[query] = stmt
		}
		_, err := stmt.(driver.StmtExecContext).ExecContext(ctx, values)
		return err
	})
}

// querier is a connection or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
