package gateway

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// upiHandle is where the money of UPI codes goes.
const upiHandle = "rpy.trainingdesk@icici"

// createQR makes a UPI code.
func (s *Server) createQR(c *call) answer {
	var in struct {
		Type          string          `json:"type"`
		Name          string          `json:"name"`
		Usage         string          `json:"usage"`
		FixedAmount   bool            `json:"fixed_amount"`
		PaymentAmount *int64          `json:"payment_amount"`
		Description   string          `json:"description"`
		CloseBy       int64           `json:"close_by"`
		Notes         json.RawMessage `json:"notes"`
	}
	out, ok := c.read(&in, "type", "name", "usage", "fixed_amount", "payment_amount", "description", "close_by", "notes", "customer_id", "tax_invoice")
	if !ok {
		return out
	}
	raw, texts, ok := notes(in.Notes)
	if in.Usage == "" {
		in.Usage = "multiple_use"
	}
	switch {
	case !ok:
		return badNotes
	case in.Type == "":
		return badRequest("The type field is required.", "type")
	case in.Type == "bharat_qr":
		return badRequest("Bharat QR is not enabled for the merchant", "type")
	case in.Type != "upi_qr":
		return badRequest("The selected type is invalid.", "type")
	case in.Usage != "single_use" && in.Usage != "multiple_use":
		return badRequest("The selected usage is invalid.", "usage")
	case in.FixedAmount && in.PaymentAmount == nil:
		return badRequest("The payment amount field is required when fixed amount is true.", "payment_amount")
	case !in.FixedAmount && in.PaymentAmount != nil:
		return badRequest("payment_amount should not be sent when fixed_amount is false", "payment_amount")
	case in.PaymentAmount != nil && (*in.PaymentAmount < 1 || *in.PaymentAmount > 1_000_000_000):
		return badRequest("The payment amount must be at least 1.", "payment_amount")
	case in.CloseBy != 0 && (in.CloseBy > maxUnix || time.Unix(in.CloseBy, 0).Before(c.now.Truncate(time.Second).Add(quarter))):
		return badRequest("close_by should be at least 15 minutes after current time", "close_by")
	}
	code := &Code{System: Razorpay, Kind: kindQR, ID: "qr_" + s.name(14, base62), Short: s.name(8, base62), Reference: texts["sale"],
		Shop: in.Name, Description: in.Description, Currency: "INR", State: CodeOpen, Created: c.now,
		Single: in.Usage == "single_use", Fixed: in.FixedAmount, Notes: raw, Extra: map[string]string{"base": c.base}}
	if in.CloseBy != 0 {
		code.Expires = time.Unix(in.CloseBy, 0)
	}
	if in.PaymentAmount != nil {
		code.Amount = *in.PaymentAmount
	}
	code.Text = upiText(code)
	s.putCode(code)
	s.hook(c.now, "qr_code.created", []string{"qr_code"}, object{"qr_code": object{"entity": createdText(s.showQR(code))}})
	return jsonAnswer(http.StatusOK, s.showQR(code))
}

// upiText is what a UPI code holds. Its amount is in rupees.
func upiText(c *Code) string {
	shop := c.Shop
	if shop == "" {
		shop = "Training Shop"
	}
	text := "upi://pay?ver=01&mode=15&pa=" + upiHandle + "&pn=" + url.PathEscape(shop) +
		"&tr=RZP" + strings.TrimPrefix(c.ID, "qr_") + "qrv2&cu=INR&mc=5999&qrMedium=04&tn=" + url.PathEscape(c.Description)
	if c.Amount > 0 {
		text += "&am=" + point(c.Amount, 2)
	}
	return text
}

// showQR is a UPI code as the API shows it.
func (s *Server) showQR(c *Code) object {
	status, reason := "active", any(nil)
	switch c.State {
	case CodePaid:
		status, reason = "closed", "paid"
	case CodeClosed:
		status, reason = "closed", "on_demand"
	case CodeExpired:
		status = "closed"
	}
	var amount any
	if c.Amount > 0 {
		amount = c.Amount
	}
	usage := "multiple_use"
	if c.Single {
		usage = "single_use"
	}
	out := object{"id": c.ID, "entity": "qr_code", "created_at": c.Created.Unix(), "name": c.Shop, "usage": usage, "type": "upi_qr",
		"image_url": c.address(), "payment_amount": amount, "status": status, "description": c.Description, "fixed_amount": c.Fixed,
		"payments_amount_received": s.paid(c), "payments_count_received": len(c.Payments), "notes": c.Notes, "customer_id": nil,
		"close_by": unix(c.Expires), "closed_at": unix(c.Ended), "close_reason": reason, "tax_invoice": []any{}}
	if !s.cfg.ImageOnly {
		out["image_content"] = c.Text
	}
	return out
}

