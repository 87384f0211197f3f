package engine

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"paydesk/terminal/order"
)

const (
	// codesFor is how long a code at its end is asked about: what comes by it
	// later than that, only the provider's list tells.
	codesFor = 72 * time.Hour
	// listLag is how late a payment may come into a provider's list.
	listLag = 30 * time.Minute
)

// ReconcileWallets holds what the providers received since a time against the
// journal: what the journal does not know becomes a stray payment, and fees that
// were not known are taken up. A zero time is all that may be missing. It reports
// how many payments were found; the error is a sentence, and the snapshot's
// WalletCheck tells the rest.
func (e *Engine) ReconcileWallets(ctx context.Context, from time.Time) (found int, err error) {
	e.listing.Lock() // one at a time
	defer e.listing.Unlock()
	if all, unlisted := e.unlistedSince(); from.IsZero() || unlisted && all.Before(from) {
		from = all
	}
	check := e.Snapshot().WalletCheck
	check = WalletCheck{Missing: slices.DeleteFunc(slices.Clone(check.Missing), func(f order.WalletFinding) bool { return f.At.After(from) })}
	for _, offer := range e.config().Wallets {
		n, missing, err := e.reconcileWallet(ctx, offer, from)
		check.Found += n
		check.Missing = append(check.Missing, missing...)
		if ctx.Err() != nil {
			return check.Found, ctx.Err() // the program ends, or nobody waits any more: that is no trouble of a provider
		}
		if err != nil {
			check.Trouble = sentence("What %s received could not be read. It is tried again within the hour.", e.titled(offer.Title, offer.Test))
			if ctx.Err() != nil { // it was broken off here, and what is shown stays
				return check.Found, &Problem{Code: ProblemWallet, Text: check.Trouble.String(), Say: check.Trouble}
			}
			e.deps.Log.Warn("comparison with a provider failed", "provider", offer.Name, "err", err)
		}
	}
	check.At = e.now()
	e.change(func() bool {
		e.codes.check = check
		return true
	})
	if check.Trouble.Format != "" {
		return check.Found, &Problem{Code: ProblemWallet, Text: check.Trouble.String(), Say: check.Trouble}
	}
	return check.Found, nil
}

// ProblemWallet: a provider of codes does not answer, or not as it should.
const ProblemWallet = "wallet"

// unlistedSince is from when on a payment may be missing: a journal that was put
// back, of which a provider is unlisted, is as old as its newest comparison with
// the host.
func (e *Engine) unlistedSince() (from time.Time, unlisted bool) {
	from = e.now().Add(-codesFor)
	e.mu.Lock()
	defer e.mu.Unlock()
	if unlisted = slices.Contains(slices.Collect(maps.Values(e.codes.unlisted)), true); unlisted {
		if from = e.recon.Reached.Add(-codesFor); e.recon.Reached.IsZero() {
			from = e.now().AddDate(0, 0, -30)
		}
	}
	return from, unlisted
}

// reconcileWallet is ReconcileWallets for one provider.
func (e *Engine) reconcileWallet(ctx context.Context, offer order.WalletOffer, from time.Time) (found int, missing []order.WalletFinding, err error) {
	to := e.now()
	codes, err := e.deps.Journal.QRs(ctx, from.Add(-codesFor))
	if err != nil {
		return 0, nil, e.readProblem(err)
	}
	c := walletComparison{e: e, offer: offer, byID: map[string]order.QR{}, byRemote: map[string]string{}, byPayment: map[string]string{}, seen: map[string]bool{}}
	for _, q := range codes {
		if q.Provider == offer.Name && q.Test == offer.Test {
			c.add(q)
		}
	}
	if offer.Lists {
		if err = c.list(ctx, from, to); err == nil {
			missing = c.missing(codes, from, to.Add(-listLag))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.byID)) { // one that cannot be read holds up no other
		err = errors.Join(err, c.again(ctx, c.byID[id], to.Add(-codesFor)))
	}
	return c.found, missing, err
}

// walletComparison is a comparison with one provider under way.
type walletComparison struct {
	e     *Engine
	offer order.WalletOffer
	// byID are the codes of the time, byRemote and byPayment their ids by the
	// provider's names.
	byID                map[string]order.QR
	byRemote, byPayment map[string]string
	seen                map[string]bool // payments that the provider listed
	found               int
}

func (c *walletComparison) add(q order.QR) {
	c.byID[q.ID] = q
	if q.Remote != "" {
		c.byRemote[q.Remote] = q.ID
	}
	for _, p := range q.Payments {
		c.byPayment[p.ID] = q.ID
	}
}

