package history

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func begin(sales int) (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	for i := range sales {
		c := engine.Charge{Order: fmt.Sprint(i), Amount: money.New(int64(100+i), money.USD)}
		desk.Put(desk.Sale(c, "Visa", "1111", order.Approved))
	}
	p := New(desk, bridge.InlineRun, desk.Clock)
	p.Apply(desk.Snapshot())
	p.Show()
	return desk, p
}

func TestListAndPages(t *testing.T) {
	desk, p := begin(450)
	if v := p.View(); len(v.Rows) != page || v.Rows[0].Amount != "$5.49" || !v.Today || v.Chosen != -1 {
		t.Fatalf("%d rows, first %+v", len(v.Rows), v.Rows[0])
	}
	p.More()
	p.More()
	p.More()
	v := p.View()
	if len(v.Rows) != 450 || v.Rows[449].Amount != "$1.00" {
		t.Errorf("%d rows", len(v.Rows))
	}
	for i := 1; i < len(v.Rows); i++ {
		if v.Rows[i].Key == v.Rows[i-1].Key {
			t.Fatal("a row appears twice")
		}
	}
	asked := desk.Count("List")
	p.More()
	if desk.Count("List") != asked {
		t.Error("asked on behind the end")
	}
}

func TestFollowsTheTerminalAndKeepsTheChoice(t *testing.T) {
	desk, p := begin(3)
	p.Choose(1)
	chosen := p.View().Rows[1].Key
	desk.Put(desk.Sale(engine.Charge{Order: "n", Amount: money.New(999, money.USD)}, "Visa", "1111", order.Declined))
	p.Apply(desk.Snapshot())
	v := p.View()
	if len(v.Rows) != 4 || v.Rows[v.Chosen].Key != chosen || v.Detail == nil || v.Detail.Key != chosen {
		t.Errorf("%d rows, chosen %d", len(v.Rows), v.Chosen)
	}
	if v.Rows[0].Look.Shape != look.Cross || v.Rows[0].Word != "Declined" {
		t.Errorf("%+v", v.Rows[0])
	}
	p.Hide()
	asked := desk.Count("List")
	desk.Change(func(*engine.Snapshot) {})
	p.Apply(desk.Snapshot())
	if desk.Count("List") != asked {
		t.Error("reads while it is not shown")
	}
}

func TestDays(t *testing.T) {
	_, p := begin(2)
	p.Day(1)
	if !p.View().Today {
		t.Error("went into the future")
	}
	p.Day(-1)
	if v := p.View(); v.Today || len(v.Rows) != 0 || v.Empty == "" || v.Day != "Mon 11 May 2026" {
		t.Errorf("%+v", v)
	}
	p.Day(1)
	if v := p.View(); len(v.Rows) != 2 || v.Day != "Today, 12 May" {
		t.Errorf("%+v", v)
	}
}

func TestMoveAndShut(t *testing.T) {
	_, p := begin(2)
	p.Move(-1)
	if p.Opened() {
		t.Error("moved up from nowhere")
	}
	p.Move(1)
	p.Move(1)
	p.Move(1)
	if got := p.View().Chosen; got != 1 {
		t.Errorf("chosen %d", got)
	}
	p.Choose(17)
	p.Shut()
	if p.Opened() || p.View().Detail != nil {
		t.Error("still open")
	}
}

// What became of an approved payment is in its word, and nothing that is
// undone looks approved.
func TestWordsOfWhatStands(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	for _, tt := range []struct {
		kind     order.Kind
		standing order.Standing
		word     string
		shape    look.Shape
	}{
		{order.KindSale, order.Standing{As: order.StandsPaid}, "Approved", look.Check},
		{order.KindAuth, order.Standing{As: order.StandsHeld}, "Held", look.Check},
		{order.KindAuth, order.Standing{As: order.StandsCaptured, Captured: usd(900)}, "Captured $9.00", look.Check},
		{order.KindSale, order.Standing{As: order.StandsPart, Returned: usd(300)}, "Returned $3.00 of $12.50", look.Check},
		{order.KindAuth, order.Standing{As: order.StandsPart, Captured: usd(900), Returned: usd(300)}, "Returned $3.00 of $9.00", look.Check},
		{order.KindSale, order.Standing{As: order.StandsReturned, Returned: usd(1250)}, "Returned $12.50", look.Bar},
		{order.KindSale, order.Standing{As: order.StandsVoided}, "Voided", look.Bar},
	} {
		_, p := begin(0)
		row := p.rowOf(engine.Item{Sale: &engine.Sale{Attempt: order.Attempt{State: order.Approved, Kind: tt.kind, Asked: usd(1250), Approved: usd(1250)},
			Standing: tt.standing}})
		if row.Word != tt.word || row.Look.Shape != tt.shape {
			t.Errorf("%s: got %q with shape %v, want %q with %v", tt.standing.As, row.Word, row.Look.Shape, tt.word, tt.shape)
		}
	}
}

