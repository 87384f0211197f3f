package paypal

import (
	"context"
	"net/url"
	"strings"

	"paydesk/terminal/order"
)

// Create implements wallet.Provider. A token that nobody uses harms nobody,
// since money moves by Take alone: where the answer was lost, another is asked
// for.
func (p *nvp) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	value, err := p.asked(r.Amount)
	if err != nil {
		return order.CodeAnswer{Refused: true, Message: err.Error()}
	}
	a := p.call(ctx, "SetExpressCheckout", fields{
		"PAYMENTREQUEST_0_PAYMENTACTION": "Sale",
		"PAYMENTREQUEST_0_AMT":           value,
		"PAYMENTREQUEST_0_CURRENCYCODE":  string(r.Amount.Currency),
		"PAYMENTREQUEST_0_INVNUM":        r.Reference,
		"PAYMENTREQUEST_0_CUSTOM":        r.Reference,
		"PAYMENTREQUEST_0_DESC":          label(r),
		"PAYMENTREQUEST_0_NOTIFYURL":     p.cfg.NotifyURL,
		"RETURNURL":                      p.cfg.ReturnURL,
		"CANCELURL":                      p.cfg.ReturnURL,
		"NOSHIPPING":                     "1",
		"ALLOWNOTE":                      "0",
		"SOLUTIONTYPE":                   "Sole",
		"LANDINGPAGE":                    "Login",
		"BRANDNAME":                      p.shop(r),
	})
	switch a.sort {
	case verdictFine:
		return p.made(a)
	case verdictDuplicate:
		return p.duplicate(ctx, r, a)
	}
	return order.CodeAnswer{Refused: a.refused(), Wrong: a.sort == verdictKeys || a.sort == verdictRights, Message: a.say}
}

// refused reports a no that stays one.
func (r nvpReply) refused() bool {
	switch r.sort {
	case verdictFine, verdictAgain, verdictWorking, verdictRepeated, verdictReview:
		return false
	}
	return true
}

// made is the answer with the approval address, which PayPal forwards to its
// page of the day.
func (p *nvp) made(a nvpReply) order.CodeAnswer {
	token := a.fields["TOKEN"]
	if !codeName.MatchString(token) {
		return order.CodeAnswer{Message: sayUnread}
	}
	return order.CodeAnswer{Made: true, Remote: token, Until: p.client.Now().Add(life),
		Text: strings.TrimRight(p.cfg.SiteURL, "?") + "?cmd=_express-checkout&useraction=commit&token=" + url.QueryEscape(token)}
}

// duplicate answers the refusal of our number as used. A payment by it is
// looked for, so that nobody is asked for money a second time unseen.
func (p *nvp) duplicate(ctx context.Context, r order.CodeRequest, a nvpReply) order.CodeAnswer {
	seen := p.byInvoice(ctx, r, a.seen())
	if seen.Failed {
		return order.CodeAnswer{Message: seen.Message}
	}
	return order.CodeAnswer{Refused: true, Message: a.say}
}
