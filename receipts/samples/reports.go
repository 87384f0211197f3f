package samples

import (
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
)

// Report is an X or a Z report of a whole day.
func (s Facts) Report(z bool) receipts.ReportFacts {
	f := receipts.ReportFacts{Slip: s.Slip, Z: z, From: s.At.Add(-8 * time.Hour),
		Total: receipts.Tally{Count: 14, Amount: s.money(51963), Returns: 1, Returned: s.money(1250)},
		Voids: receipts.Figure{Count: 2, Amount: s.money(4500)},
		Goods: s.money(44000), Tax: s.money(2420), Tip: s.money(5543),
		ByTender: []receipts.Figure{
			{Label: receipts.TenderCards, Count: 9, Amount: s.money(36000)}, {Label: receipts.TenderOnFile, Count: 1, Amount: s.money(4963)},
			{Label: receipts.TenderCash, Count: 3, Amount: s.money(8500)}, {Label: receipts.TenderStored, Count: 1, Amount: s.money(2500)}},
		ByBrand: []receipts.Figure{{Text: "American Express", Count: 1, Amount: s.money(4963)},
			{Text: "Mastercard", Count: 4, Amount: s.money(16000)}, {Text: "Visa", Count: 6, Amount: s.money(22500)}},
		ByOperator: []receipts.Figure{{Text: "Ann", Count: 9, Amount: s.money(31963)}, {Text: "Ben", Count: 5, Amount: s.money(20000)}},
		ByHour: []receipts.Figure{{Text: "09:00", Count: 3, Amount: s.money(11963)}, {Text: "12:00", Count: 8, Amount: s.money(32500)},
			{Text: "15:00", Count: 3, Amount: s.money(7500)}},
		Drawer:        s.drawer(),
		Uncollected:   []receipts.Item{{Text: "A7K2M-000000398-6", Amount: s.money(2500)}},
		NotAuthorised: receipts.Figure{Count: 1, Amount: s.money(2500)}}
	f.Drawer.Denominations = nil
	f.Wallets = []receipts.WalletFigures{{Wallet: receipts.Wallet{Name: "PayPal"}, Sales: receipts.Figure{Count: 3, Amount: s.money(9000)},
		Refunds: receipts.Figure{Count: 1, Amount: s.money(1000)}, Fees: s.money(461), Net: s.money(7539)}}
	f.Number, f.Order, f.Batch, f.Host = "", "", "", ""
	if z {
		f.Number = "12"
	}
	return f
}

// cards is an X report of the open batch alone.
func (s Facts) cards() receipts.ReportFacts {
	f := s.Report(false)
	f.Cards, f.Batch, f.Host = true, s.Slip.Batch, s.Slip.Host
	f.Total = receipts.Tally{Count: 11, Amount: s.money(43463)}
	f.Voids, f.NotAuthorised, f.Drawer, f.Uncollected, f.ByOperator, f.ByHour = receipts.Figure{}, receipts.Figure{}, nil, nil, nil, nil
	f.Goods, f.Tax, f.Tip = money.Amount{}, money.Amount{}, money.Amount{}
	f.ByTender = []receipts.Figure{{Label: receipts.TenderCards, Count: 10, Amount: s.money(38500)}, {Label: receipts.TenderOnFile, Count: 1, Amount: s.money(4963)}}
	return f
}

func (s Facts) drawer() *receipts.DrawerFacts {
	return &receipts.DrawerFacts{Float: s.money(10000), Sales: s.money(8500), Back: s.money(500), In: s.money(2000), Out: s.money(5000),
		Expected: s.money(15000), Counted: s.money(14950),
		Denominations: []receipts.Figure{{Text: s.value(2000), Count: 7, Amount: s.money(14000)}, {Text: s.value(50), Count: 19, Amount: s.money(950)}}}
}

// value is an amount as a name.
func (s Facts) value(minor int64) string {
	if s.Tongue.Money == nil {
		return s.money(minor).Display()
	}
	return s.Tongue.Money(s.money(minor))
}

func (s Facts) shift(closed bool) receipts.ShiftFacts {
	f := receipts.ShiftFacts{Slip: s.Slip, Closed: closed, Drawer: receipts.DrawerFacts{Float: s.money(10000)}}
	f.Number, f.Order, f.Batch, f.Host = "12", "", "", ""
	if closed {
		day := s.Report(false)
		f.Opened, f.Drawer, f.Total, f.ByTender, f.Uncollected = day.From, *s.drawer(), day.Total, day.ByTender, day.Uncollected
		f.ApprovedBy = "Ben"
	}
	return f
}

// Batch is the closing of a batch, whose totals the host confirms or not.
func (s Facts) Batch(matches bool) receipts.BatchFacts {
	tally := receipts.Tally{Count: 12, Amount: s.money(48213), Returns: 1, Returned: s.money(1250)}
	host := tally
	f := receipts.BatchFacts{Slip: s.Slip, OpenedAt: s.At.Add(-8 * time.Hour), AtTerminal: tally, AtHost: &host}
	f.Number, f.Order = "", ""
	if !matches {
		host.Count--
		host.Amount = s.money(46963)
		f.Differences = []string{"Sale " + Number + ", " + s.value(1250) + ": not at the host."}
	}
	return f
}
