package app

import (
	"testing"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/nav"
)

// What is out of sight while the window changes its size has its place when it
// comes back.
func TestOutOfSightIsPlacedWhenShown(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.press(keys.History, keys.Escape, keys.Help, keys.Escape)
	w.w.Resize(fyne.NewSize(800, 480))
	w.press(keys.History)
	w.want(t, nav.History)
	if got := w.history.Object().Size(); got.Width != 800 || got.Height >= 480 {
		t.Errorf("the transactions are %v", got)
	}
	w.press(keys.Help)
	if got := w.help.Size(); got.Width != 800 || got.Height != 480 {
		t.Errorf("the keys are %v", got)
	}
}
