package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Seals is the vault as far as stored cards go. Its errors are sentences for a
// person.
type Seals interface {
	// NewKey makes a key pair, keeps the private half under the id and returns
	// the public one; DestroyKey removes it for ever.
	NewKey(id string) (public []byte, err error)
	DestroyKey(id string) error
	// Seal and Open seal and open the card of one stored sale. Open may fetch a
	// private key, which is kept until Lock.
	Seal(public []byte, s order.Stored, c *card.Card) ([]byte, error)
	Open(s order.Stored, sealed []byte) (*card.Card, error)
	Lock()
}

// The problems of stored sales.
const (
	ProblemStored  = "stored"  // the order is held by a stored sale
	ProblemOnline  = "online"  // the host can be reached: charge instead
	ProblemOffline = "offline" // the owner's limits refuse it
	ProblemSealing = "sealing" // the card can't be sealed
)

// StoreOffer tells whether a sale could be stored, and what the limits leave.
// It could where the host is lost, or was not reached by the order's charge;
// never where the bank may have seen the order. The error is a *Problem that
// says what to do instead: with ProblemApproval, that it is above the limits, and
// that a supervisor may approve this one.
func (e *Engine) StoreOffer(ctx context.Context, c Charge) (order.OfflineRoom, error) {
	if err := e.May(staff.Sell); err != nil {
		return order.OfflineRoom{}, err
	}
	_, above, err := e.mayStore(ctx, c, "")
	if above != nil {
		err = above.problem()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cfg.Offline.Room(e.stored.sum(e.cfg.Currency), e.now()), err
}

// StoreSale takes a sale on a card while the host is away, on the word of the
// cashier who was asked: the goods go, and the bank has not been asked. The card
// is taken over, sealed without its security code, and cleared; of one on file
// its payment is remembered. The order is held by the stored sale from then on,
// until the bank has decided.
func (e *Engine) StoreSale(ctx context.Context, c Charge, cd *card.Card) (order.Stored, error) {
	defer cd.Clear()
	op, err := e.seller()
	if err != nil {
		return order.Stored{}, err
	}
	if !e.claim(c.Order) {
		return order.Stored{}, e.busyProblem()
	}
	defer nudge(e.wakeForward)
	defer e.unclaim(c.Order)
	// One at a time: two could each be the last that the limits allow.
	e.sealing.Lock()
	defer e.sealing.Unlock()
	p, err := e.payer(ctx, c, cd)
	if err != nil {
		return order.Stored{}, err
	}
	o, above, err := e.mayStore(ctx, c, p.brand)
	if err != nil {
		return order.Stored{}, err
	}
	leg, err := e.legEntry(ctx, c, tenderOf(c), op)
	if err != nil {
		return order.Stored{}, err
	}
	if err := e.room(); err != nil {
		return order.Stored{}, err
	}
	var key order.SealKey
	if cd != nil {
		if err := cd.Expiry().Check(e.now()); err != nil {
			return order.Stored{}, &Problem{Code: ProblemOffline, Text: err.Error(), Err: err}
		}
		if cd.AskFirst() {
			return order.Stored{}, &Problem{Code: ProblemOffline, Text: "The bank of this card wants to be asked first. Take another card or cash, or wait for the bank."}
		}
		if key, err = e.sealKey(ctx); err != nil {
			return order.Stored{}, err
		}
	}
	approver := ""
	if above != nil { // which a supervisor at the desk enters a PIN for, too
		if approver, err = e.permit(ctx, op, above.ask, false, above.text); err != nil {
			return order.Stored{}, err
		}
	}
	// mayStore has judged it: nothing of the order left this machine.
	o, s, err := order.Store(o, nil, order.Stored{ID: e.deps.NewNumber(), Device: e.config().Device, Brand: p.brand, Last4: p.last4,
		Entry: p.entry, Operator: op.ID, ApprovedBy: approver, Key: key.ID, Charged: c.OnFile}, e.now())
	if err != nil {
		return order.Stored{}, startProblem(err)
	}
	stored := storedEntry(s, op.ID)
	stored.Note = approved(approver)
	if cd != nil {
		if stored.Sealed, err = e.deps.Seals.Seal(key.Public, s, cd); err != nil {
			return order.Stored{}, sealProblem(err)
		}
	}
	entries := append(leg, orderEntry(o, op.ID), stored)
	entries = append(entries, e.jobsFor(order.DocumentStored, s.ID)...)
	err = e.commit(ctx, entries...)
	if leg != nil && errors.Is(err, order.ErrConflict) {
		err = billMoved(err)
	}
	if err != nil {
		return order.Stored{}, err
	}
	return s, nil
}

// mayStore reads the order, or begins it, and refuses what may not be stored. It
// tells where the limits alone stand in the way, which an approval overcomes.
func (e *Engine) mayStore(ctx context.Context, c Charge, brand string) (order.Order, *needed, error) {
	o, err := e.storable(ctx, c)
	if err != nil {
		return o, nil, err
	}
	e.mu.Lock()
	limits, unsent := e.cfg.Offline, e.stored.sum(e.cfg.Currency)
	e.mu.Unlock()
	accept := limits.Accept
	if c.OnFile != "" {
		accept = limits.AcceptOnFile
	}
	var refusal *order.OfflineRefusal
	switch err := accept(unsent, c.Amount, brand, e.now()); {
	case err == nil:
		return o, nil, nil
	case errors.As(err, &refusal) && refusal.Limit:
		return o, &needed{Ask{staff.ExceedOffline, c.Order, c.Amount, AskLimit}, refusal.Text + " A supervisor may approve this one."}, nil
	default:
		return o, nil, refusalProblem(err)
	}
}

// storable is mayStore without the limits.
func (e *Engine) storable(ctx context.Context, c Charge) (order.Order, error) {
	if err := e.CheckAmount(c.Amount); err != nil {
		return order.Order{}, err
	}
	if e.config().Device == "" {
		return order.Order{}, noDevice()
	}
	if c.Kind != order.KindSale || c.Payments > 0 || c.Details != "" {
		return order.Order{}, &Problem{Code: ProblemOffline, Text: "Only plain sales are taken while the bank is away. Wait for the bank."}
	}
	o, earlier, err := e.orderOf(ctx, c)
	if err != nil {
		return o, err
	}
	if o.Amount != c.Amount {
		return o, &Problem{Code: ProblemNotAllowed, Text: "The amount of an order cannot change between two tries. Start a new sale."}
	}
	if err := e.payable(ctx, o, nil, c.Consent); err != nil {
		return o, err
	}
	if _, _, err := order.Store(o, earlier, order.Stored{ID: "?"}, e.now()); errors.Is(err, order.ErrNotAllowed) {
		return o, &Problem{Code: ProblemNotAllowed, Text: "The bank has seen this order: its card payment is not stored. Take cash, or wait for the bank.", Err: err}
	} else if err != nil {
		return o, startProblem(err)
	}
	if e.online() && len(earlier) == 0 {
		return o, &Problem{Code: ProblemOnline, Text: "The bank can be reached. Charge the card instead."}
	}
	return o, nil
}

// orderOf reads an order with its attempts; a new one is not in the journal yet.
func (e *Engine) orderOf(ctx context.Context, c Charge) (order.Order, []order.Attempt, error) {
	o, err := e.deps.Journal.Order(ctx, c.Order)
	if errors.Is(err, order.ErrNotFound) {
		return order.Order{ID: c.Order, State: order.Open, Amount: c.Amount, Note: c.note(), Bill: c.bill(), Created: e.now()}, nil, nil
	}
	if err != nil {
		return o, nil, e.readProblem(err)
	}
	if err := sameBill(o, c); err != nil {
		return o, nil, err
	}
	earlier, err := e.deps.Journal.AttemptsOf(ctx, o.ID)
	if err != nil {
		return o, nil, e.readProblem(err)
	}
	return o, earlier, nil
}

// sealKey is the key for new sales: the newest, unless it is a day old. The
// caller holds the lock of sealing.
func (e *Engine) sealKey(ctx context.Context) (order.SealKey, error) {
	e.mu.Lock()
	var newest order.SealKey
	for _, k := range e.keys {
		if len(k.Public) > 0 && k.Created.After(newest.Created) {
			newest = k
		}
	}
	e.mu.Unlock()
	if age := e.now().Sub(newest.Created); age >= 0 && age < order.SealKeyLife {
		return newest, nil
	}
	// Its id is in the journal before its secret is kept, so that no secret is
	// ever forgotten.
	k := order.SealKey{ID: e.deps.NewNumber(), Version: 1, Created: e.now()}
	if err := e.commit(ctx, keyEntry(k, "key.begun")); err != nil {
		return k, err
	}
	var err error
	if k.Public, err = e.deps.Seals.NewKey(k.ID); err != nil {
		return k, sealProblem(err)
	}
	k.Version++
	return k, e.commit(ctx, keyEntry(k, "key.made"))
}

// retireKeys destroys the keys that no stored sale needs any more, and removes
// what the log still has of the cards that were sealed with them.
func (e *Engine) retireKeys(ctx context.Context) error {
	e.sealing.Lock()
	defer e.sealing.Unlock()
	e.mu.Lock()
	var idle []order.SealKey
	for _, k := range e.keys {
		if e.stored.ofKey[k.ID] == 0 {
			idle = append(idle, k)
		}
	}
	e.mu.Unlock()
	if len(idle) == 0 {
		return nil
	}
	slices.SortFunc(idle, func(a, b order.SealKey) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	for _, k := range idle {
		// Nothing is sealed with it any more, durably, before it is gone: what
		// is sealed with a key that was destroyed never opens again.
		if len(k.Public) > 0 {
			k.Public = nil
			k.Version++
			if err := e.commit(ctx, keyEntry(k, "key.retired")); err != nil {
				return err
			}
		}
		if err := e.deps.Seals.DestroyKey(k.ID); err != nil {
			return sealProblem(err)
		}
		k.Destroyed = e.now()
		k.Version++
		if err := e.commit(ctx, keyEntry(k, "key.destroyed")); err != nil {
			return err
		}
	}
	return e.deps.Journal.Scrub(ctx)
}

func sealProblem(err error) error {
	return &Problem{Code: ProblemSealing, Text: err.Error(), Err: err}
}

func keyEntry(k order.SealKey, kind string) order.Entry {
	return order.Entry{Kind: kind, Subject: k.ID, Actor: order.ActorTerminal, Object: k}
}

func storedEntry(s order.Stored, actor string) order.Entry {
	return order.Entry{Kind: "stored." + kebab(string(s.State)), Subject: s.ID, Actor: actor, Object: s}
}

func orderEntry(o order.Order, actor string) order.Entry {
	kind := "order." + kebab(string(o.State))
	if o.Version > 1 && o.State == order.Open {
		kind = "order.stored"
		if o.Stored == "" {
			kind = "order.released"
		}
	}
	return order.Entry{Kind: kind, Subject: o.ID, Actor: actor, Object: o}
}

// refusalProblem is what the limits refuse, as a problem.
func refusalProblem(err error) *Problem {
	p := &Problem{Code: ProblemOffline, Text: err.Error(), Err: err}
	if r := (*order.OfflineRefusal)(nil); errors.As(err, &r) && r.Format != "" {
		p.Say = sentence("%s %s", Sentence{r.Format, r.Args}, Sentence{Format: order.TextTakeCash})
	}
	return p
}
