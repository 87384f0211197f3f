package history

import (
	"strconv"
	"strings"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// attention are the rows that stand above those of the day, whatever day they
// are from: money that is missing, what a person should look at, what is not
// settled yet and may hold up closing the batch, and what is stored.
func (p *Presenter) attention() []Row {
	var rows []Row
	add := func(r Row) {
		r.Pinned = true
		rows = append(rows, r)
	}
	stored := p.snapshot.Stored
	for _, s := range stored.Missing {
		add(p.storedRow(s))
	}
	if more := stored.MissingCount - len(stored.Missing); more > 0 {
		add(Row{Key: "missing", Word: text.Get("history.word.missing"), Sentence: text.Count("history.more", more), Look: look.Of(look.KindMissing)})
	}
	for _, found := range p.snapshot.Recon.Findings {
		if found.Alarm {
			add(findingRow(found))
		}
	}
	for _, s := range p.snapshot.Live {
		if s.State != order.Sending {
			add(p.rowOf(s))
		}
	}
	for _, f := range p.snapshot.Follows {
		if inDoubt(f) && f.Of != "" {
			add(p.followRow(f))
		}
	}
	for _, found := range p.snapshot.Recon.Findings {
		if !found.Alarm {
			add(findingRow(found))
		}
	}
	if more := p.snapshot.Recon.Differences - len(p.snapshot.Recon.Findings); more > 0 {
		add(Row{Key: "findings", Word: text.Get("history.finding"), Sentence: text.Count("history.more", more), Look: look.Of(look.KindReview)})
	}
	if stored.Room.Unsent.Count > 0 {
		room := stored.Room.Limits.Room(stored.Room.Unsent, p.clock.Now())
		add(Row{Key: "room", Word: text.Get("history.word.stored"), Sentence: text.Get("history.room", room.Text), Look: look.Of(look.KindStored)})
	}
	for _, s := range stored.Waiting {
		add(p.storedRow(s))
	}
	if more := stored.Room.Unsent.Count - len(stored.Waiting); more > 0 {
		add(Row{Key: "waiting", Word: text.Get("history.word.stored"), Sentence: text.Count("history.more", more), Look: look.Of(look.KindStored)})
	}
	return rows
}

// findingRow is a difference between the journal and the bank's records.
func findingRow(f engine.Finding) Row {
	l := look.Of(look.KindReview)
	switch {
	case f.Alarm:
		l = look.Of(look.KindMissing)
		l.Shape = look.Alert
	case f.Act != "":
		l = look.Of(look.KindTakingBack)
	}
	return Row{
		Key:  strings.Join([]string{"finding", string(f.What), string(f.Shelf), f.Number, f.GUID, f.Of}, " "),
		Word: text.Get("history.finding"), Sentence: f.Text, Look: l,
	}
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
		Key: f.ID, Number: f.Of, Time: p.when(f.Created), Amount: f.Amount.Display(), Card: f.Brand + " •••• " + f.Last4,
		Word: parked(text.Get("history.follow."+kebab(string(f.Act))), f.Parked), Look: look.Of(kind),
	}
}

func (p *Presenter) storedRow(s order.Stored) Row {
	amount := s.Amount
	if s.State == order.Uncollected {
		amount = s.Owed()
	}
	return Row{
		Key: s.ID, Time: p.when(s.Created), Amount: amount.Display(), Card: s.Brand + " •••• " + s.Last4,
		Word: text.Get("stored.word." + kebab(string(s.State))), Look: look.Of(look.OfStored(s.State)),
	}
}

// beside is the story of a row that is no payment of the journal's.
func (p *Presenter) beside(rows []Row, at int) (Detail, bool) {
	if at < 0 || rows[at].Number != "" {
		return Detail{}, false
	}
	d := Detail{Row: rows[at], Say: rows[at].Sentence}
	for _, list := range [][]order.Stored{p.snapshot.Stored.Missing, p.snapshot.Stored.Waiting} {
		for _, s := range list {
			if s.ID == d.Key {
				p.storedDetail(&d, s)
			}
		}
	}
	for _, f := range p.snapshot.Recon.Findings {
		if findingRow(f).Key == d.Key {
			p.findingDetail(&d, f)
		}
	}
	return d, true
}

func (p *Presenter) storedDetail(d *Detail, s order.Stored) {
	d.Say = text.Get("stored.say." + kebab(string(s.State)))
	fact := func(key, value string) {
		if value != "" {
			d.Facts = append(d.Facts, Line{text.Get(key), value})
		}
	}
	if key := "cause." + string(s.Cause); text.Has(key) {
		fact("fact.why", text.Get(key))
	}
	fact("fact.answer", answer(s.Code, s.Message))
	if s.Approved.Minor > 0 {
		fact("fact.asked", s.Amount.Display())
	}
	fact("fact.card", d.Card)
	fact("fact.number", s.ID)
	fact("fact.stored", s.Created.In(p.zone()).Format("2 Jan 15:04"))
	fact("fact.operator", p.name(s.Operator))
	if s.Tries > 0 {
		fact("fact.tries", strconv.Itoa(s.Tries))
	}
}

func (p *Presenter) findingDetail(d *Detail, f engine.Finding) {
	fact := func(key, value string) {
		if value != "" {
			d.Facts = append(d.Facts, Line{text.Get(key), value})
		}
	}
	fact("fact.number", f.Number)
	fact("fact.guid", f.GUID)
	if f.Here != nil {
		fact("fact.here", f.Here.Display())
	}
	if f.There != nil {
		fact("fact.there", f.There.Display())
	}
	if !f.At.IsZero() {
		fact("fact.at", f.At.In(p.zone()).Format("2 Jan 15:04"))
	}
	if reached := p.snapshot.Recon.Reached; !reached.IsZero() {
		fact("fact.reached", reached.In(p.zone()).Format("2 Jan 15:04"))
	}
}

// kebab is a state as it stands in the catalogue's keys.
func kebab(state string) string { return strings.ToLower(strings.ReplaceAll(state, "_", "-")) }

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
	key := kebab(string(d.State))
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
		words, by = text.Get("say.follow."+kebab(string(f.State)), f.ID), f.Parked
	}
	if by != "" {
		words += " " + text.Get("say.parked", p.name(by))
	}
	return words
}
