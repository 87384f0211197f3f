package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/widgets"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var least = fyne.NewSize(800, 480)

// calm lets the moment pass in which an outcome takes no Enter.
func (w *window) calm() { w.desk.Clock.Advance(time.Second) }

// tapDigits presses keys of the pad, tapCard a card and the charge.
func (w *window) tapDigits(t *testing.T, digits string) {
	t.Helper()
	w.tap(t, strings.Split(digits, "")...)
}

func (w *window) tapCard(t *testing.T, charge string) {
	t.Helper()
	w.want(t, nav.Card)
	w.tapDigits(t, "41111111111111110928123")
	w.tap(t, charge)
}

// tapRow presses a row of a list.
func (w *window) tapRow(list *widgets.Rows, i int) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(list)
	test.TapCanvas(w.w.Canvas(), at.Add(fyne.NewPos(60, (float32(i)+0.5)*list.Height-list.Offset())))
}

// paidBill is the only bill, which must be paid.
func (w *window) paidBill(t *testing.T) engine.BillView {
	t.Helper()
	all := w.desk.Bills()
	if len(all) != 1 || all[0].State != order.BillPaid {
		t.Fatalf("bills %+v", all)
	}
	return all[0]
}

func TestCashWithChange(t *testing.T) {
	ways := map[string]func(*window){
		"keys": func(w *window) {
			w.typed("1541")
			w.press(keys.Cash, keys.Right, keys.Right, keys.Enter)
		},
		"finger": func(w *window) {
			w.tapDigits(t, "1541")
			w.tap(t, "Cash", "$20.00", "Taken")
		},
		"typed": func(w *window) {
			w.typed("1541")
			w.press(keys.Cash)
			w.typed("2000")
			for range 50 {
				w.press(keys.Enter)
			}
		},
	}
	for name, way := range ways {
		w := newWindow(t, least, false)
		w.signedIn()
		way(w)
		w.want(t, nav.Cash)
		if v := w.cash.View(); !v.Taken || v.Change != "$4.59" || w.desk.Count("TakeCashWith") != 1 {
			t.Fatalf("%s: %+v", name, v)
		}
		if b := w.paidBill(t); b.Parts[0].Cash.Tendered.Minor != 2000 {
			t.Errorf("%s: %+v", name, b.Parts[0].Cash)
		}
		w.press(keys.Receipt)
		if !w.slip.IsOpen() || !w.slip.View().MayPrint || w.desk.Count("Picture cash customer") != 1 {
			t.Errorf("%s: no receipt of the cash", name)
		}
		w.press(keys.Escape)
		w.calm()
		if name == "finger" {
			w.tap(t, "New sale")
		} else {
			w.press(keys.Enter)
		}
		w.want(t, nav.Sale)
		if !w.sale.Idle() {
			t.Errorf("%s: something is left of the sale", name)
		}
	}
}

