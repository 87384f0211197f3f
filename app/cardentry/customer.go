package cardentry

import "paydesk/app/customer"

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	return customer.View{Stage: customer.Card, Due: customer.Due{Total: p.charge.Amount}}
}
