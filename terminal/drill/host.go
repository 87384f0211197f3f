package drill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// host is a payment host with a ledger, at the mercy of a seeded plan. It is
// kinder than a real one: it returns and captures whatever it is asked to, so
// that only the terminal's own rules keep the money right.
type host struct {
	w *world
	// calm switches the faults off, so that every history can end; deaf makes
	// it unreachable.
	calm, deaf bool

	rows    []*row
	entries []*entry
	late    []late
	batch   int // number of the open batch
	sent    map[string]bool
	did     map[string]int       // how often each follow-up was carried out
	alike   map[string]time.Time // when a card and amount were last on the wire
}

// late is something that the host does long after it was asked.
type late struct {
	at time.Time
	do func(at time.Time)
}

// row is the host's record of a number. There may be two of one number, by the
// host's own mistake.
type row struct {
	number, guid       string
	last4              string // of the card
	kind               order.Kind
	amount, effective  money.Amount
	declined, recorded bool // recorded: without an outcome
	code               string
	from               time.Time
	batch              int
	pair, twice        bool // there are two of its number; it is the second
	beyond             bool // carried out behind the longest life of a request
}

func (r *row) live() bool { return !r.declined && !r.recorded && r.effective.Minor > 0 }

// granted is what was approved of it.
func (r *row) granted() money.Amount {
	a := r.amount
	if r.code == "A0002" {
		a.Minor /= 2
	}
	return a
}

func (h *host) now() time.Time { return h.w.clock.real() }

// fault decides whether something goes wrong, and counts it.
func (h *host) fault(name string, percent int) bool {
	if h.calm || h.w.rnd.IntN(100) >= percent {
		return false
	}
	h.w.count(name)
	return true
}

// one picks a fault of several that the client sees as the same evidence.
func (h *host) one(percent int, names ...string) bool {
	return h.fault(names[h.w.rnd.IntN(len(names))], percent)
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

// later puts something off, between least and most.
func (h *host) later(least, most time.Duration, do func(at time.Time)) {
	wait := least + time.Duration(h.w.rnd.Int64N(int64(most-least)))
	h.late = append(h.late, late{h.now().Add(wait), do})
}

// live are the rows under which money stands for a number.
func (h *host) live(number string) (all []*row) {
	for _, r := range h.rows {
		if r.number == number && r.live() {
			all = append(all, r)
		}
	}
	return all
}

func batchName(n int) string { return fmt.Sprintf("batch-%d", n) }

func (h *host) evidence(r *row) order.Evidence {
	yes, no := true, false
	amount, effective := r.amount, r.effective
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: r.code, GUID: r.guid, Device: "dev", Number: r.number,
		Amount: &amount, Effective: &effective, AuthCode: "TAS001", Batch: batchName(r.batch)}
	if r.batch < h.batch {
		e.BatchStatus = "Batch - Closed"
	}
	switch {
	case r.declined:
		e.Status, e.Processed = "Transaction - Declined", &no
	case r.recorded:
		e.Status, e.Processed, e.Code = "Transaction - Created - Local", &no, ""
	default:
		e.Token = order.Token(tokenOf + r.last4)
	}
	if r.kind == order.KindAuth {
		e.Number = "" // the answer to a hold echoes none
	}
	return e
}

// tokenOf is the beginning of the token of a card.
const tokenOf = "TOKENOFACARD"

var duplicates = []string{"D0001", "D0003", "D0008", "D0009", "D0080", "D2022", "D3012", "E4012"}

func web(code int) order.Evidence {
	return order.Evidence{Stage: order.Answered, HTTP: code, Body: order.BodyOther}
}

// Charge implements engine.Acquirer.
func (h *host) Charge(_ context.Context, q order.CardRequest, c *card.Card) order.Evidence {
	h.tick()
	h.w.onWire(q)
	last4 := h.w.cardOnWire(q, c)
	if h.deaf || h.one(3, "name not found", "connection refused", "TLS failed", "wrong pin") {
		return order.Evidence{Stage: order.NotConnected}
	}
	h.w.apart(q, last4)
	switch {
	case h.one(6, "stall before the body", "reset in the body", "sale lost"):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("login refused (401)", 1):
		return order.Evidence{Stage: order.Answered, HTTP: 401, Body: order.BodyError, Message: "Authorization has been denied"}
	case h.one(2, "captive portal", "redirect", "429"):
		return web([]int{200, 301, 429}[h.w.rnd.IntN(3)])
	}
	r := h.decide(q)
	r.last4 = last4
	charge := func(at time.Time) {
		r.from, r.batch = at, h.batch
		h.rows = append(h.rows, r)
	}
	switch {
	case h.fault("charged late", 6):
		h.later(time.Second, 30*time.Minute, charge)
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("charged late, behind the horizon", 2):
		r.beyond = true
		h.later(order.HardHorizon+time.Minute, 70*time.Minute, charge)
		return order.Evidence{Stage: order.NoAnswer}
	case h.one(3, "created - local", "processor not reached"):
		return h.recordOnly(r)
	}
	charge(h.now())
	if h.fault("charged twice under one number", 1) {
		r.pair = true
		again := *r
		again.guid, again.twice = again.guid+"-2", true
		h.rows = append(h.rows, &again)
	}
	return h.answer(r)
}

