package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Totals is what the journal tells of the shop's money, and of the papers that add
// it up.
type Totals interface {
	// Movements are those of the events behind from up to to, in their order; to 0 is
	// the newest event. FirstEvent is the number of the first event about an object.
	Movements(ctx context.Context, from, to int64) iter.Seq2[order.Movement, error]
	FirstEvent(ctx context.Context, id string) (int64, error)
	// SignedHead is the newest event's place in the chain, Began the time of the
	// first.
	SignedHead(ctx context.Context) (order.SignedHead, error)
	Began(ctx context.Context) (time.Time, error)
	// LastZ is the Z report with the highest number, or order.ErrNotFound.
	LastZ(ctx context.Context) (order.ZReport, error)
	// ShiftsClosed and BatchesClosed list what was closed by such events, in their
	// order.
	ShiftsClosed(ctx context.Context, from, to int64) ([]order.Shift, error)
	BatchesClosed(ctx context.Context, from, to int64) ([]order.Batch, error)
	// ProofsOf lists the proofs of a batch, oldest first.
	ProofsOf(ctx context.Context, batch string) ([]order.Proof, error)
}

// X adds up what there is since the last Z report. It changes nothing: asked for
// twice it says the same.
func (e *Engine) X(ctx context.Context) (order.ZReport, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.ZReport{}, err
	}
	head, err := e.deps.Journal.SignedHead(ctx)
	if err != nil {
		return order.ZReport{}, e.readProblem(err)
	}
	z, err := e.report(ctx, op, head, nil)
	if err != nil {
		return z, err
	}
	if s := e.newestShift(); s.ID != "" && s.State != order.ShiftClosed {
		z.Shifts = append(z.Shifts, s)
	}
	z.Number = 0
	return z, nil
}

// MayWriteZ says why no Z report can be written now, nil where one can.
func (e *Engine) MayWriteZ(context.Context) error {
	if s := e.newestShift(); s.ID != "" && s.State != order.ShiftClosed && !s.Uncounted {
		return &Problem{Code: ProblemShift, Text: "A shift is open. Count the drawer and close the shift first, then write the Z report."}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.batches) > 0 || e.busy[closeLock] {
		return &Problem{Code: ProblemInProgress, Text: "The batch is being closed. Wait until the bank has answered, then write the Z report."}
	}
	return nil
}

// WriteZ writes the Z report of all since the last one into the journal. It needs
// staff.CloseBatch or an approval, and what MayWriteZ says. Sales may go on: what
// is sold meanwhile is in the next one. progress, which may be nil, is told how
// many events are added up of how many. Where ctx ends before that is done, nothing
// is written.
func (e *Engine) WriteZ(ctx context.Context, progress func(done, total int64)) (order.ZReport, error) {
	none := order.ZReport{}
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return none, err
	}
	if err := e.compared(); err != nil {
		return none, err
	}
	if !e.summing.TryLock() {
		return none, &Problem{Code: ProblemInProgress, Text: "A Z report is being written already. Wait until it is there."}
	}
	defer e.summing.Unlock()
	if err := e.MayWriteZ(ctx); err != nil {
		return none, err
	}
	approver, err := e.permitRight(ctx, op, staff.CloseBatch, "z", money.Amount{})
	if err != nil {
		return none, err
	}
	head, err := e.headForZ(ctx, op)
	if err != nil {
		return none, err
	}
	z, err := e.report(ctx, op, head, progress)
	if err != nil {
		return none, err
	}
	z.ID, z.Version, z.Approved = order.ZID(z.Number), 1, approver
	err = e.commitMade(ctx, func() ([]order.Entry, error) {
		if err := e.MayWriteZ(ctx); err != nil {
			return nil, err
		}
		entries := []order.Entry{{Kind: "z.written", Subject: z.ID, Actor: op.ID, Object: z, Note: approved(approver)}}
		return append(entries, e.shopPaper(order.DocumentZ, z.ID, CopyMerchant)...), nil
	})
	if err != nil {
		return none, err
	}
	return z, nil
}

// headForZ is the newest event, at which no shift is open that opened by itself:
// one is closed first, so that its drawer holds what the report counts. What is
// sold behind that opens the next.
func (e *Engine) headForZ(ctx context.Context, op staff.Operator) (order.SignedHead, error) {
	for {
		e.commits.Lock()
		s := e.newestShift()
		if !s.Uncounted || s.State != order.ShiftOpen {
			head, err := e.deps.Journal.SignedHead(ctx)
			e.commits.Unlock()
			if err != nil {
				return head, e.readProblem(err)
			}
			return head, nil
		}
		e.commits.Unlock()
		err := e.commitMade(ctx, func() (entries []order.Entry, err error) {
			_, entries, err = e.endUncounted(ctx, e.newestShift(), op.ID)
			return entries, err
		})
		if err != nil {
			return order.SignedHead{}, err
		}
	}
}

