package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"paydesk/terminal/money"
)

// The schema. Times are Unix nanoseconds, amounts minor units of the account's
// currency. Rows of every kind share one table so that a batch is one query;
// they are only ever added: a void is a row whose related is the sale that it
// undoes, and the view book works out what is left. No column holds a card
// number.
const schema = `
CREATE TABLE IF NOT EXISTS host (key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
	guid TEXT PRIMARY KEY, device TEXT NOT NULL, number TEXT NOT NULL,
	opened INTEGER NOT NULL, closed INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_batch ON batches (device) WHERE closed IS NULL;
CREATE TABLE IF NOT EXISTS transactions (
	id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
	device TEXT NOT NULL, batch TEXT NOT NULL REFERENCES batches (guid), related TEXT NOT NULL,
	sequence TEXT NOT NULL, order_number TEXT NOT NULL,
	status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
	amount INTEGER NOT NULL, approved INTEGER NOT NULL, auth_code TEXT NOT NULL, created INTEGER NOT NULL,
	brand TEXT NOT NULL, first4 TEXT NOT NULL, last4 TEXT NOT NULL, token TEXT NOT NULL, expiry TEXT NOT NULL,
	holder TEXT NOT NULL, statement TEXT NOT NULL, customer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_sequence ON transactions (device, sequence) WHERE sequence <> '';
CREATE INDEX IF NOT EXISTS by_order ON transactions (order_number) WHERE order_number <> '';
CREATE INDEX IF NOT EXISTS by_batch ON transactions (batch);
CREATE INDEX IF NOT EXISTS by_related ON transactions (related);
CREATE VIEW IF NOT EXISTS book AS
	SELECT *, CASE WHEN voided THEN 0 ELSE approved END AS effective FROM (
		SELECT t.*, b.closed IS NOT NULL AS settled,
			EXISTS (SELECT 1 FROM transactions v WHERE v.related = t.guid AND v.kind = 'Void') AS voided
		FROM transactions t JOIN batches b ON b.guid = t.batch);`

// Kinds of rows.
const (
	kindSale = "Sale"
	kindVoid = "Void"
)

// Ledger is the bank's book. It is safe for many goroutines; every access
// takes the one connection in turn.
type Ledger struct {
	db  *sql.DB
	key []byte // random per ledger: signs bearer tokens, makes card tokens
}

// Transaction is a row of the ledger, for tests and tools.
type Transaction struct {
	GUID            string
	Kind            string // "Sale" or "Void"
	SaleGUID        string // of a void: the sale it undid
	DeviceGUID      string
	SequenceNumber  string
	OrderNumber     string
	Status          string // as the API writes it, such as "Transaction - Approved"
	Amount          money.Amount
	EffectiveAmount money.Amount // what the cardholder pays: 0 if declined or voided
	BatchGUID       string
	Settled         bool // its batch is closed
	Last4           string
	Created         time.Time
}

// OpenLedger opens the ledger of a host for reading only, also while another
// process serves it or after that process was killed.
func OpenLedger(path string) (*Ledger, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no sandbox ledger to read: %w", err)
	}
	db, err := openDB(path, "mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	return &Ledger{db: db}, nil
}

func createLedger(path string, full bool) (*Ledger, error) {
	query := "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=trusted_schema(0)"
	if full {
		query += "&_pragma=synchronous(FULL)"
	} else {
		query += "&_pragma=synchronous(NORMAL)"
	}
	if err := createFile(path); err != nil {
		return nil, err
	}
	db, err := openDB(path, query)
	if err != nil {
		return nil, err
	}
	l := &Ledger{db: db}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// createFile makes a new ledger file that only its owner can read.
func createFile(path string) error {
	if path == "" {
		return errors.New("no file name was given")
	}
	if path == ":memory:" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func openDB(path, query string) (*sql.DB, error) {
	name := path
	if path != ":memory:" {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		slashed := "/" + strings.TrimPrefix(filepath.ToSlash(abs), "/")
		name = (&url.URL{Scheme: "file", Path: slashed}).String()
	}
	db, err := sql.Open("sqlite", name+"?"+query)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, and ":memory:" is one connection's
	return db, nil
}

// prepare makes the tables, and the key on the first start.
func (l *Ledger) prepare() error {
	return l.write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT key FROM host`).Scan(&l.key)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		l.key = make([]byte, 32)
		_, _ = rand.Read(l.key) // never fails: it ends the program instead
		_, err = tx.ExecContext(ctx, `INSERT INTO host VALUES (?)`, l.key)
		return err
	})
}

// Close closes the file.
func (l *Ledger) Close() error { return l.db.Close() }

// write runs f in one transaction that has the write lock from its start. A
// client that hangs up does not undo what the bank has begun.
func (l *Ledger) write(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Transactions lists every row, oldest first.
func (l *Ledger) Transactions(ctx context.Context) ([]Transaction, error) {
	const query = `SELECT guid, kind, related, device, sequence, order_number, status, amount, effective,
		batch, settled, last4, created FROM book ORDER BY id`
	return collect(ctx, l.db, func(r *sql.Rows) (t Transaction, err error) {
		var created int64
		err = r.Scan(&t.GUID, &t.Kind, &t.SaleGUID, &t.DeviceGUID, &t.SequenceNumber, &t.OrderNumber, &t.Status,
			minor(&t.Amount), minor(&t.EffectiveAmount), &t.BatchGUID, &t.Settled, &t.Last4, &created)
		t.Created = time.Unix(0, created).UTC()
		return t, err
	}, query)
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect reads all rows of a query; the connection is free afterwards.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// minorScanner reads minor units of the account's currency into an amount.
type minorScanner struct{ to *money.Amount }

func minor(to *money.Amount) sql.Scanner { return minorScanner{to} }

// Scan implements sql.Scanner.
func (s minorScanner) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a ledger amount is a %T and not a whole number", src)
	}
	*s.to = money.New(n, accountCurrency)
	return nil
}

// newGUID is a random identity, RFC 9562 version 4.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
