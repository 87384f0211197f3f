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
	// Forward records in one step what became of those whose exchange is over,
	// and the intents to send the next. It returns which of these are ready.
	Forward(ctx context.Context, over, next []string) (ready []string, err error)
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

// most is how many intents one commit may hold.
const most = 16

// run is the state of one Run. While the sales that are ready go out, one behind
// the other, the ends of those before and the intents of those behind are
// committed together: the disk works while the host does. How many go into one
// commit follows from which of the two is quicker; with a host that takes longer
// than the disk it is one.
type run struct {
	Runner
	over   []string // their exchanges are over and not recorded
	ready  []string // their intents are in the journal, nothing has left
	window int      // intents in the next commit
	pause  time.Duration
	until  time.Time // the end of the pause
}

// Run forwards what waits until ctx ends. It returns when nothing is on the
// wire any more and its outcome is recorded.
func (r Runner) Run(ctx context.Context) {
	s := run{Runner: r, window: 1}
	for ctx.Err() == nil {
		if s.step(ctx) {
			continue
		}
		s.record(ctx, nil)
		if len(s.ready) == 0 {
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

// step sends what is ready. It reports whether more may follow at once.
func (s *run) step(ctx context.Context) bool {
	if !s.Desk.ForwardFree() || s.Clock.Now().Before(s.until) {
		return false
	}
	next, _ := s.next(s.window)
	if len(s.ready) == 0 {
		if len(next) == 0 {
			return false
		}
		s.record(ctx, next)
		if again, _ := s.next(1); len(s.ready) == 0 && len(again) > 0 && again[0] == next[0] {
			s.backOff() // somebody else has it in hand
		}
		return true
	}
	going, over := s.ready, s.over
	s.ready, s.over = nil, nil
	recorded := make(chan struct{})
	go func() {
		defer close(recorded)
		s.commit(ctx, over, next)
	}()
	sent, ahead, clear := s.send(ctx, going, recorded)
	<-recorded
	s.over = going[:sent]
	s.ready = append(going[sent:], s.ready...)
	if ahead == len(going) { // the host was quicker
		s.window = min(2*s.window, most)
	} else {
		s.window = max(s.window-1, 1)
	}
	if !clear {
		s.giveUp(ctx)
		s.backOff()
		return false
	}
	if !s.Clock.Now().Before(s.until) {
		s.pause = 0
	}
	return true
}

// send sends one behind the other, until something else comes first or an
// answer is not clear. It reports how many went out, and how many of them came
// back before the commit beside them was done.
func (s *run) send(ctx context.Context, ids []string, recorded <-chan struct{}) (sent, ahead int, clear bool) {
	clear = true
	for sent < len(ids) && clear && (sent == 0 || ctx.Err() == nil && s.Desk.ForwardFree()) {
		clear = s.Desk.ForwardSend(ids[sent])
		sent++
		select {
		case <-recorded:
		default:
			ahead++
		}
	}
	return sent, ahead, clear
}

// next are the oldest that may be sent now, n at most, and otherwise when the
// first of them may; zero where none waits.
func (s *run) next(n int) (ids []string, at time.Time) {
	now := s.Clock.Now()
	picked := map[string]bool{}
	for stored, alike := range s.Desk.StoredWaiting() {
		due, ok := order.NextStored(stored)
		if !ok {
			continue
		}
		if apart := alike.Add(order.AlikePause); !alike.IsZero() && apart.After(due) {
			due = apart
		}
		mark := order.Alike(stored.Brand, stored.Last4, stored.Amount)
		switch {
		case due.After(now):
			if at.IsZero() || due.Before(at) {
				at = due
			}
		case !picked[mark]:
			picked[mark] = true
			if ids = append(ids, stored.ID); len(ids) == n {
				return ids, now
			}
		}
	}
	if len(ids) > 0 {
		at = now
	}
	return ids, at
}

// record commits what is over and the intents of the next.
func (s *run) record(ctx context.Context, next []string) {
	over := s.over
	s.over = nil
	s.commit(ctx, over, next)
}

func (s *run) commit(ctx context.Context, over, next []string) {
	if len(over)+len(next) == 0 {
		return
	}
	ready, err := s.Desk.Forward(ctx, over, next)
	s.ready = append(s.ready, ready...)
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
	s.record(ctx, nil)
	for _, id := range s.ready {
		s.Desk.ForwardHold(id)
	}
	s.over, s.ready = s.ready, nil
	s.record(ctx, nil)
}

// timer fires when something is due; it is nil, and never fires, where nothing
// is, or where something else comes first.
func (s *run) timer() <-chan time.Time {
	if !s.Desk.ForwardFree() {
		return nil
	}
	_, at := s.next(1)
	if s.until.After(at) && !at.IsZero() {
		at = s.until
	}
	if at.IsZero() {
		return nil
	}
	return s.Clock.After(at.Sub(s.Clock.Now()))
}
