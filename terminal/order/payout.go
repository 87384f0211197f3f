package order

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/money"
)

// PayoutState is the state of a payout. The texts are part of the journal's
// format.
type PayoutState string

// The states of a payout.
const (
	// PayoutListed: it waits to be written into a file.
	PayoutListed PayoutState = "LISTED"
	// PayoutWritten: it is in a file that somebody uploads; it may be paid.
	PayoutWritten PayoutState = "WRITTEN"
	// PayoutPending: the provider has it and is still deciding.
	PayoutPending PayoutState = "PENDING"
	// PayoutUnclaimed: it is paid, and the recipient has no account yet.
	PayoutUnclaimed PayoutState = "UNCLAIMED"
	// PayoutPaid: the recipient has it.
	PayoutPaid PayoutState = "PAID"
	// PayoutReturned, PayoutReversed: the shop has it back.
	PayoutReturned PayoutState = "RETURNED"
	PayoutReversed PayoutState = "REVERSED"
	// PayoutFailed: it was not paid.
	PayoutFailed PayoutState = "FAILED"
	// PayoutCancelled: somebody took it off the list before it was written.
	PayoutCancelled PayoutState = "CANCELLED"
)

// PayoutStates lists all states, for tables and tests.
var PayoutStates = []PayoutState{PayoutListed, PayoutWritten, PayoutPending, PayoutUnclaimed, PayoutPaid, PayoutReturned, PayoutReversed,
	PayoutFailed, PayoutCancelled}

// Final reports whether the state never changes again but by a reversal of what
// was paid.
func (s PayoutState) Final() bool {
	switch s {
	case PayoutListed, PayoutWritten, PayoutPending, PayoutUnclaimed:
		return false
	}
	return true
}

// Recipient says how a payout names who gets it.
type Recipient string

// The kinds of recipients; a file has one of them.
const (
	RecipientEmail Recipient = "email"
	RecipientID    Recipient = "id" // the provider's own name of an account
	RecipientPhone Recipient = "phone"
)

// Payout is money that the shop pays to somebody. It is a value.
type Payout struct {
	// ID goes to the provider with it, and comes back in its messages; the first
	// member of its JSON, by which a journal tells a payout.
	ID      string      `json:"payout"`
	Version int64       `json:"version"`
	State   PayoutState `json:"state"`
	To      string      `json:"to"`
	// Amount is above zero. Note is what the recipient reads.
	Amount money.Amount `json:"amount"`
	Note   string       `json:"note,omitempty"`
	// File is the newest file that it was written to, Written how often that was.
	File    string `json:"file,omitempty"`
	Written int    `json:"written,omitempty"`
	// Txn, Fee and Cause are the provider's: its number, what it took, and why it
	// failed.
	Txn   string       `json:"txn,omitempty"`
	Fee   money.Amount `json:"fee,omitzero"`
	Cause string       `json:"cause,omitempty"`

	Operator string    `json:"operator"`
	Created  time.Time `json:"created"`
	Since    time.Time `json:"since"`
}

// The bounds of a payout (IPN reference, 8 and 9).
const (
	MaxPayoutID   = 30
	MaxPayoutNote = 4000
)

// Why a payout is not listed, or not written.
var (
	ErrPayoutTo     = errors.New("name the recipient by an e-mail address, an account id of 13 letters and digits, or a phone number as +15551234567")
	ErrPayoutAmount = errors.New("a payout needs an amount above zero")
	ErrPayoutNote   = errors.New("a note to the recipient is one line of at most 4000 letters, without tabs")
	ErrPayoutAgain  = errors.New("this payout is in a file already, and would be paid twice if both are uploaded")
)

// Kind is how the recipient is named, "" where that cannot be told.
func (p Payout) Kind() Recipient {
	digits, plus := strings.CutPrefix(p.To, "+")
	switch {
	case emailLike(p.To):
		return RecipientEmail
	case plus && len(digits) >= 7 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == "":
		return RecipientPhone
	case len(p.To) >= 13 && len(p.To) <= 17 && strings.Trim(p.To, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		return RecipientID
	}
	return ""
}

// Check says what is wrong with a new payout.
func (p Payout) Check() error {
	switch {
	case p.Kind() == "" || HasCard(p.To), p.Kind() == RecipientEmail && strings.ContainsRune("=+-", rune(p.To[0])): // a spreadsheet takes it for a formula
		return ErrPayoutTo
	case p.Amount.Minor <= 0 || !p.Amount.Currency.Known():
		return ErrPayoutAmount
	case utf8.RuneCountInString(p.Note) > MaxPayoutNote || !plain(p.Note) || HasCard(p.Note):
		return ErrPayoutNote
	case p.ID == "" || len(p.ID) > MaxPayoutID || strings.ContainsFunc(p.ID, unicode.IsSpace):
		return ErrNotice
	}
	return nil
}

// Write is the payout once it stands in a file. One that does already may be
// paid by that: it is written again only where somebody says so.
func (p Payout) Write(file string, again bool, now time.Time) (Payout, error) {
	if p.State != PayoutListed && !(again && (p.State == PayoutWritten || p.State == PayoutFailed)) {
		return p, ErrPayoutAgain
	}
	p.State, p.File, p.Since = PayoutWritten, file, now
	p.Written++
	p.Version++
	return p, nil
}

// Cancel takes a payout off the list.
func (p Payout) Cancel(now time.Time) (Payout, error) {
	if p.State != PayoutListed {
		return p, ErrPayoutAgain
	}
	p.State, p.Since = PayoutCancelled, now
	p.Version++
	return p, nil
}

// Told is the payout after a message about it, and whether that changed it.
// Messages come late and out of order: what is over does not become open by an
// older one, and only a reversal takes back what was paid.
func (p Payout) Told(n Notice, now time.Time) (Payout, bool) {
	s, known := payoutStates[n.Status]
	over := p.State.Final() && p.State != PayoutFailed && !(p.State == PayoutPaid && (s == PayoutReversed || s == PayoutReturned))
	late := p.State == PayoutUnclaimed && s == PayoutPending
	if !known || over || late || p.State == PayoutListed || n.Gross.Currency != p.Amount.Currency || -n.Gross.Minor != p.Amount.Minor {
		return p, false
	}
	p.State, p.Txn, p.Fee, p.Cause, p.Since = s, n.Txn, n.Fee, n.Cause, now
	p.Version++
	return p, true
}

// Twice reports that a message tells of money for a payout that has it already, or
// is about to, under another number of the provider's: it was uploaded twice.
func (p Payout) Twice(n Notice) bool {
	goes := func(s PayoutState) bool { return s == PayoutPending || s == PayoutUnclaimed || s == PayoutPaid }
	return goes(p.State) && goes(payoutStates[n.Status]) && p.Txn != "" && n.Txn != "" && p.Txn != n.Txn
}

// payoutStates are what the provider's words for a line mean (IPN reference, 7).
var payoutStates = map[string]PayoutState{
	"Completed": PayoutPaid, "Processed": PayoutPaid, "Pending": PayoutPending, "Blocked": PayoutPending, "Unclaimed": PayoutUnclaimed,
	"Returned": PayoutReturned, "Reversed": PayoutReversed, "Refunded": PayoutReversed, "Failed": PayoutFailed, "Denied": PayoutFailed,
}
