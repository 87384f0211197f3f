package sandbox

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"time"
)

// sameNumberWindow is how long a sequence number protects against a second
// transaction. Current API, SequenceNumber: 30 minutes.
const sameNumberWindow = 30 * time.Minute

// repeated looks for an earlier transaction with the same sequence number on
// the device. The document protects sales by it, and refuses the second. The
// newer dialect protects every kind; there, the very same request gets the
// earlier transaction back if it went through, and is processed now if it was
// declined (vendor's advice on retries).
func (h *Host) repeated(ctx context.Context, q querier, e *entry) (*entry, error) {
	if h.blind || e.sequence == "" || (!h.current() && e.kind != kindSale) {
		return nil, nil
	}
	same := `device = ? AND sequence = ? AND sequence <> ''`
	if !h.current() {
		same += ` AND +kind = 'Sale'`
	}
	prior, err := oneEntry(ctx, q, same+` ORDER BY id DESC`, e.device, e.sequence)
	if err != nil || prior == nil || e.created.Sub(prior.created) >= sameNumberWindow {
		return nil, err
	}
	if h.current() && prior.request == e.request && !prior.voided {
		if prior.status == statusDeclined {
			return nil, nil
		}
		return prior, nil
	}
	switch {
	case prior.voided:
		return nil, coded{"D0009", "Duplicate Request (Reversed previously)"}
	case prior.status == statusDeclined:
		return nil, coded{"D0003", "Duplicate Request (Declined previously)"}
	}
	return nil, coded{"D0001", "Duplicate Request (Approved previously)"}
}

// tooAlike refuses a second approved payment of one kind with the same card and
// amount on the device within the host's window.
func (h *Host) tooAlike(ctx context.Context, tx *sql.Tx, e *entry) error {
	if h.blind || h.opt.DuplicateWindow <= 0 || e.card.token == "" || e.kind == kindVerify {
		return nil
	}
	var found bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM transactions WHERE token = ? AND token <> ''
		AND created > ? AND +kind = ? AND device = ? AND amount = ? AND status = ? AND related = '')`,
		e.card.token, e.created.Add(-h.opt.DuplicateWindow).UnixNano(), e.kind, e.device, e.amount.Minor,
		statusApproved).Scan(&found)
	if err == nil && found {
		return coded{"D0008", "Possible Duplicate Request"}
	}
	return err
}

// fingerprint tells equal requests from others. It covers no card number and
// no security code.
func (h *Host) fingerprint(kind string, request any) string {
	plain, err := json.Marshal(request)
	if err != nil {
		return "" // texts always encode
	}
	return hex.EncodeToString(mac(h.ledger.key, "request "+kind, []byte(masked(string(plain))))[:16])
}
