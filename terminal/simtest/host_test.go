// Package simtest plays histories of sales against the real engine and the
// real journal, with a host that misbehaves and a program that dies, under a
// clock of its own. A seed gives a history; the same seed gives the same one.
package simtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// host is a payment host with a ledger, at the mercy of a random plan.
type host struct {
	rnd    *rand.Rand
	clock  *clock.Virtual
	rows   map[string]*row
	faults map[string]int
	// sent is checked at each sale: the number must be durable by then.
	sent func(number string)
	// calm switches the faults off, so that every history can end.
	calm bool
}

// row is the host's record of a number. A charge may appear later than its
// request.
type row struct {
	amount, effective money.Amount
	declined          bool
	from              time.Time
	code, batch       string
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

func (h *host) live(number string) (money.Amount, bool) {
	r := h.rows[number]
	if r == nil || r.declined || r.effective.Minor == 0 {
		return money.Amount{}, false
	}
	return r.effective, true
}

func (h *host) evidence(number string, r *row) order.Evidence {
	yes, no := true, false
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: r.code, GUID: "guid-" + number, Device: "dev", Number: number,
		Amount: &r.amount, Effective: &r.effective, AuthCode: "TAS001", Batch: r.batch}
	if r.declined {
		e.Status, e.Processed = "Transaction - Declined", &no
	}
	return e
}

func (h *host) Sale(_ context.Context, _, number string, amount money.Amount, _ *card.Card) order.Evidence {
	h.sent(number)
	if h.fault("no connection", 5) {
		return order.Evidence{Stage: order.NotConnected}
	}
	if h.fault("request lost", 10) {
		return order.Evidence{Stage: order.NoAnswer}
	}
	r := &row{amount: amount, effective: amount, from: h.now(), code: "A0000",
		batch: fmt.Sprintf("batch-%d", len(h.rows)/50)}
	switch n := h.rnd.IntN(10); {
	case n < 2:
		r.declined, r.code, r.effective = true, "D2012", money.New(0, amount.Currency)
	case n < 4:
		r.code, r.effective = "A0002", money.New(amount.Minor/2, amount.Currency)
	}
	h.rows[number] = r
	switch {
	case h.fault("charged late", 10):
		r.from = h.now().Add(time.Duration(h.rnd.IntN(30*60)) * time.Second)
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("answer lost", 25):
		return order.Evidence{Stage: order.NoAnswer}
	case h.fault("answer is a web page", 5):
		return order.Evidence{Stage: order.Answered, HTTP: 502, Body: order.BodyOther}
	case h.fault("answer says duplicate", 3):
		return order.Evidence{Stage: order.Answered, HTTP: 422, Body: order.BodyError, Code: "D0001"}
	}
	return h.evidence(number, r)
}

func (h *host) Find(_ context.Context, _, number string) order.Finding {
	if h.fault("query fails", 25) {
		return order.Finding{Failed: true}
	}
	r := h.rows[number]
	if r == nil || r.from.After(h.now()) {
		return order.Finding{}
	}
	if h.fault("search lags", 10) && h.now().Sub(r.from) < 5*time.Minute {
		return order.Finding{}
	}
	return order.Finding{Hits: []order.Evidence{h.evidence(number, r)}}
}

func (h *host) Reverse(_ context.Context, _, number string) order.ReversalAnswer {
	if h.fault("reversal lost", 15) {
		return order.ReversalNoAnswer
	}
	r := h.rows[number]
	if r == nil || r.declined || r.from.After(h.now()) {
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

func (h *host) CloseBatch(context.Context, string) order.BatchAnswer { return order.BatchAnswer{} }
func (h *host) BatchOf(context.Context, string) order.BatchAnswer    { return order.BatchAnswer{} }
func (h *host) Ping(context.Context) error                           { return nil }
