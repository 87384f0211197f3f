package journal

import (
	"context"

	"paydesk/terminal/order"
)

// Bill reads a bill, or fails with order.ErrNotFound.
func (j *Journal) Bill(ctx context.Context, id string) (order.Bill, error) {
	return one[order.Bill](ctx, j, kindBill, id)
}

// CashBack reads cash that was given back, or fails with order.ErrNotFound.
func (j *Journal) CashBack(ctx context.Context, id string) (order.CashBack, error) {
	return one[order.CashBack](ctx, j, kindCashBack, id)
}

// CashBacksOf lists what was given back of a payment in cash, oldest first.
func (j *Journal) CashBacksOf(ctx context.Context, cash string) ([]order.CashBack, error) {
	return list[order.CashBack](ctx, prepared{j}, byParent+`AND o.kind = 'cashback' ORDER BY o.created, o.id`, cash)
}
