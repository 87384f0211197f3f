package engine

import (
	"context"
	"errors"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// The problems of bills.
const (
	ProblemBill       = "bill"        // its amounts or texts can't be
	ProblemBillTotal  = "bill-total"  // its total changed although a leg stands
	ProblemBillOver   = "bill-over"   // the leg is more than what is left
	ProblemBillClosed = "bill-closed" // paid or cancelled
	ProblemReason     = "reason"      // a reason is needed
)

// TakeCashFor takes a leg of a bill in notes and coins, as TakeCash does for an
// order of its own. The bill is begun with its first leg; a later leg names it
// again with the same goods, tax and tip.
func (e *Engine) TakeCashFor(ctx context.Context, bill order.Bill, orderID string, amount, tendered money.Amount) (order.Cash, error) {
	return e.takeCash(ctx, Charge{Order: orderID, Amount: amount, Bill: &bill}, tendered)
}

// CancelBill gives a bill up that is not paid: what was paid of it goes back, by
// a void, by a return where the batch is closed, or in cash, and whatever turns
// up for it later. Cash is given back at once, durably, when it returns; the
// terminal does the rest by itself, now and after a restart, and Snapshot.Bills
// shows how far it is. A bill of which nothing stands is cancelled at once. For
// one that is being cancelled already, what waits for its next try is tried now.
func (e *Engine) CancelBill(ctx context.Context, id, reason string) error {
	op, err := e.allowed(staff.Sell)
	if err != nil {
		return err
	}
	if err := e.compared(); err != nil {
		return err
	}
	defer nudge(e.wakeRecovery)
	return e.cancelBill(ctx, id, op.ID, shorten(reason, 100))
}

func (e *Engine) cancelBill(ctx context.Context, id, by, reason string) error {
	for {
		f, err := e.billFacts(ctx, id)
		switch {
		case errors.Is(err, order.ErrNotFound):
			return nil // nothing was ever paid of it
		case err != nil:
			return e.readProblem(err)
		case f.Bill.State == order.BillCancelled:
			return nil
		case f.Bill.State == order.BillCancelling:
			e.mu.Lock()
			e.hasten(f, func(order.FollowUp) bool { return true })
			e.mu.Unlock()
			return nil
		}
		b, err := f.Bill.Cancel(by, reason, e.now())
		if err != nil {
			return billProblem(err, f)
		}
		f.Bill = b
		err = e.commit(ctx, append([]order.Entry{billEntry(b, by)}, e.undoEntries(f, by)...)...)
		if !errors.Is(err, order.ErrConflict) {
			nudge(e.wakeForward)
			return err
		}
	}
}

// Bill reads a bill with its legs, at its end or not.
func (e *Engine) Bill(ctx context.Context, id string) (BillView, error) {
	f, err := e.billFacts(ctx, id)
	if errors.Is(err, order.ErrNotFound) {
		return BillView{}, &Problem{Code: ProblemNotFound, Text: "There is no such bill in this terminal's journal. Check the number.", Err: err}
	}
	if err != nil {
		return BillView{}, e.readProblem(err)
	}
	return e.billView(f), nil
}

// ReturnCash gives money back of a payment in cash, never more than is left of
// it. A reason is needed.
func (e *Engine) ReturnCash(ctx context.Context, cashID string, amount money.Amount, reason string) (order.CashBack, error) {
	op, err := e.seller()
	if err != nil {
		return order.CashBack{}, err
	}
	reason = shorten(strings.TrimSpace(reason), 100)
	if reason == "" {
		return order.CashBack{}, &Problem{Code: ProblemReason, Text: "Enter why the money is given back."}
	}
	if err := errors.Join(e.compared(), e.roomOnDisk()); err != nil {
		return order.CashBack{}, err
	}
	approver := ""
	for {
		before, err := e.deps.Journal.Cash(ctx, cashID)
		if err != nil {
			return order.CashBack{}, e.readProblem(err)
		}
		c, back, err := order.GiveCash(before, order.CashBack{ID: e.deps.NewNumber(), Amount: amount, Reason: reason, Operator: op.ID, At: e.now()})
		if err != nil {
			return back, followRefusal(err)
		}
		if approver == "" {
			if approver, err = e.permitReturn(ctx, op, cashID, amount, before.Returned); err != nil {
				return back, err
			}
		}
		back.Approved = approver
		entries := cashEntries(c, back, op.ID)
		entries[0].Note = approved(approver)
		entries = append(entries, e.drawerFor(order.DocumentCashBack, back.ID)...)
		err = e.commit(ctx, entries...)
		if !errors.Is(err, order.ErrConflict) {
			return back, err
		}
	}
}

// bill is the id of the charge's bill, or "".
func (c Charge) bill() string {
	if c.Bill == nil {
		return ""
	}
	return c.Bill.ID
}

// note is what is kept with the order of a charge, to find it by.
func (c Charge) note() string {
	if c.Note == "" && c.Bill != nil {
		c.Note = c.Bill.Label()
	}
	return shorten(c.Note, 50)
}

// sameBill refuses an order that was begun for another bill, or for none.
func sameBill(o order.Order, c Charge) error {
	if o.Bill == c.bill() {
		return nil
	}
	return &Problem{Code: ProblemNotAllowed, Text: "This order was begun for another bill. Start a new payment."}
}

// legEntry is the entry that makes a charge a leg of its bill; none where it is
// a charge of its own.
func (e *Engine) legEntry(ctx context.Context, c Charge, tender order.Tender, op staff.Operator) ([]order.Entry, error) {
	if c.Bill == nil {
		return nil, nil
	}
	leg := order.Leg{Order: c.Order, Tender: tender, Amount: c.Amount}
	if err := c.Bill.Check(); err != nil {
		return nil, billProblem(err, order.BillFacts{})
	}
	if c.Kind != order.KindSale {
		return nil, &Problem{Code: ProblemNotAllowed, Text: "A hold is no payment of a bill. Charge the card, or make the hold by itself."}
	}
	f, err := e.billFacts(ctx, c.Bill.ID)
	var b order.Bill
	switch {
	case errors.Is(err, order.ErrNotFound):
		b, err = order.NewBill(*c.Bill, leg, op.ID, e.now())
		f.Bill = *c.Bill
	case err != nil:
		return nil, e.readProblem(err)
	default:
		b, err = f.Add(*c.Bill, leg, c.Consent)
		if _, asked := f.Add(*c.Bill, leg, true); err != nil && asked == nil {
			err = order.ErrConsent
		}
	}
	if err != nil {
		return nil, billProblem(err, f)
	}
	return []order.Entry{billEntry(b, op.ID)}, nil
}

// tenderOf is how a charge is paid.
func tenderOf(c Charge) order.Tender {
	if c.OnFile != "" {
		return order.TenderOnFile
	}
	return order.TenderCard
}

// billMoved is said where another leg came in between.
func billMoved(err error) error {
	return &Problem{Code: ProblemInProgress, Text: "Another payment of this bill came in between, and nothing was sent. Look at what is left of the bill, then go on.", Err: err}
}

func billProblem(err error, f order.BillFacts) error {
	switch {
	case errors.Is(err, order.ErrBillAmount):
		return &Problem{Code: ProblemBill, Text: "The amounts of this bill cannot be paid. Enter amounts of one currency, none below zero, and more than zero in all.", Err: err}
	case errors.Is(err, order.ErrBillText):
		return say(ProblemBill, err, "Order number, note or customer is too long: enter %d, %d and %d characters at most.", order.MaxNumber, order.MaxNote, order.MaxCustomer)
	case errors.Is(err, order.ErrBillCard):
		return &Problem{Code: ProblemBill, Text: "Order number, note or customer looks like a card number. Take it out: nothing was sent.", Err: err}
	case errors.Is(err, order.ErrBillTotal):
		return &Problem{Code: ProblemBillTotal, Text: "A part of this bill is paid or under way, so its total cannot change. Cancel the bill to change it.", Err: err}
	case errors.Is(err, order.ErrBillOver):
		_, _, left := f.Paid()
		return say(ProblemBillOver, err, "%s is left of this bill. Enter at most that.", left)
	case errors.Is(err, order.ErrBillClosed) && f.Bill.State == order.BillPaid:
		return &Problem{Code: ProblemBillClosed, Text: "This bill is paid. Void or return its payments one by one.", Err: err}
	case errors.Is(err, order.ErrBillClosed):
		return &Problem{Code: ProblemBillClosed, Text: "This bill is cancelled. Start a new one.", Err: err}
	}
	return startProblem(err)
}

func billEntry(b order.Bill, actor string) order.Entry {
	kind := "bill." + kebab(string(b.State))
	if b.State == order.BillOpen && b.Version > 1 {
		kind = "bill.changed"
	}
	return order.Entry{Kind: kind, Subject: b.ID, Actor: actor, Object: b}
}

func cashEntries(c order.Cash, back order.CashBack, actor string) []order.Entry {
	return []order.Entry{{Kind: "cash.returned", Subject: c.ID, Actor: actor, Object: c},
		{Kind: "cash-back.given", Subject: back.ID, Actor: actor, Object: back}}
}
