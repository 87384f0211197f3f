package history

import (
	"strings"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// attention are the rows that stand above those of the day, whatever day they
// are from: what a person should look at, and what was parked and is not
// settled yet. Each payment has one.
func (p *Presenter) attention() []Row {
	var rows []Row
	seen := map[string]bool{}
	add := func(r Row) {
		if !seen[r.Number] {
			seen[r.Number], r.Pinned = true, true
			rows = append(rows, r)
		}
	}
	for _, s := range p.snapshot.Live {
		if s.Alarm || s.State == order.Review || s.Parked != "" {
			add(p.rowOf(s))
		}
	}
	for _, f := range p.snapshot.Follows {
		if inDoubt(f) && f.Of != "" {
			add(p.followRow(f))
		}
	}
	return rows
}

// inDoubt reports whether nobody knows what became of a follow-up.
func inDoubt(f order.FollowUp) bool {
	return f.State == order.FollowUnknown || f.State == order.FollowReview
}

func (p *Presenter) followRow(f order.FollowUp) Row {
	kind := look.KindChecking
	if f.State == order.FollowReview {
		kind = look.KindReview
	}
	return Row{
		Number: f.Of, Time: p.when(f.Created), Amount: f.Amount.Display(), Card: f.Brand + " •••• " + f.Last4,
		Word: parked(text.Get("history.follow."+strings.ToLower(string(f.Act))), f.Parked), Look: look.Of(kind),
	}
}

// parked adds to a word that a supervisor lets the day go on without it.
func parked(word, by string) string {
	if by == "" {
		return word
	}
	return text.Get("history.parked", word)
}

// say is what is to be done about a payment that is not settled, and what the
// terminal does by itself; "" where nothing is open.
func (p *Presenter) say(d engine.Detail) string {
	key := strings.ToLower(strings.ReplaceAll(string(d.State), "_", "-"))
	switch {
	case d.State == order.Review && p.may(ActTakeBack):
		key += ".supervisor"
	case d.State == order.OrphanReturn && d.Cause == order.CauseRefused:
		key += ".refused"
	}
	words := ""
	if text.Has("say." + key) {
		words = text.Get("say." + key)
	}
	by := d.Parked
	for _, f := range d.Follows {
		if !inDoubt(f) {
			continue
		}
		words, by = text.Get("say.follow."+strings.ToLower(string(f.State)), f.ID), f.Parked
	}
	if by != "" {
		words += " " + text.Get("say.parked", p.name(by))
	}
	return words
}