// decide is what the host makes of a sale.
func (h *host) decide(q order.CardRequest) *row {
	r := &row{number: q.Number, guid: "guid-" + q.Number, kind: q.Kind, amount: q.Amount, effective: q.Amount, code: "A0000"}
	if h.calm {
		return r
	}
	switch n := h.w.rnd.IntN(10); {
	case n < 2:
		r.declined, r.code, r.effective = true, "D2012", money.New(0, q.Amount.Currency)
	case n < 4:
		h.w.count("partial approval")
		r.code, r.effective = "A0002", money.New(q.Amount.Minor/2, q.Amount.Currency)
	}
	return r
}

// recordOnly makes a record without an outcome, which may get one later.
func (h *host) recordOnly(r *row) order.Evidence {
	r.recorded, r.from, r.batch = true, h.now(), h.batch
	h.rows = append(h.rows, r)
	h.later(time.Second, 25*time.Minute, func(at time.Time) {
		r.recorded, r.batch, r.from = false, h.batch, at
		if h.w.rnd.IntN(2) == 0 {
			r.declined, r.code, r.effective = true, "D2999", money.New(0, r.amount.Currency)
		}
	})
	return h.evidence(r)
}

// answer is the host's answer to a sale on its way back.
func (h *host) answer(r *row) order.Evidence {
	e := h.evidence(r)
	switch {
	case h.one(15, "answer lost", "reset in the answer", "answer truncated", "slow drip", "half-open"):
		return order.Evidence{Stage: order.NoAnswer}
	case h.one(4, "500", "502", "503", "504", "answer too large", "wrong JSON types"):
		return web([]int{500, 502, 503, 504, 200}[h.w.rnd.IntN(5)])
	case h.fault("answer says duplicate", 3):
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Code: duplicates[h.w.rnd.IntN(len(duplicates))]}
	case h.fault("echo of another number", 1):
		e.Number = "ANOTHER0000000001"
	case h.fault("unknown status", 1):
		e.Status = "Transaction - Strange"
	case h.fault("approved with a warning", 1) && !r.declined:
		e.Status = "Transaction - Approved - Warning"
	}
	return e
}

// Find implements engine.Acquirer.
func (h *host) Find(_ context.Context, q order.CardRequest) (f order.Finding) {
	h.tick()
	if h.deaf || h.one(12, "query lost", "query: 503", "query: truncated") {
		return order.Finding{Failed: true}
	}
	for _, r := range h.rows {
		if r.number == q.Number && !h.lags(r.from) {
			f.Hits = append(f.Hits, h.evidence(r))
		}
	}
	return f
}

// lags reports that the search does not show yet what happened a moment ago.
func (h *host) lags(since time.Time) bool {
	return h.now().Sub(since) < order.SearchLag && h.fault("search lags", 10)
}

// Reverse implements engine.Acquirer.
func (h *host) Reverse(_ context.Context, q order.CardRequest) order.ReversalAnswer {
	h.tick()
	h.w.reversed(q.Number)
	if h.deaf || h.one(10, "reversal lost", "reversal: 503") {
		return order.ReversalNoAnswer
	}
	if h.fault("reversal late", 4) {
		h.later(time.Second, 20*time.Minute, func(time.Time) { h.void(q) })
		return order.ReversalNoAnswer
	}
	answer := h.void(q)
	if h.one(10, "reversal's answer lost", "reversal's answer truncated") {
		return order.ReversalNoAnswer
	}
	return answer
}

// void undoes what stands under a number, or under the guid that is named.
func (h *host) void(q order.CardRequest) order.ReversalAnswer {
	var r *row
	for _, one := range h.rows {
		if one.number == q.Number && !one.recorded && (q.GUID == "" || one.guid == q.GUID) && (r == nil || one.live()) {
			r = one
		}
	}
	switch {
	case r == nil || r.declined:
		return order.ReversalNothing
	case r.effective.Minor == 0:
		if h.fault("reversal: not found, for what is voided", 50) {
			return order.ReversalNothing
		}
		return order.ReversalDone
	case r.kind == order.KindSale && r.batch < h.batch:
		return order.ReversalSettled
	}
	r.effective.Minor = 0
	return order.ReversalDone
}

// Ping implements engine.Acquirer.
func (h *host) Ping(context.Context) error { return nil }
