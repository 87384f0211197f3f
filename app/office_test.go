package app

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/theme"
)

// first is the window as it comes up at a terminal that was never set up.
func first(t *testing.T, size fyne.Size, training bool) *window {
	t.Helper()
	w := newWindow(t, size, training)
	w.assistant(0)
	w.want(t, nav.Setup)
	return w
}

func (w *window) setUp(t *testing.T) {
	t.Helper()
	now := w.desk.Settings()
	if now.Host.Username != "training" || now.Host.DeviceName != "Back room" || now.Shop.Name != "pier" {
		t.Errorf("%+v %+v", now.Host, now.Shop)
	}
	if w.desk.Count("ProbeHost") != 1 || w.desk.Count("PrintTest") != 1 || w.desk.Count("AddOperator al cashier 1234") != 1 || w.desk.NeedsSetup() {
		t.Errorf("%v", w.desk.Calls())
	}
	w.want(t, nav.SignIn)
}

func TestAssistantByKeyboardAlone(t *testing.T) {
	w := first(t, usual, true)
	w.press(keys.Enter, keys.Enter)
	w.typed("training")
	w.press(keys.Enter)
	w.typed("training-password")
	w.press(keys.Enter, keys.Down, keys.Enter) // the second device
	w.press(keys.Enter, keys.Undo, keys.Save)  // the check; a test slip
	w.typed("pier")
	w.press(keys.Save, keys.Undo) // another operator
	w.typed("al")
	w.press(keys.Enter, keys.Enter)
	w.typed("1234")
	w.press(keys.Enter)
	w.typed("1234")
	w.press(keys.Enter, keys.Enter, keys.Enter)
	w.setUp(t)
}

func TestAssistantByFingerAlone(t *testing.T) {
	w := first(t, fyne.NewSize(800, 480), true)
	w.tap(t, "Next", "down")
	w.tap(t, strings.Split("training", "")...)
	w.tap(t, "check")
	w.tap(t, strings.Split("training-password", "")...)
	w.tap(t, "check")
	test.TapCanvas(w.w.Canvas(), fyne.NewPos(400, 240)) // the second device
	w.tap(t, "Next", "Next", "Test slip", "Next")
	w.tap(t, "p", "i", "e", "r", "Next")
	w.tap(t, "Add another", "a", "l", "check", "down")
	w.tap(t, "1", "2", "3", "4", "down", "1", "2", "3", "4", "Add", "Next", "Start")
	w.setUp(t)
}

// An operator who may not gets no further than reading; the owner's change of
// the colours is seen at once.
func TestSettingsInTheWindow(t *testing.T) {
	w := newWindow(t, usual, false)
	w.opened('7', 1)
	w.press(keys.Enter, keys.Down, keys.Enter)
	if w.theme.Name() != theme.Dark || w.desk.Settings().Window.Theme != theme.Dark {
		t.Error("the colours stay")
	}
	w.press(keys.Undo)
	if w.theme.Name() != theme.Light {
		t.Error("the colours are not taken back")
	}
	w.press(keys.Escape, keys.Escape)
	w.want(t, nav.Menu)
	w.goTo(nav.Settings)
	w.typed("5")
	w.press(keys.Enter)
	w.want(t, nav.Setup)
}

// Nobody gets past the assistant of a live terminal to which nobody can sign in.
func TestNoWayPastTheAssistant(t *testing.T) {
	w := first(t, usual, false)
	w.press(keys.Menu, keys.History, keys.SignOut, keys.Escape)
	w.want(t, nav.Setup)
	w.bar.Batch.Tapped(nil)
	w.want(t, nav.Setup)
}

// An owner who signs in to a live terminal without a host comes to the
// assistant; a cashier comes to the sale.
func TestAssistantAfterTheSignIn(t *testing.T) {
	for i, place := range map[int]nav.Place{2: nav.Setup, 1: nav.Sale} {
		w := newWindow(t, usual, false)
		w.desk.Office.Needed = true
		w.desk.SignInAs(i)
		w.want(t, place)
	}
}
