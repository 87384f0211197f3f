package engine

import (
	"context"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
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
	// ID is the object's, Amount what it is about, Name what people call it.
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
	Blockers []Blocker
	// Due is when the batch is closed by itself, zero where it never is. Trouble
	// says why it was not when it should have been.
	Due     time.Time
	Trouble string
}

// Closing asks for the closing of the batch.
type Closing struct {
	// Carry are the ids of the blockers that the closing goes on without, Reason
	// why. It needs somebody who may close the batch.
	Carry  []string
	Reason string
	// Auto: the hour of the settings asks.
	Auto bool
}

// CloseBatchWith is CloseBatch, which goes on without some blockers by name.
func (e *Engine) CloseBatchWith(ctx context.Context, c Closing) (order.Batch, error) {
	return e.CloseBatch(ctx)
}
