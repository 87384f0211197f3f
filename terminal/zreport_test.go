package terminal_test

import (
	"errors"
	"slices"
	"testing"

	"paydesk/sync/journal"
	"paydesk/terminal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestZAndPeriod: the figures of the screen, of the Z report and of a period are
// the same.
func TestZAndPeriod(t *testing.T) {
	term := training(t)
	signIn(t, term)
	for _, id := range []string{"o1", "o2"} {
		if _, err := term.TakeCash(t.Context(), id, money.New(700, money.USD), money.New(1000, money.USD)); err != nil {
			t.Fatal(err)
		}
	}
	x, err := term.X(t.Context())
	if err != nil || x.Figures[0].Sales != (order.Sum{Count: 2, Amount: money.New(1400, money.USD)}) {
		t.Fatalf("%+v, %v", x.Figures, err)
	}
	if _, err := term.Z(t.Context(), 1); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("a Z report that was not written: %v", err)
	}
	z, err := term.WriteZ(t.Context(), nil)
	if err != nil || z.Number != 1 || z.Figures[0].Net != x.Figures[0].Net || journal.CheckHead(z.Head) != nil {
		t.Fatalf("%+v, %v, %v", z, err, journal.CheckHead(z.Head))
	}
	if kept, err := term.Z(t.Context(), 1); err != nil || kept.To != z.To {
		t.Errorf("%+v, %v", kept, err)
	}
	if zs, err := term.Zs(t.Context(), z.Day, z.Day); err != nil || len(zs) != 1 {
		t.Errorf("%d reports of %s, %v", len(zs), z.Day, err)
	}
	for _, by := range []string{terminal.ByDay, terminal.ByMonth} {
		want := z.Day
		if by == terminal.ByMonth {
			want = order.Day(want.Month())
		}
		all, err := term.Period(t.Context(), z.Day, z.Day, by)
		if err != nil || len(all) != 1 || all[0].Day != want || all[0].Figures[0].Net != z.Figures[0].Net || !slices.Equal(all[0].Zs, []int{1}) {
			t.Errorf("by %s: %+v, %v", by, all, err)
		}
	}
	if all, err := term.Period(t.Context(), "2001-01-01", "2001-01-31", terminal.ByDay); err != nil || len(all) != 0 {
		t.Errorf("long ago: %+v, %v", all, err)
	}
	for _, bad := range [][3]string{{"2001-1-1", "2001-01-31", "day"}, {"2001-01-01", "x", "day"}, {"2001-01-01", "2001-01-31", "week"}} {
		if _, err := term.Period(t.Context(), order.Day(bad[0]), order.Day(bad[1]), bad[2]); err == nil {
			t.Errorf("%v is taken for a period", bad)
		}
	}
}
