package gateway

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"reflect"
	"time"
)

// event sends an event of PayPal's. The lock is held.
func (s *Server) event(now time.Time, name, kind, summary string, resource object) {
	to := s.state.notify.PayPalWebhook
	if to == "" {
		return
	}
	body := jsonAnswer(0, object{"id": "WH-" + s.name(17, base36) + "-" + s.name(17, base36), "event_version": "1.0", "resource_version": "2.0",
		"create_time": now.UTC().Format("2006-01-02T15:04:05.000Z"), "event_type": name, "resource_type": kind, "summary": summary,
		"resource": resource, "links": []any{}}).body
	f := s.sendFault(sendPayPalHook, body)
	id, at := s.name(8, base62)+"-"+s.name(12, base62), now.UTC().Format(time.RFC3339)
	signature := s.sign(id, at, body)
	d := &Delivery{ID: id, Kind: sendPayPalHook, Event: name, To: to, At: now, Valid: f.Kind != FaultInvalid}
	if f.Kind == FaultForge {
		switch f.Word {
		case "signature":
			signature = s.sign(id, at, []byte("{}"))
		case "merchant":
			body = bytes.ReplaceAll(body, []byte(PayPalReceiver), []byte("another-shop@example.net"))
		case "amount":
			body = reshape(body, func(name string, v any) any {
				if name == "value" {
					return other(v)
				}
				return v
			})
		}
	}
	d.Body = body
	d.Head = http.Header{"Content-Type": {typeJSON}, "User-Agent": {"PayPal/AUHD-214.0"}, "Paypal-Transmission-Id": {id}, "Paypal-Transmission-Time": {at},
		"Paypal-Transmission-Sig": {signature}, "Paypal-Auth-Algo": {"SHA256withRSA"},
		"Paypal-Cert-Url": {"https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-training"}}
	s.send(d, f)
}

// sign is the signature of a transmission. The gateway alone can check it, as
// nobody has its key.
func (s *Server) sign(id, at string, body []byte) string {
	mac := hmac.New(sha256.New, s.key[:])
	fmt.Fprintf(mac, "%s|%s|%s|%d", id, at, PayPalWebhookID, crc32.ChecksumIEEE(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// verifyWebhook says whether a transmission is the gateway's own, unchanged.
func (s *Server) verifyWebhook(c *call) answer {
	var in struct {
		Algorithm string          `json:"auth_algo"`
		CertURL   string          `json:"cert_url"`
		ID        string          `json:"transmission_id"`
		Signature string          `json:"transmission_sig"`
		Time      string          `json:"transmission_time"`
		Webhook   string          `json:"webhook_id"`
		Event     json.RawMessage `json:"webhook_event"`
	}
	if decodeJSON(c.body, &in, false) != nil || in.ID == "" || len(in.Event) == 0 {
		return s.invalid("/webhook_event", "MISSING_REQUIRED_PARAMETER", "A required field is missing.")
	}
	word := "FAILURE"
	d := s.state.messages.rows[in.ID]
	if d != nil && d.Kind == sendPayPalHook && d.Valid && in.Webhook == PayPalWebhookID && in.Algorithm == d.Head.Get("PayPal-Auth-Algo") &&
		in.CertURL == d.Head.Get("PayPal-Cert-Url") && in.Signature == s.sign(in.ID, in.Time, d.Body) && sameJSON(in.Event, d.Body) {
		word = "SUCCESS"
	}
	if c.suffers(FaultInvalid) {
		word = "FAILURE"
	}
	return jsonAnswer(http.StatusOK, object{"verification_status": word})
}

func sameJSON(a, b []byte) bool {
	var one, two any
	return decodeJSON(a, &one, false) == nil && decodeJSON(b, &two, false) == nil && reflect.DeepEqual(one, two)
}

// orderEvent tells of an order.
func (s *Server) orderEvent(now time.Time, name string, c *Code) {
	s.event(now, name, "checkout-order", "An order has been approved by buyer", s.showOrder(c))
}

// captureEvent tells of a payment by REST.
func (s *Server) captureEvent(now time.Time, p *Payment) {
	if p.Kind != kindOrder {
		return
	}
	name := map[string]string{Completed: "PAYMENT.CAPTURE.COMPLETED", Pending: "PAYMENT.CAPTURE.PENDING", Denied: "PAYMENT.CAPTURE.DENIED"}[p.State]
	resource := s.showCapture(p, s.baseOf(p))
	resource["supplementary_data"] = object{"related_ids": object{"order_id": p.Code}}
	resource["payee"] = object{"email_address": p.Merchant, "merchant_id": PayPalMerchantID}
	s.event(now, name, "capture", "Payment of "+decimal(p.Amount, p.Currency)+" "+p.Currency, resource)
}

// refundEvent tells of money that went back of a payment by REST.
func (s *Server) refundEvent(now time.Time, p *Payment, r *Refund) {
	if p.Kind == kindOrder {
		s.event(now, "PAYMENT.CAPTURE.REFUNDED", "refund", "A refund of "+decimal(r.Amount, r.Currency)+" "+r.Currency, s.showPayPalRefund(r, s.baseOf(p)))
	}
}

func (s *Server) baseOf(p *Payment) string {
	if c := s.code(PayPal, p.Code); c != nil {
		return c.Extra["base"]
	}
	return ""
}
