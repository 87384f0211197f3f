package order

import (
	"bytes"
	"encoding/json"
	"time"

	"paydesk/terminal/money"
)

// Kind of an attempt: what is asked of the card. The texts are part of the
// journal's format.
type Kind string

// The kinds of attempt.
const (
	// KindSale takes money.
	KindSale Kind = ""
	// KindAuth holds money, which a Capture takes later (ConnexPay API,
	// Create AuthOnly).
	KindAuth Kind = "AUTH"
)

// Act is what is done about a sale or a hold that stands, or about a card
// without one. The texts are part of the journal's format.
type Act string

// The acts.
const (
	// Void undoes a sale whose batch is open, or a hold (Create void).
	Void Act = "VOID"
	// Return pays a settled sale back, in whole or in part (Create return).
	Return Act = "RETURN"
	// Capture takes the money of a hold, in whole or in part (Create capture).
	Capture Act = "CAPTURE"
	// Check asks whether a card is good; no money moves (Create verify).
	Check Act = "VERIFY"
	// Issue makes a card that pays a supplier out of a sale (IssueCard).
	Issue Act = "ISSUE"
)

// FollowState is the state of a follow-up.
type FollowState string

// The states of a follow-up.
const (
	// FollowSending: the intent is in the journal; the request may be out.
	FollowSending FollowState = "SENDING"
	// FollowDone: the host did it.
	FollowDone FollowState = "DONE"
	// FollowRefused: the host said that it did not do it, and why.
	FollowRefused FollowState = "REFUSED"
	// FollowNotSent: no connection was made, so nothing was done.
	FollowNotSent FollowState = "NOT_SENT"
	// FollowUnknown: no answer tells; the host is asked.
	FollowUnknown FollowState = "UNKNOWN"
	// FollowAbsent: looked for after the longest life of a request, and not
	// there. It may be asked for again.
	FollowAbsent FollowState = "ABSENT"
	// FollowReview: the host contradicts the journal; a person must look.
	FollowReview FollowState = "REVIEW"
)

// FollowStates lists all states, for tables and tests.
var FollowStates = []FollowState{FollowSending, FollowDone, FollowRefused, FollowNotSent, FollowUnknown, FollowAbsent, FollowReview}

// Final reports whether the state never changes again.
func (s FollowState) Final() bool {
	switch s {
	case FollowDone, FollowRefused, FollowNotSent, FollowAbsent:
		return true
	}
	return false
}

