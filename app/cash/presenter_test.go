package cash

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func TestQuick(t *testing.T) {
	tests := []struct {
		due  money.Amount
		want string
	}{
		{money.New(1541, "USD"), "$15.41 $20.00 $50.00 $100.00"},
		{money.New(1250, "EUR"), "€12.50 €15.00 €20.00 €50.00 €100.00"},
		{money.New(1, "GBP"), "£0.01 £5.00 £10.00 £20.00 £50.00"},
		{money.New(2000, "USD"), "$20.00 $50.00 $100.00"},
		{money.New(12345, "USD"), "$123.45 $125.00 $130.00 $140.00 $150.00 $200.00"},
		{money.New(1234, "JPY"), "¥1,234 ¥2,000 ¥5,000 ¥10,000"},
		{money.New(7350, "KWD"), "KWD 7.350 KWD 8.000 KWD 10.000 KWD 20.000"},
	}
	for _, tt := range tests {
		var got []string
		for _, a := range quick(tt.due) {
			got = append(got, a.Display())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %s, want %s", tt.due, got, tt.want)
		}
	}
}

func begin(minor, total int64) (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, desk.Clock)
	p.Begin(engine.Charge{Order: "o", Amount: money.New(minor, money.USD), Bill: &order.Bill{ID: "b", Goods: money.New(total, money.USD)}})
	p.Apply(desk.Snapshot())
	desk.Watch(p.Apply)
	return desk, p
}

func do(p *Presenter, what string) {
	for word := range strings.FieldsSeq(what) {
		switch word {
		case "left", "right":
			p.Key(map[string]keys.Key{"left": keys.Left, "right": keys.Right}[word])
		case "exact":
			p.Key(keys.Cash)
		case "erase":
			p.Key(keys.Erase)
		default:
			for _, r := range word {
				p.Rune(r)
			}
		}
	}
}

func TestGiven(t *testing.T) {
	tests := []struct {
		keys, given, change, reason string
		wrong                       bool
	}{
		{"", "$0.00", "", "Enter what the customer gave", false},
		{"20", "$0.20", "", "$12.30 is missing", true},
		{"2000", "$20.00", "$7.50", "", false},
		{"1250", "$12.50", "$0.00", "", false},
		// A quick amount on the way of typing another is not in its way.
		{"20000", "$200.00", "$187.50", "", false},
		{"exact", "$12.50", "$0.00", "", false},
		{"exact 3000", "$30.00", "$17.50", "", false},
		{"exact erase", "$1.25", "", "$11.25 is missing", true},
		{"right", "$12.50", "$0.00", "", false},
		{"right right", "$15.00", "$2.50", "", false},
		{"right right left left", "$12.50", "$0.00", "", false},
	}
	for _, tt := range tests {
		_, p := begin(1250, 1250)
		do(p, tt.keys)
		v := p.View()
		if v.Given != tt.given || v.Change != tt.change || v.Reason != tt.reason || v.Wrong != tt.wrong || v.Ready == (tt.reason != "") {
			t.Errorf("%q: %+v", tt.keys, v)
		}
	}
}

func TestTaken(t *testing.T) {
	desk, p := begin(1250, 1250)
	var did []string
	p.Done = func() { did = append(did, "done") }
	p.Cancel = func() { did = append(did, "cancel") }
	p.Receipt = func(papers ...slip.Paper) { did = append(did, "receipt "+papers[0].ID) }
	p.Taken = func(engine.Charge) { did = append(did, "taken") }
	p.Enter()
	do(p, "2000")
	for range 50 {
		p.Enter()
		p.Key(keys.Escape)
	}
	v := p.View()
	if desk.Count("TakeCashWith") != 1 || !v.Taken || v.Change != "$7.50" || v.NoChange || v.Left != "" || v.NextWords != "New sale" {
		t.Fatalf("%+v, %v", v, desk.Calls())
	}
	do(p, "77 exact")
	p.Key(keys.Receipt)
	desk.Clock.Advance(time.Second)
	p.Enter()
	if got := fmt.Sprint(did); got != "[taken receipt cash-o done]" || p.View().Change != "$7.50" {
		t.Errorf("did %s", got)
	}
}

func TestPartOfABill(t *testing.T) {
	_, p := begin(500, 1250)
	do(p, "exact")
	p.Take()
	if v := p.View(); v.Left != "$7.50 of this sale is still to be paid." || v.NextWords != "Next part" || !v.NoChange {
		t.Errorf("%+v", v)
	}
}

// What fails is told where the money is entered, and can be tried again.
func TestNotTaken(t *testing.T) {
	desk, p := begin(1250, 1250)
	desk.Fail = func(string) error { return &engine.Problem{Text: "The disk is full."} }
	do(p, "2000")
	p.Take()
	if v := p.View(); v.Problem != "The disk is full." || v.Taken || !v.Ready {
		t.Errorf("%+v", v)
	}
	desk.Fail = nil
	p.Take()
	if v := p.View(); !v.Taken || v.Problem != "" {
		t.Errorf("%+v", v)
	}
}
