package model

import (
	"fmt"
	"time"

	"paydesk/terminal/order"
)

// mistake is a way to get the rules wrong on purpose.
type mistake string

const (
	sendsFirst       mistake = "sends before the number is in the journal"
	newNumber        mistake = "tries again under a new number without taking the old one back"
	restartNotSent   mistake = "takes a restart while sending for not sent"
	adoptsLate       mistake = "adopts after the decision to take it back"
	trustsQuery      mistake = "trusts that the search does not find it"
	trustsReversal   mistake = "trusts that the reversal does not find it"
	staleQuery       mistake = "counts a search that began before the horizon"
	showsFirst       mistake = "shows the approval before it is in the journal"
	reversesFirst    mistake = "sends the reversal before the decision is in the journal"
	softIsHard       mistake = "takes the soft horizon for the hard one"
	forgetsOrphan    mistake = "takes a settled charge for reversed"
	returnsTwice     mistake = "sends the return of an orphan again when no answer came"
	adoptsClosed     mistake = "adopts for an order that is given up"
	returnsNoCommit  mistake = "sends the return of an orphan before it is in the journal"
	partIsWhole      mistake = "takes a partial approval for a refusal"
	declinesOnDoubts mistake = "takes no answer for a refusal"
)

// model is the terminal's real rules between a customer who presses at any
// time and a host at its worst.
type model struct {
	config
	orders   *pool[order.Order]
	attempts *pool[order.Attempt]
	actions  *pool[order.FollowUp]
}

// config is what may happen, and how often.
type config struct {
	name                    string
	crashes, losses, closes uint8
	// endless: the request of a sale may live inside the service for ever;
	// endlessReturn: that of a return may.
	endless, endlessReturn bool
	// compare: the host's records are compared with the journal.
	compare bool
	// consent: the cashier tries again at the soft horizon.
	consent bool
	// parts: the host may approve less than was asked.
	parts bool
	// single: there is no second attempt.
	single bool
	// stored: the goods are gone before the sale is sent.
	stored  bool
	mistake mistake
}

func newModel(c config) *model {
	return &model{c, newPool[order.Order](), newPool[order.Attempt](), newPool[order.FollowUp]()}
}

func (m *model) first() state {
	return state{crashes: m.crashes, losses: m.losses, closes: m.closes}
}

// moves lists all that can happen next.
func (m *model) moves(s state, emit func(what string, to state)) {
	for i := range s.lines {
		m.press(s, i, emit)
		m.exchange(s, i, emit)
		m.recover(s, i, emit)
		m.host(s, i, emit)
		for k := range s.lines[i].follows {
			m.follow(s, i, k, emit)
		}
	}
	m.world(s, emit)
}

// world is what happens to all at once.
func (m *model) world(s state, emit func(string, state)) {
	if o := m.orders.all[s.order]; o.State == order.Open {
		t := s
		o, _ = order.Abandon(o)
		o.Version = 1
		t.order = m.orders.id(o)
		emit("press: the order is given up", t)
	}
	if s.closes > 0 {
		t := s
		t.closes--
		for i := range t.lines {
			switch t.lines[i].row {
			case live:
				t.lines[i].row = closed
			case half:
				t.lines[i].row = closedHalf
			}
		}
		if t.lines != s.lines {
			emit("fault: the batch is settled", t)
		}
	}
	if s.crashes > 0 {
		t := s
		t.crashes--
		for i := range t.lines {
			l := &t.lines[i]
			l.call, l.began, l.answer = idle, 0, silence
			for k := range l.follows {
				l.follows[k].call, l.follows[k].began, l.follows[k].answer = idle, 0, silence
			}
		}
		if t.lines != s.lines {
			emit("fault: crash", t)
		}
	}
}

