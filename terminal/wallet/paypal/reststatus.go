package paypal

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// orderBody is an order as PayPal shows it.
type orderBody struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Payer  struct {
		ID string `json:"payer_id"`
	} `json:"payer"`
	Units []struct {
		Invoice  string `json:"invoice_id"`
		Payments struct {
			Captures []captureBody `json:"captures"`
			Refunds  []refundBody  `json:"refunds"`
		} `json:"payments"`
	} `json:"purchase_units"`
	Links []link `json:"links"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// captureBody is a payment.
type captureBody struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Details struct {
		Reason string `json:"reason"`
	} `json:"status_details"`
	Invoice   string `json:"invoice_id"`
	Amount    value  `json:"amount"`
	Breakdown struct {
		Fee value `json:"paypal_fee"`
	} `json:"seller_receivable_breakdown"`
	Created string `json:"create_time"`
	Related struct {
		IDs struct {
			Order string `json:"order_id"`
		} `json:"related_ids"`
	} `json:"supplementary_data"`
	Links []link `json:"links"`
}

// refundBody is money that goes back.
type refundBody struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Invoice   string `json:"invoice_id"`
	Amount    value  `json:"amount"`
	Breakdown struct {
		Fee value `json:"paypal_fee"`
	} `json:"seller_payable_breakdown"`
	Created string `json:"create_time"`
	Links   []link `json:"links"`
}

// above is the name of what something belongs to: the order of a capture, the
// capture of a refund.
func above(links []link, path string) string {
	for _, l := range links {
		if at := strings.LastIndex(l.Href, path); l.Rel == "up" && at >= 0 {
			return l.Href[at+len(path):]
		}
	}
	return ""
}

// Status implements wallet.Provider. An order that is not known here was never
// made, or its answer was lost: the same request finds it.
func (p *rest) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	if r.Remote == "" {
		return order.CodeSeen{Missing: true}
	}
	a := p.call(ctx, http.MethodGet, "v2/checkout/orders/"+url.PathEscape(r.Remote), "", nil)
	return p.read(r, a)
}

// read is what an answer says of the order.
func (p *rest) read(r order.CodeRequest, a restReply) order.CodeSeen {
	var got orderBody
	a.decode(&got)
	switch {
	case a.sort == verdictUnknownToken:
		seen := a.seen()
		seen.Missing = true
		return seen
	case a.sort != verdictFine:
		return a.failed()
	case got.ID != r.Remote || len(got.Units) != 1 || got.Units[0].Invoice != r.Reference:
		return failed(sayForeign, a.at, 0)
	}
	seen := a.seen()
	for _, c := range got.Units[0].Payments.Captures {
		m, ok := c.payment()
		if !ok {
			return failed(sayUnread, a.at, 0)
		}
		m.wentBack(got.Units[0].Payments.Refunds, len(got.Units[0].Payments.Captures) == 1)
		m.add(&seen)
	}
	seen = settled(seen)
	seen.Dead = seen.Dead && got.Status == "COMPLETED"
	if seen.Failed || len(seen.Payments) > 0 || seen.Pending {
		return seen
	}
	switch got.Status {
	case "APPROVED":
		seen.Approved, seen.Payer = true, got.Payer.ID
	case "VOIDED":
		seen.Dead, seen.Message = true, sayExpired
	case "COMPLETED":
		if !seen.Dead { // it says that it is paid, and shows no payment
			return failed(sayWorking, a.at, 0)
		}
	}
	return seen
}

// payment is a capture as a payment. It fails where it tells no amount.
func (c captureBody) payment() (payment, bool) {
	paid, err := c.Amount.amount()
	m := payment{status: c.Status, reason: c.Details.Reason, standing: standings[plain(c.Status)], Received: order.Received{
		ID: c.ID, Amount: paid, Fee: fee(c.Breakdown.Fee.Value, c.Breakdown.Fee.Currency), Reference: c.Invoice, Remote: cmp.Or(c.Related.IDs.Order, above(c.Links, "/orders/"))}}
	if c.Status == "DECLINED" {
		m.standing = standsDead
	}
	if at, err := time.Parse(time.RFC3339, c.Created); err == nil {
		m.At = at.UTC()
	}
	m.backByState()
	return m, err == nil && c.ID != ""
}

// wentBack takes up what was paid back of it. Where it is the only payment, all
// refunds are its own.
func (m *payment) wentBack(refunds []refundBody, only bool) {
	back := money.New(0, m.Amount.Currency)
	for _, b := range refunds {
		a, err := b.Amount.amount()
		if of := above(b.Links, "/captures/"); of != m.ID && !(of == "" && only) || b.Status != "COMPLETED" && b.Status != "PENDING" || err != nil || a.Currency != back.Currency {
			continue
		}
		back.Minor += a.Minor
	}
	if back.Minor > 0 {
		m.Refunded = back
	}
}

// Take implements wallet.Provider. The same number at each repeat makes all of
// them one request, and an order is captured once.
func (p *rest) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	path := "v2/checkout/orders/" + url.PathEscape(r.Remote)
	a := p.call(ctx, http.MethodPost, path+"/capture", r.Reference+"-capture", struct{}{})
	switch a.sort {
	case verdictFine, verdictDone, verdictDuplicate:
		// The order itself tells what was captured, and whose it is.
		seen := p.read(r, p.call(ctx, http.MethodGet, path, "", nil))
		if a.sort == verdictDuplicate && !seen.Failed && !seen.Pending && len(seen.Payments) == 0 {
			seen = a.seen()
			seen.Dead = true // by this number it never will be
		}
		if a.sort != verdictDuplicate && seen.Approved {
			return failed(sayWorking, seen.At, 0) // the order is behind its own capture
		}
		return seen
	case verdictOtherWay, verdictUnapproved:
		return a.seen()
	case verdictNoFunds:
		seen := a.seen()
		seen.Dead = true
		return seen
	}
	return a.failed()
}
