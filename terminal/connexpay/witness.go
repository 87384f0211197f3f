package connexpay

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// BatchOf asks whether the batch of a transaction is closed, and what it held
// then (ConnexPay API, Get sale and its like, and Get batches with
// transactions). Without Get the sale is looked for by its order number.
func (c *Client) BatchOf(ctx context.Context, w order.Witness) order.BatchAnswer {
	e, ok := c.witness(ctx, w)
	offer := c.offer()
	// A batch that has no name cannot be asked for what it held.
	if !ok || e.Batch == "" && offer.Can(order.FeatureBatchView) {
		return order.BatchAnswer{}
	}
	switch normal(e.BatchStatus) {
	case "batch - open":
		return order.BatchAnswer{Answered: true, GUID: e.Batch}
	case closedBatch:
		answer := order.BatchAnswer{Answered: true, Closed: true, GUID: e.Batch}
		if offer.Can(order.FeatureBatchView) {
			if answer.Totals, ok = c.batchTotals(ctx, e.Batch); !ok {
				return order.BatchAnswer{}
			}
		}
		return answer
	}
	return order.BatchAnswer{}
}

// closedBatch is the batch status from which on money goes back by a return.
const closedBatch = "batch - closed"

// witness reads the row that a witness names.
func (c *Client) witness(ctx context.Context, w order.Witness) (order.Evidence, bool) {
	s, known := witnessShelves[w.Act]
	if !known || w.GUID == "" {
		return order.Evidence{}, false
	}
	if c.offer().Can(order.FeatureGet) {
		row, ok := c.row(ctx, s, w.GUID)
		return c.rowEvidence(row, w.Act, http.StatusOK), ok
	}
	if s != saleShelf || w.Number == "" || !c.searches() {
		return order.Evidence{}, false
	}
	rows, _ := c.searchRows(ctx, s, filter{OrderNumber: w.Number})
	for _, row := range rows {
		if strings.EqualFold(row.GUID.v, w.GUID) {
			return c.rowEvidence(row, w.Act, http.StatusOK), true
		}
	}
	return order.Evidence{}, false
}

// witnessShelves are the kinds that have a batch.
var witnessShelves = map[order.Act]shelf{"": saleShelf, order.Void: voidShelf, order.Return: returnShelf,
	order.Capture: captureShelf}

// batchTotals adds up the transactions of a batch. A voided sale is listed as
// its void and no longer as a sale. The totals are nil where the account does
// not have this call; not ok means that it is worth asking again.
func (c *Client) batchTotals(ctx context.Context, batch string) (totals *order.Totals, ok bool) {
	r := c.authorized(ctx, call{method: http.MethodGet, path: "Batches/" + url.PathEscape(batch) + "/Transactions/", timeout: QueryTimeout})
	zero := money.New(0, c.cfg.Currency)
	t := order.Totals{SaleAmount: zero, ReturnAmount: zero}
	switch {
	case r.stage == order.Answered && (r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed):
		return nil, true
	case r.stage == order.Answered && r.status == http.StatusNoContent:
		return &t, true
	}
	var rows []struct {
		Type   once[string] `json:"transactionType"`
		Amount once[flex]   `json:"amount"`
	}
	if !r.ok() || json.Unmarshal(r.body, &rows) != nil || rows == nil {
		return nil, false
	}
	for _, row := range rows {
		count, sum := &t.Sales, &t.SaleAmount
		switch strings.ToLower(row.Type.v) {
		case "sale":
		case "return":
			count, sum = &t.Returns, &t.ReturnAmount
		default:
			continue
		}
		a, err := money.Parse(string(row.Amount.v), c.cfg.Currency)
		if err == nil {
			*sum, err = sum.Add(a)
		}
		if err != nil {
			return nil, false
		}
		*count++
	}
	return &t, true
}
