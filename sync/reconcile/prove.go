package reconcile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// errChanged ends a proof whose sides were not the same when they were read again.
var errChanged = errors.New("the transactions of the batch changed while they were compared; it is done again by itself")

// errNoLines ends one where the account lists nothing of a batch.
var errNoLines = errors.New("the account lists no transactions of a batch. Put the merchant's guid into host.merchant_guid in the settings, or ask the payment service to switch the search on")

// errNoBatch ends one of a batch whose name at the host is not known.
var errNoBatch = errors.New("the host did not name the batch, so that its transactions cannot be asked for. Compare by days: paydesk reconcile --from DAY --to DAY")

// BatchJournal is what a proof reads here.
type BatchJournal interface {
	// BatchLines streams what there is of a batch, as the host would list it; from
	// and to bound when its voids were begun.
	BatchLines(ctx context.Context, guid string, from, to time.Time) iter.Seq2[order.BatchLine, error]
	// BatchesOf tells by numbers in which batches payments are.
	BatchesOf(ctx context.Context, numbers ...string) (map[string][]string, error)
	Attempts(ctx context.Context, numbers ...string) ([]order.Attempt, error)
	FollowUps(ctx context.Context, ids ...string) ([]order.FollowUp, error)
	FollowsOf(ctx context.Context, numbers ...string) ([]order.FollowUp, error)
}

// BatchHost is what a proof asks the host.
type BatchHost interface {
	// BatchLines streams the transactions of a batch. A stream without an error
	// came whole; order.ErrNoList says that there is no such list.
	BatchLines(ctx context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error]
	// Transaction reads one row by its guid; order.ErrNotFound where there is none,
	// order.ErrNoList where the account does not tell.
	Transaction(ctx context.Context, s order.Shelf, guid string) (order.HostRow, error)
}

// Prover holds closed batches against the host's own transactions of them. It only
// reads. Its fields are set before use; it is safe for many goroutines.
type Prover struct {
	Journal BatchJournal
	Host    BatchHost
	Clock   clock.Clock
	// Nonce and Earlier are as in Runner.
	Nonce   string
	Earlier []string
}

const (
	// around is how far from a batch's own time its voids may have been begun.
	around = 24 * time.Hour
	// every500 is how often progress is told, in lines.
	every500 = 500
)

// Prove compares a closed batch: the journal's lines, the host's transactions and
// the totals of the closing. Progress is told in lines of both sides; it may be
// nil. A proof that is not complete says why; the error is that the journal could
// not be read, or that ctx ended. The caller gives it an ID and a version.
//
// Both sides are streamed once into a fixed number of buckets by the hash of their
// guids, each with the sums of two keyed hashes of what the lines say. Buckets with
// equal sums hold the same lines: that two sides which differ come to equal sums
// has a chance of one in 2^128. Of the others, both sides are streamed again, and
// compared line by line. So memory does not grow with the batch, and time grows
// with its lines alone; where very much differs, the second reading is done in
// slices of sliceLines, and once more for each.
func (p Prover) Prove(ctx context.Context, b order.Batch, progress func(done, total int)) (order.Proof, error) {
	proof := order.Proof{Batch: b.ID, GUID: b.GUID, Device: b.Device, At: p.Clock.Now(), Closed: b.Host}
	unit := b.Local.SaleAmount.Currency
	if b.Host != nil {
		unit = cmp.Or(unit, b.Host.SaleAmount.Currency)
		closed := inUnit(*b.Host, unit)
		proof.Closed = &closed
	}
	proof.Journal, proof.Host = inUnit(order.Totals{}, unit), inUnit(order.Totals{}, unit)
	c := &proving{Prover: p, proof: &proof, progress: progress, here: newSide(), there: newSide(),
		query: order.BatchQuery{GUID: b.GUID, Device: b.Device, From: b.Opened, To: laterOf(b.Asked, b.Ended)}}
	trouble := c.run(ctx)
	if err := ctx.Err(); err != nil {
		return proof, err
	}
	var broken journalError
	if errors.As(trouble, &broken) {
		return proof, broken.error
	}
	if proof.Complete = trouble == nil; !proof.Complete {
		proof.Trouble = trouble.Error()
	}
	return proof, nil
}

// journalError is an error of this side, which no second try of the host mends.
type journalError struct{ error }

