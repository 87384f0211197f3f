package app

import (
	"fmt"
	"strings"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// counting signs somebody in to a shop that counts its drawer.
func (w *window) counting() {
	w.desk.Counts()
	w.withDrawer()
	w.desk.SignInAs(0)
}

// atShift is at the drawer, with a shift open.
func (w *window) atShift() {
	w.counting()
	_, _ = w.desk.OpenShift(w.t.Context(), order.Count{Total: dollars(15000)})
	w.desk.Clock.Advance(7 * time.Hour)
	w.goTo(nav.Shift)
}

// counted counts the drawer, in which there should be so much less.
func (w *window) counted(off int64) {
	w.desk.Expected = order.Drawer{Float: dollars(15000), Sales: dollars(48350), Back: dollars(1250), In: dollars(5000), Out: dollars(40000), Expected: dollars(27100)}
	w.atShift()
	w.typed("5")
	w.press(keys.Undo)
	w.typed(fmt.Sprint(27100 + off))
	w.press(keys.Enter)
}

// closing is at the closing of a day with sales, and with so many things open.
func (w *window) closing(open int) {
	w.atShift()
	w.desk.Book = order.ZReport{Since: w.desk.Clock.Now(), Figures: []order.Figures{{Currency: money.USD, Sales: order.Sum{Count: 128, Amount: dollars(512345)},
		Returns: order.Sum{Count: 2, Amount: dollars(4400)}, Net: dollars(507945)}}}
	kinds := []engine.Blocker{
		{Kind: engine.BlockPayment, ID: "K7P2Q00001000AB00", Name: "Payment K7P2Q00001000AB00, Visa 1111", Amount: dollars(1250), Do: engine.Sentence{Format: "The bank is being asked. Wait for its answer."}, MayCarry: true},
		{Kind: engine.BlockBill, ID: "b1", Name: "Bill 17", Amount: dollars(8400), Do: engine.Sentence{Format: "A part of it is paid. Take the rest, or give back what was paid."}, MayCarry: true},
		{Kind: engine.BlockPaper, ID: "j1", Name: "Receipt of the payment K7P2Q00001003AB03", Do: engine.Sentence{Format: "It was not printed. Print it, or say that it is not needed."}, MayCarry: true},
		{Kind: engine.BlockStored, ID: "s1", Name: "Stored sale 4", Amount: dollars(2250), Do: engine.Sentence{Format: "The bank has not seen it yet."}},
	}
	w.desk.Change(func(n *engine.Snapshot) {
		n.Closing.Blockers = kinds[:open]
		n.Batch = engine.BatchView{Sales: 128, Total: dollars(512345)}
	})
	w.goTo(nav.CloseDay)
}

// shut has no shift open any more.
func (w *window) shut() {
	now := *w.desk.Snapshot().Shift.Now
	now.State, now.Counts = order.ShiftClosed, []order.Count{{Total: dollars(27100)}}
	w.desk.Book.Shifts = append(w.desk.Book.Shifts, now)
	w.desk.Change(func(n *engine.Snapshot) { n.Shift.Now = nil })
}

// differing is a comparison that found something.
func differing(b order.Batch) (order.Proof, error) {
	here, there := dollars(1250), dollars(2250)
	return order.Proof{Batch: b.ID, Complete: true, Journal: b.Local, Host: b.Local, Closed: b.Host, Rows: 128, Local: 128, Matched: 125, Found: []order.Mismatch{
		{What: order.LocalOnly, Shelf: order.ShelfSales, Number: "K7P2Q00001010AB10", Origin: order.OriginOwn, Here: &here},
		{What: order.HostOnly, Shelf: order.ShelfSales, GUID: "0b7f7a3a-5e0e-4a2c-9a35-3a1a5a0e7c11", Origin: order.OriginOther, There: &there},
		{What: order.AmountDiffers, Shelf: order.ShelfSales, Number: "K7P2Q00001004AB04", Here: &here, There: &there},
	}}, nil
}

var shiftScenes = []scene{
	{"sale-noshift", func(w *window) { w.counting() }},
	{"sale-noshift-wallet", func(w *window) {
		w.counting()
		w.desk.SetWallets(apptest.PayPal)
		w.typed("1250")
	}},
	{"sale-counted", func(w *window) { w.counted(-300); w.goTo(nav.Sale) }},
	{"shift-open", func(w *window) {
		w.counting()
		last := order.Shift{Number: 11, Counts: []order.Count{{Total: dollars(15000)}}}
		w.desk.Change(func(n *engine.Snapshot) { n.Shift.Last = &last })
		w.press(keys.Enter)
		w.typed("2")
		w.press(keys.Down)
		w.typed("12")
		w.press(keys.Enter, keys.Enter)
		w.typed("99")
	}},
	{"shift-open-euro", func(w *window) {
		w.counting()
		w.desk.Change(func(n *engine.Snapshot) { n.Currency = "EUR" })
		w.press(keys.Enter)
		for range 12 {
			w.typed("9999")
			w.press(keys.Down)
		}
	}},
	{"shift-open-sum", func(w *window) { w.counting(); w.press(keys.Enter, keys.Undo); w.typed("15000") }},
	{"shift-open-wrong", func(w *window) {
		w.counting()
		w.press(keys.Enter)
		w.desk.Fail = func(method string) error {
			return &engine.Problem{Code: "disk", Text: "The disk is full, so no payment can be taken: free some space, then try again."}
		}
		w.typed("2")
		w.press(keys.Save)
	}},
	{"shift-home", func(w *window) { w.atShift() }},
	{"shift-home-handed", func(w *window) {
		w.atShift()
		w.desk.SignInAs(1)
		_, _ = w.desk.HandOver(w.t.Context(), nil)
	}},
	{"shift-home-uncounted", func(w *window) { w.signedIn(); w.goTo(nav.Shift) }},
	{"shift-in", func(w *window) { w.atShift(); w.typed("1"); w.typed("5000") }},
	{"shift-out-why", func(w *window) { w.atShift(); w.typed("2"); w.typed("40000"); w.press(keys.Enter, keys.Down) }},
	{"shift-out-own", func(w *window) {
		w.atShift()
		w.typed("2")
		w.typed("40000")
		w.press(keys.Enter)
		w.typed("6")
		w.typed("Window cleaner")
	}},
	{"shift-moved", func(w *window) { w.atShift(); w.typed("2"); w.typed("40000"); w.press(keys.Enter); w.typed("1") }},
	{"shift-hand", func(w *window) { w.atShift(); w.typed("4") }},
	{"shift-hand-take", func(w *window) { w.atShift(); w.desk.SignInAs(1); w.typed("4") }},
	{"shift-hand-count", func(w *window) { w.atShift(); w.desk.SignInAs(1); w.typed("4"); w.press(keys.Undo); w.typed("3") }},
	{"shift-count", func(w *window) { w.atShift(); w.typed("5") }},
	{"shift-agrees", func(w *window) { w.counted(0) }},
	{"shift-missing", func(w *window) { w.counted(-300) }},
	{"shift-over", func(w *window) { w.counted(12345678) }},
	{"shift-why", func(w *window) { w.counted(-300); w.press(keys.Enter, keys.Down) }},
	{"shift-close-refused", func(w *window) {
		w.counted(-300)
		w.desk.Fail = func(string) error {
			return &engine.Problem{Code: "disk", Text: "The disk is full, so no payment can be taken: free some space, then try again."}
		}
		w.press(keys.Enter, keys.Enter)
	}},
	{"shift-ended", func(w *window) { w.counted(0); w.press(keys.Enter) }},
	{"shift-ended-missing", func(w *window) { w.counted(-300); w.press(keys.Enter, keys.Enter) }},
	{"menu-day", func(w *window) { w.counting(); w.press(keys.Menu) }},
	{"closeday-open", func(w *window) { w.closing(4) }},
	{"closeday-carry", func(w *window) { w.closing(4); w.press(keys.Keep); w.typed("The bank does not answer tonight") }},
	{"closeday-carried", func(w *window) {
		w.closing(4)
		w.press(keys.Keep)
		w.typed("The bank does not answer tonight")
		w.press(keys.Enter, keys.Keep, keys.Last)
	}},
	{"closeday-drawer", func(w *window) { w.closing(0) }},
	{"closeday-batch", func(w *window) { w.closing(0); w.shut(); w.typed("3") }},
	{"closeday-batch-blocked", func(w *window) { w.closing(2); w.shut(); w.typed("3") }},
	{"closeday-batch-busy", func(w *window) { w.closing(0); w.shut(); w.typed("3"); w.hold = true; w.press(keys.Enter) }},
	{"closeday-batch-unknown", func(w *window) {
		w.closing(0)
		w.shut()
		w.desk.Change(func(n *engine.Snapshot) { n.Batch.Closing = true })
		w.typed("3")
	}},
	{"closeday-batch-refused", func(w *window) {
		w.closing(0)
		w.shut()
		w.desk.OnClose = func() (order.Batch, error) {
			return order.Batch{State: order.BatchNotClosed, Message: "E0015 the device is not known"}, nil
		}
		w.typed("3")
		w.press(keys.Enter)
	}},
	{"closeday-proof", func(w *window) { w.closing(0); w.shut(); w.typed("3"); w.press(keys.Enter) }},
	{"closeday-proof-busy", func(w *window) {
		w.closing(0)
		w.shut()
		w.typed("3")
		w.press(keys.Enter)
		w.desk.OnProve = func(order.Batch) (order.Proof, error) { w.hold = true; return order.Proof{}, nil }
		w.press(keys.Enter)
	}},
	{"closeday-proof-agrees", func(w *window) { w.closing(0); w.shut(); w.typed("3"); w.press(keys.Enter, keys.Enter) }},
	{"closeday-proof-differs", func(w *window) {
		w.closing(0)
		w.shut()
		w.desk.OnProve = differing
		w.typed("3")
		w.press(keys.Enter, keys.Enter)
	}},
	{"closeday-proof-part", func(w *window) {
		w.closing(0)
		w.shut()
		w.desk.OnProve = func(b order.Batch) (order.Proof, error) {
			p, err := differing(b)
			p.Complete, p.Trouble, p.More = false, "The payment host cannot be reached: check the network cable and the router.", 12
			p.Closed = &order.Totals{Sales: 127, SaleAmount: dollars(511095), Returns: 3, ReturnAmount: dollars(4400)}
			p.Wallets = []order.WalletProof{{Provider: "PayPal", Currency: money.USD, Complete: true, Found: []order.WalletMismatch{{What: order.HostOnly, Payment: "8XY12345AB6789012", There: dollars(999)}}}}
			return p, err
		}
		w.typed("3")
		w.press(keys.Enter, keys.Enter)
	}},
	{"closeday-z", func(w *window) { w.closing(0); w.shut(); w.typed("3"); w.press(keys.Enter, keys.Enter); w.typed("5") }},
	{"closeday-z-early", func(w *window) { w.closing(2); w.shut(); w.typed("5") }},
	{"closeday-z-blocked", func(w *window) { w.closing(2); w.typed("5") }},
	{"closeday-z-busy", func(w *window) { w.closing(0); w.shut(); w.typed("5"); w.hold = true; w.press(keys.Enter) }},
	{"closeday-done", func(w *window) { w.wholeDay() }},
	{"closeday-done-open", func(w *window) { w.wholeDay(); w.typed("1") }},
	{"closeday-reading", func(w *window) { w.atShift(); w.hold = true; w.goTo(nav.CloseDay); w.typed("5") }},
	{"closeday-failed", func(w *window) {
		w.closing(0)
		w.desk.Fail = func(method string) error {
			if strings.HasPrefix(method, "X") {
				return &engine.Problem{Code: "disk", Text: "The disk is full, so no payment can be taken: free some space, then try again."}
			}
			return nil
		}
		w.goTo(nav.Menu)
		w.goTo(nav.CloseDay)
	}},
}

// wholeDay closes a day to its end.
func (w *window) wholeDay() {
	w.closing(0)
	w.shut()
	w.typed("3")
	w.press(keys.Enter, keys.Enter)
	w.typed("5")
	w.press(keys.Enter)
}
