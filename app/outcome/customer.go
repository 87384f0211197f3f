package outcome

import "paydesk/app/customer"

// Customer is what the customer sees meanwhile: nothing, where it is about
// somebody who is long gone.
func (p *Presenter) Customer() customer.View {
	if p.late {
		return customer.View{Stage: customer.Idle}
	}
	v := customer.View{Stage: customer.OfOutcome(p.Kind()), Paid: p.sale.Approved, Rest: p.rest()}
	switch {
	case p.stored.ID != "":
		v.Paid = p.stored.Amount
	case p.code.ID != "":
		v.Paid = p.received()
	}
	return v
}
