package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// The documents and copies of jobs, as the journal has them.
const (
	DocumentSale  = order.DocumentSale
	DocumentBatch = order.DocumentBatch
	CopyCustomer  = order.CopyCustomer
	CopyMerchant  = order.CopyMerchant
)

func (e *Engine) newJob(like order.Job, subject string) order.Job {
	like.ID, like.Version, like.State = e.deps.NewNumber(), 1, order.JobQueued
	like.Subject, like.Queued = subject, e.now()
	like.Due = like.Queued
	if like.Document == "" {
		like.Document = DocumentSale
	}
	return like
}

// jobEntry records a job. What happens to a mail or the drawer has other names
// than what happens to paper.
func jobEntry(j order.Job, actor string) order.Entry {
	what := "job."
	if j.Kind == order.JobMail || j.Kind == order.JobDrawer {
		what = j.Kind + "."
	}
	return order.Entry{Kind: what + kebab(string(j.State)), Subject: j.ID, Actor: actor, Object: j}
}

// PendingJobs lists the receipts of a kind that are due, some of them where many
// are, and otherwise the first one that will be, for the scheduler that calls
// RunJob. Kinds have schedulers of their own: a printer that is slow or dead
// does not hold up the files.
//
// While a drawer waits to be opened, nothing is printed: the cashier needs the
// change first. Then come the slips that somebody stands waiting for, and then
// the others, oldest first. Where the printer or the mail server itself does not
// take anything, one at a time tries whether it does again.
func (e *Engine) PendingJobs(kind string) []Work {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeClock()
	if kind == order.JobPrint && slices.ContainsFunc(e.jobs.waiting, isDrawer) {
		return nil
	}
	now := e.now()
	var due, awaits []Work
	var later Work
	for _, j := range e.jobs.waiting {
		if j.Kind != kind {
			continue
		}
		// One that is still being printed is with the caller of RunJob, or its
		// end could not be saved.
		at, first := j.Due, awaited(j, now)
		if hold := e.jobs.hold[kind]; at.Before(hold) && (j.Tries > 0 || !first) {
			at = hold
		}
		if e.clock.waits[j.ID] {
			at = now
		}
		switch {
		case at.After(now):
			if later.ID == "" || at.Before(later.Due) {
				later = Work{j.ID, at}
			}
		case first && len(awaits) < jobsDue:
			awaits = append(awaits, Work{j.ID, at})
		case len(due) < jobsDue:
			due = append(due, Work{j.ID, at})
		}
	}
	if len(awaits) > 0 {
		return awaits
	}
	if later.ID != "" && len(due) < jobsDue {
		due = append(due, later)
	}
	return due
}

// presentFor is how long a customer may be taken to wait for a slip.
const presentFor = 2 * time.Minute

// awaited reports that somebody stands waiting for a slip: the customer for
// that of the sale just made, or whoever asked for a copy. After an hour without
// a printer it does not wait behind the hundreds that nobody waits for any more.
func awaited(j *order.Job, now time.Time) bool {
	return (j.Copy == CopyCustomer || j.Reprint > 0) && now.Sub(j.Queued).Abs() <= presentFor
}

func isDrawer(j *order.Job) bool { return j.Kind == order.JobDrawer }

// PrinterReady tells that the printer can print again: what waits for it is due
// at once. It returns at once.
func (e *Engine) PrinterReady() { e.jobsReady(order.JobPrint) }

// MailReady is PrinterReady for the mail server, whose settings may be right
// now.
func (e *Engine) MailReady() { e.jobsReady(order.JobMail) }

func (e *Engine) jobsReady(kind string) {
	e.mu.Lock()
	delete(e.jobs.hold, kind)
	for _, j := range e.jobs.waiting {
		if j.Kind == kind && j.State == order.JobQueued && j.Tries > 0 {
			e.clock.waits[j.ID] = true
		}
	}
	e.mu.Unlock()
	nudge(e.wakeJobs[kind])
}

// JobsWake is signalled when PendingJobs of a kind may have something new.
func (e *Engine) JobsWake(kind string) <-chan struct{} { return e.wakeJobs[kind] }

