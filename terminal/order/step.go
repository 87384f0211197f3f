package order

import (
	"fmt"
	"time"
)

// Event is something that happened to an attempt. The set is closed.
type Event interface{ event() }

// The events.
type (
	// Replied: the exchange of the sale ended, with or without an answer.
	Replied struct{ Evidence Evidence }
	// Restarted: the program began anew while the request was under way.
	Restarted struct{}
	// Probed: the host was asked whether it has the number.
	Probed struct{ Finding Finding }
	// WaitOver: nobody waits for the answer any longer. Cancelled tells the
	// customer's leaving from the end of the time.
	WaitOver struct{ Cancelled bool }
	// ReversalReplied: a timeout reversal was answered, or not.
	ReversalReplied struct{ Answer ReversalAnswer }
	// Kept: the person keeps a partial approval.
	Kept struct{}
	// GivenBack: the person gives a partial approval back.
	GivenBack struct{}
)

func (Replied) event()         {}
func (Restarted) event()       {}
func (Probed) event()          {}
func (WaitOver) event()        {}
func (ReversalReplied) event() {}
func (Kept) event()            {}
func (GivenBack) event()       {}

// Step applies an event that happened at now. It returns the changed copies,
// or ErrNotAllowed and the arguments as they were. An attempt in a final state
// allows nothing.
func Step(o Order, a Attempt, ev Event, now time.Time) (Order, Attempt, error) {
	m := machine{o: o, a: a, now: now}
	if !m.apply(ev) {
		return o, a, fmt.Errorf("%w (%T while %s)", ErrNotAllowed, ev, a.State)
	}
	m.a.Version++
	if m.o != o {
		m.o.Version++
	}
	return m.o, m.a, nil
}

// machine is the working copy of one step.
type machine struct {
	o   Order
	a   Attempt
	now time.Time
}

func (m *machine) apply(ev Event) bool {
	switch ev := ev.(type) {
	case Replied:
		return m.a.State == Sending && m.replied(ev.Evidence)
	case Restarted:
		if m.a.State != Sending {
			return false
		}
		// The card data is gone with the process; the request may be there.
		m.a.QuietSince = m.now
		return m.to(Unknown, CauseRestart)
	case Probed:
		return m.probed(ev.Finding)
	case WaitOver:
		if m.a.State != Unknown {
			return false
		}
		return m.reverse(map[bool]Cause{false: CauseWaitOver, true: CauseCancelled}[ev.Cancelled])
	case ReversalReplied:
		return m.a.State == Reversing && m.reversalReplied(ev.Answer)
	case Kept:
		return m.a.State == PartApproved && m.adopt()
	case GivenBack:
		return m.a.State == PartApproved && m.reverse(CauseGivenBack)
	}
	return false
}

func (m *machine) to(s State, c Cause) bool {
	m.a.State, m.a.Cause, m.a.Since = s, c, m.now
	m.a.Tries, m.a.LastTry = 0, time.Time{}
	return true
}

// adopt takes the decision for the charge. An order that is no longer open
// cannot take it: the charge goes back.
func (m *machine) adopt() bool {
	if m.o.State != Open || m.a.Decision == Reverse {
		return m.reverse(CauseOrderClosed)
	}
	m.a.Decision = Adopt
	m.o.State, m.o.PaidBy = PaidCard, m.a.Number
	if m.a.Kind == KindAuth {
		m.o.State = Held
	}
	return m.to(Approved, CauseNone)
}

// reverse takes the decision against the charge, once and for all.
func (m *machine) reverse(c Cause) bool {
	m.a.Decision = Reverse
	return m.to(Reversing, c)
}

