package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
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

// Kinds of rows, as the document's batch rows name them.
const (
	kindSale    = "Sale"
	kindAuth    = "Auth Only"
	kindCapture = "Capture"
	kindVoid    = "Void"
	kindReturn  = "Return"
	kindVerify  = "Verify"
)

// Ledger is the bank's book. It is safe for many goroutines; every access
// takes the one connection in turn.
type Ledger struct {
	db  *sql.DB
	key []byte // random per ledger: signs bearer tokens, makes card tokens
}

// Transaction is a row of the ledger, for tests and tools.
type Transaction struct {
	GUID           string
	Kind           string // "Sale", "Auth Only", "Capture", "Void", "Return" or "Verify"
	RelatedGUID    string // what it acts on: of a void the sale, say, or of a sale the capture that made it
	DeviceGUID     string
	SequenceNumber string
	OrderNumber    string
	Status         string // as the API writes it, such as "Transaction - Approved"
	Amount         money.Amount
	// EffectiveAmount is what the cardholder pays, or has held: nothing of
	// what was declined, voided or returned.
	EffectiveAmount money.Amount
	BatchGUID       string // "" of a verify
	Settled         bool   // its batch is closed
	Mailed          bool   // the host mailed a receipt of it
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
	query := "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=trusted_schema(0)&_pragma=cache_size(-65536)"
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
		batch, settled, mailed, last4, created FROM book ORDER BY id`
	return collect(ctx, l.db, func(r *sql.Rows) (t Transaction, err error) {
		err = r.Scan(&t.GUID, &t.Kind, &t.RelatedGUID, &t.DeviceGUID, &t.SequenceNumber, &t.OrderNumber, &t.Status,
			minor(&t.Amount), minor(&t.EffectiveAmount), &t.BatchGUID, &t.Settled, &t.Mailed, &t.Last4, timeCell{&t.Created})
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

// minorCell is an amount as a cell of the ledger: minor units of the account's
// currency.
type minorCell struct{ of *money.Amount }

func minor(of *money.Amount) minorCell { return minorCell{of} }

// Scan implements sql.Scanner.
func (c minorCell) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a ledger amount is a %T and not a whole number", src)
	}
	*c.of = money.New(n, accountCurrency)
	return nil
}

// Value implements driver.Valuer.
func (c minorCell) Value() (driver.Value, error) { return c.of.Minor, nil }

// timeCell is a moment as a cell of the ledger: Unix nanoseconds.
type timeCell struct{ of *time.Time }

// Scan implements sql.Scanner.
func (c timeCell) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a ledger time is a %T and not a whole number", src)
	}
	*c.of = time.Unix(0, n).UTC()
	return nil
}

// Value implements driver.Valuer.
func (c timeCell) Value() (driver.Value, error) { return c.of.UnixNano(), nil }

// newGUID is a random identity, RFC 9562 version 4.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return formGUID(b, 0x40)
}

// derivedGUID is the identity of something that belongs to another thing: the
// same every time, RFC 9562 version 8.
func derivedGUID(key []byte, purpose, of string) string {
	return formGUID([16]byte(mac(key, "guid of "+purpose, []byte(of))), 0x80)
}

func formGUID(b [16]byte, version byte) string {
	b[6], b[8] = b[6]&0x0f|version, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
