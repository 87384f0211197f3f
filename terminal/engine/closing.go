package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// BlockerKind is why a batch cannot be closed, in a word.
type BlockerKind string

// The kinds of blockers.
const (
	BlockPayment  BlockerKind = "payment"  // a payment by card without an end
	BlockReversal BlockerKind = "reversal" // one that is being taken back
	BlockFollow   BlockerKind = "follow"   // a void, return or capture without an end
	BlockCode     BlockerKind = "code"     // a code that may be paid
	BlockRefund   BlockerKind = "refund"   // a refund by wallet without an end
	BlockBill     BlockerKind = "bill"     // a bill that is not paid whole
	BlockPaper    BlockerKind = "paper"    // a receipt that was not printed
	BlockStored   BlockerKind = "stored"   // a sale that the bank was not asked for yet
	BlockBatch    BlockerKind = "batch"    // a closing without an end
)

// Blocker is one thing that keeps the batch from being closed.
type Blocker struct {
	Kind BlockerKind
	// ID is the object's, Amount what it is about, Name what people call it. A
	// receipt has no amount.
	ID     string
	Name   string
	Amount money.Amount
	// Do says what to do about it.
	Do Sentence
	// MayCarry: a supervisor may let the closing go on without it.
	MayCarry bool
}

// ClosingView is what stands between the desk and the closing of the batch.
type ClosingView struct {
	// Blockers are the first ones, More counts the others, which Blockers of the
	// Engine lists.
	Blockers []Blocker
	More     int
	// Due is when the batch is closed by itself, past where it should have been by
	// now; zero where it never is. Trouble says why it was not when it should have
	// been, Say the same with what is put into it apart.
	Due     time.Time
	Trouble string
	Say     Sentence
}

// Closing asks for the closing of the batch.
type Closing struct {
	// Carry are the ids of the blockers that the closing goes on without, Reason
	// why. It needs somebody who may close the batch.
	Carry  []string
	Reason string
}

// CloseBatch closes the device's open batch at the host, and returns what the
// terminal and the host counted. It is refused while anything is open that
// Snapshot.Closing lists. Where the answer is lost, the host is asked for the
// batch by the scheduler; a close is never sent twice for one intent.
func (e *Engine) CloseBatch(ctx context.Context) (order.Batch, error) {
	return e.CloseBatchWith(ctx, Closing{})
}

// CloseBatchWith is CloseBatch, which goes on without some blockers by name. They
// keep their own lives: nothing about them is changed or decided by it.
func (e *Engine) CloseBatchWith(ctx context.Context, c Closing) (order.Batch, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Batch{}, err
	}
	if len(c.Carry) > 0 && strings.TrimSpace(c.Reason) == "" {
		return order.Batch{}, &Problem{Code: ProblemNotAllowed, Text: "Say why the batch is closed without what is still open: it goes into the journal and the report."}
	}
	return e.closeBatch(ctx, c, op, false)
}

// mayClose refuses what no closing can begin with.
func (e *Engine) mayClose() error {
	if !e.config().Offer.Can(order.FeatureBatchClose) {
		return &Problem{Code: ProblemNotOffered, Text: "This account's batch is settled by the service each night; there is nothing to close here."}
	}
	return e.compared()
}

// carried are the blockers that a closing goes on without, or the sentence that
// there are others.
func carried(blockers []Blocker, c Closing, by string, now time.Time) ([]order.Carried, error) {
	var list []order.Carried
	var open []Blocker
	for _, b := range blockers {
		if !b.MayCarry || !slices.Contains(c.Carry, b.ID) {
			open = append(open, b)
			continue
		}
		list = append(list, order.Carried{Kind: string(b.Kind), ID: b.ID, Text: b.Name, Amount: b.Amount, By: by, Reason: shorten(c.Reason, 100), At: now})
	}
	if len(open) > 0 {
		return nil, busyWith(open)
	}
	return list, nil
}

// busyWith names what keeps a batch open, the first of it in full.
func busyWith(open []Blocker) *Problem {
	b := open[0]
	what := sentence("%s", b.Name)
	if !b.Amount.IsZero() {
		what = sentence("%s (%s)", b.Name, b.Amount)
	}
	if len(open) == 1 {
		return say(ProblemBatchBusy, nil, "The batch cannot be closed yet, because of %s. %s", what, b.Do)
	}
	return say(ProblemBatchBusy, nil, "The batch cannot be closed yet, because of %s. %s Besides, %d more keep it open; the list shows them.", what, b.Do, len(open)-1)
}
