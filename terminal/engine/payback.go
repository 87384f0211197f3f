package engine

import (
	"context"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// payBack sends a return that is durable, once the host's own row shows that
// the money stands there: two returns may both succeed, and a journal that was
// put back need not know of the first. What the host gave back already is taken
// up in its place, and the return is not sent then. s is what the journal has of
// the payment without it.
func (e *Engine) payBack(ctx context.Context, a order.Attempt, s order.Standing, f order.FollowUp, earlier []order.FollowUp) (order.FollowUp, error) {
	known := sameActs(f, earlier)
	taken, clear := e.elsewhere(ctx, a, s, f, known)
	if clear && taken == nil {
		return e.sendFollow(ctx, f, known, nil)
	}
	f, err := order.StepFollow(f, order.FollowReplied{Evidence: order.Evidence{Stage: order.NotConnected}}, e.now())
	if err != nil {
		return f, err
	}
	entries := []order.Entry{followEntry(f, order.ActorTerminal, nil)}
	if taken != nil {
		entry := followEntry(*taken, order.ActorTerminal, nil)
		entry.Kind = followKind(taken.Act, "taken-up")
		entries = append(entries, entry)
	}
	if err := e.commit(context.WithoutCancel(ctx), entries...); err != nil || taken == nil {
		return f, err
	}
	return f, &Problem{Code: ProblemNotAllowed, Text: "The bank has given " + taken.Amount.Display() + " of this payment back already, and the journal did not have it. Nothing was sent. Look at what is left of the payment."}
}

// elsewhere asks what the host gave back of a payment without the journal's
// knowing, and returns it as it is to be taken up. It is not clear where the
// host did not tell, or not yet in full: then nothing may go out.
func (e *Engine) elsewhere(ctx context.Context, a order.Attempt, s order.Standing, f order.FollowUp, known []string) (taken *order.FollowUp, clear bool) {
	gone, told := f.Amount, false
	if a.Kind == order.KindSale {
		rows := e.deps.Host.Find(ctx, a.Request())
		e.noteAnswered(!rows.Failed)
		if gone, told = order.Elsewhere(s.Left, f.Target, rows.Hits); rows.Failed || !told && len(rows.Hits) == 0 && !rows.Impossible {
			return nil, false
		}
	}
	if told && gone.IsZero() {
		return nil, true
	}
	all := told && gone == s.Left
	if !told {
		gone = f.Amount // only a return of that amount can be looked for
	}
	for _, act := range []order.Act{order.Return, order.Void} {
		if act == order.Void && (!all || !s.Returned.IsZero()) {
			continue
		}
		q := f.Request(known)
		q.Act, q.Amount = act, gone
		found := e.deps.Host.FindFollow(ctx, q)
		e.noteAnswered(!found.Failed)
		if found.Failed {
			return nil, false
		}
		if len(found.Hits) == 1 && (order.HostRow{Evidence: found.Hits[0]}).Done() {
			up := order.TakeUp(f, act, e.deps.NewNumber(), gone, found.Hits[0], e.now())
			return &up, true
		}
		if len(found.Hits) > 0 && !all {
			return nil, false
		}
	}
	if all { // in several parts: nothing is left to be mistaken for one of them
		up := order.TakeUp(f, order.Return, e.deps.NewNumber(), gone, order.Evidence{}, e.now())
		return &up, true
	}
	return nil, !told
}

// sendReturn sends what a person asked for. Only of a payment from before the
// journal was put back may the host know more than the journal.
func (e *Engine) sendReturn(ctx context.Context, f order.FollowUp, known []string) (order.FollowUp, error) {
	if id.Nonce(f.Of) == id.Nonce(f.ID) {
		return e.sendFollow(ctx, f, known, nil)
	}
	_, a, all, err := e.whole(ctx, f.Of)
	if err != nil {
		return f, &Problem{Code: ProblemUnsaved, Text: textUnsavedFollow, Err: err}
	}
	var earlier []order.FollowUp
	for _, other := range all {
		if other.ID != f.ID {
			earlier = append(earlier, other)
		}
	}
	return e.payBack(ctx, a, order.Stand(a, earlier), f, earlier)
}
