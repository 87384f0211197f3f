package gateway

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const orderBodyText = `{"intent":"CAPTURE","purchase_units":[{"reference_id":"T01-000042","invoice_id":"T01-000042","custom_id":"T01",
 "amount":{"currency_code":"USD","value":"12.50"}}],
 "payment_source":{"paypal":{"experience_context":{"user_action":"PAY_NOW","shipping_preference":"NO_SHIPPING",
 "payment_method_preference":"IMMEDIATE_PAYMENT_REQUIRED","return_url":"https://pay.example.com/ok","cancel_url":"https://pay.example.com/no"}}}}`

const ordersPath = "/paypal/v2/checkout/orders"

// signIn is the header of a fresh access token.
func (b *bench) signIn() string {
	b.Helper()
	login := "Basic " + base64.StdEncoding.EncodeToString([]byte(PayPalClientID+":"+PayPalClientSecret))
	return "Bearer " + b.do("POST", "/paypal/v1/oauth2/token", "grant_type=client_credentials", "Authorization", login).
		is(200, "token_type", "Bearer", "expires_in", "32400").at("access_token")
}

// rest makes a call with a fresh token.
func (b *bench) rest(method, path, body string, head ...string) *got {
	b.Helper()
	return b.do(method, path, body, append(head, "Authorization", b.signIn(), "Content-Type", "application/json")...)
}

const requestID = "PayPal-Request-Id"

// captured is an order that was paid, and its capture.
func (b *bench) captured() (order, capture string) {
	b.Helper()
	order = b.rest("POST", ordersPath, orderBodyText).is(201).at("id")
	b.must(b.Pay(order))
	return order, b.rest("POST", ordersPath+"/"+order+"/capture", "{}").is(201).at("purchase_units.0.payments.captures.0.id")
}

func TestOrder(t *testing.T) {
	b := newBench(t)
	made := b.rest("POST", ordersPath, orderBodyText, requestID, "r1", "Prefer", "return=representation").is(201, "status", "PAYER_ACTION_REQUIRED",
		"purchase_units.0.invoice_id", "T01-000042", "purchase_units.0.amount.value", "12.50", "links.1.rel", "payer-action")
	id, page := made.at("id"), strings.TrimPrefix(made.at("links.1.href"), b.url)
	b.rest("POST", ordersPath, orderBodyText, requestID, "r1").is(200, "id", id)
	path := ordersPath + "/" + id
	b.rest("POST", path+"/capture", "").is(422, "name", "UNPROCESSABLE_ENTITY", "details.0.issue", "ORDER_NOT_APPROVED")
	if shown := b.do("GET", page, "").is(200); !strings.Contains(shown.body, "Pay USD 12.50") {
		t.Errorf("the page is %s", shown.body)
	}
	b.press(page, "pay").is(200)
	b.rest("GET", path, "").is(200, "status", "APPROVED", "payer.name.given_name", b.Codes()[0].Payer.First)
	capture := b.rest("POST", path+"/capture", "{}", requestID, "c1").is(201, "status", "COMPLETED", "purchase_units.0.payments.captures.0.status", "COMPLETED",
		"purchase_units.0.payments.captures.0.amount.value", "12.50", "purchase_units.0.payments.captures.0.seller_receivable_breakdown.paypal_fee.value", "0.93",
		"purchase_units.0.payments.captures.0.seller_receivable_breakdown.net_amount.value", "11.57").at("purchase_units.0.payments.captures.0.id")
	b.rest("POST", path+"/capture", "{}", requestID, "c1").is(200, "purchase_units.0.payments.captures.0.id", capture)
	b.rest("POST", path+"/capture", "{}", requestID, "c2").is(422, "details.0.issue", "ORDER_ALREADY_CAPTURED")
	b.rest("GET", path, "").is(200, "status", "COMPLETED", "purchase_units.0.payments.captures.0.id", capture)
	b.rest("GET", "/paypal/v2/payments/captures/"+capture, "").is(200, "status", "COMPLETED", "invoice_id", "T01-000042")
	if n := len(b.Payments()); n != 1 {
		t.Errorf("got %d payments, want 1", n)
	}
}

