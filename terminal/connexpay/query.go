package connexpay

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	if device == "" || number == "" {
		return order.Finding{Failed: true}
	}
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
	if r.stage != order.Answered || r.status >= 500 || r.status == http.StatusUnauthorized {
		return order.Finding{Failed: true}, true
	}
	if r.status == http.StatusNoContent {
		return f, true // nothing found
	}
	rows, ok := searchPage(r)
	if !ok || len(rows) > maxRows {
		return f, false
	}
	for _, guid := range rows {
		sale, found := c.get(ctx, guid)
		if !found {
			return order.Finding{Failed: true}, true
		}
		if sale.Number == "" && strings.EqualFold(sale.Device, device) {
			return order.Finding{}, false // it may be the one, and does not say
		}
		if matches(sale, device, number) {
			f.Hits = append(f.Hits, sale)
		}
	}
	return f, true
}

// searchPage reads the guids of a page of results. It is not ok unless these
// are all results there are.
func searchPage(r reply) (guids []string, ok bool) {
	var page struct {
		Count  once[flex]        `json:"count"`
		Ret    once[[]saleReply] `json:"ret"`
		Total  once[flex]        `json:"totalResults"`
		Result once[[]saleReply] `json:"searchResultDTO"`
	}
	if !r.ok() || json.Unmarshal(r.body, &page) != nil || (page.Ret.v == nil && page.Result.v == nil) {
		return nil, false
	}
	rows := append(page.Ret.v, page.Result.v...)
	for _, said := range []flex{page.Count.v, page.Total.v} {
		if said != "" && string(said) != strconv.Itoa(len(rows)) {
			return nil, false
		}
	}
	for _, row := range rows {
		if !slices.Contains(guids, row.GUID.v) {
			guids = append(guids, row.GUID.v)
		}
	}
	return guids, true
}

// get reads one sale (ConnexPay API, Get sale).
func (c *Client) get(ctx context.Context, guid string) (order.Evidence, bool) {
	if guid == "" {
		return order.Evidence{}, false
	}
	r := c.authorized(ctx, call{method: http.MethodGet, path: "sales/" + url.PathEscape(guid), timeout: QueryTimeout})
	e := c.evidence(r)
	return e, e.Body == order.BodySale && strings.EqualFold(e.GUID, guid)
}

// list reads the account's sales row by row (ConnexPay API, Get all sales).
func (c *Client) list(ctx context.Context, device, number string) order.Finding {
	l := listing{c: c, device: device, number: number}
	r := c.authorized(ctx, call{method: http.MethodGet, path: "sales", timeout: ReverseTimeout, stream: l.read})
	switch {
	case r.stage == order.Answered && r.status == http.StatusNoContent:
		return order.Finding{} // no sale at all
	case r.stage == order.Answered && (r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed):
		return order.Finding{Impossible: true}
	case !r.ok() || r.err != nil:
		return order.Finding{Failed: true}
	case l.rows > 0 && !l.numbered:
		// Not one row tells its number: this list cannot prove an absence.
		return order.Finding{Impossible: true}
	}
	return order.Finding{Hits: l.hits}
}

// listing picks the rows of one number out of a list that may be long.
type listing struct {
	c              *Client
	device, number string
	rows           int
	numbered       bool // some row tells its number
	hits           []order.Evidence
}

// read takes the whole list. One that is cut ends without its bracket, or
// without the end that HTTP announced; it proves nothing.
func (l *listing) read(body io.Reader) error {
	d := json.NewDecoder(body)
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errUnreadable
	}
	for ; d.More(); l.rows++ {
		var s saleReply
		if err := d.Decode(&s); err != nil {
			return err
		}
		e := l.c.saleEvidence(s, http.StatusOK)
		l.numbered = l.numbered || e.Number != ""
		if matches(e, l.device, l.number) && len(l.hits) < maxRows {
			l.hits = append(l.hits, e)
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errUnreadable
	}
	return nil
}

func matches(e order.Evidence, device, number string) bool {
	return e.Number == number && strings.EqualFold(e.Device, device)
}

// BatchOf asks whether the batch of a sale is closed, and what it held then
// (ConnexPay API, Get sale, and Get batches with transactions).
func (c *Client) BatchOf(ctx context.Context, saleGUID string) order.BatchAnswer {
	sale, ok := c.get(ctx, saleGUID)
	if !ok || sale.Batch == "" {
		return order.BatchAnswer{}
	}
	switch strings.ToLower(strings.ReplaceAll(sale.BatchStatus, "–", "-")) {
	case "batch - open":
		return order.BatchAnswer{Answered: true, GUID: sale.Batch}
	case "batch - closed":
		totals, ok := c.batchTotals(ctx, sale.Batch)
		if !ok {
			return order.BatchAnswer{}
		}
		return order.BatchAnswer{Answered: true, Closed: true, GUID: sale.Batch, Totals: totals}
	}
	return order.BatchAnswer{}
}

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
