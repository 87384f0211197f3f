package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// searchRoutes are the calls that search. The page's number and size may be
// left out.
var searchRoutes = slices.Concat(
	searchCalls("sales", inBoth, func(h *Host, c *call) reply { return h.search(c, &saleSearch) }),
	searchCalls("voids", inBoth, func(h *Host, c *call) reply { return h.search(c, &voidSearch) }),
	searchCalls("returns", inBoth, func(h *Host, c *call) reply { return h.search(c, &returnSearch) }),
	searchCalls("verify", inBoth, func(h *Host, c *call) reply { return h.search(c, &verifySearch) }),
	searchCalls("authonlys", inDocument, func(h *Host, c *call) reply { return h.search(c, &authSearch) }),
	searchCalls("captures", inDocument, func(h *Host, c *call) reply { return h.search(c, &captureSearch) }),
	searchCalls("recurringbillings", inDocument, (*Host).searchRecurring),
)

func searchCalls(kind string, in dialects, serve func(*Host, *call) reply) []route {
	start := "search/" + kind + "/{exportable}"
	return []route{
		{"POST", start, in, false, serve},
		{"POST", start + "/{page}", in, false, serve},
		{"POST", start + "/{page}/{size}", in, false, serve},
	}
}

// searchOf is what the search of one kind of transaction takes and shows.
type searchOf struct {
	kind    string
	by      []filterField // beside the guid, which the samples send to all
	columns []column[found]
	current []column[found] // in the current dialect; nil: the same
	look    func(h *Host, ctx context.Context, page []*found, seen int64) error
}

// found is a row of a page with what belongs to it.
type found struct {
	*entry
	void, capture *relatedRow
	returns       []*relatedRow
	auth          *entry // of a capture
}

var noMerchant = refuse(http.StatusBadRequest, "No Merchant was found for the current User")

// search answers POST Search/{kind}/{exportable}/{page}/{size}, oldest first.
func (h *Host) search(c *call, s *searchOf) reply {
	var in searchRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	a, out, bad := askedBy(c)
	if bad {
		return out
	}
	if !strings.EqualFold(string(in.MerchantGUID), MerchantGUID) {
		return noMerchant
	}
	q, out, bad := s.query(&in, h.current())
	if bad {
		return out
	}
	ctx := c.r.Context()
	seen, err := h.horizon(ctx, c)
	if err != nil {
		return h.broken(err)
	}
	list, total, err := h.find(ctx, q, a, seen)
	if err != nil {
		return h.broken(err)
	}
	columns, rows := s.columns, make([]*found, len(list))
	for i, e := range list {
		rows[i] = &found{entry: e}
	}
	look := s.look
	switch {
	case s.current == nil:
	case h.current():
		columns = s.current
	default:
		look = nil // only the current columns show what it finds
	}
	if look != nil {
		if err := look(h, ctx, rows, seen); err != nil {
			return h.broken(err)
		}
	}
	return pageReply(h, a, columns, rows, total)
}

// query is what the request asks for. The current dialect filters sales by
// their order number only and ignores every guid, as was measured there.
func (s *searchOf) query(in *searchRequest, current bool) (*query, reply, bool) {
	q := &query{kind: s.kind}
	by := append([]filterField{byGUID}, s.by...)
	if current {
		by = slices.DeleteFunc(by, func(f filterField) bool {
			return f == byGUID || f == bySale || (s.kind == kindSale && f != byOrder)
		})
	}
	for _, f := range by {
		if out, bad := q.take(in, f); bad {
			return nil, out, true
		}
	}
	return q, reply{}, false
}
