package connexpay

import (
	"context"
	"net/http"
	"strings"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// Charge sends one sale, or one hold, under a number, which goes out as
// sequence number and as order number: the one is what a reversal names, the
// other what a search finds. The card is read during the call only, and the
// request is overwritten when the exchange is over. Without a card, the one on
// file is charged that the request names.
func (c *Client) Charge(ctx context.Context, q order.CardRequest, cd *card.Card) order.Evidence {
	if q.Amount.Currency != c.cfg.Currency {
		return unsent("the account charges " + string(c.cfg.Currency))
	}
	if q.Device == "" || q.Number == "" || (cd == nil || len(cd.PAN()) == 0) && q.Token == "" {
		return unsent(errNoSale.Error())
	}
	told, err := ReadDetails([]byte(q.Details))
	if err != nil {
		return unsent(err.Error())
	}
	d := c.dialect()
	holder := q.Holder
	if cd != nil {
		holder = cd.Holder()
	}
	path, request := d.charge(q, holder, told)
	body, err := d.payment(request, tender(q, cd, told.Customer))
	defer clear(body)
	if err != nil {
		return unsent(err.Error())
	}
	e := c.evidence(c.authorized(ctx, call{method: http.MethodPost, path: path, body: body,
		contentType: jsonType, timeout: c.cfg.SaleTimeout, ready: true}), "")
	if cd == nil {
		withhold(&e, []byte(q.Token), nil)
	} else {
		withholdCard(&e, cd)
	}
	return e
}

// unsent is the evidence of a request that did not leave the machine.
func unsent(why string) order.Evidence {
	return order.Evidence{Stage: order.NotConnected, Message: why}
}

// charge is the request for a sale or a hold.
func (d dialect) charge(q order.CardRequest, holder string, told Details) (path string, request any) {
	risk := d.risk(q, holder, told)
	if q.Kind == order.KindAuth {
		r := AuthOnlyRequest{DeviceGuid: q.Device, Amount: DecimalOf(q.Amount), SequenceNumber: q.Number, OrderNumber: q.Number,
			StatementDescription: told.StatementDescription}
		if d.riskOnHolds {
			r.RiskData = &risk
		}
		return pathAuthOnlys, r
	}
	r := SaleRequest{DeviceGuid: q.Device, Amount: DecimalOf(q.Amount), SequenceNumber: q.Number,
		StatementDescription: told.StatementDescription,
		RiskProcessingOnly:   new(bool), ConnexPayTransaction: ExpectedPayments{q.Payments}, RiskData: risk}
	if d.numbered {
		r.OrderNumber = q.Number
	}
	return pathSales, r
}

// Reverse takes a charge back: by its number where the account has that call
// and nothing more is known, otherwise by voiding what is found (ConnexPay
// API, Timeout Reversal and Create void). It may be sent any number of times.
func (c *Client) Reverse(ctx context.Context, q order.CardRequest) order.ReversalAnswer {
	if q.Number == "" || q.Device == "" {
		return order.ReversalNoAnswer
	}
	byNumber := c.offer().Can(order.FeatureReversal)
	if byNumber && q.Kind == order.KindSale && q.GUID == "" {
		return c.timeoutReversal(ctx, ReversalRequest{q.Device, q.Number})
	}
	answer := c.undo(ctx, q)
	if answer == order.ReversalNothing && byNumber {
		return c.timeoutReversal(ctx, ReversalRequest{q.Device, q.Number})
	}
	return answer
}

// undo looks for a charge and voids whatever is there of it.
func (c *Client) undo(ctx context.Context, q order.CardRequest) order.ReversalAnswer {
	if q.GUID != "" {
		row, asked := c.target(ctx, order.Target{Kind: q.Kind, GUID: q.GUID, Number: q.Number})
		e := order.Evidence{GUID: q.GUID} // where it cannot be seen, it is there all the same
		if !asked.Failed && !asked.Impossible {
			e = c.rowEvidence(row, "", http.StatusOK)
		}
		return c.undoRow(ctx, q, e)
	}
	found := c.Find(ctx, q)
	switch {
	case found.Failed || found.Impossible:
		return order.ReversalNoAnswer
	case len(found.Hits) == 0:
		return order.ReversalNothing
	}
	answer := order.ReversalDone
	for _, hit := range found.Hits {
		answer = worse(answer, c.undoRow(ctx, q, hit))
	}
	return answer
}

// worse is what counts of the answers about several rows of one number.
func worse(a, b order.ReversalAnswer) order.ReversalAnswer {
	for _, answer := range []order.ReversalAnswer{order.ReversalNoAnswer, order.ReversalSettled, order.ReversalNothing} {
		if a == answer || b == answer {
			return answer
		}
	}
	return order.ReversalDone
}

// undoRow voids one row. A refusal proves nothing, "already voided" neither:
// asked again, the row itself will say so.
func (c *Client) undoRow(ctx context.Context, q order.CardRequest, row order.Evidence) order.ReversalAnswer {
	switch {
	case order.Voided(row):
		return order.ReversalDone
	case declined(row):
		return order.ReversalNothing
	case normal(row.BatchStatus) == closedBatch:
		return order.ReversalSettled
	}
	// The number is the charge's own: a void that carried it, too, would be
	// its duplicate to the current service. A void needs none.
	request := VoidRequest{DeviceGuid: q.Device, VoidReason: VoidDeviceTimeout}
	request.name(q.Kind, row.GUID)
	e := c.send(ctx, order.Void, pathVoids, request)
	switch {
	case granted(e) && strings.EqualFold(e.Target, row.GUID):
		return order.ReversalDone
	case e.Body == order.BodyError && strings.Contains(strings.ToLower(e.Message), "already settled"):
		return order.ReversalSettled
	}
	return order.ReversalNoAnswer
}

// granted reports a whole and undivided yes.
func granted(e order.Evidence) bool {
	return e.Stage == order.Answered && e.Body == order.BodySale && e.HTTP != http.StatusAccepted &&
		approved(e.Status) && e.Processed != nil && *e.Processed
}
