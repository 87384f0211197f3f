package journal

import (
	"context"
	"testing"

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

func TestMovements(t *testing.T) {
	j := open(t)
	a := attempt("N1", t0)
	put(t, j, a, paid(a, "b1"))
	f := followUp("F1", order.Return, "N1", 300, t0)
	put(t, j, f)
	put(t, j, done(f, "b2"))
	c := order.Cash{ID: "C1", Version: 1, Order: "O7", Amount: usd(500), At: t0}
	put(t, j, c)
	for _, m := range movements(t, j, 0, 0) {
		t.Logf("%+v", m)
	}
	n, err := j.FirstEvent(context.Background(), "F1")
	t.Log(n, err)
}
