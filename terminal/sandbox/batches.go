package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"paydesk/terminal/money"
)

// batchRoutes are the calls about devices and their batches. The newer dialect
// has none of them.
var batchRoutes = []route{
	{"GET", "devices", inDocument, false, (*Host).listDevices},
	{"POST", "batches/close", inDocument, false, (*Host).closeBatch},
	{"POST", "batches/search", inDocument, false, (*Host).searchBatches},
	{"GET", "batches/{guid}/transactions", inDocument, false, (*Host).batchTransactions},
}

type closeAnswer struct {
	DeviceGUID      string    `json:"deviceGuid"`
	GUID            string    `json:"guid"`
	Status          string    `json:"status"`
	ResponseCode    string    `json:"responseCode"`
	ResponseMessage string    `json:"responseMessage"`
	ClosureDate     string    `json:"closureDate"`
	BatchInfo       batchInfo `json:"batchInfo"`
}

type batchInfo struct {
	SICCode      string  `json:"siccode"`
	SaleCount    int     `json:"saleCount"`
	SaleAmount   decimal `json:"saleAmount"`
	ReturnCount  int     `json:"returnCount"`
	ReturnAmount decimal `json:"returnAmount"`
}

type batchAnswer struct {
	BatchNumber      string     `json:"batchNumber"`
	ClosureDate      string     `json:"closureDate"`
	BatchTotalAmount decimal    `json:"batchTotalAmount"`
	Transactions     []batchRow `json:"transactions"`
}

type batchRow struct {
	TransactionType     string  `json:"transactionType"`
	TransactionGUID     string  `json:"transactionGuid,omitempty"` // only in Get batches with transactions
	TransactionDatetime string  `json:"transactionDatetime"`
	LastFour            string  `json:"lastFour"`
	CardType            string  `json:"cardType"`
	Amount              decimal `json:"amount"`
}

