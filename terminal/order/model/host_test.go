package model

import (
	"fmt"

	"paydesk/terminal/order"
)

// host is what the host and the wire do with the requests of a line, and what
// time does to them.
func (m *model) host(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	say := func(what string, change func(*line)) {
		t := s
		change(&t.lines[i])
		emit(fmt.Sprintf("host, number %d: %s", i+1, what), t)
	}
	lose := func(what string, change func(*line)) {
		if s.losses > 0 {
			t := s
			t.losses--
			change(&t.lines[i])
			emit(fmt.Sprintf("fault, number %d: %s", i+1, what), t)
		}
	}
	if l.sale {
		decide := func(r row) func(*line) {
			return func(l *line) {
				l.row, l.sale = r, false
				if l.call == selling {
					l.answer = r.said()
				}
			}
		}
		say("charged", decide(live))
		say("declined", decide(refused))
		if m.parts {
			say("charged in part", decide(half))
		}
		lose("the sale is lost", func(l *line) { l.sale = false })
	}
	if l.call == selling && l.answer != silence {
		lose("the answer is lost", func(l *line) { l.answer = silence })
	}
	if l.reversal > 0 {
		m.reverse(l, say)
		lose("the reversal is lost", func(l *line) { l.reversal-- })
	}
	if l.call == asking && l.answer == silence {
		tell := func(a answer) { say("the search is read", func(l *line) { l.answer = a }) }
		tell(l.row.said())
		// A search shows a charge later than it is made, and need not show
		// what was declined or undone.
		if l.row != blank && !(l.row.standing() && l.epoch == lastEpoch && !m.endless) {
			tell(nothing)
		}
	}
	m.age(s, i, emit)
}

// reverse is the host at a reversal. It keeps no tombstones: what is voided
// already may be "not found".
func (m *model) reverse(l line, say func(string, func(*line))) {
	answer := func(a answer, r row) func(*line) {
		return func(l *line) {
			l.row, l.reversal = r, l.reversal-1
			if l.call == reversing {
				l.answer = a
			}
		}
	}
	switch l.row {
	case live, half:
		say("voided", answer(yes, voided))
	case closed, closedHalf:
		say("too late to void", answer(settled, l.row))
	case voided:
		say("voided already", answer(yes, l.row))
		say("voided already, and not found", answer(nothing, l.row))
	default:
		say("nothing to void", answer(nothing, l.row))
	}
}

// age lets time pass for an attempt. Behind the hard horizon a request that was
// never carried out is dead, unless the service keeps it for ever.
func (m *model) age(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	if l.core == 0 || l.epoch == lastEpoch {
		return
	}
	if a := m.attempts.all[l.core]; a.QuietSince.IsZero() || a.State.Final() {
		return
	}
	t := s
	t.lines[i].epoch++
	if t.lines[i].epoch == lastEpoch && !m.endless {
		t.lines[i].sale = false
	}
	emit(fmt.Sprintf("time passes for attempt %d", i+1), t)
}

// returnOrphan begins the return of a charge that was settled too soon.
func (m *model) returnOrphan(s state, i int, emit func(string, state)) {
	k := room(s.lines[i])
	if k < 0 {
		return
	}
	a := m.attempts.all[s.lines[i].core]
	f := order.TakeBack(a, order.Return, followID(i, k), a.GUID, a.Owed, zero)
	t, ok := m.step(s, i, order.ReturnBegun{ID: f.ID})
	if !ok {
		return
	}
	m.put(&t, i, k, f)
	if m.mistake == returnsNoCommit {
		u := s // the return leaves, and nothing is kept of it
		u.lines[i].follows[k].wire = true
		emit(fmt.Sprintf("return %d leaves", i+1), u)
		return
	}
	emit(fmt.Sprintf("return %d is in the journal", i+1), t)
}

