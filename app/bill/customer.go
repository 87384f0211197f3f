package bill

import (
	"paydesk/app/customer"
	"paydesk/terminal/order"
)

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	rest := p.left()
	paid, err := p.asked.Total().Sub(rest)
	switch {
	case p.view.State == order.BillCancelling:
		return customer.View{Stage: customer.Checking}
	case p.view.State == order.BillCancelled || err != nil:
		return customer.View{Stage: customer.Idle}
	case paid.Minor == 0:
		return customer.View{Stage: customer.Sum, Due: customer.Due{Total: rest}}
	case rest.Minor == 0:
		return customer.View{Stage: customer.Paid, Paid: paid}
	}
	return customer.View{Stage: customer.Part, Paid: paid, Rest: rest}
}
