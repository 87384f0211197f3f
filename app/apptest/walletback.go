package apptest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// walletBack is what the desk does about payments by wallet.
type walletBack struct {
	// OnRefund, if set, decides how a refund ends: it changes the one that it is
	// given, which is done otherwise.
	OnRefund func(*order.Refund) error

	refunds []order.Refund
}

// PutCode adds or replaces a code with its refunds and publishes it.
func (d *Desk) PutCode(c order.QR, refunds ...order.Refund) {
	d.mu.Lock()
	i := slices.IndexFunc(d.Codes.facts, func(f codeFacts) bool { return f.code.ID == c.ID })
	if i < 0 {
		i = len(d.Codes.facts)
		o := order.Order{ID: c.Order, Version: 1, State: order.Open, Amount: c.Asked}
		if _, paid := c.Paid(); paid {
			o.State, o.PaidBy = order.PaidOther, c.ID
		}
		d.Codes.facts = append(d.Codes.facts, codeFacts{order: o})
	}
	d.Codes.facts[i].code = c
	for _, r := range refunds {
		if i := slices.IndexFunc(d.refunds, func(o order.Refund) bool { return o.ID == r.ID }); i >= 0 {
			d.refunds[i] = r
		} else {
			d.refunds = append(d.refunds, r)
		}
	}
	open := slices.DeleteFunc(slices.Clone(d.refunds), func(r order.Refund) bool { return r.State.Final() })
	d.mu.Unlock()
	d.publish(i)
	d.Change(func(n *engine.Snapshot) { n.Refunds = open })
}

// RefundsMade are the refunds by wallet, oldest first.
func (d *Desk) RefundsMade() []order.Refund {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.refunds)
}

// AcceptStray implements app.Desk by the real rules.
func (d *Desk) AcceptStray(ctx context.Context, id, payment, reason string) error {
	if err := d.called("AcceptStray"); err != nil {
		return err
	}
	c, err := d.Code(ctx, id)
	if err == nil {
		_, c.QR, err = order.StepQR(order.Order{}, c.QR, order.QRAccepted{Payment: payment, By: d.Snapshot().Operator.ID, Reason: reason}, d.Clock.Now())
	}
	if err == nil {
		d.PutCode(c.QR)
	}
	return err
}

// RefundCode implements app.Desk by the real rules.
func (d *Desk) RefundCode(ctx context.Context, id, payment string, amount money.Amount, reason string) (order.Refund, error) {
	if err := d.called("RefundCode"); err != nil {
		return order.Refund{}, err
	}
	c, err := d.Code(ctx, id)
	if err != nil {
		return order.Refund{}, err
	}
	r := order.Refund{ID: fmt.Sprintf("K7P2Q%08dAR01", 2000+len(d.RefundsMade())), Payment: payment, Amount: amount, Reason: reason, Operator: d.Snapshot().Operator.ID}
	if c.QR, r, err = order.BeginRefund(c.QR, r, d.Clock.Now()); err != nil {
		return r, &engine.Problem{Code: engine.ProblemTooMuch, Text: "Only a part of this is left: enter less."}
	}
	ended := r
	ended.State = order.RefundDone
	if d.OnRefund != nil {
		if err := d.OnRefund(&ended); err != nil {
			return r, err
		}
	}
	answer := order.RefundAnswer{Answered: ended.State != order.RefundUnknown, State: ended.State, Message: ended.Message}
	c.QR, r, err = order.StepRefund(c.QR, r, order.RefundReplied{Answer: answer}, d.Clock.Now())
	if err == nil {
		d.PutCode(c.QR, r)
	}
	return r, err
}

// walletItems are the codes and refunds as they are listed. The caller holds the
// lock.
func (d *Desk) walletItems() (items []engine.Item) {
	for _, f := range d.Codes.facts {
		c := d.codeShown(f.code)
		items = append(items, engine.Item{Code: &c})
	}
	for _, r := range d.refunds {
		items = append(items, engine.Item{Refund: &r})
	}
	return items
}

// codeStory is what happened to a code.
func codeStory(c engine.CodeView) []engine.Line {
	line := func(seconds int, kind, actor string) engine.Line {
		return engine.Line{At: c.Created.Add(time.Duration(seconds) * time.Second), Kind: kind, Actor: actor}
	}
	story := []engine.Line{line(0, "qr.creating", c.Operator), line(1, "qr.shown", order.ActorTerminal)}
	if state := strings.ToLower(string(c.State)); c.State.Final() {
		story = append(story, line(40, "qr."+state, order.ActorTerminal))
	}
	if len(c.Strays()) > 0 {
		story = append(story, line(90, "qr.found", order.ActorTerminal))
	}
	return story
}

// refundsOf are those of a code. The caller holds the lock.
func (d *Desk) refundsOf(code string) []order.Refund {
	return slices.DeleteFunc(slices.Clone(d.refunds), func(r order.Refund) bool { return r.Of != code })
}

// planCode is the plan of a payment by wallet. The caller holds the lock.
func (d *Desk) planCode(id string) (engine.Plan, bool) {
	for _, f := range d.Codes.facts {
		if f.code.ID != id || len(f.code.Payments) == 0 {
			continue
		}
		paid, ok := f.code.Paid()
		if !ok {
			paid = f.code.Payments[0]
		}
		c := d.codeShown(f.code)
		return engine.Plan{WayBack: order.PlanRefund(paid, d.offers(f.code.Provider), d.Clock.Now()), Number: id, Created: f.code.Created, Code: &c, Payment: paid.ID}, true
	}
	return engine.Plan{}, false
}
