package journal

import (
	"context"
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

// byWallet reads codes by the time at which they were begun.
const byWallet = `SELECT e.object FROM objects AS o INDEXED BY objects_wallets JOIN events AS e USING (seq) WHERE o.kind IN ('qr', 'refund') `
