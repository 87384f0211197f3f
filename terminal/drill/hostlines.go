package drill

import (
	"context"
	"iter"
	"slices"

	"paydesk/sync/reconcile"
	"paydesk/terminal/order"
)

// BatchLines implements reconcile.BatchHost: a voided sale is there as its void, and a
// captured hold as the sale that the capture made. What was reversed is not there.
func (h *host) BatchLines(_ context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for _, l := range h.lines(q.GUID) {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func (h *host) lines(batch string) (all []order.BatchLine) {
	for _, r := range h.rows {
		l := order.BatchLine{Shelf: order.ShelfSales, GUID: r.guid, Number: r.number, Last4: r.last4, Amount: r.granted(), At: r.from}
		gone := r.declined || r.recorded || h.voided(r.guid)
		if r.kind == order.KindAuth {
			l.Shelf = order.ShelfHolds
			gone = gone || slices.ContainsFunc(h.entries, func(e *entry) bool { return e.act == order.Capture && e.of == r.guid })
		}
		if !gone && batchName(r.batch) == batch {
			all = append(all, l)
		}
	}
	for _, e := range h.entries {
		l := order.BatchLine{Shelf: order.ShelfReturns, GUID: e.guid, Number: e.id, Amount: e.amount, At: e.at}
		switch {
		case batchName(e.batch) != batch, e.act == order.Capture && h.voided("sale-"+e.guid):
			continue
		case e.act == order.Capture:
			l.Shelf, l.GUID = order.ShelfSales, "sale-"+e.guid
		case e.act == order.Void:
			l.Shelf = order.ShelfVoids
		}
		all = append(all, l)
	}
	return all
}

// Transaction implements reconcile.BatchHost.
func (h *host) Transaction(_ context.Context, s order.Shelf, guid string) (order.HostRow, error) {
	for _, r := range h.shelf(s) {
		if r.GUID == guid {
			return r, nil
		}
	}
	return order.HostRow{}, order.ErrNotFound
}

var _ reconcile.BatchHost = (*host)(nil)
