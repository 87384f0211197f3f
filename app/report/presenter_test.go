package report

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/receipts"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// desk is a terminal with reports; it counts what it is asked for.
type desk struct {
	x     order.ZReport
	zs    []order.ZReport
	spans map[string][]order.Stretch
	calls []string
	fail  error
}

func (d *desk) called(what string) error { d.calls = append(d.calls, what); return d.fail }

func (d *desk) Operators(context.Context) ([]staff.Operator, error) {
	return []staff.Operator{{ID: "op1", Name: "Maria"}}, nil
}
func (d *desk) Day() order.Days                          { return order.Days{Cutoff: 4 * time.Hour} }
func (d *desk) X(context.Context) (order.ZReport, error) { return d.x, d.called("x") }
func (d *desk) Zs(_ context.Context, from, to order.Day) ([]order.ZReport, error) {
	return d.zs, d.called("zs " + string(from) + " " + string(to))
}
func (d *desk) Z(_ context.Context, number int) (order.ZReport, error) {
	return d.zs[number-1], d.called("z")
}
func (d *desk) Period(_ context.Context, from, to order.Day, by string) ([]order.Stretch, error) {
	return d.spans[by], d.called(by + " " + string(from) + " " + string(to))
}
func (d *desk) ReportSlip(order.ZReport) (receipts.Document, error) { return receipts.Document{}, nil }
func (d *desk) PrintNow(context.Context, receipts.Document) error   { return d.called("print") }
func (d *desk) SaveZ(_ context.Context, number int, format string) (string, error) {
	return "/receipts/Z." + format, d.called("save " + format)
}

// at is a Tuesday, in the night before its business day begins: Monday's.
var at = time.Date(2026, 11, 24, 3, 30, 0, 0, time.UTC)

func open(t *testing.T, d *desk) *Presenter {
	t.Helper()
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun, clock.NewVirtual(at))
	p.Apply(engine.Snapshot{Currency: money.USD})
	p.Begin()
	return p
}

func hour(name string, net int64) order.Part {
	return order.Part{Name: name, Sales: order.Sum{Count: 1, Amount: usd(max(0, net))}, Net: usd(net)}
}

func TestToday(t *testing.T) {
	d := &desk{x: order.ZReport{At: at, Since: at.Add(-time.Hour), Figures: []order.Figures{
		{Currency: money.USD, Sales: order.Sum{Count: 3, Amount: usd(3000)}, Net: usd(2500), FeesUnknown: 2},
		{Currency: "EUR", Net: money.New(700, "EUR")}}}}
	p := open(t, d)
	v := p.View()
	if v.Sheet.Net != "$25.00" || len(v.Sheet.Cells) != 8 || v.Sheet.Alarm || v.Turn != "USD" {
		t.Errorf("%+v", v.Sheet)
	}
	if got := v.Sheet.Cells[5].Say; got != "2 not known yet" {
		t.Errorf("fees say %q", got)
	}
	if p.Turn(); p.View().Sheet.Net != "€7.00" {
		t.Errorf("in euros %q", p.View().Sheet.Net)
	}
	d.x.Uncollected, d.x.Figures = []order.Named{{ID: "S1"}}, d.x.Figures[:1]
	if p.Key(keys.Undo); !p.View().Sheet.Alarm || p.View().Turn != "" {
		t.Error("what the bank refused is not told")
	}
	if p.Key(keys.Receipt); p.View().Note != "Printed." {
		t.Errorf("says %q", p.View().Note)
	}
	d.fail = &engine.Problem{Text: "No paper."}
	if p.Main(); p.View().Note != "No paper." || !p.View().NoteWrong {
		t.Errorf("says %q", p.View().Note)
	}
}

