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
// for each, since it has what each of them must say. A code on paper is what the
// customer pays by, whatever it is a part of. Declines and card checks move no
// money, and are printed when somebody asks.
func (e *Engine) papers(entries []order.Entry, bills map[string]order.BillFacts) []order.Entry {
	entries = slices.DeleteFunc(slices.Clone(entries), func(entry order.Entry) bool {
		j, ok := entry.Object.(order.Job)
		return ok && j.Copy == CopyCustomer && j.Version == 1 && j.Document != order.DocumentCode && partOf(bills, j.Subject)
	})
	for _, entry := range slices.Clip(entries) {
		switch o := entry.Object.(type) {
		case order.FollowUp:
			if o.State == order.FollowDone && entry.Kind == followKind(o.Act, "done") {
				entries = append(entries, e.followPapers(o)...)
			}
		case order.Attempt:
			if o.State == order.Approved {
				entries = append(entries, e.marked(e.approvalPaper(o.Number, o.ApprovedBy, o.Approved), o.Number)...)
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
			entries = append(entries, e.marked(e.copiesFor(order.DocumentBill, id, CopyCustomer), numbers(entries, f)...)...)
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
	entries := e.copiesFor(order.DocumentFollow, f.ID, copies...)
	return e.marked(append(entries, e.approvalPaper(f.ID, f.Approved, f.Amount)...), f.ID)
}

// marked makes copies of new slips where one of the payments or follow-ups that
// call for them was in doubt because an older journal was put back: the one that
// was there before may have printed them.
func (e *Engine) marked(slips []order.Entry, ids ...string) []order.Entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.ContainsFunc(ids, func(id string) bool {
		return e.live[id].Cause == order.CauseRestored || e.follows[id].Cause == order.CauseRestored
	}) {
		return slips
	}
	for i, entry := range slips {
		if j, ok := entry.Object.(order.Job); ok {
			j.Reprint = 1
			slips[i].Object = j
		}
	}
	return slips
}

// numbers are those of the attempts among entries that are parts of a bill.
func numbers(entries []order.Entry, f order.BillFacts) (parts []string) {
	for _, entry := range entries {
		if a, ok := entry.Object.(order.Attempt); ok && f.Part(a.Number) {
			parts = append(parts, a.Number)
		}
	}
	return parts
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

// shopPaper are the shop's slips of what customers get none of, under the name of
// a copy.
func (e *Engine) shopPaper(document, subject, copyName string) (entries []order.Entry) {
	for _, j := range e.config().Jobs {
		if j.Copy == CopyMerchant {
			j.Document, j.Copy = document, copyName
			entries = append(entries, jobEntry(e.newJob(j, subject), order.ActorTerminal))
		}
	}
	return entries
}

// shiftPaper are the slips of a shift that an act has opened or closed.
func (e *Engine) shiftPaper(before, s order.Shift) []order.Entry {
	switch {
	case before.ID != s.ID:
		return e.shopPaper(order.DocumentShift, s.ID, order.CopyOpen)
	case s.State == order.ShiftClosed:
		return e.shopPaper(order.DocumentShift, s.ID, CopyMerchant)
	}
	return nil
}

// closed refuses the receipt of a bill that is open: it comes by itself with the
// last payment.
func (e *Engine) closed(ctx context.Context, id string) error {
	b, err := e.deps.Journal.Bill(ctx, id)
	if err == nil && b.State == order.BillOpen {
		err = &Problem{Code: ProblemNotAllowed, Text: "This bill is not paid yet. Print the receipts of its payments, or the slip to pay later."}
	}
	return err
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

// wasApproved refuses the slip of an approval where nobody gave one. It reports
// whether what was approved is at its end: from then on no slip comes by itself.
func (e *Engine) wasApproved(ctx context.Context, id string) (ended bool, err error) {
	f, err := e.deps.Journal.FollowUp(ctx, id)
	by, ended := f.Approved, f.State.Final()
	if errors.Is(err, order.ErrNotFound) {
		var a order.Attempt
		a, err = e.deps.Journal.Attempt(ctx, id)
		by, ended = a.ApprovedBy, a.State.Final()
	}
	if errors.Is(err, order.ErrNotFound) {
		var s order.Stored
		s, err = e.deps.Journal.Stored(ctx, id)
		by, ended = s.ApprovedBy, true
	}
	if errors.Is(err, order.ErrNotFound) {
		var r order.Refund
		r, err = e.deps.Journal.Refund(ctx, id)
		by, ended = r.Approved, r.State == order.RefundDone || r.State == order.RefundPending
	}
	if errors.Is(err, order.ErrNotFound) {
		var b order.CashBack
		b, err = e.deps.Journal.CashBack(ctx, id)
		by, ended = b.Approved, true
	}
	if err == nil && by == "" {
		err = order.ErrNotFound
	}
	return ended, err
}
