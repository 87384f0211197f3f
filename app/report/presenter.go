// Package report is the screen with the figures: today so far, charts of hours,
// ways of paying, weeks and months for people who would rather look than read,
// and the Z reports.
package report

import (
	"context"
	"time"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/receipts"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal. Each may take long, but Day.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	// Day tells business days apart.
	Day() order.Days
	// X is the report since the last Z report; Zs lists the Z reports of some
	// business days, oldest first.
	X(ctx context.Context) (order.ZReport, error)
	Zs(ctx context.Context, from, to order.Day) ([]order.ZReport, error)
	// Z is one of them.
	Z(ctx context.Context, number int) (order.ZReport, error)
	// Period is the figures of each "day" or "month" with any.
	Period(ctx context.Context, from, to order.Day, by string) ([]order.Stretch, error)
	// ReportSlip is a report on paper, PrintNow prints what no journal has.
	ReportSlip(z order.ZReport) (receipts.Document, error)
	PrintNow(ctx context.Context, doc receipts.Document) error
	// SaveZ writes a Z report as a file, "pdf", "json" or "csv", and says where.
	SaveZ(ctx context.Context, number int, format string) (path string, err error)
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave; Batches and
	// Statement lead to those; Receipt shows a slip.
	Changed   func()
	Back      func()
	Batches   func()
	Statement func()
	Receipt   func(...slip.Paper)

	desk     Desk
	task     *form.Task
	run      bridge.Run
	clock    clock.Clock
	snapshot engine.Snapshot
	names    map[string]string // of operators
	days     *span.Chooser     // those of the Z reports

	books []*book // the last is in sight
	unit  int     // which of the currencies
	// what was read; none of it before.
	x            *order.ZReport
	weeks, years []order.Stretch
	read         map[string]bool // names of tabs
	zs           []order.ZReport // newest first
	saving       bool
	saveAt       int
	note         string
	wrong        bool
	busy         string // what is done meanwhile, in words
}

// book is a report: its tabs, and where the keys are in each.
type book struct {
	tabs []tab
	at   int
	row  int // of a list, or the bar of a chart; below zero: what the tab prefers
	z    *order.ZReport
}

func (b *book) tab() tab { return b.tabs[b.at] }

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	p := &Presenter{desk: desk, task: form.NewTask(do, run), run: run, clock: c, Changed: func() {}, Back: func() {}, Batches: func() {}, Statement: func() {},
		Receipt: func(...slip.Paper) {}, days: span.NewChooser(), names: map[string]string{}, read: map[string]bool{}}
	p.books = []*book{{tabs: todayTabs, row: -1}}
	p.days.Changed = func() { p.Changed() }
	p.days.Chosen = func() {
		p.zs, p.read["zs"] = nil, false
		p.load()
	}
	return p
}

// Today is the business day.
func (p *Presenter) today() order.Day { return p.desk.Day().Of(p.clock.Now()) }

// top is the book in sight, report what is in it.
func (p *Presenter) top() *book { return p.books[len(p.books)-1] }

func (p *Presenter) report() *order.ZReport {
	if z := p.top().z; z != nil {
		return z
	}
	return p.x
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Begin opens today's figures, and computes them anew. What was computed before
// stays in sight meanwhile, with its time.
func (p *Presenter) Begin() {
	p.books[0].at, p.books[0].row = 0, -1
	p.books, p.saving, p.unit = p.books[:1], false, 0
	p.days.Shut()
	p.read = map[string]bool{}
	if p.days.Span.To == "" {
		p.days.Span = span.Last(mostZs, p.today())
	}
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		return func() {
			for _, o := range people {
				if err == nil { // their ids are shown otherwise
					p.names[o.ID] = o.Name
				}
			}
			p.Changed()
		}
	})
	p.tell("", false)
	p.load()
}

// mostZs is how many days back Z reports are listed at first.
const mostZs = 31

// Hide ends what is under way.
func (p *Presenter) Hide() { p.Cancel() }

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

// load reads what the tab needs, unless it was read.
func (p *Presenter) load() {
	t := p.top().tab()
	p.task.Cancel()
	if p.busy = ""; t.load == nil || p.read[t.needs] {
		p.Changed()
		return
	}
	var take func()
	p.start(text.Get("report.adding"), func(ctx context.Context) (err error) {
		take, err = t.load(ctx, p)
		return err
	}, func() {
		take()
		p.read[t.needs] = true
	})
}

// start does work that takes long; it may be cancelled.
func (p *Presenter) start(words string, work func(context.Context) error, then func()) {
	p.task.Cancel()
	p.busy = words
	p.tell("", false)
	p.task.Start(func(ctx context.Context, _ func(func())) error { return work(ctx) }, func(err error) {
		if p.busy = ""; err != nil {
			p.tell(text.Of(err), true)
			return
		}
		then()
		p.Changed()
	})
}

// Busy reports whether something is computed.
func (p *Presenter) Busy() bool { return p.task.Busy() }

// Cancel ends what is computed.
func (p *Presenter) Cancel() {
	if p.task.Busy() {
		p.task.Cancel()
		p.busy = ""
		p.tell(text.Get("report.cancelled"), true)
	}
}

// Choose opens a tab.
func (p *Presenter) Choose(i int) {
	b := p.top()
	if i < 0 || i >= len(b.tabs) {
		return
	}
	if b.tabs[i].leads != nil {
		p.task.Cancel()
		p.busy = ""
		b.tabs[i].leads(p)
		return
	}
	b.at, b.row = i, -1
	p.tell("", false)
	p.load()
}

// Pick chooses a bar of a chart, or opens a row of a list.
func (p *Presenter) Pick(i int) {
	b := p.top()
	b.row = i
	if open := b.tab().open; open != nil {
		open(p, i)
	}
	p.Changed()
}