// closeBatch answers POST Batches/close. The device's next sale opens another
// batch.
func (h *Host) closeBatch(c *call) reply {
	var in struct {
		DeviceGUID text `json:"DeviceGuid"`
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return invalidDevice
	}
	now := h.clock.Now()
	out := closeAnswer{
		DeviceGUID: device, Status: "PASS", ResponseCode: "A0000", ResponseMessage: "Success",
		ClosureDate: now.In(saleZone).Format("2006-01-02T15:04:05.9999999-07:00"),
		BatchInfo:   batchInfo{SICCode: "5999"},
	}
	info := &out.BatchInfo
	err := h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `UPDATE batches SET closed = ? WHERE device = ? AND closed IS NULL RETURNING guid`,
			now.UnixNano(), device).Scan(&out.GUID)
		if errors.Is(err, sql.ErrNoRows) {
			return rule("No open batch")
		}
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT
			coalesce(sum(kind = 'Sale'), 0), coalesce(sum(CASE kind WHEN 'Sale' THEN standing END), 0),
			coalesce(sum(kind = 'Return'), 0), coalesce(sum(CASE kind WHEN 'Return' THEN standing END), 0)
			FROM transactions WHERE batch = ? AND standing > 0`, out.GUID).
			Scan(&info.SaleCount, minor((*money.Amount)(&info.SaleAmount)), &info.ReturnCount, minor((*money.Amount)(&info.ReturnAmount)))
	})
	if err != nil {
		return h.failed("", err)
	}
	return reply{status: http.StatusOK, body: out}
}

// batchRows lists what a batch contains: sales, returns and holds that stand,
// and voids. A voided sale is shown by its void alone, as in the document's
// sample of a batch with one void and a total of zero, and a captured hold by
// the sale that the capture made; so sales less returns are the batch.
func batchRows(ctx context.Context, q querier, batch string) ([]batchRow, error) {
	return collect(ctx, q, func(r *sql.Rows) (row batchRow, err error) {
		var created time.Time
		err = r.Scan(&row.TransactionType, &row.TransactionGUID, timeCell{&created}, &row.LastFour, &row.CardType,
			minor((*money.Amount)(&row.Amount)))
		row.TransactionDatetime = bare(created)
		return row, err
	}, `SELECT kind, guid, created, last4, brand, standing FROM transactions t
		WHERE batch = ? AND standing > 0 AND (kind IN ('Sale', 'Void', 'Return') OR kind = 'Auth Only' AND NOT EXISTS
			(SELECT 1 FROM transactions c WHERE c.related = t.guid AND c.related <> '' AND +c.kind = 'Capture'))
		ORDER BY id`, batch)
}

// checkBatch refuses a path whose batch does not exist.
func (h *Host) checkBatch(c *call) (reply, bool) {
	if !isGUID(c.arg(0)) {
		return refuse(http.StatusBadRequest, "Unable to reach entity"), true
	}
	var found bool
	err := h.ledger.db.QueryRowContext(c.r.Context(),
		`SELECT EXISTS (SELECT 1 FROM batches WHERE guid = ?)`, c.arg(0)).Scan(&found)
	if err != nil {
		return h.broken(err), true
	}
	return refuse(http.StatusNotFound, "There is no Batch for the given guid."), !found
}

// batchTransactions answers GET Batches/{guid}/Transactions, for open batches
// too.
func (h *Host) batchTransactions(c *call) reply {
	if out, bad := h.checkBatch(c); bad {
		return out
	}
	rows, err := batchRows(c.r.Context(), h.ledger.db, c.arg(0))
	if err != nil {
		return h.broken(err)
	}
	if len(rows) == 0 {
		return reply{status: http.StatusNoContent}
	}
	return reply{status: http.StatusOK, body: rows}
}

// searchBatches answers POST Batches/search: the batches of a device that were
// closed in a span of days, newest first.
func (h *Host) searchBatches(c *call) reply {
	var in struct {
		DeviceGUID         text `json:"deviceGuid"`
		StartDate, EndDate text
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return invalidDevice
	}
	from, _, ok := moment(in.StartDate)
	if !ok {
		return badField("startDate", "a date such as 2002-05-30 is required")
	}
	_, until, ok := moment(in.EndDate)
	if !ok {
		return badField("endDate", "a date such as 2002-05-30 is required")
	}
	list, err := h.closedBatches(c.r.Context(), device, from, until)
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return reply{status: http.StatusNoContent}
	}
	return reply{status: http.StatusOK, body: pageOf(list)}
}

func (h *Host) closedBatches(ctx context.Context, device string, from, until time.Time) ([]batchAnswer, error) {
	type batch struct {
		guid, number string
		closed       int64
	}
	found, err := collect(ctx, h.ledger.db, func(r *sql.Rows) (b batch, err error) {
		return b, r.Scan(&b.guid, &b.number, &b.closed)
	}, `SELECT guid, number, closed FROM batches WHERE device = ? AND closed BETWEEN ? AND ? ORDER BY closed DESC`,
		device, nanos(from), nanos(until))
	if err != nil {
		return nil, err
	}
	list := make([]batchAnswer, len(found))
	for i, b := range found {
		rows, err := batchRows(ctx, h.ledger.db, b.guid)
		if err != nil {
			return nil, err
		}
		total := money.New(0, accountCurrency)
		for j := range rows {
			rows[j].TransactionGUID = ""
			switch rows[j].TransactionType {
			case kindSale:
				total.Minor += rows[j].Amount.Minor
			case kindReturn:
				total.Minor -= rows[j].Amount.Minor
			}
		}
		list[i] = batchAnswer{b.number, bare(time.Unix(0, b.closed)), decimal(total), rows}
	}
	return list, nil
}

// nanos is a moment as the ledger keeps it. Moments beyond what fits, such as
// the year 1900 with the clock of 1677–2262, stay in order.
func nanos(t time.Time) int64 {
	switch {
	case t.Year() < 1700:
		return -1 << 63
	case t.Year() > 2261:
		return 1<<63 - 1
	}
	return t.UnixNano()
}
