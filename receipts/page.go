package receipts

import (
	"cmp"
	"image"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// Shop is what the head and the foot of every slip say. Empty fields leave no
// gap on the paper.
type Shop struct {
	Name   string
	Lines  []string // address
	Phone  string
	Header string      // a greeting under the address; may have several lines
	Footer string      // thanks, return policy; may have several lines
	Logo   *image.Gray // at the head of what customers get; nil is none
}

// Copy says whose slip it is.
type Copy int

// The two copies of a slip.
const (
	Customer Copy = iota
	Merchant
)

// String is the name of the copy as printed, in English.
func (c Copy) String() string {
	if c == Merchant {
		return "MERCHANT COPY"
	}
	return "CUSTOMER COPY"
}

// Slip is what every slip tells beside its own facts, as plain data.
type Slip struct {
	Shop       Shop
	Tongue     Tongue
	Copy       Copy
	CopyNumber int    // 0 is the original; n prints "COPY n"
	Number     string // the terminal's own, of what the slip is about
	Order      string // the shop's text or order number
	Batch      string
	// Device, Host and Operator are names.
	Device, Host, Operator string
	At                     time.Time // printed in its own zone
	Training               bool
	Sample                 bool // its figures are made up
	// Code is the text of the slip's QR code; "" leaves it to the slip.
	Code string
}

// Card is what a slip says of a card: never more of its number than the last
// four digits, and never its expiry.
type Card struct {
	Brand          string // "Visa"
	Last4          string // more digits than four are cut off
	EntryMode      string // one of the constants below
	CardholderName string // printed on the merchant copy alone
}

// How a card came to the sale.
const (
	EntryKeyed  = "Keyed"
	EntrySwiped = "Swiped"
	EntryOnFile = "Card on file"
)

// String is the card as printed; "" for none.
func (c Card) String() string {
	last := c.Last4
	if len(last) > 4 {
		last = last[len(last)-4:]
	}
	if last != "" {
		last = "**** " + last
	}
	return join(c.Brand, last)
}

// Item is an amount with its name, in the shop's own words.
type Item struct {
	Text   string
	Amount money.Amount
}

// Items are what a bill is made of. Tax and tip of no currency or of zero are
// left out.
type Items struct {
	Goods    []Item // a text of "" is "Goods"
	Tax, Tip money.Amount
	TaxName  string // as the shop has it; "" is "Tax"
}

// TrainingNotice stands above and below every slip of the training mode.
const TrainingNotice = "TRAINING - NO MONEY MOVED"

// SampleNotice stands above and below what is no receipt at all, so that nobody
// passes it off as one.
const SampleNotice = "SAMPLE - NOT A RECEIPT"

func (s Slip) notice() string {
	switch {
	case s.Sample:
		return SampleNotice
	case s.Training:
		return TrainingNotice
	}
	return ""
}

// The texts of codes that the desk reads, with the id behind them.
const (
	QRPrefix     = "paydesk:sale:"
	BillPrefix   = "paydesk:bill:"
	StoredPrefix = "paydesk:stored:"
)

// page gathers blocks and leaves out what has nothing to say.
type page struct {
	Tongue
	blocks []Block
}

// begin is a page with the head of a slip and its title.
func begin(s Slip, title string) *page {
	p := &page{Tongue: s.Tongue}
	if notice := s.notice(); notice != "" {
		p.add(Banner{p.say(notice)}, Blank{})
	}
	if s.Shop.Logo != nil && s.Copy == Customer {
		p.add(Logo{s.Shop.Logo})
	}
	if s.Shop.Name != "" {
		p.add(Heading{s.Shop.Name})
	}
	for _, line := range s.Shop.Lines {
		p.line(line)
	}
	if s.Shop.Phone != "" {
		p.line(p.say("Tel. %s", s.Shop.Phone))
	}
	p.line(s.Shop.Header)
	p.add(Rule{})
	title = p.say(title)
	if s.CopyNumber > 0 {
		title += " - " + p.say("COPY %d", s.CopyNumber)
	}
	p.add(Line{Text: title, Align: Centre, Bold: true}, Blank{})
	return p
}

// details are the rows that tell where and when; more stand behind the number.
func (p *page) details(s Slip, more ...Row) {
	p.add(Rule{})
	p.row("Date", p.moment(s.At))
	p.row("Number", s.Number)
	for _, r := range more {
		p.row(r.Left, r.Right)
	}
	p.row("Order", s.Order)
	p.row("Batch", s.Batch)
	p.row("Terminal", s.Device)
	p.row("Host", s.Host)
	p.row("Operator", s.Operator)
	p.add(Rule{})
}

// approver is who approved it, which is the shop's business alone.
func (s Slip) approver(name string) Row {
	if s.Copy != Merchant {
		name = ""
	}
	return Row{Left: "Approved by", Right: name}
}

// end is the document of a slip that has two copies.
func (p *page) end(s Slip, title string) Document {
	if s.Code != "" {
		p.add(QR{s.Code})
	}
	if s.Copy == Customer {
		p.line(s.Shop.Footer)
	}
	p.add(Line{Text: p.say(s.Copy.String()), Align: Centre, Bold: true})
	return p.document(s, join(p.say(title), s.Number)+", "+p.say(s.Copy.String()))
}

// document is what the page holds, with its foot and its cut.
func (p *page) document(s Slip, title string) Document {
	if notice := s.notice(); notice != "" {
		p.add(Blank{}, Banner{p.say(notice)})
	}
	p.add(Cut{})
	return Document{Title: title, Author: s.Shop.Name, Lang: p.lang(), At: s.At, Blocks: p.blocks}
}

func (p *page) add(b ...Block) { p.blocks = append(p.blocks, b...) }

// line adds a centred text that is nobody's to translate. It may have several
// lines of its own.
func (p *page) line(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.add(Line{Text: line, Align: Centre})
	}
}

