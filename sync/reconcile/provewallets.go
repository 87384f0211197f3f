package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Wallets are the providers as a proof asks them.
type Wallets interface {
	List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList
	Status(ctx context.Context, r order.CodeRequest) order.CodeSeen
}

// WalletProver holds what the providers of wallets received against the journal's
// codes. It only reads. Its fields are set before use.
type WalletProver struct {
	Wallets Wallets
	// Codes lists those that were made from a time on.
	Codes func(ctx context.Context, from time.Time) ([]order.QR, error)
	// Ours tells references of this installation.
	Ours func(reference string) bool
}

const (
	// codeLife is how long before its payment a code was made at most.
	codeLife = 90 * 24 * time.Hour
	// apartBy is how far a provider's clock may be from ours.
	apartBy = 10 * time.Minute
)

// Prove compares what came in from a time on and before another, by the providers'
// clocks: one proof for each provider and currency that received anything, and one
// with its trouble for each that does not tell. The error is that the journal could
// not be read, or that ctx ended.
func (p WalletProver) Prove(ctx context.Context, offers []order.WalletOffer, from, to time.Time) ([]order.WalletProof, error) {
	var all []order.WalletProof
	codes, err := p.Codes(ctx, from.Add(-codeLife))
	if err != nil {
		return nil, err
	}
	for _, offer := range offers {
		w := walletProving{WalletProver: p, offer: offer, from: from, to: to, codes: map[string]order.QR{}, ours: map[string]ourPayment{},
			proofs: map[money.Currency]*order.WalletProof{}}
		for _, q := range codes {
			if q.Provider == offer.Name && q.Test == offer.Test {
				w.take(q)
			}
		}
		w.run(ctx)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = append(all, w.result()...)
	}
	return all, nil
}

// walletProving is the proof of one provider under way.
type walletProving struct {
	WalletProver
	offer    order.WalletOffer
	from, to time.Time
	codes    map[string]order.QR // by our reference, and by the provider's name
	ours     map[string]ourPayment
	looks    int
	trouble  string
	proofs   map[money.Currency]*order.WalletProof
}

// ourPayment is a payment of the journal.
type ourPayment struct {
	order.QRPayment
	code   order.QR
	listed bool
}

func (w *walletProving) within(at time.Time) bool { return !at.Before(w.from) && at.Before(w.to) }

func (w *walletProving) take(q order.QR) {
	w.codes[q.ID] = q
	if q.Remote != "" {
		w.codes[q.Remote] = q
	}
	for _, p := range q.Payments {
		w.ours[p.ID] = ourPayment{QRPayment: p, code: q}
		if !w.within(p.At) {
			continue
		}
		here := w.proof(p.Amount.Currency)
		count(&here.Here, p.Amount)
		if back := gone(p); !back.IsZero() {
			count(&here.Back, back)
		}
	}
}

// gone is what went back of a payment.
func gone(p order.QRPayment) money.Amount {
	return money.New(p.Back.Minor+p.Elsewhere.Minor, p.Amount.Currency)
}

func count(s *order.Sum, a money.Amount) {
	s.Count++
	s.Amount.Minor += a.Minor
}

func (w *walletProving) proof(c money.Currency) *order.WalletProof {
	if w.proofs[c] == nil {
		zero := order.Sum{Amount: money.New(0, c)}
		w.proofs[c] = &order.WalletProof{Provider: w.offer.Name, Currency: c, Test: w.offer.Test, Here: zero, There: zero, Back: zero, BackThere: zero,
			Fees: zero.Amount, Net: zero.Amount}
	}
	return w.proofs[c]
}

