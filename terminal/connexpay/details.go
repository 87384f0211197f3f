package connexpay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"unicode/utf8"

	"paydesk/terminal/order"
	"paydesk/terminal/redact"
)

// Details are what a merchant may tell about a sale or a hold beside amount
// and card: a line for the cardholder's statement, who pays, and what the
// service's check for fraud looks at, such as a flight and its passengers
// (ConnexPay API, Create sale).
type Details struct {
	StatementDescription string
	Customer             *Customer
	RiskData             RiskData
}

const (
	maxDetails = 64 << 10
	// maxStatement is the document's length of a StatementDescription.
	maxStatement = 25
)

// ReadDetails reads details that are written in JSON with the document's
// names; nothing is none. The error is a *Problem.
func ReadDetails(text []byte) (d Details, err error) {
	if len(text) == 0 {
		return d, nil
	}
	read := json.NewDecoder(bytes.NewReader(text))
	read.DisallowUnknownFields()
	switch {
	case len(text) > maxDetails:
		return d, &Problem{"The details are longer than the payment service takes. Keep to what it asks for.", nil}
	case redact.Text(string(text)) != string(text):
		return d, &Problem{"The details hold what looks like a card number. Take it out: a card is typed when it is asked for.", nil}
	case strict(text, new(any)) != nil:
		return d, &Problem{"The details cannot be read. Write one JSON object in which each name stands once.", nil}
	}
	if err := read.Decode(&d); err != nil {
		return d, &Problem{"The details cannot be read (" + scrub(err.Error()) + "). Use StatementDescription, Customer and RiskData, with the names and types of the payment service's document.", err}
	}
	switch {
	case utf8.RuneCountInString(d.StatementDescription) > maxStatement:
		return d, &Problem{"The StatementDescription is too long. Write at most 25 letters.", nil}
	case d.RiskData.OrderNumber != "":
		return d, &Problem{"Leave OrderNumber out of RiskData: the terminal puts its own number there, by which it finds the sale again.", nil}
	}
	return d, nil
}

// risk is what a charge tells the check for fraud. The document makes gender
// and product mandatory; a counter knows no gender, and the field takes M or F.
func (d dialect) risk(q order.CardRequest, holder string, told Details) RiskData {
	r := told.RiskData
	r.OrderNumber = q.Number
	r.Name = d.word(cmp.Or(r.Name, holder))
	r.Gender, r.ProductType, r.ProductItem = cmp.Or(r.Gender, "M"), cmp.Or(r.ProductType, "Retail"), cmp.Or(r.ProductItem, "Counter sale")
	if d.numbered && r.ProductDescription == "" {
		r.ProductDescription, r.ProductDesc = r.ProductDesc, ""
	}
	return r
}
