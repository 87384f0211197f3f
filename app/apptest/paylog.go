package apptest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// payLog is the payment log of a Desk.
type payLog struct {
	notices   []order.Notice // newest first
	customers []order.Customer
	payouts   []order.Payout
}

// PutNotices adds entries to the payment log, the newest first.
func (d *Desk) PutNotices(notices ...order.Notice) {
	d.mu.Lock()
	d.notices = append(d.notices, notices...)
	d.mu.Unlock()
	d.Change(func(*engine.Snapshot) {})
}

// PutCustomers adds customers, PutPayouts payouts.
func (d *Desk) PutCustomers(list ...order.Customer) { d.customers = append(d.customers, list...) }

// PutPayouts adds payouts, the newest first.
func (d *Desk) PutPayouts(list ...order.Payout) { d.payouts = append(d.payouts, list...) }

// PaymentLog implements app.Desk. A page has two entries where the query says
// nothing.
func (d *Desk) PaymentLog(_ context.Context, q order.NoticeQuery) (out order.NoticePage, err error) {
	if err := d.called("PaymentLog"); err != nil {
		return out, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	past, limit := q.Before == "", max(q.Limit, 8)
	for _, n := range d.notices {
		switch {
		case !past:
			past = n.ID == q.Before
		case !q.Match(n) || !q.From.IsZero() && n.Created.Before(q.From):
		case len(out.Notices) == limit:
			out.Next = out.Notices[limit-1].ID
			return out, nil
		default:
			out.Notices = append(out.Notices, n)
		}
	}
	return out, nil
}

// Customers implements app.Desk.
func (d *Desk) Customers(_ context.Context, text string) (found []order.Customer, err error) {
	for _, c := range d.customers {
		if strings.Contains(strings.ToLower(c.Name+" "+strings.Join(c.Emails, " ")), strings.ToLower(text)) {
			found = append(found, c)
		}
	}
	return found, d.called("Customers")
}

// SaveCustomer implements app.Desk by the real rules.
func (d *Desk) SaveCustomer(_ context.Context, c order.Customer) error {
	if err := d.called("SaveCustomer"); err != nil {
		return err
	}
	c, err := c.Check(d.customers)
	if err != nil {
		return &engine.Problem{Code: "customer", Text: "Write each e-mail address as name@example.com.", Err: err}
	}
	if c.ID == "" {
		c.ID = fmt.Sprintf("C%d", len(d.customers)+1)
		d.customers = append(d.customers, c)
		return nil
	}
	i := slices.IndexFunc(d.customers, func(o order.Customer) bool { return o.ID == c.ID })
	d.customers[i].Name, d.customers[i].Emails = c.Name, c.Emails
	return nil
}

// MatchNotice implements app.Desk by the real rules.
func (d *Desk) MatchNotice(_ context.Context, id, customer string) error {
	if err := d.called("MatchNotice " + id + " " + customer); err != nil {
		return err
	}
	i := slices.IndexFunc(d.notices, func(n order.Notice) bool { return n.ID == id })
	c := slices.IndexFunc(d.customers, func(o order.Customer) bool { return o.ID == customer })
	n, changed, err := order.BookNotice(d.notices[i], d.customers[c], d.Clock.Now())
	if err == nil {
		n.By = d.Snapshot().Operator.ID
		d.notices[i], d.customers[c] = n, changed
	}
	return err
}

// Payouts implements app.Desk.
func (d *Desk) Payouts(context.Context) ([]order.Payout, error) {
	return slices.Clone(d.payouts), d.called("Payouts")
}

// AddPayouts implements app.Desk by the real rules.
func (d *Desk) AddPayouts(_ context.Context, list []order.Payout) error {
	if err := d.called("AddPayouts"); err != nil {
		return err
	}
	for _, p := range list {
		p.ID, p.Version, p.State, p.Operator = fmt.Sprintf("P%d", len(d.payouts)+1), 1, order.PayoutListed, d.Snapshot().Operator.ID
		p.Created, p.Since = d.Clock.Now(), d.Clock.Now()
		if err := p.Check(); err != nil {
			return &engine.Problem{Code: "payout", Text: "Name the recipient by an e-mail address, an account id of 13 letters and digits, or a phone number as +15551234567.", Err: err}
		}
		d.payouts = append([]order.Payout{p}, d.payouts...)
	}
	return nil
}

// CancelPayout implements app.Desk by the real rules.
func (d *Desk) CancelPayout(_ context.Context, id string) error {
	return d.changePayouts("CancelPayout "+id, []string{id}, func(p order.Payout) (order.Payout, error) { return p.Cancel(d.Clock.Now()) })
}

// PayoutFiles implements app.Desk by the real rules; nothing is written.
func (d *Desk) PayoutFiles(_ context.Context, ids []string, again bool) ([]terminal.PayoutFile, error) {
	file := terminal.PayoutFile{Path: "/home/shop/Paydesk/payouts/2026-05-12-1042.csv", Sum: money.New(0, money.USD)}
	err := d.changePayouts("PayoutFiles "+strings.Join(ids, " "), ids, func(p order.Payout) (order.Payout, error) {
		file.Lines++
		file.Sum.Minor += p.Amount.Minor
		return p.Write(file.Path, again, d.Clock.Now())
	})
	return []terminal.PayoutFile{file}, err
}

func (d *Desk) changePayouts(call string, ids []string, change func(order.Payout) (order.Payout, error)) error {
	if err := d.called(call); err != nil {
		return err
	}
	for i, p := range d.payouts {
		if !slices.Contains(ids, p.ID) {
			continue
		}
		next, err := change(p)
		if err != nil {
			return err
		}
		d.payouts[i] = next
	}
	return nil
}
