package sale

import (
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Tender is a way to pay.
type Tender int

// The ways.
const (
	ByCard Tender = iota
	ByCash
	OnFile
	ByWallet
	InParts
)

// Tender goes on to a way to pay, if the amount allows it. With nothing entered,
// InParts goes on with a bill that is not finished.
func (p *Presenter) Tender(t Tender) {
	v := p.View()
	if t == InParts && v.Unfinished && p.Idle() {
		p.GoOn()
		return
	}
	if may := map[Tender]bool{ByCard: v.Ready, ByCash: v.Counts, OnFile: v.OnFile, ByWallet: v.Wallet && v.Ready, InParts: v.Ready}; !may[t] {
		return
	}
	p.paying = true
	bill := p.asked()
	charge := engine.Charge{Amount: bill.Total(), Bill: &bill}
	if t != InParts {
		charge.Order = p.desk.NewOrderID()
	}
	switch p.Told(); t {
	case ByCard:
		p.Card(charge)
	case ByCash:
		p.Cash(charge)
	case OnFile:
		p.OnFile(charge)
	case ByWallet:
		p.Wallet(charge)
	case InParts:
		p.Split(bill)
	}
}

// asked is the bill of what was entered. Its id stays the same until the sale is
// cleared, so that one which was declined can be changed and tried again.
func (p *Presenter) asked() order.Bill {
	if p.bill == "" {
		p.bill = p.desk.NewOrderID()
	}
	sums := p.Sums()
	return order.Bill{ID: p.bill, Goods: sums.Goods, Tax: sums.Tax, Tip: sums.Tip,
		Number: p.lines[Number].Text(), Customer: p.lines[Customer].Text(), Note: p.lines[Note].Text()}
}

// Back is called when nothing is being paid any more: the sale can be changed,
// unless it is over.
func (p *Presenter) Back() {
	if p.paying = false; p.over() {
		p.Clear()
	}
	p.changed()
}

// Unfinished is the oldest bill of which a part is paid and a part not, or whose
// parts are going back.
func Unfinished(s engine.Snapshot) (engine.BillView, bool) {
	for _, b := range s.Bills {
		if b.State == order.BillOpen && b.Paid.Minor > 0 || b.State == order.BillCancelling && len(b.Parts) > 1 {
			return b, true
		}
	}
	return engine.BillView{}, false
}

// GoOn goes to the bill that is not finished.
func (p *Presenter) GoOn() {
	if b, ok := Unfinished(p.snapshot); ok {
		p.Split(b.Bill)
	}
}

// unfinished tells of a bill that is not finished.
func (p *Presenter) unfinished() (words string, kind look.Kind, ok bool) {
	b, ok := Unfinished(p.snapshot)
	switch {
	case !ok:
		return "", "", false
	case b.State == order.BillOpen:
		return text.Get("sale.unfinished", text.Money(b.Paid), text.Money(b.Total())), look.KindPart, true
	}
	return text.Get("sale.cancelling", text.Money(b.Total())), look.KindTakingBack, true
}

// Sent says that a payment went out: what was entered is on its way into the
// journal.
func (p *Presenter) Sent(c engine.Charge) {
	if c.Bill != nil && c.Bill.ID == p.bill {
		p.sent = true
	}
}

// Failed says that nothing of a payment went out after all.
func (p *Presenter) Failed(c engine.Charge, err error) {
	if c.Bill != nil && c.Bill.ID == p.bill && text.Code(err) != engine.ProblemUnsaved {
		p.sent = false
	}
}

// Paid says that a payment is done with: what it paid is taken off the screen.
// Another sale that was entered meanwhile stays.
func (p *Presenter) Paid(c engine.Charge) {
	if c.Bill != nil && c.Bill.ID == p.bill {
		p.Clear()
	}
}

// over reports that what was entered was sent, and stands, may yet stand, or is
// at its end: to pay it again would be a mistake.
func (p *Presenter) over() bool {
	for _, b := range p.snapshot.Bills {
		if b.ID == p.bill {
			return b.State != order.BillOpen || b.Paid.Minor > 0 || b.Pending.Minor > 0
		}
	}
	return p.sent
}