// RunJob prints, writes or mails one receipt, or opens the drawer. That bytes
// may leave is durable before they do, so that after a crash no second unmarked
// original is printed. It is never called twice at once for one id.
func (e *Engine) RunJob(ctx context.Context, id string) error {
	j, err := e.deps.Journal.Job(ctx, id)
	if err != nil {
		return e.readProblem(err)
	}
	if j.State == order.JobSending {
		return e.endJob(ctx, j, order.JobResult{Touched: true, Trouble: "It could not be saved how the printing ended."})
	}
	if over, expired := order.ExpireJob(j, e.now()); expired {
		return e.commitJob(ctx, over)
	}
	if j, err = order.StartJob(j); err != nil {
		return nil // settled by a person in between
	}
	if err := e.commitJob(ctx, j); err != nil {
		return err
	}
	result := e.deps.Paper.Do(ctx, j)
	if j.Kind == order.JobPrint || j.Kind == order.JobDrawer {
		switch {
		case result.Done:
			e.SetPrinter(Part{Health: HealthGood})
		case !result.Own:
			e.SetPrinter(Part{HealthTrouble, result.Trouble})
		}
	}
	// What became of it is kept also where the program is closing.
	return e.endJob(context.WithoutCancel(ctx), j, result)
}

func (e *Engine) endJob(ctx context.Context, j order.Job, result order.JobResult) error {
	j, err := order.EndJob(j, result, e.now())
	if err != nil {
		return err
	}
	if err := e.commitJob(ctx, j); err != nil {
		return err
	}
	e.mu.Lock()
	_, held := e.jobs.hold[j.Kind]
	if j.State == order.JobQueued && !result.Own {
		e.jobs.hold[j.Kind] = j.Due
	}
	e.mu.Unlock()
	if held && result.Done {
		e.jobsReady(j.Kind)
	}
	return nil
}

func (e *Engine) commitJob(ctx context.Context, j order.Job) error {
	return e.commit(ctx, jobEntry(j, order.ActorTerminal))
}

// noteJob takes up a job that was committed, and wakes whom it concerns. The
// caller holds the lock.
func (e *Engine) noteJob(j order.Job) {
	e.jobs.put(j)
	switch {
	case j.State == order.JobQueued:
		nudge(e.wakeJobs[j.Kind])
	case j.Kind == order.JobDrawer && j.State != order.JobSending:
		e.drawerEnded(j)
		nudge(e.wakeJobs[order.JobPrint])
	}
}

// SettleJob records what a person says of a receipt that may be on paper or
// not. One that did not come out is printed again, marked as a copy.
func (e *Engine) SettleJob(ctx context.Context, id string, printed bool) error {
	op, err := e.allowed(staff.Reprint)
	if err != nil {
		return err
	}
	j, err := e.deps.Journal.Job(ctx, id)
	if err != nil {
		return e.readProblem(err)
	}
	settled, err := order.SettleJob(j, printed)
	if err != nil {
		return dealtWith(err)
	}
	entries := []order.Entry{jobEntry(settled, op.ID)}
	e.copying.Lock() // no two get one number
	defer e.copying.Unlock()
	if !printed && !isDrawer(&j) {
		like := order.Job{Kind: j.Kind, Document: j.Document, Copy: j.Copy, To: j.To}
		if j.Kind == order.JobPrint {
			like.Kind = e.paperKind()
		}
		again, err := e.nextCopy(ctx, like, j.Subject, settled)
		if err != nil {
			return err
		}
		entries = append(entries, jobEntry(again, op.ID))
	}
	return e.commitAsked(ctx, entries...)
}

// DropJob records that somebody decided that a receipt is not needed.
func (e *Engine) DropJob(ctx context.Context, id string) error {
	op, err := e.allowed(staff.Reprint)
	if err != nil {
		return err
	}
	j, err := e.deps.Journal.Job(ctx, id)
	if err != nil {
		return e.readProblem(err)
	}
	dropped, err := order.DropJob(j)
	if err != nil {
		return dealtWith(err)
	}
	return e.commitAsked(ctx, jobEntry(dropped, op.ID))
}

func dealtWith(err error) error {
	return &Problem{Code: ProblemNotAllowed, Text: "This receipt is already dealt with.", Err: err}
}

// commitAsked records what somebody asked for of receipts.
func (e *Engine) commitAsked(ctx context.Context, entries ...order.Entry) error {
	err := e.commit(ctx, entries...)
	if errors.Is(err, order.ErrConflict) {
		return &Problem{Code: ProblemNotAllowed, Text: "This receipt is being printed just now. Look again in a moment.", Err: err}
	}
	return err
}
