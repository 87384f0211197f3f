package printjob

import (
	"context"

	"paydesk/receipts"
	"paydesk/terminal/order"
)

// wallet is the receipt of a payment by wallet. Of what is not paid there is
// none.
func (m maker) wallet(ctx context.Context) (receipts.Document, error) {
	q, err := m.source.QR(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	paid, ok := q.Paid()
	if !ok {
		return receipts.Document{}, order.ErrNotFound
	}
	f := receipts.WalletFacts{Slip: m.slip(q.ID, q.Operator, paid.At), Wallet: m.payment(q, paid.ID), Amount: paid.Amount}
	if f.Fee = paid.Fee; q.Deduct && paid.Fee.Currency != "" {
		f.Net = paid.Net()
	}
	w, err := m.what(ctx, q.Order, paid.Amount)
	if err != nil {
		return receipts.Document{}, err
	}
	f.Order, f.Items, f.Part, f.Parts, f.Whole = w.note, w.items, w.part, w.parts, w.whole
	f.Code, err = m.code(ctx)
	return receipts.WalletSale(f), err
}

// payment is what a slip says of a payment of a code.
func (m maker) payment(q order.QR, id string) receipts.Wallet {
	return receipts.Wallet{Name: m.Wallet(q.Provider), Test: q.Test, Payment: id}
}

// outcomes of refunds, as slips have them. A refund that the provider took and
// has not paid yet is on its way.
var outcomes = map[order.RefundState]receipts.Outcome{order.RefundDone: receipts.Approved, order.RefundPending: receipts.Stored,
	order.RefundRefused: receipts.Declined, order.RefundAbsent: receipts.Declined}

func (m maker) refund(ctx context.Context) (receipts.Document, error) {
	r, err := m.source.Refund(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	q, err := m.source.QR(ctx, r.Of)
	if err != nil {
		return receipts.Document{}, err
	}
	p, ok := q.Payment(r.Payment)
	if !ok {
		return receipts.Document{}, order.ErrNotFound
	}
	f := receipts.RefundFacts{Slip: m.slip(r.ID, r.Operator, r.Created), Wallet: m.payment(q, p.ID), Outcome: outcomes[r.State], Amount: r.Amount,
		Paid: p.Amount, Left: p.Left(), Original: q.ID, Reason: r.Reason, ApprovedBy: m.name(r.Approved)}
	if m.job.Copy == order.CopyMerchant { // the provider's own words are the shop's
		f.Refusal = r.Message
	}
	if q.Order != "" { // stray money may have come for an order that nobody knows
		o, err := m.source.Order(ctx, q.Order)
		if err != nil {
			return receipts.Document{}, err
		}
		f.Order = o.Note
	}
	if r.State == order.RefundDone {
		f.Code, err = m.code(ctx)
	}
	return receipts.Refund(f), err
}

// payCode is the slip whose code a phone pays by, as long as it can be paid.
// Of a paid one it is the receipt.
func (m maker) payCode(ctx context.Context) (receipts.Document, error) {
	q, err := m.source.QR(ctx, m.job.Subject)
	switch {
	case err != nil:
		return receipts.Document{}, err
	case q.State == order.QRPaid:
		m.job.Document = order.DocumentWallet
		return m.wallet(ctx)
	case q.State != order.QRShown:
		return receipts.Document{}, order.ErrNotFound
	}
	o, err := m.source.Order(ctx, q.Order)
	f := receipts.CodeFacts{Slip: m.slip(q.ID, q.Operator, q.Created), Wallet: m.payment(q, ""), Amount: q.Asked, Until: q.Until.Local()}
	if !q.Patience.IsZero() && q.Patience.Before(q.Until) {
		f.Until = q.Patience.Local()
	}
	f.Order, f.Code = o.Note, q.Text
	return receipts.Code(f), err
}
