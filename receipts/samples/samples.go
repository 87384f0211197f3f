// Package samples has one of each document that the terminal prints, with
// figures that are made up: an owner sees all papers before the shop opens, and
// the renderers are tested with them.
package samples

import (
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
)

// Sample is a document with a name that can be one of a file.
type Sample struct {
	Name     string
	Document receipts.Document
}

// Facts makes the facts of the samples.
type Facts struct {
	receipts.Slip
	c money.Currency
}

// Number is the number of the sale on the samples.
const Number = "A7K2M-000000417-4"

// Like are samples with the head, names, language, moment and training notice of
// a slip. Copy, number, order and batch are their own.
func Like(slip receipts.Slip, c money.Currency) Facts {
	slip.Copy, slip.Number, slip.Order, slip.Batch = receipts.Customer, Number, "1042", "37"
	return Facts{slip, c}
}

// All are the documents. Printer and columns are what the print test tells.
func (s Facts) All(printer string, columns int) []Sample {
	copied := s.Sale()
	copied.Copy, copied.CopyNumber = receipts.Merchant, 2
	list := append(s.sales(), s.follows()...)
	return append(list, []Sample{
		{"sale-merchant-copy-2", receipts.Sale(copied)},
		{"cash", receipts.Cash(s.cash(receipts.Customer))}, {"cash-merchant", receipts.Cash(s.cash(receipts.Merchant))},
		{"cash-back", receipts.CashBack(s.cashBack(receipts.Customer))}, {"cash-back-merchant", receipts.CashBack(s.cashBack(receipts.Merchant))},
		{"bill", receipts.Bill(s.Bill())}, {"bill-open", receipts.Bill(s.openBill())}, {"bill-stored", receipts.Bill(s.storedBill())},
		{"bill-cancelled", receipts.Bill(s.cancelledBill())},
		{"pay-later", receipts.PayLater(s.payLater(false))}, {"pay-later-refused", receipts.PayLater(s.payLater(true))},
		{"approval", receipts.Approval(s.approval())},
		{"wallet", receipts.WalletSale(s.wallet(receipts.Customer))}, {"wallet-merchant", receipts.WalletSale(s.wallet(receipts.Merchant))},
		{"refund", receipts.Refund(s.refund(receipts.Approved))}, {"refund-pending", receipts.Refund(s.refund(receipts.Stored))},
		{"refund-refused", receipts.Refund(s.refund(receipts.Declined))}, {"code", receipts.Code(s.code())},
		{"x-report", receipts.Report(s.Report(0))}, {"z-report", receipts.Report(s.Report(12))}, {"z-report-differences", receipts.Report(s.differing())},
		{"shift-open", receipts.Shift(s.shift(false))}, {"shift-close", receipts.Shift(s.shift(true))},
		{"cash-in", receipts.Move(s.move(false))}, {"cash-out", receipts.Move(s.move(true))},
		{"drill-passed", receipts.DrillSheet(s.drill(true))}, {"drill-failed", receipts.DrillSheet(s.drill(false))},
		{"batch", receipts.BatchClose(s.Batch(true))}, {"batch-mismatch", receipts.BatchClose(s.Batch(false))},
		{"selftest", receipts.SelfTest(receipts.TestFacts{Shop: s.Shop, Tongue: s.Tongue, Device: s.Device,
			Printer: printer, Columns: columns, Drawer: true, At: s.At})},
	}...)
}

func (s Facts) money(minor int64) money.Amount { return money.New(minor, s.c) }

func (s Facts) copy(c receipts.Copy) receipts.Slip {
	slip := s.Slip
	slip.Copy = c
	return slip
}

func (s Facts) card() receipts.Card {
	return receipts.Card{Brand: "Visa", Last4: "1111", EntryMode: receipts.EntryKeyed, CardholderName: "Maria Example"}
}

