package engine

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/answer"
	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Charge asks for one payment of an order.
type Charge struct {
	// Order is an id of NewOrderID. Charging the same order again is refused
	// while an earlier attempt could still become a charge, so a second press
	// of a button can do no harm.
	Order  string
	Amount money.Amount
	// Note is the shop's own text or order number, at most 50 characters.
	Note string
	// Bill is what the charge pays a leg of; nil for a charge of its own. Its ID is
	// one of NewOrderID, goods, tax and tip are the same for all of its legs. The
	// bill is durable with its first leg.
	Bill *order.Bill
	// Kind is a sale or a hold.
	Kind order.Kind
	// Payments is how many supplier cards the sale is to pay for; 0 in a shop.
	Payments int
	// Consent is the word of somebody who was warned that an earlier attempt of
	// the order, quiet for some minutes, may yet turn up; it then goes back.
	Consent bool
	// OnFile is the number of an earlier payment or check, whose card is
	// charged; there is no other card then.
	OnFile string
	// Details are the service's own members about customer, goods and risk, in
	// JSON. They go out with the request and are not kept.
	Details string
}

// NewOrderID names a new order. Nothing is kept of it before its first charge.
func (e *Engine) NewOrderID() string { return e.deps.NewNumber() }

// CheckAmount says whether an amount can be charged; its error is a *Problem.
func (e *Engine) CheckAmount(a money.Amount) error {
	cfg := e.config()
	switch {
	case a.Currency != cfg.Currency:
		return say(ProblemCurrency, nil, "This account takes %s only. Enter the amount in %s.", cfg.Currency, cfg.Currency)
	case a.Minor < cfg.Minimum.Minor:
		return say(ProblemAmountLow, nil, "The smallest card payment is %s. Enter a larger amount.", cfg.Minimum)
	case a.Minor > cfg.Maximum.Minor:
		return say(ProblemAmountHigh, nil, "The largest card payment is %s. Enter a smaller amount.", cfg.Maximum)
	}
	return nil
}

// Charge takes one payment. It returns when the outcome is in the journal, or
// when it is there that the outcome is unknown; then the terminal goes on by
// itself and the snapshots tell. The card is taken over and cleared; it is nil
// where one on file is charged.
//
// With ProblemUnsaved the request was sent and its outcome could not be saved:
// the sale that comes with it is not known, and must not be charged again. With
// any other error nothing was sent.
//
// The order of its steps is the heart of the program: the number is durable
// before the first byte leaves, and the outcome before anybody sees it.
func (e *Engine) Charge(ctx context.Context, c Charge, cd *card.Card) (Sale, error) {
	defer cd.Clear()
	op, err := e.seller()
	if err != nil {
		return Sale{}, err
	}
	if err := e.CheckAmount(c.Amount); err != nil {
		return Sale{}, err
	}
	if !e.claim(c.Order) {
		return Sale{}, e.busyProblem()
	}
	e.sells(1)
	defer e.sells(-1)
	defer nudge(e.wakeRecovery)
	defer e.unclaim(c.Order)
	p, err := e.payer(ctx, c, cd)
	if err != nil {
		return Sale{}, err
	}
	o, a, err := e.begin(ctx, c, p, op)
	if err != nil {
		return Sale{}, err
	}
	request := a.Request()
	request.Details, request.Token = c.Details, p.token
	evidence := e.deps.Host.Charge(e.life, request, cd)
	cd.Clear()
	e.noteStage(evidence.Stage)
	after, err := e.step(ctx, o, a, order.Replied{Evidence: evidence}, evidence)
	if errors.Is(err, order.ErrConflict) {
		// The order was given up while the host was asked.
		after, err = e.apply(ctx, a.Number, order.Replied{Evidence: evidence}, evidence)
	}
	if err != nil {
		return e.view(a), unsavedProblem(err)
	}
	return e.view(after), nil
}

