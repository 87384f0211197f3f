package history

import (
	"slices"
	"strings"

	"paydesk/app/text"
	"paydesk/terminal/order"
)

// Find is the search as the screen shows it.
type Find struct {
	On bool
	// Typed is what is in the field, Problem the sentence under it that says what
	// is wrong with it, Says how it is understood.
	Typed, Says, Problem string
	// Filters are the choices that hold, Narrowed those that leave something out.
	Filters  [filters]string
	Narrowed [filters]bool
	// Picking is the filter that is being chosen; -1 is none.
	Picking Filter
	// Count tells how much was found, Busy that it goes on.
	Count string
	Busy  bool
}

// found is the search as it is.
func (p *Presenter) found() Find {
	f := Find{On: p.finding, Picking: -1, Typed: p.line.Raw()}
	if !p.finding {
		return f
	}
	for i := range filters {
		choices := p.choices(i)
		at := min(p.filter[i], len(choices)-1)
		f.Filters[i], f.Narrowed[i] = choices[at], at > 0
	}
	if p.pick {
		f.Picking = p.picking
	}
	switch {
	case p.kept:
		f.Problem = text.Get("find.card")
	case p.line.Full:
		f.Problem = text.Get("find.full", text.Count("find.letters", p.line.Most()))
	case p.line.Text() != "" && len(p.readings) == 0:
		f.Problem = text.Get("find.nothing")
	default:
		f.Says = says(p.readings)
	}
	h := p.hunt
	if p.fresh != nil && p.fresh.steps > 0 {
		h = p.fresh
	}
	f.Busy = p.busy && h.steps > 1 && !h.stopped
	_, done := h.edge()
	switch n := len(h.rows()); {
	case f.Busy:
		f.Count = text.Get("find.busy", p.reached())
	case h.stopped || h.steps == 0:
	case done:
		f.Count = text.Count("find.count", n)
	default:
		f.Count = text.Get("find.newest", text.Count("find.count", n))
	}
	return f
}

// says are readings in words.
func says(readings []Reading) string {
	all := ""
	for _, r := range readings {
		one := ""
		for _, part := range r.Says {
			if one != "" {
				one += ", "
			}
			one += part
		}
		if all == "" {
			all = one
		} else {
			all = text.Get("ask.or", all, one)
		}
	}
	return all
}

// reached is the day down to which was looked.
func (p *Presenter) reached() string {
	at, done := p.hunt.edge()
	if done || len(p.hunt.cursors) > 0 && !p.hunt.cursors[0].begun {
		at = p.clock.Now()
	}
	return text.Day(at.In(p.zone()))
}

// Find begins a search, of all payments.
func (p *Presenter) Find() {
	if p.finding {
		return
	}
	p.finding, p.pick = true, false
	p.unchoose()
	p.search()
}

// Type takes a letter.
func (p *Presenter) Type(r rune) {
	p.Find()
	if p.swiped { // what follows of a card
		p.swiped = r != trackEnd
		return
	}
	p.line.Type(r)
	p.typed()
}

// Paste takes text of any length.
func (p *Presenter) Paste(words string) {
	p.Find()
	p.line.Paste(words)
	p.typed()
}

// Erase takes the last letter back.
func (p *Presenter) Erase() {
	if p.finding {
		p.swiped = false
		p.line.Erase()
		p.typed()
	}
}

// typed looks for what is in the line now. Of a card number, typed or swiped
// here by mistake, only the end is kept.
func (p *Presenter) typed() {
	p.wanted, p.kept = "", false
	raw := p.line.Raw()
	if p.line.KeepCardEnd() {
		p.kept, p.swiped = true, strings.ContainsAny(raw, trackBegins) && !strings.HasSuffix(raw, string(trackEnd))
	}
	p.search()
}

// The signs at the ends of a track (ISO/IEC 7813).
const (
	trackBegins = "%;"
	trackEnd    = '?'
)

// search looks for what is typed and chosen now; nothing typed is everything.
func (p *Presenter) search() {
	typed := p.line.Text()
	p.pick = false
	p.unchoose()
	p.readings = Ask(typed, Context{Now: p.clock.Now(), Currency: p.snapshot.Currency, People: p.people})
	if typed == "" {
		p.readings = []Reading{{Query: order.Query{}}}
	}
	p.start(0, p.queries()...)
}

// Leave takes one step out of the search: stops it, drops what is being chosen,
// clears what was asked, and goes back to the day. It reports whether there was
// a step.
func (p *Presenter) Leave() bool {
	switch {
	case !p.finding:
		return false
	case p.swiped:
		p.swiped = false
	case p.pick:
		p.pick = false
		p.Changed()
	case p.Stop():
	case p.line.Len() > 0 || p.filter != [filters]int{}:
		p.line.Clear()
		p.filter = [filters]int{}
		p.search()
	default:
		p.finding = false
		p.unchoose()
		p.begin()
	}
	return true
}

// Pick offers the choices of a filter in place of the list; once more, it goes
// back to the list.
func (p *Presenter) Pick(f Filter) {
	p.Find()
	p.pick = !p.pick || p.picking != f
	p.picking, p.option = f, p.filter[f]
	p.unchoose()
	p.Changed()
}

// NextFilter offers the next filter, behind the last none.
func (p *Presenter) NextFilter() {
	switch {
	case !p.pick:
		p.pick = false
		p.Pick(0)
	case p.picking+1 < filters:
		p.Pick(p.picking + 1)
	default:
		p.Pick(p.picking)
	}
}

// take takes a choice of the filter.
func (p *Presenter) take(i int) {
	p.filter[p.picking] = i
	p.search()
}

// Take takes the choice that is marked, if one is being chosen.
func (p *Presenter) Take() bool {
	if p.pick {
		p.take(p.option)
		return true
	}
	return false
}

// shows reports whether an act is among those of the story in sight.
func (p *Presenter) shows(act Act) bool {
	d := p.View().Detail
	return d != nil && slices.Contains(d.Acts, act)
}
