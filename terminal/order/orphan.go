package order

import (
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// An orphan is a charge of ours that nobody wants: the decision was to take it
// back, and the host settled it first. Its money goes back by a return, which
// is a follow-up like any other: it has a number of its own, goes out once, and
// is looked for to the end before the next one begins.

// refusedPause is the time until a return that the host refused is tried again.
const refusedPause = time.Hour

// nextOrphan says what is due: to learn what the host has, then to return it.
// While a return is on its way, that one is what is being worked at.
func nextOrphan(a Attempt) (Action, time.Time) {
	at := a.Since
	if a.Tries > 0 {
		at = a.LastTry.Add(backOff(a.Tries))
	}
	switch {
	case a.Return != "":
		return DoNothing, time.Time{}
	case a.GUID == "" || a.Owed.Minor == 0:
		return DoQuery, at
	case a.Cause == CauseRefused:
		return DoReturn, a.LastTry.Add(refusedPause)
	}
	return DoReturn, a.Since
}

// granted is what the host's row stands for.
func granted(e Evidence) money.Amount {
	switch {
	case e.Effective != nil:
		return *e.Effective
	case e.Amount != nil:
		return *e.Amount
	}
	return money.Amount{}
}

// TakeBack is the follow-up that takes a charge of an attempt back which
// nobody wants. It must be in the journal, as must ReturnBegun, before it is
// sent.
func TakeBack(a Attempt, act Act, id, guid string, amount money.Amount, now time.Time) FollowUp {
	return BeginFollow(FollowUp{ID: id, Act: act, Of: a.Number, Device: a.Device, Amount: amount,
		Target:   Target{Kind: a.Kind, GUID: guid, Number: a.Number, Device: a.Device},
		Operator: ActorTerminal, Brand: a.Brand, Last4: a.Last4}, now)
}

// MayTakeBack decides how a charge is taken back that stands at the host for a
// dead attempt, and how much of it: row is the host's own row of it. A void is
// tried first unless the batch is known to be closed; what the host said to
// that decides about the next try.
func MayTakeBack(a Attempt, follows []FollowUp, row Evidence, closed bool) (Act, money.Amount, error) {
	amount := granted(row)
	if !a.State.Dead() || row.Number != a.Number || row.GUID == "" || Voided(row) || !approvedStatus(normalStatus(row.Status)) {
		return "", amount, ErrNotAllowed
	}
	act := Void
	if closed {
		act = Return
	}
	for _, f := range follows {
		switch {
		case !f.State.Final(), f.State == FollowDone && f.Act == Void:
			return "", amount, ErrNotAllowed
		case f.State == FollowDone && f.Act == Return:
			amount.Minor -= f.Amount.Minor
		case f.State == FollowRefused && f.Cause == CauseSettled:
			act = Return
		case f.State == FollowRefused && f.Cause == CauseNotSettled:
			act = Void
		}
	}
	if amount.Minor <= 0 || amount.Currency != a.Asked.Currency {
		return "", amount, ErrNotAllowed
	}
	return act, amount, nil
}

// Returning finds the return of an orphan among its follow-ups that is on its
// way, or done, without the orphan's knowing of it: an older journal was put back
// meanwhile. It is to be taken up, so that no second one goes out.
func Returning(a Attempt, follows []FollowUp) (FollowUp, bool) {
	i := slices.IndexFunc(follows, func(f FollowUp) bool {
		return f.Act == Return && strings.EqualFold(f.Target.GUID, a.GUID) && (f.State == FollowDone || !f.State.Final())
	})
	if i < 0 {
		return FollowUp{}, false
	}
	return follows[i], true
}

func (m *machine) returnBegun(id string) bool {
	if act, _ := Next(m.a); m.a.State != OrphanReturn || act != DoReturn || id == "" {
		return false
	}
	m.a.Return = id
	return true
}

// returnEnded judges the end of the return. Whatever it was, what the host has
// is looked at anew before another one goes out.
func (m *machine) returnEnded(f FollowUp) bool {
	if m.a.State != OrphanReturn || f.ID != m.a.Return || !f.State.Final() {
		return false
	}
	m.a.Return = ""
	switch {
	case f.State == FollowDone && m.a.Twice:
		m.a.Owed = money.Amount{}
		return m.to(Quarantine, CauseSettled) // there may be another row to take back
	case f.State == FollowDone:
		return m.to(Returned, CauseSettled)
	}
	if f.State == FollowRefused && f.Cause == CauseNotSettled {
		return m.reverse(CauseNotSettled)
	}
	m.a.Owed = money.Amount{}
	m.a.Cause = CauseSettled
	if f.State == FollowRefused {
		m.a.Cause = CauseRefused
	}
	m.a.Tries++
	m.a.LastTry = m.now
	return true
}
