package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// createRefund pays back.
func (s *Server) createRefund(c *call) answer {
	key := c.r.Header.Get("X-Refund-Idempotency")
	switch r, repeated := s.kept(c.key, c.now); {
	case key != "" && (len(key) < 10 || strings.Trim(key, base62+"-_") != ""):
		return badRequest("The idempotency key must have at least 10 characters: letters, digits, hyphens and underscores", "X-Refund-Idempotency")
	case c.clash:
		return razorpayError(http.StatusConflict, "BAD_REQUEST_ERROR", "Request with the same idempotency key is in progress", "")
	case repeated && !c.blind && r.Digest != c.digest():
		return razorpayError(http.StatusConflict, "BAD_REQUEST_ERROR", "Different request body sent for the same idempotency key", "")
	case repeated && !c.blind:
		return s.refundNow(r)
	}
	out := s.makeRefund(c)
	if c.key != "" && out.status == http.StatusOK {
		s.keep(c.key, c.digest(), out, c.now.Add(keepRazorpay))
	}
	return out
}

// refundNow is a remembered refund as it stands.
func (s *Server) refundNow(r *reply) answer {
	var old struct{ ID string }
	if decodeJSON(r.Body, &old, false) == nil {
		if refund := s.refund(Razorpay, old.ID); refund != nil {
			return jsonAnswer(r.Status, s.showRefund(refund))
		}
	}
	return answer{status: r.Status, kind: r.Kind, body: r.Body}
}

func (s *Server) makeRefund(c *call) answer {
	var in struct {
		Amount  *int64          `json:"amount"`
		Speed   string          `json:"speed"`
		Receipt string          `json:"receipt"`
		Notes   json.RawMessage `json:"notes"`
	}
	if out, ok := c.read(&in, "amount", "speed", "receipt", "notes"); !ok {
		return out
	}
	p := s.payment(Razorpay, c.arg(0))
	if p == nil {
		return noSuchID
	}
	left := p.Amount - s.refunded(p)
	amount := left
	if in.Amount != nil {
		amount = *in.Amount
	}
	raw, _, ok := notes(in.Notes)
	switch {
	case !ok:
		return badNotes
	case p.State != Completed:
		return badRequest("The payment status should be captured for action to be taken", "")
	case left == 0:
		return badRequest("The payment has been fully refunded already", "")
	case amount < minPaise && p.Currency == "INR":
		return badRequest("The amount must be atleast INR 1.00", "amount")
	case amount > left:
		return badRequest("The total refund amount is greater than the refund payment amount", "amount")
	case in.Speed != "" && in.Speed != "normal" && in.Speed != "optimum":
		return badRequest("The speed is invalid.", "speed")
	case len(in.Receipt) > 40:
		return badRequest("The receipt may not be greater than 40 characters.", "receipt")
	case s.receiptUsed(in.Receipt) && !c.blind:
		return badRequest("The receipt has been used for another refund", "receipt")
	case c.now.Sub(p.At) > halfYear:
		return badRequest("Refund is not supported: the payment is more than 6 months old", "")
	}
	if in.Speed == "" {
		in.Speed = "normal"
	}
	r := s.giveBack(c, p, "rfnd_"+s.name(14, base62), amount, in.Receipt)
	r.Speed, r.Notes = in.Speed, raw
	s.putRefund(r)
	return jsonAnswer(http.StatusOK, s.showRefund(r))
}

func (s *Server) receiptUsed(receipt string) (used bool) {
	s.state.refunds.newest(func(r *Refund) bool {
		used = receipt != "" && r.System == Razorpay && r.Reference == receipt && r.State != Failed
		return !used
	})
	return used
}

func (s *Server) showRefund(r *Refund) object {
	status, processed := map[string]string{Completed: "processed", Pending: "pending", Failed: Failed}[r.State], any("normal")
	if r.State == Pending {
		processed = nil
	}
	var receipt, arn any
	if r.Reference != "" {
		receipt = r.Reference
	}
	if r.State == Completed {
		arn = "100" + strings.TrimPrefix(r.ID, "rfnd_")
	}
	shown := r.Notes
	if shown == nil {
		shown = json.RawMessage("[]")
	}
	return object{"id": r.ID, "entity": "refund", "amount": r.Amount, "currency": r.Currency, "payment_id": r.Payment, "notes": shown,
		"receipt": receipt, "acquirer_data": object{"arn": arn}, "created_at": r.At.Unix(), "batch_id": nil, "status": status,
		"speed_processed": processed, "speed_requested": r.Speed}
}

func (s *Server) fetchRefund(c *call) answer {
	r := s.refund(Razorpay, c.arg(0))
	if r == nil {
		return noSuchID
	}
	return jsonAnswer(http.StatusOK, s.showRefund(r))
}

func (s *Server) refundsOfPayment(c *call) answer {
	if s.payment(Razorpay, c.arg(0)) == nil {
		return noSuchID
	}
	return s.refundList(c, c.arg(0))
}

func (s *Server) listRefunds(c *call) answer { return s.refundList(c, "") }

func (s *Server) refundList(c *call, payment string) answer {
	w, refusal, ok := c.window()
	if !ok {
		return refusal
	}
	return items(collection(w, &s.state.refunds, func(r *Refund) time.Time { return r.At },
		func(r *Refund) bool { return r.System == Razorpay && (payment == "" || r.Payment == payment) }, s.showRefund))
}
