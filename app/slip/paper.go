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
	case order.DocumentBatch, order.DocumentApproval, order.DocumentShift, order.DocumentMove, order.DocumentZ:
		return []string{Merchant}
	case order.DocumentPayLater, order.DocumentCode:
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
// done about it and of who approved it.
func Of(a order.Attempt, follows []order.FollowUp) []Paper {
	papers := append([]Paper{Sale(a.Number)}, approval(a.Number, a.ApprovedBy)...)
	for _, f := range follows {
		papers = append(papers, OfFollow(f)...)
	}
	return papers
}

// OfFollow are those of a follow-up; none where it has no slip.
func OfFollow(f order.FollowUp) []Paper {
	if !HasSlip(f) {
		return nil
	}
	return append([]Paper{{order.DocumentFollow, f.ID}}, approval(f.ID, f.Approved)...)
}

// OfStored are those of a stored sale; one that is owed asks for its money.
func OfStored(s order.Stored) []Paper {
	papers := append([]Paper{{order.DocumentStored, s.ID}}, approval(s.ID, s.ApprovedBy)...)
	if s.State == order.Uncollected {
		papers = append(papers, Paper{order.DocumentPayLater, s.ID})
	}
	return papers
}

func approval(id, approver string) []Paper {
	if approver == "" {
		return nil
	}
	return []Paper{{order.DocumentApproval, id}}
}

// HasSlip reports whether a follow-up has a slip: it is done, and moved money or
// told of a card.
func HasSlip(f order.FollowUp) bool {
	return f.State == order.FollowDone && slices.Contains([]order.Act{order.Void, order.Return, order.Capture, order.Check}, f.Act)
}

// OfCode are those of a code: the receipt of its payment or, while it waits for
// one, the slip to pay it by, and the slips of what went back.
func OfCode(q order.QR, refunds []order.Refund) (papers []Paper) {
	switch {
	case len(q.Payments) > 0:
		papers = append(papers, Paper{order.DocumentWallet, q.ID})
	case q.State == order.QRShown:
		papers = append(papers, Paper{order.DocumentCode, q.ID})
	}
	for _, r := range refunds {
		papers = append(papers, OfRefund(r)...)
	}
	return papers
}

// OfRefund are those of a refund by wallet that is done, or on its way.
func OfRefund(r order.Refund) []Paper {
	if r.State != order.RefundDone && r.State != order.RefundPending {
		return nil
	}
	return append([]Paper{{order.DocumentRefund, r.ID}}, approval(r.ID, r.Approved)...)
}
