package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// TestForComparison reads what a comparison with the host reads.
func TestForComparison(t *testing.T) {
	j, ctx := open(t), context.Background()
	if at, err := j.Oldest(ctx); err != nil || !at.IsZero() {
		t.Errorf("an empty journal begins at %v, %v", at, err)
	}
	if _, err := j.Reconciliation(ctx); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	for n := range 5 {
		at := t0.Add(time.Duration(n/2) * time.Minute) // two at a time
		a := order.Begin(order.Attempt{Number: fmt.Sprint("N", n), Order: fmt.Sprint("O", n)}, at)
		f := order.BeginFollow(order.FollowUp{ID: fmt.Sprint("F", n), Act: order.Void, Of: a.Number}, at)
		put(t, j, a, f)
	}
	if at, err := j.Oldest(ctx); err != nil || !at.Equal(t0) {
		t.Errorf("begins at %v, %v", at, err)
	}
	attempts, err := j.Attempts(ctx, "N1", "F1", "N9", "N3")
	if err != nil || len(attempts) != 2 {
		t.Errorf("%v, %v", attempts, err)
	}
	follows, err := j.FollowUps(ctx, "F0", "N1")
	if err != nil || len(follows) != 1 || follows[0].ID != "F0" {
		t.Errorf("%v, %v", follows, err)
	}
	if none, err := j.Attempts(ctx); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
	seen := ""
	for after := ""; ; {
		page, err := j.FollowsBetween(ctx, t0, t0.Add(2*time.Minute), after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page {
			seen, after = seen+" "+f.ID, f.ID
		}
		if len(page) < 3 {
			break
		}
	}
	if seen != " F0 F1 F2 F3" {
		t.Errorf("saw%s", seen)
	}
	seen = ""
	for before := ""; ; {
		page, err := j.Numbers(ctx, t0.Add(time.Minute), t0.Add(2*time.Minute), before, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		seen, before = seen+" "+strings.Join(page, " "), page[len(page)-1]
	}
	if seen != " N4 N3 N2" {
		t.Errorf("saw%s", seen)
	}
	for version := range int64(3) {
		put(t, j, order.Reconciliation{ID: fmt.Sprint("R", version), Version: version + 1, Began: t0})
	}
	if r, err := j.Reconciliation(ctx); err != nil || r.ID != "R2" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := j.Commit(ctx, order.Entry{Kind: "reconcile.matched", Actor: "test", Object: order.Reconciliation{ID: "late", Version: 3}}); !errors.Is(err, order.ErrConflict) {
		t.Errorf("a second writer: %v", err)
	}
}
