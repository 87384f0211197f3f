package sale

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func TestSums(t *testing.T) {
	tests := []struct {
		goods           int64
		tax             money.Rate
		tip             Tip
		taxed, tip2, of int64
	}{
		{1250, 0, Tip{}, 0, 0, 1250},
		{1250, 8250, Tip{}, 103, 0, 1353},              // 1.03125
		{1250, 8250, Tip{Rate: 15000}, 103, 188, 1541}, // 1.875 goes up
		{1250, 0, Tip{Minor: 200}, 0, 200, 1450},       //
		{1, 8250, Tip{Rate: 50000}, 0, 1, 2},           // half a cent goes up
		{9999999999, 100000, Tip{}, 9999999999, 0, 2*1e10 - 2},
	}
	for _, tt := range tests {
		got := Add(usd(tt.goods), tt.tax, tt.tip)
		if got.Tax.Minor != tt.taxed || got.Tip.Minor != tt.tip2 || got.Total.Minor != tt.of {
			t.Errorf("%d, %s, %+v: %+v", tt.goods, tt.tax, tt.tip, got)
		}
	}
}

// Whatever is entered, the parts make the total, a bill of it can be paid, and a
// share is off by half a cent at most.
func TestSumsOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		goods, tax, tip := usd(1+r.Int64N(9999999999)), money.Rate(r.Int64N(100001)), Tip{Rate: money.Rate(r.Int64N(100001))}
		if r.IntN(2) == 0 {
			tip = Tip{Minor: r.Int64N(9999999999)}
		}
		s := Add(goods, tax, tip)
		if s.Goods != goods || s.Goods.Minor+s.Tax.Minor+s.Tip.Minor != s.Total.Minor {
			t.Fatalf("%v %v %v: %+v", goods, tax, tip, s)
		}
		if off := s.Tax.Minor*100000 - goods.Minor*int64(tax); off < -50000 || off > 50000 {
			t.Fatalf("%v of %v is %v", tax, goods, s.Tax)
		}
		if err := (order.Bill{ID: "b", Goods: s.Goods, Tax: s.Tax, Tip: s.Tip}).Check(); err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
	}
}

// extra is a shop with tax and tips.
func extra(t *testing.T) (*apptest.Desk, *Presenter) {
	t.Helper()
	desk, p := begin()
	for key, value := range map[string]string{"sales.tax": "8.25", "sales.tips": "10 | 15"} {
		if err := desk.Set(context.Background(), key, value); err != nil {
			t.Fatal(err)
		}
	}
	return desk, p
}

func TestAdded(t *testing.T) {
	_, p := extra(t)
	press(p, "1 2 5 0")
	p.ChooseTip(15000)
	p.Text(Number).Paste(" 4711\n")
	p.Text(Note).Paste(strings.Repeat("x", 10000))
	p.Edited()
	v := p.View()
	if v.Amount != "$12.50" || v.Parts != "Tax 8.25% $1.03 · Tip 15% $1.88" || v.Total != "Total  $15.41" || !v.Ready || !strings.HasPrefix(v.Added, "4711 · xxx") {
		t.Errorf("%+v", v)
	}
	var got engine.Charge
	p.Card = func(c engine.Charge) { got = c }
	p.Tender(ByCard)
	b := got.Bill
	if b == nil || got.Amount != usd(1541) || b.Total() != got.Amount || b.Number != "4711" || len(b.Note) != order.MaxNote || b.Check() != nil || b.ID == got.Order {
		t.Errorf("%+v of %+v", got, b)
	}
}

// The total, not the goods alone, is held against the limits; in cash every
// amount can be paid.
func TestLimitsAreOfTheTotal(t *testing.T) {
	_, p := extra(t)
	press(p, "9 9 9 9 9 9 9 9")
	if v := p.View(); !v.Wrong || v.Parts != "" || v.Total == "" {
		t.Errorf("%+v", v)
	}
	p.Clear()
	press(p, "1 2")
	var ways []string
	p.Card = func(engine.Charge) { ways = append(ways, "card") }
	p.OnFile = func(engine.Charge) { ways = append(ways, "file") }
	p.Cash = func(engine.Charge) { ways = append(ways, "cash") }
	p.Split = func(order.Bill) { ways = append(ways, "split") }
	for _, way := range []Tender{ByCard, OnFile, InParts, ByCash} {
		p.Tender(way)
	}
	if len(ways) != 1 || ways[0] != "cash" {
		t.Errorf("paid by %v", ways)
	}
}

// A shop without tips is never asked about them, and the customer can't add one.
func TestNoTips(t *testing.T) {
	_, p := begin()
	press(p, "1 2 5 0")
	p.ChooseTip(15000)
	if s := p.Customer(); s.Tip.Minor != 0 || len(s.Tips) != 0 || s.Total != usd(1250) {
		t.Errorf("%+v", s)
	}
}

