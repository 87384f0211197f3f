package paypal

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"paydesk/terminal/wallet"
)

// verifyTime is how long PayPal may take to say whether a notification is its
// own: whoever sent it waits for the answer.
const verifyTime = 10 * time.Second

// signedBy is what the headers of a notification say of its signature.
type signedBy struct {
	Algorithm   string `json:"auth_algo"`
	Certificate string `json:"cert_url"`
	ID          string `json:"transmission_id"`
	Signature   string `json:"transmission_sig"`
	Time        string `json:"transmission_time"`
	Webhook     string `json:"webhook_id"`
}

// Decode implements wallet.Provider. PayPal itself is asked whether the
// signature is right; nothing is asked for a notification without one.
func (p *rest) Decode(h http.Header, body []byte) (wallet.Hint, error) {
	hint, err := readNotice(body)
	s := signedBy{h.Get("PAYPAL-AUTH-ALGO"), h.Get("PAYPAL-CERT-URL"), h.Get("PAYPAL-TRANSMISSION-ID"),
		h.Get("PAYPAL-TRANSMISSION-SIG"), h.Get("PAYPAL-TRANSMISSION-TIME"), ""}
	if err != nil || s.Algorithm == "" || s.Certificate == "" || s.ID == "" || s.Signature == "" || s.Time == "" {
		return wallet.Hint{}, problem(sayUnsigned)
	}
	keys, err := p.secrets("webhook_id")
	if err != nil {
		return wallet.Hint{}, problem(sayNoWebhook)
	}
	s.Webhook = keys[0]
	ctx, cancel := context.WithTimeout(context.Background(), verifyTime)
	defer cancel()
	a := p.call(ctx, http.MethodPost, "v1/notifications/verify-webhook-signature", "", verification{s, body})
	var got struct {
		Status string `json:"verification_status"`
	}
	a.decode(&got)
	switch {
	case a.sort != verdictFine:
		return wallet.Hint{}, problem(a.say)
	case got.Status != "SUCCESS":
		return wallet.Hint{}, problem(sayUnsigned)
	}
	return hint, nil
}

// verification asks about a notification. What was signed are its very bytes,
// and any other spelling of the same JSON is refused, so that they are put in as
// they came.
type verification struct {
	signedBy
	body []byte
}

// text is the request; the marshaller of package json would respell the body.
func (v verification) text() ([]byte, error) {
	head, err := json.Marshal(v.signedBy)
	if err != nil {
		return nil, err
	}
	text := append(bytes.TrimSuffix(head, []byte("}")), `,"webhook_event":`...)
	return append(append(text, v.body...), '}'), nil
}

// readNotice reads what a notification is about.
func readNotice(body []byte) (wallet.Hint, error) {
	var got struct {
		ID       string `json:"id"`
		Kind     string `json:"event_type"`
		Resource struct {
			ID      string `json:"id"`
			Invoice string `json:"invoice_id"`
			Units   []struct {
				Invoice string `json:"invoice_id"`
			} `json:"purchase_units"`
			Related struct {
				IDs struct {
					Order string `json:"order_id"`
				} `json:"related_ids"`
			} `json:"supplementary_data"`
		} `json:"resource"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return wallet.Hint{}, err
	}
	hint := wallet.Hint{Event: got.ID, Kind: got.Kind, Reference: got.Resource.Invoice, Remote: got.Resource.Related.IDs.Order}
	if strings.HasPrefix(got.Kind, "CHECKOUT.ORDER.") {
		hint.Remote = got.Resource.ID
		if len(got.Resource.Units) > 0 {
			hint.Reference = got.Resource.Units[0].Invoice
		}
	}
	return hint, nil
}
