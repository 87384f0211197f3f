package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// forwarding is a stored sale that is on its way: its intent is in the journal,
// its card in memory until the exchange is over.
type forwarding struct {
	order    order.Order
	attempt  order.Attempt
	card     *card.Card
	token    order.Token     // of a card on file, in place of the card
	evidence *order.Evidence // nil before the end of the exchange
}

// StoredWaiting goes through the stored sales that could be forwarded, oldest
// first, each with the time when a payment that the host may take for it was
// last on the wire, live ones included. It is for the forwarder, as are the
// methods below. The engine stands still meanwhile: call nothing of it.
func (e *Engine) StoredWaiting() iter.Seq2[order.Stored, time.Time] {
	return func(yield func(order.Stored, time.Time) bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.noticeClock()
		now := e.now()
		out := map[string]bool{}
		for _, f := range e.forwards {
			out[order.Alike(f.attempt.Brand, f.attempt.Last4, f.attempt.Asked)] = true
		}
		for _, waiting := range e.stored.waiting {
			s := *waiting
			if s.State != order.StoredWaiting {
				continue
			}
			if e.clock.waits[s.ID] {
				s.Created, s.LastTry = time.Time{}, time.Time{}
			}
			alike := order.Alike(s.Brand, s.Last4, s.Amount)
			last := e.recent[alike].at
			if out[alike] {
				last = now
			}
			if !yield(s, last) {
				return
			}
		}
	}
}

// wired is the attempt that was last on the wire of those that are alike. It has
// a number, as two of them may have one time.
type wired struct {
	at     time.Time
	number string
	before time.Time // when the one before it was, for where this one never got there
}

// noteAlike takes note of an attempt that is or was on the wire. One is taken
// for it as soon as it may get there, and no longer where it did not. The caller
// holds the lock.
func (e *Engine) noteAlike(a order.Attempt) {
	k := order.Alike(a.Brand, a.Last4, a.Asked)
	last := e.recent[k]
	if a.State == order.NotSent {
		if last.number == a.Number {
			e.recent[k] = wired{at: last.before}
		}
		return
	}
	at := a.QuietSince
	if at.IsZero() {
		at = a.Since
	}
	const many = 1000
	if len(e.recent) > many {
		for k, w := range e.recent {
			if e.now().Sub(w.at) > order.AlikePause {
				delete(e.recent, k)
			}
		}
	}
	if at.Before(last.at) {
		return
	}
	if last.number != a.Number {
		last.before = last.at
	}
	e.recent[k] = wired{at, a.Number, last.before}
}

// ForwardFree reports that nothing comes before a stored sale: no card is being
// charged at the counter, no batch closed, no journal that was put back is yet to
// be compared, and the host is there. Behind a start nobody knows that yet: a
// stored sale is not what it is tried with.
func (e *Engine) ForwardFree() bool {
	if e.compared() != nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.selling == 0 && len(e.batches) == 0 && !e.busy[closeLock] && !e.closing && e.heard && e.lost.IsZero() && e.cfg.Device != ""
}

// ForwardWake is signalled when something may have changed about the above.
func (e *Engine) ForwardWake() <-chan struct{} { return e.wakeForward }

// selling counts the charges at the counter, which stored sales wait for.
func (e *Engine) sells(n int) {
	e.mu.Lock()
	e.selling += n
	e.mu.Unlock()
	if n < 0 {
		nudge(e.wakeForward)
	}
}

// Forward commits, in one transaction, what became of the stored sales whose
// exchange is over and the intents to send the next. It returns which of those
// are ready for ForwardSend: one that is not can't be sent now, which is recorded
// or passes.
//
// Nothing is lost with the program between two of these steps: an exchange
// whose end was not recorded, and an intent of which nothing left, are both
// found unknown by the next start and settled with the host.
func (e *Engine) Forward(ctx context.Context, over, next []string) (ready []string, err error) {
	ctx = context.WithoutCancel(ctx)
	defer func() {
		for _, id := range over {
			e.leaveForward(id)
		}
	}()
	entries, err := e.forwardEnds(over)
	begun := map[string]*forwarding{}
	for _, id := range next {
		f, intent, failed := e.forwardIntent(ctx, id)
		if entries = append(entries, intent...); f != nil {
			begun[id] = f
			ready = append(ready, id)
		}
		if err = errors.Join(err, failed); failed != nil {
			break
		}
	}
	if len(entries) == 0 {
		return nil, err
	}
	failed := e.commit(ctx, entries...)
	if errors.Is(failed, order.ErrConflict) {
		// One of them was touched by somebody else: each end by itself.
		failed = nil
		for _, id := range over {
			end, err := e.forwardEnds([]string{id})
			if err == nil {
				err = e.commit(ctx, end...)
			}
			failed = errors.Join(failed, err)
		}
		failed = errors.Join(failed, order.ErrConflict)
	}
	if failed != nil {
		for _, f := range begun {
			f.card.Clear()
			e.unclaim(f.order.ID)
		}
		return nil, errors.Join(err, failed)
	}
	e.mu.Lock()
	for id, f := range begun {
		e.forwards[id] = f
	}
	e.mu.Unlock()
	return ready, err
}

