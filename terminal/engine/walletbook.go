package engine

import (
	"maps"
	"slices"
	"time"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// codeBook is the engine's picture of codes and refunds by wallet.
type codeBook struct {
	open    map[string]order.QR     // not settled
	refunds map[string]order.Refund // not at their end
	notes   map[string]string       // of the orders, by code
	news    []order.QR
	// refundNews are refunds of which nobody was told the end.
	refundNews []order.Refund
	last       *order.QR
	busy       map[string]bool // codes and refunds with a call under way
	// unseen are of an earlier run: nobody is known to wait for them.
	unseen map[string]bool
	asked  map[string]bool      // to be looked at now
	hints  map[hint]bool        // of codes at their end
	looked map[string]time.Time // codes at their end that a hint was followed for
	// unlisted: the journal was put back, and these providers did not tell since
	// what they received.
	unlisted map[string]bool
	check    WalletCheck
}

func newCodeBook() codeBook {
	return codeBook{open: map[string]order.QR{}, refunds: map[string]order.Refund{}, notes: map[string]string{}, busy: map[string]bool{},
		unseen: map[string]bool{}, asked: map[string]bool{}, hints: map[hint]bool{}, looked: map[string]time.Time{}, unlisted: map[string]bool{}}
}

// noteCode takes up a code that was committed. The caller holds the lock.
func (e *Engine) noteCode(q order.QR) {
	b := &e.codes
	delete(e.clock.waits, q.ID)
	before, open := b.open[q.ID]
	news := slices.IndexFunc(b.news, func(old order.QR) bool { return old.ID == q.ID })
	switch {
	case news >= 0:
		b.news[news] = q
	case open && e.surprises(before, q), !open && len(q.Strays()) > 0:
		b.news = append(b.news, q)
	}
	b.open[q.ID] = q
	if open || !q.Settled() {
		b.last = &q
	}
	if q.Settled() {
		delete(b.open, q.ID)
		delete(b.unseen, q.ID)
		delete(b.asked, q.ID)
	}
	maps.DeleteFunc(b.notes, func(id string, _ string) bool { return !b.shows(id) })
	e.snap.Changed++
	nudge(e.wakeCodes)
}

// shows reports that a code is in the snapshot.
func (b *codeBook) shows(id string) bool {
	_, open := b.open[id]
	return open || b.last != nil && b.last.ID == id || slices.ContainsFunc(b.news, func(q order.QR) bool { return q.ID == id })
}

// surprises reports that a code came to an end, or that stray money came by it,
// while nobody waited: after a restart, on paper, when the desk had given it up.
// The caller holds the lock.
func (e *Engine) surprises(before, after order.QR) bool {
	if len(after.Strays()) > len(before.Strays()) {
		return true
	}
	alone := e.codes.unseen[after.ID] || before.State == order.QRClosing || after.Patience.IsZero() || !e.now().Before(after.Patience)
	ended := after.State == order.QRPaid || after.State == order.QRExpired || after.State == order.QRRefused
	return alone && ended && before.State != after.State
}

// noteRest takes up when a code was looked at last; version is the journal's.
func (e *Engine) noteRest(q order.QR, version int64) {
	q.Version = version
	e.change(func() bool {
		if e.codes.open[q.ID].Version != version {
			return false // it moved on, or was settled before
		}
		e.codes.open[q.ID] = q
		if e.codes.last != nil && e.codes.last.ID == q.ID {
			e.codes.last = &q
		}
		return true
	})
}

// noteTitle keeps what the order of a code is called.
func (e *Engine) noteTitle(code, note string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.codes.notes[code] = note
}

// noteRefund takes up a refund that was committed. The caller holds the lock.
func (e *Engine) noteRefund(r order.Refund) {
	b := &e.codes
	delete(e.clock.waits, r.ID)
	before := b.refunds[r.ID]
	b.refunds[r.ID] = r
	if r.State.Final() {
		delete(b.refunds, r.ID)
		late := before.State == order.RefundUnknown || before.State == order.RefundPending && r.State != order.RefundDone
		if late && r.Bill == "" { // a bill tells of its own
			b.refundNews = append(b.refundNews, r)
		}
	}
	e.snap.Changed++
	nudge(e.wakeCodes)
}

// holdCode marks a code or refund as having a call under way: it is not asked
// about meanwhile. False where it has one already, or the program is closing.
func (e *Engine) holdCode(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.codes.busy[id] || e.closing {
		return false
	}
	e.codes.busy[id] = true
	e.calls.Add(1)
	return true
}

func (e *Engine) releaseCode(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.codes.busy, id)
	e.calls.Done()
	nudge(e.wakeCodes)
}

// onceMore marks new slips as copies where what they are about is from before the
// journal was put back: the one that was there may have printed them.
func onceMore(slips []order.Entry, about string) []order.Entry {
	for i, entry := range slips {
		if j, ok := entry.Object.(order.Job); ok && id.Nonce(j.ID) != id.Nonce(about) {
			j.Reprint = 1
			slips[i].Object = j
		}
	}
	return slips
}
