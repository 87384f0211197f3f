package outcome

import (
	"slices"
	"strings"

	"paydesk/app/cardentry"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/app/wallet"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// ShowCode tells of a payment by phone.
func (p *Presenter) ShowCode(c engine.Charge, code engine.CodeView) {
	p.begin(cardentry.Payment{Charge: c})
	p.code = code
	p.Changed()
}

// ShowLateCode tells of one that nobody waited for.
func (p *Presenter) ShowLateCode(code engine.CodeView) {
	p.ShowCode(engine.Charge{Order: code.Order, Amount: code.Asked}, code)
	p.late = true
	p.Changed()
}

// Code is the code that is told of; its ID is "" where there is none.
func (p *Presenter) Code() engine.CodeView { return p.code }

// received is what came by the code: what pays the order, or what no order
// waited for.
func (p *Presenter) received() money.Amount {
	if paid, ok := p.code.Paid(); ok {
		return paid.Amount
	}
	if strays := p.code.Strays(); len(strays) > 0 {
		return strays[0].Amount
	}
	return p.code.Asked
}

func (p *Presenter) viewCode(v *View) {
	c := p.code
	v.Card, v.Amount = wallet.Name(c.Title), text.Money(p.received())
	if c.Test {
		v.Card += "  ·  " + text.Get("wallet.test")
	}
	switch kind := p.Kind(); kind {
	case look.KindApproved:
		v.Word = text.Get("wallet.word.paid")
		if paid, _ := c.Paid(); c.Deduct && paid.Fee.Currency == paid.Amount.Currency {
			v.Bank = text.Get("wallet.fee", text.Money(paid.Fee), text.Money(paid.Net()))
		}
		if p.bill.Left.Minor == 0 {
			v.Sentence = text.Get("outcome.approved")
		}
	case look.KindNotCharged:
		v.Word, v.Sentence = text.Get("wallet.word."+strings.ToLower(string(c.State))), text.Get("wallet.late.unpaid")
	case look.KindReview:
		v.Sentence = text.Get("wallet.late.stray", c.Title)
	case look.KindChecking:
		v.Sentence = text.Get("wallet.say.closing", c.Title)
	}
	if p.late {
		v.Bank = text.Get("wallet.late", text.Moment(c.Created.Local()))
	}
	v.Jobs, v.Question = slip.Lines(p.jobs)
}

// applyCode follows the code and its receipts.
func (p *Presenter) applyCode(s engine.Snapshot) {
	p.jobs = slices.DeleteFunc(slices.Clone(s.Jobs), func(j order.Job) bool { return j.Subject != p.code.ID })
	all := s.Codes
	if s.Code != nil {
		all = append(slices.Clone(all), *s.Code)
	}
	for _, c := range all {
		if c.ID == p.code.ID && c.Version >= p.code.Version {
			p.code = c
		}
	}
	p.Changed()
}
