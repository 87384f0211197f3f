package reconcile

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// running is a runner at work; step moves the clock until a comparison is
// recorded, and tells how far.
func running(t *testing.T, w *world) (step func() (order.Reconciliation, time.Duration)) {
	t.Helper()
	ctx, stop := context.WithCancel(background)
	ended := make(chan struct{})
	go func() { w.runner.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return func() (order.Reconciliation, time.Duration) {
		start := w.clock.Now()
		for range 1_000_000 {
			select {
			case r := <-w.compared:
				return r, w.clock.Now().Sub(start)
			default:
				w.clock.Advance(time.Second)
				runtime.Gosched()
			}
		}
		t.Fatal("no comparison is made")
		return order.Reconciliation{}, 0
	}
}

// about allows for the seconds in which the goroutines take turns.
func about(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want || got > want+10*time.Minute {
		t.Errorf("%s after %v, want %v", what, got, want)
	}
}

// TestRun: soon after the start, then every hour, again soon where one came to
// no end, and at once when asked.
func TestRun(t *testing.T) {
	w := newWorld(t)
	step := running(t, w)
	r, after := step()
	if about(t, "the first", after, settleIn); r.Why != order.WhyStart {
		t.Errorf("why %s", r.Why)
	}
	r, after = step()
	if about(t, "the second", after, every-10*time.Minute); r.Why != order.WhyHourly || !r.Complete {
		t.Errorf("%+v", r)
	}
	w.runner.Ask(order.WhyAfterClose)
	r, after = step()
	if about(t, "the asked one", after, 0); r.Why != order.WhyAfterClose {
		t.Errorf("why %s", r.Why)
	}
}

// TestRunRestored: a journal that was put back is compared at once, and until
// the host answers to the end.
func TestRunRestored(t *testing.T) {
	w := newWorld(t)
	w.restored = true
	w.broken[order.ShelfSales] = errors.New("the host is busy")
	step := running(t, w)
	r, after := step()
	if about(t, "the first", after, 0); r.Why != order.WhyRestored || r.Complete || !r.From.Equal(r.Began.Add(-longest)) {
		t.Errorf("%+v", r)
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

// BenchmarkCompare compares 10,000 and 100,000 payments that agree, and reports
// what is kept of each while it runs, beside the time.
func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(map[int]string{10_000: "10k", 100_000: "100k"}[n], func(b *testing.B) {
			w := newWorld(b)
			for i := range n {
				a := made(ours, i, order.Approved, time.Hour+time.Duration(i)*time.Millisecond)
				w.attempt(a)
				w.row(row(order.ShelfSales, a.Number, 2000))
			}
			var before, during runtime.MemStats
			w.pages = func(s order.Shelf, rows []order.HostRow) []order.HostRow {
				if s == order.ShelfReturns { // all sales are marked by now
					runtime.GC()
					runtime.ReadMemStats(&during)
				}
				return rows
			}
			if _, err := w.Sales(background, order.Query{Limit: 1, To: began}); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				got, err := w.runner.Compare(background, order.WhyAsked, time.Time{}, time.Time{})
				if err != nil || got.Counts.Matched != n || len(got.Found) != 0 {
					b.Fatal(got, err)
				}
				<-w.compared
			}
			b.ReportMetric(float64(int64(during.HeapAlloc)-int64(before.HeapAlloc))/float64(n), "bytes/row-kept")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}
