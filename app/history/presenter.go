// Package history is the screen with the payments of a day, the search for any
// payment, and the whole story of one.
package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paydesk/app/attention"
	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	List(ctx context.Context, q order.Query) (engine.Listing, error)
	Detail(ctx context.Context, number string) (engine.Detail, error)
	Beside(ctx context.Context, i engine.Item) (engine.Detail, error)
	Operators(ctx context.Context) ([]staff.Operator, error)
	SettleJob(ctx context.Context, jobID string, printed bool) error
	Bill(ctx context.Context, id string) (engine.BillView, error)
	Code(ctx context.Context, id string) (engine.CodeView, error)
	LookAtCode(ctx context.Context, id string) error
	GiveUpCode(ctx context.Context, id string) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Back to leave; the others
	// lead to what is done about a payment. Attention gets the payment that is to
	// be shown there, or "". What is nil is not offered.
	Changed         func()
	Back            func()
	Receipt         func(papers ...slip.Paper)
	Attention       func(number string)
	Capture, Refund func(number string)
	// RefundCode leads to giving back a payment of a code.
	RefundCode func(code, payment string)
	Again      func(engine.Detail)
	// CloseDay leads to the closing of the day.
	CloseDay func()

	shown bool
	day   time.Time // its midnight
	hunt  *hunt     // the list that is shown
	fresh *hunt     // the one that is to take its place
	busy  bool
	// again: the list changed while it was read; opening and reopen are the same
	// of the story.
	again, opening, reopen bool

	problem  string
	chosen   string      // key of the chosen row
	item     engine.Item // of the chosen row
	detail   *engine.Detail
	code     *engine.CodeView // where the chosen row is about one
	bill     string           // that the payment is one part of, or ""
	people   []staff.Operator
	names    map[string]string // by id
	snapshot engine.Snapshot

	finding  bool
	line     *entry.Line
	readings []Reading
	filter   [filters]int // the choice of each, 0 is all
	picking  Filter
	pick     bool
	option   int
	wanted   string // the payment that is to be opened when it is found
	kept     bool   // a card number was typed, and only its end is kept
	swiped   bool   // the rest of a card's track is to come, and not wanted
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Back: func() {}, Receipt: func(...slip.Paper) {},
		Attention: func(string) {}, CloseDay: func() {}, hunt: newHunt(0), line: entry.NewLine(mostTyped, nil)}
}

// Row is one payment in the list, or a sentence. Key tells it from all others.
type Row struct {
	Key                      string
	Time, Amount, Card, Word string
	Sentence                 string
	Look                     look.Look
}

// Line is one event in words.
type Line struct{ At, Words string }

// Detail is one payment in words.
type Detail struct {
	Row
	// Say is what to do while it is not settled, or until when what can be done
	// about it; Acts is what can be done here.
	Say      string
	Acts     []Act
	Facts    []Line // name and value
	Story    []Line
	Question *slip.Question
}

// View is what the screen shows.
type View struct {
	Day     string
	Today   bool // there is no day after it
	Rows    []Row
	Chosen  int // -1: none
	Empty   string
	Problem string
	Detail  *Detail
	// Alert tells how much needs attention; "" is nothing.
	Alert string
	Batch string
	Find  Find
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Today: !p.day.Before(midnight(p.clock.Now())), Chosen: -1, Problem: p.problem, Find: p.found()}
	v.Day = text.Day(p.day)
	if v.Today {
		v.Day = text.Get("history.today", text.Date(p.day))
	}
	if n := attention.Count(p.snapshot); n > 0 {
		v.Alert = text.Count("history.attention", n)
	}
	v.Rows = p.rows()
	v.Chosen = slices.IndexFunc(v.Rows, func(r Row) bool { return r.Key == p.chosen })
	if p.pick {
		v.Chosen = p.option
	}
	v.Empty = p.empty(len(v.Rows))
	if p.chosen != "" && p.detail != nil {
		d := p.story()
		v.Detail = &d
	}
	b := p.snapshot.Batch
	v.Batch = text.Get("history.batch", text.Count("status.sales", b.Sales), text.Money(b.Total))
	if b.Sales+b.Returns == 0 {
		v.Batch = text.Get("status.batch.empty")
	}
	if b.Closing {
		v.Batch = text.Get("status.batch.closing")
	}
	return v
}

