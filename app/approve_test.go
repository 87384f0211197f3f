package app

import (
	"context"
	"testing"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// asks begins work that needs somebody's approval; what it came to is in ended.
func (w *window) asks(ask engine.Ask) (ended *[]error) {
	ended = new([]error)
	tries := 0
	w.do(func(context.Context) error {
		if tries++; tries > 1 {
			return nil
		}
		return &engine.Problem{Code: engine.ProblemApproval, Text: "Let a supervisor approve it.", Ask: &ask}
	}, func(err error) { *ended = append(*ended, err) })
	return ended
}

var largeReturn = engine.Ask{Right: staff.Refund, Subject: "K7P2Q00001000AB00", Amount: money.New(8000, money.USD), Why: engine.AskLimit}

// atHistory signs the cashier in, who may approve nothing.
func (w *window) atHistory() {
	w.desk.SignInAs(1)
	w.press(keys.History)
}

func TestApprovalByKeyboard(t *testing.T) {
	w := newWindow(t, usual, false)
	w.atHistory()
	ended := w.asks(largeReturn)
	w.press(keys.History, keys.Menu, keys.SignOut) // nothing of this goes through
	w.press(keys.Down)
	w.signIn()
	w.want(t, nav.History)
	if w.approve.IsOpen() || len(*ended) != 1 || (*ended)[0] != nil || w.desk.Count("Approve op3") != 1 {
		t.Errorf("ended %v, calls %v", *ended, w.desk.Calls())
	}
	if got := w.desk.Snapshot().Operator.Name; got != "James" {
		t.Errorf("%s is at the desk, want the cashier who asked", got)
	}
}

func TestApprovalByFinger(t *testing.T) {
	for _, size := range sizes {
		w := newWindow(t, size, true)
		w.atHistory()
		ended := w.asks(largeReturn)
		w.tap(t, "Maria\nSupervisor", "1", "2", "3", "5", "erase", "4", "Approve")
		if w.approve.IsOpen() || len(*ended) != 1 || (*ended)[0] != nil {
			t.Errorf("%v: ended %v", size, *ended)
		}
		ended = w.asks(largeReturn)
		w.tap(t, "Cancel")
		if w.approve.IsOpen() || len(*ended) != 1 || (*ended)[0] == nil {
			t.Errorf("%v: cancelled: %v", size, *ended)
		}
	}
}

// Five wrong PINs lock the approver out; the panel says for how long, and
// Escape still leads away.
func TestApprovalLockOut(t *testing.T) {
	w := newWindow(t, usual, false)
	w.atHistory()
	ended := w.asks(largeReturn)
	for range 5 {
		w.typed("9999")
		w.press(keys.Enter)
	}
	w.idle(15 * time.Second)
	if got := w.approve.View().Problem; got != "Too many wrong PINs for Maria. Wait 0:45, or choose another name." {
		t.Errorf("problem %q", got)
	}
	w.press(keys.Escape)
	if w.approve.IsOpen() || len(*ended) != 1 || (*ended)[0] == nil {
		t.Errorf("ended %v", *ended)
	}
}

// A desk that locks under the question leaves the work undone.
func TestApprovalAndLock(t *testing.T) {
	w := newWindow(t, usual, false)
	w.atHistory()
	ended := w.asks(largeReturn)
	w.typed("12")
	w.idle(time.Hour)
	w.want(t, nav.SignIn)
	if w.approve.IsOpen() || len(*ended) != 1 || (*ended)[0] == nil || w.approve.View().Dots != 0 {
		t.Errorf("ended %v, %+v", *ended, w.approve.View())
	}
	w.signIn()
	w.want(t, nav.History)
}

// A desk that is left while a payment waits for an approval locks, too.
func TestApprovalAtWorkAndLock(t *testing.T) {
	w := newWindow(t, usual, false)
	sale, _ := w.payments()
	w.desk.SignInAs(1)
	w.desk.OnFollow = func(*order.FollowUp) error {
		return &engine.Problem{Code: engine.ProblemApproval, Text: "Let a supervisor approve it.", Ask: &largeReturn}
	}
	w.giveBack(sale.Number)
	w.press(keys.Enter)
	w.typed("2")
	w.press(keys.Enter)
	w.want(t, nav.Working)
	if !w.approve.IsOpen() {
		t.Fatal("nobody is asked")
	}
	w.idle(time.Hour)
	w.want(t, nav.SignIn)
	if w.approve.IsOpen() || w.desk.Snapshot().Operator != nil {
		t.Error("left open")
	}
	w.signIn()
	w.want(t, nav.Done)
}
