package razorpay

import (
	"context"
	"net/url"
	"strings"

	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

const (
	sayRefundFailed = "Razorpay could not pay this back. Give the money back another way, or look at the payment in the Razorpay dashboard."
	sayRefundOdd    = "Razorpay answered for another refund. Nothing was recorded; look at the payment in the Razorpay dashboard."
)

type newRefund struct {
	Amount  int64             `json:"amount"`
	Speed   string            `json:"speed"`
	Receipt string            `json:"receipt"`
	Notes   map[string]string `json:"notes"`
}

// Refund implements wallet.Provider. Razorpay knows a repeat by our number
// (section 9); where it refuses one all the same, it is asked what became of the
// first.
func (p *Provider) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	var v refund
	s := p.ask(ctx, "POST", "payments/"+url.PathEscape(r.Payment)+"/refund", newRefund{Amount: r.Amount.Minor, Speed: "normal",
		Receipt: r.ID, Notes: map[string]string{"sale": r.Reference}}, &v, "X-Refund-Idempotency", r.ID)
	switch {
	case s.ok:
		return v.answer(r)
	case s.class != wallet.Refused:
		return order.RefundAnswer{NotSent: !s.Sent, Message: s.message}
	}
	found := p.FindRefund(ctx, r)
	if found.Answered && found.Missing {
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: s.message}
	}
	return found
}

// FindRefund implements wallet.Provider: by Razorpay's name of it, or among the
// payment's refunds by our number.
func (p *Provider) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	if r.Remote != "" {
		var v refund
		s := p.ask(ctx, "GET", "refunds/"+url.PathEscape(r.Remote), nil, &v)
		if !s.ok {
			return order.RefundAnswer{NotSent: !s.Sent, Message: s.message}
		}
		if v.ID != r.Remote {
			return order.RefundAnswer{Message: sayRefundOdd}
		}
		return v.answer(r)
	}
	found, s := pages(ctx, p, "payments/"+url.PathEscape(r.Payment)+"/refunds", url.Values{}, func(v refund) string { return v.ID })
	if !s.ok {
		return order.RefundAnswer{NotSent: !s.Sent, Message: s.message}
	}
	for _, v := range found {
		if v.Receipt == r.ID {
			return v.answer(r)
		}
	}
	return order.RefundAnswer{Answered: true, Missing: true}
}

// answer is what a refund says of the one that was asked for.
func (v refund) answer(r order.RefundRequest) order.RefundAnswer {
	a := order.RefundAnswer{Answered: true, Remote: v.ID}
	switch {
	case !strings.HasPrefix(v.ID, "rfnd_"), v.PaymentID != r.Payment, v.Receipt != "" && v.Receipt != r.ID,
		!v.Amount.set, v.Amount.n != r.Amount.Minor, v.Currency != "" && !strings.EqualFold(v.Currency, string(r.Amount.Currency)):
		return order.RefundAnswer{Message: sayRefundOdd}
	case v.Status == "processed":
		a.State = order.RefundDone
	case v.Status == "pending":
		a.State = order.RefundPending
	case v.Status == "failed":
		a.State, a.Message = order.RefundRefused, sayRefundFailed
	default:
		return order.RefundAnswer{Message: sayRefundOdd}
	}
	return a
}
