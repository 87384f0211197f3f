package sale

import (
	"paydesk/app/entry"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Line is one of the texts of a sale.
type Line int

// The texts, in their order.
const (
	Number Line = iota // the shop's own order number
	Customer
	Note
	lines
)

// mostLetters is how long the texts may be.
var mostLetters = [lines]int{Number: order.MaxNumber, Customer: order.MaxCustomer, Note: order.MaxNote}

// Text is one of the texts; whoever changes it calls Edited.
func (p *Presenter) Text(l Line) *entry.Line { return p.lines[l] }

// Edited says that what Text gave was changed.
func (p *Presenter) Edited() { p.changed() }

// Sums are what is to be paid.
func (p *Presenter) Sums() Sums { return Add(p.amount(), p.taxRate(), p.tip) }

// taxRate is the settings' own; they were checked when they were made.
func (p *Presenter) taxRate() money.Rate {
	rate, _ := money.ParseRate(p.desk.Settings().Sales.Tax)
	return rate
}

// Tips are the shares that are offered to the customer; none where the shop
// takes no tips.
func (p *Presenter) Tips() []money.Rate {
	var rates []money.Rate
	for _, written := range p.desk.Settings().Sales.Tips {
		if rate, err := money.ParseRate(written); err == nil {
			rates = append(rates, rate)
		}
	}
	return rates
}

// Tip is the tip that was chosen.
func (p *Presenter) Tip() Tip { return p.tip }

// SetTip chooses the tip. While the sale is being paid it stays as it is.
func (p *Presenter) SetTip(t Tip) {
	if !p.paying && p.asksTip() {
		p.tip = t
		p.changed()
	}
}

// asksTip reports whether the shop takes tips.
func (p *Presenter) asksTip() bool { return len(p.Tips()) > 0 }

// ChooseTip takes a share that the customer chose; 0 is none.
func (p *Presenter) ChooseTip(rate money.Rate) { p.SetTip(Tip{Rate: rate}) }

// Shown is what the customer may see of the sale.
type Shown struct {
	Sums
	// TaxName is what the shop calls the tax.
	TaxName string
	// Tips are the shares to choose from, none where the customer is not to be
	// asked any more; Chosen is the one in the sum.
	Chosen Tip
	Tips   []money.Rate
}

// Customer is what the customer may see of the sale.
func (p *Presenter) Customer() Shown {
	s := Shown{Sums: p.Sums(), TaxName: p.desk.Settings().Sales.TaxName, Chosen: p.tip}
	if !p.paying && p.asksTip() && p.minor > 0 {
		s.Tips = p.Tips()
	}
	return s
}
