package day

import (
	"sync/atomic"
	"time"

	"paydesk/terminal/clock"
)

const (
	// beat is how often the clock moves on, by the real time.
	beat = 2 * time.Millisecond
	// calm and hurried are how far it then moves: while the host is talked to, and
	// while nothing is to be done but to wait.
	calm, hurried = 20 * time.Millisecond, 2 * time.Second
)

// hurry is a clock that runs by itself, and faster than the real one.
type hurry struct {
	*clock.Virtual
	step atomic.Int64
	end  chan struct{}
	over chan struct{}
}

func newHurry(from time.Time) *hurry {
	h := &hurry{Virtual: clock.NewVirtual(from), end: make(chan struct{}), over: make(chan struct{})}
	h.step.Store(int64(calm))
	go func() {
		defer close(h.over)
		for {
			select {
			case <-h.end:
				return
			case <-(clock.Real{}).After(beat):
				h.Advance(time.Duration(h.step.Load()))
			}
		}
	}()
	return h
}

// pace is how far each beat goes from now on.
func (h *hurry) pace(step time.Duration) { h.step.Store(int64(step)) }

func (h *hurry) stop() {
	close(h.end)
	<-h.over
}
