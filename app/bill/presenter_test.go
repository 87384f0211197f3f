package bill

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

type record struct {
	*Presenter
	desk *apptest.Desk
	did  []string
}

// begin shows a bill; each way to pay ends in a state at once.
func begin(t *testing.T, total int64) *record {
	t.Helper()
	r := &record{desk: apptest.NewDesk(false)}
	r.Presenter = New(r.desk, bridge.InlineRun, r.desk.Clock)
	note := func(what string) func() { return func() { r.did = append(r.did, what) } }
	r.Back, r.Leave, r.Ask = note("back"), note("leave"), note("ask")
	r.Card = func(c engine.Charge) { r.pays(t, c, order.Approved) }
	r.Cash = func(c engine.Charge) {
		if _, err := r.desk.TakeCashFor(context.Background(), *c.Bill, c.Order, c.Amount, c.Amount); err != nil {
			t.Error(err)
		}
	}
	r.Begin(order.Bill{ID: "b", Goods: usd(total)}, r.desk.Snapshot())
	r.desk.Watch(r.Apply)
	return r
}

func (r *record) pays(t *testing.T, c engine.Charge, state order.State) {
	t.Helper()
	if err := r.desk.AddLeg(c, order.TenderCard); err != nil {
		t.Error(err)
	}
	r.desk.Put(r.desk.Sale(c, "Visa", "1111", state))
}

func (r *record) press(names ...keys.Key) {
	for _, k := range names {
		r.Key(k)
	}
}

func (r *record) typed(signs string) {
	for _, s := range signs {
		r.Rune(s)
	}
}

func TestNextPart(t *testing.T) {
	tests := []struct {
		name   string
		do     func(*record)
		amount string
		reason string
		ready  bool
	}{
		{"all", func(*record) {}, "$10.00", "", true},
		{"half", func(r *record) { r.press(keys.Right) }, "$5.00", "", true},
		{"a third is rounded up", func(r *record) { r.press(keys.Right, keys.Right) }, "$3.34", "", true},
		{"no further back than all", func(r *record) { r.press(keys.Left, keys.Left) }, "$10.00", "", true},
		{"typed", func(r *record) { r.typed("250") }, "$2.50", "", true},
		{"typed after half", func(r *record) { r.press(keys.Right); r.typed("250") }, "$2.50", "", true},
		{"half after typed", func(r *record) { r.typed("250"); r.Divide(2) }, "$5.00", "", true},
		{"too much", func(r *record) { r.typed("1001") }, "$10.01", "Only $10.00 is left", false},
		{"too little for a card", func(r *record) { r.typed("49") }, "$0.49", "The smallest amount is $0.50: enter more.", false},
	}
	for _, tt := range tests {
		r := begin(t, 1000)
		tt.do(r)
		if v := r.View(); v.Amount != tt.amount || v.Reason != tt.reason || v.Ready != tt.ready || v.Left != "$10.00" || v.Undo {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
}

// By person: with each part that is paid one fewer is left, and all of them
// make the total.
func TestByPerson(t *testing.T) {
	for persons := 1; persons <= mostParts; persons++ {
		r := begin(t, 12345)
		r.Divide(persons)
		for range persons {
			r.press(keys.Enter)
		}
		var sum int64
		for _, l := range r.view.Parts {
			sum += l.Amount.Minor
			if share := int64(12345 / persons); l.Amount.Minor < share || l.Amount.Minor > share+1 {
				t.Errorf("%d persons: a part of %s", persons, l.Amount)
			}
		}
		if v := r.View(); len(r.view.Parts) != persons || sum != 12345 || !v.Final || v.Word != "Paid" {
			t.Errorf("%d persons: %d parts of %d", persons, len(r.view.Parts), sum)
		}
	}
}

// A declined part leaves the others as they are, and a part in doubt is not
// asked for twice.
func TestDeclineAndDoubt(t *testing.T) {
	r := begin(t, 1000)
	r.typed("400")
	r.press(keys.Cash)
	r.Card = func(c engine.Charge) { r.pays(t, c, order.Declined) }
	r.typed("300")
	r.press(keys.Enter)
	v := r.View()
	if v.Paid != "$4.00" || v.Left != "$6.00" || v.Pending != "" || len(v.Legs) != 2 || v.Legs[0].Word != "Declined" || v.Legs[1].Word != "Paid" || v.Legs[1].Way != "Cash" {
		t.Fatalf("%+v", v)
	}
	r.Card = func(c engine.Charge) { r.pays(t, c, order.Unknown) }
	r.Divide(1)
	r.press(keys.Enter)
	if v := r.View(); v.Pending != "$6.00" || v.Left != "$0.00" || v.Counts || v.Reason == "" || v.Wrong || v.Legs[0].Look.Kind != look.KindChecking {
		t.Errorf("%+v", v)
	}
	r.press(keys.Enter, keys.Cash)
	if n := len(r.view.Parts); n != 3 {
		t.Errorf("%d parts", n)
	}
}

// Cancelling asks once, and then shows how each part goes back.
func TestCancel(t *testing.T) {
	r := begin(t, 1000)
	r.press(keys.GiveBack)
	if len(r.did) != 1 || r.did[0] != "back" {
		t.Fatalf("did %v with nothing paid", r.did)
	}
	r.typed("400")
	r.press(keys.Cash)
	for _, amount := range []string{"200", "300"} {
		r.typed(amount)
		r.press(keys.Enter)
	}
	r.press(keys.GiveBack)
	if r.desk.Count("CancelBill") != 0 || r.did[1] != "ask" {
		t.Fatal("cancelled without a question")
	}
	for range 50 {
		r.Cancel()
	}
	v := r.View()
	if r.desk.Count("CancelBill") != 1 || v.Open || v.Final || v.Said != "1 of 3 parts are back. The rest follows by itself: you may leave." ||
		v.Legs[2].Word != "Give back in cash" || v.Legs[0].Word != "Going back" {
		t.Fatalf("%+v", v)
	}
	r.press(keys.Enter, keys.Cash, keys.Right)
	r.typed("100")
	r.desk.GiveLegBack(r.view.Legs[1].Order, false)
	if v := r.View(); v.Look.Kind != look.KindReview || v.Legs[1].Word != "Needs a person" || v.Final {
		t.Errorf("%+v", v)
	}
	r.desk.GiveLegBack(r.view.Legs[1].Order, true)
	r.desk.GiveLegBack(r.view.Legs[2].Order, true)
	v = r.View()
	if !v.Final || v.Word != "All is back" || v.Paid != "$0.00" || len(r.view.Legs) != 3 {
		t.Errorf("%+v", v)
	}
	r.press(keys.Enter)
	r.desk.Clock.Advance(time.Second)
	r.press(keys.Enter)
	if got := fmt.Sprint(r.did); got != "[back ask leave]" {
		t.Errorf("did %s", got)
	}
}

func TestCancelThatFails(t *testing.T) {
	r := begin(t, 1000)
	r.typed("400")
	r.press(keys.Cash)
	r.desk.Fail = func(string) error { return &engine.Problem{Text: "The disk is full."} }
	r.Cancel()
	if v := r.View(); v.Reason != "The disk is full." || !v.Wrong || !v.Open {
		t.Errorf("%+v", v)
	}
	r.desk.Fail = nil
	r.Cancel()
	if v := r.View(); v.Open {
		t.Errorf("%+v", v)
	}
}
