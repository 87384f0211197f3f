package app

import (
	"fmt"
	"image"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/customer"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/qrshow"
	"paydesk/app/theme"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// zbar reads the codes off a picture of the window.
func zbar(t *testing.T, w *window) string {
	t.Helper()
	program, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed: install zbar-tools to read codes")
	}
	file := filepath.Join(t.TempDir(), "screen.png")
	shoot(t, w, file)
	said, _ := exec.CommandContext(t.Context(), program, "-q", "--raw", file).Output()
	return strings.TrimSpace(string(said))
}

// extent is how many pixels the dark of a code spans in a picture, which nothing
// else in its part of the window is as dark as.
func extent(picture image.Image, part image.Rectangle) int {
	left, right := part.Max.X, part.Min.X
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r+g+b == 0 {
				left, right = min(left, x), max(right, x+1)
			}
		}
	}
	return right - left
}

// The code that a customer pays by is read off the till and off the customer's
// display, in each size and theme, and is never smaller than 300 pixels.
func TestTheWalletsCodeIsReadOffTheScreen(t *testing.T) {
	for _, size := range []fyne.Size{sizes[0], sizes[3], sizes[4]} {
		for _, variant := range []string{theme.Light, theme.Dark, theme.Contrast} {
			training := variant == theme.Light
			w := newWindow(t, size, training)
			w.useTheme(variant)
			w.byCode("1250", "1")
			if got := zbar(t, w); got != apptest.WalletText {
				t.Errorf("%v %s: the till says %q", size, variant, got)
			}
			picture := w.w.Canvas().Capture()
			if n := extent(picture, image.Rect(20, 60, picture.Bounds().Dx()/2, picture.Bounds().Dy()-20)); n < 300 {
				t.Errorf("%v %s: the code is %d pixels wide", size, variant, n)
			}
			shown := customer.NewScreen(nil)
			face := &window{w: test.NewWindow(shown.Object())}
			face.w.SetPadded(false)
			face.w.Resize(size)
			shown.Show(customer.View{Training: training, Stage: customer.Scan, Code: apptest.WalletText, Wallet: "PayPal"})
			if got := zbar(t, face); got != apptest.WalletText {
				t.Errorf("%v %s: the customer's display says %q", size, variant, got)
			}
			face.w.Close()
		}
	}
}

// A customer pays by phone: the desk presses two keys, sees the code, and is told.
func TestPayByPhone(t *testing.T) {
	w := newWindow(t, usual, true)
	root := w.withFace(t)
	var heard []look.Kind
	w.sound = func(k look.Kind) { heard = append(heard, k) }
	w.byCode("1250", "1")
	w.want(t, nav.Code)
	if got := reads(root); !strings.Contains(got, "Scan to pay") || !strings.Contains(got, "PayPal") || !strings.Contains(got, "$12.50") {
		t.Errorf("the customer reads %q", got)
	}
	if got := fmt.Sprint(w.desk.Pole().Rows); !strings.Contains(got, "Scan to pay") || !strings.Contains(got, "$12.50") {
		t.Errorf("the pole reads %s", got)
	}
	w.desk.Seen(order.CodeSeen{Approved: true})
	if got := reads(root); !strings.Contains(got, "One moment, please") || w.at != nav.Code {
		t.Errorf("the customer reads %q at %s", got, w.at)
	}
	w.desk.PayCode()
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "PAID" || v.Amount != "$12.50" || v.Look.Kind != look.KindApproved || !strings.Contains(v.Card, "PayPal") {
		t.Errorf("outcome %+v", v)
	}
	if got := reads(root); !strings.Contains(got, "Thank you!") || len(heard) != 1 || heard[0] != look.KindApproved {
		t.Errorf("the customer reads %q; heard %v", got, heard)
	}
	w.press(keys.Receipt)
	if !w.slip.IsOpen() || w.desk.Count("Picture wallet customer") != 1 {
		t.Errorf("receipt: %v", w.desk.Calls())
	}
	w.press(keys.Escape)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$0.00" {
		t.Errorf("amount is %s after the sale", got)
	}
}

