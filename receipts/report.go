package receipts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// Figure is one row of a table: how many, and what they add up to.
type Figure struct {
	// Text is a name of the shop or of a card's brand; Label, where it is set, is
	// an English label that is translated.
	Text, Label string
	Count       int
	Amount      money.Amount
}

// Labels of figures by tender, and of what nobody did.
const (
	TenderCards  = "Cards"
	TenderOnFile = "Card on file"
	TenderCash   = "Cash"
	TenderWallet = "Wallets"
	ByTerminal   = "Terminal"
)

// SumFacts are the figures of one currency. No amount is negative but Net and
// what is a part of it. Net is what is left of the sales after voids and returns,
// and so is the amount of what stands in a table; its Count is that of the sales.
type SumFacts struct {
	Sales, Voids, Returns                 Figure
	Net, Tax, Tip, Fees                   money.Amount
	FeesUnknown                           int // payments whose fee is not known yet
	ByTender, ByBrand, ByOperator, ByHour []Figure
	CashIn, CashOut                       Figure
	NoSales                               int
}

// RoundingRule is the one rule of rounding, as a label.
const RoundingRule = "Half away from zero, per ticket"

// How a batch was closed.
const (
	ClosedHere  = "At the terminal"
	ClosedAuto  = "By the hour of the settings"
	ClosedThere = "By the payment service itself"
)

// ClosedFacts are those of one batch in a report.
type ClosedFacts struct {
	Batch string
	How   string // one of the constants above
	At    time.Time
	Tally Tally
}

// CarriedFacts are what a closing went on without.
type CarriedFacts struct {
	Item
	By, Reason string
}

// HeadFacts are a place in the journal with its signature; Hash, Key and Signature
// are hexadecimal digits. Nonce tells the journal from the one that was there before
// it was put back, and whose reports may have the same numbers.
type HeadFacts struct {
	Nonce                string
	Seq                  int64
	Hash, Key, Signature string
}

// ReportFacts is everything that an X or a Z report tells. At is the moment up
// to which it counts; Code proves the head of the journal.
type ReportFacts struct {
	Slip
	// Z is the number of a Z report; 0 is an X report, which only looks.
	Z          int
	Day        string // the business day
	Since      time.Time
	From, To   int64 // the events of the journal behind From, up to To
	ApprovedBy string
	// Zone and Cutoff are of the business day; Rounding is the rule, as a label.
	Zone, Cutoff, Rounding string
	TaxName                string

	Sums        []SumFacts // by currency
	Drawers     []DrawerFacts
	Batches     []ClosedFacts
	Uncollected []Item // what the bank refused after the goods were given
	Stored      []Item // the bank was not asked yet
	Carried     []CarriedFacts
	Open        []Item // what has no end yet
	Proofs      []ProofFacts
	Head        HeadFacts
}

// ZNumber is the number of a Z report as people write it.
func ZNumber(n int) string { return fmt.Sprintf("%c %04d", 'Z', n) }

// Report lays out an X or a Z report, for the shop.
func Report(f ReportFacts) Document {
	f.Copy = Merchant
	title := "X REPORT"
	if f.Z > 0 {
		title, f.Number = "Z REPORT", ZNumber(f.Z)
	}
	p := begin(f.Slip, title)
	if f.Z > 0 {
		p.add(Heading{f.Number}, Blank{})
	} else {
		p.note("The figures so far. Nothing is closed by this.")
		p.add(Blank{})
	}
	p.atGlance(f)
	for _, s := range f.Sums {
		p.sums(s, f.TaxName, len(f.Sums) > 1)
	}
	for _, d := range f.Drawers {
		p.drawer(d)
	}
	p.closed(f.Batches)
	p.named("To be collected", f.Uncollected)
	p.named("Stored, not yet authorised", f.Stored)
	p.named("Still being settled", f.Open)
	p.carried(f.Carried)
	for _, proof := range f.Proofs {
		p.proof(proof)
	}
	p.reportEnd(f)
	return p.document(f.Slip, join(p.say(title), f.Number))
}

// atGlance are the answers that staff wait for at closing time: whether drawer,
// bank and wallets agree with the terminal.
func (p *page) atGlance(f ReportFacts) {
	var rows []Block
	all := true
	add := func(what, verdict string, agrees bool) {
		rows = append(rows, Row{Left: what, Right: verdict, Bold: true})
		all = all && agrees
	}
	for _, d := range f.Drawers {
		if off, told := d.off(); told {
			verdict := p.say(offLabel(off))
			if !off.IsZero() {
				verdict += " " + p.money(off)
			}
			add(join(p.say("Cash drawer"), d.Shift), verdict, off.IsZero())
		}
	}
	for _, proof := range f.Proofs {
		add(join(p.say("Bank"), proof.Batch), p.outcomeOf(proof.Complete, proof.agrees(), proof.count()), proof.agrees())
		for _, w := range proof.Wallets {
			add(p.walletName(w.Wallet), p.outcomeOf(w.Complete, w.agrees(), len(w.Differences)+w.More), w.agrees())
		}
	}
	switch {
	case len(rows) == 0:
		return
	case !all:
		p.add(Banner{p.say("DOES NOT AGREE")})
	}
	p.add(append(rows, Blank{})...)
}

