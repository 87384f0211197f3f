package engine

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal/order"
)

// PendingCodes lists the codes and refunds that have a next action, for the
// scheduler that calls ResolveCode; CodesWake is signalled when there is
// something new.
func (e *Engine) PendingCodes() []Work {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeClock()
	var work []Work
	now := e.now()
	for id, q := range e.codes.open {
		if act, due := e.nextCode(q); act != order.QRDoNothing && !e.codes.busy[id] {
			work = append(work, Work{id, due})
		}
	}
	for id, r := range e.codes.refunds {
		due, ask := order.NextRefund(r)
		if e.clock.waits[id] {
			due = now
		}
		if ask && !e.codes.busy[id] {
			work = append(work, Work{id, due})
		}
	}
	for h := range e.codes.hints {
		work = append(work, Work{h.work(), now})
	}
	return work
}

// nextCode is what is to be done for a code, and when: what a notification was
// about is looked at now. The caller holds the lock.
func (e *Engine) nextCode(q order.QR) (order.QRAction, time.Time) {
	act, due := order.NextQR(q)
	if e.codes.asked[q.ID] && act != order.QRDoCreate {
		act, due = order.QRDoLook, q.LastTry.Add(hintPause)
	}
	if e.clock.waits[q.ID] {
		due = e.now()
	}
	return act, due
}

// CodesWake is signalled when PendingCodes has something new.
func (e *Engine) CodesWake() <-chan struct{} { return e.wakeCodes }

// ResolveCode does the next action for a code or a refund, or follows a hint.
func (e *Engine) ResolveCode(ctx context.Context, id string) error {
	e.mu.Lock()
	q, isCode := e.codes.open[id]
	r, isRefund := e.codes.refunds[id]
	act, _ := e.nextCode(q)
	delete(e.codes.asked, id)
	e.noticeClock()
	e.mu.Unlock()
	if !isCode && !isRefund {
		return e.followHint(ctx, id)
	}
	if !e.holdCode(id) {
		return nil // it is being asked
	}
	defer e.releaseCode(id)
	switch {
	case e.remeasured(id):
		return e.codeAnew(ctx, id, isRefund)
	case isRefund:
		return e.resolveRefund(ctx, r)
	}
	switch act {
	case order.QRDoCreate:
		return e.createCode(ctx, q)
	case order.QRDoLook:
		return e.look(ctx, q)
	case order.QRDoEnd:
		seen := e.seen(func() order.CodeSeen { return e.deps.Wallets.Cancel(ctx, q.Request()) })
		return e.applySeen(ctx, q.ID, order.QRSeen{Seen: seen, Ended: true})
	case order.QRDoGiveUp:
		_, _, err := e.applyCode(ctx, q.ID, order.QRGivenUp{}, order.ActorTerminal, nil)
		return ignore(err, order.ErrNotAllowed)
	}
	return nil
}

// createCode asks the provider for a code that is durable.
func (e *Engine) createCode(ctx context.Context, q order.QR) error {
	_, o, err := e.codeAndOrder(ctx, q.ID)
	if err != nil {
		return err
	}
	r := q.Request()
	r.Label, r.Shop = o.Note, e.config().Shop
	answer := e.deps.Wallets.Create(ctx, r)
	_, _, err = e.applyCode(ctx, q.ID, order.QRAnswered{Answer: answer}, order.ActorTerminal, nil)
	return ignore(err, order.ErrNotAllowed) // it was given up meanwhile
}

// look asks the provider about a code. The caller holds it.
func (e *Engine) look(ctx context.Context, q order.QR) error {
	seen := e.seen(func() order.CodeSeen { return e.deps.Wallets.Status(ctx, q.Request()) })
	return e.applySeen(ctx, q.ID, order.QRSeen{Seen: seen})
}

// seen asks a provider, and notes when. What it says while the clock is being set
// proves nothing.
func (e *Engine) seen(ask func() order.CodeSeen) order.CodeSeen {
	moves, started := e.watchClock(), e.now()
	s := ask()
	s.Started = started
	if e.watchClock() != moves {
		return order.CodeSeen{Started: started, Failed: true}
	}
	return s
}

