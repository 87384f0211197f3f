package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// TestBatchLines: a batch is listed as the host lists it.
func TestBatchLines(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	hold := func(number, batch string) order.Attempt {
		a := attempt(number, t0)
		a.Kind = order.KindAuth
		return paid(a, batch)
	}
	captured := func(id, of, batch string) order.FollowUp {
		f := done(followUp(id, order.Capture, of, 1250, t0.Add(time.Minute)), batch)
		f.Made = "made-" + id
		return f
	}
	later := t0.Add(48 * time.Hour)
	nameless := done(followUp("V9", order.Void, "S9", 1250, t0.Add(time.Minute)), "")
	fresh := func(objects ...any) {
		for i, o := range objects {
			switch o := o.(type) {
			case order.Attempt:
				o.Version = 1
				objects[i] = o
			case order.FollowUp:
				o.Version = 1
				objects[i] = o
			}
		}
		put(t, j, objects...)
	}
	fresh(paid(attempt("S1", t0), "A"), paid(attempt("S2", t0), "A"), done(followUp("V2", order.Void, "S2", 1250, t0.Add(time.Minute)), "A"),
		paid(attempt("S3", t0), "A"), followUp("V3", order.Void, "S3", 1250, t0.Add(time.Minute)), // not done
		paid(attempt("S4", t0), "B"), done(followUp("R4", order.Return, "S4", 300, later), "A"), // another batch's sale
		hold("H1", "A"), hold("H2", "A"), captured("C2", "H2", "A"), hold("H3", "A"), captured("C3", "H3", "B"), // captured in another batch
		hold("H4", "A"), done(followUp("V4", order.Void, "H4", 1250, later), "B"), // released in another batch
		hold("H5", "B"), captured("C5", "H5", "A"), done(followUp("V5", order.Void, "H5", 1250, t0.Add(time.Minute)), "A"), // a capture undone
		paid(attempt("S9", t0), "A"), nameless, attempt("S8", t0)) // a void whose batch is not known; no end yet
	list := func(batch string, from, to time.Time) (all []string) {
		for l, err := range j.BatchLines(ctx, batch, from, to) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(l.Shelf, " ", l.GUID, " ", l.Number, " ", l.Amount.Minor))
		}
		sort.Strings(all)
		return all
	}
	want := []string{"hold guid-H1 H1 1250", "return guid-R4 R4 300", "sale guid-S1 S1 1250", "sale guid-S3 S3 1250", "sale made-C2 H2 1250",
		"void guid-V2 V2 1250", "void guid-V5 V5 1250", "void guid-V9 V9 1250"}
	if got := list("A", t0.Add(-time.Hour), t0.Add(time.Hour)); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got, want := list("B", t0, later.Add(time.Hour)), []string{"sale guid-S4 S4 1250", "sale made-C3 H3 1250", "void guid-V4 V4 1250"}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := list("C", t0, later); got != nil {
		t.Errorf("a batch that is not there: %v", got)
	}
	for range j.BatchLines(ctx, "A", t0, later) {
		break // the reading ends with it
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range j.BatchLines(ended, "A", t0, later) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	of, err := j.BatchesOf(ctx, "S1", "H3", "C3", "S8", "nobody")
	if err != nil || !slices.Equal(of["S1"], []string{"A"}) || !slices.Equal(of["H3"], []string{"A", "B"}) || !slices.Equal(of["C3"], []string{"B"}) || len(of) != 3 {
		t.Errorf("%v, %v", of, err)
	}
}

// TestClosedBatch finds a closing by the host's name of it.
func TestClosedBatch(t *testing.T) {
	j := open(t)
	b := order.Batch{ID: "X1", Version: 1, State: order.BatchClosed, GUID: "A", Asked: t0}
	put(t, j, b, order.Batch{ID: "X2", Version: 1, State: order.BatchUnknown, GUID: "B", Asked: t0})
	if got, err := j.ClosedBatch(context.Background(), "A"); err != nil || got.ID != "X1" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := j.ClosedBatch(context.Background(), "B"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("not closed: %v", err)
	}
}
