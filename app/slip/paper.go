package slip

import (
	"slices"

	"paydesk/app/text"
	"paydesk/terminal/order"
)

// Paper is one document: what it is, as in order.Job.Document, and the id of
// what it is about.
type Paper struct{ Document, ID string }

// Sale is the receipt of a payment by card.
func Sale(number string) Paper { return Paper{order.DocumentSale, number} }

// copies are those that a document has; the shop keeps what no customer asks
// for.
func (p Paper) copies() []string {
	switch p.Document {
	case order.DocumentBatch, order.DocumentApproval:
		return []string{Merchant}
	case order.DocumentPayLater:
		return []string{Customer}
	}
	return []string{Customer, Merchant}
}

// Name is what a document is called.
func Name(document string) string {
	if key := "slip.of." + document; text.Has(key) {
		return text.Get(key)
	}
	return text.Get("slip.of.sale")
}

// Of are the documents of a payment: its receipt, and the slips of what was
// done about it.
func Of(number string, follows []order.FollowUp) []Paper {
	papers := []Paper{Sale(number)}
	for _, f := range follows {
		if HasSlip(f) {
			papers = append(papers, Paper{order.DocumentFollow, f.ID})
		}
	}
	return papers
}

// HasSlip reports whether a follow-up has a slip: it is done, and moved money or
// told of a card.
func HasSlip(f order.FollowUp) bool {
	return f.State == order.FollowDone && slices.Contains([]order.Act{order.Void, order.Return, order.Capture, order.Check}, f.Act)
}
