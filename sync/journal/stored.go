package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"paydesk/terminal/order"
)

// keepSealed keeps the sealed card of a stored sale in the open transaction
// with the sale, or deletes it with the sale's end: a row is there exactly as
// long as the state is Sealed. A card on file has none. What is deleted is overwritten (secure_delete).
func (j *Journal) keepSealed(ctx context.Context, e order.Entry) error {
	s, ok := e.Object.(order.Stored)
	switch {
	case ok && !s.State.Sealed():
		return j.exec(ctx, `DELETE FROM sealed WHERE id = ?`, s.ID)
	case ok && s.Version == 1 && s.Charged == "" && len(e.Sealed) > 0:
		return j.exec(ctx, `INSERT INTO sealed (id, card) VALUES (?, ?)`, s.ID, e.Sealed)
	case len(e.Sealed) > 0, ok && s.Version == 1 && s.Charged == "":
		return errors.New("a sealed card comes with a new stored sale, and with nothing else")
	}
	return nil
}

// SealedCard reads the sealed card of a stored sale, or fails with
// order.ErrNotFound.
func (j *Journal) SealedCard(ctx context.Context, id string) (sealed []byte, err error) {
	err = j.read.QueryRowContext(ctx, `SELECT card FROM sealed WHERE id = ?`, id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = order.ErrNotFound
	}
	return sealed, err
}

// verifySealed finds a sealed card that outlived its sale. That one is missing is
// found when it is to be opened: a journal that was salvaged has none.
func verifySealed(ctx context.Context, q querier) error {
	rows, err := q.QueryContext(ctx, `SELECT s.id, e.object FROM sealed AS s
		LEFT JOIN objects AS o ON o.id = s.id AND o.kind = 'stored' LEFT JOIN events AS e USING (seq)`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var data []byte
		if err := rows.Scan(&id, &data); err != nil {
			return err
		}
		var s order.Stored
		if len(data) == 0 || json.Unmarshal(data, &s) != nil || !s.State.Sealed() {
			return fmt.Errorf("the sealed card %q has no stored sale that needs it", id)
		}
	}
	return rows.Err()
}

// Scrub empties the write-ahead log, in which copies of deleted rows may still
// stand. A reader that is at work holds it up; the next one does it then.
func (j *Journal) Scrub(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	_, err := j.conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// Stored reads a stored sale, or fails with order.ErrNotFound.
func (j *Journal) Stored(ctx context.Context, id string) (order.Stored, error) {
	return one[order.Stored](ctx, j, kindStored, id)
}

// StoredOf lists the stored sales of an order, oldest first: one that was
// withdrawn may be followed by another.
func (j *Journal) StoredOf(ctx context.Context, orderID string) ([]order.Stored, error) {
	return list[order.Stored](ctx, prepared{j}, byParent+`AND o.kind = 'stored' ORDER BY o.created, o.id`, orderID)
}

// Cash reads a payment in cash, or fails with order.ErrNotFound.
func (j *Journal) Cash(ctx context.Context, id string) (order.Cash, error) {
	return one[order.Cash](ctx, j, kindCash, id)
}
