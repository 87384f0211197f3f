package paypal

import (
	"context"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Status implements wallet.Provider. Money counts by the payment's own state
// alone, and with our reference.
func (p *nvp) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	if r.Remote == "" {
		return p.byInvoice(ctx, r, order.CodeSeen{Missing: true})
	}
	a := p.call(ctx, "GetExpressCheckoutDetails", fields{"TOKEN": r.Remote})
	none := a.seen() // what is said where no payment is found
	switch a.sort {
	case verdictFine:
	case verdictUnknownToken:
		none.Missing = true
		return p.byInvoice(ctx, r, none)
	case verdictExpired:
		// Nobody but the desk moves the money. Where it never asked, that is the
		// end; otherwise the rules wait out what may yet turn up.
		none.Dead = r.Sends == 0
		return p.sought(ctx, r, none)
	case verdictDone, verdictDuplicate:
		none.Failed = true
		return p.byInvoice(ctx, r, none)
	default:
		return a.failed()
	}
	if a.fields["TOKEN"] != r.Remote || !ours(a.fields["PAYMENTREQUEST_0_INVNUM"], r) || !ours(a.fields["INVNUM"], r) {
		return failed(sayForeign, a.at, 0)
	}
	return p.checkout(ctx, r, a)
}

// ours reports that a reference is that of the request, or was not told.
func ours(invoice string, r order.CodeRequest) bool { return invoice == "" || invoice == r.Reference }

// checkout reads what became of a token that is ours.
func (p *nvp) checkout(ctx context.Context, r order.CodeRequest, a nvpReply) order.CodeSeen {
	seen := a.seen()
	for _, name := range []string{"PAYMENTREQUEST_0_TRANSACTIONID", "PAYMENTREQUESTINFO_0_TRANSACTIONID"} {
		if id := a.fields[name]; id != "" {
			return p.paidBy(ctx, r, seen, id)
		}
	}
	switch plain(a.fields["CHECKOUTSTATUS"]) {
	case "paymentcompleted", "paymentactioncompleted":
		seen.Failed, seen.Message = true, sayWorking
		return p.byInvoice(ctx, r, seen)
	case "paymentactioninprogress":
		seen.Pending, seen.Message = true, sayWorking
	case "paymentactionfailed":
		seen.Message = sayOtherWay
	}
	if payer := a.fields["PAYERID"]; payer != "" && !seen.Pending {
		seen.Approved, seen.Payer = true, payer
	}
	return p.sought(ctx, r, seen)
}

// sought looks for a payment by our number where money was asked for; the
// details of a token do not show it in time (section 6).
func (p *nvp) sought(ctx context.Context, r order.CodeRequest, none order.CodeSeen) order.CodeSeen {
	if r.Sends == 0 {
		return none
	}
	return p.byInvoice(ctx, r, none)
}

// plain is a state without the signs that the spellings differ in (section 5).
func plain(state string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(state))
}

// standing is what a payment's state means (section 5).
type standing int

// The standings of a payment. A state that is not known tells nothing.
const (
	standsUnknown standing = iota
	standsPaid
	standsHeld
	standsPending
	standsDead
	standsBack
	standsPartBack
)

var standings = map[string]standing{
	"completed": standsPaid, "processed": standsPaid, "canceledreversal": standsPaid, "completedfundsheld": standsHeld,
	"pending": standsPending, "inprogress": standsPending, "created": standsPending,
	"failed": standsDead, "denied": standsDead, "expired": standsDead, "voided": standsDead,
	"refunded": standsBack, "reversed": standsBack, "partiallyrefunded": standsPartBack,
}

// payment is a payment as PayPal has it.
type payment struct {
	order.Received
	standing
	status, reason string
}

