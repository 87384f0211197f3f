package holds

import (
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/followup"
	"paydesk/app/look"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// begin is a presenter at a desk with a hold of $20.00.
func begin(t *testing.T) (*apptest.Desk, *Presenter, engine.Sale, *[]followup.Task) {
	t.Helper()
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	hold := desk.Sale(engine.Charge{Order: "o", Amount: usd(2000), Kind: order.KindAuth}, "Visa", "1111", order.Approved)
	desk.Put(hold)
	p := New(desk, bridge.InlineRun, desk.Clock)
	tasks := &[]followup.Task{}
	p.Work = func(task followup.Task) { *tasks = append(*tasks, task) }
	p.Apply(desk.Snapshot())
	return desk, p, hold, tasks
}

func press(p *Presenter, digits string) {
	for _, r := range digits {
		p.Press(caps.Of(byte(r)))
	}
}

// The deadline is told from far, from near, and after it.
func TestDeadlines(t *testing.T) {
	desk, p, hold, _ := begin(t)
	for _, tt := range []struct {
		after time.Duration
		kind  look.Kind
		word  string
	}{
		{0, look.KindStored, "Until Tue 19 May"},
		{6*24*time.Hour - time.Minute, look.KindStored, "Until Tue 19 May"},
		{time.Minute, look.KindReview, "Until Tue 19 May 10:42"},
		{24 * time.Hour, look.KindNotCharged, "Perhaps lapsed since Tue 19 May"},
	} {
		desk.Clock.Advance(tt.after)
		p.Begin()
		p.Show()
		if row := p.View().List.Rows[0]; row.Look.Kind != tt.kind || row.Word != tt.word {
			t.Errorf("%s: %s, %q", desk.Clock.Now(), row.Look.Kind, row.Word)
		}
	}
	p.Open(hold.Number)
	p.Show()
	if v := p.View().Amount; !strings.Contains(v.Say, "5 working days") || !v.Main.Ready {
		t.Errorf("after its end: %+v", v)
	}
}

func TestCapture(t *testing.T) {
	for name, tt := range map[string]struct {
		offer  order.Offer
		press  string
		amount string
		say    string
		ready  bool
	}{
		"whole":              {order.Offer{}, "", "$20.00", "captured once", true},
		"part":               {order.Offer{}, "1500", "$15.00", "the other $5.00 is not taken", true},
		"more than held":     {order.Offer{}, "2001", "$20.01", "At most $20.00", false},
		"nothing":            {order.Offer{}, "0", "$0.00", "Enter how much", false},
		"far too much":       {order.Offer{}, strings.Repeat("9", 40), "$99,999,999.99", "At most $20.00", false},
		"whole only":         {order.Offer{Dialect: order.DialectCurrent}, "", "$20.00", "in whole only", true},
		"whole only, a part": {order.Offer{Dialect: order.DialectCurrent}, "1500", "$20.00", "in whole only", true},
	} {
		desk, p, hold, tasks := begin(t)
		desk.Change(func(s *engine.Snapshot) { s.Offer = tt.offer })
		p.Apply(desk.Snapshot())
		p.Open(hold.Number)
		p.Show()
		press(p, tt.press)
		v := p.View().Amount
		if v.Amount != tt.amount || !strings.Contains(v.Say, tt.say) || v.Main.Ready != tt.ready {
			t.Errorf("%s: %s, ready %v, %q", name, v.Amount, v.Main.Ready, v.Say)
		}
		p.Enter()
		if len(*tasks) != map[bool]int{true: 1}[tt.ready] {
			t.Errorf("%s: %d tasks", name, len(*tasks))
			continue
		}
		for _, task := range *tasks {
			if f, err := task.Do(t.Context()); err != nil || f.Act != order.Capture || f.Amount.Display() != tt.amount {
				t.Errorf("%s: %+v, %v", name, f, err)
			}
		}
	}
}

// A hold is released after a question, once, and not while the bank is asked.
func TestRelease(t *testing.T) {
	desk, p, hold, tasks := begin(t)
	p.Open(hold.Number)
	p.Show()
	p.Release()
	p.AskRelease()
	p.DropRelease()
	p.Release()
	if len(*tasks) != 0 {
		t.Fatal("released without an answer")
	}
	p.AskRelease()
	if !p.View().Asked {
		t.Fatal("nothing is asked")
	}
	p.Release()
	p.Release()
	if len(*tasks) != 1 || !(*tasks)[0].Release {
		t.Fatalf("%+v", *tasks)
	}
	if f, err := (*tasks)[0].Do(t.Context()); err != nil || f.Act != order.Void || f.Reason == "" {
		t.Errorf("%+v, %v", f, err)
	}

	desk, p, hold, tasks = begin(t)
	p.Open(hold.Number)
	p.Show()
	p.AskRelease()
	desk.PutFollow(order.FollowUp{ID: "F", Act: order.Capture, Of: hold.Number, State: order.FollowUnknown, Amount: usd(2000)})
	p.Apply(desk.Snapshot())
	p.Release()
	p.Enter()
	if v := p.View().Amount; len(*tasks) != 0 || v.Main.Ready || v.Side.Ready || !strings.Contains(v.Say, "being asked") {
		t.Errorf("while it is captured: %d tasks, %+v", len(*tasks), v)
	}
}

func TestNewHold(t *testing.T) {
	_, p, _, _ := begin(t)
	var charges []engine.Charge
	p.Card = func(c engine.Charge) { charges = append(charges, c) }
	p.BeginNew()
	p.Show()
	p.Enter()
	press(p, "12")
	if v := p.View().Amount; v.Main.Ready || !v.Wrong {
		t.Errorf("below the smallest amount: %+v", v)
	}
	p.Enter()
	press(p, "00")
	p.Enter()
	if len(charges) != 1 || charges[0].Kind != order.KindAuth || charges[0].Amount != usd(1200) || charges[0].Order == "" {
		t.Errorf("%+v", charges)
	}
}

// The badge counts anew where the list of sales changed, and only there.
func TestBadge(t *testing.T) {
	desk, p, hold, _ := begin(t)
	counted := 0
	p.Counted = func() { counted++ }
	for range 3 {
		if got := p.Badge(desk.Snapshot()); got != "1" {
			t.Errorf("%q, want 1", got)
		}
	}
	if n := desk.Count("Holds"); n != 1 || counted != 1 {
		t.Errorf("read %d times, told %d times", n, counted)
	}
	desk.PutFollow(order.FollowUp{ID: "F", Act: order.Void, Of: hold.Number, State: order.FollowDone, Amount: usd(2000)})
	if got := p.Badge(desk.Snapshot()); got != "" || counted != 2 {
		t.Errorf("%q after the release, told %d times", got, counted)
	}
}

// Back leads from the hold to the list, and from there out; what was opened
// from elsewhere leads back there.
func TestStepsBack(t *testing.T) {
	_, p, hold, _ := begin(t)
	left := 0
	p.Back = func() { left++ }
	p.Begin()
	p.Show()
	p.Move(1)
	p.Enter()
	if p.View().Stage != Deciding {
		t.Fatal("not opened")
	}
	p.Step()
	p.Another()
	p.Step()
	if p.View().Stage != Listing || left != 0 {
		t.Errorf("at %d, left %d", p.View().Stage, left)
	}
	p.Step()
	p.Open(hold.Number)
	p.Step()
	if left != 2 {
		t.Errorf("left %d times, want 2", left)
	}
}

func TestUnreadable(t *testing.T) {
	desk, p, _, _ := begin(t)
	desk.Fail = func(string) error { return &engine.Problem{Code: "x", Text: "The journal could not be read."} }
	p.Begin()
	p.Show()
	if v := p.View().List; v.Problem != "The journal could not be read." || v.Empty != "" {
		t.Errorf("%+v", v)
	}
}
