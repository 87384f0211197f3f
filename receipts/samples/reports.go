package samples

import (
	"fmt"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
)

// Report is an X or a Z report of a whole day, on which drawer, terminal, bank
// and wallet agree.
func (s Facts) Report(z int) receipts.ReportFacts {
	f := receipts.ReportFacts{Slip: s.Slip, Z: z, Day: s.At.Format(time.DateOnly), Since: s.At.Add(-8 * time.Hour), From: 1200, To: 5410,
		Zone: "America/New_York", Cutoff: "04:00", Rounding: receipts.RoundingRule, Sums: []receipts.SumFacts{s.sums()},
		Drawers:     []receipts.DrawerFacts{s.drawer(true)},
		Uncollected: []receipts.Item{{Text: "A7K2M-000000398-6", Amount: s.money(2500)}},
		Stored:      []receipts.Item{{Text: "A7K2M-000000415-8", Amount: s.money(3100)}},
		Head:        receipts.HeadFacts{Nonce: "7K3Q2", Seq: 5410, Hash: digits(64), Key: digits(64), Signature: digits(128)}}
	f.Number, f.Order, f.Batch, f.Host, f.Code = "", "", "", "", code
	if z == 0 {
		f.Head.Signature, f.Code = "", ""
		f.Drawers[0].Expected, f.Drawers[0].Counted, f.Drawers[0].Pieces = money.Amount{}, money.Amount{}, nil
		return f
	}
	f.ApprovedBy = "Ben"
	f.Batches = []receipts.ClosedFacts{{Batch: "5f2a6c1e", How: receipts.ClosedHere, At: s.At.Add(-2 * time.Minute), Tally: s.tally()}}
	f.Proofs = []receipts.ProofFacts{s.proof()}
	return f
}

// code and digits stand where a report has the proof of its place in the journal.
var code = "PDH" + strings.Repeat("BCDEFGHJKLNPRSTU", 18)

func digits(n int) string { return strings.Repeat("9f86d081884c7d65", n/16) }

func (s Facts) sums() receipts.SumFacts {
	figure := func(text string, count int, minor int64) receipts.Figure {
		return receipts.Figure{Text: text, Count: count, Amount: s.money(minor)}
	}
	tender := func(label string, count int, minor int64) receipts.Figure {
		return receipts.Figure{Label: label, Count: count, Amount: s.money(minor)}
	}
	return receipts.SumFacts{Sales: figure("", 17, 67463), Voids: figure("", 1, 4500), Returns: figure("", 3, 2750),
		Net: s.money(60213), Tax: s.money(3011), Tip: s.money(5543), Fees: s.money(461), FeesUnknown: 1,
		ByTender: []receipts.Figure{tender(receipts.TenderCards, 10, 39250), tender(receipts.TenderOnFile, 1, 4963),
			tender(receipts.TenderCash, 3, 8000), tender(receipts.TenderWallet, 3, 8000)},
		ByBrand:    []receipts.Figure{figure("American Express", 1, 4963), figure("Mastercard", 4, 16000), figure("PayPal", 3, 8000), figure("Visa", 6, 23250)},
		ByOperator: []receipts.Figure{figure("Ann", 10, 36213), figure("Ben", 7, 24000)},
		ByHour:     []receipts.Figure{figure("09:00", 4, 14213), figure("12:00", 9, 36000), figure("15:00", 4, 10000)},
		CashIn:     figure("", 1, 2000), CashOut: figure("", 1, 5000), NoSales: 2}
}

func (s Facts) tally() receipts.Tally {
	return receipts.Tally{Count: 10, Amount: s.money(45463), Returns: 1, Returned: s.money(1250)}
}

// proof is a comparison in which everything agrees.
func (s Facts) proof() receipts.ProofFacts {
	tally := s.tally()
	figure := func(count int, minor int64) receipts.Figure {
		return receipts.Figure{Count: count, Amount: s.money(minor)}
	}
	return receipts.ProofFacts{Batch: "5f2a6c1e", Complete: true, Journal: tally, Host: tally, Closing: &tally, Matched: 11, Digest: digits(64),
		Wallets: []receipts.WalletProofFacts{{Wallet: receipts.Wallet{Name: "PayPal"}, Complete: true, Here: figure(3, 9000), There: figure(3, 9000),
			Back: figure(1, 1000), BackThere: figure(1, 1000), Fees: s.money(461), Net: s.money(7539), Matched: 4}}}
}

// differing is a Z report with one transaction missing, one too much and one
// altered, and money missing in the drawer.
func (s Facts) differing() receipts.ReportFacts {
	f := s.Report(13)
	f.Drawers[0] = s.drawer(false)
	f.Carried = s.carried()
	f.Open = []receipts.Item{{Text: "A7K2M-000000399-4", Amount: s.money(1799)}}
	p := &f.Proofs[0]
	p.Host.Amount = s.money(45162)
	closing := p.Host
	p.Closing, p.Matched = &closing, 9
	p.Differences = []receipts.DifferenceFacts{
		{What: receipts.OnlyHere, ID: "A7K2M-000000401-0", Here: s.money(1250)},
		{What: receipts.OnlyThere, ID: "c1d7a90b", There: s.money(999)},
		{What: receipts.OtherAmount, ID: "A7K2M-000000407-7", Here: s.money(1250), There: s.money(1200)}}
	w := &p.Wallets[0]
	w.Complete, w.Trouble, w.There, w.Matched = false, s.say("The wallet has not answered yet. Keep this slip."), receipts.Figure{Amount: s.money(0)}, 0
	w.BackThere = w.There
	return f
}