// compared takes back what the host's records show of a dead attempt.
func (m *model) compared(s state, i int, emit func(string, state)) {
	l := s.lines[i]
	k := room(l)
	if !m.compare || k < 0 || !l.row.standing() {
		return
	}
	a := m.attempts.all[l.core]
	var earlier []order.FollowUp
	for _, f := range l.follows {
		if f.core != 0 {
			earlier = append(earlier, m.actions.all[f.core])
		}
	}
	act, owed, err := order.MayTakeBack(a, earlier, evidence(i, l.row.said()), l.row == closed || l.row == closedHalf)
	if err != nil {
		return
	}
	t := s
	m.put(&t, i, k, order.TakeBack(a, act, followID(i, k), "guid-"+a.Number, owed, zero))
	emit(fmt.Sprintf("compared: %s of %d is in the journal", act, i+1), t)
}

func (m *model) put(t *state, i, k int, f order.FollowUp) {
	t.lines[i].follows[k] = follow{core: m.actions.id(plainFollow(f)), call: unsent}
}

func followID(i, k int) string { return fmt.Sprintf("FOLLOW%d%d", i+1, k+1) }

func room(l line) int {
	for k, f := range l.follows {
		if f == (follow{}) {
			return k
		}
	}
	return -1
}

// follow is the life of one follow-up, at the terminal and at the host.
func (m *model) follow(s state, i, k int, emit func(string, state)) {
	f := s.lines[i].follows[k]
	if f == (follow{}) {
		return
	}
	if f.wire {
		m.carryOut(s, i, k, emit)
	}
	if f.core == 0 {
		return
	}
	now := m.actions.all[f.core]
	who := fmt.Sprintf("%s of %d: ", now.Act, i+1)
	set := func(what string, change func(*follow)) {
		t := s
		change(&t.lines[i].follows[k])
		emit(who+what, t)
	}
	step := func(from state, what string, ev order.FollowEvent) {
		from.lines[i].follows[k].call, from.lines[i].follows[k].answer, from.lines[i].follows[k].began = idle, silence, 0
		if t, ok := m.stepFollow(from, i, k, ev); ok {
			emit(what, t)
		} else if from != s {
			emit(what, from)
		}
	}
	switch f.call {
	case unsent:
		set("leaves", func(f *follow) { f.call, f.wire = acting, true })
		if s.losses > 0 {
			t := s
			t.losses--
			step(t, "fault: no connection for the "+who, order.FollowReplied{Evidence: order.Evidence{Stage: order.NotConnected}})
		}
	case acting:
		if f.answer != silence {
			step(s, who+"answer arrives", order.FollowReplied{Evidence: followEvidence(now, f.answer)})
		}
		step(s, who+"waited in vain", order.FollowReplied{Evidence: order.Evidence{Stage: order.NoAnswer}})
	case asking:
		q := order.Finding{Started: followTime(f.began), Failed: f.answer == silence}
		switch f.answer {
		case yes:
			q.Hits = []order.Evidence{followEvidence(now, yes)}
		case both:
			q.Hits = []order.Evidence{followEvidence(now, yes), followEvidence(now, yes)}
		}
		step(s, who+"the search ends", order.FollowProbed{Finding: q})
		if f.answer == silence {
			m.look(s, i, k, set)
		}
	case idle:
		m.idleFollow(s, i, k, set, step)
	}
	if f.epoch < lastEpoch && !now.QuietSince.IsZero() && !now.State.Final() {
		set("time passes", func(f *follow) {
			f.epoch++
			if f.epoch == lastEpoch && !m.endlessReturn {
				f.wire = false
			}
		})
	}
}

// idleFollow is what the program begins for a follow-up.
func (m *model) idleFollow(s state, i, k int, set func(string, func(*follow)), step func(state, string, order.FollowEvent)) {
	f := s.lines[i].follows[k]
	now := m.actions.all[f.core]
	if now.State == order.FollowSending {
		step(s, fmt.Sprintf("follow-up of %d: restart", i+1), order.Restarted{})
		return
	}
	switch act, _ := order.NextFollow(now); act {
	case order.DoQuery:
		set("a search begins", func(f *follow) { f.call, f.began = asking, f.epoch })
		if m.mistake == returnsTwice && now.State == order.FollowUnknown && !f.wire && f.done < 2 {
			set("leaves again", func(f *follow) { f.wire = true })
		}
	case order.DoSend:
		if t, ok := m.stepFollow(s, i, k, order.SentAgain{}); ok {
			g := t.lines[i].follows[k]
			g.call, g.epoch = unsent, 0
			set("is to be sent again", func(f *follow) { *f = g })
		}
	}
}

