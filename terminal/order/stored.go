package order

import (
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/answer"
	"paydesk/terminal/money"
)

// StoredState is the state of a sale that was taken while the host was away.
type StoredState string

// The states of a stored sale.
const (
	// StoredWaiting: the goods are gone, the sealed card waits for the host.
	StoredWaiting StoredState = "STORED"
	// StoredForwarding: an attempt of it is on its way or in doubt.
	StoredForwarding StoredState = "FORWARDING"
	// StoredApproved: the bank paid all of it.
	StoredApproved StoredState = "APPROVED"
	// Uncollected: the bank refused it, or paid only a part. What is missing is
	// a loss until somebody collects it.
	Uncollected StoredState = "UNCOLLECTED"
	// Collected: what was missing was paid by another order.
	Collected StoredState = "COLLECTED"
	// WrittenOff: a supervisor gave up what was missing.
	WrittenOff StoredState = "WRITTEN_OFF"
	// Withdrawn: taken back by a supervisor before it was forwarded. Its order
	// is open again.
	Withdrawn StoredState = "WITHDRAWN"
)

// StoredStates lists all states, for tables and tests.
var StoredStates = []StoredState{StoredWaiting, StoredForwarding, StoredApproved, Uncollected, Collected, WrittenOff, Withdrawn}

// Sealed reports whether the sealed card, if there is one, is still kept:
// exactly as long as the sale may be forwarded.
func (s StoredState) Sealed() bool { return s == StoredWaiting || s == StoredForwarding }

// Final reports whether the state never changes again.
func (s StoredState) Final() bool { return !s.Sealed() && s != Uncollected }

