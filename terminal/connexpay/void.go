package connexpay

import (
	"context"
	"iter"
	"slices"

	"paydesk/terminal/order"
)

// VoidReason is why something is voided.
type VoidReason string

// The reasons that the service knows (ConnexPay API, Create void).
const (
	VoidUserDecline       VoidReason = "POST_AUTH_USER_DECLINE"
	VoidDeviceTimeout     VoidReason = "DEVICE_TIMEOUT"
	VoidDeviceUnavailable VoidReason = "DEVICE_UNAVAILABLE"
	VoidPartialReversal   VoidReason = "PARTIAL_REVERSAL"
	VoidTornTransactions  VoidReason = "TORN_TRANSACTIONS"
	VoidChipDecline       VoidReason = "POST_AUTH_CHIP_DECLINE"
)

// VoidReasons lists them.
var VoidReasons = []VoidReason{VoidUserDecline, VoidDeviceTimeout, VoidDeviceUnavailable, VoidPartialReversal,
	VoidTornTransactions, VoidChipDecline}

// voidReason is the reason where the service knows it, and otherwise none: it
// refuses a void for a reason of another kind.
func voidReason(text string) VoidReason {
	if r := VoidReason(text); slices.Contains(VoidReasons, r) {
		return r
	}
	return ""
}

// VoidRequest undoes a sale whose batch is open, or a hold (ConnexPay API,
// Create void). Exactly one of the four names what is undone.
type VoidRequest struct {
	DeviceGuid              string
	SaleGuid                string     `json:",omitempty"`
	SaleReferenceNumber     int64      `json:",omitempty"`
	AuthOnlyGuid            string     `json:",omitempty"`
	AuthOnlyReferenceNumber int64      `json:",omitempty"` // not in the current dialect
	VoidReason              VoidReason `json:",omitempty"`
	SequenceNumber          string     `json:",omitempty"` // current dialect
	OrderNumber             string     `json:",omitempty"` // current dialect
}

// name says what is undone.
func (r *VoidRequest) name(kind order.Kind, guid string) {
	if kind == order.KindAuth {
		r.AuthOnlyGuid = guid
	} else {
		r.SaleGuid = guid
	}
}

// CreateVoid sends one void. Its error is a *Problem.
func (c *Client) CreateVoid(ctx context.Context, r VoidRequest) (Void, error) {
	return post[Void](ctx, c, pathVoids, r)
}

// GetVoid reads one void (ConnexPay API, Get void).
func (c *Client) GetVoid(ctx context.Context, guid string) (Void, error) {
	return get[Void](ctx, c, pathVoids, guid)
}

// Voids reads all voids of the account (ConnexPay API, Get all voids).
func (c *Client) Voids(ctx context.Context) iter.Seq2[Void, error] {
	return all[Void](ctx, c, pathVoids)
}
