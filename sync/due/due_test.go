package due_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/sync/due"
	"paydesk/terminal/clock"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// fakeClock tells the test when somebody waits on it.
type fakeClock struct {
	*clock.Virtual
	waits chan time.Duration
}

func (c fakeClock) After(d time.Duration) <-chan time.Time {
	after := c.Virtual.After(d)
	c.waits <- d
	return after
}

// fakeWorker has a list of work and a gate in front of each step.
type fakeWorker struct {
	mu      sync.Mutex
	pending []due.Item
	keep    bool // work stays on the list after a step without an error
	wake    chan struct{}
	listed  chan struct{}
	began   chan string
	end     chan error
	ended   atomic.Int32
}

func newWorker(items ...due.Item) *fakeWorker {
	return &fakeWorker{pending: items, wake: make(chan struct{}), listed: make(chan struct{}, 100),
		began: make(chan string, 100), end: make(chan error)}
}

func (w *fakeWorker) Pending() []due.Item {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listed <- struct{}{}
	return slices.Clone(w.pending)
}

func (w *fakeWorker) Do(_ context.Context, id string) error {
	w.began <- id
	err := <-w.end
	defer w.ended.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && !w.keep {
		w.pending = slices.DeleteFunc(w.pending, func(i due.Item) bool { return i.ID == id })
	}
	return err
}

func (w *fakeWorker) Wake() <-chan struct{} { return w.wake }

func (w *fakeWorker) add(items ...due.Item) {
	w.mu.Lock()
	w.pending = append(w.pending, items...)
	w.mu.Unlock()
	w.wake <- struct{}{}
}

// idle checks that no further step has begun by the time the list was read.
func (w *fakeWorker) idle(t *testing.T) {
	t.Helper()
	select {
	case id := <-w.began:
		t.Fatalf("%s began", id)
	default:
	}
}

type run struct {
	*fakeWorker
	clock  fakeClock
	log    *strings.Builder
	cancel context.CancelFunc
	done   chan struct{}
}

func start(t *testing.T, limit int, items ...due.Item) *run {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{fakeWorker: newWorker(items...), clock: fakeClock{clock.NewVirtual(noon), make(chan time.Duration, 100)},
		log: &strings.Builder{}, cancel: cancel, done: make(chan struct{})}
	t.Cleanup(cancel)
	go func() {
		defer close(r.done)
		due.Runner{Worker: r.fakeWorker, Clock: r.clock, Log: slog.New(slog.NewTextHandler(r.log, nil)), Limit: limit}.Run(ctx)
	}()
	return r
}

func (r *run) stop(t *testing.T) {
	t.Helper()
	r.cancel()
	<-r.done
}

func TestOldestFirstAndOneByOne(t *testing.T) {
	r := start(t, 0, due.Item{ID: "c", Due: noon}, due.Item{ID: "b", Due: noon}, due.Item{ID: "a", Due: noon.Add(-time.Minute)},
		due.Item{ID: "later", Due: noon.Add(time.Minute)})
	for i, want := range []string{"a", "b", "c"} {
		if got := <-r.began; got != want {
			t.Errorf("step %d: %s, want %s", i, got, want)
		}
		r.wake <- struct{}{} // reads the list again while the step is under way
		<-r.clock.waits
		r.idle(t)
		r.end <- nil
	}
	for d := range r.clock.waits {
		if d == time.Minute {
			break
		}
	}
	r.idle(t)
	r.clock.Advance(time.Minute)
	if got := <-r.began; got != "later" {
		t.Errorf("%s, want the one that became due", got)
	}
	r.end <- nil
	r.stop(t)
}

// runs is a clock that moves on with every look at it, as the real one does.
type runs struct{ *clock.Virtual }

func (c runs) Now() time.Time {
	c.Advance(time.Nanosecond)
	return c.Virtual.Now()
}

// nowDue is a worker whose work is due at the moment that it is asked.
type nowDue struct {
	*fakeWorker
	clock clock.Clock
}

func (w nowDue) Pending() []due.Item { return []due.Item{{ID: "a", Due: w.clock.Now()}} }

// TestDueNow: what says that it is due at this moment is not put off to the next
// one for ever.
func TestDueNow(t *testing.T) {
	w := nowDue{newWorker(), runs{clock.NewVirtual(noon)}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		due.Runner{Worker: w, Clock: w.clock, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
	}()
	<-w.began
	cancel()
	w.end <- nil
	<-ended
}

func TestLimit(t *testing.T) {
	r := start(t, 2, due.Item{ID: "a", Due: noon}, due.Item{ID: "b", Due: noon}, due.Item{ID: "c", Due: noon})
	first := []string{<-r.began, <-r.began}
	slices.Sort(first)
	if !slices.Equal(first, []string{"a", "b"}) {
		t.Errorf("began %v", first)
	}
	r.wake <- struct{}{}
	r.wake <- struct{}{} // the list was read since
	r.idle(t)
	r.end <- nil
	if got := <-r.began; got != "c" {
		t.Errorf("%s, want c", got)
	}
	r.end <- nil
	r.end <- nil
	r.stop(t)
}

func TestNeverTwoAtOnceForOneID(t *testing.T) {
	r := start(t, 4, due.Item{ID: "a", Due: noon})
	<-r.began
	for range 20 {
		r.wake <- struct{}{}
	}
	r.idle(t)
	r.end <- nil
	r.stop(t)
}

func TestAnErrorRestsOneSecond(t *testing.T) {
	r := start(t, 1, due.Item{ID: "a", Due: noon})
	<-r.began
	r.end <- errors.New("not recorded")
	if d := <-r.clock.waits; d != time.Second {
		t.Errorf("rests %v, want a second", d)
	}
	r.clock.Advance(time.Second - 1)
	r.wake <- struct{}{}
	if d := <-r.clock.waits; d != 1 {
		t.Errorf("rests another %v", d)
	}
	r.idle(t)
	r.add(due.Item{ID: "b", Due: noon}) // others do not wait for it
	if got := <-r.began; got != "b" {
		t.Errorf("%s, want b", got)
	}
	r.end <- nil
	r.clock.Advance(1)
	if got := <-r.began; got != "a" {
		t.Errorf("%s, want a again", got)
	}
	r.end <- nil
	r.stop(t)
	if !strings.Contains(r.log.String(), "not recorded") {
		t.Errorf("log %q", r.log)
	}
}

func TestWakes(t *testing.T) {
	r := start(t, 1)
	<-r.listed
	r.add(due.Item{ID: "a", Due: noon})
	if got := <-r.began; got != "a" {
		t.Errorf("%s, want a", got)
	}
	r.end <- nil
	r.stop(t)
}

func TestStopsAndWaits(t *testing.T) {
	r := start(t, 2, due.Item{ID: "a", Due: noon}, due.Item{ID: "b", Due: noon}, due.Item{ID: "c", Due: noon})
	<-r.began
	<-r.began
	r.cancel()
	go func() {
		r.end <- nil
		r.end <- nil
	}()
	<-r.done
	if n := r.ended.Load(); n != 2 {
		t.Errorf("returned when %d of 2 steps had ended", n)
	}
	r.idle(t)
}
