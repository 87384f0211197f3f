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

	codes   []engine.CodeView
	refunds []order.Refund
}

// PayPal and Razorpay are what the providers offer.
var (
	PayPal = order.WalletOffer{Name: "paypal", Title: "PayPal", Currencies: []money.Currency{money.USD}, Takes: true, Repeats: true, Parts: true,
		RefundFor: 180 * 24 * time.Hour, Lists: true}
	Razorpay = order.WalletOffer{Name: "razorpay", Title: "Razorpay (TEST)", Test: true, Currencies: []money.Currency{money.USD}, Cancels: true, Parts: true, Lists: true}
)

// PutCode adds or replaces a code with its refunds and publishes it.
func (d *Desk) PutCode(c engine.CodeView, refunds ...order.Refund) {
	d.mu.Lock()
	if i := slices.IndexFunc(d.codes, func(o engine.CodeView) bool { return o.ID == c.ID }); i >= 0 {
		c.Version = d.codes[i].Version + 1
		d.codes[i] = c
	} else {
		d.codes = append(d.codes, c)
	}
	for _, r := range refunds {
		if i := slices.IndexFunc(d.refunds, func(o order.Refund) bool { return o.ID == r.ID }); i >= 0 {
			d.refunds[i] = r
		} else {
			d.refunds = append(d.refunds, r)
		}
	}
	var codes []engine.CodeView
	for _, c := range d.codes {
		if !c.Settled() {
			codes = append(codes, c)
		}
	}
	open := slices.DeleteFunc(slices.Clone(d.refunds), func(r order.Refund) bool { return r.State.Final() })
	d.mu.Unlock()
	d.Change(func(n *engine.Snapshot) {
		n.Wallets = []order.WalletOffer{PayPal, Razorpay}
		n.Codes, n.Code, n.Refunds = codes, &c, open
	})
}

// RefundsMade are the refunds by wallet, oldest first.
func (d *Desk) RefundsMade() []order.Refund {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.refunds)
}

// Code implements app.Desk.
func (d *Desk) Code(_ context.Context, id string) (engine.CodeView, error) {
	if err := d.called("Code"); err != nil {
		return engine.CodeView{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.codes {
		if c.ID == id {
			c.Refunds = slices.DeleteFunc(slices.Clone(d.refunds), func(r order.Refund) bool { return r.Of != id })
			return c, nil
		}
	}
	return engine.CodeView{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such payment. Look for another one."}
}

// LookAtCode implements app.Desk.
func (d *Desk) LookAtCode(context.Context, string) error { return d.called("LookAtCode") }

// GiveUpCode implements app.Desk by the real rules.
func (d *Desk) GiveUpCode(ctx context.Context, id string) error {
	return d.stepCode(ctx, "GiveUpCode", id, order.QRGivenUp{})
}

// AcceptStray implements app.Desk by the real rules.
func (d *Desk) AcceptStray(ctx context.Context, id, payment, reason string) error {
	return d.stepCode(ctx, "AcceptStray", id, order.QRAccepted{Payment: payment, By: d.Snapshot().Operator.ID, Reason: reason})
}

func (d *Desk) stepCode(ctx context.Context, call, id string, ev order.QREvent) error {
	if err := d.called(call); err != nil {
		return err
	}
	c, err := d.Code(ctx, id)
	if err == nil {
		_, c.QR, err = order.StepQR(order.Order{}, c.QR, ev, d.Clock.Now())
	}
	if err == nil {
		d.PutCode(c)
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
		d.PutCode(c, r)
	}
	return r, err
}

// walletItems are the codes and refunds as they are listed. The caller holds the
// lock.
func (d *Desk) walletItems() (items []engine.Item) {
	for _, c := range d.codes {
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
