package reconcile

import (
	"time"

	"paydesk/terminal/order"
)

const (
	// margin is how far a comparison reaches back behind the one before: what
	// may still have changed since, and an hour for clocks that differ.
	margin = order.HardHorizon + order.SearchLag + time.Hour
	// shortest and longest bound the period; the longest only where there was no
	// comparison before.
	shortest = 24 * time.Hour
	longest  = 31 * 24 * time.Hour
)

// since is the beginning of the period that a comparison at now is about. It
// reaches back to the oldest thing that is not at its end, and over everything
// since the last complete comparison; without one, over the month. Where the
// journal was not put back, nothing before its own first payment is asked for:
// that was another's.
func since(now, reached, open, oldest time.Time, restored bool) time.Time {
	first := now.Add(-longest)
	from := reached.Add(-margin)
	if reached.IsZero() {
		from = first
		if !restored {
			from = now
			if !oldest.IsZero() {
				from = later(first, oldest.Add(-margin))
			}
		}
	}
	if !open.IsZero() && open.Before(from) && (!reached.IsZero() || open.After(first)) {
		from = open.Add(-margin)
	}
	return earlier(from, now.Add(-shortest))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
