// Package order holds the rules of a sale as pure functions: which state a
// payment attempt is in, what an answer of the host means for it, and what is
// to be done next and when. No clock, network or database is used here: times
// and answers come in with the events.
//
// Vocabulary: an Order is what the customer owes; an Attempt is one sale
// number on the wire. An order has any number of attempts, of which at most
// one can ever be paid. The decision about an attempt, to adopt it or to
// reverse it, is taken once and never changed; that single decision is what
// rules out charging twice and losing a sale.
package order

import (
	"errors"
	"time"

	"paydesk/terminal/money"
)

// State of an attempt. The texts are part of the journal's format.
type State string

// The states, in the order in which an attempt may meet them.
const (
	// Sending: the number is in the journal; the request may be on the wire.
	Sending State = "SENDING"
	// Approved: adopted. Only this state is shown as paid.
	Approved State = "APPROVED"
	// PartApproved: the host approved less than was asked; a person chooses.
	PartApproved State = "PART_APPROVED"
	// Declined: the final refusal of the card.
	Declined State = "DECLINED"
	// Refused: the host would not process the request as it was written.
	Refused State = "REFUSED"
	// NotSent: no connection was made, so nothing can have been charged.
	NotSent State = "NOT_SENT"
	// Unknown: the request may have reached the host and no answer tells.
	Unknown State = "UNKNOWN"
	// Reversing: the decision to take it back is in the journal.
	Reversing State = "REVERSING"
	// Quarantine: the host found nothing to take back; it may yet turn up.
	Quarantine State = "QUARANTINE"
	// Reversed: the host confirmed that nothing is charged.
	Reversed State = "REVERSED"
	// Absent: looked for after the longest life of a request, and not there.
	Absent State = "ABSENT"
	// OrphanReturn: the host settled the charge before it could be taken back;
	// the money goes back by a return.
	OrphanReturn State = "ORPHAN_RETURN"
	// Returned: that return was carried out.
	Returned State = "RETURNED"
	// Review: the host's answer contradicts the journal; a person must look.
	Review State = "REVIEW"
)

// States lists all states, for tables and tests.
var States = []State{Sending, Approved, PartApproved, Declined, Refused, NotSent,
	Unknown, Reversing, Quarantine, Reversed, Absent, OrphanReturn, Returned, Review}

// Final reports whether the state never changes again.
func (s State) Final() bool {
	switch s {
	case Approved, Declined, Refused, NotSent, Reversed, Absent, Returned:
		return true
	}
	return false
}

// Dead reports whether the attempt can no longer become a charge, so that the
// order may be tried again.
func (s State) Dead() bool { return s.Final() && s != Approved }

// Decision about an attempt: none, then one of the two, for ever.
type Decision string

// The decisions.
const (
	Undecided Decision = ""
	Adopt     Decision = "ADOPT"
	Reverse   Decision = "REVERSE"
)

