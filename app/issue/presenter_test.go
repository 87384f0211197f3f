package issue

import (
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/followup"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// begin is a presenter in the form of a card of $5.00, at a desk with a sale of
// $20.00 that pays for two.
func begin(t *testing.T) (*apptest.Desk, *Presenter, engine.Sale, *[]followup.Task) {
	t.Helper()
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	desk.Put(desk.Sale(engine.Charge{Order: "a", Amount: usd(9900)}, "Visa", "0002", order.Approved))
	sale := desk.Sale(engine.Charge{Order: "o", Amount: usd(2000), Payments: 2}, "Visa", "1111", order.Approved)
	desk.Put(sale)
	p := New(desk, bridge.InlineRun, desk.Clock)
	tasks := &[]followup.Task{}
	p.Work = func(task followup.Task) { *tasks = append(*tasks, task) }
	p.Apply(desk.Snapshot())
	p.Begin()
	p.Show()
	if rows := p.View().List.Rows; len(rows) != 1 {
		t.Fatalf("%d sales can pay for a card, want 1", len(rows))
	}
	p.Move(1)
	p.Enter()
	for _, r := range "500" {
		p.Press(caps.Of(byte(r)))
	}
	p.Enter()
	if p.View().Stage != Terms {
		t.Fatalf("at stage %d: %+v", p.View().Stage, p.View().Amount)
	}
	return desk, p, sale, tasks
}

func typed(p *Presenter, f Field, words string) {
	p.terms.choose(f)
	p.Paste(words)
}

func TestTerms(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for name, tt := range map[string]struct {
		first, last, uses, mcc, purchase string
		valid                            int
		field                            Field
		problem                          string
	}{
		"good":              {first: "Adam", last: "Smith", purchase: "01"},
		"a week":            {first: "Adam", last: "Smith", uses: "10", mcc: "5172", purchase: "01", valid: 2},
		"no first name":     {last: "Smith", purchase: "01", field: First, problem: "Enter the first name."},
		"spaces":            {first: "   ", last: "Smith", purchase: "01", field: First, problem: "Enter the first name."},
		"no last name":      {first: "Adam", purchase: "01", field: Last, problem: "Enter the last name."},
		"a long name":       {first: long, last: "Smith", purchase: "01", field: First, problem: "50 signs at most."},
		"a card's number":   {first: "Adam", last: "4111 1111 1111 1111", purchase: "01", field: Last, problem: "That looks like a card number."},
		"no uses":           {first: "Adam", last: "Smith", purchase: "01", valid: 1, field: Uses, problem: "1 to 100."},
		"no use":            {first: "Adam", last: "Smith", uses: "0", purchase: "01", valid: 1, field: Uses, problem: "1 to 100."},
		"too many uses":     {first: "Adam", last: "Smith", uses: "101", purchase: "01", valid: 1, field: Uses, problem: "1 to 100."},
		"letters for uses":  {first: "Adam", last: "Smith", uses: "many", purchase: "01", valid: 1, field: Uses, problem: "1 to 100."},
		"half a category":   {first: "Adam", last: "Smith", mcc: "51", purchase: "01", field: MCC, problem: "Four digits, or none."},
		"no purchase type":  {first: "Adam", last: "Smith", field: Purchase, problem: "Enter the purchase type."},
		"a long type":       {first: "Adam", last: "Smith", purchase: long, field: Purchase, problem: "4 signs at most."},
		"uses of one alone": {first: "Adam", last: "Smith", uses: "999", purchase: "01"},
	} {
		desk, p, sale, tasks := begin(t)
		p.Valid(1)
		typed(p, Uses, tt.uses)
		p.Valid(tt.valid)
		p.terms.lines[Purchase].Clear()
		for f, words := range map[Field]string{First: tt.first, Last: tt.last, MCC: tt.mcc, Purchase: tt.purchase} {
			typed(p, f, words)
		}
		p.Enter()
		p.Enter()
		v := p.View().Form
		if (len(*tasks) > 0) != (tt.problem == "") {
			t.Errorf("%s: %d tasks", name, len(*tasks))
		}
		if tt.problem != "" {
			if got := v.Fields[tt.field]; got.Problem != tt.problem || !got.Chosen || v.Main.Ready {
				t.Errorf("%s: %+v, ready %v", name, got, v.Main.Ready)
			}
			continue
		}
		f, err := (*tasks)[0].Do(t.Context())
		if err != nil || f.Of != sale.Number || f.Amount != usd(500) || f.Terms.FirstName != "Adam" || len(desk.FollowUps()) != 1 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
		if f.Terms.ValidFor == "TRANSACTION" && f.Terms.UsageLimit != 0 {
			t.Errorf("%s: %d uses of a card for one payment", name, f.Terms.UsageLimit)
		}
	}
}

// The balance is what the sale brought less what was issued, and nobody issues
// more.
func TestBalance(t *testing.T) {
	desk, p, sale, _ := begin(t)
	issued := order.FollowUp{ID: "I1", Act: order.Issue, Of: sale.Number, State: order.FollowReview, Amount: usd(1500)}
	desk.PutFollow(issued)
	p.Open(sale.Number)
	if v := p.View().Amount; v.Facts[3].Value != "$15.00" || v.Facts[4].Value != "$5.00" || v.Amount != "$5.00" || !v.Main.Ready {
		t.Errorf("%+v", v)
	}
	for _, tt := range []struct{ press, say string }{{"501", "Only $5.00 is left"}, {"0", "Enter how much"}, {strings.Repeat("9", 50), "Only $5.00 is left"}} {
		p.Open(sale.Number)
		for _, r := range tt.press {
			p.Press(caps.Of(byte(r)))
		}
		p.Enter()
		if v := p.View(); v.Stage != Amounts || v.Amount.Main.Ready || !strings.Contains(v.Amount.Say, tt.say) {
			t.Errorf("%.10s: %+v", tt.press, v.Amount)
		}
	}
	issued.ID, issued.State = "I2", order.FollowDone
	desk.PutFollow(issued)
	p.Open(sale.Number)
	if v := p.View().Amount; v.Main.Ready || v.Pad || !strings.Contains(v.Say, "No more cards") {
		t.Errorf("all are issued: %+v", v)
	}
	p.Begin()
	if v := p.View().List; len(v.Rows) != 0 || v.Empty == "" {
		t.Errorf("still listed: %+v", v)
	}
}

// Tab passes the count by where there is none; what was typed stays on the way
// back and forth.
func TestMoves(t *testing.T) {
	_, p, _, _ := begin(t)
	left := 0
	p.Back = func() { left++ }
	p.Rune('A')
	p.Move(1)
	p.Move(1)
	if p.terms.chosen != MCC {
		t.Errorf("at field %d, want that of the category", p.terms.chosen)
	}
	p.Field(Uses)
	p.Move(-1)
	if p.terms.chosen != Last {
		t.Errorf("at field %d, want the last name", p.terms.chosen)
	}
	p.Valid(3)
	p.Field(Uses)
	if p.terms.chosen != Uses || !p.View().Form.Typing {
		t.Error("the count cannot be typed")
	}
	p.Valid(0)
	if p.terms.chosen == Uses {
		t.Error("in a field that is not there")
	}
	p.Step()
	p.Step()
	p.Enter()
	if v := p.View(); v.Stage != Terms || v.Form.Fields[First].Words != "A" {
		t.Errorf("%+v", v.Form)
	}
	p.Step()
	p.Step()
	p.Step()
	if left != 1 {
		t.Errorf("left %d times, want 1", left)
	}
}

func TestUnreadable(t *testing.T) {
	desk, p, sale, _ := begin(t)
	desk.Fail = func(string) error { return &engine.Problem{Code: "x", Text: "The journal could not be read."} }
	p.Open(sale.Number)
	if v := p.View().Amount; !v.Wrong || v.Say != "The journal could not be read." || v.Main.Ready {
		t.Errorf("%+v", v)
	}
	p.Begin()
	if v := p.View().List; v.Problem == "" {
		t.Errorf("%+v", v)
	}
}
