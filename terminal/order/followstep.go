package order

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// FollowEvent is something that happened to a follow-up: one of the types
// below, or Restarted, Restored, ClockMoved or Parked. The set is closed.
type FollowEvent interface{ followEvent() }

// The events of follow-ups.
type (
	// FollowReplied: the exchange ended, with or without an answer.
	FollowReplied struct{ Evidence Evidence }
	// FollowProbed: the host was asked whether it did it.
	FollowProbed struct{ Finding Finding }
	// SentAgain: a void that the host was found not to have is about to be
	// sent once more.
	SentAgain struct{}
)

func (FollowReplied) followEvent() {}
func (FollowProbed) followEvent()  {}
func (SentAgain) followEvent()     {}
func (Restarted) followEvent()     {}
func (Restored) followEvent()      {}
func (ClockMoved) followEvent()    {}
func (Parked) followEvent()        {}

// BeginFollow makes a follow-up that is about to be sent. It must be in the
// journal before the first byte leaves.
func BeginFollow(f FollowUp, now time.Time) FollowUp {
	f.Version, f.State = 1, FollowSending
	f.Created, f.Since = now, now
	return f
}

// StepFollow applies an event that happened at now. It returns the changed
// copy, or ErrNotAllowed and the follow-up as it was.
//
// A return, a capture or a card that was made is never sent twice: two of them
// may both succeed. A second void of the same sale does no harm, since the
// first one leaves nothing to undo.
func StepFollow(f FollowUp, ev FollowEvent, now time.Time) (FollowUp, error) {
	m := followMachine{f: f, now: now}
	if !m.apply(ev) {
		return f, fmt.Errorf("%w (%T of a %s while %s)", ErrNotAllowed, ev, f.Act, f.State)
	}
	m.f.Version++
	return m.f, nil
}

type followMachine struct {
	f   FollowUp
	now time.Time
}

func (m *followMachine) apply(ev FollowEvent) bool {
	switch ev := ev.(type) {
	case FollowReplied:
		return m.f.State == FollowSending && m.replied(ev.Evidence)
	case Restarted:
		if m.f.State != FollowSending {
			return false
		}
		m.f.QuietSince = m.now
		return m.to(FollowUnknown, CauseRestart)
	case ClockMoved:
		if m.f.State.Final() || m.f.State == FollowSending {
			return false
		}
		m.f.Since, m.f.QuietSince = m.now, m.now
		if m.f.Tries > 0 {
			m.f.LastTry = m.now
		}
		return true
	case Restored:
		if m.f.State.Final() {
			return false
		}
		m.f.QuietSince = m.now
		return m.to(FollowUnknown, CauseRestored)
	case Parked:
		if (m.f.State != FollowUnknown && m.f.State != FollowReview) || m.f.Parked != "" {
			return false
		}
		m.f.Parked = ev.By
		return true
	case FollowProbed:
		return m.probed(ev.Finding)
	case SentAgain:
		if !sendsAgain(m.f) {
			return false
		}
		m.f.Sends++
		return m.to(FollowSending, CauseNone)
	}
	return false
}

// to enters a state. What cannot be asked about does not stay unknown: a check
// moved nothing and is made again, a card that was perhaps issued needs a
// person.
func (m *followMachine) to(s FollowState, c Cause) bool {
	if s == FollowUnknown {
		switch m.f.Act {
		case Check:
			s = FollowAbsent
		case Issue:
			s = FollowReview
		}
	}
	m.f.State, m.f.Cause, m.f.Since = s, c, m.now
	m.f.Tries, m.f.LastTry = 0, time.Time{}
	return true
}

func (m *followMachine) note(e Evidence) {
	for _, n := range []struct {
		to   *string
		from string
	}{{&m.f.GUID, e.GUID}, {&m.f.Made, e.Made}, {&m.f.AuthCode, e.AuthCode}, {&m.f.Reference, e.Reference},
		{&m.f.Batch, e.Batch}} {
		if n.from != "" {
			*n.to = n.from
		}
	}
	m.f.Code, m.f.Message = e.Code, e.Message
}

func (m *followMachine) replied(e Evidence) bool {
	m.f.QuietSince = m.now
	v := ClassifyFollow(m.f, e)
	switch v.State {
	case FollowDone, FollowReview:
		m.note(e)
		if v.State == FollowDone && m.f.Act == Check {
			m.f.Token = e.Token
		}
	default:
		m.f.Code, m.f.Message = e.Code, e.Message
		if m.f.Sends > 0 {
			// This request was not carried out; an earlier one still may be.
			v.State = FollowUnknown
		}
	}
	return m.to(v.State, v.Cause)
}