// Attempt is one sale number and all that is known of it. It never holds a
// card number. It is a value; Step returns the changed copy.
type Attempt struct {
	Number   string       `json:"number"`
	Kind     Kind         `json:"kind,omitempty"`
	Order    string       `json:"order"`
	Version  int64        `json:"version"`
	State    State        `json:"state"`
	Decision Decision     `json:"decision,omitempty"`
	Asked    money.Amount `json:"asked"`
	// Approved is what the host granted; below Asked on a partial approval.
	Approved money.Amount `json:"approved,omitzero"`

	Device string `json:"device"`
	// Payments is how many supplier cards the sale is to pay for, TransCode
	// the host's code under which they are issued.
	Payments  int    `json:"payments,omitempty"`
	TransCode string `json:"trans_code,omitempty"`

	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	Holder   string `json:"holder,omitempty"`
	Entry    string `json:"entry"`
	Operator string `json:"operator"`
	// ApprovedBy is who approved it for the operator, where the bank wanted that.
	ApprovedBy string `json:"approved_by,omitempty"`
	// Charged is the number of the payment or check whose card on file is
	// charged, Token what an approval left of the card with the service.
	Charged string `json:"charged,omitempty"`
	Token   Token  `json:"token,omitempty"`

	Created time.Time `json:"created"`
	// QuietSince is the moment after which no byte of the sale request can
	// have left this machine: the horizons count from it.
	QuietSince time.Time `json:"quiet_since,omitzero"`
	// Since is when the present state was entered, LastTry the last question
	// or reversal in it, Tries their number.
	Since   time.Time `json:"since"`
	LastTry time.Time `json:"last_try,omitzero"`
	Tries   int       `json:"tries,omitempty"`

	GUID      string `json:"guid,omitempty"`
	AuthCode  string `json:"auth_code,omitempty"`
	Reference string `json:"reference,omitempty"`
	Batch     string `json:"batch,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
	// Cause says why the attempt is where it is.
	Cause Cause `json:"cause,omitempty"`
	// Warned is set when the host approved with a warning to be looked at.
	Warned bool `json:"warned,omitempty"`

	// Stored marks an attempt for a sale that was taken while the host was
	// away: the goods are gone, so a lost answer is waited for longer.
	Stored bool `json:"stored,omitempty"`
	// Clean counts the looks in quarantine that began behind the soft horizon
	// and found nothing.
	Clean int `json:"clean,omitempty"`
	// Twice: the host had more than one row under the number.
	Twice bool `json:"twice,omitempty"`
	// Owed is what the host has of an orphan, Return the follow-up that is
	// bringing it back.
	Owed   money.Amount `json:"owed,omitzero"`
	Return string       `json:"return,omitempty"`
	// Parked is the supervisor who lets the day go on without it. Nothing else
	// changes by it.
	Parked string `json:"parked,omitempty"`
}

// SoftClear reports that a quarantined attempt has been quiet for so long that
// the order may be tried again, by somebody who was warned: should it turn up
// after all, it goes back.
func (a Attempt) SoftClear() bool { return a.State == Quarantine && a.Clean >= softLooks }

// revived reports an undecided attempt of an older journal that was put back. It
// may have been adopted since, and shown as approved: it is ended by the host's
// word, and not because nobody waits for it.
func (a Attempt) revived() bool {
	return a.State == Unknown && a.Cause == CauseRestored && a.Decision == Undecided
}

// Cause is a reason in one word; the catalogue of texts has a sentence for it.
type Cause string

// The causes.
const (
	CauseNone        Cause = ""
	CauseNoAnswer    Cause = "no-answer"
	CauseUnreadable  Cause = "unreadable"
	CauseUnsure      Cause = "unsure"
	CauseDuplicate   Cause = "duplicate"
	CauseRestart     Cause = "restart"
	CauseNoConnect   Cause = "no-connection"
	CauseLogin       Cause = "login"
	CauseBadRequest  Cause = "bad-request"
	CauseDeclined    Cause = "declined"
	CauseWaitOver    Cause = "wait-over"
	CauseCancelled   Cause = "cancelled"
	CauseNotFound    Cause = "not-found"
	CauseOrderClosed Cause = "order-closed"
	CauseGivenBack   Cause = "given-back"
	CauseMismatch    Cause = "mismatch"
	CauseSettled     Cause = "settled"
	CauseNotSettled  Cause = "not-settled"
	// CauseNoLook: the account offers no way to ask what became of it.
	CauseNoLook Cause = "no-look"
	// CauseRefused: the host refused to return an orphan's money.
	CauseRefused Cause = "refused"
	// CauseRestored: the journal is an older one that was put back.
	CauseRestored Cause = "restored"
	// CauseSealed: the sealed card of a stored sale could not be opened.
	CauseSealed Cause = "sealed"
	// CausePart: the bank paid only a part of a stored sale.
	CausePart Cause = "part"
)

// OrderState is the state of what the customer owes.
type OrderState string

// The order states. There is exactly one way out of Open.
const (
	Open     OrderState = "OPEN"
	PaidCard OrderState = "PAID_CARD"
	// PaidOther: paid without a card.
	PaidOther OrderState = "PAID_OTHER"
	// Held: a hold stands for it, which a capture turns into money.
	Held      OrderState = "HELD"
	Abandoned OrderState = "ABANDONED"
)

// Order is what the customer owes.
type Order struct {
	ID      string       `json:"id"`
	Version int64        `json:"version"`
	State   OrderState   `json:"state"`
	Amount  money.Amount `json:"amount"`
	Note    string       `json:"note,omitempty"`
	// Bill is the bill that it is a leg of; "" where it is a charge of its own.
	Bill string `json:"bill,omitempty"`
	// PaidBy is the number of the adopted attempt, or the id of the cash or of the
	// code.
	PaidBy string `json:"paid_by,omitempty"`
	// Stored is the stored sale that waits to pay the order, which can't be
	// paid otherwise meanwhile.
	Stored string `json:"stored,omitempty"`
	// Collects is the stored sale of which this order paid what was missing.
	Collects string    `json:"collects,omitempty"`
	Created  time.Time `json:"created"`
}

// Errors of the rules.
var (
	// ErrInProgress: an earlier attempt of the order is not dead yet.
	ErrInProgress = errors.New("a payment for this order is still being settled with the bank")
	// ErrConsent: an earlier attempt is quiet, and not yet proven dead.
	ErrConsent = errors.New("the bank has not settled an earlier payment for this order")
	// ErrOrderClosed: the order is paid or given up.
	ErrOrderClosed = errors.New("this order is already paid or cancelled")
	// ErrStored: a stored sale waits to pay the order.
	ErrStored = errors.New("a card sale of this order is stored and waits for the bank")
	// ErrNotAllowed: the event has no meaning in this state.
	ErrNotAllowed = errors.New("that is not possible in the payment's present state")
)

// MayStart decides whether a further attempt of the order may go out: when no
// earlier one can become a charge any more. With consent, the word of somebody
// who was warned, one that is SoftClear does not stand in the way.
func MayStart(o Order, earlier []Attempt, consent bool) error {
	if o.State != Open {
		return ErrOrderClosed
	}
	if o.Stored != "" {
		return ErrStored
	}
	var err error
	for _, a := range earlier {
		switch {
		case a.State.Dead(), consent && a.SoftClear():
		case a.SoftClear():
			err = ErrConsent
		default:
			return ErrInProgress
		}
	}
	return err
}

// Begin makes an attempt that is about to be sent. It must be in the journal
// before the first byte leaves.
func Begin(a Attempt, now time.Time) Attempt {
	a.Version, a.State = 1, Sending
	a.Created, a.Since = now, now
	return a
}

// Abandon gives the order up. Whatever turns up for it later is reversed.
func Abandon(o Order) (Order, error) {
	if o.State != Open {
		return o, ErrOrderClosed
	}
	if o.Stored != "" {
		return o, ErrStored
	}
	o.State = Abandoned
	o.Version++
	return o, nil
}
