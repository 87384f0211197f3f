package app

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var usual = fyne.NewSize(1280, 800)

func (w *window) want(t *testing.T, place nav.Place) {
	t.Helper()
	if w.at != place {
		t.Fatalf("at %s, want %s", w.at, place)
	}
	for other, s := range w.screens {
		if s.Object().Visible() != (other == place) {
			t.Errorf("%s is visible: %v, while at %s", other, s.Object().Visible(), place)
		}
	}
}

// find gives the button with the words, which must be in sight.
func (w *window) find(t *testing.T, words string) *widgets.Button {
	t.Helper()
	var found *widgets.Button
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		if b, ok := o.(*widgets.Button); ok && (b.Words == words || string(b.Shape) == words) {
			found = b
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
	if found == nil {
		t.Fatalf("no button %q in sight at %s", words, w.at)
	}
	return found
}

// tap presses through the canvas, as a finger does: whatever lies on top at
// the place gets it.
func (w *window) tap(t *testing.T, words ...string) {
	t.Helper()
	for _, name := range words {
		b := w.find(t, name)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		test.TapCanvas(w.w.Canvas(), at.Add(fyne.NewPos(b.Size().Width/2, b.Size().Height/2)))
	}
}

func TestSaleByKeyboardAlone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.want(t, nav.SignIn)
	w.typed("1234")
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	w.typed("1250")
	w.press(keys.Enter)
	w.want(t, nav.Card)
	w.typed("4111111111111111")
	w.press(keys.Tab)
	w.typed("0928")
	w.press(keys.Tab)
	w.typed("123")
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Look.Kind != look.KindApproved || v.Amount != "$12.50" {
		t.Errorf("outcome %+v", v)
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$0.00" {
		t.Errorf("amount is %s after the sale", got)
	}
}

func TestSaleByFingerAlone(t *testing.T) {
	w := newWindow(t, fyne.NewSize(800, 480), true)
	w.tap(t, "James\nCashier", "1", "2", "3", "4", "Sign in")
	w.want(t, nav.Sale)
	w.tap(t, "1", "2", "5", "00", "erase", "Card")
	w.want(t, nav.Card)
	w.tap(t, strings.Split("4111111111111111", "")...)
	w.tap(t, "0", "9", "2", "8", "1", "2", "3", "Charge $12.50")
	w.want(t, nav.Outcome)
	w.tap(t, "New sale")
	w.want(t, nav.Sale)
	if got := w.desk.Snapshot().Operator.Name; got != "James" {
		t.Errorf("%s is signed in", got)
	}
}

func TestFiftyPressesMakeOneSale(t *testing.T) {
	for _, held := range []bool{true, false} {
		w := newWindow(t, usual, false)
		w.cardFilled("1250")
		b := w.find(t, "Charge $12.50")
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b).Add(fyne.NewPos(50, 30))
		w.hold = held
		for range 50 {
			test.TapCanvas(w.w.Canvas(), at)
			b.Tapped(nil)
			w.press(keys.Enter)
		}
		w.release()
		if got := w.desk.Count("Charge"); got != 1 {
			t.Errorf("held %v: %d charges, want 1", held, got)
		}
		// The answer is still on the screen: nobody dismissed it unread.
		w.want(t, nav.Outcome)
	}
}

func TestCardIsGoneWhereverItGoes(t *testing.T) {
	ways := map[string]func(*window){
		"charged":    func(w *window) { w.press(keys.Enter) },
		"cancelled":  func(w *window) { w.press(keys.Escape) },
		"signed out": func(w *window) { w.desk.Change(func(s *engine.Snapshot) { s.Operator = nil }) },
		"closed":     func(w *window) { w.askQuit() },
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			w := newWindow(t, usual, false)
			w.cardFilled("1250")
			if w.card.Cleared() {
				t.Fatal("nothing was typed")
			}
			leave(w)
			if !w.card.Cleared() {
				t.Error("card data is left in the form")
			}
			if markup := test.RenderObjectToMarkup(w.card.Object()); strings.Contains(markup, "1111") {
				t.Error("digits are left in the drawing")
			}
		})
	}
}

