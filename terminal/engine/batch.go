package engine

import (
	"context"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// closeLock marks a closing among the orders and batches with a call under
// way. A charge claims its order and then looks for it, a closing claims it and
// then looks for charges: never do both go on.
const closeLock = "close-batch"

// CloseBatch closes the device's open batch at the host, and returns what the
// terminal and the host counted. It is refused while the fate of any payment
// is open. Where the answer is lost, the host is asked for the batch by the
// scheduler; a close is never sent twice for one intent.
func (e *Engine) CloseBatch(ctx context.Context) (order.Batch, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Batch{}, err
	}
	if !e.config().Offer.Can(order.FeatureBatchClose) {
		return order.Batch{}, &Problem{Code: ProblemNotOffered, Text: "This account's batch is settled by the service each night; there is nothing to close here."}
	}
	if err := e.compared(); err != nil {
		return order.Batch{}, err
	}
	if !e.claim(closeLock) {
		return order.Batch{}, &Problem{Code: ProblemInProgress, Text: "The batch is being closed already. Wait for the answer."}
	}
	defer e.unclaim(closeLock)
	if err := e.batchReady(); err != nil {
		return order.Batch{}, err
	}
	sum, err := e.deps.Journal.OpenBatch(ctx)
	if err != nil {
		return order.Batch{}, e.readProblem(err)
	}
	if sum.Totals.Sales+sum.Totals.Returns == 0 {
		return order.Batch{}, &Problem{Code: ProblemBatchEmpty, Text: "There is no sale or return in the open batch, so there is nothing to close."}
	}
	approver, err := e.permitRight(ctx, op, staff.CloseBatch, sum.GUID, sum.Totals.SaleAmount)
	if err != nil {
		return order.Batch{}, err
	}
	b := order.Batch{ID: e.deps.NewNumber(), Version: 1, State: order.BatchClosing, Device: e.config().Device,
		GUID: sum.GUID, Witness: sum.Witness, Local: sum.Totals, Operator: op.ID, Approved: approver, Opened: sum.Opened, Asked: e.now()}
	if !e.claim(b.ID) {
		return order.Batch{}, e.busyProblem()
	}
	defer e.unclaim(b.ID)
	if err := e.commit(ctx, order.Entry{Kind: "batch.closing", Subject: b.ID, Actor: op.ID, Object: b, Note: approved(approver)}); err != nil {
		return order.Batch{}, err
	}
	answer := e.deps.Host.CloseBatch(e.life, b.Device)
	if answer.Answered && (!answer.Closed || answer.GUID != b.GUID) {
		// A refusal, or another batch that was closed, may mean that this one was
		// closed before by the service itself: the witness knows. What was closed
		// is never taken for this batch without its word.
		seen := e.deps.Host.BatchOf(e.life, b.Witness)
		if answer.Closed || seen.Closed {
			answer = seen
		}
	}
	e.noteAnswered(answer.Answered)
	if b, err = e.endBatch(ctx, b, answer); err != nil {
		return b, err
	}
	return b, batchProblem(b)
}

// batchReady refuses to close while a payment could still change the batch.
func (e *Engine) batchReady() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.batches) > 0 {
		return &Problem{Code: ProblemInProgress, Text: "The batch is being closed already. Wait for the answer."}
	}
	open := len(e.busy) - 1 // being charged now: all but this closing
	settling := 0
	for _, a := range e.live {
		if a.State != order.Review && a.Parked == "" {
			settling++
		}
	}
	for _, f := range e.follows {
		if f.State != order.FollowReview && f.Parked == "" {
			settling++
		}
	}
	if open = max(open, settling); open > 0 {
		return say(ProblemBatchBusy, nil, "%d payment(s) are still being settled with the bank. Close the batch when they are done; the list shows them first.", open)
	}
	return nil
}

func (e *Engine) endBatch(ctx context.Context, b order.Batch, answer order.BatchAnswer) (order.Batch, error) {
	b, err := order.StepBatch(b, answer, e.now())
	if err != nil {
		return b, err
	}
	entries := []order.Entry{{Kind: "batch." + kebab(string(b.State)), Subject: b.ID, Actor: order.ActorTerminal, Object: b}}
	if b.State == order.BatchClosed {
		for _, j := range e.config().Jobs {
			if j.Copy != CopyMerchant {
				continue // a closing slip has one copy, the shop's
			}
			j.Document = DocumentBatch
			j = e.newJob(j, b.ID)
			if id.Nonce(b.ID) != id.Nonce(j.ID) {
				j.Reprint = 1 // the journal that was there before may have printed it
			}
			entries = append(entries, jobEntry(j, order.ActorTerminal))
		}
	}
	if err := e.commit(ctx, entries...); err != nil {
		return b, err
	}
	nudge(e.wakeRecovery)
	return b, nil
}

// batchProblem says of a closing that did not succeed what to do.
func batchProblem(b order.Batch) error {
	switch b.State {
	case order.BatchUnknown:
		return &Problem{Code: ProblemBatchUnsure, Text: "The host did not answer the closing. The terminal asks for the batch until it knows; do not close again."}
	case order.BatchNotClosed:
		return say(ProblemBatchRefuse, nil, "The host did not close the batch: %s", b.Message)
	}
	return nil
}
