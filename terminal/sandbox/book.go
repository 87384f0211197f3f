package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"time"

	"paydesk/terminal/money"
)

// sale is a row of the ledger as the API shows it.
type sale struct {
	id                    int64
	guid, device, batch   string
	sequence, order       string
	status, code, message string
	amount, approved      money.Amount
	effective             money.Amount // approved, or 0 once voided
	authCode              string
	created               time.Time
	card                  keptCard
	statement             string
	settled, voided       bool
}

// keptCard is all that the ledger keeps of a card.
type keptCard struct {
	brand, first4, last4, token, expiry, holder string
	customer                                    string // JSON as the API shows it, or ""
}

// refNumber is the processor's number of a transaction.
func (s *sale) refNumber() string { return fmt.Sprint(16_000_000 + s.id) }

// wasProcessed says that the processor took the sale: it approved it.
func (s *sale) wasProcessed() bool { return s.status == statusApproved }

const saleQuery = `SELECT id, guid, device, batch, sequence, order_number, status, code, message,
	amount, approved, effective, auth_code, created, brand, first4, last4, token, expiry, holder,
	statement, customer, settled, voided FROM book WHERE kind = 'Sale' `

// sales lists the sales that the rest of the query selects.
func sales(ctx context.Context, q querier, rest string, args ...any) ([]*sale, error) {
	return collect(ctx, q, func(r *sql.Rows) (*sale, error) {
		s, c, created := new(sale), new(keptCard), int64(0)
		err := r.Scan(&s.id, &s.guid, &s.device, &s.batch, &s.sequence, &s.order, &s.status, &s.code, &s.message,
			minor(&s.amount), minor(&s.approved), minor(&s.effective), &s.authCode, &created, &c.brand, &c.first4,
			&c.last4, &c.token, &c.expiry, &c.holder, &s.statement, &c.customer, &s.settled, &s.voided)
		s.card, s.created = *c, time.Unix(0, created)
		return s, err
	}, saleQuery+rest, args...)
}

// newestSale is the last sale with a number on a device, or nil.
func newestSale(ctx context.Context, q querier, device, sequence string) (*sale, error) {
	if sequence == "" {
		return nil, nil
	}
	list, err := sales(ctx, q, `AND device = ? AND sequence = ? AND sequence <> '' ORDER BY id DESC LIMIT 1`, device, sequence)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// sameNumberWindow is how long a sequence number protects against a second
// sale. Current API, SequenceNumber: 30 minutes.
const sameNumberWindow = 30 * time.Minute

// rule is a refusal by the state of the ledger, in the document's words.
type rule string

// Error implements error.
func (r rule) Error() string { return string(r) }

// duplicate is the refusal of a sale that was there before.
type duplicate struct{ code, message string }

// Error implements error.
func (d duplicate) Error() string { return d.code + " " + d.message }

// addSale enters a sale, unless it is a duplicate. Looking and entering are one
// transaction: of many equal requests at once, one is entered.
func (l *Ledger) addSale(ctx context.Context, s *sale, window time.Duration) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := findDuplicate(ctx, tx, s, window); err != nil {
			return err
		}
		var err error
		if s.batch, err = openBatch(ctx, tx, s.device, s.created); err != nil {
			return err
		}
		s.guid = newGUID()
		if s.wasProcessed() {
			s.authCode = newAuthCode()
		}
		return insert(ctx, tx, kindSale, "", s)
	})
}

func findDuplicate(ctx context.Context, tx *sql.Tx, s *sale, window time.Duration) error {
	prior, err := newestSale(ctx, tx, s.device, s.sequence)
	if err != nil {
		return err
	}
	if prior != nil && s.created.Sub(prior.created) < sameNumberWindow {
		switch {
		case prior.voided:
			return duplicate{"D0009", "Duplicate Request (Reversed previously)"}
		case prior.status == statusDeclined:
			return duplicate{"D0003", "Duplicate Request (Declined previously)"}
		}
		return duplicate{"D0001", "Duplicate Request (Approved previously)"}
	}
	if window <= 0 || s.card.token == "" {
		return nil
	}
	var found bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM transactions WHERE kind = 'Sale' AND device = ?
		AND token = ? AND amount = ? AND status = ? AND created > ?)`, s.device, s.card.token, s.amount.Minor,
		statusApproved, s.created.Add(-window).UnixNano()).Scan(&found)
	if err == nil && found {
		return duplicate{"D0008", "Possible Duplicate Request"}
	}
	return err
}

// insert enters a row of a kind and gives it its id.
func insert(ctx context.Context, tx *sql.Tx, kind, related string, s *sale) error {
	done, err := tx.ExecContext(ctx, `INSERT INTO transactions (guid, kind, device, batch, related, sequence,
		order_number, status, code, message, amount, approved, auth_code, created, brand, first4, last4, token,
		expiry, holder, statement, customer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.guid, kind, s.device, s.batch, related, s.sequence, s.order, s.status, s.code, s.message, s.amount.Minor,
		s.approved.Minor, s.authCode, s.created.UnixNano(), s.card.brand, s.card.first4, s.card.last4, s.card.token,
		s.card.expiry, s.card.holder, s.statement, s.card.customer)
	if err != nil {
		return err
	}
	s.id, err = done.LastInsertId()
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
