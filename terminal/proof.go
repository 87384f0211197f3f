package terminal

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/proof"
	"paydesk/sync/journal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// The codes of problems with the code of a receipt.
const (
	ProblemReceiptForm     = "receipt-form"     // no such code, or not all of one
	ProblemReceiptChanged  = "receipt-changed"  // the signature does not fit
	ProblemReceiptStranger = "receipt-stranger" // another terminal's
	ProblemReceiptMode     = "receipt-mode"     // of training in live, or the other way round
	ProblemReceiptUnknown  = "receipt-unknown"  // signed here, and not in the journal
	ProblemReceiptDiffers  = "receipt-differs"  // signed here, and the journal says otherwise
)

// plainCodes are what slips without a proof hold: a beginning, and the id of
// what the document tells of.
var plainCodes = map[string]string{
	receipts.QRPrefix: order.DocumentSale, receipts.BillPrefix: order.DocumentBill, receipts.StoredPrefix: order.DocumentStored,
}

// Scan is the receipt that a code tells of.
type Scan struct {
	Document, ID string
	Amount       money.Amount
	At           time.Time
	// Proven: the code was signed by this terminal, and its journal agrees.
	// Otherwise it only names a receipt, as anybody can write it.
	Proven bool
}

// Scanned finds the receipt of a code: one that proves itself, alone or as an
// address, or a plain one. Its error is a *engine.Problem. What is left to
// return is told by MoneyBackPlan of a sale or cash, and by Bill.
func (t *Terminal) Scanned(ctx context.Context, text string) (Scan, error) {
	text = strings.TrimSpace(text)
	for begin, document := range plainCodes {
		if len(text) < len(begin) || !strings.EqualFold(text[:len(begin)], begin) {
			continue
		}
		r, err := known(ctx, t.journal, document, text[len(begin):])
		if err != nil {
			return Scan{}, scanProblem(err)
		}
		return Scan{Document: document, ID: r.ID, Amount: r.Amount, At: r.At}, nil
	}
	c, err := CheckReceipt(ctx, t.journal, t.Mode(), text)
	switch {
	case err != nil:
		return Scan{}, err
	case !c.Known:
		return Scan{}, &engine.Problem{Code: ProblemReceiptUnknown,
			Text: "This receipt was made by this terminal, and its journal does not have it: an older backup was put back since. Look for the payment at the bank."}
	case len(c.Differs) > 0:
		return Scan{}, &engine.Problem{Code: ProblemReceiptDiffers,
			Text: "This receipt was signed by this terminal, and its journal says otherwise. Pay nothing back, keep the receipt, and call your support."}
	}
	return Scan{Document: c.Document, ID: c.ID, Amount: c.Amount, At: c.At, Proven: true}, nil
}

// ReceiptCheck is what a genuine code says, and what the journal says to it.
type ReceiptCheck struct {
	proof.Statement
	// Known: the journal has what the receipt tells of. Differs names what it
	// has otherwise: amount, tender, card, time or journal.
	Known   bool
	Differs []string
	// Back is what went back since, and what is left; nil where the receipt is
	// none of a payment.
	Back *order.WayBack
}

// CheckReceipt checks the code of a receipt against the keys with which a
// terminal ever signed, and what it says against its journal, which may be open
// beside it. Its error is a *engine.Problem.
func CheckReceipt(ctx context.Context, j *History, mode Mode, text string) (ReceiptCheck, error) {
	keys, err := j.Keys(ctx)
	if err != nil {
		return ReceiptCheck{}, scanProblem(err)
	}
	c, err := VerifyReceipt(text, keys...)
	if training := mode == settings.Training; c.ID != "" && c.Training != training {
		return ReceiptCheck{}, &engine.Problem{Code: ProblemReceiptMode, Text: otherMode(training)}
	}
	if err != nil {
		return ReceiptCheck{}, err
	}
	now, err := stated(ctx, j, c.Document, c.ID)
	if errors.Is(err, order.ErrNotFound) {
		return c, nil
	}
	if err != nil {
		return c, scanProblem(err)
	}
	c.Known, c.Back, c.Differs = true, now.back, differences(c.Statement, now.Statement)
	return c, nil
}

func otherMode(training bool) string {
	if training {
		return "This is the receipt of a real payment, and this terminal is for training. Look for it at the terminal that made it."
	}
	return "This receipt is from training: no money was moved. Pay nothing back for it."
}

