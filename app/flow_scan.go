package app

import (
	"context"
	"slices"

	"paydesk/app/nav"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// forms are the places at which a number may be another than a payment's.
var forms = []nav.Place{nav.Extras, nav.Settings, nav.Staff, nav.Setup}

// scanned takes the code of a receipt, from any place, and opens what it tells of
// where that is safe.
func (s *shell) scanned(code string, bare bool) bool {
	s.notice.Say("")
	if bare && s.uncovered() && slices.Contains(forms, s.at) {
		return false
	}
	if why := s.noReceipt(); why != "" {
		s.reader.Tell(why)
		return true
	}
	at := s.at
	s.run(func(ctx context.Context) func() {
		found, err := s.look(ctx, code)
		return func() {
			switch why := s.noReceipt(); {
			case err != nil:
				s.reader.Tell(text.Of(err))
			case why != "":
				s.reader.Tell(why)
			case s.at != at:
				s.reader.Tell(text.Get("scan.moved"))
			default:
				s.openScan(found)
			}
		}
	})
	return true
}

// noReceipt is why no receipt can be opened here and now, "" where one can.
func (s *shell) noReceipt() string {
	switch {
	case s.at == nav.SignIn || s.snapshot.Operator == nil:
		return text.Get("scan.not.signin")
	case !s.uncovered():
		return text.Get("scan.not.covered")
	case s.at == nav.Waiting, s.at == nav.Working, s.at == nav.Card && s.card.View().Busy:
		return text.Get("scan.not.busy")
	case !nav.Free(s.at):
		return text.Get("scan.not.begun")
	}
	return ""
}

// scanFound is a receipt with what the desk knows of it.
type scanFound struct {
	terminal.Scan
	back   engine.Plan     // of a payment in cash
	detail engine.Detail   // of a sale
	bill   engine.BillView // of a bill
}

// look finds the receipt of a code.
func (s *shell) look(ctx context.Context, code string) (f scanFound, err error) {
	if f.Scan, err = s.desk.Scanned(ctx, code); err != nil {
		return f, err
	}
	switch f.Document {
	case order.DocumentSale:
		f.detail, err = s.desk.Detail(ctx, f.ID)
	case order.DocumentCash:
		f.back, err = s.desk.MoneyBackPlan(ctx, f.ID)
	case order.DocumentBill:
		f.bill, err = s.desk.Bill(ctx, f.ID)
	}
	return f, err
}

// openScan brings up what a receipt tells of, and says what the code is worth.
func (s *shell) openScan(f scanFound) {
	number := f.ID
	switch {
	case f.Document == order.DocumentStored && slices.ContainsFunc(s.snapshot.Stored.Missing, func(o order.Stored) bool { return o.ID == f.ID }):
		s.goTo(nav.Attention)
		s.attention.ChooseNumber(f.ID)
		s.reader.Tell(text.Get("scan.owed", text.Money(f.Amount)))
		return
	case f.Document == order.DocumentBill && f.bill.State == order.BillOpen:
		s.goTo(nav.Sale)
		s.toBill(f.bill.Bill)
		s.reader.Tell(text.Get("scan.bill", text.Money(f.bill.Left)))
		return
	case f.Document == order.DocumentBill:
		number = firstPart(f.bill)
	}
	s.goTo(nav.History)
	s.history.Open(number)
	s.reader.Tell(f.words())
}

// firstPart is the payment by which the story of a bill is entered.
func firstPart(b engine.BillView) string {
	for _, part := range b.Parts {
		switch {
		case part.Sale != nil:
			return part.Sale.Number
		case part.Cash != nil:
			return part.Cash.ID
		case part.Stored != nil:
			return part.Stored.ID
		}
	}
	return b.ID
}

// words are what the code is worth, and what is left to return.
func (f scanFound) words() string {
	words := text.Get("scan.plain", text.Money(f.Amount))
	if f.Proven {
		words = text.Get("scan.proven", text.Money(f.Amount))
	}
	left := f.detail.Standing.Left
	switch {
	case f.Document == order.DocumentCash:
		left = f.back.Left
	case f.Document != order.DocumentSale || f.detail.Standing.As == order.StandsHeld:
		return words
	}
	if left.Minor > 0 {
		return words + " " + text.Get("scan.left", text.Money(left))
	}
	return words + " " + text.Get("scan.nothing")
}

// fieldForCode makes ready for a bar code that is to be typed: at the extras of a
// sale it is the order's number. Where nothing is typed, or only what a person
// knows by heart, there is none.
func (s *shell) fieldForCode() bool {
	if s.at == nav.SignIn || !s.uncovered() || s.at == nav.Card && s.card.View().Swiped != nil {
		return false
	}
	if s.at == nav.Waiting || s.at == nav.Working {
		return false
	}
	if s.at == nav.Extras {
		s.extras.Scan()
	}
	return true
}
