package engine

import (
	"context"
	"errors"
	"strings"

	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// RefundCode pays a payment by wallet back, in whole or in part. It returns when
// the outcome is durable, or that it is not known yet: RefundProblem puts it into
// a sentence. A reason is needed. With ProblemUnsaved the request was sent and its
// outcome could not be saved; with any other error nothing was sent.
func (e *Engine) RefundCode(ctx context.Context, code, payment string, amount money.Amount, reason string) (order.Refund, error) {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return order.Refund{}, err
	}
	if reason = reasonOf(reason); reason == "" {
		return order.Refund{}, &Problem{Code: ProblemReason, Text: "Enter why the money is given back."}
	}
	if err := errors.Join(e.compared(), e.roomOnDisk()); err != nil {
		return order.Refund{}, err
	}
	if err := e.wentBack(ctx, code); err != nil {
		return order.Refund{}, err
	}
	approver := ""
	like := order.Refund{Payment: payment, Amount: amount, Reason: reason, Operator: op.ID}
	return e.refund(ctx, code, like, func(q order.QR, r *order.Refund) (err error) {
		if r.Repeats, err = e.mayRefund(q, *r); err != nil || approver != "" {
			return err
		}
		p, _ := q.Payment(payment)
		returned := money.New(p.Amount.Minor-p.Left().Minor, p.Amount.Currency)
		approver, err = e.permitReturn(ctx, op, code, amount, returned)
		r.Approved = approver
		return err
	})
}

// wentBack has the provider tell what went back by a code from before the journal
// was put back, which need not know of all of it: of two refunds in part both may
// succeed.
func (e *Engine) wentBack(ctx context.Context, code string) error {
	if id.Nonce(code) == id.Nonce(e.deps.NewNumber()) {
		return nil
	}
	q, _, err := e.codeAndOrder(ctx, code)
	if err != nil {
		return err
	}
	if !e.holdCode(code) {
		return e.busyProblem()
	}
	defer e.releaseCode(code)
	seen := e.seen(func() order.CodeSeen { return e.deps.Wallets.Status(ctx, q.Request()) })
	if err := e.applySeen(ctx, code, order.QRSeen{Seen: seen}); err != nil || !seen.Failed {
		return err
	}
	return say(ProblemWallet, nil, "This payment is from before the journal was put back, and %s does not say what went back of it since. Pay it back once it does.", order.WalletTitle(q.Provider))
}

// refund begins a refund, sends it and records the outcome.
func (e *Engine) refund(ctx context.Context, id string, like order.Refund, may func(order.QR, *order.Refund) error) (order.Refund, error) {
	r, err := e.beginRefund(ctx, id, like, may)
	if err != nil {
		return order.Refund{}, err
	}
	defer e.releaseCode(r.ID)
	after, err := e.sendRefund(ctx, r)
	if err != nil {
		return r, &Problem{Code: ProblemUnsaved, Text: textUnsavedFollow, Err: err}
	}
	return after, nil
}

// reasonOf is a reason as it is kept.
func reasonOf(text string) string { return shorten(strings.TrimSpace(text), 100) }

// beginRefund makes a refund durable, with what it holds of its payment: of two
// at once, the second finds only what the first has left. may is asked once
// nothing else stands in the way; nil allows it. The caller holds the refund
// where there is no error.
func (e *Engine) beginRefund(ctx context.Context, id string, like order.Refund, may func(order.QR, *order.Refund) error) (order.Refund, error) {
	for {
		q, _, err := e.codeAndOrder(ctx, id)
		if err != nil {
			return like, err
		}
		like.ID = e.deps.NewNumber()
		if _, _, err = order.BeginRefund(q, like, e.now()); err != nil {
			return like, refundRefusal(err)
		}
		if may != nil {
			if err := may(q, &like); err != nil {
				return like, err
			}
		}
		q2, r, err := order.BeginRefund(q, like, e.now())
		if err != nil {
			return like, refundRefusal(err)
		}
		if !e.holdCode(r.ID) {
			return like, closingProblem()
		}
		err = e.commit(ctx, order.Entry{Kind: "qr.refund-begun", Subject: q2.ID, Actor: r.Operator, Object: q2},
			refundEntry(r, r.Operator, approved(r.Approved)))
		if err == nil {
			return r, nil
		}
		e.releaseCode(r.ID)
		if !errors.Is(err, order.ErrConflict) {
			return like, err
		}
	}
}

