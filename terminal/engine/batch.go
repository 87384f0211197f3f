package engine

import (
	"cmp"
	"context"
	"strings"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// closeLock marks a closing among the orders and batches with a call under
// way. A charge claims its order and then looks for it, a closing claims it and
// then looks for charges: never do both go on.
const closeLock = "close-batch"

// closeBatch closes the open batch for somebody, or by itself.
func (e *Engine) closeBatch(ctx context.Context, c Closing, op staff.Operator, auto bool) (order.Batch, error) {
	if err := e.mayClose(); err != nil {
		return order.Batch{}, err
	}
	if !e.claim(closeLock) {
		return order.Batch{}, underWay()
	}
	defer e.unclaim(closeLock)
	b, err := e.intendClose(ctx, c, op, auto)
	if err != nil {
		return order.Batch{}, err
	}
	defer e.unclaim(b.ID)
	answer := e.deps.Host.CloseBatch(e.life, b.Device)
	if answer.Answered && (!answer.Closed || answer.GUID != b.GUID) {
		// A refusal, or another batch that was closed, may mean that this one was
		// closed before by the service itself: the witness knows. What was closed
		// is never taken for this batch without its word.
		seen := e.deps.Host.BatchOf(e.life, b.Witness)
		if answer.Closed || seen.Closed {
			answer, b.Followed = seen, seen.Closed
		}
	}
	e.noteAnswered(answer.Answered)
	if b, err = e.endBatch(ctx, b, answer); err != nil {
		return b, err
	}
	return b, batchProblem(b)
}

func underWay() *Problem {
	return &Problem{Code: ProblemInProgress, Text: "The batch is being closed already. Wait for the answer."}
}

// intendClose makes the intent durable, and claims the closing.
func (e *Engine) intendClose(ctx context.Context, c Closing, op staff.Operator, auto bool) (b order.Batch, err error) {
	e.ending.Lock()
	defer e.ending.Unlock()
	e.mu.Lock()
	under, blockers := len(e.batches) > 0, e.blockers(0, true).all
	e.mu.Unlock()
	if under {
		return b, underWay()
	}
	going, err := carried(blockers, c, op.ID, e.now())
	if err != nil {
		return b, err
	}
	sum, err := e.deps.Journal.OpenBatch(ctx)
	if err != nil {
		return b, e.readProblem(err)
	}
	if sum.Totals.Sales+sum.Totals.Returns == 0 {
		return b, &Problem{Code: ProblemBatchEmpty, Text: "There is no sale or return in the open batch, so there is nothing to close."}
	}
	b = order.Batch{ID: e.deps.NewNumber(), Version: 1, State: order.BatchClosing, Device: cmp.Or(sum.Witness.Device, e.config().Device), GUID: sum.GUID, Witness: sum.Witness,
		Local: sum.Totals, Operator: op.ID, Opened: sum.Opened, Asked: e.now(), Auto: auto, Carried: append(e.parked(), going...)}
	if !auto {
		// Who approves it sees by the subject what it goes on without.
		about := strings.Join(append([]string{sum.GUID}, names(going)...), " ")
		if b.Approved, err = e.permitRight(ctx, op, staff.CloseBatch, about, sum.Totals.SaleAmount); err != nil {
			return b, err
		}
	}
	for i := range going {
		b.Carried[len(b.Carried)-len(going)+i].By = cmp.Or(b.Approved, op.ID)
	}
	if !e.claim(b.ID) {
		return b, e.busyProblem()
	}
	if err = e.commit(ctx, order.Entry{Kind: "batch.closing", Subject: b.ID, Actor: op.ID, Object: b, Note: approved(b.Approved)}); err != nil {
		e.unclaim(b.ID)
	}
	return b, err
}

func names(list []order.Carried) (ids []string) {
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func (e *Engine) endBatch(ctx context.Context, b order.Batch, answer order.BatchAnswer) (order.Batch, error) {
	b, err := order.StepBatch(b, answer, e.now())
	if err != nil {
		return b, err
	}
	if err := e.commit(ctx, e.batchEntries(b)...); err != nil {
		return b, err
	}
	nudge(e.wakeRecovery)
	return b, nil
}

// batchEntries record what became of a closing, with its slip.
func (e *Engine) batchEntries(b order.Batch) []order.Entry {
	entries := []order.Entry{{Kind: "batch." + kebab(string(b.State)), Subject: b.ID, Actor: order.ActorTerminal, Object: b}}
	if b.State != order.BatchClosed {
		return entries
	}
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
	return entries
}

// batchProblem says of a closing that did not succeed what to do.
func batchProblem(b order.Batch) error {
	switch {
	case b.State == order.BatchUnknown:
		return &Problem{Code: ProblemBatchUnsure, Text: "The host did not answer the closing. The terminal asks for the batch until it knows; do not close again."}
	case b.State == order.BatchNotClosed && b.Message == "":
		return &Problem{Code: ProblemBatchRefuse, Text: "The batch is still open at the host. Close it again once the payment host can be reached."}
	case b.State == order.BatchNotClosed:
		return say(ProblemBatchRefuse, nil, "The host did not close the batch: %s", b.Message)
	}
	return nil
}
