// Package history is the screen with the sales of a day, the whole story of
// one, and the closing of the batch.
package history

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
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
	Sales(ctx context.Context, q order.Query) ([]engine.Sale, error)
	Detail(ctx context.Context, number string) (engine.Detail, error)
	Operators(ctx context.Context) ([]staff.Operator, error)
	SettleJob(ctx context.Context, jobID string, printed bool) error
	CloseBatch(ctx context.Context) (order.Batch, error)
	GiveBack(ctx context.Context, number string) error
	Park(ctx context.Context, id, reason string) error
}

// page is how many sales are read at once.
const page = 200

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()
	Receipt func(number string)

	shown    bool
	day      time.Time // its midnight
	sales    []engine.Sale
	more     bool
	loading  int // the newest question; answers to older ones are dropped
	waiting  bool
	problem  string
	chosen   string // key of the chosen row
	number   string // of its sale; "" where the row is not one
	detail   *engine.Detail
	names    map[string]string // of operators, by id
	batch    Batch
	asked    Act // what is asked about; "" is nothing
	snapshot engine.Snapshot
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Back: func() {}, Receipt: func(string) {}}
}

// Row is one sale in the list, or a sentence. A pinned one stands above those
// of the day. Key tells it from all others; Number is the sale that it opens.
type Row struct {
	Key, Number              string
	Time, Amount, Card, Word string
	Sentence                 string
	Look                     look.Look
	Pinned                   bool
}

// Line is one event in words.
type Line struct{ At, Words string }

// Detail is one sale in words.
type Detail struct {
	Row
	// Say is what to do while it is not settled, Acts what can be done here.
	Say      string
	Acts     []Act
	Facts    []Line // name and value
	Story    []Line
	Jobs     []slip.JobLine
	Question *slip.Question
	// Printable: there is a receipt.
	Printable bool
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
	Batch   string
	MayEnd  bool // the batch can be closed
	NoEnd   bool // not here: the service closes it by itself
	Ask     Batch
	Asked   Act // the act that is asked about
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Today: !p.day.Before(midnight(p.clock.Now())), Chosen: -1, Problem: p.problem, Ask: p.batch, Asked: p.asked}
	v.Day = p.day.Format("Mon 2 Jan 2006")
	if v.Today {
		v.Day = text.Get("history.today", p.day.Format("2 Jan"))
	}
	v.Rows = p.rows()
	v.Chosen = slices.IndexFunc(v.Rows, func(r Row) bool { return r.Key == p.chosen })
	switch {
	case len(v.Rows) > 0:
	case p.waiting:
		v.Empty = text.Get("history.loading")
	case p.problem == "":
		v.Empty = text.Get("history.none")
	}
	if d, ok := p.beside(v.Rows, v.Chosen); ok {
		v.Detail = &d
	} else if p.detail != nil && p.detail.Number == p.number {
		d := p.detailOf(*p.detail)
		v.Detail = &d
	}
	b := p.snapshot.Batch
	v.Batch = text.Get("history.batch", text.Count("status.sales", b.Sales), b.Total.Display())
	if b.Sales+b.Returns == 0 {
		v.Batch = text.Get("status.batch.empty")
	}
	if b.Closing {
		v.Batch = text.Get("status.batch.closing")
	}
	v.NoEnd = !p.snapshot.Offer.Can(order.FeatureBatchClose)
	v.MayEnd = !v.NoEnd && b.Sales+b.Returns > 0 && !b.Closing && p.batch.Stage == BatchIdle
	return v
}

// rows are what needs attention, then the sales of the day.
func (p *Presenter) rows() []Row {
	rows := p.attention()
	pinned := map[string]bool{}
	for _, r := range rows {
		pinned[r.Key] = true
	}
	for _, s := range p.sales {
		if !pinned[s.Number] {
			rows = append(rows, p.rowOf(s))
		}
	}
	return rows
}

func (p *Presenter) rowOf(s engine.Sale) Row {
	kind, word := wordOf(s)
	amount := s.Asked
	if s.State == order.Approved && s.Approved.Minor > 0 {
		amount = s.Approved
	}
	return Row{
		Key: s.Number, Number: s.Number, Time: p.when(s.Created), Amount: amount.Display(),
		Card: s.Brand + " •••• " + s.Last4, Word: parked(word, s.Parked), Look: look.Of(kind),
	}
}

