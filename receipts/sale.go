package receipts

import (
	"fmt"
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
	Header string // a greeting under the address; may have several lines
	Footer string // thanks, return policy; may have several lines
}

// Copy says whose slip it is.
type Copy int

// The two copies of a sale.
const (
	Customer Copy = iota
	Merchant
)

// Outcome is what the host decided. The zero value is no decision: a slip
// never says "approved" because somebody forgot to fill a field.
type Outcome int

// Outcomes of a sale.
const (
	Unknown Outcome = iota
	Approved
	PartApproved // Approved is less than Amount
	Declined
	Stored // taken while the bank was away, which has not been asked
)

// SaleFacts is everything that a sale's slip tells, as plain data.
type SaleFacts struct {
	Shop       Shop
	Copy       Copy
	CopyNumber int    // 0 is the original; n prints "COPY n"
	Kind       string // "SALE"
	Outcome    Outcome
	Amount     money.Amount // asked for
	Approved   money.Amount // taken; equal to Amount unless PartApproved
	Reason     string       // why it was declined, as a sentence

	Brand          string // "Visa"
	Last4          string // more digits than four are cut off
	EntryMode      string // "Keyed"
	CardholderName string // printed on the merchant copy alone

	AuthCode, Reference string // the host's
	Number              string // the sale number, 17 characters
	Order, Batch        string
	Device, Host        string // names
	Operator            string
	At                  time.Time // printed in its own zone
	Training            bool
}

// TrainingNotice stands above and below every slip of the training mode.
const TrainingNotice = "TRAINING - NO MONEY MOVED"

// QRPrefix is what a scanned receipt begins with; the sale number follows.
const QRPrefix = "paydesk:sale:"

// Sale lays out the slip of a sale, approved or not. Result, total and card
// come first, because those three are what a customer checks at the counter.
func Sale(f SaleFacts) Document {
	p := page{}
	p.head(f.Shop, f.Training)
	p.title(f)
	p.result(f)
	p.add(Rule{})
	p.row("Date", moment(f.At))
	p.row("Sale number", f.Number)
	p.row("Auth code", f.AuthCode)
	p.row("Reference", f.Reference)
	p.row("Order", f.Order)
	p.row("Batch", f.Batch)
	p.row("Terminal", f.Device)
	p.row("Host", f.Host)
	p.row("Operator", f.Operator)
	p.add(Rule{})
	if f.Copy == Merchant && (f.taken() || f.Outcome == Stored) {
		p.signature(f.CardholderName)
	}
	if f.Number != "" && f.Outcome != Stored {
		p.add(QR{QRPrefix + f.Number})
	}
	if f.Copy == Customer {
		p.line(f.Shop.Footer)
	}
	p.add(Line{Text: f.Copy.String(), Align: Centre, Bold: true})
	p.foot(f.Training)
	return Document{
		Title:  fmt.Sprintf("%s %s, %s", f.kind(), f.Number, f.Copy),
		Author: f.Shop.Name,
		Lang:   "en",
		At:     f.At,
		Blocks: p.blocks,
	}
}

// String is the name of the copy as printed.
func (c Copy) String() string {
	if c == Merchant {
		return "MERCHANT COPY"
	}
	return "CUSTOMER COPY"
}

// String is the result as printed.
func (o Outcome) String() string {
	switch o {
	case Approved:
		return "APPROVED"
	case PartApproved:
		return "PART APPROVED"
	case Declined:
		return "DECLINED"
	case Stored:
		return "NOT YET AUTHORISED"
	}
	return "NOT CONFIRMED"
}

func (f SaleFacts) taken() bool { return f.Outcome == Approved || f.Outcome == PartApproved }

func (f SaleFacts) kind() string {
	if f.Kind == "" {
		return "SALE"
	}
	return f.Kind
}

func (p *page) title(f SaleFacts) {
	title := f.kind()
	if f.CopyNumber > 0 {
		title = fmt.Sprintf("%s - COPY %d", title, f.CopyNumber)
	}
	p.add(Line{Text: title, Align: Centre, Bold: true}, Blank{})
}

// result is what a customer must see at a glance. An amount that was not taken
// is never printed large.
func (p *page) result(f SaleFacts) {
	switch f.Outcome {
	case Approved:
		p.add(Heading{f.Outcome.String()}, Blank{}, Total{"TOTAL", f.Approved.Display()})
	case PartApproved:
		p.add(Heading{f.Outcome.String()}, Blank{}, Total{"PAID", f.Approved.Display()})
		p.row("Asked", f.Amount.Display())
		if left, err := f.Amount.Sub(f.Approved); err == nil {
			p.add(Row{Left: "Still to pay", Right: left.Display(), Bold: true})
		}
	case Declined:
		p.add(Banner{f.Outcome.String()}, Blank{})
		p.line(f.Reason)
		p.line("No money was taken.")
		p.add(Blank{}, Row{Left: "Not charged", Right: f.Amount.Display(), Bold: true})
	case Stored:
		p.add(Banner{f.Outcome.String()}, Blank{})
		p.line("The bank could not be reached. It is asked later, and may refuse.")
		p.add(Blank{}, Row{Left: "To be charged", Right: f.Amount.Display(), Bold: true})
	default:
		p.add(Banner{f.Outcome.String()}, Blank{})
		p.line("The bank has not answered yet. Keep this slip.")
		p.add(Blank{}, Row{Left: "Asked", Right: f.Amount.Display(), Bold: true})
	}
	p.add(Blank{}, Row{Left: f.card(), Right: f.EntryMode, Bold: true})
}

// card keeps to the last four digits whatever it is given.
func (f SaleFacts) card() string {
	last := f.Last4
	if len(last) > 4 {
		last = last[len(last)-4:]
	}
	return join(f.Brand, "**** "+last)
}

func (p *page) signature(name string) {
	p.row("Cardholder", name)
	p.add(Blank{}, Blank{}, Line{Text: "X " + strings.Repeat("_", minColumns*2-2)})
	p.add(Line{Text: "I agree to pay the total above according to my card issuer agreement."}, Blank{})
}