// drawer is that of a shift, to which fifty cents are missing where it does not
// agree.
func (s Facts) drawer(agrees bool) receipts.DrawerFacts {
	d := receipts.DrawerFacts{Shift: "12", Float: s.money(10000), Sales: s.money(8500), Back: s.money(500), In: s.money(2000), Out: s.money(5000),
		NoSales: 2, Expected: s.money(15000), Counted: s.money(15000), Pieces: s.pieces(20)}
	if !agrees {
		d.Counted, d.Pieces = s.money(14950), s.pieces(19)
		d.Reason, d.ApprovedBy = "Wrong change given at noon", "Ben"
	}
	return d
}

// pieces are seven notes and some coins.
func (s Facts) pieces(coins int) []receipts.Figure {
	return []receipts.Figure{{Text: s.value(2000), Count: 7, Amount: s.money(14000)}, {Text: s.value(50), Count: coins, Amount: s.money(50 * int64(coins))}}
}

// say is what a paper gets in its language.
func (s Facts) say(english string, args ...any) string {
	if s.Tongue.Say == nil {
		return fmt.Sprintf(english, args...)
	}
	return s.Tongue.Say(english, args...)
}

// value is an amount as a name.
func (s Facts) value(minor int64) string {
	if s.Tongue.Money == nil {
		return s.money(minor).Display()
	}
	return s.Tongue.Money(s.money(minor))
}

func (s Facts) shift(closed bool) receipts.ShiftFacts {
	f := receipts.ShiftFacts{Slip: s.Slip, Closed: closed, OpenedBy: "Ann", Drawer: receipts.DrawerFacts{Shift: "12", Float: s.money(10000),
		Pieces: []receipts.Figure{{Text: s.value(2000), Count: 4, Amount: s.money(8000)}, {Text: s.value(50), Count: 40, Amount: s.money(2000)}}}}
	f.Number, f.Order, f.Batch, f.Host = "", "", "", ""
	if closed {
		f.Opened, f.Drawer = s.At.Add(-8*time.Hour), s.drawer(false)
		f.Hands = []receipts.HandFacts{{From: "Ann", To: "Ben", At: s.At.Add(-4 * time.Hour), Counted: s.money(12300)}}
	}
	return f
}

func (s Facts) move(out bool) receipts.MoveFacts {
	f := receipts.MoveFacts{Slip: s.Slip, Amount: s.money(2000), Reason: "Change from the bank", Shift: "12"}
	f.Number, f.Order, f.Batch, f.Host = "A7K2M-000000421-2", "", "", ""
	if out {
		f.Out, f.Amount, f.Reason, f.ApprovedBy = true, s.money(5000), "To the safe", "Ben"
	}
	return f
}

// Batch is the closing of a batch, whose totals the host confirms or not.
func (s Facts) Batch(matches bool) receipts.BatchFacts {
	tally := receipts.Tally{Count: 12, Amount: s.money(48213), Returns: 1, Returned: s.money(1250)}
	host := tally
	f := receipts.BatchFacts{Slip: s.Slip, OpenedAt: s.At.Add(-8 * time.Hour), How: receipts.ClosedHere, AtTerminal: tally, AtHost: &host}
	f.Number, f.Order = "", ""
	if !matches {
		host.Count--
		host.Amount = s.money(46963)
		f.How = receipts.ClosedAuto
		f.Differences = []string{"Sale " + Number + ", " + s.value(1250) + ": not at the host."}
		f.Carried = s.carried()
	}
	return f
}

func (s Facts) carried() []receipts.CarriedFacts {
	return []receipts.CarriedFacts{{Item: receipts.Item{Text: "A7K2M-000000399-4", Amount: s.money(1799)}, By: "Ben", Reason: "The bank does not answer today"}}
}

// drill is the sheet of a drill that the terminal stood or not.
func (s Facts) drill(passed bool) receipts.DrillFacts {
	f := receipts.DrillFacts{Slip: s.Slip, Passed: passed, Began: s.At.Add(-3 * time.Minute), Ended: s.At, Seed: 8, Sign: digits(128),
		Checks: []receipts.DrillCheck{
			{Name: s.say("Cash drawer"), Result: receipts.DrillPass, Says: s.say("Agrees"), Figure: s.value(15000)},
			{Name: s.say("Journal"), Result: receipts.DrillPass, Says: s.say("All %d transactions agree to the cent.", 412), Figure: "412 / 412"},
			{Name: s.say("Bank"), Result: receipts.DrillPass, Says: s.say("Terminal and host agree."), Figure: "412 / 412"},
			{Name: s.say("Z REPORT"), Result: receipts.DrillPass, Says: s.say("Agrees"), Figure: "0.4 s"},
			{Name: s.say("Printer"), Result: receipts.DrillSkipped, Says: s.say("Not compared")}},
		Totals: []receipts.Figure{{Label: receipts.TenderCards, Count: 380, Amount: s.money(1723450)}, {Label: receipts.TenderCash, Count: 32, Amount: s.money(60210)}}}
	f.Number, f.Order, f.Batch, f.Host = "", "", "", ""
	if !passed {
		f.Checks[2] = receipts.DrillCheck{Name: s.say("Bank"), Result: receipts.DrillFail, Says: s.say("Not at the other side"), Figure: "411 / 412"}
	}
	return f
}
