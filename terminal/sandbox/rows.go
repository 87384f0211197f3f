package sandbox

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"
)

// The columns that the rows of several searches share.
var (
	rowStatus  = column[found]{"status", func(f *found) any { return f.status }}
	rowAmount  = column[found]{"amount", func(f *found) any { return decimal(f.amount) }}
	rowType    = column[found]{"card.cardType", func(f *found) any { return f.card.brand }}
	rowHolder  = column[found]{"card.cardHolderName", func(f *found) any { return orNull(f.card.holder) }}
	rowLast4   = column[found]{"card.last4", func(f *found) any { return f.card.last4 }}
	rowTime    = column[found]{"timeStamp", func(f *found) any { return f.created.UTC().Format(bareTime) }}
	rowMessage = column[found]{"processorResponseMessage", func(f *found) any { return orNull(f.message) }}
	rowCode    = column[found]{"processorStatusCode", func(f *found) any { return orNull(f.code) }}
	rowBatch   = column[found]{"batchStatus", func(f *found) any { return batchStatus(f.settled) }}
	rowGUID    = column[found]{"guid", func(f *found) any { return f.guid }}
	rowDevice  = column[found]{"deviceGuid", func(f *found) any { return f.device }}
	rowOrder   = column[found]{"orderNumber", func(f *found) any { return orNull(f.order) }}
	rowEffect  = column[found]{"effectiveAmount", func(f *found) any { return decimal(f.effective) }}
	rowDate    = column[found]{"orderDate", func(f *found) any { return orNull(f.orderDate) }}
	rowClient  = column[found]{"customerId", func(f *found) any { return orNull(f.customer) }}
	rowCapture = column[found]{"relatedCapture", func(f *found) any { return related(f.capture) }}
	rowVoid    = column[found]{"relatedVoid", func(f *found) any { return related(f.void) }}
)

// rows lists what a condition selects, as far as a search shows it.
func (h *Host) rows(ctx context.Context, condition string, args ...any) ([]*entry, error) {
	return collect(ctx, h.ledger.db, func(r *sql.Rows) (*entry, error) {
		e := new(entry)
		return e, r.Scan(&e.id, &e.guid, &e.kind, &e.device, &e.related, &e.order, &e.orderDate, &e.customer, &e.status,
			&e.code, &e.message, minor(&e.amount), minor(&e.approved), minor(&e.effective), &e.reason,
			timeCell{&e.created}, &e.card.brand, &e.card.last4, &e.card.holder, &e.settled)
	}, `SELECT id, guid, kind, device, related, order_number, order_date, customer_id, status, code, message, amount,
		approved, effective, reason, created, brand, last4, holder, settled FROM book WHERE `+condition, args...)
}

// saleSearch: the rows have no sequence number, by which nobody can search.
var saleSearch = searchOf{
	kind: kindSale,
	by: []filterField{byAmount, byHolder, byLastFour, byType, byInvoice, byOrder, byOrderDate, byTime, byStatus,
		byCustomer},
	columns: []column[found]{rowStatus, rowAmount, rowType, rowLast4,
		{"timeStamp", func(f *found) any { return f.created.In(saleZone).Format(saleTime) }},
		rowMessage, rowEffect, rowBatch, rowGUID, rowDevice, rowOrder},
	current: []column[found]{rowStatus, rowAmount, rowType, rowHolder, rowLast4, rowOrder, rowDate, rowTime, rowClient,
		rowMessage, rowCode, rowEffect, rowBatch, rowGUID, rowDevice,
		{"captureGuid", func(f *found) any { return orNull(f.related) }},
		rowVoid,
		{"relatedReturns", func(f *found) any { return f.returns }},
		{"partiallyApprovedAmount", partlyApproved}, nothing("tipAmount"), nothing("surcharge"), nothing("serviceFee")},
	look: lookRelated,
}

func partlyApproved(f *found) any {
	if f.approved.IsZero() || f.approved == f.amount {
		return nil
	}
	return decimal(f.approved)
}

// nothing is a column that the host has no value for.
func nothing(path string) column[found] {
	return column[found]{path, func(*found) any { return nil }}
}

var authSearch = searchOf{
	kind: kindAuth,
	by: []filterField{byAmount, byLastFour, byHolder, byType, byInvoice, byOrder, byOrderDate, byTime, byStatus,
		byCustomer},
	columns: []column[found]{rowStatus, rowAmount, rowType, rowLast4, rowOrder, rowDate, rowTime, rowClient, rowMessage,
		rowBatch, rowCapture, rowVoid, rowGUID, rowDevice},
	look: lookRelated,
}

