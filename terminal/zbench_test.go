package terminal_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// BenchmarkZ writes the first Z report of a journal of so many payments, card and
// cash by turns: from the call to the report in the journal, with no batch to ask
// the host about. The floor is a bare reading of the same events.
//
//	go test -tags ci ./terminal -run '^$' -bench 'BenchmarkZ$' -benchtime 3x -timeout 1h
func BenchmarkZ(b *testing.B) {
	for _, n := range []int{5000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			filled := b.TempDir()
			fillDays(b, filled, n)
			var wrote, told, floor time.Duration
			for b.Loop() {
				b.StopTimer()
				dir := filepath.Join(b.TempDir(), "desk")
				if err := os.CopyFS(dir, os.DirFS(filled)); err != nil {
					b.Fatal(err)
				}
				start := now()
				bareEvents(b, dir)
				floor += now().Sub(start)
				term := open(b, dir, settings.Training)
				signIn(b, term)
				b.StartTimer()
				start = now()
				x, err := term.X(b.Context())
				told += now().Sub(start)
				start = now()
				z, wrong := term.WriteZ(b.Context(), nil)
				wrote += now().Sub(start)
				if err != nil || wrong != nil || z.Figures[0].Sales.Count != n || x.Figures[0].Net != z.Figures[0].Net {
					b.Fatalf("%+v, %v, %v", z.Figures, err, wrong)
				}
				b.StopTimer()
				if err := term.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			runs := float64(b.N)
			b.ReportMetric(wrote.Seconds()/runs, "z-s")
			b.ReportMetric(told.Seconds()/runs, "x-s")
			b.ReportMetric(floor.Seconds()/runs, "floor-s")
		})
	}
}

// fillDays gives the journal of a training terminal n payments of long ago, which
// no comparison with the host looks at.
func fillDays(b *testing.B, dir string, n int) {
	b.Helper()
	term := open(b, dir, settings.Training)
	signIn(b, term)
	now := term.Settings()
	now.Day.Drawer = settings.DrawerNone
	if err := term.Apply(b.Context(), now); err != nil {
		b.Fatal(err)
	}
	if err := term.Close(); err != nil {
		b.Fatal(err)
	}
	j, err := journal.Open(journal.Options{Dir: filepath.Join(dir, "training"), Mode: settings.Training})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Date(2020, 5, 4, 10, 0, 0, 0, time.UTC)
	var entries []order.Entry
	for i := range n {
		entries = append(entries, payment(i, began.Add(time.Duration(i)*time.Minute))...)
		if len(entries) > 2000 || i == n-1 {
			if err := j.Commit(context.Background(), entries...); err != nil {
				b.Fatal(err)
			}
			entries = entries[:0]
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

// payment are the events of a payment by card or in cash.
func payment(i int, at time.Time) []order.Entry {
	o := order.Order{ID: fmt.Sprintf("O%07d", i), Version: 1, State: order.Open, Amount: money.New(1250+int64(i%5000), money.USD), Created: at}
	entry := func(kind string, object any) order.Entry {
		return order.Entry{Kind: kind, Actor: order.ActorTerminal, Object: object}
	}
	if i%2 == 0 {
		c := order.Cash{ID: fmt.Sprintf("C%07d", i), Version: 1, Order: o.ID, Amount: o.Amount, Tendered: o.Amount, Operator: "op", At: at}
		paid := o
		paid.Version, paid.State, paid.PaidBy = 2, order.PaidOther, c.ID
		return []order.Entry{entry("order.open", o), entry("order.paid", paid), entry("cash.taken", c)}
	}
	a := order.Begin(order.Attempt{Number: fmt.Sprintf("N%07d", i), Order: o.ID, Kind: order.KindSale, Asked: o.Amount,
		Device: "device", Brand: "Visa", Last4: "1111", Entry: "keyed", Operator: "op"}, at)
	done := a
	done.Version, done.State, done.Decision, done.Approved = 2, order.Approved, order.Adopt, a.Asked
	done.GUID, done.Batch, done.AuthCode = fmt.Sprintf("guid-%07d", i), fmt.Sprintf("batch-%d", i/500), "TAS123"
	paid := o
	paid.Version, paid.State, paid.PaidBy = 2, order.PaidCard, a.Number
	return []order.Entry{entry("order.open", o), entry("attempt.sending", a), entry("attempt.decided", done), entry("order.decided", paid)}
}

func bareEvents(b *testing.B, dir string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "training", "journal.db")+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was read
	rows, err := db.Query(`SELECT seq, prev, at, object FROM events ORDER BY seq`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq, prev, at int64
		var object sql.RawBytes
		if err := rows.Scan(&seq, &prev, &at, &object); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
