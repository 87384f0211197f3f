package journal

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"

	"paydesk/terminal/order"
)

// Keys are the public keys with which this installation ever signed, oldest
// first: what one of them signed is still its own.
func (j *Journal) Keys(ctx context.Context) ([]ed25519.PublicKey, error) {
	meta, err := readMeta(ctx, j.read)
	if err != nil {
		return nil, err
	}
	if meta[metaSigners] == "" { // a journal from before they were listed
		meta[metaSigners] = meta[metaKey]
	}
	var keys []ed25519.PublicKey
	for _, digits := range strings.Fields(meta[metaSigners]) {
		key, err := hex.DecodeString(digits)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// told says, per document, of what kind the object is that it tells of, and
// whether it may be told of as the object stands. What is made in one step may
// from the first.
var told = map[string]struct {
	kind  string
	ended func(object any) bool
}{
	order.DocumentSale:     {kindAttempt, func(o any) bool { return o.(order.Attempt).State == order.Approved }},
	order.DocumentFollow:   {kindFollow, func(o any) bool { return o.(order.FollowUp).State == order.FollowDone }},
	order.DocumentBill:     {kindBill, func(o any) bool { return o.(order.Bill).State == order.BillPaid }},
	order.DocumentStored:   {kindStored, nil},
	order.DocumentCash:     {kindCash, nil},
	order.DocumentCashBack: {kindCashBack, nil},
	order.DocumentWallet:   {kindQR, func(o any) bool { return o.(order.QR).State == order.QRPaid }},
	order.DocumentCode:     {kindQR, func(o any) bool { return o.(order.QR).Text != "" }},
	order.DocumentRefund: {kindRefund, func(o any) bool { // the slip is there while the money is on its way
		return o.(order.Refund).State == order.RefundPending || o.(order.Refund).State == order.RefundDone
	}},
}

// Before is the head of the chain before the event that brought what a document
// tells of to its good end: approved, done, paid. It stays the same whatever is
// written later. It fails with order.ErrNotFound where there is no such thing,
// no end yet, or another one.
func (j *Journal) Before(ctx context.Context, document, id string) ([]byte, error) {
	fact := told[document]
	rows, err := j.read.QueryContext(ctx, `
		WITH RECURSIVE chain (seq) AS (
			SELECT seq FROM objects WHERE id = ?1 AND kind = ?2
			UNION ALL SELECT e.prev FROM chain AS c JOIN events AS e USING (seq) WHERE e.prev > 0)
		SELECT seq, object FROM chain JOIN events USING (seq) ORDER BY seq`, id, fact.kind)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var data []byte
		if err := rows.Scan(&seq, &data); err != nil {
			return nil, err
		}
		object, err := decode(fact.kind, data)
		if err != nil {
			return nil, err
		}
		if fact.ended == nil || fact.ended(object) {
			return j.headBehind(ctx, seq-1)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return nil, order.ErrNotFound
}

func (j *Journal) headBehind(ctx context.Context, seq int64) (hash []byte, err error) {
	err = j.read.QueryRowContext(ctx, `SELECT hash FROM events WHERE seq = ?`, seq).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = order.ErrNotFound
	}
	return hash, err
}