// What was voided stands under "sale", also an authorization or a return: the
// document's sample knows no other name.
var voidSearch = searchOf{
	kind: kindVoid,
	by:   []filterField{bySale, byReason, byStatus, byTime},
	columns: []column[found]{rowStatus,
		{"sale.amount", rowAmount.of}, {"sale.card.cardHolderName", rowHolder.of}, {"sale.card.cardType", rowType.of},
		{"sale.card.last4", rowLast4.of},
		{"voidReason", func(f *found) any { return orNull(f.reason) }}, rowTime, rowCode, rowBatch, rowGUID},
}

var returnSearch = searchOf{
	kind: kindReturn,
	by:   []filterField{byAmount, byStatus, byTime, byHolder},
	columns: []column[found]{rowStatus, rowAmount, rowHolder, rowType, rowLast4, rowTime, rowCode, rowBatch, rowGUID,
		rowDevice},
}

// Rows of verifies have no guid in the document: only their time tells them
// apart.
var verifySearch = searchOf{
	kind:    kindVerify,
	by:      []filterField{byLastFour, byHolder, byType, byTime, byStatus},
	columns: []column[found]{rowStatus, rowType, rowLast4, rowTime, rowCode},
	current: []column[found]{rowStatus, rowType, rowLast4, rowTime, rowCode, rowGUID},
}

// captureSearch shows the authorization with its amount, card and order, and
// with nothing else, as the document's sample does.
var captureSearch = searchOf{
	kind: kindCapture,
	by:   []filterField{byNewAmount, byTime, byStatus},
	columns: []column[found]{rowStatus,
		nothing("authOnly.status"),
		{"authOnly.amount", func(f *found) any { return decimal(f.auth.amount) }},
		{"authOnly.card.cardHolderName", func(f *found) any { return orNull(f.auth.card.holder) }},
		{"authOnly.card.last4", func(f *found) any { return f.auth.card.last4 }},
		{"authOnly.orderNumber", func(f *found) any { return orNull(f.auth.order) }},
		{"authOnly.orderDate", func(f *found) any { return orNull(f.auth.orderDate) }},
		{"authOnly.timeStamp", func(*found) any { return time.Time{}.Format(bareTime) }},
		nothing("authOnly.customerId"), nothing("authOnly.processorResponseMessage"), nothing("authOnly.batchStatus"),
		nothing("authOnly.relatedCapture"), nothing("authOnly.relatedVoid"),
		{"authOnly.guid", func(*found) any { return zeroGUID }},
		{"authOnly.deviceGuid", func(*found) any { return zeroGUID }},
		{"newAmount", rowAmount.of}, rowTime, rowMessage, rowBatch, rowGUID},
	look: lookAuths,
}

const zeroGUID = "00000000-0000-0000-0000-000000000000"

// relatedRow is what a row shows of another that acts on it. The document shows
// null only: the form is the host's.
type relatedRow struct {
	GUID      string  `json:"guid"`
	Status    string  `json:"status"`
	Amount    decimal `json:"amount"`
	TimeStamp string  `json:"timeStamp"`
}

func related(r *relatedRow) any {
	if r == nil {
		return nil
	}
	return r
}

// lookRelated finds what acts on the rows of a page, as far as it is seen.
func lookRelated(h *Host, ctx context.Context, page []*found, seen int64) error {
	guids, byGUID := make([]string, len(page)), map[string]*found{}
	for i, f := range page {
		f.returns = []*relatedRow{}
		guids[i], byGUID[f.guid] = f.guid, f
	}
	list, err := h.amongst(ctx, `related <> '' AND related`, guids)
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	for _, e := range list {
		row := &relatedRow{e.guid, e.status, decimal(e.amount), e.created.Format(bareTime)}
		switch f := byGUID[e.related]; {
		case e.id > seen:
		case e.kind == kindVoid:
			f.void = row
		case e.kind == kindCapture:
			f.capture = row
		case e.kind == kindReturn:
			f.returns = append(f.returns, row)
		}
	}
	return err
}

// lookAuths finds the authorizations of captures.
func lookAuths(h *Host, ctx context.Context, page []*found, _ int64) error {
	guids, byGUID := make([]string, len(page)), map[string]*entry{}
	for i, f := range page {
		guids[i] = f.related
	}
	list, err := h.amongst(ctx, `guid`, guids)
	for _, e := range list {
		byGUID[e.guid] = e
	}
	for _, f := range page {
		if f.auth = byGUID[f.related]; f.auth == nil {
			f.auth = f.entry
		}
	}
	return err
}