// Sale is an approved sale, customer copy.
func (s Facts) Sale() receipts.SaleFacts {
	amount := s.money(123450)
	return receipts.SaleFacts{Slip: s.Slip, Card: s.card(), Outcome: receipts.Approved, Amount: amount, Approved: amount,
		AuthCode: "123456", Reference: "508116740021"}
}

func (s Facts) sales() (list []Sample) {
	add := func(name string, change func(*receipts.SaleFacts)) {
		f := s.Sale()
		change(&f)
		list = append(list, Sample{name, receipts.Sale(f)})
	}
	merchant := func(change func(*receipts.SaleFacts)) func(*receipts.SaleFacts) {
		return func(f *receipts.SaleFacts) { f.Copy = receipts.Merchant; change(f) }
	}
	items := func(f *receipts.SaleFacts) {
		f.Items = receipts.Items{Goods: []receipts.Item{{Amount: s.money(110000)}}, Tax: s.money(6050), Tip: s.money(7400)}
	}
	hold := func(f *receipts.SaleFacts) { f.Hold, f.Until = true, f.At.Add(5*24*time.Hour) }
	unasked := func(f *receipts.SaleFacts) { f.AuthCode, f.Reference, f.Batch, f.Host = "", "", "", "" }
	stored := func(f *receipts.SaleFacts) { unasked(f); f.Outcome = receipts.Stored }
	add("sale", func(*receipts.SaleFacts) {})
	add("sale-merchant", merchant(func(*receipts.SaleFacts) {}))
	add("sale-items", items)
	add("sale-on-file", func(f *receipts.SaleFacts) { f.EntryMode = receipts.EntryOnFile })
	add("sale-swiped", func(f *receipts.SaleFacts) { f.EntryMode = receipts.EntrySwiped })
	add("sale-part", func(f *receipts.SaleFacts) { f.Outcome, f.Approved = receipts.PartApproved, s.money(100000) })
	add("sale-leg-merchant", merchant(func(f *receipts.SaleFacts) { f.Part, f.Parts, f.Whole = 2, 3, s.money(300000) }))
	add("declined", func(f *receipts.SaleFacts) {
		unasked(f)
		f.Outcome, f.Approved, f.Host = receipts.Declined, s.money(0), s.Host
		f.Reason = s.Tongue.Sentence("Please use another card")
	})
	add("unknown", func(f *receipts.SaleFacts) { unasked(f); f.Outcome, f.Host = receipts.Unknown, s.Host })
	add("stored", stored)
	add("stored-merchant", merchant(stored))
	add("hold", hold)
	add("hold-merchant", merchant(hold))
	return list
}

func (s Facts) follows() (list []Sample) {
	add := func(name string, act receipts.Act, change func(*receipts.FollowFacts)) {
		for c, suffix := range []string{receipts.Customer: "", receipts.Merchant: "-merchant"} {
			f := receipts.FollowFacts{Slip: s.copy(receipts.Copy(c)), Card: s.card(), Act: act, Outcome: receipts.Approved, Amount: s.money(123450),
				Original: Number, Paid: s.money(123450), Left: s.money(0), AuthCode: "123456", Reference: "508116740022"}
			f.Number, f.EntryMode = "A7K2M-000000418-2", ""
			change(&f)
			list = append(list, Sample{name + suffix, receipts.Follow(f)})
		}
	}
	add("void", receipts.Void, func(f *receipts.FollowFacts) { f.Reason = "Wrong amount" })
	add("void-hold", receipts.Void, func(f *receipts.FollowFacts) { f.Held = true })
	add("return", receipts.Return, func(f *receipts.FollowFacts) {
		f.Amount, f.Left, f.ApprovedBy, f.Reason = s.money(23450), s.money(100000), "Ben", "One book came back"
	})
	add("return-declined", receipts.Return, func(f *receipts.FollowFacts) {
		f.Outcome, f.AuthCode, f.Refusal = receipts.Declined, "", s.Tongue.Sentence("Please use another card")
	})
	add("return-unknown", receipts.Return, func(f *receipts.FollowFacts) { f.Outcome, f.AuthCode = receipts.Unknown, "" })
	add("capture", receipts.Capture, func(f *receipts.FollowFacts) { f.Held, f.Amount = true, s.money(98700) })
	add("verify", receipts.Check, func(f *receipts.FollowFacts) {
		f.Original, f.Paid, f.Left, f.Amount = "", money.Amount{}, money.Amount{}, s.money(0)
	})
	return list
}

