package order

import (
	"time"

	"paydesk/terminal/money"
)

// RefundState is the state of a refund at a wallet's provider. The texts are
// part of the journal's format.
type RefundState string

// The states of a refund.
const (
	// RefundSending: the intent is in the journal; the request may be out.
	RefundSending RefundState = "SENDING"
	// RefundPending: the provider took it, and the money is on its way.
	RefundPending RefundState = "PENDING"
	// RefundDone: the provider paid it back.
	RefundDone RefundState = "DONE"
	// RefundRefused: the provider said that it did not, and why.
	RefundRefused RefundState = "REFUSED"
	// RefundUnknown: no answer tells; the provider is asked.
	RefundUnknown RefundState = "UNKNOWN"
	// RefundAbsent: looked for after the longest life of a request, and not
	// there. It may be asked for again.
	RefundAbsent RefundState = "ABSENT"
)

// RefundStates lists all states, for tables and tests.
var RefundStates = []RefundState{RefundSending, RefundPending, RefundDone, RefundRefused, RefundUnknown, RefundAbsent}

// Final reports whether the state never changes again.
func (s RefundState) Final() bool { return s == RefundDone || s == RefundRefused || s == RefundAbsent }

// Refund is money of a payment by wallet that goes back. It is a value.
type Refund struct {
	// ID is the number under which the provider knows it, and the first member
	// of its JSON, by which a journal tells a refund.
	ID      string      `json:"refund"`
	Version int64       `json:"version"`
	State   RefundState `json:"state"`
	// Of is the code, Payment the provider's name of the payment of it.
	Of       string `json:"of"`
	Payment  string `json:"payment"`
	Order    string `json:"order"`
	Provider string `json:"provider"`
	Test     bool   `json:"test,omitempty"`
	// Turn grows from one refund of a code to the next, whatever the clock was.
	Turn int64 `json:"turn,omitempty"`
	// Bill is the bill for whose cancelling it is done; "" without one.
	Bill   string       `json:"bill,omitempty"`
	Amount money.Amount `json:"amount"`
	// Whole: it is all of the payment, of which nothing went back before.
	Whole bool `json:"whole,omitempty"`
	// Repeats: asked for again under its number it is not made twice. Restored:
	// the journal is an older one that was put back, which need not know what was
	// done about it since.
	Repeats  bool   `json:"repeats,omitempty"`
	Restored bool   `json:"restored,omitempty"`
	Remote   string `json:"remote,omitempty"`
	// Fee is what the provider gave back of its fee; without a currency it did
	// not say.
	Fee      money.Amount `json:"fee,omitzero"`
	Reason   string       `json:"reason,omitempty"`
	Operator string       `json:"operator"`
	// Approved is the supervisor who allowed it, where that was needed.
	Approved   string    `json:"approved,omitempty"`
	Created    time.Time `json:"created"`
	Since      time.Time `json:"since"`
	QuietSince time.Time `json:"quiet_since,omitzero"`
	LastTry    time.Time `json:"last_try,omitzero"`
	Tries      int       `json:"tries,omitempty"`
	Sends      int       `json:"sends,omitempty"`
	// Denied: the provider refused a repeated request, while an earlier one may
	// still be on its way.
	Denied  bool   `json:"denied,omitempty"`
	Message string `json:"message,omitempty"`
	Parked  string `json:"parked,omitempty"`
}

// RefundRequest is a refund as its provider is asked for it, or about it.
type RefundRequest struct {
	Provider string
	ID       string // ours
	Remote   string // the provider's; "" until it is known
	Payment  string
	// Reference and Code name the code that was paid: ours and the provider's.
	Reference, Code string
	Amount          money.Amount
	Whole           bool
	Reason          string
	Created         time.Time
	// Known are the provider's names of other refunds of the payment that the
	// journal has: another one of the same amount is this one.
	Known []string
}

// RefundAnswer is what a provider said to a refund, or of one.
type RefundAnswer struct {
	// Started is when the question left; the engine sets it.
	Started time.Time
	// Answered is false where no whole answer came; NotSent: no connection was
	// made either.
	Answered, NotSent bool
	// Missing: the provider knows no such refund (asked about it).
	Missing bool
	// State is RefundDone, RefundPending or RefundRefused where Answered and not
	// Missing.
	State   RefundState
	Remote  string
	Fee     money.Amount
	Message string
}