// VerifyReceipt checks the code of a receipt against keys alone. Its error is a
// *engine.Problem; what an unproven code says comes with it.
func VerifyReceipt(text string, keys ...ed25519.PublicKey) (ReceiptCheck, error) {
	s, err := proof.Parse(text)
	if err == nil {
		err = s.Verify(keys...)
	}
	return ReceiptCheck{Statement: s.Statement}, scanProblem(err)
}

// ReceiptPage makes the page that checks receipts with the name of the shop and
// the keys of its journal, which may be open beside it.
func ReceiptPage(ctx context.Context, j *History, mode Mode) ([]byte, error) {
	keys, err := j.Keys(ctx)
	if err != nil {
		return nil, err
	}
	stored, err := j.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return proof.Page(cmp.Or(stored["shop.name"], defaults(mode).Shop.Name), keys...)
}

func scanProblem(err error) error {
	p := &engine.Problem{Err: err}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, proof.ErrForm):
		p.Code, p.Text = ProblemReceiptForm, "This is not the code of a receipt, or a part of it is missing. Scan it again, or look for the payment by its number."
	case errors.Is(err, proof.ErrChanged):
		p.Code, p.Text = ProblemReceiptChanged, "This receipt was changed: the terminal's signature does not fit it. Pay nothing back for it, and keep it."
	case errors.Is(err, proof.ErrStranger):
		p.Code, p.Text = ProblemReceiptStranger, "This receipt was not made by this terminal. Look for it at the terminal that made it."
	case errors.Is(err, order.ErrNotFound):
		p.Code, p.Text = engine.ProblemNotFound, "There is no such payment in this terminal's journal. Check the number."
	default:
		p.Code, p.Text = engine.ProblemStorage, "The journal could not be read. Try again; if it happens twice, restart Paydesk."
	}
	return p
}

// differences names what a receipt says otherwise than the journal does now.
func differences(said, now proof.Statement) (names []string) {
	for _, d := range []struct {
		name string
		same bool
	}{{"amount", said.Amount == now.Amount && said.Act == now.Act}, {"tender", said.Tender == now.Tender}, {"card", said.Last4 == now.Last4},
		{"time", said.At.Unix() == now.At.Unix()}, {"journal", slices.Equal(said.Previous, now.Previous[:proof.PreviousLen])}} {
		if !d.same {
			names = append(names, d.name)
		}
	}
	return names
}

// ReceiptProof makes the code by which a receipt proves itself, alone or as the
// address of the shop's page (receipts.page). What it says is read from the
// journal, so that nothing else is ever signed. It is "" for what no code tells
// of: what was declined, has no end yet, or moves no money.
func (t *Terminal) ReceiptProof(ctx context.Context, document, id string) (string, error) {
	now, err := stated(ctx, t.journal, document, id)
	if errors.Is(err, order.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", scanProblem(err)
	}
	now.Training = t.Training()
	return proof.Link(t.Settings().Receipts.Page, t.sign(now.Statement)), nil
}

// receipt is what the journal says now of what a receipt tells of.
type receipt struct {
	proof.Statement
	back *order.WayBack
	open bool // what was paid of a bill is less than its total: a part was stored
}

// stated reads what may be signed of it. It fails with order.ErrNotFound for
// what no code tells of: what is not there, and what was declined, or has no end
// yet.
func stated(ctx context.Context, j *journal.Journal, document, id string) (receipt, error) {
	r, err := known(ctx, j, document, id)
	if err == nil && r.open {
		err = order.ErrNotFound
	}
	if err == nil {
		r.Previous, err = j.Before(ctx, document, id)
	}
	return r, err
}

// known reads it, whatever its state.
func known(ctx context.Context, j *journal.Journal, document, id string) (r receipt, err error) {
	r.Document, r.ID = document, id
	switch document {
	case order.DocumentSale:
		err = r.sale(ctx, j, id)
	case order.DocumentStored:
		err = r.stored(ctx, j, id)
	case order.DocumentCash:
		err = r.cash(ctx, j, id)
	case order.DocumentCashBack:
		err = r.cashBack(ctx, j, id)
	case order.DocumentFollow:
		err = r.follow(ctx, j, id)
	case order.DocumentWallet:
		err = r.wallet(ctx, j, id)
	case order.DocumentRefund:
		err = r.refund(ctx, j, id)
	case order.DocumentBill:
		err = r.bill(ctx, j, id)
	default:
		err = order.ErrNotFound
	}
	return r, err
}

