package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// proofCode is as long as the codes of receipts are.
var proofCode = "PDR" + strings.Repeat("BCDEFGHJKLNPRSTU", 16)

// finds has the desk find a receipt by any code.
func (w *window) finds(document, id string, minor int64, proven bool) {
	w.desk.OnScan = func(string) (terminal.Scan, error) {
		return terminal.Scan{Document: document, ID: id, Amount: money.New(minor, money.USD), At: apptest.Start, Proven: proven}, nil
	}
}

// sold is a sale in the journal.
func (w *window) sold() string {
	s := w.desk.Sale(engine.Charge{Order: "o", Amount: money.New(2000, money.USD)}, "Visa", "1111", order.Approved)
	w.desk.Put(s)
	return s.Number
}

// owed scans the slip of a stored sale that the bank did not pay.
func (w *window) owed() {
	w.signedIn()
	stored := w.uncollected()
	w.told[stored.ID] = true
	w.desk.PutStored(stored)
	w.finds(order.DocumentStored, stored.ID, stored.Amount.Minor, true)
	w.scan(proofCode)
}

// A receipt opens its sale, from wherever nothing is under way.
func TestScannedReceiptOpens(t *testing.T) {
	for _, code := range []string{proofCode, "https://shop.example/receipt#" + proofCode, "paydesk:sale:5TZ0K0MPL3QX7ABCD", "5TZ0K0MPL3QX7ABCD"} {
		for _, from := range []nav.Place{nav.Sale, nav.Menu, nav.History, nav.MoneyBack, nav.Attention} {
			w := newWindow(t, usual, false)
			w.signedIn()
			number := w.sold()
			w.finds(order.DocumentSale, number, 2000, true)
			w.typed("12")
			if from != nav.Sale {
				w.goTo(from)
			}
			w.scan(code)
			w.want(t, nav.History)
			if v := w.history.View(); v.Detail == nil || !w.notice.Visible() {
				t.Errorf("%.20s from %s: detail %v, notice %v", code, from, v.Detail, w.notice.Visible())
			}
			w.wait(time.Second)
			if w.press(keys.Sale); w.sale.View().Amount != "$0.12" {
				t.Errorf("the sale is of %s now", w.sale.View().Amount)
			}
		}
	}
}

// Where something is under way or open, nothing is opened, typed or pressed.
func TestScannedReceiptWaits(t *testing.T) {
	for _, scene := range scenes {
		if testing.Short() && scene.name > "b" {
			continue
		}
		t.Run(scene.name, func(t *testing.T) {
			w := newWindow(t, usual, true)
			scene.play(w)
			w.wait(time.Second)
			w.notice.Say("")
			if w.noReceipt() == "" {
				return
			}
			before, at, calls := w.markup(), w.at, len(w.desk.Calls())
			w.scan(proofCode)
			if w.at != at || !w.notice.Visible() || len(w.desk.Calls()) != calls {
				t.Errorf("at %s, told %v, calls %v", w.at, w.notice.Visible(), w.desk.Calls()[calls:])
			}
			w.notice.Say("")
			w.same(t, before)
		})
	}
}

// What a receipt tells of is opened where it is dealt with.
func TestScannedReceiptsOfAllKinds(t *testing.T) {
	w := newWindow(t, usual, false)
	w.owed()
	w.want(t, nav.Attention)

	w = newWindow(t, usual, false)
	w.parts()
	id := w.desk.Snapshot().Bills[0].ID
	w.press(keys.Escape)
	w.goTo(nav.Sale)
	w.finds(order.DocumentBill, id, 10000, true)
	w.scan("paydesk:bill:" + id)
	w.want(t, nav.Bill)

	w = newWindow(t, usual, false)
	w.signedIn()
	w.desk.OnScan = func(string) (terminal.Scan, error) {
		return terminal.Scan{}, &engine.Problem{Text: "Refused.", Err: errors.New("x")}
	}
	w.scan(proofCode)
	w.want(t, nav.Sale)
	if !w.notice.Visible() || w.sale.View().Amount != "$0.00" {
		t.Error("a code that was refused was typed, or nothing is said")
	}
}

