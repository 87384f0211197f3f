package simtest

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// entry is what one follow-up made in the host's ledger.
type entry struct {
	act    order.Act
	guid   string
	of     string // guid of the sale or hold
	amount money.Amount
	at     time.Time
	batch  int
	// voided: of a capture, the sale that it made is undone.
	voided bool
}

// rowOf is the sale or hold of a guid.
func (h *host) rowOf(guid string) *row { return h.rows[strings.TrimPrefix(guid, "guid-")] }

// captureOf is the capture that made the sale of a guid.
func (h *host) captureOf(guid string) *entry {
	i := slices.IndexFunc(h.entries, func(e *entry) bool { return e.act == order.Capture && "sale-"+e.guid == guid })
	if i < 0 {
		return nil
	}
	return h.entries[i]
}

// voided reports that nothing is left of a sale or hold, and settled that its
// batch is closed. A hold is never settled.
func (h *host) voided(guid string) bool {
	if c := h.captureOf(guid); c != nil {
		return c.voided
	}
	return h.rowOf(guid).effective.Minor == 0
}

func (h *host) settled(guid string) bool {
	if c := h.captureOf(guid); c != nil {
		return c.batch < h.batch
	}
	r := h.rowOf(guid)
	return r.kind == order.KindSale && r.batch < h.batch
}

// Follow carries out a follow-up, or something worse.
func (h *host) Follow(_ context.Context, q order.FollowRequest, _ *card.Card) order.Evidence {
	h.tick()
	h.following(q.Number)
	switch {
	case h.fault("follow-up: no connection", 5):
		return order.Evidence{Stage: order.NotConnected}
	case h.fault("follow-up: request lost", 10):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("follow-up: declined", 8):
		no := false
		return order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, GUID: "x", Device: "dev",
			Status: "Transaction - Declined", Processed: &no, Code: "D2012"}
	case h.fault("follow-up: done late", 15):
		h.later(func(at time.Time) { h.carryOut(q, at) })
		return order.Evidence{Stage: order.NoAnswer}
	}
	e, refusal := h.carryOut(q, h.now())
	switch {
	case h.fault("follow-up: answer lost", 25):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("follow-up: answer is a web page", 5):
		return order.Evidence{Stage: order.Answered, HTTP: 502, Body: order.BodyOther}
	case h.fault("follow-up: answer says duplicate", 5):
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Code: "D0001"}
	case refusal != "":
		return order.Evidence{Stage: order.Answered, HTTP: 400, Body: order.BodyError, Message: refusal}
	}
	return h.entryEvidence(e)
}

// carryOut does what is asked, or says why not.
func (h *host) carryOut(q order.FollowRequest, at time.Time) (e *entry, refusal string) {
	of := q.Target.GUID
	switch {
	case q.Act == order.Void && h.settled(of):
		return nil, "Transaction already settled"
	case q.Act == order.Void && h.voided(of):
		return nil, "The transaction is voided already"
	case q.Act == order.Return && !h.settled(of):
		return nil, "Sale has not been settled"
	}
	h.did[q.Number]++
	e = &entry{act: q.Act, guid: "guid-" + q.Number, of: of, amount: q.Amount, at: at, batch: h.batch}
	h.entries = append(h.entries, e)
	if q.Act == order.Void {
		if c := h.captureOf(of); c != nil {
			c.voided = true
		} else {
			h.rowOf(of).effective.Minor = 0
		}
	}
	return e, ""
}

func (h *host) entryEvidence(e *entry) order.Evidence {
	yes := true
	ev := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: e.guid, Device: "dev", Target: e.of, Amount: &e.amount, Batch: batchName(e.batch)}
	switch e.act {
	case order.Return:
		ev.Code = "A0014"
	case order.Capture:
		ev.Made = "sale-" + e.guid
	}
	return ev
}

// FindFollow tells a return by its amount, and by what the journal knows
// already: the host shows no number of it.
func (h *host) FindFollow(_ context.Context, q order.FollowRequest) (f order.Finding) {
	h.tick()
	if h.fault("follow-up: query fails", 25) {
		return order.Finding{Failed: true}
	}
	for _, e := range h.entries {
		if e.act != q.Act || e.of != q.Target.GUID || (e.act == order.Return && e.amount != q.Amount) ||
			slices.Contains(q.Known, e.guid) || h.lags(e.at) {
			continue
		}
		f.Hits = append(f.Hits, h.entryEvidence(e))
	}
	return f
}

// totals counts a batch as the service does.
func (h *host) totals(batch int) order.Totals {
	zero := money.New(0, money.USD)
	t := order.Totals{SaleAmount: zero, ReturnAmount: zero}
	for _, r := range h.rows {
		if r.batch == batch && r.kind == order.KindSale && !r.declined && r.effective.Minor > 0 {
			t.Sales++
			t.SaleAmount.Minor += r.effective.Minor
		}
	}
	for _, e := range h.entries {
		switch {
		case e.batch != batch:
		case e.act == order.Return:
			t.Returns++
			t.ReturnAmount.Minor += e.amount.Minor
		case e.act == order.Capture && !e.voided:
			t.Sales++
			t.SaleAmount.Minor += e.amount.Minor
		}
	}
	return t
}

// used reports that something is in the open batch.
func (h *host) used() bool {
	for _, r := range h.rows {
		if r.batch == h.batch {
			return true
		}
	}
	return slices.ContainsFunc(h.entries, func(e *entry) bool { return e.batch == h.batch })
}

// settle closes the open batch by the service's own clock.
func (h *host) settle() {
	h.tick()
	if h.used() {
		h.batch++
	}
}

func (h *host) CloseBatch(context.Context, string) order.BatchAnswer {
	h.tick()
	if h.fault("closing lost", 15) {
		return order.BatchAnswer{}
	}
	if !h.used() {
		return order.BatchAnswer{Answered: true, Message: "No open batch"}
	}
	totals, name := h.totals(h.batch), batchName(h.batch)
	h.batch++
	if h.fault("closing's answer lost", 25) {
		return order.BatchAnswer{}
	}
	return order.BatchAnswer{Answered: true, Closed: true, GUID: name, Totals: &totals}
}

func (h *host) BatchOf(_ context.Context, w order.Witness) order.BatchAnswer {
	h.tick()
	if h.fault("batch query fails", 20) {
		return order.BatchAnswer{}
	}
	batch := -1
	if i := slices.IndexFunc(h.entries, func(e *entry) bool { return e.guid == w.GUID }); i >= 0 {
		batch = h.entries[i].batch
	} else if r := h.rowOf(w.GUID); r != nil {
		batch = r.batch
	}
	if batch < 0 || batch >= h.batch {
		return order.BatchAnswer{Answered: batch >= 0}
	}
	totals := h.totals(batch)
	return order.BatchAnswer{Answered: true, Closed: true, GUID: batchName(batch), Totals: &totals}
}
