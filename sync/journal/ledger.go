package journal

import (
	"context"

	"paydesk/terminal/order"
)

// ledger reads the payment log, the customers or the payouts.
const ledger = `SELECT e.object FROM objects AS o INDEXED BY objects_ledger JOIN events AS e USING (seq)
	WHERE o.kind IN ('notice', 'customer', 'payout') AND o.kind = ? `

// Notice reads an entry of the payment log, or fails with order.ErrNotFound.
func (j *Journal) Notice(ctx context.Context, id string) (order.Notice, error) {
	return one[order.Notice](ctx, j, kindNotice, id)
}

// NoticesOf lists the entries about money of another one that was paid back or
// taken back, oldest first.
func (j *Journal) NoticesOf(ctx context.Context, parent string) ([]order.Notice, error) {
	return list[order.Notice](ctx, prepared{j}, byParent+`AND o.kind = 'notice' ORDER BY o.created, o.id`, parent)
}

// Customer reads a customer, or fails with order.ErrNotFound.
func (j *Journal) Customer(ctx context.Context, id string) (order.Customer, error) {
	return one[order.Customer](ctx, j, kindCustomer, id)
}

// Customers lists all customers, oldest first.
func (j *Journal) Customers(ctx context.Context) ([]order.Customer, error) {
	return list[order.Customer](ctx, prepared{j}, ledger+`ORDER BY o.created, o.id`, kindCustomer)
}

// Payout reads a payout, or fails with order.ErrNotFound.
func (j *Journal) Payout(ctx context.Context, id string) (order.Payout, error) {
	return one[order.Payout](ctx, j, kindPayout, id)
}

// Payouts lists all payouts, oldest first.
func (j *Journal) Payouts(ctx context.Context) ([]order.Payout, error) {
	return list[order.Payout](ctx, prepared{j}, ledger+`ORDER BY o.created, o.id`, kindPayout)
}

// noticeStep is how many entries are decoded at a time.
const noticeStep = 200

// Notices reads the next part of the payment log, newest first. It looks at no
// more than maxLook entries, whatever is asked for: a page may be short without
// being the last, and NoticePage.Next tells.
func (j *Journal) Notices(ctx context.Context, q order.NoticeQuery) (page order.NoticePage, err error) {
	limit := pageLength(order.Query{Limit: q.Limit})
	before := end
	if q.Before != "" {
		n, err := j.Notice(ctx, q.Before)
		if err != nil {
			return page, err
		}
		before = position{n.Created.UnixMilli(), n.ID}
	}
	if to := (position{created: q.To.UnixMilli() + 1}); !q.To.IsZero() && newer(to, before) > 0 {
		before = to
	}
	var from int64
	if !q.From.IsZero() {
		from = q.From.UnixMilli()
	}
	for looked := 0; looked < maxLook; looked += noticeStep {
		next, err := list[order.Notice](ctx, prepared{j}, ledger+`AND o.created >= ? AND (o.created, o.id) < (?, ?)
			ORDER BY o.created DESC, o.id DESC LIMIT ?`, kindNotice, from, before.created, before.id, noticeStep)
		if err != nil {
			return page, err
		}
		for _, n := range next {
			before = position{n.Created.UnixMilli(), n.ID}
			if q.Match(n) {
				page.Notices = append(page.Notices, n)
			}
			if len(page.Notices) == limit {
				page.Next = n.ID
				return page, nil
			}
		}
		if len(next) < noticeStep {
			return page, nil
		}
	}
	page.Next = before.id
	return page, nil
}