// The answer of the journal finds another screen: it moves nobody.
func TestScanAnsweredLate(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.finds(order.DocumentSale, w.sold(), 2000, true)
	w.typed("1250")
	w.hold = true
	w.scan(proofCode)
	w.press(keys.Enter)
	w.want(t, nav.Card)
	w.release()
	w.want(t, nav.Card)
	if !w.notice.Visible() {
		t.Error("nothing is said")
	}
}

// A bar code is the order's number where that is entered, whichever field was
// chosen, and is typed into no field that is for something else.
func TestBarCodeFindsItsField(t *testing.T) {
	for _, code := range []string{"ORD-2026/0001", "4006381333931", "5TZ0K0MPL3QX7ABCD"} {
		w := newWindow(t, usual, false)
		w.signedIn()
		w.typed("1250")
		w.press(keys.Extras)
		w.press(keys.Tab, keys.Tab, keys.Tab)
		w.typed("old")
		w.scan(code)
		w.want(t, nav.Sale)
		w.press(keys.Extras)
		if got := w.extras.View().Fields[1].Words; got != code {
			t.Errorf("the order's number is %q", got)
		}
	}
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("1250")
	w.swipe(stripe2)
	w.scan("40063813")
	if v := w.card.View(); !w.notice.Visible() || w.desk.Count("Charge") != 0 || !v.Ready || v.Fields[2].Count != 0 {
		t.Errorf("a bar code at a card that was swiped: %+v", v)
	}
	w = newWindow(t, usual, false)
	w.scan("40063813")
	if !w.notice.Visible() || w.desk.Count("SignIn") != 0 {
		t.Errorf("a bar code signed in: %v", w.desk.Calls())
	}
}

// What was typed arrives before a press that came after it, even where the
// window stood still between the two.
func TestTypingArrivesBeforePresses(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	for _, r := range "1250" {
		w.root.TypedRune(r)
	}
	w.tap(t, "Card")
	w.want(t, nav.Card)
	if got := w.card.View().Charge; got != "Charge $12.50" {
		t.Error(got)
	}
}

// What the customer reads on a display of two lines follows the sale, also while
// it is typed.
func TestPoleFollowsTheSale(t *testing.T) {
	w := newWindow(t, usual, false)
	reads := func(want string) {
		t.Helper()
		v := w.desk.Pole()
		got := v.Rows[0].Text + v.Rows[0].Amount + "|" + v.Rows[1].Text + v.Rows[1].Amount
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	reads("Harbour Coffee|Welcome")
	w.signedIn()
	w.typed("12")
	reads("To pay|Total$0.12")
	w.typed("50")
	reads("To pay|Total$12.50")
	w.press(keys.Enter)
	reads("Your card, please|Total$12.50")
	w.typed("4111111111111111" + "1231" + "123")
	w.press(keys.Enter)
	reads("Paid$12.50|Thank you!")
	if v := w.desk.Pole(); !v.Over || v.Idle[0].Text != "Harbour Coffee" {
		t.Errorf("%+v", v)
	}
}

var scanScenes = []scene{
	{"scan-receipt", func(w *window) {
		w.signedIn()
		w.finds(order.DocumentSale, w.sold(), 2000, true)
		w.scan(proofCode)
	}},
	{"scan-number", func(w *window) {
		w.signedIn()
		w.finds(order.DocumentSale, w.sold(), 2000, false)
		w.scan("5TZ0K0MPL3QX7ABCD")
	}},
	{"scan-refused", func(w *window) { w.signedIn(); w.typed("1250"); w.scan(proofCode) }},
	{"scan-owed", (*window).owed},
	{"scan-begun", func(w *window) { w.cardFilled("1250"); w.scan(proofCode) }},
	{"scan-signin", func(w *window) { w.scan("40063813339") }},
	{"swipe-layout", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe("ö4111111111111111107101_\n") }},
	{"swipe-encrypted", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe(stripe2 + "|0600|9A3F\n") }},
}