// No string of the drawing ever holds more than one digit of the number.
func TestNumberIsDrawnDigitByDigit(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("1250")
	w.press(keys.Enter)
	w.typed("401200009876543")
	markup := test.RenderObjectToMarkup(w.card.Object())
	if found := regexp.MustCompile(`>[0-9 ]{2,}<`).FindString(markup); found != "" {
		t.Errorf("a text of the drawing holds %q", found)
	}
	if !strings.Contains(markup, ">9<") {
		t.Error("the number is not drawn at all")
	}
}

func TestDeclineAndAnotherCard(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Declined, "")(w)
	w.want(t, nav.Outcome)
	w.press(keys.Another)
	w.want(t, nav.Card)
	var second engine.Charge
	w.desk.OnCharge = func(c engine.Charge, _ *card.Card) (engine.Sale, error) {
		second = c
		s := w.desk.Sale(c, "Mastercard", "0057", order.Approved)
		w.desk.Put(s)
		return s, nil
	}
	w.typed("54997400000000570928123")
	w.press(keys.Enter)
	if w.outcome.Kind() != look.KindApproved || second.Order != "order-2" {
		t.Errorf("%s for %s, want an approval for the same order", w.outcome.Kind(), second.Order)
	}
}

func TestCancelAfterDeclineGivesTheOrderUp(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Declined, "")(w)
	w.press(keys.Another, keys.Escape)
	w.want(t, nav.Sale)
	if w.desk.Count("AbandonOrder") != 1 {
		t.Error("the order was not given up")
	}
	w.press(keys.Enter, keys.Escape)
	if w.desk.Count("AbandonOrder") != 1 {
		t.Error("a fresh order was given up, of which nobody knows")
	}
}

func TestLostAnswer(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Unknown, order.CauseNoAnswer)(w)
	w.want(t, nav.Waiting)
	if v := w.waiting.View(); !v.Unknown || !v.CanStop {
		t.Fatalf("%+v", v)
	}
	w.press(keys.Escape, keys.Enter, keys.History, keys.Sale, keys.SignOut)
	w.want(t, nav.Waiting)
	w.press(keys.TakeBack)
	w.want(t, nav.Outcome)
	if w.outcome.Kind() != look.KindTakingBack {
		t.Fatalf("outcome %s", w.outcome.Kind())
	}
	sale := w.desk.Snapshot().Live[0]
	sale.State = order.Reversed
	w.desk.Put(sale)
	if w.outcome.Kind() != look.KindNotCharged {
		t.Errorf("outcome %s after the bank's word", w.outcome.Kind())
	}
}

func TestAnswerComesAfterDoubt(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Unknown, order.CauseNoAnswer)(w)
	sale := w.desk.Snapshot().Live[0]
	sale.State, sale.Approved = order.Approved, sale.Asked
	w.desk.Put(sale)
	w.want(t, nav.Outcome)
	if w.outcome.Kind() != look.KindApproved {
		t.Errorf("outcome %s", w.outcome.Kind())
	}
}

// news is a sale that the terminal settled by itself.
func (w *window) news(state order.State) engine.Sale {
	sale := w.desk.Sale(engine.Charge{Order: "old", Amount: money.New(4200, money.USD)}, "Visa", "1111", state)
	w.desk.Change(func(n *engine.Snapshot) { n.News = append(n.News, sale) })
	return sale
}

// News wait under what lies over the screen: nobody would have read them.
func TestNewsWaitForAQuestion(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.tellPart(w.barChip())
	w.news(order.Approved)
	w.tick()
	w.want(t, nav.Sale)
	if len(w.desk.Snapshot().News) != 1 {
		t.Error("told under a question")
	}
	w.press(keys.Enter)
	w.tick()
	w.want(t, nav.Outcome)
}

