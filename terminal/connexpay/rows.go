package connexpay

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// SearchSales streams the sales of a search (ConnexPay API, Search sales).
func (c *Client) SearchSales(ctx context.Context, f SaleFilter) iter.Seq2[SaleRow, error] {
	return search[SaleRow](ctx, c, &f)
}

// SearchVoids streams the voids of a search (ConnexPay API, Search voids).
func (c *Client) SearchVoids(ctx context.Context, f VoidFilter) iter.Seq2[VoidRow, error] {
	return search[VoidRow](ctx, c, &f)
}

// SearchReturns streams the returns of a search (ConnexPay API, Search
// returns).
func (c *Client) SearchReturns(ctx context.Context, f ReturnFilter) iter.Seq2[ReturnRow, error] {
	return search[ReturnRow](ctx, c, &f)
}

// SearchAuths streams the holds of a search (ConnexPay API, Search authOnlys).
func (c *Client) SearchAuths(ctx context.Context, f AuthFilter) iter.Seq2[AuthRow, error] {
	return search[AuthRow](ctx, c, &f)
}

// SearchCaptures streams the captures of a search (ConnexPay API, Search
// captures).
func (c *Client) SearchCaptures(ctx context.Context, f CaptureFilter) iter.Seq2[CaptureRow, error] {
	return search[CaptureRow](ctx, c, &f)
}

// SearchVerifies streams the checks of a search (ConnexPay API, Search
// verify).
func (c *Client) SearchVerifies(ctx context.Context, f VerifyFilter) iter.Seq2[VerifyRow, error] {
	return search[VerifyRow](ctx, c, &f)
}

// SearchBillings streams the recurring billings of a search (ConnexPay API,
// Search Recurring Billings).
func (c *Client) SearchBillings(ctx context.Context, f BillingFilter) iter.Seq2[BillingRow, error] {
	return search[BillingRow](ctx, c, &f)
}

// CardRow is the card of a row.
type CardRow struct {
	CardHolderName Word `json:"cardHolderName,omitempty"`
	CardType       Word `json:"cardType,omitempty"`
	First4         Word `json:"first4,omitempty"`
	First6         Word `json:"first6,omitempty"`
	Last4          Word `json:"last4,omitempty"`
}

// Links are the guids of related transactions. The document's samples show
// them as null only: a text, an object with a guid, or a list of them is read.
type Links []Word

// UnmarshalJSON takes whatever names a guid.
func (l *Links) UnmarshalJSON(b []byte) error {
	var many []json.RawMessage
	if b[0] != '[' {
		many = []json.RawMessage{b}
	} else if err := json.Unmarshal(b, &many); err != nil {
		return err
	}
	*l = nil
	for _, one := range many {
		var object struct {
			GUID Word `json:"guid"`
		}
		var err error
		if one[0] == '{' {
			err = json.Unmarshal(one, &object)
		} else {
			err = json.Unmarshal(one, &object.GUID)
		}
		if err != nil {
			return err
		}
		if object.GUID != "" {
			*l = append(*l, object.GUID)
		}
	}
	return nil
}

func (l Links) text() string {
	texts := make([]string, len(l))
	for i, t := range l {
		texts[i] = string(t)
	}
	return strings.Join(texts, " ")
}

// foundRow holds the members that the rows of all transactions share. What a
// row does not have is empty.
type foundRow struct {
	GUID                     Word  `json:"guid,omitempty"`
	Status                   Word  `json:"status,omitempty"`
	TimeStamp                Stamp `json:"timeStamp,omitempty"`
	ProcessorStatusCode      Word  `json:"processorStatusCode,omitempty"`
	ProcessorResponseMessage Word  `json:"processorResponseMessage,omitempty"`
	BatchStatus              Word  `json:"batchStatus,omitempty"`
	DeviceGUID               Word  `json:"deviceGuid,omitempty"`
}

func (r foundRow) found(amount Decimal, card CardRow) line {
	l := lineOf(r.GUID, r.TimeStamp, r.Status, amount, card)
	l.batch, l.device = string(r.BatchStatus), string(r.DeviceGUID)
	l.code, l.message = string(r.ProcessorStatusCode), string(r.ProcessorResponseMessage)
	return l
}

// SaleRow is a sale that was found. Members below OrderNumber are those of the
// service's present reference.
type SaleRow struct {
	foundRow
	Amount          Decimal `json:"amount"`
	Card            CardRow `json:"card"`
	EffectiveAmount Decimal `json:"effectiveAmount,omitempty"`

	OrderNumber             Word    `json:"orderNumber,omitempty"`
	OrderDate               Stamp   `json:"orderDate,omitempty"`
	CustomerID              Word    `json:"customerId,omitempty"`
	InvoiceNumber           Word    `json:"invoiceNumber,omitempty"`
	RelatedVoid             Links   `json:"relatedVoid,omitempty"`
	RelatedReturns          Links   `json:"relatedReturns,omitempty"`
	CaptureGUID             Links   `json:"captureGuid,omitempty"`
	PartiallyApprovedAmount Decimal `json:"partiallyApprovedAmount,omitempty"`
	TipAmount               Decimal `json:"tipAmount,omitempty"`
	Surcharge               Decimal `json:"surcharge,omitempty"`
	ServiceFee              Decimal `json:"serviceFee,omitempty"`
}