// begin checks that the order may be tried and makes the attempt durable.
func (e *Engine) begin(ctx context.Context, c Charge, p payer, op staff.Operator) (order.Order, order.Attempt, error) {
	fail := func(err error) (order.Order, order.Attempt, error) { return order.Order{}, order.Attempt{}, err }
	cfg := e.config()
	if cfg.Device == "" {
		return fail(noDevice())
	}
	if err := e.room(); err != nil {
		return fail(err)
	}
	now := e.now()
	o := order.Order{ID: c.Order, Version: 1, State: order.Open, Amount: c.Amount, Note: c.note(), Bill: c.bill(), Created: now}
	a := order.Begin(order.Attempt{Number: e.deps.NewNumber(), Order: o.ID, Kind: c.Kind, Payments: c.Payments, Asked: c.Amount, Device: cfg.Device,
		Brand: p.brand, Last4: p.last4, Holder: p.holder, Entry: p.entry, Charged: c.OnFile, Operator: op.ID}, now)
	leg, err := e.legEntry(ctx, c, tenderOf(c), op)
	if err != nil {
		return fail(err)
	}
	sending := append(leg, attemptEntry(a, op.ID, nil))
	err = e.commit(ctx, append([]order.Entry{{Kind: "order.open", Subject: o.ID, Actor: op.ID, Object: o}}, sending...)...)
	if !errors.Is(err, order.ErrConflict) {
		return o, a, err
	}
	// The order was tried before: whether it may be tried again depends on
	// what became of that.
	o, a.ApprovedBy, err = e.mayStart(ctx, op, c)
	if err == nil {
		sending[len(leg)] = attemptEntry(a, op.ID, approved(a.ApprovedBy))
		err = e.commit(ctx, sending...)
	}
	if leg != nil && (errors.Is(err, order.ErrNotFound) || errors.Is(err, order.ErrConflict)) {
		err = billMoved(err)
	}
	return o, a, err
}

// mayStart reads an order that is in the journal, and refuses a further
// attempt while an earlier one could still become a charge. It tells who
// approved it, where the bank wanted that.
func (e *Engine) mayStart(ctx context.Context, op staff.Operator, c Charge) (o order.Order, approver string, err error) {
	if o, err = e.deps.Journal.Order(ctx, c.Order); err != nil {
		return o, "", e.readProblem(err)
	}
	if err := sameBill(o, c); err != nil {
		return o, "", err
	}
	earlier, err := e.deps.Journal.AttemptsOf(ctx, o.ID)
	if err != nil {
		return o, "", e.readProblem(err)
	}
	if err := e.payable(ctx, o, earlier, c.Consent); err != nil {
		return o, "", err
	}
	if o.Amount != c.Amount {
		return o, "", &Problem{Code: ProblemNotAllowed, Text: "The amount of an order cannot change between two tries. Start a new sale."}
	}
	if n := len(earlier); n > 0 && overrides(earlier[n-1]) {
		approver, err = e.permit(ctx, op, Ask{staff.Override, o.ID, c.Amount, AskBank}, op.May(staff.Override), "")
	}
	return o, approver, err
}

// overrides reports that the bank asked for a supervisor (ConnexPay API,
// Declined Response Codes, D0006). The API has no field for it: the one who
// charges again or approves that, and the journal says who that was.
func overrides(a order.Attempt) bool {
	said, known := order.Said(a)
	return known && said.Lead == answer.LeadOverride
}

// step applies an event to an attempt that is at hand, and commits.
func (e *Engine) step(ctx context.Context, o order.Order, a order.Attempt, ev order.Event, note any) (order.Attempt, error) {
	actor := order.ActorTerminal
	switch ev.(type) {
	case order.Kept, order.GivenBack, order.WaitOver, order.Parked:
		actor = e.actor(actor)
	}
	a2, entries, err := e.stepped(o, a, ev, actor, note)
	if err != nil {
		return a, err
	}
	if err := e.commit(ctx, entries...); err != nil {
		return a, err
	}
	return a2, nil
}

// actor is the operator at the desk, or otherwise another one.
func (e *Engine) actor(otherwise string) string {
	if op := e.Snapshot().Operator; op != nil {
		return op.ID
	}
	return otherwise
}

// stepped is what an event makes of an attempt, and the entries that record it.
func (e *Engine) stepped(o order.Order, a order.Attempt, ev order.Event, actor string, note any) (order.Attempt, []order.Entry, error) {
	o2, a2, err := order.Step(o, a, ev, e.now())
	if err != nil {
		return a, nil, err
	}
	entry := attemptEntry(a2, actor, note)
	if kind := kindOf(ev, a2.State == a.State); kind != "" {
		entry.Kind = kind
	}
	entries := []order.Entry{entry}
	if a2.Stored && a2.State.Final() {
		s, found := e.storedByID(o.Stored)
		if !found {
			return a, nil, order.ErrNotAllowed
		}
		if o2, s, err = order.StepStored(o2, s, order.ForwardEnded{Attempt: a2}, e.now()); err != nil {
			return a, nil, err
		}
		entries = append(entries, storedEntry(s, actor))
	}
	if o2 != o {
		entries = append(entries, orderEntry(o2, actor))
	}
	if a2.State == order.Approved {
		for _, j := range e.config().Jobs {
			if a2.Stored && j.Copy != CopyMerchant {
				continue // the customer has gone, with the slip of the stored sale
			}
			if a.Cause == order.CauseRestored {
				j.Reprint = 1 // the journal that was there before may have printed it
			}
			entries = append(entries, jobEntry(e.newJob(j, a2.Number), order.ActorTerminal))
		}
	}
	return a2, entries, nil
}