func TestPayByPhoneWithFingers(t *testing.T) {
	w := newWindow(t, sizes[0], true)
	w.desk.SetWallets(apptest.PayPal, apptest.Razorpay)
	w.tap(t, "James\nCashier", "1", "2", "3", "4", "Sign in", "1", "2", "5", "00", "erase", "Wallet", "Razorpay")
	w.want(t, nav.Code)
	w.tap(t, "Cancel")
	w.desk.Seen(order.CodeSeen{Dead: true})
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$12.50" {
		t.Errorf("the amount is %s after a payment that was cancelled", got)
	}
	w.tap(t, "Wallet", "PayPal", "Pay otherwise", "Cash")
	w.want(t, nav.Cash)
	w.tap(t, "Exact", "Taken", "New sale")
	w.want(t, nav.Sale)
	if got := w.desk.Bills(); len(got) != 1 || got[0].State != order.BillPaid {
		t.Errorf("bills: %+v", got)
	}
}

// With one wallet nothing is chosen, unless it does not fit; without one there is
// no such way to pay.
func TestHowAWalletIsReached(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("50")
	w.press(keys.Wallet)
	w.want(t, nav.Sale)
	w.desk.SetWallets(apptest.Razorpay)
	w.press(keys.Wallet)
	w.want(t, nav.Wallet)
	w.press(keys.Escape)
	w.typed("00")
	w.press(keys.Wallet)
	w.want(t, nav.Code)
}

// Somebody who steps back from another way to pay finds the code, and what
// became of it.
func TestBackToTheCode(t *testing.T) {
	w := newWindow(t, usual, false)
	w.byCode("1250", "2")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Another)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter, keys.GiveBack) // the card, though the customer may pay twice
	w.want(t, nav.Card)
	w.desk.Seen(order.CodeSeen{Dead: true})
	w.want(t, nav.Card)
	w.press(keys.Escape)
	w.want(t, nav.Code)
	if got := w.wallets.code.Stage(); got != qrshow.Cancelled {
		t.Errorf("at %s", got)
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	if got := w.sale.View().Amount; got != "$12.50" {
		t.Errorf("amount %s", got)
	}
}

// A code that is paid after all, while somebody types a card for it: that is told,
// and no card is charged.
func TestPaidWhileTheCardIsTyped(t *testing.T) {
	w := newWindow(t, usual, false)
	w.byCode("1250", "2")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Another)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter, keys.GiveBack)
	w.typed("4111111111111111")
	w.desk.PayCode()
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "PAID" || w.desk.Count("Charge") != 0 {
		t.Errorf("%+v", v)
	}
}

// Whoever leaves a code that is not dead yet has the sale given up: what comes of
// it later is told.
func TestLeaveAClosingCode(t *testing.T) {
	w := newWindow(t, usual, false)
	w.byCode("1250", "2")
	w.press(keys.Escape, keys.Escape)
	w.want(t, nav.Sale)
	if w.desk.Count("CancelBill") != 1 || !w.sale.Idle() {
		t.Errorf("%v", w.desk.Calls())
	}
	w.desk.PayCode()
	code := *w.desk.Snapshot().Code
	w.desk.Change(func(s *engine.Snapshot) { s.CodeNews = []engine.CodeView{code} })
	w.tick()
	w.want(t, nav.Outcome)
	if w.outcome.Code().ID != code.ID || w.desk.Count("Acknowledge") != 1 {
		t.Errorf("%+v", w.outcome.View())
	}
}

