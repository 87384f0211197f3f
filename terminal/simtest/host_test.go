// Package simtest plays histories of sales against the real engine and the
// real journal, with a host that misbehaves and a program that dies, under a
// clock of its own. A seed gives a history; the same seed gives the same one.
package simtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// host is a payment host with a ledger, at the mercy of a random plan. It is
// kinder than a real one: it returns and captures whatever it is asked to, so
// that only the terminal's own rules keep the money right.
type host struct {
	rnd    *rand.Rand
	clock  *clock.Virtual
	rows   map[string]*row // sales and holds by their number
	faults map[string]int
	// sent and following are checked at each request: its intent must be
	// durable by then.
	sent, following func(number string)
	// calm switches the faults off, so that every history can end.
	calm bool

	late    []late
	batch   int            // number of the open batch
	entries []*entry       // what follow-ups made
	did     map[string]int // how often each follow-up was carried out
}

// late is something that the host does long after it was asked.
type late struct {
	at time.Time
	do func(at time.Time)
}

// row is the host's record of a number. A charge may appear later than its
// request.
type row struct {
	kind              order.Kind
	amount, effective money.Amount
	declined          bool
	from              time.Time
	code              string
	batch             int
}

func (h *host) now() time.Time { return h.clock.Now() }

// fault decides whether something goes wrong, and counts it.
func (h *host) fault(name string, percent int) bool {
	if h.calm || h.rnd.IntN(100) >= percent {
		return false
	}
	h.faults[name]++
	return true
}

// tick does what is due of that which is done late, in its order.
func (h *host) tick() {
	slices.SortStableFunc(h.late, func(a, b late) int { return a.at.Compare(b.at) })
	for len(h.late) > 0 && !h.late[0].at.After(h.now()) {
		next := h.late[0]
		h.late = h.late[1:]
		next.do(next.at)
	}
}

// later puts something off by up to half an hour.
func (h *host) later(do func(at time.Time)) {
	h.late = append(h.late, late{h.now().Add(time.Duration(h.rnd.IntN(30*60)) * time.Second), do})
}

// live is what a number stands for at the host: charged or held.
func (h *host) live(number string) (money.Amount, bool) {
	r := h.rows[number]
	if r == nil || r.declined || r.effective.Minor == 0 {
		return money.Amount{}, false
	}
	return r.effective, true
}

func batchName(n int) string { return fmt.Sprintf("batch-%d", n) }

func (h *host) evidence(number string, r *row) order.Evidence {
	yes, no := true, false
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: r.code, GUID: "guid-" + number, Device: "dev", Number: number,
		Amount: &r.amount, Effective: &r.effective, AuthCode: "TAS001", Batch: batchName(r.batch)}
	if r.declined {
		e.Status, e.Processed = "Transaction - Declined", &no
	}
	if r.kind == order.KindAuth {
		e.Number = "" // the answer to a hold echoes none
	}
	return e
}

func (h *host) Charge(_ context.Context, q order.CardRequest, _ *card.Card) order.Evidence {
	h.tick()
	h.sent(q.Number)
	if h.fault("no connection", 5) {
		return order.Evidence{Stage: order.NotConnected}
	}
	if h.fault("request lost", 10) {
		return order.Evidence{Stage: order.NoAnswer}
	}
	r := &row{kind: q.Kind, amount: q.Amount, effective: q.Amount, code: "A0000"}
	switch n := h.rnd.IntN(10); {
	case n < 2:
		r.declined, r.code, r.effective = true, "D2012", money.New(0, q.Amount.Currency)
	case n < 4:
		r.code, r.effective = "A0002", money.New(q.Amount.Minor/2, q.Amount.Currency)
	}
	charge := func(at time.Time) {
		r.from, r.batch = at, h.batch
		h.rows[q.Number] = r
	}
	if h.fault("charged late", 10) {
		h.later(charge)
		return order.Evidence{Stage: order.NoAnswer}
	}
	charge(h.now())
	switch {
	case h.fault("answer lost", 25):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("answer is a web page", 5):
		return order.Evidence{Stage: order.Answered, HTTP: 502, Body: order.BodyOther}
	case h.fault("answer says duplicate", 3):
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Code: "D0001"}
	}
	return h.evidence(q.Number, r)
}

func (h *host) Find(_ context.Context, q order.CardRequest) order.Finding {
	h.tick()
	if h.fault("query fails", 25) {
		return order.Finding{Failed: true}
	}
	r := h.rows[q.Number]
	if r == nil || h.lags(r.from) {
		return order.Finding{}
	}
	return order.Finding{Hits: []order.Evidence{h.evidence(q.Number, r)}}
}

// lags reports that the search does not show yet what happened a moment ago.
func (h *host) lags(since time.Time) bool {
	return h.now().Sub(since) < order.SearchLag && h.fault("search lags", 10)
}

func (h *host) Reverse(_ context.Context, q order.CardRequest) order.ReversalAnswer {
	h.tick()
	if h.fault("reversal lost", 15) {
		return order.ReversalNoAnswer
	}
	r := h.rows[q.Number]
	if r == nil || r.declined {
		return order.ReversalNothing
	}
	if r.effective.Minor == 0 && h.fault("second reversal not found", 50) {
		return order.ReversalNothing
	}
	r.effective.Minor = 0
	if h.fault("reversal's answer lost", 15) {
		return order.ReversalNoAnswer
	}
	return order.ReversalDone
}

func (h *host) Ping(context.Context) error { return nil }
