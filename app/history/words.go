package history

import (
	"cmp"
	"strconv"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Act is what can be done about a payment whose story is open. The texts are
// parts of the catalogue's keys.
type Act string

// The acts.
const (
	ActAttend  Act = "attend" // go where it is settled
	ActRefund  Act = "refund" // give money back
	ActRelease Act = "release"
	ActCapture Act = "capture"
	ActAgain   Act = "again" // charge the card on file
	ActReceipt Act = "receipt"
	ActLook    Act = "look"   // ask a code's provider now
	ActGiveUp  Act = "giveup" // end a code that is not to be paid any more
)

// actKeys are the keys of the acts.
var actKeys = map[Act]keys.Key{ActAttend: keys.Attention, ActRefund: keys.GiveBack, ActRelease: keys.GiveBack, ActCapture: keys.TakeBack,
	ActAgain: keys.Another, ActReceipt: keys.Receipt, ActLook: keys.Another, ActGiveUp: keys.TakeBack}

// rowOf is a line of the list.
func (p *Presenter) rowOf(i engine.Item) Row {
	switch {
	case i.Sale != nil:
		s := *i.Sale
		kind, word := payment.Word(s)
		amount := s.Asked
		if s.State == order.Approved && s.Approved.Minor > 0 {
			amount = s.Approved
		}
		return Row{Key: s.Number, Time: p.when(s.Created), Amount: text.Money(amount), Card: payment.Card(s.Brand, s.Last4),
			Word: payment.Parked(word, s.Parked), Look: look.Of(kind)}
	case i.Cash != nil:
		c := *i.Cash
		r := Row{Key: c.ID, Time: p.when(c.At), Amount: text.Money(c.Amount), Card: text.Get("find.cash"), Word: text.Get("find.cash.word"), Look: look.Of(look.KindApproved)}
		switch {
		case c.Left().Minor <= 0:
			r.Word, r.Look = text.Get("history.word.paidback", text.Money(c.Returned)), look.Of(look.KindNotCharged)
		case c.Returned.Minor > 0:
			r.Word = text.Get("history.word.partreturned", text.Money(c.Returned), text.Money(c.Amount))
		}
		return r
	case i.Stored != nil:
		s := *i.Stored
		amount := s.Amount
		if s.State == order.Uncollected {
			amount = s.Owed()
		}
		return Row{Key: s.ID, Time: p.when(s.Created), Amount: text.Money(amount), Card: payment.Card(s.Brand, s.Last4),
			Word: text.Get("stored.word." + payment.Kebab(string(s.State))), Look: look.Of(look.OfStored(s.State))}
	case i.Follow != nil:
		f := *i.Follow
		kind, word := payment.FollowWord(f)
		r := Row{Key: f.ID, Time: p.when(f.Created), Amount: text.Money(f.Amount), Card: payment.Card(f.Brand, f.Last4),
			Word: payment.Parked(word, f.Parked), Look: look.Of(kind)}
		if f.Act == order.Check {
			r.Amount = ""
		}
		return r
	case i.Code != nil:
		return p.codeRow(*i.Code)
	case i.Refund != nil:
		return p.refundRow(*i.Refund)
	}
	return Row{}
}

// facts collects names and values, and leaves out what is not there.
type facts []Line

func (f *facts) add(key, value string) {
	if value != "" {
		*f = append(*f, Line{text.Get(key), value})
	}
}

// story is the chosen payment in words.
func (p *Presenter) story() Detail {
	d := *p.detail
	out := Detail{Row: p.rowOf(p.item)}
	var f facts
	switch {
	case p.item.Cash != nil:
		if p.cashFacts(&f, *p.item.Cash); p.Refund != nil && p.item.Cash.Left().Minor > 0 {
			out.Acts = append(out.Acts, ActRefund)
		}
		out.Acts = append(out.Acts, ActReceipt)
	case p.item.Stored != nil:
		out.Say = text.Get("stored.say." + payment.Kebab(string(p.item.Stored.State)))
		p.storedFacts(&f, *p.item.Stored)
		if !p.item.Stored.State.Final() {
			out.Acts = []Act{ActAttend, ActReceipt}
		}
	case p.code != nil:
		p.codeStory(&out, &f)
	case d.Number == "":
		if p.followFacts(&f, *p.item.Follow); slip.HasSlip(*p.item.Follow) {
			out.Acts = []Act{ActReceipt}
		}
	default:
		out.Row = p.rowOf(engine.Item{Sale: &d.Sale})
		out.Key = p.chosen
		out.Say, out.Acts = p.deadlines(d), p.acts(d)
		p.saleFacts(&f, d)
	}
	f.add("fact.note", d.Order.Note)
	var jobs []slip.JobLine
	jobs, out.Question = slip.Lines(d.Jobs)
	for _, j := range jobs {
		f.add("fact.receipt", j.Words)
	}
	for _, l := range d.Story {
		l.Actor = p.name(l.Actor)
		out.Story = append(out.Story, Line{At: p.moment(l), Words: payment.Sentence(l)})
	}
	out.Facts = f
	return out
}

// moment is the time of an event, with its day where the story began on another.
func (p *Presenter) moment(l engine.Line) string {
	at := l.At.In(p.zone())
	if first := p.detail.Story[0].At.In(p.zone()); !midnight(first).Equal(midnight(at)) {
		return text.Moment(at)
	}
	return at.Format("15:04:05")
}

func (p *Presenter) saleFacts(f *facts, d engine.Detail) {
	how := payment.Card(d.Brand, d.Last4)
	if key := "entry." + d.Entry; text.Has(key) {
		how = text.Get(key, how)
	}
	f.add("fact.card", how)
	if d.Approved.Minor > 0 && d.Approved != d.Asked {
		f.add("fact.asked", text.Money(d.Asked))
	}
	f.add("fact.at", text.Whole(d.Created.In(p.zone())))
	f.add("fact.number", d.Number)
	f.add("fact.code", d.AuthCode)
	f.add("fact.reference", d.Reference)
	if key := "cause." + string(d.Cause); d.State != order.Approved && text.Has(key) {
		f.add("fact.why", text.Get(key))
	}
	f.add("fact.answer", payment.Answer(d.Code, d.Message))
	f.add("fact.operator", p.name(d.Operator))
	f.add("fact.holder", d.Holder)
	if d.Charged != "" {
		f.add("fact.onfile", d.Charged)
	}
	for _, follow := range d.Follows {
		_, word := payment.FollowWord(follow)
		words := text.Get("find.follow", word, text.Money(follow.Amount))
		if follow.Reason != "" {
			words += " – " + follow.Reason
		}
		f.add("fact.follow", words)
	}
}

func (p *Presenter) cashFacts(f *facts, c order.Cash) {
	f.add("fact.tendered", text.Money(c.Tendered))
	f.add("fact.change", text.Money(c.Change()))
	f.add("fact.at", text.Whole(c.At.In(p.zone())))
	f.add("fact.number", c.ID)
	f.add("fact.operator", p.name(c.Operator))
}

func (p *Presenter) storedFacts(f *facts, s order.Stored) {
	if key := "cause." + string(s.Cause); text.Has(key) {
		f.add("fact.why", text.Get(key))
	}
	f.add("fact.answer", payment.Answer(s.Code, s.Message))
	if s.Approved.Minor > 0 {
		f.add("fact.asked", text.Money(s.Amount))
	}
	f.add("fact.card", payment.Card(s.Brand, s.Last4))
	f.add("fact.number", s.ID)
	f.add("fact.stored", text.Whole(s.Created.In(p.zone())))
	f.add("fact.operator", p.name(s.Operator))
	f.add("fact.reason", s.Reason)
	if s.Tries > 0 {
		f.add("fact.tries", strconv.Itoa(s.Tries))
	}
}

func (p *Presenter) followFacts(f *facts, u order.FollowUp) {
	f.add("fact.card", payment.Card(u.Brand, u.Last4))
	f.add("fact.at", text.Whole(u.Created.In(p.zone())))
	f.add("fact.number", u.ID)
	f.add("fact.code", u.AuthCode)
	f.add("fact.answer", payment.Answer(u.Code, u.Message))
	f.add("fact.operator", p.name(u.Operator))
}

// acts are what can be done about a sale or hold now. That the engine refuses
// some of it a moment later is told there.
func (p *Presenter) acts(d engine.Detail) (acts []Act) {
	doubt := !d.State.Final() && d.State != order.Sending
	can := map[order.Act]bool{}
	for _, act := range d.Acts {
		can[act] = true
	}
	for _, f := range d.Follows {
		doubt = doubt || f.State == order.FollowUnknown || f.State == order.FollowReview
	}
	if doubt {
		acts = append(acts, ActAttend)
	}
	switch {
	case p.Refund == nil:
	case d.Standing.As == order.StandsHeld && can[order.Void]:
		acts = append(acts, ActRelease)
	case can[order.Void] || can[order.Return]:
		acts = append(acts, ActRefund)
	}
	if can[order.Capture] && p.Capture != nil {
		acts = append(acts, ActCapture)
	}
	if d.Token != "" && p.Again != nil {
		acts = append(acts, ActAgain)
	}
	if d.State == order.Approved || d.State == order.Declined {
		acts = append(acts, ActReceipt)
	}
	return acts
}

// deadlines says until when something can be done about a payment, as far as is
// known; "" where nothing can. That a batch is open nobody knows for certain,
// since the service closes it by itself.
func (p *Presenter) deadlines(d engine.Detail) string {
	made := d.Created.In(p.zone())
	until := order.ReturnUntil(made)
	last := text.Day(until)
	switch {
	case d.Standing.As == order.StandsHeld:
		lapse := order.HoldUntil(made)
		if !p.clock.Now().Before(lapse) {
			return text.Get("find.until.lapsed", text.Day(lapse))
		}
		return text.Get("find.until.hold", text.Day(lapse))
	case d.Standing.Left.Minor <= 0:
		return ""
	case p.clock.Now().After(until.AddDate(0, 0, 1)):
		return text.Get("find.until.over", last)
	case d.Settled || d.Standing.Returned.Minor > 0:
		return text.Get("find.until.return", last)
	}
	return text.Get("find.until.void", last)
}

// papers are the documents of the chosen payment.
func (p *Presenter) papers() []slip.Paper {
	papers := p.own()
	if p.bill != "" {
		papers = append(papers, slip.Paper{Document: order.DocumentBill, ID: p.bill})
	}
	return papers
}

// own are those without the whole bill.
func (p *Presenter) own() []slip.Paper {
	switch d := p.detail; {
	case p.item.Cash != nil:
		return []slip.Paper{{Document: order.DocumentCash, ID: p.item.ID()}}
	case p.item.Stored != nil && d.Number == "":
		return slip.OfStored(*p.item.Stored)
	case p.code != nil:
		return slip.OfCode(p.code.QR, p.code.Refunds)
	case d.Number == "":
		return slip.OfFollow(*p.item.Follow)
	default:
		return slip.Of(d.Attempt, d.Follows)
	}
}

// Do begins what can be done about the payment whose story is open, if it is
// offered.
func (p *Presenter) Do(act Act) {
	if !p.shows(act) {
		return
	}
	d := *p.detail
	switch act {
	case ActAttend:
		p.Attention(cmp.Or(about(p.item), codeOf(p.item), p.item.ID()))
	case ActLook, ActGiveUp:
		p.doCode(act)
	case ActRefund, ActRelease:
		if p.code != nil {
			payment, _ := refundable(p.code.QR)
			p.RefundCode(p.code.ID, payment.ID)
			return
		}
		p.Refund(cmp.Or(d.Number, p.item.ID()))
	case ActCapture:
		p.Capture(d.Number)
	case ActAgain:
		p.Again(d)
	case ActReceipt:
		p.Receipt(p.papers()...)
	}
}