// note copies what the host said into the attempt.
func (m *machine) note(e Evidence) {
	for _, f := range []struct {
		to   *string
		from string
	}{{&m.a.GUID, e.GUID}, {&m.a.AuthCode, e.AuthCode}, {&m.a.Reference, e.Reference},
		{&m.a.Batch, e.Batch}, {&m.a.Code, e.Code}, {&m.a.Message, e.Message}, {&m.a.TransCode, e.TransCode}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if e.Effective != nil {
		m.a.Approved = *e.Effective
	} else if e.Amount != nil {
		m.a.Approved = *e.Amount
	}
}

func (m *machine) replied(e Evidence) bool {
	m.a.QuietSince = m.now
	v := Classify(m.a, e)
	return m.follow(v, e)
}

// follow goes where a verdict leads, from Sending or from a found row.
func (m *machine) follow(v Verdict, e Evidence) bool {
	m.a.Warned = v.Warned
	switch v.State {
	case Approved:
		m.note(e)
		return m.adopt()
	case PartApproved:
		m.note(e)
		if m.o.State != Open || m.a.Decision == Reverse {
			return m.reverse(CauseOrderClosed)
		}
		return m.to(PartApproved, v.Cause)
	}
	if v.State != Unknown && v.State != NotSent {
		m.note(e)
	} else {
		m.a.Code, m.a.Message = e.Code, e.Message
	}
	// Nothing is granted in any other state, whatever the answer claims.
	m.a.Approved.Minor, m.a.Approved.Currency = 0, ""
	return m.to(v.State, v.Cause)
}

// probed judges a look-up. What it means depends on whether the decision has
// been taken: before it a found charge is adopted, after it taken back.
func (m *machine) probed(f Finding) bool {
	switch m.a.State {
	case Unknown, Quarantine, Review:
	default:
		return false
	}
	m.a.Tries++
	m.a.LastTry = m.now
	if f.Failed || f.Impossible {
		if f.Impossible && m.a.State == Unknown {
			return m.reverse(CauseNoAnswer)
		}
		return true
	}
	if len(f.Hits) > 1 {
		return m.to(Review, CauseMismatch)
	}
	if m.a.State == Review {
		return true // probes go on for the record; a person decides
	}
	if len(f.Hits) == 1 {
		return m.found(f.Hits[0])
	}
	if m.a.State == Unknown {
		return m.reverse(CauseNotFound)
	}
	if !f.Started.Before(m.a.QuietSince.Add(HardHorizon)) {
		return m.to(Absent, CauseNotFound)
	}
	return true
}

// found judges the host's row of this number.
func (m *machine) found(e Evidence) bool {
	if Voided(e) {
		m.note(e)
		m.a.Approved.Minor, m.a.Approved.Currency = 0, ""
		return m.to(Reversed, m.a.Cause)
	}
	v := Classify(m.a, e)
	if v.State == Unknown && declined(e) {
		// The code speaks of an earlier transaction, but this row is this
		// number's own, and it says that nothing was charged for it.
		v.State = Declined
	}
	if m.a.Decision == Reverse {
		switch v.State {
		case Declined, Refused:
			return m.to(Reversed, CauseDeclined)
		case Approved, PartApproved:
			m.a.GUID = e.GUID
			return m.reverse(m.a.Cause)
		case Review:
			return m.to(Review, CauseMismatch)
		}
		return true
	}
	if v.State == Unknown {
		return true // recorded at the host without an outcome: ask again
	}
	return m.follow(v, e)
}

// Voided reports that the host's row of a sale carries no money any more.
func Voided(e Evidence) bool {
	return approvedStatus(normalStatus(e.Status)) && e.Amount != nil && e.Amount.Minor > 0 &&
		e.Effective != nil && e.Effective.Minor == 0
}

func (m *machine) reversalReplied(answer ReversalAnswer) bool {
	switch answer {
	case ReversalDone:
		return m.to(Reversed, m.a.Cause)
	case ReversalNothing:
		return m.to(Quarantine, m.a.Cause)
	case ReversalSettled:
		return m.to(Review, CauseSettled)
	}
	m.a.Tries++
	m.a.LastTry = m.now
	return true
}
