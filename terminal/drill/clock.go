package drill

import (
	"time"

	"paydesk/terminal/clock"
)

// wall is the terminal's clock: it tells the time of day, which somebody may
// set, above the time that really passes, which is the host's.
type wall struct {
	*clock.Virtual
	offset time.Duration
}

// Now implements clock.Clock.
func (w *wall) Now() time.Time { return w.Virtual.Now().Add(w.offset) }

// real is the time that really passes.
func (w *wall) real() time.Time { return w.Virtual.Now() }
