package connexpay

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// saleRequest is a sale without its card (ConnexPay API, Create sale).
type saleRequest struct {
	DeviceGuid           string
	Amount               json.RawMessage
	SequenceNumber       string
	RiskProcessingOnly   bool
	SendReceipt          bool
	ConnexPayTransaction struct{ ExpectedPayments int }
	RiskData             riskData
}

// riskData names the members that the document makes mandatory. A counter
// knows no gender; the field takes "M" or "F" and has no third value.
type riskData struct {
	Gender      string
	ProductType string
	ProductItem string
	OrderNumber string
	Name        string `json:",omitempty"`
}

// Sale sends one sale under a number, which goes out as sequence number and
// as order number: the one is what a reversal names, the other what a search
// finds. The request body is overwritten when the exchange is over.
func (c *Client) Sale(ctx context.Context, device, number string, amount money.Amount, cd *card.Card) order.Evidence {
	if amount.Currency != c.cfg.Currency {
		return order.Evidence{Stage: order.NotConnected, Message: "the account charges " + string(c.cfg.Currency)}
	}
	if device == "" || number == "" || len(cd.PAN()) == 0 {
		return order.Evidence{Stage: order.NotConnected, Message: "a sale needs a device, a number and a card"}
	}
	body, err := saleBody(device, number, amount, cd)
	defer clear(body)
	if err != nil {
		return order.Evidence{Stage: order.NotConnected, Message: err.Error()}
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "sales", body: body,
		contentType: "application/json", timeout: c.cfg.SaleTimeout})
	e := c.evidence(r)
	withhold(&e, cd.PAN(), cd.CVV())
	return e
}

// saleBody writes the request. The card is spliced in as bytes, so that its
// number is never part of a string or of an encoder's buffers.
func saleBody(device, number string, amount money.Amount, cd *card.Card) ([]byte, error) {
	req := saleRequest{DeviceGuid: device, Amount: json.RawMessage(amount.Decimal()), SequenceNumber: number,
		RiskData: riskData{Gender: "M", ProductType: "Retail", ProductItem: "Counter sale", OrderNumber: number, Name: cd.Holder()}}
	head, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	holder, err := json.Marshal(cd.Holder())
	if err != nil {
		return nil, err
	}
	body := make([]byte, 0, len(head)+len(holder)+160)
	body = append(body, head[:len(head)-1]...)
	body = append(body, `,"Card":{"CardNumber":"`...)
	body = append(body, cd.PAN()...)
	body = append(body, `","ExpirationDate":"`...)
	body = append(body, cd.Expiry().YYMM()...)
	body = append(body, '"')
	if len(cd.CVV()) > 0 {
		body = append(body, `,"Cvv2":"`...)
		body = append(body, cd.CVV()...)
		body = append(body, '"')
	}
	if cd.Holder() != "" {
		body = append(append(body, `,"CardHolderName":`...), holder...)
	}
	return append(body, "}}"...), nil
}

// Reverse takes back the sale of a number, if there is one (ConnexPay API,
// Timeout Reversal). It may be sent any number of times.
func (c *Client) Reverse(ctx context.Context, device, number string) order.ReversalAnswer {
	body, err := json.Marshal(struct{ DeviceGuid, SequenceNumber string }{device, number})
	if err != nil || number == "" || device == "" {
		// The document calls the number optional; without it, it is unknown
		// what would be reversed.
		return order.ReversalNoAnswer
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "timeoutreversal", body: body,
		contentType: "application/json", timeout: ReverseTimeout})
	return readReversal(r)
}

// CloseBatch closes the device's open batch (ConnexPay API, Close batch).
func (c *Client) CloseBatch(ctx context.Context, device string) order.BatchAnswer {
	body, err := json.Marshal(struct{ DeviceGuid string }{device})
	if err != nil || device == "" {
		return order.BatchAnswer{}
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "Batches/close", body: body,
		contentType: "application/json", timeout: BatchTimeout})
	return c.readClose(r, device)
}

// Device is a terminal of the account (ConnexPay API, Get all devices).
type Device struct {
	GUID, Name, Status string
}

// Devices lists the terminals of the account. Its error is a *Problem that
// says what a person can do.
func (c *Client) Devices(ctx context.Context) ([]Device, error) {
	r := c.authorized(ctx, call{method: http.MethodGet, path: "devices", timeout: QueryTimeout})
	if r.status == http.StatusNoContent && r.stage == order.Answered {
		return nil, nil
	}
	if err := c.trouble(r); err != nil {
		return nil, err
	}
	var body struct {
		Ret []struct {
			GUID   string `json:"guid"`
			Name   string `json:"name"`
			Status string `json:"status"`
		} `json:"ret"`
	}
	if err := json.Unmarshal(r.body, &body); err != nil || body.Ret == nil {
		return nil, c.stranger(err)
	}
	devices := make([]Device, len(body.Ret))
	for i, d := range body.Ret {
		devices[i] = Device{d.GUID, d.Name, d.Status}
	}
	return devices, nil
}

// Ping asks whether the host answers and takes the account.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.Devices(ctx)
	return err
}

// trouble is a reply as a sentence for a person, or nil where it is good.
func (c *Client) trouble(r reply) error {
	var known *Problem
	var certificate *tls.CertificateVerificationError
	switch {
	case r.ok():
		return nil
	case errors.As(r.err, &known):
		return known
	case errors.As(r.err, &certificate):
		return &Problem{"The payment host cannot prove who it is. Check date and time of this computer, then host.base_url in the settings, and whether this network asks for a sign-in page first.", r.err}
	case r.status >= 500 || r.status == http.StatusTooManyRequests:
		return &Problem{"The payment host has trouble of its own (" + strconv.Itoa(r.status) + "). Wait a minute; the terminal tries again by itself.", r.err}
	case r.stage != order.Answered && r.status == 0:
		return &Problem{"The payment host does not answer. Check the network cable or Wi-Fi; sales can go on when it is back.", r.err}
	case r.json() && (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden):
		return &Problem{"The payment host does not take the user name or password. Enter them again with: paydesk setup.", nil}
	}
	return c.stranger(r.err)
}

// stranger says that something answers which is not the host.
func (c *Client) stranger(err error) error {
	return &Problem{"The address " + c.cfg.BaseURL + " answers, but not as the payment host does. Check host.base_url in the settings, and whether this network asks for a sign-in page first.", err}
}
