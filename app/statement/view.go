package statement

import (
	"slices"
	"strconv"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// View is what is shown: a table, or a page.
type View struct {
	Title, Say        string
	Back, Other, Main string
	// Groups are the names of days and months, Group says which it is.
	Groups          [2]string
	Group           int
	Note            string
	NoteWrong, Busy bool
	Head            []string
	Rows, Sums      [][]string
	Empty           string
	Page            *form.Page
}

// View is the present view.
func (p *Presenter) View() View {
	if p.days.IsOpen() {
		page := p.days.Page()
		return View{Page: &page}
	}
	if p.stage != atTable {
		page := p.page()
		return View{Page: &page}
	}
	v := View{Title: text.Get("statement.title"), Say: p.days.Span.Words(), Back: text.Get("statement.back"), Other: text.Get("statement.days"), Main: text.Get("statement.export"),
		Groups: [2]string{text.Get("statement.by.day"), text.Get("statement.by.month")}, Note: p.note, NoteWrong: p.wrong}
	if p.by == byMonth {
		v.Group = 1
	}
	if p.busy != "" {
		v.Note, v.NoteWrong, v.Busy, v.Other, v.Main = p.busy, false, true, text.Get("report.cancel"), ""
		return v
	}
	if v.Rows, v.Sums = p.table(); len(v.Rows) == 0 {
		if p.read {
			v.Empty = text.Get("statement.none", p.days.Span.Words())
		}
		return v
	}
	for _, key := range []string{p.by, "sales", "back", "net", "fees"} {
		v.Head = append(v.Head, text.Get("statement.head."+key))
	}
	return v
}

// sums are what stands in a line of the table.
type sums struct{ sales, back, net, fees money.Amount }

func (s sums) words(name string) []string {
	return []string{name, text.Money(s.sales), text.Money(s.back), text.Money(s.net), text.Money(s.fees)}
}

// table is a row for each day or month and currency, and their sums. An amount
// that is too large for its type is that of its largest.
func (p *Presenter) table() (rows, all [][]string) {
	var units []money.Currency
	total := map[money.Currency]sums{}
	for _, s := range p.stretches {
		for _, f := range s.Figures {
			line := sums{sales: f.Sales.Amount, back: add(f.Returns.Amount, f.Voids.Amount), net: f.Net, fees: f.Fees}
			rows = append(rows, line.words(p.name(s.Day)))
			t, ok := total[f.Currency]
			if !ok {
				units = append(units, f.Currency)
				total[f.Currency] = line
				continue
			}
			total[f.Currency] = sums{add(t.sales, line.sales), add(t.back, line.back), add(t.net, line.net), add(t.fees, line.fees)}
		}
	}
	for _, unit := range units {
		all = append(all, total[unit].words(text.Get("statement.sum")))
	}
	return rows, all
}

// add is the sum of two amounts of one currency; one may have none yet.
func add(a, b money.Amount) money.Amount {
	if sum, err := a.Add(b); err == nil {
		return sum
	}
	return a
}

func (p *Presenter) name(d order.Day) string {
	if p.by == byMonth {
		return text.Month(span.Date(order.Day(d.Month() + "-01")))
	}
	return text.Near(span.Date(d))
}

// page is a choice, or a list of what goes or went somewhere.
func (p *Presenter) page() form.Page {
	v := form.Page{Title: text.Get("statement.export.title"), Say: p.days.Span.Words(), Back: text.Get("statement.back"), Right: p.items(), RightAt: p.at, Inside: true, Note: p.note, NoteWrong: p.wrong}
	target := text.Get("statement.to." + string(p.target))
	switch p.stage {
	case atPreview:
		v.Title, v.Main = text.Get("statement.preview", target), text.Get("statement.post")
		if len(p.exports) == 0 {
			v.Main = ""
		}
	case atResult:
		v.Title = target
	case atDone:
		v.Title = text.Get("statement.done")
	case atOne:
		v.Title, v.Tall = p.export(p.exports[p.one]), true
	}
	v.Tall = v.Tall || p.stage == atResult
	if p.busy != "" {
		v.Note, v.NoteWrong, v.Busy, v.Other, v.Main = p.busy, false, true, text.Get("report.cancel"), ""
	}
	return v
}

// items are the rows of the page.
func (p *Presenter) items() (items []form.Item) {
	switch p.stage {
	case atExport:
		for _, w := range ways {
			items = append(items, form.Item{Name: text.Get("statement.way." + w.name), Say: text.Get("statement.way." + w.name + ".say"), Shape: look.Tray})
		}
		return append(items, form.Item{Name: text.Get("statement.done"), Say: text.Get("statement.done.say"), Shape: look.Clock})
	case atDone:
		for _, e := range p.exports {
			shape, tint, word := state(e)
			items = append(items, form.Item{Name: p.export(e), Say: text.Get("statement.on", word, span.Moment(p.desk.Day(), e.At)), Value: amount(e), Shape: shape, Tint: tint})
		}
	case atOne:
		return append(postings(p.exports[p.one]), files(p.exports[p.one:p.one+1])...)
	case atPreview, atResult:
		for _, e := range p.exports {
			items = append(items, form.Item{Name: p.export(e), Shape: look.Bars, Value: amount(e)})
			items = append(items, postings(e)...)
		}
		items = append(items, files(p.exports)...)
	}
	if len(items) == 0 {
		items = []form.Item{{Name: text.Get("statement.nothing"), Shape: look.Bar, Tint: look.Soft}}
	}
	return items
}

// export is what went where, by the report that it is of.
func (p *Presenter) export(e order.Export) string {
	return text.Get("statement.one", text.Get("statement.to."+string(e.Target)), strconv.Itoa(e.Z), text.Dated(span.Date(e.Day)))
}

// amount is what the postings of an export in one currency come to; "" where
// there are several.
func amount(e order.Export) string {
	var all money.Amount
	for i, posting := range e.Postings {
		if i == 0 {
			all = posting.Amount
			continue
		}
		sum, err := all.Add(posting.Amount)
		if err != nil {
			return ""
		}
		all = sum
	}
	if all.Currency == "" {
		return ""
	}
	return text.Money(all)
}

// postings are what an export consists of, each with what became of it.
func postings(e order.Export) (items []form.Item) {
	for _, posting := range e.Postings {
		l := looks[posting.State]
		said := []string{text.Get("statement.state." + strings.ToLower(string(posting.State)))}
		if posting.Message != "" {
			said = append(said, text.Say(posting.Message))
		}
		items = append(items, form.Item{Name: posting.Reference, Say: strings.Join(said, " "), Value: text.Money(posting.Amount), Shape: l.shape, Tint: l.tint})
	}
	return items
}

// files are where exports lie that an import by hand takes; several may be in
// one.
func files(list []order.Export) (items []form.Item) {
	var paths []string
	for _, e := range list {
		paths = append(paths, e.Files...)
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		items = append(items, form.Item{Name: text.Get("statement.file"), Say: path, Shape: look.Tray})
	}
	return items
}

// looks are those of the states of postings.
var looks = map[order.PostState]struct {
	shape look.Shape
	tint  look.Colour
}{
	order.PostBuilt: {look.Dot, look.TintNotCharged}, order.PostSending: {look.Clock, look.TintChecking}, order.PostDone: {look.Check, look.TintApproved},
	order.PostRejected: {look.Cross, look.TintDeclined}, order.PostUnknown: {look.Unsure, look.TintChecking},
}

// worst is the state that an export has as a whole: nothing is done before all
// of it is.
func worst(e order.Export) order.PostState {
	for _, s := range []order.PostState{order.PostRejected, order.PostUnknown, order.PostSending, order.PostBuilt} {
		if slices.ContainsFunc(e.Postings, func(p order.Posting) bool { return p.State == s }) {
			return s
		}
	}
	if !e.Done {
		return order.PostSending
	}
	return order.PostDone
}

func state(e order.Export) (look.Shape, look.Colour, string) {
	s := worst(e)
	return looks[s].shape, looks[s].tint, text.Get("statement.word." + strings.ToLower(string(s)))
}

// outcome says in a sentence what became of an export.
func outcome(list []order.Export) (words string, wrong bool) {
	for _, s := range []order.PostState{order.PostRejected, order.PostUnknown, order.PostSending, order.PostBuilt} {
		if slices.ContainsFunc(list, func(e order.Export) bool { return worst(e) == s }) {
			return text.Get("statement.outcome." + strings.ToLower(string(s))), true
		}
	}
	return text.Get("statement.outcome.posted"), false
}
