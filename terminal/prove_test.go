package terminal_test

import (
	"context"
	"errors"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// proven waits for the proof that the terminal makes by itself.
func proven(t *testing.T, term *terminal.Terminal, batch string) (p order.Proof) {
	t.Helper()
	until(t, term, "the proof", func(engine.Snapshot) bool {
		var err error
		p, err = term.ProofOf(background, batch)
		return err == nil
	})
	return p
}

// TestClosedBatchIsProven: a closing is followed by its proof, which is written
// once however often it is made; one that was missed is made at the next start.
func TestClosedBatchIsProven(t *testing.T) {
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	signIn(t, term)
	sale := charge(t, term, "4111111111111111")
	charge(t, term, "4111111111111111")
	if _, err := term.Void(background, sale.Number, "wrong amount"); err != nil {
		t.Fatal(err)
	}
	var b order.Batch
	closes := func(do func(context.Context) (order.Batch, error)) { // once its papers are printed
		t.Helper()
		until(t, term, "the closing", func(engine.Snapshot) (done bool) {
			var err error
			b, err = do(background)
			return err == nil
		})
	}
	before := term.Snapshot().Changed
	closes(term.CloseBatch)
	p := proven(t, term, b.ID)
	until(t, term, "the news of the proof", func(s engine.Snapshot) bool { return s.Changed > before })
	if !p.Agrees() || p.Rows != 2 || p.Local != 2 || p.Matched != 2 || p.Closed == nil || p.Journal.Sales != 1 || p.GUID != b.GUID {
		t.Fatalf("%+v", p)
	}
	last, total := 0, 0
	again, err := term.Prove(background, b.ID, func(done, of int) { last, total = done, of })
	if err != nil || again.ID != p.ID || last != 4 || total != 4 {
		t.Errorf("again: %+v, %v; progress %d of %d", again, err, last, total)
	}
	if all, err := term.Journal().ProofsOf(background, b.ID); err != nil || len(all) != 1 {
		t.Errorf("%d proofs, %v", len(all), err)
	}
	var problem *engine.Problem
	if _, err := term.Prove(background, "no-such", nil); !errors.As(err, &problem) || problem.Code != engine.ProblemNotFound {
		t.Errorf("got %v", err)
	}
	if _, err := term.ProofOf(background, "no-such"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	charge(t, term, "4111111111111111")
	closes(term.Engine.CloseBatch)
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	term = open(t, dir, settings.Training)
	if p := proven(t, term, b.ID); !p.Agrees() || p.Rows != 1 {
		t.Errorf("%+v", p)
	}
}
