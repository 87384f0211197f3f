package drill

import (
	"time"

	"paydesk/terminal/clock"
)

// wall is the terminal's clock, which somebody sets; the host has the time that
// really passes.
type wall struct {
	*clock.Virtual
	// steady is what Steady tells the terminal; the time that really passes,
	// unless a test breaks it.
	steady func(*wall) time.Duration
}

// Steady implements clock.Clock.
func (w *wall) Steady() time.Duration {
	if w.steady != nil {
		return w.steady(w)
	}
	return w.Virtual.Steady()
}

// real is the time that really passes.
func (w *wall) real() time.Time { return start.Add(w.Virtual.Steady()) }
