package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
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

// The API's clocks: sales carry an offset of three hours west, as in the
// document; batch rows and searches have bare times, which are UTC; the
// receipt prints the merchant's clock, four hours west.
var (
	saleZone    = time.FixedZone("", -3*60*60)
	receiptZone = time.FixedZone("", -4*60*60)
)

const (
	saleTime = "2006-01-02T15:04:05.99-07:00"
	bareTime = "2006-01-02T15:04:05.99"
)

// saleAnswer is the document's sale. The fields behind pointers appear in the
// answer to Create sale only.
type saleAnswer struct {
	GUID                     string         `json:"guid"`
	Status                   string         `json:"status"`
	BatchStatus              string         `json:"batchStatus"`
	TimeStamp                string         `json:"timeStamp"`
	DeviceGUID               string         `json:"deviceGuid"`
	Amount                   decimal        `json:"amount"`
	EffectiveAmount          decimal        `json:"effectiveAmount"`
	OrderNumber              string         `json:"orderNumber,omitempty"`
	RiskResponse             *riskAnswer    `json:"riskResponse,omitempty"`
	CardDataSource           string         `json:"cardDataSource"`
	BatchGUID                string         `json:"batchGuid"`
	ConnexPayTransaction     *paymentAnswer `json:"connexPayTransaction,omitempty"`
	ProcessorStatusCode      string         `json:"processorStatusCode,omitempty"`
	ProcessorResponseMessage string         `json:"processorResponseMessage,omitempty"`
	WasProcessed             bool           `json:"wasProcessed"`
	AuthCode                 string         `json:"authCode,omitempty"`
	RefNumber                string         `json:"refNumber"`
	InvoiceNumber            string         `json:"invoiceNumber"`
	CustomerReceipt          string         `json:"customerReceipt"`
	StatementDescription     string         `json:"statementDescription,omitempty"`
	GeneratedBy              string         `json:"generatedBy"`
	Card                     cardAnswer     `json:"card"`
	SequenceNumber           string         `json:"sequenceNumber,omitempty"`
	RiskProcessingOnly       *bool          `json:"riskProcessingOnly,omitempty"`
}

type riskAnswer struct {
	TransactionID string `json:"transactionId"`
	Response      string `json:"response"`
	Reason        string `json:"reason"`
	Score         string `json:"score"`
}

type paymentAnswer struct {
	GUID              string `json:"guid"`
	ExpectedPayments  int    `json:"expectedPayments"`
	Filler            string `json:"filler"`
	IncomingTransCode string `json:"incomingTransCode"`
}

type cardAnswer struct {
	First4         string          `json:"first4"`
	Last4          string          `json:"last4"`
	CardNumber     string          `json:"cardNumber,omitempty"` // the token
	CardHolderName string          `json:"cardHolderName,omitempty"`
	CardType       string          `json:"cardType"`
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

// answer is a sale as the GET calls show it.
func (h *Host) answer(s *sale) saleAnswer {
	return saleAnswer{
		GUID: s.guid, Status: s.status, BatchStatus: batchStatus(s.settled),
		TimeStamp: s.created.In(saleZone).Format(saleTime), DeviceGUID: s.device,
		Amount: decimal(s.amount), EffectiveAmount: decimal(s.effective), OrderNumber: s.order,
		CardDataSource: "INTERNET", BatchGUID: s.batch,
		ProcessorStatusCode: s.code, ProcessorResponseMessage: s.message, WasProcessed: s.wasProcessed(),
		AuthCode: s.authCode, RefNumber: s.refNumber(), InvoiceNumber: s.refNumber(),
		CustomerReceipt: receipt(s), StatementDescription: s.statement, GeneratedBy: h.opt.Username,
		Card: cardAnswer{
			First4: s.card.first4, Last4: s.card.last4, CardNumber: s.card.token, CardHolderName: s.card.holder,
			CardType: s.card.brand, ExpirationDate: s.card.expiry, Customer: json.RawMessage(s.card.customer),
		},
		SequenceNumber: s.sequence,
	}
}

// freshSale is the answer to Create sale, which has more fields.
func (h *Host) freshSale(s *sale, in *saleRequest) saleAnswer {
	a, riskOnly := h.answer(s), false
	a.RiskProcessingOnly = &riskOnly
	a.RiskResponse = &riskAnswer{
		TransactionID: strings.ToUpper(strings.ReplaceAll(s.guid, "-", "")[:12]), Response: "Approved", Score: "34"}
	payments, _ := strconv.Atoi(string(in.ConnexPayTransaction.ExpectedPayments)) // checked before
	a.ConnexPayTransaction = &paymentAnswer{
		GUID: newGUID(), ExpectedPayments: payments, Filler: "ZZZ",
		IncomingTransCode: fmt.Sprintf("%02dZZZ%s%s%08d", payments, s.authCode,
			s.created.In(saleZone).Format("010206"), s.effective.Minor),
	}
	return a
}

func batchStatus(closed bool) string {
	if closed {
		return "Batch - Closed"
	}
	return "Batch - Open"
}