// outcomeOf is a comparison in a word.
func (p *page) outcomeOf(complete, agrees bool, differences int) string {
	switch {
	case agrees:
		return p.say("Agrees")
	case differences > 0:
		return p.say("%d differences", differences)
	case !complete:
		return p.say("Not compared")
	}
	return p.say("Totals differ")
}

// sums are the figures of one currency. What goes off stands with its sign, so
// that the column adds up.
func (p *page) sums(s SumFacts, taxName string, several bool) {
	if several {
		p.add(Rule{}, Line{Text: string(s.Net.Currency), Align: Centre, Bold: true})
	}
	p.total("TOTAL", s.Net)
	p.add(Blank{})
	p.figure(p.say("Sales"), s.Sales, true)
	p.figure(p.say("Voids"), less(s.Voids), false)
	p.figure(p.say("Returns"), less(s.Returns), false)
	if taxName == "" {
		taxName = "Tax"
	}
	p.some(taxName, s.Tax)
	p.some("Tip", s.Tip)
	p.some("Provider's fees", s.Fees)
	if s.FeesUnknown > 0 {
		p.row("Fee not known yet", strconv.Itoa(s.FeesUnknown))
	}
	if s.CashIn.Count > 0 {
		p.figure(p.say("Cash put in"), s.CashIn, false)
	}
	if s.CashOut.Count > 0 {
		p.figure(p.say("Cash taken out"), s.CashOut, false)
	}
	if s.NoSales > 0 {
		p.row("Drawer opened without a sale", strconv.Itoa(s.NoSales))
	}
	p.table("By tender", s.ByTender)
	p.table("By brand", s.ByBrand)
	p.table("By operator", s.ByOperator)
	p.table("By hour", s.ByHour)
	if len(s.ByTender)+len(s.ByBrand)+len(s.ByOperator)+len(s.ByHour) > 0 {
		p.add(Line{Text: p.say("Each row has the number of sales, and what is left after voids and returns.")})
	}
}

func less(f Figure) Figure {
	f.Amount.Minor = -f.Amount.Minor
	return f
}

func (p *page) closed(batches []ClosedFacts) {
	for _, b := range batches {
		p.add(Blank{}, Line{Text: join(p.say("Batch"), b.Batch), Bold: true})
		p.figure(p.say("Sales"), Figure{Count: b.Tally.Count, Amount: b.Tally.Amount}, false)
		p.figure(p.say("Returns"), Figure{Count: b.Tally.Returns, Amount: b.Tally.Returned}, false)
		p.add(Line{Text: p.say(b.How)}, Line{Text: p.moment(b.At), Align: Right})
	}
}

func (p *page) named(title string, items []Item) {
	if len(items) == 0 {
		return
	}
	p.add(Blank{}, Line{Text: p.say(title), Bold: true})
	for _, i := range items {
		p.add(Row{Left: i.Text, Right: p.moneyOf(i.Amount)})
	}
}

// moneyOf is an amount that there is.
func (p *page) moneyOf(a money.Amount) string {
	if a.Currency == "" {
		return ""
	}
	return p.money(a)
}

func (p *page) carried(items []CarriedFacts) {
	for i, c := range items {
		if i == 0 {
			p.add(Blank{}, Line{Text: p.say("Carried forward"), Bold: true})
		}
		p.add(Row{Left: c.Text, Right: p.moneyOf(c.Amount)})
		p.row("Approved by", c.By)
		p.row("Reason", c.Reason)
	}
}

// reportEnd tells when and where, by which rules, and at which place in the
// journal.
func (p *page) reportEnd(f ReportFacts) {
	span := f.Slip
	span.At = time.Time{} // said as the end of the span
	rows := []Row{{Left: "Business day", Right: f.Day}, {Left: "From", Right: p.moment(f.Since)}, {Left: "Until", Right: p.moment(f.At)},
		{Left: "Approved by", Right: f.ApprovedBy}}
	if f.To > 0 {
		rows = append(rows, Row{Left: "Events", Right: strconv.FormatInt(f.From+1, 10) + " - " + strconv.FormatInt(f.To, 10)})
	}
	p.details(span, append(rows, Row{Left: "Time zone", Right: f.Zone}, Row{Left: "The day begins at", Right: f.Cutoff},
		Row{Left: "Rounding", Right: p.say(f.Rounding)})...)
	h := f.Head
	if h.Seq == 0 {
		return
	}
	p.add(Line{Text: p.say("Journal %s, at event %s", h.Nonce, strconv.FormatInt(h.Seq, 10)), Bold: true}, Line{Text: grouped(h.Hash)})
	if h.Signature == "" {
		return
	}
	p.add(Line{Text: p.say("Key"), Bold: true}, Line{Text: grouped(h.Key)}, Line{Text: p.say("Signature"), Bold: true}, Line{Text: grouped(h.Signature)})
	if f.Code != "" {
		p.add(Blank{}, QR{f.Code})
		p.note("The code proves this place in the journal.")
	}
}

// grouped parts a long text so that people can compare it, and paper can break
// it.
func grouped(text string) string {
	const size = 8
	var parts []string
	for ; len(text) > size; text = text[size:] {
		parts = append(parts, text[:size])
	}
	return strings.Join(append(parts, text), " ")
}
