// Package clock is the only place that reads the time of day: the real clock
// for the program, a virtual one for tests.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time and wakes its callers. It is safe for many goroutines.
type Clock interface {
	// Now is the present moment, with a zone for people.
	Now() time.Time
	// After sends once on the channel when d has passed. A d of zero or less
	// sends at once.
	After(d time.Duration) <-chan time.Time
	// Steady is the time since some moment of this run, by a clock that nobody
	// sets. It may stand still while the machine sleeps.
	Steady() time.Duration
}

// Real is the system's clock.
type Real struct{}

// Now implements Clock.
func (Real) Now() time.Time { return time.Now() }

// begun is the moment that Steady counts from.
var begun = time.Now()

// Steady implements Clock.
func (Real) Steady() time.Duration { return time.Since(begun) }

// After implements Clock.
func (Real) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Virtual is a clock that stands still until it is told to move.
type Virtual struct {
	mu      sync.Mutex
	now     time.Time
	passed  time.Duration
	waiting []waiter
}

type waiter struct {
	due time.Time
	ch  chan time.Time
}

// NewVirtual makes a clock that shows start.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: start} }

// Now implements Clock.
func (v *Virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// After implements Clock.
func (v *Virtual) After(d time.Duration) <-chan time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	w := waiter{due: v.now.Add(d), ch: make(chan time.Time, 1)}
	if d <= 0 {
		w.ch <- v.now
		return w.ch
	}
	v.waiting = append(v.waiting, w)
	return w.ch
}

// Steady implements Clock.
func (v *Virtual) Steady() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.passed
}

// Set sets the time of day, as somebody may set a computer's. It wakes nobody,
// and Steady stays.
func (v *Virtual) Set(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.waiting {
		v.waiting[i].due = v.waiting[i].due.Add(now.Sub(v.now))
	}
	v.now = now
}

// Advance moves the clock forward and wakes everybody whose time has come.
func (v *Virtual) Advance(d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(d)
	v.passed += d
	left := v.waiting[:0]
	for _, w := range v.waiting {
		if w.due.After(v.now) {
			left = append(left, w)
			continue
		}
		w.ch <- v.now
	}
	v.waiting = left
}
