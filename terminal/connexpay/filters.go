package connexpay

import (
	"encoding/json"
	"math/big"
	"strings"
	"time"
)

// The filters' members are named as the document's samples and tables name
// them. What is empty does not filter.

// Where is the part that all filters have.
type Where struct {
	// MerchantGUID is the client's own where it is empty.
	MerchantGUID string `json:"merchantGuid"`
	GUID         string `json:"guid,omitempty"`
	// Status is one such as "Transaction - Approved".
	Status string `json:",omitempty"`
	// PageSize is how many rows are fetched at once, 500 at most; 0 is 500.
	PageSize int `json:"-"`
}

// Amounts is a range of amounts, both of them in it.
type Amounts struct {
	AmountFrom Decimal `json:",omitempty"`
	AmountTo   Decimal `json:",omitempty"`
}

// Period is a range of time, from and to the days or moments that it names.
type Period struct {
	TimeStampFrom Stamp `json:",omitempty"`
	TimeStampTo   Stamp `json:",omitempty"`
}

// OnCard filters by the card.
type OnCard struct {
	CardHolderName string `json:",omitempty"`
	CardLastFour   string `json:",omitempty"`
	CardType       string `json:",omitempty"`
}

// OnOrder filters by the order.
type OnOrder struct {
	InvoiceNumber      Number `json:",omitempty"`
	OrderNumber        string `json:",omitempty"`
	OrderDateFrom      Stamp  `json:",omitempty"`
	OrderDateTo        Stamp  `json:",omitempty"`
	MerchantCustomerID string `json:"MerchantCustomerId,omitempty"`
}

// SaleFilter says which sales are looked for (ConnexPay API, Search sales).
type SaleFilter struct {
	Where
	Amounts
	OnCard
	OnOrder
	Period
}

// VoidFilter says which voids are looked for (ConnexPay API, Search voids).
type VoidFilter struct {
	Where
	Period
	VoidReason string `json:",omitempty"`
	SaleGUID   string `json:"SaleGuid,omitempty"`
}

// ReturnFilter says which returns are looked for (ConnexPay API, Search
// returns).
type ReturnFilter struct {
	Where
	Amounts
	Period
}

// AuthFilter says which holds are looked for (ConnexPay API, Search
// authOnlys).
type AuthFilter struct {
	Where
	Amounts
	OnCard
	OnOrder
	Period
}

// CaptureFilter says which captures are looked for (ConnexPay API, Search
// captures).
type CaptureFilter struct {
	Where
	NewAmountFrom Decimal `json:",omitempty"`
	NewAmountTo   Decimal `json:",omitempty"`
	Period
}

// VerifyFilter says which checks of cards are looked for (ConnexPay API,
// Search verify).
type VerifyFilter struct {
	Where
	OnCard
	Period
}

// BillingFilter says which recurring billings are looked for (ConnexPay API,
// Search Recurring Billings). The five switches are "true", "false" or empty.
type BillingFilter struct {
	Where
	CardOnly        string `json:",omitempty"`
	BankAccountOnly string `json:",omitempty"`
	ActiveOnly      string `json:",omitempty"`
	PausedOnly      string `json:",omitempty"`
	CompletedOnly   string `json:",omitempty"`
	Amounts
	CreatedDateFrom Stamp `json:",omitempty"`
	CreatedDateTo   Stamp `json:",omitempty"`
}

func (w *Where) where() *Where { return w }

func (w *Where) keeps(l line) bool { return alike(w.GUID, l.guid) && alike(w.Status, l.status) }

func (a Amounts) keeps(l line) bool {
	return compare(a.AmountFrom, l.amount) <= 0 && compare(l.amount, a.AmountTo) <= 0
}

func (p Period) keeps(l line) bool {
	// A bare stamp is of an unknown zone, and a day ends somewhere: what is
	// outside by more than a day was not asked for in any zone.
	const slack = 36 * time.Hour
	at, err := Stamp(l.stamp).Time()
	if err != nil {
		return true
	}
	from, badFrom := p.TimeStampFrom.Time()
	to, badTo := p.TimeStampTo.Time()
	return (badFrom != nil || at.Add(slack).After(from)) && (badTo != nil || at.Add(-slack).Before(to))
}

func (o OnCard) keeps(l line) bool {
	return alike(o.CardLastFour, l.last4) && alike(o.CardType, l.cardType) &&
		(l.holder == "" || strings.Contains(strings.ToLower(l.holder), strings.ToLower(o.CardHolderName)))
}

func (o OnOrder) keeps(l line) bool { return alike(o.OrderNumber, l.order) }

// alike compares a filter with what a row says. Either may say nothing.
func alike(wanted, said string) bool {
	return wanted == "" || said == "" || strings.EqualFold(wanted, said)
}

// compare compares two amounts; one that is not there or cannot be read is
// equal to any.
func compare(a, b Decimal) int {
	if !plainDecimal(string(a)) || !plainDecimal(string(b)) {
		return 0
	}
	x, _ := new(big.Rat).SetString(string(a))
	y, _ := new(big.Rat).SetString(string(b))
	return x.Cmp(y)
}

func (f *SaleFilter) kind() string    { return "Sales" }
func (f *VoidFilter) kind() string    { return "Voids" }
func (f *ReturnFilter) kind() string  { return "Returns" }
func (f *AuthFilter) kind() string    { return "AuthOnlys" }
func (f *CaptureFilter) kind() string { return "Captures" }
func (f *VerifyFilter) kind() string  { return "Verify" }
func (f *BillingFilter) kind() string { return "RecurringBillings" }

func (f *SaleFilter) decode(d *json.Decoder) (line, error)    { return decode[SaleRow](d) }
func (f *VoidFilter) decode(d *json.Decoder) (line, error)    { return decode[VoidRow](d) }
func (f *ReturnFilter) decode(d *json.Decoder) (line, error)  { return decode[ReturnRow](d) }
func (f *AuthFilter) decode(d *json.Decoder) (line, error)    { return decode[AuthRow](d) }
func (f *CaptureFilter) decode(d *json.Decoder) (line, error) { return decode[CaptureRow](d) }
func (f *VerifyFilter) decode(d *json.Decoder) (line, error)  { return decode[VerifyRow](d) }
func (f *BillingFilter) decode(d *json.Decoder) (line, error) { return decode[BillingRow](d) }

func (f *SaleFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.Amounts.keeps(l) && f.OnCard.keeps(l) && f.OnOrder.keeps(l) && f.Period.keeps(l)
}

func (f *VoidFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.Period.keeps(l) && alike(f.VoidReason, l.detail) && alike(f.SaleGUID, l.related)
}

func (f *ReturnFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.Amounts.keeps(l) && f.Period.keeps(l)
}

func (f *AuthFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.Amounts.keeps(l) && f.OnCard.keeps(l) && f.OnOrder.keeps(l) && f.Period.keeps(l)
}

func (f *CaptureFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.Period.keeps(l) && Amounts{f.NewAmountFrom, f.NewAmountTo}.keeps(l)
}

func (f *VerifyFilter) keeps(l line) bool {
	return f.Where.keeps(l) && f.OnCard.keeps(l) && f.Period.keeps(l)
}

func (f *BillingFilter) keeps(l line) bool { return f.Where.keeps(l) && f.Amounts.keeps(l) }
