package razorpay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"paydesk/terminal/wallet"
)

var errSignature = errors.New("the notification is not signed with the webhook secret")

// notice is a notification (section 8).
type notice struct {
	Event   string `json:"event"`
	Payload struct {
		Payment struct {
			Entity struct {
				Notes notes `json:"notes"`
			} `json:"entity"`
		} `json:"payment"`
		Code struct {
			Entity struct {
				ID    string `json:"id"`
				Notes notes  `json:"notes"`
			} `json:"entity"`
		} `json:"qr_code"`
		Link struct {
			Entity struct {
				ID        string `json:"id"`
				Reference string `json:"reference_id"`
			} `json:"entity"`
		} `json:"payment_link"`
	} `json:"payload"`
}

// Decode implements wallet.Provider. The secret before the present one counts
// as well, for notifications that are repeated after a change.
func (p *Provider) Decode(h http.Header, body []byte) (wallet.Hint, error) {
	if !p.signed(body, h.Get("X-Razorpay-Signature")) {
		return wallet.Hint{}, errSignature
	}
	hint, err := decodeNotice(body)
	if err != nil {
		return wallet.Hint{}, err
	}
	if hint.Event = h.Get("X-Razorpay-Event-Id"); hint.Event == "" {
		sum := sha256.Sum256(body) // equal ones are one
		hint.Event = hex.EncodeToString(sum[:])
	}
	return hint, nil
}

func (p *Provider) signed(body []byte, signature string) bool {
	for _, name := range []string{"webhook_secret", "webhook_secret_old"} {
		secret, err := p.cfg.Secret(name)
		if err == nil && wallet.Signed(sha256.New, []byte(secret), body, signature) {
			return true
		}
	}
	return false
}

func decodeNotice(body []byte) (wallet.Hint, error) {
	var n notice
	if err := json.Unmarshal(body, &n); err != nil {
		return wallet.Hint{}, fmt.Errorf("notification that is no JSON of Razorpay's") // what it quotes may be personal
	}
	hint := wallet.Hint{Kind: n.Event, Reference: n.Payload.Payment.Entity.Notes["sale"]}
	switch {
	case n.Payload.Code.Entity.ID != "":
		hint.Remote = n.Payload.Code.Entity.ID
		if sale := n.Payload.Code.Entity.Notes["sale"]; sale != "" {
			hint.Reference = sale
		}
	case n.Payload.Link.Entity.ID != "":
		hint.Remote, hint.Reference = n.Payload.Link.Entity.ID, n.Payload.Link.Entity.Reference
	}
	return hint, nil
}
