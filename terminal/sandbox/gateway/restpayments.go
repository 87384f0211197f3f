package gateway

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

func (s *Server) fetchCapture(c *call) answer {
	p := s.payment(PayPal, c.arg(0))
	if p == nil {
		return s.notFound()
	}
	return jsonAnswer(http.StatusOK, s.showCapture(p, c.base))
}

func (s *Server) refundCapture(c *call) answer {
	var in struct {
		Amount  *amount `json:"amount"`
		Invoice string  `json:"invoice_id"`
		Note    string  `json:"note_to_payer"`
	}
	body := c.body
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if decodeJSON(body, &in, false) != nil {
		return s.invalid("/", "MALFORMED_REQUEST_JSON", "The request JSON is not well formed.")
	}
	p := s.payment(PayPal, c.arg(0))
	if p == nil {
		return s.notFound()
	}
	left := p.Amount - s.refunded(p)
	minor := left
	if in.Amount != nil {
		n, ok := parseDecimal(in.Amount.Value, in.Amount.Currency)
		switch {
		case in.Amount.Currency != p.Currency:
			return s.unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture.")
		case !ok || n == 0:
			return s.invalid("/amount/value", "INVALID_PARAMETER_VALUE", "The value of a field is invalid.")
		}
		minor = n
	}
	switch {
	case p.State == Pending:
		return s.unprocessable("PENDING_CAPTURE", "Cannot initiate a refund on this capture as the capture is pending.")
	case p.State != Completed:
		return s.unprocessable("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", "Refunds not allowed on this capture due to a chargeback.")
	case left == 0:
		return s.unprocessable("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
	case minor > left:
		return s.unprocessable("REFUND_AMOUNT_EXCEEDED", "The refund amount must be less than or equal to the capture amount that has not yet been refunded.")
	case c.now.Sub(p.At) > refundWindow:
		return s.unprocessable("REFUND_TIME_LIMIT_EXCEEDED", "You are over the time limit to perform a refund on this capture.")
	}
	r := s.giveBack(c, p, s.name(17, base36), minor, in.Invoice)
	r.Note = in.Note
	s.putRefund(r)
	out := s.showPayPalRefund(r, c.base)
	if !c.full() {
		out = object{"id": r.ID, "status": out["status"], "links": out["links"]}
	}
	return jsonAnswer(http.StatusCreated, out)
}

func (s *Server) showPayPalRefund(r *Refund, base string) object {
	at := r.At.UTC().Format(time.RFC3339)
	out := object{"id": r.ID, "status": map[string]string{Completed: "COMPLETED", Pending: "PENDING", Failed: "FAILED"}[r.State],
		"amount": money(r.Amount, r.Currency), "create_time": at, "update_time": at,
		"seller_payable_breakdown": object{"gross_amount": money(r.Amount, r.Currency), "paypal_fee": money(0, r.Currency), "net_amount": money(r.Amount, r.Currency)},
		"links":                    []object{link(base+"/paypal/v2/payments/refunds/"+r.ID, "self", "GET"), link(base+"/paypal/v2/payments/captures/"+r.Payment, "up", "GET")}}
	if r.Reference != "" {
		out["invoice_id"] = r.Reference
	}
	if r.Note != "" {
		out["note_to_payer"] = r.Note
	}
	if r.State == Pending {
		out["status_details"] = object{"reason": "ECHECK"}
	}
	return out
}

func (s *Server) fetchPayPalRefund(c *call) answer {
	r := s.refund(PayPal, c.arg(0))
	if r == nil {
		return s.notFound()
	}
	return jsonAnswer(http.StatusOK, s.showPayPalRefund(r, c.base))
}

// longestReport is the widest window of a report.
const longestReport = 31 * 24 * time.Hour

// reportTransactions lists payments and refunds, the oldest first, in pages.
func (s *Server) reportTransactions(c *call) answer {
	q := c.r.URL.Query()
	from, err1 := time.Parse(time.RFC3339, q.Get("start_date"))
	to, err2 := time.Parse(time.RFC3339, q.Get("end_date"))
	size, err3 := strconv.Atoi(or(q.Get("page_size"), "100"))
	page, err4 := strconv.Atoi(or(q.Get("page"), "1"))
	if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > longestReport || err3 != nil || size < 1 || size > 500 || err4 != nil || page < 1 {
		return s.invalid("end_date", "INVALID_PARAMETER_VALUE", "The date range is not valid, or is greater than 31 days, or the page is not valid.")
	}
	all := []object{}
	rows := s.rows(c.visible())
	for i := len(rows) - 1; i >= 0; i-- {
		row := rows[i]
		if id := q.Get("transaction_id"); id != "" && row.id != id && row.parent != id || row.at.Before(from) || row.at.After(to) {
			continue
		}
		all = append(all, row.report(q.Get("fields")))
	}
	begin := min((page-1)*size, len(all))
	return jsonAnswer(http.StatusOK, object{"transaction_details": all[begin:min(begin+size, len(all))], "account_number": PayPalMerchantID,
		"start_date": q.Get("start_date"), "end_date": q.Get("end_date"), "last_refreshed_datetime": c.visible().UTC().Format(time.RFC3339),
		"page": page, "total_items": len(all), "total_pages": (len(all) + size - 1) / size, "links": []any{}})
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// report is a row as reports show it. The payer is shown on demand.
func (f *found) report(fields string) object {
	code := map[string]string{"Refund": "T1107", "Payment": "T0006"}[f.kind]
	at := f.at.UTC().Format(time.RFC3339)
	info := object{"transaction_id": f.id, "transaction_event_code": code, "transaction_initiation_date": at, "transaction_updated_date": at,
		"transaction_amount": money(f.amount, f.currency), "transaction_status": map[string]string{Completed: "S", Pending: "P", Denied: "D", Failed: "D", Reversed: "V"}[f.class],
		"paypal_account_id": f.payer.ID, "protection_eligibility": "02"}
	if f.fee != 0 {
		info["fee_amount"] = money(f.fee, f.currency)
	}
	if f.invoice != "" {
		info["invoice_id"] = f.invoice
	}
	if f.custom != "" {
		info["custom_field"] = f.custom
	}
	if f.parent != "" {
		info["paypal_reference_id"], info["paypal_reference_id_type"] = f.parent, "TXN"
	}
	out := object{"transaction_info": info}
	if fields == "all" {
		out["payer_info"] = object{"account_id": f.payer.ID, "email_address": f.payer.Email, "payer_status": "Y", "country_code": f.payer.Country,
			"payer_name": object{"given_name": f.payer.First, "surname": f.payer.Last}}
	}
	return out
}
