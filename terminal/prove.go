package terminal

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"paydesk/sync/reconcile"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

const (
	// proofPoll is how often closed batches are looked at, proofSoon how soon after
	// the start, and how often an absent host is asked for. proofPause is how long
	// is waited before a batch is proven again, at first and at most: the host's
	// list may lag behind its own closing.
	proofPoll     = 15 * time.Second
	proofSoon     = 2 * time.Second
	proofPause    = 15 * time.Second
	proofPauseMax = 30 * time.Minute
	// proofLooks is how long behind its closing a batch without a proof is looked
	// for, and proofFor how long one that does not agree is proven again.
	proofLooks = 7 * 24 * time.Hour
	proofFor   = 24 * time.Hour
	// batchesApart is how far apart two closings are at most, for the time of the
	// wallets.
	batchesApart = 31 * 24 * time.Hour
)

// BatchLines implements reconcile.BatchHost.
func (h *hostPort) BatchLines(ctx context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	if client := h.get(); client != nil {
		return client.BatchLines(ctx, q)
	}
	return func(yield func(order.BatchLine, error) bool) { yield(order.BatchLine{}, errNoHost) }
}

// Transaction implements reconcile.BatchHost.
func (h *hostPort) Transaction(ctx context.Context, s order.Shelf, guid string) (order.HostRow, error) {
	client, err := h.connected()
	if err != nil {
		return order.HostRow{}, err
	}
	return client.Transaction(ctx, s, guid)
}

// proofMaker makes one proof at a time.
type proofMaker struct {
	reconcile.Prover
	turn  chan struct{} // holds one token while a proof is made
	asked chan struct{}
	// tried is used by the worker alone.
	tried map[string]proofTry
}

// proofTry is how often a batch was proven by itself, and when next.
type proofTry struct {
	n      int
	next   time.Time
	silent bool // it was given up, and said so
}

func newProofMaker(p reconcile.Prover) *proofMaker {
	return &proofMaker{Prover: p, turn: make(chan struct{}, 1), asked: make(chan struct{}, 1), tried: map[string]proofTry{}}
}

// wake has closed batches looked at soon.
func (m *proofMaker) wake() {
	select {
	case m.asked <- struct{}{}:
	default:
	}
}