// list takes up what the provider lists.
func (c *walletComparison) list(ctx context.Context, from, to time.Time) error {
	known := func(payment string) bool { // one that is known is listed, and not told again
		code := c.byPayment[payment]
		c.seen[payment] = c.seen[payment] || code != ""
		return code != ""
	}
	l := c.e.deps.Wallets.List(ctx, c.offer.Name, from, to, known)
	if l.Failed {
		return errors.New("the list of payments could not be read: " + l.Message)
	}
	for _, r := range l.Payments {
		c.seen[r.ID] = true
		if err := c.take(ctx, r); err != nil {
			return err
		}
	}
	c.e.mu.Lock()
	delete(c.e.codes.unlisted, c.offer.Name)
	c.e.mu.Unlock()
	return nil
}

// take takes up a payment that the provider lists, where it came by a code of
// this installation.
func (c *walletComparison) take(ctx context.Context, r order.Received) error {
	e, code := c.e, c.byPayment[r.ID]
	if code == "" {
		code = c.byRemote[r.Remote]
	}
	if _, known := c.byID[r.Reference]; known || code == "" {
		code = r.Reference
	}
	if _, known := c.byID[code]; code == "" || !known && !e.ours(code) {
		return nil // another program's
	}
	q, _, err := e.codeAndOrder(ctx, code)
	if errors.Is(err, order.ErrNotFound) {
		c.found++
		return e.lostCode(ctx, c.offer, r)
	}
	if err != nil || q.Provider != c.offer.Name || q.Test != c.offer.Test {
		return err
	}
	before, after, err := e.applyCode(ctx, code, order.QRFound{Payments: []order.Received{r}}, order.ActorTerminal, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // nothing new
	}
	c.found += len(after.Payments) - len(before.Payments)
	return err
}

// ours reports that a reference was made by this installation, now or before its
// journal was put back.
func (e *Engine) ours(reference string) bool {
	return e.deps.Ours != nil && e.deps.Ours(reference)
}

// lostCode makes a code of a payment whose own the journal has lost, so that a
// person can have it paid back.
func (e *Engine) lostCode(ctx context.Context, offer order.WalletOffer, r order.Received) error {
	q := order.QR{ID: r.Reference, State: order.QRExpired, Provider: offer.Name, Test: offer.Test, Deduct: offer.Deduct, Asked: r.Amount,
		Remote: r.Remote, Operator: order.ActorTerminal, Created: r.At, Since: e.now()}
	_, q, err := order.StepQR(order.Order{}, q, order.QRFound{Payments: []order.Received{r}}, e.now())
	if err != nil {
		return err
	}
	err = e.commit(context.WithoutCancel(ctx), order.Entry{Kind: "qr.found", Subject: q.ID, Actor: order.ActorTerminal, Object: q})
	return ignore(err, order.ErrConflict)
}

// missing are the payments that the journal has from a time and the provider does
// not list.
func (c *walletComparison) missing(codes []order.QR, from, to time.Time) (all []order.WalletFinding) {
	for _, q := range codes {
		for _, p := range q.Payments {
			if c.byPayment[p.ID] == q.ID && !c.seen[p.ID] && p.At.After(from) && p.At.Before(to) {
				all = append(all, order.WalletFinding{Code: q.ID, Payment: p.ID, Provider: q.Provider, Amount: p.Amount, At: p.At})
			}
		}
	}
	return all
}

// again asks about a code at its end that the list may not tell all about: money
// may have come late, and fees are made up late.
func (c *walletComparison) again(ctx context.Context, q order.QR, from time.Time) error {
	paid, adopted := q.Paid()
	told := adopted && paid.Fee.Currency != "" && c.offer.Lists
	if !q.State.Final() || q.State == order.QRRefused || q.Created.Before(from) || told || q.Takes && !adopted && q.Sends == 0 && !q.Restored {
		return nil
	}
	if !c.e.holdCode(q.ID) {
		return nil
	}
	defer c.e.releaseCode(q.ID)
	seen := c.e.seen(func() order.CodeSeen { return c.e.deps.Wallets.Status(ctx, q.Request()) })
	if seen.Failed {
		return nil // it is asked about again in an hour
	}
	before, after, err := c.e.applyCode(ctx, q.ID, order.QRSeen{Seen: seen}, order.ActorTerminal, nil)
	if errors.Is(err, order.ErrNotAllowed) {
		return nil // nothing new
	}
	c.found += len(after.Payments) - len(before.Payments)
	return err
}
