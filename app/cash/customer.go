package cash

import "paydesk/app/customer"

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	if p.taken.ID == "" {
		return customer.View{Stage: customer.Sum, Due: customer.Due{Total: p.charge.Amount}}
	}
	v := customer.View{Stage: customer.Paid, Paid: p.taken.Amount, Change: p.taken.Change()}
	if p.left.Minor > 0 {
		v.Stage, v.Rest = customer.Part, p.left
	}
	return v
}
