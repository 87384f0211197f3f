package connexpay

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"paydesk/terminal/order"
)

// FindFollow looks for what became of a follow-up. A row that was plainly
// declined is not reported: nothing came of it, and it may be an earlier try.
// A finding without rows says that the host was asked whole and has none; where
// rows do not say what they are about, nothing is proven and it is Impossible.
func (c *Client) FindFollow(ctx context.Context, f order.FollowRequest) order.Finding {
	if f.Device == "" || f.Number == "" || f.Target.GUID == "" {
		return order.Finding{Failed: true}
	}
	switch f.Act {
	case order.Void:
		return c.findVoid(ctx, f)
	case order.Return:
		return c.findReturn(ctx, f)
	case order.Capture:
		return c.findCapture(ctx, f)
	}
	return order.Finding{Impossible: true} // a check leaves nothing that matters
}

// traces gathers the rows of one follow-up out of those of its kind.
type traces struct {
	c      *Client
	f      order.FollowRequest
	exact  []order.Evidence // carry the number
	hits   []order.Evidence // agree in all else
	unsure bool             // some row may be it and does not say
}

// add weighs one row. A return is told from another of the same sale by its
// number where it shows it, and by its amount and what the journal knows. That
// it shows another number excludes nothing: it may be that of the sale.
func (t *traces) add(row rowReply) error {
	e := t.c.rowEvidence(row, t.f.Act, http.StatusOK)
	returned := t.f.Act == order.Return
	switch {
	case declined(e), returned && slices.Contains(t.f.Known, e.GUID):
	case cmp.Or(row.SequenceNumber.v, row.OrderNumber.v) == flex(t.f.Number):
		t.exact = append(t.exact, e)
	case e.Target != "" && !strings.EqualFold(e.Target, t.f.Target.GUID):
	case returned && e.Amount != nil && *e.Amount != t.f.Amount:
	case e.Target == "" || e.Body != order.BodySale || returned && e.Amount == nil:
		t.unsure = true
	case len(t.hits) < maxRows:
		t.hits = append(t.hits, e)
	}
	return nil
}

// finding is what all rows together prove.
func (t *traces) finding() order.Finding {
	switch {
	case len(t.exact) > 0:
		return order.Finding{Hits: t.exact}
	case len(t.hits) == 0 && t.unsure:
		return order.Finding{Impossible: true}
	}
	return order.Finding{Hits: t.hits}
}

// declined reports a row that was refused. The rows of a search do not say
// whether it was processed; one that was, too, is a mix.
func declined(e order.Evidence) bool {
	return normal(e.Status) == "transaction - declined" && (e.Processed == nil || !*e.Processed)
}

// target reads the sale or hold that a follow-up is about.
func (c *Client) target(ctx context.Context, t order.Target) (rowReply, order.Finding) {
	if c.offer().Can(order.FeatureGet) {
		row, ok := c.row(ctx, shelfOf(t.Kind), t.GUID)
		return row, order.Finding{Failed: !ok}
	}
	if t.Number == "" || !c.searches() {
		return rowReply{}, order.Finding{Impossible: true}
	}
	rows, f := c.searchRows(ctx, shelfOf(t.Kind), filter{OrderNumber: t.Number})
	for _, row := range rows {
		if strings.EqualFold(row.GUID.v, t.GUID) {
			return row, f
		}
	}
	// It is there: a search that does not show it says nothing.
	return rowReply{}, order.Finding{Failed: f.Failed || !f.Impossible, Impossible: f.Impossible}
}

// findVoid looks at what was to be voided: its effective amount tells whether
// it was. The row that is returned is the void's own where it can be found, and
// otherwise that of what it undid.
func (c *Client) findVoid(ctx context.Context, f order.FollowRequest) order.Finding {
	row, asked := c.target(ctx, f.Target)
	if asked.Failed {
		return asked
	}
	e := c.rowEvidence(row, "", http.StatusOK)
	e.Target, e.Number = f.Target.GUID, ""
	switch voided := row.RelatedVoid.v; {
	case asked.Impossible:
	case order.Voided(e) && len(voided) == 1:
		e.GUID = string(voided[0])
		return order.Finding{Hits: []order.Evidence{e}}
	case approved(e.Status) && e.Effective != nil && !order.Voided(e):
		return order.Finding{} // it stands
	}
	by := filter{SaleGuid: f.Target.GUID}
	if f.Target.Kind == order.KindAuth {
		by = filter{AuthOnlyGuid: f.Target.GUID}
	}
	found := c.trace(ctx, f, voidShelf, by)
	if len(found.Hits) == 0 && order.Voided(e) {
		return order.Finding{Hits: []order.Evidence{e}}
	}
	return found
}