func TestOrderRefusals(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name, change, with string
		status             int
		issue              string
	}{
		{"not JSON", `{"intent"`, `{"intent`, 400, "MALFORMED_REQUEST_JSON"},
		{"intent", "CAPTURE", "AUTHORIZE", 400, "INVALID_PARAMETER_VALUE"},
		{"currency", "USD", "INR", 422, "INVALID_CURRENCY_CODE"},
		{"places", "12.50", "12.505", 422, "DECIMAL_PRECISION"},
		{"nothing", "12.50", "0.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"},
		{"no amount", `"value":"12.50"`, `"worth":"12.50"`, 400, "MISSING_REQUIRED_PARAMETER"},
	} {
		g := b.rest("POST", ordersPath, strings.Replace(orderBodyText, c.change, c.with, 1)).is(c.status, "details.0.issue", c.issue)
		if g.at("debug_id") == "null" {
			t.Errorf("%s: there is no debug_id", c.name)
		}
	}
	b.rest("GET", ordersPath+"/NONE", "").is(404, "name", "RESOURCE_NOT_FOUND")
	b.rest("GET", "/paypal/v2/nothing", "").is(404)
	b.do("GET", ordersPath+"/NONE", "").is(401, "name", "AUTHENTICATION_FAILURE")
	for _, login := range []string{"", "Basic " + base64.StdEncoding.EncodeToString([]byte(PayPalClientID+":x"))} {
		b.do("POST", "/paypal/v1/oauth2/token", "grant_type=client_credentials", "Authorization", login).is(401, "error", "invalid_client")
	}
	old := b.signIn()
	b.clock.Advance(9 * time.Hour)
	b.do("GET", ordersPath+"/NONE", "", "Authorization", old).is(401)

	id := b.rest("POST", ordersPath, orderBodyText).at("id")
	b.must(b.Decline(id))
	b.rest("POST", ordersPath+"/"+id+"/capture", "").is(422, "details.0.issue", "INSTRUMENT_DECLINED")
	b.rest("GET", ordersPath+"/"+id, "").is(200, "status", "PAYER_ACTION_REQUIRED")
	b.clock.Advance(3 * time.Hour)
	b.rest("GET", ordersPath+"/"+id, "").is(404)

	id = b.rest("POST", ordersPath, strings.Replace(orderBodyText, "000042", "000043", 2)).at("id")
	b.must(b.Pay(id))
	b.clock.Advance(3 * time.Hour)
	b.rest("GET", ordersPath+"/"+id, "").is(200, "status", "VOIDED")
	b.captured()
	again := b.rest("POST", ordersPath, orderBodyText).at("id")
	b.must(b.Pay(again))
	b.rest("POST", ordersPath+"/"+again+"/capture", "").is(422, "details.0.issue", "DUPLICATE_INVOICE_ID")
}

func TestPendingCapture(t *testing.T) {
	b := newBench(t)
	id := b.rest("POST", ordersPath, orderBodyText).at("id")
	b.must(b.PayPending(id))
	capture := b.rest("POST", ordersPath+"/"+id+"/capture", "").is(201, "purchase_units.0.payments.captures.0.status", "PENDING",
		"purchase_units.0.payments.captures.0.status_details.reason", "PENDING_REVIEW").at("purchase_units.0.payments.captures.0.id")
	b.rest("POST", "/paypal/v2/payments/captures/"+capture+"/refund", "").is(422, "details.0.issue", "PENDING_CAPTURE")
	b.must(b.Settle(capture, false))
	b.rest("GET", "/paypal/v2/payments/captures/"+capture, "").is(200, "status", "DECLINED")
}

