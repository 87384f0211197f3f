package app

import (
	"paydesk/app/keys"
	"paydesk/app/nav"
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
	{"prefs-printer", func(w *window) { w.opened('4', 2); w.press(keys.Enter) }},
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
	{"prefs-readonly", func(w *window) { w.desk.SignInAs(1); w.goTo(nav.Settings); w.typed("1") }},
}
