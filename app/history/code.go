package history

import (
	"context"
	"slices"

	"paydesk/app/attention"
	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// codeOf is the code that an item is, or is about; "" for any other.
func codeOf(i engine.Item) string {
	switch {
	case i.Code != nil:
		return i.Code.ID
	case i.Refund != nil:
		return i.Refund.Of
	}
	return ""
}

// readCode reads a code with its story. It is for works.
func (p *Presenter) readCode(ctx context.Context, id string) (*engine.CodeView, engine.Detail, error) {
	code, err := p.desk.Code(ctx, id)
	if err != nil {
		return nil, engine.Detail{}, err
	}
	detail, err := p.desk.Beside(ctx, engine.Item{Code: &code})
	code.Refunds = detail.Refunds // those at their end, too
	return &code, detail, err
}

func (p *Presenter) codeRow(c engine.CodeView) Row {
	kind, word := payment.CodeWord(c.QR)
	amount := c.Asked
	if len(c.Payments) == 1 {
		amount = c.Payments[0].Amount
	}
	return Row{Key: c.ID, Time: p.when(c.Created), Amount: text.Money(amount), Card: c.Title, Word: payment.Parked(word, c.Parked), Look: look.Of(kind)}
}

func (p *Presenter) refundRow(r order.Refund) Row {
	kind, word := payment.RefundWord(r)
	return Row{Key: r.ID, Time: p.when(r.Created), Amount: text.Money(r.Amount), Card: payment.Provider(p.snapshot.Wallets, r.Provider),
		Word: payment.Parked(word, r.Parked), Look: look.Of(kind)}
}

// refundable is the payment of a code that is given back first: the one that
// paid an order, or was kept, before one that nobody waits for.
func refundable(q order.QR) (order.QRPayment, bool) {
	left := func(p order.QRPayment) bool { return p.Left().Minor > 0 }
	i := slices.IndexFunc(q.Payments, func(p order.QRPayment) bool { return p.As != order.Stray && left(p) })
	if i < 0 {
		i = slices.IndexFunc(q.Payments, left)
	}
	if i < 0 {
		return order.QRPayment{}, false
	}
	return q.Payments[i], true
}

// codeStory is the code of the chosen row in words.
func (p *Presenter) codeStory(out *Detail, f *facts) {
	c := *p.code
	if p.item.Code != nil {
		out.Row = p.codeRow(c)
	}
	out.Say = p.codeSay(c)
	if attention.Waits(p.snapshot, c.ID) {
		out.Acts = append(out.Acts, ActAttend)
	}
	if _, ok := refundable(c.QR); ok && p.RefundCode != nil {
		out.Acts = append(out.Acts, ActRefund)
	}
	if !c.State.Final() {
		out.Acts = append(out.Acts, ActLook)
	}
	if c.State == order.QRCreating || c.State == order.QRShown {
		out.Acts = append(out.Acts, ActGiveUp)
	}
	if len(slip.OfCode(c.QR, c.Refunds)) > 0 {
		out.Acts = append(out.Acts, ActReceipt)
	}
	p.codeFacts(f, c)
}

// codeSay says what there is to know of a code first.
func (p *Presenter) codeSay(c engine.CodeView) string {
	if strays := c.Strays(); len(strays) > 0 {
		return text.Get("walletback.stray."+string(payment.StrayOf(c.QR, strays[0]))+".say", c.Title)
	}
	if c.State == order.QRShown && !c.Until.IsZero() {
		return text.Get("walletback.say.shown", c.Title, text.Moment(c.Until.In(p.zone())))
	}
	if key := "walletback.say." + payment.Kebab(string(c.State)); text.Has(key) {
		return text.Get(key, c.Title)
	}
	return ""
}

func (p *Presenter) codeFacts(f *facts, c engine.CodeView) {
	f.add("fact.wallet", c.Title)
	if len(c.Payments) != 1 || c.Payments[0].Amount != c.Asked {
		f.add("fact.asked", text.Money(c.Asked))
	}
	for _, paid := range c.Payments {
		p.paymentFacts(f, c, paid)
	}
	for _, r := range c.Refunds {
		_, word := payment.RefundWord(r)
		words := text.Get("find.follow", word, text.Money(r.Amount))
		if r.Reason != "" {
			words += " – " + r.Reason
		}
		f.add("fact.follow", words)
	}
	f.add("fact.at", text.Whole(c.Created.In(p.zone())))
	f.add("fact.number", c.ID)
	f.add("fact.remote", c.Remote)
	f.add("fact.provider", text.Say(c.Message))
	f.add("fact.operator", p.name(c.Operator))
}

// paymentFacts are what came by a code: how much, of that the provider's fee and
// the shop's share, and under which name the provider has it.
func (p *Presenter) paymentFacts(f *facts, c engine.CodeView, paid order.QRPayment) {
	f.add("fact.came", text.Get("walletback.came", text.Money(paid.Amount), text.Moment(paid.At.In(p.zone()))))
	if paid.As == order.Stray {
		f.add("fact.why", text.Get("walletback.stray."+string(payment.StrayOf(c.QR, paid))))
	}
	if paid.Fee.Currency != "" {
		f.add("fact.fee", text.Get("walletback.fee", text.Money(paid.Fee), text.Money(paid.Net())))
	}
	f.add("fact.payment", paid.ID)
	if paid.Elsewhere.Minor > 0 {
		f.add("fact.elsewhere", text.Get("walletback.elsewhere", text.Money(paid.Elsewhere), c.Title))
	}
	if paid.As == order.Accepted {
		f.add("fact.kept", text.Get("walletback.keptby", p.name(paid.By), paid.Reason))
	}
}

// doCode asks the provider of the code in sight, or has it end.
func (p *Presenter) doCode(act Act) {
	id := p.code.ID
	p.run(func(ctx context.Context) func() {
		var err error
		if act == ActLook {
			err = p.desk.LookAtCode(ctx, id)
		} else {
			err = p.desk.GiveUpCode(ctx, id)
		}
		return func() {
			p.open()
			p.problem = text.Of(err)
			p.Changed()
		}
	})
}
