package sandbox

import (
	"context"
	"database/sql"
	"net/http"
)

// reverse answers POST timeoutreversal: it undoes the newest sale or
// authorization of a device and number. A second call finds it voided and says
// the same.
func (h *Host) reverse(c *call) reply {
	var in struct {
		DeviceGUID     text `json:"DeviceGuid"`
		SequenceNumber text
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	e, out, bad := h.follow(kindVoid, &followRequest{DeviceGUID: in.DeviceGUID}, nil)
	if bad {
		return out
	}
	if in.SequenceNumber == "" {
		return badField("SequenceNumber", "the number of the sale to reverse is required")
	}
	e.reason = "DEVICE_TIMEOUT"
	err := h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		t, err := oneEntry(ctx, tx, `device = ? AND sequence = ? AND sequence <> '' AND +kind IN ('Sale', 'Auth Only')
			ORDER BY id DESC`, e.device, string(in.SequenceNumber))
		switch {
		case err != nil:
			return err
		case t == nil || t.status == statusDeclined:
			return rule("Device Guid and Sequence Number combination not found.")
		case t.voided || !t.wasProcessed():
			return nil // nothing is left, or was ever charged
		}
		return enterVoid(ctx, tx, e, t, nil)
	})
	if err != nil {
		return h.failed(kindVoid, err)
	}
	return reply{status: http.StatusOK, body: "Device Guid and Sequence Number combination found and voided."}
}
