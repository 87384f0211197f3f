package drill

import (
	"context"
	"iter"
	"maps"
	"slices"
	"testing"

	"paydesk/sync/reconcile"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// TestDays plays days. PAYDESK_DAYS sets their number, PAYDESK_SEED the seed.
func TestDays(t *testing.T) {
	days := number("PAYDESK_DAYS", 15)
	d, err := RunDays(context.Background(), Options{Seed: uint64(number("PAYDESK_SEED", 1)), Histories: days, Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Named)) {
		t.Logf("%5d × %s", d.Named[name], name)
	}
	t.Logf("%d days, %d in ten seconds, %d orders, %d movements, %d Z reports, %d batches, %d agree, %d faults, log hash %s", d.Days, d.PerSecond(), d.Orders, d.Movements, d.Zs, d.Batches, d.Agreed, d.Fired, d.Hash)
	for _, v := range d.Unexplained {
		t.Errorf("%+v", v)
	}
	if d.Days != days || d.Movements < 4*days || d.Zs < days || d.Batches < days || d.Fired < 5*days {
		t.Error("too little to prove anything")
	}
}

// skips has reports go without a movement.
type skips struct {
	*store
	nth int
}

func (s skips) Movements(ctx context.Context, from, to int64) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		n := 0
		for m, err := range s.store.Movements(ctx, from, to) {
			if n++; n != s.nth && !yield(m, err) {
				return
			}
		}
	}
}

// tells is a host that tells something else of a batch.
type tells struct {
	*host
	change func([]order.BatchLine) []order.BatchLine
}

func (h tells) BatchLines(_ context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for _, l := range h.change(h.lines(q.GUID)) {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// TestDaysFail breaks a sum and wants it to be seen.
func TestDaysFail(t *testing.T) {
	proofs := func(change func([]order.BatchLine) []order.BatchLine) ports {
		return ports{proofs: func(h *host) reconcile.BatchHost { return tells{h, change} }}
	}
	for name, p := range map[string]ports{
		"a movement that no report has": {journal: func(s *store) engine.Journal { return skips{s, 2} }},
		"a host that hides a transaction": proofs(func(all []order.BatchLine) []order.BatchLine {
			return all[:max(0, len(all)-1)]
		}),
		"a host that tells a transaction twice": proofs(func(all []order.BatchLine) []order.BatchLine {
			if len(all) > 0 {
				all = append(all, all[0])
			}
			return all
		}),
		"a host that tells another amount": proofs(func(all []order.BatchLine) []order.BatchLine {
			for i := range all[:min(1, len(all))] {
				all[i].Amount.Minor++
			}
			return all
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := RunDays(context.Background(), Options{Seed: 3, Histories: 4, Jobs: 2, ports: p})
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Unexplained) == 0 {
				t.Errorf("nobody saw it in %d days", d.Days)
			}
		})
	}
}