// report adds up the events behind the last Z report up to a head. It has the
// number of the next Z report.
func (e *Engine) report(ctx context.Context, op staff.Operator, head order.SignedHead, progress func(done, total int64)) (z order.ZReport, err error) {
	j, cfg := e.deps.Journal, e.config()
	last, err := j.LastZ(ctx)
	since := last.At
	if errors.Is(err, order.ErrNotFound) {
		since, err = j.Began(ctx)
	}
	if err != nil {
		return z, e.readProblem(err)
	}
	z = order.ZReport{Number: last.Number + 1, From: last.To, Since: since, At: e.now(), Operator: op.ID,
		Zone: zoneName(cfg.Days.Zone, e.now()), Cutoff: clockText(cfg.Days.Cutoff), Rounding: settings.Rounding}
	z.Day = cfg.Days.Of(z.At)
	z.Head, z.To = head, head.Seq
	if z.Figures, err = e.figures(ctx, z.From, z.To, progress); err == nil {
		err = e.papersOf(ctx, &z)
	}
	if err == nil {
		err = e.openItems(ctx, &z)
	}
	switch {
	case ctx.Err() != nil:
		return z, ctx.Err()
	case err != nil:
		return z, e.readProblem(err)
	}
	return z, nil
}

// figures adds movements up and tells how far that is.
func (e *Engine) figures(ctx context.Context, from, to int64, progress func(done, total int64)) ([]order.Figures, error) {
	const each = 1000 // events between two words of it
	told := from
	figures, err := order.SumUp(e.config().Currency, e.config().Days, func(yield func(order.Movement, error) bool) {
		for m, err := range e.deps.Journal.Movements(ctx, from, to) {
			if !yield(m, err) {
				return
			}
			if progress != nil && m.Seq >= told+each {
				told = m.Seq
				progress(told-from, to-from)
			}
		}
	})
	if err == nil && progress != nil {
		progress(to-from, to-from)
	}
	return figures, err
}

// papersOf adds the shifts and batches that were closed, and the newest proofs of
// the batches.
func (e *Engine) papersOf(ctx context.Context, z *order.ZReport) (err error) {
	if z.Shifts, err = e.deps.Journal.ShiftsClosed(ctx, z.From, z.To); err != nil {
		return err
	}
	if z.Batches, err = e.deps.Journal.BatchesClosed(ctx, z.From, z.To); err != nil {
		return err
	}
	for _, b := range z.Batches {
		proofs, err := e.deps.Journal.ProofsOf(ctx, b.ID)
		if err != nil {
			return err
		}
		if len(proofs) > 0 {
			z.Proofs = append(z.Proofs, proofs[len(proofs)-1])
		}
	}
	return nil
}

// openItems adds by name what has no end.
func (e *Engine) openItems(ctx context.Context, z *order.ZReport) error {
	open, err := e.deps.Journal.Unfinished(ctx)
	if err != nil {
		return err
	}
	jobs, err := e.deps.Journal.Jobs(ctx, "")
	if err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, s := range open.Stored {
		ids[s.ID] = true
		if s.State == order.Uncollected {
			z.Uncollected = append(z.Uncollected, named(s.ID, s.Owed(), s.Brand, s.Last4))
		} else {
			z.Stored = append(z.Stored, named(s.ID, s.Amount, s.Brand, s.Last4))
		}
	}
	for _, a := range open.Attempts {
		ids[a.Number] = true
		z.Open = append(z.Open, named(a.Number, a.Asked, a.Brand, a.Last4))
	}
	for _, f := range open.Follows {
		ids[f.ID] = true
		z.Open = append(z.Open, named(f.ID, f.Amount, f.Brand, f.Last4))
	}
	for _, q := range open.QRs {
		ids[q.ID] = true
		z.Open = append(z.Open, named(q.ID, q.Asked, order.WalletTitle(q.Provider)))
	}
	for _, r := range open.Refunds {
		ids[r.ID] = true
		z.Open = append(z.Open, named(r.ID, r.Amount, order.WalletTitle(r.Provider)))
	}
	for _, b := range open.Bills {
		ids[b.ID] = true
	}
	for _, j := range jobs {
		ids[j.ID] = true
	}
	if len(ids) > 0 {
		z.Carried, err = e.carried(ctx, z.To, ids)
	}
	return err
}

// carried is what closings went on without of what has no end, each as the newest
// of them had it.
func (e *Engine) carried(ctx context.Context, to int64, open map[string]bool) (all []order.Carried, err error) {
	batches, err := e.deps.Journal.BatchesClosed(ctx, 0, to)
	for _, b := range slices.Backward(batches) {
		for _, c := range b.Carried {
			if open[c.ID] {
				all = append(all, c)
				delete(open, c.ID)
			}
		}
	}
	return all, err
}

func named(id string, amount money.Amount, words ...string) order.Named {
	return order.Named{ID: id, Text: strings.TrimSpace(strings.Join(words, " ")), Amount: amount}
}

// zoneName is how a report names the time zone that its days are of.
func zoneName(zone *time.Location, now time.Time) string {
	switch {
	case zone == nil:
		return "UTC"
	case zone == time.Local: // it has no name of its own
		return now.Format("MST -07:00")
	}
	return zone.String()
}

// clockText is a time of the day as settings write it.
func clockText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
