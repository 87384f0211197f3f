package apptest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Codes are the codes of a desk, kept by the terminal's own rules, and how its
// wallets behave.
type Codes struct {
	// Slow: a code is not there yet when ShowCode returns.
	Slow bool
	// Refuse is why a wallet makes none; "" where it does.
	Refuse string
	// Secrets are those that are kept, by their name.
	Secrets map[string]string

	facts []codeFacts
}

type codeFacts struct {
	order order.Order
	code  order.QR
}

// PayPal and Razorpay are two wallets: one whose money the terminal takes once
// the customer agreed, and one that has to be told to end a code.
var (
	PayPal = order.WalletOffer{Name: "paypal", Title: "PayPal", Test: true, Currencies: []money.Currency{money.USD, "EUR"},
		Least: money.New(1, money.USD), Most: money.New(1000000, money.USD), Takes: true, Repeats: true, Parts: true}
	Razorpay = order.WalletOffer{Name: "razorpay", Title: "Razorpay", Currencies: []money.Currency{money.USD, "INR"},
		Least: money.New(100, money.USD), Cancels: true, ShortestLife: 15 * time.Minute, Repeats: true, Parts: true}
)

// WalletText is what the code of a wallet holds: as long as PayPal's.
const WalletText = "https://www.sandbox.paypal.com/cgi-bin/webscr?cmd=_express-checkout&token=EC-1AB23456CD789012E&useraction=commit"

// SetWallets offers wallets.
func (d *Desk) SetWallets(offers ...order.WalletOffer) {
	d.Change(func(n *engine.Snapshot) { n.Wallets = offers })
}

// ShowCode implements app.Desk.
func (d *Desk) ShowCode(_ context.Context, c engine.Charge, provider string, later bool) (engine.CodeView, error) {
	if err := d.called("ShowCode " + provider); err != nil {
		return engine.CodeView{}, err
	}
	o, codes := order.Order{ID: c.Order, Version: 1, State: order.Open, Amount: c.Amount}, []order.QR(nil)
	if c.Bill != nil {
		o.Bill = c.Bill.ID
	}
	d.mu.Lock()
	for _, f := range d.Codes.facts {
		if f.code.Order == c.Order {
			o, codes = f.order, append(codes, f.code)
		}
	}
	d.mu.Unlock()
	switch err := order.MayPay(o, nil, codes, c.Consent); {
	case errors.Is(err, order.ErrConsent):
		return engine.CodeView{}, &engine.Problem{Code: engine.ProblemConsent, Text: "The earlier code may still be paid."}
	case err != nil:
		return engine.CodeView{}, &engine.Problem{Code: engine.ProblemInProgress, Text: err.Error()}
	}
	if err := d.AddLeg(c, order.TenderWallet); err != nil {
		return engine.CodeView{}, err
	}
	now, offer := d.Clock.Now(), d.offer(provider)
	q := order.QR{ID: fmt.Sprintf("K7P2QW%07d", len(d.Codes.facts)), Order: c.Order, Provider: provider, Test: offer.Test, Takes: offer.Takes,
		Cancels: offer.Cancels, Deduct: offer.Deduct, Asked: c.Amount, Operator: "op1", Until: now.Add(3 * time.Hour)}
	if !later {
		q.Patience = now.Add(5 * time.Minute)
	}
	d.mu.Lock()
	d.Codes.facts = append(d.Codes.facts, codeFacts{o, order.BeginQR(q, now)})
	d.mu.Unlock()
	d.publish(len(d.Codes.facts) - 1)
	switch {
	case d.Codes.Refuse != "":
		d.StepCode(order.QRAnswered{Answer: order.CodeAnswer{Refused: true, Message: d.Codes.Refuse}})
	case !d.Codes.Slow:
		d.Made()
	}
	return d.newest(), nil
}

func (d *Desk) offer(provider string) order.WalletOffer {
	d.mu.Lock()
	defer d.mu.Unlock()
	if o := d.offers(provider); o.Name != "" {
		return o
	}
	return order.WalletOffer{Name: provider, Title: provider}
}

// offers is a wallet that is offered, or none. The caller holds the lock.
func (d *Desk) offers(provider string) order.WalletOffer {
	for _, o := range d.now.Wallets {
		if o.Name == provider {
			return o
		}
	}
	return order.WalletOffer{}
}

