package app

import (
	"fmt"
	"strings"
	"time"

	"paydesk/app/batches"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/span"
	"paydesk/app/statement"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func sum(n int, minor int64) order.Sum { return order.Sum{Count: n, Amount: dollars(minor)} }

func part(name string, n int, minor int64) order.Part {
	return order.Part{Name: name, Sales: sum(n, minor), Voids: sum(0, 0), Returns: sum(0, 0), Net: dollars(minor)}
}

// figures are those of a good day, in parts of a hundred.
func figures(share int64) order.Figures {
	f := order.Figures{Currency: money.USD, Sales: sum(int(share), 184211*share/10), Voids: sum(2, 4550), Returns: sum(3, 12999),
		Tax: dollars(13934 * share / 10), Tips: dollars(8721 * share / 10), Fees: dollars(1204 * share / 10), FeesUnknown: 2, NoSales: 1, CashIn: sum(1, 5000), CashOut: sum(2, 12050)}
	f.Net = dollars(f.Sales.Amount.Minor - f.Voids.Amount.Minor - f.Returns.Amount.Minor)
	f.ByTender = []order.Part{part("CARD", 71, 120455*share/10), part("CASH", 33, 40211*share/10), part("WALLET", 9, 18002*share/10), part("ON_FILE", 2, -8006)}
	f.ByBrand = []order.Part{part("Visa", 41, 70455*share/10), part("Mastercard", 22, 40000*share/10), part("American Express", 8, 10000*share/10), part("paypal", 9, 18002*share/10)}
	f.ByOperator = []order.Part{part("op1", 60, 100455*share/10), part("op2", 55, 78207*share/10)}
	for i, n := range []int64{120, 310, 540, 980, 1520, 760, 430, 610, 820, 1140, 390, -60} {
		f.ByHour = append(f.ByHour, part(fmt.Sprintf("%02d", i+8), int(max(0, n)/40), n*share*3))
	}
	return f
}

var proofID = strings.Repeat("9f86d081884c7d65", 4)

// booked fills the books of the desk: an X report, Z reports, closings with
// their comparisons, two weeks and a year.
func (w *window) booked() {
	w.desk.SignInAs(0)
	now := w.desk.Clock.Now()
	today := w.desk.Day().Of(now)
	b := &w.desk.Books
	here, there := dollars(4250), dollars(4520)
	totals := order.Totals{Sales: 71, SaleAmount: dollars(1842110), Returns: 3, ReturnAmount: dollars(12999)}
	short := totals
	short.Sales, short.SaleAmount = 70, dollars(1837860)
	bad := order.Proof{ID: "P2", Batch: "B2", At: now.Add(-14 * time.Hour), Complete: true, Journal: totals, Host: short, Closed: &totals, Rows: 71, Local: 73, Matched: 69, Digest: proofID,
		Found: []order.Mismatch{
			{What: order.LocalOnly, Shelf: order.ShelfSales, Number: "K7P2Q00001010AB10", Origin: order.OriginOwn, Here: &here, At: now},
			{What: order.HostOnly, Shelf: order.ShelfSales, GUID: "0b7f7a3a-5e0e-4a2c-9a35-3a1a5a0e7c11", Origin: order.OriginOwn, There: &there, At: now},
			{What: order.AmountDiffers, Shelf: order.ShelfSales, Number: "K7P2Q00001004AB04", Here: &here, There: &there},
		},
		Wallets: []order.WalletProof{{Provider: "paypal", Currency: money.USD, Complete: true, Here: sum(9, 18002), There: sum(8, 15552), Back: sum(0, 0), BackThere: sum(0, 0), Fees: dollars(522), Net: dollars(15030), Matched: 8,
			Found: []order.WalletMismatch{{What: order.LocalOnly, ID: "K7P2Q00001200AQ01", Payment: "5TY05013RG002845M", Here: dollars(2450)}}},
			{Provider: "razorpay", Currency: money.USD, Trouble: "Razorpay does not answer: check the network."}}}
	good := order.Proof{ID: "P1", Batch: "B1", At: now.Add(-38 * time.Hour), Complete: true, Journal: totals, Host: totals, Closed: &totals, Rows: 74, Local: 74, Matched: 74, Digest: proofID}
	b.Proofs = map[string]order.Proof{"B1": good, "B2": bad}
	carried := order.Carried{Kind: "payment", ID: "K7P2Q00001006AB06", Text: "Payment by card, not known yet", Amount: dollars(4200), By: "op1", Reason: "The bank is looking into it since Friday", At: now}
	for i := range 5 {
		at := now.Add(time.Duration(-38+24*(i-3)) * time.Hour)
		batch := order.Batch{ID: fmt.Sprint("B", i-2), State: order.BatchClosed, Device: "T01", GUID: "6f1c2a9e-77aa-4f0b-b0c3-0a4f7c1d22e" + fmt.Sprint(i), Operator: "op1", Local: totals, Host: &totals, Opened: at.Add(-11 * time.Hour), Asked: at, Ended: at, Auto: i == 1, Followed: i == 0}
		switch i {
		case 0:
			batch.Host = nil
		case 2:
			batch.State = order.BatchUnknown
		case 4:
			batch.Host, batch.Carried, batch.Approved = &short, []order.Carried{carried}, "op3"
		}
		b.Batches = append(b.Batches, batch)
	}
	b.Taken = []terminal.HostBatchRow{{TransactionType: "Sale", TransactionGUID: "0b7f7a3a-5e0e-4a2c-9a35-3a1a5a0e7c11", TransactionDatetime: "2026-05-11T18:02:11", LastFour: "1111", CardType: "Visa", Amount: "45.20"},
		{TransactionType: "Return", TransactionGUID: "1c7f7a3a-5e0e-4a2c-9a35-3a1a5a0e7c12", TransactionDatetime: "2026-05-11T18:22:51", LastFour: "4444", CardType: "Mastercard", Amount: "12.00"}}
	b.Report = order.ZReport{Day: today, Since: now.Add(-13 * time.Hour), At: now, Operator: "op1", Cutoff: "04:00", Zone: "Europe/Berlin", Figures: []order.Figures{figures(10)}}
	for i := range 12 {
		b.Reports = append(b.Reports, w.z(i+1, now.Add(time.Duration(i-12)*24*time.Hour)))
	}
	b.Reports[10].Batches, b.Reports[10].Proofs = b.Batches[3:4], []order.Proof{good}
	last := &b.Reports[11]
	last.Batches, last.Proofs = b.Batches[4:5], []order.Proof{bad}
	last.Carried = []order.Carried{carried}
	last.Uncollected = []order.Named{{ID: "S-late", Text: "Stored sale, Visa 1111", Amount: dollars(4200)}}
	last.Stored = []order.Named{{ID: "S-3", Text: "Stored sale, Mastercard 4444", Amount: dollars(1250)}}
	last.Open = []order.Named{{ID: "K7P2Q00001009AB09", Text: "Payment by card, being taken back", Amount: dollars(999)}}
	b.Stretches = map[string][]order.Stretch{}
	for i := range 12 {
		day := span.Add(today, i-11)
		b.Stretches["day"] = append(b.Stretches["day"], order.Stretch{Day: day, Figures: []order.Figures{figures(int64(6 + (i*7)%9))}})
		month := span.Month(today, i-11)
		if i != 3 {
			b.Stretches["month"] = append(b.Stretches["month"], order.Stretch{Day: order.Day(month.Month()), Figures: []order.Figures{figures(int64(90 + (i*37)%160))}})
		}
	}
	posting := func(ref string, minor int64, s order.PostState, says string) order.Posting {
		return order.Posting{Reference: ref, Kind: "bank", Amount: dollars(minor), State: s, Message: says}
	}
	b.Preview = []order.Export{{ID: "xero Z-000012", Target: order.ExportXero, Z: 12, Day: "2026-05-11", At: now, Postings: []order.Posting{
		posting("PD-T01-Z000012-CARD", 1204550, order.PostBuilt, ""), posting("PD-T01-Z000012-CASH", 402110, order.PostBuilt, ""), posting("PD-T01-Z000012-FEES", -12040, order.PostBuilt, "")}}}
	b.Posted = []order.Export{{ID: "xero Z-000012", Target: order.ExportXero, Z: 12, Day: "2026-05-11", At: now, Postings: []order.Posting{
		posting("PD-T01-Z000012-CARD", 1204550, order.PostDone, ""), posting("PD-T01-Z000012-CASH", 402110, order.PostUnknown, ""),
		posting("PD-T01-Z000012-FEES", -12040, order.PostRejected, "Xero does not know the account 404.")}}}
	b.Exports = []order.Export{{ID: "bank-csv Z-000011", Target: order.ExportBankCSV, Z: 11, Day: "2026-05-10", Done: true, Files: []string{"/home/shop/Paydesk/exports/bank-csv-cards-2026-05-01-2026-05-10.csv"}, At: now.Add(-20 * time.Hour), Postings: []order.Posting{posting("PD-T01-Z000011", 1594550, order.PostDone, "")}}}
}

func (w *window) z(number int, at time.Time) order.ZReport {
	drawer := order.Drawer{Float: dollars(15000), Sales: dollars(402110), Back: dollars(2500), In: dollars(5000), Out: dollars(12050), NoSales: 1, Expected: dollars(407560)}
	shift := order.Shift{ID: fmt.Sprint("H", number), Number: number, State: order.ShiftClosed, Float: order.Count{Total: dollars(15000)}, OpenedBy: "op2", Opened: at.Add(-10 * time.Hour), Holder: "op2", Closed: at,
		Counts: []order.Count{{Total: dollars(406760)}}, Drawer: drawer, Off: dollars(-800), Reason: "Wrong change at noon", Approved: "op1", ClosedBy: "op2"}
	return order.ZReport{ID: order.ZID(number), Number: number, Day: w.desk.Day().Of(at), From: int64(4000 * number), To: int64(4000*number + 4000), Since: at.Add(-24 * time.Hour), At: at, Operator: "op1", Zone: "Europe/Berlin", Cutoff: "04:00",
		Rounding: "half away from zero, per ticket", Figures: []order.Figures{figures(10 + int64(number)%4)}, Shifts: []order.Shift{shift},
		Head: order.SignedHead{Seq: int64(4000*number + 4000), Hash: proofID, Key: proofID, Signature: proofID + proofID}}
}

// reports opens a tab of the reports.
func reports(tab rune, press ...keys.Key) func(*window) {
	return func(w *window) {
		w.booked()
		w.goTo(nav.Reports)
		w.typed(string(tab))
		w.press(press...)
	}
}

// ofZ opens a tab of the newest Z report.
func ofZ(tab rune, press ...keys.Key) func(*window) {
	return func(w *window) {
		reports('6', keys.Enter)(w)
		w.typed(string(tab))
		w.press(press...)
	}
}

// closedBatches opens the closed batches, and rows of them.
func closedBatches(rows ...int) func(*window) {
	return func(w *window) {
		w.booked()
		w.goTo(nav.Batches)
		for _, row := range rows {
			w.screens[nav.Batches].(*batches.Screen).Pick(row)
		}
	}
}

// ofBooks opens the statement, and rows of what can be done with it.
func ofBooks(rows ...int) func(*window) {
	return func(w *window) {
		w.booked()
		w.goTo(nav.Statement)
		if len(rows) > 0 {
			w.press(keys.Receipt)
		}
		for _, row := range rows {
			w.screens[nav.Statement].(*statement.Screen).Pick(row)
		}
	}
}

var reportScenes = []scene{
	{"report-today", reports('1')},
	{"report-today-euros", func(w *window) {
		w.booked()
		euros := figures(8)
		euros.Currency = "EUR"
		w.desk.Books.Report.Figures = append(w.desk.Books.Report.Figures, euros)
		w.desk.Books.Report.Uncollected = []order.Named{{ID: "S1", Text: "Stored sale", Amount: dollars(4200)}}
		w.goTo(nav.Reports)
	}},
	{"report-empty", func(w *window) {
		w.signedIn()
		w.desk.Books.Report.At = w.desk.Clock.Now()
		w.goTo(nav.Reports)
	}},
	{"report-busy", func(w *window) { w.booked(); w.hold = true; w.goTo(nav.Reports) }},
	{"report-cancelled", func(w *window) { w.booked(); w.hold = true; w.goTo(nav.Reports); w.press(keys.Undo) }},
	{"report-wrong", func(w *window) {
		w.booked()
		w.desk.Fail = func(method string) error {
			if method == "PrintNow" {
				return &engine.Problem{Code: "printer", Text: "No paper."}
			}
			return nil
		}
		w.goTo(nav.Reports)
		w.press(keys.Receipt)
	}},
	{"report-hours", reports('2')},
	{"report-hours-chosen", reports('2', keys.Right, keys.Right)},
	{"report-tenders", reports('3')},
	{"report-week", reports('4')},
	{"report-months", reports('5')},
	{"report-zs", reports('6')},
	{"report-zs-none", func(w *window) { w.signedIn(); w.goTo(nav.Reports); w.typed("6") }},
	{"report-days", reports('6', keys.Undo)},
	{"report-days-form", reports('6', keys.Undo, keys.Down, keys.Down, keys.Down, keys.Down, keys.Enter)},
	{"report-z", ofZ('1')},
	{"report-z-hours", ofZ('2')},
	{"report-z-tenders", ofZ('3')},
	{"report-z-drawer", ofZ('4')},
	{"report-z-proof", ofZ('5')},
	{"report-z-open", ofZ('6')},
	{"report-z-chain", ofZ('7')},
	{"report-z-save", ofZ('1', keys.Undo)},
	{"report-z-saved", ofZ('1', keys.Undo, keys.Enter)},
	{"report-z-slip", ofZ('1', keys.Receipt)},
	{"batches", closedBatches()},
	{"batches-none", func(w *window) { w.signedIn(); w.goTo(nav.Batches) }},
	{"batches-one", closedBatches(0)},
	{"batches-good", closedBatches(1)},
	{"batches-rows", closedBatches(0, 0)},
	{"batches-proved", closedBatches(1, 1)},
	{"batches-proving", func(w *window) { closedBatches(1)(w); w.hold = true; w.screens[nav.Batches].(*batches.Screen).Pick(1) }},
	{"statement", ofBooks()},
	{"statement-months", func(w *window) { ofBooks()(w); w.press(keys.Another) }},
	{"statement-none", func(w *window) { w.signedIn(); w.goTo(nav.Statement) }},
	{"statement-export", func(w *window) { ofBooks()(w); w.press(keys.Receipt) }},
	{"statement-saved", ofBooks(0)},
	{"statement-xero", ofBooks(4)},
	{"statement-xero-ask", func(w *window) { ofBooks(4)(w); w.press(keys.Receipt) }},
	{"statement-xero-done", func(w *window) { ofBooks(4)(w); w.press(keys.Receipt, keys.Undo) }},
	{"statement-twice", func(w *window) { ofBooks(2)(w); w.press(keys.Receipt, keys.Undo) }},
	{"statement-done", ofBooks(5)},
	{"statement-done-one", ofBooks(5, 0)},
	{"prefs-day", func(w *window) { w.lastPage(10) }},
	{"prefs-day-wrong", func(w *window) { w.lastPage(10, 2); w.typed("9"); w.press(keys.Enter) }},
	{"prefs-xero", func(w *window) { w.lastPage(11) }},
	{"prefs-xero-secret", func(w *window) { w.lastPage(11, 3); w.typed("QFZCWN5HZM8VBG7Q") }},
	{"prefs-xero-checked", func(w *window) { w.lastPage(11, 4) }},
	{"prefs-xero-accounts", func(w *window) { w.lastPage(11, 7) }},
	{"prefs-xero-more", func(w *window) { w.lastPage(11, 8) }},
}

// lastPage opens a page of the settings by its place, and rows of it.
func (w *window) lastPage(page int, rows ...int) {
	w.office(nav.Settings)
	for range page {
		w.press(keys.Down)
	}
	w.press(keys.Enter)
	for _, row := range rows {
		for range row {
			w.press(keys.Down)
		}
		w.press(keys.Enter)
	}
}
