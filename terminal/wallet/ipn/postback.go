package ipn

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"paydesk/terminal/wallet"
)

// PayPal's hosts for the post-back (reference, 3).
const (
	LiveURL = "https://ipnpb.paypal.com"
	TestURL = "https://ipnpb.sandbox.paypal.com"

	webscr = "/cgi-bin/webscr"
	prefix = "cmd=_notify-validate&"
)

// Word is what PayPal says of a message.
type Word int

// The words.
const (
	// Unsaid: no answer that counts. The message is asked about again.
	Unsaid Word = iota
	Verified
	Invalid
)

// errUnsaid is an answer that is neither word.
var errUnsaid = errors.New("PayPal answered otherwise than VERIFIED or INVALID")

// PostBack is the body that PayPal is asked with: the message byte for byte,
// since another order or coding of its fields would be another message.
func PostBack(body []byte) []byte { return append([]byte(prefix), body...) }

// Ask has PayPal say whether it sent a message.
func Ask(ctx context.Context, c *wallet.Client, body []byte) (Word, error) {
	r := c.Send(ctx, http.MethodPost, webscr, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, PostBack(body))
	switch {
	case r.Err != nil:
		return Unsaid, r.Err
	case r.Status != http.StatusOK:
		return Unsaid, errUnsaid
	}
	switch strings.TrimSpace(string(r.Body)) {
	case "VERIFIED":
		return Verified, nil
	case "INVALID":
		return Invalid, nil
	}
	return Unsaid, errUnsaid
}
