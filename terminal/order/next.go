package order

import "time"

// The times of the recovery rules.
const (
	// WaitFor is how long the customer is asked to wait for a lost answer
	// before the charge is taken back.
	WaitFor = 20 * time.Second
	// StoredWaitFor is the same for a sale that was stored: nobody waits, and
	// what is found until then is adopted.
	StoredWaitFor = 2 * SearchLag
	// SoftHorizon is how long after the request quarantine begins to be a
	// likely absence, and softLooks how many looks behind it must find nothing
	// before the order may be tried again with consent.
	SoftHorizon = 90 * time.Second
	softLooks   = 2
	// HardHorizon is the longest life of a request inside the service (30
	// minutes) with a margin: a question begun after it and answered "not
	// there" proves absence.
	HardHorizon = 36 * time.Minute
	// SearchLag is the longest time until the host's search shows what was
	// done.
	SearchLag = 5 * time.Minute
	// AlarmAfter is how long, and AlarmTries how often, a reversal may go
	// unanswered before the operator is told.
	AlarmAfter = 15 * time.Minute
	AlarmTries = 6
)

// probeTimes are the looks during quarantine, counted from its beginning.
var probeTimes = []time.Duration{30 * time.Second, 90 * time.Second, 5 * time.Minute, 15 * time.Minute}

// Action is what the engine does next for an attempt.
type Action string

// The actions.
const (
	// DoNothing: the attempt is at its end, or waits for a person.
	DoNothing Action = "nothing"
	// DoQuery: ask the host for the number.
	DoQuery Action = "query"
	// DoGiveUp: the wait is over; record it.
	DoGiveUp Action = "give-up"
	// DoReverse: send the timeout reversal.
	DoReverse Action = "reverse"
	// DoSend: send the void again that the host was found not to have.
	DoSend Action = "send"
	// DoReturn: begin the return of an orphan.
	DoReturn Action = "return"
)

// Next says what is to be done for an attempt and from when on. An attempt in
// a state that is neither final nor waiting for a person always has a next
// action; nothing is ever given up on.
func Next(a Attempt) (Action, time.Time) {
	switch a.State {
	case Unknown:
		end := a.Since.Add(waitFor(a))
		at := a.Since
		if a.Tries > 0 {
			at = a.LastTry.Add(backOff(a.Tries))
		}
		if at.Before(end) || a.revived() {
			return DoQuery, at
		}
		return DoGiveUp, end
	case Reversing:
		if a.Tries == 0 {
			return DoReverse, a.Since
		}
		return DoReverse, a.LastTry.Add(backOff(a.Tries))
	case Quarantine:
		return DoQuery, quarantineProbe(a)
	case OrphanReturn:
		return nextOrphan(a)
	case Review:
		if a.Tries == 0 {
			return DoQuery, a.Since.Add(time.Minute)
		}
		return DoQuery, a.LastTry.Add(time.Hour)
	}
	return DoNothing, time.Time{}
}

func waitFor(a Attempt) time.Duration {
	if a.Stored {
		return StoredWaitFor
	}
	return WaitFor
}

// backOff is 1, 2, 4 … 60 seconds, and five minutes from then on.
func backOff(tries int) time.Duration {
	if tries > 7 {
		return 5 * time.Minute
	}
	return min(time.Second<<(tries-1), time.Minute)
}

func quarantineProbe(a Attempt) time.Time {
	if a.Tries < len(probeTimes) {
		at := a.Since.Add(probeTimes[a.Tries])
		if at.After(a.LastTry) {
			return at
		}
	}
	hard := a.QuietSince.Add(HardHorizon)
	if later := a.LastTry.Add(5 * time.Minute); later.After(hard) {
		return later
	}
	return hard
}

// Alarming reports whether a person should be told that the attempt is stuck.
func Alarming(a Attempt, now time.Time) bool {
	switch a.State {
	case Review:
		return true
	case Reversing, OrphanReturn:
		return a.Tries >= AlarmTries || now.Sub(a.Since) >= AlarmAfter
	}
	return false
}
