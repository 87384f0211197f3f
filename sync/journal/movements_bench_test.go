package journal

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// BenchmarkMovements adds up all that a journal has, as a Z report does: sales of
// twelve events each, on bills with tax and tip, with their receipts. Beside each
// stands its floor, a bare reading of the same events.
//
//	go test -tags ci ./sync/journal -run '^$' -bench Movements -benchtime 1x -operations 200000 -timeout 1h
func BenchmarkMovements(b *testing.B) {
	for _, n := range []int{5000, *operations} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ctx := context.Background()
			dir := b.TempDir()
			fillRows(b, dir, n, ticketRows)
			j, err := Open(Options{Dir: dir})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = j.Close() })
			if err := j.Rebuild(ctx); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				start := now()
				figures, err := order.SumUp(money.USD, order.Days{}, j.Movements(ctx, 0, 0))
				took := now().Sub(start)
				if err != nil || figures[0].Sales.Count != n || figures[0].Tax.Minor != int64(n)*82 {
					b.Fatalf("%+v, %v", figures, err)
				}
				start = now()
				bareScan(b, j)
				b.ReportMetric(took.Seconds(), "total-s")
				b.ReportMetric(now().Sub(start).Seconds(), "floor-s")
				b.ReportMetric(float64(took.Nanoseconds())/float64(n), "ns/operation")
				b.ReportMetric(residentMB(), "resident-MB")
			}
		})
	}
}

// ticketRows are the twelve events of a sale on a bill behind seq.
func ticketRows(random *rand.Rand, number func() string, at time.Time, seq int64) []row {
	a := attempt(number(), at)
	a.Order, a.Asked, a.Holder = number(), usd(1000+82+150), "NAME OF"
	a.Last4, a.Operator = fmt.Sprintf("%04d", random.IntN(10_000)), fmt.Sprintf("op%d", random.IntN(12))
	o := order.Order{ID: a.Order, Version: 1, State: order.Open, Amount: a.Asked, Bill: number(), Created: at}
	bill := order.Bill{ID: o.Bill, Version: 1, State: order.BillOpen, Goods: usd(1000), Tax: usd(82), Tip: usd(150), Number: "T12", Operator: a.Operator,
		Created: at, Since: at, Legs: []order.Leg{{Order: o.ID, Tender: order.TenderCard, Amount: a.Asked}}}
	job := order.Job{ID: number(), Version: 1, Kind: order.JobPrint, State: order.JobQueued, Subject: a.Number,
		Document: order.DocumentSale, Copy: order.CopyCustomer, Queued: at, Due: at}
	approved := paid(a, fmt.Sprintf("batch-%d", at.Unix()/86400))
	approved.AuthCode, approved.Reference, approved.Code = "OK1234", "112233445566", "A0000"
	objects := []any{bill, o, a, approved}
	prev := []int64{0, 0, 0, seq + 3}
	o.Version, o.State, o.PaidBy = 2, order.PaidCard, a.Number
	bill.Version, bill.State = 2, order.BillPaid
	objects, prev = append(objects, o, bill), append(prev, seq+2, seq+1)
	for _, c := range []string{order.CopyCustomer, order.CopyMerchant} {
		job.ID, job.Copy, job.Version = number(), c, 0
		for _, s := range []order.JobState{order.JobQueued, order.JobSending, order.JobDone} {
			before := int64(0)
			if s != order.JobQueued {
				before = seq + int64(len(objects))
			}
			job.Version++
			job.State = s
			objects, prev = append(objects, job), append(prev, before)
		}
	}
	rows := asRows(seq, at, a.Operator, objects...)
	for i := range rows {
		rows[i].prev = prev[i]
	}
	return rows
}

func bareScan(b *testing.B, j *Journal) {
	b.Helper()
	rows, err := j.read.QueryContext(context.Background(), `SELECT seq, prev, at, object FROM events ORDER BY seq`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		var object sql.RawBytes
		if err := rows.Scan(&r.seq, &r.prev, &r.at, &object); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