// run reads the provider's list, and asks for each payment of the journal that is
// not in it: lists are hours behind.
func (w *walletProving) run(ctx context.Context) {
	if !w.offer.Lists {
		w.trouble = fmt.Sprintf("%s does not list what it received for this account, so that a payment which this terminal does not know would not be found", w.offer.Title)
	} else if list := w.Wallets.List(ctx, w.offer.Name, w.from.Add(-apartBy), w.to.Add(apartBy), func(string) bool { return false }); list.Failed {
		w.trouble = fmt.Sprintf("what %s received could not be read: %s", w.offer.Title, list.Message)
	} else {
		for _, r := range list.Payments {
			w.received(r)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.ours)) {
		p := w.ours[id]
		if p.listed || !w.within(p.At) {
			continue
		}
		if !w.look(ctx, p) {
			w.differs(p.Amount.Currency, order.WalletMismatch{What: order.LocalOnly, ID: p.code.ID, Payment: id, Here: p.Amount})
		}
	}
}

// look asks for one payment. What cannot be asked for is not missing: it is
// trouble.
func (w *walletProving) look(ctx context.Context, p ourPayment) bool {
	if w.looks++; w.looks > most {
		w.trouble = cmp.Or(w.trouble, fmt.Sprintf("more than %d payments are not in the list of %s yet", most, w.offer.Title))
		return true
	}
	seen := w.Wallets.Status(ctx, p.code.Request())
	if seen.Failed {
		w.trouble = cmp.Or(w.trouble, fmt.Sprintf("%s did not tell about the payment %s", w.offer.Title, p.ID))
		return true
	}
	i := slices.IndexFunc(seen.Payments, func(r order.Received) bool { return r.ID == p.ID })
	if i >= 0 {
		w.received(seen.Payments[i])
	}
	return i >= 0
}

// received compares one payment that the provider has.
func (w *walletProving) received(r order.Received) {
	p, known := w.ours[r.ID]
	_, byCode := w.codes[r.Remote]
	switch {
	case p.listed, !known && !byCode && !w.Ours(r.Reference), known && !w.within(p.At), !known && !w.within(r.At):
		return // again, another program's, or of another time
	}
	there := w.proof(r.Amount.Currency)
	count(&there.There, r.Amount)
	back := money.New(r.Refunded.Minor, r.Amount.Currency)
	if r.Refunded.Currency == "" {
		back = gone(p.QRPayment) // it did not say
	}
	if !back.IsZero() {
		count(&there.BackThere, back)
	}
	there.Net.Minor += r.Amount.Minor - back.Minor
	if r.Fee.Currency == r.Amount.Currency {
		there.Fees.Minor += r.Fee.Minor
		there.Net.Minor -= r.Fee.Minor
	}
	p.listed = true
	w.ours[r.ID] = p
	if pending := back.Minor - gone(p.QRPayment).Minor; known && pending > 0 && back.Minor <= p.Held.Minor+p.Elsewhere.Minor {
		// A refund that is on its way here is told as done there.
		if there.Back.Amount.Minor += pending; gone(p.QRPayment).IsZero() {
			there.Back.Count++
		}
		p.Back.Minor += pending
	}
	switch {
	case !known:
		w.differs(r.Amount.Currency, order.WalletMismatch{What: order.HostOnly, ID: r.Reference, Payment: r.ID, There: r.Amount})
	case r.Amount != p.Amount:
		w.differs(r.Amount.Currency, order.WalletMismatch{What: order.AmountDiffers, ID: p.code.ID, Payment: r.ID, Here: p.Amount, There: r.Amount})
	case back != gone(p.QRPayment):
		w.differs(r.Amount.Currency, order.WalletMismatch{What: order.ReturnedThere, ID: p.code.ID, Payment: r.ID, Here: gone(p.QRPayment), There: back})
	default:
		there.Matched++
	}
}

func (w *walletProving) differs(c money.Currency, m order.WalletMismatch) {
	p := w.proof(c)
	if len(p.Found) == order.MaxMismatches {
		p.More++
		return
	}
	p.Found = append(p.Found, m)
}

// result is what there is to tell of the provider.
func (w *walletProving) result() (all []order.WalletProof) {
	if len(w.proofs) == 0 && w.trouble != "" && len(w.offer.Currencies) > 0 {
		w.proof(w.offer.Currencies[0])
	}
	for _, c := range slices.Sorted(maps.Keys(w.proofs)) {
		p := *w.proofs[c]
		p.Complete, p.Trouble = w.trouble == "", w.trouble
		all = append(all, p)
	}
	return all
}
