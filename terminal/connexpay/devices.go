package connexpay

import (
	"context"
	"errors"
	"net/http"

	"paydesk/terminal/order"
)

// Device is a terminal of the account (ConnexPay API, Get all devices).
type Device struct {
	GUID                         Word `json:"guid"`
	Name                         Word `json:"name"`
	MerchantProcessorAccountGUID Word `json:"merchantProcessorAccountGuid"`
	Status                       Word `json:"status"`
	StatementDescription         Word `json:"statementDescription"`
	ProcessorID                  Word `json:"processorId"`
	ProcessorOperatingUserID     Word `json:"processorOperatingUserId"`
	ProcessorStatusCode          Word `json:"processorStatusCode"`
	TransactionType              Word `json:"transactionType"`
	WasProcessed                 bool `json:"wasProcessed"`
}

// Devices lists the terminals of the account. Its error is a *Problem that
// says what a person can do.
func (c *Client) Devices(ctx context.Context) ([]Device, error) {
	return list[Device](ctx, c, http.MethodGet, "devices", nil)
}

// Ping asks whether the host answers and takes the account: for its devices,
// or, where the account lists none, for a token alone. A token that is near its
// end is renewed before.
func (c *Client) Ping(ctx context.Context) error {
	token, _, refused := c.token.lasting(ctx, c, tokenEarly)
	if token == "" {
		return c.trouble(refused)
	}
	if c.offer().Can(order.FeatureDevices) {
		if _, err := c.Devices(ctx); !errors.Is(err, ErrNotOffered) {
			return err
		}
	}
	return nil
}
