package app

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

var small = fyne.NewSize(800, 480)

// touch presses where words or a field's label stand, as a finger does.
func (w *window) touch(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		var at *fyne.Position
		var walk func(o fyne.CanvasObject)
		walk = func(o fyne.CanvasObject) {
			if !o.Visible() {
				return
			}
			if x, ok := o.(*widgets.Text); ok && x.Words == name && x.Size().Width > 0 {
				p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Add(fyne.NewPos(x.Size().Width/2, x.Size().Height/2))
				at = &p
			}
			switch o := o.(type) {
			case *fyne.Container:
				for _, child := range o.Objects {
					walk(child)
				}
			case fyne.Widget:
				for _, child := range test.WidgetRenderer(o).Objects() {
					walk(child)
				}
			}
		}
		walk(w.root)
		if at == nil {
			t.Fatalf("no words %q in sight at %s", name, w.at)
		}
		test.TapCanvas(w.w.Canvas(), *at)
	}
}

// wantDone checks the outcome of a follow-up.
func (w *window) wantDone(t *testing.T, kind look.Kind, word, amount string) {
	t.Helper()
	w.want(t, nav.Done)
	if v := w.follow.done.View(); v.Look.Kind != kind || v.Word != word || v.Amount != amount || v.Sentence == "" {
		t.Fatalf("%+v, want %s, %s of %s", v, kind, word, amount)
	}
	w.desk.Clock.Advance(time.Second)
}

// wantActs checks what was done about payments.
func (w *window) wantActs(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, f := range w.desk.FollowUps() {
		got = append(got, string(f.Act)+" "+f.Amount.Display())
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("done: %v, want %v", got, want)
	}
}

func TestHoldAndPartCaptureByKeyboardAlone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.menuItem(itemHold)
	w.want(t, nav.Holds)
	w.press(keys.Enter) // nothing is entered yet
	w.typed("9000")
	w.press(keys.Enter)
	w.want(t, nav.Card)
	if v := w.card.View(); v.Charge != "Hold $90.00" {
		t.Errorf("the button says %q", v.Charge)
	}
	w.typed("41111111111111110928123")
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "HELD" || !strings.Contains(v.Sentence, "not taken yet") {
		t.Errorf("%s: %s", v.Word, v.Sentence)
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter, keys.Menu)
	if got := w.menu.Tiles()[1].Badge; got != "1" {
		t.Errorf("%q open holds in the menu", got)
	}
	w.typed(itemHolds)
	w.press(keys.Down, keys.Enter)
	w.typed("9001")
	w.press(keys.Enter)
	w.want(t, nav.Holds) // more than was held
	if v := w.follow.holds.View().Amount; !v.Wrong || v.Say != "At most $90.00 can be captured. Enter less." {
		t.Errorf("%+v", v)
	}
	w.press(keys.Erase, keys.Erase, keys.Erase, keys.Erase)
	w.typed("6000")
	w.press(keys.Enter)
	w.wantDone(t, look.KindApproved, "CAPTURED", "$60.00")
	w.wantActs(t, "CAPTURE $60.00")
	w.press(keys.Another)
	w.want(t, nav.Holds)
	if v := w.follow.holds.View(); v.Stage != 0 || len(v.List.Rows) != 0 || v.List.Empty == "" {
		t.Errorf("captured, and still listed: %+v", v.List)
	}
	w.press(keys.Escape)
	w.want(t, nav.Menu)
}

func TestReleaseByFingerAlone(t *testing.T) {
	w := newWindow(t, small, true)
	w.payments()
	w.tap(t, "Menu")
	w.touch(t, "Open holds", "American Express •••• 0005 · Ada Example")
	w.tap(t, "Release")
	if !w.overlay.Open() || w.desk.Count("VOID") != 0 {
		t.Fatal("released without a question")
	}
	w.tap(t, "Keep the hold", "Release")
	w.tap(t, "Release") // the answer lies above the button
	w.wantDone(t, look.KindApproved, "RELEASED", "$125.00")
	w.wantActs(t, "VOID $125.00")
	w.tap(t, "New sale")
	w.want(t, nav.Sale)
}

