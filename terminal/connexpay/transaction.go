package connexpay

import (
	"encoding/json"

	"paydesk/terminal/redact"
)

// Transaction holds the members that the answers about all kinds of
// transaction share. What an answer does not have is zero.
type Transaction struct {
	GUID        Word  `json:"guid,omitempty"`
	Status      Word  `json:"status,omitempty"`
	BatchStatus Word  `json:"batchStatus,omitempty"`
	TimeStamp   Stamp `json:"timeStamp,omitempty"`
	DeviceGUID  Word  `json:"deviceGuid,omitempty"`
	BatchGUID   Word  `json:"batchGuid,omitempty"`

	ProcessorStatusCode      Word    `json:"processorStatusCode,omitempty"`
	ProcessorResponseMessage Word    `json:"processorResponseMessage,omitempty"`
	WasProcessed             *bool   `json:"wasProcessed,omitempty"`
	AuthCode                 Word    `json:"authCode,omitempty"`
	RefNumber                Word    `json:"refNumber,omitempty"`
	InvoiceNumber            Word    `json:"invoiceNumber,omitempty"`
	SequenceNumber           Word    `json:"sequenceNumber,omitempty"`
	OrderNumber              Word    `json:"orderNumber,omitempty"`
	OrderDate                Stamp   `json:"orderDate,omitempty"`
	CustomData               Word    `json:"customData,omitempty"`
	CustomerReceipt          Receipt `json:"customerReceipt,omitempty"`
	// RedirectURL is where a cardholder must prove to be one (status 202).
	RedirectURL Word `json:"redirectUrl,omitempty"`

	// The answers of the card's issuer to address and security code; the
	// API document's samples do not have them yet.
	AddressCode   Word `json:"addressVerificationCode,omitempty"`
	AddressResult Word `json:"addressVerificationResult,omitempty"`
	CVVCode       Word `json:"cvvVerificationCode,omitempty"`
	CVVResult     Word `json:"cvvVerificationResult,omitempty"`
}

// Sale is an answer about a sale (ConnexPay API, Create sale, Get sale).
type Sale struct {
	Transaction
	Type            Word    `json:"type,omitempty"`
	Amount          Decimal `json:"amount,omitempty"`
	EffectiveAmount Decimal `json:"effectiveAmount,omitempty"`
	RemainingAmount Decimal `json:"remainingAmount,omitempty"`

	RiskResponse         *RiskResponse         `json:"riskResponse,omitempty"`
	CardDataSource       Word                  `json:"cardDataSource,omitempty"`
	ConnexPayTransaction *ConnexPayTransaction `json:"connexPayTransaction,omitempty"`
	StatementDescription Word                  `json:"statementDescription,omitempty"`
	GeneratedBy          Word                  `json:"generatedBy,omitempty"`
	Card                 *CardAnswer           `json:"card,omitempty"`
	RiskProcessingOnly   *bool                 `json:"riskProcessingOnly,omitempty"`
}

// AuthOnly is an answer about a hold (ConnexPay API, Create AuthOnly).
type AuthOnly struct {
	Transaction
	Amount          Decimal     `json:"amount,omitempty"`
	EffectiveAmount Decimal     `json:"effectiveAmount,omitempty"`
	CardDataSource  Word        `json:"cardDataSource,omitempty"`
	Card            *CardAnswer `json:"card,omitempty"`
}

// Capture is an answer about a capture (ConnexPay API, Create capture). The
// sale that it made is RelatedSale, and Sale in the current dialect.
type Capture struct {
	Transaction
	AuthOnlyGUID    Word      `json:"authOnlyGuid,omitempty"`
	NewAmount       Decimal   `json:"newAmount,omitempty"`
	EffectiveAmount Decimal   `json:"effectiveAmount,omitempty"`
	AuthOnly        *AuthOnly `json:"authOnly,omitempty"`
	RelatedSale     *Sale     `json:"relatedSale,omitempty"`
	Sale            *Sale     `json:"sale,omitempty"`
}