// empty is what stands in place of rows.
func (p *Presenter) empty(rows int) string {
	switch {
	case rows > 0 || p.problem != "":
	case p.fresh != nil || len(p.hunt.due()) > 0:
		return text.Get("history.loading")
	case p.finding:
		return text.Get("find.none")
	default:
		return text.Get("history.none")
	}
	return ""
}

// rows are those of the list, or the choices of a filter.
func (p *Presenter) rows() []Row {
	if p.pick {
		return p.optionRows()
	}
	var rows []Row
	for _, i := range p.hunt.rows() {
		rows = append(rows, p.rowOf(i))
	}
	if p.finding && p.hunt.stopped {
		rows = append(rows, Row{Key: resumeKey, Sentence: text.Get("find.stopped", p.reached()), Look: look.Of(look.KindChecking)})
	}
	return rows
}

// resumeKey is the key of the row that goes on with a search.
const resumeKey = "resume"

// when is the time of an event of the day that is shown, and else its date.
func (p *Presenter) when(t time.Time) string {
	t = t.In(p.zone())
	switch {
	case !p.finding && midnight(t).Equal(p.day), p.finding && midnight(t).Equal(midnight(p.clock.Now())):
		return text.Clock(t)
	case t.Year() != p.clock.Now().Year():
		return text.Month(t)
	}
	return text.Date(t)
}

// zone is where the shop is: days and times are shown in it.
func (p *Presenter) zone() *time.Location { return p.clock.Now().Location() }

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// Show begins with today.
func (p *Presenter) Show() {
	p.shown, p.finding, p.pick, p.wanted, p.kept, p.swiped = true, false, false, "", false, false
	p.line.Clear()
	p.filter = [filters]int{}
	p.unchoose()
	p.day = midnight(p.clock.Now())
	p.begin()
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		if err != nil {
			return nil // their ids are shown instead
		}
		return func() {
			p.people, p.names = byName(people), map[string]string{}
			for _, o := range people {
				p.names[o.ID] = o.Name
			}
			p.Changed()
		}
	})
}

// name is the name of an operator, or the id where it is not known.
func (p *Presenter) name(id string) string { return cmp.Or(p.names[id], id) }

// Hide stops following the terminal.
func (p *Presenter) Hide() { p.shown = false }

// Tick is called once a minute: what is left of a time is told anew.
func (p *Presenter) Tick() {
	if p.shown {
		p.Changed()
	}
}

// Apply takes a snapshot; the list is read again when it changed.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed || s.Version != p.snapshot.Version && p.detail != nil
	p.snapshot = s
	if p.shown && changed {
		p.renew()
		p.open()
		return
	}
	p.Changed()
}

// renew reads the list again. What is being read comes to its end first: where
// sales change faster than they are read, nothing would ever be shown.
func (p *Presenter) renew() {
	if p.again = p.hunting(); !p.again {
		p.start(len(p.hunt.rows()), p.queries()...)
	}
}

// Day goes to another day, later if positive.
func (p *Presenter) Day(by int) {
	next := p.day.AddDate(0, 0, by)
	if next.After(p.clock.Now()) || p.finding {
		return
	}
	p.day = midnight(next)
	p.unchoose()
	p.begin()
}

// begin reads what is to be shown from its start.
func (p *Presenter) begin() {
	p.hunt = newHunt(0)
	p.start(0, p.queries()...)
}

// queries are what is asked for now.
func (p *Presenter) queries() (all []order.Query) {
	if !p.finding {
		return []order.Query{{From: p.day, To: p.day.AddDate(0, 0, 1), Kinds: plainKinds}}
	}
	for _, r := range p.readings {
		if q, ok := p.narrowed(r); ok {
			all = append(all, q)
		}
	}
	return all
}