// TestNewsOfAnInterruptedSale: what became of a sale that the program's death
// interrupted is told in full as soon as somebody is signed in, and once.
func TestNewsOfAnInterruptedSale(t *testing.T) {
	w := newWindow(t, usual, false)
	w.news(order.Approved)
	w.want(t, nav.SignIn)
	w.desk.SignInAs(0)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Look.Kind != look.KindApproved || v.Amount != "$42.00" || !strings.Contains(v.Bank, "interrupted") {
		t.Errorf("outcome %+v", v)
	}
	if len(w.desk.Snapshot().News) != 0 {
		t.Error("it would be told again")
	}
	w.press(keys.Sale)
	w.want(t, nav.Sale)
}

// TestNewsWaits: a person who is entering an amount is not interrupted.
func TestNewsWaits(t *testing.T) {
	w := newWindow(t, usual, false)
	w.desk.SignInAs(0)
	w.typed("125")
	w.news(order.Reversed)
	w.want(t, nav.Sale)
	w.press(keys.Escape)
	w.tick()
	w.want(t, nav.Outcome)
	if w.outcome.Kind() != look.KindNotCharged {
		t.Errorf("outcome %s", w.outcome.Kind())
	}
}

// TestNewsOfTheSaleInSight: the sale that is looked at is no news.
func TestNewsOfTheSaleInSight(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Unknown, order.CauseNoAnswer)(w)
	w.press(keys.TakeBack)
	w.want(t, nav.Outcome)
	sale := w.desk.Snapshot().Live[0]
	sale.State = order.Reversed
	w.desk.Put(sale)
	w.desk.Change(func(n *engine.Snapshot) { n.News = append(n.News, sale) })
	if len(w.desk.Snapshot().News) != 0 {
		t.Error("it would be told again")
	}
}

func TestPartPayment(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.PartApproved, "")(w)
	w.desk.Clock.Advance(time.Minute)
	w.press(keys.Enter, keys.Escape, keys.Sale)
	w.want(t, nav.Outcome)
	w.press(keys.Keep)
	w.want(t, nav.Bill)
	if v := w.bill.View(); v.Amount != "$5.00" || v.Paid != "$7.50" || !v.Ready {
		t.Errorf("the rest is %+v", v)
	}
	w.press(keys.Enter)
	w.want(t, nav.Card)

	w = newWindow(t, usual, false)
	outcomeScene(order.PartApproved, "")(w)
	w.tap(t, "Give it back")
	if w.desk.Count("GiveBack") != 1 || w.outcome.Kind() != look.KindTakingBack {
		t.Errorf("outcome %s", w.outcome.Kind())
	}
}

func TestRefusalOfTheTerminal(t *testing.T) {
	w := newWindow(t, usual, false)
	w.desk.OnCharge = func(engine.Charge, *card.Card) (engine.Sale, error) {
		return engine.Sale{}, &engine.Problem{Code: engine.ProblemInProgress, Text: "An earlier payment is being settled."}
	}
	w.cardFilled("1250")
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	v := w.outcome.View()
	if v.Sentence != "An earlier payment is being settled." || len(v.Buttons) == 0 || v.Buttons[0].Words != "New sale" {
		t.Errorf("%+v", v)
	}
}

func TestQuitAsksWhileAPaymentIsUnderWay(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.hold = true
	w.press(keys.Enter)
	w.askQuit()
	if w.left || !w.overlay.Open() {
		t.Fatal("the window closed without a question")
	}
	w.press(keys.Escape)
	if w.left || w.overlay.Open() {
		t.Fatal("Escape does not stay")
	}
	w.askQuit()
	w.press(keys.Enter)
	if w.left {
		t.Fatal("Enter does not stay")
	}
	w.askQuit()
	w.tap(t, "Close anyway")
	if !w.left {
		t.Error("the window stays")
	}
}

