package app

import (
	"paydesk/terminal/engine"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/order"
)

// From the story of a payment by wallet a part of it goes back, by keys alone, and
// its slip is there.
func TestRefundByKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.twoWallets()
	w.paidCode()
	w.press(keys.History, keys.First, keys.GiveBack)
	w.want(t, nav.MoneyBack)
	w.typed("700")
	w.press(keys.Enter)
	w.typed("3")
	w.press(keys.Enter)
	w.want(t, nav.Done)
	made := w.desk.RefundsMade()
	if len(made) != 1 || made[0].Amount != dollars(700) || made[0].Reason != "Charged twice" || w.follow.done.View().Word != "RETURNED" {
		t.Fatalf("%+v, %+v", made, w.follow.done.View())
	}
	w.press(keys.Receipt)
	if !w.slip.IsOpen() {
		t.Error("no slip")
	}
	w.press(keys.Escape)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Sale)
}

// A second press while the provider is asked gives nothing back twice, and nothing
// leads away but the answer.
func TestRefundOnce(t *testing.T) {
	w := newWindow(t, usual, false)
	backOf()(w)
	w.press(keys.Enter)
	w.typed("2")
	w.hold = true
	w.press(keys.Enter, keys.Enter, keys.Escape, keys.Menu)
	w.want(t, nav.Working)
	w.release()
	w.want(t, nav.Done)
	if n := len(w.desk.RefundsMade()); n != 1 {
		t.Errorf("%d refunds", n)
	}
}

// Money that came late is told of, and given back by finger, from the bar to the
// button.
func TestStrayByFinger(t *testing.T) {
	w := newWindow(t, usual, false)
	w.strays()
	if w.bar.Alert.Words != "6" || !w.bar.Alert.Visible() {
		t.Fatalf("the bar tells %q", w.bar.Alert.Words)
	}
	test.Tap(w.bar.Alert)
	w.tap(t, "Give it back")
	if v := w.attention.View(); w.desk.Count("RefundCode") != 1 || len(v.Rows) != 5 || !strings.Contains(v.Said, "paid it back") {
		t.Errorf("%+v after %q", v, w.desk.Calls())
	}
	w.tap(t, "Keep it", "Leave it", "Keep it", "Goods were given", "Its story")
	w.want(t, nav.History)
	if v := w.attention.View(); w.desk.Count("AcceptStray") != 1 || len(v.Rows) != 4 {
		t.Errorf("%+v", v)
	}
}

// From what needs attention to the payment log, where a payment of nobody's finds
// its customer.
func TestMatchByKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.logged()
	w.goTo(nav.Attention)
	w.press(keys.TakeBack)
	w.want(t, nav.PayLog)
	w.press(keys.Enter, keys.Enter, keys.Down, keys.Enter, keys.Undo)
	if !slices.Contains(w.desk.Calls(), "MatchNotice paypal:3EL61234AB567890C:Completed C1") {
		t.Fatalf("%q", w.desk.Calls())
	}
	w.press(keys.Escape, keys.Escape, keys.Escape)
	w.want(t, nav.Menu)
	w.goTo(nav.Attention)
	if v := w.attention.View(); len(v.Rows) != 0 || w.bar.Alert.Visible() {
		t.Errorf("%d wait", len(v.Rows))
	}
}

// An entry of the log about a code of this terminal leads to its sale.
func TestLogLeadsToTheSale(t *testing.T) {
	w := newWindow(t, usual, false)
	w.twoWallets()
	w.paidCode(order.Refund{ID: "R", State: order.RefundDone, Amount: dollars(500)})
	inLog(0, 1, 0)(w)
	w.want(t, nav.History)
	if d := w.history.View().Detail; d == nil || d.Key != "K7P2Q00001200AQ01" {
		t.Errorf("%+v", d)
	}
}

// A refund that the provider took and did not carry out after all is told once
// nobody is in the middle of something, and leads back to its payment.
func TestRefundThatFailedLate(t *testing.T) {
	w := newWindow(t, usual, false)
	w.twoWallets()
	w.paidCode()
	paid := w.desk.Snapshot().Code
	r := order.Refund{ID: "REFUND00000000001", Version: 3, State: order.RefundRefused, Of: paid.ID, Payment: paid.Payments[0].ID, Provider: paid.Provider,
		Amount: dollars(700), Created: w.desk.Clock.Now(), Message: "The balance is too low."}
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	w.desk.Change(func(s *engine.Snapshot) { s.RefundNews = []order.Refund{r} })
	w.want(t, nav.Done)
	if v := w.follow.done.View(); v.Amount != "$7.00" || !strings.Contains(v.Sentence, r.Message) || v.Late == "" {
		t.Errorf("%+v", v)
	}
	if news := w.desk.Snapshot().RefundNews; len(news) > 0 {
		t.Errorf("told again: %v", news)
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Another)
	w.want(t, nav.MoneyBack)
}
