package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/look"
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
		if v.Rows[i].Number == v.Rows[i-1].Number {
			t.Fatal("a row appears twice")
		}
	}
	asked := desk.Count("Sales")
	p.More()
	if desk.Count("Sales") != asked {
		t.Error("asked on behind the end")
	}
}

func TestFollowsTheTerminalAndKeepsTheChoice(t *testing.T) {
	desk, p := begin(3)
	p.Choose(1)
	chosen := p.View().Rows[1].Number
	desk.Put(desk.Sale(engine.Charge{Order: "n", Amount: money.New(999, money.USD)}, "Visa", "1111", order.Declined))
	p.Apply(desk.Snapshot())
	v := p.View()
	if len(v.Rows) != 4 || v.Rows[v.Chosen].Number != chosen || v.Detail == nil || v.Detail.Number != chosen {
		t.Errorf("%d rows, chosen %d", len(v.Rows), v.Chosen)
	}
	if v.Rows[0].Look.Shape != look.Cross || v.Rows[0].Word != "Declined" {
		t.Errorf("%+v", v.Rows[0])
	}
	p.Hide()
	asked := desk.Count("Sales")
	desk.Change(func(*engine.Snapshot) {})
	p.Apply(desk.Snapshot())
	if desk.Count("Sales") != asked {
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
		row := p.rowOf(engine.Sale{Attempt: order.Attempt{State: order.Approved, Kind: tt.kind, Asked: usd(1250), Approved: usd(1250)},
			Standing: tt.standing})
		if row.Word != tt.word || row.Look.Shape != tt.shape {
			t.Errorf("%s: got %q with shape %v, want %q with %v", tt.standing.As, row.Word, row.Look.Shape, tt.word, tt.shape)
		}
	}
}

// Every event that a follow-up can bring into a story has words.
func TestFollowUpsHaveWords(t *testing.T) {
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue} {
		for _, s := range order.FollowStates {
			kind := strings.ToLower(strings.ReplaceAll(string(act)+"."+string(s), "_", "-"))
			if act == order.Issue && (s == order.FollowUnknown || s == order.FollowAbsent) {
				continue // it cannot be asked about
			}
			if words := Sentence(engine.Line{Kind: kind}); strings.Contains(words, kind) {
				t.Errorf("%s has no words: %q", kind, words)
			}
		}
	}
}

