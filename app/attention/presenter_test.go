package attention

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

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func begin() (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, apptest.Plain(bridge.InlineRun), desk.Clock)
	desk.SignInAs(0)
	p.Show()
	return desk, p
}

func (p *Presenter) takes(desk *apptest.Desk) { p.Apply(desk.Snapshot()) }

// sale puts a sale in a state, with what the terminal does next.
func sale(desk *apptest.Desk, state order.State, next order.Action, in time.Duration) engine.Sale {
	s := desk.Sale(engine.Charge{Order: "o", Amount: usd(999)}, "Visa", "1111", state)
	s.Next, s.NextAt = next, desk.Clock.Now().Add(in)
	desk.Put(s)
	return s
}

func TestNothing(t *testing.T) {
	desk, p := begin()
	sale(desk, order.Approved, order.DoNothing, 0)
	sale(desk, order.Sending, order.DoNothing, 0)
	desk.Change(func(s *engine.Snapshot) {
		s.Follows = []order.FollowUp{{ID: "g", Act: order.Void, State: order.FollowSending, Of: "busy"}, {ID: "h", Act: order.Check, State: order.FollowUnknown}}
	})
	p.takes(desk)
	if v := p.View(); len(v.Rows) != 0 || v.Empty == "" || v.Chosen != -1 || Count(desk.Snapshot()) != 0 {
		t.Errorf("%+v", v)
	}
	p.Move(1)
	p.Story()
	p.Nth(0)
	p.Act("x")
}

// Every thing has its word, its age, and what the terminal does about it, the
// loud ones first; as many are counted as need attention.
func TestItems(t *testing.T) {
	desk, p := begin()
	here, there := usd(1250), usd(2250)
	sale(desk, order.Unknown, order.DoQuery, 20*time.Second)
	sale(desk, order.Quarantine, order.DoQuery, 5*time.Minute)
	sale(desk, order.Reversing, order.DoReverse, 0)
	sale(desk, order.OrphanReturn, order.DoReturn, 3*time.Hour)
	sale(desk, order.Review, order.DoQuery, time.Hour)
	sale(desk, order.PartApproved, order.DoNothing, 0)
	forwarding := sale(desk, order.Unknown, order.DoQuery, 0)
	forwarding.Stored = true
	desk.Put(forwarding)
	desk.Change(func(s *engine.Snapshot) {
		s.Follows = []order.FollowUp{{ID: "f", Act: order.Return, State: order.FollowReview, Of: "x", Amount: usd(40), Since: desk.Clock.Now(), Created: desk.Clock.Now(), Parked: "op1"}}
		s.Recon = engine.ReconView{Differences: 5, Findings: []engine.Finding{
			{Mismatch: order.Mismatch{What: order.AmountDiffers, Number: "N1", Here: &here, There: &there}, Text: "The payment N1 is $22.50 there. Ask."},
			{Mismatch: order.Mismatch{What: order.LocalOnly, Number: "N2", Here: &here}, Alarm: true, Text: "The bank has no payment N2."},
			{Mismatch: order.Mismatch{What: order.LateCharge, Number: "N3", There: &there, Act: order.Void}, Text: "N3."},
		}}
	})
	desk.PutStored(order.Stored{ID: "S1", State: order.StoredWaiting, Amount: usd(1250), Created: desk.Clock.Now()})
	desk.PutStored(order.Stored{ID: "S2", State: order.Uncollected, Amount: usd(2000), Approved: usd(500), Cause: order.CausePart, Created: desk.Clock.Now()})
	desk.Change(func(s *engine.Snapshot) { s.Stored.MissingCount, s.Stored.Room.Unsent.Count = 9, 7 })
	desk.Change(func(s *engine.Snapshot) {
		bill := order.Bill{ID: "B", State: order.BillOpen, Goods: usd(3000), Created: desk.Clock.Now()}
		going := order.Bill{ID: "C", State: order.BillCancelling, Goods: usd(500), Created: desk.Clock.Now()}
		s.Bills = []engine.BillView{{Bill: bill, Paid: usd(1000), Left: usd(2000)}, {Bill: going, Paid: usd(500)}, {Bill: order.Bill{ID: "begun", State: order.BillOpen, Goods: usd(1)}}}
	})
	desk.Clock.Advance(3 * time.Minute)
	p.takes(desk)
	var got []string
	for _, r := range p.View().Rows {
		got = append(got, fmt.Sprintf("%s | %s | %s | %s | %v", r.Word, r.Amount, r.Doing, r.Age, r.Acts))
	}
	want := []string{
		"Not collected | $15.00 | The bank paid only a part | for 3 min | [collect writeoff]",
		"8 more |  |  |  | []",
		"Not as in the bank’s records | $12.50 | Compares again every hour |  | []",
		"Needs a look | $9.99 | Asks the bank in 57 min | for 3 min | [takeback look]",
		"Partly approved | $5.99 of $9.99 | Waits for you | for 3 min | [giveback keep]",
		"Checking | $9.99 | Asks the bank now | for 3 min | [park]",
		"Being taken back | $9.99 | Asks the bank in 2 min | for 3 min | [look park]",
		"Being taken back | $9.99 | Asks the bank to take it back now | for 3 min | [park]",
		"Money goes back | $9.99 | Begins the return in 2 h | for 3 min | [park]",
		"Not paid whole | $10.00 of $30.00 | Waits for you | for 3 min | [goon later]",
		"Being given back | $5.00 of $5.00 | Gives back part by part | for 3 min | [goon]",
		"Return in doubt, parked | $0.40 | Asks the bank in 57 min | for 3 min | []",
		"Not as in the bank’s records | $12.50 | Compares again every hour |  | []",
		"Not as in the bank’s records | $22.50 | Takes it back by itself |  | []",
		"2 more |  |  |  | []",
		"Stored, not yet authorised | $12.50 | Charges it now | for 3 min | [withdraw]",
		"6 more |  |  |  | []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if v := p.View(); v.Count != "30 need attention" || v.Chosen != 0 {
		t.Errorf("%q, chosen %d", v.Count, v.Chosen)
	}
	if first := p.View().Rows[0]; first.Look.Shape == look.Check {
		t.Error("looks approved")
	}
	desk.Change(func(s *engine.Snapshot) { s.OfflineSince = desk.Clock.Now() })
	p.takes(desk)
	if got := p.View().Rows[15].Doing; got != "Waits until the bank is back" {
		t.Errorf("while the bank is away: %q", got)
	}
}

