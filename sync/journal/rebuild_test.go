package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// history makes random entries about objects of all kinds, as an engine might.
type history struct {
	*rand.Rand
	at       time.Time
	n        int
	attempts []order.Attempt
	orders   []order.Order
	follows  []order.FollowUp
	jobs     []order.Job
	batches  []order.Batch
	beside   []order.Row // cash and stored sales
	bills    []order.Bill
	codes    []order.QR
	refunds  []order.Refund
	compared int64
}

func newHistory(seed uint64) *history {
	return &history{Rand: rand.New(rand.NewPCG(seed, 1)), at: t0}
}

func pick[T any](h *history, all []T) T { return all[h.IntN(len(all))] }

func (h *history) id(kind string) string {
	h.n++
	return fmt.Sprintf("%s%06d", kind, h.n)
}

var notes = []string{"", "", "Table 12", "Änderung Größe 7", "flowers for Mrs Flood", `quote " and 'tick'`, "日本 テーブル"}

// next is the entries of one commit.
func (h *history) next() []order.Entry {
	h.at = h.at.Add(time.Duration(h.IntN(5000)-500) * time.Millisecond) // the clock may go back
	switch h.IntN(17) {
	case 16:
		return h.ledger()
	case 15:
		return h.refund()
	case 14:
		return h.code()
	case 13:
		return entries(order.CashBack{ID: h.id("C"), Version: 1, Of: h.id("C"), Order: h.id("O"), Amount: money.New(100, money.USD), At: h.at})
	case 12:
		return h.bill()
	case 11:
		return h.stored()
	case 10:
		return entries(order.SealKey{ID: h.id("K"), Version: 1, Created: h.at})
	case 9:
		return h.cash()
	case 8:
		h.compared++
		return entries(order.Reconciliation{ID: h.id("R"), Version: h.compared, Why: order.WhyHourly, Device: "dev", Began: h.at})
	case 0, 1:
		return h.sale()
	case 2, 3:
		if len(h.attempts) > 0 {
			a := &h.attempts[h.IntN(len(h.attempts))]
			a.Version++
			a.State = pick(h, order.States)
			if a.State == order.Approved {
				a.Approved, a.Batch = a.Asked, pick(h, []string{"b1", "b2"})
				a.AuthCode, a.Reference = fmt.Sprintf("A%05d", h.IntN(50)), fmt.Sprintf("%d-%d", h.IntN(9), h.IntN(999))
			}
			return entries(*a)
		}
	case 4:
		if len(h.orders) > 0 {
			o := &h.orders[h.IntN(len(h.orders))]
			o.Version++
			o.State = order.Abandoned
			return entries(*o)
		}
	case 5:
		return h.follow()
	case 6:
		return h.job()
	default:
		return h.other()
	}
	return h.sale()
}

// ledger makes an entry of the payment log, a customer and a payout.
func (h *history) ledger() []order.Entry {
	return entries(order.Notice{ID: h.id("M"), Version: 1, State: pick(h, order.NoticeStates), Kind: order.NoticeRefund, Provider: "paypal",
		Parent: pick(h, []string{"", "T1"}), Gross: money.New(-100, money.USD), Created: h.at},
		order.Customer{ID: h.id("P"), Version: 1, Name: "Ann", Emails: []string{"ann@example.org"}, Created: h.at},
		order.Payout{ID: h.id("Q"), Version: 1, State: pick(h, order.PayoutStates), To: "fred@example.org", Amount: money.New(100, money.USD), Created: h.at},
		order.Shift{ID: h.id("S"), Version: 1, Number: 1, State: order.ShiftOpen, Opened: h.at},
		order.Move{ID: h.id("M"), Version: 1, Shift: "S1", Kind: order.MoveIn, Amount: money.New(100, money.USD), Reason: "change", At: h.at},
		order.ZReport{ID: h.id("Z"), Version: 1, Number: 1, Day: "2026-11-22", At: h.at},
		order.Proof{ID: h.id("P"), Version: 1, Batch: "B1", At: h.at},
		order.Export{ID: h.id("X"), Version: 1, Target: order.ExportXero, Z: 1, At: h.at})
}

