package followup

import (
	"context"
	"testing"
	"time"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var start = time.Date(2026, 5, 12, 10, 42, 0, 0, time.UTC)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func task(act order.Act) Task {
	return Task{Act: act, Of: "N", Amount: usd(500), Brand: "Visa", Last4: "1111", From: nav.MoneyBack,
		Do: func(context.Context) (order.FollowUp, error) { return order.FollowUp{}, nil }}
}

// Every act and every end has a word, a sentence and a way on; what is not
// final says what the terminal does next.
func TestEveryEnd(t *testing.T) {
	kinds := map[order.FollowState]look.Kind{order.FollowDone: look.KindApproved, order.FollowRefused: look.KindDeclined, order.FollowNotSent: look.KindNotCharged,
		order.FollowAbsent: look.KindNotCharged, order.FollowSending: look.KindChecking, order.FollowUnknown: look.KindChecking, order.FollowReview: look.KindReview}
	tasks := []Task{task(order.Void), task(order.Return), task(order.Capture), task(order.Check), task(order.Issue)}
	released, cash := task(order.Void), task(order.Return)
	released.Release, cash.Cash = true, true
	for _, tt := range append(tasks, released, cash) {
		for _, state := range order.FollowStates {
			d := NewDone(clock.NewVirtual(start))
			d.Show(tt, order.FollowUp{ID: "F", Act: tt.Act, State: state, Amount: usd(500)}, nil)
			v := d.View()
			// What was done has a slip; a card that was made has none.
			paper := state == order.FollowDone && tt.Act != order.Issue
			if v.Look.Kind != kinds[state] || v.Word == "" || v.Word[0] == 'd' || len(v.Sentence) < 20 || len(v.Buttons) != 2+map[bool]int{true: 1}[paper] {
				t.Errorf("%s %s: %+v", tt.Act, state, v)
			}
			if (v.Next == "") != state.Final() {
				t.Errorf("%s %s: next is %q", tt.Act, state, v.Next)
			}
			for _, b := range v.Buttons {
				if b.Words == "" || b.Words[0] == 'd' || b.Key == "" {
					t.Errorf("%s %s: button %+v", tt.Act, state, b)
				}
			}
			if (tt.Act == order.Check) != (v.Amount == "") {
				t.Errorf("%s shows the amount %q", tt.Act, v.Amount)
			}
		}
	}
}

func TestWaysOn(t *testing.T) {
	for name, tt := range map[string]struct {
		f     order.FollowUp
		err   error
		kind  look.Kind
		first string
	}{
		"settled":     {f: order.FollowUp{State: order.FollowRefused, Cause: order.CauseSettled}, kind: look.KindDeclined, first: "Return it instead"},
		"not settled": {f: order.FollowUp{State: order.FollowRefused, Cause: order.CauseNotSettled}, kind: look.KindDeclined, first: "Void it instead"},
		"refused":     {f: order.FollowUp{State: order.FollowRefused}, kind: look.KindDeclined, first: "Try again"},
		"not sent":    {f: order.FollowUp{State: order.FollowNotSent}, kind: look.KindNotCharged, first: "Try again"},
		"not allowed": {err: &engine.Problem{Code: engine.ProblemTooMuch, Text: "That is more than is left of this payment."}, kind: look.KindProblem, first: "Try again"},
		"unsaved":     {err: &engine.Problem{Code: engine.ProblemUnsaved, Text: "The request was sent, and is not saved."}, kind: look.KindChecking, first: "New sale"},
		"in progress": {err: &engine.Problem{Code: engine.ProblemInProgress, Text: "The bank is still being asked."}, kind: look.KindChecking, first: "New sale"},
	} {
		d := NewDone(clock.NewVirtual(start))
		d.Show(task(order.Return), tt.f, tt.err)
		if v := d.View(); v.Look.Kind != tt.kind || v.Buttons[0].Words != tt.first {
			t.Errorf("%s: %s, %q", name, v.Look.Kind, v.Buttons[0].Words)
		}
	}
}

// Enter is not taken before anybody can have read the answer; every button has
// its key.
func TestActs(t *testing.T) {
	c := clock.NewVirtual(start)
	d := NewDone(c)
	var did []string
	d.NewSale = func() { did = append(did, "new") }
	d.History = func() { did = append(did, "history") }
	d.Again = func(Task) { did = append(did, "again") }
	d.From = func(got Task) { did = append(did, "from "+got.Of) }
	d.Show(task(order.Return), order.FollowUp{State: order.FollowDone}, nil)
	d.Enter()
	c.Advance(time.Second)
	d.Enter()
	d.Key(keys.Another)
	d.Show(task(order.Return), order.FollowUp{State: order.FollowNotSent}, nil)
	d.Key(keys.Another)
	d.Show(task(order.Return), order.FollowUp{State: order.FollowUnknown}, nil)
	if d.Key(keys.Another) {
		t.Error("it can be begun anew while nobody knows")
	}
	d.Key(keys.History)
	want := []string{"new", "from N", "again", "history"}
	if len(did) != len(want) {
		t.Fatalf("%v, want %v", did, want)
	}
	for i := range want {
		if did[i] != want[i] {
			t.Errorf("%v, want %v", did, want)
		}
	}
}

// What is in sight follows the terminal, and older news never.
func TestApply(t *testing.T) {
	d := NewDone(clock.NewVirtual(start))
	seen := ""
	d.Seen = func(id string) { seen = id }
	f := order.FollowUp{ID: "F", Act: order.Return, State: order.FollowUnknown, Version: 3, Amount: usd(500)}
	d.Show(task(order.Return), f, nil)
	other, older, done := f, f, f
	other.ID, other.State, other.Version = "G", order.FollowDone, 9
	older.State, older.Version = order.FollowSending, 1
	d.Apply(engine.Snapshot{Follows: []order.FollowUp{other, older}})
	if d.View().Look.Kind != look.KindChecking || d.followup.Version != 3 || seen != "" {
		t.Errorf("%+v", d.followup)
	}
	done.State, done.Version = order.FollowDone, 4
	d.Apply(engine.Snapshot{FollowNews: []order.FollowUp{done}})
	if d.View().Look.Kind != look.KindApproved || seen != "F" {
		t.Errorf("%+v, seen %q", d.followup, seen)
	}
}

func TestLateOnesKnowTheirPlace(t *testing.T) {
	for _, tt := range []struct {
		f    order.FollowUp
		want nav.Place
	}{
		{order.FollowUp{Act: order.Void}, nav.MoneyBack}, {order.FollowUp{Act: order.Return}, nav.MoneyBack},
		{order.FollowUp{Act: order.Void, Target: order.Target{Kind: order.KindAuth}}, nav.Holds}, {order.FollowUp{Act: order.Capture}, nav.Holds},
		{order.FollowUp{Act: order.Issue}, nav.Issue},
	} {
		d := NewDone(clock.NewVirtual(start))
		d.ShowLate(tt.f)
		if d.task.From != tt.want || d.View().Late == "" {
			t.Errorf("%s: from %s, %q", tt.f.Act, d.task.From, d.View().Late)
		}
	}
}

func TestWaitCountsSeconds(t *testing.T) {
	c := clock.NewVirtual(start)
	w := NewWorking(c)
	changed := 0
	w.Changed = func() { changed++ }
	w.Tick()
	w.Start(task(order.Void))
	c.Advance(3 * time.Second)
	w.Tick()
	if v := w.View(); v.Seconds != "3 seconds" || v.Title != "Voiding" || v.Amount != "$5.00" || changed != 2 {
		t.Errorf("%+v after %d changes", v, changed)
	}
	w.Stop()
	w.Tick()
	if changed != 2 {
		t.Error("it goes on after the outcome")
	}
}
