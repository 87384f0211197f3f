package paypal

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// keptREST is how long a repeated refund is known by its number, with a day to
// spare (section 11).
const keptREST = 44 * 24 * time.Hour

// newRefund is the request for a refund. The amount is always named.
type newRefund struct {
	Amount  value  `json:"amount"`
	Invoice string `json:"invoice_id"`
	Note    string `json:"note_to_payer,omitempty"`
}

// Refund implements wallet.Provider.
func (p *rest) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	text, err := decimal(r.Amount)
	if err != nil {
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: err.Error()}
	}
	a := p.call(ctx, http.MethodPost, "v2/payments/captures/"+url.PathEscape(r.Payment)+"/refund", r.ID,
		newRefund{value{string(r.Amount.Currency), text}, r.ID, cut(r.Reason, maxNote)})
	switch a.sort {
	case verdictNoRefund, verdictRefused, verdictUnknownToken, verdictRights:
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: a.say}
	}
	return readRefund(a)
}

// readRefund is what an answer says of a refund.
func readRefund(a restReply) order.RefundAnswer {
	var got refundBody
	a.decode(&got)
	if a.sort != verdictFine {
		return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
	}
	return got.answer()
}

func (b refundBody) answer() order.RefundAnswer {
	got := order.RefundAnswer{Answered: true, Remote: b.ID, Fee: fee(b.Breakdown.Fee.Value, b.Breakdown.Fee.Currency)}
	switch b.Status {
	case "COMPLETED":
		got.State = order.RefundDone
	case "PENDING":
		got.State = order.RefundPending
	case "FAILED", "CANCELLED":
		got.State, got.Message = order.RefundRefused, sayNoRefund
	}
	if b.ID == "" || got.State == "" {
		return order.RefundAnswer{Message: sayUnread}
	}
	return got
}

// FindRefund implements wallet.Provider: by PayPal's name, or among those of the
// order that was paid.
func (p *rest) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	if r.Remote != "" {
		return readRefund(p.call(ctx, http.MethodGet, "v2/payments/refunds/"+url.PathEscape(r.Remote), "", nil))
	}
	a := p.call(ctx, http.MethodGet, "v2/checkout/orders/"+url.PathEscape(r.Code), "", nil)
	var got orderBody
	a.decode(&got)
	// An order that PayPal shows no more tells nothing; the request itself,
	// made again under its number, does.
	if a.sort != verdictFine && a.sort != verdictUnknownToken {
		return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
	}
	var all []refundBody
	for _, u := range got.Units {
		all = append(all, u.Payments.Refunds...)
	}
	if i := slices.IndexFunc(all, func(b refundBody) bool { return b.Invoice == r.ID }); i >= 0 {
		return all[i].answer()
	}
	return missing(p.client.Now(), r, keptREST)
}