func TestTaxTipAndCard(t *testing.T) {
	ways := map[string]func(*window){
		"keys": func(w *window) {
			w.typed("1250")
			w.press(keys.Extras, keys.Right, keys.Right, keys.Tab)
			w.typed("47 Q")
			w.press(keys.Tab)
			w.typed("Ada")
			w.press(keys.Enter)
			w.want(t, nav.Sale)
			w.onCard()
		},
		"finger": func(w *window) {
			w.tapDigits(t, "1250")
			w.tap(t, "Tip, number, note, customer", "15%\n$1.88")
			w.tapField(t, "Order number")
			w.tap(t, "4", "7", "–––", "up", "Q")
			w.tapField(t, "Customer")
			w.tap(t, "up", "A", "d", "a", "Done", "Card")
			w.tapCard(t, "Charge $15.41")
		},
	}
	for name, way := range ways {
		w := newWindow(t, least, true)
		w.extra()
		var got engine.Charge
		w.desk.OnCharge = func(c engine.Charge, _ *card.Card) (engine.Sale, error) {
			got = c
			s := w.desk.Sale(c, "Visa", "1111", order.Approved)
			w.desk.Put(s)
			return s, nil
		}
		way(w)
		w.want(t, nav.Outcome)
		b := w.paidBill(t)
		if got.Amount != money.New(1541, money.USD) || b.Goods.Minor != 1250 || b.Tax.Minor != 103 || b.Tip.Minor != 188 || b.Number != "47 Q" || b.Customer != "Ada" {
			t.Errorf("%s: %+v of %+v", name, got, b.Bill)
		}
		if v := w.outcome.View(); v.Amount != "$15.41" || v.Buttons[0].Words != "New sale" {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// tapField presses a field by its label.
func (w *window) tapField(t *testing.T, label string) {
	t.Helper()
	var walk func(o fyne.CanvasObject) bool
	walk = func(o fyne.CanvasObject) bool {
		if f, ok := o.(*widgets.Field); ok && f.Visible() && f.Label == label {
			test.TapCanvas(w.w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(f).Add(fyne.NewPos(20, 20)))
			return true
		}
		if c, ok := o.(*fyne.Container); ok && c.Visible() {
			for _, child := range c.Objects {
				if walk(child) {
					return true
				}
			}
		}
		return false
	}
	if !walk(w.screens[w.at].Object()) {
		t.Fatalf("no field %q at %s", label, w.at)
	}
}

// TestFourParts pays a sale by a card, cash, a card that is declined, a card on
// file and a second card, and then, a part before the end, gives it all back.
func TestFourParts(t *testing.T) {
	ways := map[string]func(*window){"keys": fourByKeys(t), "finger": fourByFinger(t)}
	for name, way := range ways {
		w := newWindow(t, least, false)
		w.signedIn()
		w.filed(2)
		way(w)
		w.want(t, nav.Bill)
		if v := w.bill.View(); v.Open || v.Final || !strings.HasPrefix(v.Said, "1 of 3 parts are back") || w.desk.Count("CancelBill") != 1 {
			t.Fatalf("%s: %+v", name, v)
		}
		legs := w.desk.Bills()[0].Legs
		if len(legs) != 4 || legs[0].Amount.Minor+legs[1].Amount.Minor+legs[3].Amount.Minor != 7500 {
			t.Errorf("%s: %+v", name, legs)
		}
		w.desk.GiveLegBack(legs[0].Order, true)
		if v := w.bill.View(); v.Final || !strings.HasPrefix(v.Said, "2 of 3 parts are back") {
			t.Errorf("%s: %+v", name, v)
		}
		w.desk.GiveLegBack(legs[3].Order, true)
		if v := w.bill.View(); !v.Final || v.Look.Kind != look.KindReturned {
			t.Errorf("%s: %+v", name, v)
		}
		w.calm()
		w.press(keys.Enter)
		w.want(t, nav.Sale)
		if v := w.sale.View(); !w.sale.Idle() || v.Unfinished {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func fourByKeys(t *testing.T) func(*window) {
	return func(w *window) {
		w.typed("10000")
		w.press(keys.Split)
		w.typed("2500")
		w.onCard()
		w.calm()
		w.press(keys.Enter) // collect the rest
		w.typed("3000")
		w.press(keys.Cash, keys.Cash, keys.Enter)
		w.calm()
		w.press(keys.Enter)
		w.ends(order.Declined, "")
		w.press(keys.Right)
		w.onCard()
		if v := w.outcome.View(); v.Buttons[1].Words != "To the parts" {
			t.Errorf("%+v", v.Buttons)
		}
		w.press(keys.Sale)
		w.want(t, nav.Bill)
		w.desk.OnCharge = nil
		w.typed("2000")
		w.press(keys.OnFile, keys.Down, keys.Enter)
		w.calm()
		w.press(keys.Enter)
		w.want(t, nav.Outcome)
		w.calm()
		w.press(keys.Enter, keys.GiveBack, keys.GiveBack)
	}
}

func fourByFinger(t *testing.T) func(*window) {
	return func(w *window) {
		w.tapDigits(t, "10000")
		w.tap(t, "Split")
		w.tapDigits(t, "2500")
		w.tap(t, "Card")
		w.tapCard(t, "Charge $25.00")
		w.tap(t, "Collect $75.00")
		w.tapDigits(t, "3000")
		w.tap(t, "Cash", "Exact", "Taken", "Next part", "1/2")
		w.ends(order.Declined, "")
		w.tap(t, "Card")
		w.tapCard(t, "Charge $22.50")
		w.tap(t, "To the parts")
		w.desk.OnCharge = nil
		w.tapDigits(t, "2000")
		w.tap(t, "On file")
		w.tapRow(w.onFileList(t), 1)
		w.tap(t, "Charge $20.00: Visa •••• 1111")
		w.calm()
		w.tap(t, "Charge $20.00")
		w.want(t, nav.Outcome)
		w.tap(t, "Collect $25.00", "Cancel sale", "Give it all back")
	}
}

// onFileList is the list of the cards on file.
func (w *window) onFileList(t *testing.T) *widgets.Rows {
	t.Helper()
	w.want(t, nav.OnFile)
	for _, o := range w.onFile.Object().(*fyne.Container).Objects {
		if rows, ok := o.(*widgets.Rows); ok {
			return rows
		}
	}
	t.Fatal("no list")
	return nil
}

// A partly approved card: the rest is collected in cash, by finger alone.
func TestPartPaymentAndTheRestInCash(t *testing.T) {
	w := newWindow(t, least, false)
	w.signedIn()
	w.ends(order.PartApproved, "")
	w.tapDigits(t, "1250")
	w.tap(t, "Card")
	w.tapCard(t, "Charge $12.50")
	w.tap(t, "Keep $7.50, collect $5.00")
	w.want(t, nav.Bill)
	w.tap(t, "Cash", "Exact", "Taken")
	if v := w.cash.View(); v.Left != "" {
		t.Errorf("%+v", v)
	}
	w.paidBill(t)
	w.tap(t, "New sale")
	w.want(t, nav.Sale)
	if !w.sale.Idle() {
		t.Error("the sale is still there")
	}
}

// A card on file is charged for the customer of the sale.
func TestOnFile(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.filed(3)
	w.typed("1250")
	w.press(keys.Extras)
	w.press(keys.Tab)
	w.typed("hopper")
	w.press(keys.Escape, keys.OnFile)
	if v := w.onFile.View(); len(v.Rows) != 1 || v.Rows[0].Name != "Grace Hopper" {
		t.Fatalf("%+v", v)
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	w.press(keys.OnFile, keys.Down, keys.Enter, keys.Escape)
	if w.overlay.Open() || w.desk.Count("Charge") != 0 {
		t.Fatal("charged without consent")
	}
	w.press(keys.Enter)
	w.calm()
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Look.Kind != look.KindApproved || w.desk.Count("Charge") != 1 {
		t.Errorf("%+v", v)
	}
	w.paidBill(t)
}

// Leaving for elsewhere, the lock and a lost bank leave what was entered.
func TestNothingEnteredIsLost(t *testing.T) {
	ways := map[string]func(*window){
		"menu":    func(w *window) { w.press(keys.Menu, keys.Escape) },
		"history": func(w *window) { w.press(keys.History, keys.Escape) },
		"extras":  func(w *window) { w.press(keys.Extras, keys.Escape) },
		"lock": func(w *window) {
			w.press(keys.Extras)
			w.desk.SignOut(context.Background())
			w.want(t, nav.SignIn)
			w.signedIn()
			w.want(t, nav.Extras)
			w.press(keys.Escape)
		},
		"card":     func(w *window) { w.press(keys.Enter); w.typed("4111"); w.press(keys.Escape) },
		"cash":     func(w *window) { w.press(keys.Cash); w.typed("100"); w.press(keys.Escape) },
		"file":     func(w *window) { w.press(keys.OnFile); w.typed("x"); w.press(keys.Escape) },
		"parts":    func(w *window) { w.press(keys.Split); w.typed("100"); w.press(keys.GiveBack) },
		"host":     func(w *window) { w.away() },
		"declined": func(w *window) { w.ends(order.Declined, ""); w.onCard(); w.press(keys.Another, keys.Escape) },
		"refused": func(w *window) {
			w.desk.Fail = func(string) error { return &engine.Problem{Code: engine.ProblemDisk, Text: "The disk is full."} }
			w.onCard()
			w.press(keys.Another, keys.Escape)
		},
	}
	for name, leave := range ways {
		w := newWindow(t, usual, false)
		w.extra()
		w.typed("1250")
		w.press(keys.Extras, keys.Right, keys.Tab)
		w.paste(strings.Repeat("4711 ", 2000))
		w.press(keys.Enter)
		entered := w.sale.View()
		leave(w)
		w.want(t, nav.Sale)
		if v := w.sale.View(); v.Total != "Total  $14.78" || v.Total != entered.Total || v.Parts != entered.Parts || v.Added != entered.Added || v.Added == "" {
			t.Errorf("%s: %+v, want %+v", name, v, entered)
		}
	}
}

// What was paid is off the screen even where nobody dismissed the outcome.
func TestPaidSaleIsNotOfferedAgain(t *testing.T) {
	for name, pay := range map[string]func(*window){
		"card": func(w *window) { w.onCard() },
		"cash": func(w *window) { w.press(keys.Cash, keys.Cash, keys.Enter) },
	} {
		w := newWindow(t, usual, false)
		w.signedIn()
		w.typed("1250")
		pay(w)
		w.desk.SignOut(context.Background())
		w.signedIn()
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Enter)
		w.want(t, nav.Sale)
		if !w.sale.Idle() {
			t.Errorf("%s: %+v", name, w.sale.View())
		}
	}
}

// A sale of which a part was paid when the program ended is asked about.
func TestUnfinishedSaleIsOffered(t *testing.T) {
	for name, answer := range map[string]struct {
		key  keys.Key
		at   nav.Place
		open bool
	}{"go on": {keys.Enter, nav.Bill, true}, "cancel": {keys.GiveBack, nav.Bill, false}, "later": {keys.Escape, nav.Sale, true}} {
		w := newWindow(t, usual, false)
		b := order.Bill{ID: "b", Goods: money.New(1250, money.USD)}
		if _, err := w.desk.TakeCashFor(context.Background(), b, "o", money.New(500, money.USD), money.New(500, money.USD)); err != nil {
			t.Fatal(err)
		}
		w.offered = "b" // as a start finds it
		w.signedIn()
		if !w.overlay.Open() {
			t.Fatalf("%s: not asked", name)
		}
		w.press(answer.key)
		w.want(t, answer.at)
		if got := w.desk.Bills()[0].State == order.BillOpen; got != answer.open {
			t.Errorf("%s: open %v", name, got)
		}
		w.press(keys.Escape)
		w.tick()
		if w.overlay.Open() {
			t.Errorf("%s: asked twice", name)
		}
	}
}

// What is left on purpose is told of, not asked about, and gone on with.
func TestUnfinishedSaleOnTheStrip(t *testing.T) {
	w := newWindow(t, least, false)
	w.parts()
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	if v := w.sale.View(); w.overlay.Open() || !w.sale.Idle() || v.Strip != "Unfinished sale: $65.00 of $100.00 paid" {
		t.Fatalf("%+v", v)
	}
	w.tap(t, "Unfinished sale: $65.00 of $100.00 paid")
	w.want(t, nav.Bill)
	w.press(keys.Enter)
	w.typed("41111111111111110928123")
	w.press(keys.Enter)
	w.calm()
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	w.paidBill(t)
	if got := fmt.Sprint(w.sale.View().Strip); got != "" {
		t.Errorf("strip %q", got)
	}
}

// A new sale after a decline gives the bill up; nothing of it stays open.
func TestDeclinedBillIsGivenUp(t *testing.T) {
	w := newWindow(t, usual, false)
	outcomeScene(order.Declined, "")(w)
	w.press(keys.Another, keys.Escape)
	w.want(t, nav.Sale)
	if v := w.sale.View(); v.Amount != "$12.50" {
		t.Errorf("the sale is gone: %+v", v)
	}
	w.press(keys.Escape)
	if b := w.desk.Bills()[0]; b.State == order.BillOpen {
		t.Errorf("%+v", b.Bill)
	}
}
