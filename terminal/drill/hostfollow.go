package drill

import (
	"context"
	"iter"
	"slices"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// entry is what one follow-up made in the host's ledger.
type entry struct {
	act       order.Act
	id        string // the follow-up's number
	guid      string
	of        string // guid of the sale or hold
	amount    money.Amount
	effective money.Amount // of a capture: what stands of the sale that it made
	at        time.Time
	batch     int
}

// rowOf is the sale or hold of a guid, captureOf the capture that made the sale
// of a guid.
func (h *host) rowOf(guid string) *row {
	if i := slices.IndexFunc(h.rows, func(r *row) bool { return r.guid == guid }); i >= 0 {
		return h.rows[i]
	}
	return nil
}

func (h *host) captureOf(guid string) *entry {
	if i := slices.IndexFunc(h.entries, func(e *entry) bool { return e.act == order.Capture && "sale-"+e.guid == guid }); i >= 0 {
		return h.entries[i]
	}
	return nil
}

// stands is what is left of a sale or hold, nil where the host does not know it.
func (h *host) stands(guid string) *money.Amount {
	if c := h.captureOf(guid); c != nil {
		return &c.effective
	}
	if r := h.rowOf(guid); r != nil {
		return &r.effective
	}
	return nil
}

// settled reports that the batch of a sale is closed. A hold is never settled.
func (h *host) settled(guid string) bool {
	if c := h.captureOf(guid); c != nil {
		return c.batch < h.batch
	}
	r := h.rowOf(guid)
	return r != nil && r.kind == order.KindSale && r.batch < h.batch
}

// Follow implements engine.Acquirer.
func (h *host) Follow(_ context.Context, q order.FollowRequest, _ *card.Card) order.Evidence {
	h.tick()
	h.w.followOnWire(q)
	switch {
	case h.deaf, h.fault("follow-up: no connection", 4):
		return order.Evidence{Stage: order.NotConnected}
	case h.fault("follow-up: lost", 8):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("follow-up: declined", 6):
		no := false
		return order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, GUID: "x", Device: "dev",
			Status: "Transaction - Declined", Processed: &no, Code: "D2012"}
	case h.fault("follow-up: done late", 8):
		h.later(time.Second, 30*time.Minute, func(at time.Time) { h.carryOut(q, at) })
		return order.Evidence{Stage: order.NoAnswer}
	}
	e, refusal := h.carryOut(q, h.now())
	switch {
	case h.one(15, "follow-up: answer lost", "follow-up: answer truncated"):
		return order.Evidence{Stage: order.NoAnswer}
	case h.one(4, "follow-up: 502", "follow-up: captive portal"):
		return web(502)
	case h.fault("follow-up: answer says duplicate", 4):
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Code: "D0001"}
	case refusal != "":
		return order.Evidence{Stage: order.Answered, HTTP: 400, Body: order.BodyError, Message: refusal}
	}
	return h.entryEvidence(e)
}

// carryOut does what is asked, or says why not.
func (h *host) carryOut(q order.FollowRequest, at time.Time) (e *entry, refusal string) {
	of := q.Target.GUID
	left := h.stands(of)
	switch {
	case left == nil:
		return nil, "Sale does not exist"
	case q.Act == order.Void && h.settled(of):
		return nil, "Transaction already settled"
	case q.Act == order.Void && left.Minor == 0:
		return nil, "The transaction is voided already"
	case q.Act == order.Return && !h.settled(of):
		return nil, "Sale has not been settled"
	}
	h.did[q.Number]++
	e = &entry{act: q.Act, id: q.Number, guid: "guid-" + q.Number, of: of, amount: q.Amount, effective: q.Amount, at: at, batch: h.batch}
	h.entries = append(h.entries, e)
	switch q.Act {
	case order.Void:
		left.Minor = 0
	case order.Return:
		left.Minor = max(0, left.Minor-q.Amount.Minor)
	}
	return e, ""
}

func (h *host) entryEvidence(e *entry) order.Evidence {
	yes := true
	amount := e.amount
	ev := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: e.guid, Device: "dev", Target: e.of, Amount: &amount, Batch: batchName(e.batch)}
	switch e.act {
	case order.Return:
		ev.Code = "A0014"
	case order.Capture:
		ev.Made = "sale-" + e.guid
	}
	return ev
}

