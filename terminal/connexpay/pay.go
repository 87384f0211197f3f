package connexpay

import (
	"encoding/json"
	"errors"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// Tender is the card of a request: the card itself, or what an earlier answer
// named it. Its number goes into the request as bytes only.
type Tender struct {
	Card *card.Card
	// Token is the card number of an earlier answer, sixteen characters, and
	// GUID the card's guid, which the current dialect takes in its place. Each
	// counts only where Card is nil.
	Token, GUID string
	Customer    *Customer
}

// Customer is who pays (ConnexPay API, Create sale). The host takes all of it
// as text. Address2 is always sent, as the samples do.
type Customer struct {
	FirstName           string `json:",omitempty"`
	LastName            string `json:",omitempty"`
	Phone               string `json:",omitempty"`
	City                string `json:",omitempty"`
	State               string `json:",omitempty"`
	Country             string `json:",omitempty"`
	Email               string `json:",omitempty"`
	Address1            string `json:",omitempty"`
	Address2            string
	Zip                 string `json:",omitempty"`
	DateOfBirth         string `json:",omitempty"` // YYYY-MM-DD
	DriverLicenseNumber string `json:",omitempty"`
	DriverLicenseState  string `json:",omitempty"`
	SSN4                string `json:",omitempty"`
}

// Errors of a request that is not sent.
var (
	errNoCard = errors.New("a card is needed: its number of 13 to 19 digits, or the sixteen characters of its token")
	errNoSale = errors.New("a sale needs a device, a number and a card")
)

// cardRest is what may stand in a string beside number and code.
type cardRest struct {
	Guid           string    `json:",omitempty"`
	ExpirationDate string    `json:",omitempty"`
	CardHolderName string    `json:",omitempty"`
	Customer       *Customer `json:",omitempty"`
}

// payment writes a request that carries a card. Number and code are spliced in
// as bytes, so that they are never part of a string or of an encoder's
// buffers. The caller overwrites the body when the exchange is over.
func (d dialect) payment(request any, t Tender) ([]byte, error) {
	pan, cvv, rest, err := d.split(t)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	tail, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	defer card.Forget()
	// The room is reckoned beforehand: a buffer that grew would leave a copy
	// of the card behind.
	const names = `,"Card":{"CardNumber":"","Cvv2":"",}`
	body := make([]byte, 0, len(head)+len(names)+len(pan)+len(cvv)+len(tail))
	body = append(body, head[:len(head)-1]...)
	body = append(body, `,"Card":{`...)
	body = quoted(body, `"CardNumber":"`, pan)
	body = quoted(body, `"Cvv2":"`, cvv)
	if len(tail) > len("{}") {
		body = append(body, tail[1:]...)
	} else {
		body[len(body)-1] = '}' // over the comma
	}
	return append(body, '}'), nil
}

// quoted writes a member, or nothing where it is empty.
func quoted(body []byte, name string, value []byte) []byte {
	if len(value) == 0 {
		return body
	}
	body = append(append(body, name...), value...)
	return append(body, `",`...)
}

// split takes a tender apart into what is secret and what is not.
func (d dialect) split(t Tender) (pan, cvv []byte, rest cardRest, err error) {
	rest.Customer = d.customer(t.Customer)
	switch {
	case t.Card != nil:
		if pan, cvv = t.Card.PAN(), t.Card.CVV(); len(pan) < 13 || len(pan) > 19 {
			return nil, nil, rest, errNoCard
		}
		rest.ExpirationDate, rest.CardHolderName = t.Card.Expiry().YYMM(), d.word(t.Card.Holder())
	case d.cardGUID && t.GUID != "":
		rest.Guid = t.GUID
	case isToken(t.Token):
		pan = []byte(t.Token)
	default:
		return nil, nil, rest, errNoCard
	}
	return pan, cvv, rest, nil
}

// isToken reports the sixteen letters and digits of a token. Digits alone
// would be a card number, which has no place in a string.
func isToken(s string) bool {
	t := order.TokenOf(s)
	return t != "" && !t.GUID()
}

// tender is the card of a charge: the card itself or, where there is none, the
// one on file that the request names.
func tender(q order.CardRequest, cd *card.Card, customer *Customer) Tender {
	t := Tender{Card: cd, Customer: customer}
	switch {
	case cd != nil:
	case q.Token.GUID():
		t.GUID = string(q.Token)
	default:
		t.Token = string(q.Token)
	}
	return t
}

func (d dialect) customer(c *Customer) *Customer {
	if c == nil {
		return nil
	}
	fit := *c
	for _, s := range []*string{&fit.FirstName, &fit.LastName, &fit.City, &fit.Address1, &fit.Address2} {
		*s = d.word(*s)
	}
	return &fit
}
