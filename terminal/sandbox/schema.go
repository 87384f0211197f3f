package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
)

// The schema. Times are Unix nanoseconds, amounts minor units of the account's
// currency. Rows of every kind share one table so that a batch is one query.
// Rows are only added, and of a row only two amounts ever change, in the
// transaction that enters what changes them: standing is what its batch
// settles, approved less what was voided; effective is standing less what was
// returned later. An authorization that was captured, its capture and the sale
// that this made keep the same two amounts.
//
// related is the row that a row acts on: of a void the sale, authorization or
// return; of a return the sale; of a capture the authorization; of a sale that
// a capture made that capture. No column holds a card number or code.
//
// by_kind is for lists of a kind. Where anything else narrows a query, +kind
// keeps SQLite from reading a million rows of a kind through it instead.
const schema = `
CREATE TABLE IF NOT EXISTS host (key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
	guid TEXT PRIMARY KEY, device TEXT NOT NULL, number TEXT NOT NULL,
	opened INTEGER NOT NULL, closed INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_batch ON batches (device) WHERE closed IS NULL;
CREATE INDEX IF NOT EXISTS batches_opened ON batches (device, opened);
CREATE INDEX IF NOT EXISTS batches_closed ON batches (device, closed);
CREATE TABLE IF NOT EXISTS transactions (
	id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
	device TEXT NOT NULL, batch TEXT NOT NULL, related TEXT NOT NULL,
	sequence TEXT NOT NULL, order_number TEXT NOT NULL,
	status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
	amount INTEGER NOT NULL, approved INTEGER NOT NULL, auth_code TEXT NOT NULL, created INTEGER NOT NULL,
	brand TEXT NOT NULL, first4 TEXT NOT NULL, last4 TEXT NOT NULL, token TEXT NOT NULL, expiry TEXT NOT NULL,
	holder TEXT NOT NULL, statement TEXT NOT NULL, customer TEXT NOT NULL,` + secondColumns + `
);
CREATE INDEX IF NOT EXISTS by_kind ON transactions (kind);
CREATE INDEX IF NOT EXISTS by_created ON transactions (created);
CREATE INDEX IF NOT EXISTS by_sequence ON transactions (device, sequence) WHERE sequence <> '';
CREATE INDEX IF NOT EXISTS by_order ON transactions (order_number) WHERE order_number <> '';
CREATE INDEX IF NOT EXISTS by_batch ON transactions (batch);
CREATE INDEX IF NOT EXISTS by_related ON transactions (related) WHERE related <> '';
CREATE INDEX IF NOT EXISTS by_token ON transactions (token, amount, created) WHERE token <> '';
CREATE INDEX IF NOT EXISTS by_code ON transactions (trans_code) WHERE trans_code <> '';
CREATE VIEW IF NOT EXISTS book AS
	SELECT t.*, b.closed IS NOT NULL AS settled, t.approved > 0 AND t.standing = 0 AS voided
	FROM transactions t LEFT JOIN batches b ON b.guid = t.batch;
PRAGMA user_version = 2;`

// secondColumns are those that the first form of the ledger, which knew sales
// and reversals only, did not have.
const secondColumns = `
	standing INTEGER NOT NULL DEFAULT 0, effective INTEGER NOT NULL DEFAULT 0,
	order_date TEXT NOT NULL DEFAULT '', custom_data TEXT NOT NULL DEFAULT '', customer_id TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '', risk TEXT NOT NULL DEFAULT '', risk_only INTEGER NOT NULL DEFAULT 0,
	payments INTEGER NOT NULL DEFAULT 0, trans_code TEXT NOT NULL DEFAULT '',
	avs TEXT NOT NULL DEFAULT '', cvv TEXT NOT NULL DEFAULT '', mailed INTEGER NOT NULL DEFAULT 0,
	request TEXT NOT NULL DEFAULT '', made_by TEXT NOT NULL DEFAULT ''`

// fromFirst fills what the first form of the ledger left to its view. The
// indexes and the view are made anew by schema.
const fromFirst = `
UPDATE transactions SET standing = approved, effective = approved WHERE kind = 'Sale'
	AND guid NOT IN (SELECT related FROM transactions WHERE kind = 'Void');
UPDATE transactions SET approved = amount WHERE kind = 'Void';
DROP INDEX by_related;
DROP VIEW book;`

// prepare makes the tables, and the key on the first start.
func (l *Ledger) prepare() error {
	return l.write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		if err := upgrade(ctx, tx); err != nil {
			return err
		}
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

// upgrade brings a ledger of the first form to the present one, so that a
// trainee keeps what is in it.
func upgrade(ctx context.Context, tx *sql.Tx) error {
	var first bool
	err := tx.QueryRowContext(ctx, `SELECT user_version = 0 AND EXISTS (SELECT 1 FROM sqlite_schema
		WHERE name = 'transactions') FROM pragma_user_version`).Scan(&first)
	if err != nil || !first {
		return err
	}
	for _, column := range strings.Split(secondColumns, ",") {
		if _, err := tx.ExecContext(ctx, `ALTER TABLE transactions ADD COLUMN `+column); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, fromFirst)
	return err
}