// Prove holds a closed batch against the host's own transactions of it and the
// totals of its closing, and the wallets of its time against their providers, and
// makes that durable. It only reads at the host. One that is not complete says why;
// one that differs lists what. Progress is told in transactions and may be nil. The
// error is a sentence, or that ctx ended.
func (t *Terminal) Prove(ctx context.Context, batchID string, progress func(done, total int)) (order.Proof, error) {
	if err := t.Engine.May(staff.SeeHistory); err != nil {
		return order.Proof{}, err
	}
	b, err := t.journal.Batch(ctx, batchID)
	switch {
	case errors.Is(err, order.ErrNotFound):
		return order.Proof{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such closing of a batch in this terminal's journal. Check the number.", Err: err}
	case err != nil:
		return order.Proof{}, proofStorage(err)
	case b.State != order.BatchClosed:
		return order.Proof{}, &engine.Problem{Code: engine.ProblemInProgress, Text: "This batch is not known to be closed, and so nothing can be proven of it yet. Wait until the host has told."}
	}
	return t.prove(ctx, b, progress)
}

func proofStorage(err error) error {
	return &engine.Problem{Code: engine.ProblemStorage, Text: "The journal could not be read. Try again; if it happens twice, restart Paydesk.", Err: err}
}

func (t *Terminal) prove(ctx context.Context, b order.Batch, progress func(done, total int)) (order.Proof, error) {
	select {
	case t.proofs.turn <- struct{}{}:
		defer func() { <-t.proofs.turn }()
	case <-ctx.Done():
		return order.Proof{}, ctx.Err()
	}
	p, err := t.proofs.Prover.Prove(ctx, b, progress)
	if err == nil {
		p.Wallets, err = t.proveWallets(ctx, b)
	}
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if err != nil {
		return p, proofStorage(err)
	}
	newest, err := t.ProofOf(ctx, b.ID)
	if errors.Is(err, order.ErrNotFound) {
		return t.Engine.RecordProof(ctx, p, nil)
	}
	if err != nil {
		return p, proofStorage(err)
	}
	return t.Engine.RecordProof(ctx, p, &newest)
}

// ProofOf is the newest proof of a closed batch, or order.ErrNotFound.
func (t *Terminal) ProofOf(ctx context.Context, batchID string) (order.Proof, error) {
	all, err := t.journal.ProofsOf(ctx, batchID)
	if err == nil && len(all) == 0 {
		err = order.ErrNotFound
	}
	if err != nil {
		return order.Proof{}, err
	}
	return all[len(all)-1], nil
}

// proveWallets compares what came by wallet since the batch before was closed.
func (t *Terminal) proveWallets(ctx context.Context, b order.Batch) ([]order.WalletProof, error) {
	offers := t.wallets.get().Offers()
	if len(offers) == 0 {
		return nil, nil
	}
	before, err := t.journal.Batches(ctx, b.Asked.Add(-batchesApart), b.Asked)
	if err != nil {
		return nil, err
	}
	from := b.Opened.Add(-24 * time.Hour) // the first one
	for _, earlier := range before {
		if earlier.State == order.BatchClosed && earlier.ID != b.ID && earlier.Ended.Before(b.Ended) {
			from = earlier.Ended
		}
	}
	ours, err := t.ours(ctx)
	if err != nil {
		return nil, err
	}
	return reconcile.WalletProver{Wallets: t.wallets, Codes: t.journal.QRs, Ours: ours}.Prove(ctx, offers, from, b.Ended)
}

// proveClosed proves each batch that was closed, by whomever, until it agrees or
// its time is over.
func (t *Terminal) proveClosed(ctx context.Context) {
	for pause := proofSoon; ; {
		select {
		case <-ctx.Done():
			return
		case <-t.proofs.asked:
		case <-t.opt.Clock.After(pause):
		}
		if pause = proofSoon; !t.Engine.HostUp() {
			continue
		}
		pause = proofPoll
		if err := t.proveDue(ctx); err != nil && ctx.Err() == nil {
			t.opt.Log.Warn("a closed batch could not be compared", "err", err)
		}
	}
}

// proveDue proves the batches whose turn it is.
func (t *Terminal) proveDue(ctx context.Context) error {
	now := t.Now()
	closed, err := t.journal.Batches(ctx, now.Add(-proofLooks), now.Add(time.Hour))
	if err != nil {
		return err
	}
	closed = slices.DeleteFunc(closed, func(b order.Batch) bool { return b.State != order.BatchClosed })
	for _, b := range closed {
		try := t.proofs.tried[b.ID]
		if try.silent || now.Before(try.next) {
			continue
		}
		newest, err := t.ProofOf(ctx, b.ID)
		switch {
		case errors.Is(err, order.ErrNotFound):
		case err != nil:
			return err
		case newest.Agrees():
			t.proofs.tried[b.ID] = proofTry{silent: true}
			continue
		case now.Sub(b.Ended) > proofFor:
			t.proofs.tried[b.ID] = proofTry{silent: true}
			t.opt.Log.Error("a closed batch does not agree with the host's transactions, and is not compared again by itself: paydesk reconcile batch",
				"batch", b.ID, "complete", newest.Complete, "found", len(newest.Found)+newest.More)
			continue
		}
		pause := min(proofPause<<min(try.n, 10), proofPauseMax)
		t.proofs.tried[b.ID] = proofTry{n: try.n + 1, next: now.Add(pause)}
		if _, err := t.prove(ctx, b, nil); err != nil {
			return err
		}
	}
	return nil
}

var _ reconcile.BatchHost = (*hostPort)(nil)
