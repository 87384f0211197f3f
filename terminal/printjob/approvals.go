package printjob

import (
	"context"
	"errors"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// approved is what a supervisor approved, as the thing itself has it.
type approved struct {
	what, asker, approver, reason string
	about                         string // the payment that it is about
	at                            time.Time
	amount                        money.Amount
	card                          receipts.Card
}

// approvedActs are what a follow-up is called on the slip of its approval.
var approvedActs = map[order.Act]string{order.Void: receipts.ApprovedVoid, order.Return: receipts.ApprovedReturn,
	order.Capture: receipts.ApprovedCapture, order.Issue: receipts.ApprovedIssue}

func (m maker) approval(ctx context.Context) (receipts.Document, error) {
	a, err := m.approved(ctx)
	if err == nil && a.approver == "" {
		err = order.ErrNotFound
	}
	if err != nil {
		return receipts.Document{}, err
	}
	return receipts.Approval(receipts.ApprovalFacts{Slip: m.slip(m.job.Subject, a.asker, a.at), Card: a.card, What: a.what,
		Amount: a.amount, Approver: m.name(a.approver), Reason: a.reason, For: a.about}), nil
}

// approved looks for the subject among all that can be approved: ids are numbers
// of one row, and no two things have the same.
func (m maker) approved(ctx context.Context) (approved, error) {
	f, err := m.source.FollowUp(ctx, m.job.Subject)
	if !errors.Is(err, order.ErrNotFound) {
		return approved{approvedActs[f.Act], f.Operator, f.Approved, f.Reason, f.Of, f.Created, f.Amount, receipts.Card{Brand: f.Brand, Last4: f.Last4}}, err
	}
	a, err := m.source.Attempt(ctx, m.job.Subject)
	if !errors.Is(err, order.ErrNotFound) {
		what := receipts.ApprovedSale
		if a.Kind == order.KindAuth {
			what = receipts.ApprovedHold
		}
		return approved{what, a.Operator, a.ApprovedBy, "", "", a.Created, a.Approved, receipts.Card{Brand: a.Brand, Last4: a.Last4}}, err
	}
	s, err := m.source.Stored(ctx, m.job.Subject)
	if !errors.Is(err, order.ErrNotFound) {
		return approved{receipts.ApprovedStored, s.Operator, s.ApprovedBy, "", "", s.Created, s.Amount, receipts.Card{Brand: s.Brand, Last4: s.Last4}}, err
	}
	b, err := m.source.CashBack(ctx, m.job.Subject)
	return approved{receipts.ApprovedCashBack, b.Operator, b.Approved, b.Reason, b.Of, b.At, b.Amount, receipts.Card{}}, err
}
