package engine

import (
	"cmp"
	"context"
	"errors"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// returnOrphan begins the return of a charge that was settled before it could
// be taken back. Attempt and follow-up know of each other in one commit, before
// the first byte leaves.
func (e *Engine) returnOrphan(ctx context.Context, number string) error {
	if !e.claim(number) {
		return nil
	}
	defer nudge(e.wakeRecovery)
	defer e.unclaim(number)
	o, a, follows, err := e.whole(ctx, number)
	if err != nil {
		return err
	}
	f, known := order.Returning(a, follows)
	if !known {
		f = order.TakeBack(a, order.Return, e.deps.NewNumber(), a.GUID, a.Owed, e.now())
	}
	a, entries, err := e.stepped(o, a, order.ReturnBegun{ID: f.ID}, order.ActorTerminal, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // it moved on meanwhile
	}
	if err != nil {
		return err
	}
	if !known {
		return e.beginTakeBack(ctx, f, follows, entries...)
	}
	if f.State.Final() {
		_, ended, err := e.stepped(o, a, order.ReturnEnded{Follow: f}, order.ActorTerminal, nil)
		if err != nil {
			return err
		}
		return e.commit(ctx, append(entries, ended...)...)
	}
	f.Version++ // so that an end which comes in between is judged anew, and reaches the orphan
	taken := followEntry(f, order.ActorTerminal, nil)
	taken.Kind = followKind(f.Act, "taken-up")
	return e.commit(ctx, append(entries, taken)...)
}

// TakeBack voids or returns what the host has of an attempt that the journal
// knows to be dead: row is the host's own row of it, closed tells that its
// batch is. It is for the comparison with the host's records, and takes back
// nothing that anybody may have been shown as approved. It fails with
// order.ErrNotAllowed where there is nothing to take back.
func (e *Engine) TakeBack(ctx context.Context, number string, row order.Evidence, closed bool) error {
	if !e.claim(number) {
		return order.ErrNotAllowed
	}
	defer nudge(e.wakeRecovery)
	defer e.unclaim(number)
	_, a, follows, err := e.whole(ctx, number)
	if err != nil {
		return err
	}
	act, amount, err := order.MayTakeBack(a, follows, row, closed)
	if err != nil {
		return err
	}
	return e.beginTakeBack(ctx, order.TakeBack(a, act, e.deps.NewNumber(), row.GUID, amount, e.now()), follows)
}

func (e *Engine) beginTakeBack(ctx context.Context, f order.FollowUp, earlier []order.FollowUp, more ...order.Entry) error {
	if err := e.commit(ctx, append(more, followEntry(f, f.Operator, nil))...); err != nil {
		return err
	}
	_, err := e.sendFollow(ctx, f, sameActs(f, earlier), nil)
	return err
}

// whole reads an attempt with its order and its follow-ups.
func (e *Engine) whole(ctx context.Context, number string) (o order.Order, a order.Attempt, follows []order.FollowUp, err error) {
	if a, err = e.deps.Journal.Attempt(ctx, number); err == nil {
		o, err = e.deps.Journal.Order(ctx, a.Order)
	}
	if err == nil {
		follows, err = e.deps.Journal.FollowsOf(ctx, number)
	}
	if err != nil {
		err = e.readProblem(err)
	}
	return o, a, follows, err
}

// orphanEntries are what the end of a follow-up means for the attempt whose
// money it was bringing back; none where it was doing something else.
func (e *Engine) orphanEntries(ctx context.Context, f order.FollowUp) ([]order.Entry, error) {
	if f.Act != order.Return || !f.State.Final() {
		return nil, nil
	}
	o, a, _, err := e.whole(ctx, f.Of)
	if err != nil || a.Return != f.ID {
		return nil, err
	}
	_, entries, err := e.stepped(o, a, order.ReturnEnded{Follow: f}, order.ActorTerminal, nil)
	return entries, err
}

// Park lets the day go on without a payment, follow-up, code or refund that is in
// doubt: it no longer keeps the batch open. It stays listed, and the terminal goes on
// settling it; nothing about its outcome changes.
func (e *Engine) Park(ctx context.Context, id, reason string) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	amount, err := e.parkable(ctx, id)
	if err == nil {
		err = e.park(ctx, op, id, amount, reason)
	}
	if errors.Is(err, order.ErrNotAllowed) {
		return &Problem{Code: ProblemNotAllowed, Text: "Only a payment in doubt can be parked, and once. Look at its present state.", Err: err}
	}
	return err
}

// parkable is how much a payment or follow-up is about that can be parked.
func (e *Engine) parkable(ctx context.Context, id string) (money.Amount, error) {
	a, err := e.deps.Journal.Attempt(ctx, id)
	if err == nil {
		_, _, err = order.Step(order.Order{}, a, order.Parked{By: "?"}, e.now())
		return a.Asked, err
	}
	if !errors.Is(err, order.ErrNotFound) {
		return money.Amount{}, e.readProblem(err)
	}
	f, err := e.deps.Journal.FollowUp(ctx, id)
	if err == nil {
		_, err = order.StepFollow(f, order.Parked{By: "?"}, e.now())
		return f.Amount, err
	}
	if !errors.Is(err, order.ErrNotFound) {
		return money.Amount{}, e.readProblem(err)
	}
	return e.parkableCode(ctx, id)
}

// parkableCode is parkable for a code or a refund by wallet.
func (e *Engine) parkableCode(ctx context.Context, id string) (money.Amount, error) {
	q, o, err := e.codeAndOrder(ctx, id)
	if err == nil {
		if q.Parked != "" {
			return q.Asked, order.ErrNotAllowed
		}
		_, _, err = order.StepQR(o, q, order.QRParked{By: "?"}, e.now())
		return q.Asked, err
	}
	if !errors.Is(err, order.ErrNotFound) {
		return money.Amount{}, err
	}
	r, err := e.Refund(ctx, id)
	if err == nil && (r.State.Final() || r.Parked != "") {
		err = order.ErrNotAllowed
	}
	return r.Amount, err
}

func (e *Engine) park(ctx context.Context, op staff.Operator, id string, amount money.Amount, reason string) error {
	approver, err := e.permitRight(ctx, op, staff.ParkUnknown, id, amount)
	if err != nil {
		return err
	}
	by, note := order.Parked{By: cmp.Or(approver, op.ID)}, order.Approval{ApprovedBy: approver, Reason: shorten(reason, 100)}
	_, err = e.apply(ctx, id, by, note)
	if errors.Is(err, order.ErrNotFound) {
		_, err = e.applyFollow(ctx, id, by, note)
	}
	if errors.Is(err, order.ErrNotFound) {
		_, _, err = e.applyCode(ctx, id, order.QRParked{By: by.By}, e.actor(by.By), note)
	}
	if errors.Is(err, order.ErrNotFound) {
		_, _, err = e.applyRefund(ctx, id, order.RefundParked{By: by.By}, e.actor(by.By), note)
	}
	return err
}
