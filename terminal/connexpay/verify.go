package connexpay

import (
	"context"
	"iter"
)

// VerifyRequest asks whether a card is good; no money moves (ConnexPay API,
// Create verify). The card comes beside it.
type VerifyRequest struct{ DeviceGuid string }

// CreateVerify checks a card, which is read during the call only. Its error is
// a *Problem. Where the account gives out tokens, the answer's card has one.
func (c *Client) CreateVerify(ctx context.Context, r VerifyRequest, t Tender) (Verify, error) {
	return postCard[Verify](ctx, c, pathVerify, r, t)
}

// GetVerify reads one check (ConnexPay API, Get verify).
func (c *Client) GetVerify(ctx context.Context, guid string) (Verify, error) {
	return get[Verify](ctx, c, pathVerify, guid)
}

// Verifies reads all checks of the account (ConnexPay API, Get all Verify).
func (c *Client) Verifies(ctx context.Context) iter.Seq2[Verify, error] {
	return all[Verify](ctx, c, pathVerify)
}