func (s Facts) cash(c receipts.Copy) receipts.CashFacts {
	f := receipts.CashFacts{Slip: s.copy(c), Amount: s.money(1250), Tendered: s.money(2000), Change: s.money(750)}
	f.Batch, f.Host = "", ""
	return f
}

func (s Facts) cashBack(c receipts.Copy) receipts.CashBackFacts {
	f := receipts.CashBackFacts{Slip: s.copy(c), Amount: s.money(500), Original: Number, Paid: s.money(1250), Left: s.money(750),
		Reason: "One cup was broken", ApprovedBy: "Ben"}
	f.Number, f.Batch, f.Host = "A7K2M-000000419-0", "", ""
	return f
}

// Bill is a bill that was paid by two cards and cash.
func (s Facts) Bill() receipts.BillFacts {
	f := receipts.BillFacts{Slip: s.Slip,
		Items: receipts.Items{Goods: []receipts.Item{{Amount: s.money(25000)}}, Tax: s.money(1375), Tip: s.money(3625)},
		Total: s.money(30000), Left: s.money(0),
		Payments: []receipts.Payment{
			{Card: s.card(), Outcome: receipts.Approved, Amount: s.money(15000), Number: Number, AuthCode: "123456", Reference: "508116740021"},
			{Card: receipts.Card{Brand: "Mastercard", Last4: "4444", EntryMode: receipts.EntrySwiped}, Outcome: receipts.Approved,
				Amount: s.money(10000), Number: "A7K2M-000000418-2", AuthCode: "654321", Reference: "508116740022"},
			{Cash: true, Amount: s.money(5000), Tendered: s.money(6000), Change: s.money(1000), Number: "A7K2M-000000419-0"},
		}}
	f.Number, f.Batch, f.Host = "A7K2M-000000416-6", "", ""
	f.Code = receipts.BillPrefix + f.Number
	return f
}

func (s Facts) openBill() receipts.BillFacts {
	f := s.Bill()
	f.Payments, f.Left = f.Payments[:2], s.money(5000)
	return f
}

func (s Facts) storedBill() receipts.BillFacts {
	f := s.Bill()
	f.Payments[1].Outcome, f.Payments[1].AuthCode, f.Payments[1].Reference = receipts.Stored, "", ""
	return f
}

func (s Facts) cancelledBill() receipts.BillFacts {
	f := s.openBill()
	f.Cancelled = true
	for i := range f.Payments {
		f.Payments[i].Returned = f.Payments[i].Amount
	}
	return f
}

func (s Facts) payLater(refused bool) receipts.PayLaterFacts {
	f := receipts.PayLaterFacts{Slip: s.Slip, Owed: s.money(5000), Whole: s.money(30000), Paid: s.money(25000)}
	f.Number, f.Batch, f.Host = "A7K2M-000000416-6", "", ""
	f.Code = receipts.BillPrefix + f.Number
	if refused {
		f.Refused, f.Card, f.Whole, f.Paid, f.Code = true, s.card(), money.Amount{}, money.Amount{}, receipts.StoredPrefix+f.Number
	}
	return f
}

func (s Facts) approval() receipts.ApprovalFacts {
	f := receipts.ApprovalFacts{Slip: s.Slip, Card: s.card(), What: receipts.ApprovedReturn, Amount: s.money(23450), Approver: "Ben",
		Reason: "One book came back", For: Number}
	f.Number, f.EntryMode, f.Order, f.Batch, f.Host = "A7K2M-000000418-2", "", "", "", ""
	return f
}
