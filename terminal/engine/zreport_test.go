package engine_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

func (d *desk) x() order.ZReport {
	d.t.Helper()
	x, err := d.X(background)
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

func (d *desk) z() order.ZReport {
	d.t.Helper()
	z, err := d.WriteZ(background, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return z
}

// TestXTwice: X changes nothing, and says twice the same.
func TestXTwice(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	if _, err := d.TakeCash(background, "o2", usd(700), usd(1000)); err != nil {
		t.Fatal(err)
	}
	x := d.x()
	f := x.Figures[0]
	if x.Number != 0 || x.ID != "" || x.From != 0 || x.To != x.Head.Seq || f.Sales != (order.Sum{Count: 2, Amount: usd(2700)}) || f.Net != usd(2700) || len(f.ByTender) != 2 {
		t.Errorf("%+v", x)
	}
	if len(x.Shifts) != 1 || !x.Shifts[0].Uncounted || x.Zone != "UTC" || x.Cutoff != "00:00" || x.Rounding == "" || x.Day != "2026-05-04" || x.Operator != "sue" {
		t.Errorf("%+v", x)
	}
	d.tape.take()
	d.clock.Advance(time.Hour)
	again := d.x()
	if again.At = x.At; !reflect.DeepEqual(again, x) {
		t.Errorf("\n now %+v\nthen %+v", again, x)
	}
	if lines := d.tape.take(); len(lines) != 0 {
		t.Errorf("X did %v", lines)
	}
}

// TestZFollowsZ: reports are numbered without a gap and cover every event once,
// whatever is sold while one is written, and across a restart.
func TestZFollowsZ(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	var told []int64
	z1, err := d.WriteZ(background, func(done, total int64) {
		told = append(told, done, total)
		d.mustCharge("o2", order.Approved) // in the next one
	})
	if err != nil || z1.Number != 1 || z1.ID != "Z-000001" || z1.From != 0 || z1.Figures[0].Sales.Count != 1 || len(z1.Shifts) != 1 || z1.Shifts[0].State != order.ShiftClosed {
		t.Fatalf("%+v, %v", z1, err)
	}
	if len(told) < 2 || told[len(told)-1] != z1.To || told[len(told)-2] != z1.To {
		t.Errorf("told %v of %d events", told, z1.To)
	}
	d.restart()
	d.signIn("sue")
	d.clock.Advance(-48 * time.Hour) // a clock that was set back changes nothing
	d.mustCharge("o3", order.Approved)
	z2 := d.z()
	if z2.Number != 2 || z2.From != z1.To || z2.Figures[0].Sales.Count != 2 || !z2.Since.Equal(z1.At) {
		t.Errorf("%+v", z2)
	}
	if len(z2.Shifts) != 1 || z2.Shifts[0].Number != 2 {
		t.Errorf("the shifts of the second: %+v", z2.Shifts)
	}
	if z3 := d.z(); z3.Number != 3 || z3.From != z2.To || z3.Figures[0].Sales.Count != 0 || len(z3.Shifts) != 0 {
		t.Errorf("nothing was sold: %+v", z3)
	}
	if kept, err := d.journal.Z(background, "Z-000002"); err != nil || kept.To != z2.To {
		t.Errorf("%+v, %v", kept, err)
	}
	if _, err := d.journal.Verify(background); err != nil {
		t.Error(err)
	}
}

// TestUncountedDrawerIsOfItsZ: where nobody counts the drawer, that of a shift holds
// what its report counts, whatever is taken while the report is written.
func TestUncountedDrawerIsOfItsZ(t *testing.T) {
	d := newDesk(t)
	cash := func(id string, minor int64) {
		if _, err := d.TakeCash(background, id, usd(minor), usd(minor)); err != nil {
			t.Fatal(err)
		}
	}
	cash("o1", 700)
	once := true
	z1, err := d.WriteZ(background, func(int64, int64) {
		if once {
			cash("o2", 50)
		}
		once = false
	})
	if err != nil {
		t.Fatal(err)
	}
	cash("o3", 3)
	for i, z := range []order.ZReport{z1, d.z()} {
		want := []int64{700, 53}[i]
		if len(z.Shifts) != 1 || z.Shifts[0].Drawer.Sales != usd(want) || z.Figures[0].Sales.Amount != usd(want) {
			t.Errorf("report %d has %v, and its drawers %+v; want %d in both", i+1, z.Figures[0].Sales, z.Shifts, want)
		}
	}
}

// TestZIsRefused: while a shift is counted, a closing has no end or another is
// being written, and without the right; and nothing of one that was cancelled is
// there.
func TestZIsRefused(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	ctx, cancel := context.WithCancel(background)
	_, err := d.WriteZ(ctx, func(int64, int64) {
		_, err := d.WriteZ(background, nil)
		wantProblem(t, err, engine.ProblemInProgress)
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := d.journal.LastZ(background); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("cancelled, and there is one: %v", err)
	}
	d.host.close = func() order.BatchAnswer {
		wantProblem(t, d.MayWriteZ(background), engine.ProblemInProgress)
		return order.BatchAnswer{}
	}
	_, err = d.CloseBatch(background)
	wantProblem(t, err, engine.ProblemBatchUnsure)
	_, err = d.WriteZ(background, nil)
	wantProblem(t, err, engine.ProblemInProgress)
	d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
	d.clock.Advance(time.Hour)
	d.workOff()
	d.signIn("cas")
	_, err = d.WriteZ(background, nil)
	wantProblem(t, err, engine.ProblemApproval)
	z, err := d.WriteZ(d.approve(engine.Ask{Right: staff.CloseBatch, Subject: "z", Why: engine.AskRight}, "sue"), nil)
	if err != nil || z.Approved != "sue" || z.Operator != "cas" || len(z.Batches) != 1 {
		t.Errorf("%+v, %v", z, err)
	}
	d.cfg.CountDrawer = true
	d.restart()
	d.signIn("sue")
	if _, err := d.OpenShift(background, order.Count{Total: usd(100)}); err != nil {
		t.Fatal(err)
	}
	_, err = d.WriteZ(background, nil)
	wantProblem(t, err, engine.ProblemShift)
	if x := d.x(); len(x.Shifts) != 1 || x.Shifts[0].State != order.ShiftOpen {
		t.Errorf("the open shift is not in X: %+v", x.Shifts)
	}
}

// TestZNamesWhatIsOpen: what has no end is listed by name.
func TestZNamesWhatIsOpen(t *testing.T) {
	d := newDesk(t)
	d.host.sale = noAnswer
	lost, _ := d.charge("o1")
	z := d.z()
	if len(z.Open) != 1 || z.Open[0].ID != lost.Number || z.Open[0].Amount != usd(2000) || z.Figures[0].Sales.Count != 0 {
		t.Errorf("%+v of %+v", z.Open, lost)
	}
}
