package drill

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestHistories plays many histories. PAYDESK_HISTORIES sets their number,
// PAYDESK_SEED the seed and PAYDESK_FIRST the first of them.
func TestHistories(t *testing.T) {
	o := Options{Seed: uint64(number("PAYDESK_SEED", 1)), First: number("PAYDESK_FIRST", 0), Histories: number("PAYDESK_HISTORIES", 500), Jobs: 2}
	if os.Getenv("PAYDESK_STORY") != "" {
		o.Story = os.Stdout
	}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Faults)) {
		t.Logf("%7d × %s", r.Faults[name], name)
	}
	for i, v := range r.Violations {
		if i < 20 {
			t.Errorf("%+v", v)
		}
	}
	t.Logf("%d histories, %d violations, %d orders, %d commits, %d faults, %v, %s", r.Histories, len(r.Violations), r.Orders, r.Commits, r.Fired, r.Took, r.Hash)
}
