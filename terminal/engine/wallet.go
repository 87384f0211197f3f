package engine

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/order"
)

// Wallets are the providers of codes. Every call ends by its context's deadline.
// It returns what the provider said and never judges it.
type Wallets interface {
	Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer
	Status(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Take(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList
}

// codeAndOrder is a code with its order. A code that is not settled is as the
// engine has it, with the looks that brought nothing and are in no journal. A code
// that was made from what a provider has, since the journal had lost it, has no
// order.
func (e *Engine) codeAndOrder(ctx context.Context, id string) (q order.QR, o order.Order, err error) {
	e.mu.Lock()
	q, open := e.codes.open[id]
	e.mu.Unlock()
	if !open {
		if q, err = e.deps.Journal.QR(ctx, id); err != nil {
			return q, o, e.readProblem(err)
		}
	}
	if q.Order == "" {
		return q, o, nil
	}
	if o, err = e.deps.Journal.Order(ctx, q.Order); err != nil {
		return q, o, e.readProblem(err)
	}
	return q, o, nil
}

// applyCode reads a code, applies an event and commits. Where somebody else
// changed it in between, it is read again. A look that brought nothing is not
// recorded: a code that is shown is looked at every other second.
func (e *Engine) applyCode(ctx context.Context, id string, ev order.QREvent, actor string, note any) (before, after order.QR, err error) {
	ctx = context.WithoutCancel(ctx) // what happened is recorded
	for {
		before, o, err := e.codeAndOrder(ctx, id)
		if err != nil {
			return before, before, err
		}
		after, entries, err := e.steppedCode(o, before, ev, actor, note)
		if err != nil {
			return before, before, err
		}
		if after.SameBut(before) {
			e.noteRest(after, before.Version)
			return before, after, nil
		}
		e.noteTitle(id, o.Note)
		if err = e.commit(ctx, entries...); !errors.Is(err, order.ErrConflict) {
			return before, after, err
		}
	}
}

// steppedCode is what an event makes of a code, and the entries that record it.
func (e *Engine) steppedCode(o order.Order, q order.QR, ev order.QREvent, actor string, note any) (order.QR, []order.Entry, error) {
	o2, after, err := order.StepQR(o, q, ev, e.now())
	if err != nil {
		return q, nil, err
	}
	entries := []order.Entry{{Kind: codeKind(q, after, ev), Subject: after.ID, Actor: actor, Object: after, Note: note}}
	if o2 != o {
		entries = append(entries, orderEntry(o2, actor))
	}
	return after, append(entries, e.codeSlips(q, after)...), nil
}

// codeSlips are the slips that a change of a code calls for.
func (e *Engine) codeSlips(before, after order.QR) (entries []order.Entry) {
	switch {
	case before.State == after.State:
	case after.State == order.QRPaid:
		entries = e.jobsFor(order.DocumentWallet, after.ID)
	case before.State == order.QRCreating && after.State == order.QRShown && after.Patience.IsZero():
		slip := e.newJob(order.Job{Kind: e.paperKind(), Document: order.DocumentCode, Copy: CopyCustomer}, after.ID)
		entries = []order.Entry{jobEntry(slip, order.ActorTerminal)}
	}
	return onceMore(entries, after.ID)
}

// codeKind names what happened to a code.
func codeKind(before, after order.QR, ev order.QREvent) string {
	switch ev.(type) {
	case order.QRAccepted:
		return "qr.accepted"
	case order.QRParked:
		return "qr.parked"
	case order.Restarted:
		return "qr.restarted"
	case order.Restored:
		return "qr.restored"
	case order.ClockMoved:
		return "qr.clock-moved"
	}
	switch {
	case before.State == order.QRTaking && after.State == order.QRShown:
		return "qr.not-taken"
	case before.State != after.State:
		return "qr." + kebab(string(after.State))
	case len(after.Payments) > len(before.Payments):
		return "qr.stray"
	case after.Sends > before.Sends:
		return "qr.taken-again"
	}
	return "qr.changed"
}
