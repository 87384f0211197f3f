package connexpay

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"paydesk/terminal/order"
)

// maxRows bounds the candidates of one search. A host that ignores the order
// number would answer with its whole ledger; then the list is read instead.
const maxRows = 25

// shelf is where rows of a kind are looked for.
type shelf struct{ path, search string }

var (
	saleShelf    = shelf{pathSales, "Sales"}
	authShelf    = shelf{pathAuthOnlys, "AuthOnlys"}
	voidShelf    = shelf{pathVoids, "Voids"}
	returnShelf  = shelf{pathReturns, "Returns"}
	captureShelf = shelf{pathCaptures, "Captures"}
)

func shelfOf(k order.Kind) shelf {
	if k == order.KindAuth {
		return authShelf
	}
	return saleShelf
}

// filter is the body of a search. The document's own examples search by guids
// that its tables do not list.
type filter struct {
	MerchantGuid string
	OrderNumber  string  `json:",omitempty"`
	SaleGuid     string  `json:",omitempty"`
	AuthOnlyGuid string  `json:",omitempty"`
	AmountFrom   Decimal `json:",omitempty"`
	AmountTo     Decimal `json:",omitempty"`
}

// Find looks for the charges that carry a number on a device: by search where
// the merchant is known, otherwise in the account's list. Every candidate is
// compared by its own number and device, since a filter may be ignored.
func (c *Client) Find(ctx context.Context, q order.CardRequest) order.Finding {
	if q.Device == "" || q.Number == "" {
		return order.Finding{Failed: true}
	}
	offer, hold := c.offer(), q.Kind == order.KindAuth
	if c.searches() {
		f, ok := c.search(ctx, q)
		// Nothing found is believed of what is known to be filed under its
		// order number: the document has no such field for holds.
		if ok && (len(f.Hits) > 0 || f.Failed || !hold || c.dialect().numbered) {
			return f
		}
	}
	if hold && q.GUID != "" && offer.Can(order.FeatureGet) {
		row, ok := c.row(ctx, authShelf, q.GUID)
		e := c.rowEvidence(row, "", http.StatusOK)
		if ok && (e.Number == "" || e.Number == q.Number) && strings.EqualFold(e.Device, q.Device) {
			return order.Finding{Hits: []order.Evidence{e}}
		}
	}
	if !offer.Can(order.FeatureList) {
		return order.Finding{Impossible: true}
	}
	s := sieve{c: c, q: q}
	if f := c.list(ctx, shelfOf(q.Kind), s.add); f.Failed || f.Impossible {
		return f
	}
	return s.listed()
}

// searches reports whether order numbers can be searched for.
func (c *Client) searches() bool {
	o := c.offer()
	return c.cfg.MerchantGUID != "" && o.Can(order.FeatureSearch) && o.Can(order.FeatureSearchByNumber)
}

// search looks by order number (ConnexPay API, Search sales and Search
// authOnlys). ok is false where this road is closed and the list must be read.
func (c *Client) search(ctx context.Context, q order.CardRequest) (f order.Finding, ok bool) {
	rows, f := c.searchRows(ctx, shelfOf(q.Kind), filter{OrderNumber: q.Number})
	if f.Failed || f.Impossible {
		return f, f.Failed
	}
	s := sieve{c: c, q: q}
	for _, row := range rows {
		_ = s.add(row)
	}
	return s.searched()
}

// searchRows reads all rows of a search. Where the account has Get, each row
// is read by its guid, since the rows of a page say less. The finding says why
// there are none: Impossible where the answer does not name all results.
func (c *Client) searchRows(ctx context.Context, s shelf, by filter) ([]rowReply, order.Finding) {
	by.MerchantGuid = c.cfg.MerchantGUID
	body, err := json.Marshal(by)
	if err != nil {
		return nil, order.Finding{Failed: true}
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "Search/" + s.search + "/false/1/500", body: body,
		contentType: jsonType, timeout: QueryTimeout})
	if r.stage != order.Answered || r.status >= 500 || r.status == http.StatusUnauthorized {
		return nil, order.Finding{Failed: true}
	}
	if r.status == http.StatusNoContent {
		return nil, order.Finding{} // nothing found
	}
	rows, ok := searchPage(r)
	if !ok || len(rows) > maxRows {
		return nil, order.Finding{Impossible: true}
	}
	byGUID := c.offer().Can(order.FeatureGet)
	for i, row := range rows {
		if byGUID {
			rows[i], ok = c.row(ctx, s, row.GUID.v)
		} else {
			e := c.rowEvidence(row, "", r.status)
			ok = e.Body == order.BodySale && e.Status != "" && e.GUID != ""
		}
		if !ok {
			return nil, order.Finding{Failed: true}
		}
	}
	return rows, order.Finding{}
}

// searchPage reads a page of results, each row once. It is not ok unless these
// are all results there are.
func searchPage(r reply) (rows []rowReply, ok bool) {
	var page struct {
		Count  once[flex]       `json:"count"`
		Ret    once[[]rowReply] `json:"ret"`
		Total  once[flex]       `json:"totalResults"`
		Result once[[]rowReply] `json:"searchResultDTO"`
	}
	if !r.ok() || json.Unmarshal(r.body, &page) != nil || (page.Ret.v == nil && page.Result.v == nil) {
		return nil, false
	}
	all := append(page.Ret.v, page.Result.v...)
	for _, said := range []flex{page.Count.v, page.Total.v} {
		if said != "" && string(said) != strconv.Itoa(len(all)) {
			return nil, false
		}
	}
	seen := map[string]bool{}
	for _, row := range all {
		if !seen[row.GUID.v] {
			rows = append(rows, row)
		}
		seen[row.GUID.v] = true
	}
	return rows, true
}

// row reads one transaction (ConnexPay API, Get sale and its like).
func (c *Client) row(ctx context.Context, s shelf, guid string) (row rowReply, ok bool) {
	if guid == "" {
		return row, false
	}
	r := c.authorized(ctx, call{method: http.MethodGet, path: s.path + "/" + url.PathEscape(guid), timeout: QueryTimeout})
	if !r.ok() || json.Unmarshal(r.body, &row) != nil {
		return row, false
	}
	e := c.rowEvidence(row, "", r.status)
	return row, e.Body == order.BodySale && e.Status != "" && strings.EqualFold(e.GUID, guid)
}

// list reads all rows of a kind (ConnexPay API, Get all sales and its like).
// The finding says why the list was not read whole.
func (c *Client) list(ctx context.Context, s shelf, take func(rowReply) error) order.Finding {
	r := c.authorized(ctx, call{method: http.MethodGet, path: s.path, timeout: ReverseTimeout,
		stream: func(body io.Reader) error { return eachRow(body, take) }})
	switch {
	case r.stage == order.Answered && r.status == http.StatusNoContent:
		return order.Finding{} // nothing of that kind at all
	case r.stage == order.Answered && (r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed):
		return order.Finding{Impossible: true}
	case !r.ok() || r.err != nil:
		return order.Finding{Failed: true}
	}
	return order.Finding{}
}
