package qrshow

import (
	"slices"
	"time"

	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Act is something that can be done.
type Act string

// The acts. Their texts are parts of the catalogue's keys.
const (
	ActCancel Act = "cancel"
	ActOther  Act = "other" // another way to pay
	ActPaper  Act = "paper" // the same by a code on paper
	ActLook   Act = "look"
	ActDone   Act = "done"  // the code on paper goes its own way
	ActSlip   Act = "slip"  // see the paper, print it again
	ActEnd    Act = "end"   // the code on paper is not to be paid any more
	ActAgain  Act = "again" // a new code
	ActCard   Act = "card"
	ActCash   Act = "cash"
	ActBack   Act = "back"
	ActLeave  Act = "leave"
)

var actKeys = map[Act]keys.Key{
	ActCancel: keys.Escape, ActOther: keys.Another, ActPaper: keys.Later, ActLook: keys.Look,
	ActDone: keys.Enter, ActSlip: keys.Receipt, ActEnd: keys.GiveBack,
	ActAgain: keys.Another, ActCard: keys.Enter, ActCash: keys.Cash, ActBack: keys.Escape, ActLeave: keys.Escape,
}

// acts are those of each stage, the one that matters most first.
var acts = map[Stage][]Act{
	Making:    {ActCancel, ActOther},
	Scan:      {ActCancel, ActOther, ActPaper, ActLook},
	Paper:     {ActDone, ActSlip, ActEnd},
	Taking:    {ActLook, ActCancel, ActOther},
	Deciding:  {ActLook, ActCancel, ActOther},
	Closing:   {ActCard, ActCash, ActLook, ActLeave},
	Expired:   {ActAgain, ActCard, ActCash, ActBack},
	Cancelled: {ActCard, ActCash, ActAgain, ActBack},
	Refused:   {ActAgain, ActCard, ActCash, ActBack},
	Failed:    {ActAgain, ActCard, ActCash, ActBack},
}

// Button is an act with its words.
type Button struct {
	Act   Act
	Words string
	Key   keys.Key
	// Main is the one that goes on.
	Main  bool
	Works bool
}

// offered are the acts of the present stage.
func (p *Presenter) offered() []Act {
	stage := p.Stage()
	if stage == Making && p.wish != wishNothing {
		return nil // it is given up as soon as it is there
	}
	return acts[stage]
}

func (p *Presenter) buttons() []Button {
	var out []Button
	for i, act := range p.offered() {
		b := Button{Act: act, Words: text.Get("wallet.act." + string(act)), Key: actKeys[act], Works: !p.busy && !(act == ActLook && p.looking)}
		b.Main = i == 0 && slices.Contains([]Act{ActDone, ActAgain, ActCard}, act)
		out = append(out, b)
	}
	return out
}

// calm is how long a key that pays is not taken after the stage changed: whoever
// hammers at a key must read first what became of the code.
const calm = 700 * time.Millisecond

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	for _, act := range p.offered() {
		if actKeys[act] == k {
			if k == keys.Escape || k == keys.Look || p.clock.Now().Sub(p.since) >= calm {
				p.Do(act)
			}
			return true
		}
	}
	return false
}

// Do does an act, if it is offered and nothing is under way.
func (p *Presenter) Do(act Act) {
	if !slices.Contains(p.offered(), act) || p.busy {
		return
	}
	switch act {
	case ActCancel:
		p.mayGiveUp(wishBack)
	case ActOther:
		p.mayGiveUp(wishOther)
	case ActPaper:
		p.mayGiveUp(wishPaper)
	case ActEnd:
		p.mayGiveUp(wishBack)
	case ActLook:
		if !p.looking {
			p.work(p.desk.LookAtCode, &p.looking, func() {})
		}
	case ActDone:
		p.Done(p.charge)
	case ActSlip:
		p.Receipt(slip.Paper{Document: order.DocumentCode, ID: p.code.ID})
	case ActBack:
		p.Back(p.charge)
	case ActLeave:
		p.wish = wishNothing
		p.Leave(p.charge)
	default:
		p.pay(act)
	}
}

// mayGiveUp gives the code up; where it may be paid already, somebody has to say
// so twice.
func (p *Presenter) mayGiveUp(w wish) {
	if stage := p.Stage(); stage == Taking || stage == Deciding || stage == Paper || p.silent() {
		p.Ask(Question{Kind: "giveup", Provider: p.title(), Yes: func() {
			if stage := p.Stage(); stage == Scan || stage == Taking || stage == Deciding || stage == Paper {
				p.giveUp(w)
			}
		}})
		return
	}
	p.giveUp(w)
}

// silent reports that the wallet said something else than how the code is, or
// nothing at all.
func (p *Presenter) silent() bool {
	return p.code.State == order.QRShown && p.code.Message != "" && !p.code.Pending
}

// pay pays the same order in another way. While the wallet has not said that the
// old code is dead, whoever does so says that the customer may pay twice.
func (p *Presenter) pay(act Act) {
	way := map[Act]func(engine.Charge){ActCard: p.Card, ActCash: p.Cash, ActAgain: func(c engine.Charge) {
		p.charge = c
		p.show(p.later)
	}}[act]
	if p.Stage() == Closing || text.Code(p.failed) == engine.ProblemConsent {
		p.Ask(Question{Kind: "consent", Provider: p.title(), Yes: func() {
			if p.Stage() == Paid {
				return
			}
			c := p.charge
			c.Consent = true
			p.wish = wishNothing
			way(c)
		}})
		return
	}
	p.wish = wishNothing
	way(p.charge)
}
