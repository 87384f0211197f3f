package app

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestSpeak: the language changes while the program runs; the place and what
// was entered of a sale stay, and the keyboard goes on.
func TestSpeak(t *testing.T) {
	defer text.Use(text.English)
	w := newWindow(t, usual, true)
	w.signedIn()
	left := order.Bill{ID: "b", Goods: money.New(1250, money.USD)}
	if _, err := w.desk.TakeCashFor(t.Context(), left, "o", money.New(500, money.USD), money.New(500, money.USD)); err != nil {
		t.Fatal(err)
	}
	w.typed("1250")
	w.press(keys.Menu)
	root := w.root
	w.speak(text.German)
	w.want(t, nav.Menu)
	if w.root != root || w.w.Canvas().Focused() != root {
		t.Fatal("the keyboard lost its place")
	}
	said := test.RenderObjectToMarkup(w.root)
	for _, key := range []string{"menu.title", "menu.history", "app.training"} {
		if german := text.In(text.German).Get(key); !strings.Contains(said, ">"+german+"<") {
			t.Errorf("nothing says %q", german)
		}
	}
	if w.offered != "" {
		t.Error("what was left on purpose is asked about")
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "12,50\u00a0$" {
		t.Errorf("the amount is %q", got)
	}
	w.press(keys.Enter)
	w.want(t, nav.Card)
	w.speak(text.English)
	if text.Current().Language().Code != text.German {
		t.Error("changed in the middle of a payment")
	}
}
