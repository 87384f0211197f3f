package connexpay

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// lineTypes are the kinds of transactions as a batch names them.
var lineTypes = map[string]order.Shelf{"sale": order.ShelfSales, "void": order.ShelfVoids, "return": order.ShelfReturns,
	"auth only": order.ShelfHolds, "authonly": order.ShelfHolds, "capture": order.ShelfCaptures}

// lineReply is a row of a batch.
type lineReply struct {
	Type     once[string] `json:"transactionType"`
	GUID     once[string] `json:"transactionGuid"`
	Amount   once[flex]   `json:"amount"`
	LastFour loose[flex]  `json:"lastFour"`
	Time     loose[Stamp] `json:"transactionDatetime"`
}

// BatchLines streams what the host has of a batch, row by row (ConnexPay API, Get
// batches with transactions): sales and returns that stand, holds, and voids in
// place of what they undid. Searched, it streams sales and returns of lists and
// searches (Sales by batch, Get all, Search) that may be of the batch; where a row
// does not name its batch, it is Loose. A stream without an error came whole, and
// one row that cannot be read ends it with an error: nothing is left out
// unsaid. order.ErrNoList says that the account has no such list.
func (c *Client) BatchLines(ctx context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	switch {
	case !isGUID(q.GUID):
		return noLines(&Problem{"The batch has no guid by which the payment service could be asked for it.", nil})
	case q.Searched:
		return c.searchedLines(ctx, q)
	case !c.offer().Can(order.FeatureBatchView):
		return noLines(order.ErrNoList)
	}
	return func(yield func(order.BatchLine, error) bool) {
		for row, err := range all[lineReply](ctx, c, "Batches/"+url.PathEscape(q.GUID)+"/Transactions/") {
			var line order.BatchLine
			if err == nil {
				line, err = c.batchLine(row)
			}
			if !yield(line, unlisted(err)) || err != nil {
				return
			}
		}
	}
}

func noLines(err error) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) { yield(order.BatchLine{}, err) }
}

// unlisted is order.ErrNoList where the account does not have a call.
func unlisted(err error) error {
	if errors.Is(err, ErrNotOffered) {
		return fmt.Errorf("%w: %w", order.ErrNoList, err)
	}
	return err
}

func (c *Client) batchLine(row lineReply) (order.BatchLine, error) {
	line := order.BatchLine{Shelf: lineTypes[strings.ToLower(row.Type.v)], GUID: row.GUID.v}
	amount, err := money.Parse(string(row.Amount.v), c.cfg.Currency)
	if err != nil || line.Shelf == "" || !isGUID(line.GUID) || amount.Minor < 0 {
		return order.BatchLine{}, unreadableLine(row.GUID.v)
	}
	line.Amount = amount
	if last := string(row.LastFour.v); len(last) == 4 {
		line.Last4 = last
	}
	if at, err := row.Time.v.Time(); err == nil {
		line.At = at
	}
	return line, nil
}

func unreadableLine(guid string) error {
	if !isGUID(guid) {
		guid = "without a guid"
	}
	return &Problem{"A transaction of the batch (" + guid + ") cannot be read as the payment service sent it. Ask it for the transactions of the batch.", errUnreadable}
}

// searchedLines are the sales and returns of the batch's time.
func (c *Client) searchedLines(ctx context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for _, s := range []order.Shelf{order.ShelfSales, order.ShelfReturns} {
			for row, err := range c.shelfOfBatch(ctx, q, s) {
				if err != nil {
					yield(order.BatchLine{}, unlisted(err))
					return
				}
				if !row.Done() || row.Undone || row.Batch != "" && !strings.EqualFold(row.Batch, q.GUID) {
					continue
				}
				if row.Body != order.BodySale || row.Amount == nil || !isGUID(row.GUID) {
					yield(order.BatchLine{}, unreadableLine(row.GUID))
					return
				}
				line := order.BatchLine{Shelf: s, GUID: row.GUID, Number: row.Number, Amount: *row.Amount, At: row.At, Loose: row.Batch == ""}
				if row.Effective != nil && *row.Effective != *row.Amount {
					line.Left = row.Effective
				}
				if !yield(line, nil) {
					return
				}
			}
		}
	}
}

// shelfOfBatch reads sales by their batch, where the account lists them so, and all
// rows of a shelf otherwise.
func (c *Client) shelfOfBatch(ctx context.Context, q order.BatchQuery, s order.Shelf) iter.Seq2[order.HostRow, error] {
	everything := c.Rows(ctx, q.Device, s, q.From, q.To)
	if s != order.ShelfSales || !c.offer().Can(order.FeatureList) {
		return everything
	}
	return func(yield func(order.HostRow, error) bool) {
		for row, err := range c.hostRows(all[listedRow](ctx, c, "sales/Batch/"+url.PathEscape(q.GUID)), q.Device, s, "") {
			if errors.Is(err, order.ErrNoList) {
				everything(yield)
				return
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// Transaction reads one row by its guid (ConnexPay API, Get sale and its like);
// order.ErrNotFound where the host says that there is none, order.ErrNoList where
// the account does not tell.
func (c *Client) Transaction(ctx context.Context, s order.Shelf, guid string) (order.HostRow, error) {
	kind, known := listed[s]
	switch {
	case !known || !c.offer().Can(order.FeatureGet):
		return order.HostRow{}, order.ErrNoList
	case !isGUID(guid):
		return order.HostRow{}, order.ErrNotFound
	}
	r := c.authorized(ctx, call{method: http.MethodGet, path: kind.path + "/" + url.PathEscape(guid), timeout: QueryTimeout})
	if refused := r.stage == order.Answered && (r.status == http.StatusBadRequest || r.status == http.StatusNotFound || r.status == http.StatusUnprocessableEntity); refused || nothing(r) {
		return order.HostRow{}, order.ErrNotFound
	}
	var row listedRow
	if err := c.read(r, &row); err != nil {
		return order.HostRow{}, err
	}
	found := c.hostRow(row, s, kind.act)
	if found.Body != order.BodySale || !strings.EqualFold(found.GUID, guid) {
		return order.HostRow{}, unreadableLine(guid)
	}
	return found, nil
}
