package shift

import (
	"context"

	"paydesk/app/entry"
	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// act is one thing to do about the drawer.
type act struct {
	key   string
	shape look.Shape
	do    func(*Presenter)
}

// acts are what can be done while a shift is open.
func (p *Presenter) acts() []act {
	all := []act{
		{"shift.in", look.Tray, func(p *Presenter) { p.amount(order.MoveIn) }},
		{"shift.out", look.Up, func(p *Presenter) { p.amount(order.MoveOut) }},
	}
	if p.desk.Settings().Printer.Drawer {
		all = append(all, act{"shift.nosale", look.Dot, func(p *Presenter) { p.Drawer() }})
	}
	if now := p.now(); now != nil && !now.Uncounted {
		all = append(all, act{"shift.hand", look.Person, func(p *Presenter) { p.stage = Hand }},
			act{"shift.close", look.Check, func(p *Presenter) { p.Count() }})
	}
	return all
}

// Choose does what a row at the left is for.
func (p *Presenter) Choose(i int) {
	all := p.acts()
	if p.stage != Home || p.task.Busy() || i < 0 || i >= len(all) {
		return
	}
	p.at = i
	p.tell("", false)
	all[i].do(p)
	p.Changed()
}

// Move goes to the next row, or the one before.
func (p *Presenter) Move(by int) {
	switch p.stage {
	case Home:
		p.at = min(max(0, p.at+by), len(p.acts())-1)
	case Reason:
		p.row = min(max(0, p.row+by), len(p.reasons()))
	}
	p.Changed()
}

// Main does what Enter does.
func (p *Presenter) Main() {
	if p.task.Busy() {
		return
	}
	switch p.stage {
	case Home:
		p.Choose(p.at)
	case Amount, Own:
		p.fill.End()
	case Reason:
		p.Pick(p.row)
	case Told:
		p.Close()
	case Hand:
		p.hand()
	case Ended:
		p.Day()
	default:
		p.Finish()
	}
}

// Other does what the button beside it does.
func (p *Presenter) Other() {
	switch {
	case p.task.Busy():
	case p.counting():
		p.Turn()
	case p.stage == Told:
		p.Count()
	case p.stage == Hand && p.mine():
	case p.stage == Hand:
		p.count(Handing)
		p.tell("", false)
	case p.stage == Ended:
		p.count(Opening)
		p.tell("", false)
	}
}

// Paper shows the slip of the shift that was closed.
func (p *Presenter) Paper() {
	if p.stage == Ended && p.ended.ID != "" {
		p.Receipt(slip.Paper{Document: order.DocumentShift, ID: p.ended.ID})
	}
}

// mine reports that who is at the desk answers for the drawer.
func (p *Presenter) mine() bool {
	return p.now() != nil && p.snapshot.Operator != nil && p.snapshot.Operator.ID == p.now().Holder
}

// hand leaves the desk to whoever takes the drawer over, or takes it over.
func (p *Presenter) hand() {
	if p.mine() {
		p.handing, p.stage = true, Home
		p.SignOut()
		return
	}
	p.takeOver(nil)
}

// mostDigits are those of an amount.
const mostDigits = 9

// amount asks how much is put in or taken out.
func (p *Presenter) amount(kind order.MoveKind) {
	f := &form.Field{Key: "amount", Label: text.Get("shift.amount"), Pad: form.Money, Most: mostDigits, Currency: p.snapshot.Unit(), Empty: text.Get("shift.amount.enter")}
	f.Check = func(string) string {
		if f.Amount().Minor == 0 {
			return text.Get("shift.amount.needed")
		}
		return ""
	}
	f.Fill("")
	p.move = engine.CashMove{Kind: kind}
	p.stage, p.fill = Amount, form.New(f)
	p.fill.Changed = func() { p.Changed() }
	p.fill.Done = func() {
		p.move.Amount = f.Amount()
		p.stage, p.fill, p.row = Reason, nil, 0
		p.tell("", false)
	}
}

// why are the catalogue's keys of the usual reasons.
var why = map[order.MoveKind][]string{
	order.MoveIn:  {"shift.why.change", "shift.why.float", "shift.why.owner", "shift.why.back"},
	order.MoveOut: {"shift.why.bank", "shift.why.safe", "shift.why.bought", "shift.why.wages", "shift.why.taken"},
	"":            {"shift.why.given", "shift.why.unrung", "shift.why.noslip", "shift.why.unknown"},
}

// reasons are those for what is being done: cash that moves, or a difference.
func (p *Presenter) reasons() []string { return why[p.why()] }

func (p *Presenter) why() order.MoveKind {
	if now := p.now(); now != nil && now.State == order.ShiftCounting {
		return ""
	}
	return p.move.Kind
}

// Pick takes a usual reason, or asks for another.
func (p *Presenter) Pick(i int) {
	usual := p.reasons()
	switch {
	case p.stage != Reason || p.task.Busy() || i < 0 || i > len(usual):
	case i < len(usual):
		p.row = i
		p.because(text.Get(usual[i]))
	default:
		p.row, p.stage = i, Own
		f := &form.Field{Key: "reason", Label: text.Get("shift.why"), Most: mostReason, Check: checkReason}
		f.Fill("")
		p.fill = form.New(f)
		p.fill.Changed = func() { p.Changed() }
		p.fill.Done = func() { p.because(f.Value()) }
		p.tell("", false)
	}
}

// mostReason is how long a reason is at most.
const mostReason = 60

func checkReason(value string) string {
	line := entry.NewLine(mostReason, nil)
	line.Set(value)
	switch {
	case line.Text() == "":
		return text.Get("shift.why.needed")
	case line.HasCard():
		return text.Get("moneyback.reason.card")
	}
	return ""
}

// because does what the reason is for.
func (p *Presenter) because(reason string) {
	if p.why() == "" {
		p.end(reason)
		return
	}
	move := p.move
	move.Reason = reason
	p.start(func(ctx context.Context) error { _, err := p.desk.MoveCash(ctx, move); return err }, func() {
		p.stage, p.fill = Home, nil
		p.note = text.Get("shift.moved."+string(move.Kind), text.Money(move.Amount))
	})
}
