package engine

import (
	"context"
	"errors"
	"net/mail"
	"slices"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// ProblemMail: a receipt cannot go out by mail as asked.
const ProblemMail = "mail"

// NoAddress is what is said of a text that is no e-mail address, CardMail of one
// with a card number in it, NoMail where there is no mail server.
var (
	NoAddress = &Problem{Code: ProblemMail, Text: "This is not an e-mail address. Write it as name@example.com."}
	CardMail  = &Problem{Code: ProblemMail, Text: "A card number does not belong here: enter an e-mail address."}
	NoMail    = &Problem{Code: ProblemMail, Text: "No mail server is set up. The owner can enter one in the settings (mail.server)."}
)

// Spool lists all receipts that are not at their end, oldest first.
func (e *Engine) Spool(ctx context.Context) ([]order.Job, error) {
	jobs, err := e.deps.Journal.Jobs(ctx, "")
	if err != nil {
		return nil, e.readProblem(err)
	}
	return jobs, nil
}

// Reprint is PrintAgain for a sale.
func (e *Engine) Reprint(ctx context.Context, number, copyName string) error {
	return e.PrintAgain(ctx, DocumentSale, number, copyName)
}

// PrintAgain queues a further copy of a document, marked as a copy, or its
// original where none was ever called for (see order.NextCopy).
func (e *Engine) PrintAgain(ctx context.Context, document, id, copyName string) error {
	return e.again(ctx, id, order.Job{Kind: e.paperKind(), Document: document, Copy: copyName})
}

// SendMail queues the customer's copy of a document to an address, counted
// among the copies on paper.
func (e *Engine) SendMail(ctx context.Context, document, id, to string) error {
	if !e.config().Mail {
		return NoMail
	}
	address, err := mail.ParseAddress(to)
	if err != nil || address.Address != to {
		return NoAddress
	}
	if order.HasCard(to) { // covered, it would be another address
		return CardMail
	}
	return e.again(ctx, id, order.Job{Kind: order.JobMail, Document: document, Copy: CopyCustomer, To: to})
}

func (e *Engine) again(ctx context.Context, id string, like order.Job) error {
	op, err := e.allowed(staff.Reprint)
	if err != nil {
		return err
	}
	if err := e.hasPaper(ctx, like.Document, id); err != nil {
		return err
	}
	like.Copy = e.copyThere(ctx, like, id)
	e.copying.Lock() // no two get one number
	defer e.copying.Unlock()
	j, err := e.nextCopy(ctx, like, id)
	if err != nil {
		return err
	}
	return e.commitAsked(ctx, jobEntry(j, op.ID))
}

// copyThere is the copy that is asked for, or the only one that there is.
func (e *Engine) copyThere(ctx context.Context, like order.Job, id string) string {
	switch like.Document {
	case DocumentBatch, order.DocumentApproval, order.DocumentMove, order.DocumentZ:
		return CopyMerchant
	case order.DocumentShift:
		if s, err := e.deps.Journal.Shift(ctx, id); like.Copy == order.CopyOpen || err != nil || s.State != order.ShiftClosed {
			return order.CopyOpen
		}
		return CopyMerchant
	}
	return like.Copy
}

// hasPaper refuses what there is no document of.
func (e *Engine) hasPaper(ctx context.Context, document, id string) (err error) {
	ended := true
	switch document {
	case order.DocumentSale:
		var a order.Attempt
		a, err = e.deps.Journal.Attempt(ctx, id)
		ended = a.State == order.Approved || a.State == order.Declined
	case order.DocumentBatch:
		var b order.Batch
		b, err = e.deps.Journal.Batch(ctx, id)
		ended = b.State == order.BatchClosed
	case order.DocumentStored:
		_, err = e.deps.Journal.Stored(ctx, id)
	case order.DocumentCash:
		_, err = e.deps.Journal.Cash(ctx, id)
	case order.DocumentCashBack:
		_, err = e.deps.Journal.CashBack(ctx, id)
	case order.DocumentFollow:
		var f order.FollowUp
		f, err = e.deps.Journal.FollowUp(ctx, id)
		ended = f.State.Final()
	case order.DocumentWallet, order.DocumentCode:
		var q order.QR
		q, err = e.deps.Journal.QR(ctx, id)
		if ended = q.State == order.QRPaid; document == order.DocumentCode {
			ended = q.State == order.QRShown && q.Text != ""
		}
	case order.DocumentRefund:
		var r order.Refund
		r, err = e.deps.Journal.Refund(ctx, id)
		ended = r.State == order.RefundDone || r.State == order.RefundPending
	case order.DocumentBill:
		err = e.closed(ctx, id)
	case order.DocumentPayLater:
		err = e.owed(ctx, id)
	case order.DocumentApproval:
		ended, err = e.wasApproved(ctx, id)
	case order.DocumentShift:
		_, err = e.deps.Journal.Shift(ctx, id)
	case order.DocumentMove:
		_, err = e.deps.Journal.Move(ctx, id)
	case order.DocumentZ:
		_, err = e.deps.Journal.Z(ctx, id)
	default:
		err = order.ErrNotFound
	}
	if errors.As(err, new(*Problem)) {
		return err
	}
	if err != nil {
		return e.readProblem(err)
	}
	if !ended {
		return &Problem{Code: ProblemNotAllowed, Text: "There is a receipt once the bank has answered, and none of what came to nothing."}
	}
	return nil
}

// paperKind is what a slip that somebody asks for becomes.
func (e *Engine) paperKind() string {
	if e.config().Printer {
		return order.JobPrint
	}
	return order.JobPDF
}

// nextCopy makes a job for the next copy of a document; now are jobs of it as
// they are to be.
func (e *Engine) nextCopy(ctx context.Context, like order.Job, subject string, now ...order.Job) (order.Job, error) {
	jobs, err := e.deps.Journal.Jobs(ctx, subject)
	if err != nil {
		return order.Job{}, e.readProblem(err)
	}
	for i, j := range jobs {
		if at := slices.IndexFunc(now, func(n order.Job) bool { return n.ID == j.ID }); at >= 0 {
			jobs[i] = now[at]
		}
		if like.Kind == order.JobMail && len(now) == 0 && onItsWay(j, like) {
			return order.Job{}, &Problem{Code: ProblemMail, Text: "This receipt is already on its way to that address."}
		}
	}
	like.Reprint = order.NextCopy(jobs, like.Kind, like.Document, like.Copy)
	return e.newJob(like, subject), nil
}

// onItsWay reports that a mail like another has not come to its end.
func onItsWay(j, like order.Job) bool {
	return j.Kind == like.Kind && j.Document == like.Document && j.Copy == like.Copy && j.To == like.To &&
		j.State != order.JobDone && j.State != order.JobDropped && j.State != order.JobRefused
}
