package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// maxRows bounds the candidates of one search. A host that ignores the order
// number would answer with its whole ledger; then the list is read instead.
const maxRows = 25

// Find looks for the sales that carry a number on a device: by search where
// the merchant is known, otherwise in the account's list. Every candidate is
// compared by its own number and device, since a filter may be ignored.
func (c *Client) Find(ctx context.Context, device, number string) order.Finding {
	if c.cfg.MerchantGUID != "" {
		if f, ok := c.search(ctx, device, number); ok {
			return f
		}
	}
	return c.list(ctx, device, number)
}

// search looks by order number (ConnexPay API, Search sales). ok is false
// where this road is closed and the list must be read.
func (c *Client) search(ctx context.Context, device, number string) (f order.Finding, ok bool) {
	body, err := json.Marshal(struct{ MerchantGuid, OrderNumber string }{c.cfg.MerchantGUID, number})
	if err != nil {
		return order.Finding{Failed: true}, true
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "Search/Sales/false/1/500", body: body,
		contentType: "application/json", timeout: QueryTimeout})
	if r.stage != order.Answered || r.status >= 500 {
		return order.Finding{Failed: true}, true
	}
	if r.status == http.StatusNoContent {
		return f, true // nothing found
	}
	var page struct {
		Ret    []saleReply `json:"ret"`
		Result []saleReply `json:"searchResultDTO"`
	}
	if !r.ok() || !isObject(r.body) || json.Unmarshal(r.body, &page) != nil {
		return f, false
	}
	rows := append(page.Ret, page.Result...)
	if len(rows) > maxRows {
		return f, false
	}
	for _, row := range rows {
		sale, found := c.get(ctx, row.GUID)
		if !found {
			return order.Finding{Failed: true}, true
		}
		if matches(sale, device, number) {
			f.Hits = append(f.Hits, sale)
		}
	}
	return f, true
}

// get reads one sale (ConnexPay API, Get sale).
func (c *Client) get(ctx context.Context, guid string) (order.Evidence, bool) {
	r := c.authorized(ctx, call{method: http.MethodGet, path: "sales/" + url.PathEscape(guid), timeout: QueryTimeout})
	e := c.evidence(r)
	return e, guid != "" && r.ok() && e.Body == order.BodySale
}

// list reads the account's sales row by row (ConnexPay API, Get all sales).
func (c *Client) list(ctx context.Context, device, number string) order.Finding {
	var f order.Finding
	r := c.authorized(ctx, call{method: http.MethodGet, path: "sales", timeout: ReverseTimeout,
		stream: func(body io.Reader) error {
			d := json.NewDecoder(body)
			if t, err := d.Token(); err != nil || t != json.Delim('[') {
				return errUnreadable
			}
			for d.More() {
				var s saleReply
				if err := d.Decode(&s); err != nil {
					return err
				}
				if e := c.saleEvidence(s, http.StatusOK); matches(e, device, number) {
					f.Hits = append(f.Hits, e)
				}
			}
			// A cut list ends without its bracket and proves nothing.
			_, err := d.Token()
			return err
		}})
	switch {
	case r.status == http.StatusNoContent:
		return f // no sale at all
	case r.stage == order.Answered && (r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed):
		return order.Finding{Impossible: true}
	case !r.ok() || r.err != nil:
		return order.Finding{Failed: true}
	}
	return f
}

func matches(e order.Evidence, device, number string) bool {
	return e.Number == number && strings.EqualFold(e.Device, device)
}

// BatchOf asks whether the batch of a sale is closed, and what it held then
// (ConnexPay API, Get sale, and Get batches with transactions).
func (c *Client) BatchOf(ctx context.Context, saleGUID string) order.BatchAnswer {
	sale, ok := c.get(ctx, saleGUID)
	if !ok {
		return order.BatchAnswer{}
	}
	switch strings.ToLower(strings.ReplaceAll(sale.BatchStatus, "–", "-")) {
	case "batch - open":
		return order.BatchAnswer{Answered: true, GUID: sale.Batch}
	case "batch - closed":
		totals, err := c.batchTotals(ctx, sale.Batch)
		if err != nil {
			return order.BatchAnswer{}
		}
		return order.BatchAnswer{Answered: true, Closed: true, GUID: sale.Batch, Totals: &totals}
	}
	return order.BatchAnswer{}
}

// batchTotals adds up the transactions of a batch. A voided sale is listed as
// its void and no longer as a sale.
func (c *Client) batchTotals(ctx context.Context, batch string) (order.Totals, error) {
	zero := money.New(0, c.cfg.Currency)
	t := order.Totals{SaleAmount: zero, ReturnAmount: zero}
	r := c.authorized(ctx, call{method: http.MethodGet, path: "Batches/" + url.PathEscape(batch) + "/Transactions/", timeout: QueryTimeout})
	var rows []struct {
		Type   string `json:"transactionType"`
		Amount flex   `json:"amount"`
	}
	if !r.ok() || json.Unmarshal(r.body, &rows) != nil {
		return t, errUnreadable
	}
	var errs []error
	for _, row := range rows {
		a, err := money.Parse(string(row.Amount), c.cfg.Currency)
		errs = append(errs, err)
		switch strings.ToLower(row.Type) {
		case "sale":
			t.Sales++
			t.SaleAmount, err = t.SaleAmount.Add(a)
		case "return":
			t.Returns++
			t.ReturnAmount, err = t.ReturnAmount.Add(a)
		}
		errs = append(errs, err)
	}
	return t, errors.Join(errs...)
}
