package history

import (
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// wordOf is what became of a sale, as a kind and in a word or few.
func wordOf(s engine.Sale) (look.Kind, string) {
	kind := look.OfState(s.State)
	whole := s.Approved
	if s.Kind == order.KindAuth {
		whole = s.Standing.Captured
	}
	switch s.Standing.As {
	case order.StandsHeld:
		return kind, text.Get("history.word.held")
	case order.StandsCaptured:
		return kind, text.Get("history.word.captured", s.Standing.Captured.Display())
	case order.StandsPart:
		return kind, text.Get("history.word.partreturned", s.Standing.Returned.Display(), whole.Display())
	case order.StandsReturned:
		return look.KindNotCharged, text.Get("history.word.paidback", s.Standing.Returned.Display())
	case order.StandsVoided:
		return look.KindNotCharged, text.Get("history.word.voided")
	}
	return kind, text.Get("history.word." + string(kind))
}

// detailOf puts a sale into words.
func (p *Presenter) detailOf(d engine.Detail) Detail {
	out := Detail{Row: p.rowOf(d.Sale), Printable: d.State == order.Approved, Say: p.say(d), Acts: p.acts(d)}
	fact := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, Line{text.Get(key), value})
		}
	}
	how := out.Card
	if key := "entry." + d.Entry; text.Has(key) {
		how = text.Get(key, out.Card)
	}
	fact("fact.card", how)
	if d.Approved.Minor > 0 && d.Approved != d.Asked {
		fact("fact.asked", d.Asked.Display())
	}
	fact("fact.number", d.Number)
	fact("fact.code", d.AuthCode)
	if key := "cause." + string(d.Cause); d.State != order.Approved && text.Has(key) {
		fact("fact.why", text.Get(key))
	}
	fact("fact.answer", answer(d.Code, d.Message))
	fact("fact.operator", p.name(d.Operator))
	fact("fact.holder", d.Holder)
	fact("fact.note", d.Order.Note)
	out.Jobs, out.Question = slip.Lines(d.Jobs)
	for _, j := range out.Jobs {
		fact("fact.receipt", j.Words)
	}
	for _, l := range d.Story {
		l.Actor = p.name(l.Actor)
		out.Story = append(out.Story, Line{At: l.At.In(p.zone()).Format("15:04:05"), Words: Sentence(l)})
	}
	return out
}

func answer(code, message string) string {
	if code != "" && message != "" {
		return code + " – " + message
	}
	return code + message
}

// Sentence is an event of the journal in words, with who did it where it was
// not the terminal itself.
func Sentence(l engine.Line) string {
	words := text.Get("event.other", l.Kind)
	if key := "event." + l.Kind; text.Has(key) {
		words = text.Get(key)
	}
	if l.Actor != "" && l.Actor != order.ActorTerminal {
		return text.Get("event.by", words, l.Actor)
	}
	return words
}
