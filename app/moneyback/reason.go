package moneyback

import (
	"context"
	"slices"

	"paydesk/app/followup"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/step"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// usual are the catalogue's keys of the usual reasons.
var usual = []string{"moneyback.reason.returned", "moneyback.reason.amount", "moneyback.reason.twice",
	"moneyback.reason.cancelled", "moneyback.reason.faulty", "moneyback.reason.price"}

// words are the usual reasons.
func usualWords() (words []string) {
	for _, key := range usual {
		words = append(words, text.Get(key))
	}
	return words
}

func (p *Presenter) reasons() step.WordsView {
	amount := p.sum.Amount()
	v := step.WordsView{Title: text.Get("moneyback.reason.title"), Label: text.Get("moneyback.reason"), Words: p.reason.Raw(),
		Typing: p.typing, Choices: usualWords()}
	v.Chosen = slices.Index(v.Choices, p.reason.Text())
	v.Problem = p.wrongReason()
	if p.plan == nil {
		return v
	}
	v.Say, _ = p.why(*p.plan, amount)
	act := "return"
	switch {
	case p.plan.Why == order.BackHeld:
		act = "release"
	case p.plan.Cash != nil:
		act = "cash"
	case p.plan.By(amount) == order.Void:
		act = "void"
	}
	v.Main = step.Act{Words: text.Get("moneyback.do."+act, text.Money(amount)), Ready: p.reason.Text() != "" && v.Problem == "", Hint: keys.Enter}
	return v
}

// wrongReason is what is wrong with the reason, as soon as it is known.
func (p *Presenter) wrongReason() string {
	switch typed := p.reason.Text(); {
	case p.reason.HasCard():
		return text.Get("moneyback.reason.card")
	case p.reason.Full:
		return text.Get("moneyback.reason.full")
	case typed == "" && p.pressed:
		return text.Get("moneyback.reason.needed")
	}
	return ""
}

// Reason takes one of the usual reasons.
func (p *Presenter) Reason(i int) {
	if words := usualWords(); p.stage == Reasoning && i >= 0 && i < len(words) {
		p.reason.Set(words[i])
		p.Changed()
	}
}

// Rune takes a letter of the stage's line. Where the reason is none of a
// person's own words, a digit chooses one of the usual.
func (p *Presenter) Rune(r rune) {
	switch p.stage {
	case Finding:
		if p.search.Type(r) {
			p.search.KeepCardEnd()
			p.load()
		}
	case Reasoning:
		own := p.reason.Len() > 0 && !slices.Contains(usualWords(), p.reason.Text())
		if i := int(r - '1'); !own && i >= 0 && i < len(usual) {
			p.Reason(i)
			return
		}
		p.reason.Type(r)
	default:
		return
	}
	p.Changed()
}

// Paste takes text of any length.
func (p *Presenter) Paste(words string) {
	switch p.stage {
	case Finding:
		p.search.Paste(words)
		p.search.KeepCardEnd()
		p.load()
	case Reasoning:
		p.reason.Paste(words)
	}
	p.Changed()
}

// Erase takes a letter back.
func (p *Presenter) Erase() {
	switch p.stage {
	case Finding:
		p.search.Erase()
		p.load()
	case Reasoning:
		p.reason.Erase()
	}
	p.Changed()
}

// give gives the money back, once there is a reason.
func (p *Presenter) give() {
	v := p.View().Reason
	if p.pressed = true; !v.Main.Ready || p.plan == nil {
		p.Changed()
		return
	}
	plan, amount, reason := *p.plan, p.sum.Amount(), p.reason.Text()
	if plan.Code != nil {
		p.typing = false
		p.Work(p.taskWallet(plan, amount, reason))
		return
	}
	t := followup.Task{Act: plan.By(amount), Release: plan.Why == order.BackHeld, Cash: plan.Cash != nil, Of: plan.Number, Amount: amount, From: nav.MoneyBack}
	if plan.Sale != nil {
		t.Brand, t.Last4 = plan.Sale.Brand, plan.Sale.Last4
	}
	switch {
	case t.Cash:
		t.Do = func(ctx context.Context) (order.FollowUp, error) {
			back, err := p.desk.ReturnCash(ctx, plan.Number, amount, reason)
			return order.FollowUp{ID: back.ID, Act: order.Return, State: order.FollowDone, Amount: back.Amount}, err
		}
	case t.Act == order.Void:
		t.Do = func(ctx context.Context) (order.FollowUp, error) { return p.desk.Void(ctx, plan.Number, reason) }
	case t.Act == order.Return:
		t.Do = func(ctx context.Context) (order.FollowUp, error) {
			return p.desk.Return(ctx, plan.Number, amount, reason)
		}
	default:
		return
	}
	p.typing = false
	p.Work(t)
}