func (d *Desk) newest() engine.CodeView {
	d.mu.Lock()
	q := d.Codes.facts[len(d.Codes.facts)-1].code
	d.mu.Unlock()
	return d.codeView(q)
}

func (d *Desk) codeView(q order.QR) engine.CodeView {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.codeShown(q)
}

// codeShown is codeView for who holds the lock.
func (d *Desk) codeShown(q order.QR) engine.CodeView {
	v := engine.CodeView{QR: q, Title: d.offers(q.Provider).Title, Alarm: len(q.Strays()) > 0}
	if v.Title == "" {
		v.Title = q.Provider
	}
	_, v.NextAt = order.NextQR(q)
	return v
}

// Made is the wallet's answer to the newest code: there it is.
func (d *Desk) Made() {
	d.StepCode(order.QRAnswered{Answer: order.CodeAnswer{Made: true, Remote: "EC-1AB23456CD789012E", Text: WalletText, Until: d.Clock.Now().Add(3 * time.Hour)}})
}

// Seen is what the wallet says of the newest code.
func (d *Desk) Seen(s order.CodeSeen) {
	s.Started = d.Clock.Now()
	d.StepCode(order.QRSeen{Seen: s})
}

// PayCode has the newest code paid.
func (d *Desk) PayCode() {
	d.Seen(order.CodeSeen{Payments: []order.Received{{ID: "7AB12345CD678901E", Amount: d.newest().Asked, Fee: money.New(66, d.newest().Asked.Currency), At: d.Clock.Now()}}})
}

// StepCode has something happen to the newest code, by the terminal's rules.
func (d *Desk) StepCode(ev order.QREvent) {
	d.mu.Lock()
	i := len(d.Codes.facts) - 1
	f := d.Codes.facts[i]
	o, q, err := order.StepQR(f.order, f.code, ev, d.Clock.Now())
	if err == nil {
		d.Codes.facts[i] = codeFacts{o, q}
	}
	d.mu.Unlock()
	if err == nil {
		d.publish(i)
	}
}

// publish puts a code into the snapshot.
func (d *Desk) publish(i int) {
	d.mu.Lock()
	f, all := d.Codes.facts[i], slices.Clone(d.Codes.facts)
	open := d.openBills(f.order, f.code)
	d.mu.Unlock()
	view, live := d.codeView(f.code), []engine.CodeView(nil)
	for _, o := range all {
		if !o.code.Settled() {
			live = append(live, d.codeView(o.code))
		}
	}
	d.Change(func(n *engine.Snapshot) { n.Code, n.Codes, n.Bills = &view, live, open })
}

// GiveUpCode implements app.Desk.
func (d *Desk) GiveUpCode(_ context.Context, id string) error {
	if err := d.called("GiveUpCode"); err != nil {
		return err
	}
	d.StepCode(order.QRGivenUp{})
	return nil
}

// LookAtCode implements app.Desk.
func (d *Desk) LookAtCode(context.Context, string) error { return d.called("LookAtCode") }

// Code implements app.Desk.
func (d *Desk) Code(_ context.Context, id string) (engine.CodeView, error) {
	if err := d.called("Code"); err != nil {
		return engine.CodeView{}, err
	}
	d.mu.Lock()
	i := slices.IndexFunc(d.Codes.facts, func(f codeFacts) bool { return f.code.ID == id })
	d.mu.Unlock()
	if i < 0 {
		return engine.CodeView{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such payment. Look for another one."}
	}
	return d.codeView(d.Codes.facts[i].code), nil
}

// SetWalletSecret implements app.Desk.
func (d *Desk) SetWalletSecret(_ context.Context, name string, secret []byte) error {
	defer clear(secret)
	if err := d.called("SetWalletSecret " + name); err != nil {
		return err
	}
	if d.Codes.Secrets == nil {
		d.Codes.Secrets = map[string]string{}
	}
	d.Codes.Secrets[name] = string(secret)
	return nil
}

// HasWalletSecret implements app.Desk.
func (d *Desk) HasWalletSecret(name string) bool { return d.Codes.Secrets[name] != "" }

// CheckWallet implements app.Desk.
func (d *Desk) CheckWallet(_ context.Context, provider string) error {
	return d.called("CheckWallet " + provider)
}