func (e *Engine) leaveForward(id string) {
	e.mu.Lock()
	f := e.forwards[id]
	delete(e.forwards, id)
	e.mu.Unlock()
	if f != nil {
		f.card.Clear()
		e.unclaim(f.order.ID)
	}
	nudge(e.wakeRecovery)
}

// forwardEnds are the entries of exchanges that are over. One that cannot be
// judged is left to the look-up that every open attempt gets.
func (e *Engine) forwardEnds(ids []string) (entries []order.Entry, err error) {
	for _, id := range ids {
		e.mu.Lock()
		f := e.forwards[id]
		e.mu.Unlock()
		if f == nil || f.evidence == nil {
			continue
		}
		_, end, failed := e.stepped(f.order, f.attempt, order.Replied{Evidence: *f.evidence}, order.ActorTerminal, *f.evidence)
		entries, err = append(entries, end...), errors.Join(err, failed)
	}
	return entries, err
}

// forwardIntent are the entries of an attempt that is about to be sent. Where
// the card does not open, they say that; where the order is not free, there are
// none.
func (e *Engine) forwardIntent(ctx context.Context, id string) (*forwarding, []order.Entry, error) {
	s, found := e.storedByID(id)
	if !found || !e.claim(s.Order) {
		return nil, nil, nil
	}
	f, entries, err := e.openStored(ctx, s)
	if f == nil {
		e.unclaim(s.Order)
	}
	return f, entries, err
}

func (e *Engine) openStored(ctx context.Context, s order.Stored) (*forwarding, []order.Entry, error) {
	o, err := e.deps.Journal.Order(ctx, s.Order)
	if err != nil {
		return nil, nil, e.readProblem(err)
	}
	earlier, err := e.deps.Journal.AttemptsOf(ctx, o.ID)
	if err != nil {
		return nil, nil, e.readProblem(err)
	}
	now := e.now()
	number := e.deps.NewNumber()
	_, begun, err := order.StepStored(o, s, order.ForwardBegun{Number: number, Earlier: earlier}, now)
	if err != nil {
		return nil, nil, nil // it moved on meanwhile
	}
	f := &forwarding{order: o}
	p := payer{entry: cmp.Or(s.Entry, order.EntryKeyed)} // sales that were stored earlier do not say
	if s.Charged == "" {
		f.card, err = e.unseal(ctx, s)
	} else {
		p, err = e.onFile(ctx, s.Charged)
	}
	if err != nil {
		e.deps.Log.Warn("a stored sale cannot be forwarded", "id", s.ID, "err", err)
		_, closed, stepErr := order.StepStored(o, s, order.NotOpened{Message: err.Error()}, now)
		if stepErr != nil {
			return nil, nil, stepErr
		}
		return nil, []order.Entry{storedEntry(closed, order.ActorTerminal)}, nil
	}
	f.token = p.token
	f.attempt = order.Begin(order.Attempt{Number: number, Order: o.ID, Asked: s.Amount, Device: s.Device, Brand: s.Brand, Last4: s.Last4,
		Holder: p.holder, Entry: p.entry, Charged: s.Charged, Operator: s.Operator, Stored: true}, now)
	return f, []order.Entry{attemptEntry(f.attempt, order.ActorTerminal, nil), storedEntry(begun, order.ActorTerminal)}, nil
}

func (e *Engine) unseal(ctx context.Context, s order.Stored) (*card.Card, error) {
	sealed, err := e.deps.Journal.SealedCard(ctx, s.ID)
	if errors.Is(err, order.ErrNotFound) {
		return nil, errors.New("the stored card is no longer in the journal: ask the customer to pay again, or write the sale off")
	}
	if err != nil {
		return nil, e.readProblem(err)
	}
	return e.deps.Seals.Open(s, sealed)
}

// ForwardSend sends the stored sale that Forward made ready, and returns when
// the exchange is over. It reports whether the host gave a clear answer: where
// it did not, others need not be tried now.
func (e *Engine) ForwardSend(id string) (clear bool) {
	e.mu.Lock()
	f := e.forwards[id]
	e.mu.Unlock()
	if f == nil || f.evidence != nil {
		return false
	}
	if e.overtaken(f.attempt) {
		e.ForwardHold(id)
		return true
	}
	request := f.attempt.Request()
	request.Token = f.token
	evidence := e.deps.Host.Charge(e.life, request, f.card)
	f.card.Clear()
	e.noteStage(evidence.Stage)
	e.mu.Lock()
	f.evidence = &evidence
	e.mu.Unlock()
	after, v := f.attempt, order.Classify(f.attempt, evidence)
	after.State, after.Cause, after.Code, after.Message = v.State, v.Cause, evidence.Code, evidence.Message
	return v.State == order.Approved || v.State == order.PartApproved || after.TurnedDown()
}

