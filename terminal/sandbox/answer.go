package sandbox

import (
	"encoding/json"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// decimal is an amount as the API writes it: a JSON number without needless
// zeros, 1500 and 15.5.
type decimal money.Amount

// MarshalJSON implements json.Marshaler.
func (d decimal) MarshalJSON() ([]byte, error) {
	t := money.Amount(d).Decimal()
	return []byte(strings.TrimSuffix(strings.TrimRight(t, "0"), ".")), nil
}

// The API's clocks: sales and authorizations carry an offset of three hours
// west, as in the document; all else has bare times, which are UTC; the receipt
// prints the merchant's clock, four hours west.
var (
	saleZone    = time.FixedZone("", -3*60*60)
	receiptZone = time.FixedZone("", -4*60*60)
)

const (
	saleTime = "2006-01-02T15:04:05.99-07:00"
	bareTime = "2006-01-02T15:04:05.99"
)

// paymentAnswer is the document's sale, and its authorization, which has less.
// Where one stands inside another transaction it has less still.
type paymentAnswer struct {
	GUID                      string        `json:"guid"`
	Status                    string        `json:"status"`
	Type                      string        `json:"type,omitempty"` // newer dialect
	BatchStatus               string        `json:"batchStatus"`
	TimeStamp                 string        `json:"timeStamp"`
	DeviceGUID                string        `json:"deviceGuid"`
	Amount                    decimal       `json:"amount"`
	EffectiveAmount           decimal       `json:"effectiveAmount"`
	RemainingAmount           *decimal      `json:"remainingAmount,omitempty"` // newer dialect
	OrderNumber               string        `json:"orderNumber,omitempty"`
	OrderDate                 string        `json:"orderDate,omitempty"`
	CustomerID                string        `json:"customerId,omitempty"`
	RiskResponse              *riskAnswer   `json:"riskResponse,omitempty"` // in the answer to Create only
	CardDataSource            string        `json:"cardDataSource,omitempty"`
	BatchGUID                 string        `json:"batchGuid"`
	ConnexPayTransaction      *payoutAnswer `json:"connexPayTransaction,omitempty"` // as above
	ProcessorStatusCode       string        `json:"processorStatusCode,omitempty"`
	ProcessorResponseMessage  string        `json:"processorResponseMessage,omitempty"`
	WasProcessed              bool          `json:"wasProcessed"`
	AuthCode                  string        `json:"authCode,omitempty"`
	RefNumber                 string        `json:"refNumber"`
	InvoiceNumber             string        `json:"invoiceNumber"`
	AddressVerificationCode   string        `json:"addressVerificationCode,omitempty"`
	AddressVerificationResult string        `json:"addressVerificationResult,omitempty"`
	CVVVerificationCode       string        `json:"cvvVerificationCode,omitempty"`
	CVVVerificationResult     string        `json:"cvvVerificationResult,omitempty"`
	CustomerReceipt           string        `json:"customerReceipt"`
	StatementDescription      string        `json:"statementDescription,omitempty"`
	GeneratedBy               string        `json:"generatedBy,omitempty"`
	CustomData                string        `json:"customData,omitempty"`
	Card                      cardAnswer    `json:"card"`
	SequenceNumber            string        `json:"sequenceNumber,omitempty"`
	RiskProcessingOnly        *bool         `json:"riskProcessingOnly,omitempty"` // as above
}

type riskAnswer struct {
	TransactionID string `json:"transactionId"`
	Response      string `json:"response"`
	Reason        string `json:"reason"`
	Score         string `json:"score"`
}

type payoutAnswer struct {
	GUID              string `json:"guid"`
	ExpectedPayments  int    `json:"expectedPayments"`
	Filler            string `json:"filler"`
	IncomingTransCode string `json:"incomingTransCode"`
}

type cardAnswer struct {
	GUID           string          `json:"guid,omitempty"`   // newer dialect
	First6         string          `json:"first6,omitempty"` // newer dialect
	First4         string          `json:"first4"`
	Last4          string          `json:"last4"`
	CardNumber     string          `json:"cardNumber,omitempty"` // the token
	CardHolderName string          `json:"cardHolderName,omitempty"`
	CardType       string          `json:"cardType,omitempty"`
	ExpirationDate string          `json:"expirationDate,omitempty"`
	Customer       json.RawMessage `json:"customer,omitempty"`
}

type customerAnswer struct {
	GUID                string `json:"guid"`
	FirstName           text   `json:"firstName,omitempty"`
	LastName            text   `json:"lastName,omitempty"`
	DateOfBirth         string `json:"dateOfBirth,omitempty"`
	Address1            text   `json:"address1,omitempty"`
	Address2            text   `json:"address2"`
	Zip                 text   `json:"zip,omitempty"`
	City                text   `json:"city,omitempty"`
	State               text   `json:"state,omitempty"`
	Country             text   `json:"country,omitempty"`
	Phone               text   `json:"phone,omitempty"`
	Email               text   `json:"email,omitempty"`
	SSN4                text   `json:"ssN4,omitempty"`
	DriverLicenseNumber text   `json:"driverLicenseNumber,omitempty"`
	DriverLicenseState  text   `json:"driverLicenseState,omitempty"`
}

// paymentAnswer is a sale or an authorization as the GET calls show it.
func (h *Host) paymentAnswer(e *entry) paymentAnswer {
	a := paymentAnswer{
		GUID: e.guid, Status: e.status, BatchStatus: batchStatus(e.settled),
		TimeStamp: e.created.In(saleZone).Format(saleTime), DeviceGUID: e.device,
		Amount: decimal(e.amount), EffectiveAmount: decimal(e.effective),
		OrderNumber: e.order, OrderDate: e.orderDate, CustomerID: e.customer,
		CardDataSource: "INTERNET", BatchGUID: e.batch,
		ProcessorStatusCode: e.code, ProcessorResponseMessage: e.message, WasProcessed: e.wasProcessed(),
		AuthCode: e.authCode, RefNumber: e.refNumber(), InvoiceNumber: e.refNumber(),
		CustomerReceipt: receipt(e, e), StatementDescription: e.statement, CustomData: e.custom,
		Card: h.cardAnswer(e), SequenceNumber: e.sequence,
	}
	if e.kind == kindSale {
		a.GeneratedBy = e.madeBy
	}
	if h.current() {
		a.Type = "Default"
		if e.riskOnly {
			a.Type = "RiskOnly"
		}
		remaining := decimal(e.effective)
		a.RemainingAmount = &remaining
		a.AddressVerificationCode, a.AddressVerificationResult = e.avs, verificationTexts["avs "+e.avs]
		a.CVVVerificationCode, a.CVVVerificationResult = e.cvv, verificationTexts["cvv "+e.cvv]
	}
	return a
}

// freshPayment is the answer to Create sale or AuthOnly, which has more fields.
func (h *Host) freshPayment(e *entry) paymentAnswer {
	a := h.paymentAnswer(e)
	if e.risk != "" {
		a.RiskResponse = &riskAnswer{
			TransactionID: strings.ToUpper(strings.ReplaceAll(e.guid, "-", "")[:12]), Response: e.risk, Score: "34"}
	}
	if e.kind == kindSale {
		a.RiskProcessingOnly = &e.riskOnly
		a.ConnexPayTransaction = h.payoutAnswer(e)
	}
	return a
}

func (h *Host) payoutAnswer(e *entry) *payoutAnswer {
	return &payoutAnswer{GUID: derivedGUID(h.ledger.key, "payments", e.guid), ExpectedPayments: e.payments,
		Filler: fillerOf(e), IncomingTransCode: e.transCode}
}

// nestedPayment is a sale or an authorization inside another transaction. The
// document's samples show less of it, and a bare time.
func (h *Host) nestedPayment(e *entry) *paymentAnswer {
	a := h.paymentAnswer(e)
	if !h.current() {
		a.TimeStamp = bare(e.created)
		a.CardDataSource, a.GeneratedBy, a.StatementDescription, a.SequenceNumber, a.Card.CardType = "", "", "", "", ""
	}
	return &a
}

func (h *Host) cardAnswer(e *entry) cardAnswer {
	a := cardAnswer{
		First4: e.card.first4, Last4: e.card.last4, CardNumber: e.card.token, CardHolderName: e.card.holder,
		CardType: e.card.brand, ExpirationDate: e.card.expiry, Customer: json.RawMessage(e.card.customer),
	}
	if !h.current() || e.card.token == "" {
		return a
	}
	for i := range h.cards {
		if k := &h.cards[i]; k.token == e.card.token {
			a.GUID, a.First6 = k.guid, k.Number[:6]
		}
	}
	return a
}

func bare(t time.Time) string { return t.UTC().Format(bareTime) }

func batchStatus(closed bool) string {
	if closed {
		return "Batch - Closed"
	}
	return "Batch - Open"
}