// FindFollow implements engine.Acquirer. It tells a return by its amount, and
// by what the journal knows already: the host shows no number of it.
func (h *host) FindFollow(_ context.Context, q order.FollowRequest) (f order.Finding) {
	h.tick()
	if h.deaf || h.fault("follow-up: query lost", 15) {
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

// totals counts a batch as the service does, leaving out what skip names.
func (h *host) totals(batch int, skip func(*row) bool) order.Totals {
	zero := money.New(0, money.USD)
	t := order.Totals{SaleAmount: zero, ReturnAmount: zero}
	add := func(amount money.Amount) {
		t.Sales++
		t.SaleAmount.Minor += amount.Minor
	}
	for _, r := range h.rows {
		if r.batch == batch && r.kind == order.KindSale && !r.declined && !r.recorded && !h.voided(r.guid) && !skip(r) {
			add(r.granted())
		}
	}
	for _, e := range h.entries {
		switch {
		case e.batch != batch:
		case e.act == order.Return:
			t.Returns++
			t.ReturnAmount.Minor += e.amount.Minor
		case e.act == order.Capture && !h.voided("sale-"+e.guid):
			add(e.amount)
		}
	}
	return t
}

// voided reports that nothing stands of a sale, and not for having been paid
// back.
func (h *host) voided(guid string) bool {
	left := h.stands(guid)
	return left != nil && left.Minor == 0 &&
		!slices.ContainsFunc(h.entries, func(e *entry) bool { return e.act == order.Return && e.of == guid })
}

func (h *host) none(*row) bool { return false }

// used reports that something is in the open batch.
func (h *host) used() bool {
	return slices.ContainsFunc(h.rows, func(r *row) bool { return r.batch == h.batch }) ||
		slices.ContainsFunc(h.entries, func(e *entry) bool { return e.batch == h.batch })
}

// settle closes the open batch by the service's own clock.
func (h *host) settle() {
	h.tick()
	if h.used() {
		h.w.count("the service settles")
		h.batch++
	}
}

// BatchOf implements engine.Acquirer.
func (h *host) BatchOf(_ context.Context, w order.Witness) order.BatchAnswer {
	h.tick()
	if h.deaf || h.fault("batch query lost", 15) {
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
	totals := h.totals(batch, h.none)
	return order.BatchAnswer{Answered: true, Closed: true, GUID: batchName(batch), Totals: &totals}
}

// Rows implements reconcile.Host.
func (h *host) Rows(_ context.Context, _ string, s order.Shelf, _, _ time.Time) iter.Seq2[order.HostRow, error] {
	return func(yield func(order.HostRow, error) bool) {
		h.tick()
		if h.deaf || h.fault("list lost", 10) {
			yield(order.HostRow{}, context.DeadlineExceeded)
			return
		}
		for _, r := range h.shelf(s) {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (h *host) shelf(s order.Shelf) (all []order.HostRow) {
	for _, r := range h.rows {
		if hold := r.kind == order.KindAuth; (s == order.ShelfSales && !hold || s == order.ShelfHolds && hold) && !h.lags(r.from) {
			e := h.evidence(r)
			e.Number = r.number
			all = append(all, order.HostRow{Shelf: s, At: r.from, Evidence: e})
		}
	}
	for _, e := range h.entries {
		ev := h.entryEvidence(e)
		ev.Number = e.id
		switch {
		case h.lags(e.at):
		case s == order.ShelfSales && e.act == order.Capture:
			left := e.effective
			ev.GUID, ev.Target, ev.Made, ev.Effective = "sale-"+e.guid, "", "", &left
			all = append(all, order.HostRow{Shelf: s, At: e.at, Evidence: ev})
		case s == order.ShelfCaptures && e.act == order.Capture, s == order.ShelfVoids && e.act == order.Void, s == order.ShelfReturns && e.act == order.Return:
			all = append(all, order.HostRow{Shelf: s, At: e.at, Evidence: ev})
		}
	}
	if s == order.ShelfSales && len(all) > 1 && h.fault("rows move between pages", 10) {
		all = append(all, all[0])
	}
	return all
}
