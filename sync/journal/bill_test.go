package journal

import (
	"context"
	"errors"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestBills: a bill is read back, is unfinished until its end, and counts
// nowhere: what its legs are is in their own objects.
func TestBills(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	paid := attempt("N-1", t0)
	put(t, j, paid)
	before, err := j.OpenBatch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	last, err := j.LastNumber(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b := order.Bill{ID: "Z-1", Version: 1, State: order.BillOpen, Goods: usd(1000), Tax: usd(0), Tip: usd(0), Number: "A-17", Created: t0,
		Legs: []order.Leg{{Order: "O-1", Tender: order.TenderCash, Amount: usd(500)}}}
	c := order.Cash{ID: "Z-2", Version: 1, Order: "O-1", Amount: usd(500), Tendered: usd(500), At: t0}
	back := order.CashBack{ID: "Z-3", Version: 1, Of: "Z-2", Order: "O-1", Amount: usd(100), Reason: "cold", At: t0}
	if err := j.Commit(ctx, entries(b, c, back)...); err != nil {
		t.Fatal(err)
	}
	if err := j.Commit(ctx, entries(b)...); !errors.Is(err, order.ErrConflict) {
		t.Errorf("the same bill again: %v", err)
	}
	if u, err := j.Unfinished(ctx); err != nil || len(u.Bills) != 1 || u.Bills[0].ID != "Z-1" || u.Bills[0].Legs[0] != b.Legs[0] {
		t.Errorf("unfinished: %+v, %v", u.Bills, err)
	}
	b.Version, b.State = 2, order.BillPaid
	if err := j.Commit(ctx, entries(b)...); err != nil {
		t.Fatal(err)
	}
	if u, err := j.Unfinished(ctx); err != nil || len(u.Bills) != 0 {
		t.Errorf("unfinished: %+v, %v", u.Bills, err)
	}
	if got, err := j.Bill(ctx, "Z-1"); err != nil || got.State != order.BillPaid || got.Number != "A-17" {
		t.Errorf("%+v, %v", got, err)
	}
	if backs, err := j.CashBacksOf(ctx, "Z-2"); err != nil || len(backs) != 1 || backs[0] != back {
		t.Errorf("cash back %+v, %v", backs, err)
	}
	if _, err := j.Bill(ctx, "O-1"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("no such bill: %v", err)
	}
	follows(t, j)
	if sum, err := j.OpenBatch(ctx); err != nil || sum != before {
		t.Errorf("the open batch is %+v, was %+v, %v", sum, before, err)
	}
	if n, err := j.LastNumber(ctx); err != nil || n != last {
		t.Errorf("the last number is %s, was %s, %v", n, last, err)
	}
	for _, q := range []order.Query{{}, {Text: "A-17"}, {Number: "Z-1"}} {
		sales, err := j.Sales(ctx, q)
		for _, s := range sales {
			if s.Number != paid.Number {
				t.Errorf("%+v finds %s", q, s.Number)
			}
		}
		if err != nil || q.Text+q.Number != "" && len(sales) > 0 {
			t.Errorf("%+v finds %d, %v", q, len(sales), err)
		}
	}
}
