package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// entry is a row of the ledger, of any kind.
type entry struct {
	id                          int64
	guid, kind, device, batch   string
	related                     string // see schema
	sequence, order             string
	orderDate, custom, customer string // as the request had them; customer is its CustomerID
	status, code, message       string
	amount, approved            money.Amount
	standing, effective         money.Amount // see schema
	authCode, statement         string
	reason                      string // of a void
	risk                        string // what the risk check said, or ""
	riskOnly                    bool
	payments                    int    // how many outgoing payments are to follow
	transCode                   string // incoming transaction code, or ""
	avs, cvv                    string // verification codes, or ""
	mailed                      bool   // a receipt went to the customer
	request                     string // fingerprint of the request
	madeBy                      string // the user
	created                     time.Time
	card                        keptCard
	settled, voided             bool // the batch is closed; nothing is left of what was approved
}

// keptCard is all that the ledger keeps of a card.
type keptCard struct {
	brand, first4, last4, token, expiry, holder string
	customer                                    string // JSON as the API shows it, or ""
}

// refNumber is the processor's number of a transaction.
func (e *entry) refNumber() string { return fmt.Sprint(firstRef + e.id) }

// rule is a refusal by the state of the ledger, in the document's words.
type rule string

// Error implements error.
func (r rule) Error() string { return string(r) }

// coded is a refusal with a code of the processor.
type coded struct{ code, message string }

// Error implements error.
func (c coded) Error() string { return c.code + " " + c.message }

// firstRef is the reference number before the first row's.
const firstRef = 16_000_000

// wasProcessed says that the processor took the transaction: it approved it.
func (e *entry) wasProcessed() bool { return e.status == statusApproved && !e.riskOnly }

// entryColumns are the columns that an entry is written to, in the order of
// its cells.
const entryColumns = `guid, kind, device, batch, related, sequence, order_number, order_date, custom_data,
	customer_id, status, code, message, amount, approved, standing, effective, auth_code, statement, reason,
	risk, risk_only, payments, trans_code, avs, cvv, mailed, request, made_by, created,
	brand, first4, last4, token, expiry, holder, customer`

func (e *entry) cells() []any {
	c := &e.card
	return []any{&e.guid, &e.kind, &e.device, &e.batch, &e.related, &e.sequence, &e.order, &e.orderDate, &e.custom,
		&e.customer, &e.status, &e.code, &e.message, minor(&e.amount), minor(&e.approved), minor(&e.standing),
		minor(&e.effective), &e.authCode, &e.statement, &e.reason, &e.risk, &e.riskOnly, &e.payments, &e.transCode,
		&e.avs, &e.cvv, &e.mailed, &e.request, &e.madeBy, timeCell{&e.created},
		&c.brand, &c.first4, &c.last4, &c.token, &c.expiry, &c.holder, &c.customer}
}

// entries lists the rows that a condition, and what may follow it, selects.
func entries(ctx context.Context, q querier, condition string, args ...any) ([]*entry, error) {
	return collect(ctx, q, func(r *sql.Rows) (*entry, error) {
		e := new(entry)
		return e, r.Scan(append([]any{&e.id, &e.settled, &e.voided}, e.cells()...)...)
	}, `SELECT id, settled, voided, `+entryColumns+` FROM book WHERE `+condition, args...)
}

// oneEntry is the first row that a condition selects, or nil.
func oneEntry(ctx context.Context, q querier, condition string, args ...any) (*entry, error) {
	list, err := entries(ctx, q, condition+` LIMIT 1`, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// insert enters a row and gives it its guid and id. What it approved stands,
// and of all but a void it has effect.
func insert(ctx context.Context, tx *sql.Tx, e *entry) error {
	e.guid, e.standing = newGUID(), e.approved
	if e.kind != kindVoid {
		e.effective = e.approved
	}
	cells := e.cells()
	done, err := tx.ExecContext(ctx, `INSERT INTO transactions (`+entryColumns+`) VALUES (?`+
		strings.Repeat(", ?", len(cells)-1)+`)`, cells...)
	if err != nil {
		return err
	}
	e.id, err = done.LastInsertId()
	return err
}

// openBatch is the guid of the device's open batch, a new one if need be. Its
// number is the day it was opened and a count, as the document's samples read.
func openBatch(ctx context.Context, tx *sql.Tx, device string, now time.Time) (string, error) {
	var guid string
	err := tx.QueryRowContext(ctx, `SELECT guid FROM batches WHERE device = ? AND closed IS NULL`, device).Scan(&guid)
	if !errors.Is(err, sql.ErrNoRows) {
		return guid, err
	}
	day := now.UTC().Truncate(24 * time.Hour)
	var earlier int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM batches WHERE device = ? AND opened >= ?`, device, day.UnixNano()).Scan(&earlier)
	if err != nil {
		return "", err
	}
	guid = newGUID()
	_, err = tx.ExecContext(ctx, `INSERT INTO batches (guid, device, number, opened) VALUES (?, ?, ?, ?)`,
		guid, device, fmt.Sprintf("%s%02d", day.Format("200612"), earlier+1), now.UnixNano())
	return guid, err
}

// newAuthCode is an approval code in the form of the samples, such as TAS356.
func newAuthCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1000))
	if err != nil {
		n = new(big.Int) // cannot happen: the reader ends the program instead
	}
	return fmt.Sprintf("TAS%03d", n)
}
