package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func notice(i int, change ...func(*order.Notice)) order.Notice {
	txn := fmt.Sprintf("T%04d", i)
	n := order.Notice{ID: order.NoticeID("paypal", txn, order.NoticePaid), Version: 1, State: order.NoticeReview, Kind: order.NoticePayment, Provider: "paypal",
		Txn: txn, Status: order.NoticePaid, Payer: fmt.Sprintf("payer%d@example.org", i%7), Gross: money.New(int64(i)*100, money.USD),
		Created: t0.Add(time.Duration(i) * time.Minute)}
	for _, c := range change {
		c(&n)
	}
	return n
}

func ids(t *testing.T, j *Journal, q order.NoticeQuery) (all []string) {
	t.Helper()
	for {
		page, err := j.Notices(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Notices {
			all = append(all, n.Txn)
		}
		if page.Next == "" {
			return all
		}
		q.Before = page.Next
	}
}

// TestNotices: the log is read newest first, by pages, and by whatever is asked.
func TestNotices(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	for i := range 500 {
		put(t, j, notice(i))
	}
	put(t, j, notice(500, func(n *order.Notice) {
		n.State, n.Kind, n.Gross, n.Parent, n.Customer = order.NoticeCredited, order.NoticeRefund, money.New(-4200, money.USD), "T0042", "C1"
		n.PayerName = "Ångström"
	}))
	for _, tt := range []struct {
		name string
		q    order.NoticeQuery
		want []string
	}{
		{"state", order.NoticeQuery{States: []order.NoticeState{order.NoticeCredited}}, []string{"T0500"}},
		{"kind", order.NoticeQuery{Kinds: []order.NoticeKind{order.NoticeRefund}}, []string{"T0500"}},
		{"customer", order.NoticeQuery{Customer: "C1"}, []string{"T0500"}},
		{"text in capitals", order.NoticeQuery{Text: "ÅNGSTRÖM"}, []string{"T0500"}},
		{"two words", order.NoticeQuery{Text: "payer1@ t0008"}, []string{"T0008"}},
		{"amount, whichever way", order.NoticeQuery{Least: money.New(4200, money.USD), Most: money.New(4200, money.USD)}, []string{"T0500", "T0042"}},
		{"another currency", order.NoticeQuery{Least: money.New(1, money.EUR)}, nil},
		{"a stretch of time", order.NoticeQuery{From: t0.Add(7 * time.Minute), To: t0.Add(9 * time.Minute)}, []string{"T0009", "T0008", "T0007"}},
		{"pages", order.NoticeQuery{To: t0.Add(4 * time.Minute), Limit: 2}, []string{"T0004", "T0003", "T0002", "T0001", "T0000"}},
		{"nothing", order.NoticeQuery{Text: "no such"}, nil},
	} {
		if got := ids(t, j, tt.q); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := ids(t, j, order.NoticeQuery{}); len(got) != 501 || got[0] != "T0500" || got[500] != "T0000" {
		t.Errorf("all: got %d", len(got))
	}
	if of, err := j.NoticesOf(ctx, order.NoticeID("paypal", "T0042", order.NoticePaid)); err != nil || len(of) != 1 || of[0].Txn != "T0500" {
		t.Errorf("of a payment: %v, %v", of, err)
	}
	if err := j.Commit(ctx, entries(notice(3))...); !errors.Is(err, order.ErrConflict) {
		t.Errorf("the same message again: %v", err)
	}
	if _, err := j.Notices(ctx, order.NoticeQuery{Before: "none"}); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("behind none: %v", err)
	}
	follows(t, j)
}

// TestLedgerSideBySide: what was committed together is there together, and a
// customer that changed meanwhile keeps both out.
func TestLedgerSideBySide(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	c := order.Customer{ID: "C1", Version: 1, Name: "Ann", Emails: []string{"ann@example.org"}, Created: t0}
	put(t, j, c)
	n, booked, err := order.BookNotice(notice(1), c, t0)
	if err != nil {
		t.Fatal(err)
	}
	n.Version = 1
	if err := j.Commit(ctx, entries(n, booked)...); err != nil {
		t.Fatal(err)
	}
	again := notice(2)
	if err := j.Commit(ctx, entries(again, booked)...); !errors.Is(err, order.ErrConflict) {
		t.Errorf("an old customer: %v", err)
	}
	if _, err := j.Notice(ctx, again.ID); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("its message: %v", err)
	}
	if all, err := j.Customers(ctx); err != nil || len(all) != 1 || all[0].Balance(money.USD) != money.New(100, money.USD) {
		t.Errorf("customers: %+v, %v", all, err)
	}
	p := order.Payout{ID: "Q1", Version: 1, State: order.PayoutListed, To: "fred@example.org", Amount: money.New(100, money.USD), Created: t0}
	put(t, j, p)
	if all, err := j.Payouts(ctx); err != nil || len(all) != 1 || all[0] != p {
		t.Errorf("payouts: %+v, %v", all, err)
	}
}

// BenchmarkNotices reads the newest page of a log of 20,000, and looks for a text
// that only one old entry has.
func BenchmarkNotices(b *testing.B) {
	j, err := Open(Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	var all []any
	for i := range 20_000 {
		if all = append(all, notice(i)); len(all) == 1000 {
			if err := j.Commit(context.Background(), entries(all...)...); err != nil {
				b.Fatal(err)
			}
			all = nil
		}
	}
	for _, q := range []order.NoticeQuery{{Limit: 50}, {Text: "no such"}} {
		b.Run(fmt.Sprintf("text=%t", q.Text != ""), func(b *testing.B) {
			for b.Loop() {
				if _, err := j.Notices(context.Background(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