// probed judges a look at what the host did.
func (m *followMachine) probed(q Finding) bool {
	if m.f.State != FollowUnknown && m.f.State != FollowReview {
		return false
	}
	m.f.Tries++
	m.f.LastTry = m.now
	late := !q.Started.Before(m.f.QuietSince.Add(HardHorizon))
	switch {
	case q.Failed:
		return true
	case q.Impossible:
		if m.f.State == FollowUnknown && late {
			return m.to(FollowReview, CauseNoLook)
		}
		return true
	case m.f.State == FollowReview && len(q.Hits) != 1 && m.f.Cause != CauseNoLook:
		return true // the contradiction stands; one row alone would end it
	case len(q.Hits) > 0:
		return m.found(q.Hits, late)
	}
	return m.notFound(q.Started, late)
}

// found judges the host's rows of the follow-up.
func (m *followMachine) found(rows []Evidence, late bool) bool {
	if len(rows) > 1 && m.f.Act != Void {
		return m.to(FollowReview, CauseMismatch)
	}
	// Of a void that was sent again there may be several rows; one that was
	// carried out is enough.
	best := slices.MaxFunc(rows, func(a, b Evidence) int { return cmp.Compare(m.weight(a), m.weight(b)) })
	v := m.row(best)
	if v.State == FollowReview && m.f.State == FollowReview {
		return true
	}
	switch v.State {
	case FollowDone, FollowReview:
		m.note(best)
		return m.to(v.State, v.Cause)
	case FollowRefused:
		m.f.Code, m.f.Message = best.Code, best.Message
		if m.f.Sends == 0 || late {
			return m.to(FollowRefused, v.Cause)
		}
	}
	return true // recorded without an outcome, or another may come: ask again
}

// row judges one row. Of a void it may be the row of what was voided, which
// tells by itself. A duplicate code speaks of an earlier transaction, but this
// row is the follow-up's own, and it says that nothing was done.
func (m *followMachine) row(e Evidence) FollowVerdict {
	v := ClassifyFollow(m.f, shown(e))
	switch {
	case v.State == FollowUnknown && m.f.Act == Void && e.Target != "" && Voided(e):
		return FollowVerdict{State: FollowDone}
	case v.State == FollowUnknown && declined(e):
		return FollowVerdict{FollowRefused, CauseDeclined}
	}
	return v
}

// shown reads a row of a search that does not tell whether it was processed,
// as those of the current dialect. There the second fact beside the approved
// status is the processor's code, or that the whole amount has effect. A sale
// is not read that way: it has a safe end without being adopted, a reversal,
// while a follow-up that was done can only be found to be done.
func shown(e Evidence) Evidence {
	whole := e.Code == "" && e.Amount != nil && e.Effective != nil && *e.Amount == *e.Effective && e.Amount.Minor > 0
	if e.Processed != nil || !approvedStatus(normalStatus(e.Status)) || !whole && e.Code != "A0000" && e.Code != "A0014" {
		return e
	}
	yes := true
	e.Processed = &yes
	if whole {
		e.Code = "A0000"
	}
	return e
}

func (m *followMachine) weight(e Evidence) int {
	return map[FollowState]int{FollowRefused: 0, FollowUnknown: 1, FollowReview: 2, FollowDone: 3}[m.row(e).State]
}

func (m *followMachine) notFound(started time.Time, late bool) bool {
	if answered(m.f.Cause) {
		// The host did answer, so nothing is in flight; but "already done" may
		// speak of a row that its search does not show yet.
		if late || m.f.Sends == 0 && !started.Before(m.f.QuietSince.Add(SearchLag)) {
			return m.to(FollowRefused, m.f.Cause)
		}
		return true
	}
	if late {
		return m.to(FollowAbsent, CauseNotFound)
	}
	m.f.Cause = CauseNotFound
	return true
}

// answered reports that the host said of the newest request that it was not
// carried out.
func answered(c Cause) bool {
	switch c {
	case CauseDuplicate, CauseDeclined, CauseSettled, CauseNotSettled, CauseBadRequest, CauseLogin:
		return true
	}
	return false
}

// maxSends is how often a void is sent again by itself.
const maxSends = 3

// sendsAgain reports that a look found the void undone, and that it may go out
// once more.
func sendsAgain(f FollowUp) bool {
	return f.Act == Void && f.State == FollowUnknown && f.Cause == CauseNotFound && f.Sends < maxSends
}

// NextFollow says what is to be done for a follow-up, and from when on.
func NextFollow(f FollowUp) (Action, time.Time) {
	switch {
	case sendsAgain(f):
		// A request that is only late is given some time.
		return DoSend, f.LastTry.Add(backOff(f.Sends + 4))
	case f.State == FollowUnknown && f.Tries == 0:
		return DoQuery, f.Since
	case f.State == FollowUnknown:
		at := f.LastTry.Add(backOff(f.Tries))
		for _, wait := range []time.Duration{SearchLag, HardHorizon} {
			// The moment from which on a look proves something is not missed.
			if proof := f.QuietSince.Add(wait); f.LastTry.Before(proof) && at.After(proof) {
				return DoQuery, proof
			}
		}
		return DoQuery, at
	case f.State == FollowReview && f.Act != Issue:
		return DoQuery, latest(f.Since, f.LastTry).Add(time.Hour)
	}
	return DoNothing, time.Time{}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