func (r SaleRow) line() line {
	l := r.found(r.Amount, r.Card)
	l.effective, l.order = r.EffectiveAmount, string(r.OrderNumber)
	l.related = slices.Concat(r.RelatedVoid, r.RelatedReturns, r.CaptureGUID).text()
	return l
}

// VoidRow is a void that was found, with the sale or hold that it undid.
type VoidRow struct {
	foundRow
	Sale       *Undone `json:"sale,omitempty"`
	AuthOnly   *Undone `json:"authOnly,omitempty"`
	Amount     Decimal `json:"amount,omitempty"`
	VoidReason Word    `json:"voidReason,omitempty"`
	SaleGUID   Word    `json:"saleGuid,omitempty"`
}

// Undone is the sale or hold of a void.
type Undone struct {
	GUID        Word    `json:"guid,omitempty"`
	Amount      Decimal `json:"amount,omitempty"`
	Card        CardRow `json:"card,omitzero"`
	OrderNumber Word    `json:"orderNumber,omitempty"`
}

func (r VoidRow) line() line {
	u := cmp.Or(r.Sale, r.AuthOnly, &Undone{})
	l := r.found(cmp.Or(r.Amount, u.Amount), u.Card)
	l.order = string(u.OrderNumber)
	l.related, l.detail = string(cmp.Or(r.SaleGUID, u.GUID)), string(r.VoidReason)
	return l
}

// ReturnRow is a return that was found.
type ReturnRow struct {
	foundRow
	Amount      Decimal `json:"amount"`
	Card        CardRow `json:"card"`
	SaleGUID    Word    `json:"saleGuid,omitempty"`
	OrderNumber Word    `json:"orderNumber,omitempty"`
}

func (r ReturnRow) line() line {
	l := r.found(r.Amount, r.Card)
	l.order, l.related = string(r.OrderNumber), string(r.SaleGUID)
	return l
}

// AuthRow is a hold that was found.
type AuthRow struct {
	foundRow
	Amount         Decimal `json:"amount"`
	Card           CardRow `json:"card"`
	OrderNumber    Word    `json:"orderNumber,omitempty"`
	OrderDate      Stamp   `json:"orderDate,omitempty"`
	CustomerID     Word    `json:"customerId,omitempty"`
	RelatedCapture Links   `json:"relatedCapture,omitempty"`
	RelatedVoid    Links   `json:"relatedVoid,omitempty"`
}

func (r AuthRow) line() line {
	l := r.found(r.Amount, r.Card)
	l.order = string(r.OrderNumber)
	l.related = slices.Concat(r.RelatedCapture, r.RelatedVoid).text()
	return l
}

// CaptureRow is a capture that was found, with the hold that it took. In the
// document's sample the hold's guid, device and time are zeros, and so is the
// new amount of a capture of the whole.
type CaptureRow struct {
	foundRow
	AuthOnly  AuthRow `json:"authOnly"`
	NewAmount Decimal `json:"newAmount,omitempty"`
}

func (r CaptureRow) line() line {
	l := r.found(r.NewAmount, r.AuthOnly.Card)
	l.order, l.related = string(r.AuthOnly.OrderNumber), string(r.AuthOnly.GUID)
	l.effective = r.AuthOnly.Amount
	return l
}

// VerifyRow is the check of a card that was found.
type VerifyRow struct {
	foundRow
	Card CardRow `json:"card"`
}

func (r VerifyRow) line() line {
	return r.found("", r.Card)
}

// BillingRow is a recurring billing that was found.
type BillingRow struct {
	Status                 Word    `json:"status"`
	Interval               Word    `json:"interval,omitempty"`
	IntervalValue          Word    `json:"intervalValue,omitempty"`
	Amount                 Decimal `json:"amount"`
	RecurringBillingNumber Word    `json:"recurringBillingNumber,omitempty"`
	StartDate              Stamp   `json:"startDate,omitempty"`
	EndDate                Stamp   `json:"endDate,omitempty"`
	Card                   CardRow `json:"card"`
	GUID                   Word    `json:"guid"`
}

func (r BillingRow) line() line {
	l := lineOf(r.GUID, r.StartDate, r.Status, r.Amount, r.Card)
	l.order, l.detail = string(r.RecurringBillingNumber), strings.TrimSpace(string(r.Interval+": "+r.IntervalValue))
	return l
}

func lineOf(guid Word, stamp Stamp, status Word, amount Decimal, card CardRow) line {
	return line{guid: string(guid), stamp: string(stamp), status: string(status), amount: amount,
		cardType: string(card.CardType), last4: string(card.Last4), holder: string(card.CardHolderName)}
}
