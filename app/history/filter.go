package history

import (
	"cmp"
	"slices"
	"time"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Filter is one of the buttons that narrow a search.
type Filter int

// The filters.
const (
	FilterWhen Filter = iota
	FilterStatus
	FilterKind
	FilterWho
	filters
)

// sort is a choice of a filter that is known by a word, too. Its name is part of
// the catalogue's keys.
type sort struct {
	name   string
	states []order.State
	kinds  []order.Kind
}

// add narrows a reading to it, if nothing contradicts.
func (s sort) add(r *Reading) bool {
	took := true
	if s.states != nil {
		took, r.Query.States = r.Query.States == nil, s.states
	}
	if s.kinds != nil {
		took, r.Query.Kinds = took && r.Query.Kinds == nil, s.kinds
	}
	key := "ask.kind." + s.name
	if s.states != nil {
		key = "ask.status." + s.name
	}
	return r.say(took, text.Get(key+".say"))
}

// statuses are what became of a payment, as people ask for it. The states of
// stored sales and follow-ups are among them.
var statuses = []sort{
	{"approved", []order.State{order.Approved, order.State(order.FollowDone), order.State(order.Collected), order.State(order.QRPaid)}, nil},
	{"declined", []order.State{order.Declined, order.State(order.FollowRefused), order.State(order.Uncollected), order.State(order.WrittenOff)}, nil},
	{"notcharged", []order.State{order.NotSent, order.Reversed, order.Absent, order.Returned, order.State(order.Withdrawn),
		order.State(order.QRExpired), order.State(order.QRCancelled)}, nil},
	{"open", []order.State{order.Sending, order.Unknown, order.Reversing, order.Quarantine, order.OrphanReturn, order.PartApproved, order.Review,
		order.State(order.StoredWaiting), order.State(order.StoredForwarding), order.State(order.QRCreating), order.State(order.QRShown), order.State(order.QRTaking),
		order.State(order.QRClosing), order.State(order.RefundPending)}, nil},
}

// kinds are the kinds of payment, as people ask for them.
var kinds = []sort{
	{"card", nil, []order.Kind{order.KindSale}},
	{"hold", nil, []order.Kind{order.KindAuth}},
	{"cash", nil, []order.Kind{order.KindCash}},
	{"stored", nil, []order.Kind{order.KindStored}},
	{"wallet", nil, []order.Kind{order.KindQR}},
	{"refund", nil, []order.Kind{order.KindRefund}},
	{"back", nil, []order.Kind{order.KindReturn, order.KindVoid, order.KindRefund}},
	{"check", nil, []order.Kind{order.KindCheck}},
}

// plainKinds are what a list has where no kind is asked for: all but voids and
// captures, of which the payment itself tells.
var plainKinds = []order.Kind{order.KindSale, order.KindAuth, order.KindCash, order.KindStored, order.KindReturn, order.KindCheck, order.KindIssue, order.KindQR, order.KindRefund}

// spans are the stretches of time that can be chosen, in days; 0 is all.
var spans = []struct {
	name string
	days int
}{{"today", 1}, {"week", 7}, {"month", 31}, {"year", 366}}

// choices are what a filter offers, in words; the first is all.
func (p *Presenter) choices(f Filter) []string {
	var words []string
	switch f {
	case FilterWhen:
		words = append(words, text.Get("find.any.when"))
		for _, s := range spans {
			words = append(words, text.Get("find.when."+s.name))
		}
	case FilterStatus:
		words = append(words, text.Get("find.any.status"))
		for _, s := range statuses {
			words = append(words, text.Get("ask.status."+s.name+".say"))
		}
	case FilterKind:
		words = append(words, text.Get("find.any.kind"))
		for _, k := range kinds {
			words = append(words, text.Get("ask.kind."+k.name+".say"))
		}
	case FilterWho:
		words = append(words, text.Get("find.any.who"))
		for _, person := range p.people {
			words = append(words, person.Name)
		}
	}
	return words
}

// optionRows are the choices of the filter that is being chosen.
func (p *Presenter) optionRows() (rows []Row) {
	for i, words := range p.choices(p.picking) {
		r := Row{Key: "option " + words, Sentence: words, Look: look.Of(look.KindNotCharged)}
		if r.Look.Shape = look.NoShape; i == p.filter[p.picking] {
			r.Look = look.Of(look.KindApproved)
		}
		rows = append(rows, r)
	}
	return rows
}

// narrowed is a reading within what the filters say; false where they contradict.
func (p *Presenter) narrowed(r Reading) (order.Query, bool) {
	q := r.Query
	if i := p.filter[FilterWhen]; i > 0 {
		to := midnight(p.clock.Now()).AddDate(0, 0, 1)
		q.From, q.To = latest(q.From, to.AddDate(0, 0, -spans[i-1].days)), earliest(q.To, to)
	}
	if i := p.filter[FilterStatus]; i > 0 {
		q.States = common(q.States, statuses[i-1].states)
	}
	if i := p.filter[FilterKind]; i > 0 {
		q.Kinds = common(q.Kinds, kinds[i-1].kinds)
	}
	if i := p.filter[FilterWho]; i > 0 && i <= len(p.people) {
		if id := p.people[i-1].ID; q.Operator == "" || q.Operator == id {
			q.Operator = id
		} else {
			return q, false
		}
	}
	if q.Kinds == nil && q.Text == "" && q.Number == "" {
		q.Kinds = plainKinds
	}
	return q, (q.States == nil || len(q.States) > 0) && (q.Kinds == nil || len(q.Kinds) > 0)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// common is what is in both; nothing said is everything.
func common[T comparable](said, chosen []T) []T {
	if said == nil {
		return chosen
	}
	both := []T{}
	for _, s := range said {
		if slices.Contains(chosen, s) {
			both = append(both, s)
		}
	}
	return both
}

// byName sorts those who can be asked for by name: all who are known.
func byName(people []staff.Operator) []staff.Operator {
	return slices.SortedStableFunc(slices.Values(people), func(a, b staff.Operator) int { return cmp.Compare(a.Name, b.Name) })
}
