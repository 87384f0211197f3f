package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
)

// listLimit is how many transactions the lists without a filter show: the
// newest.
const listLimit = 500

// get answers GET {kind}/{guid}.
func get(kind string) func(*Host, *call) reply {
	return func(h *Host, c *call) reply {
		if !isGUID(c.arg(0)) {
			return refuse(http.StatusBadRequest, "Unable to reach entity")
		}
		e, err := oneEntry(c.r.Context(), h.ledger.db, `guid = ? AND +kind = ?`, c.arg(0), kind)
		if err != nil {
			return h.broken(err)
		}
		if e == nil {
			return refuse(http.StatusNotFound, "No "+entity(kind)+" could be found for the given Id")
		}
		return h.show(c.r.Context(), http.StatusOK, e)
	}
}

// list answers GET {kind}, oldest first.
func list(kind string) func(*Host, *call) reply {
	return func(h *Host, c *call) reply {
		list, err := entries(c.r.Context(), h.ledger.db, `kind = ? ORDER BY id DESC LIMIT ?`, kind, listLimit)
		slices.Reverse(list)
		return h.showAll(c.r.Context(), list, err)
	}
}

// salesOfBatch answers GET sales/Batch/{guid}, oldest first.
func (h *Host) salesOfBatch(c *call) reply {
	if out, bad := h.checkBatch(c); bad {
		return out
	}
	list, err := entries(c.r.Context(), h.ledger.db, `batch = ? AND +kind = 'Sale' ORDER BY id`, c.arg(0))
	return h.showAll(c.r.Context(), list, err)
}

func (h *Host) showAll(ctx context.Context, list []*entry, err error) reply {
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return reply{status: http.StatusNoContent}
	}
	k, err := h.kin(ctx, list)
	if err != nil {
		return h.broken(err)
	}
	answers := make([]any, len(list))
	for i, e := range list {
		answers[i] = h.answer(e, k)
	}
	return reply{status: http.StatusOK, body: answers}
}

// show answers with one row.
func (h *Host) show(ctx context.Context, status int, e *entry) reply {
	k, err := h.kin(ctx, []*entry{e})
	if err != nil {
		return h.broken(err)
	}
	return reply{status: status, body: h.answer(e, k)}
}

// created answers a call that has made e, or would have made it again; also to
// a client that has hung up, so that the log tells what became of its call.
func (h *Host) created(c *call, e *entry) reply {
	status := http.StatusOK
	if h.current() && (e.kind == kindVoid || e.kind == kindVerify) {
		status = http.StatusCreated
	}
	if e.kind == kindSale || e.kind == kindAuth {
		return reply{status: status, body: h.freshPayment(e)}
	}
	return h.show(context.WithoutCancel(c.r.Context()), status, e)
}

// kin finds what the answers to a list show inside: what each row acts on, what
// that acts on in turn, and the sales that captures made.
func (h *Host) kin(ctx context.Context, list []*entry) (kin, error) {
	k := kin{map[string]*entry{}, map[string]*entry{}}
	var captures []string
	for rest := list; len(rest) > 0; {
		var guids []string
		for _, e := range rest {
			if e.related != "" && e.kind != kindSale {
				guids = append(guids, e.related)
			}
			if e.kind == kindCapture {
				captures = append(captures, e.guid)
			}
		}
		var err error
		if rest, err = h.amongst(ctx, `guid`, guids); err != nil {
			return k, err
		}
		for _, e := range rest {
			k.byGUID[e.guid] = e
		}
	}
	made, err := h.amongst(ctx, `related <> '' AND related`, captures)
	for _, e := range made {
		k.madeBy[e.related] = e
	}
	return k, err
}

// amongst lists the rows in which an expression is one of some values.
func (h *Host) amongst(ctx context.Context, expression string, values []string) ([]*entry, error) {
	if len(values) == 0 {
		return nil, nil
	}
	array, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	return entries(ctx, h.ledger.db, expression+` IN (SELECT value FROM json_each(?))`, string(array))
}

// isGUID reports whether a lower-case text has the form of a guid.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || (!dash && (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
			return false
		}
	}
	return true
}