// when is the time of an event of the day that is shown, and else its date.
func (p *Presenter) when(t time.Time) string {
	if t = t.In(p.zone()); !midnight(t).Equal(p.day) {
		return t.Format("2 Jan")
	}
	return t.Format("15:04")
}

// zone is where the shop is: days and times are shown in it.
func (p *Presenter) zone() *time.Location { return p.clock.Now().Location() }

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// Show begins with today.
func (p *Presenter) Show() {
	p.shown, p.chosen, p.number, p.detail = true, "", "", nil
	p.day = midnight(p.clock.Now())
	p.batch, p.asked = Batch{}, ""
	p.reload()
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		if err != nil {
			return nil // their ids are shown instead
		}
		return func() {
			p.names = map[string]string{}
			for _, o := range people {
				p.names[o.ID] = o.Name
			}
			p.Changed()
		}
	})
}

// name is the name of an operator, or the id where it is not known.
func (p *Presenter) name(id string) string {
	if name, ok := p.names[id]; ok {
		return name
	}
	return id
}

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
		p.reload()
		p.open(p.number)
		return
	}
	p.Changed()
}

// Day goes to another day, later if positive.
func (p *Presenter) Day(by int) {
	next := p.day.AddDate(0, 0, by)
	if next.After(p.clock.Now()) {
		return
	}
	p.day, p.sales, p.chosen, p.number, p.detail = midnight(next), nil, "", "", nil
	p.reload()
}

func (p *Presenter) reload() { p.read("", max(page, len(p.sales))) }

// More reads on where the list ends, if there is more.
func (p *Presenter) More() {
	if p.more && !p.waiting && len(p.sales) > 0 {
		p.read(p.sales[len(p.sales)-1].Number, page)
	}
}

func (p *Presenter) read(before string, limit int) {
	p.loading++
	p.waiting = true
	mine := p.loading
	limit = min(limit, 500)
	q := order.Query{From: p.day, To: p.day.AddDate(0, 0, 1), Before: before, Limit: limit}
	p.Changed()
	p.run(func(ctx context.Context) func() {
		sales, err := p.desk.Sales(ctx, q)
		return func() {
			if mine != p.loading {
				return
			}
			p.waiting, p.problem = false, text.Of(err)
			if err == nil {
				p.more = len(sales) >= limit
				if before != "" {
					sales = append(p.sales, sales...)
				}
				p.sales = sales
			}
			p.Changed()
		}
	})
}

// Choose opens the sale of a row.
func (p *Presenter) Choose(i int) {
	if rows := p.rows(); i >= 0 && i < len(rows) {
		p.chosen, p.number = rows[i].Key, rows[i].Number
		p.open(p.number)
		p.Changed()
	}
}

// Move chooses the next row, or the one before.
func (p *Presenter) Move(by int) {
	v := p.View()
	if v.Chosen < 0 && by < 0 {
		return
	}
	p.Choose(min(max(0, v.Chosen+by), len(v.Rows)-1))
}

// Shut closes the story of the chosen sale.
func (p *Presenter) Shut() {
	p.chosen, p.number, p.detail = "", "", nil
	p.Changed()
}

// Opened reports whether a sale is chosen.
func (p *Presenter) Opened() bool { return p.chosen != "" }

// Paper shows the receipt of the chosen sale.
func (p *Presenter) Paper() {
	if d := p.View().Detail; d != nil && d.Printable {
		p.Receipt(d.Number)
	}
}

func (p *Presenter) open(number string) {
	if number == "" {
		return
	}
	p.run(func(ctx context.Context) func() {
		detail, err := p.desk.Detail(ctx, number)
		return func() {
			if p.number != number {
				return
			}
			p.problem = text.Of(err)
			if err == nil {
				p.detail = &detail
			}
			p.Changed()
		}
	})
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
			p.problem = text.Of(err)
			p.open(p.number)
			p.Changed()
		}
	})
}
