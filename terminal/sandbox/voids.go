package sandbox

import (
	"context"
	"database/sql"
	"net/http"
	"slices"

	"paydesk/terminal/money"
)

type voidRequest struct {
	followRequest
	SaleGUID                text `json:"SaleGuid"`
	SaleReferenceNumber     text
	AuthOnlyGUID            text `json:"AuthOnlyGuid"`
	AuthOnlyReferenceNumber text // the document's dialect only
	ReturnGUID              text `json:"ReturnGuid"` // newer dialect only
	VoidReason              text
	Amount                  text // newer dialect only: a part
}

// voidReasons are the document's values of VoidReason.
var voidReasons = []text{"", "POST_AUTH_USER_DECLINE", "DEVICE_TIMEOUT", "DEVICE_UNAVAILABLE", "PARTIAL_REVERSAL",
	"TORN_TRANSACTIONS", "POST_AUTH_CHIP_DECLINE"}

var badReason = badField("VoidReason", "one of the six reasons of the document is required, or none")

// createVoid answers POST void.
func (h *Host) createVoid(c *call) reply {
	var in voidRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	if h.current() {
		in.AuthOnlyReferenceNumber = ""
	} else {
		in.ReturnGUID, in.Amount = "", ""
	}
	e, out, bad := h.follow(kindVoid, &in.followRequest, in)
	if bad {
		return out
	}
	kind, out, bad := in.targetKind()
	if bad {
		return out
	}
	e.reason = string(in.VoidReason)
	var part *money.Amount
	if in.Amount != "" {
		amount, out, bad := checkAmount(kindVoid, "Amount", in.Amount)
		if bad {
			return out
		}
		part = &amount
	}
	return h.act(c, e, func(ctx context.Context, tx *sql.Tx) error {
		guid := in.SaleGUID + in.AuthOnlyGUID + in.ReturnGUID // all but one are empty
		t, err := target(ctx, tx, kind, guid, in.SaleReferenceNumber+in.AuthOnlyReferenceNumber)
		if err != nil {
			return err
		}
		return enterVoid(ctx, tx, e, t, part)
	})
}

// targetKind is the kind of what the request voids. Exactly one field may name
// it.
func (in *voidRequest) targetKind() (kind string, out reply, bad bool) {
	named := 0
	for _, field := range []struct {
		value text
		kind  string
	}{
		{in.SaleGUID, kindSale}, {in.SaleReferenceNumber, kindSale}, {in.AuthOnlyGUID, kindAuth},
		{in.AuthOnlyReferenceNumber, kindAuth}, {in.ReturnGUID, kindReturn},
	} {
		if field.value != "" {
			kind = field.kind
			named++
		}
	}
	const fields = "SaleGuid, AuthOnlyGuid, ReturnGuid, SaleReferenceNumber, AuthOnlyReferenceNumber or ReturnReferenceNumber fields"
	switch {
	case named == 0:
		return "", refuse(http.StatusBadRequest, "One of "+fields+" is required"), true
	case named > 1:
		return "", refuse(http.StatusBadRequest, "Only one of "+fields+" can be accepted"), true
	case !slices.Contains(voidReasons, in.VoidReason):
		return "", badReason, true
	}
	return kind, reply{}, false
}

// enterVoid applies the rules of a void and enters it: of all that stands, or
// of a part.
func enterVoid(ctx context.Context, tx *sql.Tx, e, t *entry, part *money.Amount) error {
	if err := voidable(ctx, tx, e, t); err != nil {
		return err
	}
	e.amount = t.standing
	if part != nil && part.Minor != t.standing.Minor {
		if err := partVoidable(ctx, tx, t, *part); err != nil {
			return err
		}
		e.amount = *part
	}
	e.inherit(t)
	e.batch, e.approved = t.batch, e.amount
	if err := insert(ctx, tx, e); err != nil {
		return err
	}
	if t.kind == kindReturn { // the money is the merchant's again
		sale, err := oneEntry(ctx, tx, `guid = ?`, t.related)
		if err != nil {
			return err
		}
		if sale != nil { // a credit has none
			if err := shift(ctx, tx, sale, 0, e.amount.Minor); err != nil {
				return err
			}
		}
	}
	return shift(ctx, tx, t, -e.amount.Minor, -e.amount.Minor)
}

// voidable applies the rules that every void has.
func voidable(ctx context.Context, q querier, e, t *entry) error {
	switch {
	case !sameAccount(e.device, t.device):
		return rule("No device found for the underlying transaction")
	case !t.wasProcessed():
		return rule(entity(t.kind) + " cannot be voided because it was not processed")
	case t.voided:
		return notReversible
	}
	if t.kind == kindAuth {
		captured, err := isCaptured(ctx, q, t)
		if err != nil {
			return err
		}
		if captured {
			return rule("The AuthOnly cannot be voided because it has been captured already")
		}
	}
	// Current API: a return can be voided until midnight, by the merchant's clock.
	const day = "2006-01-02"
	late := t.kind == kindReturn && t.created.In(receiptZone).Format(day) != e.created.In(receiptZone).Format(day)
	if t.settled || late {
		return rule("Transaction already settled")
	}
	return nil
}

// partVoidable applies the rules of a part void: of card sales that no capture
// made, once. Current API, Void.
func partVoidable(ctx context.Context, q querier, t *entry, part money.Amount) error {
	if part.Minor > t.standing.Minor {
		return rule("Original Amount exceeded")
	}
	earlier, err := oneEntry(ctx, q, `related = ? AND related <> '' AND +kind = 'Void'`, t.guid)
	if err != nil {
		return err
	}
	if t.kind != kindSale || t.related != "" || earlier != nil {
		return notReversible
	}
	return nil
}

// createCancel answers the newer dialect's POST cancel: it voids a sale, or
// returns it once it is settled.
func (h *Host) createCancel(c *call) reply {
	var in struct {
		followRequest
		SaleGUID   text `json:"SaleGuid"`
		VoidReason text
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	e, out, bad := h.follow(kindVoid, &in.followRequest, in)
	if bad {
		return out
	}
	if !slices.Contains(voidReasons, in.VoidReason) {
		return badReason
	}
	out = h.act(c, e, func(ctx context.Context, tx *sql.Tx) error {
		sale, err := target(ctx, tx, kindSale, in.SaleGUID, "")
		if err != nil {
			return err
		}
		if sale.settled && !sale.voided {
			e.kind, e.amount = kindReturn, sale.effective
			return enterReturn(ctx, tx, e, sale)
		}
		e.reason = string(in.VoidReason)
		return enterVoid(ctx, tx, e, sale, nil)
	})
	if out.status == http.StatusCreated {
		out.status = http.StatusOK // a cancel is answered with 200, whatever it became
	}
	return out
}