// Every event that a follow-up can bring into a story has words.
func TestFollowUpsHaveWords(t *testing.T) {
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue, order.Check} {
		for _, s := range order.FollowStates {
			kind := strings.ToLower(strings.ReplaceAll(string(act)+"."+string(s), "_", "-"))
			if act == order.Issue && (s == order.FollowUnknown || s == order.FollowAbsent) {
				continue // it cannot be asked about
			}
			if words := payment.Sentence(engine.Line{Kind: kind}); strings.Contains(words, kind) {
				t.Errorf("%s has no words: %q", kind, words)
			}
		}
	}
}

func TestStoryInWords(t *testing.T) {
	desk, p := begin(1)
	desk.PutJobs(order.Job{ID: "j", Kind: order.JobPrint, State: order.JobUnsure})
	var paper string
	p.Receipt = func(papers ...slip.Paper) { paper = papers[0].ID }
	p.Do(ActReceipt)
	p.Choose(0)
	p.Do(ActReceipt)
	d := p.View().Detail
	if d == nil || paper != d.Key || d.Question == nil {
		t.Fatalf("%+v", d)
	}
	all := fmt.Sprint(d.Facts, d.Story)
	for _, want := range []string{"Sale begun (Maria)", "Approved by the bank", "A04217", "{Operator Maria}", "Receipt put in line", "perhaps not whole"} {
		if !strings.Contains(all, want) {
			t.Errorf("the story lacks %q: %s", want, all)
		}
	}
	p.Answer(false)
	if p.View().Detail.Question != nil || desk.Count("SettleJob") != 1 {
		t.Error("not answered")
	}
	if got, want := payment.Sentence(engine.Line{Kind: "vault.opened", Actor: order.ActorTerminal}), "Noted: vault.opened"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrorsAreShown(t *testing.T) {
	desk, p := begin(1)
	desk.Fail = func(string) error { return &engine.Problem{Text: "The journal cannot be read."} }
	p.Show()
	if got := p.View().Problem; got != "The journal cannot be read." {
		t.Errorf("problem %q", got)
	}
	p.Choose(0)
	if p.View().Detail != nil {
		t.Error("a story out of nothing")
	}
}

func TestStaleAnswerIsDropped(t *testing.T) {
	desk, p := begin(2)
	var held []func(context.Context) func()
	p.run = func(work func(context.Context) func()) { held = append(held, work) }
	p.Day(-1)
	p.Day(1)
	desk.Put(desk.Sale(engine.Charge{Order: "n", Amount: money.New(999, money.USD)}, "Visa", "1111", order.Approved))
	for len(held) > 0 {
		work := held[0]
		held = held[1:]
		bridge.InlineRun(work)
	}
	if v := p.View(); len(v.Rows) != 3 || !v.Today {
		t.Errorf("%d rows: yesterday's answer was taken", len(v.Rows))
	}
}

func TestRowOfPartPayment(t *testing.T) {
	s := engine.Sale{Attempt: order.Attempt{State: order.Approved, Asked: money.New(1000, money.USD), Approved: money.New(600, money.USD), Created: time.Time{}}}
	_, p := begin(0)
	if got := p.rowOf(engine.Item{Sale: &s}).Amount; got != "$6.00" {
		t.Errorf("amount %s", got)
	}
}

// Each kind of payment has a row and a story: also what was never at the bank.
func TestWhatIsNoSale(t *testing.T) {
	desk, p := begin(1)
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	at := desk.Clock.Now()
	desk.PutBeside(
		engine.Item{Cash: &order.Cash{ID: "C1", Amount: usd(1250), Tendered: usd(2000), Operator: "op2", At: at.Add(-time.Minute)}},
		engine.Item{Stored: &order.Stored{ID: "S1", State: order.Uncollected, Amount: usd(2000), Approved: usd(500), Cause: order.CausePart, Created: at.Add(-2 * time.Minute)}},
		engine.Item{Follow: &order.FollowUp{ID: "F1", Act: order.Return, State: order.FollowDone, Of: desk.Snapshot().Last.Number, Amount: usd(40), Created: at.Add(-3 * time.Minute)}},
		engine.Item{Follow: &order.FollowUp{ID: "F2", Act: order.Check, State: order.FollowDone, Brand: "Visa", Last4: "1111", Created: at.Add(-4 * time.Minute)}},
	)
	p.Apply(desk.Snapshot())
	for i, want := range []struct{ row, story string }{
		{"Approved $1.00 Visa •••• 1111", "Approved by the bank"},
		{"Paid in cash $12.50 Cash", "{Given $20.00} {Change $7.50} {When Tue 12 May 2026 10:41} {Number C1} {Operator James} {Note Table 12}"},
		{"Not collected $15.00 ", "Why The bank paid only a part"},
		{"Return $0.40 ", "Approved by the bank"}, // of the sale that it is about
		{"Card check  Visa •••• 1111", "The card is good"},
	} {
		p.Choose(i)
		v := p.View()
		r := v.Rows[i]
		if got := r.Word + " " + r.Amount + " " + r.Card; got != want.row {
			t.Errorf("row %d: got %q, want %q", i, got, want.row)
		}
		if v.Detail == nil || v.Chosen != i || !strings.Contains(fmt.Sprint(v.Detail.Facts, v.Detail.Story), want.story) {
			t.Errorf("row %d: %+v lacks %q", i, v.Detail, want.story)
		}
	}
}

// What can be done, and until when, as far as it is known.
func TestDeadlinesAndActs(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	both, capture := []order.Act{order.Void, order.Return}, []order.Act{order.Void, order.Capture}
	for _, tt := range []struct {
		name     string
		days     int
		state    order.State
		standing order.Standing
		settled  bool
		can      []order.Act
		token    order.Token
		say      string
		acts     string
	}{
		{"paid", 0, order.Approved, order.Standing{As: order.StandsPaid, Left: usd(999)}, false, both, "", "Can be voided until the batch closes, and then returned until Sat 7 Nov 2026.", "[refund receipt]"},
		{"settled", 3, order.Approved, order.Standing{As: order.StandsPaid, Left: usd(999)}, true, both[1:], "t", "Can be returned until Sat 7 Nov 2026.", "[refund again receipt]"},
		{"too old", 181, order.Approved, order.Standing{As: order.StandsPaid, Left: usd(999)}, true, both[1:], "", "Too old to be returned: the bank took returns until Sat 7 Nov 2026.", "[refund receipt]"},
		{"held", 0, order.Approved, order.Standing{As: order.StandsHeld, Left: usd(999)}, false, capture, "t", "Held until Tue 19 May 2026: capture or release it before.", "[release capture again receipt]"},
		{"lapsed", 30, order.Approved, order.Standing{As: order.StandsHeld, Left: usd(999)}, false, capture, "", "The hold lapsed about Tue 19 May 2026. The bank may still capture it.", "[release capture receipt]"},
		{"returned", 0, order.Approved, order.Standing{As: order.StandsReturned}, true, nil, "", "", "[receipt]"},
		{"declined", 0, order.Declined, order.Standing{}, false, nil, "", "", "[receipt]"},
		{"unknown", 0, order.Unknown, order.Standing{}, false, nil, "", "", "[attend]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			desk, p := begin(0)
			var did []string
			p.Refund = func(n string) { did = append(did, "refund") }
			p.Capture = func(n string) { did = append(did, "capture") }
			p.Again = func(engine.Detail) { did = append(did, "again") }
			p.Attention = func(n string) { did = append(did, "attend") }
			p.Receipt = func(...slip.Paper) { did = append(did, "receipt") }
			sale := desk.Sale(engine.Charge{Order: "o", Amount: usd(999)}, "Visa", "1111", tt.state)
			sale.Standing, sale.Token = tt.standing, tt.token
			desk.Put(sale)
			desk.OnDetail = func(string) (engine.Detail, error) {
				return engine.Detail{Sale: sale, Settled: tt.settled, Acts: tt.can}, nil
			}
			p.Apply(desk.Snapshot())
			p.Choose(0)
			desk.Clock.Advance(time.Duration(tt.days) * 24 * time.Hour)
			d := p.View().Detail
			if got := fmt.Sprint(d.Acts); got != tt.acts || d.Say != tt.say {
				t.Errorf("got %s and %q", got, d.Say)
			}
			for _, act := range []Act{ActAttend, ActRefund, ActRelease, ActCapture, ActAgain, ActReceipt} {
				p.Do(act)
			}
			if got := strings.Replace(fmt.Sprint(did), "[refund capture", "[release capture", 1); got != tt.acts {
				t.Errorf("did %s", got)
			}
		})
	}
	// What nothing leads to is not offered.
	desk, p := begin(1)
	desk.OnDetail = func(string) (engine.Detail, error) {
		return engine.Detail{Sale: *desk.Snapshot().Last, Acts: append(both, capture...)}, nil
	}
	p.Choose(0)
	if got := fmt.Sprint(p.View().Detail.Acts); got != "[receipt]" {
		t.Errorf("offers %s", got)
	}
}

// A part of a bill has the whole bill's receipt beside its own; a bill that one
// payment paid has not.
func TestPapersOfABill(t *testing.T) {
	for _, parts := range []int64{1, 2} {
		desk, p := begin(0)
		b := order.Bill{ID: "b", Goods: money.New(1000*parts, money.USD)}
		for n := range parts {
			if _, err := desk.TakeCashFor(t.Context(), b, fmt.Sprint("o", n), money.New(1000, money.USD), money.New(1000, money.USD)); err != nil {
				t.Fatal(err)
			}
		}
		if got := p.parts(t.Context(), "b"); (got == "b") != (parts > 1) {
			t.Errorf("%d parts: %q", parts, got)
		}
		if got := p.parts(t.Context(), "none"); got != "" {
			t.Errorf("no bill: %q", got)
		}
		p.item, p.bill, p.detail = engine.Item{Cash: &order.Cash{ID: "c"}}, "b", &engine.Detail{}
		if got := p.papers(); len(got) != 2 || got[1] != (slip.Paper{Document: order.DocumentBill, ID: "b"}) {
			t.Errorf("%v", got)
		}
	}
}
