package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// BenchmarkCommit makes the two commits of an online sale, the intent and the
// outcome with two receipts, and beside them, interleaved in the same run,
// their floor: two bare commits of one row with as many bytes.
func BenchmarkCommit(b *testing.B) {
	ctx := context.Background()
	j, err := Open(Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	tend(b, j)
	floor := bareCommits(b)
	numbers := id.Source{Nonce: j.Nonce(), Clock: clock.Real{}}
	var ours, bare []time.Duration
	for b.Loop() {
		intent, outcome := saleEntries(numbers.New)
		start := now()
		if err := j.Commit(ctx, intent...); err != nil {
			b.Fatal(err)
		}
		if err := j.Commit(ctx, outcome...); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, now().Sub(start))
		bare = append(bare, floor(size(b, intent))+floor(size(b, outcome)))
	}
	for p, name := range map[int]string{50: "p50", 99: "p99"} {
		slices.Sort(ours)
		slices.Sort(bare)
		o, f := ours[len(ours)*p/100], bare[len(bare)*p/100]
		b.ReportMetric(float64(o.Microseconds()), "commits-"+name+"-µs")
		b.ReportMetric(float64(f.Microseconds()), "floor-"+name+"-µs")
		b.ReportMetric(float64(o)/float64(f), "×floor-"+name)
	}
}

// tend looks after the journal as the terminal does, and closes it at the end.
func tend(b *testing.B, j *Journal) {
	ctx, stop := context.WithCancel(context.Background())
	var tending sync.WaitGroup
	tending.Go(func() { j.Tend(ctx, slog.New(slog.DiscardHandler)) })
	b.Cleanup(func() { stop(); tending.Wait(); _ = j.Close() })
}

// saleEntries are what an online sale commits before and after the host.
func saleEntries(number func() string) (intent, outcome []order.Entry) {
	now := now()
	a := attempt(number(), now)
	a.Order = number()
	o := order.Order{ID: a.Order, Version: 1, State: order.Open, Amount: a.Asked, Created: now}
	intent = entries(o, a)
	a = paid(a, "0b9d4d0a-7d3e-4f0a-9f52-0d6a3a1f5c55")
	a.AuthCode, a.Reference, a.Code = "OK1234", "112233445566", "A0000"
	o.Version, o.State, o.PaidBy = 2, order.PaidCard, a.Number
	job := func(c string) order.Job {
		return order.Job{ID: number(), Version: 1, Kind: order.JobPDF, State: order.JobQueued, Subject: a.Number,
			Document: order.DocumentSale, Copy: c, Due: now}
	}
	outcome = entries(a, o, job(order.CopyCustomer), job(order.CopyMerchant))
	return intent, outcome
}

func size(b *testing.B, entries []order.Entry) (n int) {
	b.Helper()
	for _, e := range entries {
		data, err := json.Marshal(e.Object)
		if err != nil {
			b.Fatal(err)
		}
		n += len(data)
	}
	return n
}

// bareCommits returns a function that writes one row of n bytes in a synced
// commit of its own, and tells how long that took.
func bareCommits(b *testing.B) func(n int) time.Duration {
	b.Helper()
	path := filepath.Join(b.TempDir(), "floor.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB)`); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare(`INSERT INTO rows (data) VALUES (?)`)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close(); _ = db.Close() })
	return func(n int) time.Duration {
		row := make([]byte, n)
		start := now()
		if _, err := insert.Exec(row); err != nil {
			b.Fatal(err)
		}
		return now().Sub(start)
	}
}
