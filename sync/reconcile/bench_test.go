package reconcile

import (
	"context"
	"iter"
	"runtime"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
)

// maker is a host that makes its rows as they are read.
type maker struct {
	*world
	n    int
	kept *runtime.MemStats
}

func (m maker) Rows(_ context.Context, _ string, s order.Shelf, _, _ time.Time) iter.Seq2[order.HostRow, error] {
	return func(yield func(order.HostRow, error) bool) {
		if s == order.ShelfReturns { // all sales are marked by now
			runtime.GC()
			runtime.ReadMemStats(m.kept)
		}
		for i := range m.n {
			if s != order.ShelfSales || !yield(row(order.ShelfSales, num(ours, i), 2000), nil) {
				return
			}
		}
	}
}

// BenchmarkCompare compares payments that agree, with a real journal, and
// reports what is kept of each while it runs. The floor reads the same payments
// from the journal and does nothing with them.
func BenchmarkCompare(b *testing.B) {
	for name, n := range map[string]int{"10k": 10_000, "100k": 100_000} {
		j, err := journal.Open(journal.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = j.Close() })
		var entries []order.Entry
		for i := range n {
			a := made(ours, i, order.Approved, time.Hour+time.Duration(i)*time.Millisecond)
			a.Version, a.Order, a.GUID = 1, "order of "+a.Number, "guid-"+a.Number
			entries = append(entries, order.Entry{Kind: "attempt.approved", Subject: a.Number, Actor: "op", Object: a})
			if len(entries) == 1000 || i == n-1 {
				if err := j.Commit(background, entries...); err != nil {
					b.Fatal(err)
				}
				entries = entries[:0]
			}
		}
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			var before, during runtime.MemStats
			w.runner.Journal, w.runner.Host = j, maker{w, n, &during}
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				got, err := w.runner.Compare(background, order.WhyAsked, time.Time{}, time.Time{})
				if err != nil || got.Counts.Matched != n || got.Counts.Local != n || len(got.Found) != 0 {
					b.Fatal(got, err)
				}
				<-w.compared
			}
			b.ReportMetric(float64(int64(during.HeapAlloc)-int64(before.HeapAlloc))/float64(n), "bytes/row-kept")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
		b.Run(name+"/floor", func(b *testing.B) {
			for b.Loop() {
				for q := (order.Query{Limit: chunk}); ; {
					page, err := j.Sales(background, q)
					if err != nil {
						b.Fatal(err)
					}
					if len(page) < chunk {
						break
					}
					q.Before = page[len(page)-1].Number
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}