// trace reads the rows of a kind: the whole list where the account has it, and
// otherwise those of a search.
func (c *Client) trace(ctx context.Context, f order.FollowRequest, s shelf, by filter) order.Finding {
	t := traces{c: c, f: f}
	offer := c.offer()
	switch {
	case offer.Can(order.FeatureList):
		if asked := c.list(ctx, s, t.add); asked.Failed || asked.Impossible {
			return asked
		}
	case c.cfg.MerchantGUID != "" && offer.Can(order.FeatureSearch):
		rows, asked := c.searchRows(ctx, s, by)
		if asked.Failed || asked.Impossible {
			return asked
		}
		for _, row := range rows {
			_ = t.add(row)
		}
	default:
		return order.Finding{Impossible: true}
	}
	return t.finding()
}

// findReturn reads the account's returns, or those that the row of the sale
// names in the current dialect.
func (c *Client) findReturn(ctx context.Context, f order.FollowRequest) order.Finding {
	if !c.offer().Can(order.FeatureList) {
		if found, ok := c.relatedReturns(ctx, f); ok {
			return found
		}
	}
	return c.trace(ctx, f, returnShelf, filter{AmountFrom: DecimalOf(f.Amount), AmountTo: DecimalOf(f.Amount)})
}

// relatedReturns reads the returns that the row of a sale names. ok is false
// where it does not name them so that they can be told apart.
func (c *Client) relatedReturns(ctx context.Context, f order.FollowRequest) (found order.Finding, ok bool) {
	row, asked := c.target(ctx, f.Target)
	if asked.Failed || asked.Impossible {
		return asked, asked.Failed
	}
	var rows []rowReply
	if json.Unmarshal(row.RelatedReturns.v, &rows) != nil || rows == nil {
		return found, false
	}
	t := traces{c: c, f: f}
	for _, r := range rows {
		r.SaleGUID.v = cmp.Or(r.SaleGUID.v, f.Target.GUID) // it stands in that sale's row
		_ = t.add(r)
	}
	found = t.finding()
	return found, !found.Impossible
}

// findCapture reads the account's captures. Without them, the sale that a
// capture made is looked for under the number of the capture and of the hold.
func (c *Client) findCapture(ctx context.Context, f order.FollowRequest) order.Finding {
	if c.offer().Can(order.FeatureList) || !c.searches() {
		return c.trace(ctx, f, captureShelf, filter{})
	}
	var found order.Finding
	for _, number := range []string{f.Number, f.Target.Number} {
		if number == "" {
			continue
		}
		rows, asked := c.searchRows(ctx, saleShelf, filter{OrderNumber: number})
		if asked.Failed || asked.Impossible {
			return asked
		}
		for _, row := range rows {
			if e, ours := c.captured(row, f); ours && len(found.Hits) < maxRows {
				found.Hits = append(found.Hits, e)
			}
		}
	}
	return found
}

// captured reads a sale as the capture that made it: one that carries the
// capture's number, or the hold's and the guid of a capture.
func (c *Client) captured(row rowReply, f order.FollowRequest) (order.Evidence, bool) {
	e := c.rowEvidence(row, "", http.StatusOK)
	capture := string(row.CaptureGUID.v)
	ours := e.Number == f.Number || e.Number == f.Target.Number && capture != ""
	// The sale stands for the capture where it does not tell that one's guid.
	e.Made, e.GUID, e.Target, e.Number = e.GUID, cmp.Or(capture, e.GUID), f.Target.GUID, f.Number
	return e, ours && !declined(e)
}
