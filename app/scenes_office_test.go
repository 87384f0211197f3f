package app

import (
	"context"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
)

// office signs the owner in and goes to a place of the back office.
func (w *window) office(to nav.Place) {
	w.desk.SignInAs(2)
	w.goTo(to)
}

// opened opens a page of the settings, and a row of it.
func (w *window) opened(page rune, rows int) {
	w.office(nav.Settings)
	w.typed(string(page))
	for range rows {
		w.press(keys.Down)
	}
}

var officeScenes = []scene{
	{"prefs", func(w *window) { w.office(nav.Settings) }},
	{"prefs-shop", func(w *window) { w.opened('1', 0) }},
	{"prefs-sales", func(w *window) { w.opened('2', 1) }},
	{"prefs-receipts", func(w *window) { w.opened('3', 0) }},
	{"prefs-find", func(w *window) { w.opened('4', 0); w.press(keys.Enter) }},
	{"prefs-printer", func(w *window) { w.opened('4', 3); w.press(keys.Enter) }},
	{"prefs-host", func(w *window) { w.opened('5', 0) }},
	{"prefs-offline", func(w *window) { w.opened('6', 0); w.press(keys.Enter) }},
	{"prefs-display", func(w *window) { w.opened('7', 0) }},
	{"prefs-security", func(w *window) { w.opened('8', 0) }},
	{"prefs-text", func(w *window) { w.opened('1', 0); w.press(keys.Enter); w.typed("Harbour Coffee") }},
	{"prefs-lines", func(w *window) {
		w.opened('1', 1)
		w.press(keys.Enter)
		w.typed("1 Pier Road")
		w.press(keys.Enter)
		w.typed("Sp")
	}},
	{"prefs-amount-wrong", func(w *window) { w.opened('2', 0); w.press(keys.Enter); w.typed("0") }},
	{"prefs-percent", func(w *window) { w.opened('2', 2); w.press(keys.Enter); w.typed("8.25") }},
	{"prefs-choice", func(w *window) { w.opened('7', 0); w.press(keys.Enter, keys.Down) }},
	{"prefs-many", func(w *window) { w.opened('6', 6); w.press(keys.Enter); w.typed(" "); w.press(keys.Down); w.typed(" ") }},
	{"prefs-file-wrong", func(w *window) {
		w.opened('1', 3)
		w.press(keys.Enter)
		w.typed("/home/shop/pictures/logo.gif")
		w.press(keys.Enter)
	}},
	{"prefs-probed", func(w *window) { w.opened('5', 1); w.press(keys.Enter) }},
	{"prefs-wallets", func(w *window) { w.walletPage(-1) }},
	{"prefs-paypal", func(w *window) { w.walletPage(0) }},
	{"prefs-paypal-mode", func(w *window) { w.walletPage(0, 0) }},
	{"prefs-paypal-secret", func(w *window) { w.walletPage(0, 3); w.typed("QFZCWN5HZM8VBG7Q") }},
	{"prefs-paypal-checked", func(w *window) { w.walletPage(0, 5) }},
	{"prefs-paypal-wrong", func(w *window) {
		w.desk.Fail = func(method string) error {
			if method == "CheckWallet paypal" {
				return &engine.Problem{Code: "wallet", Text: "PayPal does not know the API user name, password or signature: check them under Settings."}
			}
			return nil
		}
		w.walletPage(0, 5)
	}},
	{"prefs-paypal-more", func(w *window) { w.walletPage(0, 8) }},
	{"prefs-razorpay", func(w *window) { w.walletPage(1) }},
	{"prefs-razorpay-more", func(w *window) { w.walletPage(1, 7) }},
	{"prefs-ipn", func(w *window) {
		for _, v := range [][2]string{{"wallets.listen.address", "127.0.0.1:8790"}, {"wallets.listen.public_url", "https://pay.harbour-coffee.example/till-1"}} {
			_ = w.desk.Set(context.Background(), v[0], v[1])
		}
		w.walletPage(2)
	}},
	{"prefs-ipn-more", func(w *window) { w.walletPage(2, 11) }},
	{"prefs-readonly", func(w *window) { w.desk.SignInAs(1); w.goTo(nav.Settings); w.typed("1") }},
	{"people", func(w *window) { w.locked(); w.office(nav.Staff) }},
	{"people-one", func(w *window) { w.locked(); w.office(nav.Staff); w.press(keys.Down, keys.Enter) }},
	{"people-add", func(w *window) {
		w.office(nav.Staff)
		w.press(keys.Down, keys.Down, keys.Down, keys.Enter)
		w.typed("Christopher Alexander")
	}},
	{"people-role", func(w *window) { w.office(nav.Staff); w.press(keys.Enter, keys.Enter, keys.Tab) }},
	{"people-pin-wrong", func(w *window) {
		w.office(nav.Staff)
		w.press(keys.Enter, keys.Down, keys.Enter)
		w.typed("4711")
		w.press(keys.Enter)
		w.typed("4712")
		w.press(keys.Enter)
	}},
	{"people-retire", func(w *window) { w.office(nav.Staff); w.press(keys.Enter, keys.Down, keys.Down, keys.Enter) }},
	{"people-last-owner", func(w *window) {
		w.office(nav.Staff)
		w.press(keys.Down, keys.Down, keys.Enter, keys.Down, keys.Down, keys.Enter, keys.Undo)
	}},
	{"setup-mode", func(w *window) { w.assistant(0) }},
	{"setup-mode-other", func(w *window) {
		w.assistant(0)
		w.press(keys.Up, keys.Up)
		if w.desk.Snapshot().Training {
			w.press(keys.Down)
		}
		w.press(keys.Enter)
	}},
	{"setup-host", func(w *window) { w.assistant(1) }},
	{"setup-host-wrong", func(w *window) {
		w.assistant(1)
		w.press(keys.Tab)
		w.typed("training")
		w.press(keys.Enter)
		w.typed("wrong")
		w.press(keys.Enter)
	}},
	{"setup-device", func(w *window) { w.assistant(2) }},
	{"setup-device-none", func(w *window) { w.desk.Office.Devices = nil; w.assistant(2); w.typed("1234") }},
	{"setup-check", func(w *window) { w.desk.Office.Steps[2].Trouble = true; w.assistant(3) }},
	{"setup-check-busy", func(w *window) {
		w.assistant(2)
		w.hold = true
		w.press(keys.Enter)
		w.release()
		w.hold = true
		w.press(keys.Undo)
	}},
	{"setup-printer", func(w *window) { w.assistant(4); w.press(keys.Undo) }},
	{"setup-shop", func(w *window) {
		w.assistant(5)
		w.typed("Harbour Coffee")
		w.press(keys.Enter)
		w.typed("1 Pier Road")
	}},
	{"setup-people", func(w *window) { w.assistant(6) }},
	{"setup-ready", func(w *window) { w.assistant(6); w.owner(); w.press(keys.Save) }},
}