// mayRefund refuses what the provider does not do, and tells whether it makes a
// repeated request once.
func (e *Engine) mayRefund(q order.QR, r order.Refund) (repeats bool, err error) {
	offer, ok := e.walletOffer(q.Provider)
	if !ok {
		return false, notSetUp(q.Provider)
	}
	if offer.Test != q.Test {
		return false, say(ProblemNotOffered, nil, "This payment was made in the other mode of %s, test or live. Let the owner change the mode in the settings, then pay it back.", offer.Title)
	}
	p, _ := q.Payment(r.Payment)
	if offer.RefundFor > 0 && e.now().After(p.At.Add(offer.RefundFor)) {
		days := int(offer.RefundFor.Hours()) / 24
		return false, say(ProblemTooLate, nil, "%s pays back for %d days only, and this payment is older. Give the money back in another way.", offer.Title, days)
	}
	if !offer.Parts && r.Amount != p.Amount && r.Amount.Minor <= p.Left().Minor {
		return false, say(ProblemNotOffered, nil, "%s pays back whole payments only. Enter %s.", offer.Title, p.Amount)
	}
	return offer.Repeats, nil
}

// ProblemTooLate: the provider pays back for some time only.
const ProblemTooLate = "too-late"

func refundRefusal(err error) error {
	if errors.Is(err, order.ErrNotFound) {
		return &Problem{Code: ProblemNotFound, Text: "There is no such payment of this code. Look at its present state.", Err: err}
	}
	return followRefusal(err)
}

// sendRefund sends a refund that is durable, and records the outcome. The caller
// holds it.
func (e *Engine) sendRefund(ctx context.Context, r order.Refund) (order.Refund, error) {
	q, known, err := e.besideRefund(ctx, r)
	if err != nil {
		return r, err
	}
	answer := e.replied(func() order.RefundAnswer { return e.deps.Wallets.Refund(e.life, r.Request(q, known)) })
	_, after, err := e.applyRefund(ctx, r.ID, order.RefundReplied{Answer: answer}, order.ActorTerminal, answer)
	return after, err
}

// resolveRefund asks the provider what became of a refund, and sends it once more
// where that is sure not to pay twice. The caller holds it.
func (e *Engine) resolveRefund(ctx context.Context, r order.Refund) error {
	q, known, err := e.besideRefund(ctx, r)
	if err != nil {
		return err
	}
	answer := e.replied(func() order.RefundAnswer { return e.deps.Wallets.FindRefund(ctx, r.Request(q, known)) })
	before, after, err := e.applyRefund(ctx, r.ID, order.RefundSeen{Answer: answer}, order.ActorTerminal, answer)
	if err == nil && after.Sends > before.Sends {
		_, err = e.sendRefund(ctx, after)
	}
	return ignore(err, order.ErrNotAllowed)
}

// replied asks a provider, and notes when. That it knows no refund proves nothing
// while the clock is being set.
func (e *Engine) replied(ask func() order.RefundAnswer) order.RefundAnswer {
	moves, started := e.watchClock(), e.now()
	a := ask()
	a.Started = started
	if a.Missing && e.watchClock() != moves {
		return order.RefundAnswer{Started: started}
	}
	return a
}