func TestOverlayKeepsPressesOut(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	five := w.find(t, "5")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(five).Add(fyne.NewPos(150, 10))
	w.tellPart(w.barChip())
	test.TapCanvas(w.w.Canvas(), at)
	w.typed("5")
	if got := w.sale.View().Amount; got != "$0.00" {
		t.Errorf("amount %s under the overlay", got)
	}
	w.press(keys.Enter)
	w.typed("5")
	if got := w.sale.View().Amount; got != "$0.05" {
		t.Errorf("amount %s after the overlay", got)
	}
}

func TestThemeIsKept(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.press(keys.Theme)
	if got := w.desk.Settings().Window.Theme; got != theme.Dark {
		t.Errorf("the setting is %q", got)
	}
	for _, next := range [][2]string{{"half", theme.Contrast}, {"sun", theme.Light}} {
		w.tap(t, next[0])
		if got := w.desk.Settings().Window.Theme; got != next[1] {
			t.Errorf("the setting is %q, want %q", got, next[1])
		}
	}
}

func TestSignOut(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.press(keys.SignOut)
	w.want(t, nav.SignIn)
	w.signedIn()
	w.tap(t, "Maria")
	w.want(t, nav.SignIn)
}

// Nothing but the root can take the keyboard, so no key ever reaches a button.
func TestOnlyTheRootIsFocusable(t *testing.T) {
	w := newWindow(t, usual, true)
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if _, ok := o.(fyne.Focusable); ok && o != fyne.CanvasObject(w.root) {
			t.Errorf("%T can take the focus", o)
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
	if w.w.Canvas().Focused() != fyne.Focusable(w.root) || !w.root.AcceptsTab() {
		t.Error("the root does not hold the focus, or does not take Tab")
	}
}

func TestHelpShowsAndTakesKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.press(keys.Help)
	w.typed("77")
	w.press(keys.Escape)
	if w.help.Visible() || w.sale.View().Amount != "$0.00" {
		t.Error("the help page lets keys through")
	}
}

// The menu is one press from home, and each of its tiles one press further, by
// key, digit and finger.
func TestMenu(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.press(keys.Menu)
	w.want(t, nav.Menu)
	w.typed("2")
	w.want(t, nav.Holds)
	w.press(keys.Menu, keys.Enter)
	w.want(t, nav.Holds)
	w.press(keys.Menu, keys.Escape)
	w.want(t, nav.Sale)
}

func TestHistoryByKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.day()
	w.want(t, nav.History)
	if v := w.history.View(); len(v.Rows) != 15 || v.Rows[0].Word != "Checking" || v.Alert != "4 need attention" {
		t.Fatalf("%d rows, first %q, %q", len(v.Rows), v.Rows[0].Word, v.Alert)
	}
	w.press(keys.First, keys.Down, keys.Enter)
	if !w.slip.IsOpen() || w.slip.View().Picture == nil {
		t.Fatal("no receipt")
	}
	w.press(keys.Right, keys.Print, keys.Escape)
	if w.desk.Count("PrintAgain sale merchant") != 1 || w.slip.IsOpen() {
		t.Error("not printed, or not closed")
	}
	w.press(keys.Left)
	if v := w.history.View(); len(v.Rows) != 0 || v.Today {
		t.Errorf("yesterday has %d rows", len(v.Rows))
	}
	w.press(keys.Right, keys.Right)
	if v := w.history.View(); !v.Today || len(v.Rows) != 15 {
		t.Errorf("today has %d rows", len(v.Rows))
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
}

