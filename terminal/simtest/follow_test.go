package simtest

import (
	"context"
	"errors"
	"fmt"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// durableFollow is invariant 4: no void, return or capture on the wire without
// its intent in the journal.
func (w *world) durableFollow(id string) {
	f, err := w.journal.FollowUp(context.Background(), id)
	if err != nil || f.State != order.FollowSending {
		w.t.Fatalf("follow-up %s is on the wire while the journal has %s, %v", id, f.State, err)
	}
}

// afterwards is what is done about an order that is paid or held: it is voided,
// captured, returned in parts, the batch is closed here or by the service,
// while answers are lost and the program dies.
func (w *world) afterwards(id string) {
	o, err := w.journal.Order(context.Background(), id)
	if err != nil || o.PaidBy == "" {
		return
	}
	w.host.calm, w.journal.calm, w.after = false, false, true
	defer func() { w.after = false }()
	rnd := w.host.rnd
	for range 14 {
		switch rnd.IntN(12) {
		case 0:
			w.press(func(e *engine.Engine) error { _, err := e.Void(context.Background(), o.PaidBy, ""); return err })
		case 1, 2, 3:
			part := money.New([]int64{400, 700, 1000, 2000}[rnd.IntN(4)], money.USD)
			w.press(func(e *engine.Engine) error { _, err := e.Return(context.Background(), o.PaidBy, part, ""); return err })
		case 4:
			part := money.New([]int64{900, 1000, 2000}[rnd.IntN(3)], money.USD)
			w.press(func(e *engine.Engine) error { _, err := e.Capture(context.Background(), o.PaidBy, part); return err })
		case 5:
			w.press(func(e *engine.Engine) error { _, err := e.CloseBatch(context.Background()); return err })
		case 6:
			if rnd.IntN(2) == 0 {
				w.host.settle()
			}
		default:
			w.step()
		}
	}
	w.quiet(id)
}

// press does what a person asks for; the program may refuse, and die of it.
func (w *world) press(f func(*engine.Engine) error) {
	w.mayDie(func() {
		err := f(w.engine)
		var p *engine.Problem
		if err != nil && !errors.As(err, &p) {
			w.t.Fatalf("follow-up: %v", err)
		}
	})
	w.check()
}

// quiet ends all faults, lets everything come to its end, and then what the
// host still had under way.
func (w *world) quiet(id string) {
	w.host.calm, w.journal.calm = true, true
	for i := 0; w.unfinished() > 0; i++ {
		if i > 200 {
			w.t.Fatalf("order %s does not come to its end", id)
		}
		w.decide(w.host.rnd.IntN(2))
		w.step()
	}
	for _, l := range w.host.late {
		if wait := l.at.Sub(w.clock.Now()); wait > 0 {
			w.clock.Advance(wait)
		}
	}
	w.host.tick()
	w.check()
	w.checkTotals()
}

// checkTotals is invariant 11: terminal and host count the same.
func (w *world) checkTotals() {
	sum, err := w.journal.OpenBatch(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	if sum.GUID == "" {
		return
	}
	var n int
	if _, err := fmt.Sscanf(sum.GUID, "batch-%d", &n); err != nil {
		w.t.Fatal(err)
	}
	if host := w.host.totals(n); host != sum.Totals {
		w.t.Fatalf("%s: the terminal counts %+v, the host %+v", sum.GUID, sum.Totals, host)
	}
}

// checkFollows is invariant 5 for an approved attempt: what was paid back,
// captured and undone of it at the host, and what the journal says of each.
func (w *world) checkFollows(a order.Attempt) (voided bool) {
	if !w.after {
		return false
	}
	own := "guid-" + a.Number
	made := map[string]bool{}
	var captured, returned int64
	for _, e := range w.host.entries {
		switch {
		case e.of != own && !made[e.of]:
		case e.act == order.Capture:
			captured += e.amount.Minor
			made["sale-"+e.guid] = true
		case e.act == order.Return:
			returned += e.amount.Minor
		default:
			voided = true
		}
	}
	whole := a.Approved.Minor
	if a.Kind == order.KindAuth {
		whole = captured
	}
	released := a.Kind == order.KindAuth && w.host.voided(own)
	if len(made) > 1 || captured > a.Approved.Minor || returned > whole || (voided && returned > 0) || (released && captured > 0) {
		w.t.Fatalf("payment %s of %v: captured %d in %d, returned %d, voided %t", a.Number, a.Approved, captured, len(made), returned, voided)
	}
	follows, err := w.journal.FollowsOf(context.Background(), a.Number)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range follows {
		w.checkFollow(f)
	}
	return voided
}

func (w *world) checkFollow(f order.FollowUp) {
	if before, known := w.finals[f.ID]; known && before != f.State {
		w.t.Fatalf("%s %s was %s and is %s", f.Act, f.ID, before, f.State)
	}
	if f.State.Final() {
		w.finals[f.ID] = f.State
	}
	times := w.host.did[f.ID]
	isDone := times > 0
	if f.Act == order.Void {
		isDone = w.host.voided(f.Target.GUID)
	}
	if (times > 1 && f.Act != order.Void) || (f.State == order.FollowDone && !isDone) ||
		(f.State.Final() && f.State != order.FollowDone && times > 0) || f.State == order.FollowReview {
		w.t.Fatalf("%s %s of %s is %s (%s), and the host did it %d times", f.Act, f.ID, f.Of, f.State, f.Cause, times)
	}
	w.seen[string(f.Act)+" "+string(f.State)]++
}

// balanced is what a closing that the journal holds as closed must be.
func (m *mortal) balanced(entries []order.Entry) {
	for _, e := range entries {
		if b, ok := e.Object.(order.Batch); ok && b.State == order.BatchClosed {
			m.closed++
			if !b.Matches() {
				m.t.Fatalf("%s closed with %+v here and %+v at the host", b.GUID, b.Local, b.Host)
			}
		}
	}
}

// unseen lists what follow-ups must have come to in many histories.
func (w *world) unseen() (missing []string) {
	for _, name := range []string{"VOID DONE", "VOID UNKNOWN", "VOID NOT_SENT", "RETURN DONE", "RETURN UNKNOWN", "RETURN NOT_SENT",
		"CAPTURE DONE", "CAPTURE UNKNOWN"} { // a capture that is not sent is too rare
		if w.seen[name] == 0 {
			missing = append(missing, name)
		}
	}
	return missing
}