// press starts an attempt where the rules let it.
func (m *model) press(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	if l.core != 0 || l != (line{}) || i > 0 && m.single {
		return
	}
	o := m.orders.all[s.order]
	if i == 0 {
		o = order.Order{ID: "order", Version: 1, State: order.Open, Amount: amount, Created: zero}
	} else {
		if s.lines[0].core == 0 {
			return
		}
		before := m.attempts.all[s.lines[0].core]
		if m.mistake == newNumber && before.State == order.Unknown {
			before.State = order.NotSent
		}
		if order.MayStart(o, []order.Attempt{before}, m.consent) != nil {
			return
		}
	}
	t := s
	t.order = m.orders.id(o)
	if m.mistake == sendsFirst {
		t.lines[i].sale, t.lines[i].call = true, early
		emit(fmt.Sprintf("press: sale %d leaves", i+1), t)
		return
	}
	m.begin(&t, i)
	t.lines[i].call = unsent
	emit(fmt.Sprintf("press: attempt %d is in the journal", i+1), t)
}

func (m *model) begin(t *state, i int) {
	a := order.Begin(order.Attempt{Number: numbers[i], Order: "order", Asked: amount, Device: "dev", Stored: m.stored}, zero)
	t.lines[i].core = m.attempts.id(plainAttempt(a))
}

// step applies an event to an attempt by the real rules.
func (m *model) step(s state, i int, ev order.Event) (state, bool) {
	l := &s.lines[i]
	a := m.attempts.all[l.core]
	m.spoil(&a, &ev)
	now := m.lineTime(l.epoch)
	before := a.QuietSince
	o := m.orders.all[s.order]
	if m.mistake == adoptsClosed {
		o.State = order.Open
	}
	o2, a2, err := order.Step(o, a, ev, now)
	if err != nil {
		return s, false
	}
	if before.IsZero() && !a2.QuietSince.IsZero() {
		l.epoch = 0
	}
	if o2 == o {
		o2 = m.orders.all[s.order]
	}
	o2.Version = 1
	s.order = m.orders.id(o2)
	l.core = m.attempts.id(plainAttempt(a2))
	if a2.State == order.Approved {
		l.seen = true
	}
	if a2.State.Final() {
		l.epoch = 0
	}
	return s, true
}

// spoil makes the mistakes that lie in the rules themselves.
func (m *model) spoil(a *order.Attempt, ev *order.Event) {
	reply, isReply := (*ev).(order.Replied)
	probe, isProbe := (*ev).(order.Probed)
	reversal, isReversal := (*ev).(order.ReversalReplied)
	_, isRestart := (*ev).(order.Restarted)
	absent := isProbe && !probe.Finding.Failed && len(probe.Finding.Hits) == 0
	switch {
	case m.mistake == restartNotSent && isRestart:
		*ev = order.Replied{Evidence: order.Evidence{Stage: order.NotConnected}}
	case m.mistake == declinesOnDoubts && isReply && reply.Evidence.Stage == order.NoAnswer:
		*ev = order.Replied{Evidence: evidence(0, no)}
		if a.Number == numbers[1] {
			*ev = order.Replied{Evidence: evidence(1, no)}
		}
	case m.mistake == partIsWhole && isReply && reply.Evidence.Code == "A0002":
		reply.Evidence = evidence(0, no)
		reply.Evidence.Number = a.Number
		*ev = reply
	case m.mistake == trustsQuery && absent && a.State == order.Unknown:
		a.State = order.Sending
		*ev = order.Replied{Evidence: order.Evidence{Stage: order.NotConnected}}
	case m.mistake == trustsReversal && isReversal && reversal.Answer == order.ReversalNothing,
		m.mistake == forgetsOrphan && isReversal && reversal.Answer == order.ReversalSettled:
		*ev = order.ReversalReplied{Answer: order.ReversalDone}
	case m.mistake == adoptsLate && isProbe && len(probe.Finding.Hits) == 1:
		a.Decision = order.Undecided
	case m.mistake == softIsHard && absent && !probe.Finding.Started.Before(zero.Add(order.SoftHorizon)):
		probe.Finding.Started = zero.Add(order.HardHorizon)
		*ev = probe
	}
}