// address is the short address of a code or link.
func (c *Code) address() string { return c.Extra["base"] + "/rzp/i/" + c.Short }

func (s *Server) qr(c *call) *Code {
	if code := s.code(Razorpay, c.arg(0)); code != nil && code.Kind == kindQR {
		return code
	}
	return nil
}

func (s *Server) fetchQR(c *call) answer {
	code := s.qr(c)
	if code == nil {
		return noSuchID
	}
	if c.suffers(FaultExpired) && !code.final() {
		s.expire(code, c.now)
	}
	return jsonAnswer(http.StatusOK, s.showQR(code))
}

func (s *Server) listQRs(c *call) answer {
	w, refusal, ok := c.window()
	if !ok {
		return refusal
	}
	payment := c.r.URL.Query().Get("payment_id")
	return items(collection(w, &s.state.codes, func(q *Code) time.Time { return q.Created },
		func(q *Code) bool { return q.Kind == kindQR && (payment == "" || q.has(payment)) }, s.showQR))
}

func (c *Code) has(payment string) bool {
	for _, id := range c.Payments {
		if id == payment {
			return true
		}
	}
	return false
}

func (s *Server) paymentsOfQR(c *call) answer {
	code := s.qr(c)
	if code == nil {
		return noSuchID
	}
	w, refusal, ok := c.window()
	if !ok {
		return refusal
	}
	return items(collection(w, &s.state.payments, func(p *Payment) time.Time { return p.At },
		func(p *Payment) bool { return p.System == Razorpay && code.has(p.ID) }, s.showPayment))
}

func (s *Server) closeQR(c *call) answer {
	code := s.qr(c)
	switch {
	case code == nil:
		return noSuchID
	case code.final():
		return badRequest("QR Code is already closed", "")
	}
	code.State, code.Ended = CodeClosed, c.now
	s.putCode(code)
	s.hook(c.now, "qr_code.closed", []string{"qr_code"}, object{"qr_code": object{"entity": s.showQR(code)}})
	return jsonAnswer(http.StatusOK, s.showQR(code))
}

// showPayment is a payment of Razorpay's as the API shows it.
func (s *Server) showPayment(p *Payment) object {
	status, captured := "captured", true
	back := s.refunded(p)
	var refund any
	switch {
	case p.State == Pending:
		status, captured = "authorized", false
	case p.State == Denied:
		status, captured = "failed", false
	case back == p.Amount:
		status, refund = "refunded", "full"
	case back > 0:
		refund = "partial"
	}
	out := object{"id": p.ID, "entity": "payment", "amount": p.Amount, "currency": p.Currency, "status": status, "order_id": nil,
		"invoice_id": nil, "international": false, "method": "upi", "amount_refunded": back, "refund_status": refund,
		"captured": captured, "description": p.Memo, "card_id": nil, "bank": nil, "wallet": nil, "vpa": p.Payer.Email,
		"email": nil, "contact": "+919999999999", "notes": p.Notes, "fee": p.Fee, "tax": p.Tax, "error_code": nil,
		"error_description": nil, "error_source": nil, "error_step": nil, "error_reason": nil,
		"acquirer_data": object{"rrn": p.Reason}, "created_at": p.At.Unix()}
	if p.State != Completed {
		out["fee"], out["tax"] = nil, nil
	}
	if p.State == Denied {
		out["error_code"], out["error_description"], out["error_source"], out["error_step"], out["error_reason"] =
			"BAD_REQUEST_ERROR", "Payment was unsuccessful.", "customer", "payment_authentication", "payment_cancelled"
	}
	return out
}

func (s *Server) fetchPayment(c *call) answer {
	p := s.payment(Razorpay, c.arg(0))
	if p == nil {
		return noSuchID
	}
	return jsonAnswer(http.StatusOK, s.showPayment(p))
}

func (s *Server) listPayments(c *call) answer {
	w, refusal, ok := c.window()
	if !ok {
		return refusal
	}
	return items(collection(w, &s.state.payments, func(p *Payment) time.Time { return p.At },
		func(p *Payment) bool { return p.System == Razorpay }, s.showPayment))
}
