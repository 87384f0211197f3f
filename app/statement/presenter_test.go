package statement

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// desk is a terminal with figures.
type desk struct {
	list   []order.Stretch
	posted []order.Export
	calls  []string
	fail   error
}

func (d *desk) called(words ...string) error {
	d.calls = append(d.calls, strings.Join(words, " "))
	return d.fail
}
func (d *desk) Day() order.Days { return order.Days{} }
func (d *desk) Period(_ context.Context, from, to order.Day, by string) ([]order.Stretch, error) {
	return d.list, d.called(by, string(from), string(to))
}
func (d *desk) SaveStatement(_ context.Context, r terminal.StatementRequest) (string, error) {
	return "/receipts/s." + r.Format, d.called("save", r.Format, r.By)
}
func (d *desk) ExportPreview(_ context.Context, r terminal.ExportRequest) ([]order.Export, error) {
	return d.posted, d.called("preview", string(r.Target))
}
func (d *desk) ExportPeriod(_ context.Context, r terminal.ExportRequest) ([]order.Export, error) {
	return d.posted, d.called("export", string(r.Target), string(r.From), string(r.To))
}
func (d *desk) Exports(context.Context, order.Day, order.Day) ([]order.Export, error) {
	return d.posted, d.called("exports")
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func open(t *testing.T, d *desk) *Presenter {
	t.Helper()
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun, clock.NewVirtual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)))
	p.Ask = func(_, _, _ string, yes func()) { yes() }
	p.Apply(engine.Snapshot{Currency: money.USD})
	p.Begin()
	return p
}

func stretch(day order.Day, unit money.Currency, sales, returns, voids, fees int64) order.Stretch {
	sum := func(minor int64) order.Sum { return order.Sum{Count: 1, Amount: money.New(minor, unit)} }
	return order.Stretch{Day: day, Figures: []order.Figures{{Currency: unit, Sales: sum(sales), Returns: sum(returns), Voids: sum(voids), Net: money.New(sales-returns-voids, unit), Fees: money.New(fees, unit)}}}
}

func TestTable(t *testing.T) {
	d := &desk{list: []order.Stretch{stretch("2026-11-20", money.USD, 10000, 500, 250, 90), stretch("2026-11-21", money.USD, 300, 1000, 0, 0), stretch("2026-11-21", "EUR", 100, 0, 0, 1)}}
	p := open(t, d)
	v := p.View()
	want := [][]string{{"Fri 20 Nov", "$100.00", "$7.50", "$92.50", "$0.90"}, {"Sat 21 Nov", "$3.00", "$10.00", "-$7.00", "$0.00"}, {"Sat 21 Nov", "€1.00", "€0.00", "€1.00", "€0.01"}}
	if !slices.EqualFunc(v.Rows, want, slices.Equal) {
		t.Errorf("rows %v", v.Rows)
	}
	sums := [][]string{{"Sum", "$103.00", "$17.50", "$85.50", "$0.90"}, {"Sum", "€1.00", "€0.00", "€1.00", "€0.01"}}
	if !slices.EqualFunc(v.Sums, sums, slices.Equal) {
		t.Errorf("sums %v", v.Sums)
	}
	d.list = []order.Stretch{stretch("2026-11", money.USD, 100, 0, 0, 0)}
	p.Key(keys.Another)
	if v := p.View(); v.Rows[0][0] != "Nov 2026" || v.Head[0] != "Month" {
		t.Errorf("%v, %v", v.Head, v.Rows)
	}
	if got := strings.Join(d.calls, ", "); got != "day 2026-11-01 2026-11-22, month 2026-11-01 2026-11-22" {
		t.Errorf("asked for %s", got)
	}
	d.list = nil
	p.Key(keys.Another)
	if v := p.View(); v.Empty == "" || v.Head != nil {
		t.Errorf("%+v", v)
	}
}

func TestFiles(t *testing.T) {
	d := &desk{}
	p := open(t, d)
	p.Key(keys.Receipt)
	p.Pick(0)
	if got := p.View().Page.Note; got != "Saved: /receipts/s.csv" {
		t.Errorf("says %q", got)
	}
	p.Pick(1)
	if got := d.calls[1:]; !slices.Equal(got, []string{"save csv day", "save json "}) {
		t.Errorf("asked for %q", got)
	}
}

// Nothing is sent before it was seen and asked for, and what became of it is told
// by its worst.
func TestExport(t *testing.T) {
	for _, tt := range []struct {
		states []order.PostState
		done   bool
		says   string
		wrong  bool
	}{
		{[]order.PostState{order.PostDone, order.PostDone}, true, "All of it was exported.", false},
		{[]order.PostState{order.PostDone, order.PostRejected, order.PostUnknown}, false, "Something was rejected", true},
		{[]order.PostState{order.PostDone, order.PostUnknown}, false, "Of something no answer came", true},
		{[]order.PostState{order.PostDone, order.PostSending}, false, "Something is on its way", true},
		{[]order.PostState{order.PostBuilt}, false, "Something was not sent", true},
	} {
		e := order.Export{Target: order.ExportXero, Z: 3, Day: "2026-11-21", Done: tt.done}
		for _, s := range tt.states {
			e.Postings = append(e.Postings, order.Posting{Reference: "PD-1", Amount: usd(100), State: s})
		}
		d := &desk{posted: []order.Export{e}}
		p := open(t, d)
		p.Key(keys.Receipt)
		p.Pick(4)
		if v := p.View().Page; v.Title != "Xero: this would go" || v.Main == "" || len(v.Right) != 1+len(tt.states) {
			t.Errorf("%+v", v)
		}
		if slices.Contains(d.calls, "export xero 2026-11-01 2026-11-22") {
			t.Error("sent before it was asked for")
		}
		p.Main()
		if v := p.View().Page; !strings.HasPrefix(v.Note, tt.says) || v.NoteWrong != tt.wrong || v.Main != "" {
			t.Errorf("%v: says %q", tt.states, v.Note)
		}
		if d.calls[len(d.calls)-1] != "export xero 2026-11-01 2026-11-22" {
			t.Errorf("asked for %v", d.calls)
		}
	}
}

// What the terminal refuses is told, and stays where it was.
func TestTwice(t *testing.T) {
	d := &desk{posted: []order.Export{{Target: order.ExportBankCSV}}}
	p := open(t, d)
	p.Key(keys.Receipt)
	p.Pick(2)
	d.fail = &engine.Problem{Text: "These days were exported before."}
	p.Key(keys.Enter)
	if v := p.View().Page; v.Note != "These days were exported before." || !v.NoteWrong || v.Title != "Bank statement CSV: this would go" {
		t.Errorf("%+v", v)
	}
}

func TestLeave(t *testing.T) {
	d := &desk{posted: []order.Export{{Target: order.ExportXero, Z: 1, Day: "2026-11-21", Files: []string{"/exports/a.csv"}}}}
	p := open(t, d)
	left := false
	p.Back = func() { left = true }
	p.Key(keys.Receipt)
	p.Pick(len(ways))
	p.Pick(0)
	if v := p.View().Page; len(v.Right) != 1 || v.Right[0].Say != "/exports/a.csv" {
		t.Errorf("%+v", v.Right)
	}
	for i, want := range []stage{atDone, atExport, atTable} {
		if p.Key(keys.Escape); p.stage != want {
			t.Errorf("after %d Escapes at %d", i+1, p.stage)
		}
	}
	if p.Key(keys.Escape); !left {
		t.Error("Escape stays")
	}
}
