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
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Commit writes the entries as one synced transaction, or none of them. It is
// not cut short by ctx: a commit that has begun ends.
//
// It fails with order.ErrConflict where an object's stored version is not one
// below its own, and with order.ErrFull where the disk has no room even after
// the ballast was dropped; in both cases nothing was written. After any other
// failure storage is not trusted any more: every later Commit fails.
func (j *Journal) Commit(ctx context.Context, entries ...order.Entry) error {
	ctx = context.WithoutCancel(ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	err := j.commit(ctx, entries)
	if errors.Is(err, order.ErrFull) && j.dropBallast() {
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

func (j *Journal) commit(ctx context.Context, entries []order.Entry) error {
	if err := j.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return storageError(err)
	}
	at := j.opt.Clock.Now().UnixMilli()
	seq, hash := j.seq, j.hash
	for _, e := range entries {
		row, err := newRow(seq+1, at, e)
		if err == nil {
			row.hash = row.chain(hash)
			err = j.insert(ctx, row, e.Object)
		}
		if err != nil {
			return errors.Join(storageError(err), ignoreDone(j.exec(ctx, "ROLLBACK")))
		}
		seq, hash = row.seq, row.hash
	}
	if err := j.exec(ctx, "COMMIT"); err != nil {
		return errors.Join(storageError(err), ignoreDone(j.exec(ctx, "ROLLBACK")))
	}
	j.seq, j.hash = seq, hash
	return nil
}

// ignoreDone drops the failure of a rollback: SQLite ends the transaction by
// itself on most errors, and then there is none to roll back.
func ignoreDone(error) error { return nil }

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
	seq, at              int64
	kind, subject, actor string
	object, note, hash   []byte
}

func newRow(seq, at int64, e order.Entry) (row, error) {
	r := row{seq: seq, at: at, kind: e.Kind, subject: e.Subject, actor: e.Actor}
	var err error
	if e.Object != nil {
		if r.object, err = json.Marshal(e.Object); err != nil {
			return row{}, err
		}
	}
	if e.Note != nil {
		r.note, err = json.Marshal(e.Note)
	}
	return r, err
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
	number(r.at)
	for _, field := range [][]byte{[]byte(r.kind), []byte(r.subject), []byte(r.actor), r.object, r.note} {
		number(int64(len(field)))
		h.Write(field)
	}
	return h.Sum(nil)
}

func (j *Journal) insert(ctx context.Context, r row, object any) error {
	err := j.exec(ctx, `INSERT INTO events (seq, at, kind, subject, actor, object, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.seq, r.at, r.kind, r.subject, r.actor, r.object, r.note, r.hash)
	if err != nil || object == nil {
		return err
	}
	return j.project(ctx, object, r.object)
}

// project brings the projection of one object up to date.
func (j *Journal) project(ctx context.Context, object any, data []byte) error {
	switch o := object.(type) {
	case order.Order:
		return j.put(ctx, o.Version,
			`INSERT INTO orders (state, data, version, id) VALUES (?, ?, ?, ?)`,
			`UPDATE orders SET state = ?, data = ?, version = ? WHERE id = ? AND version = ?`,
			string(o.State), data, o.Version, o.ID)
	case order.Attempt:
		return j.put(ctx, o.Version,
			`INSERT INTO attempts (order_id, state, final, created, batch, guid, minor, currency, data, version, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			`UPDATE attempts SET order_id = ?, state = ?, final = ?, created = ?, batch = ?, guid = ?, minor = ?, currency = ?, data = ?, version = ? WHERE number = ? AND version = ?`,
			o.Order, string(o.State), o.State.Final(), o.Created.UnixMilli(), o.Batch, o.GUID, charged(o), string(o.Asked.Currency), data, o.Version, o.Number)
	case order.Batch:
		return j.put(ctx, o.Version,
			`INSERT INTO batches (state, guid, asked, data, version, id) VALUES (?, ?, ?, ?, ?, ?)`,
			`UPDATE batches SET state = ?, guid = ?, asked = ?, data = ?, version = ? WHERE id = ? AND version = ?`,
			string(o.State), o.GUID, o.Asked.UnixMilli(), data, o.Version, o.ID)
	case order.Job:
		waiting := o.State != order.JobDone && o.State != order.JobDropped
		return j.put(ctx, o.Version,
			`INSERT INTO jobs (state, subject, waiting, data, version, id) VALUES (?, ?, ?, ?, ?, ?)`,
			`UPDATE jobs SET state = ?, subject = ?, waiting = ?, data = ?, version = ? WHERE id = ? AND version = ?`,
			string(o.State), o.Subject, waiting, data, o.Version, o.ID)
	case staff.Operator:
		return j.exec(ctx, `INSERT INTO operators (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`, o.ID, data)
	case settings.Change:
		return j.exec(ctx, `INSERT INTO settings (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data`, o.Key, data)
	}
	return fmt.Errorf("the journal has no projection for %T", object)
}

// charged is the money that an attempt stands for in its batch.
func charged(a order.Attempt) int64 {
	if a.State == order.Approved {
		return a.Approved.Minor
	}
	return 0
}

// put stores a versioned object: version 1 is new, a later one replaces the
// version before it and nothing else. The arguments end in version and id.
func (j *Journal) put(ctx context.Context, version int64, insert, update string, args ...any) error {
	if version == 1 {
		err := j.exec(ctx, insert, args...)
		var e *sqlite.Error
		if errors.As(err, &e) && e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY {
			return order.ErrConflict
		}
		return err
	}
	n, err := j.execCount(ctx, update, append(args, version-1)...)
	if err == nil && n != 1 {
		return order.ErrConflict
	}
	return err
}

func (j *Journal) exec(ctx context.Context, query string, args ...any) error {
	_, err := j.execCount(ctx, query, args...)
	return err
}

// execCount runs a statement on the one writing connection. Statements are
// prepared once: a sale's local time is mostly made of these.
func (j *Journal) execCount(ctx context.Context, query string, args ...any) (int64, error) {
	stmt := j.stmts[query]
	if stmt == nil {
		var err error
		if stmt, err = j.conn.PrepareContext(ctx, query); err != nil {
			return 0, err
		}
		j.stmts[query] = stmt
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// querier is a connection or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
