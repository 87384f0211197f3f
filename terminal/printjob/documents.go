package printjob

import (
	"cmp"
	"context"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/answer"
	"paydesk/terminal/order"
)

// maker builds the document of one job.
type maker struct {
	Config
	source Source
	job    order.Job
}

func (w *Worker) document(ctx context.Context, cfg Config, job order.Job) (receipts.Document, error) {
	m := maker{cfg, w.Source, job}
	m.Shop.Logo = cfg.Logo
	switch job.Document {
	case order.DocumentBatch:
		return m.batch(ctx)
	case order.DocumentStored:
		return m.stored(ctx)
	case order.DocumentCash:
		return m.cash(ctx)
	case order.DocumentCashBack:
		return m.cashBack(ctx)
	case order.DocumentFollow:
		return m.follow(ctx)
	case order.DocumentBill:
		return m.bill(ctx)
	case order.DocumentPayLater:
		return m.payLater(ctx)
	case order.DocumentWallet:
		return m.wallet(ctx)
	case order.DocumentRefund:
		return m.refund(ctx)
	case order.DocumentCode:
		return m.payCode(ctx)
	case order.DocumentApproval:
		return m.approval(ctx)
	case order.DocumentShift:
		return m.shift(ctx)
	case order.DocumentMove:
		return m.move(ctx)
	case order.DocumentZ:
		return m.zReport(ctx)
	}
	return m.sale(ctx)
}

// slip is what the document has of the settings and of its fact.
func (m maker) slip(number, operator string, at time.Time) receipts.Slip {
	s := receipts.Slip{Shop: m.Shop, Tongue: m.Language, CopyNumber: m.job.Reprint, Number: number,
		Device: m.DeviceName, Operator: m.name(operator), At: at.Local(), Training: m.Training}
	if m.job.Copy == order.CopyMerchant {
		s.Copy = receipts.Merchant
	}
	return s
}

// name is that of a person; "" is nobody.
func (m maker) name(id string) string {
	if id == "" || id == order.ActorTerminal {
		return ""
	}
	return m.Operator(id)
}

// code is the text that proves what was paid or given back; "" where nothing
// proves here.
func (m maker) code(ctx context.Context) (string, error) {
	if m.Proof == nil {
		return "", nil
	}
	return m.Proof(ctx, cmp.Or(m.job.Document, order.DocumentSale), m.job.Subject)
}

