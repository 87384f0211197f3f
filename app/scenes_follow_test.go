package app

import (
	"strings"
	"time"

	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func dollars(minor int64) money.Amount { return money.New(minor, money.USD) }

// payments has payments of all sorts, the newest a sale of $20.00, and a hold that
// lapses within a day.
func (w *window) payments() (sale, hold engine.Sale) {
	w.signedIn()
	put := func(minor int64, kind order.Kind, payments int, ago time.Duration, brand, last4, holder string) engine.Sale {
		s := w.desk.Sale(engine.Charge{Order: "o", Amount: dollars(minor), Kind: kind, Payments: payments}, brand, last4, order.Approved)
		s.Created, s.Holder = w.desk.Clock.Now().Add(-ago), holder
		w.desk.Put(s)
		return s
	}
	hour := time.Hour
	put(9000, order.KindAuth, 0, 190*hour, "Visa", "0002", "Konstantinos Papadopoulos-Whittaker")
	hold = put(12500, order.KindAuth, 0, 150*hour, "American Express", "0005", "Ada Example")
	put(450000, order.KindAuth, 0, 20*hour, "Mastercard", "4444", "")
	put(123456789, order.KindSale, 9, 30*hour, "Visa", "1881", "Globetrotter Travel Incorporated")
	put(1975, order.KindSale, 0, 3*hour, "American Express", "0005", "")
	sale = put(2000, order.KindSale, 0, hour, "Visa", "1111", "Ada Example")
	return sale, hold
}

// menuItem opens an item of the menu by its digit.
func (w *window) menuItem(digit string) {
	w.press(keys.Menu)
	w.typed(digit)
}

// The digits of the menu's items.
const (
	itemHold, itemHolds, itemBack, itemCheck, itemIssue = "1", "2", "3", "4", "5"
)

// returned gives parts of a settled payment back.
func (w *window) returned(number string, parts ...int64) {
	w.desk.Settled = order.SettleClosed
	for _, minor := range parts {
		w.desk.PutFollow(order.FollowUp{ID: "R" + money.New(minor, money.USD).Decimal(), Act: order.Return, Of: number, State: order.FollowDone, Amount: dollars(minor)})
	}
}

// ending has every follow-up end in a state.
func (w *window) ending(state order.FollowState, cause order.Cause) {
	w.desk.OnFollow = func(f *order.FollowUp) error {
		f.State, f.Cause = state, cause
		return nil
	}
}

// gaveBack goes the whole way of giving the newest payment back.
func (w *window) gaveBack() {
	w.payments()
	w.menuItem(itemBack)
	w.press(keys.Down, keys.Enter, keys.Enter)
	w.typed("2")
	w.press(keys.Enter)
}

func doneScene(state order.FollowState, cause order.Cause) func(*window) {
	return func(w *window) {
		w.ending(state, cause)
		w.desk.Settled = order.SettleClosed
		w.gaveBack()
	}
}

var followScenes = []scene{
	{"holds", func(w *window) { w.payments(); w.menuItem(itemHolds) }},
	{"holds-none", func(w *window) { w.signedIn(); w.menuItem(itemHolds) }},
	{"holds-menu", func(w *window) { w.payments(); w.press(keys.Menu) }},
	{"holds-capture", func(w *window) { _, hold := w.payments(); w.capture(hold.Number) }},
	{"holds-capture-part", func(w *window) { _, hold := w.payments(); w.capture(hold.Number); w.typed("4000") }},
	{"holds-capture-most", func(w *window) { _, hold := w.payments(); w.capture(hold.Number); w.typed("9999999999") }},
	{"holds-capture-whole", func(w *window) {
		_, hold := w.payments()
		w.desk.Change(func(s *engine.Snapshot) { s.Offer = order.Offer{Dialect: order.DialectCurrent} })
		w.capture(hold.Number)
	}},
	{"holds-asked", func(w *window) {
		_, hold := w.payments()
		w.desk.PutFollow(order.FollowUp{ID: "F", Act: order.Capture, Of: hold.Number, State: order.FollowUnknown, Amount: dollars(12500)})
		w.menuItem(itemHolds)
	}},
	{"holds-release", func(w *window) { _, hold := w.payments(); w.capture(hold.Number); w.press(keys.TakeBack) }},
	{"holds-new", func(w *window) { w.signedIn(); w.menuItem(itemHold); w.typed("9000") }},
	{"holds-new-card", func(w *window) { w.signedIn(); w.menuItem(itemHold); w.typed("9000"); w.press(keys.Enter) }},
	{"holds-held", func(w *window) {
		w.signedIn()
		w.menuItem(itemHold)
		w.typed("9000")
		w.press(keys.Enter)
		w.typed("41111111111111110928123")
		w.press(keys.Enter)
	}},
	{"moneyback", func(w *window) { w.payments(); w.menuItem(itemBack) }},
	{"moneyback-typing", func(w *window) { w.payments(); w.menuItem(itemBack); w.typed("1111"); w.follow.back.Field() }},
	{"moneyback-notfound", func(w *window) { w.payments(); w.menuItem(itemBack); w.typed(strings.Repeat("nobody ", 30)) }},
	{"moneyback-open", func(w *window) { sale, _ := w.payments(); w.desk.Settled = order.SettleOpen; w.giveBack(sale.Number) }},
	{"moneyback-settled", func(w *window) { sale, _ := w.payments(); w.returned(sale.Number, 500, 350); w.giveBack(sale.Number) }},
	{"moneyback-unsure", func(w *window) { sale, _ := w.payments(); w.giveBack(sale.Number) }},
	{"moneyback-part", func(w *window) { sale, _ := w.payments(); w.giveBack(sale.Number); w.typed("700") }},
	{"moneyback-most", func(w *window) {
		sale, _ := w.payments()
		w.returned(sale.Number, 500, 350, 700)
		w.giveBack(sale.Number)
		w.typed("451")
	}},
	{"moneyback-pending", func(w *window) {
		sale, _ := w.payments()
		w.returned(sale.Number, 500)
		w.desk.PutFollow(order.FollowUp{ID: "F", Act: order.Return, Of: sale.Number, State: order.FollowUnknown, Amount: dollars(700)})
		w.giveBack(sale.Number)
	}},
	{"moneyback-nothing", func(w *window) { sale, _ := w.payments(); w.returned(sale.Number, 2000); w.giveBack(sale.Number) }},
	{"moneyback-reason", func(w *window) {
		w.payments()
		w.menuItem(itemBack)
		w.press(keys.Down, keys.Enter, keys.Enter)
		w.typed("2")
	}},
	{"moneyback-reason-none", func(w *window) {
		w.payments()
		w.menuItem(itemBack)
		w.press(keys.Down, keys.Enter, keys.Enter, keys.Enter)
	}},
	{"moneyback-reason-typing", func(w *window) {
		w.payments()
		w.menuItem(itemBack)
		w.press(keys.Down, keys.Enter, keys.Enter)
		w.follow.back.Field()
		w.typed(strings.Repeat("The soup was cold, ", 600))
	}},
	{"check", func(w *window) { w.signedIn(); w.menuItem(itemCheck) }},
	{"working", func(w *window) {
		w.payments()
		w.menuItem(itemBack)
		w.press(keys.Down, keys.Enter, keys.Enter)
		w.typed("2")
		w.hold = true
		w.press(keys.Enter)
	}},
	{"done-return", doneScene(order.FollowDone, "")},
	{"done-refused", doneScene(order.FollowRefused, order.CauseNotSettled)},
	{"done-notsent", doneScene(order.FollowNotSent, order.CauseNoConnect)},
	{"done-unknown", doneScene(order.FollowUnknown, order.CauseNoAnswer)},
	{"done-review", doneScene(order.FollowReview, order.CauseNoLook)},
	{"done-unsaved", func(w *window) {
		w.desk.OnFollow = func(*order.FollowUp) error {
			return &engine.Problem{Code: engine.ProblemUnsaved, Text: "The request was sent, and its outcome could not be saved: free some space on the disk. Do not do it again; the terminal asks the bank."}
		}
		w.gaveBack()
	}},
	{"done-late", func(w *window) {
		doneScene(order.FollowUnknown, order.CauseNoAnswer)(w)
		w.desk.Clock.Advance(time.Minute)
		w.press(keys.Enter)
		f := w.desk.FollowUps()[0]
		f.State = order.FollowDone
		w.desk.PutFollow(f)
	}},
	{"done-check", func(w *window) {
		w.signedIn()
		w.menuItem(itemCheck)
		w.typed("41111111111111110928123")
		w.press(keys.Enter)
	}},
	{"issue", func(w *window) { w.payments(); w.menuItem(itemIssue) }},
	{"issue-none", func(w *window) { w.signedIn(); w.menuItem(itemIssue) }},
	{"issue-amount", func(w *window) { w.payments(); w.menuItem(itemIssue); w.press(keys.Down, keys.Enter) }},
	{"issue-most", func(w *window) {
		w.payments()
		w.menuItem(itemIssue)
		w.press(keys.Down, keys.Enter)
		w.typed("9999999999")
	}},
	{"issue-form", func(w *window) { w.issueForm() }},
	{"issue-form-wrong", func(w *window) {
		w.issueForm()
		w.press(keys.Right)
		w.typed(strings.Repeat("Adam ", 2000))
		w.press(keys.Tab, keys.Tab)
		w.typed("999")
		w.press(keys.Tab)
		w.typed("12")
		w.press(keys.Tab, keys.Erase, keys.Erase, keys.Enter)
	}},
	{"issue-typing", func(w *window) { w.issueForm(); w.follow.issue.Field(1); w.typed("Smith") }},
}

// issueForm goes to the terms of a card.
func (w *window) issueForm() {
	w.payments()
	w.menuItem(itemIssue)
	w.press(keys.Down, keys.Enter)
	w.typed("5000")
	w.press(keys.Enter)
}