func TestVoidByFingerAlone(t *testing.T) {
	w := newWindow(t, small, true)
	w.payments()
	w.desk.Settled = order.SettleOpen
	w.tap(t, "Menu")
	w.touch(t, "Give money back", "Find a payment")
	w.tap(t, "1", "1", "1", "1", "check")
	if rows := w.follow.back.View().List.Rows; len(rows) != 1 {
		t.Fatalf("%d payments with 1111", len(rows))
	}
	w.touch(t, "Visa •••• 1111 · Ada Example", "Go on")
	w.touch(t, "Reason")
	w.tap(t, "t", "o", "r", "n", "Void $20.00")
	w.wantDone(t, look.KindApproved, "VOIDED", "$20.00")
	w.wantActs(t, "VOID $20.00")
	if got := w.desk.FollowUps()[0].Reason; got != "torn" {
		t.Errorf("the reason is %q", got)
	}
}

// A part of what is not settled cannot go back: it never becomes the whole.
func TestAPartNeverBecomesAWhole(t *testing.T) {
	w := newWindow(t, usual, false)
	sale, _ := w.payments()
	w.desk.Settled = order.SettleOpen
	w.giveBack(sale.Number)
	w.typed("500")
	if v := w.follow.back.View().Amount; v.Pad || v.Amount != "$20.00" || !strings.Contains(v.Say, "whole payment is voided") {
		t.Errorf("%+v", v)
	}
	w.desk.Settled = ""
	w.giveBack(sale.Number)
	w.typed("500")
	w.desk.Settled = order.SettleOpen
	w.ending(order.FollowRefused, order.CauseNotSettled)
	w.press(keys.Enter)
	w.typed("1")
	w.press(keys.Enter)
	w.wantDone(t, look.KindDeclined, "REFUSED", "$5.00")
	w.wantActs(t, "RETURN $5.00")
	w.press(keys.Another)
	w.want(t, nav.MoneyBack)
	if v := w.follow.back.View().Amount; v.Pad || v.Amount != "$20.00" {
		t.Errorf("after the refusal: %+v", v)
	}
}

func TestThreeReturnsAndARefusedFourthByKeyboardAlone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.payments()
	w.desk.Settled = order.SettleClosed
	back := func(minor string) {
		w.menuItem(itemBack)
		w.typed("20.00")
		w.press(keys.Enter) // the only one
		w.typed(minor)
		w.press(keys.Enter)
	}
	for i, part := range []string{"500", "600", "700"} {
		back(part)
		w.press(keys.Enter) // not without a reason
		if v := w.follow.back.View().Reason; v.Problem == "" || w.at != nav.MoneyBack {
			t.Fatalf("return %d without a reason: %+v", i, v)
		}
		w.typed("5")
		w.press(keys.Enter)
		w.wantDone(t, look.KindApproved, "RETURNED", []string{"$5.00", "$6.00", "$7.00"}[i])
		w.press(keys.Enter)
		w.want(t, nav.Sale)
	}
	back("201")
	w.want(t, nav.MoneyBack)
	v := w.follow.back.View()
	if v.Amount.Say != "Only $2.00 is left of this payment. Enter less." || !v.Amount.Wrong || v.Amount.Main.Ready {
		t.Errorf("%+v", v.Amount)
	}
	w.wantActs(t, "RETURN $5.00", "RETURN $6.00", "RETURN $7.00")
	w.press(keys.Escape, keys.Escape, keys.Escape, keys.Escape, keys.Escape)
	w.want(t, nav.Sale)
}