// What is gone on with elsewhere asks nothing here.
func TestGoOnAndCollect(t *testing.T) {
	desk, p := begin()
	desk.Change(func(s *engine.Snapshot) {
		s.Bills = []engine.BillView{{Bill: order.Bill{ID: "B", State: order.BillOpen, Goods: usd(3000)}, Paid: usd(1000)}}
	})
	desk.PutStored(order.Stored{ID: "S2", State: order.Uncollected, Amount: usd(1250)})
	p.takes(desk)
	var went []string
	p.GoOn = func(b order.Bill) { went = append(went, b.ID) }
	p.Collect = func(s order.Stored) { went = append(went, s.ID) }
	p.Nth(0)
	p.Move(1)
	p.Nth(0)
	if fmt.Sprint(went) != "[S2 B]" || p.View().Asked != "" {
		t.Errorf("went to %v, asks %q", went, p.View().Asked)
	}
}

// Each act asks once, is done once, and what is refused is told.
func TestActs(t *testing.T) {
	for _, tt := range []struct {
		act  Act
		put  func(*apptest.Desk) string
		call string
	}{
		{ActTakeBack, func(d *apptest.Desk) string { return sale(d, order.Review, order.DoQuery, 0).Number }, "GiveBack"},
		{ActGiveBack, func(d *apptest.Desk) string { return sale(d, order.PartApproved, order.DoNothing, 0).Number }, "GiveBack"},
		{ActKeep, func(d *apptest.Desk) string { return sale(d, order.PartApproved, order.DoNothing, 0).Number }, "Keep"},
		{ActPark, func(d *apptest.Desk) string { return sale(d, order.Reversing, order.DoReverse, 0).Number }, "Park %s"},
		{ActLook, func(d *apptest.Desk) string { return sale(d, order.Quarantine, order.DoQuery, 0).Number }, "Look %s"},
		{ActPark, func(d *apptest.Desk) string {
			d.Change(func(s *engine.Snapshot) {
				s.Follows = []order.FollowUp{{ID: "f", Act: order.Return, State: order.FollowUnknown, Of: "x", Amount: usd(40)}}
			})
			return "f"
		}, "Park %s"},
		{ActWithdraw, func(d *apptest.Desk) string {
			d.PutStored(order.Stored{ID: "S1", State: order.StoredWaiting, Amount: usd(1250), Created: d.Clock.Now()})
			return "S1"
		}, "WithdrawStored %s: Goods are back"},
		{ActWriteOff, func(d *apptest.Desk) string {
			d.PutStored(order.Stored{ID: "S2", State: order.Uncollected, Amount: usd(1250), Created: d.Clock.Now()})
			return "S2"
		}, "WriteOffStored %s: Goods are back"},
	} {
		t.Run(string(tt.act)+" "+tt.call, func(t *testing.T) {
			desk, p := begin()
			id := tt.put(desk)
			call := tt.call
			if strings.Contains(call, "%s") {
				call = fmt.Sprintf(call, id)
			}
			p.takes(desk)
			refused := true
			desk.Fail = func(method string) error {
				if method == call && refused {
					return &engine.Problem{Text: "Ask a supervisor."}
				}
				return nil
			}
			do := func() {
				p.Ask(tt.act)
				p.Ask(tt.act)
				if tt.act != ActLook && (p.View().Asked != tt.act || desk.Count(call) > 1) {
					t.Fatalf("asks about %q after %d calls", p.View().Asked, desk.Count(call))
				}
				p.Act("Goods are back")
				p.Act("Goods are back")
			}
			p.Ask(tt.act)
			p.Drop()
			p.Act("dropped")
			if tt.act != ActLook && desk.Count(call) != 0 {
				t.Fatal("done after it was dropped")
			}
			before := desk.Count(call)
			do()
			if got := p.View().Problem; got != "Ask a supervisor." {
				t.Errorf("problem %q", got)
			}
			refused = false
			do()
			if want := before + 2; tt.act != ActLook && desk.Count(call) != want {
				t.Errorf("%d calls, want %d: %q", desk.Count(call), want, desk.Calls())
			}
			if got := p.View().Problem; got != "" {
				t.Errorf("problem %q", got)
			}
		})
	}
}

