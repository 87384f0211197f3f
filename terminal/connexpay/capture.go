package connexpay

import (
	"context"
	"iter"
)

// CaptureRequest takes the money of a hold (ConnexPay API, Create capture).
type CaptureRequest struct {
	DeviceGuid   string
	AuthOnlyGuid string
	// NewAmount is what is taken; "" takes the whole. The current service
	// knows the whole only and does not read it.
	NewAmount      Decimal `json:",omitempty"`
	SequenceNumber string  `json:",omitempty"` // current dialect
	OrderNumber    string  `json:",omitempty"` // current dialect
}

// CreateCapture sends one capture. Its error is a *Problem.
func (c *Client) CreateCapture(ctx context.Context, r CaptureRequest) (Capture, error) {
	return post[Capture](ctx, c, pathCaptures, r)
}

// GetCapture reads one capture (ConnexPay API, Get capture).
func (c *Client) GetCapture(ctx context.Context, guid string) (Capture, error) {
	return get[Capture](ctx, c, pathCaptures, guid)
}

// Captures reads all captures of the account (ConnexPay API, Get all captures).
func (c *Client) Captures(ctx context.Context) iter.Seq2[Capture, error] {
	return all[Capture](ctx, c, pathCaptures)
}
