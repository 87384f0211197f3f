package drill

import (
	"context"
	"fmt"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Wallets says how many codes there were, and what came by them.
type Wallets struct {
	Codes     int `json:"codes"`
	Paid      int `json:"paid"`
	Expired   int `json:"expired"`
	Cancelled int `json:"cancelled"`
	Refused   int `json:"refused"`
	// Takes is how often a provider was asked to move money.
	Takes int `json:"takes"`
	// Strays are payments that no order waited for, Accepted those that were kept.
	Strays   int `json:"strays"`
	Accepted int `json:"accepted"`
	Refunds  int `json:"refunds"`
	Back     int `json:"refunds_done"`
	// Elsewhere is how often money went back without the terminal.
	Elsewhere int `json:"elsewhere"`
}

func (c *Wallets) add(o Wallets) {
	c.Codes += o.Codes
	c.Paid += o.Paid
	c.Expired += o.Expired
	c.Cancelled += o.Cancelled
	c.Refused += o.Refused
	c.Takes += o.Takes
	c.Strays += o.Strays
	c.Accepted += o.Accepted
	c.Refunds += o.Refunds
	c.Back += o.Back
	c.Elsewhere += o.Elsewhere
}

// String is one line.
func (c Wallets) String() string {
	return fmt.Sprintf("%d codes: %d paid, %d expired, %d cancelled, %d refused; %d times taken; %d stray payments, %d of them accepted; "+
		"%d refunds, %d done, %d elsewhere", c.Codes, c.Paid, c.Expired, c.Cancelled, c.Refused, c.Takes, c.Strays, c.Accepted,
		c.Refunds, c.Back, c.Elsewhere)
}

// note counts what a commit made of a code.
func (c *Wallets) note(before, now order.QR) {
	if before.ID == "" {
		c.Codes++
	}
	as := func(q order.QR, as order.PaymentAs) (n int) {
		for _, p := range q.Payments {
			if p.As == as {
				n++
			}
		}
		return n
	}
	c.Accepted += as(now, order.Accepted) - as(before, order.Accepted)
	c.Strays += as(now, order.Stray) - as(before, order.Stray) + as(now, order.Accepted) - as(before, order.Accepted)
	if before.State == now.State {
		return
	}
	switch now.State {
	case order.QRPaid:
		c.Paid++
	case order.QRExpired:
		c.Expired++
	case order.QRCancelled:
		c.Cancelled++
	case order.QRRefused:
		c.Refused++
	}
}

// noteRefund counts what a commit made of a refund.
func (c *Wallets) noteRefund(before, now order.Refund) {
	if before.ID == "" {
		c.Refunds++
	}
	if now.State == order.RefundDone && before.State != order.RefundDone {
		c.Back++
	}
}

// wallet is what somebody does about codes: the customer, the desk, the shop's
// office.
func (w *world) wallet(s *sale) {
	ctx := context.Background()
	views := w.engine.Snapshot().Codes
	switch n := w.rnd.IntN(20); {
	case n < 4:
		w.show(s)
	case n < 9:
		w.scan()
	case n < 11 && len(views) > 0:
		w.run("give up a code", func(ctx context.Context) error { return w.engine.GiveUpCode(ctx, views[w.rnd.IntN(len(views))].ID) })
	case n < 15:
		w.refundCode(ctx)
	case n < 16:
		w.stray(w.rnd.IntN(2))
	case n < 17:
		w.elsewhere()
	case n < 18:
		w.compareWallets()
	case n < 19 && len(w.purse.codes) > 0:
		c := w.purse.codes[w.rnd.IntN(len(w.purse.codes))]
		w.engine.HintCode(c.provider, []string{c.reference, ""}[w.rnd.IntN(2)], c.remote)
	default:
		w.step()
	}
	w.check()
}

// show asks for a code for an order, perhaps one that was tried otherwise.
func (w *world) show(s *sale) {
	if s.kind == order.KindAuth || w.rnd.IntN(2) == 0 {
		if len(w.sales) >= most {
			w.step()
			return
		}
		s = w.guest()
	}
	w.showFor(s)
}

func (w *world) showFor(s *sale) {
	w.consent = w.rnd.IntN(2) == 0
	provider := []string{agrees, pulls}[w.rnd.IntN(2)]
	w.run("show a code", func(ctx context.Context) error {
		_, err := w.engine.ShowCode(ctx, engine.Charge{Order: s.id, Amount: s.amount, Kind: order.KindSale, Consent: w.consent, Bill: s.bill}, provider, w.rnd.IntN(5) == 0)
		return err
	})
	w.consent = false
	if w.rnd.IntN(3) > 0 {
		w.step() // it is there at once
	}
	if w.rnd.IntN(2) == 0 {
		w.scan()
	}
}

// scan has a customer do what the code on some screen, phone or paper says.
func (w *world) scan() {
	var seen []*code
	for _, c := range w.purse.codes {
		if c.seen {
			seen = append(seen, c)
		}
	}
	if len(seen) == 0 {
		w.step()
		return
	}
	w.host.tick()
	w.purse.scan(seen[w.rnd.IntN(len(seen))])
	w.step()
}

// came is a code by which something came, newest first, or none.
func (w *world) came() (q order.QR, ok bool) {
	for i := range w.purse.pays {
		pay := w.purse.pays[len(w.purse.pays)-1-i]
		if q, ok = w.store.codes[pay.code.reference]; ok && len(q.Payments) > 0 && w.rnd.IntN(2) == 0 {
			return q, true
		}
	}
	return q, false
}

// refundCode pays back some of what came by a code, or all.
func (w *world) refundCode(context.Context) {
	q, ok := w.came()
	if !ok {
		w.step()
		return
	}
	p := q.Payments[w.rnd.IntN(len(q.Payments))]
	amount := p.Amount
	if part := []int64{100, 225, 400, 1000}[w.rnd.IntN(4)]; w.rnd.IntN(2) == 0 {
		amount.Minor = part
	}
	w.run("refund", func(ctx context.Context) error {
		_, err := w.engine.RefundCode(ctx, q.ID, p.ID, amount, "not as ordered")
		return err
	})
}

// stray is what a supervisor does about money that nobody waited for.
func (w *world) stray(what int) {
	for _, v := range w.engine.Snapshot().Codes {
		for _, p := range v.Strays() {
			w.run("a stray payment", func(ctx context.Context) (err error) {
				if what == 0 {
					return w.engine.AcceptStray(ctx, v.ID, p.ID, "a tip")
				}
				_, err = w.engine.RefundCode(ctx, v.ID, p.ID, p.Left(), "paid twice")
				return err
			})
			return
		}
	}
	w.step()
}

// elsewhere pays some of a payment back at the provider's own desk.
func (w *world) elsewhere() {
	if len(w.purse.pays) == 0 {
		w.step()
		return
	}
	pay := w.purse.pays[w.rnd.IntN(len(w.purse.pays))]
	if left := pay.amount.Minor - w.purse.returned(pay); left > 0 && !w.host.calm {
		w.count("refund at the provider's desk")
		pay.desk = true
		w.purse.begin(pay, "", money.New(1+w.rnd.Int64N(left), money.USD))
		w.wallets.Elsewhere++
	}
}

// compareWallets holds the journal against what the providers received.
func (w *world) compareWallets() {
	w.run("compare wallets", func(ctx context.Context) error {
		_, err := w.engine.ReconcileWallets(ctx, start.AddDate(0, 0, -1))
		return err
	})
}

// endCodes sends home whoever stands in front of a code when the day ends.
func (w *world) endCodes() {
	for _, v := range w.engine.Snapshot().Codes {
		if w.bad == nil && !v.State.Final() {
			w.run("give up a code", func(ctx context.Context) error { return w.engine.GiveUpCode(ctx, v.ID) })
		}
	}
}
