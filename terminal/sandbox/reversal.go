package sandbox

import (
	"context"
	"database/sql"
	"net/http"

	"paydesk/terminal/money"
)

// reverse answers POST timeoutreversal: it undoes the newest sale of a device
// and number. A second call finds it voided and says the same.
func (h *Host) reverse(c *call) reply {
	var in struct {
		DeviceGUID     text `json:"DeviceGuid"`
		SequenceNumber text
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return invalidDevice
	}
	if in.SequenceNumber == "" {
		return badField("SequenceNumber", "the number of the sale to reverse is required")
	}
	err := h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		s, err := newestSale(ctx, tx, device, string(in.SequenceNumber))
		switch {
		case err != nil:
			return err
		case s == nil || s.status == statusDeclined:
			return rule("Device Guid and Sequence Number combination not found.")
		case s.voided:
			return nil
		case s.settled:
			return rule("Transaction already settled")
		}
		void := &sale{guid: newGUID(), device: device, batch: s.batch, status: statusApproved, code: "A0000",
			message: "Success", amount: s.approved, approved: money.New(0, accountCurrency),
			authCode: s.authCode, created: h.clock.Now(), card: s.card}
		void.card.customer = "" // the sale has it
		return insert(ctx, tx, kindVoid, s.guid, void)
	})
	if err != nil {
		return h.failed(err)
	}
	return reply{status: http.StatusOK, body: "Device Guid and Sequence Number combination found and voided."}
}