func (h *history) sale() []order.Entry {
	o := order.Order{ID: h.id("O"), Version: 1, State: order.Open, Amount: money.New(h.Int64N(20)*50, money.USD), Note: pick(h, notes), Created: h.at}
	a := order.Begin(order.Attempt{Number: h.id("N"), Order: o.ID, Asked: o.Amount, Kind: pick(h, []order.Kind{order.KindSale, order.KindSale, order.KindAuth}),
		Device: "dev", Brand: "Visa", Last4: pick(h, []string{"1111", "4242", "0005"}), Holder: pick(h, []string{"", "ANN FLOOD", "Bob O'Neil"}),
		Entry: "keyed", Operator: pick(h, []string{"ann", "bob"})}, h.at)
	h.orders, h.attempts = append(h.orders, o), append(h.attempts, a)
	return entries(o, a)
}

// stored makes a stored sale, or moves one on.
func (h *history) stored() []order.Entry {
	for i, r := range h.beside {
		if r.Stored == nil || h.IntN(len(h.beside)) > 0 {
			continue
		}
		s := *r.Stored
		s.Version++
		s.State, s.Reason = pick(h, order.StoredStates), pick(h, notes)
		h.beside[i] = order.Row{Stored: &s}
		return entries(s)
	}
	s := order.Stored{ID: h.id("S"), Version: 1, Order: h.id("O"), State: order.StoredWaiting, Amount: money.New(h.Int64N(20)*50, money.USD),
		Last4: pick(h, []string{"1111", "4242"}), Operator: pick(h, []string{"ann", "bob"}), Created: h.at}
	h.beside = append(h.beside, order.Row{Stored: &s})
	list := entries(s)
	list[0].Sealed = []byte("sealed")
	return list
}

// cash pays an order with a note.
func (h *history) cash() []order.Entry {
	o := order.Order{ID: h.id("O"), Version: 1, State: order.PaidOther, Amount: money.New(h.Int64N(20)*50, money.USD), Note: pick(h, notes), Created: h.at}
	c := order.Cash{ID: h.id("C"), Version: 1, Order: o.ID, Amount: o.Amount, Tendered: o.Amount, Operator: pick(h, []string{"ann", "bob"}), At: h.at}
	h.orders, h.beside = append(h.orders, o), append(h.beside, order.Row{Cash: &c})
	return entries(o, c)
}

// code makes a code, or moves one on.
func (h *history) code() []order.Entry {
	if len(h.codes) > 0 && h.IntN(2) == 0 {
		q := &h.codes[h.IntN(len(h.codes))]
		q.Version++
		q.State, q.Remote = pick(h, order.QRStates), "plink_"+q.ID
		if h.IntN(2) == 0 {
			q.Payments = append(q.Payments[:len(q.Payments):len(q.Payments)], order.QRPayment{ID: h.id("pay_"), As: pick(h, []order.PaymentAs{order.Adopted, order.Stray}), Amount: q.Asked, At: h.at})
		}
		return entries(*q)
	}
	o := order.Order{ID: h.id("O"), Version: 1, State: order.Open, Amount: money.New(h.Int64N(20)*50, money.USD), Note: pick(h, notes), Created: h.at}
	q := order.BeginQR(order.QR{ID: h.id("Q"), Order: o.ID, Provider: pick(h, []string{"paypal", "razorpay"}), Asked: o.Amount, Operator: pick(h, []string{"ann", "bob"})}, h.at)
	h.orders, h.codes = append(h.orders, o), append(h.codes, q)
	return entries(o, q)
}

