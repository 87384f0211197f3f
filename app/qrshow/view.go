package qrshow

import (
	"fmt"
	"time"

	"paydesk/app/customer"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/wallet"
)

// View is what the screen shows.
type View struct {
	Stage  Stage
	Amount string
	// Wallet is what people call it; Test: no real money moves.
	Wallet string
	Test   bool
	// Code is what the code holds, "" where there is none to scan. Otherwise
	// Look, Word and the sentence tell how far it is.
	Code string
	Look look.Look
	Word string
	// Title and Say tell what is going on, and what to do; Wrong that something
	// is not as it should be.
	Title, Say string
	Wrong      bool
	// Left is how long the code is shown yet, "" where that does not count; Share
	// what of its time is left, in thousandths.
	Left    string
	Share   int
	Buttons []Button
	Problem string
}

func (p *Presenter) title() string {
	if p.code.Title != "" {
		return wallet.Name(p.code.Title)
	}
	return wallet.Name(p.offer.Title)
}

// silent are the words of the stages in which the wallet said something else than
// how the code is, or nothing at all.
var silent = map[Stage]string{Making: "making", Scan: "scan", Taking: "scan", Closing: "closing"}

// View is the present view.
func (p *Presenter) View() View {
	stage := p.Stage()
	v := View{Stage: stage, Amount: text.Money(p.charge.Amount), Wallet: p.title(), Test: p.offer.Test || p.code.Test, Buttons: p.buttons(), Problem: p.problem}
	if stage == Scan || stage == Paper {
		v.Code = p.code.Text
	}
	if kind, ok := kinds[stage]; ok {
		v.Look = look.Of(kind)
	} else {
		v.Look = look.Look{Shape: look.Clock, Fill: look.Surface, On: look.Ink}
	}
	v.Word, v.Title = text.Get("wallet.word."+string(stage)), text.Get("wallet.title."+string(stage), v.Wallet)
	v.Say = text.Get("wallet.say."+string(stage), v.Wallet)
	switch message := text.Say(p.code.Message); {
	case stage == Failed:
		v.Say, v.Wrong = text.Of(p.failed), true
	case stage == Making && p.wish != wishNothing:
		v.Say = text.Get("wallet.say.stopping")
	case (stage == Refused || stage == Deciding) && message != "":
		v.Say = message
	case stage == Paper:
		v.Say = text.Get("wallet.say.paper", text.Moment(p.code.Until.Local()))
	case silent[stage] != "" && message != "":
		v.Title, v.Say, v.Wrong = text.Get("wallet.title.silent."+silent[stage]), message+" "+text.Get("wallet.say.silent."+silent[stage]), true
	}
	p.countdown(&v)
	return v
}

// countdown tells how long the code is shown.
func (p *Presenter) countdown(v *View) {
	q := p.code
	if v.Stage != Scan || q.Patience.IsZero() {
		return
	}
	left := max(0, q.Patience.Sub(p.clock.Now()).Round(time.Second))
	v.Left = fmt.Sprintf("%d:%02d", left/time.Minute, left%time.Minute/time.Second)
	if whole := q.Patience.Sub(q.Created); whole > 0 {
		v.Share = min(1000, int(left*1000/whole))
	}
}

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	v := customer.View{Due: customer.Due{Total: p.charge.Amount}, Wallet: p.title()}
	switch p.Stage() {
	case Scan, Paper:
		v.Stage, v.Code = customer.Scan, p.code.Text
	case Making, Taking, Deciding:
		v.Stage = customer.Confirm
	case Closing:
		v.Stage = customer.Checking
	case Paid:
		paid, _ := p.code.Paid()
		v.Stage, v.Paid = customer.Paid, paid.Amount
	default:
		v.Stage = customer.Lapsed
	}
	return v
}
