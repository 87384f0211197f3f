package sandbox

import (
	"context"
	"database/sql"
	"net/http"
)

type returnRequest struct {
	followRequest
	SaleGUID            text `json:"SaleGuid"`
	SaleReferenceNumber text
	Amount              text
}

// returnDays is how old a sale may be. ConnexPay API, Create return.
const returnDays = 180

// createReturn answers POST returns.
func (h *Host) createReturn(c *call) reply {
	var in returnRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	e, out, bad := h.follow(kindReturn, &in.followRequest, in)
	if bad {
		return out
	}
	if (in.SaleGUID == "") == (in.SaleReferenceNumber == "") {
		return refuse(http.StatusBadRequest, "Either the SaleGuid or SaleReferenceNumber are required")
	}
	if e.amount, out, bad = checkAmount(kindReturn, "Amount", in.Amount); bad {
		return out
	}
	if !h.current() {
		e.code = "A0014" // as both samples of the document have it
	}
	return h.act(c, e, func(ctx context.Context, tx *sql.Tx) error {
		sale, err := target(ctx, tx, kindSale, in.SaleGUID, in.SaleReferenceNumber)
		if err != nil {
			return err
		}
		return enterReturn(ctx, tx, e, sale)
	})
}

// enterReturn applies the rules of a return and enters it.
func enterReturn(ctx context.Context, tx *sql.Tx, e, sale *entry) (err error) {
	switch {
	case !sameAccount(e.device, sale.device):
		return rule("The referenced Sale and this Return devices are not from the same MerchantAccount")
	case !sale.wasProcessed():
		return coded{"D0005", "Return Not Allowed"}
	case sale.voided:
		return rule("Sale has been voided")
	case !sale.settled:
		return rule("Sale has not been settled")
	case sale.created.AddDate(0, 0, returnDays).Before(e.created):
		return rule("You can't return a sale run more than 180 days ago")
	case e.amount.Minor > sale.effective.Minor || sale.effective.IsZero():
		return rule("Original Amount exceeded")
	}
	e.inherit(sale)
	e.approved = e.amount
	if e.batch, err = openBatch(ctx, tx, e.device, e.created); err != nil {
		return err
	}
	if err := insert(ctx, tx, e); err != nil {
		return err
	}
	return shift(ctx, tx, sale, 0, -e.amount.Minor)
}