// refund makes a refund of a code, or moves one on.
func (h *history) refund() []order.Entry {
	if len(h.refunds) > 0 && h.IntN(2) == 0 {
		r := &h.refunds[h.IntN(len(h.refunds))]
		r.Version++
		r.State, r.Remote = pick(h, order.RefundStates), "rfnd_"+r.ID
		return entries(*r)
	}
	r := order.Refund{ID: h.id("R"), Version: 1, State: order.RefundSending, Of: h.id("Q"), Order: h.id("O"), Provider: "paypal", Payment: h.id("pay_"),
		Amount: money.New(h.Int64N(20)*50, money.USD), Reason: pick(h, notes), Operator: pick(h, []string{"ann", "bob"}), Created: h.at}
	if len(h.codes) > 0 {
		q := pick(h, h.codes)
		r.Of, r.Order = q.ID, q.Order
	}
	h.refunds = append(h.refunds, r)
	return entries(r)
}

func (h *history) bill() []order.Entry {
	if len(h.bills) > 0 && h.IntN(2) == 0 {
		b := &h.bills[h.IntN(len(h.bills))]
		b.Version++
		b.State = pick(h, []order.BillState{order.BillOpen, order.BillPaid, order.BillCancelling, order.BillCancelled})
		return entries(*b)
	}
	b := order.Bill{ID: h.id("L"), Version: 1, State: order.BillOpen, Goods: money.New(100, money.USD), Note: pick(h, notes), Created: h.at,
		Legs: []order.Leg{{Order: h.id("O"), Tender: order.TenderCash, Amount: money.New(100, money.USD)}}}
	h.bills = append(h.bills, b)
	return entries(b)
}

func (h *history) follow() []order.Entry {
	if len(h.follows) > 0 && h.IntN(2) == 0 {
		f := &h.follows[h.IntN(len(h.follows))]
		f.Version++
		f.State, f.Batch = pick(h, order.FollowStates), "b2"
		return entries(*f)
	}
	of := ""
	if len(h.attempts) > 0 {
		of = pick(h, h.attempts).Number
	}
	f := order.FollowUp{ID: h.id("N"), Act: pick(h, []order.Act{order.Void, order.Return, order.Capture, order.Check}), Version: 1,
		State: order.FollowSending, Of: of, Amount: money.New(h.Int64N(20)*50, money.USD), Reason: pick(h, notes), Operator: "ann", Created: h.at}
	h.follows = append(h.follows, f)
	return entries(f)
}

func (h *history) job() []order.Entry {
	if len(h.jobs) > 0 && h.IntN(2) == 0 {
		j := &h.jobs[h.IntN(len(h.jobs))]
		j.Version++
		j.State = pick(h, []order.JobState{order.JobQueued, order.JobSending, order.JobDone, order.JobRefused, order.JobDropped})
		return entries(*j)
	}
	j := order.Job{ID: h.id("J"), Version: 1, Kind: pick(h, order.JobKinds), State: order.JobQueued, Subject: "N1", Queued: h.at, Due: h.at,
		To: pick(h, []string{"", "ann@shop.example"}), Reason: pick(h, notes), Touched: h.IntN(2) == 0}
	h.jobs = append(h.jobs, j)
	return entries(j)
}

func (h *history) other() []order.Entry {
	switch h.IntN(4) {
	case 0:
		return entries(staff.Operator{ID: pick(h, []string{"ann", "bob"}), Name: "x", Failures: h.IntN(5)})
	case 1:
		return entries(settings.Change{Key: pick(h, []string{"shop.name", "host.url"}), New: fmt.Sprint(h.IntN(9))})
	case 2:
		return []order.Entry{{Kind: "operator.signed-out", Subject: "ann", Actor: "ann"}}
	}
	if len(h.batches) > 0 && h.IntN(2) == 0 {
		b := &h.batches[h.IntN(len(h.batches))]
		b.Version++
		b.State, b.GUID = pick(h, []order.BatchState{order.BatchUnknown, order.BatchClosed, order.BatchNotClosed}), "b1"
		return entries(*b)
	}
	b := order.Batch{ID: h.id("B"), Version: 1, State: order.BatchClosing, Asked: h.at}
	h.batches = append(h.batches, b)
	return entries(b)
}

