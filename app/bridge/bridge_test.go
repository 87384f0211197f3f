package bridge

import (
	"context"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
)

func TestBurstIsOneDeliveryOfTheNewest(t *testing.T) {
	var queue []func()
	var got []uint64
	b := New(func(f func()) { queue = append(queue, f) }, func(s engine.Snapshot) { got = append(got, s.Version) })
	for v := uint64(1); v <= 1000; v++ {
		b.Push(engine.Snapshot{Version: v})
	}
	b.Push(engine.Snapshot{Version: 7})
	if len(queue) != 1 {
		t.Fatalf("posted %d times, want 1", len(queue))
	}
	queue[0]()
	if len(got) != 1 || got[0] != 1000 {
		t.Errorf("got %v, want the newest alone", got)
	}
	b.Push(engine.Snapshot{Version: 1001})
	if len(queue) != 2 {
		t.Error("nothing is posted after a delivery")
	}
}

func TestPushFromManyGoroutines(t *testing.T) {
	var mu sync.Mutex
	last := uint64(0)
	b := New(Inline, func(s engine.Snapshot) {
		mu.Lock()
		defer mu.Unlock()
		last = max(last, s.Version)
	})
	var all sync.WaitGroup
	for g := range uint64(8) {
		all.Go(func() {
			for v := range uint64(100) {
				b.Push(engine.Snapshot{Version: 1 + v*8 + g})
			}
		})
	}
	all.Wait()
	if last != 800 {
		t.Errorf("last = %d, want 800", last)
	}
}

func TestRunner(t *testing.T) {
	done := make(chan string, 1)
	Runner(context.Background(), Inline)(func(context.Context) func() {
		return func() { done <- "posted" }
	})
	if got := <-done; got != "posted" {
		t.Errorf("got %q", got)
	}
	Runner(context.Background(), Inline)(func(context.Context) func() { done <- "no result"; return nil })
	if got := <-done; got != "no result" {
		t.Errorf("got %q", got)
	}
}

func TestTimer(t *testing.T) {
	now := clock.NewVirtual(time.Unix(1e9, 0))
	done := make(chan time.Time, 2)
	after := Timer(context.Background(), now, Inline)
	after(2*time.Second, func() { done <- now.Now() })
	after(time.Second, func() { done <- now.Now() })
	for i := range 2 {
		now.Advance(time.Second)
		if got, want := <-done, time.Unix(1e9, 0).Add(time.Duration(i+1)*time.Second); !got.Equal(want) {
			t.Errorf("called at %v, want %v", got, want)
		}
	}
}
