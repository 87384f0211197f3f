package paypal

import (
	"context"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// keptNVP is how long a repeated refund is known by its number, with a day to
// spare (section 7).
const keptNVP = 12 * 24 * time.Hour

// Refund implements wallet.Provider. A whole one names no amount, so that no
// rounding of ours can leave a rest.
func (p *nvp) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	value, err := decimal(r.Amount)
	if err != nil {
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: err.Error()}
	}
	with := fields{"TRANSACTIONID": r.Payment, "REFUNDTYPE": "Full", "INVOICEID": r.ID, "MSGSUBID": r.ID, "NOTE": cut(r.Reason, maxNote)}
	if !r.Whole {
		with["REFUNDTYPE"], with["AMT"], with["CURRENCYCODE"] = "Partial", value, string(r.Amount.Currency)
	}
	a := p.call(ctx, "RefundTransaction", with)
	switch a.sort {
	case verdictFine, verdictRepeated:
		return refunded(a)
	case verdictNoRefund, verdictRefused, verdictRights:
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: a.say}
	}
	return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
}

// refunded reads the answer to a refund.
func refunded(a nvpReply) order.RefundAnswer {
	id := a.fields["REFUNDTRANSACTIONID"]
	if id == "" {
		return order.RefundAnswer{Message: sayUnread}
	}
	got := order.RefundAnswer{Answered: true, Remote: id, Fee: fee(a.fields["FEEREFUNDAMT"], a.fields["CURRENCYCODE"])}
	switch plain(a.fields["REFUNDSTATUS"]) {
	case "instant":
		got.State = order.RefundDone
	case "delayed":
		got.State = order.RefundPending
	default: // PayPal made it, and is asked how far it is
		got.Answered, got.Message = false, sayWorking
	}
	return got
}

// FindRefund implements wallet.Provider: by PayPal's name, by ours, or as the
// only one of its amount that nobody else asked for.
func (p *nvp) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	if r.Remote != "" {
		return p.refundBy(ctx, r.Remote)
	}
	rows, _, a := p.search(ctx, fields{"STARTDATE": stamp(r.Created.Add(-before)), "INVNUM": r.ID})
	if a.sort != verdictFine {
		return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
	}
	if len(rows) == 1 {
		return p.refundBy(ctx, rows[0].id)
	}
	rows, a = p.refundsOf(ctx, r.Payment, r.Reference, r.Created)
	if a.sort != verdictFine {
		return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
	}
	since := r.Created.Add(p.client.Skew() - order.QRMargin) // by PayPal's clock
	for _, row := range rows {
		if -row.amount.Minor == r.Amount.Minor && row.amount.Currency == r.Amount.Currency &&
			!row.at.Before(since) && !slices.Contains(r.Known, row.id) {
			return p.refundBy(ctx, row.id)
		}
	}
	return missing(p.client.Now(), r, keptNVP)
}

// missing says that there is no such refund, and so asks for the same request
// once more: for as long as PayPal knows a repeat of it.
func missing(now time.Time, r order.RefundRequest, kept time.Duration) order.RefundAnswer {
	if now.Sub(r.Created) > kept {
		return order.RefundAnswer{Message: sayRefundGone}
	}
	return order.RefundAnswer{Answered: true, Missing: true}
}

// refundBy reads a refund, which is a transaction of its own.
func (p *nvp) refundBy(ctx context.Context, id string) order.RefundAnswer {
	a := p.call(ctx, "GetTransactionDetails", fields{"TRANSACTIONID": id})
	if a.sort != verdictFine {
		return order.RefundAnswer{NotSent: !a.sent, Message: a.say}
	}
	m, ok := paymentFrom(a.fields, "")
	got := order.RefundAnswer{Answered: true, Remote: id, Message: a.say}
	switch {
	case !ok || m.ID != id:
		return order.RefundAnswer{Message: sayForeign}
	case m.standing == standsPaid, m.standing == standsBack, m.standing == standsPartBack:
		got.State = order.RefundDone
	case m.standing == standsPending:
		got.State = order.RefundPending
	case m.standing == standsDead:
		got.State, got.Message = order.RefundRefused, sayNoRefund
	default:
		return order.RefundAnswer{Message: sayUnread}
	}
	return got
}