// kindOf names what happened where the state alone does not tell it.
func kindOf(ev order.Event, stays bool) string {
	switch ev.(type) {
	case order.Kept:
		return "attempt.kept"
	case order.GivenBack:
		return "attempt.given-back"
	case order.Parked:
		return "attempt.parked"
	case order.ClockMoved:
		return "attempt.clock-moved"
	case order.ReturnBegun:
		return "attempt.return-begun"
	case order.Probed:
		if stays {
			return "attempt.probed"
		}
	case order.ReversalReplied:
		if stays {
			return "attempt.reversal-sent"
		}
	}
	return ""
}

// apply reads an attempt, applies an event and commits. Where somebody else
// changed it in between, it is read again.
func (e *Engine) apply(ctx context.Context, number string, ev order.Event, note any) (order.Attempt, error) {
	// What happened is recorded, even where the caller has gone away.
	ctx = context.WithoutCancel(ctx)
	for {
		a, err := e.deps.Journal.Attempt(ctx, number)
		if err != nil {
			return a, e.readProblem(err)
		}
		o, err := e.deps.Journal.Order(ctx, a.Order)
		if err != nil {
			return a, e.readProblem(err)
		}
		a2, err := e.step(ctx, o, a, ev, note)
		if !errors.Is(err, order.ErrConflict) {
			return a2, err
		}
	}
}

// StopWaiting records that nobody waits for the answer any longer. From then
// on the sale is taken back, whatever turns up.
func (e *Engine) StopWaiting(ctx context.Context, number string) error {
	return e.decide(ctx, number, order.WaitOver{Cancelled: true})
}

// Keep takes a partial approval as it is.
func (e *Engine) Keep(ctx context.Context, number string) error {
	return e.decide(ctx, number, order.Kept{})
}

// GiveBack takes a partial approval back. Of an attempt in review, which needs
// a supervisor, it takes back whatever the host has.
func (e *Engine) GiveBack(ctx context.Context, number string) error {
	return e.decide(ctx, number, order.GivenBack{})
}

func (e *Engine) decide(ctx context.Context, number string, ev order.Event) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	a, err := e.deps.Journal.Attempt(ctx, number)
	if err != nil {
		return e.readProblem(err)
	}
	approver := ""
	if a.State == order.Review {
		if approver, err = e.permitRight(ctx, op, staff.Void, number, a.Asked); err != nil {
			return err
		}
	}
	_, err = e.apply(ctx, number, ev, approved(approver))
	if errors.Is(err, order.ErrNotAllowed) {
		return &Problem{Code: ProblemNotAllowed, Text: "That is no longer possible: the payment has moved on. Look at its present state.", Err: err}
	}
	nudge(e.wakeRecovery)
	return err
}

// AbandonOrder gives an order up, and its codes. If a charge turns up for it, it
// goes back; what comes by a code is listed.
func (e *Engine) AbandonOrder(ctx context.Context, id string) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	for {
		o, err := e.deps.Journal.Order(ctx, id)
		if errors.Is(err, order.ErrNotFound) {
			return nil // nothing was ever charged for it
		}
		if err != nil {
			return e.readProblem(err)
		}
		if o, err = order.Abandon(o); err != nil {
			return startProblem(err)
		}
		codes, err := e.giveUpEntries(ctx, o, op.ID)
		if err != nil {
			return err
		}
		err = e.commit(ctx, append(codes, order.Entry{Kind: "order.abandoned", Subject: o.ID, Actor: op.ID, Object: o})...)
		if !errors.Is(err, order.ErrConflict) {
			return err
		}
	}
}

func attemptEntry(a order.Attempt, actor string, note any) order.Entry {
	return order.Entry{Kind: "attempt." + kebab(string(a.State)), Subject: a.Number, Actor: actor, Object: a, Note: note}
}

// kebab writes a state as part of an event's kind.
func kebab(state string) string { return strings.ToLower(strings.ReplaceAll(state, "_", "-")) }

// shorten makes a text such as a reason one that can be kept: without a card
// number, and of at most n letters.
func shorten(s string, n int) string {
	s = order.Cover(printable(s))
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// printable is a text without what steers a screen or a printer, and without what
// nobody sees in it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d': // Hindi has these two
			return -1
		}
		return r
	}, s)
}
