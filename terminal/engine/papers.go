package engine

import (
	"context"
	"errors"
	"maps"
	"slices"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// papers adds to the entries of a commit the slips that they call for, so that
// a slip is due exactly where its fact is durable. Sales, stored sales, cash and
// batches bring their own.
//
// What goes out by itself: the slip of what moved money, or undid it; to the
// customer one receipt of a bill that several payments paid, in place of a slip
// for each, since it has what each of them must say. Declines and card checks
// move none, and are printed when somebody asks.
func (e *Engine) papers(entries []order.Entry, bills map[string]order.BillFacts) []order.Entry {
	entries = slices.DeleteFunc(slices.Clone(entries), func(entry order.Entry) bool {
		j, ok := entry.Object.(order.Job)
		return ok && j.Copy == CopyCustomer && j.Reprint == 0 && j.State == order.JobQueued && partOf(bills, j.Subject)
	})
	for _, entry := range slices.Clip(entries) {
		switch o := entry.Object.(type) {
		case order.FollowUp:
			if o.State == order.FollowDone && entry.Kind == followKind(o.Act, "done") {
				entries = append(entries, e.followPapers(o)...)
			}
		case order.Attempt:
			if o.State == order.Approved {
				entries = append(entries, e.approvalPaper(o.Number, o.ApprovedBy, o.Approved)...)
			}
		case order.Stored:
			if o.Version == 1 {
				entries = append(entries, e.approvalPaper(o.ID, o.ApprovedBy, o.Amount)...)
			}
		case order.CashBack:
			entries = append(entries, e.jobsFor(order.DocumentCashBack, o.ID)...)
			entries = append(entries, e.approvalPaper(o.ID, o.Approved, o.Amount)...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(bills)) {
		if f := bills[id]; f.Bill.State == order.BillPaid && f.Split() {
			entries = append(entries, e.copiesFor(order.DocumentBill, id, CopyCustomer)...)
		}
	}
	return entries
}

// partOf reports that a payment or stored sale is a part of a bill: its slip is
// the bill's receipt.
func partOf(bills map[string]order.BillFacts, subject string) bool {
	for _, f := range bills {
		if f.Part(subject) {
			return true
		}
	}
	return false
}

// followPapers are the slips of a follow-up that was done. What the terminal
// takes back by itself was never shown to a customer as paid.
func (e *Engine) followPapers(f order.FollowUp) []order.Entry {
	if f.Act == order.Check || f.Act == order.Issue {
		return e.approvalPaper(f.ID, f.Approved, f.Amount)
	}
	copies := []string{CopyCustomer, CopyMerchant}
	if f.Operator == order.ActorTerminal {
		copies = copies[1:]
	}
	e.mu.Lock()
	restored := e.follows[f.ID].Cause == order.CauseRestored
	e.mu.Unlock()
	entries := e.copiesFor(order.DocumentFollow, f.ID, copies...)
	for i, entry := range entries {
		if j, ok := entry.Object.(order.Job); ok && restored {
			j.Reprint = 1 // the journal that was there before may have printed it
			entries[i].Object = j
		}
	}
	return append(entries, e.approvalPaper(f.ID, f.Approved, f.Amount)...)
}

// approvalPaper is the shop's slip of a supervisor's approval: only where money
// went the way that was approved, since that is what the cash desk is checked
// by at the end of the day. All other approvals are in the journal.
func (e *Engine) approvalPaper(subject, approver string, amount money.Amount) []order.Entry {
	if approver == "" || amount.IsZero() {
		return nil
	}
	return e.copiesFor(order.DocumentApproval, subject, CopyMerchant)
}

// jobsFor are the slips of a document that is not a sale's.
func (e *Engine) jobsFor(document, subject string) []order.Entry {
	return e.copiesFor(document, subject, CopyCustomer, CopyMerchant)
}

// copiesFor are those of jobsFor that are one of some copies.
func (e *Engine) copiesFor(document, subject string, copies ...string) []order.Entry {
	var entries []order.Entry
	for _, j := range e.config().Jobs {
		if slices.Contains(copies, j.Copy) {
			j.Document = document
			entries = append(entries, jobEntry(e.newJob(j, subject), order.ActorTerminal))
		}
	}
	return entries
}

// owed refuses a slip that asks for money where none is owed: of a bill that is
// not open, of a stored sale that the bank has not refused.
func (e *Engine) owed(ctx context.Context, id string) error {
	b, err := e.deps.Journal.Bill(ctx, id)
	owed := b.State == order.BillOpen
	if errors.Is(err, order.ErrNotFound) {
		var s order.Stored
		s, err = e.deps.Journal.Stored(ctx, id)
		owed = s.State == order.Uncollected
	}
	if err == nil && !owed {
		err = &Problem{Code: ProblemNotAllowed, Text: "Nothing is owed of this. Print its receipt."}
	}
	return err
}

// wasApproved refuses the slip of an approval where nobody gave one.
func (e *Engine) wasApproved(ctx context.Context, id string) error {
	f, err := e.deps.Journal.FollowUp(ctx, id)
	by := f.Approved
	if errors.Is(err, order.ErrNotFound) {
		var a order.Attempt
		a, err = e.deps.Journal.Attempt(ctx, id)
		by = a.ApprovedBy
	}
	if errors.Is(err, order.ErrNotFound) {
		var s order.Stored
		s, err = e.deps.Journal.Stored(ctx, id)
		by = s.ApprovedBy
	}
	if errors.Is(err, order.ErrNotFound) {
		var b order.CashBack
		b, err = e.deps.Journal.CashBack(ctx, id)
		by = b.Approved
	}
	if err == nil && by == "" {
		err = order.ErrNotFound
	}
	return err
}