func TestStoryInWords(t *testing.T) {
	desk, p := begin(1)
	desk.PutJobs(order.Job{ID: "j", Kind: order.JobPrint, State: order.JobUnsure})
	var paper string
	p.Receipt = func(number string) { paper = number }
	p.Paper()
	p.Choose(0)
	p.Paper()
	d := p.View().Detail
	if d == nil || !d.Printable || paper != d.Number || d.Question == nil {
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
	if got, want := Sentence(engine.Line{Kind: "vault.opened", Actor: order.ActorTerminal}), "Noted: vault.opened"; got != want {
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
	bridge.InlineRun(held[1])
	bridge.InlineRun(held[0])
	if v := p.View(); len(v.Rows) != 2 {
		t.Errorf("%d rows: yesterday's answer came last and was taken", len(v.Rows))
	}
	_ = desk
}

func TestClosingTheBatch(t *testing.T) {
	sum := order.Totals{Sales: 2, SaleAmount: money.New(201, money.USD)}
	other := order.Totals{Sales: 3, SaleAmount: money.New(300, money.USD), Returns: 1, ReturnAmount: money.New(50, money.USD)}
	tests := []struct {
		name  string
		batch order.Batch
		err   error
		shape look.Shape
		title string
		text  string
	}{
		{"matches", order.Batch{State: order.BatchClosed, Local: sum, Host: &sum}, nil, look.Check, "The batch is closed", "match"},
		{"differs", order.Batch{State: order.BatchClosed, Local: sum, Host: &other}, nil, look.Alert, "Closed, but the counts differ", "1 refund, $0.50"},
		{"no count", order.Batch{State: order.BatchClosed, Local: sum}, nil, look.Check, "The batch is closed", "no count"},
		{"no answer", order.Batch{State: order.BatchUnknown}, nil, look.Clock, "The bank has not answered", "by itself"},
		{"refused", order.Batch{State: order.BatchNotClosed, Message: "E0015"}, nil, look.Alert, "The batch is not closed", "E0015"},
		{"problem", order.Batch{}, &engine.Problem{Text: "A payment is being settled."}, look.Alert, "The batch is not closed", "A payment is being settled."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			desk, p := begin(2)
			desk.OnClose = func() (order.Batch, error) { return tt.batch, tt.err }
			p.Close()
			p.AskClose()
			if v := p.View(); v.Ask.Stage != BatchAsked || !strings.Contains(v.Ask.Text, "2 sales, $2.01") || v.MayEnd {
				t.Errorf("%+v", v.Ask)
			}
			p.Close()
			p.Close()
			got := p.View().Ask
			if desk.Count("CloseBatch") != 1 || got.Shape != tt.shape || got.Title != tt.title || !strings.Contains(got.Text, tt.text) {
				t.Errorf("%+v", got)
			}
			p.DropBatch()
			if p.View().Ask.Stage != BatchIdle {
				t.Error("the answer stays")
			}
		})
	}
	_, p := begin(0)
	p.AskClose()
	if p.View().Ask.Stage != BatchIdle {
		t.Error("an empty batch can be closed")
	}
}

func TestRowOfPartPayment(t *testing.T) {
	s := engine.Sale{Attempt: order.Attempt{State: order.Approved, Asked: money.New(1000, money.USD), Approved: money.New(600, money.USD), Created: time.Time{}}}
	_, p := begin(0)
	if got := p.rowOf(s).Amount; got != "$6.00" {
		t.Errorf("amount %s", got)
	}
}

// An account whose batch the service closes by itself has no button for it,
// and the key does nothing.
func TestNoBatchToClose(t *testing.T) {
	desk, p := begin(2)
	if v := p.View(); v.NoEnd || !v.MayEnd {
		t.Errorf("an account that closes: %+v", v)
	}
	desk.Change(func(s *engine.Snapshot) { s.Offer.Dialect = order.DialectCurrent })
	p.Apply(desk.Snapshot())
	p.AskClose()
	p.Close()
	if v := p.View(); !v.NoEnd || v.MayEnd || v.Ask.Stage != BatchIdle || desk.Count("CloseBatch") != 0 {
		t.Errorf("%+v", v)
	}
}

// What needs attention stands above the day, from whatever day it is, once.
func TestAttentionComesFirst(t *testing.T) {
	desk, p := begin(2)
	desk.Put(desk.Sale(engine.Charge{Order: "r", Amount: money.New(999, money.USD)}, "Visa", "1111", order.Review))
	desk.Clock.Advance(24 * time.Hour)
	desk.Put(desk.Sale(engine.Charge{Order: "n", Amount: money.New(500, money.USD)}, "Visa", "1111", order.Approved))
	sale := *desk.Snapshot().Last
	desk.Change(func(s *engine.Snapshot) {
		s.Follows = []order.FollowUp{
			{ID: "f", Act: order.Return, State: order.FollowReview, Of: sale.Number, Amount: sale.Asked, Created: desk.Clock.Now(), Parked: "op1"},
			{ID: "g", Act: order.Void, State: order.FollowSending, Of: "busy"},
			{ID: "h", Act: order.Check, State: order.FollowUnknown},
		}
	})
	p.Apply(desk.Snapshot())
	p.Show()
	var got []string
	for _, r := range p.View().Rows {
		got = append(got, fmt.Sprint(r.Time, " ", r.Word, " ", r.Pinned))
	}
	if want := []string{"12 May Needs a look true", "10:42 Return in doubt, parked true", "10:42 Approved false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Move(1)
	p.Move(1)
	if v := p.View(); v.Chosen != 1 || v.Detail == nil || v.Detail.Number != sale.Number {
		t.Errorf("chosen %d", v.Chosen)
	}
}

// What the comparison with the bank found stands on top, loud before quiet, each
// with its sentence and what both sides have.
func TestFindingsAreListed(t *testing.T) {
	desk, p := begin(1)
	here, there := money.New(1250, money.USD), money.New(2250, money.USD)
	desk.Change(func(s *engine.Snapshot) {
		s.Recon = engine.ReconView{Reached: desk.Clock.Now(), Differences: 3, Findings: []engine.Finding{
			{Mismatch: order.Mismatch{What: order.AmountDiffers, Number: "N1", Here: &here, There: &there}, Text: "The payment N1 is $22.50 there. Ask."},
			{Mismatch: order.Mismatch{What: order.LocalOnly, Number: "N2", Here: &here}, Alarm: true, Text: "The bank has no payment N2. Call the payment service."},
		}}
	})
	p.Apply(desk.Snapshot())
	rows := p.View().Rows
	if len(rows) != 4 || rows[0].Sentence != "The bank has no payment N2. Call the payment service." || rows[0].Look.Shape != look.Alert ||
		!strings.Contains(rows[1].Sentence, "N1") || rows[2].Sentence != "1 more is not shown here" {
		t.Fatalf("%+v", rows)
	}
	p.Choose(1)
	d := p.View().Detail
	if d.Say != "The payment N1 is $22.50 there. Ask." || !strings.Contains(fmt.Sprint(d.Facts), "{Here $12.50} {At the bank $22.50}") || d.Printable {
		t.Errorf("%+v", d)
	}
	desk.Change(func(s *engine.Snapshot) { s.Recon = engine.ReconView{} })
	p.Apply(desk.Snapshot())
	if v := p.View(); v.Chosen != -1 || v.Detail != nil {
		t.Errorf("a story of what is gone: %+v", v.Detail)
	}
}

// What is stored, and what the bank did not pay of it, stands on top with its
// state, and each has a story without having been at the bank.
func TestStoredSalesAreListed(t *testing.T) {
	desk, p := begin(1)
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	desk.Change(func(s *engine.Snapshot) {
		s.Stored.Room.Limits = order.OfflineLimits{Enabled: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour}
	})
	desk.PutStored(order.Stored{ID: "S1", State: order.StoredWaiting, Amount: usd(1250), Brand: "Visa", Last4: "1111", Created: desk.Clock.Now()})
	desk.PutStored(order.Stored{ID: "S2", State: order.Uncollected, Amount: usd(2000), Approved: usd(500), Cause: order.CausePart, Tries: 2, Created: desk.Clock.Now(), Operator: "op2"})
	desk.PutStored(order.Stored{ID: "S3", State: order.Uncollected, Amount: usd(900), Cause: order.CauseDeclined, Message: "Insufficient Funds", Created: desk.Clock.Now()})
	desk.Change(func(s *engine.Snapshot) { s.Stored.MissingCount = 60 })
	desk.Clock.Advance(time.Hour)
	p.Apply(desk.Snapshot())
	p.Tick()
	var got []string
	v := p.View()
	for _, r := range v.Rows {
		words := r.Word
		if r.Sentence != "" {
			words = r.Sentence
		}
		got = append(got, r.Amount+" "+words)
	}
	want := []string{"$15.00 Not collected", "$9.00 Not collected", " 58 more are not shown here",
		" Stored: 1 of 20, $12.50 of $500.00, oldest 1 h 0 m, accepting for 23 h 0 m", "$12.50 Stored, not yet authorised", "$1.00 Approved"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if v.Rows[0].Look.Shape == look.Check || v.Rows[4].Look.Shape == look.Check {
		t.Error("looks approved")
	}
	for i, want := range []string{"{Why The bank paid only a part}", "{Bank's answer Insufficient Funds}", "58 more", "accepting for", "Stored, not yet authorised", "{Approval code A04217}"} {
		p.Choose(i)
		d := p.View().Detail
		if d == nil || !strings.Contains(fmt.Sprint(d.Say, d.Facts), want) || d.Printable != (i == 5) {
			t.Errorf("row %d: %+v lacks %q", i, d, want)
		}
	}
	p.Move(-1)
	if p.View().Chosen != 4 {
		t.Error("the arrow keys are lost")
	}
}

// Only what is in doubt can be parked, once, by somebody with the right; a
// follow-up in doubt is parked under its own number.
func TestWhatCanBeDone(t *testing.T) {
	for _, tt := range []struct {
		name   string
		person int
		state  order.State
		parked string
		follow order.FollowState
		want   string
		say    string
	}{
		{"review", 0, order.Review, "", "", "[takeback]", "take it back if"},
		{"review, a cashier", 1, order.Review, "", "", "[]", "call a supervisor"},
		{"review, parked", 0, order.Review, "op1", "", "[takeback]", "parked by maria"},
		{"unknown, a cashier", 1, order.Unknown, "", "", "[]", "do not charge again"},
		{"unknown, parked", 0, order.Unknown, "op1", "", "[]", "parked by maria"},
		{"quarantine", 2, order.Quarantine, "", "", "[park]", "goes back by itself"},
		{"unknown", 0, order.Unknown, "", "", "[park]", "do not charge again"},
		{"orphan", 0, order.OrphanReturn, "", "", "[park]", "is being returned"},
		{"sending", 0, order.Sending, "", "", "[]", ""},
		{"partly approved", 0, order.PartApproved, "", "", "[]", ""},
		{"approved", 0, order.Approved, "", order.FollowDone, "[]", ""},
		{"return in doubt", 0, order.Approved, "", order.FollowUnknown, "[park]", "number f."},
		{"return in review", 2, order.Approved, "", order.FollowReview, "[]", "ask the payment service"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			desk, p := begin(0)
			sale := desk.Sale(engine.Charge{Order: "o", Amount: money.New(999, money.USD)}, "Visa", "1111", tt.state)
			sale.Parked = tt.parked
			desk.Put(sale)
			desk.OnDetail = func(string) (engine.Detail, error) {
				return engine.Detail{Sale: sale, Follows: []order.FollowUp{{ID: "F", Act: order.Return, State: tt.follow}}}, nil
			}
			desk.SignInAs(tt.person)
			p.Apply(desk.Snapshot())
			p.Choose(0)
			d := p.View().Detail
			if got := fmt.Sprint(d.Acts); got != tt.want || !strings.Contains(strings.ToLower(d.Say), tt.say) {
				t.Errorf("got %s and %q, want %s", got, d.Say, tt.want)
			}
			p.AskAct(ActPark)
			p.DoAct()
			p.DoAct()
			id := sale.Number
			if tt.follow != "" {
				id = "F"
			}
			if got, want := desk.Count("Park "+id), strings.Count(tt.want, "park"); got != want {
				t.Errorf("parked %d times, want %d", got, want)
			}
		})
	}
}