func (m maker) sale(ctx context.Context) (receipts.Document, error) {
	a, err := m.source.Attempt(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	f := receipts.SaleFacts{Slip: m.slip(a.Number, a.Operator, a.Created), Card: card(a),
		Hold: a.Kind == order.KindAuth, Amount: a.Asked, Approved: a.Approved, Reason: m.reason(order.Said(a)),
		AuthCode: a.AuthCode, Reference: a.Reference, Until: order.HoldUntil(a.Created.Local())}
	f.Host, f.Batch = m.HostName, short(a.Batch)
	switch {
	case a.State == order.Approved && a.Approved.Minor < a.Asked.Minor:
		f.Outcome = receipts.PartApproved
	case a.State == order.Approved:
		f.Outcome = receipts.Approved
	case a.State == order.Declined:
		f.Outcome = receipts.Declined
	}
	if m.job.Copy == order.CopyMerchant { // the bank's own words are the shop's
		f.Reason = strings.TrimSpace(a.Code + " " + a.Message)
	}
	w, err := m.what(ctx, a.Order, a.Approved)
	if err != nil {
		return receipts.Document{}, err
	}
	f.Order, f.Items, f.Part, f.Parts, f.Whole = w.note, w.items, w.part, w.parts, w.whole
	if a.State == order.Approved {
		f.Code, err = m.code(ctx)
	}
	return receipts.Sale(f), err
}

func card(a order.Attempt) receipts.Card {
	return receipts.Card{Brand: a.Brand, Last4: a.Last4, EntryMode: entryMode(a.Entry), CardholderName: a.Holder}
}

// reason says to the customer why nothing was approved, in our words, which
// tell nobody else more than they need.
func (m maker) reason(said answer.Answer, known bool) string {
	if !known {
		return ""
	}
	return m.Language.Sentence(said.Customer)
}

// entryMode says how the card came to the sale.
func entryMode(entry string) string {
	switch entry {
	case order.EntryOnFile:
		return receipts.EntryOnFile
	case order.EntrySwiped:
		return receipts.EntrySwiped
	}
	return receipts.EntryKeyed
}

// stored is the slip of a sale that the bank has not seen. What became of it is
// told by the slip of its attempt.
func (m maker) stored(ctx context.Context) (receipts.Document, error) {
	s, err := m.source.Stored(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	f := receipts.SaleFacts{Slip: m.slip(s.ID, s.Operator, s.Created), Card: storedCard(s), Outcome: receipts.Stored, Amount: s.Amount}
	w, err := m.what(ctx, s.Order, s.Amount)
	f.Order, f.Items, f.Part, f.Parts, f.Whole = w.note, w.items, w.part, w.parts, w.whole
	return receipts.Sale(f), err
}

func storedCard(s order.Stored) receipts.Card {
	entry := s.Entry
	if s.Charged != "" {
		entry = order.EntryOnFile
	}
	return receipts.Card{Brand: s.Brand, Last4: s.Last4, EntryMode: entryMode(entry)}
}

func (m maker) cash(ctx context.Context) (receipts.Document, error) {
	c, err := m.source.Cash(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	w, err := m.what(ctx, c.Order, c.Amount)
	if err != nil {
		return receipts.Document{}, err
	}
	f := receipts.CashFacts{Slip: m.slip(c.ID, c.Operator, c.At), Amount: c.Amount, Tendered: c.Tendered, Change: c.Change(),
		Items: w.items, Part: w.part, Parts: w.parts, Whole: w.whole}
	f.Order = w.note
	f.Code, err = m.code(ctx)
	return receipts.Cash(f), err
}

func (m maker) cashBack(ctx context.Context) (receipts.Document, error) {
	b, err := m.source.CashBack(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	c, err := m.source.Cash(ctx, b.Of)
	if err != nil {
		return receipts.Document{}, err
	}
	o, err := m.source.Order(ctx, b.Order)
	if err != nil {
		return receipts.Document{}, err
	}
	f := receipts.CashBackFacts{Slip: m.slip(b.ID, b.Operator, b.At), Amount: b.Amount, Original: c.ID, Paid: c.Amount, Left: c.Left(),
		Reason: b.Reason, ApprovedBy: m.name(b.Approved)}
	f.Order = o.Note
	f.Code, err = m.code(ctx)
	return receipts.CashBack(f), err
}

// acts are the follow-ups that have a slip.
var acts = map[order.Act]receipts.Act{order.Void: receipts.Void, order.Return: receipts.Return, order.Capture: receipts.Capture, order.Check: receipts.Check}

func (m maker) follow(ctx context.Context) (receipts.Document, error) {
	f, err := m.source.FollowUp(ctx, m.job.Subject)
	act, known := acts[f.Act]
	if err == nil && !known {
		err = order.ErrNotFound
	}
	if err != nil {
		return receipts.Document{}, err
	}
	at := f.Created
	facts := receipts.FollowFacts{Slip: m.slip(f.ID, f.Operator, at), Card: receipts.Card{Brand: f.Brand, Last4: f.Last4},
		Act: act, Amount: f.Amount, Original: f.Of, Reason: f.Reason, ApprovedBy: m.name(f.Approved), AuthCode: f.AuthCode, Reference: f.Reference}
	facts.Host, facts.Batch = m.HostName, short(f.Batch)
	switch {
	case f.State == order.FollowDone:
		facts.Outcome = receipts.Approved
	case f.State.Final():
		facts.Outcome = receipts.Declined
		facts.Refusal = strings.TrimSpace(f.Code + " " + f.Message)
		if m.job.Copy != order.CopyMerchant {
			facts.Refusal = m.reason(saidOf(f))
		}
	}
	if f.Of != "" {
		if err := m.about(ctx, f, &facts); err != nil {
			return receipts.Document{}, err
		}
	}
	if f.State == order.FollowDone && f.Act != order.Check {
		facts.Code, err = m.code(ctx)
	}
	return receipts.Follow(facts), err
}

// about tells of the payment that a follow-up is about.
func (m maker) about(ctx context.Context, f order.FollowUp, facts *receipts.FollowFacts) error {
	a, err := m.source.Attempt(ctx, f.Of)
	if err != nil {
		return err
	}
	o, err := m.source.Order(ctx, a.Order)
	if err != nil {
		return err
	}
	follows, err := m.source.FollowsOf(ctx, f.Of)
	if err != nil {
		return err
	}
	s := order.Stand(a, follows)
	facts.Order, facts.CardholderName = o.Note, a.Holder
	facts.Brand, facts.Last4 = cmp.Or(f.Brand, a.Brand), cmp.Or(f.Last4, a.Last4)
	facts.Held = f.Act == order.Capture || f.Act == order.Void && f.Target.Kind == order.KindAuth
	facts.Paid, facts.Left = a.Approved, s.Left
	if !facts.Held && s.Captured.Minor > 0 {
		facts.Paid = s.Captured
	}
	return nil
}

// saidOf is what the service's answer to a follow-up means.
func saidOf(f order.FollowUp) (answer.Answer, bool) {
	if f.Code == "" {
		return answer.Text(f.Message)
	}
	return answer.Code(f.Code)
}

func (m maker) batch(ctx context.Context) (receipts.Document, error) {
	b, err := m.source.Batch(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	f := receipts.BatchFacts{Slip: m.slip("", b.Operator, b.Ended), OpenedAt: b.Opened.Local(), How: closedHow(b), ApprovedBy: m.name(b.Approved),
		AtTerminal: tally(b.Local), Carried: m.carried(b.Carried)}
	f.Host, f.Batch = m.HostName, short(b.GUID)
	if b.Host != nil {
		host := tally(*b.Host)
		f.AtHost = &host
	}
	return receipts.BatchClose(f), nil
}

func tally(t order.Totals) receipts.Tally {
	return receipts.Tally{Count: t.Sales, Amount: t.SaleAmount, Returns: t.Returns, Returned: t.ReturnAmount}
}

// short is the part of a guid that people can compare.
func short(guid string) string { return guid[:min(len(guid), 8)] }