// follows brings the index up to date.
func follows(t *testing.T, j *Journal) {
	t.Helper()
	for {
		done, err := j.Index(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if done {
			return
		}
	}
}

// dump is every byte of the projections.
func dump(t *testing.T, j *Journal) string {
	t.Helper()
	var all strings.Builder
	for _, table := range append(projections, "meta") {
		where := ""
		if table == "meta" {
			where = ` WHERE key <> 'sound' AND key <> 'compared'`
		}
		rows, err := j.read.Query(`SELECT * FROM ` + table + where)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&all, "%s:", table)
			for _, v := range values {
				fmt.Fprintf(&all, " %v", *v.(*any))
			}
			all.WriteByte('\n')
		}
		_ = rows.Close()
	}
	return all.String()
}

// TestRebuildIsWhatGrew: what commits and Index made step by step is what the
// events make at once, to the byte, in whatever steps it was made.
func TestRebuildIsWhatGrew(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(6) {
		j, h := open(t), newHistory(seed)
		for range 400 {
			if err := j.Commit(ctx, h.next()...); err != nil {
				t.Fatal(err)
			}
			if h.IntN(40) == 0 {
				if _, err := j.Index(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if h.IntN(150) == 0 {
				if err := j.CompareProjections(ctx); err != nil {
					t.Errorf("seed %d, with a tail: %v", seed, err)
				}
			}
		}
		follows(t, j)
		if err := j.CompareProjections(ctx); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		before := dump(t, j)
		if err := j.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if after := dump(t, j); after != before || len(after) < 10000 {
			t.Errorf("seed %d: before\n%s\nafter\n%s", seed, before, after)
		}
		put(t, j, attempt("N-after", h.at))
		if _, err := j.Verify(ctx); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestCompareFindsEveryDifference changes a projection behind the program's
// back, and repairs it by a rebuild.
func TestCompareFindsEveryDifference(t *testing.T) {
	ctx := context.Background()
	j, h := open(t), newHistory(9)
	for range 200 {
		if err := j.Commit(ctx, h.next()...); err != nil {
			t.Fatal(err)
		}
	}
	follows(t, j)
	want := dump(t, j)
	for _, change := range []string{
		`UPDATE objects SET open = 1 - open WHERE id = (SELECT max(id) FROM objects WHERE kind = 'attempt')`,
		`UPDATE objects SET parent = 'x' WHERE kind = 'follow'`,
		`DELETE FROM objects WHERE kind = 'job'`,
		`INSERT INTO objects SELECT 'extra', kind, version, seq, parent, created, open, batch FROM objects LIMIT 1`,
		`UPDATE search SET amount = amount + 1 WHERE state = 'SENDING'`,
		`DELETE FROM search WHERE last4 = '4242'`,
		`DELETE FROM search_words WHERE word = 'flood'`,
		`UPDATE search_notes SET note = 'x'`,
	} {
		if _, err := j.conn.ExecContext(ctx, change); err != nil {
			t.Fatal(err)
		}
		if err := j.CompareProjections(ctx); err == nil || !strings.Contains(err.Error(), "does not agree") {
			t.Errorf("%s: got %v", change, err)
		}
		if err := j.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if got := dump(t, j); got != want {
			t.Errorf("%s: not repaired", change)
		}
	}
}

// TestEveryKindIsTold: each object's JSON tells its kind.
func TestEveryKindIsTold(t *testing.T) {
	h, seen := newHistory(3), map[string]bool{}
	for range 500 {
		for _, e := range h.next() {
			if e.Object == nil {
				continue
			}
			s, err := shapeOf(e.Object)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := kindOf(marshal(t, e.Object)); err != nil || got != s.kind {
				t.Errorf("%T: got %q, %v", e.Object, got, err)
			}
			seen[s.kind] = true
		}
	}
	if len(seen) != len(telling) {
		t.Errorf("saw %v, want all of %v", seen, telling)
	}
	for _, text := range []string{``, `{`, `{}`, `[]`, `{"id":"x"}`, `null`} {
		if kind, err := kindOf([]byte(text)); err == nil {
			t.Errorf("%s: got %s", text, kind)
		}
	}
}

func marshal(t *testing.T, object any) []byte {
	t.Helper()
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
