package order

import (
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
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
	// GivenBack: the person gives a partial approval back, or decides that
	// whatever the host has of an attempt in review goes back.
	GivenBack struct{}
	// ReturnBegun: the return of an orphan is about to be sent.
	ReturnBegun struct{ ID string }
	// ReturnEnded: that return is at its end.
	ReturnEnded struct{ Follow FollowUp }
	// Parked: a supervisor lets the day go on without the attempt.
	Parked struct{ By string }
	// Restored: the journal is an older one that was put back. What it knows
	// of an attempt that was open then may no longer be so.
	Restored struct{}
	// ClockMoved: somebody set the clock of this machine. The times so far prove
	// nothing by it, so that every wait begins anew.
	ClockMoved struct{}
)

func (Replied) event()         {}
func (Restarted) event()       {}
func (Probed) event()          {}
func (WaitOver) event()        {}
func (ReversalReplied) event() {}
func (Kept) event()            {}
func (GivenBack) event()       {}
func (ReturnBegun) event()     {}
func (ReturnEnded) event()     {}
func (Parked) event()          {}
func (Restored) event()        {}
func (ClockMoved) event()      {}

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
		if m.a.State != Unknown || m.a.revived() {
			return false
		}
		return m.reverse(map[bool]Cause{false: CauseWaitOver, true: CauseCancelled}[ev.Cancelled])
	case ReversalReplied:
		return m.a.State == Reversing && m.reversalReplied(ev.Answer)
	case Kept:
		return m.a.State == PartApproved && m.adopt()
	case GivenBack:
		return (m.a.State == PartApproved || m.a.State == Review) && m.reverse(CauseGivenBack)
	case ReturnBegun:
		return m.returnBegun(ev.ID)
	case ReturnEnded:
		return m.returnEnded(ev.Follow)
	case Parked:
		return m.parked(ev.By)
	case ClockMoved:
		if m.a.State.Final() || m.a.State == Sending {
			return false
		}
		m.a.Since, m.a.QuietSince, m.a.Clean = m.now, m.now, 0
		if m.a.Tries > 0 {
			m.a.LastTry = m.now
		}
		return true
	case Restored:
		if m.a.State.Final() {
			return false
		}
		m.a.QuietSince = m.now
		m.a.Return = ""
		m.grantNothing()
		return m.to(Unknown, CauseRestored)
	}
	return false
}

func (m *machine) to(s State, c Cause) bool {
	m.a.State, m.a.Cause, m.a.Since = s, c, m.now
	m.a.Tries, m.a.LastTry, m.a.Clean = 0, time.Time{}, 0
	if s.Dead() {
		m.grantNothing()
	}
	return true
}

// grantNothing: what is dead, or not yet judged, stands for no money.
// A card that nothing was granted on stays on no file.
func (m *machine) grantNothing() { m.a.Approved, m.a.Token = money.Amount{}, "" }

// adopt takes the decision for the charge. An order that is no longer open
// cannot take it: the charge goes back.
func (m *machine) adopt() bool {
	if m.o.State != Open || m.a.Decision == Reverse {
		return m.reverse(CauseOrderClosed)
	}
	m.a.Decision = Adopt
	m.o.State, m.o.PaidBy, m.o.Stored = PaidCard, m.a.Number, ""
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
		m.a.Token = e.Token
		return m.adopt()
	case PartApproved:
		m.note(e)
		m.a.Token = e.Token
		if m.a.Stored {
			return m.adopt() // nobody is there to ask, and the goods are gone
		}
		if m.o.State != Open || m.a.Decision == Reverse {
			return m.reverse(CauseOrderClosed)
		}
		if m.a.revived() {
			v.Cause = CauseRestored // kept, its slips are copies
		}
		return m.to(PartApproved, v.Cause)
	}
	if v.State != Unknown && v.State != NotSent {
		m.note(e)
	} else {
		m.a.Code, m.a.Message = e.Code, e.Message
	}
	// Nothing is granted in any other state, whatever the answer claims.
	m.grantNothing()
	return m.to(v.State, v.Cause)
}

