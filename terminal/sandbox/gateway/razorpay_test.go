package gateway

import (
	"strings"
	"testing"
)

const qrBody = `{"type":"upi_qr","usage":"single_use","fixed_amount":true,"payment_amount":30000,
 "name":"Till 1","description":"Sale T01-000042","close_by":1797874200,"notes":{"sale":"T01-000042","terminal":"T01"}}`

const qrPath = "/razorpay/v1/payments/qr_codes"

func TestQR(t *testing.T) {
	b := newBench(t)
	made := b.do("POST", qrPath, qrBody).is(200, "entity", "qr_code", "status", "active", "payment_amount", "30000", "payments_amount_received", "0",
		"close_reason", "null", "notes.sale", "T01-000042", "close_by", "1797874200")
	id, text := made.at("id"), strings.ReplaceAll(made.at("image_content"), `\u0026`, "&")
	if !strings.HasPrefix(text, "upi://pay?") || !strings.HasSuffix(text, "&am=300.00") {
		t.Errorf("the code holds %q", text)
	}
	b.do("GET", qrPath+"/"+id+"/payments", "").is(200, "count", "0")
	if shown := b.press("/razorpay/upi", "pay", "text", text).is(200); !strings.Contains(shown.body, "Paid. Thank you!") {
		t.Errorf("the page does not say so: %s", shown.body)
	}
	b.do("GET", qrPath+"/"+id, "").is(200, "status", "closed", "close_reason", "paid", "payments_amount_received", "30000", "payments_count_received", "1")
	pay := b.do("GET", qrPath+"/"+id+"/payments", "").is(200, "count", "1", "items.0.status", "captured", "items.0.captured", "true",
		"items.0.amount", "30000", "items.0.fee", "708", "items.0.tax", "108", "items.0.currency", "INR", "items.0.method", "upi").at("items.0.id")
	b.do("GET", "/razorpay/v1/payments/"+pay, "").is(200, "id", pay, "refund_status", "null")
	b.do("POST", qrPath+"/"+id+"/close", "").is(400, "error.code", "BAD_REQUEST_ERROR")
}