// paymentFrom reads the fields of a payment, whose names begin with prefix. It
// fails where they do not tell an amount.
func paymentFrom(f fields, prefix string) (payment, bool) {
	m := payment{status: f[prefix+"PAYMENTSTATUS"], reason: f[prefix+"PENDINGREASON"]}
	m.standing = standings[plain(m.status)]
	paid, err := f.money(prefix+"AMT", prefix+"CURRENCYCODE")
	if err != nil || f[prefix+"TRANSACTIONID"] == "" {
		return m, false
	}
	m.Received = order.Received{ID: f[prefix+"TRANSACTIONID"], Amount: paid, Fee: fee(f[prefix+"FEEAMT"], f[prefix+"CURRENCYCODE"]),
		Reference: f["INVNUM"]}
	if at, err := time.Parse(time.RFC3339, f[prefix+"ORDERTIME"]); err == nil {
		m.At = at.UTC()
	}
	m.backByState()
	return m, true
}

// backByState is what went back of a payment, as far as its state alone tells:
// nothing, all, or not how much.
func (m *payment) backByState() {
	switch m.standing {
	case standsPaid, standsHeld:
		m.Refunded = money.New(0, m.Amount.Currency)
	case standsBack:
		m.Refunded = m.Amount
	}
}

// add puts a payment into what is seen of its code.
func (m payment) add(seen *order.CodeSeen) {
	switch m.standing {
	case standsPending:
		seen.Pending = true
		seen.Message = say(sayPendingFor, reasonForm, m.reason, sayPending)
	case standsDead:
		seen.Dead, seen.Message = true, sayNotPaid
	case standsUnknown:
		seen.Failed, seen.Message = true, sayUnread
	default:
		m.Reference, m.Remote = "", ""
		seen.Payments = append(seen.Payments, m.Received)
		seen.Message = ""
		if m.standing == standsHeld {
			seen.Message = sayHeld
		}
		if m.standing == standsPartBack && m.Refunded.Currency == "" {
			seen.Message = sayPartBack
		}
	}
}

// paidBy reads payments of a code.
func (p *nvp) paidBy(ctx context.Context, r order.CodeRequest, seen order.CodeSeen, ids ...string) order.CodeSeen {
	// What was seen of the code before its payment is over with it.
	seen.Missing, seen.Dead, seen.Approved, seen.Payer, seen.Failed = false, false, false, "", false
	for _, id := range ids {
		m, a := p.payment(ctx, id, r.Created)
		switch {
		case a.sort != verdictFine:
			return a.failed()
		case m.Reference != r.Reference:
			return failed(sayForeign, a.at, 0)
		}
		m.add(&seen)
	}
	return settled(seen)
}

// settled is what was seen where all payments are in it: one that came to
// nothing ends the code alone, and one in doubt leaves all in doubt.
func settled(seen order.CodeSeen) order.CodeSeen {
	if seen.Failed {
		return failed(seen.Message, seen.At, 0)
	}
	seen.Dead = seen.Dead && len(seen.Payments) == 0 && !seen.Pending
	return seen
}

// payment reads one, and what went back of it.
func (p *nvp) payment(ctx context.Context, id string, since time.Time) (payment, nvpReply) {
	a := p.call(ctx, "GetTransactionDetails", fields{"TRANSACTIONID": id})
	if a.sort != verdictFine {
		return payment{}, a
	}
	m, ok := paymentFrom(a.fields, "")
	if !ok || m.ID != id {
		a.sort, a.say = verdictAgain, sayUnread
		return payment{}, a
	}
	if m.standing != standsPartBack {
		return m, a
	}
	back, b := p.refundsOf(ctx, id, m.Reference, since)
	if b.sort != verdictFine {
		return payment{}, b
	}
	for _, row := range back {
		if row.amount.Currency == m.Amount.Currency {
			m.Refunded.Currency = m.Amount.Currency
			m.Refunded.Minor -= row.amount.Minor
		}
	}
	return m, a
}

// Transaction reads any payment by PayPal's name of it, and its state in
// PayPal's own word. The error is a sentence; ErrNotOurs is PayPal's word that
// there is no such payment, after any other it may be asked again.
func (p *nvp) Transaction(ctx context.Context, id string) (order.Received, string, error) {
	m, a := p.payment(ctx, id, p.client.Now().Add(-refundFor))
	switch a.sort {
	case verdictFine:
		return m.Received, m.status, nil
	case verdictRefused, verdictRights:
		return order.Received{}, "", ErrNotOurs
	}
	return order.Received{}, "", problem(a.say)
}
