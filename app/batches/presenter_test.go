package batches

import (
	"context"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

var at = time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)

// desk is a terminal with closed batches.
type desk struct {
	list  []order.Batch
	proof order.Proof
	rows  []terminal.HostBatchRow
	calls []string
	fail  error
	told  func(done, total int)
}

func (d *desk) Operators(context.Context) ([]staff.Operator, error) {
	return []staff.Operator{{ID: "op1", Name: "Maria"}}, nil
}
func (d *desk) Day() order.Days { return order.Days{} }
func (d *desk) BatchHistory(_ context.Context, from, to order.Day) ([]order.Batch, error) {
	d.calls = append(d.calls, string(from)+" "+string(to))
	return d.list, d.fail
}
func (d *desk) HostBatchRows(context.Context, string) ([]terminal.HostBatchRow, error) {
	return d.rows, d.fail
}
func (d *desk) ProofOf(context.Context, string) (order.Proof, error) {
	if d.proof.ID == "" {
		return d.proof, order.ErrNotFound
	}
	return d.proof, d.fail
}
func (d *desk) Prove(_ context.Context, id string, progress func(done, total int)) (order.Proof, error) {
	progress(1, 2)
	d.calls = append(d.calls, "prove "+id)
	d.proof.ID, d.proof.Batch = "P", id
	return d.proof, d.fail
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func open(t *testing.T, d *desk) *Presenter {
	t.Helper()
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun, clock.NewVirtual(at))
	p.Apply(engine.Snapshot{Currency: money.USD})
	p.Begin()
	return p
}

func TestList(t *testing.T) {
	local := order.Totals{Sales: 2, SaleAmount: usd(3000), Returns: 1, ReturnAmount: usd(500)}
	other := order.Totals{Sales: 2, SaleAmount: usd(3100), Returns: 1, ReturnAmount: usd(500)}
	d := &desk{}
	for _, b := range []order.Batch{
		{State: order.BatchClosed, Host: &local}, {State: order.BatchClosed, Host: &other, Auto: true}, {State: order.BatchClosed, Followed: true},
		{State: order.BatchUnknown}, {State: order.BatchNotClosed, Carried: []order.Carried{{ID: "K1"}, {ID: "K2"}}},
	} {
		b.ID, b.Operator, b.Local, b.Asked = "B", "op1", local, at
		d.list = append([]order.Batch{b}, d.list...)
	}
	p := open(t, d)
	for i, want := range []string{"Agrees · by Maria", "Differs · closed by itself", "Closed, without counts of the bank · settled by the bank", "Not known yet · by Maria", "Not closed · by Maria · 2 carried forward"} {
		if got := p.View().Right[i]; got.Say != want || got.Value != "$25.00" {
			t.Errorf("row %d: %q, %s; want %q", i, got.Say, got.Value, want)
		}
	}
	if d.calls[0] != "2026-10-23 2026-11-22" {
		t.Errorf("asked for %s", d.calls[0])
	}
	p.Key(keys.Undo)
	if p.Pick(0); len(d.calls) != 2 || d.calls[1] != "2026-11-22 2026-11-22" {
		t.Errorf("asked for %v", d.calls)
	}
	if d.list = nil; true {
		p.Begin()
	}
	if got := p.View().Right; len(got) != 1 || !strings.HasPrefix(got[0].Name, "No batch") {
		t.Errorf("an empty list shows %v", got)
	}
}

func TestOne(t *testing.T) {
	same := order.Totals{Sales: 1, SaleAmount: usd(100)}
	d := &desk{list: []order.Batch{{ID: "B7", State: order.BatchClosed, GUID: "G", Local: same, Host: &same, Asked: at}},
		rows: []terminal.HostBatchRow{{CardType: "Visa", LastFour: "1111", Amount: "1.00"}, {CardType: "Visa", LastFour: "2222", Amount: "odd"}}}
	p := open(t, d)
	var slips []slip.Paper
	p.Receipt = func(papers ...slip.Paper) { slips = papers }
	p.Key(keys.Enter)
	names := func() (all []string) {
		for _, item := range p.View().Right {
			all = append(all, item.Name)
		}
		return all
	}
	if got := strings.Join(names(), ", "); !strings.HasPrefix(got, "Transactions at the bank, Compare again, Slip, This terminal") {
		t.Fatal(got)
	}
	p.Pick(2)
	if len(slips) != 1 || slips[0].ID != "B7" {
		t.Errorf("slips %v", slips)
	}
	d.proof = order.Proof{Complete: true, Journal: same, Host: same}
	p.Pick(1)
	if v := p.View(); v.Note != "Agrees" || v.NoteWrong || !strings.Contains(strings.Join(names(), ", "), "Comparison") {
		t.Errorf("says %q: %v", v.Note, names())
	}
	d.fail = &engine.Problem{Text: "The bank does not answer."}
	if p.Pick(1); p.View().Note != "The bank does not answer." || !p.View().NoteWrong {
		t.Errorf("says %q", p.View().Note)
	}
	d.fail = nil
	p.Pick(0)
	if v := p.View().Right; len(v) != 2 || v[0].Value != "$1.00" || v[1].Value != "odd" {
		t.Errorf("%v", v)
	}
	for range 2 {
		p.Key(keys.Escape)
	}
	if p.View().Title != "Closed batches" {
		t.Errorf("at %s", p.View().Title)
	}
}

// Nothing is compared in a batch that is not closed, and one without a number at
// the bank has no transactions there.
func TestOpenBatch(t *testing.T) {
	p := open(t, &desk{list: []order.Batch{{ID: "B", State: order.BatchUnknown, Asked: at}}})
	p.Pick(0)
	for _, item := range p.View().Right {
		if item.Name == "Compare again" || item.Name == "Slip" || item.Name == "Transactions at the bank" {
			t.Errorf("offers %s", item.Name)
		}
	}
}
