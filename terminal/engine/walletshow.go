package engine

import (
	"cmp"
	"context"
	"errors"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// paperLife is how long a code on paper may be paid, where the provider leaves
// that to us.
const paperLife = 72 * time.Hour

// ShowCode begins a payment by wallet: its intent is durable when it returns, and
// the snapshot's Codes tell from then on. later is for a code on paper: the desk
// does not give it up, and its slip is printed once it is there.
func (e *Engine) ShowCode(ctx context.Context, c Charge, provider string, later bool) (CodeView, error) {
	op, err := e.seller()
	if err != nil {
		return CodeView{}, err
	}
	offer, err := e.CheckCode(provider, c.Amount)
	if err != nil {
		return CodeView{}, err
	}
	if !e.claim(c.Order) {
		return CodeView{}, e.busyProblem()
	}
	defer e.unclaim(c.Order)
	if err := errors.Join(e.compared(), e.listed(offer)); err != nil {
		return CodeView{}, err
	}
	if err := e.roomOnDisk(); err != nil {
		return CodeView{}, err
	}
	q := e.newCode(c, offer, later, op)
	o, err := e.beginCode(ctx, c, q, op)
	if err != nil {
		return CodeView{}, err
	}
	return e.codeView(q, o.Note), nil
}

// newCode is a code that is about to be asked for.
func (e *Engine) newCode(c Charge, offer order.WalletOffer, later bool, op staff.Operator) order.QR {
	now := e.now()
	q := order.QR{ID: e.deps.NewNumber(), Order: c.Order, Provider: offer.Name, Test: offer.Test, Takes: offer.Takes, Cancels: offer.Cancels,
		Deduct: offer.Deduct, Asked: c.Amount, Operator: op.ID}
	life := paperLife
	if !later {
		life = e.config().Patience
		q.Patience = now.Add(life)
	}
	if life = max(life, offer.ShortestLife); offer.LongestLife > 0 {
		life = min(life, offer.LongestLife)
	}
	q.Until = now.Add(life)
	return order.BeginQR(q, now)
}

// beginCode makes a code durable, with its order or with one that was tried
// before.
func (e *Engine) beginCode(ctx context.Context, c Charge, q order.QR, op staff.Operator) (order.Order, error) {
	o := order.Order{ID: c.Order, Version: 1, State: order.Open, Amount: c.Amount, Note: c.note(), Bill: c.bill(), Created: e.now()}
	leg, err := e.legEntry(ctx, c, order.TenderWallet, op)
	if err != nil {
		return o, err
	}
	showing := append(leg, order.Entry{Kind: "qr.creating", Subject: q.ID, Actor: op.ID, Object: q})
	e.noteTitle(q.ID, o.Note)
	err = e.commit(ctx, append([]order.Entry{{Kind: "order.open", Subject: o.ID, Actor: op.ID, Object: o}}, showing...)...)
	if !errors.Is(err, order.ErrConflict) {
		return o, err
	}
	if o, err = e.mayShow(ctx, c); err == nil {
		e.noteTitle(q.ID, o.Note)
		err = e.commit(ctx, showing...)
	}
	if leg != nil && (errors.Is(err, order.ErrNotFound) || errors.Is(err, order.ErrConflict)) {
		err = billMoved(err)
	}
	return o, err
}

// mayShow reads an order that is in the journal, and refuses a code for it while
// something earlier could still pay it.
func (e *Engine) mayShow(ctx context.Context, c Charge) (order.Order, error) {
	o, earlier, err := e.orderOf(ctx, c)
	if err != nil {
		return o, err
	}
	if err := e.payable(ctx, o, earlier, c.Consent); err != nil {
		return o, err
	}
	if o.Amount != c.Amount {
		return o, &Problem{Code: ProblemNotAllowed, Text: "The amount of an order cannot change between two tries. Start a new sale."}
	}
	return o, nil
}

// payable refuses to have an order paid, by whatever tender, while an earlier
// payment by card among those given, or a code, could still pay it.
func (e *Engine) payable(ctx context.Context, o order.Order, earlier []order.Attempt, consent bool) error {
	codes, err := e.deps.Journal.QRsOf(ctx, o.ID)
	if err != nil {
		return e.readProblem(err)
	}
	err = order.MayPay(o, earlier, codes, consent)
	switch card := order.MayStart(o, earlier, consent); {
	case err == nil || errors.Is(err, card):
		return startOrNil(err)
	case errors.Is(err, order.ErrConsent):
		return &Problem{Code: ProblemConsent, Text: "The customer may still pay by the old code, which was given up a moment ago. Go on only if the customer agrees: what comes by the old code is listed, and can be paid back.", Err: err}
	default:
		return &Problem{Code: ProblemInProgress, Text: "A QR code of this order is still open: cancel it first.", Err: err}
	}
}

func startOrNil(err error) error {
	if err == nil {
		return nil
	}
	return startProblem(err)
}

// CheckCode says whether an amount can be asked for by a provider's code, and
// what that provider can do; its error is a *Problem.
func (e *Engine) CheckCode(provider string, a money.Amount) (order.WalletOffer, error) {
	offer, ok := e.walletOffer(provider)
	if !ok {
		return offer, notSetUp(provider)
	}
	cfg := e.config()
	most := cfg.Maximum
	if offer.Most.Minor > 0 && offer.Most.Currency == a.Currency {
		most.Minor = min(most.Minor, offer.Most.Minor)
	}
	switch {
	case a.Currency != cfg.Currency:
		return offer, say(ProblemCurrency, nil, "This account takes %s only. Enter the amount in %s.", cfg.Currency, cfg.Currency)
	case !offer.In(a.Currency):
		return offer, say(ProblemCurrency, nil, "%s does not take %s here. Take another payment, or let the owner add the currency in the settings.", offer.Title, a.Currency)
	case a.Minor <= 0, offer.Least.Currency == a.Currency && a.Minor < offer.Least.Minor:
		return offer, say(ProblemAmountLow, nil, "The smallest payment by %s is %s. Enter a larger amount, or take another payment.", offer.Title, money.New(max(1, offer.Least.Minor), a.Currency))
	case a.Minor > most.Minor:
		return offer, say(ProblemAmountHigh, nil, "The largest payment by %s is %s. Enter a smaller amount, or take another payment.", offer.Title, most)
	}
	return offer, nil
}

// walletOffer is what a provider can do, as it is set up.
func (e *Engine) walletOffer(provider string) (order.WalletOffer, bool) {
	for _, o := range e.config().Wallets {
		if o.Name == provider {
			o.Title = e.titled(o.Title, o.Test)
			return o, true
		}
	}
	return order.WalletOffer{Title: order.WalletTitle(provider)}, false
}

func notSetUp(provider string) error {
	return say(ProblemNotOffered, nil, "%s is not set up at this terminal. Let the owner switch it on in the settings, then try again.", order.WalletTitle(provider))
}

// listed refuses codes of a provider that was not held against a journal that was
// put back: what it received since then may be missing.
func (e *Engine) listed(offer order.WalletOffer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !offer.Lists || !e.codes.unlisted[offer.Name] {
		return nil
	}
	return say(ProblemRestored, nil, "This terminal's journal was put back from a copy, and is held against the records of %s first. Take another payment meanwhile; it goes on by itself.", offer.Title)
}

// GiveUpCode records that a code is not to be paid any more. It is done when
// the snapshot's state of it is final; with consent of Charge another tender may
// be taken before.
func (e *Engine) GiveUpCode(ctx context.Context, id string) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	before, _, err := e.applyCode(ctx, id, order.QRGivenUp{}, op.ID, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		if before.State == order.QRPaid {
			return &Problem{Code: ProblemOrderClosed, Text: "The customer has paid by this code already. Pay it back if it is not wanted.", Err: err}
		}
		return nil // it was given up, or is at its end
	}
	return err
}

