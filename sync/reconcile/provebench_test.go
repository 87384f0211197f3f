package reconcile

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// listMaker is a host that makes the lines of its batch as they are read, every
// nth of them a cent off; 0 is none.
type listMaker struct {
	bank
	n, off int
	kept   *runtime.MemStats // measured when the last line was read
}

func (m listMaker) BatchLines(_ context.Context, _ order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for i := range m.n {
			l := order.BatchLine{Shelf: order.ShelfSales, GUID: "guid-" + num(ours, i), Amount: usd(2000)}
			if m.off > 0 && i%m.off == 0 {
				l.Amount.Minor++
			}
			if !yield(l, nil) {
				return
			}
		}
		if m.kept != nil {
			runtime.GC()
			runtime.ReadMemStats(m.kept)
		}
	}
}

// BenchmarkProve proves batches of a real journal, and reports what is kept while
// it runs. Of "differs" every thousandth transaction is a cent off, so that both
// sides are read twice. The floor reads both sides and does nothing with them.
func BenchmarkProve(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		j := batchJournal(b, n)
		closed := closedBatch()
		closed.Opened, closed.Asked = began.Add(-3*time.Hour), began
		for _, run := range []struct {
			name string
			off  int
		}{{"agrees", 0}, {"differs", 1000}} {
			b.Run(fmt.Sprintf("%d/%s", n, run.name), func(b *testing.B) {
				var before, during runtime.MemStats
				p := Prover{Journal: j, Host: listMaker{bank{&books{}}, n, run.off, &during}, Clock: clock.NewVirtual(began), Nonce: ours}
				found := 0
				if run.off > 0 {
					found = (n + run.off - 1) / run.off
				}
				for b.Loop() {
					runtime.GC()
					runtime.ReadMemStats(&before)
					got, err := p.Prove(background, closed, nil)
					if err != nil || !got.Complete || got.Matched != n-found || len(got.Found) != found {
						b.Fatal(got, err)
					}
				}
				b.ReportMetric(float64(int64(during.HeapAlloc)-int64(before.HeapAlloc)), "bytes-kept")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			})
		}
		b.Run(fmt.Sprintf("%d/floor", n), func(b *testing.B) {
			host := listMaker{n: n}
			for b.Loop() {
				lines := 0
				for _, err := range j.BatchLines(background, theBatch, began.Add(-24*time.Hour), began) {
					if err != nil {
						b.Fatal(err)
					}
					lines++
				}
				for range host.BatchLines(background, order.BatchQuery{}) {
					lines++
				}
				if lines != 2*n {
					b.Fatal(lines)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

// batchJournal is a journal with n sales of the batch, each with two jobs.
func batchJournal(b *testing.B, n int) *journal.Journal {
	b.Helper()
	j, err := journal.Open(journal.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = j.Close() })
	var entries []order.Entry
	for i := range n {
		a := made(ours, i, order.Approved, time.Hour+time.Duration(i)*time.Millisecond)
		a.Version, a.Order, a.GUID, a.Batch, a.Approved = 1, "order of "+a.Number, "guid-"+a.Number, theBatch, a.Asked
		entries = append(entries, order.Entry{Kind: "attempt.approved", Subject: a.Number, Actor: "op", Object: a})
		for k := range 2 {
			job := order.Job{ID: fmt.Sprint("job-", i, "-", k), Version: 1, Subject: a.Number, State: order.JobDone}
			entries = append(entries, order.Entry{Kind: "job.done", Subject: job.ID, Actor: "op", Object: job})
		}
		if len(entries) >= 3000 || i == n-1 {
			if err := j.Commit(background, entries...); err != nil {
				b.Fatal(err)
			}
			entries = entries[:0]
		}
	}
	return j
}
