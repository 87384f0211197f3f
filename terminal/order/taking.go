package order

import (
	"cmp"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// WalletTaking is what came by a wallet in a stretch of time, in one currency:
// payments that pay an order, and those that somebody accepted. What still waits
// for a person, and what of that was paid back, is not the shop's and not in it.
type WalletTaking struct {
	Provider string
	Test     bool
	Payments int
	// Amount is what they came to, Fees the provider's as far as they are known,
	// less what it gave back of them with refunds; Net is the one less the other.
	Amount, Fees, Net money.Amount
	// Refunds are those that were done, of whenever the payment was.
	Refunds  int
	Refunded money.Amount
	// Unknown is of how many payments the fee is not known.
	Unknown int
}

// TakenByWallet adds up the payments of codes that became the shop's from a time
// on, and the refunds that were done from then on, by provider and currency. By the
// provider's times, one that was seen behind a report of its time would be in none.
// refunds are of these codes.
func TakenByWallet(codes []QR, refunds []Refund, from time.Time) ([]WalletTaking, error) {
	type key struct {
		provider string
		test     bool
		currency money.Currency
	}
	sums := map[key]*WalletTaking{}
	of := func(q QR, c money.Currency) *WalletTaking {
		k := key{q.Provider, q.Test, c}
		if sums[k] == nil {
			none := money.New(0, c)
			sums[k] = &WalletTaking{Provider: q.Provider, Test: q.Test, Amount: none, Fees: none, Net: none, Refunded: none}
		}
		return sums[k]
	}
	var err error
	add := func(sum *money.Amount, a money.Amount) {
		grown, wrong := sum.Add(a)
		if err = cmp.Or(err, wrong); wrong == nil {
			*sum = grown
		}
	}
	byID := map[string]QR{}
	for _, q := range codes {
		byID[q.ID] = q
		for _, p := range q.Payments {
			if p.As == Stray || p.kept().Before(from) {
				continue
			}
			w := of(q, p.Amount.Currency)
			w.Payments++
			add(&w.Amount, p.Amount)
			if p.Fee.Currency == p.Amount.Currency {
				add(&w.Fees, p.Fee)
			} else {
				w.Unknown++
			}
		}
	}
	for _, r := range refunds {
		q := byID[r.Of]
		p, known := q.Payment(r.Payment)
		if !known || p.As == Stray || r.State != RefundDone || r.Since.Before(from) && p.kept().Before(from) {
			continue
		}
		w := of(q, r.Amount.Currency)
		w.Refunds++
		add(&w.Refunded, r.Amount)
		if r.Fee.Currency == r.Amount.Currency {
			add(&w.Fees, money.New(-r.Fee.Minor, r.Fee.Currency))
		}
	}
	var all []WalletTaking
	for _, w := range sums {
		w.Net = w.Amount
		add(&w.Net, money.New(-w.Fees.Minor, w.Fees.Currency))
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b WalletTaking) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Amount.Currency, b.Amount.Currency), cmp.Compare(map[bool]int{true: 1}[a.Test], map[bool]int{true: 1}[b.Test]))
	})
	return all, err
}
