package engine

import (
	"context"
	"slices"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// ProblemLastOwner: without an owner nobody could manage the terminal any more.
const ProblemLastOwner = "last-owner"

// actorCommands acts where nobody is signed in.
const actorCommands = "command line"

// MayManage reports, as a *Problem, that the person at the desk lacks a right of
// the back office. Where nobody at all has the right, the terminal is being set
// up and it is not asked for; nor is it at a training terminal's command line.
func (e *Engine) MayManage(ctx context.Context, right staff.Right) error {
	all, err := e.deps.Journal.Operators(ctx)
	if err != nil {
		return e.readProblem(err)
	}
	_, err = e.manager(right, all)
	return err
}

// manager is who acts with a right of the back office.
func (e *Engine) manager(right staff.Right, all []staff.Operator) (string, error) {
	e.mu.Lock()
	op := e.operator
	e.mu.Unlock()
	somebody := slices.ContainsFunc(all, func(o staff.Operator) bool { return o.May(right) })
	switch {
	case op == nil && (e.deps.Training || !somebody):
		return actorCommands, nil
	case op != nil && !somebody:
		return op.ID, nil
	}
	who, err := e.allowed(right)
	return who.ID, err
}

// ChangeStaff adds or changes one of the people who may sign in. change gets
// everybody, also who is retired, and gives the one as it is to be; kind is the
// event's. PINs are not tried meanwhile, so that no count of wrong ones is lost.
// One owner stays. The signed-in operator is changed, or signed out, with it.
func (e *Engine) ChangeStaff(ctx context.Context, right staff.Right, kind string, change func(all []staff.Operator) (staff.Operator, error)) (staff.Operator, error) {
	e.guess.Lock()
	defer e.guess.Unlock()
	all, err := e.deps.Journal.Operators(ctx)
	if err != nil {
		return staff.Operator{}, e.readProblem(err)
	}
	actor, err := e.manager(right, all)
	if err != nil {
		return staff.Operator{}, err
	}
	op, err := change(slices.Clone(all))
	if err != nil {
		return staff.Operator{}, err
	}
	if owners(all, staff.Operator{}) > 0 && owners(all, op) == 0 {
		return staff.Operator{}, &Problem{Code: ProblemLastOwner, Text: "One owner has to stay. Make somebody else an owner first."}
	}
	if err := e.commit(ctx, order.Entry{Kind: kind, Subject: op.ID, Actor: actor, Object: op}); err != nil {
		return staff.Operator{}, err
	}
	e.mu.Lock()
	if e.operator != nil && e.operator.ID == op.ID {
		if e.operator = nil; op.Active {
			now := op // which the pictures read; op goes to the caller
			e.operator = &now
		}
	}
	clear(e.grants) // who asked or approved may have another role now
	e.mu.Unlock()
	e.publish()
	op.PINHash = ""
	return op, nil
}

// owners counts the owners once op is as it is to be.
func owners(all []staff.Operator, op staff.Operator) (n int) {
	for _, o := range append(slices.DeleteFunc(slices.Clone(all), func(o staff.Operator) bool { return o.ID == op.ID }), op) {
		if o.Active && o.Role == staff.Owner {
			n++
		}
	}
	return n
}
