package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func movements(t *testing.T, j *Journal, from, to int64) (all []order.Movement) {
	t.Helper()
	for m, err := range j.Movements(context.Background(), from, to) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// split is a bill of two legs with tax and tip, which was paid by card and cash.
func split() (order.Bill, []any) {
	b := order.Bill{ID: "B1", Version: 1, State: order.BillOpen, Goods: usd(900), Tax: usd(85), Tip: usd(15), Created: t0,
		Legs: []order.Leg{{Order: "OA", Tender: order.TenderCard, Amount: usd(500)}, {Order: "OB", Tender: order.TenderCash, Amount: usd(500)}}}
	a := attempt("NA", t0)
	a.Order, a.Asked = "OA", usd(500)
	return b, []any{b, order.Order{ID: "OA", Version: 1, State: order.Open, Amount: usd(500), Bill: "B1", Created: t0}, a, paid(a, "b1"),
		order.Order{ID: "OB", Version: 1, State: order.PaidOther, Amount: usd(500), Bill: "B1", Created: t0},
		order.Cash{ID: "CB", Version: 1, Order: "OB", Amount: usd(500), Tendered: usd(500), At: t0}}
}

// TestMovementsOfABill: each movement has its share of tax and tip, wherever the
// stretch begins that is read.
func TestMovementsOfABill(t *testing.T) {
	j := open(t)
	_, objects := split()
	put(t, j, objects...)
	back := order.CashBack{ID: "BB", Version: 1, Of: "CB", Order: "OB", Amount: usd(250), At: t0}
	f := followUp("FA", order.Return, "NA", 500, t0)
	put(t, j, back, f)
	put(t, j, done(f, "b2"))
	all := movements(t, j, 0, 0)
	var got [][3]int64
	for _, m := range all {
		got = append(got, [3]int64{m.Amount.Minor, m.Tax.Minor, m.Tip.Minor})
	}
	// 42.5 and 7.5 of a half, 63.75 and 11.25 of three quarters.
	if want := [][3]int64{{500, 43, 8}, {500, 42, 7}, {250, 21, 4}, {500, 43, 7}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if m := all[3]; m.Order != "OA" || m.Of != "NA" || m.Tender != order.TenderCard || m.Batch != "b2" || !m.At.Equal(t0) {
		t.Errorf("the return: %+v", m)
	}
	for from := range j.seq {
		want := slices.DeleteFunc(slices.Clone(all), func(m order.Movement) bool { return m.Seq <= from })
		if got := movements(t, j, from, 0); !slices.Equal(got, want) {
			t.Errorf("behind %d: got %+v, want %+v", from, got, want)
		}
		if got := movements(t, j, 0, max(from, 1)); len(got) != len(all)-len(want) && from > 0 {
			t.Errorf("up to %d: %d", from, len(got))
		}
	}
}

// TestMovementsOfAStray: what a customer paid by mistake is the shop's once
// somebody accepts it, with what went back before.
func TestMovementsOfAStray(t *testing.T) {
	j := open(t)
	pay := order.QRPayment{ID: "P", As: order.Stray, Amount: usd(500), At: t0}
	q := order.QR{ID: "Q1", Version: 1, State: order.QRCancelled, Order: "O", Provider: "paypal", Asked: usd(400), Created: t0, Payments: []order.QRPayment{pay}}
	refund := func(id string, version int64, s order.RefundState, fee int64) order.Refund {
		return order.Refund{ID: id, Version: version, State: s, Of: "Q1", Payment: "P", Provider: "paypal", Amount: usd(100), Fee: usd(fee), Created: t0}
	}
	put(t, j, q, refund("R1", 1, order.RefundDone, 2), refund("R2", 1, order.RefundSending, 0))
	if got := movements(t, j, 0, 0); len(got) != 0 {
		t.Fatalf("a stray payment moved %+v", got)
	}
	q.Version, q.Payments = 2, []order.QRPayment{{ID: "P", As: order.Accepted, Amount: usd(500), Fee: usd(15), At: t0, Kept: t0}}
	put(t, j, q, refund("R2", 2, order.RefundDone, 3))
	figures, err := order.SumUp(money.USD, order.Days{}, j.Movements(context.Background(), 0, 0))
	if f := figures[0]; err != nil || f.Sales != (order.Sum{Count: 1, Amount: usd(500)}) || f.Returns != (order.Sum{Count: 2, Amount: usd(200)}) || f.Fees != usd(10) {
		t.Errorf("%+v, %v", figures, err)
	}
}

// TestMovementsOfABatch: what moved in a batch is what the host counts in it.
func TestMovementsOfABatch(t *testing.T) {
	j := open(t)
	sale := func(n string) order.Attempt {
		a := attempt(n, t0)
		put(t, j, a, paid(a, "b1"))
		return a
	}
	sale("N1")
	sale("N2")
	hold := attempt("N3", t0)
	hold.Kind = order.KindAuth
	orphan := attempt("N4", t0)
	put(t, j, hold, paid(hold, ""), orphan)
	orphan.Version, orphan.State, orphan.Decision, orphan.GUID, orphan.Batch = 2, order.OrphanReturn, order.Reverse, "guid-N4", "b0"
	put(t, j, orphan)
	for _, f := range []order.FollowUp{followUp("F1", order.Void, "N1", 1250, t0), followUp("F2", order.Capture, "N3", 900, t0), followUp("F3", order.Return, "N4", 1250, t0)} {
		put(t, j, f)
		put(t, j, done(f, "b1"))
	}
	sum, err := j.OpenBatch(context.Background())
	var sales, returns order.Sum
	for _, m := range movements(t, j, 0, 0) {
		switch {
		case m.Batch == "b0" && m.Kind == order.MovedSale && m.ID == "N4":
		case m.Batch != "b1":
			t.Errorf("%+v", m)
		case m.Kind == order.MovedSale:
			sales.Count, sales.Amount.Minor = sales.Count+1, sales.Amount.Minor+m.Amount.Minor
		case m.Kind == order.MovedVoid:
			sales.Count, sales.Amount.Minor = sales.Count-1, sales.Amount.Minor-m.Amount.Minor
		case m.Kind == order.MovedReturn:
			returns.Count, returns.Amount.Minor = returns.Count+1, returns.Amount.Minor+m.Amount.Minor
		}
	}
	if b := sum.Totals; err != nil || b.Sales != sales.Count || b.SaleAmount.Minor != sales.Amount.Minor || b.Returns != returns.Count ||
		b.ReturnAmount.Minor != returns.Amount.Minor || b.Sales != 2 || b.Returns != 1 {
		t.Errorf("the batch has %+v, %v; moved were %+v, %+v", b, err, sales, returns)
	}
}

func TestMovementsEnd(t *testing.T) {
	j := open(t)
	_, objects := split()
	put(t, j, objects...)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for m, err := range j.Movements(ctx, 0, 0) {
		if cancel(); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%+v, %v", m, err)
		}
	}
	next, stop := iter.Pull2(j.Movements(ctx, 0, 0))
	defer stop()
	if m, err, ok := next(); !ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v, %t", m, err, ok)
	}
	for range j.Movements(context.Background(), 0, 0) {
		break
	}
	if n, err := j.FirstEvent(context.Background(), "NA"); err != nil || n != 4 {
		t.Errorf("first event %d, %v", n, err)
	}
	if _, err := j.FirstEvent(context.Background(), "nobody"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
}

// TestSpan: where the events of a stretch of time are, also where the clock was set
// back among them.
func TestSpan(t *testing.T) {
	times := clock.NewVirtual(t0)
	j := open(t, func(o *Options) { o.Clock = times })
	first := j.seq
	hours := []int{0, 1, 2, -20, 3, 4} // of the events behind first
	for i, h := range hours {
		times.Advance(t0.Add(time.Duration(h) * time.Hour).Sub(times.Now()))
		put(t, j, attempt(fmt.Sprint("N", i), t0))
	}
	for _, tt := range []struct {
		from, to     int
		behind, last int64
	}{{0, 5, 0, 6}, {1, 2, 1, 4}, {3, 4, 4, 5}, {-21, -19, 0, 4}} {
		behind, last, err := j.Span(context.Background(), t0.Add(time.Duration(tt.from)*time.Hour), t0.Add(time.Duration(tt.to)*time.Hour))
		if tt.behind > 0 {
			tt.behind += first
		}
		if err != nil || behind != tt.behind || last != first+tt.last {
			t.Errorf("%d to %d: behind %d up to %d, %v; want %d up to %d", tt.from, tt.to, behind, last, err, tt.behind, first+tt.last)
		}
	}
	if behind, last, err := j.Span(context.Background(), t0.AddDate(1, 0, 0), t0.AddDate(2, 0, 0)); err != nil || last > behind {
		t.Errorf("in a year to come: behind %d up to %d, %v", behind, last, err)
	}
}

// TestSignedHead: a head is signed as the seals are, and a Z report is sealed.
func TestSignedHead(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	h, err := j.SignedHead(ctx)
	if err != nil || CheckHead(h) != nil {
		t.Fatalf("%+v: %v, %v", h, err, CheckHead(h))
	}
	for name, change := range map[string]func(*order.SignedHead){
		"number": func(h *order.SignedHead) { h.Seq++ }, "installation": func(h *order.SignedHead) { h.Nonce = "OTHER" },
		"hash":      func(h *order.SignedHead) { h.Hash = "00" + h.Hash[2:] },
		"signature": func(h *order.SignedHead) { h.Signature = "" }, "key": func(h *order.SignedHead) { h.Key = h.Key[2:] },
	} {
		bad := h
		if change(&bad); CheckHead(bad) == nil {
			t.Errorf("another %s is not found", name)
		}
	}
	z := order.ZReport{ID: order.ZID(1), Version: 1, Number: 1, To: h.Seq, At: t0, Head: h}
	if err := j.Commit(ctx, order.Entry{Kind: eventZ, Subject: z.ID, Actor: "op", Object: z}); err != nil {
		t.Fatal(err)
	}
	if _, sealed, err := j.Head(ctx); err != nil || sealed.Seq != h.Seq+2 {
		t.Errorf("sealed at %d, %v; want %d", sealed.Seq, err, h.Seq+2)
	}
	if err := j.Commit(ctx, order.Entry{Kind: eventZ, Subject: z.ID, Actor: "op", Object: z}); !errors.Is(err, order.ErrConflict) {
		t.Errorf("the same Z report twice: %v", err)
	}
	if rep, err := j.Verify(ctx); err != nil || rep.Seals == 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if got, err := j.LastZ(ctx); err != nil || got.Number != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
