package engine

import (
	"context"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// reasonLength is how many letters of a reason are kept.
const reasonLength = 200

// OpenDrawer opens the cash drawer without a payment, for a reason, and waits
// until it was sent to the printer. It needs staff.OpenDrawer or an approval.
func (e *Engine) OpenDrawer(ctx context.Context, reason string) error {
	op, err := e.seller()
	if err != nil {
		return err
	}
	if reason = shorten(strings.Join(strings.Fields(reason), " "), reasonLength); reason == "" {
		return &Problem{Code: ProblemReason, Text: "Enter why the drawer is opened."}
	}
	if cfg := e.config(); !cfg.Printer || !cfg.Drawer {
		return &Problem{Code: ProblemNotAllowed, Text: "No cash drawer is set up. The owner can switch it on in the settings (printer.drawer)."}
	}
	approver, err := e.permitRight(ctx, op, staff.OpenDrawer, op.ID, money.Amount{})
	if err != nil {
		return err
	}
	j := e.newJob(order.Job{Kind: order.JobDrawer, Document: order.DocumentDrawer, Reason: reason}, op.ID)
	entry := jobEntry(j, op.ID)
	entry.Note = approved(approver)
	ended := make(chan order.Job, 1)
	e.mu.Lock()
	e.drawers[j.ID] = ended
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.drawers, j.ID)
		e.mu.Unlock()
	}()
	if err := e.commit(ctx, entry); err != nil {
		return err
	}
	select {
	case j = <-ended:
	case <-e.deps.Clock.After(2 * order.DrawerLife): // its end could not be saved
	case <-ctx.Done():
		return ctx.Err()
	}
	if j.State != order.JobDone {
		return &Problem{Code: ProblemDrawer, Text: j.Trouble}
	}
	return nil
}

// ProblemDrawer: the drawer was not opened, or nobody knows whether it was.
const ProblemDrawer = "drawer"

// drawerFor opens the drawer for cash that was taken or given back.
func (e *Engine) drawerFor(document, subject string) []order.Entry {
	if cfg := e.config(); !cfg.Printer || !cfg.Drawer {
		return nil
	}
	return []order.Entry{jobEntry(e.newJob(order.Job{Kind: order.JobDrawer, Document: document}, subject), order.ActorTerminal)}
}

// drawerEnded tells what became of an opening. The caller holds the lock.
func (e *Engine) drawerEnded(j order.Job) {
	if c := e.drawers[j.ID]; c != nil {
		c <- j
	}
	e.shut = j.Trouble
}
