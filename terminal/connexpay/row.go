package connexpay

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"paydesk/terminal/order"
)

// loose is a member that helps and does not decide: one that cannot be read
// is one that is not there. It may come once, as every member.
type loose[T any] struct {
	v    T
	seen bool
}

// UnmarshalJSON refuses the second value only.
func (l *loose[T]) UnmarshalJSON(b []byte) error {
	if l.seen {
		return errUnreadable
	}
	l.seen = true
	if json.Unmarshal(b, &l.v) != nil {
		l.v = *new(T)
	}
	return nil
}

// coreReply holds the members of a row that decide, in an answer and in the
// transactions that it nests. The card is not among them, and the receipt text
// neither.
type coreReply struct {
	GUID            once[string] `json:"guid"`
	Status          once[string] `json:"status"`
	BatchStatus     once[string] `json:"batchStatus"`
	DeviceGUID      once[string] `json:"deviceGuid"`
	Amount          once[flex]   `json:"amount"`
	EffectiveAmount once[flex]   `json:"effectiveAmount"`
	BatchGUID       once[string] `json:"batchGuid"`
	Code            once[flex]   `json:"processorStatusCode"`
	Message         once[string] `json:"processorResponseMessage"`
	WasProcessed    once[*bool]  `json:"wasProcessed"`
	AuthCode        once[flex]   `json:"authCode"`
	RefNumber       once[flex]   `json:"refNumber"`
	SequenceNumber  once[flex]   `json:"sequenceNumber"`
	OrderNumber     once[flex]   `json:"orderNumber"`
}

// rowReply is a transaction of any kind, as far as evidence needs it.
type rowReply struct {
	coreReply
	NewAmount    once[flex]   `json:"newAmount"`
	SaleGUID     once[string] `json:"saleGuid"`
	AuthOnlyGUID once[string] `json:"authOnlyGuid"`
	CaptureGUID  loose[flex]  `json:"captureGuid"`
	TimeStamp    loose[Stamp] `json:"timeStamp"`

	Card loose[struct {
		Last4      flex        `json:"last4"`
		GUID       loose[flex] `json:"guid"`
		CardNumber loose[flex] `json:"cardNumber"`
	}] `json:"card"`
	ConnexPay loose[struct {
		TransCode flex `json:"incomingTransCode"`
	}] `json:"connexPayTransaction"`

	Sale           loose[coreReply]       `json:"sale"`
	RelatedSale    loose[coreReply]       `json:"relatedSale"`
	AuthOnly       loose[coreReply]       `json:"authOnly"`
	RelatedVoid    loose[Links]           `json:"relatedVoid"`
	RelatedReturns loose[json.RawMessage] `json:"relatedReturns"`
}

// none is the guid that the service writes where there is none.
const none = "00000000-0000-0000-0000-000000000000"

// named is the guid that a row gives in one of two places; not ok where the
// two differ.
func named(a, b string) (guid string, ok bool) {
	if a == none {
		a = ""
	}
	if b == none {
		b = ""
	}
	return cmp.Or(a, b), a == "" || b == "" || strings.EqualFold(a, b)
}

// evidence reads the answer to a charge, for the act "", or to a follow-up.
// What cannot be read is BodyOther.
func (c *Client) evidence(r reply, act order.Act) order.Evidence {
	e := order.Evidence{Stage: r.stage, HTTP: r.status, Body: order.BodyOther}
	if !r.json() {
		return e
	}
	if r.ok() {
		var row rowReply
		if json.Unmarshal(r.body, &row) != nil {
			return e
		}
		if read := c.rowEvidence(row, act, r.status); read.Status != "" {
			return read
		}
		return e
	}
	text, ok := errorText(r.body)
	if !ok {
		return e
	}
	e.Body, e.Message = order.BodyError, scrub(text)
	if r.status != http.StatusUnauthorized && r.status != http.StatusForbidden {
		e.Code = errorCode(text) // a refused login speaks of no card
	}
	return e
}

