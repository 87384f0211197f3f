package terminal

import (
	"context"
	"time"
)

// mindEvery is how often the clock of the day is held against the one that
// nobody sets.
const mindEvery = 30 * time.Second

// mindClock has the engine notice when somebody sets the clock.
func (t *Terminal) mindClock(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.opt.Clock.After(mindEvery):
			t.Engine.MindClock()
		}
	}
}
