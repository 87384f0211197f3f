package connexpay

import (
	"context"
	"encoding/json"
	"net/http"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// Follow sends one follow-up: a void, return or capture of what the request
// names, a card that it pays for, or the check of a card, which is read during
// the call only. Nothing
// is sent again: a return that came twice would pay twice.
func (c *Client) Follow(ctx context.Context, f order.FollowRequest, cd *card.Card) order.Evidence {
	d := c.dialect()
	number := ""
	if d.numbered {
		number = f.Number
	}
	switch {
	case f.Device == "" || f.Number == "":
		return unsent("a follow-up needs a device and a number")
	case f.Act != order.Check && f.Target.GUID == "":
		return unsent("a follow-up needs the guid of what it is about")
	case f.Act != order.Check && f.Amount.Currency != c.cfg.Currency:
		return unsent("the account charges " + string(c.cfg.Currency))
	}
	switch f.Act {
	case order.Void:
		r := VoidRequest{DeviceGuid: f.Device, VoidReason: voidReason(f.Reason), SequenceNumber: number, OrderNumber: number}
		r.name(f.Target.Kind, f.Target.GUID)
		return c.send(ctx, f.Act, pathVoids, r)
	case order.Return:
		return c.send(ctx, f.Act, pathReturns, ReturnRequest{DeviceGuid: f.Device, SaleGuid: f.Target.GUID,
			Amount: DecimalOf(f.Amount), SequenceNumber: number, OrderNumber: number})
	case order.Capture:
		r := CaptureRequest{DeviceGuid: f.Device, AuthOnlyGuid: f.Target.GUID, SequenceNumber: number, OrderNumber: number}
		if c.offer().Can(order.FeaturePartCapture) {
			r.NewAmount = DecimalOf(f.Amount)
		}
		return c.send(ctx, f.Act, pathCaptures, r)
	case order.Check:
		return c.check(ctx, f, cd)
	case order.Issue:
		return c.Issue(ctx, f)
	}
	return unsent("this account has no call for " + string(f.Act))
}

// send makes one follow-up that carries no card.
func (c *Client) send(ctx context.Context, act order.Act, path string, request any) order.Evidence {
	body, err := json.Marshal(request)
	if err != nil {
		return unsent(err.Error())
	}
	return c.evidence(c.authorized(ctx, call{method: http.MethodPost, path: path, body: body,
		contentType: jsonType, timeout: c.cfg.SaleTimeout, ready: true}), act)
}

// check asks whether a card is good.
func (c *Client) check(ctx context.Context, f order.FollowRequest, cd *card.Card) order.Evidence {
	if cd == nil {
		return unsent(errNoCard.Error())
	}
	body, err := c.dialect().payment(VerifyRequest{DeviceGuid: f.Device}, Tender{Card: cd})
	defer clear(body)
	if err != nil {
		return unsent(err.Error())
	}
	e := c.evidence(c.authorized(ctx, call{method: http.MethodPost, path: pathVerify, body: body,
		contentType: jsonType, timeout: c.cfg.SaleTimeout, ready: true}), order.Check)
	withholdCard(&e, cd)
	return e
}
