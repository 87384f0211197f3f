package paypal

import (
	"context"
	"net/http"
	"net/url"

	"paydesk/terminal/order"
)

// newOrder is the request for an order.
type newOrder struct {
	Intent string    `json:"intent"`
	Units  []newUnit `json:"purchase_units"`
	Source struct {
		PayPal struct {
			Context experience `json:"experience_context"`
		} `json:"paypal"`
	} `json:"payment_source"`
}

type newUnit struct {
	Reference   string `json:"reference_id"`
	Invoice     string `json:"invoice_id"`
	Custom      string `json:"custom_id"`
	Description string `json:"description,omitempty"`
	Amount      value  `json:"amount"`
}

// experience is how the customer goes through PayPal's page. Immediate payment
// keeps out what is paid days later: nobody waits at a counter for that.
type experience struct {
	Action     string `json:"user_action"`
	Shipping   string `json:"shipping_preference"`
	Preference string `json:"payment_method_preference"`
	Brand      string `json:"brand_name,omitempty"`
	Return     string `json:"return_url"`
	Cancel     string `json:"cancel_url"`
}

// Create implements wallet.Provider. PayPal knows a repeat by our reference for
// six hours, longer than an order lives.
func (p *rest) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	text, err := p.asked(r.Amount)
	if err != nil {
		return order.CodeAnswer{Refused: true, Message: err.Error()}
	}
	o := newOrder{Intent: "CAPTURE", Units: []newUnit{{Reference: r.Reference, Invoice: r.Reference, Custom: r.Reference,
		Description: label(r), Amount: value{string(r.Amount.Currency), text}}}}
	o.Source.PayPal.Context = experience{Action: "PAY_NOW", Shipping: "NO_SHIPPING", Preference: "IMMEDIATE_PAYMENT_REQUIRED",
		Brand: p.shop(r), Return: p.cfg.ReturnURL, Cancel: p.cfg.ReturnURL}
	a := p.call(ctx, http.MethodPost, "v2/checkout/orders", r.Reference, o)
	var got orderBody
	a.decode(&got)
	switch a.sort {
	case verdictFine:
	case verdictAgain, verdictWorking, verdictDone:
		return order.CodeAnswer{Message: a.say}
	default:
		return order.CodeAnswer{Refused: true, Wrong: a.sort == verdictKeys || a.sort == verdictRights, Message: a.say}
	}
	address := got.approval(p.cfg.LoopbackOnly)
	if !codeName.MatchString(got.ID) || address == "" {
		return order.CodeAnswer{Message: sayUnread}
	}
	return order.CodeAnswer{Made: true, Remote: got.ID, Text: address, Until: p.client.Now().Add(life)}
}

// approval is the address that the customer opens. PayPal calls it approve, or
// payer-action where the request names how it is paid. Only training has one
// without TLS.
func (o orderBody) approval(training bool) string {
	for _, l := range o.Links {
		u, err := url.Parse(l.Href)
		if (l.Rel == "payer-action" || l.Rel == "approve") && err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && training) {
			return l.Href
		}
	}
	return ""
}