// A second press while the first is under way does nothing, and what has settled
// itself meanwhile is not asked about any more.
func TestWhileItIsDone(t *testing.T) {
	desk, p := begin()
	var held []func(context.Context) func()
	run := func(work func(context.Context) func()) { held = append(held, work) }
	p.do = apptest.Plain(run)
	s := sale(desk, order.Review, order.DoQuery, 0)
	p.takes(desk)
	for range 50 {
		p.Ask(ActTakeBack)
		p.Act("")
	}
	if len(held) != 1 || !p.View().Busy {
		t.Fatalf("%d at work", len(held))
	}
	bridge.InlineRun(held[0])
	p.takes(desk)
	p.Ask(ActPark)
	if p.View().Asked != ActPark {
		t.Fatal("the state it came to offers nothing")
	}
	s.State = order.Reversed
	desk.Put(s)
	p.takes(desk)
	if v := p.View(); v.Asked != "" || len(v.Rows) != 0 {
		t.Errorf("still asks about what is settled: %+v", v)
	}
}

// The choice stays with its thing while others come and go.
func TestChoiceStays(t *testing.T) {
	desk, p := begin()
	first := sale(desk, order.Reversing, order.DoReverse, 0)
	second := sale(desk, order.Reversing, order.DoReverse, 0)
	p.takes(desk)
	p.Move(1)
	sale(desk, order.Review, order.DoQuery, 0)
	p.takes(desk)
	if v := p.View(); v.Rows[v.Chosen].Number != second.Number || v.Chosen != 2 {
		t.Errorf("chosen %d", v.Chosen)
	}
	second.State = order.Reversed
	desk.Put(second)
	p.takes(desk)
	if v := p.View(); v.Chosen != 1 || v.Rows[1].Number != first.Number {
		t.Errorf("chosen %d", v.Chosen)
	}
	opened := ""
	p.Open = func(n string) { opened = n }
	p.Story()
	p.ChooseNumber("no such")
	if p.ChooseNumber(first.Number); opened != first.Number || p.View().Chosen != 1 {
		t.Errorf("opened %q", opened)
	}
}

// Every state that is listed has a sentence.
func TestSentences(t *testing.T) {
	now := apptest.Start
	for _, state := range order.States {
		if state.Final() || state == order.Sending {
			continue
		}
		i := ofSale(engine.Sale{Attempt: order.Attempt{State: state}, Next: order.DoQuery}, now)
		if strings.Contains(i.Say+i.Doing+i.Word, ".say.") || i.Say == "" || strings.Contains(i.Word, "history") {
			t.Errorf("%s: %q %q %q", state, i.Word, i.Doing, i.Say)
		}
	}
	for _, next := range []order.Action{order.DoNothing, order.DoQuery, order.DoGiveUp, order.DoReverse, order.DoSend, order.DoReturn} {
		if words := doing(next, now.Add(90*time.Second), now); strings.Contains(words, "attention.") {
			t.Errorf("%s: %q", next, words)
		}
	}
	for _, act := range []Act{ActTakeBack, ActGiveBack, ActKeep, ActPark, ActWithdraw, ActWriteOff} {
		if q := (&Screen{}).question(act); strings.Contains(fmt.Sprint(q.Title, q.Text, q.Choices[1].Words), "attention.") || q.Choices[0].Hint != "Enter" {
			t.Errorf("%s: %+v", act, q)
		}
	}
}
