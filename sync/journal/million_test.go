package journal

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var operations = flag.Int("operations", 20_000, "sales in the journal of BenchmarkMillion")

// BenchmarkMillion measures a journal of many sales, of four events each, an eighth of
// them in cash:
//
//	go test -tags ci ./sync/journal -run '^$' -bench Million -benchtime 1x -operations 1000000 -timeout 1h -v
//
// PAYDESK_MILLION names a data folder that keeps the journal, for the window's
// own benchmark of its start; one that is there is measured as it is.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	if kept := os.Getenv("PAYDESK_MILLION"); kept != "" {
		dir = filepath.Join(kept, "training")
	}
	events := filled(b, dir)
	if events < int64(*operations) {
		events = fillEvents(b, dir, *operations)
	}
	b.Run("rebuild", func(b *testing.B) { benchRebuild(b, dir, events) })
	b.Run("start", func(b *testing.B) { benchStart(b, dir) })
	b.Run("pages", func(b *testing.B) { benchPages(b, dir) })
	b.Run("commit", func(b *testing.B) { benchCommit(b, dir) })
	b.Run("check", func(b *testing.B) { benchCheck(b, dir, events) })
}

func now() time.Time { return clock.Real{}.Now() }

// filled is how many events a folder has: from an earlier run, or the few of a
// new journal.
func filled(b *testing.B, dir string) int64 {
	b.Helper()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	return j.seq
}

// fillEvents writes the events of n sales, as Commit would, many at a time and
// without their projections.
func fillEvents(b *testing.B, dir string, n int) (events int64) {
	b.Helper()
	return fillRows(b, dir, n, saleRows)
}