func TestCaptureRefund(t *testing.T) {
	b := newBench(t)
	order, capture := b.captured()
	path := "/paypal/v2/payments/captures/" + capture + "/refund"
	first := b.rest("POST", path, `{"amount":{"currency_code":"USD","value":"5.00"},"invoice_id":"R1","note_to_payer":"Sorry"}`, requestID, "f1",
		"Prefer", "return=representation").is(201, "status", "COMPLETED", "amount.value", "5.00", "invoice_id", "R1").at("id")
	b.rest("POST", path, `{"amount":{"currency_code":"USD","value":"5.00"}}`, requestID, "f1").is(200, "id", first)
	b.rest("GET", "/paypal/v2/payments/refunds/"+first, "").is(200, "status", "COMPLETED", "note_to_payer", "Sorry")
	b.rest("POST", path, `{"amount":{"currency_code":"USD","value":"7.51"}}`).is(422, "details.0.issue", "REFUND_AMOUNT_EXCEEDED")
	b.rest("POST", path, `{"amount":{"currency_code":"EUR","value":"1.00"}}`).is(422)
	b.faulty(FaultRule{Call: "POST paypal/v2/payments/captures/{id}/refund", Times: 1, Fault: "refund pending"})
	rest := b.rest("POST", path, "").is(201, "status", "PENDING").at("id")
	b.rest("POST", path, "").is(422, "details.0.issue", "CAPTURE_FULLY_REFUNDED")
	b.must(b.SettleRefund(rest, true))
	b.rest("GET", "/paypal/v2/payments/refunds/"+rest, "").is(200, "status", "COMPLETED", "amount.value", "7.50")
	b.rest("GET", "/paypal/v2/payments/captures/"+capture, "").is(200, "status", "REFUNDED")

	b.rest("GET", ordersPath+"/"+order, "").is(200, "purchase_units.0.payments.refunds.0.id", first, "purchase_units.0.payments.refunds.1.amount.value", "7.50")

	report := "/paypal/v1/reporting/transactions?start_date=2026-12-21T00:00:00Z&end_date=2026-12-22T00:00:00Z"
	b.rest("GET", report, "").is(200, "total_items", "3", "transaction_details.0.transaction_info.transaction_id", capture,
		"transaction_details.0.transaction_info.invoice_id", "T01-000042", "transaction_details.0.transaction_info.fee_amount.value", "-0.93",
		"transaction_details.1.transaction_info.transaction_amount.value", "-5.00", "transaction_details.1.transaction_info.paypal_reference_id", capture,
		"transaction_details.0.payer_info", "null")
	b.rest("GET", report+"&fields=all&page_size=1&page=2", "").is(200, "total_pages", "3", "transaction_details.0.transaction_info.transaction_event_code", "T1107",
		"transaction_details.0.payer_info.payer_status", "Y")
	b.rest("GET", strings.Replace(report, "2026-12-22", "2027-01-22", 1), "").is(400)
}

func TestPayPalWebhooks(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.SetNotify(Addresses{PayPalWebhook: l.URL})
	verify := func(m message, change func(map[string]any)) string {
		var event any
		b.must(json.Unmarshal([]byte(m.body), &event))
		in := map[string]any{"auth_algo": m.head.Get("PAYPAL-AUTH-ALGO"), "cert_url": m.head.Get("PAYPAL-CERT-URL"), "transmission_id": m.head.Get("PAYPAL-TRANSMISSION-ID"),
			"transmission_sig": m.head.Get("PAYPAL-TRANSMISSION-SIG"), "transmission_time": m.head.Get("PAYPAL-TRANSMISSION-TIME"),
			"webhook_id": PayPalWebhookID, "webhook_event": event}
		change(in)
		body, err := json.Marshal(in)
		b.must(err)
		return b.rest("POST", "/paypal/v1/notifications/verify-webhook-signature", string(body)).is(200).at("verification_status")
	}
	same := func(map[string]any) {}
	b.captured()
	approved, _ := l.next(t)
	done, _ := l.next(t)
	if strings.Contains(done.body, "CHECKOUT.ORDER.APPROVED") { // the order of two events is not given
		approved, done = done, approved
	}
	if !strings.Contains(approved.body, `"event_type":"CHECKOUT.ORDER.APPROVED"`) || !strings.Contains(done.body, `"event_type":"PAYMENT.CAPTURE.COMPLETED"`) {
		t.Errorf("got %s and %s", approved.body, done.body)
	}
	if got := verify(done, same); got != "SUCCESS" {
		t.Errorf("got %s, want SUCCESS", got)
	}
	for name, change := range map[string]func(map[string]any){
		"another webhook":   func(in map[string]any) { in["webhook_id"] = "x" },
		"another signature": func(in map[string]any) { in["transmission_sig"] = "x" },
		"another event":     func(in map[string]any) { in["webhook_event"] = map[string]any{"id": "x"} },
		"another time":      func(in map[string]any) { in["transmission_time"] = "x" },
	} {
		if got := verify(done, change); got != "FAILURE" {
			t.Errorf("%s: got %s, want FAILURE", name, got)
		}
	}
	b.faulty(FaultRule{Call: "SEND paypal-webhook", Fault: "forge amount"})
	b.must(b.Expire(b.rest("POST", ordersPath, orderBodyText).at("id")))
	id := b.rest("POST", ordersPath, orderBodyText).at("id")
	b.must(b.Pay(id))
	if forged, _ := l.next(t); verify(forged, same) != "FAILURE" || !strings.Contains(forged.body, `"value":"12.51"`) {
		t.Errorf("a changed event counts as sound: %s", forged.body)
	}
}

