package drill

import (
	"context"
	"fmt"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// closeDay is the end of a day: by somebody at the desk, who may carry forward
// what is open, at the hour of the settings, or by the service, as the terminal
// finds out.
func (w *world) closeDay() {
	switch n := w.rnd.IntN(6); n {
	case 0:
		w.run("the hour of closing", func(ctx context.Context) error { _, err := w.engine.CloseDue(ctx); return err })
	case 1:
		w.run("look at the settlement", func(ctx context.Context) error { _, err := w.engine.FollowSettlement(ctx); return err })
	default:
		c := engine.Closing{Reason: "the day must end"}
		money := n < 4 // also payments, so that the batch may differ
		for _, b := range w.engine.Blockers() {
			of := b.Kind == engine.BlockPayment || b.Kind == engine.BlockReversal || b.Kind == engine.BlockFollow
			if of && !money {
				continue
			}
			w.parked = w.parked || of
			c.Carry = append(c.Carry, b.ID)
		}
		w.run("close the batch", func(ctx context.Context) error { _, err := w.engine.CloseBatchWith(ctx, c); return err })
	}
}

// CloseBatch implements engine.Acquirer.
func (h *host) CloseBatch(context.Context, string) order.BatchAnswer {
	h.tick()
	h.w.closingOnWire()
	switch {
	case h.deaf, h.fault("closing: no connection", 4):
		return order.BatchAnswer{Unsent: true}
	case h.fault("closing lost", 10):
		return order.BatchAnswer{}
	case h.fault("closing: settlement in progress (E0015)", 4):
		h.settle()
		return order.BatchAnswer{}
	case h.fault("closing done late", 8):
		h.later(time.Second, 30*time.Minute, func(time.Time) { h.closeOpen() })
		return order.BatchAnswer{}
	}
	answer := h.closeOpen()
	if h.fault("closing's answer lost", 15) {
		return order.BatchAnswer{}
	}
	return answer
}

// closeOpen closes the open batch, whichever that is.
func (h *host) closeOpen() order.BatchAnswer {
	if !h.used() {
		return order.BatchAnswer{Answered: true, Message: "No open batch"}
	}
	totals, name := h.totals(h.batch, h.none), batchName(h.batch)
	h.batch++
	return order.BatchAnswer{Answered: true, Closed: true, GUID: name, Totals: &totals}
}

// closingOnWire is invariant 18: a close leaves once for an intent, and not before
// that is durable.
func (w *world) closingOnWire() {
	open, err := w.store.Journal.Unfinished(context.Background())
	if err != nil || len(open.Batches) != 1 || open.Batches[0].State != order.BatchClosing {
		w.fail(18, "a close is on the wire while the journal has %v, %v", open.Batches, err)
		return
	}
	if id := open.Batches[0].ID; w.host.sent[id] {
		w.fail(18, "the close of %s is on the wire a second time", id)
	} else {
		w.host.sent[id] = true
	}
}

// checkClosing is invariant 18 at each commit: what is closed here is closed at the
// host, no batch twice, and what is carried forward is open and stays as it was.
func (w *world) checkClosing(entries []order.Entry, before, now order.Batch) {
	if before.ID != "" && before.State != order.BatchClosing && before.State != order.BatchUnknown {
		w.fail(18, "the closing %s was %s and becomes %s", now.ID, before.State, now.State)
	}
	if now.State == order.BatchClosing {
		if len(entries) != 1 {
			w.fail(18, "the closing %s begins together with %s", now.ID, entries[len(entries)-1].Kind)
		}
		for _, c := range now.Carried {
			if !w.store.isOpen(c.ID) {
				w.fail(18, "the closing %s goes on without %s %s, which is at its end", now.ID, c.Kind, c.ID)
			}
		}
	}
	if now.State != order.BatchClosed {
		return
	}
	var n int
	if _, err := fmt.Sscanf(now.GUID, "batch-%d", &n); err != nil || n >= w.host.batch {
		w.fail(18, "%s is closed here, and open at the host", now.GUID)
	}
	for id, other := range w.store.batches {
		if id != now.ID && other.State == order.BatchClosed && other.GUID == now.GUID && !w.restored {
			w.fail(18, "%s is closed by %s and by %s", now.GUID, id, now.ID)
		}
	}
}

// isOpen reports that something is not at its end.
func (s *store) isOpen(id string) bool {
	if a, known := s.attempts[id]; known {
		return !a.State.Final()
	}
	if f, known := s.follows[id]; known {
		return !f.State.Final()
	}
	if j, known := s.jobs[id]; known {
		return j.State != order.JobDone && j.State != order.JobDropped
	}
	if q, known := s.codes[id]; known {
		return !q.Settled()
	}
	if r, known := s.refunds[id]; known {
		return !r.State.Final()
	}
	if b, known := s.bills[id]; known {
		return !b.State.Final()
	}
	return s.stored[id].State == order.StoredWaiting
}
