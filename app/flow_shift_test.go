package app

import (
	"slices"
	"strings"
	"testing"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Without a shift nothing is sold, and one key leads to the count; all else works.
func TestNothingIsSoldWithoutAShift(t *testing.T) {
	w := newWindow(t, least, true)
	w.counting()
	w.typed("1250")
	w.press(keys.Cash, keys.OnFile, keys.Split, keys.Wallet)
	w.want(t, nav.Sale)
	w.press(keys.History)
	w.want(t, nav.History)
	w.press(keys.Escape)
	w.press(keys.Enter)
	w.want(t, nav.Shift)
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	w.tap(t, "Count", "2", "Open")
	w.want(t, nav.Sale)
	if got := w.desk.Snapshot().Shift.Now; got == nil || got.Float.Total != dollars(20000) || got.Holder != "op1" {
		t.Fatalf("%+v", got)
	}
	if got := w.sale.View(); got.Amount != "$12.50" || got.Shut != nil || !got.Ready {
		t.Errorf("%+v", got)
	}
	w.press(keys.Enter)
	w.want(t, nav.Card)
}

// A swipe does not sell either.
func TestNoSwipeWithoutAShift(t *testing.T) {
	w := newWindow(t, usual, false)
	w.counting()
	w.typed("1250")
	w.swipe(stripe2)
	w.want(t, nav.Sale)
	if w.desk.Count("Charge") != 0 {
		t.Error("charged")
	}
}

// A shift is counted, closed for a reason, and the day closed, with fingers alone.
func TestDayByFinger(t *testing.T) {
	w := newWindow(t, least, true)
	w.closing(0)
	w.desk.Expected.Expected = dollars(20500)
	w.tap(t, "Count the drawer", "2", "Counted", "Close the shift")
	w.want(t, nav.Shift)
	w.press(keys.Enter) // the first of the reasons
	w.tap(t, "Close the day")
	w.want(t, nav.CloseDay)
	w.tap(t, "Close batch", "Compare", "Next", "Write the Z report")
	if calls := w.desk.Calls(); !slices.Contains(calls, "CloseShift Wrong change given") || w.desk.Count("Prove batch-1") != 1 || len(w.desk.Books.Reports) != 1 {
		t.Fatalf("%v", calls)
	}
	w.tap(t, "Show")
	w.want(t, nav.Reports)
	w.press(keys.Escape, keys.Escape)
	w.want(t, nav.CloseDay)
	w.press(keys.Escape)
	w.want(t, nav.Menu)
}

// Hand-over goes by the sign-in: whoever signs in is asked to take the drawer.
func TestHandOverBySigningIn(t *testing.T) {
	w := newWindow(t, usual, false)
	w.atShift()
	w.typed("4")
	w.press(keys.Enter)
	w.want(t, nav.SignIn)
	w.tap(t, "James\nCashier", "1", "2", "3", "4", "Sign in")
	w.want(t, nav.Shift)
	w.tap(t, "Take over")
	if got := w.desk.Snapshot().Shift.Now; got.Holder != "op2" || got.Hands[0].From != "op1" {
		t.Errorf("%+v", got)
	}
}

// What needs somebody's approval asks for it on the spot.
func TestShiftApprovals(t *testing.T) {
	w := newWindow(t, usual, false)
	w.counted(-300)
	asked := false
	w.desk.Fail = func(method string) error {
		if !strings.HasPrefix(method, "CloseShift") || asked {
			return nil
		}
		asked = true
		return &engine.Problem{Code: engine.ProblemApproval, Text: "Let a supervisor approve it.", Ask: &engine.Ask{Right: staff.MoveCash, Subject: "shift-1", Amount: dollars(-300), Why: engine.AskLimit}}
	}
	w.press(keys.Enter, keys.Enter)
	if !w.approve.IsOpen() {
		t.Fatal("nobody is asked")
	}
	w.typed("1234")
	w.press(keys.Enter)
	if now := w.desk.Snapshot().Shift.Now; now != nil || w.desk.Count("CloseShift Wrong change given") != 2 {
		t.Errorf("%+v, %v", now, w.desk.Calls())
	}
}

// What keeps the day open leads to where something can be done about it.
func TestToWhatIsOpen(t *testing.T) {
	w := newWindow(t, usual, false)
	w.closing(3)
	w.press(keys.Enter)
	w.want(t, nav.Attention)
	w.goTo(nav.CloseDay)
	w.press(keys.Down, keys.Down, keys.Enter)
	w.want(t, nav.Counter)
	w.goTo(nav.History)
	w.press(keys.Batch)
	w.want(t, nav.CloseDay)
	w.press(keys.Escape, keys.Batch)
	w.want(t, nav.CloseDay)
}

// The words about the shift in the bar lead to it.
func TestBarLeadsToTheShift(t *testing.T) {
	w := newWindow(t, usual, false)
	w.counting()
	w.tap(t, "No shift is open")
	w.want(t, nav.Shift)
	w.desk.Change(func(n *engine.Snapshot) {
		n.Shift.Now = &order.Shift{ID: "s", State: order.ShiftOpen, Holder: "op1"}
		n.Batch = engine.BatchView{Sales: 1, Total: money.New(100, money.USD)}
	})
	w.tap(t, "1 sale · $1.00")
	w.want(t, nav.History)
}