func TestHours(t *testing.T) {
	for _, tt := range []struct {
		name  string
		hours []order.Part
		bars  int
		first string
		read  string
	}{
		{"none", nil, 0, "", ""},
		{"one", []order.Part{hour("12", 500)}, 9, "08", "12:00 – 13:00   1 sale, $5.00"},
		{"over midnight", []order.Part{hour("01", 100), hour("03", 300), hour("20", 200)}, 8, "20", "03:00 – 04:00   1 sale, $3.00"},
		{"the whole day", []order.Part{hour("03", 1), hour("04", 2)}, 24, "04", "04:00 – 05:00   1 sale, $0.02"},
		{"below zero", []order.Part{hour("10", -300), hour("11", 0)}, 8, "07", "07:00 – 08:00   nothing"},
		{"nonsense", []order.Part{hour("99", 5), hour("x", 5)}, 0, "", ""},
	} {
		p := open(t, &desk{x: order.ZReport{Figures: []order.Figures{{Currency: money.USD, ByHour: tt.hours}}}})
		p.Rune('2')
		v := p.View()
		if len(v.Chart.Bars) != tt.bars || v.Chart.Read != tt.read || tt.bars > 0 && v.Chart.Bars[0].Name != tt.first {
			t.Errorf("%s: %d bars, reads %q, %+v", tt.name, len(v.Chart.Bars), v.Chart.Read, v.Chart.Bars)
		}
		if (tt.bars == 0) != (v.Empty != "") {
			t.Errorf("%s: says %q", tt.name, v.Empty)
		}
	}
}

// The keys go along the bars, and stay at the ends.
func TestBarsByKey(t *testing.T) {
	p := open(t, &desk{x: order.ZReport{Figures: []order.Figures{{Currency: money.USD, ByHour: []order.Part{hour("08", 100), hour("09", 900)}}}}})
	p.Rune('2')
	for range 30 {
		p.Key(keys.Left)
	}
	if got := p.View().Chart.Chosen; got != 0 {
		t.Errorf("at %d", got)
	}
	for range 30 {
		p.Key(keys.Right)
	}
	if v := p.View(); v.Chart.Chosen != len(v.Chart.Bars)-1 {
		t.Errorf("at %d", v.Chart.Chosen)
	}
}

func TestWeekAndMonths(t *testing.T) {
	stretch := func(day order.Day, net int64) order.Stretch {
		return order.Stretch{Day: day, Figures: []order.Figures{{Currency: money.USD, Sales: order.Sum{Count: 2}, Net: usd(net)}}}
	}
	d := &desk{spans: map[string][]order.Stretch{
		"day":   {stretch("2026-11-16", 1000), stretch("2026-11-22", 500), stretch("2026-11-23", 1500)},
		"month": {stretch("2025-12", 10000), stretch("2026-11", 40000)},
	}}
	p := open(t, d)
	p.Rune('4')
	v := p.View()
	if len(v.Chart.Bars) != 7 || v.Chart.Bars[0].Value != 1500 || v.Chart.Bars[0].Before != 1000 || v.Chart.Bars[6].Before != 500 || v.Chart.Chosen != 0 {
		t.Errorf("%+v", v.Chart)
	}
	if v.Chart.Now != "This week $15.00" || v.Chart.Before != "Last week $15.00" || v.Chart.Read != "Mon 23 Nov: $15.00, a week before $10.00" {
		t.Errorf("%q, %q, %q", v.Chart.Now, v.Chart.Before, v.Chart.Read)
	}
	p.Rune('5')
	v = p.View()
	if len(v.Chart.Bars) != 12 || v.Chart.Bars[0].Value != 10000 || v.Chart.Bars[11].Value != 40000 || v.Chart.Bars[11].Name != "Nov" || v.Chart.Chosen != 11 {
		t.Errorf("%+v", v.Chart)
	}
	if got := strings.Join(d.calls, ", "); got != "x, day 2026-11-16 2026-11-23, month 2025-12-01 2026-11-23" {
		t.Errorf("asked for %s", got)
	}
	p.Rune('4')
	if p.Rune('1'); len(d.calls) != 3 {
		t.Errorf("what was read is read again: %v", d.calls)
	}
}