// note adds a centred sentence.
func (p *page) note(english string) { p.line(p.say(english)) }

// row adds a label with a value that is not empty.
func (p *page) row(label, value string) {
	if value != "" {
		p.add(Row{Left: p.say(label), Right: value})
	}
}

// amount adds a label with an amount that there is.
func (p *page) amount(label string, a money.Amount) {
	if a.Currency != "" {
		p.row(label, p.money(a))
	}
}

// some is amount for what is not zero.
func (p *page) some(label string, a money.Amount) {
	if !a.IsZero() {
		p.amount(label, a)
	}
}

func (p *page) strong(label string, a money.Amount) {
	p.add(Row{Left: p.say(label), Right: p.money(a), Bold: true})
}

func (p *page) total(label string, a money.Amount) { p.add(Total{p.say(label), p.money(a)}) }

// result is what nobody may miss: good news are large, all others stand in a
// bar.
func (p *page) result(english string, good bool) {
	if good {
		p.add(Heading{p.say(english)}, Blank{})
		return
	}
	p.add(Banner{p.say(english)}, Blank{})
}

func (p *page) card(c Card) {
	if card := c.String(); card != "" {
		p.add(Blank{}, Row{Left: card, Right: p.say(c.EntryMode), Bold: true})
	}
}

// items lists what a bill is made of, where that is more than one amount.
func (p *page) items(i Items) {
	some := func(a money.Amount) bool { return a.Currency != "" && !a.IsZero() }
	if len(i.Goods) == 1 && i.Goods[0].Text == "" && !some(i.Tax) && !some(i.Tip) {
		return
	}
	for _, g := range i.Goods {
		if g.Text == "" {
			p.amount("Goods", g.Amount)
			continue
		}
		p.add(Row{Left: g.Text, Right: p.money(g.Amount)})
	}
	p.some(cmp.Or(i.TaxName, "Tax"), i.Tax)
	p.some("Tip", i.Tip)
	p.add(Blank{})
}

// part tells which part of a bill was paid.
func (p *page) part(n, of int, whole money.Amount) {
	if n == 0 {
		return
	}
	number := strconv.Itoa(n)
	if of > 0 {
		number = p.say("%d of %d", n, of)
	}
	p.row("Payment", number)
	p.amount("Bill", whole)
}

// signature is the line on which the customer signs what the sentence says.
func (p *page) signature(name, english string) {
	p.row("Cardholder", name)
	p.add(Blank{}, Blank{}, Line{Text: "X " + strings.Repeat("_", minColumns*2-2)})
	p.add(Line{Text: p.say(english)}, Blank{})
}

// table is a title with figures below it; nothing without any.
func (p *page) table(title string, figures []Figure) {
	if len(figures) == 0 {
		return
	}
	p.add(Blank{}, Line{Text: p.say(title), Bold: true})
	for _, f := range figures {
		label := f.Text
		if f.Label != "" {
			label = p.say(f.Label)
		}
		p.figure(label, f, false)
	}
}

func (p *page) figure(label string, f Figure, bold bool) {
	p.add(Columns{Cells: []Cell{{label, Left, 5}, {strconv.Itoa(f.Count), Right, 2}, {p.money(f.Amount), Right, 5}}, Bold: bold})
}

func join(words ...string) string {
	return strings.TrimSpace(strings.Join(words, " "))
}
