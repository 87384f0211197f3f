package payment

import (
	"slices"
	"strings"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Provider is what people call a provider, or its name where it is not offered
// any more.
func Provider(offers []order.WalletOffer, name string) string {
	if i := slices.IndexFunc(offers, func(o order.WalletOffer) bool { return o.Name == name }); i >= 0 {
		return offers[i].Title
	}
	return order.WalletTitle(name)
}

// Stray is why a payment of a code counts for no order. The texts are parts of
// the catalogue's keys.
type Stray string

// The reasons.
const (
	StrayLate    Stray = "late"    // nothing waited for it any more
	StrayAmount  Stray = "amount"  // another amount than was asked
	StrayTwice   Stray = "twice"   // the code was paid before
	StrayUnknown Stray = "unknown" // no order here asked for it
)

// StrayOf says why a payment of a code is a stray one.
func StrayOf(q order.QR, p order.QRPayment) Stray {
	first := slices.IndexFunc(q.Payments, func(o order.QRPayment) bool { return o.ID == p.ID }) == 0
	switch {
	case q.Order == "":
		return StrayUnknown
	case p.Amount != q.Asked:
		return StrayAmount
	case !first:
		return StrayTwice
	}
	return StrayLate
}

// CodeWord is what became of a code, as a kind and in words. Money that waits
// for a person comes first.
func CodeWord(q order.QR) (look.Kind, string) {
	if strays := q.Strays(); len(strays) > 0 {
		return look.KindReview, text.Get("walletback.stray." + string(StrayOf(q, strays[0])))
	}
	paid, back, held := Sums(q)
	switch {
	case paid.Minor > 0 && back.Minor >= paid.Minor:
		return look.KindNotCharged, text.Get("history.word.paidback", text.Money(back))
	case held.Minor > 0:
		return look.KindReturning, text.Get("walletback.word.back", text.Money(held))
	case back.Minor > 0:
		return look.KindApproved, text.Get("history.word.partreturned", text.Money(back), text.Money(paid))
	case paid.Minor > 0:
		return look.KindApproved, text.Get("walletback.word.paid")
	}
	return look.OfCode(q), text.Get("walletback.word." + Kebab(string(q.State)))
}

// Sums are what came by a code, what of it went back, and what is on its way.
func Sums(q order.QR) (paid, back, held money.Amount) {
	c := q.Asked.Currency
	for _, p := range q.Payments {
		if p.Amount.Currency != c {
			continue // no order is paid in two currencies
		}
		paid.Minor += p.Amount.Minor
		back.Minor += p.Back.Minor + p.Elsewhere.Minor
		held.Minor += p.Held.Minor - p.Back.Minor
	}
	return money.New(paid.Minor, c), money.New(back.Minor, c), money.New(held.Minor, c)
}

// RefundWord is what became of a refund, as a kind and in words.
func RefundWord(r order.Refund) (look.Kind, string) {
	kind := look.KindChecking
	switch r.State {
	case order.RefundDone:
		kind = look.KindReturned
	case order.RefundPending:
		kind = look.KindReturning
	case order.RefundRefused:
		kind = look.KindDeclined
	case order.RefundAbsent:
		kind = look.KindNotCharged
	}
	return kind, text.Get("walletback.refund." + Kebab(string(r.State)))
}

// Kept says that the provider keeps its fee when a payment goes back; "" where
// none is known.
func Kept(title string, p order.QRPayment) string {
	if p.Fee.Minor <= 0 {
		return ""
	}
	return text.Get("walletback.kept", title, text.Money(p.Fee))
}

// Lines joins sentences, each on a line of its own, without empty ones.
func Lines(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), "\n")
}
