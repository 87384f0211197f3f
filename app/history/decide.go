package history

import (
	"context"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Act is what a supervisor can do about a payment in doubt.
type Act string

// The acts. Their texts are parts of the catalogue's keys.
const (
	// ActTakeBack undoes whatever the bank has of it.
	ActTakeBack Act = "takeback"
	// ActPark lets the day be closed without it.
	ActPark Act = "park"
)

// actKeys are the keys of the acts, rights what they need.
var (
	actKeys = map[Act]keys.Key{ActTakeBack: keys.TakeBack, ActPark: keys.Park}
	rights  = map[Act]staff.Right{ActTakeBack: staff.Void, ActPark: staff.ParkUnknown}
)

// may reports whether whoever is signed in has the right.
func (p *Presenter) may(act Act) bool {
	return p.snapshot.Operator != nil && p.snapshot.Operator.May(rights[act])
}

// acts are what can be done about a payment now, by whoever is signed in.
func (p *Presenter) acts(d engine.Detail) []Act {
	var acts []Act
	if d.State == order.Review && p.may(ActTakeBack) {
		acts = append(acts, ActTakeBack)
	}
	if doubtful(d) != "" && p.may(ActPark) {
		acts = append(acts, ActPark)
	}
	return acts
}

// doubtful is what keeps the batch open of a payment: its own number, or that
// of a follow-up; "" where nothing does that is not parked. What is in review
// waits for a person, and the batch not for it.
func doubtful(d engine.Detail) string {
	switch d.State {
	case order.Unknown, order.Reversing, order.Quarantine, order.OrphanReturn:
		if d.Parked == "" {
			return d.Number
		}
	}
	for _, f := range d.Follows {
		if f.State == order.FollowUnknown && f.Parked == "" {
			return f.ID
		}
	}
	return ""
}

// AskAct asks once before an act, if it is offered.
func (p *Presenter) AskAct(act Act) {
	if d := p.View().Detail; d == nil || !offers(d.Acts, act) || p.asked != "" {
		return
	}
	p.asked = act
	p.Changed()
}

func offers(acts []Act, act Act) bool {
	for _, a := range acts {
		if a == act {
			return true
		}
	}
	return false
}

// DropAct takes the question away.
func (p *Presenter) DropAct() {
	p.asked = ""
	p.Changed()
}

// DoAct does the act after the question: once.
func (p *Presenter) DoAct() {
	act, d := p.asked, p.detail
	p.asked = ""
	if act == "" || d == nil || d.Number != p.number || !offers(p.acts(*d), act) {
		p.Changed()
		return
	}
	number, doubt := d.Number, doubtful(*d)
	p.Changed()
	p.run(func(ctx context.Context) func() {
		var err error
		switch act {
		case ActTakeBack:
			err = p.desk.GiveBack(ctx, number)
		case ActPark:
			err = p.desk.Park(ctx, doubt, "")
		}
		return func() {
			p.problem = text.Of(err)
			p.open(p.number)
			p.Changed()
		}
	})
}

// question is what is asked before an act. The safe answer is the one that
// Enter gives.
func (s *Screen) question(act Act) widgets.Question {
	shape := look.Alert
	if act == ActPark {
		shape = look.Clock
	}
	return widgets.Question{
		Shape: shape, Title: text.Get("act." + string(act) + ".ask"), Text: text.Get("act." + string(act) + ".text"),
		Choices: []widgets.Choice{
			{Words: text.Get("act.leave"), Hint: "Enter", Role: widgets.RoleMain, Tap: s.DropAct},
			{Words: text.Get("act." + string(act)), Hint: string(actKeys[act]), Role: widgets.RolePlain, Tap: s.DoAct},
		},
	}
}
