package engine

import (
	"bytes"
	"context"
	"encoding/json"

	"paydesk/terminal/order"
)

// RecordProof makes the comparison of a closed batch durable; newest is the one
// before it, nil without one. One that says what the newest says is not written
// again: the newest is returned.
func (e *Engine) RecordProof(ctx context.Context, p order.Proof, newest *order.Proof) (order.Proof, error) {
	if newest != nil && sameProof(*newest, p) {
		return *newest, nil
	}
	p.ID, p.Version = e.deps.NewNumber(), 1
	kind := "proof.agrees"
	switch {
	case !p.Complete:
		kind = "proof.failed"
	case !p.Agrees():
		kind = "proof.differs"
		e.deps.Log.Error("a closed batch differs", "batch", p.Batch, "found", len(p.Found)+p.More)
	}
	return p, e.commit(ctx, order.Entry{Kind: kind, Subject: p.ID, Actor: order.ActorTerminal, Object: p})
}

// sameProof compares what two proofs say, in the form in which the journal keeps
// it.
func sameProof(a, b order.Proof) bool {
	b.ID, b.Version, b.At = a.ID, a.Version, a.At
	one, err1 := json.Marshal(a)
	two, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(one, two)
}

// ProofView is a proof in words.
type ProofView struct {
	// Sums says how the totals of the closing differ; zero where they do not.
	Sums     Sentence
	Findings []Finding
}

// NewProofView puts a proof into words.
func NewProofView(p order.Proof) (v ProofView) {
	if c := p.Closed; c != nil && *c != p.Journal {
		v.Sums = sentence("The host closed the batch with %d sales over %s and %d returns over %s; this terminal has %d over %s and %d over %s. Ask the payment service for its settlement.",
			c.Sales, c.SaleAmount, c.Returns, c.ReturnAmount, p.Journal.Sales, p.Journal.SaleAmount, p.Journal.Returns, p.Journal.ReturnAmount)
	}
	for _, m := range p.Found {
		say := findingSay(m)
		v.Findings = append(v.Findings, Finding{m, m.Alarm(), say.String(), say})
	}
	return v
}