// rowEvidence turns a row of the host into evidence. A row whose amount cannot
// be read, or whose parts contradict each other, is unreadable as a whole.
func (c *Client) rowEvidence(row rowReply, act order.Act, status int) order.Evidence {
	whole, target, made := true, "", ""
	amount, effective := row.Amount.v, row.EffectiveAmount.v
	switch act {
	case order.Capture:
		sale := row.RelatedSale.v
		if sale.GUID.v == "" {
			sale = row.Sale.v // the current dialect
		}
		target, whole = named(row.AuthOnlyGUID.v, row.AuthOnly.v.GUID.v)
		made, whole = sale.GUID.v, whole && row.agrees(sale)
		amount = cmp.Or(row.NewAmount.v, amount, sale.Amount.v)
		effective = cmp.Or(effective, sale.EffectiveAmount.v)
		if row.Status.v == "" {
			row.coreReply = row.filled(sale)
		}
	case order.Void:
		of := row.Sale.v
		if target, whole = named(row.SaleGUID.v, of.GUID.v); target == "" {
			of = row.AuthOnly.v
			target, whole = named(row.AuthOnlyGUID.v, of.GUID.v)
		}
		amount, effective = cmp.Or(amount, of.Amount.v), of.EffectiveAmount.v
	case order.Return:
		target, whole = named(row.SaleGUID.v, row.Sale.v.GUID.v)
	}
	e := order.Evidence{Stage: order.Answered, HTTP: status, Body: order.BodySale,
		Status: row.Status.v, Processed: row.WasProcessed.v, Code: string(row.Code.v), Message: scrub(row.Message.v),
		GUID: row.GUID.v, Device: row.DeviceGUID.v, Number: string(row.SequenceNumber.v),
		AuthCode: string(row.AuthCode.v), Reference: string(row.RefNumber.v),
		Batch: row.BatchGUID.v, BatchStatus: row.BatchStatus.v,
		Target: target, Made: made, TransCode: string(row.ConnexPay.v.TransCode)}
	if act == "" || act == order.Check {
		e.Token = c.cardToken(string(row.Card.v.CardNumber.v), string(row.Card.v.GUID.v))
	}
	if act == "" {
		// A follow-up's row may show the order number of what it is about.
		e.Number = cmp.Or(e.Number, string(row.OrderNumber.v))
	}
	var badAmount, badEffective error
	e.Amount, badAmount = c.amount(amount)
	e.Effective, badEffective = c.amount(effective)
	if badAmount != nil || badEffective != nil || !whole {
		e.Body = order.BodyOther
	}
	return e
}

// cardToken is what the card of an answer can be charged by, in the account's
// dialect; "" where the account has no tokens, or the answer none that may be
// kept.
func (c *Client) cardToken(number, guid string) order.Token {
	switch byGUID := order.TokenOf(guid); {
	case !c.offer().Can(order.FeatureTokens):
		return ""
	case c.dialect().cardGUID && byGUID.GUID():
		return byGUID
	case isToken(number):
		return order.TokenOf(number)
	}
	return ""
}

// agrees reports that a capture and the sale which it made do not say the
// opposite of each other.
func (k coreReply) agrees(made coreReply) bool {
	return (k.Status.v == "" || made.Status.v == "" || approved(k.Status.v) == approved(made.Status.v)) &&
		(k.WasProcessed.v == nil || made.WasProcessed.v == nil || *k.WasProcessed.v == *made.WasProcessed.v)
}

// filled is what a capture says, and where it says nothing, what the sale says
// which it made. The number is not among it: it may be that of the hold.
func (k coreReply) filled(made coreReply) coreReply {
	k.Status.v = made.Status.v
	if k.WasProcessed.v == nil {
		k.WasProcessed.v = made.WasProcessed.v
	}
	k.BatchStatus.v = cmp.Or(k.BatchStatus.v, made.BatchStatus.v)
	k.DeviceGUID.v = cmp.Or(k.DeviceGUID.v, made.DeviceGUID.v)
	k.BatchGUID.v = cmp.Or(k.BatchGUID.v, made.BatchGUID.v)
	k.Code.v = cmp.Or(k.Code.v, made.Code.v)
	k.Message.v = cmp.Or(k.Message.v, made.Message.v)
	k.AuthCode.v = cmp.Or(k.AuthCode.v, made.AuthCode.v)
	k.RefNumber.v = cmp.Or(k.RefNumber.v, made.RefNumber.v)
	return k
}

// approved reports an approved status, with a warning or without.
func approved(status string) bool { return strings.HasPrefix(normal(status), "transaction - approved") }

// normal folds case, and the en dash that one of the service's own pages
// prints, to a hyphen.
func normal(status string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(status), "–", "-"))
}