// Choose opens the payment of a row, or takes the choice of a filter.
func (p *Presenter) Choose(i int) {
	rows := p.rows()
	switch {
	case i < 0 || i >= len(rows):
	case p.pick:
		p.take(i)
	case rows[i].Key == resumeKey:
		p.resume()
	default:
		p.chosen, p.item, p.detail, p.code = rows[i].Key, p.hunt.rows()[i], nil, nil
		p.open()
		p.Changed()
	}
}

// Open looks for a payment and opens its story.
func (p *Presenter) Open(number string) {
	p.finding, p.wanted = true, number
	p.line.Set(number)
	p.search()
}

// openWanted opens the payment that is to be opened, if it is there.
func (p *Presenter) openWanted() {
	for i, item := range p.hunt.rows() {
		if p.wanted != "" && item.ID() == p.wanted {
			p.wanted = ""
			p.Choose(i)
			return
		}
	}
}

// Move chooses the next row, or the one before.
func (p *Presenter) Move(by int) {
	v := p.View()
	to := min(max(0, v.Chosen+by), len(v.Rows)-1)
	switch {
	case p.pick:
		p.option = to
		p.Changed()
	case v.Chosen < 0 && by < 0, to >= 0 && v.Rows[to].Key == resumeKey:
	default:
		p.Choose(to)
	}
}

// Shut closes the story of the chosen payment.
func (p *Presenter) Shut() {
	p.unchoose()
	p.Changed()
}

func (p *Presenter) unchoose() { p.chosen, p.item, p.detail, p.code = "", engine.Item{}, nil, nil }

// Opened reports whether a payment is chosen.
func (p *Presenter) Opened() bool { return p.chosen != "" }

// open reads the story of the chosen payment: of a follow-up, that of the
// payment that it is about.
func (p *Presenter) open() {
	key, item := p.chosen, p.item
	if p.reopen = p.opening; p.reopen || key == "" {
		return
	}
	p.opening = true
	number, coded := about(item), codeOf(item)
	p.run(func(ctx context.Context) func() {
		var detail engine.Detail
		var code *engine.CodeView
		var err error
		switch {
		case coded != "":
			code, detail, err = p.readCode(ctx, coded)
		case number != "":
			detail, err = p.desk.Detail(ctx, number)
		default:
			detail, err = p.desk.Beside(ctx, item)
		}
		bill := p.parts(ctx, detail.Order.Bill)
		return func() {
			p.opening = false
			if p.chosen == key {
				p.problem = text.Of(err)
				if err == nil {
					p.detail, p.code, p.bill = &detail, code, bill
				}
				p.Changed()
			}
			if p.reopen {
				p.open()
			}
		}
	})
}

// parts is the bill, if more than one payment stands for it, or "". It is for
// works.
func (p *Presenter) parts(ctx context.Context, bill string) string {
	if bill == "" {
		return ""
	}
	view, err := p.desk.Bill(ctx, bill)
	paid := 0
	for _, part := range view.Parts {
		if part.State != order.LegFailed {
			paid++
		}
	}
	if err != nil || paid < 2 { // the payment's own receipt tells it all
		return ""
	}
	return bill
}

// about is the number of the payment by card that an item is, or is about.
func about(i engine.Item) string {
	switch {
	case i.Sale != nil:
		return i.Sale.Number
	case i.Follow != nil:
		return i.Follow.Of
	}
	return ""
}

// Answer says whether the copy in question came out.
func (p *Presenter) Answer(printed bool) {
	d := p.View().Detail
	if d == nil || d.Question == nil {
		return
	}
	job := d.Question.Job
	p.run(func(ctx context.Context) func() {
		err := p.desk.SettleJob(ctx, job, printed)
		return func() {
			p.open()
			p.problem = text.Of(err)
			p.Changed()
		}
	})
}
