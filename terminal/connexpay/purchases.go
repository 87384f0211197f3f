package connexpay

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// IssueRequest asks for a card that pays a supplier out of a sale (ConnexPay
// API, IssueCard).
type IssueRequest struct {
	MerchantGUID string `json:"MerchantGuid"`
	FirstName    string
	LastName     string
	Phone        string `json:",omitempty"`
	Address1     string `json:",omitempty"`
	Address2     string
	City         string `json:",omitempty"`
	State        string `json:",omitempty"`
	Zipcode      string `json:",omitempty"`
	// UsageLimit is how often the card may be used; 0 says nothing, as it must
	// where ValidFor is TRANSACTION.
	UsageLimit  int `json:",omitempty"`
	AmountLimit Decimal
	// ValidFor is DAY, WEEK, MONTH, LIFETIME or TRANSACTION.
	ValidFor string
	// MCC is a merchant category of four digits, or empty.
	MCC          string `json:"Mcc"`
	PurchaseType string
	// IncomingTransactionCode is that of the sale that pays.
	IncomingTransactionCode string
}

// IssuedCard is the answer to IssueCard. The card's number is not part of it,
// and would not be kept.
type IssuedCard struct {
	MerchantGUID Word `json:"merchantGuid"`
	CardHolder   struct {
		GUID         Word `json:"guid"`
		MerchantGUID Word `json:"merchantGuid"`
		FirstName    Word `json:"firstName"`
		LastName     Word `json:"lastName"`
		Phone        Word `json:"phone"`
		Address1     Word `json:"address1"`
		Address2     Word `json:"address2"`
		City         Word `json:"city"`
		State        Word `json:"state"`
		Zipcode      Word `json:"zipcode"`
		Status       Word `json:"status"`
	} `json:"cardHolder"`
	Card struct {
		GUID           Word `json:"guid"`
		CardHolderGUID Word `json:"cardHolderGuid"`
		NameLine1      Word `json:"nameLine1"`
		NameLine2      Word `json:"nameLine2"`
		Status         Word `json:"status"`
	} `json:"card"`
	Velocity struct {
		GUID        Word    `json:"guid"`
		CardGUID    Word    `json:"cardGuid"`
		UsageLimit  Number  `json:"usageLimit,omitempty"`
		AmountLimit Decimal `json:"amountLimit"`
		ValidFor    Word    `json:"validFor"`
		MCC         Word    `json:"mcc"`
		Name        Word    `json:"name"`
		Status      Word    `json:"status"`
	} `json:"velocity"`
	BalanceControl struct {
		GUID                      Word      `json:"guid"`
		IncomingTransactionCode   TransCode `json:"incomingTransactionCode"`
		ExpectedOutcomingPayments Number    `json:"expectedOutcomingPayments,omitempty"`
		ThisPaymentNumber         Number    `json:"thisPaymentNumber,omitempty"`
		AvailablePayments         Number    `json:"availablePayments,omitempty"`
		AuthorizedAmount          Decimal   `json:"authorizedAmount"`
		ThisTransactionAmount     Decimal   `json:"thisTransactionAmount"`
		Balance                   Decimal   `json:"balance"`
		CurrencyCode              Word      `json:"currencyCode"`
		Filler                    Word      `json:"filler"`
		OutgoingTransactionCode   TransCode `json:"outgoingTransactionCode"`
	} `json:"balanceControl"`
}

// IssueCard makes a card that pays a supplier. It is sent once: an error may
// leave open whether the card was made.
func (c *Client) IssueCard(ctx context.Context, in IssueRequest) (IssuedCard, error) {
	var made IssuedCard
	r, err := c.issue(ctx, in)
	if err == nil {
		err = c.read(r, &made)
	}
	return made, err
}

// issue sends the request to the host of the purchases.
func (c *Client) issue(ctx context.Context, in IssueRequest) (reply, error) {
	if in.MerchantGUID == "" {
		in.MerchantGUID = c.cfg.MerchantGUID
	}
	if in.MerchantGUID == "" {
		return reply{}, &Problem{"A card for a supplier needs the guid of the merchant. Put it into host.merchant_guid in the settings; the payment service tells it.", nil}
	}
	body, err := json.Marshal(in)
	if err != nil {
		return reply{}, &Problem{"The amount of the card cannot be read. Write it as 12.50.", err}
	}
	return c.purchases.authorized(ctx, call{method: http.MethodPost, path: "IssueCard", body: body,
		contentType: "application/json", timeout: c.cfg.SaleTimeout}), nil
}

// Issue makes the card of a follow-up, and returns what came as evidence. The
// body of an answer in the document's form is order.BodyCard; then Status is
// the card's, GUID the card's, Target the incoming transaction code that it
// names, Reference the outgoing one, and Amount what it took.
func (c *Client) Issue(ctx context.Context, f order.FollowRequest) order.Evidence {
	switch {
	case f.Terms == nil || f.Terms.Code == "":
		return order.Evidence{Stage: order.NotConnected, Message: "a card needs the transaction code of the sale that pays for it"}
	case f.Amount.Currency != c.cfg.Currency:
		return order.Evidence{Stage: order.NotConnected, Message: "the account charges " + string(c.cfg.Currency)}
	}
	t := f.Terms
	in := IssueRequest{FirstName: t.FirstName, LastName: t.LastName, UsageLimit: t.UsageLimit, AmountLimit: DecimalOf(f.Amount),
		ValidFor: t.ValidFor, MCC: t.MCC, PurchaseType: t.PurchaseType, IncomingTransactionCode: t.Code}
	if strings.EqualFold(t.ValidFor, "TRANSACTION") {
		in.UsageLimit = 0
	}
	r, err := c.issue(ctx, in)
	if err != nil {
		return order.Evidence{Stage: order.NotConnected, Message: err.Error()}
	}
	return c.issueEvidence(r)
}

// issueEvidence reads the answer to an IssueCard. What cannot be read is
// BodyOther.
func (c *Client) issueEvidence(r reply) order.Evidence {
	if !r.ok() {
		return c.evidence(r, order.Issue) // the service's own refusal, or how far it came
	}
	e := order.Evidence{Stage: r.stage, HTTP: r.status, Body: order.BodyOther}
	var made IssuedCard
	if strict(r.body, &made) != nil || made.Card.Status == "" {
		return e
	}
	balance := made.BalanceControl
	amount, err := money.Parse(string(balance.ThisTransactionAmount), c.cfg.Currency)
	if err != nil || balance.CurrencyCode != "" && !strings.EqualFold(string(balance.CurrencyCode), string(c.cfg.Currency)) {
		return e
	}
	e.Body, e.Status, e.GUID = order.BodyCard, string(made.Card.Status), string(made.Card.GUID)
	e.Target, e.Reference, e.Amount = string(balance.IncomingTransactionCode), string(balance.OutgoingTransactionCode), &amount
	return e
}

// TransCode is the code under which a sale pays, or a card takes from it. It
// holds more digits in a row than a card number has.
type TransCode string

// transCode is the form of the samples: two digits, a filler, the
// authorisation, the day and the amount; of a card, more behind it.
var transCode = regexp.MustCompile(`^[0-9]{2}[A-Z]{3}[A-Z0-9]{6}[0-9]{14}([A-Z]{3}[0-9]{2}[A-Z]{3}[0-9]{8})?$`)

// UnmarshalJSON takes a string or null. Another form is masked like any text.
func (t *TransCode) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	if *t = TransCode(text); !transCode.MatchString(text) {
		*t = TransCode(scrub(text))
	}
	return err
}
