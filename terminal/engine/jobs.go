package engine

import (
	"context"
	"errors"

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
	like.Subject, like.Due = subject, e.now()
	if like.Document == "" {
		like.Document = DocumentSale
	}
	return like
}

func jobEntry(j order.Job, actor string) order.Entry {
	return order.Entry{Kind: "job." + kebab(string(j.State)), Subject: j.ID, Actor: actor, Object: j}
}

// PendingJobs lists the receipts of a kind that are due, some of them where many
// are, and otherwise the first one that will be, for the scheduler that calls
// RunJob. Kinds have schedulers of their own: a printer that is slow or dead
// does not hold up the files.
func (e *Engine) PendingJobs(kind string) []Work {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeClock()
	now := e.now()
	var due []Work
	var later Work
	for _, j := range e.jobs.waiting {
		// One that is still being printed is with the caller of RunJob, or its
		// end could not be saved.
		switch at := j.Due; {
		case j.Kind != kind:
		case e.clock.waits[j.ID] || !at.After(now):
			if e.clock.waits[j.ID] {
				at = now
			}
			if due = append(due, Work{j.ID, at}); len(due) == jobsDue {
				return due
			}
		case later.ID == "" || at.Before(later.Due):
			later = Work{j.ID, at}
		}
	}
	if later.ID != "" {
		due = append(due, later)
	}
	return due
}

// JobsWake is signalled when PendingJobs of a kind may have something new.
func (e *Engine) JobsWake(kind string) <-chan struct{} { return e.wakeJobs[kind] }

func (e *Engine) nudgeJobs() {
	for _, c := range e.wakeJobs {
		nudge(c)
	}
}

// RunJob prints or writes one receipt. That bytes may leave is durable before
// they do, so that after a crash no second unmarked original is printed. It is
// never called twice at once for one id.
func (e *Engine) RunJob(ctx context.Context, id string) error {
	j, err := e.deps.Journal.Job(ctx, id)
	if err != nil {
		return e.readProblem(err)
	}
	if j.State == order.JobSending {
		return e.endJob(ctx, j, order.JobResult{Touched: true, Trouble: "It could not be saved how the printing ended."})
	}
	if j, err = order.StartJob(j); err != nil {
		return nil // settled by a person in between
	}
	if err := e.commit(ctx, jobEntry(j, order.ActorTerminal)); err != nil {
		return err
	}
	result := e.deps.Paper.Do(ctx, j)
	if j.Kind == order.JobPrint {
		if result.Done {
			e.SetPrinter(Part{Health: HealthGood})
		} else {
			e.SetPrinter(Part{HealthTrouble, result.Trouble})
		}
	}
	return e.endJob(ctx, j, result)
}

func (e *Engine) endJob(ctx context.Context, j order.Job, result order.JobResult) error {
	j, err := order.EndJob(j, result, e.now())
	if err != nil {
		return err
	}
	return e.commit(ctx, jobEntry(j, order.ActorTerminal))
}

// Reprint queues a further copy of a sale's receipt, marked as a copy.
func (e *Engine) Reprint(ctx context.Context, number, copyName string) error {
	op, err := e.allowed(staff.Reprint)
	if err != nil {
		return err
	}
	a, err := e.deps.Journal.Attempt(ctx, number)
	if err != nil {
		return e.readProblem(err)
	}
	if a.State != order.Approved {
		return &Problem{Code: ProblemNotAllowed, Text: "Only an approved payment has a receipt."}
	}
	j, err := e.nextCopy(ctx, number, copyName)
	if err != nil {
		return err
	}
	if err := e.commit(ctx, jobEntry(j, op.ID)); err != nil {
		return err
	}
	e.nudgeJobs()
	return nil
}

func (e *Engine) nextCopy(ctx context.Context, number, copyName string) (order.Job, error) {
	jobs, err := e.deps.Journal.Jobs(ctx, number)
	if err != nil {
		return order.Job{}, e.readProblem(err)
	}
	kind := order.JobPDF
	if e.config().Printer {
		kind = order.JobPrint
	}
	n := 0
	for _, j := range jobs {
		if j.Copy == copyName {
			n = max(n, j.Reprint)
		}
	}
	return e.newJob(order.Job{Kind: kind, Copy: copyName, Reprint: n + 1}, number), nil
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
	if errors.Is(err, order.ErrNotAllowed) {
		return &Problem{Code: ProblemNotAllowed, Text: "This receipt is already dealt with.", Err: err}
	}
	entries := []order.Entry{jobEntry(settled, op.ID)}
	if !printed {
		again, err := e.nextCopy(ctx, j.Subject, j.Copy)
		if err != nil {
			return err
		}
		again.Document = j.Document
		entries = append(entries, jobEntry(again, op.ID))
	}
	err = e.commit(ctx, entries...)
	if errors.Is(err, order.ErrConflict) {
		return &Problem{Code: ProblemNotAllowed, Text: "This receipt is being printed just now. Look again in a moment.", Err: err}
	}
	e.nudgeJobs()
	return err
}
