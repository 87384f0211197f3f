package sandbox

import (
	"context"
	"database/sql"
	"net/http"
	"strconv"
	"strings"
)

// followRequest is what the calls on an earlier transaction have in common.
type followRequest struct {
	DeviceGUID     text `json:"DeviceGuid"`
	SequenceNumber text
	OrderNumber    text
	CustomerID     text
}

// absent is the refusal of a request that names no transaction.
type absent struct {
	status  int
	message string
}

// Error implements error.
func (a absent) Error() string { return a.message }

// notReversible is the processor's answer to a void of what cannot be voided.
var notReversible = coded{"D0004", "Reversal Not Allowed"}

// follow is the row that a follow-up will make. request is the whole body: the
// fingerprint covers it.
func (h *Host) follow(kind string, in *followRequest, request any) (*entry, reply, bool) {
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return nil, invalidDevice, true
	}
	if len(in.SequenceNumber) > 100 {
		return nil, badField("SequenceNumber", "at most 100 characters"), true
	}
	e := &entry{
		kind: kind, device: device, sequence: string(in.SequenceNumber), order: string(in.OrderNumber),
		customer: masked(string(in.CustomerID)), status: statusApproved, code: "A0000", message: "Success",
		created: h.clock.Now(),
	}
	if h.current() {
		e.request = h.fingerprint(kind, request)
	}
	return e, reply{}, false
}

// act runs a follow-up in one transaction of the ledger: do applies the rules
// and enters the row, unless the request was there before.
func (h *Host) act(c *call, e *entry, do func(context.Context, *sql.Tx) error) reply {
	kind := e.kind
	e.madeBy = c.user.name
	err := h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		prior, err := h.repeated(ctx, tx, e)
		if err != nil {
			return err
		}
		if prior != nil {
			*e = *prior
			return nil
		}
		return do(ctx, tx)
	})
	if err != nil {
		return h.failed(kind, err)
	}
	return h.created(c, e)
}

// target finds the transaction of a kind that a request names by its guid or
// its reference number.
func target(ctx context.Context, q querier, kind string, guid, reference text) (*entry, error) {
	condition, arg := `guid = ?`, any(strings.ToLower(string(guid)))
	none := absent{http.StatusBadRequest, "Invalid " + entity(kind) + " GUID"}
	if guid == "" {
		none = absent{http.StatusNotFound, "No " + entity(kind) + " could be found for the given Id"}
		number, err := strconv.ParseInt(string(reference), 10, 64)
		if err != nil {
			return nil, none
		}
		condition, arg = `id = ?`, number-firstRef
	}
	e, err := oneEntry(ctx, q, condition+` AND +kind = ?`, arg, kind)
	if err == nil && e == nil {
		err = none
	}
	return e, err
}

// inherit gives a follow-up what it has from its target. The customer stays
// with the target.
func (e *entry) inherit(target *entry) {
	e.related, e.authCode, e.card = target.guid, target.authCode, target.card
	e.card.customer = ""
}

// shift adds to what stands of a row and to what has effect; of a sale that a
// capture made, to those of the capture and its authorization too.
func shift(ctx context.Context, tx *sql.Tx, e *entry, standing, effective int64) error {
	capture := ""
	if e.kind == kindSale {
		capture = e.related
	}
	_, err := tx.ExecContext(ctx, `UPDATE transactions SET standing = standing + ?, effective = effective + ?
		WHERE guid IN (?, ?, (SELECT related FROM transactions WHERE guid = ?))`,
		standing, effective, e.guid, capture, capture)
	return err
}