// applySeen records what a provider said of a code. Where the rules decide to
// move the money, it is asked for once that is durable, and the answer recorded.
// The caller holds the code, so that it is not looked at meanwhile.
func (e *Engine) applySeen(ctx context.Context, id string, ev order.QREvent) error {
	before, after, err := e.applyCode(ctx, id, ev, order.ActorTerminal, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // nothing new of a code at its end
	}
	if err != nil || after.Sends == before.Sends {
		return err
	}
	seen := e.seen(func() order.CodeSeen { return e.deps.Wallets.Take(e.life, after.Request()) })
	_, _, err = e.applyCode(ctx, id, order.QRSeen{Seen: seen, Took: true}, order.ActorTerminal, nil)
	return ignore(err, order.ErrNotAllowed)
}

// codeAnew makes durable that the waits of a code or refund begin anew.
func (e *Engine) codeAnew(ctx context.Context, id string, refund bool) error {
	var err error
	if refund {
		_, _, err = e.applyRefund(ctx, id, order.ClockMoved{}, order.ActorTerminal, nil)
	} else {
		_, _, err = e.applyCode(ctx, id, order.ClockMoved{}, order.ActorTerminal, nil)
	}
	if err = ignore(err, order.ErrNotAllowed); err != nil {
		e.mu.Lock()
		e.clock.waits[id] = true
		e.mu.Unlock()
	}
	return err
}

// restartedCodes records of the codes and refunds of an earlier run that nobody
// knows until when a request of theirs left this machine.
func (e *Engine) restartedCodes(ctx context.Context, open order.Unfinished) error {
	for _, q := range open.QRs {
		if _, _, err := e.applyCode(ctx, q.ID, order.Restarted{}, order.ActorTerminal, nil); ignore(err, order.ErrNotAllowed) != nil {
			return err
		}
	}
	for _, r := range open.Refunds {
		if _, _, err := e.applyRefund(ctx, r.ID, order.Restarted{}, order.ActorTerminal, nil); err != nil {
			return err
		}
	}
	return nil
}

// putBackCodes is putBack for codes and refunds.
func (e *Engine) putBackCodes(ctx context.Context, open order.Unfinished) (entries []order.Entry, err error) {
	for _, q := range open.QRs {
		_, o, err := e.codeAndOrder(ctx, q.ID)
		if err != nil {
			return nil, err
		}
		_, more, err := e.steppedCode(o, q, order.Restored{}, order.ActorTerminal, nil)
		if ignore(err, order.ErrNotAllowed) != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
	for _, r := range open.Refunds {
		q, err := e.deps.Journal.QR(ctx, r.Of)
		if err != nil {
			return nil, err
		}
		_, r, err := order.StepRefund(q, r, order.Restored{}, e.now())
		if err != nil {
			return nil, err
		}
		entry := refundEntry(r, order.ActorTerminal, nil)
		entry.Kind = "refund.restored"
		entries = append(entries, entry)
	}
	return entries, nil
}

// loadCodes takes up the codes and refunds that an earlier run left.
func (e *Engine) loadCodes(ctx context.Context, open order.Unfinished) error {
	notes := map[string]string{}
	for _, q := range open.QRs {
		o, err := e.deps.Journal.Order(ctx, q.Order)
		if ignore(err, order.ErrNotFound) != nil {
			return err
		}
		notes[q.ID] = o.Note
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.codes.notes = notes
	for _, q := range open.QRs {
		e.codes.open[q.ID] = q
		e.codes.unseen[q.ID] = !q.State.Final()
	}
	for _, r := range open.Refunds {
		e.codes.refunds[r.ID] = r
	}
	if e.deps.Journal.Restored() {
		for _, o := range e.cfg.Wallets {
			e.codes.unlisted[o.Name] = o.Lists
		}
	}
	return nil
}
