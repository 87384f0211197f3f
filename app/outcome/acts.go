package outcome

import (
	"context"
	"time"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Act is something that can be done.
type Act string

// The acts.
const (
	ActNewSale  Act = "new"
	ActTryAgain Act = "again"
	ActRest     Act = "rest"
	ActParts    Act = "parts" // back to the parts of the bill
	ActKeep     Act = "keep"
	ActGiveBack Act = "giveback"
	ActReceipt  Act = "receipt"
	ActHistory  Act = "history"
	// ActConsent charges the order again while an earlier payment is quiet, and
	// ActUndo takes back whatever the bank has. Both are warned of first; ActBack
	// leaves the warning.
	ActConsent Act = "consent"
	ActUndo    Act = "undo"
	ActBack    Act = "back"
)

var actKeys = map[Act]keys.Key{
	ActNewSale: keys.Sale, ActParts: keys.Sale, ActTryAgain: keys.Another, ActRest: keys.Another, ActKeep: keys.Keep,
	ActGiveBack: keys.GiveBack, ActReceipt: keys.Receipt, ActHistory: keys.History,
	ActConsent: keys.Another, ActUndo: keys.TakeBack, ActBack: keys.Escape,
}

// Button is an act with its words. The first of a view is the one that Enter
// does, unless the view waits for a decision.
type Button struct {
	Act   Act
	Words string
	Key   keys.Key
}

// offered are the acts of a kind, before any warning.
func (p *Presenter) offered(kind look.Kind) []Act {
	leave := p.leaving(kind)
	switch {
	case p.stored.ID != "":
		return []Act{leave, ActReceipt, ActHistory}
	case p.code.ID != "" && kind != look.KindApproved:
		return []Act{leave, ActHistory}
	case text.Code(p.failed) == engine.ProblemConsent:
		return []Act{leave, ActConsent} // the sentence is the warning
	case kind == look.KindApproved:
		return []Act{leave, ActReceipt}
	case kind == look.KindPart:
		return []Act{ActKeep, ActGiveBack}
	case p.mayTry(kind):
		return []Act{ActTryAgain, leave}
	case p.sale.SoftClear():
		return []Act{leave, ActConsent, ActHistory}
	case kind == look.KindReview && p.mayUndo():
		return []Act{leave, ActUndo, ActHistory}
	}
	return []Act{leave, ActHistory}
}

func (p *Presenter) buttons(kind look.Kind) []Button {
	acts := p.offered(kind)
	if p.warned != "" {
		// The way back lies where the finger is that pressed twice.
		acts = []Act{ActBack, p.warned}
	}
	var buttons []Button
	for _, act := range acts {
		b := Button{Act: act, Words: text.Get("outcome.act." + string(act)), Key: actKeys[act]}
		if said, known := order.Said(p.sale.Attempt); act == ActTryAgain && known && text.Has("outcome.act.again."+string(said.Lead)) {
			b.Words = text.Get("outcome.act.again." + string(said.Lead))
		} else if act == ActTryAgain && p.failed != nil {
			b.Words = text.Get("outcome.act.again.later") // no card was tried
		}
		switch {
		case act == ActKeep && !p.inParts():
			b.Words = text.Get("outcome.act.keep.only", text.Money(p.sale.Approved))
		case act == ActKeep:
			b.Words = text.Get("outcome.act.keep", text.Money(p.sale.Approved), text.Money(p.rest()))
		case act == ActRest:
			b.Words = text.Get("outcome.act.rest", text.Money(p.bill.Left))
		}
		buttons = append(buttons, b)
	}
	return buttons
}

// mayTry reports whether the same order may be charged once more.
func (p *Presenter) mayTry(kind look.Kind) bool {
	code := text.Code(p.failed)
	switch kind {
	case look.KindDeclined, look.KindNotCharged, look.KindReturned:
		return true
	case look.KindProblem:
		return code != engine.ProblemOrderClosed && code != engine.ProblemClosing
	}
	return false
}

// mayUndo reports whether the person may take back what the bank has.
func (p *Presenter) mayUndo() bool { return p.operator != nil && p.operator.May(staff.Void) }

// calm is how long Enter is not taken after an outcome appears: whoever still
// hammers at the key for the charge must not dismiss the answer unread.
const calm = 700 * time.Millisecond

// Enter does the first act, unless a person has to decide.
func (p *Presenter) Enter() {
	if p.View().Decide || p.clock.Now().Sub(p.shown) < calm {
		return
	}
	p.Do(p.View().Buttons[0].Act)
}

// Key does the act of a key, if it is offered.
func (p *Presenter) Key(k keys.Key) bool {
	for _, b := range p.View().Buttons {
		if b.Key == k {
			p.Do(b.Act)
			return true
		}
	}
	return false
}

// Do does an act, if it is offered and none is under way.
func (p *Presenter) Do(act Act) {
	offered := false
	for _, b := range p.View().Buttons {
		offered = offered || b.Act == act
	}
	if !offered || p.busy {
		return
	}
	if (act == p.warned || act == ActConsent && p.failed != nil) && p.clock.Now().Sub(p.shown) < calm {
		return // the second half of a double press: nothing was read yet
	}
	switch act {
	case ActBack:
		p.warn("")
	case ActConsent, ActUndo:
		p.warnedOf(act)
	case ActReceipt:
		p.Receipt(p.papers()...)
	case ActHistory:
		p.History()
	case ActTryAgain:
		p.TryAgain(p.payment.Charge)
	case ActRest, ActParts:
		p.Rest(p.asked())
	case ActNewSale:
		p.giveUp()
		p.NewSale()
	case ActKeep:
		p.decide(p.desk.Keep, func() {
			if p.inParts() {
				p.Rest(p.asked())
			}
		})
	case ActGiveBack:
		p.decide(p.desk.GiveBack, func() {})
	}
}

// warnedOf shows the warning of an act, and does the act once it was read.
func (p *Presenter) warnedOf(act Act) {
	switch {
	case p.warned == "" && p.failed == nil:
		p.warn(act)
	case act == ActConsent:
		again := p.payment.Charge
		again.Consent = true
		p.TryAgain(again)
	default:
		p.warned = ""
		p.decide(p.desk.GiveBack, func() {})
	}
}

// warning is what a person reads before an act: for a further charge what the
// terminal itself would say.
func warning(act Act) string {
	if act == ActConsent {
		return text.Of(&engine.Problem{Code: engine.ProblemConsent})
	}
	return text.Get("outcome.warn." + string(act))
}

func (p *Presenter) warn(act Act) {
	p.warned, p.shown = act, p.clock.Now()
	p.Changed()
}

// giveUp leaves a payment that did not come about.
func (p *Presenter) giveUp() {
	if p.Kind() == look.KindApproved || p.sale.Number == "" {
		return
	}
	drop := p.drop()
	p.run(func(ctx context.Context) func() {
		err := drop(ctx)
		if err == nil {
			return nil
		}
		return func() { p.Tell(text.Of(err)) }
	})
}

func (p *Presenter) decide(do func(context.Context, string) error, then func()) {
	p.busy, p.problem = true, ""
	number := p.sale.Number
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := do(ctx, number)
		return func() {
			p.busy, p.problem = false, text.Of(err)
			p.Changed()
			if err == nil {
				then()
			}
		}
	})
}

// Answer says whether the copy in question came out.
func (p *Presenter) Answer(printed bool) {
	question := p.View().Question
	if question == nil || p.busy {
		return
	}
	p.busy, p.problem = true, ""
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.SettleJob(ctx, question.Job, printed)
		return func() {
			p.busy, p.problem = false, text.Of(err)
			p.load()
			p.Changed()
		}
	})
}
