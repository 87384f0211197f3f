package netstate

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

var (
	today    = time.Date(2026, 11, 21, 14, 2, 50, 0, time.UTC)
	errGone  = errors.New("Check the cable.")
	errOther = errors.New("Check the certificate.")
	errWrong = errors.New("Enter the password again.")
)

// fakeLine is a line that a test speaks for.
type fakeLine struct {
	held  chan *held         // one for each Hold
	pings chan chan<- answer // one for each Ping
}

type answer struct {
	answered bool
	err      error
}

type held struct {
	told     func(error)
	heard    func(order.Stage)
	replaced chan struct{}
}

func (l *fakeLine) Hold(ctx context.Context, told func(error), heard func(order.Stage)) {
	h := &held{told, heard, make(chan struct{})}
	l.held <- h
	select {
	case <-ctx.Done():
	case <-h.replaced:
	}
}

func (l *fakeLine) Ping(ctx context.Context) (bool, error) {
	reply := make(chan answer)
	l.pings <- reply
	a := <-reply
	return a.answered, a.err
}

// desk is a watch under test.
type desk struct {
	*testing.T
	*held
	line   *fakeLine
	clock  *clock.Virtual
	states chan State
}

func newDesk(t *testing.T) *desk {
	d := &desk{T: t, line: &fakeLine{make(chan *held), make(chan chan<- answer)}, clock: clock.NewVirtual(today), states: make(chan State)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	w := Watch{Line: d.line, Clock: d.clock, Tell: func(s State) {
		select {
		case d.states <- s:
		case <-ctx.Done():
		}
	}}
	go func() { defer close(done); w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for {
			select {
			case <-done:
				return
			case reply := <-d.line.pings:
				reply <- answer{}
			case <-d.line.held:
			}
		}
	})
	d.held = get(t, "Hold", d.line.held)
	return d
}

func get[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(5 * time.Second):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

// ping answers the next question.
func (d *desk) ping(answered bool, err error) {
	d.Helper()
	get(d.T, "question", d.line.pings) <- answer{answered, err}
}

// shows waits for the next state.
func (d *desk) shows(lost time.Time, words ...string) {
	d.Helper()
	got := get(d.T, "state", d.states)
	if !got.Lost.Equal(lost) || (len(words) == 0) != (got.Trouble == "") {
		d.Errorf("got %+v, want %v, %q", got, lost, words)
	}
	for _, word := range words {
		if !strings.Contains(got.Trouble, word) {
			d.Errorf("got %q, want %q in it", got.Trouble, word)
		}
	}
}

// quiet checks that nothing is shown and nothing asked.
func (d *desk) quiet(what string) {
	d.Helper()
	for range 10000 {
		runtime.Gosched()
		select {
		case s := <-d.states:
			d.Errorf("%s: shows %+v", what, s)
		case reply := <-d.line.pings:
			d.Errorf("%s: asks", what)
			reply <- answer{}
		default:
		}
	}
}

// well brings a desk to where all is well.
func (d *desk) well() *desk {
	d.Helper()
	d.told(nil)
	d.ping(true, nil)
	d.shows(time.Time{})
	return d
}

// stands tells that a connection stands, and then that the next one does: when
// that has been heard, the first was taken up.
func (d *desk) stands() {
	d.told(nil)
	d.told(nil)
}

func TestLossIsShownAtOnce(t *testing.T) {
	d := newDesk(t).well()
	d.clock.Advance(20 * time.Second)
	go d.told(errGone)
	d.shows(today.Add(20*time.Second), "No connection to the bank since 14:03.", errGone.Error())
	d.clock.Advance(time.Hour)
	d.told(errGone)
	d.quiet("told again")
	go d.told(errOther)
	d.shows(today.Add(20*time.Second), "since 14:03.", errOther.Error())
	d.heard(order.NoAnswer)
	d.quiet("an exchange without an answer")
}

// TestLossBeforeAll: the host was never there.
func TestLossBeforeAll(t *testing.T) {
	d := newDesk(t)
	go d.told(errGone)
	d.shows(today, "since 14:02.")
}

// TestReturn: a host is back when its connection has stood for a second.
func TestReturn(t *testing.T) {
	d := newDesk(t).well()
	go d.told(errGone)
	d.shows(today, "since")
	d.stands()
	d.clock.Advance(settle - 1)
	d.quiet("not yet")
	d.told(errGone) // it dropped the connection
	d.clock.Advance(settle)
	d.quiet("dropped")
	d.stands()
	d.clock.Advance(settle)
	d.shows(time.Time{})
	d.ping(true, nil)
	d.shows(time.Time{})
}

// TestTrouble: a host that answers and refuses is not lost; it is asked again
// seldom and more seldom, and an answer is worth a question.
func TestTrouble(t *testing.T) {
	d := newDesk(t)
	d.told(nil)
	for _, pause := range []time.Duration{3 * time.Second, 6 * time.Second, 12 * time.Second, 24 * time.Second, 30 * time.Second, 30 * time.Second} {
		d.ping(true, errWrong)
		d.shows(time.Time{}, errWrong.Error())
		d.told(nil) // heard when the next question has its time
		d.clock.Advance(pause - 1)
		d.quiet(pause.String())
		d.clock.Advance(1)
	}
	d.ping(true, errWrong)
	d.shows(time.Time{}, errWrong.Error())
	d.told(nil)
	d.heard(order.Answered)
	d.ping(true, nil)
	d.shows(time.Time{})
}

// TestSilence: connections are made and nothing answers.
func TestSilence(t *testing.T) {
	d := newDesk(t).well()
	d.heard(order.Answered)
	d.quiet("an answer while all is well")
	d.heard(order.NoAnswer)
	d.ping(false, errGone)
	d.shows(time.Time{}, errGone.Error())
	d.clock.Advance(time.Second)
	d.heard(order.NoAnswer)
	d.quiet("no answer while there is trouble")
	d.heard(order.Answered)
	d.ping(false, errGone)
	d.shows(today, "since 14:02.", errGone.Error())
	d.told(nil) // renewed, and proves nothing
	d.quiet("another connection")
	d.heard(order.Answered)
	d.ping(true, nil)
	d.shows(time.Time{})
}

// TestLateAnswer: a question from before the loss says nothing about it.
func TestLateAnswer(t *testing.T) {
	d := newDesk(t).well()
	d.heard(order.NoAnswer)
	reply := get(t, "question", d.line.pings)
	go d.told(errGone)
	d.shows(today, "since")
	reply <- answer{true, nil}
	d.quiet("late answer")
	d.stands()
	d.clock.Advance(settle)
	d.shows(time.Time{})
	d.ping(true, nil)
	d.shows(time.Time{})
}

// TestReplaced: another host is watched from the beginning.
func TestReplaced(t *testing.T) {
	d := newDesk(t).well()
	go d.told(errGone)
	d.shows(today, "since")
	close(d.replaced)
	d.held = get(t, "Hold", d.line.held)
	d.told(nil)
	d.ping(true, errWrong)
	d.shows(time.Time{}, errWrong.Error())
}
