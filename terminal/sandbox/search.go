package sandbox

import (
	"net/http"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// searchRequest is the body of Search sales, as far as the host filters by it.
type searchRequest struct {
	MerchantGUID               text `json:"MerchantGuid"`
	GUID                       text `json:"Guid"`
	OrderNumber, InvoiceNumber text
	AmountFrom, AmountTo       text
	CardHolderName, CardType   text
	CardLastFour, Status       text
	TimeStampFrom, TimeStampTo text
}

// searchRow is the document's row of Search sales, and the order number. It
// has no sequence number: a client cannot search by that.
type searchRow struct {
	Status                   string     `json:"status"`
	Amount                   decimal    `json:"amount"`
	Card                     searchCard `json:"card"`
	TimeStamp                string     `json:"timeStamp"`
	ProcessorResponseMessage string     `json:"processorResponseMessage,omitempty"`
	EffectiveAmount          decimal    `json:"effectiveAmount"`
	BatchStatus              string     `json:"batchStatus"`
	GUID                     string     `json:"guid"`
	DeviceGUID               string     `json:"deviceGuid"`
	OrderNumber              string     `json:"orderNumber,omitempty"`
}

type searchCard struct {
	CardType string `json:"cardType"`
	Last4    string `json:"last4"`
}

// pageSize is the default and the largest number of rows of a page.
const pageSize = 500

// searchSales answers POST Search/Sales/{exportable}/{page}/{size}, oldest
// first. Both forms of exportable get the same rows.
func (h *Host) searchSales(c *call) reply {
	var in searchRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	if !strings.EqualFold(string(in.MerchantGUID), MerchantGUID) {
		return refuse(http.StatusBadRequest, "No Merchant was found for the current User")
	}
	if c.arg(0) != "true" && c.arg(0) != "false" {
		return badField("exportable", "true or false is required")
	}
	number, ok1 := pathNumber(c.arg(1), 1, 1<<20)
	size, ok2 := pathNumber(c.arg(2), pageSize, pageSize)
	if !ok1 || !ok2 {
		return badField("pageNumber", "pages count from 1 and have 1 to 500 rows")
	}
	var f filter
	if field, why := f.fill(&in); why != "" {
		return badField(field, why)
	}
	list, err := sales(c.r.Context(), h.ledger.db, f.sql.String()+` ORDER BY id LIMIT ? OFFSET ?`,
		append(f.args, size, (number-1)*size)...)
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return reply{status: http.StatusNoContent}
	}
	rows := make([]searchRow, len(list))
	for i, s := range list {
		rows[i] = searchRow{
			Status: s.status, Amount: decimal(s.amount), Card: searchCard{s.card.brand, s.card.last4},
			TimeStamp: s.created.In(saleZone).Format(saleTime), ProcessorResponseMessage: s.message,
			EffectiveAmount: decimal(s.effective), BatchStatus: batchStatus(s.settled),
			GUID: s.guid, DeviceGUID: s.device, OrderNumber: s.order,
		}
	}
	return reply{status: http.StatusOK, body: pageOf(rows)}
}

// pathNumber reads an optional number of the path.
func pathNumber(s string, missing, most int) (int, bool) {
	if s == "" {
		return missing, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= most
}

// filter collects conditions of a query and their arguments.
type filter struct {
	sql  strings.Builder
	args []any
}

func (f *filter) add(condition string, arg any) {
	f.sql.WriteString(" AND " + condition)
	f.args = append(f.args, arg)
}

// fill adds what the request asks for. It names the first field that cannot be
// read, and why.
func (f *filter) fill(in *searchRequest) (field, why string) {
	for _, e := range []struct {
		value     text
		condition string
	}{
		{text(strings.ToLower(string(in.GUID))), "guid = ?"},
		{in.OrderNumber, "order_number = ?"},
		{in.InvoiceNumber, "CAST(id + 16000000 AS TEXT) = ?"},
		{in.CardHolderName, "holder = ? COLLATE NOCASE"},
		{in.CardType, "brand = ? COLLATE NOCASE"},
		{in.CardLastFour, "last4 = ?"},
		{in.Status, "status = ?"},
	} {
		if e.value != "" {
			f.add(e.condition, string(e.value))
		}
	}
	if in.AmountFrom != "" && !f.amount("amount >= ?", in.AmountFrom) {
		return "AmountFrom", "an amount is required"
	}
	if in.AmountTo != "" && !f.amount("amount <= ?", in.AmountTo) {
		return "AmountTo", "an amount is required"
	}
	if from, _, ok := moment(in.TimeStampFrom); ok {
		f.add("created >= ?", nanos(from))
	} else if in.TimeStampFrom != "" {
		return "TimeStampFrom", "a date or time is required"
	}
	if _, until, ok := moment(in.TimeStampTo); ok {
		f.add("created <= ?", nanos(until))
	} else if in.TimeStampTo != "" {
		return "TimeStampTo", "a date or time is required"
	}
	return "", ""
}

func (f *filter) amount(condition string, t text) bool {
	a, err := money.Parse(string(t), accountCurrency)
	if err == nil {
		f.add(condition, a.Minor)
	}
	return err == nil
}