func TestZReports(t *testing.T) {
	same := order.Totals{Sales: 1, SaleAmount: usd(100)}
	agrees := order.Proof{ID: "P", Batch: "B", Complete: true, Journal: same, Host: same}
	differs := agrees
	differs.Host = order.Totals{Sales: 2, SaleAmount: usd(300)}
	part := order.Proof{ID: "P", Batch: "B", Trouble: "The host does not answer."}
	d := &desk{}
	for i, proofs := range [][]order.Proof{nil, {agrees}, {agrees, differs}, {part}} {
		d.zs = append(d.zs, order.ZReport{ID: order.ZID(i + 1), Number: i + 1, Day: "2026-11-20", At: at, Operator: "op1", Proofs: proofs, Figures: []order.Figures{{Currency: money.USD, Net: usd(int64(100 * i))}}})
	}
	p := open(t, d)
	p.Rune('6')
	v := p.View()
	for i, want := range []string{"Not compared whole · Maria", "Differs · Maria", "Agrees · Maria", "Nothing compared · Maria"} {
		if v.List[i].Say != want {
			t.Errorf("row %d says %q, want %q", i, v.List[i].Say, want)
		}
	}
	var slips []slip.Paper
	p.Receipt = func(papers ...slip.Paper) { slips = papers }
	p.Key(keys.Down)
	p.Key(keys.Enter)
	if v := p.View(); v.Title != "Z 3" {
		t.Errorf("opened %q", v.Title)
	}
	p.Key(keys.Receipt)
	if len(slips) != 1 || slips[0].Document != order.DocumentZ || slips[0].ID != p.report().ID {
		t.Errorf("slips %v", slips)
	}
	p.Key(keys.Undo)
	p.Key(keys.Down)
	p.Key(keys.Enter)
	if v := p.View(); v.Note != "Saved: /receipts/Z.json" || v.Page != nil {
		t.Errorf("says %q", v.Note)
	}
	p.Key(keys.Escape)
	if p.View().Title != "Reports" || p.top().tab().name != "zs" {
		t.Error("Escape does not lead to the list")
	}
	left := false
	p.Back = func() { left = true }
	if p.Key(keys.Escape); !left {
		t.Error("Escape stays")
	}
}

// A report that was just written is opened by its number, and today's figures are
// computed once it is left.
func TestOpenZ(t *testing.T) {
	d := &desk{zs: []order.ZReport{{ID: order.ZID(1), Number: 1, Figures: []order.Figures{{Currency: money.USD, Net: usd(700)}}}}}
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun, clock.NewVirtual(at))
	p.OpenZ(1)
	if v := p.View(); v.Title != "Z 1" || v.Sheet.Net != "$7.00" {
		t.Errorf("%+v", v)
	}
	p.Key(keys.Escape)
	if got := strings.Join(d.calls, " "); got != "z x" || p.View().Title != "Reports" {
		t.Errorf("asked for %s", got)
	}
}

// What takes long can be cancelled, and what comes late is not taken.
func TestCancel(t *testing.T) {
	var held []func(context.Context) func()
	run := func(work func(context.Context) func()) { held = append(held, work) }
	d := &desk{x: order.ZReport{At: at, Figures: []order.Figures{{Currency: money.USD, Net: usd(100)}}}}
	p := New(d, apptest.Plain(run), run, clock.NewVirtual(at))
	p.Begin()
	if v := p.View(); !v.Busy || v.Other != "Cancel" || v.Main != "" {
		t.Errorf("%+v", v)
	}
	p.Other()
	if v := p.View(); v.Busy || v.Note != "Cancelled." {
		t.Errorf("%+v", v)
	}
	for _, work := range held {
		bridge.InlineRun(work)
	}
	if p.x != nil {
		t.Error("what was cancelled is shown")
	}
}

func TestTrouble(t *testing.T) {
	p := open(t, &desk{fail: errors.New("disk")})
	if v := p.View(); !v.NoteWrong || v.Note == "" || v.Empty != "" {
		t.Errorf("%+v", v)
	}
}