// owner adds the first operator, where the assistant asks for one.
func (w *window) owner() {
	if len(w.desk.People) > 0 {
		return
	}
	w.typed("Ann")
	w.press(keys.Enter, keys.Enter)
	w.typed("4711")
	w.press(keys.Enter)
	w.typed("4711")
	w.press(keys.Enter)
}

// assistant shows the assistant as it comes first; next finishes so many steps.
func (w *window) assistant(next int) {
	w.desk.Office.Needed = true
	if !w.desk.Snapshot().Training {
		w.desk.People = nil
	}
	w.at = nav.None
	w.signin.Object().Hide()
	w.start()
	if next > 0 {
		w.press(keys.Enter)
	}
	if next > 1 {
		w.press(keys.Enter)
		if !w.desk.Snapshot().Training {
			w.typed("https://salesapi.connexpay.com")
		}
		w.press(keys.Enter)
		w.typed("training")
		w.press(keys.Enter)
		w.typed("training-password")
		w.press(keys.Enter)
	}
	for range next - 2 {
		w.press(keys.Save)
	}
}

// locked is a cashier after too many wrong PINs.
func (w *window) locked() {
	w.desk.People[1].Failures, w.desk.People[1].LockedUntil = 5, w.desk.Clock.Now().Add(5*time.Minute)
}
