package app

import (
	"strings"
	"testing"
	"time"

	"paydesk/app/holds"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/moneyback"
	"paydesk/app/nav"
	"paydesk/terminal"
	"paydesk/terminal/order"
)

// done waits for the outcome of a follow-up and goes on to the next sale.
func (r *real) done(t *testing.T, word, amount string) {
	t.Helper()
	r.arrive(t, nav.Done)
	if v := r.follow.done.View(); v.Look.Kind != look.KindApproved || v.Word != word || v.Amount != amount {
		t.Fatalf("%+v, want %s %s", v, word, amount)
	}
	r.clock.Advance(time.Second)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
}

// paid charges the card and goes on to the next sale.
func (r *real) paid(t *testing.T, word string) {
	t.Helper()
	r.arrive(t, nav.Card)
	r.typed("41111111111111111231123")
	r.press(keys.Enter)
	r.until(t, word, func() bool { return r.at == nav.Outcome && r.outcome.View().Word == word })
	r.clock.Advance(time.Second)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
}

// back opens the newest payment of $20.00, to be given back.
func (r *real) back(t *testing.T) (say string) {
	t.Helper()
	r.press(keys.Menu)
	r.typed(itemBack)
	r.typed("20.00")
	r.until(t, "the payment", func() bool { return len(r.follow.back.View().List.Rows) == 1 })
	r.press(keys.Enter)
	r.until(t, "the plan", func() bool {
		v := r.follow.back.View()
		return v.Stage == moneyback.Amounts && v.Amount.Main.Words != "" && !v.Amount.Wrong
	})
	return r.follow.back.View().Amount.Say
}

// What is done about payments through the window, the terminal and the host:
// hold and capture of a part, a check, three returns and a refused fourth. In
// the end journal and host agree on what went back.
func TestFollowUpsAtTheTerminal(t *testing.T) {
	r := newReal(t)
	r.until(t, "somebody to sign in", func() bool { return len(r.signin.View().Tiles) > 0 })
	r.typed(terminal.TrainingPIN)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)

	r.press(keys.Menu)
	r.typed(itemHold + "9000")
	r.press(keys.Enter)
	r.paid(t, "HELD")
	r.press(keys.Menu)
	r.typed(itemHolds)
	r.until(t, "the hold", func() bool { return len(r.follow.holds.View().List.Rows) == 1 })
	r.press(keys.Down, keys.Enter)
	r.typed("6000")
	if v := r.follow.holds.View(); v.Stage != holds.Deciding || !v.Amount.Main.Ready {
		t.Fatalf("%+v", v)
	}
	r.press(keys.Enter)
	r.done(t, "CAPTURED", "$60.00")

	r.press(keys.Menu)
	r.typed(itemCheck + "41111111111111111231123")
	r.press(keys.Enter)
	r.done(t, "CARD IS GOOD", "")

	r.typed("2000")
	r.press(keys.Enter)
	r.paid(t, "APPROVED")
	if say := r.back(t); !strings.Contains(say, "Not settled yet") {
		t.Errorf("the open batch: %q", say)
	}
	if _, err := r.desk.CloseBatch(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.press(keys.Sale)
	r.arrive(t, nav.Sale)
	for _, part := range []string{"500", "600", "700"} {
		if say := r.back(t); !strings.Contains(say, "Settled already") {
			t.Errorf("the closed batch: %q", say)
		}
		r.typed(part)
		r.press(keys.Enter)
		r.typed("1")
		r.press(keys.Enter)
		r.done(t, "RETURNED", "$"+part[:1]+".00")
	}
	r.back(t)
	r.typed("201")
	r.press(keys.Enter)
	if v := r.follow.back.View(); v.Stage != moneyback.Amounts || !strings.Contains(v.Amount.Say, "Only $2.00 is left") {
		t.Errorf("a fourth: %+v", v.Amount)
	}
	list, err := r.desk.List(t.Context(), order.Query{Kinds: order.AttemptKinds})
	if err != nil || len(list.Items) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	sale, hold := list.Items[0].Sale.Standing, list.Items[1].Sale.Standing
	if sale.Returned != dollars(1800) || sale.Left != dollars(200) || hold.As != order.StandsCaptured || hold.Captured != dollars(6000) {
		t.Errorf("sale %+v, hold %+v", sale, hold)
	}
	b, err := r.desk.CloseBatch(t.Context())
	if err != nil || !b.Matches() || b.Host.Returns != 3 || b.Host.ReturnAmount != dollars(1800) {
		t.Errorf("closed %+v, host %+v, %v", b.Local, b.Host, err)
	}
}
