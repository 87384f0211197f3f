package step

import (
	"time"

	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// SaleRow is an approved payment as a row, with what became of it.
func SaleRow(s engine.Sale, now time.Time) Row {
	kind, word := payment.Word(s)
	under := payment.Card(s.Brand, s.Last4)
	if s.Holder != "" {
		under += " · " + s.Holder
	}
	return Row{Time: When(s.Created, now), Amount: text.Money(s.Approved), Word: word, Under: under, Look: look.Of(kind)}
}

// CashRow is a payment in cash as a row.
func CashRow(c order.Cash, now time.Time) Row {
	r := Row{Time: When(c.At, now), Amount: text.Money(c.Amount), Word: text.Get("step.paid"), Under: text.Get("step.cash"), Look: look.Of(look.KindApproved)}
	if c.Returned.Minor > 0 {
		r.Word, r.Look = text.Get("step.given", text.Money(c.Returned)), look.Of(look.KindPart)
	}
	return r
}

// CodeRow is a payment by wallet as a row.
func CodeRow(c engine.CodeView, now time.Time) Row {
	kind, word := payment.CodeWord(c.QR)
	paid, _, _ := payment.Sums(c.QR)
	r := Row{Time: When(c.Created, now), Amount: text.Money(paid), Word: word, Under: c.Title, Look: look.Of(kind)}
	if c.Note != "" {
		r.Under += " · " + c.Note
	}
	return r
}

// When is the time of an event of today, and else its date.
func When(t, now time.Time) string {
	if t = t.In(now.Location()); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return text.Clock(t)
	}
	return text.Date(t)
}
