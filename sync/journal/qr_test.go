package journal

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"paydesk/terminal/order"
)

func code(id string, at time.Time) order.QR {
	return order.BeginQR(order.QR{ID: id, Order: "O-" + id, Provider: "paypal", Asked: usd(1000), Until: at.Add(time.Hour)}, at)
}

// TestCodes: a code and a refund are read back, and are unfinished until their
// end; a code also while a payment of it waits for a person.
func TestCodes(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	first, second := code("Q1", t0), code("Q2", t0.Add(time.Hour))
	first.Payments = []order.QRPayment{{ID: "p", As: order.Stray, Amount: usd(900), At: t0}}
	r := order.Refund{ID: "R1", Version: 1, State: order.RefundSending, Of: "Q1", Order: "O-Q1", Payment: "p", Amount: usd(900), Created: t0}
	put(t, j, second, first, r)
	if got, err := j.QR(ctx, "Q1"); err != nil || !reflect.DeepEqual(got, first) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := j.Refund(ctx, "R1"); err != nil || got != r {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := j.QR(ctx, "R1"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("a refund as a code: %v", err)
	}
	if of, err := j.QRsOf(ctx, "O-Q1"); err != nil || len(of) != 1 || of[0].ID != "Q1" {
		t.Errorf("%+v, %v", of, err)
	}
	if of, err := j.RefundsOf(ctx, "Q1"); err != nil || len(of) != 1 || of[0] != r {
		t.Errorf("%+v, %v", of, err)
	}
	for from, want := range map[time.Duration]int{0: 2, time.Hour: 1, time.Hour + 1e6: 0} {
		if got, err := j.QRs(ctx, t0.Add(from)); err != nil || len(got) != want || want == 2 && got[0].ID != "Q1" {
			t.Errorf("from %v: %+v, %v", from, got, err)
		}
	}
	if n, err := j.LastNumber(ctx); err != nil || n != "Q2" {
		t.Errorf("the last number is %q, %v", n, err)
	}
	open := func(codes, refunds int) {
		t.Helper()
		if u, err := j.Unfinished(ctx); err != nil || len(u.QRs) != codes || len(u.Refunds) != refunds {
			t.Errorf("unfinished: %d codes, %d refunds, %v; want %d and %d", len(u.QRs), len(u.Refunds), err, codes, refunds)
		}
	}
	open(2, 1)
	first.Version, first.State = 2, order.QRExpired
	second.Version, second.State = 2, order.QRPaid
	r.Version, r.State = 2, order.RefundRefused
	put(t, j, first, second, r)
	open(1, 0)
	first.Version, first.Payments[0].As = 3, order.Accepted
	put(t, j, first)
	open(0, 0)
	if err := j.Commit(ctx, entries(first)...); !errors.Is(err, order.ErrConflict) {
		t.Errorf("the same code again: %v", err)
	}
	verify(t, j)
}

// TestWalletDocuments: what a paper tells of is proven by the event that made it
// so, whatever comes later.
func TestWalletDocuments(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	q := code("Q1", t0)
	r := order.Refund{ID: "R1", Version: 1, State: order.RefundSending, Of: "Q1", Amount: usd(900), Created: t0}
	before := func(document, id string) []byte {
		t.Helper()
		hash, err := j.Before(ctx, document, id)
		if err != nil {
			t.Errorf("%s: %v", document, err)
		}
		return hash
	}
	none := func(document, id string) {
		t.Helper()
		if _, err := j.Before(ctx, document, id); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%s of %s: %v", document, id, err)
		}
	}
	put(t, j, q, r)
	none(order.DocumentCode, "Q1")
	none(order.DocumentRefund, "R1")
	q.Version, q.State, q.Text = 2, order.QRShown, "x"
	r.Version, r.State = 2, order.RefundPending
	put(t, j, q)
	put(t, j, r)
	none(order.DocumentWallet, "Q1")
	none(order.DocumentWallet, "R1")
	shown, pending := before(order.DocumentCode, "Q1"), before(order.DocumentRefund, "R1")
	q.Version, q.State = 3, order.QRPaid
	r.Version, r.State = 3, order.RefundDone
	put(t, j, r)
	put(t, j, q)
	paid := before(order.DocumentWallet, "Q1")
	q.Version = 4
	put(t, j, q)
	for name, same := range map[string]bool{"code": reflect.DeepEqual(shown, before(order.DocumentCode, "Q1")),
		"refund": reflect.DeepEqual(pending, before(order.DocumentRefund, "R1")), "wallet": reflect.DeepEqual(paid, before(order.DocumentWallet, "Q1"))} {
		if !same {
			t.Errorf("the proof of a %s changed", name)
		}
	}
}

// TestWalletOutcomes: what became of a code finds a place on a full disk; what
// begins something does not.
func TestWalletOutcomes(t *testing.T) {
	at := func(version int64, s order.QRState) order.QR { return order.QR{ID: "Q", Version: version, State: s} }
	for _, tt := range []struct {
		name    string
		objects []any
		want    bool
	}{
		{"new", []any{at(1, order.QRCreating)}, false},
		{"shown", []any{at(2, order.QRShown)}, true},
		{"about to be taken", []any{at(3, order.QRTaking)}, false},
		{"paid", []any{order.Order{ID: "O", Version: 2}, at(4, order.QRPaid)}, true},
		{"a refund begins", []any{at(5, order.QRPaid), order.Refund{ID: "R", Version: 1}}, false},
		{"a refund ends", []any{at(6, order.QRPaid), order.Refund{ID: "R", Version: 2}}, true},
	} {
		if got := outcome(entries(tt.objects...)); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}
