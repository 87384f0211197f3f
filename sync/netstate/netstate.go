// Package netstate tells whether the payment host can be reached. It watches
// the line that is held to it, what becomes of real exchanges, and, seldom, a
// full question to the host; and makes of them one state that is shown and
// that decides whether a sale must be stored: when the host was lost, or what
// the trouble with it is.
package netstate

import (
	"context"
	"sync/atomic"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// Line is the way to the host.
type Line interface {
	// Hold keeps a connection ready until ctx ends or another host takes this
	// one's place. It calls told with nil each time that a connection stands
	// anew, and with a sentence that says what to do each time that none
	// stands and none can be made, about once a second. It calls heard with the
	// stage of each exchange, from any goroutine.
	Hold(ctx context.Context, told func(error), heard func(order.Stage))
	// Ping asks the host for something that only the account gets, and ends by
	// a deadline of its own. Its error is a sentence that says what to do;
	// answered tells whether anything came back at all.
	Ping(ctx context.Context) (answered bool, err error)
}

// State is how the host is. The zero State is that all is well.
type State struct {
	// Lost is the moment since which the host cannot be reached; it is zero
	// while it can.
	Lost time.Time
	// Trouble is a sentence that says what is wrong and what to do, "" where
	// nothing is. There may be trouble with a host that can be reached: it may
	// not take the password.
	Trouble string
}

const (
	// pingWell is the pause between two questions while all is well, pingLeast
	// that behind the first one in vain, which doubles up to pingWell: a
	// sign-in that is refused too often locks an account.
	pingWell  = 30 * time.Second
	pingLeast = 3 * time.Second
	// settle is how long a connection has to stand before a lost host counts
	// as back, so that one that takes connections only to drop them does not.
	settle = time.Second
)

// Watch watches one line.
type Watch struct {
	Line  Line
	Clock clock.Clock
	// Tell gets each new state, one at a time, from the goroutine of Run. It
	// is also called where an exchange may have been shown as the state since.
	Tell func(State)
}

// Run watches until ctx ends. It returns when nothing is under way any more.
func (w *Watch) Run(ctx context.Context) {
	for ctx.Err() == nil {
		w.host(ctx)
	}
}

// host watches one host, until another one takes its place.
func (w *Watch) host(ctx context.Context) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	r := &run{Watch: w, line: make(chan error), pinged: make(chan pinged), doubt: make(chan struct{}, 1)}
	held := make(chan struct{})
	go func() {
		defer close(held)
		w.Line.Hold(ctx, func(err error) {
			select {
			case r.line <- err:
			case <-ctx.Done():
			}
		}, r.heard)
	}()
	r.until(ctx, held)
	end()
	<-held
	if r.asking {
		<-r.pinged
	}
}

// pinged is what came of one question.
type pinged struct {
	answered bool
	err      error
}

// run is the watch over one host. What needs no lock belongs to its goroutine.
type run struct {
	*Watch
	line   chan error
	pinged chan pinged
	// doubt is signalled by an exchange that does not fit what is shown.
	doubt chan struct{}
	well  atomic.Bool

	state  State
	stands bool             // a connection does, or did when it was last told
	silent time.Time        // when the first question in a row was not answered
	pause  time.Duration    // behind the next question in vain
	asking bool             // a question is under way
	stale  bool             // … from before the host was lost
	back   <-chan time.Time // fires when a lost host counts as back
	due    <-chan time.Time // fires when the host is to be asked
}

// heard looks at an exchange: an answer while there is trouble, or none while
// there is not, is worth a question.
func (r *run) heard(s order.Stage) {
	if (s == order.Answered) == r.well.Load() {
		return
	}
	select {
	case r.doubt <- struct{}{}:
	default:
	}
}

func (r *run) until(ctx context.Context, held <-chan struct{}) {
	r.pause = pingLeast
	for {
		select {
		case <-ctx.Done():
			return
		case <-held:
			return
		case err := <-r.line:
			r.noteLine(ctx, err)
		case <-r.back:
			r.back, r.pause = nil, pingLeast
			r.show(State{})
			r.ask(ctx)
		case <-r.doubt:
			r.ask(ctx)
		case <-r.due:
			r.ask(ctx)
		case p := <-r.pinged:
			r.asking = false
			if r.stale {
				r.stale = false
				r.ask(ctx)
			} else {
				r.notePing(p)
			}
		}
	}
}

// noteLine takes up that a connection stands, or that none can be made.
func (r *run) noteLine(ctx context.Context, err error) {
	if err != nil {
		r.stands, r.silent, r.back, r.due, r.stale = false, time.Time{}, nil, nil, r.asking
		r.lose(r.Clock.Now(), err)
		return
	}
	stood := r.stands
	r.stands = true
	switch {
	case stood: // a newer connection in place of an older one
	case r.state.Lost.IsZero(): // the first one
		r.ask(ctx)
	default:
		r.back = r.Clock.After(settle)
	}
}

// ask puts a question to the host, one at a time, and none to a host that is
// not there.
func (r *run) ask(ctx context.Context) {
	if r.asking || !r.stands || r.back != nil {
		return
	}
	r.asking, r.due = true, nil
	go func() {
		answered, err := r.Line.Ping(ctx)
		r.pinged <- pinged{answered, err}
	}()
}

// notePing takes up what came of a question. A host that takes connections but
// twice in a row does not answer is lost as well.
func (r *run) notePing(p pinged) {
	select {
	case <-r.doubt: // that was about this question, or is settled by it
	default:
	}
	if p.answered {
		r.silent = time.Time{}
	}
	pause := pingWell
	switch first := r.silent.IsZero(); {
	case p.err == nil:
		r.pause = pingLeast
		r.show(State{})
	case p.answered:
		r.show(State{Trouble: p.err.Error()})
	case first:
		r.silent = r.Clock.Now()
		r.show(State{Trouble: p.err.Error()})
	default:
		r.lose(r.silent, p.err)
	}
	if p.err != nil {
		pause, r.pause = r.pause, min(2*r.pause, pingWell)
	}
	r.due = r.Clock.After(pause)
}

// lose shows that the host is lost since a moment, or for another reason.
func (r *run) lose(since time.Time, err error) {
	if !r.state.Lost.IsZero() {
		since = r.state.Lost
	}
	s := State{Lost: since, Trouble: "No connection to the bank since " + since.Format("15:04") + ". " + err.Error()}
	if s != r.state {
		r.show(s)
	}
}

func (r *run) show(s State) {
	r.state = s
	r.well.Store(s == State{})
	r.Tell(s)
}
