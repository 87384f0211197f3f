package spool

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"paydesk/terminal/order"
)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestPulls plays shops. PAYDESK_PULLS sets the number of troubles, PAYDESK_SEED
// the seed.
func TestPulls(t *testing.T) {
	pulls := number("PAYDESK_PULLS", 60)
	r, err := Run(context.Background(), Options{Seed: uint64(number("PAYDESK_SEED", 1)), Pulls: pulls, Shops: 8, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range slices.Sorted(maps.Keys(r.Pulls)) {
		t.Logf("%5d × %s", r.Pulls[what], what)
	}
	t.Logf("%d sales, %d slips, %d times asked, %d copies, %v", r.Sales, r.Slips, r.Asked, r.Copies, r.Took)
	for _, v := range r.Violations {
		t.Error(v)
	}
	if r.Fired < pulls || r.Asked == 0 || r.Copies == 0 {
		t.Errorf("%d troubles, %d questions and %d copies prove nothing", r.Fired, r.Asked, r.Copies)
	}
}

// TestMistakes breaks the rule and wants it to be seen.
func TestMistakes(t *testing.T) {
	for name, spoil := range map[string]func(order.JobResult) order.JobResult{
		"what was begun is sent again": func(r order.JobResult) order.JobResult {
			r.Touched = false
			return r
		},
		"what was begun counts as printed": func(r order.JobResult) order.JobResult {
			r.Done = r.Done || r.Touched
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Run(context.Background(), Options{Seed: 1, Pulls: 20, Shops: 4, Dir: t.TempDir(), spoil: spoil})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Violations) == 0 {
				t.Errorf("nobody saw it in %v", r.Pulls)
			}
		})
	}
}