// inCash is the tender of what was paid in notes and coins.
const inCash = "CASH"

func (r *receipt) sale(ctx context.Context, j *journal.Journal, number string) error {
	a, err := j.Attempt(ctx, number)
	if err != nil {
		return err
	}
	if a.Kind == order.KindAuth {
		r.Act = "hold"
	}
	r.Amount, r.Tender, r.Last4, r.At = a.Approved, a.Brand, a.Last4, a.Created
	if a.Approved.IsZero() {
		r.Amount = a.Asked
	}
	follows, err := j.FollowsOf(ctx, number)
	back := order.PlanBack(a, follows, order.SettleUnknown)
	r.back = &back
	return err
}

func (r *receipt) wallet(ctx context.Context, j *journal.Journal, id string) error {
	q, err := j.QR(ctx, id)
	if err != nil {
		return err
	}
	p, ok := q.Paid()
	if !ok {
		return order.ErrNotFound
	}
	r.Amount, r.Tender, r.At = p.Amount, q.Provider, p.At
	back := order.PlanRefund(p, order.WalletOffer{Parts: true}, p.At)
	r.back = &back
	return nil
}

func (r *receipt) refund(ctx context.Context, j *journal.Journal, id string) error {
	f, err := j.Refund(ctx, id)
	if err == nil && f.State != order.RefundDone {
		err = order.ErrNotFound
	}
	r.Act, r.Amount, r.Tender, r.At = "return", f.Amount, f.Provider, f.Created
	return err
}

func (r *receipt) stored(ctx context.Context, j *journal.Journal, id string) error {
	s, err := j.Stored(ctx, id)
	if err != nil {
		return err
	}
	if s.Number != "" {
		if err := r.sale(ctx, j, s.Number); err != nil {
			return err
		}
	}
	r.Act, r.Amount, r.Tender, r.Last4, r.At = "", s.Amount, s.Brand, s.Last4, s.Created
	return nil
}

func (r *receipt) cash(ctx context.Context, j *journal.Journal, id string) error {
	c, err := j.Cash(ctx, id)
	back := order.PlanCashBack(c)
	r.Amount, r.Tender, r.At, r.back = c.Amount, inCash, c.At, &back
	return err
}

func (r *receipt) cashBack(ctx context.Context, j *journal.Journal, id string) error {
	b, err := j.CashBack(ctx, id)
	r.Amount, r.Tender, r.At = b.Amount, inCash, b.At
	return err
}

func (r *receipt) follow(ctx context.Context, j *journal.Journal, id string) error {
	f, err := j.FollowUp(ctx, id)
	if err != nil {
		return err
	}
	switch f.Act {
	case order.Void, order.Return, order.Capture:
		r.Act = strings.ToLower(string(f.Act))
	default: // no money moved
		return order.ErrNotFound
	}
	r.Amount, r.Tender, r.Last4, r.At = f.Amount, f.Brand, f.Last4, f.Created
	return nil
}

// tenderSplit is the tender of a bill with several payments.
const tenderSplit = "SPLIT"

// bill adds up what went back of its payments.
func (r *receipt) bill(ctx context.Context, j *journal.Journal, id string) error {
	b, err := j.Bill(ctx, id)
	if err != nil {
		return err
	}
	whole := b.Total()
	none := money.New(0, whole.Currency)
	sum := order.WayBack{Paid: none, Returned: none, Pending: none, Left: none}
	paid := 0
	for _, leg := range b.Legs {
		o, err := j.Order(ctx, leg.Order)
		if err != nil {
			return err
		}
		var part receipt
		if err = part.sale(ctx, j, o.PaidBy); errors.Is(err, order.ErrNotFound) {
			err = part.cash(ctx, j, o.PaidBy)
		}
		if errors.Is(err, order.ErrNotFound) { // stored, or paid by nothing
			continue
		}
		if err != nil {
			return err
		}
		paid++
		whole.Minor -= part.Amount.Minor
		r.Tender, r.Last4 = part.Tender, part.Last4
		sum.Paid.Minor += part.back.Paid.Minor
		sum.Returned.Minor += part.back.Returned.Minor
		sum.Pending.Minor += part.back.Pending.Minor
		sum.Left.Minor += part.back.Left.Minor
	}
	if paid != 1 {
		r.Tender, r.Last4 = tenderSplit, ""
	}
	r.open = whole.Minor > 0
	r.Amount, r.At, r.back = b.Total(), b.Since, &sum
	return nil
}
