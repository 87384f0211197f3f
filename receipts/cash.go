package receipts

import (
	"fmt"
	"time"

	"paydesk/terminal/money"
)

// CashFacts is everything that the slip of a payment in cash tells.
type CashFacts struct {
	Shop                     Shop
	Copy                     Copy
	CopyNumber               int // 0 is the original; n prints "COPY n"
	Amount, Tendered, Change money.Amount
	Number, Order            string
	Device, Operator         string // names
	At                       time.Time
	Training                 bool
}

// Cash lays out the slip of a payment in cash.
func Cash(f CashFacts) Document {
	p := page{}
	p.head(f.Shop, f.Training)
	title := "CASH SALE"
	if f.CopyNumber > 0 {
		title = fmt.Sprintf("%s - COPY %d", title, f.CopyNumber)
	}
	p.add(Line{Text: title, Align: Centre, Bold: true}, Blank{}, Heading{"PAID"}, Blank{}, Total{"TOTAL", f.Amount.Display()})
	p.row("Cash given", f.Tendered.Display())
	p.add(Row{Left: "Change", Right: f.Change.Display(), Bold: true}, Rule{})
	p.row("Date", moment(f.At))
	p.row("Number", f.Number)
	p.row("Order", f.Order)
	p.row("Terminal", f.Device)
	p.row("Operator", f.Operator)
	p.add(Rule{})
	if f.Copy == Customer {
		p.line(f.Shop.Footer)
	}
	p.add(Line{Text: f.Copy.String(), Align: Centre, Bold: true})
	p.foot(f.Training)
	return Document{Title: "Cash " + f.Number, Author: f.Shop.Name, Lang: "en", At: f.At, Blocks: p.blocks}
}
