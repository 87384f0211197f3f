package outcome

import (
	"context"
	"slices"

	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// follow finds the bill that the payment is a part of, as long as it is not at
// its end.
func (p *Presenter) follow(s engine.Snapshot) {
	p.bill = engine.BillView{}
	for _, b := range s.Bills {
		if _, ok := b.Leg(p.payment.Order); ok && b.State == order.BillOpen {
			p.bill = b
		}
	}
}

// inParts reports that the payment is a part of a bill.
func (p *Presenter) inParts() bool { return p.payment.Bill != nil || p.bill.ID != "" }

// asked is the bill of the payment.
func (p *Presenter) asked() order.Bill {
	if p.bill.ID == "" && p.payment.Bill != nil {
		return *p.payment.Bill
	}
	return p.bill.Bill
}

// leaving is the act that leaves the outcome: the next sale, or, where other
// parts of the bill stand or are missing, the bill.
func (p *Presenter) leaving(kind look.Kind) Act {
	paid := kind == look.KindApproved || kind == look.KindStored
	others := slices.ContainsFunc(p.bill.Parts, func(l engine.LegView) bool {
		return l.Order != p.payment.Order && l.State != order.LegFailed
	})
	switch {
	case paid && p.bill.Left.Minor > 0:
		return ActRest
	case others:
		return ActParts
	}
	return ActNewSale
}

// papers are the documents of the outcome. A bill that others have paid parts of
// has one of its own, as soon as nothing is left of it.
func (p *Presenter) papers() []slip.Paper {
	if p.stored.ID != "" {
		return slip.OfStored(p.stored)
	}
	papers := slip.Of(p.sale.Attempt, nil)
	if p.code.ID != "" {
		papers = []slip.Paper{{Document: order.DocumentWallet, ID: p.code.ID}}
	}
	if b := p.payment.Bill; b != nil && p.bill.ID == "" && p.payment.Amount != b.Total() {
		papers = append(papers, slip.Paper{Document: order.DocumentBill, ID: b.ID})
	}
	return papers
}

// drop gives up what did not come about: the bill where the payment was all of
// it, the order of a payment that belongs to none. Whatever turns up for it
// later is taken back by the terminal.
func (p *Presenter) drop() func(context.Context) error {
	id := p.payment.Order
	if p.inParts() {
		id = p.asked().ID
		return func(ctx context.Context) error { return p.desk.CancelBill(ctx, id, "") }
	}
	return func(ctx context.Context) error { return p.desk.AbandonOrder(ctx, id) }
}
