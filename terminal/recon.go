package terminal

import (
	"context"
	"iter"
	"slices"
	"time"

	"paydesk/sync/reconcile"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// closeWait bounds the comparison before a batch is closed: nobody waits
// longer, and what it finds is only listed.
const closeWait = 30 * time.Second

// Rows implements reconcile.Host.
func (h *hostPort) Rows(ctx context.Context, device string, s order.Shelf, from, to time.Time) iter.Seq2[order.HostRow, error] {
	if client := h.get(); client != nil {
		return client.Rows(ctx, device, s, from, to)
	}
	return func(yield func(order.HostRow, error) bool) { yield(order.HostRow{}, errNoHost) }
}

// startReconciler readies the comparison with the host.
func (t *Terminal) startReconciler(ctx context.Context) error {
	nonces, err := t.journal.Nonces(ctx)
	if err != nil {
		return err
	}
	own := t.journal.Nonce()
	t.reconciler = reconcile.New(reconcile.Runner{Journal: t.journal, Host: t.host, Desk: t.Engine, Clock: t.opt.Clock, Log: t.opt.Log,
		Device: func() string { return t.Settings().Host.DeviceGUID }, Nonce: own,
		Earlier: slices.DeleteFunc(nonces, func(n string) bool { return n == own }), NewID: t.newNumber})
	t.proofs = newProofMaker(reconcile.Prover{Journal: t.journal, Host: t.host, Clock: t.opt.Clock, Nonce: own, Earlier: t.reconciler.Earlier})
	return nil
}

// Reconcile compares the journal with the host's rows of this device, now: of a
// period, or where that is zero of all that is not known to agree. What it may,
// it takes back; the rest is in the result. A result that is not complete says
// why; the error is a sentence.
func (t *Terminal) Reconcile(ctx context.Context, from, to time.Time) (order.Reconciliation, error) {
	if err := t.Engine.May(staff.SeeHistory); err != nil {
		return order.Reconciliation{}, err
	}
	return t.reconciler.Compare(ctx, order.WhyAsked, from, to)
}

// CloseBatch compares with the host, closes the open batch, and has it compared
// again in the background. What was found keeps nothing from being closed: it
// is listed.
func (t *Terminal) CloseBatch(ctx context.Context) (order.Batch, error) {
	return t.CloseBatchWith(ctx, engine.Closing{})
}

// CloseBatchWith is CloseBatch, which goes on without some blockers by name.
func (t *Terminal) CloseBatchWith(ctx context.Context, c engine.Closing) (order.Batch, error) {
	if t.Engine.May(staff.CloseBatch) == nil && t.Snapshot().Host.Health != engine.HealthTrouble {
		before, cancel := context.WithTimeout(ctx, closeWait)
		if _, err := t.reconciler.Compare(before, order.WhyBeforeClose, time.Time{}, time.Time{}); err != nil {
			t.opt.Log.Warn("comparison before closing failed", "err", err)
		}
		cancel()
	}
	b, err := t.Engine.CloseBatchWith(ctx, c)
	if b.State == order.BatchClosed {
		t.reconciler.Ask(order.WhyAfterClose)
		t.proofs.wake()
	}
	return b, err
}

var (
	_ reconcile.Host = (*hostPort)(nil)
	_ reconcile.Desk = (*engine.Engine)(nil)
)