// A part of a bill is paid by phone, and the bill goes on.
func TestAPartByPhone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.withWallets()
	w.typed("10000")
	w.press(keys.Split)
	w.typed("4000")
	w.press(keys.Wallet)
	w.typed("1")
	w.want(t, nav.Code)
	w.desk.PayCode()
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Bill)
	v := w.bill.View()
	if len(v.Legs) != 1 || v.Legs[0].Way != "PayPal" || v.Legs[0].Word != "Paid" || v.Left != "$60.00" {
		t.Errorf("%+v", v)
	}
	w.press(keys.Wallet)
	w.typed("2")
	w.press(keys.Escape)
	w.desk.Seen(order.CodeSeen{Dead: true})
	w.want(t, nav.Bill)
	if v := w.bill.View(); v.Legs[0].Word != "Not charged" || v.Legs[0].Way != "Razorpay" {
		t.Errorf("%+v", v.Legs)
	}
}

// A code on paper lets the desk go on; that it was paid is told later.
func TestPaperByPhone(t *testing.T) {
	w := newWindow(t, usual, false)
	w.byCode("1250", "1")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Later)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	if !w.sale.Idle() {
		t.Error("the sale is still there")
	}
	w.desk.PayCode()
	w.want(t, nav.Sale)
	code := *w.desk.Snapshot().Code
	w.desk.Change(func(s *engine.Snapshot) { s.CodeNews = []engine.CodeView{code} })
	w.tick()
	w.want(t, nav.Outcome)
	if v := w.outcome.View(); v.Word != "PAID" || v.Bank == "" {
		t.Errorf("%+v", v)
	}
	if got := w.outcome.Customer().Stage; got != customer.Idle {
		t.Errorf("another customer reads %s", got)
	}
}

// restarted is a window over the same desk, as after the end of the program.
func (w *window) restarted() {
	if c, ok := liveCode(w.desk.Snapshot()); ok {
		w.wallets.offered = c.ID
	}
	w.screens[w.at].Object().Hide()
	w.at = nav.None
	w.sale.Clear()
	w.goTo(nav.Sale)
}

// A code that was on the screen when the program ended is offered once: to go
// back to it, or to cancel it.
func TestResumeACode(t *testing.T) {
	for _, tt := range []struct {
		key   keys.Key
		at    nav.Place
		stage qrshow.Stage
		gaveUp,
		cancels int
	}{
		{keys.Enter, nav.Code, qrshow.Scan, 0, 0},
		{keys.GiveBack, nav.Sale, qrshow.Cancelled, 1, 1},
		{keys.Escape, nav.Sale, "", 0, 0},
	} {
		w := newWindow(t, usual, false)
		w.byCode("1250", "1")
		w.restarted()
		if !w.overlay.Open() || !strings.Contains(w.overlay.Asked().Title, "PayPal") {
			t.Fatalf("asked %+v", w.overlay.Asked())
		}
		w.press(tt.key)
		w.tick()
		w.want(t, tt.at)
		if w.overlay.Open() || w.desk.Count("GiveUpCode") != tt.gaveUp || w.desk.Count("CancelBill") != tt.cancels {
			t.Errorf("%s: %v, asked again %v", tt.key, w.desk.Calls(), w.overlay.Open())
		}
		if tt.stage != "" && w.wallets.code.Stage() != tt.stage {
			t.Errorf("%s: %s", tt.key, w.wallets.code.Stage())
		}
		if tt.key != keys.Enter {
			continue
		}
		if c := w.wallets.code.Charge(); c.Bill == nil || c.Amount != c.Bill.Total() {
			t.Errorf("%+v", c)
		}
		w.desk.PayCode()
		w.want(t, nav.Outcome)
	}
}

// While a customer has the phone in the hand, the desk is not locked; at a code
// that is dead it is.
func TestNoLockWhileSomebodyPays(t *testing.T) {
	w := newWindow(t, usual, false)
	w.byCode("1250", "1")
	w.idle(time.Hour)
	w.want(t, nav.Code)
	w.desk.Seen(order.CodeSeen{Dead: true})
	w.idle(time.Hour)
	w.want(t, nav.SignIn)
	w.signIn()
	w.want(t, nav.Code)
}