// giveUpEntries give up the codes of an order that may still be paid.
func (e *Engine) giveUpEntries(ctx context.Context, o order.Order, actor string) (entries []order.Entry, err error) {
	codes, err := e.deps.Journal.QRsOf(ctx, o.ID)
	if err != nil {
		return nil, e.readProblem(err)
	}
	for _, q := range codes {
		_, more, err := e.steppedCode(o, q, order.QRGivenUp{}, actor, nil)
		if err == nil {
			entries = append(entries, more...)
		}
	}
	return entries, nil
}

// LookAtCode asks the provider now, also about a code at its end. It returns when
// what the provider said is durable.
func (e *Engine) LookAtCode(ctx context.Context, id string) error {
	if _, err := e.allowed(staff.Sell); err != nil {
		return err
	}
	q, _, err := e.codeAndOrder(ctx, id)
	if err != nil {
		return err
	}
	if q.State == order.QRCreating || !e.holdCode(id) {
		return nil // it is being asked for, or about
	}
	defer e.releaseCode(id)
	return e.look(ctx, q)
}

// AcceptStray keeps a payment that no order waited for. It needs a supervisor and
// a reason.
func (e *Engine) AcceptStray(ctx context.Context, id, payment, reason string) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	if reason = reasonOf(reason); reason == "" {
		return &Problem{Code: ProblemReason, Text: "Enter why the money is kept."}
	}
	q, _, err := e.codeAndOrder(ctx, id)
	if err != nil {
		return err
	}
	p, ok := q.Payment(payment)
	if !ok || p.As != order.Stray {
		return movedOn(order.ErrNotAllowed)
	}
	approver, err := e.permitRight(ctx, op, staff.Override, id, p.Amount)
	if err != nil {
		return err
	}
	ev := order.QRAccepted{Payment: payment, By: cmp.Or(approver, op.ID), Reason: reason}
	_, _, err = e.applyCode(ctx, id, ev, op.ID, order.Approval{ApprovedBy: approver, Reason: reason})
	if errors.Is(err, order.ErrNotAllowed) {
		return movedOn(err)
	}
	return err
}

func movedOn(err error) error {
	return &Problem{Code: ProblemNotAllowed, Text: "That is no longer possible: the payment has moved on. Look at its present state.", Err: err}
}