// exchange is the sale itself: it is sent, answered or not.
func (m *model) exchange(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	who := fmt.Sprintf("sale %d", i+1)
	replied := func(from state, what string, e order.Evidence) {
		if t, ok := m.step(from, i, order.Replied{Evidence: e}); ok {
			t.lines[i].call, t.lines[i].answer = idle, silence
			emit(what, t)
		}
	}
	switch l.call {
	case early:
		t := s
		m.begin(&t, i)
		t.lines[i].call = selling
		emit(fmt.Sprintf("attempt %d is in the journal", i+1), t)
	case unsent:
		t := s
		t.lines[i].call, t.lines[i].sale = selling, true
		emit(who+" leaves", t)
		if s.losses > 0 {
			t = s
			t.losses--
			replied(t, "fault: no connection for "+who, order.Evidence{Stage: order.NotConnected})
		}
	case selling, shown:
		if l.answer != silence {
			if m.mistake == showsFirst && l.call == selling && l.answer == yes {
				t := s
				t.lines[i].call, t.lines[i].seen = shown, true
				emit(who+": approval is shown", t)
				return
			}
			replied(s, who+": answer arrives", evidence(i, l.answer))
		}
		if l.call == selling {
			replied(s, who+": waited in vain", order.Evidence{Stage: order.NoAnswer})
		}
	}
}

// acts are what the rules have the program do next for an attempt, soon or
// after a while.
func acts(a order.Attempt) map[order.Action]bool {
	late := a
	late.Tries, late.LastTry = 20, zero.Add(100*time.Hour)
	soon, _ := order.Next(a)
	then, _ := order.Next(late)
	return map[order.Action]bool{soon: true, then: true}
}

// recover is what the program does about an attempt that is in doubt.
func (m *model) recover(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	if l.core == 0 {
		return
	}
	a := m.attempts.all[l.core]
	try := func(what string, ev order.Event) {
		if t, ok := m.step(s, i, ev); ok {
			emit(fmt.Sprintf("attempt %d: %s", i+1, what), t)
		}
	}
	call := func(what string, c call, f func(*line)) {
		t := s
		t.lines[i].call, t.lines[i].began = c, l.epoch
		f(&t.lines[i])
		emit(fmt.Sprintf("attempt %d: %s", i+1, what), t)
	}
	try("the customer leaves", order.WaitOver{Cancelled: true})
	if a.State == order.PartApproved {
		try("the part is kept", order.Kept{})
		try("the part is given back", order.GivenBack{})
	}
	switch l.call {
	case idle:
		if a.State == order.Sending {
			try("restart", order.Restarted{})
			return
		}
		next := acts(a)
		if next[order.DoQuery] {
			call("a search begins", asking, func(*line) {})
		}
		if next[order.DoReverse] {
			call("a reversal leaves", reversing, func(l *line) { l.reversal = min(l.reversal+1, maxReversals) })
		}
		if next[order.DoGiveUp] {
			try("the wait is over", order.WaitOver{})
			if m.mistake == reversesFirst {
				call("a reversal leaves", reversing, func(l *line) { l.reversal = min(l.reversal+1, maxReversals) })
			}
		}
		if next[order.DoReturn] {
			m.returnOrphan(s, i, emit)
		}
		m.compared(s, i, emit)
	case asking, reversing:
		m.answered(s, i, emit)
	}
}

// answered ends a search or a reversal.
func (m *model) answered(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	t := s
	t.lines[i].call, t.lines[i].began, t.lines[i].answer = idle, 0, silence
	var ev order.Event
	what := "no answer"
	if l.call == asking {
		f := order.Finding{Started: m.lineTime(l.began), Failed: l.answer == silence}
		if m.mistake == staleQuery {
			f.Started = m.lineTime(l.epoch)
		}
		if l.answer != silence {
			what = "the search is answered"
		}
		if l.answer != silence && l.answer != nothing {
			f.Hits = []order.Evidence{evidence(i, l.answer)}
		}
		ev = order.Probed{Finding: f}
	} else {
		reply := map[answer]order.ReversalAnswer{silence: order.ReversalNoAnswer, yes: order.ReversalDone,
			nothing: order.ReversalNothing, settled: order.ReversalSettled}[l.answer]
		if l.answer != silence {
			what = "the reversal is answered"
		}
		if m.mistake == reversesFirst && m.attempts.all[l.core].State == order.Unknown {
			if u, ok := m.step(t, i, order.WaitOver{}); ok {
				t = u
			}
		}
		ev = order.ReversalReplied{Answer: reply}
	}
	if u, ok := m.step(t, i, ev); ok {
		t = u
	}
	emit(fmt.Sprintf("attempt %d: %s", i+1, what), t)
}
