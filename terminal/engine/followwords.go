package engine

import (
	"errors"
	"strings"

	"paydesk/terminal/order"
)

func noDevice() error {
	return &Problem{Code: ProblemNoDevice, Text: "This terminal has no device at the payment host yet. Choose one with: paydesk setup."}
}

func (e *Engine) followBusy() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return closingProblem()
	}
	return followRefusal(order.ErrFollowing)
}

// followRefusals says why a follow-up may not begin, and what to do instead.
var followRefusals = []struct {
	err        error
	code, text string
}{
	{order.ErrNotPaid, ProblemNotAllowed, "Only an approved payment can be voided, returned or captured. Look at its present state."},
	{order.ErrFollowing, ProblemInProgress, "The bank is still being asked about this payment. Wait for the outcome; do not do it again."},
	{order.ErrVoided, ProblemNotAllowed, "This payment is voided: nothing is charged for it, and there is nothing more to do."},
	{order.ErrReturned, ProblemNotAllowed, "Money of this payment was returned already. Return the rest instead."},
	{order.ErrCaptured, ProblemNotAllowed, "This hold is captured already, and a hold can be captured once. For more, charge the card anew."},
	{order.ErrHeld, ProblemNotAllowed, "No money was taken yet, only held. Void the hold to release it, or capture it first."},
	{order.ErrNotHeld, ProblemNotAllowed, "Only a hold can be captured; the money of this payment is taken already."},
	{order.ErrTooMuch, ProblemTooMuch, "That is more than is left of this payment. Enter a smaller amount."},
	{order.ErrBadAmount, ProblemTooMuch, "That amount does not fit this payment. Enter an amount above zero in its own currency."},
	{order.ErrSettled, ProblemSettled, textSettled},
	{order.ErrNoTarget, ProblemNotAllowed, "The bank did not say which transaction this is, so it must be done at the bank. Call the payment service with its number."},
	{order.ErrNotIssuable, ProblemNotAllowed, "This payment was not made to pay for cards. Make a sale that says how many cards it pays for."},
	{order.ErrNoneToIssue, ProblemNotAllowed, "All cards that this payment pays for are issued. Make a new sale for more."},
}

const (
	textSettled    = "This payment is settled already. Return the money instead."
	textNotSettled = "This payment is not settled yet. Void it instead."
)

func followRefusal(err error) error {
	for _, r := range followRefusals {
		if errors.Is(err, r.err) {
			return &Problem{Code: r.code, Text: r.text, Err: err}
		}
	}
	return &Problem{Code: ProblemNotAllowed, Text: "That cannot be done with this payment. Look at its present state.", Err: err}
}

// FollowProblem puts the outcome of a follow-up into a sentence that says what
// to do; nil for one that was done. Its code names the state, or is
// ProblemApproval where the bank wants a supervisor: with the approval the same
// act is made anew.
func FollowProblem(f order.FollowUp) *Problem {
	if f.State == order.FollowDone {
		return nil
	}
	if refusedForOverride(f) && f.Of != "" {
		ask := followAsk(f)
		return needed{ask, askText(ask)}.problem()
	}
	s := followSay(f)
	return &Problem{Code: "follow-" + kebab(string(f.State)), Text: s.String(), Say: s}
}

func followSay(f order.FollowUp) Sentence {
	switch f.State {
	case order.FollowNotSent:
		return sentence("The payment host could not be reached, so nothing was done. Check the network, then try again.")
	case order.FollowRefused:
		return refusedSay(f)
	case order.FollowAbsent:
		if f.Act == order.Check {
			return sentence("The bank did not answer for certain; no money moved. Check the card again.")
		}
		return sentence("The bank did not do it: it was looked for to the end. You may do it again.")
	case order.FollowReview:
		return sentence("What the bank says does not fit the journal, or cannot be asked for. Do not do it again; ask the payment service about number %s.", f.ID)
	}
	return sentence("The bank did not answer for certain. The terminal asks until it knows; do not do it again.")
}

func refusedSay(f order.FollowUp) Sentence {
	switch f.Cause {
	case order.CauseSettled:
		return sentence(textSettled)
	case order.CauseNotSettled:
		return sentence(textNotSettled)
	case order.CauseLogin:
		return sentence("The payment host did not accept this terminal's account. Check user name and password with: paydesk setup.")
	case order.CauseDuplicate:
		return sentence("The bank says that this cannot be done any more, and has no record of doing it. Look at the payment in the bank's portal before you try again.")
	}
	if f.Act == order.Check {
		return sentence("The bank does not accept this card. Ask for another one.")
	}
	if f.Message != "" {
		return sentence("The bank refused, and nothing was done: %s. Look at the payment's state before you try again.", strings.TrimRight(f.Message, "."))
	}
	return sentence("The bank refused, and nothing was done. Look at the payment's state before you try again.")
}