// A sale is stored while the bank is away, by keys alone; when the bank does not
// pay it later, that is told as soon as nobody is in the middle of something.
func TestStoredByKeysAndItsLateDecline(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.away()
	w.storing(3)
	w.typed("1250")
	w.press(keys.Enter)
	w.typed("41111111111111110928123")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "STORED" || w.desk.Count("StoreSale") != 1 || w.desk.Count("Charge") != 0 {
		t.Fatalf("%+v", v)
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	w.typed("7")
	stored := w.desk.Snapshot().Stored.Waiting[3]
	stored.State, stored.Message = order.Uncollected, "Insufficient Funds"
	w.desk.PutStored(stored)
	w.want(t, nav.Sale)
	attempt := w.desk.Sale(engine.Charge{Order: stored.Order, Amount: stored.Amount}, "Visa", "1111", order.Declined)
	attempt.Stored = true
	w.desk.Change(func(s *engine.Snapshot) { s.News = append(s.News, attempt) })
	if w.desk.Count("Acknowledge") != 1 {
		t.Error("its attempt is told as a payment of its own")
	}
	w.press(keys.Escape)
	w.tick()
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "NOT COLLECTED" {
		t.Fatalf("%+v", v)
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.tick()
	w.want(t, nav.Sale)
	if got := w.sale.View().StripKind; got != look.KindMissing {
		t.Errorf("the strip tells of %q", got)
	}
}

// A journal that was put back and is not compared yet takes no payment, and
// the screen says why.
func TestRefusedAfterARestore(t *testing.T) {
	w := newWindow(t, usual, false)
	w.desk.OnCharge = func(engine.Charge, *card.Card) (engine.Sale, error) {
		return engine.Sale{}, &engine.Problem{Code: engine.ProblemRestored, Text: "The journal was put back from a copy."}
	}
	w.cardFilled("1250")
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "NOT CHARGED" || v.Sentence != "The journal was put back from a copy." || v.Buttons[0].Words != "Try again" {
		t.Errorf("%+v", v)
	}
}

func TestErrorsReachPeople(t *testing.T) {
	w := newWindow(t, usual, false)
	w.desk.Fail = func(method string) error {
		if strings.HasPrefix(method, "Set ") || method == "AbandonOrder" {
			return &engine.Problem{Text: "The disk is full."}
		}
		return nil
	}
	w.signedIn()
	w.press(keys.Theme)
	if got := w.sale.View().Notice; got != "The disk is full." {
		t.Errorf("notice %q", got)
	}
	w.press(keys.Escape)
	if got := w.sale.View().Notice; got != "" {
		t.Errorf("notice %q after a key", got)
	}
}

func TestOldSnapshotIsDropped(t *testing.T) {
	w := newWindow(t, usual, false)
	old := w.desk.Snapshot()
	w.signedIn()
	w.apply(old)
	w.want(t, nav.Sale)
}

func TestTick(t *testing.T) {
	w := newWindow(t, usual, false)
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan bool)
	go everySecond(ctx, w.desk.Clock, func() { ticks <- true })
	for done := false; !done; {
		w.desk.Clock.Advance(time.Second)
		select {
		case done = <-ticks:
		default:
		}
	}
	cancel()
	w.desk.Clock.Advance(time.Minute)
	w.tick()
	if w.minute == "10:42" {
		t.Error("the clock in the bar stands")
	}
}

var errPlain = errors.New("no words for people")

func TestPlainErrorGetsASentence(t *testing.T) {
	w := newWindow(t, usual, false)
	w.desk.Fail = func(method string) error {
		if method == "SignIn" {
			return errPlain
		}
		return nil
	}
	w.typed("1234")
	w.press(keys.Enter)
	if got := w.signin.View().Problem; got == "" || strings.Contains(got, errPlain.Error()) {
		t.Errorf("problem %q", got)
	}
}

// A key in the card form is the most work that one press causes.
func BenchmarkKey(b *testing.B) {
	w := newWindow(b, usual, true)
	w.signedIn()
	w.typed("1250")
	w.press(keys.Enter)
	for b.Loop() {
		w.typed("4")
		w.press(keys.Erase)
	}
}