// overtaken reports that a payment which the host may take for this one went
// out behind its intent.
func (e *Engine) overtaken(a order.Attempt) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	last := e.recent[order.Alike(a.Brand, a.Last4, a.Asked)]
	return last.number != a.Number && e.now().Sub(last.at) < order.AlikePause
}

// ForwardHold says of a stored sale that is ready that it is not sent after all:
// nothing of it has left this machine. Forward records it.
func (e *Engine) ForwardHold(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f := e.forwards[id]; f != nil && f.evidence == nil {
		f.card.Clear()
		f.evidence = &order.Evidence{Stage: order.NotConnected, Message: "held back by this terminal"}
	}
}

// ForwardRest forgets the private keys, and destroys those that no stored sale
// needs any more. It is called when nothing is on its way.
func (e *Engine) ForwardRest(ctx context.Context) error {
	e.mu.Lock()
	keys := len(e.keys)
	e.mu.Unlock()
	if keys == 0 {
		return nil
	}
	e.deps.Seals.Lock()
	return e.retireKeys(ctx)
}

// WithdrawStored takes a stored sale back before it is forwarded; its order can
// be paid otherwise then.
func (e *Engine) WithdrawStored(ctx context.Context, id, reason string) (order.Stored, error) {
	return e.decideStored(ctx, id, func(by string) order.StoredEvent {
		return order.StoredWithdrawn{By: by, Reason: shorten(reason, 100)}
	})
}

// WriteOffStored gives up what is missing of a stored sale. A reason is needed.
func (e *Engine) WriteOffStored(ctx context.Context, id, reason string) (order.Stored, error) {
	return e.decideStored(ctx, id, func(by string) order.StoredEvent {
		return order.StoredWrittenOff{By: by, Reason: shorten(reason, 100)}
	})
}

func (e *Engine) decideStored(ctx context.Context, id string, event func(by string) order.StoredEvent) (order.Stored, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Stored{}, err
	}
	return e.changeStored(ctx, op, id, func(o order.Order, s order.Stored) (order.Order, order.Stored, []order.Entry, error) {
		o2, s2, err := order.StepStored(o, s, event(op.ID), e.now())
		return o2, s2, nil, err
	})
}

// CollectStored says that what was missing of a stored sale was paid by another
// order.
func (e *Engine) CollectStored(ctx context.Context, id, paidOrder string) (order.Stored, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Stored{}, err
	}
	return e.changeStored(ctx, op, id, func(o order.Order, s order.Stored) (order.Order, order.Stored, []order.Entry, error) {
		paid, err := e.deps.Journal.Order(ctx, paidOrder)
		if err != nil {
			return o, s, nil, err
		}
		o2, s2, err := order.StepStored(o, s, order.StoredCollected{By: op.ID, Paid: paid}, e.now())
		entry := order.Entry{Kind: "order.collects", Subject: paid.ID, Actor: op.ID, Object: order.Collect(paid, s.ID)}
		return o2, s2, []order.Entry{entry}, err
	})
}

// changeStored reads a stored sale and its order, applies a person's decision
// and commits. Where it changed in between, it is read again.
func (e *Engine) changeStored(ctx context.Context, op staff.Operator, id string,
	step func(order.Order, order.Stored) (order.Order, order.Stored, []order.Entry, error)) (order.Stored, error) {
	approver := ""
	for {
		s, err := e.deps.Journal.Stored(ctx, id)
		if err != nil {
			return s, e.readProblem(err)
		}
		o, err := e.deps.Journal.Order(ctx, s.Order)
		if err != nil {
			return s, e.readProblem(err)
		}
		o2, s2, more, err := step(o, s)
		switch {
		case errors.Is(err, order.ErrNotAllowed):
			return s, &Problem{Code: ProblemNotAllowed, Text: "That is not possible with this stored sale now. Look at its present state; giving up needs a reason.", Err: err}
		case err != nil:
			return s, e.readProblem(err)
		}
		if approver == "" {
			if approver, err = e.permitRight(ctx, op, staff.Void, id, s.Amount); err != nil {
				return s, err
			}
		}
		s2.EndedBy = cmp.Or(approver, op.ID)
		entry := storedEntry(s2, op.ID)
		entry.Note = approved(approver)
		entries := append(more, entry)
		if o2 != o {
			entries = append(entries, orderEntry(o2, op.ID))
		}
		err = e.commit(ctx, entries...)
		if !errors.Is(err, order.ErrConflict) {
			nudge(e.wakeForward)
			return s2, err
		}
	}
}
