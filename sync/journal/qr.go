package journal

import (
	"context"
	"maps"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// QR reads a code, or fails with order.ErrNotFound.
func (j *Journal) QR(ctx context.Context, id string) (order.QR, error) {
	return one[order.QR](ctx, j, kindQR, id)
}

// Refund reads a refund by wallet, or fails with order.ErrNotFound.
func (j *Journal) Refund(ctx context.Context, id string) (order.Refund, error) {
	return one[order.Refund](ctx, j, kindRefund, id)
}

// QRsOf lists the codes of an order, oldest first.
func (j *Journal) QRsOf(ctx context.Context, orderID string) ([]order.QR, error) {
	return list[order.QR](ctx, prepared{j}, byParent+`AND o.kind = 'qr' ORDER BY o.created, o.id`, orderID)
}

// RefundsOf lists the refunds of a code, oldest first.
func (j *Journal) RefundsOf(ctx context.Context, code string) ([]order.Refund, error) {
	return list[order.Refund](ctx, prepared{j}, byParent+`AND o.kind = 'refund' ORDER BY o.created, o.id`, code)
}

// QRs lists the codes that were made from a time on, oldest first.
func (j *Journal) QRs(ctx context.Context, from time.Time) ([]order.QR, error) {
	return list[order.QR](ctx, prepared{j}, byWallet+`AND o.kind = 'qr' AND o.created >= ? ORDER BY o.created, o.id`, from.UnixMilli())
}

// byWallet reads codes and refunds by the time at which they were begun.
const byWallet = `SELECT e.object FROM objects AS o INDEXED BY objects_wallets JOIN events AS e USING (seq) WHERE o.kind IN ('qr', 'refund') `

// walletLife is how long before a stretch of time a code, or a refund, was begun
// at most of which something happened in it. Codes of all providers live for hours
// or days, and a refund is on its way for some weeks at most.
const walletLife = 90 * 24 * time.Hour

// WalletTaken adds up what came by wallet from a time on, and what was paid back
// of such payments from then on.
func (j *Journal) WalletTaken(ctx context.Context, from time.Time) ([]order.WalletTaking, error) {
	codes, err := j.QRs(ctx, from.Add(-walletLife))
	if err != nil {
		return nil, err
	}
	refunds, err := list[order.Refund](ctx, prepared{j}, byWallet+`AND o.kind = 'refund' AND o.created >= ? ORDER BY o.created, o.id`, from.Add(-walletLife).UnixMilli())
	if err != nil {
		return nil, err
	}
	of := map[string]order.QR{}
	for _, q := range codes {
		of[q.ID] = q
	}
	for _, r := range refunds {
		if _, known := of[r.Of]; known || r.State != order.RefundDone {
			continue
		}
		if of[r.Of], err = j.QR(ctx, r.Of); err != nil {
			return nil, err
		}
	}
	return order.TakenByWallet(slices.Collect(maps.Values(of)), refunds, from)
}
