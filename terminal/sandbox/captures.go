package sandbox

import (
	"context"
	"database/sql"
	"net/http"
	"strconv"

	"paydesk/terminal/money"
)

type captureRequest struct {
	followRequest
	AuthOnlyGUID         text `json:"AuthOnlyGuid"`
	NewAmount            text // the document's dialect only
	ConnexPayTransaction struct{ ExpectedPayments text }
}

// createCapture answers POST Captures: it makes a sale of what an authorization
// holds, or of a part of it. The newer dialect takes the whole amount always.
func (h *Host) createCapture(c *call) reply {
	var in captureRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	e, out, bad := h.follow(kindCapture, &in.followRequest, in)
	if bad {
		return out
	}
	payments := in.ConnexPayTransaction.ExpectedPayments
	if payments != "" && !smallNumber(payments) {
		return badField("ConnexPayTransaction.ExpectedPayments", "a whole number from 0 to 99 is required")
	}
	var part *money.Amount
	if in.NewAmount != "" && !h.current() {
		amount, out, bad := checkAmount(kindCapture, "NewAmount", in.NewAmount)
		if bad {
			return out
		}
		part = &amount
	}
	return h.act(c, e, func(ctx context.Context, tx *sql.Tx) error {
		if in.AuthOnlyGUID == "" {
			return absent{http.StatusBadRequest, noMatchingAuth}
		}
		auth, err := target(ctx, tx, kindAuth, in.AuthOnlyGUID, "")
		if err != nil {
			return err
		}
		if err := capturable(ctx, tx, e, auth, part); err != nil {
			return err
		}
		e.payments, _ = strconv.Atoi(string(payments)) // checked before
		return enterCapture(ctx, tx, e, auth)
	})
}

const noMatchingAuth = "The Capture AuthOnlyGuid value does not have matching results."

// capturable applies the rules of a capture, and sets its amount.
func capturable(ctx context.Context, q querier, e, auth *entry, part *money.Amount) error {
	captured, err := isCaptured(ctx, q, auth)
	e.amount = auth.standing
	if part != nil {
		e.amount = *part
	}
	switch {
	case err != nil:
		return err
	case !sameAccount(e.device, auth.device):
		return rule("The referenced AuthOnly and this Capture devices are not from the same MerchantAccount")
	case captured:
		return rule("There is an approved Capture for this AuthOnly already")
	case !auth.wasProcessed() || auth.voided:
		return coded{"D0007", "Modify Transaction Not Allowed"}
	case e.amount.Minor > auth.standing.Minor:
		return coded{"D9284", "Transaction amount should not be greater than authorized amount"}
	}
	return nil
}

func isCaptured(ctx context.Context, q querier, auth *entry) (bool, error) {
	e, err := oneEntry(ctx, q, `related = ? AND related <> '' AND +kind = 'Capture'`, auth.guid)
	return e != nil, err
}

// enterCapture enters the capture and the sale that it makes. What is left of
// the authorization is released.
func enterCapture(ctx context.Context, tx *sql.Tx, e, auth *entry) (err error) {
	e.inherit(auth)
	e.approved = e.amount
	if e.batch, err = openBatch(ctx, tx, e.device, e.created); err != nil {
		return err
	}
	sale := *e
	if err := insert(ctx, tx, e); err != nil {
		return err
	}
	sale.kind, sale.related, sale.card, sale.sequence, sale.request = kindSale, e.guid, auth.card, "", ""
	sale.orderDate, sale.custom, sale.statement = auth.orderDate, auth.custom, auth.statement
	sale.avs, sale.cvv = auth.avs, auth.cvv
	if sale.order == "" {
		sale.order = auth.order
	}
	if sale.customer == "" {
		sale.customer = auth.customer
	}
	if sale.transCode, err = incomingCode(ctx, tx, &sale); err != nil {
		return err
	}
	if err := insert(ctx, tx, &sale); err != nil {
		return err
	}
	rest := e.amount.Minor - auth.standing.Minor
	return shift(ctx, tx, auth, rest, rest)
}
