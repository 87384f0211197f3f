package day

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"paydesk/receipts"
)

// TestDay plays a whole day, whose sheet is signed and cannot be changed.
func TestDay(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	r, err := Run(context.Background(), Options{Seed: 7, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		if c.Result != receipts.DrillPass {
			t.Errorf("%s: %s %s %s", c.Name, c.Says, c.Figure, c.Detail)
		}
	}
	if !r.Passed || len(r.Checks) < 30 || len(r.Totals) != 3 || !strings.HasPrefix(string(r.PDF), "%PDF") {
		t.Fatalf("passed %t with %d checks, %+v, %d bytes of PDF", r.Passed, len(r.Checks), r.Totals, len(r.PDF))
	}
	text, err := json.Marshal(r)
	var again Sheet
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil || again.Verify() != nil {
		t.Fatalf("read back, %v, %v", err, again.Verify())
	}
	again.Checks[3].Figure += "1"
	if err := again.Verify(); !errors.Is(err, ErrSheet) {
		t.Errorf("a sheet that was changed: %v", err)
	}
}
