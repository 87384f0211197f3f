// Package statement is the screen with the figures of days or months in rows,
// and with what goes from there into files and into the books.
package statement

import (
	"context"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal. Each may take long, but Day.
type Desk interface {
	// Day tells business days apart.
	Day() order.Days
	// Period is the figures of each "day" or "month" with any.
	Period(ctx context.Context, from, to order.Day, by string) ([]order.Stretch, error)
	// SaveStatement writes them as a file, "csv" or "json", and says where.
	SaveStatement(ctx context.Context, r terminal.StatementRequest) (path string, err error)
	// ExportPreview is what ExportPeriod would do; that refuses what went there
	// before. Exports lists what was exported of some days, oldest first.
	ExportPreview(ctx context.Context, r terminal.ExportRequest) ([]order.Export, error)
	ExportPeriod(ctx context.Context, r terminal.ExportRequest) ([]order.Export, error)
	Exports(ctx context.Context, from, to order.Day) ([]order.Export, error)
}

// How a statement is grouped, as Desk.Period has it.
const (
	byDay   = "day"
	byMonth = "month"
)

// stage is what is in sight.
type stage int

const (
	atTable   stage = iota
	atExport        // where it may go
	atPreview       // what would go there
	atResult        // what went there
	atDone          // what went somewhere before
	atOne           // one of those
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()
	// Ask asks whether something is to be done, and calls yes then.
	Ask func(title, words, act string, yes func())

	desk     Desk
	task     *form.Task
	clock    clock.Clock
	snapshot engine.Snapshot
	days     *span.Chooser

	by        string
	stretches []order.Stretch
	read      bool
	stage     stage
	at        int
	target    order.ExportTarget
	exports   []order.Export // of the preview, the result, or those that were done
	one       int
	note      string
	wrong     bool
	busy      string
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	p := &Presenter{desk: desk, task: form.NewTask(do, run), clock: c, by: byDay, Changed: func() {}, Back: func() {},
		Ask: func(string, string, string, func()) {}, days: span.NewChooser()}
	p.days.Changed = func() { p.Changed() }
	p.days.Chosen = func() { p.load() }
	return p
}

func (p *Presenter) today() order.Day { return p.desk.Day().Of(p.clock.Now()) }

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Begin shows this month.
func (p *Presenter) Begin() {
	p.days.Shut()
	if p.days.Span.To == "" {
		p.days.Span = span.Span{From: span.Month(p.today(), 0), To: p.today()}
	}
	p.load()
}

// Hide ends what is under way.
func (p *Presenter) Hide() { p.cancel() }

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

func (p *Presenter) cancel() {
	p.task.Cancel()
	p.busy = ""
}

// start does work that takes long; it may be cancelled.
func (p *Presenter) start(words string, work func(context.Context) error, then func()) {
	p.cancel()
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

// load adds up what the table shows.
func (p *Presenter) load() {
	p.stage, p.stretches, p.read = atTable, nil, false
	s := p.days.Span
	var list []order.Stretch
	p.start(text.Get("report.adding"), func(ctx context.Context) (err error) {
		list, err = p.desk.Period(ctx, s.From, s.To, p.by)
		return err
	}, func() { p.stretches, p.read = list, true })
}

// Group shows days, or months.
func (p *Presenter) Group(by string) {
	if p.stage == atTable && !p.days.IsOpen() && by != p.by {
		p.by = by
		p.load()
	}
}

// way is one way out of the terminal. Its name is a part of the catalogue's
// keys; it has a target, or is a file that may be written as often as somebody
// likes.
type way struct {
	name   string
	target order.ExportTarget
}

var ways = []way{{"csv", ""}, {"json", ""}, {"bank-csv", order.ExportBankCSV}, {"xero-csv", order.ExportXeroCSV}, {"xero", order.ExportXero}}

// Pick does what a row is for.
func (p *Presenter) Pick(i int) {
	if p.days.IsOpen() {
		p.days.Pick(i)
		return
	}
	if p.task.Busy() || i < 0 || i >= len(p.items()) {
		return
	}
	p.at = i
	switch {
	case p.stage == atDone && i < len(p.exports):
		p.stage, p.one, p.at = atOne, i, 0
	case p.stage != atExport:
	case i == len(ways):
		p.done()
	case ways[i].target == "":
		p.save(ways[i].name)
	default:
		p.target = ways[i].target
		p.preview()
	}
	p.Changed()
}

// save writes the table as a file.
func (p *Presenter) save(format string) {
	path := ""
	s, by := p.days.Span, p.by
	if format == "json" {
		by = "" // each movement
	}
	p.start(text.Get("report.saving"), func(ctx context.Context) (err error) {
		path, err = p.desk.SaveStatement(ctx, terminal.StatementRequest{From: s.From, To: s.To, By: by, Format: format})
		return err
	}, func() { p.note, p.wrong = text.Get("report.saved", path), false })
}

func (p *Presenter) request() terminal.ExportRequest {
	return terminal.ExportRequest{Target: p.target, From: p.days.Span.From, To: p.days.Span.To}
}

// preview shows what would go to the target.
func (p *Presenter) preview() {
	r := p.request()
	var list []order.Export
	p.start(text.Get("statement.preparing"), func(ctx context.Context) (err error) {
		list, err = p.desk.ExportPreview(ctx, r)
		return err
	}, func() { p.exports, p.stage, p.at = list, atPreview, 0 })
}

// post sends what the preview showed, after a question.
func (p *Presenter) post() {
	if p.stage != atPreview || len(p.exports) == 0 || p.task.Busy() {
		return
	}
	name := text.Get("statement.to." + string(p.target))
	p.Ask(text.Get("statement.ask", name), text.Get("statement.ask.text", text.Number(len(p.exports)), name), text.Get("statement.post"), func() {
		r := p.request()
		var list []order.Export
		p.start(text.Get("statement.posting"), func(ctx context.Context) (err error) {
			list, err = p.desk.ExportPeriod(ctx, r)
			return err
		}, func() {
			p.exports, p.stage, p.at = list, atResult, 0
			p.note, p.wrong = outcome(list)
		})
	})
}

// done lists what was exported.
func (p *Presenter) done() {
	s := p.days.Span
	var list []order.Export
	p.start(text.Get("batches.loading"), func(ctx context.Context) (err error) {
		list, err = p.desk.Exports(ctx, s.From, s.To)
		return err
	}, func() {
		p.exports, p.stage, p.at = nil, atDone, 0
		for i := range list {
			p.exports = append(p.exports, list[len(list)-1-i])
		}
	})
}

// Other chooses days, or cancels what is under way. What was being sent goes on
// where it was when it is asked for again.
func (p *Presenter) Other() {
	switch {
	case p.task.Busy():
		p.cancel()
		p.tell(text.Get("report.cancelled"), true)
	case p.stage == atTable && !p.days.IsOpen():
		p.days.Open(p.today())
	}
}

// Main leads to the ways out, or sends what is previewed.
func (p *Presenter) Main() {
	switch {
	case p.days.IsOpen():
		p.days.End()
	case p.task.Busy():
	case p.stage == atTable:
		p.stage, p.at = atExport, 0
		p.tell("", false)
	case p.stage == atPreview:
		p.post()
	}
}

// Leave goes one step back.
func (p *Presenter) Leave() {
	if p.days.IsOpen() {
		p.days.Leave()
		return
	}
	if p.task.Busy() {
		p.Other()
		return
	}
	switch p.at = 0; p.stage {
	case atTable:
		p.Back()
		return
	case atExport:
		p.stage = atTable
	case atOne:
		p.stage, p.at = atDone, p.one
	default:
		p.stage = atExport
	}
	p.tell("", false)
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	if p.days.IsOpen() {
		return p.days.Key(k)
	}
	switch k {
	case keys.Escape, keys.Sale, keys.Left:
		p.Leave()
	case keys.Undo:
		p.Other()
	case keys.Another:
		p.Group(map[string]string{byDay: byMonth, byMonth: byDay}[p.by])
	case keys.Receipt:
		p.Main()
	case keys.Up, keys.Down, keys.Tab:
		if p.stage == atTable {
			return false
		}
		by := map[bool]int{true: -1, false: 1}[k == keys.Up]
		p.at = min(max(0, p.at+by), max(0, len(p.items())-1))
		p.Changed()
	case keys.Enter, keys.Right:
		switch {
		case p.stage == atExport || p.stage == atDone:
			p.Pick(p.at)
		case k == keys.Enter && p.stage == atPreview:
			p.Main()
		}
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) { p.days.Rune(r) }

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) { p.days.Paste(words) }
