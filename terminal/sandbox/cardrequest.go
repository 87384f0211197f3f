package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// cardRequest is the card of a request.
type cardRequest struct {
	CardNumber     secret // or a token
	GUID           text   `json:"Guid"` // newer dialect: a card of an earlier answer
	Cvv2           secret
	CardHolderName text
	ExpirationDate text
	Customer       *customerRequest
}

type customerRequest struct {
	FirstName, LastName, DateOfBirth, Address1, Address2, Zip, City, State, Country text
	Phone, Email, SSN4, DriverLicenseNumber, DriverLicenseState                     text
}

// riskRequest is the document's RiskData. The host reads the order number and
// the mail address; the rest has to have the right types.
type riskRequest struct {
	Name, Gender, DateOfBirth                                   text
	BillingAddress1, BillingAddress2, BillingCity, BillingState text
	BillingPostalCode, BillingCountryCode, Email                text
	ProductType, ProductDesc, ProductItem, ProductQuantity      text
	ProductPrice, CardHolderPhoneNumber, OrderNumber, SellerID  text
	FlightData                                                  flightRequest
	FlightPassengers                                            []passengerRequest
	CustomParameters                                            []parameterRequest
}

type flightRequest struct {
	Airline, DepartureAirport, DepartureDate, DestinationAirport text
	HoursToDeparture, JourneyType, Route, RouteByCountry         text
}

type passengerRequest struct{ Country, DateOfBirth, ID, Name text }

type parameterRequest struct{ Name, Value text }

// knownCard is a test card with what stands for it.
type knownCard struct {
	TestCard
	token, guid string
}

// lookUp finds the test card that a number, token or guid stands for: nil for
// any other number. A token or guid that stands for none is refused.
func (h *Host) lookUp(in *cardRequest, kind string) (*knownCard, reply, bool) {
	if known := h.findCard(in); known != nil {
		return known, reply{}, false
	}
	if len(in.CardNumber) == 0 || (len(in.CardNumber) == 16 && !in.CardNumber.digits()) {
		if kind == kindVerify { // the document has this text for a check alone
			return nil, refuse(http.StatusUnprocessableEntity, "There is no card match for the given Token. B.VB.C01"), true
		}
		return nil, notProcessed(kind, coded{"D2039", "Could Not Retrieve a Valid Card Number for Token"}), true
	}
	return nil, reply{}, false
}

func (h *Host) findCard(in *cardRequest) *knownCard {
	byGUID := h.current() && in.GUID != ""
	for i := range h.cards {
		k := &h.cards[i]
		if byGUID && strings.EqualFold(string(in.GUID), k.guid) {
			return k
		}
		if !byGUID && (string(in.CardNumber) == k.Number || string(in.CardNumber) == k.token) {
			return k
		}
	}
	return nil
}

// keep is what the ledger keeps of the card. A number outside the table may be
// somebody's: of it only what a receipt may show is kept.
func (in *cardRequest) keep(known *knownCard) keptCard {
	if known == nil {
		n := in.CardNumber
		return keptCard{brand: brandOf(n), last4: string(n[len(n)-4:]), first4: string(n[:4])}
	}
	k := keptCard{
		brand: known.Brand, first4: known.Number[:4], last4: known.Number[len(known.Number)-4:],
		token: known.token, holder: masked(string(in.CardHolderName)), customer: in.Customer.customerText(),
	}
	if at, err := time.Parse("0601", string(in.ExpirationDate)); err == nil {
		k.expiry = at.Format("2006-01")
	}
	return k
}

// customerText is the customer of a request as the API will show it, or "".
func (in *customerRequest) customerText() string {
	if in == nil {
		return ""
	}
	out, err := json.Marshal(customerAnswer{
		GUID: newGUID(), FirstName: in.FirstName, LastName: in.LastName, DateOfBirth: dayTime(in.DateOfBirth),
		Address1: in.Address1, Address2: in.Address2, Zip: in.Zip, City: in.City, State: in.State,
		Country: in.Country, Phone: in.Phone, Email: in.Email, SSN4: in.SSN4,
		DriverLicenseNumber: in.DriverLicenseNumber, DriverLicenseState: in.DriverLicenseState,
	})
	if err != nil {
		return "" // texts always encode
	}
	return masked(string(out))
}

// plain reports whether all of the customer is ASCII.
func (in *customerRequest) plain() bool {
	return strings.IndexFunc(in.customerText(), func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// riskMail is the address that fails the risk check, in RiskData or in the
// customer's data. Current API, sandbox triggers.
const riskMail = "decline@connexpay.com"

// riskDeclines runs the risk check.
func (in *paymentRequest) riskDeclines() bool {
	return (in.RiskData != nil && strings.EqualFold(string(in.RiskData.Email), riskMail)) ||
		(in.Card.Customer != nil && strings.EqualFold(string(in.Card.Customer.Email), riskMail))
}

// zipAnswers are the postal codes that the vendor's sandbox answers with a
// code of address verification. Current API, sandbox triggers.
var zipAnswers = map[text]string{
	"8320": "N", "85284": "Z", "M4P1Z2": "Y", "M11AA": "Y", "EC1A1BB": "Y", "M4P1Z3": "0", "99999": "U", "99998": "G",
	"999970001": "B", "999970002": "C", "999970003": "D",
}

// verification gives the codes of address and security code. Any other postal
// code matches, and any security code but that of the card which is declined
// for it.
func verification(in *cardRequest, p plan) (avs, cvv string) {
	avs, cvv = "0", "P"
	if in.Customer != nil && in.Customer.Zip != "" {
		if avs = zipAnswers[text(strings.ToUpper(strings.ReplaceAll(string(in.Customer.Zip), " ", "")))]; avs == "" {
			avs = "Y"
		}
	}
	switch {
	case p.code == "D2020":
		cvv = "N"
	case len(in.Cvv2) > 0:
		cvv = "M"
	}
	return avs, cvv
}

// verificationTexts are the codes in words.
var verificationTexts = map[string]string{
	"avs N": "No match", "avs Z": "Postal code matches", "avs Y": "Address and postal code match", "avs 0": "Not checked",
	"avs U": "Unavailable", "avs G": "Issuer does not take part", "avs B": "Address matches", "avs C": "No match",
	"avs D": "Address and postal code match", "cvv M": "Match", "cvv N": "No match", "cvv P": "Not checked",
}
