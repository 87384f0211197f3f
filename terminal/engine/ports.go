// Package engine carries out what people at the desk ask for: take a payment,
// keep or give back, print again, close the batch. It is the only place that
// orders the steps: commit the intent, send, commit the outcome, show. It
// declares the ports it needs and imports no adapter.
package engine

import (
	"context"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Journal is the durable memory. All methods are safe for many goroutines.
type Journal interface {
	Totals
	// Commit writes the entries as one synced transaction, or none of them.
	// An object whose stored version is not one below its own fails with
	// order.ErrConflict. order.ErrFull says that the disk has no room and nothing was
	// written; any other error means that storage cannot be trusted.
	Commit(ctx context.Context, entries ...order.Entry) error
	// Attempt, Order, Batch and Job read one object, or order.ErrNotFound.
	Attempt(ctx context.Context, number string) (order.Attempt, error)
	Order(ctx context.Context, id string) (order.Order, error)
	Batch(ctx context.Context, id string) (order.Batch, error)
	Job(ctx context.Context, id string) (order.Job, error)
	// AttemptsOf lists the attempts of an order, oldest first.
	AttemptsOf(ctx context.Context, orderID string) ([]order.Attempt, error)
	// FollowUp reads one follow-up, or order.ErrNotFound; FollowsOf lists those
	// of some attempts, oldest first.
	FollowUp(ctx context.Context, id string) (order.FollowUp, error)
	FollowsOf(ctx context.Context, numbers ...string) ([]order.FollowUp, error)
	// Unfinished lists what is not at its end, oldest first.
	Unfinished(ctx context.Context) (order.Unfinished, error)
	// Bill, Cash and CashBack read one object, or order.ErrNotFound.
	Bill(ctx context.Context, id string) (order.Bill, error)
	Cash(ctx context.Context, id string) (order.Cash, error)
	CashBack(ctx context.Context, id string) (order.CashBack, error)
	// QR and Refund read one object, or order.ErrNotFound. QRsOf lists the codes
	// of an order, RefundsOf the refunds of a code, oldest first.
	QR(ctx context.Context, id string) (order.QR, error)
	Refund(ctx context.Context, id string) (order.Refund, error)
	QRsOf(ctx context.Context, orderID string) ([]order.QR, error)
	RefundsOf(ctx context.Context, code string) ([]order.Refund, error)
	// QRs lists the codes that were made from a time on, oldest first.
	QRs(ctx context.Context, from time.Time) ([]order.QR, error)
	// Stored reads one stored sale, SealedCard its sealed card, or
	// order.ErrNotFound; StoredOf lists those of an order, oldest first. Scrub removes what is left of deleted cards.
	Stored(ctx context.Context, id string) (order.Stored, error)
	StoredOf(ctx context.Context, orderID string) ([]order.Stored, error)
	SealedCard(ctx context.Context, id string) ([]byte, error)
	Scrub(ctx context.Context) error
	// OpenBatch adds up the newest batch that is not known to be closed, as the
	// host does: sales that stand, captured holds among them, and returns. The
	// sum is zero where there is none.
	OpenBatch(ctx context.Context) (order.BatchSum, error)
	// Unclosed lists the batches of which no closing is known, and in which
	// something was done since a time, oldest first; BatchSum adds up one of them,
	// zero where its closing is known. Batches lists the closings that were begun in
	// a stretch of time.
	Unclosed(ctx context.Context, since time.Time) ([]string, error)
	BatchSum(ctx context.Context, guid string) (order.BatchSum, error)
	Batches(ctx context.Context, from, to time.Time) ([]order.Batch, error)
	// Closed reports whether a batch of the host is known to be closed.
	Closed(ctx context.Context, batch string) (bool, error)
	// Sales reads a page, newest first.
	Sales(ctx context.Context, q order.Query) ([]order.Attempt, error)
	// List reads the next part of whatever is asked for, newest first.
	List(ctx context.Context, q order.Query) (order.Listing, error)
	// Story lists the entries about an attempt, its order, follow-ups and
	// jobs.
	Story(ctx context.Context, number string) ([]order.Told, error)
	// Jobs lists the jobs of a subject, or all that are not done for "".
	Jobs(ctx context.Context, subject string) ([]order.Job, error)
	// Operators lists the people who may sign in.
	Operators(ctx context.Context) ([]staff.Operator, error)
	// Shift reads a shift, LastShift the newest one, or order.ErrNotFound; Shifts
	// lists those that were opened in a stretch of time, MovesOf the cash that was put
	// in and taken out during one, both oldest first. Move and Z read one of these, or
	// order.ErrNotFound.
	Shift(ctx context.Context, id string) (order.Shift, error)
	LastShift(ctx context.Context) (order.Shift, error)
	Shifts(ctx context.Context, from, to time.Time) ([]order.Shift, error)
	MovesOf(ctx context.Context, shift string) ([]order.Move, error)
	Move(ctx context.Context, id string) (order.Move, error)
	Z(ctx context.Context, id string) (order.ZReport, error)
	// Room reports whether the disk has room for the whole life of a sale.
	Room() error
	// Reconciliation is the newest comparison with the host, or
	// order.ErrNotFound.
	Reconciliation(ctx context.Context) (order.Reconciliation, error)
	// Restored: the journal was put back, and not compared with the host since;
	// Reconciled ends that.
	Restored() bool
	Reconciled(ctx context.Context) error
}

// Acquirer is the host. Every call ends by its context's deadline. It returns
// evidence and never judges it.
type Acquirer interface {
	// Charge sends one sale or hold under its number. The card is read during
	// the call only; it is nil where the request has a token.
	Charge(ctx context.Context, r order.CardRequest, c *card.Card) order.Evidence
	// Find asks for the rows of a number. The caller sets Finding.Started.
	Find(ctx context.Context, r order.CardRequest) order.Finding
	Reverse(ctx context.Context, r order.CardRequest) order.ReversalAnswer
	// Follow sends one follow-up; only a check has a card, which is read
	// during the call only.
	Follow(ctx context.Context, r order.FollowRequest, c *card.Card) order.Evidence
	// FindFollow asks for the rows of a follow-up. The caller sets
	// Finding.Started. What is not there is an empty finding; that the account
	// offers no way to look is Impossible.
	FindFollow(ctx context.Context, r order.FollowRequest) order.Finding
	CloseBatch(ctx context.Context, device string) order.BatchAnswer
	// BatchOf asks for the state of the batch of a transaction.
	BatchOf(ctx context.Context, w order.Witness) order.BatchAnswer
	// Ping reports whether the host answers and takes the account.
	Ping(ctx context.Context) error
}

// PINs checks a PIN against an operator's hash. It takes 100 to 200 ms.
type PINs interface {
	Verify(hash string, pin []byte) (bool, error)
}