// Stored is a sale that was taken on a card while the host was away. The card
// itself is sealed and kept apart from it; of a card on file it is enough to
// know which payment left it there. Its forwarding is an Attempt like
// any other, which the terminal begins by itself: one that is lost is looked
// for, adopted or taken back by the same rules, and only when it is dead does
// the next one get its own number.
//
// An attempt is never sent again under its number, although the service may
// refuse the second within 30 minutes: that would have to be proven for each
// account, and the rules above need no such promise.
type Stored struct {
	// ID is a number of its own. The order names the stored sale as long as it
	// may not be paid otherwise.
	ID      string       `json:"id"`
	Version int64        `json:"version"`
	Order   string       `json:"stored_for"`
	State   StoredState  `json:"state"`
	Amount  money.Amount `json:"amount"`
	// Approved is what the bank paid of it.
	Approved money.Amount `json:"approved,omitzero"`

	Device   string `json:"device"`
	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	Operator string `json:"operator"`
	// ApprovedBy is who approved it above the limits, where that was so.
	ApprovedBy string `json:"approved_by,omitempty"`
	// Key is the id of the key that the card is sealed with. Charged is the
	// number of the payment or check whose card on file it is, which needs no
	// key; exactly one of the two is there.
	Key     string `json:"key,omitempty"`
	Charged string `json:"charged,omitempty"`

	Created time.Time `json:"created"`
	// Since is when the present state was entered; LastTry is the end of the
	// last try to forward it, Tries their number.
	Since   time.Time `json:"since"`
	LastTry time.Time `json:"last_try,omitzero"`
	Tries   int       `json:"tries,omitempty"`

	// Number is the newest attempt; Cause, Code and Message are what became of
	// it, or why there could be none.
	Number  string `json:"number,omitempty"`
	Cause   Cause  `json:"cause,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Restored: an older journal was put back. It may not know of an attempt
	// that came later, so none is begun any more.
	Restored bool `json:"restored,omitempty"`

	// EndedBy is who withdrew, collected or wrote it off, or approved that,
	// Reason why, CollectedBy the order that paid what was missing.
	EndedBy     string `json:"ended_by,omitempty"`
	Reason      string `json:"reason,omitempty"`
	CollectedBy string `json:"collected_by,omitempty"`
}

// Owed is what is missing of it; zero once it is at its end.
func (s Stored) Owed() money.Amount {
	owed := money.New(0, s.Amount.Currency)
	if !s.State.Final() {
		owed.Minor = s.Amount.Minor - s.Approved.Minor
	}
	return owed
}

// Alike is the same text for two sales that the host may take for one: those of
// one card and amount, and a few more. It is made of what the slip says; a
// keyed hash of the number would tell a little better and be one more thing to
// guard. Of a card on file they are those of the payment that left it, so that
// one token and amount are always alike, and alike to the same card when it is
// typed: the host sees one card in both, which a mark made of the token would
// not.
func Alike(brand, last4 string, amount money.Amount) string {
	return fmt.Sprintf("%s %s %d %s", brand, last4, amount.Minor, amount.Currency)
}

// AlikePause is the time between two sales that are Alike. The service's window
// is a minute (ConnexPay API, Declined Response Codes, D0008).
const AlikePause = 75 * time.Second

// StoredEvent is something that happened to a stored sale. The set is closed;
// Restored is one of an attempt, too.
type StoredEvent interface{ storedEvent() }

// The events of a stored sale.
type (
	// ForwardBegun: an attempt is about to be sent. Earlier are those before it.
	ForwardBegun struct {
		Number  string
		Earlier []Attempt
	}
	// ForwardEnded: that attempt is at its end.
	ForwardEnded struct{ Attempt Attempt }
	// NotOpened: the sealed card could not be opened, or the card on file not be
	// charged; Message says why.
	NotOpened struct{ Message string }
	// StoredWithdrawn: a supervisor takes it back before it is forwarded.
	StoredWithdrawn struct{ By, Reason string }
	// StoredWrittenOff: a supervisor gives it up.
	StoredWrittenOff struct{ By, Reason string }
	// StoredCollected: a later order paid what was missing.
	StoredCollected struct {
		By   string
		Paid Order
	}
)

func (ForwardBegun) storedEvent()     {}
func (ForwardEnded) storedEvent()     {}
func (NotOpened) storedEvent()        {}
func (StoredWithdrawn) storedEvent()  {}
func (StoredWrittenOff) storedEvent() {}
func (StoredCollected) storedEvent()  {}
func (Restored) storedEvent()         {}

// Store makes a stored sale of an order, which it holds from now on. The order
// must be open, and nothing of it may have left this machine so far: what the
// bank declined, or may have charged, is not stored.
func Store(o Order, earlier []Attempt, s Stored, now time.Time) (Order, Stored, error) {
	switch {
	case o.State != Open:
		return o, s, ErrOrderClosed
	case o.Stored != "":
		return o, s, ErrStored
	case slices.ContainsFunc(earlier, func(a Attempt) bool { return a.State != NotSent }):
		return o, s, ErrNotAllowed
	}
	o.Stored = s.ID
	o.Version++
	s.Order, s.Version, s.State, s.Amount = o.ID, 1, StoredWaiting, o.Amount
	s.Created, s.Since = now, now
	return o, s, nil
}

// StepStored applies an event that happened at now. It returns the changed
// copies, or ErrNotAllowed and the arguments as they were. The order changes
// when the stored sale lets go of it; whether it is paid then was decided by
// the attempt.
func StepStored(o Order, s Stored, ev StoredEvent, now time.Time) (Order, Stored, error) {
	next, ok := s.after(o, ev, now)
	if !ok {
		return o, s, fmt.Errorf("%w (%T while %s)", ErrNotAllowed, ev, s.State)
	}
	next.Version++
	if !next.State.Sealed() && o.Stored == s.ID {
		o.Stored = ""
		o.Version++
	}
	return o, next, nil
}

func (s Stored) after(o Order, ev StoredEvent, now time.Time) (Stored, bool) {
	switch ev := ev.(type) {
	case ForwardBegun:
		return s.begun(o, ev, now)
	case ForwardEnded:
		return s.ended(ev.Attempt, now)
	case NotOpened:
		s.Tries++
		s.LastTry, s.Cause, s.Message = now, CauseSealed, ev.Message
		return s, s.State == StoredWaiting
	case StoredWithdrawn:
		ok := s.State == StoredWaiting && ev.By != ""
		s.EndedBy, s.Reason = ev.By, ev.Reason
		return s.to(Withdrawn, s.Cause, now), ok
	case StoredWrittenOff:
		ok := (s.State == StoredWaiting || s.State == Uncollected) && ev.By != "" && ev.Reason != ""
		s.EndedBy, s.Reason = ev.By, ev.Reason
		return s.to(WrittenOff, s.Cause, now), ok
	case StoredCollected:
		ok := s.State == Uncollected && ev.By != "" && s.collectedBy(ev.Paid)
		s.EndedBy, s.CollectedBy = ev.By, ev.Paid.ID
		return s.to(Collected, s.Cause, now), ok
	case Restored:
		was := s.State
		s.Restored = true
		if was == StoredWaiting {
			s = s.to(Uncollected, CauseRestored, now)
		}
		return s, was.Sealed()
	}
	return s, false
}

func (s Stored) to(state StoredState, c Cause, now time.Time) Stored {
	s.State, s.Cause, s.Since = state, c, now
	return s
}

func (s Stored) begun(o Order, ev ForwardBegun, now time.Time) (Stored, bool) {
	alive := slices.ContainsFunc(ev.Earlier, func(a Attempt) bool { return !a.State.Dead() })
	ok := s.State == StoredWaiting && o.State == Open && o.Stored == s.ID && ev.Number != "" && !alive
	s.Number, s.Code, s.Message = ev.Number, "", ""
	return s.to(StoredForwarding, CauseNone, now), ok
}

// TurnedDown reports that the bank or the service would not have this sale. A
// refusal of the terminal or of the shop's account is none, as long as somebody
// may put that right: it speaks of no sale, and would be the loss of all.
func (a Attempt) TurnedDown() bool {
	if a.State != Declined && (a.State != Refused || a.Cause != CauseBadRequest) {
		return false
	}
	said, known := Said(a)
	return !known || said.Again != answer.AgainLater || said.Lead != answer.LeadSetup && said.Lead != answer.LeadSupport
}

// ended judges the end of the attempt. One that is dead without the bank's
// refusal is followed by another, later.
func (s Stored) ended(a Attempt, now time.Time) (Stored, bool) {
	if s.State != StoredForwarding || a.Number != s.Number || !a.State.Final() {
		return s, false
	}
	s.Code, s.Message = a.Code, a.Message
	s.LastTry = now
	s.Tries++
	switch {
	case a.State == Approved:
		s.Approved = a.Approved
		if a.Approved.Minor < s.Amount.Minor {
			return s.to(Uncollected, CausePart, now), true
		}
		return s.to(StoredApproved, CauseNone, now), true
	case a.TurnedDown(), a.Cause == CauseGivenBack:
		return s.to(Uncollected, a.Cause, now), true // by the bank, or by a supervisor
	case s.Restored:
		return s.to(Uncollected, CauseRestored, now), true
	}
	return s.to(StoredWaiting, a.Cause, now), true
}

// collectedBy reports whether an order paid what is missing: another one than
// the part that the bank paid, and for this stored sale alone.
func (s Stored) collectedBy(o Order) bool {
	return (o.State == PaidCard || o.State == PaidOther) && o.Collects == "" && (s.Number == "" || o.PaidBy != s.Number) &&
		o.Amount.Currency == s.Amount.Currency && o.Amount.Minor >= s.Owed().Minor
}

// Collect marks an order that paid what was missing of a stored sale, so that
// it does so once. StepStored has judged it.
func Collect(o Order, stored string) Order {
	o.Collects = stored
	o.Version++
	return o
}

// sealedPause is the time until a card that did not open is tried again.
const sealedPause = time.Hour

// NextStored is when the sale may be forwarded next. It is false where that is
// not due by itself.
func NextStored(s Stored) (time.Time, bool) {
	switch {
	case s.State != StoredWaiting:
		return time.Time{}, false
	case s.Cause == CauseSealed:
		return s.LastTry.Add(sealedPause), true
	case s.Tries > 0:
		return s.LastTry.Add(backOff(s.Tries)), true
	}
	return s.Created, true
}

// SealKey is a key pair of the vault, with which the cards of stored sales are
// sealed. The private half lies among the secrets, under the id, from before
// Public is known until Destroyed.
type SealKey struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	Created   time.Time `json:"created"`
	Public    []byte    `json:"public,omitempty"`
	Destroyed time.Time `json:"destroyed,omitzero"`
}

// SealKeyLife is how long new sales are sealed with one key, so that a sale
// which waits for long does not keep the keys of all later ones.
const SealKeyLife = 24 * time.Hour