// inUnit gives sums of nothing their currency.
func inUnit(t order.Totals, unit money.Currency) order.Totals {
	for _, a := range []*money.Amount{&t.SaleAmount, &t.ReturnAmount} {
		if a.Currency == "" {
			a.Currency = unit
		}
	}
	return t
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// proving is one proof under way.
type proving struct {
	Prover
	proof       *order.Proof
	query       order.BatchQuery
	progress    func(done, total int)
	done        int
	here, there *side
	digest      [sha256.Size / 2]byte
}

// run compares. Its error says why the proof is not complete.
func (c *proving) run(ctx context.Context) error {
	if c.query.GUID == "" {
		return errNoBatch
	}
	err := c.sums(ctx)
	if errors.Is(err, order.ErrNoList) { // then what lists of all transactions have of it
		c.query.Searched, c.here, c.there, c.digest = true, newSide(), newSide(), [sha256.Size / 2]byte{}
		nothing := inUnit(order.Totals{}, c.proof.Journal.SaleAmount.Currency)
		c.proof.Journal, c.proof.Host = nothing, nothing
		c.proof.Rows, c.proof.Local, c.done = 0, 0, 0
		err = c.sums(ctx)
	}
	if errors.Is(err, order.ErrNoList) {
		return errNoLines
	}
	if err != nil {
		return err
	}
	c.proof.Digest = hex.EncodeToString(c.digest[:])
	return c.differences(ctx)
}

// sums streams both sides into their buckets, and adds them up.
func (c *proving) sums(ctx context.Context) error {
	for line, err := range c.local(ctx) {
		if err != nil {
			return err
		}
		c.here.put(line)
		c.proof.Local++
		if err := add(&c.proof.Journal, line, 1); err != nil {
			return journalError{err}
		}
		c.tell(false)
	}
	for line, err := range c.remote(ctx) {
		if err != nil {
			return err
		}
		c.there.put(line)
		c.proof.Rows++
		h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", line.Shelf, strings.ToLower(line.GUID), line.Amount))
		for i := range c.digest {
			c.digest[i] ^= h[i]
		}
		if err := add(&c.proof.Host, line, 1); err != nil {
			return fmt.Errorf("the amounts of the host's transactions cannot be added up: %w", err)
		}
		c.tell(false)
	}
	c.tell(true)
	return ctx.Err()
}

// tell reports progress. The host has as many lines as the journal, as far as is
// known before they came.
func (c *proving) tell(end bool) {
	if !end {
		c.done++
	}
	if c.progress != nil && (end || c.done%every500 == 0) {
		c.progress(c.done, max(c.done, 2*c.proof.Local))
	}
}

// add counts a line into totals, or out of them where sign is below zero.
func add(t *order.Totals, l order.BatchLine, sign int) error {
	count, sum := &t.Sales, &t.SaleAmount
	switch l.Shelf {
	case order.ShelfSales:
	case order.ShelfReturns:
		count, sum = &t.Returns, &t.ReturnAmount
	default:
		return nil // holds and voids are no money
	}
	if sum.Currency == "" {
		sum.Currency = l.Amount.Currency
	}
	grown, err := sum.Add(money.New(int64(sign)*l.Amount.Minor, l.Amount.Currency))
	if err != nil {
		return fmt.Errorf("transaction %s: %w", l.GUID, err)
	}
	*count, *sum = *count+sign, grown
	return nil
}

// local streams the journal's side.
func (c *proving) local(ctx context.Context) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for line, err := range c.Journal.BatchLines(ctx, c.query.GUID, c.query.From.Add(-around), c.query.To.Add(around)) {
			if err != nil {
				yield(line, journalError{err})
				return
			}
			if c.query.Searched && line.Shelf != order.ShelfSales && line.Shelf != order.ShelfReturns {
				continue
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// remote streams the host's side: of a list that is not of the batch alone, what
// belongs to it.
func (c *proving) remote(ctx context.Context) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		loose := make([]order.BatchLine, 0, chunk)
		for line, err := range c.Host.BatchLines(ctx, c.query) {
			switch {
			case err != nil:
				yield(line, err)
				return
			case !line.Loose:
				if !yield(line, nil) {
					return
				}
				continue
			}
			if loose = append(loose, line); len(loose) == chunk {
				if !c.sift(ctx, loose, yield) {
					return
				}
				loose = loose[:0]
			}
		}
		c.sift(ctx, loose, yield)
	}
}

// sift yields those lines that belong to the batch: by the journal where it knows
// their numbers, and by their time otherwise.
func (c *proving) sift(ctx context.Context, lines []order.BatchLine, yield func(order.BatchLine, error) bool) bool {
	if len(lines) == 0 {
		return true
	}
	var numbers []string
	for _, l := range lines {
		if l.Number != "" {
			numbers = append(numbers, l.Number)
		}
	}
	of, err := c.Journal.BatchesOf(ctx, numbers...)
	if err != nil {
		return yield(order.BatchLine{}, journalError{err})
	}
	for _, l := range lines {
		in := slices.Contains(of[l.Number], c.query.GUID)
		if len(of[l.Number]) == 0 {
			in = !l.At.Before(c.query.From) && !l.At.After(c.query.To)
		}
		if in && !yield(l, nil) {
			return false
		}
	}
	return true
}