// besideRefund reads the code of a refund, and the provider's names of the other
// refunds of its payment.
func (e *Engine) besideRefund(ctx context.Context, r order.Refund) (q order.QR, known []string, err error) {
	if q, err = e.deps.Journal.QR(ctx, r.Of); err != nil {
		return q, nil, e.readProblem(err)
	}
	all, err := e.deps.Journal.RefundsOf(ctx, r.Of)
	if err != nil {
		return q, nil, e.readProblem(err)
	}
	for _, other := range all {
		if other.ID != r.ID && other.Payment == r.Payment && other.Remote != "" {
			known = append(known, other.Remote)
		}
	}
	return q, known, nil
}

// applyRefund reads a refund with its code, applies an event and commits. Where
// somebody else changed one of them in between, they are read again.
func (e *Engine) applyRefund(ctx context.Context, id string, ev order.RefundEvent, actor string, note any) (before, after order.Refund, err error) {
	ctx = context.WithoutCancel(ctx) // what happened is recorded
	for {
		if before, err = e.deps.Journal.Refund(ctx, id); err != nil {
			return before, before, e.readProblem(err)
		}
		q, _, err := e.codeAndOrder(ctx, before.Of)
		if err != nil {
			return before, before, err
		}
		q2, after, err := order.StepRefund(q, before, ev, e.now())
		if err != nil {
			return before, before, err
		}
		entry := refundEntry(after, actor, note)
		entry.Kind = refundEventKind(before, after, ev)
		entries := []order.Entry{entry}
		if q2.Version != q.Version {
			entries = append(entries, order.Entry{Kind: "qr.refund-ended", Subject: q2.ID, Actor: actor, Object: q2})
		}
		err = e.commit(ctx, append(entries, e.refundSlips(before, after)...)...)
		if !errors.Is(err, order.ErrConflict) {
			return before, after, err
		}
	}
}

// refundSlips are the slips of a refund that the provider took.
func (e *Engine) refundSlips(before, after order.Refund) []order.Entry {
	took := func(s order.RefundState) bool { return s == order.RefundDone || s == order.RefundPending }
	if took(before.State) || !took(after.State) {
		return nil
	}
	slips := append(e.jobsFor(order.DocumentRefund, after.ID), e.approvalPaper(after.ID, after.Approved, after.Amount)...)
	return onceMore(slips, after.ID)
}

func refundEntry(r order.Refund, actor string, note any) order.Entry {
	return order.Entry{Kind: "refund." + kebab(string(r.State)), Subject: r.ID, Actor: actor, Object: r, Note: note}
}

func refundEventKind(before, after order.Refund, ev order.RefundEvent) string {
	switch ev.(type) {
	case order.RefundParked:
		return "refund.parked"
	case order.Restarted:
		return "refund.restarted"
	case order.ClockMoved:
		return "refund.clock-moved"
	}
	switch {
	case after.Sends > before.Sends:
		return "refund.sent-again"
	case after.State == before.State:
		return "refund.looked"
	}
	return "refund." + kebab(string(after.State))
}

// RefundProblem puts the outcome of a refund into a sentence that says what to
// do; nil for one that is done. Its code names the state.
func RefundProblem(r order.Refund) *Problem {
	var s Sentence
	switch r.State {
	case order.RefundDone:
		return nil
	case order.RefundPending:
		s = sentence("The money is on its way back to the customer, which can take some days. There is nothing more to do.")
	case order.RefundRefused:
		s = sentence("The money was not paid back. Look at the payment's state before you try again, or give it back in another way.")
		if r.Message != "" {
			s = sentence("The money was not paid back: %s. Look at the payment's state before you try again, or give it back in another way.", strings.TrimRight(r.Message, "."))
		}
	case order.RefundAbsent:
		s = sentence("The money was not paid back: it was looked for to the end. You may do it again.")
	default:
		s = sentence("It is not known yet whether the money was paid back. The terminal asks until it knows; do not do it again.")
	}
	return &Problem{Code: "refund-" + kebab(string(r.State)), Text: s.String(), Say: s}
}
