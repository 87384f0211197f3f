package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Operators lists the people who may sign in, by name and without their secrets.
func (e *Engine) Operators(ctx context.Context) ([]staff.Operator, error) {
	all, err := e.deps.Journal.Operators(ctx)
	if err != nil {
		return nil, e.readProblem(err)
	}
	var active []staff.Operator
	for _, op := range all {
		if op.Active {
			op.PINHash = ""
			active = append(active, op)
		}
	}
	slices.SortStableFunc(active, func(a, b staff.Operator) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return active, nil
}

// SignIn checks a PIN and makes the operator the one at the desk. The PIN is
// overwritten. Wrong PINs are counted in the journal, so that a lock-out
// survives a restart.
func (e *Engine) SignIn(ctx context.Context, operatorID string, pin []byte) error {
	defer clear(pin)
	// One guess at a time: two that were counted from the same number would
	// count as one.
	e.guess.Lock()
	defer e.guess.Unlock()
	op, err := e.operatorByID(ctx, operatorID)
	if err != nil {
		return err
	}
	right, err := e.checkPIN(ctx, op, pin)
	if err != nil {
		return err
	}
	if err := e.commit(ctx, order.Entry{Kind: "operator.signed-in", Subject: op.ID, Actor: op.ID, Object: right}); err != nil {
		return err
	}
	e.mu.Lock()
	e.operator = &right
	clear(e.grants)
	e.mu.Unlock()
	e.publish()
	return nil
}

// checkPIN counts a try, looks at the PIN, and returns the operator as a right
// one leaves it, which the caller commits. The caller holds the lock of guesses.
func (e *Engine) checkPIN(ctx context.Context, op staff.Operator, pin []byte) (staff.Operator, error) {
	if until, locked := staff.Locked(op, e.now()); locked {
		return op, lockProblem(op, until, e.now())
	}
	// The failure is in the journal before the PIN is looked at: ending the
	// program in time must not win a free guess.
	wrong := staff.AfterWrong(op, e.now())
	if err := e.commit(ctx, order.Entry{Kind: "operator.pin-tried", Subject: op.ID, Actor: op.ID, Object: wrong}); err != nil {
		return op, err
	}
	good, err := e.deps.PINs.Verify(op.PINHash, pin)
	if err != nil {
		return op, &Problem{Code: ProblemStorage, Text: "The PIN cannot be checked on this computer. Restart Paydesk; if it happens again, have the owner set the PIN anew.", Err: err}
	}
	if !good {
		if until, locked := staff.Locked(wrong, e.now()); locked {
			return op, lockProblem(wrong, until, e.now())
		}
		return op, &Problem{Code: ProblemPIN, Text: "That PIN is not right. Try again."}
	}
	return staff.AfterRight(op), nil
}

// SignOut leaves the desk without an operator.
func (e *Engine) SignOut(ctx context.Context) {
	e.mu.Lock()
	op := e.operator
	e.operator = nil
	clear(e.grants)
	e.mu.Unlock()
	if op == nil {
		return
	}
	if err := e.commit(ctx, order.Entry{Kind: "operator.signed-out", Subject: op.ID, Actor: op.ID}); err != nil {
		e.deps.Log.Error("sign-out not recorded", "err", err)
	}
	e.publish()
}

func (e *Engine) operatorByID(ctx context.Context, id string) (staff.Operator, error) {
	all, err := e.deps.Journal.Operators(ctx)
	if err != nil {
		return staff.Operator{}, e.readProblem(err)
	}
	for _, op := range all {
		if op.ID == id && op.Active {
			return op, nil
		}
	}
	return staff.Operator{}, &Problem{Code: ProblemNotFound, Text: "There is no such operator any more. Choose another name."}
}

func lockProblem(op staff.Operator, until, now time.Time) error {
	wait := max(until.Sub(now).Round(time.Second), time.Second)
	return say(ProblemLocked, nil, "Too many wrong PINs for %s. Wait %s, or have a supervisor sign in.", op.Name, wait)
}
