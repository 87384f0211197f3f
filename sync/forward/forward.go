// Package forward sends the sales that were taken while the host was away, once
// it is back: the oldest first, one at a time, after whatever is being charged at
// the counter, and never two within a minute that the host could take for one.
// It keeps nothing and decides nothing about a sale: what waits lies in the
// journal, so that a restart goes on where a crash stopped.
package forward

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// Desk is whose stored sales are forwarded. Its methods are safe for many
// goroutines.
type Desk interface {
	// StoredWaiting goes through what could be sent, oldest first, each with the
	// time when a payment that the host may take for it was last on the wire.
	// Nothing of the desk may be called meanwhile.
	StoredWaiting() iter.Seq2[order.Stored, time.Time]
	// ForwardFree reports that nothing comes first and that the host is there.
	ForwardFree() bool
	// Forward records in one step what became of the one whose exchange is over,
	// and the intent to send the next; either may be "". It reports whether the
	// next is ready.
	Forward(ctx context.Context, over, next string) (ready bool, err error)
	// ForwardSend sends the one that is ready, and reports a clear answer.
	ForwardSend(id string) (clear bool)
	// ForwardHold says that the one that is ready is not sent: its exchange is
	// over, and Forward records that nothing left.
	ForwardHold(id string)
	// ForwardRest is called when nothing is on its way.
	ForwardRest(ctx context.Context) error
	// ForwardWake is signalled when something may have changed.
	ForwardWake() <-chan struct{}
}

// Runner forwards the stored sales of one desk.
type Runner struct {
	Desk  Desk
	Clock clock.Clock
	Log   *slog.Logger
}

// The pause after an exchange without a clear answer, doubled each time.
const (
	firstPause  = time.Second
	longestWait = 5 * time.Minute
)

// run is the state of one Run. While the sale ready is on the wire, the end of
// the one before and the intent of the one behind are committed together: the
// disk works while the host does.
type run struct {
	Runner
	over  string // its exchange is over and not recorded
	ready string // its intent is in the journal, nothing has left
	pause time.Duration
	until time.Time // the end of the pause
}

// Run forwards what waits until ctx ends. It returns when nothing is on the
// wire any more and its outcome is recorded.
func (r Runner) Run(ctx context.Context) {
	s := run{Runner: r}
	for ctx.Err() == nil {
		if s.step(ctx) {
			continue
		}
		s.record(ctx, "")
		if s.ready == "" {
			s.log(r.Desk.ForwardRest(ctx))
		}
		select {
		case <-ctx.Done():
		case <-r.Desk.ForwardWake():
		case <-s.timer():
		}
	}
	s.giveUp(context.WithoutCancel(ctx))
}

// step sends one stored sale. It reports whether another may follow at once.
func (s *run) step(ctx context.Context) bool {
	if !s.Desk.ForwardFree() || s.Clock.Now().Before(s.until) {
		return false
	}
	if s.ready == "" {
		next, _ := s.next()
		if next == "" {
			return false
		}
		s.record(ctx, next)
		if again, _ := s.next(); s.ready == "" && again == next {
			s.backOff() // somebody else has it in hand
		}
		return true
	}
	sending := s.ready
	s.ready = ""
	done := make(chan bool, 1)
	go func() { done <- s.Desk.ForwardSend(sending) }()
	next, _ := s.next()
	s.record(ctx, next)
	clear := <-done
	s.over = sending
	if clear {
		s.pause = 0
		return true
	}
	s.giveUp(ctx)
	s.backOff()
	return false
}

// next is the oldest that may be sent now, and otherwise when the first of them
// may; zero where none waits.
func (s *run) next() (id string, at time.Time) {
	now := s.Clock.Now()
	for stored, alike := range s.Desk.StoredWaiting() {
		due, ok := order.NextStored(stored)
		if !ok {
			continue
		}
		if apart := alike.Add(order.AlikePause); !alike.IsZero() && apart.After(due) {
			due = apart
		}
		if !due.After(now) {
			return stored.ID, now
		}
		if at.IsZero() || due.Before(at) {
			at = due
		}
	}
	return "", at
}

// record commits what is over and the intent of the next.
func (s *run) record(ctx context.Context, next string) {
	if s.over == "" && next == "" {
		return
	}
	ready, err := s.Desk.Forward(ctx, s.over, next)
	s.over = ""
	if ready {
		s.ready = next
	}
	if err != nil { // the disk may be full
		s.log(err)
		s.backOff()
	}
}

func (s *run) log(err error) {
	if err != nil {
		s.Log.Warn("stored sales cannot be forwarded now", "err", err)
	}
}

func (s *run) backOff() {
	s.pause = min(max(2*s.pause, firstPause), longestWait)
	s.until = s.Clock.Now().Add(s.pause)
}

// giveUp records what is over, and of what is ready that nothing left.
func (s *run) giveUp(ctx context.Context) {
	s.record(ctx, "")
	if s.ready != "" {
		s.Desk.ForwardHold(s.ready)
		s.over, s.ready = s.ready, ""
		s.record(ctx, "")
	}
}

// timer fires when something is due; it is nil, and never fires, where nothing
// is, or where something else comes first.
func (s *run) timer() <-chan time.Time {
	if !s.Desk.ForwardFree() {
		return nil
	}
	_, at := s.next()
	if s.until.After(at) && !at.IsZero() {
		at = s.until
	}
	if at.IsZero() {
		return nil
	}
	return s.Clock.After(at.Sub(s.Clock.Now()))
}
