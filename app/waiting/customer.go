package waiting

import "paydesk/app/customer"

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	if p.View().Unknown {
		return customer.View{Stage: customer.Checking}
	}
	return customer.View{Stage: customer.Wait, Due: customer.Due{Total: p.payment.Amount}}
}