// What is held by a return that is asked about cannot go back twice; its end is
// told when nobody does something else.
func TestLostReturnIsToldLater(t *testing.T) {
	w := newWindow(t, usual, false)
	sale, _ := w.payments()
	w.desk.Settled = order.SettleClosed
	w.ending(order.FollowUnknown, order.CauseNoAnswer)
	w.giveBack(sale.Number)
	w.press(keys.Enter)
	w.typed("1")
	w.press(keys.Enter)
	w.wantDone(t, look.KindChecking, "CHECKING", "$20.00")
	if v := w.follow.done.View(); v.Next == "" {
		t.Errorf("nothing says what comes next: %+v", v)
	}
	w.press(keys.Enter)
	w.giveBack(sale.Number)
	if v := w.follow.back.View().Amount; v.Main.Words != "" || !strings.Contains(v.Say, "still being asked") {
		t.Errorf("%+v", v)
	}
	f := w.desk.FollowUps()[0]
	f.State = order.FollowDone
	w.desk.PutFollow(f)
	w.want(t, nav.MoneyBack) // nobody is pulled away
	w.press(keys.Sale)
	w.wantDone(t, look.KindApproved, "RETURNED", "$20.00")
	if n := len(w.desk.Snapshot().FollowNews); n != 0 {
		t.Errorf("%d news are left", n)
	}
	w.press(keys.Enter)
	w.want(t, nav.Sale)
}

// Whoever waits for the outcome sees it as soon as it is there.
func TestOutcomeInSightIsUpdated(t *testing.T) {
	w := newWindow(t, usual, false)
	doneScene(order.FollowUnknown, order.CauseNoAnswer)(w)
	w.wantDone(t, look.KindChecking, "CHECKING", "$20.00")
	f := w.desk.FollowUps()[0]
	f.State = order.FollowAbsent
	w.desk.PutFollow(f)
	w.wantDone(t, look.KindNotCharged, "NOT DONE", "$20.00")
	if n := len(w.desk.Snapshot().FollowNews); n != 0 {
		t.Errorf("%d news are left", n)
	}
}

func TestFiftyPressesMakeOneReturn(t *testing.T) {
	w := newWindow(t, usual, false)
	sale, _ := w.payments()
	w.desk.Settled = order.SettleClosed
	w.giveBack(sale.Number)
	w.press(keys.Enter)
	w.typed("1")
	w.hold = true
	for range 50 {
		w.press(keys.Enter, keys.Escape, keys.Sale, keys.Menu, keys.SignOut)
	}
	w.want(t, nav.Working)
	w.askQuit()
	if w.left || !w.overlay.Open() {
		t.Error("closed while the bank is asked")
	}
	w.press(keys.Enter)
	w.release()
	for range 50 {
		w.press(keys.Enter)
	}
	w.want(t, nav.Done)
	w.wantActs(t, "RETURN $20.00")
}

func TestCashGoesBackOutOfTheDrawer(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	cash := order.Cash{ID: "CASH-1", Order: "o", Amount: dollars(4000), Tendered: dollars(5000), At: w.desk.Clock.Now()}
	w.desk.PutBeside(engine.Item{Cash: &cash})
	w.menuItem(itemBack)
	w.press(keys.Down, keys.Enter)
	w.typed("1500")
	if v := w.follow.back.View().Amount; v.Facts[0].Value != "Part 2 of 3" || !strings.Contains(v.Say, "drawer") {
		t.Errorf("%+v", v)
	}
	w.press(keys.Enter)
	w.typed("3")
	w.press(keys.Enter)
	w.wantDone(t, look.KindApproved, "GIVE OUT CASH", "$15.00")
	w.wantActs(t)
}

func TestCheckACardByKeyboardAndFinger(t *testing.T) {
	for name, way := range map[string]func(*window){
		"keyboard": func(w *window) {
			w.menuItem(itemCheck)
			w.typed("41111111111111110928123")
			w.press(keys.Enter)
		},
		"finger": func(w *window) {
			w.tap(t, "Menu")
			w.touch(t, "Check a card")
			w.tap(t, strings.Split("41111111111111110928123", "")...)
			w.tap(t, "Check card")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWindow(t, small, false)
			w.signedIn()
			way(w)
			w.wantDone(t, look.KindApproved, "CARD IS GOOD", "")
			if !w.card.Cleared() || w.desk.Count("Charge") != 0 {
				t.Error("card data is left, or something was charged")
			}
			w.press(keys.Another)
			w.want(t, nav.Menu)
		})
	}
	w := newWindow(t, usual, false)
	w.signedIn()
	w.ending(order.FollowRefused, order.CauseDeclined)
	w.menuItem(itemCheck)
	w.press(keys.Escape)
	w.want(t, nav.Menu)
	w.typed(itemCheck)
	w.typed("41111111111111110928123")
	w.press(keys.Enter)
	w.wantDone(t, look.KindDeclined, "NOT ACCEPTED", "")
}

