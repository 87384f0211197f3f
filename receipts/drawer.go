package receipts

import (
	"strconv"
	"time"

	"paydesk/terminal/money"
)

// DrawerFacts are the cash of a shift. An amount of no currency was not told.
type DrawerFacts struct {
	Shift       string       // its number
	Float       money.Amount // at the beginning
	Sales, Back money.Amount // taken and given back
	In, Out     money.Amount // put in and taken out otherwise
	NoSales     int
	Expected    money.Amount // what should be there
	Counted     money.Amount // what was there
	Pieces      []Figure     // what was counted: how many of which
	Reason      string       // why they differ
	ApprovedBy  string       // who approved that; "" where nobody had to
}

// off is what was there too much, below zero what was missing; false where it was
// not counted.
func (d DrawerFacts) off() (money.Amount, bool) {
	if d.Counted.Currency == "" || d.Expected.Currency == "" {
		return money.Amount{}, false
	}
	off, err := d.Counted.Sub(d.Expected)
	return off, err == nil
}

func offLabel(off money.Amount) string {
	switch {
	case off.Minor > 0:
		return "Too much"
	case off.Minor < 0:
		return "Missing"
	}
	return "Agrees"
}

func (p *page) drawer(d DrawerFacts) {
	title := p.say("Cash drawer")
	if d.Shift != "" {
		title = p.say("Cash drawer, shift %s", d.Shift)
	}
	p.add(Blank{}, Line{Text: title, Bold: true})
	p.amount("Float", d.Float)
	p.amount("Cash sales", d.Sales)
	p.some("Given back", d.Back)
	p.some("Put in", d.In)
	p.some("Taken out", d.Out)
	if d.NoSales > 0 {
		p.row("Drawer opened without a sale", strconv.Itoa(d.NoSales))
	}
	p.amount("Expected", d.Expected)
	p.pieces(d.Pieces)
	if d.Counted.Currency == "" {
		return
	}
	p.strong("Counted", d.Counted)
	if off, told := d.off(); told {
		p.strong(offLabel(off), off)
	}
	p.row("Reason", d.Reason)
	p.row("Approved by", d.ApprovedBy)
}

func (p *page) pieces(pieces []Figure) {
	for _, n := range pieces {
		p.add(Columns{Cells: []Cell{{n.Text, Left, 5}, {"x " + strconv.Itoa(n.Count), Right, 2}, {p.money(n.Amount), Right, 5}}})
	}
}

// HandFacts are a hand-over of the drawer. Counted is of no currency where the
// two did not count.
type HandFacts struct {
	From, To string // names
	At       time.Time
	Counted  money.Amount
}

// ShiftFacts is everything that the slip of a shift tells which is opened or
// closed. At is that moment; the pieces of a shift that is opened are its float.
type ShiftFacts struct {
	Slip
	Closed   bool
	Opened   time.Time // of a closed one
	OpenedBy string    // of a closed one
	Drawer   DrawerFacts
	Hands    []HandFacts
}

// Shift lays out the slip of a shift that is opened or closed, for the shop.
// Who counted the drawer signs it.
func Shift(f ShiftFacts) Document {
	f.Copy = Merchant
	title := "SHIFT OPEN"
	if f.Closed {
		title = "SHIFT CLOSE"
	}
	f.Drawer.Shift, f.Number = "", f.Drawer.Shift
	p := begin(f.Slip, title)
	opened := ""
	if f.Closed {
		p.counted(f.Drawer)
		p.drawer(f.Drawer)
		p.hands(f.Hands)
		opened = p.moment(f.Opened)
	} else {
		p.total("FLOAT", f.Drawer.Float)
		p.pieces(f.Drawer.Pieces)
		f.OpenedBy = ""
	}
	p.details(f.Slip, Row{Left: "Opened", Right: opened}, Row{Left: "Opened by", Right: f.OpenedBy})
	p.signature("", "I counted the drawer.")
	return p.document(f.Slip, join(p.say(title), f.Number))
}

// counted is what the drawer came to, at a glance.
func (p *page) counted(d DrawerFacts) {
	off, told := d.off()
	if !told {
		p.total("EXPECTED", d.Expected)
		return
	}
	if off.IsZero() {
		p.result("AGREES", true)
	} else {
		p.result("DOES NOT AGREE", false)
	}
	p.total("COUNTED", d.Counted)
}

func (p *page) hands(hands []HandFacts) {
	for i, h := range hands {
		if i == 0 {
			p.add(Blank{}, Line{Text: p.say("Handed over"), Bold: true})
		}
		p.add(Line{Text: p.say("%s to %s", h.From, h.To)}, Line{Text: p.moment(h.At), Align: Right})
		p.amount("Counted", h.Counted)
	}
}

// MoveFacts is everything that the slip of cash tells which is put into the
// drawer or taken out without a sale.
type MoveFacts struct {
	Slip
	Out        bool
	Amount     money.Amount
	Reason     string
	Shift      string // its number
	ApprovedBy string // a name; "" where nobody had to
}

// Move lays out the slip of cash in or out, for the shop. Who gives and who gets
// the cash sign it.
func Move(f MoveFacts) Document {
	f.Copy = Merchant
	title, label := "CASH IN", "PUT IN"
	mine, theirs := "I put this cash into the drawer.", "I gave this cash."
	if f.Out {
		title, label = "CASH OUT", "TAKEN OUT"
		mine, theirs = "I took this cash out of the drawer.", "I received this cash."
	}
	p := begin(f.Slip, title)
	p.total(label, f.Amount)
	p.row("Reason", f.Reason)
	p.details(f.Slip, Row{Left: "Shift", Right: f.Shift}, Row{Left: "Approved by", Right: f.ApprovedBy})
	p.signature("", mine)
	p.signature("", theirs)
	return p.document(f.Slip, join(p.say(title), f.Number))
}
