package report

import (
	"context"
	"strconv"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// View is what is shown.
type View struct {
	Title, Say string
	// Back, Other and Main are the words of the buttons; "" leaves one away.
	Back, Other, Main string
	// Turn is the currency that is shown, where there are several.
	Turn string
	Tabs []Tab
	// Note is told above, NoteWrong that something did not work, Busy that it is
	// of work that is under way.
	Note            string
	NoteWrong, Busy bool
	// One of these is there; Empty says why none is.
	Sheet Sheet
	Chart Chart
	Parts []Part
	List  []form.Item
	Empty string
	// ListAt is the chosen row; Tall rows have room for long sentences.
	ListAt int
	Tall   bool
	// Page, if there, takes the place of all.
	Page *form.Page
}

// Tab is the name of a part of the report, and whether it is in sight.
type Tab struct {
	Name string
	Cap  string // the digit that opens it
	On   bool
}

// Sheet is the figures in their order, the most important one large.
type Sheet struct {
	Name, Net, Foot string
	Cells           []Cell
	// Alarm says that Foot tells of what needs somebody.
	Alarm bool
}

// Cell is one figure with its name, and a few words.
type Cell struct{ Name, Value, Say string }

// Chart is standing bars; Read tells the chosen one in words. Where now is held
// against before, both have a name.
type Chart struct {
	Bars        []Bar
	Chosen      int
	Read        string
	Now, Before string
}

// Bar is one place of a chart, Value and Before in minor units.
type Bar struct {
	Name          string
	Value, Before int64
	Words         string
}

// Part is a lying bar with its name, or a heading over some.
type Part struct {
	Head             bool
	Name, Say, Words string
	Value, Whole     int64
}

// tab is one part of a report.
type tab struct {
	// name is a part of the catalogue's keys, needs names what it shows.
	name, needs string
	// load reads that; take is called on the window's goroutine.
	load func(context.Context, *Presenter) (take func(), err error)
	// show puts it into the view.
	show func(*Presenter, *View)
	// open opens a row, leads leaves to another screen.
	open  func(*Presenter, int)
	leads func(*Presenter)
}

var todayTabs = []tab{
	{name: "today", needs: "x", load: loadX, show: showFigures},
	{name: "hours", needs: "x", load: loadX, show: showHours},
	{name: "tenders", needs: "x", load: loadX, show: showParts},
	{name: "week", needs: "week", load: loadWeek, show: showWeek},
	{name: "months", needs: "months", load: loadMonths, show: showMonths},
	{name: "zs", needs: "zs", load: loadZs, show: showZs, open: (*Presenter).openZ},
	{name: "batches", leads: func(p *Presenter) { p.Batches() }},
	{name: "statement", leads: func(p *Presenter) { p.Statement() }},
}

var zTabs = []tab{
	{name: "figures", needs: "z", show: showFigures},
	{name: "hours", needs: "z", show: showHours},
	{name: "tenders", needs: "z", show: showParts},
	{name: "drawer", needs: "z", show: showDrawer},
	{name: "proof", needs: "z", show: showProof},
	{name: "open", needs: "z", show: showOpen},
	{name: "chain", needs: "z", show: showChain},
}

func loadX(ctx context.Context, p *Presenter) (func(), error) {
	x, err := p.desk.X(ctx)
	return func() { p.x = &x }, err
}

func loadWeek(ctx context.Context, p *Presenter) (func(), error) {
	today := p.today()
	list, err := p.desk.Period(ctx, span.Add(span.Monday(today), -7), today, "day")
	return func() { p.weeks = list }, err
}

func loadMonths(ctx context.Context, p *Presenter) (func(), error) {
	today := p.today()
	list, err := p.desk.Period(ctx, span.Month(today, 1-months), today, "month")
	return func() { p.years = list }, err
}

func loadZs(ctx context.Context, p *Presenter) (func(), error) {
	s := p.days.Span
	list, err := p.desk.Zs(ctx, s.From, s.To)
	return func() {
		p.zs = nil
		for i := range list {
			p.zs = append(p.zs, list[len(list)-1-i])
		}
	}, err
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Title: text.Get("report.title"), Back: text.Get("report.back"), Note: p.note, NoteWrong: p.wrong, ListAt: -1}
	if p.busy != "" {
		v.Note, v.NoteWrong, v.Busy = p.busy, false, true
	}
	if p.days.IsOpen() || p.saving {
		page := p.page(v)
		v.Page = &page
		return v
	}
	b := p.top()
	for i, t := range b.tabs {
		v.Tabs = append(v.Tabs, Tab{Name: text.Get("report.tab." + t.name), Cap: strconv.Itoa(i + 1), On: i == b.at})
	}
	p.buttons(&v)
	b.tab().show(p, &v)
	if n := len(v.List); n > 0 && b.tab().open != nil {
		v.ListAt = min(max(0, b.row), n-1)
	} else if n > 0 {
		v.ListAt = min(b.row, n-1)
	}
	return v
}

// buttons names what can be done, and the report.
func (p *Presenter) buttons(v *View) {
	z := p.report()
	if z != nil && len(z.Figures) > 1 && (p.top().tab().needs == "x" || z.Number > 0) {
		v.Turn = string(z.Figures[p.unit%len(z.Figures)].Currency)
	}
	switch t := p.top().tab(); {
	case p.top().z != nil:
		v.Title, v.Say = text.Get("report.z", strconv.Itoa(z.Number)), p.zSays(*z)
		v.Back, v.Other, v.Main = text.Get("report.list"), text.Get("report.save"), text.Get("report.slip")
	case t.needs == "zs":
		v.Say, v.Other = p.days.Span.Words(), text.Get("report.days")
	case t.needs == "x" && z != nil:
		v.Say = text.Get("report.asof", p.when(z.At))
		v.Other, v.Main = text.Get("report.refresh"), text.Get("report.print")
	default:
		v.Other = text.Get("report.refresh")
	}
	if v.Busy {
		v.Other, v.Main = text.Get("report.cancel"), ""
	}
}

// page is the choice of days, or of a kind of file.
func (p *Presenter) page(v View) form.Page {
	if p.days.IsOpen() {
		return p.days.Page()
	}
	page := form.Page{Title: text.Get("report.save.title"), Say: v.Title, Back: text.Get("report.back"), RightAt: p.saveAt, Inside: true, Note: v.Note, NoteWrong: v.NoteWrong, Busy: v.Busy}
	if v.Busy {
		page.Other = text.Get("report.cancel")
	}
	for _, f := range formats {
		page.Right = append(page.Right, form.Item{Name: text.Get("report.save." + f), Say: text.Get("report.save." + f + ".say"), Shape: look.Tray})
	}
	return page
}

// zSays is a Z report in a few words.
func (p *Presenter) zSays(z order.ZReport) string {
	return text.Get("report.z.say", text.Day(span.Date(z.Day)), p.who(z.Operator))
}

// who is the name of an operator.
func (p *Presenter) who(id string) string {
	if name, ok := p.names[id]; ok {
		return name
	}
	return id
}
