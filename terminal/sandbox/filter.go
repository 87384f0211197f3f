package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// searchRequest is the body of every search for transactions.
type searchRequest struct {
	MerchantGUID               text `json:"MerchantGuid"`
	GUID                       text `json:"Guid"`
	SaleGUID                   text `json:"SaleGuid"`
	OrderNumber, InvoiceNumber text
	AmountFrom, AmountTo       text
	NewAmountFrom, NewAmountTo text
	CardHolderName, CardType   text
	CardLastFour, Status       text
	TimeStampFrom, TimeStampTo text
	OrderDateFrom, OrderDateTo text
	MerchantCustomerID         text `json:"MerchantCustomerId"`
	VoidReason                 text
}

// filterField is something that a search can be narrowed by.
type filterField int

const (
	byGUID filterField = iota
	bySale
	byOrder
	byInvoice
	byAmount
	byNewAmount
	byHolder
	byType
	byLastFour
	byStatus
	byTime
	byOrderDate
	byCustomer
	byReason
)

// allowedStatuses are those that a search may name.
var allowedStatuses = []string{statusApproved, statusDeclined, "Transaction - Created - Local",
	"Transaction - Created - Error: Processor not reached", "Transaction - Processor Error", "Transaction - Approved - Warning"}

var allowedReasons = []string{"POST_AUTH_USER_DECLINE", "DEVICE_TIMEOUT", "DEVICE_UNAVAILABLE", "PARTIAL_REVERSAL",
	"TORN_TRANSACTIONS", "POST_AUTH_CHIP_DECLINE"}

// query is a search for rows of a kind. Drive is the index that it reads them
// from: of those that its fields offer, the one of the lowest rank, which is
// likely to give the fewest rows. Without any it reads by time.
type query struct {
	kind        string
	sql         strings.Builder
	args        []any
	drive       string
	rank        int
	window      bool // from or until is set
	from, until int64
	amounts     bool // least or most is set
	least, most int64
}

// The ranks. No rank is no index.
const (
	rankRow = iota + 1 // SQLite's own index of a single row
	rankFew
	rankCustomer
	rankHolder
	rankLastFour
	rankAmount
	rankStatus
)

// indexedBy names the index to SQLite, which cannot know what is rare.
func (q *query) indexedBy() string {
	switch q.rank {
	case 0:
		return "INDEXED BY search_time"
	case rankRow:
		return ""
	}
	return "INDEXED BY " + q.drive
}

// add narrows the search, and offers an index for it if rank is not 0.
func (q *query) add(rank int, index, condition string, args ...any) {
	q.sql.WriteString(" AND " + condition)
	q.args = append(q.args, args...)
	if rank > 0 && (q.rank == 0 || rank < q.rank) {
		q.rank, q.drive = rank, index
	}
}

// take narrows the search by a field, if the request has it.
func (q *query) take(in *searchRequest, f filterField) (reply, bool) {
	switch f {
	case byGUID:
		return q.equal(in.GUID, rankRow, "", "guid = lower(?)")
	case bySale:
		return q.equal(in.SaleGUID, rankFew, "by_related", "related <> '' AND related = lower(?)")
	case byOrder:
		return q.equal(in.OrderNumber, rankFew, "by_order", "order_number <> '' AND order_number = ?")
	case byInvoice:
		return q.invoice(in.InvoiceNumber)
	case byAmount:
		return q.amountRange("Amount", in.AmountFrom, in.AmountTo)
	case byNewAmount:
		return q.amountRange("NewAmount", in.NewAmountFrom, in.NewAmountTo)
	case byHolder:
		return q.equal(in.CardHolderName, rankHolder, "search_holder", "holder <> '' AND holder = ? COLLATE NOCASE")
	case byType:
		return q.equal(in.CardType, 0, "", "brand = ? COLLATE NOCASE")
	case byLastFour:
		return q.equal(in.CardLastFour, rankLastFour, "search_last4", "last4 = ?")
	case byStatus:
		return q.oneOf(in.Status, allowedStatuses, refuse(http.StatusBadRequest, "Invalid Status"), rankStatus, "search_status", "status = ?")
	case byTime:
		return q.time(in.TimeStampFrom, in.TimeStampTo)
	case byOrderDate:
		return q.orderDate(in.OrderDateFrom, in.OrderDateTo)
	case byCustomer:
		return q.equal(in.MerchantCustomerID, rankCustomer, "search_customer", "customer_id <> '' AND customer_id = ?")
	default: // byReason
		return q.oneOf(in.VoidReason, allowedReasons, badField("VoidReason", "one of "+strings.Join(allowedReasons, ", ")+" is required"),
			0, "", "reason = ?")
	}
}

func (q *query) equal(value text, rank int, index, condition string) (reply, bool) {
	if value != "" {
		q.add(rank, index, condition, string(value))
	}
	return reply{}, false
}

func (q *query) oneOf(value text, allowed []string, refusal reply, rank int, index, condition string) (reply, bool) {
	if value != "" && !slices.Contains(allowed, string(value)) {
		return refusal, true
	}
	return q.equal(value, rank, index, condition)
}

// invoice: a transaction's invoice number is its reference number.
func (q *query) invoice(value text) (reply, bool) {
	if value == "" {
		return reply{}, false
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return badField("InvoiceNumber", "a whole number is required"), true
	}
	q.add(rankRow, "", "id = ?", n-firstRef)
	return reply{}, false
}

// amountRange offers no index yet: whether the range is narrow is looked up.
func (q *query) amountRange(name string, from, to text) (reply, bool) {
	q.least, q.most = -1<<63, 1<<63-1
	for _, end := range []struct {
		name, condition string
		value           text
		keep            *int64
	}{{name + "From", "amount >= ?", from, &q.least}, {name + "To", "amount <= ?", to, &q.most}} {
		if end.value == "" {
			continue
		}
		a, err := money.Parse(string(end.value), accountCurrency)
		if err != nil {
			return badField(end.name, "an amount is required"), true
		}
		q.add(0, "", end.condition, a.Minor)
		q.amounts, *end.keep = true, a.Minor
	}
	return reply{}, false
}

// time keeps the window apart: alone it needs no condition.
func (q *query) time(from, to text) (reply, bool) {
	q.from, q.until = -1<<63, 1<<63-1
	if at, _, ok := moment(from); ok {
		q.from, q.window = nanos(at), true
	} else if from != "" {
		return badField("TimeStampFrom", "a date or time is required"), true
	}
	if _, at, ok := moment(to); ok {
		q.until, q.window = nanos(at), true
	} else if to != "" {
		return badField("TimeStampTo", "a date or time is required"), true
	}
	return reply{}, false
}

// orderDate compares days: the ledger has order dates as 2017-02-03, with or
// without a time.
func (q *query) orderDate(from, to text) (reply, bool) {
	for _, end := range []struct {
		name, condition string
		value           text
	}{
		{"OrderDateFrom", "order_date <> '' AND substr(order_date, 1, 10) >= ?", from},
		{"OrderDateTo", "order_date <> '' AND substr(order_date, 1, 10) <= ?", to},
	} {
		if end.value == "" {
			continue
		}
		at, _, ok := moment(end.value)
		if !ok {
			return badField(end.name, "a date such as 2002-05-30 is required"), true
		}
		q.add(0, "", end.condition, at.Format("2006-01-02"))
	}
	return reply{}, false
}

// key names what the search asks for, whatever the page.
func (q *query) key() string {
	return fmt.Sprintf("%s%s%q %d %d", q.kind, q.sql.String(), q.args, q.from, q.until)
}