// Void is an answer about a void (ConnexPay API, Create void).
type Void struct {
	Transaction
	SaleGUID     Word       `json:"saleGuid,omitempty"`
	AuthOnlyGUID Word       `json:"authOnlyGuid,omitempty"`
	VoidReason   VoidReason `json:"voidReason,omitempty"`
	Amount       Decimal    `json:"amount,omitempty"`
	Sale         *Sale      `json:"sale,omitempty"`
	AuthOnly     *AuthOnly  `json:"authOnly,omitempty"`
}

// Return is an answer about a return (ConnexPay API, Create return).
type Return struct {
	Transaction
	SaleGUID Word        `json:"saleGuid,omitempty"`
	Amount   Decimal     `json:"amount,omitempty"`
	Sale     *Sale       `json:"sale,omitempty"`
	Card     *CardAnswer `json:"card,omitempty"`
}

// Verify is an answer about the check of a card (ConnexPay API, Create verify).
type Verify struct {
	Transaction
	Card *CardAnswer `json:"card,omitempty"`
}

// RiskResponse is what the check for fraud said.
type RiskResponse struct {
	TransactionID Word `json:"transactionId,omitempty"`
	Response      Word `json:"response,omitempty"`
	Reason        Word `json:"reason"`
	Score         Word `json:"score,omitempty"`
	Omniscore     Word `json:"omniscore,omitempty"`
}

// ConnexPayTransaction ties a sale to the supplier cards that it pays for.
type ConnexPayTransaction struct {
	GUID              Word      `json:"guid,omitempty"`
	ExpectedPayments  *int      `json:"expectedPayments,omitempty"`
	Filler            Word      `json:"filler,omitempty"`
	IncomingTransCode TransCode `json:"incomingTransCode,omitempty"`
}

// CardAnswer is a card as answers show it. CardNumber is its token, sixteen
// characters that end in the last four digits, or the words that there is none;
// a number that the host echoes is masked. A security code is not read at all.
type CardAnswer struct {
	GUID           Word            `json:"guid,omitempty"`
	First6         Word            `json:"first6,omitempty"`
	First4         Word            `json:"first4,omitempty"`
	Last4          Word            `json:"last4,omitempty"`
	CardNumber     Word            `json:"cardNumber,omitempty"`
	CardHolderName Word            `json:"cardHolderName,omitempty"`
	CardType       Word            `json:"cardType,omitempty"`
	ExpirationDate Word            `json:"expirationDate,omitempty"` // YYYY-MM
	Customer       *CustomerAnswer `json:"customer,omitempty"`
}

// CustomerAnswer is a customer as answers show him.
type CustomerAnswer struct {
	GUID                Word  `json:"guid,omitempty"`
	FirstName           Word  `json:"firstName,omitempty"`
	LastName            Word  `json:"lastName,omitempty"`
	DateOfBirth         Stamp `json:"dateOfBirth,omitempty"`
	Address1            Word  `json:"address1,omitempty"`
	Address2            Word  `json:"address2"`
	Zip                 Word  `json:"zip,omitempty"`
	City                Word  `json:"city,omitempty"`
	State               Word  `json:"state,omitempty"`
	Country             Word  `json:"country,omitempty"`
	Phone               Word  `json:"phone,omitempty"`
	Email               Word  `json:"email,omitempty"`
	SSN4                Word  `json:"ssN4,omitempty"`
	DriverLicenseNumber Word  `json:"driverLicenseNumber,omitempty"`
	DriverLicenseState  Word  `json:"driverLicenseState,omitempty"`
}

// Receipt is the host's own slip, with its line breaks escaped. A card number
// in it is masked before it is kept (PCI DSS 3.3.1).
type Receipt string

// UnmarshalJSON takes a string or null.
func (r *Receipt) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	*r = Receipt(redact.Text(text))
	return err
}
