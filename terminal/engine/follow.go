package engine

import (
	"context"
	"errors"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// What is done about a payment goes the way of the payment itself: the intent
// is durable before the first byte leaves, and the outcome before anybody sees
// it. Each of the methods below returns when the outcome is in the journal, or
// when it is there that the outcome is unknown; FollowProblem puts an outcome
// into a sentence. With ProblemUnsaved the request was sent and its outcome
// could not be saved: it must not be made again. With any other error nothing
// was sent.

// Void undoes a sale whose batch is open, or releases a hold.
func (e *Engine) Void(ctx context.Context, number, reason string) (order.FollowUp, error) {
	return e.follow(ctx, staff.Void, order.FollowUp{Act: order.Void, Of: number, Reason: reason}, nil)
}

// Return pays a settled sale back, in whole or in part.
func (e *Engine) Return(ctx context.Context, number string, amount money.Amount, reason string) (order.FollowUp, error) {
	return e.follow(ctx, staff.Refund, order.FollowUp{Act: order.Return, Of: number, Amount: amount, Reason: reason}, nil)
}

// Capture takes the money of a hold; less than was held only where the account
// offers it. It can be done once.
func (e *Engine) Capture(ctx context.Context, number string, amount money.Amount) (order.FollowUp, error) {
	return e.follow(ctx, staff.Sell, order.FollowUp{Act: order.Capture, Of: number, Amount: amount}, nil)
}

// CheckCard asks whether a card is good. The card is taken over and cleared.
func (e *Engine) CheckCard(ctx context.Context, cd *card.Card) (order.FollowUp, error) {
	defer cd.Clear()
	return e.follow(ctx, staff.Sell, order.FollowUp{Act: order.Check, Amount: money.New(0, e.config().Currency),
		Brand: cd.Brand().String(), Last4: cd.Last4()}, cd)
}

// IssueCard makes a card that pays a supplier out of a sale. The code of the
// sale is filled in.
func (e *Engine) IssueCard(ctx context.Context, number string, amount money.Amount, terms order.IssueTerms) (order.FollowUp, error) {
	return e.follow(ctx, staff.IssueCards, order.FollowUp{Act: order.Issue, Of: number, Amount: amount, Terms: &terms}, nil)
}

func (e *Engine) follow(ctx context.Context, right staff.Right, f order.FollowUp, cd *card.Card) (order.FollowUp, error) {
	op, err := e.allowed(staff.Sell)
	if err == nil && f.Act == order.Capture {
		op, err = e.seller()
	}
	if err != nil {
		return order.FollowUp{}, err
	}
	f.ID, f.Operator, f.Reason = e.deps.NewNumber(), op.ID, shorten(f.Reason, 100)
	if !e.claim(followLock(f)) {
		return order.FollowUp{}, e.followBusy()
	}
	defer nudge(e.wakeRecovery)
	defer e.unclaim(followLock(f))
	f, known, err := e.beginFollow(ctx, op, right, f)
	if err != nil {
		return order.FollowUp{}, err
	}
	if f.Act == order.Return {
		return e.sendReturn(ctx, f, known)
	}
	return e.sendFollow(ctx, f, known, cd)
}

// followLock is what is claimed for a follow-up: the payment that it is about.
func followLock(f order.FollowUp) string {
	if f.Of == "" {
		return f.ID
	}
	return f.Of
}

// beginFollow checks that the follow-up may begin and makes it durable.
func (e *Engine) beginFollow(ctx context.Context, op staff.Operator, right staff.Right, f order.FollowUp) (_ order.FollowUp, known []string, err error) {
	cfg := e.config()
	if cfg.Device == "" {
		return f, nil, noDevice()
	}
	if err := e.room(); err != nil {
		return f, nil, err
	}
	f.Device = cfg.Device
	if f.Of != "" {
		a, err := e.deps.Journal.Attempt(ctx, f.Of)
		if err != nil {
			return f, nil, e.readProblem(err)
		}
		earlier, err := e.deps.Journal.FollowsOf(ctx, f.Of)
		if err != nil {
			return f, nil, e.readProblem(err)
		}
		if f, err = e.aim(ctx, cfg, f, a, earlier); err != nil {
			return f, nil, err
		}
		if f.Approved, err = e.permitFollow(ctx, op, right, f, earlier); err != nil {
			return f, nil, err
		}
		known = sameActs(f, earlier)
	}
	f = order.BeginFollow(f, e.now())
	return f, known, e.commit(ctx, followEntry(f, op.ID, approved(f.Approved)))
}

// aim decides by the rules whether the follow-up may begin, and names the
// host's row that it is about.
func (e *Engine) aim(ctx context.Context, cfg Config, f order.FollowUp, a order.Attempt, earlier []order.FollowUp) (order.FollowUp, error) {
	s := order.Stand(a, earlier)
	if f.Act == order.Void {
		f.Amount = s.Left
	}
	settled, err := e.settlement(ctx, s)
	if err != nil {
		return f, err
	}
	if f.Target, err = order.MayFollow(a, earlier, settled, f.Act, f.Amount); err != nil {
		return f, followRefusal(err)
	}
	switch {
	case f.Act == order.Capture && f.Amount != s.Left && !cfg.Offer.Can(order.FeaturePartCapture):
		return f, say(ProblemNotOffered, nil, "This account takes a hold in whole only. Capture %s, or void the hold and charge the card anew.", s.Left)
	case f.Act == order.Issue && !cfg.Offer.Can(order.FeatureIssue):
		return f, &Problem{Code: ProblemNotOffered, Text: "This account does not issue cards. Ask the payment service to switch it on."}
	case f.Act == order.Issue:
		f.Terms.Code = a.TransCode
	case f.Act == order.Void:
		f.Device = f.Target.Device // the batch is that device's
	}
	f.Brand, f.Last4 = a.Brand, a.Last4
	return f, nil
}

// settlement is what the terminal knows of the batch that a payment is in.
func (e *Engine) settlement(ctx context.Context, s order.Standing) (order.Settlement, error) {
	if s.Batch == "" {
		return order.SettleUnknown, nil
	}
	closed, err := e.deps.Journal.Closed(ctx, s.Batch)
	if err != nil {
		return order.SettleUnknown, e.readProblem(err)
	}
	if closed {
		return order.SettleClosed, nil
	}
	return order.SettleUnknown, nil
}

// sameActs are the host's guids of what was done of the same kind before: the
// host's row of one of those is not the row of this follow-up.
func sameActs(f order.FollowUp, all []order.FollowUp) (known []string) {
	for _, other := range all {
		if other.Act == f.Act && other.ID != f.ID && other.GUID != "" {
			known = append(known, other.GUID)
		}
	}
	return known
}

// sendFollow sends a follow-up that is durable, and records the outcome.
func (e *Engine) sendFollow(ctx context.Context, f order.FollowUp, known []string, cd *card.Card) (order.FollowUp, error) {
	evidence := e.deps.Host.Follow(e.life, f.Request(known), cd)
	if cd != nil {
		cd.Clear()
	}
	e.noteStage(evidence.Stage)
	after, err := e.applyFollow(ctx, f.ID, order.FollowReplied{Evidence: evidence}, evidence)
	if err != nil {
		return f, &Problem{Code: ProblemUnsaved, Text: textUnsavedFollow, Err: err}
	}
	return after, nil
}

// applyFollow reads a follow-up, applies an event and commits. Where somebody
// else changed it in between, it is read again.
func (e *Engine) applyFollow(ctx context.Context, id string, ev order.FollowEvent, note any) (order.FollowUp, error) {
	ctx = context.WithoutCancel(ctx) // what happened is recorded
	for {
		f, err := e.deps.Journal.FollowUp(ctx, id)
		if err != nil {
			return f, e.readProblem(err)
		}
		after, err := order.StepFollow(f, ev, e.now())
		if err != nil {
			return f, err
		}
		entry := followEntry(after, order.ActorTerminal, note)
		switch ev := ev.(type) {
		case order.Parked:
			entry.Kind, entry.Actor = followKind(f.Act, "parked"), e.actor(ev.By)
		case order.FollowProbed:
			if after.State == f.State {
				entry.Kind = followKind(f.Act, "probed")
			}
		case order.SentAgain:
			entry.Kind = followKind(f.Act, "sent-again")
		case order.ClockMoved:
			entry.Kind = followKind(f.Act, "clock-moved")
		}
		more, err := e.orphanEntries(ctx, after)
		if err != nil {
			return f, err
		}
		if err = e.commit(ctx, append(more, entry)...); err == nil {
			return after, nil
		}
		if !errors.Is(err, order.ErrConflict) {
			return f, err
		}
	}
}

func followEntry(f order.FollowUp, actor string, note any) order.Entry {
	return order.Entry{Kind: followKind(f.Act, kebab(string(f.State))), Subject: f.ID, Actor: actor, Object: f, Note: note}
}

// followKind names an event by what is done: "return.sending".
func followKind(act order.Act, what string) string { return kebab(string(act)) + "." + what }

// resolveFollow does the next action for a follow-up.
func (e *Engine) resolveFollow(ctx context.Context, f order.FollowUp) error {
	act, _ := order.NextFollow(f)
	var err error
	switch {
	case f.State == order.FollowSending:
		if !e.claim(followLock(f)) {
			return nil // it is being sent
		}
		defer e.unclaim(followLock(f))
		_, err = e.applyFollow(ctx, f.ID, order.FollowReplied{Evidence: order.Evidence{Stage: order.NoAnswer}}, nil)
	case act == order.DoSend:
		if !e.claim(followLock(f)) {
			return nil
		}
		defer e.unclaim(followLock(f))
		if f, err = e.applyFollow(ctx, f.ID, order.SentAgain{}, nil); err == nil {
			_, err = e.sendFollow(ctx, f, nil, nil)
		}
	case act == order.DoQuery:
		all, err2 := e.deps.Journal.FollowsOf(ctx, f.Of)
		if err2 != nil {
			return e.readProblem(err2)
		}
		moves, started := e.watchClock(), e.now()
		q := e.deps.Host.FindFollow(ctx, f.Request(sameActs(f, all)))
		q.Started = started
		if e.watchClock() != moves {
			q = order.Finding{Started: started, Failed: true}
		}
		e.noteAnswered(!q.Failed)
		_, err = e.applyFollow(ctx, f.ID, order.FollowProbed{Finding: q}, q)
	}
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // it moved on meanwhile
	}
	return err
}
