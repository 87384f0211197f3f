package outcome

import "paydesk/app/customer"

// Customer is what the customer sees meanwhile: nothing, where it is about
// somebody who is long gone.
func (p *Presenter) Customer() customer.View {
	if p.late {
		return customer.View{Stage: customer.Idle}
	}
	v := customer.View{Stage: customer.OfOutcome(p.Kind()), Paid: p.sale.Approved, Rest: p.rest()}
	if p.stored.ID != "" {
		v.Paid = p.stored.Amount
	}
	return v
}
