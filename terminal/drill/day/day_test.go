package day

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"paydesk/receipts"
)

// run plays a day that is as slow as it has to be.
func run(t *testing.T, o Options) Result {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	o.Dir = t.TempDir()
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Verify(); err != nil {
		t.Error(err)
	}
	for _, c := range r.Checks {
		if c.Result != receipts.DrillPass {
			t.Logf("%s: %s %s %s", c.Name, c.Says, c.Figure, c.Detail)
		}
	}
	return r
}

// TestDay plays a whole day, whose sheet is signed and cannot be changed.
func TestDay(t *testing.T) {
	t.Parallel()
	r := run(t, Options{Seed: 7})
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

// TestDayFails puts one difference into what the bank tells of its batches, and wants
// it named on the sheet.
func TestDayFails(t *testing.T) {
	for name, spoil := range map[string]string{"missing": "rows 3 0 0", "extra": "rows 0 2 0", "altered": "rows 0 0 4"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, Options{Seed: 11, Spoil: spoil})
			if r.Passed {
				t.Fatal("nobody saw it")
			}
			named := false
			for _, c := range r.Checks {
				if c.Result == receipts.DrillFail && c.Says == saysBank {
					named = strings.Contains(c.Detail, "-") && c.Detail != ""
				}
			}
			if !named {
				t.Error("the transaction is not named")
			}
			if text := r.Document(receipts.Shop{}, receipts.Tongue{}); len(text.Blocks) == 0 {
				t.Error("there is no sheet")
			}
		})
	}
}
