package app

import (
	"context"
	"testing"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/people"
	"paydesk/terminal/order"
)

// idle lets time pass in which nobody touches anything.
func (w *window) idle(d time.Duration) {
	w.desk.Clock.Advance(d)
	w.tick()
}

// signIn is the PIN of whoever is chosen.
func (w *window) signIn() {
	w.typed("1234")
	w.press(keys.Enter)
}

func TestIdleLockKeepsTheAmount(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("12")
	w.idle(14 * time.Minute)
	w.typed("50")
	w.idle(14 * time.Minute)
	w.root.Cursor() // a finger or a pointer moved
	w.idle(14 * time.Minute)
	w.want(t, nav.Sale)
	w.idle(time.Minute)
	w.want(t, nav.SignIn)
	if w.desk.Snapshot().Operator != nil {
		t.Error("somebody is still at the desk")
	}
	w.press(keys.History, keys.Menu, keys.Escape)
	w.want(t, nav.SignIn)
	w.press(keys.Down) // somebody else
	w.signIn()
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$12.50" || w.desk.Snapshot().Operator.Name != "James" {
		t.Errorf("amount %s, operator %v", got, w.desk.Snapshot().Operator)
	}
	if err := w.desk.Set(context.Background(), "window.lock_minutes", "0"); err != nil {
		t.Fatal(err)
	}
	w.idle(48 * time.Hour)
	w.want(t, nav.Sale)
}

// The payment is there again behind a lock, and of the card nothing.
func TestLockClearsTheCard(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.idle(15 * time.Minute)
	w.want(t, nav.SignIn)
	if !w.card.Cleared() {
		t.Error("card data is left in the form")
	}
	w.signIn()
	w.want(t, nav.Card)
	if v := w.card.View(); v.Busy || v.Ready || v.Charge != "Charge $12.50" {
		t.Errorf("%+v", v)
	}
	w.typed("41111111111111110928123")
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
}

// Of a password and of a PIN that are being entered nothing outlives the window.
func TestClosingClearsSecrets(t *testing.T) {
	w := first(t, usual, true)
	w.press(keys.Enter, keys.Enter)
	w.typed("training")
	w.press(keys.Enter)
	w.typed("training-password")
	entered := w.setup.View().Form.Field("password")
	if entered.Len() != len("training-password") {
		t.Fatalf("%d letters of the password were entered", entered.Len())
	}
	if w.askQuit(); entered.Len() != 0 {
		t.Error("the password is left")
	}

	w = newWindow(t, usual, false)
	w.signedIn()
	w.goTo(nav.Staff)
	staff := w.screens[nav.Staff].(*people.Screen)
	staff.Choose(len(w.desk.People)) // somebody new
	w.typed("al")
	w.press(keys.Enter, keys.Enter)
	w.typed("1234")
	if entered = staff.View().Form.Field(people.FieldPIN); entered.Len() != 4 {
		t.Fatalf("%d digits of the PIN were entered", entered.Len())
	}
	if w.askQuit(); entered.Len() != 0 {
		t.Error("the PIN is left")
	}
}

// The desk is not locked under a payment, nor is its outcome hidden at once.
func TestNoLockUnderAPayment(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.hold = true
	w.press(keys.Enter)
	w.idle(time.Hour)
	w.want(t, nav.Waiting)
	w.release()
	w.want(t, nav.Outcome)
	w.idle(14 * time.Minute)
	w.want(t, nav.Outcome)
	w.idle(time.Minute)
	w.want(t, nav.SignIn)
	w.signIn()
	w.want(t, nav.Outcome)

	w = newWindow(t, usual, false)
	outcomeScene(order.Unknown, order.CauseNoAnswer)(w)
	w.idle(time.Hour)
	w.want(t, nav.Waiting)
}

// A question that was open is answered with its Escape, and nothing shows
// through the lock.
func TestLockLeavesQuestions(t *testing.T) {
	w := newWindow(t, usual, false)
	w.day()
	w.tellPart(w.barChip())
	w.idle(time.Hour)
	w.want(t, nav.SignIn)
	w.signIn()
	w.want(t, nav.History)
	if w.overlay.Open() {
		t.Error("the question is still open")
	}
}

func TestQuickSwitch(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("1250")
	w.tap(t, "Maria", "Olu\nOwner", "1", "2", "3", "4", "Sign in")
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$12.50" || w.desk.Snapshot().Operator.Name != "Olu" {
		t.Errorf("amount %s, operator %v", got, w.desk.Snapshot().Operator)
	}
	w.press(keys.Menu, keys.SignOut, keys.Up)
	w.signIn()
	w.want(t, nav.Menu)
}

// Only the person who opened the back office comes back to it.
func TestTheOfficeIsNotHandedOn(t *testing.T) {
	for _, again := range []bool{true, false} {
		w := newWindow(t, usual, false)
		w.screens[nav.Settings] = w.menu // any screen will do
		w.signedIn()
		w.goTo(nav.Settings)
		w.press(keys.SignOut)
		want := nav.Settings
		if !again {
			w.press(keys.Down)
			want = nav.Sale
		}
		w.signIn()
		if w.at != want {
			t.Errorf("the same person %v: at %s, want %s", again, w.at, want)
		}
	}
}

// A wrong PIN is told beside the pad, five of them with the seconds to wait.
func TestLockOutIsCountedDown(t *testing.T) {
	w := newWindow(t, usual, false)
	for range 5 {
		w.typed("9999")
		w.press(keys.Enter)
	}
	w.idle(13 * time.Second)
	if got := w.signin.View().Problem; got != "Too many wrong PINs for Maria. Wait 0:47, or choose another name." {
		t.Errorf("problem %q", got)
	}
	w.signIn()
	w.want(t, nav.SignIn)
}