// The customer chooses until a way to pay was chosen.
func TestCustomerChoosesTheTip(t *testing.T) {
	_, p := extra(t)
	told := 0
	p.Told = func() { told++ }
	if s := p.Customer(); len(s.Tips) != 0 {
		t.Error("asked about nothing")
	}
	press(p, "1 2 5 0")
	if s := p.Customer(); len(s.Tips) != 2 || s.TaxName != "Tax" || s.Total != usd(1353) {
		t.Errorf("%+v", s)
	}
	p.ChooseTip(10000)
	if s := p.Customer(); s.Chosen.Rate != 10000 || s.Tip != usd(125) || told != 5 {
		t.Errorf("%+v, told %d times", s, told)
	}
	p.Tender(ByCard)
	p.ChooseTip(15000)
	if s := p.Customer(); s.Tip != usd(125) || len(s.Tips) != 0 {
		t.Errorf("the tip changed while it is paid: %+v", s)
	}
	p.Back()
	p.ChooseTip(0)
	if s := p.Customer(); s.Tip.Minor != 0 || len(s.Tips) != 2 {
		t.Errorf("%+v", s)
	}
}

// What was entered outlives a sign-out, whoever comes next: the customer stands
// there still.
func TestEnteredStaysAtTheDesk(t *testing.T) {
	desk, p := extra(t)
	press(p, "1 2 5 0")
	p.ChooseTip(10000)
	p.Text(Number).Paste("7")
	for who := range 2 {
		desk.Change(func(s *engine.Snapshot) { s.Operator = nil })
		p.Apply(desk.Snapshot())
		desk.SignInAs(who)
		p.Apply(desk.Snapshot())
		if got := p.View().Amount; got != "$12.50" || p.Idle() {
			t.Errorf("%d sees %s", who, got)
		}
	}
}

// One press takes the amount back, a second one the rest.
func TestEscape(t *testing.T) {
	_, p := extra(t)
	press(p, "1 2 5 0")
	p.Text(Customer).Paste("Ada")
	p.Escape()
	if v := p.View(); !v.Empty || v.Added != "Ada" || p.Idle() {
		t.Errorf("%+v", v)
	}
	p.Escape()
	if !p.Idle() {
		t.Error("something is left")
	}
}

// A sale that was declined stays to be paid otherwise, under the same bill; one
// that stands, or may, is not offered again.
func TestSaleThatWasSent(t *testing.T) {
	tests := []struct {
		state order.State
		stays bool
	}{{order.Declined, true}, {order.NotSent, true}, {order.Approved, false}, {order.Reversing, false}, {order.Unknown, false}, {order.PartApproved, false}}
	for _, tt := range tests {
		desk, p := begin()
		press(p, "1 2 5 0")
		var sent engine.Charge
		p.Card = func(c engine.Charge) { sent = c }
		p.Tender(ByCard)
		p.Sent(sent)
		if err := desk.AddLeg(sent, order.TenderCard); err != nil {
			t.Fatal(err)
		}
		desk.Put(desk.Sale(sent, "Visa", "1111", tt.state))
		p.Apply(desk.Snapshot())
		p.Back()
		if p.Idle() == tt.stays {
			t.Errorf("%s: stays %v", tt.state, !p.Idle())
			continue
		}
		first := sent
		if p.Tender(ByCard); tt.stays && (sent.Bill.ID != first.Bill.ID || sent.Order == first.Order) {
			t.Errorf("%s: %+v after %+v", tt.state, sent, first)
		}
	}
}

// What the terminal refused before anything went out stays.
func TestSaleThatWasRefused(t *testing.T) {
	for _, tt := range []struct {
		err   error
		stays bool
	}{{errors.New("disk"), true}, {&engine.Problem{Code: engine.ProblemUnsaved}, false}} {
		_, p := begin()
		press(p, "1 2 5 0")
		p.Card = func(c engine.Charge) { p.Sent(c); p.Failed(c, tt.err) }
		p.Tender(ByCard)
		p.Back()
		if p.Idle() == tt.stays {
			t.Errorf("%v: stays %v", tt.err, !p.Idle())
		}
	}
}

func TestUnfinishedBill(t *testing.T) {
	desk, p := begin()
	bill := order.Bill{ID: "b", Goods: usd(1250)}
	if _, err := desk.TakeCashFor(context.Background(), bill, "o", usd(500), usd(500)); err != nil {
		t.Fatal(err)
	}
	p.Apply(desk.Snapshot())
	var got []string
	p.Split = func(b order.Bill) { got = append(got, b.ID) }
	v := p.View()
	if v.Strip != "Unfinished sale: $5.00 of $12.50 paid" || v.StripKind != look.KindPart || !v.Unfinished {
		t.Fatalf("%+v", v)
	}
	p.Tender(InParts)
	press(p, "9 9 0")
	p.Tender(InParts)
	p.GoOn()
	if len(got) != 3 || got[0] != "b" || got[1] == "b" || got[2] != "b" {
		t.Errorf("went to %v", got)
	}
}
