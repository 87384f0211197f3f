package connexpay

import (
	"context"
	"iter"
)

// AuthOnlyRequest is a hold without its card (ConnexPay API, Create AuthOnly).
type AuthOnlyRequest struct {
	DeviceGuid           string
	Amount               Decimal
	SequenceNumber       string `json:",omitempty"`
	OrderNumber          string `json:",omitempty"`
	StatementDescription string `json:",omitempty"`
	// SendReceipt as in a SaleRequest.
	SendReceipt bool
	// RiskData must be there in the current dialect, and need not say anything.
	RiskData *RiskData `json:",omitempty"`
}

// CreateAuthOnly holds money. Card and error are as in CreateSale.
func (c *Client) CreateAuthOnly(ctx context.Context, r AuthOnlyRequest, t Tender) (AuthOnly, error) {
	return postCard[AuthOnly](ctx, c, pathAuthOnlys, r, t)
}

// GetAuthOnly reads one hold (ConnexPay API, Get AuthOnly).
func (c *Client) GetAuthOnly(ctx context.Context, guid string) (AuthOnly, error) {
	return get[AuthOnly](ctx, c, pathAuthOnlys, guid)
}

// AuthOnlys reads all holds of the account (ConnexPay API, Get all AuthOnlys).
func (c *Client) AuthOnlys(ctx context.Context) iter.Seq2[AuthOnly, error] {
	return all[AuthOnly](ctx, c, pathAuthOnlys)
}
