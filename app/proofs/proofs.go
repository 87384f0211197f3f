// Package proofs is for how the comparison of a closed batch is told: whether it
// agrees, by word, shape and colour, and each difference by name.
package proofs

import (
	"cmp"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Verdict says whether a batch agrees.
func Verdict(p order.Proof) (word string, shape look.Shape, tint look.Colour) {
	differs := len(p.Found) > 0 || p.Complete && (p.Journal != p.Host || p.Closed != nil && *p.Closed != p.Journal)
	for _, w := range p.Wallets {
		differs = differs || w.Complete && !w.Agrees()
	}
	switch {
	case p.Agrees():
		return text.Get("proofs.agrees"), look.Check, look.TintApproved
	case differs:
		return text.Get("proofs.differs"), look.Alert, look.TintDeclined
	}
	return text.Get("proofs.partly"), look.Half, look.TintPart
}

// Counts are totals in words.
func Counts(t order.Totals) string {
	words := text.Get("batch.counts", text.Count("status.sales", t.Sales), text.Money(t.SaleAmount))
	if t.Returns > 0 {
		words = text.Get("batch.returns", words, text.Count("batch.refunds", t.Returns), text.Money(t.ReturnAmount))
	}
	return words
}

// Rows are the three sides of a comparison, and each difference by name.
func Rows(p order.Proof, offers []order.WalletOffer) []form.Item {
	rows := []form.Item{{Name: text.Get("proofs.journal"), Say: Counts(p.Journal), Shape: look.Dot, Tint: look.Line}}
	if p.Complete {
		rows = append(rows, side("host", p.Host, p.Journal))
	}
	if p.Closed != nil {
		rows = append(rows, side("closed", *p.Closed, p.Journal))
	}
	rows = append(rows, form.Item{Name: text.Get("proofs.matched"), Shape: look.Dot, Tint: look.Line, Value: text.Get("proofs.matched.of", text.Number(p.Matched), text.Number(max(p.Rows, p.Local)))})
	if !p.Complete {
		rows = append(rows, form.Item{Name: text.Get("proofs.partly"), Say: text.Say(p.Trouble), Shape: look.Half, Tint: look.TintPart})
	}
	rows = append(rows, found(p)...)
	for _, w := range p.Wallets {
		rows = append(rows, wallet(w, offers)...)
	}
	return rows
}

// side is what another has, with a mark that says whether it is the same.
func side(key string, theirs, ours order.Totals) form.Item {
	item := form.Item{Name: text.Get("proofs." + key), Say: Counts(theirs), Shape: look.Check, Tint: look.TintApproved}
	if theirs != ours {
		item.Shape, item.Tint = look.Alert, look.TintDeclined
		sales, returns := theirs.SaleAmount.Minor-ours.SaleAmount.Minor, theirs.ReturnAmount.Minor-ours.ReturnAmount.Minor
		unit := cmp.Or(theirs.SaleAmount.Currency, ours.SaleAmount.Currency)
		item.Value = text.Get("proofs.off", signed(money.New(sales-returns, unit)))
	}
	return item
}

// signed is an amount with its sign in any case.
func signed(a money.Amount) string {
	if a.Minor > 0 {
		return "+" + text.Money(a)
	}
	return text.Money(a)
}

// found are the differences, each with what it means and both amounts.
func found(p order.Proof) (rows []form.Item) {
	view := engine.NewReconView(order.Reconciliation{Found: p.Found, Counts: order.ReconciledRows{Differences: len(p.Found)}})
	for _, f := range view.Findings {
		rows = append(rows, form.Item{Name: cmp.Or(f.Number, f.GUID), Say: text.Say(f.Say.Format, f.Say.Args...), Value: amounts(f.Here, f.There), Shape: look.Alert, Tint: look.TintDeclined})
	}
	return append(rows, more(p.More)...)
}

func more(n int) []form.Item {
	if n <= 0 {
		return nil
	}
	return []form.Item{{Name: text.Count("attention.more", n), Shape: look.Alert, Tint: look.TintDeclined}}
}

// amounts are those of both sides, as far as they are there.
func amounts(here, there *money.Amount) string {
	switch {
	case here != nil && there != nil:
		return text.Get("proofs.both", text.Money(*here), text.Money(*there))
	case here != nil:
		return text.Get("proofs.here", text.Money(*here))
	case there != nil:
		return text.Get("proofs.there", text.Money(*there))
	}
	return ""
}

// wallet is what a provider received, beside the journal.
func wallet(w order.WalletProof, offers []order.WalletOffer) []form.Item {
	head := form.Item{Name: payment.Provider(offers, w.Provider), Shape: look.Check, Tint: look.TintApproved, Value: text.Get("proofs.agrees"),
		Say: text.Get("proofs.wallet", sum(w.Here, w.Back), sum(w.There, w.BackThere)) + ", " + text.Get("proofs.fees", text.Money(w.Fees), text.Money(w.Net))}
	switch {
	case !w.Complete:
		head.Shape, head.Tint, head.Value, head.Say = look.Half, look.TintPart, text.Get("proofs.partly"), text.Say(w.Trouble)
	case !w.Agrees():
		head.Shape, head.Tint, head.Value = look.Alert, look.TintDeclined, text.Get("proofs.differs")
	}
	rows := []form.Item{head}
	for _, m := range w.Found {
		item := form.Item{Name: strings.TrimSpace(m.ID + " " + m.Payment), Say: text.Get("proofs.wallet." + string(m.What)), Shape: look.Alert, Tint: look.TintDeclined}
		here, there := &m.Here, &m.There
		if m.Here.Currency == "" {
			here = nil
		}
		if m.There.Currency == "" {
			there = nil
		}
		item.Value = amounts(here, there)
		rows = append(rows, item)
	}
	return append(rows, more(w.More)...)
}

// sum is what came in less what went back.
func sum(in, back order.Sum) string {
	net := money.New(in.Amount.Minor-back.Amount.Minor, cmp.Or(in.Amount.Currency, back.Amount.Currency))
	return text.Money(net)
}