func TestRazorpayWebhooks(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.SetNotify(Addresses{Webhook: l.URL})
	b.do("POST", qrPath, qrBody).is(200)
	made, _ := l.next(t)
	if !strings.Contains(made.body, `"close_by":"1797874200"`) || !strings.Contains(made.body, `"event":"qr_code.created"`) {
		t.Errorf("got %s", made.body)
	}
	b.must(b.Pay("T01-000042"))
	events := map[string]message{}
	ids := map[string]bool{}
	for range 3 {
		m, _ := l.next(t)
		var event struct{ Event string }
		b.must(json.Unmarshal([]byte(m.body), &event))
		events[event.Event], ids[m.head.Get("x-razorpay-event-id")] = m, true
		if got, want := m.head.Get("X-Razorpay-Signature"), hexMAC(RazorpayWebhookSecret, []byte(m.body)); got != want {
			t.Errorf("got signature %s, want %s", got, want)
		}
	}
	credited := events["qr_code.credited"].body
	for _, want := range []string{`"account_id":"` + RazorpayAccount, `"contains":["payment","qr_code"]`, `"status":"captured"`, `"close_reason":"paid"`, `"sale":"T01-000042"`} {
		if !strings.Contains(credited, want) {
			t.Errorf("%s lacks %s", credited, want)
		}
	}
	if len(events) != 3 || len(ids) != 3 || events["payment.captured"].body == "" || events["qr_code.closed"].body == "" {
		t.Errorf("got %d events with %d ids", len(events), len(ids))
	}
	pay := b.Payments()[0].ID
	for _, c := range []struct {
		fault string
		sound bool
		lacks string
	}{{"forge signature", false, ""}, {"forge merchant", true, RazorpayAccount}, {"forge amount", true, `"amount":100,`}} {
		b.faulty(FaultRule{Call: "SEND webhook", Times: 1, Fault: c.fault})
		b.do("POST", "/razorpay/v1/payments/"+pay+"/refund", `{"amount":100}`).is(200)
		m, _ := l.next(t)
		if got := m.head.Get("X-Razorpay-Signature") == hexMAC(RazorpayWebhookSecret, []byte(m.body)); got != c.sound || c.lacks != "" && strings.Contains(m.body, c.lacks) {
			t.Errorf("%s: sound is %v in %s", c.fault, got, m.body)
		}
	}
}

// TestSignatures holds the signatures against values that were computed apart.
func TestSignatures(t *testing.T) {
	const body = `{"entity":"event","account_id":"acc_TESTterminal01","event":"qr_code.credited","contains":["payment","qr_code"],"payload":{"payment":{"entity":{"id":"pay_TESTpayment001","amount":30000,"currency":"INR","status":"captured","method":"upi","captured":true}},"qr_code":{"entity":{"id":"qr_TESTqrcode0001","status":"closed","close_reason":"paid","payments_amount_received":30000}}},"created_at":1760000000}`
	for _, c := range [][3]string{
		{"whsec_terminal_test", body, "8907eb5e5b0350b47f5533c4d80569908f738cdf87fb3ddc3f6dc61973686b46"},
		{"rzp_secret_terminal_test", "order_TESTorder0001|pay_TESTpayment001", "6892e672f55dc726381f56d24ff897a33187ebdf3f20651ef5b27cdc316ca072"},
		{"rzp_secret_terminal_test", "plink_TESTlink00001|T01-000042|paid|pay_TESTpayment001", "a55eb7885a290b4be730018e8b68fd66a3c04dfc38ec904105a1c5d51f78fc57"},
	} {
		if got := hexMAC(c[0], []byte(c[1])); got != c[2] {
			t.Errorf("got %s, want %s", got, c[2])
		}
	}
}

func FuzzOrders(f *testing.F) {
	f.Add(orderBodyText)
	f.Add(`{"amount":{"currency_code":"JPY","value":"1e9"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		s, err := New(Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		s.state.tokens.put("t", &token{"t", s.clock.Now().Add(time.Hour)})
		s.putPayment(&Payment{System: PayPal, ID: "P", Amount: 100, Currency: "USD", State: Completed, At: s.clock.Now()})
		for _, path := range []string{ordersPath, "/paypal/v2/payments/captures/P/refund", "/paypal/v1/notifications/verify-webhook-signature"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer t")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if !json.Valid(w.Body.Bytes()) && len(body) <= maxBody || w.Code >= 500 {
				t.Errorf("got status %d: %s", w.Code, w.Body)
			}
		}
	})
}
