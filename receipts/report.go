package receipts

import (
	"cmp"
	"strconv"
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

// Labels of figures by tender.
const (
	TenderCards  = "Cards"
	TenderOnFile = "Card on file"
	TenderCash   = "Cash"
	TenderStored = "Stored, not yet authorised"
)

// DrawerFacts are the cash of a shift. An amount of no currency was not told.
type DrawerFacts struct {
	Float         money.Amount // at the beginning
	Sales, Back   money.Amount // taken and given back
	In, Out       money.Amount // put in and taken out otherwise
	Expected      money.Amount // what should be there
	Counted       money.Amount // what was there
	Denominations []Figure     // what was counted: how many of which
}

// WalletFigures are those of one provider and one currency. Net is what is left of
// the sales behind refunds and fees, as far as these are known.
type WalletFigures struct {
	Wallet
	Sales, Refunds Figure
	Fees, Net      money.Amount
	// Unknown counts the payments whose fee is not known yet.
	Unknown int
}

// ReportFacts is everything that an X or a Z report tells. At is the moment up
// to which it counts.
type ReportFacts struct {
	Slip
	// Z: the figures begin anew after it. An X report only looks.
	Z    bool
	From time.Time
	// Cards reports that only what went through the card's batch is counted.
	Cards bool

	Total         Tally
	Voids         Figure // counted apart: they are in no sum
	Goods, Tax    money.Amount
	Tip           money.Amount
	TaxName       string
	Wallets       []WalletFigures // counted apart: they are in no batch
	ByTender      []Figure
	ByBrand       []Figure
	ByOperator    []Figure
	ByHour        []Figure
	Drawer        *DrawerFacts // nil where nobody counts it
	Uncollected   []Item       // what the bank refused after the goods were given
	NotAuthorised Figure       // stored, the bank not asked yet
}

// Report lays out an X or a Z report, for the shop.
func Report(f ReportFacts) Document {
	f.Copy = Merchant
	title, note := "X REPORT", "The figures so far. Nothing is closed by this report."
	if f.Z {
		title, note = "Z REPORT", "The figures begin anew after this report."
	}
	p := begin(f.Slip, title)
	p.total("TOTAL", f.Total.net())
	p.note(note)
	if f.Cards {
		p.note("Cards of the open batch. Cash is not in these figures.")
	}
	p.add(Blank{})
	p.figure(p.say("Sales"), Figure{Count: f.Total.Count, Amount: f.Total.Amount}, true)
	if f.Total.Returns > 0 {
		p.figure(p.say("Returns"), Figure{Count: f.Total.Returns, Amount: f.Total.Returned}, true)
	}
	if f.Voids.Count > 0 {
		p.figure(p.say("Voids, not counted"), f.Voids, false)
	}
	if f.NotAuthorised.Count > 0 {
		p.figure(p.say("Stored, not yet authorised"), f.NotAuthorised, false)
	}
	p.amount("Goods", f.Goods)
	p.some(cmp.Or(f.TaxName, "Tax"), f.Tax)
	p.some("Tip", f.Tip)
	p.table("By tender", f.ByTender)
	p.table("By card", f.ByBrand)
	p.table("By operator", f.ByOperator)
	p.table("By hour", f.ByHour)
	p.wallets(f.Wallets)
	p.drawer(f.Drawer)
	p.uncollected(f.Uncollected)
	span := f.Slip
	span.At = time.Time{} // said as the end of the span
	p.details(span, Row{Left: "From", Right: p.moment(f.From)}, Row{Left: "Until", Right: p.moment(f.At)})
	return p.document(f.Slip, join(p.say(title), f.Number))
}

func (p *page) wallets(list []WalletFigures) {
	for _, w := range list {
		name := w.Name
		if w.Test {
			name += " (" + p.say(TestNotice) + ")"
		}
		p.add(Blank{}, Line{Text: name, Bold: true})
		p.figure(p.say("Sales"), w.Sales, false)
		if w.Refunds.Count > 0 {
			p.figure(p.say("Refunds"), w.Refunds, false)
		}
		p.some("Provider's fees", w.Fees)
		p.some("Net", w.Net)
		if w.Unknown > 0 {
			p.row("Fee not known yet", strconv.Itoa(w.Unknown))
		}
	}
}

func (p *page) uncollected(items []Item) {
	if len(items) == 0 {
		return
	}
	p.add(Blank{}, Line{Text: p.say("To be collected"), Bold: true})
	for _, i := range items {
		p.add(Row{Left: i.Text, Right: p.money(i.Amount)})
	}
}

func (p *page) drawer(d *DrawerFacts) {
	if d == nil {
		return
	}
	p.add(Blank{}, Line{Text: p.say("Cash drawer"), Bold: true})
	p.amount("Float", d.Float)
	p.amount("Cash sales", d.Sales)
	p.some("Given back", d.Back)
	p.some("Put in", d.In)
	p.some("Taken out", d.Out)
	p.amount("Expected", d.Expected)
	for _, n := range d.Denominations {
		p.add(Columns{Cells: []Cell{{n.Text, Left, 5}, {"x " + strconv.Itoa(n.Count), Right, 2}, {p.money(n.Amount), Right, 5}}})
	}
	if d.Counted.Currency == "" {
		return
	}
	p.strong("Counted", d.Counted)
	if off, err := d.Counted.Sub(d.Expected); err == nil {
		label := "Agrees"
		switch {
		case off.Minor > 0:
			label = "Too much"
		case off.Minor < 0:
			label = "Missing"
		}
		p.strong(label, off)
	}
}

// ShiftFacts is everything that the slip of a shift tells which is opened or
// closed. At is that moment.
type ShiftFacts struct {
	Slip
	Closed   bool
	Opened   time.Time // of a closed one
	Drawer   DrawerFacts
	Total    Tally // of a closed one
	ByTender []Figure
	// Uncollected is what the next shift takes over.
	Uncollected []Item
	ApprovedBy  string // a name; "" where nobody had to
}

// Shift lays out the slip of a shift that is opened or closed, for the shop.
// Who counted the drawer signs it.
func Shift(f ShiftFacts) Document {
	f.Copy = Merchant
	title := "SHIFT OPEN"
	if f.Closed {
		title = "SHIFT CLOSE"
	}
	p := begin(f.Slip, title)
	if f.Closed {
		p.total("TOTAL", f.Total.net())
		p.figure(p.say("Sales"), Figure{Count: f.Total.Count, Amount: f.Total.Amount}, true)
		if f.Total.Returns > 0 {
			p.figure(p.say("Returns"), Figure{Count: f.Total.Returns, Amount: f.Total.Returned}, true)
		}
		p.table("By tender", f.ByTender)
		p.drawer(&f.Drawer)
		p.uncollected(f.Uncollected)
	} else {
		p.total("FLOAT", f.Drawer.Float)
	}
	opened := ""
	if f.Closed {
		opened = p.moment(f.Opened)
	}
	p.details(f.Slip, Row{Left: "Opened", Right: opened}, Row{Left: "Approved by", Right: f.ApprovedBy})
	p.signature("", "I counted the drawer.")
	return p.document(f.Slip, join(p.say(title), f.Number))
}
