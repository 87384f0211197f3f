package issue

import (
	"context"
	"slices"

	"paydesk/app/followup"
	"paydesk/app/nav"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Move marks the next sale of the list, or goes to the next field, or back.
func (p *Presenter) Move(by int) {
	switch n := len(p.sales); {
	case p.stage == Terms:
		p.terms.move(by)
	case p.stage == Choosing && n > 0:
		p.pointed = p.sales[min(max(0, p.mark()+by), n-1)].Number
	}
	p.Changed()
}

// mark is the marked sale of the list, or -1.
func (p *Presenter) mark() int {
	return slices.IndexFunc(p.sales, func(s engine.Sale) bool { return s.Number == p.pointed })
}

// Step goes one stage back, or leaves.
func (p *Presenter) Step() {
	switch {
	case p.typing:
		p.typing = false
	case p.stage == Terms:
		p.stage = Amounts
	case p.stage == Amounts && !p.direct:
		p.begin(Choosing, "")
	default:
		p.Back()
		return
	}
	p.Changed()
}

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if p.stage == Amounts && p.View().Amount.Pad {
		p.problem = ""
		p.sum.Press(c)
		p.Changed()
	}
}

// Field goes to a field, with the keyboard on the screen.
func (p *Presenter) Field(f Field) {
	if p.stage != Terms || f < 0 || f >= fields || f == Uses && p.terms.single() {
		return
	}
	p.typing = !p.typing || f != p.terms.chosen
	p.terms.choose(f)
	p.Changed()
}

// Valid chooses how long the card is good for.
func (p *Presenter) Valid(i int) {
	if p.stage != Terms || i < 0 || i >= len(validFor) {
		return
	}
	p.terms.valid = i
	if p.terms.single() && p.terms.chosen == Uses {
		p.terms.choose(MCC)
	}
	p.Changed()
}

// Rune takes a letter of the chosen field, Paste text of any length, Erase takes
// a letter back.
func (p *Presenter) Rune(r rune) {
	if p.stage == Terms {
		p.terms.lines[p.terms.chosen].Type(r)
		p.Changed()
	}
}

// Paste takes text of any length.
func (p *Presenter) Paste(words string) {
	if p.stage == Terms {
		p.terms.lines[p.terms.chosen].Paste(words)
		p.Changed()
	}
}

// Erase takes a letter back.
func (p *Presenter) Erase() {
	if p.stage == Terms {
		p.terms.lines[p.terms.chosen].Erase()
		p.Changed()
	}
}

// Enter does the main thing of the stage; in the form it goes to what is
// missing first.
func (p *Presenter) Enter() {
	v := p.View()
	switch {
	case p.stage == Choosing:
		p.Choose(p.mark())
	case p.stage == Amounts && v.Amount.Main.Ready:
		p.stage = Terms
		p.Changed()
	case p.stage == Terms && v.Form.Main.Ready:
		p.issue()
	case p.stage == Terms:
		bad, _ := p.terms.firstWrong()
		p.terms.left[p.terms.chosen] = true
		p.terms.choose(bad)
		p.Changed()
	}
}

func (p *Presenter) issue() {
	number, amount, terms := p.number, p.sum.Amount(), p.terms.order()
	p.typing = false
	p.Work(followup.Task{Act: order.Issue, Of: number, Amount: amount, Brand: p.detail.Brand, Last4: p.detail.Last4, From: nav.Issue,
		Do: func(ctx context.Context) (order.FollowUp, error) { return p.desk.IssueCard(ctx, number, amount, terms) }})
}