func TestIssueACardByKeyboardAlone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.issueForm()
	w.press(keys.Enter) // nothing is entered
	w.want(t, nav.Issue)
	w.typed("Adam")
	w.press(keys.Tab)
	w.typed("Smith")
	w.press(keys.Right, keys.Right, keys.Tab)
	w.typed("3")
	w.press(keys.Tab)
	w.typed("5172")
	w.press(keys.Enter)
	w.wantDone(t, look.KindApproved, "CARD ISSUED", "$50.00")
	f := w.desk.FollowUps()[0]
	if want := (order.IssueTerms{FirstName: "Adam", LastName: "Smith", ValidFor: "WEEK", UsageLimit: 3, MCC: "5172", PurchaseType: "01"}); *f.Terms != want {
		t.Errorf("terms %+v, want %+v", *f.Terms, want)
	}
	w.press(keys.Another, keys.Down, keys.Enter)
	if v := w.follow.issue.View().Amount; v.Facts[3].Value != "$50.00" || v.Facts[4].Value != "$1,234,517.89" {
		t.Errorf("the balance: %+v", v.Facts)
	}
}

func TestIssueACardByFingerAlone(t *testing.T) {
	w := newWindow(t, small, true)
	w.payments()
	w.tap(t, "Menu")
	w.touch(t, "Issue a card", "Visa •••• 1881 · Globetrotter Travel Incorporated")
	w.tap(t, "5", "00", "00", "Go on")
	w.touch(t, "First name")
	w.tap(t, "up", "A", "d", "a", "check")
	w.touch(t, "Last name")
	w.tap(t, "s", "check", "A month")
	w.touch(t, "How often")
	w.tap(t, "2", "check", "Issue card of $500.00")
	w.wantDone(t, look.KindApproved, "CARD ISSUED", "$500.00")
	if f := w.desk.FollowUps()[0]; f.Terms.FirstName != "Ada" || f.Terms.LastName != "s" || f.Terms.UsageLimit != 2 || f.Terms.ValidFor != "MONTH" {
		t.Errorf("%+v", *f.Terms)
	}
}

// A card is issued only by whoever may, and only where the account offers it.
func TestIssueIsNotForAll(t *testing.T) {
	w := newWindow(t, usual, false)
	has := func() bool {
		for _, tile := range w.menu.Tiles() {
			if tile.Name == "Issue a card" {
				return true
			}
		}
		return false
	}
	w.desk.SignInAs(1)
	w.press(keys.Menu)
	if has() {
		t.Error("a cashier may issue cards")
	}
	w.desk.SignInAs(0)
	w.desk.Change(func(s *engine.Snapshot) { s.Offer.Has = map[order.Feature]bool{order.FeatureIssue: false} })
	if has() {
		t.Error("offered where the account has no such thing")
	}
}

// From the story of a payment the way leads there and back again.
func TestFromTheStory(t *testing.T) {
	w := newWindow(t, usual, false)
	sale, hold := w.payments()
	w.press(keys.History)
	w.want(t, nav.History)
	for _, way := range []func(){func() { w.giveBack(sale.Number) }, func() { w.capture(hold.Number) }} {
		way()
		if w.at == nav.History {
			t.Fatal("nothing was opened")
		}
		w.press(keys.Escape)
		w.want(t, nav.History)
	}
	w.desk.PutFollow(order.FollowUp{ID: "F", Act: order.Void, Of: hold.Number, State: order.FollowDone, Amount: dollars(12500)})
	w.capture(hold.Number)
	if v := w.follow.holds.View(); v.List.Problem == "" {
		t.Errorf("a hold that is gone: %+v", v)
	}
}
