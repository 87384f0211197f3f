package paypal

import (
	"context"

	"paydesk/terminal/order"
)

// Take implements wallet.Provider. The same number at each repeat makes all of
// them one request to PayPal, for about 13 days, and a token is charged once
// (section 7). Where the answer is lost the rules look before they repeat.
func (p *nvp) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	value, err := decimal(r.Amount)
	if err != nil {
		return failed(err.Error(), p.client.Now(), 0)
	}
	a := p.call(ctx, "DoExpressCheckoutPayment", fields{
		"TOKEN":                          r.Remote,
		"PAYERID":                        r.Payer,
		"MSGSUBID":                       r.Reference,
		"PAYMENTREQUEST_0_PAYMENTACTION": "Sale",
		"PAYMENTREQUEST_0_AMT":           value,
		"PAYMENTREQUEST_0_CURRENCYCODE":  string(r.Amount.Currency),
		"PAYMENTREQUEST_0_INVNUM":        r.Reference,
		"PAYMENTREQUEST_0_CUSTOM":        r.Reference,
		"PAYMENTREQUEST_0_DESC":          label(r),
		"PAYMENTREQUEST_0_NOTIFYURL":     p.cfg.NotifyURL,
	})
	// The payment may be refused on its own within an answer that is a success.
	if code := a.fields["PAYMENTINFO_0_ERRORCODE"]; a.sort == verdictFine && code != "" && code != "0" {
		a.sort, a.say = judge([]string{code})
	}
	switch a.sort {
	case verdictFine, verdictRepeated:
		return p.taken(ctx, r, a)
	case verdictReview:
		seen := a.seen()
		seen.Pending = true
		return seen
	case verdictOtherWay, verdictUnapproved:
		return a.seen()
	case verdictNoFunds:
		seen := a.seen()
		seen.Dead = true
		return seen
	case verdictExpired:
		return p.byInvoice(ctx, r, a.seen())
	case verdictDone, verdictDuplicate:
		return p.byInvoice(ctx, r, a.failed())
	}
	return a.failed()
}

// taken reads the payment that an answer shows. PAYMENTSTATUS decides, nothing
// else of it.
func (p *nvp) taken(ctx context.Context, r order.CodeRequest, a nvpReply) order.CodeSeen {
	m, ok := paymentFrom(a.fields, "PAYMENTINFO_0_")
	if token := a.fields["TOKEN"]; token != "" && token != r.Remote {
		return failed(sayForeign, a.at, 0)
	}
	seen := a.seen()
	switch {
	case !ok:
		return failed(sayUnread, a.at, 0)
	case m.standing == standsBack, m.standing == standsPartBack:
		return p.paidBy(ctx, r, seen, m.ID) // a repeat shows the newest state
	}
	m.add(&seen)
	return settled(seen)
}
