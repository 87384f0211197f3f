package engine

import (
	"cmp"
	"slices"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// BillView is a bill with what has become of its legs.
type BillView struct {
	order.Bill
	Parts []LegView
	// Paid stands, Pending may yet stand or yet go; what is Left can be asked for.
	// A stored sale is pending until the bank has paid it.
	Paid, Pending, Left money.Amount
}

// LegView is a leg with what has become of it.
type LegView struct {
	order.Leg
	State order.LegState
	// Sale is the payment by card that stands, or else the newest attempt; Stored
	// the newest stored sale, Cash the payment in cash. nil without one.
	Sale   *Sale
	Stored *order.Stored
	Cash   *order.Cash
	// Back is the newest void or return of the Sale.
	Back *order.FollowUp
	// Code is the code that paid it, or else the newest one, Refund the newest
	// refund of a code.
	Code   *order.QR
	Refund *order.Refund
}

// billView is a bill for the screens.
func (e *Engine) billView(f order.BillFacts) BillView {
	v := BillView{Bill: f.Bill}
	v.Paid, v.Pending, v.Left = f.Paid()
	for i, l := range f.Legs {
		p := LegView{Leg: f.Bill.Legs[i], State: l.State(f.Bill), Cash: l.Cash}
		a, _, adopted := l.Adopted()
		if n := len(l.Attempts); n > 0 && !adopted {
			a = l.Attempts[n-1]
		}
		if a.Number != "" {
			follows := order.ByAttempt(l.Follows)[a.Number]
			sale := e.view(a, follows...)
			p.Sale = &sale
			for _, back := range follows {
				if back.Act == order.Void || back.Act == order.Return {
					p.Back = &back
				}
			}
		}
		if n := len(l.QRs); n > 0 {
			p.Code = &l.QRs[n-1]
			if paid, _, ok := l.Wallet(); ok {
				p.Code = &paid
			}
		}
		if n := len(l.Refunds); n > 0 {
			p.Refund = &l.Refunds[n-1]
		}
		if n := len(l.Stored); n > 0 {
			p.Stored = &l.Stored[n-1]
		}
		v.Parts = append(v.Parts, p)
	}
	return v
}

// billViews are the bills of a snapshot. The caller holds the lock.
func (e *Engine) billViews() (all []BillView) {
	for _, f := range e.bills.open {
		all = append(all, e.billView(f))
	}
	slices.SortFunc(all, func(a, b BillView) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	return all
}