// probed judges a look-up. What it means depends on whether the decision has
// been taken: before it a found charge is adopted, after it taken back. That
// nothing was found leads to a reversal, or counts from a horizon on.
func (m *machine) probed(f Finding) bool {
	switch m.a.State {
	case Unknown, Quarantine, Review:
	case OrphanReturn:
		if m.a.Return != "" {
			return false // the look may be older than what the return did
		}
	default:
		return false
	}
	m.a.Tries++
	m.a.LastTry = m.now
	switch {
	case f.Failed:
		return true
	case f.Impossible && m.a.revived():
		return m.to(Review, CauseRestored)
	case f.Impossible:
		return m.a.State != Unknown || m.reverse(CauseNoAnswer)
	case len(f.Hits) == 1:
		return m.found(f.Hits[0])
	case len(f.Hits) > 1:
		return m.foundMany(f.Hits)
	}
	return m.notFound(f.Started)
}

// notFound judges that the host has no row of the number.
func (m *machine) notFound(started time.Time) bool {
	switch m.a.State {
	case Unknown:
		if (m.a.Stored || m.a.revived()) && started.Before(m.a.QuietSince.Add(SearchLag)) {
			return true // found later it is adopted, and nobody waits at the counter
		}
		return m.reverse(CauseNotFound)
	case Quarantine:
		if !started.Before(m.a.QuietSince.Add(HardHorizon)) {
			return m.to(Absent, CauseNotFound)
		}
		if !started.Before(m.a.QuietSince.Add(SoftHorizon)) {
			m.a.Clean++
		}
	}
	return true
}

// foundMany judges several rows of one number, which the host should not have.
// Where all of it goes back, each is taken back in turn; otherwise a person
// decides, and nothing is adopted.
func (m *machine) foundMany(rows []Evidence) bool {
	m.a.Twice = true
	live := slices.DeleteFunc(slices.Clone(rows), func(e Evidence) bool { return Voided(e) || declined(e) })
	switch {
	case len(live) == 0:
		return m.gone(rows[0])
	case m.a.State == OrphanReturn:
		m.a.GUID, m.a.Owed = live[0].GUID, granted(live[0])
		return true
	case m.a.Decision == Reverse:
		m.a.GUID = live[0].GUID
		return m.reverse(m.a.Cause)
	case m.a.State == Review:
		return true
	}
	return m.to(Review, CauseMismatch)
}

// gone: the host's own row says that no money stands for the number.
func (m *machine) gone(e Evidence) bool {
	m.note(e)
	return m.to(Reversed, m.a.Cause)
}

// found judges the host's row of this number.
func (m *machine) found(e Evidence) bool {
	if Voided(e) {
		return m.gone(e)
	}
	v := Classify(m.a, e)
	if v.State == Unknown && declined(e) {
		// The code speaks of an earlier transaction, but this row is this
		// number's own, and it says that nothing was charged for it.
		v.State = Declined
	}
	switch {
	case v.State == Unknown && m.a.revived():
		return m.to(Review, CauseRestored)
	case v.State == Unknown, v.State == Review && m.a.State == Review:
		return true // no outcome, or the same contradiction: ask again
	case v.State == Review:
		return m.to(Review, CauseMismatch)
	case m.a.Decision == Undecided:
		return m.follow(v, e)
	case v.State != Approved && v.State != PartApproved:
		return m.to(Reversed, CauseDeclined)
	}
	m.a.GUID = e.GUID
	if m.a.State == OrphanReturn {
		m.a.Owed = granted(e)
		return true
	}
	return m.reverse(m.a.Cause)
}

// Voided reports that the host's row of a sale carries no money any more.
func Voided(e Evidence) bool {
	return approvedStatus(normalStatus(e.Status)) && e.Amount != nil && e.Amount.Minor > 0 &&
		e.Effective != nil && e.Effective.Minor == 0
}

func (m *machine) reversalReplied(answer ReversalAnswer) bool {
	switch answer {
	case ReversalDone:
		if m.a.Twice {
			return m.to(Quarantine, m.a.Cause) // there may be another row to take back
		}
		return m.to(Reversed, m.a.Cause)
	case ReversalNothing:
		return m.to(Quarantine, m.a.Cause)
	case ReversalSettled:
		m.a.Owed = money.Amount{} // what was owed before may have gone back since
		return m.to(OrphanReturn, CauseSettled)
	}
	m.a.Tries++
	m.a.LastTry = m.now
	return true
}

// parked takes note of a supervisor's word. What is done about the attempt, and
// when, stays as it is.
func (m *machine) parked(by string) bool {
	if m.a.State.Final() || m.a.State == Sending || m.a.State == PartApproved || m.a.Parked != "" {
		return false
	}
	m.a.Parked = by
	return true
}
