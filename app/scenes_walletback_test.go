package app

import (
	"time"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/paylog"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// codeOf is a code of PayPal over an amount, made some time ago.
func (w *window) codeOf(id string, minor int64, state order.QRState, ago time.Duration) order.QR {
	at := w.desk.Clock.Now().Add(-ago)
	return order.QR{ID: id, Version: 1, State: state, Order: "o" + id, Provider: "paypal", Takes: true, Asked: dollars(minor), Remote: "EC-8LW31823YV0163058",
		Text: "https://www.paypal.com/checkoutnow?token=EC-8LW31823YV0163058", Until: at.Add(3 * time.Hour), Operator: "op1", Created: at, Since: at}
}

// came adds a payment to a code.
func came(c order.QR, id string, as order.PaymentAs, minor, fee int64) order.QR {
	p := order.QRPayment{ID: id, As: as, Amount: dollars(minor), At: c.Created.Add(50 * time.Second), Held: dollars(0), Back: dollars(0), Elsewhere: dollars(0)}
	if fee > 0 {
		p.Fee = dollars(fee)
	}
	c.Payments = append(c.Payments, p)
	return c
}

// paidCode is a payment by PayPal of $24.50, of which parts went back.
func (w *window) paidCode(refunds ...order.Refund) order.QR {
	c := came(w.codeOf("K7P2Q00001200AQ01", 2450, order.QRPaid, 25*time.Minute), "5TY05013RG002845M", order.Adopted, 2450, 115)
	for i, r := range refunds {
		refunds[i].Of, refunds[i].Payment, refunds[i].Provider, refunds[i].Created = c.ID, "5TY05013RG002845M", "paypal", w.desk.Clock.Now().Add(-time.Minute)
		if r.State == order.RefundRefused {
			continue
		}
		p := &c.Payments[0]
		if p.Held.Minor += r.Amount.Minor; r.State == order.RefundDone {
			p.Back.Minor += r.Amount.Minor
		}
	}
	w.desk.PutCode(c, refunds...)
	return c
}

// twoWallets offers two wallets.
func (w *window) twoWallets() {
	w.signedIn()
	w.desk.SetWallets(apptest.PayPal, apptest.Razorpay)
}

// taken is a day with payments by wallet in every state.
func (w *window) taken() {
	w.twoWallets()
	for i, state := range []order.QRState{order.QRExpired, order.QRCancelled, order.QRRefused, order.QRCreating, order.QRTaking, order.QRShown} {
		c := w.codeOf([]string{"K7P2Q00001100AQ01", "K7P2Q00001101AQ02", "K7P2Q00001102AQ03", "K7P2Q00001103AQ04", "K7P2Q00001104AQ05", "K7P2Q00001105AQ06"}[i],
			int64(990+i*731), state, time.Duration(40-i)*time.Minute)
		w.desk.PutCode(c)
	}
	w.desk.PutCode(came(w.codeOf("K7P2Q00001110AQ07", 1500, order.QRPaid, 20*time.Minute), "PAY-1", order.Adopted, 1500, 74))
	r := came(w.codeOf("K7P2Q00001111AQ08", 49900, order.QRPaid, 15*time.Minute), "pay_29QQoUBi66xm2f", order.Adopted, 49900, 1178)
	r.Provider, r.Takes = "razorpay", false
	w.desk.PutCode(r)
	w.paidCode(order.Refund{ID: "K7P2Q00001201AR01", State: order.RefundDone, Amount: dollars(500), Reason: "Faulty goods", Operator: "op1"},
		order.Refund{ID: "K7P2Q00001202AR02", State: order.RefundPending, Amount: dollars(700), Reason: "Lower price", Operator: "op1"})
}

// strays is money that no sale waited for, of every kind, and what nobody knows
// of.
func (w *window) strays() {
	w.taken()
	w.desk.PutCode(came(w.codeOf("K7P2Q00001120AQ10", 1250, order.QRCancelled, 12*time.Minute), "LATE-1", order.Stray, 1250, 66))
	w.desk.PutCode(came(w.codeOf("K7P2Q00001121AQ11", 3000, order.QRExpired, 11*time.Minute), "OTHER-1", order.Stray, 2000, 0))
	w.desk.PutCode(came(came(w.codeOf("K7P2Q00001122AQ12", 800, order.QRPaid, 10*time.Minute), "ONCE", order.Adopted, 800, 0), "TWICE", order.Stray, 800, 0))
	unknown := came(w.codeOf("K7P2Q00001123AQ13", 4200, order.QRExpired, 9*time.Minute), "FOREIGN", order.Stray, 4200, 0)
	unknown.Order = ""
	w.desk.PutCode(unknown)
	closing := w.codeOf("K7P2Q00001124AQ14", 1775, order.QRClosing, 8*time.Minute)
	closing.Provider, closing.Takes, closing.Cancels, closing.Tries, closing.LastTry = "razorpay", false, true, 4, w.desk.Clock.Now()
	closing.Message = "Razorpay could not be reached. Check the network."
	paid := came(w.codeOf("K7P2Q00001125AQ15", 650, order.QRPaid, 7*time.Minute), "UNSURE", order.Adopted, 650, 0)
	paid.Payments[0].Held = dollars(650)
	w.desk.PutCode(paid, order.Refund{ID: "K7P2Q00001203AR03", State: order.RefundUnknown, Of: paid.ID, Payment: "UNSURE", Provider: "paypal", Amount: dollars(650), Reason: "Goods returned",
		Operator: "op1", Created: w.desk.Clock.Now().Add(-6 * time.Minute), Since: w.desk.Clock.Now().Add(-6 * time.Minute), Tries: 2, LastTry: w.desk.Clock.Now()})
	w.desk.PutCode(closing)
}

// attends goes to the nth thing that needs attention.
func attends(n int, then ...keys.Key) func(*window) {
	return func(w *window) {
		w.strays()
		w.goTo(nav.Attention)
		for range n {
			w.press(keys.Down)
		}
		w.press(then...)
	}
}

// story opens the story of a code by its number.
func story(put func(*window), id string) func(*window) {
	return func(w *window) {
		put(w)
		w.goTo(nav.History)
		for i, row := range w.history.View().Rows {
			if row.Key == id {
				w.history.Choose(i)
			}
		}
	}
}

// backOf goes to giving a payment by PayPal back, of which parts went back.
func backOf(parts ...order.Refund) func(*window) {
	return func(w *window) {
		w.twoWallets()
		c := w.paidCode(parts...)
		w.goTo(nav.History)
		w.history.RefundCode(c.ID, c.Payments[0].ID)
	}
}

// refunding gives all of a payment by PayPal back, which ends in a state.
func refunding(state order.RefundState, message string) func(*window) {
	return func(w *window) {
		w.desk.OnRefund = func(r *order.Refund) error {
			r.State, r.Message = state, message
			return nil
		}
		backOf()(w)
		w.press(keys.Enter)
		w.typed("2")
		w.press(keys.Enter)
	}
}

// logged is a payment log with everything in it, and who is in it.
func (w *window) logged() {
	w.signedIn()
	for _, set := range [][2]string{{"wallets.listen.address", "127.0.0.1:8790"}, {"wallets.ipn.receivers", "shop@harbour-coffee.example"}, {"wallets.ipn.enabled", "true"}} {
		if err := w.desk.Set(w.t.Context(), set[0], set[1]); err != nil {
			w.t.Fatal(err)
		}
	}
	now := w.desk.Clock.Now()
	notice := func(txn string, kind order.NoticeKind, state order.NoticeState, why order.NoticeWhy, name, mail string, minor int64, ago time.Duration) order.Notice {
		return order.Notice{ID: order.NoticeID("paypal", txn, "Completed"), Version: 1, State: state, Why: why, Kind: kind, Provider: "paypal", Txn: txn, Type: "send_money", Status: "Completed",
			Payer: mail, PayerName: name, Receiver: "shop@harbour-coffee.example", Gross: dollars(minor), Fee: dollars(minor * 3 / 100), At: now.Add(-ago - time.Minute), Created: now.Add(-ago)}
	}
	credited := notice("8UH35061K2345670A", order.NoticePayment, order.NoticeCredited, "", "Ada Example", "ada@example.com", 12500, 40*time.Minute)
	credited.Customer, credited.Booked, credited.Memo = "C1", dollars(12500), "For the beans of May"
	owner := notice("3EL61234AB567890C", order.NoticePayment, order.NoticeReview, order.WhyNobody, "Konstantinos Papadopoulos-Whittaker", "konstantinos.papadopoulos-whittaker@long-company-name.example", 4250, 12*time.Minute)
	code := notice("5TY05013RG002845M", order.NoticePayment, order.NoticeRecorded, order.WhyCode, "Bob Sample", "bob@example.com", 2450, 25*time.Minute)
	code.Code = "K7P2Q00001200AQ01"
	payout := notice("7AB99999CD111111E", order.NoticePayout, order.NoticeRecorded, "", "", "supplier@example.com", -8000, 3*time.Hour)
	payout.Payout = "P2"
	odd := notice("1XX00000000000000", order.NoticePayment, order.NoticeInvalid, order.WhyInvalid, "", "", 100, 5*time.Hour)
	odd.Gross, odd.Test = money.Amount{}, true
	back := notice("9RF12345678901234", order.NoticeReversal, order.NoticeCredited, "", "Ada Example", "ada@example.com", -2500, 30*time.Minute)
	back.Customer, back.Booked = "C1", dollars(-2500)
	w.desk.PutCustomers(order.Customer{ID: "C1", Name: "Ada Example", Emails: []string{"ada@example.com", "ada.lovelace@office.example"}, Balances: []money.Amount{dollars(10000), money.New(2500, "EUR")}},
		order.Customer{ID: "C2", Name: "Globetrotter Travel Incorporated", Emails: []string{"accounts.payable@globetrotter-travel.example"}})
	w.desk.PutPayouts(order.Payout{ID: "P4", State: order.PayoutListed, To: "beans@roastery.example", Amount: dollars(31250), Note: "May", Operator: "op1", Created: now, Since: now},
		order.Payout{ID: "P3", State: order.PayoutListed, To: "+15551234567", Amount: dollars(4000), Operator: "op1", Created: now, Since: now},
		order.Payout{ID: "P2", State: order.PayoutPaid, To: "supplier@example.com", Amount: dollars(8000), File: "/home/shop/Paydesk/payouts/2026-05-12-0742.csv", Txn: "7AB99999CD111111E", Operator: "op1", Created: now.Add(-4 * time.Hour), Since: now.Add(-3 * time.Hour)},
		order.Payout{ID: "P1", State: order.PayoutFailed, To: "nobody@example.com", Amount: dollars(100), Cause: "1001 Receiver's account is invalid", Written: 1, Operator: "op1", Created: now.Add(-48 * time.Hour), Since: now.Add(-47 * time.Hour)})
	w.desk.PutNotices(owner, code, back, credited, payout, odd)
	for i := range 9 {
		w.desk.PutNotices(notice("4OLD0000000000"+string(rune('A'+i)), order.NoticePayment, order.NoticeRecorded, order.WhyCode, "Old Payment", "old@example.com", int64(1000+i), time.Duration(30+i)*time.Hour))
	}
	w.goTo(nav.PayLog)
}

// inLog goes to a folder of the payment log, and presses rows.
func inLog(folder int, rows ...int) func(*window) {
	return func(w *window) {
		w.logged()
		log := w.paylog()
		log.Choose(folder)
		for _, row := range rows {
			log.Pick(row)
		}
	}
}

func (w *window) paylog() *paylog.Screen { return w.screens[nav.PayLog].(*paylog.Screen) }

var walletBackScenes = []scene{
	{"wallets", func(w *window) { w.taken(); w.goTo(nav.History) }},
	{"wallets-paid", story((*window).taken, "K7P2Q00001110AQ07")},
	{"wallets-returned", story((*window).taken, "K7P2Q00001200AQ01")},
	{"wallets-shown", story((*window).taken, "K7P2Q00001105AQ06")},
	{"wallets-taking", story((*window).taken, "K7P2Q00001104AQ05")},
	{"wallets-late", story((*window).strays, "K7P2Q00001120AQ10")},
	{"wallets-closing", story((*window).strays, "K7P2Q00001124AQ14")},
	{"wallets-refund", story((*window).taken, "K7P2Q00001202AR02")},
	{"wallets-filter", func(w *window) { w.taken(); w.goTo(nav.History); w.press(keys.Tab, keys.Tab, keys.Tab) }},
	{"wallets-status", func(w *window) { w.strays() }},
	{"walletback", backOf()},
	{"walletback-list", func(w *window) { w.taken(); w.menuItem(itemBack) }},
	{"walletback-part", func(w *window) { backOf()(w); w.typed("700") }},
	{"walletback-onway", backOf(order.Refund{ID: "R1", State: order.RefundPending, Amount: dollars(500)}, order.Refund{ID: "R2", State: order.RefundDone, Amount: dollars(300)})},
	{"walletback-allway", backOf(order.Refund{ID: "R1", State: order.RefundPending, Amount: dollars(2450)})},
	{"walletback-most", func(w *window) { backOf()(w); w.typed("9999") }},
	{"walletback-over", func(w *window) {
		backOf()(w)
		w.desk.SetWallets(order.WalletOffer{Name: "paypal", Title: "PayPal", Parts: true, RefundFor: 180 * 24 * time.Hour})
		w.desk.Clock.Advance(200 * 24 * time.Hour)
		w.follow.back.Show()
	}},
	{"walletback-off", func(w *window) {
		backOf()(w)
		w.desk.Change(func(s *engine.Snapshot) { s.Wallets = nil })
		w.follow.back.Show()
	}},
	{"walletback-whole", func(w *window) {
		backOf()(w)
		w.desk.Change(func(s *engine.Snapshot) { s.Wallets = []order.WalletOffer{{Name: "paypal", Title: "PayPal"}} })
		w.follow.back.Show()
	}},
	{"walletback-reason", func(w *window) { backOf()(w); w.press(keys.Enter); w.typed("2") }},
	{"walletback-working", func(w *window) { backOf()(w); w.press(keys.Enter); w.typed("2"); w.hold = true; w.press(keys.Enter) }},
	{"walletback-done", refunding(order.RefundDone, "")},
	{"walletback-pending", refunding(order.RefundPending, "")},
	{"walletback-refused", refunding(order.RefundRefused, "PayPal refused the refund: the account's balance is too low.")},
	{"walletback-unknown", refunding(order.RefundUnknown, "")},
	{"stray-late", attends(0)},
	{"stray-amount", attends(1)},
	{"stray-twice", attends(2)},
	{"stray-unknown", attends(3)},
	{"stray-back", attends(0, keys.TakeBack)},
	{"stray-keep", attends(0, keys.Park)},
	{"stray-closing", attends(4)},
	{"stray-refund", attends(5)},
	{"stray-unlisted", func(w *window) {
		w.twoWallets()
		w.desk.Change(func(s *engine.Snapshot) {
			s.WalletCheck.Missing = []order.WalletFinding{{Code: "K7P2Q00001200AQ01", Payment: "5TY05013RG002845M", Provider: "paypal", Amount: dollars(2450), At: w.desk.Clock.Now().Add(-time.Hour)}}
		})
		w.goTo(nav.Attention)
	}},
	{"paylog", func(w *window) { w.logged() }},
	{"paylog-all", inLog(0)},
	{"paylog-entry", inLog(0, 0)},
	{"paylog-credited", inLog(0, 3)},
	{"paylog-match", inLog(1, 0, 0)},
	{"paylog-match-ask", inLog(1, 0, 0, 1)},
	{"paylog-match-add", inLog(1, 0, 0, 0)},
	{"paylog-matched", func(w *window) { inLog(1, 0, 0, 1)(w); w.press(keys.Undo) }},
	{"paylog-search", func(w *window) { inLog(0)(w); w.press(keys.Undo); w.typed("ada") }},
	{"paylog-search-when", func(w *window) { inLog(0)(w); w.press(keys.Undo, keys.Enter) }},
	{"paylog-found", func(w *window) {
		inLog(0)(w)
		w.press(keys.Undo)
		w.typed("ada")
		w.press(keys.Enter, keys.Down, keys.Down, keys.Enter)
	}},
	{"paylog-none", inLog(5, 0)},
	{"paylog-customers", inLog(6)},
	{"paylog-customer", inLog(6, 1)},
	{"paylog-customer-wrong", func(w *window) { inLog(6, 0)(w); w.press(keys.Save) }},
	{"paylog-payouts", inLog(7)},
	{"paylog-payout", inLog(7, 2)},
	{"paylog-payout-failed", inLog(7, 5)},
	{"paylog-payout-add", func(w *window) { inLog(7, 0)(w); w.typed("bob@example.com"); w.press(keys.Enter); w.typed("1250") }},
	{"paylog-payout-write", inLog(7, 1)},
	{"paylog-payout-written", func(w *window) { inLog(7, 1)(w); w.press(keys.Undo) }},
	{"paylog-menu", func(w *window) { w.logged(); w.press(keys.Menu) }},
	{"paylog-menu-drawer", func(w *window) {
		w.logged()
		if err := w.desk.Set(w.t.Context(), "printer.drawer", "true"); err != nil {
			w.t.Fatal(err)
		}
		w.press(keys.Menu)
	}},
	{"paylog-attention", func(w *window) { w.logged(); w.goTo(nav.Attention) }},
}
