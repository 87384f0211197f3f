package gateway

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"
)

// hook sends an event of Razorpay's. The lock is held.
func (s *Server) hook(now time.Time, event string, contains []string, payload object) {
	to := s.state.notify.Webhook
	if to == "" {
		return
	}
	body := jsonAnswer(0, object{"entity": "event", "account_id": RazorpayAccount, "event": event, "contains": contains,
		"payload": payload, "created_at": now.Unix()}).body
	f := s.sendFault(sendHook, body)
	secret := RazorpayWebhookSecret
	if f.Kind == FaultForge {
		switch f.Word {
		case "signature":
			secret += "-of-somebody-else"
		case "merchant":
			body = bytes.Replace(body, []byte(RazorpayAccount), []byte("acc_SOMEBODYelse01"), 1)
		case "amount":
			body = reshape(body, func(name string, v any) any {
				if name == "amount" || name == "payment_amount" || name == "payments_amount_received" {
					return other(v)
				}
				return v
			})
		}
	}
	s.send(&Delivery{ID: s.name(14, base62), Kind: sendHook, Event: event, To: to, Body: body, At: now,
		Head: http.Header{"Content-Type": {typeJSON}, "User-Agent": {"Razorpay-Webhook/v1"},
			"X-Razorpay-Signature": {hexMAC(secret, body)}, "X-Razorpay-Event-Id": {s.name(14, base62)}}}, f)
}

// hexMAC is Razorpay's signature of a text.
func hexMAC(secret string, text []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil))
}

// paidEvents tell of a payment on a code or link.
func (s *Server) paidEvents(now time.Time, c *Code, p *Payment) {
	payment := object{"entity": s.showPayment(p)}
	if p.State == Pending {
		s.hook(now, "payment.authorized", []string{"payment"}, object{"payment": payment})
		return
	}
	s.hook(now, "payment.captured", []string{"payment"}, object{"payment": payment})
	if c.Kind == kindQR {
		shown := s.showQR(c)
		s.hook(now, "qr_code.credited", []string{"payment", "qr_code"}, object{"payment": payment, "qr_code": object{"entity": shown}})
		if c.State == CodePaid {
			s.hook(now, "qr_code.closed", []string{"qr_code"}, object{"qr_code": object{"entity": shown}})
		}
		return
	}
	event := "payment_link.paid"
	if c.State == CodePart {
		event = "payment_link.partially_paid"
	}
	s.hook(now, event, []string{"payment_link", "order", "payment"}, object{"payment": payment, "payment_link": object{"entity": s.showLink(c)},
		"order": object{"entity": object{"id": c.Extra["order"], "entity": "order", "amount": c.Amount, "amount_paid": s.paid(c), "currency": c.Currency,
			"receipt": c.Reference, "status": linkOrder[c.State]}}})
}

var linkOrder = map[string]string{CodePaid: "paid", CodePart: "attempted"}

// refundEvents tell of a refund that is done.
func (s *Server) refundEvents(now time.Time, p *Payment, r *Refund) {
	payload := object{"payment": object{"entity": s.showPayment(p)}, "refund": object{"entity": s.showRefund(r)}}
	event := "refund.processed"
	if r.State == Failed {
		event = "refund.failed"
	}
	s.hook(now, event, []string{"refund", "payment"}, payload)
}

// createdText is for the one event whose close_by is a text.
func createdText(shown object) object {
	if n, ok := shown["close_by"].(int64); ok {
		shown["close_by"] = strconv.FormatInt(n, 10)
	}
	return shown
}