// stepFollow applies an event by the real rules, and lets the attempt know of
// the end of its return in the same commit.
func (m *model) stepFollow(s state, i, k int, ev order.FollowEvent) (state, bool) {
	f := &s.lines[i].follows[k]
	before := m.actions.all[f.core]
	after, err := order.StepFollow(before, ev, followTime(f.epoch))
	if err != nil {
		return s, false
	}
	if before.QuietSince.IsZero() != after.QuietSince.IsZero() || before.State == order.FollowSending {
		f.epoch = 0
	}
	f.core = m.actions.id(plainFollow(after))
	if after.State.Final() {
		f.epoch = 0
		if a := m.attempts.all[s.lines[i].core]; a.Return == after.ID {
			if t, ok := m.step(s, i, order.ReturnEnded{Follow: after}); ok {
				s = t
			}
		}
	}
	return m.tidy(s, i, k), true
}

// tidy makes room of a follow-up that is over, left no trace and can leave none.
func (m *model) tidy(s state, i, k int) state {
	f := &s.lines[i].follows[k]
	if now := m.actions.all[f.core]; f.core != 0 && now.State.Final() && now.State != order.FollowDone && !f.wire && f.done == 0 {
		*f = follow{}
	}
	return s
}

// carryOut is the host at a follow-up. It returns whatever it is asked to, as
// often as it is asked.
func (m *model) carryOut(s state, i, k int, emit func(string, state)) {
	act := order.Return
	if core := s.lines[i].follows[k].core; core != 0 {
		act = m.actions.all[core].Act
	}
	say := func(what string, said answer, change func(*line)) {
		t := s
		f := &t.lines[i].follows[k]
		f.wire = false
		if f.call == acting {
			f.answer = said
		}
		change(&t.lines[i])
		emit(fmt.Sprintf("host, %s of %d: %s", act, i+1, what), m.tidy(t, i, k))
	}
	same := func(*line) {}
	switch r := s.lines[i].row; {
	case act == order.Void && (r == live || r == half):
		say("done", yes, func(l *line) { l.row = voided; l.follows[k].done++ })
	case act == order.Void && r == voided:
		say("voided already", gone, same)
	case act == order.Void:
		say("settled", settled, same)
	case r == closed || r == closedHalf:
		say("done", yes, func(l *line) { l.returned++; l.follows[k].done++ })
	default:
		say("not settled", unsettled, same)
	}
	if s.losses > 0 {
		t := s
		t.losses--
		t.lines[i].follows[k].wire = false
		emit(fmt.Sprintf("fault: the %s of %d is lost", act, i+1), m.tidy(t, i, k))
	}
}

// look is the host at the question what became of a follow-up: it shows all of
// the kind that the journal does not know to be another one.
func (m *model) look(s state, i, k int, set func(string, func(*follow))) {
	now := m.actions.all[s.lines[i].follows[k].core]
	n := 0
	for other, f := range s.lines[i].follows {
		known := other != k && f.core != 0 && m.actions.all[f.core].GUID != ""
		if f.done > 0 && !known && (f.core == 0 || m.actions.all[f.core].Act == now.Act) {
			n += int(f.done)
		}
	}
	found := []answer{nothing, yes, both}[min(n, 2)]
	if now.Act == order.Void && s.lines[i].row == voided {
		found = yes
	}
	set("the search is read", func(f *follow) { f.answer = found })
	if found != nothing && (s.lines[i].follows[k].epoch < lastEpoch || m.endlessReturn) {
		set("the search is read too soon", func(f *follow) { f.answer = nothing })
	}
}
