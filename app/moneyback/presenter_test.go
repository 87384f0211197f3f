package moneyback

import (
	"context"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/followup"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// begin is a presenter in sight at a desk with one payment of $20.00.
func begin(t *testing.T, settled order.Settlement) (*apptest.Desk, *Presenter, engine.Sale, *[]followup.Task) {
	t.Helper()
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	desk.Settled = settled
	sale := desk.Sale(engine.Charge{Order: "o", Amount: usd(2000)}, "Visa", "1111", order.Approved)
	sale.Holder = "Ada Example"
	desk.Put(sale)
	p := New(desk, bridge.InlineRun, desk.Clock)
	tasks := &[]followup.Task{}
	p.Work = func(task followup.Task) { *tasks = append(*tasks, task) }
	p.Apply(desk.Snapshot())
	return desk, p, sale, tasks
}

func TestFinds(t *testing.T) {
	_, p, sale, _ := begin(t, "")
	for typed, want := range map[string]int{"": 1, "1111": 1, "2222": 0, "20": 1, "20.00": 1, "$20.00": 1, "20.01": 0, "ada": 1, "exam": 1, "bob": 0,
		sale.Number: 1, strings.ToLower(sale.Number): 1, sale.Number[:8]: 1, "   ": 1, "%_'\"": 0, strings.Repeat("x", 10_000): 0} {
		p.Begin()
		p.Show()
		p.Paste(typed)
		if v := p.View().List; len(v.Rows) != want || (want == 0) != (v.Empty != "") {
			t.Errorf("%.20q finds %d, want %d: %q", typed, len(v.Rows), want, v.Empty)
		}
	}
}

// FuzzQueries: whatever is typed, the questions are bounded and ask for what
// was paid.
func FuzzQueries(f *testing.F) {
	for _, seed := range []string{"", "1111", "$1,234.50", "K7P2Q00001000AB", "Zoë", "\x00'--", "९९९९", "99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, q := range queries(typed, money.USD, apptest.Start) {
			if q.Limit != page || len(q.States) != 2 || q.States[0] != order.Approved || q.States[1] != order.State(order.QRPaid) || len(q.Last4) > 4 || !q.Narrow() {
				t.Errorf("%q asks %+v", typed, q)
			}
		}
	})
}

func TestAmounts(t *testing.T) {
	for name, tt := range map[string]struct {
		settled  order.Settlement
		returned int64
		press    string
		amount   string
		say      string
		ready    bool
	}{
		"open":              {order.SettleOpen, 0, "", "$20.00", "whole payment is voided", true},
		"open, a part":      {order.SettleOpen, 0, "500", "$20.00", "whole payment is voided", true},
		"settled":           {order.SettleClosed, 0, "", "$20.00", "returned", true},
		"settled, a part":   {order.SettleClosed, 0, "500", "$5.00", "returned", true},
		"unsure":            {"", 0, "", "$20.00", "voided first", true},
		"unsure, a part":    {"", 0, "500", "$5.00", "the bank refuses", true},
		"what is left":      {order.SettleClosed, 1500, "", "$5.00", "returned", true},
		"more than left":    {order.SettleClosed, 1500, "501", "$5.01", "Only $5.00 is left", false},
		"nothing entered":   {order.SettleClosed, 0, "0", "$0.00", "Enter how much", false},
		"far too much":      {order.SettleClosed, 0, strings.Repeat("9", 30), "$99,999,999.99", "Only $20.00 is left", false},
		"all of it is back": {order.SettleClosed, 2000, "5", "", "All of this payment", false},
	} {
		desk, p, sale, _ := begin(t, tt.settled)
		if tt.returned > 0 {
			desk.PutFollow(order.FollowUp{ID: "R", Act: order.Return, Of: sale.Number, State: order.FollowDone, Amount: usd(tt.returned)})
		}
		p.Open(sale.Number)
		p.Show()
		for _, r := range tt.press {
			p.Press(caps.Of(byte(r)))
		}
		v := p.View().Amount
		if open := tt.settled == order.SettleOpen; v.Amount != tt.amount || v.Pad && open || !strings.Contains(v.Say, tt.say) || v.Main.Ready != tt.ready {
			t.Errorf("%s: %s, ready %v, %q", name, v.Amount, v.Main.Ready, v.Say)
		}
		if p.Enter(); (p.View().Stage == Reasoning) != tt.ready {
			t.Errorf("%s: at stage %d", name, p.View().Stage)
		}
	}
}