// openZ shows a Z report of the list.
func (p *Presenter) openZ(i int) {
	if i >= 0 && i < len(p.zs) {
		p.task.Cancel()
		p.busy, p.unit = "", 0
		p.show(p.zs[i])
	}
}

func (p *Presenter) show(z order.ZReport) {
	p.books = append(p.books[:1], &book{tabs: zTabs, row: -1, z: &z})
	p.tell("", false)
}

// OpenZ reads a Z report by its number and shows it.
func (p *Presenter) OpenZ(number int) {
	var z order.ZReport
	p.start(text.Get("report.adding"), func(ctx context.Context) (err error) {
		z, err = p.desk.Z(ctx, number)
		return err
	}, func() { p.show(z) })
}

// Turn shows the figures in another currency.
func (p *Presenter) Turn() {
	if z := p.report(); z != nil && len(z.Figures) > 1 {
		p.unit = (p.unit + 1) % len(z.Figures)
		p.top().row = -1
		p.Changed()
	}
}

// currency is the one that the charts of weeks and months are in.
func (p *Presenter) currency() money.Currency { return p.snapshot.Unit() }

// Other does what the second button is for.
func (p *Presenter) Other() {
	switch {
	case p.task.Busy():
		p.Cancel()
	case p.days.IsOpen() || p.saving:
	case p.top().z != nil:
		p.saving, p.saveAt = true, 0
		p.tell("", false)
	case p.top().tab().needs == "zs":
		p.days.Open(p.today())
	default:
		p.read = map[string]bool{}
		p.load()
	}
}

// Main prints today's figures, or shows the slip of the Z report.
func (p *Presenter) Main() {
	switch z := p.report(); {
	case p.days.IsOpen():
		p.days.End()
	case p.saving || p.task.Busy() || z == nil:
	case z.Number > 0:
		p.Receipt(slip.Paper{Document: order.DocumentZ, ID: z.ID})
	case p.top().tab().needs == "x":
		p.start(text.Get("report.printing"), func(ctx context.Context) error {
			doc, err := p.desk.ReportSlip(*z)
			if err != nil {
				return err
			}
			return p.desk.PrintNow(ctx, doc)
		}, func() { p.note, p.wrong = text.Get("report.printed"), false })
	}
}

// formats are those of files. Their names are parts of the catalogue's keys.
var formats = []string{"pdf", "json", "csv"}

// Save writes the Z report in sight as a file.
func (p *Presenter) Save(i int) {
	z := p.top().z
	if i < 0 || i >= len(formats) || z == nil || p.task.Busy() {
		return
	}
	path := ""
	p.start(text.Get("report.saving"), func(ctx context.Context) (err error) {
		path, err = p.desk.SaveZ(ctx, z.Number, formats[i])
		return err
	}, func() { p.saving, p.note, p.wrong = false, text.Get("report.saved", path), false })
}

// Leave goes one step back.
func (p *Presenter) Leave() {
	switch {
	case p.days.IsOpen():
		p.days.Leave()
	case p.task.Busy():
		p.Cancel()
	case p.saving:
		p.saving = false
		p.tell("", false)
	case len(p.books) > 1:
		p.books, p.unit = p.books[:1], 0
		p.tell("", false)
		p.load()
	default:
		p.Back()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	if p.days.IsOpen() {
		return p.days.Key(k)
	}
	if p.saving && k != keys.Escape && k != keys.Undo {
		return p.saveKey(k)
	}
	b := p.top()
	switch k {
	case keys.Escape, keys.Sale:
		p.Leave()
	case keys.Undo:
		p.Other()
	case keys.Another:
		p.Turn()
	case keys.Receipt:
		p.Main()
	case keys.Tab:
		p.Choose((b.at + 1) % len(b.tabs))
	case keys.Left:
		p.move(-1)
	case keys.Right:
		p.move(1)
	case keys.Up, keys.Down:
		return p.rowKey(k)
	case keys.Enter:
		if b.tab().open != nil {
			p.Pick(max(0, b.row))
		}
	default:
		return false
	}
	return true
}

// move goes to the next bar of a chart, else to the next tab that is none.
func (p *Presenter) move(by int) {
	b := p.top()
	if bars := p.View().Chart.Bars; len(bars) > 0 {
		b.row = min(max(0, p.View().Chart.Chosen+by), len(bars)-1)
		p.Changed()
		return
	}
	p.Choose(b.at + by)
}

// rowKey goes to the next row of a list.
func (p *Presenter) rowKey(k keys.Key) bool {
	rows := len(p.View().List)
	if rows == 0 {
		return false
	}
	by := map[keys.Key]int{keys.Up: -1, keys.Down: 1}[k]
	b := p.top()
	if b.row < 0 && b.tab().open != nil {
		b.row = 0 // it is marked from the start
	}
	b.row = min(max(0, b.row+by), rows-1)
	p.Changed()
	return true
}

func (p *Presenter) saveKey(k keys.Key) bool {
	switch k {
	case keys.Up, keys.Down, keys.Tab:
		by := map[bool]int{true: -1, false: 1}[k == keys.Up]
		p.saveAt = min(max(0, p.saveAt+by), len(formats)-1)
		p.Changed()
	case keys.Enter:
		p.Save(p.saveAt)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard: a digit opens a tab.
func (p *Presenter) Rune(r rune) {
	if p.days.IsOpen() {
		p.days.Rune(r)
		return
	}
	if digit, ok := keys.Digit(r); ok && !p.saving {
		p.Choose(int(digit) - '1')
	}
}

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) { p.days.Paste(words) }

func (p *Presenter) when(t time.Time) string { return span.Moment(p.desk.Day(), t) }
