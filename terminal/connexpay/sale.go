package connexpay

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"paydesk/terminal/order"
)

// SaleRequest is a sale without its card (ConnexPay API, Create sale).
type SaleRequest struct {
	DeviceGuid     string
	Amount         Decimal
	SequenceNumber string `json:",omitempty"`
	OrderNumber    string `json:",omitempty"` // current dialect
	// RiskProcessingOnly: true asks for the risk check alone, false for the
	// charge too, nil for what the merchant's settings say.
	RiskProcessingOnly   *bool
	StatementDescription string `json:",omitempty"` // at most 25 characters
	// SendReceipt is always sent: left out it means true to the current
	// service, and the customer gets its mail beside our receipt.
	SendReceipt          bool
	ConnexPayTransaction ExpectedPayments
	RiskData             RiskData
}

// ExpectedPayments is how many supplier cards a sale will pay for.
type ExpectedPayments struct{ ExpectedPayments int }

// RiskData feeds the service's check for fraud (ConnexPay API, Create sale).
type RiskData struct {
	Name                  string            `json:",omitempty"`
	Gender                string            `json:",omitempty"` // M or F
	DateOfBirth           string            `json:",omitempty"` // YYYY-MM-DD
	BillingAddress1       string            `json:",omitempty"`
	BillingAddress2       string            `json:",omitempty"`
	BillingCity           string            `json:",omitempty"`
	BillingState          string            `json:",omitempty"`
	BillingPostalCode     string            `json:",omitempty"`
	BillingCountryCode    string            `json:",omitempty"`
	Email                 string            `json:",omitempty"`
	ProductType           string            `json:",omitempty"`
	ProductDesc           string            `json:",omitempty"`
	ProductDescription    string            `json:",omitempty"` // ProductDesc in the current dialect
	ProductItem           string            `json:",omitempty"`
	ProductQuantity       int               `json:",omitempty"`
	ProductPrice          string            `json:",omitempty"` // whole cents
	CardHolderPhoneNumber string            `json:",omitempty"`
	OrderNumber           string            `json:",omitempty"`
	SellerId              string            `json:",omitempty"`
	FlightData            *FlightData       `json:",omitempty"`
	FlightPassengers      []FlightPassenger `json:",omitempty"`
	CustomParameters      []CustomParameter `json:",omitempty"`
}

// FlightData is the flight that is sold.
type FlightData struct {
	Airline            string `json:",omitempty"`
	DepartureAirport   string `json:",omitempty"`
	DepartureDate      string `json:",omitempty"` // YYYY-MM-DD, with HH:MI:SS or without
	DestinationAirport string `json:",omitempty"`
	HoursToDeparture   int
	JourneyType        string `json:",omitempty"`
	Route              string `json:",omitempty"`
	RouteByCountry     string `json:",omitempty"`
}

// FlightPassenger is one who flies.
type FlightPassenger struct {
	Country     string `json:",omitempty"`
	DateOfBirth string `json:",omitempty"`
	Id          string `json:",omitempty"` // of the passport
	Name        string `json:",omitempty"`
}

// CustomParameter is a pair of the merchant's own.
type CustomParameter struct{ Name, Value string }

// ReversalRequest names a sale whose answer was lost (ConnexPay API, Timeout
// Reversal). The document calls the number optional; without it, it is unknown
// what would be reversed.
type ReversalRequest struct{ DeviceGuid, SequenceNumber string }

// CreateSale sends one sale. The card is read during the call only. Its error
// is a *Problem, which does not say that nothing was charged: Charge gives
// evidence of that.
func (c *Client) CreateSale(ctx context.Context, r SaleRequest, t Tender) (Sale, error) {
	return postCard[Sale](ctx, c, pathSales, r, t)
}

// GetSale reads one sale (ConnexPay API, Get sale).
func (c *Client) GetSale(ctx context.Context, guid string) (Sale, error) {
	return get[Sale](ctx, c, pathSales, guid)
}

// Sales reads all sales of the account (ConnexPay API, Get all sales).
func (c *Client) Sales(ctx context.Context) iter.Seq2[Sale, error] {
	return all[Sale](ctx, c, pathSales)
}

// SalesOfBatch reads the sales of a batch (ConnexPay API, Sales by batch).
func (c *Client) SalesOfBatch(ctx context.Context, batch string) iter.Seq2[Sale, error] {
	return all[Sale](ctx, c, pathSales+"/Batch/"+url.PathEscape(batch))
}

// timeoutReversal takes back the sale of a number, if there is one. It may be
// sent any number of times.
func (c *Client) timeoutReversal(ctx context.Context, r ReversalRequest) order.ReversalAnswer {
	body, err := json.Marshal(r)
	if err != nil {
		return order.ReversalNoAnswer
	}
	return readReversal(c.authorized(ctx, call{method: http.MethodPost, path: "timeoutreversal", body: body,
		contentType: jsonType, timeout: ReverseTimeout, ready: true}))
}

// CloseBatch closes the device's open batch (ConnexPay API, Close batch).
func (c *Client) CloseBatch(ctx context.Context, device string) order.BatchAnswer {
	body, err := json.Marshal(struct{ DeviceGuid string }{device})
	if err != nil || device == "" {
		return order.BatchAnswer{Unsent: true}
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: "Batches/close", body: body,
		contentType: "application/json", timeout: BatchTimeout})
	if r.stage == order.NotConnected {
		return order.BatchAnswer{Unsent: true}
	}
	return c.readClose(r, device)
}

// ErrSilent is the cause of a Problem where no answer came at all.
var ErrSilent = errors.New("the host does not answer")

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
		return &Problem{"The payment host does not answer. Check the network cable or Wi-Fi; sales can go on when it is back.", errors.Join(ErrSilent, r.err)}
	case r.json() && (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden):
		return &Problem{"The payment host does not take the user name or password. Enter them again with: paydesk setup.", nil}
	}
	return c.stranger(r.err)
}

// stranger says that something answers which is not the host.
func (c *Client) stranger(err error) error {
	return &Problem{"The address " + c.cfg.BaseURL + " answers, but not as the payment host does. Check host.base_url in the settings, and whether this network asks for a sign-in page first.", err}
}