// FollowUp is one request about an attempt: a void, return or capture, or the
// check of a card. It is a value and holds no card data. At most one follow-up
// of an attempt is on its way at a time.
type FollowUp struct {
	// ID is a number of its own, made as an attempt's is: it goes out as
	// sequence number where the service takes one.
	ID      string      `json:"id"`
	Act     Act         `json:"act"`
	Version int64       `json:"version"`
	State   FollowState `json:"state"`
	// Of is the attempt that it is about; "" for a check.
	Of string `json:"of,omitempty"`
	// Bill is the bill for whose cancelling it is done; "" without one.
	Bill   string `json:"bill,omitempty"`
	Device string `json:"device"`
	// Amount is what is returned, captured, or issued; of a void, the whole of
	// what it undoes; of a check, zero.
	Amount money.Amount `json:"amount"`
	Target Target       `json:"target,omitzero"`
	Reason string       `json:"reason,omitempty"`
	Terms  *IssueTerms  `json:"terms,omitempty"`

	Operator string `json:"operator"`
	// Approved is who approved it for the operator, where somebody had to.
	Approved   string    `json:"approved,omitempty"`
	Created    time.Time `json:"created"`
	QuietSince time.Time `json:"quiet_since,omitzero"`
	Since      time.Time `json:"since"`
	LastTry    time.Time `json:"last_try,omitzero"`
	Tries      int       `json:"tries,omitempty"`
	// Sends is how often it was sent again; only a void ever is.
	Sends int `json:"sends,omitempty"`

	// Parked is the supervisor who lets the day go on without it.
	Parked string `json:"parked,omitempty"`
	// Brand and Last4 are the card's, for the screen and the paper.
	Brand string `json:"brand,omitempty"`
	Last4 string `json:"last4,omitempty"`

	// What the host said. Made is the sale that a capture made at the host.
	GUID      string `json:"guid,omitempty"`
	Made      string `json:"made,omitempty"`
	AuthCode  string `json:"auth_code,omitempty"`
	Reference string `json:"reference,omitempty"`
	Batch     string `json:"batch,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
	Cause     Cause  `json:"cause,omitempty"`
	// Token is what a check left of the card with the service.
	Token Token `json:"token,omitempty"`
}

// Target is the host's row that a follow-up is about.
type Target struct {
	// Kind tells a hold from a sale; the sale that a capture made is a sale.
	Kind Kind   `json:"kind,omitempty"`
	GUID string `json:"guid"`
	// Number is the sequence and order number under which the host has it;
	// "" for the sale that a capture made.
	Number string `json:"number,omitempty"`
	Device string `json:"device"`
}

// FollowRequest is what the host is asked to do, or asked about.
type FollowRequest struct {
	Act    Act
	Number string // the follow-up's own
	Device string
	Amount money.Amount
	Target Target
	Reason string
	// Known are the guids of returns of the target that the journal knows of
	// already: another one of the same amount is this one.
	Known []string
	// Terms are those of an Issue.
	Terms *IssueTerms
}

// IssueTerms are the terms of a card that pays a supplier (ConnexPay API,
// IssueCard). They hold no card data.
type IssueTerms struct {
	// Code is the incoming transaction code of the sale that pays for it.
	Code      string `json:"code"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	// UsageLimit is how often it may be used within ValidFor; 0 says nothing.
	UsageLimit int `json:"usage_limit,omitempty"`
	// ValidFor is DAY, WEEK, MONTH, LIFETIME or TRANSACTION.
	ValidFor string `json:"valid_for"`
	// MCC is a merchant category of four digits, or "".
	MCC          string `json:"mcc,omitempty"`
	PurchaseType string `json:"purchase_type"`
}

// Request is the follow-up as the host is asked for it.
func (f FollowUp) Request(known []string) FollowRequest {
	return FollowRequest{Act: f.Act, Number: f.ID, Device: f.Device, Amount: f.Amount,
		Target: f.Target, Reason: f.Reason, Known: known, Terms: f.Terms}
}

// CardRequest is what the host is asked to do with a card, or asked about.
type CardRequest struct {
	Kind   Kind
	Number string // goes out as sequence number and as order number
	Device string
	Amount money.Amount
	// Payments is how many supplier cards the sale will pay for; 0 in a shop.
	Payments int
	// Details are the service's own members about customer, goods and risk, in
	// JSON, for the request alone: they are not kept.
	Details string
	// Last4 and Created help to tell a row that names no number, GUID is the
	// host's own name where it is known.
	Last4   string
	Created time.Time
	GUID    string
	// Token is the card of a charge that has none of its own: one on file.
	// Holder is the name on it.
	Token  Token
	Holder string
}

// Request is the attempt as the host is asked for it, or about it.
func (a Attempt) Request() CardRequest {
	return CardRequest{Kind: a.Kind, Number: a.Number, Device: a.Device, Amount: a.Asked, Payments: a.Payments,
		Last4: a.Last4, Created: a.Created, GUID: a.GUID, Holder: a.Holder}
}

// Witness is a transaction at the host whose batch is asked about.
type Witness struct {
	Act    Act    `json:"act,omitempty"` // "" is a sale
	GUID   string `json:"guid"`
	Number string `json:"number,omitempty"`
	Device string `json:"device,omitempty"`
}

// UnmarshalJSON also takes a bare text: journals of the first version name the
// guid of a sale alone.
func (w *Witness) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte{'"'}) {
		*w = Witness{}
		return json.Unmarshal(data, &w.GUID)
	}
	type plain Witness
	return json.Unmarshal(data, (*plain)(w))
}