func TestReasons(t *testing.T) {
	for name, tt := range map[string]struct {
		typed, pasted string
		want, problem string
	}{
		"none":             {"", "", "", "Choose or type a reason."},
		"spaces":           {"   ", "", "", "Choose or type a reason."},
		"a usual one":      {"2", "", "Wrong amount", ""},
		"another":          {"26", "", "Lower price", ""},
		"own words":        {"the soup was cold", "", "the soup was cold", ""},
		"digits in words":  {"cup 3 of 4", "", "cup 3 of 4", ""},
		"10,000 letters":   {"", strings.Repeat("ä", 10_000), strings.Repeat("ä", 100), "100 letters at most."},
		"lines":            {"", "one\ntwo", "one two", ""},
		"a card's number":  {"", "card 4111 1111 1111 1111", "card 4111 1111 1111 1111", "That looks like a card number. Take it out."},
		"a swipe's number": {"", "4111111111111111", "4111111111111111", "That looks like a card number. Take it out."},
	} {
		desk, p, sale, tasks := begin(t, order.SettleClosed)
		p.Open(sale.Number)
		p.Show()
		p.Enter()
		for _, r := range tt.typed {
			p.Rune(r)
		}
		p.Paste(tt.pasted)
		p.Enter()
		v := p.View().Reason
		if strings.TrimSpace(v.Words) != tt.want || v.Problem != tt.problem || (len(*tasks) == 1) != (tt.problem == "") {
			t.Errorf("%s: %.30q, %q, %d tasks", name, v.Words, v.Problem, len(*tasks))
			continue
		}
		if tt.problem != "" {
			continue
		}
		if f, err := (*tasks)[0].Do(t.Context()); err != nil || f.Reason != tt.want || f.Act != order.Return || f.Amount != usd(2000) || len(desk.FollowUps()) != 1 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// What was entered is there when somebody comes back to try again, within what
// is left by then.
func TestEntriesStay(t *testing.T) {
	desk, p, sale, _ := begin(t, order.SettleClosed)
	p.Open(sale.Number)
	p.Show()
	for _, r := range "1200" {
		p.Press(caps.Of(byte(r)))
	}
	p.Enter()
	p.Rune('1')
	p.Enter()
	p.Hide()
	p.Show()
	if v := p.View(); v.Stage != Amounts || v.Amount.Amount != "$12.00" || p.reason.Text() != "Goods returned" {
		t.Errorf("%+v with %q", v.Amount, p.reason.Text())
	}
	desk.PutFollow(order.FollowUp{ID: "R", Act: order.Return, Of: sale.Number, State: order.FollowDone, Amount: usd(1500)})
	p.Hide()
	p.Show()
	if v := p.View().Amount; v.Amount != "$5.00" {
		t.Errorf("more than is left stays: %+v", v)
	}
}

// A plan that cannot be read says so, and is asked for again.
func TestNoPlan(t *testing.T) {
	desk, p, sale, _ := begin(t, order.SettleClosed)
	desk.Fail = func(method string) error {
		if method == "MoneyBackPlan" {
			return &engine.Problem{Code: "x", Text: "The journal could not be read."}
		}
		return nil
	}
	p.Open(sale.Number)
	p.Show()
	if v := p.View().Amount; !v.Wrong || v.Say != "The journal could not be read." || !v.Main.Ready {
		t.Errorf("%+v", v)
	}
	desk.Fail = nil
	p.Enter()
	if v := p.View(); v.Stage != Amounts || v.Amount.Amount != "$20.00" {
		t.Errorf("%+v", v)
	}
}

// An answer that comes late, for another payment, is dropped.
func TestLateAnswers(t *testing.T) {
	desk, _, sale, _ := begin(t, order.SettleClosed)
	var held []func()
	run := func(work func(context.Context) func()) { held = append(held, func() { bridge.InlineRun(work) }) }
	p := New(desk, run, desk.Clock)
	p.Begin()
	p.Show()
	p.Open(sale.Number)
	p.Begin()
	desk.Clock.Advance(time.Second)
	for _, answer := range held {
		answer()
	}
	if v := p.View(); v.Stage != Finding || len(v.List.Rows) != 1 || p.plan != nil {
		t.Errorf("%+v", v)
	}
}

func TestStepsBack(t *testing.T) {
	_, p, sale, _ := begin(t, order.SettleClosed)
	left := 0
	p.Back = func() { left++ }
	p.Begin()
	p.Show()
	p.Rune('1')
	p.Field()
	p.Step()
	p.Step()
	if p.typing || p.search.Len() != 0 || left != 0 {
		t.Errorf("typing %v, %q, left %d", p.typing, p.search.Text(), left)
	}
	p.Choose(0)
	p.Enter()
	p.Step()
	p.Step()
	if p.View().Stage != Finding || left != 0 {
		t.Errorf("at %d, left %d", p.View().Stage, left)
	}
	p.Step()
	p.Open(sale.Number)
	p.Step()
	if left != 2 {
		t.Errorf("left %d times, want 2", left)
	}
}

// Of a card number that is typed into the search only the end is kept: it finds
// the payment.
func TestFindsByTheEndOfACard(t *testing.T) {
	_, p, _, _ := begin(t, "")
	p.Begin()
	p.Show()
	for _, digit := range "4111111111111111" {
		p.Rune(digit)
	}
	if v := p.View().List; v.Search != "1111" || len(v.Rows) != 1 {
		t.Errorf("%q finds %d", v.Search, len(v.Rows))
	}
	p.Paste(" 4012000098765439")
	if v := p.View().List; v.Search != "5439" {
		t.Errorf("%q", v.Search)
	}
}
