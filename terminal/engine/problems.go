package engine

import (
	"context"
	"errors"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

const (
	textDisk = "The disk of this computer is full. Free some space, then go on; what was sold is safe."
	// textStorage is shown instead of an outcome that could not be saved: an
	// approval is shown when it is durable, and not before.
	textStorage = "This computer could not save to its disk. Do not charge again. Restart Paydesk: it asks the bank what became of the last payment."
)

// textUnsaved is shown instead of an outcome that found no room on the disk.
const textUnsaved = "The disk of this computer is full, and the outcome of this payment could not be saved. Do not charge again. Free some space: the terminal then asks the bank and shows what became of it."

// ProblemUnsaved: the request was sent, and its outcome could not be saved. It
// is the one problem of Charge behind which a charge may stand.
const ProblemUnsaved = "outcome-unsaved"

// textUnsavedFollow is shown instead of the outcome of a follow-up.
const textUnsavedFollow = "This computer could not save what the bank answered. Do not do it again. Free some space on the disk and restart Paydesk: it asks the bank what became of it."

func unsavedProblem(err error) error {
	if errors.Is(err, order.ErrFull) {
		return &Problem{Code: ProblemUnsaved, Text: textUnsaved, Err: err}
	}
	return &Problem{Code: ProblemUnsaved, Text: textStorage, Err: err}
}

// allowed checks that somebody is signed in who has the right.
func (e *Engine) allowed(right staff.Right) (staff.Operator, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.operator == nil {
		return staff.Operator{}, &Problem{Code: ProblemSignIn, Text: "Sign in with your PIN first."}
	}
	if !e.operator.May(right) {
		return staff.Operator{}, &Problem{Code: ProblemRight, Text: "Your role does not allow this. Ask a supervisor or the owner to sign in."}
	}
	return *e.operator, nil
}

func (e *Engine) busyProblem() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return closingProblem()
	}
	return startProblem(order.ErrInProgress)
}

func closingProblem() error {
	return &Problem{Code: ProblemClosing, Text: "The program is closing. Start it again for the next payment."}
}

// May reports, as a *Problem, that nobody is signed in who has the right.
func (e *Engine) May(right staff.Right) error {
	_, err := e.allowed(right)
	return err
}

// room refuses a new sale where its outcome might find no place, or while the
// batch is being closed.
func (e *Engine) room() error {
	if err := e.compared(); err != nil {
		return err
	}
	e.mu.Lock()
	closing := len(e.batches) > 0 || e.busy[closeLock]
	e.mu.Unlock()
	if closing {
		return &Problem{Code: ProblemInProgress, Text: "The batch is being closed. Wait until the host has answered, then go on."}
	}
	return e.roomOnDisk()
}

// roomOnDisk refuses what might find no place in the journal.
func (e *Engine) roomOnDisk() error {
	err := e.deps.Journal.Room()
	switch {
	case err == nil:
		e.mu.Lock()
		trouble := e.parts[partJournal].Health == HealthTrouble
		e.mu.Unlock()
		if trouble {
			e.setPart(partJournal, Part{Health: HealthGood})
		}
		return nil
	case errors.Is(err, order.ErrFull):
		e.setPart(partJournal, Part{HealthTrouble, textDisk})
		return &Problem{Code: ProblemDisk, Text: textDisk, Err: err}
	}
	e.setPart(partJournal, Part{HealthTrouble, textStorage})
	return &Problem{Code: ProblemStorage, Text: textStorage, Err: err}
}

func (e *Engine) readProblem(err error) error {
	if errors.Is(err, order.ErrNotFound) {
		return &Problem{Code: ProblemNotFound, Text: "There is no such payment in this terminal's journal. Check the number.", Err: err}
	}
	if !errors.Is(err, context.Canceled) { // the program is closing
		e.deps.Log.Error("journal read failed", "err", err)
	}
	return &Problem{Code: ProblemStorage, Text: "The journal could not be read. Try again; if it happens twice, restart Paydesk.", Err: err}
}

func startProblem(err error) error {
	if errors.Is(err, order.ErrConsent) {
		return &Problem{Code: ProblemConsent, Text: "The bank does not know the earlier payment for this order so far, and cannot rule out that it turns up. If it does, it is taken back by itself. Charge again only if the customer agrees.", Err: err}
	}
	if errors.Is(err, order.ErrStored) {
		return &Problem{Code: ProblemStored, Text: "A card sale of this order is stored and waits for the bank. Let a supervisor withdraw it before the order is paid otherwise.", Err: err}
	}
	if errors.Is(err, order.ErrInProgress) {
		return &Problem{Code: ProblemInProgress, Text: "This payment is already under way. Wait for its outcome; do not charge again.", Err: err}
	}
	return &Problem{Code: ProblemOrderClosed, Text: "This order is already paid or cancelled. Start a new sale.", Err: err}
}

// noteStage learns from every exchange how the host is. What is said of a host
// that was lost stands until it is back.
func (e *Engine) noteStage(s order.Stage) {
	if !e.online() {
		return
	}
	if s == order.Answered {
		e.hostGood()
		return
	}
	e.setPart(partHost, Part{HealthTrouble, "The payment host did not answer just now. The terminal keeps trying."})
}
