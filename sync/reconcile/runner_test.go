package reconcile

import (
	"context"
	"errors"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// told is a clock that tells who waits and how long.
type told struct {
	*clock.Virtual
	waits chan time.Duration
}

func (c told) After(d time.Duration) <-chan time.Time {
	ch := c.Virtual.After(d)
	c.waits <- d
	return ch
}

// running is a runner at work. Each call of waits gives the pause that it makes
// now; the clock is the test's.
func running(t *testing.T, w *world) (waits func() time.Duration) {
	t.Helper()
	c := told{w.clock, make(chan time.Duration)}
	w.runner.Clock = c
	ctx, stop := context.WithCancel(background)
	ended := make(chan struct{})
	go func() { w.runner.Run(ctx); close(ended) }()
	t.Cleanup(func() {
		stop()
		for {
			select {
			case <-c.waits:
			case <-ended:
				return
			}
		}
	})
	return func() time.Duration { return <-c.waits }
}

// TestRun: soon after the start, then every hour, again soon where one came to
// no end, not while the host is away, and at once when asked.
func TestRun(t *testing.T) {
	w := newWorld(t)
	waits := running(t, w)
	pass := func(what string, want time.Duration) {
		t.Helper()
		if got := waits(); got != want {
			t.Fatalf("%s: waits for %v, want %v", what, got, want)
		}
		w.clock.Advance(want)
	}
	is := func(why string, complete bool) {
		t.Helper()
		if r := <-w.compared; r.Why != why || r.Complete != complete {
			t.Errorf("compared %s (%t), want %s (%t)", r.Why, r.Complete, why, complete)
		}
	}
	pass("at the start", settleIn)
	is(order.WhyStart, true)
	pass("behind a complete one", every)
	is(order.WhyHourly, true)
	if got := waits(); got != every {
		t.Errorf("waits for %v", got)
	}
	w.broken[order.ShelfSales] = errors.New("the host is busy")
	w.runner.Ask(order.WhyAfterClose)
	is(order.WhyAfterClose, false)
	delete(w.broken, order.ShelfSales)
	pass("behind one without an end", again)
	is(order.WhyAfterClose, true)
	if got := waits(); got != every {
		t.Errorf("waits for %v", got)
	}
	w.up = false
	w.clock.Advance(every)
	for range 3 {
		pass("the host is away", poll)
	}
	if len(w.compared) != 0 {
		t.Error("compared with an absent host")
	}
}

// TestRunRestored: a journal that was put back is compared at once and far back;
// one that was just compared waits until the search may show more.
func TestRunRestored(t *testing.T) {
	w := newWorld(t)
	w.recorded = []order.Reconciliation{{ID: num(ours, 9), Version: 1, Device: device, Complete: true, Reached: began.Add(-time.Minute)}}
	if got, want := running(t, w)(), order.SearchLag-time.Minute; got != want {
		t.Errorf("just compared: waits for %v, want %v", got, want)
	}
	w = newWorld(t)
	w.restored, w.up = true, false // whether it is up is not known yet
	w.broken[order.ShelfSales] = errors.New("the host is busy")
	waits := running(t, w)
	if got := waits(); got != 0 {
		t.Errorf("put back: waits for %v", got)
	}
	if r := <-w.compared; r.Why != order.WhyRestored || r.Complete || !r.From.Equal(r.Began.Add(-longest)) {
		t.Errorf("%+v", r)
	}
	if got := waits(); got != poll {
		t.Errorf("and then for %v", got)
	}
}

// TestOneAtATime: two who compare at once do so one after the other, and one who
// goes away waits no longer.
func TestOneAtATime(t *testing.T) {
	w := newWorld(t)
	inside, on := make(chan struct{}), make(chan struct{})
	w.pages = func(s order.Shelf, rows []order.HostRow) []order.HostRow {
		if s == order.ShelfSales {
			inside <- struct{}{}
			<-on
		}
		return rows
	}
	done := make(chan error)
	go func() {
		_, err := w.runner.Compare(background, order.WhyAsked, time.Time{}, time.Time{})
		done <- err
	}()
	<-inside
	gone, cancel := context.WithCancel(background)
	cancel()
	if _, err := w.runner.Compare(gone, order.WhyAsked, time.Time{}, time.Time{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(on)
	if err := <-done; err != nil || len(w.recorded) != 1 {
		t.Errorf("%v, recorded %d", err, len(w.recorded))
	}
}