// fillRows is fillEvents for sales that rows makes.
func fillRows(b *testing.B, dir string, n int, rows func(random *rand.Rand, number func() string, at time.Time, seq int64) []row) int64 {
	b.Helper()
	ctx := context.Background()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	if _, err := j.conn.ExecContext(ctx, "PRAGMA synchronous=OFF"); err != nil {
		b.Fatal(err)
	}
	at := now().Add(-time.Duration(n) * 30 * time.Second)
	times := clock.NewVirtual(at)
	numbers := id.Source{Nonce: j.Nonce(), Clock: times}
	random := rand.New(rand.NewPCG(1, 2))
	seq, hash := j.seq, j.hash
	for done := 0; done < n; {
		err := j.transact(ctx, func() error {
			for range min(5000, n-done) {
				times.Advance(30 * time.Second)
				for _, r := range rows(random, numbers.New, times.Now(), seq) {
					r.hash = r.chain(hash)
					seq, hash = r.seq, r.hash
					if err := j.exec(ctx, `INSERT INTO events (seq, prev, at, kind, subject, actor, object, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
						r.seq, r.prev, r.at, r.kind, r.subject, r.actor, r.object, r.note, r.hash); err != nil {
						return err
					}
				}
				done++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	j.seq, j.hash = seq, hash
	return seq
}

// saleRows are the four events of a sale behind seq, or the two of one in cash.
func saleRows(random *rand.Rand, number func() string, at time.Time, seq int64) (rows []row) {
	a := attempt(number(), at)
	a.Order, a.Asked = number(), money.New(100+random.Int64N(50_000), money.USD)
	a.Last4, a.Operator = fmt.Sprintf("%04d", random.IntN(10_000)), fmt.Sprintf("op%d", random.IntN(12))
	a.Holder = fmt.Sprintf("NAME%d OF", random.IntN(50_000))
	o := order.Order{ID: a.Order, Version: 1, State: order.Open, Amount: a.Asked, Created: at}
	if random.IntN(3) == 0 {
		o.Note = fmt.Sprintf("table %d bill %d", random.IntN(40), random.IntN(1_000_000))
	}
	if random.IntN(50) == 0 {
		a.Kind = order.KindAuth
	}
	if random.IntN(8) == 0 {
		o.State = order.PaidOther
		return asRows(seq, at, a.Operator, o, order.Cash{ID: number(), Version: 1, Order: o.ID, Amount: o.Amount, Tendered: o.Amount, Operator: a.Operator, At: at})
	}
	first := []any{o, a}
	a = paid(a, fmt.Sprintf("batch-%d", at.Unix()/86400))
	a.AuthCode, a.Reference, a.Code = fmt.Sprintf("%06d", random.IntN(1e6)), fmt.Sprintf("%012d", random.Int64N(1e12)), "A0000"
	switch random.IntN(200) {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		a.State = order.Declined
	case 8:
		a.State = order.Reversed
	}
	o.Version, o.State, o.PaidBy = 2, order.PaidCard, a.Number
	rows = asRows(seq, at, a.Operator, append(first, a, o)...)
	rows[2].prev, rows[3].prev = seq+2, seq+1
	return rows
}

// asRows are events behind seq that hold the objects.
func asRows(seq int64, at time.Time, actor string, objects ...any) (rows []row) {
	for i, object := range objects {
		data, _ := json.Marshal(object)
		s, _ := shapeOf(object)
		rows = append(rows, row{seq: seq + int64(i) + 1, at: at.UnixMilli(), kind: s.kind, subject: s.id, actor: actor, object: data})
	}
	return rows
}

// benchRebuild stands beside its floor: a bare scan of the events and a bare
// insert of as many rows.
func benchRebuild(b *testing.B, dir string, events int64) {
	ctx := context.Background()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	for b.Loop() {
		start := now()
		if err := j.Rebuild(ctx); err != nil {
			b.Fatal(err)
		}
		took := now().Sub(start)
		floor := bareReplay(b, j)
		b.ReportMetric(float64(events)/took.Seconds(), "events/s")
		b.ReportMetric(float64(events)/floor.Seconds(), "floor-events/s")
		b.ReportMetric(residentMB(), "resident-MB")
	}
}

func bareReplay(b *testing.B, j *Journal) time.Duration {
	b.Helper()
	ctx := context.Background()
	start := now()
	rows, err := j.read.QueryContext(ctx, `SELECT seq, prev, kind, subject, object FROM events ORDER BY seq`)
	if err != nil {
		b.Fatal(err)
	}
	var n int
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.prev, &r.kind, &r.subject, &r.object); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	stmts := map[string]driver.Stmt{}
	for _, q := range []string{`CREATE TEMP TABLE bare (id INTEGER PRIMARY KEY, kind TEXT, version INTEGER, seq INTEGER, parent TEXT, created INTEGER, open INTEGER, batch TEXT)`, "BEGIN"} {
		if _, err := j.conn.ExecContext(ctx, q); err != nil {
			b.Fatal(err)
		}
	}
	for i := range n {
		if err := execOn(ctx, j.conn, stmts, `INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			int64(i), "attempt", int64(1), int64(i), "ABCDE12345678ABCD", int64(i), int64(0), "batch-123"); err != nil {
			b.Fatal(err)
		}
	}
	for _, s := range stmts {
		_ = s.Close()
	}
	for _, q := range []string{"COMMIT", "DROP TABLE bare"} {
		if _, err := j.conn.ExecContext(ctx, q); err != nil {
			b.Fatal(err)
		}
	}
	return now().Sub(start)
}

func benchStart(b *testing.B, dir string) {
	ctx := context.Background()
	var all []time.Duration
	for b.Loop() {
		for range 10 {
			start := now()
			j, err := Open(Options{Dir: dir})
			if err != nil {
				b.Fatal(err)
			}
			// What the engine asks before the first sale.
			_, err1 := j.Unfinished(ctx)
			_, err2 := j.LastNumber(ctx)
			_, err3 := j.Settings(ctx)
			all = append(all, now().Sub(start))
			if err1 != nil || err2 != nil || err3 != nil {
				b.Fatal(err1, err2, err3)
			}
			if err := j.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	report(b, "start", all)
}

// benchPages reads pages of the list and of searches, from anywhere in them. Each
// kind stands beside its floor: the same rows, read by their names.
func benchPages(b *testing.B, dir string) {
	ctx := context.Background()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	random := rand.New(rand.NewPCG(3, 4))
	newest, err := j.LastNumber(ctx)
	if err != nil {
		b.Fatal(err)
	}
	last, err := j.Attempt(ctx, newest)
	if err != nil {
		b.Fatal(err)
	}
	some := func() time.Time {
		return last.Created.Add(-time.Duration(random.IntN(*operations)) * 30 * time.Second)
	}
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	kinds := map[string]func() order.Query{
		"list":   func() order.Query { return order.Query{To: some()} },
		"amount": func() order.Query { a := usd(100 + random.Int64N(50_000)); return order.Query{Least: a, Most: a} },
		"range": func() order.Query {
			a := random.Int64N(50_000)
			return order.Query{Least: usd(a), Most: usd(a + 300), To: some()}
		},
		"last4":    func() order.Query { return order.Query{Last4: fmt.Sprintf("%04d", random.IntN(10_000))} },
		"declined": func() order.Query { return order.Query{States: []order.State{order.Declined}, To: some()} },
		"holder":   func() order.Query { return order.Query{Text: fmt.Sprintf("name%d", random.IntN(50_000))} },
		"note":     func() order.Query { return order.Query{Text: fmt.Sprintf("table %d", random.IntN(40)), To: some()} },
		"authcode": func() order.Query { return order.Query{Text: fmt.Sprintf("%06d", random.IntN(1e6))} },
		"number":   func() order.Query { return order.Query{Number: newest[:8], To: some()} },
		"bill":     func() order.Query { return order.Query{Text: fmt.Sprint(random.IntN(1_000_000)), Whole: true} },
		"cash": func() order.Query {
			a := usd(100 + random.Int64N(50_000))
			return order.Query{Least: a, Most: a, Kinds: []order.Kind{order.KindCash}}
		},
		"day": func() order.Query { // of the window: without voids, captures and checks
			from := some()
			return order.Query{From: from, To: from.AddDate(0, 0, 1), Limit: 200,
				Kinds: []order.Kind{order.KindSale, order.KindAuth, order.KindCash, order.KindStored, order.KindReturn}}
		},
		"nothing": func() order.Query { return order.Query{Text: "flowers", Operator: "op1"} },
		"both": func() order.Query {
			return order.Query{Kinds: []order.Kind{order.KindAuth}, States: []order.State{order.Reversed}, Operator: "op3"}
		},
		// Two that hardly ever go together, and no index for both: the worst.
		"worst": func() order.Query { return order.Query{Operator: "op3", Text: "table", Least: usd(90_000)} },
	}
	for b.Loop() {
		for name, query := range kinds {
			var all, bare []time.Duration
			for range 200 {
				q := query()
				start := now()
				page, err := j.List(ctx, q)
				if err != nil {
					b.Fatal(err)
				}
				all = append(all, now().Sub(start))
				bare = append(bare, bareRead(b, j, page.Rows))
			}
			report(b, name, all)
			report(b, name+"-floor", bare)
		}
	}
	b.ReportMetric(residentMB(), "resident-MB")
}

// bareRead reads rows by their names, and decodes nothing.
func bareRead(b *testing.B, j *Journal, found []order.Row) time.Duration {
	b.Helper()
	ids := []string{""}
	for _, r := range found {
		ids = append(ids, r.Facts().ID)
	}
	list, _ := json.Marshal(ids)
	start := now()
	rows, err := j.read.QueryContext(context.Background(), `SELECT e.object FROM json_each(?) AS w CROSS JOIN objects AS o ON o.id = w.value CROSS JOIN events AS e ON e.seq = o.seq`, string(list))
	if err != nil {
		b.Fatal(err)
	}
	var data []byte
	for rows.Next() {
		if err := rows.Scan(&data); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	return now().Sub(start)
}

func benchCommit(b *testing.B, dir string) {
	ctx := context.Background()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	tend(b, j)
	floor := bareCommits(b)
	numbers := id.Source{Nonce: j.Nonce(), Clock: clock.Real{}}
	var ours, bare []time.Duration
	for b.Loop() {
		for range 500 {
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
	}
	report(b, "commits", ours)
	report(b, "floor", bare)
}

func benchCheck(b *testing.B, dir string, events int64) {
	j, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	for b.Loop() {
		start := now()
		if err := j.CheckAll(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(now().Sub(start).Seconds(), "check-s")
		b.ReportMetric(residentMB(), "resident-MB")
	}
}

func report(b *testing.B, name string, all []time.Duration) {
	slices.Sort(all)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(all[len(all)*p/100].Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", name, p))
	}
}

// residentMB is the memory that the process has at this moment, where Linux
// tells.
func residentMB() float64 {
	runtime.GC()
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}
