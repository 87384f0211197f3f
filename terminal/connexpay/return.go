package connexpay

import (
	"context"
	"iter"
)

// ReturnRequest pays a settled sale back, in whole or in part (ConnexPay API,
// Create return). Exactly one of the two names the sale.
type ReturnRequest struct {
	DeviceGuid          string
	SaleGuid            string `json:",omitempty"`
	SaleReferenceNumber int64  `json:",omitempty"`
	Amount              Decimal
	SequenceNumber      string `json:",omitempty"` // current dialect
	OrderNumber         string `json:",omitempty"` // current dialect
}

// CreateReturn sends one return. Two that are alike are two returns. Its error
// is a *Problem, which does not say that nothing was returned: Follow gives
// evidence of that.
func (c *Client) CreateReturn(ctx context.Context, r ReturnRequest) (Return, error) {
	return post[Return](ctx, c, pathReturns, r)
}

// GetReturn reads one return (ConnexPay API, Get return).
func (c *Client) GetReturn(ctx context.Context, guid string) (Return, error) {
	return get[Return](ctx, c, pathReturns, guid)
}

// Returns reads all returns of the account (ConnexPay API, Get all returns).
func (c *Client) Returns(ctx context.Context) iter.Seq2[Return, error] {
	return all[Return](ctx, c, pathReturns)
}
