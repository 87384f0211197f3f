package order

import (
	"errors"

	"paydesk/terminal/money"
)

// Why a follow-up may not begin.
var (
	ErrNotPaid     = errors.New("nothing stands for this payment")
	ErrFollowing   = errors.New("the bank is still being asked about this payment")
	ErrVoided      = errors.New("this payment is voided")
	ErrReturned    = errors.New("money of this payment was returned")
	ErrCaptured    = errors.New("this hold is captured")
	ErrHeld        = errors.New("this is a hold, and no money was taken")
	ErrNotHeld     = errors.New("this is not a hold")
	ErrTooMuch     = errors.New("that is more than is left of this payment")
	ErrBadAmount   = errors.New("that is not an amount for this payment")
	ErrSettled     = errors.New("this payment is settled already")
	ErrNoTarget    = errors.New("the bank has not said which transaction this is")
	ErrNotIssuable = errors.New("this payment does not pay for cards")
	ErrNoneToIssue = errors.New("all cards of this payment are issued")
	errNoSuchAct   = errors.New("this is not done about a payment")
)

// Settlement is what is known of the batch that a payment is in. That a batch
// is open is never certain: the service closes it by itself each night.
type Settlement string

// The settlements.
const (
	SettleUnknown Settlement = ""
	// SettleClosed: the host said that it closed the batch.
	SettleClosed Settlement = "closed"
	// SettleOpen: the host said that it was open when it was asked. It may close
	// at any moment, so this is advice and refuses nothing.
	SettleOpen Settlement = "open"
)

// Stands is what an approved payment has become, in a word.
type Stands string

// What a payment may have become.
const (
	StandsNot      Stands = "" // not approved: nothing stands for it
	StandsPaid     Stands = "paid"
	StandsHeld     Stands = "held"
	StandsCaptured Stands = "captured"
	StandsVoided   Stands = "voided"
	StandsPart     Stands = "part-returned"
	StandsReturned Stands = "returned"
)

// Standing is what has become of an attempt through its follow-ups.
type Standing struct {
	As Stands
	// Captured is what was taken of a hold, Returned what was paid back.
	Captured money.Amount
	Returned money.Amount
	// Left is what can still be captured of a hold, and otherwise returned,
	// leaving out what is on its way.
	Left money.Amount
	// Issued is how many supplier cards were made, or perhaps made.
	Issued int
	// Target is the host's row that a void or return is about, Batch the host's
	// batch in which its money is.
	Target Target
	Batch  string
}

// ByAttempt sorts follow-ups by the attempt that they are about.
func ByAttempt(all []FollowUp) map[string][]FollowUp {
	of := map[string][]FollowUp{}
	for _, f := range all {
		of[f.Of] = append(of[f.Of], f)
	}
	return of
}

// Stand adds up what the follow-ups of an attempt did to it.
func Stand(a Attempt, follows []FollowUp) Standing {
	zero := money.New(0, a.Asked.Currency)
	s := Standing{Captured: zero, Returned: zero, Left: zero}
	if a.State != Approved {
		return s
	}
	s.As, s.Left, s.Batch = StandsPaid, a.Approved, a.Batch
	s.Target = Target{Kind: a.Kind, GUID: a.GUID, Number: a.Number, Device: a.Device}
	if a.Kind == KindAuth {
		s.As, s.Batch = StandsHeld, ""
	}
	voided := false
	var onTheWay int64
	for _, f := range follows {
		done := f.State == FollowDone
		switch {
		case f.Act == Issue && (done || !f.State.Final()):
			s.Issued++
		case f.Act == Capture && done:
			s.As, s.Captured, s.Left, s.Batch = StandsCaptured, f.Amount, f.Amount, f.Batch
			s.Target = Target{GUID: f.Made, Device: f.Device}
		case f.Act == Capture && !f.State.Final():
			onTheWay += s.Left.Minor
		case f.Act == Return && done:
			s.Returned.Minor += f.Amount.Minor
		case f.Act == Return && !f.State.Final():
			onTheWay += f.Amount.Minor
		case f.Act == Void && done:
			voided = true
		}
	}
	whole := s.Left.Minor
	s.Left.Minor = max(0, whole-s.Returned.Minor-onTheWay)
	switch {
	case voided:
		s.As, s.Left = StandsVoided, zero
	case s.Returned.Minor >= whole && whole > 0:
		s.As = StandsReturned
	case s.Returned.Minor > 0:
		s.As = StandsPart
	}
	return s
}

// MayFollow decides whether a follow-up of an attempt may begin, and tells the
// host's row that it is about. Of one attempt only one is on its way at a
// time; a card that was perhaps issued holds up nothing, and counts as issued.
func MayFollow(a Attempt, earlier []FollowUp, known Settlement, act Act, amount money.Amount) (Target, error) {
	if a.State != Approved {
		return Target{}, ErrNotPaid
	}
	for _, f := range earlier {
		if !f.State.Final() && (f.Act != Issue || f.State != FollowReview) {
			return Target{}, ErrFollowing
		}
		if f.Act == Void && f.State == FollowRefused && f.Cause == CauseSettled {
			known = SettleClosed // the host said so
		}
	}
	s := Stand(a, earlier)
	err := mayAct(a, s, known, act)
	switch {
	case s.As == StandsVoided:
		return Target{}, ErrVoided
	case err != nil:
		return Target{}, err
	case amount.Currency != s.Left.Currency || amount.Minor <= 0 || (act == Void && amount != s.Left):
		return Target{}, ErrBadAmount
	case amount.Minor > s.Left.Minor:
		return Target{}, ErrTooMuch
	case s.Target.GUID == "":
		return Target{}, ErrNoTarget
	}
	return s.Target, nil
}

// mayAct is what does not depend on the amount.
func mayAct(a Attempt, s Standing, known Settlement, act Act) error {
	held := s.As == StandsHeld
	switch act {
	case Void:
		switch {
		case s.Returned.Minor > 0:
			return ErrReturned
		case !held && known == SettleClosed:
			return ErrSettled
		}
	case Return:
		if held {
			return ErrHeld
		}
	case Capture:
		switch {
		case a.Kind != KindAuth:
			return ErrNotHeld
		case !held:
			return ErrCaptured
		}
	case Issue:
		switch {
		case held:
			return ErrHeld
		case a.TransCode == "" || a.Payments == 0:
			return ErrNotIssuable
		case s.Issued >= a.Payments:
			return ErrNoneToIssue
		}
	default:
		return errNoSuchAct
	}
	return nil
}
