package paypal

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

const (
	orderPath   = "/v2/checkout/orders/5O190127TN364715T"
	capturePath = orderPath + "/capture"
	refundPath  = "/v2/payments/captures/8RM57414KW761861W/refund"
	created     = `{"id":"5O190127TN364715T","status":"PAYER_ACTION_REQUIRED","purchase_units":[{"reference_id":"T01000042","invoice_id":"T01000042",
 "amount":{"currency_code":"USD","value":"12.50"}}],"links":[{"href":"https://api-m.sandbox.paypal.com/v2/checkout/orders/5O190127TN364715T","rel":"self","method":"GET"},
 {"href":"https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T","rel":"payer-action","method":"GET"}]}`
	captured = `{"id":"5O190127TN364715T","status":"COMPLETED","payer":{"payer_id":"CBMFXQK5HPJ4E","email_address":"fred@example.org","name":{"given_name":"Fred"}},
 "purchase_units":[{"reference_id":"T01000042","invoice_id":"T01000042","payments":{"captures":[{"id":"8RM57414KW761861W","status":"COMPLETED",
 "amount":{"currency_code":"USD","value":"12.50"},"invoice_id":"T01000042","create_time":"2026-11-21T11:59:30Z",
 "seller_receivable_breakdown":{"gross_amount":{"currency_code":"USD","value":"12.50"},"paypal_fee":{"currency_code":"USD","value":"0.67"}}}]}}]}`
	refunds = `}],"refunds":[{"id":"4RP55200GJ177180N","status":"COMPLETED","invoice_id":"T01000R07","amount":{"currency_code":"USD","value":"5.00"},
 "links":[{"rel":"up","href":"https://api-m.paypal.com/v2/payments/captures/8RM57414KW761861W"}]},
 {"id":"4RP55200GJ177181N","status":"FAILED","amount":{"currency_code":"USD","value":"1.00"}},
 {"id":"4RP55200GJ177182N","status":"PENDING","amount":{"currency_code":"USD","value":"2.00"},"links":[{"rel":"up","href":"https://api-m.paypal.com/v2/payments/captures/ANOTHER"}]}]`
)

func agreed() string {
	return swap(created, "PAYER_ACTION_REQUIRED", "APPROVED", `"links"`, `"payer":{"payer_id":"CBMFXQK5HPJ4E"},"links"`)
}

func partBack() string { return swap(captured, `"0.67"}}}]`, `"0.67"}}`+refunds) }

func no(status, issue string) string {
	return status + ` {"name":"UNPROCESSABLE_ENTITY","message":"CLIENT-very-secret fred@example.org","debug_id":"90957fca61718","details":[{"issue":"` + issue + `","description":"no"}]}`
}

func restRequest() order.CodeRequest {
	r := request()
	r.Remote = "5O190127TN364715T"
	return r
}

func TestRESTCreate(t *testing.T) {
	p, f := newOrders(t, map[string]string{"POST /v2/checkout/orders": "201 " + created})
	got := p.Create(t.Context(), request())
	want := order.CodeAnswer{Made: true, Remote: "5O190127TN364715T", Until: noon.Add(3 * time.Hour), Text: "https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	token, made := f.requests("/v1/oauth2/token")[0], f.requests("/v2/checkout/orders")[0]
	if token.head.Get("Authorization") != "Basic Y2xpZW50LWlkOkNMSUVOVC12ZXJ5LXNlY3JldA==" || token.body != "grant_type=client_credentials" {
		t.Errorf("the token was asked for by %q, %q", token.head.Get("Authorization"), token.body)
	}
	const body = `{"intent":"CAPTURE","purchase_units":[{"reference_id":"T01000042","invoice_id":"T01000042","custom_id":"T01000042","description":"Counter sale",` +
		`"amount":{"currency_code":"USD","value":"12.50"}}],"payment_source":{"paypal":{"experience_context":{"user_action":"PAY_NOW","shipping_preference":"NO_SHIPPING",` +
		`"payment_method_preference":"IMMEDIATE_PAYMENT_REQUIRED","brand_name":"Corner Shop","return_url":"https://pay.example.com/ok","cancel_url":"https://pay.example.com/ok"}}}}`
	if made.body != body {
		t.Errorf("asked %s, want %s", made.body, body)
	}
	for name, want := range map[string]string{"Authorization": "Bearer BEARER-very-secret", "PayPal-Request-Id": "T01000042", "Prefer": "return=representation", "Content-Type": "application/json"} {
		if got := made.head.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	p.Create(t.Context(), request())
	if n := len(f.requests("/v1/oauth2/token")); n != 1 {
		t.Errorf("%d tokens were asked for, want 1", n)
	}
}

func TestRESTCreateRefused(t *testing.T) {
	tests := []struct {
		answer string
		want   order.CodeAnswer
		words  string
	}{
		{no("403", "NOT_AUTHORIZED"), order.CodeAnswer{Refused: true, Wrong: true}, "90957fca61718"},
		{no("400", "INVALID_PARAMETER_VALUE"), order.CodeAnswer{Refused: true}, "INVALID_PARAMETER_VALUE"},
		{no("422", "DUPLICATE_INVOICE_ID"), order.CodeAnswer{Refused: true}, "Begin the payment anew"},
		{no("409", "RESOURCE_CONFLICT"), order.CodeAnswer{}, "still working"},
		{"429 ", order.CodeAnswer{}, "disturbance"},
		{"500 ", order.CodeAnswer{}, "disturbance"},
		{"201 nonsense", order.CodeAnswer{}, "cannot be read"},
		{"302 ", order.CodeAnswer{}, "cannot be read"},
		{"201 " + swap(created, "payer-action", "next"), order.CodeAnswer{}, "cannot be read"},
		{"201 " + swap(created, "https://www", "javascript:www"), order.CodeAnswer{}, "cannot be read"},
	}
	for _, tt := range tests {
		p, _ := newOrders(t, map[string]string{"POST /v2/checkout/orders": tt.answer})
		got := p.Create(t.Context(), request())
		if !strings.Contains(got.Message, tt.words) {
			t.Errorf("said %q, want %q in it", got.Message, tt.words)
		}
		if got.Message = ""; got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.answer, got, tt.want)
		}
	}
}

// TestApproval: what customers scan is a page, and in the clear only in training.
func TestApproval(t *testing.T) {
	for _, tt := range []struct {
		href           string
		training, live bool
	}{{"https://www.paypal.com/checkoutnow?token=1", true, true}, {"http://127.0.0.1:1/checkoutnow?token=1", true, false},
		{"javascript://www.paypal.com/%0aalert(1)", false, false}, {"file://www.paypal.com/etc/passwd", false, false}, {"/checkoutnow", false, false}} {
		var o orderBody
		if err := json.Unmarshal([]byte(swap(created, "https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T", tt.href)), &o); err != nil {
			t.Fatal(err)
		}
		if training, live := o.approval(true) != "", o.approval(false) != ""; training != tt.training || live != tt.live {
			t.Errorf("%s: %t in training, %t live", tt.href, training, live)
		}
	}
}

func TestRESTToken(t *testing.T) {
	for _, tt := range []struct{ answer, words string }{
		{`401 {"error":"invalid_client","error_description":"Client Authentication failed"}`, "client ID or its secret"},
		{`400 {"error":"invalid_request"}`, "client ID or its secret"},
		{"503 ", "disturbance"}, {"200 {}", "cannot be read"}, {"200 x", "cannot be read"},
	} {
		p, f := newOrders(t, map[string]string{"POST /v1/oauth2/token": tt.answer})
		if err := p.Check(t.Context()); err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%s: %v, want %q", tt.answer, err, tt.words)
		}
		if got := p.Status(t.Context(), restRequest()); !got.Failed || !strings.Contains(got.Message, tt.words) || len(f.requests(orderPath)) > 0 {
			t.Errorf("%s: %+v, want %q", tt.answer, got, tt.words)
		}
		if got := p.Refund(t.Context(), refund(500, false)); got.Answered || !got.NotSent {
			t.Errorf("%s: %+v, want nothing sent", tt.answer, got)
		}
	}
}

// A token is renewed shortly before its end, and once where PayPal has
// forgotten it.
func TestRESTTokenRenewed(t *testing.T) {
	p, f := newOrders(t, map[string]string{"GET " + orderPath: "200 " + created})
	look := func(tokens int) {
		t.Helper()
		if got := p.Status(t.Context(), restRequest()); got.Failed {
			t.Fatal(got.Message)
		}
		if n := len(f.requests("/v1/oauth2/token")); n != tokens {
			t.Errorf("%d tokens were asked for, want %d", n, tokens)
		}
	}
	look(1)
	p.cfg.Clock = clock.NewVirtual(noon.Add(9*time.Hour - 2*time.Minute))
	look(1)
	p.cfg.Clock = clock.NewVirtual(noon.Add(9*time.Hour - 30*time.Second))
	look(2)

	forgets := 1
	answer := f.answer
	f.answer = func(a asked) (int, string) {
		if a.path == orderPath && forgets > 0 {
			forgets--
			return 401, `{"error":"invalid_token"}`
		}
		return answer(a)
	}
	look(3)
	forgets = 5
	if got := p.Status(t.Context(), restRequest()); !got.Failed || forgets != 3 {
		t.Errorf("%+v after %d tries, want a failure after 2", got, 5-forgets)
	}
}

func TestRESTStatus(t *testing.T) {
	both := []order.Received{paid}
	tests := []struct {
		name, answer string
		want         order.CodeSeen
		words        string
	}{
		{"nobody agreed", "200 " + created, order.CodeSeen{}, ""},
		{"agreed", "200 " + agreed(), order.CodeSeen{Approved: true, Payer: "CBMFXQK5HPJ4E"}, ""},
		{"paid", "200 " + captured, order.CodeSeen{Payments: both}, ""},
		{"void", "200 " + swap(created, "PAYER_ACTION_REQUIRED", "VOIDED"), order.CodeSeen{Dead: true}, "too old"},
		{"pending", "200 " + swap(captured, `W","status":"COMPLETED"`, `W","status":"PENDING","status_details":{"reason":"PENDING_REVIEW"}`), order.CodeSeen{Pending: true}, "(PENDING_REVIEW)"},
		{"declined", "200 " + swap(captured, `W","status":"COMPLETED"`, `W","status":"DECLINED"`), order.CodeSeen{Dead: true}, "did not carry out"},
		{"declined, and open", "200 " + swap(captured, `W","status":"COMPLETED"`, `W","status":"DECLINED"`, `T","status":"COMPLETED"`, `T","status":"APPROVED"`), order.CodeSeen{Approved: true, Payer: "CBMFXQK5HPJ4E"}, "did not carry out"},
		{"refunded", "200 " + swap(captured, `W","status":"COMPLETED"`, `W","status":"REFUNDED"`), order.CodeSeen{Payments: []order.Received{back(1250)}}, ""},
		{"partly refunded", "200 " + swap(partBack(), `W","status":"COMPLETED"`, `W","status":"PARTIALLY_REFUNDED"`), order.CodeSeen{Payments: []order.Received{back(500)}}, ""},
		{"completed without a payment", "200 " + swap(created, "PAYER_ACTION_REQUIRED", "COMPLETED"), order.CodeSeen{Failed: true}, "still working"},
		{"gone", no("404", "INVALID_RESOURCE_ID"), order.CodeSeen{Missing: true}, "too old"},
		{"another sale", "200 " + swap(captured, "T01000042", "T01000043"), order.CodeSeen{Failed: true}, "another payment"},
		{"another order", "200 " + swap(captured, "364715T", "364716T"), order.CodeSeen{Failed: true}, "another payment"},
		{"no amount", "200 " + swap(captured, `"value":"12.50"`, `"value":"12.5O"`), order.CodeSeen{Failed: true}, "cannot be read"},
		{"not JSON", "200 <html>", order.CodeSeen{Failed: true}, "cannot be read"},
		{"down", "500 ", order.CodeSeen{Failed: true}, "disturbance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := newOrders(t, map[string]string{"GET " + orderPath: tt.answer})
			same(t, p.Status(t.Context(), restRequest()), tt.want, tt.words)
		})
	}
}

func TestRESTTake(t *testing.T) {
	tests := []struct {
		name, capture, order string
		want                 order.CodeSeen
		words                string
	}{
		{"done", "201 " + captured, "200 " + captured, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"done, and the order is behind", "201 " + captured, "200 " + agreed(), order.CodeSeen{Failed: true}, "still working"},
		{"done before", no("422", "ORDER_ALREADY_CAPTURED"), "200 " + captured, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"pending", "201 " + captured, "200 " + swap(captured, `W","status":"COMPLETED"`, `W","status":"PENDING"`), order.CodeSeen{Pending: true}, "not released"},
		{"declined", no("422", "INSTRUMENT_DECLINED"), "", order.CodeSeen{}, "choose another way"},
		{"too many tries", no("422", "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"), "", order.CodeSeen{Dead: true}, "not by this code again"},
		{"running there", no("422", "ORDER_COMPLETION_IN_PROGRESS"), "", order.CodeSeen{Failed: true}, "still working"},
		{"not agreed", no("422", "ORDER_NOT_APPROVED"), "", order.CodeSeen{}, "not agreed"},
		{"our number was paid", no("422", "DUPLICATE_INVOICE_ID"), "200 " + agreed(), order.CodeSeen{Dead: true}, "under this number"},
		{"running", no("409", "RESOURCE_CONFLICT"), "", order.CodeSeen{Failed: true}, "still working"},
		{"an error nobody knows", no("422", "STRANGE"), "", order.CodeSeen{Failed: true}, "error STRANGE"},
		{"down", "503 ", "", order.CodeSeen{Failed: true}, "disturbance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{"POST " + capturePath: tt.capture}
			if tt.order != "" {
				answers["GET "+orderPath] = tt.order
			}
			p, f := newOrders(t, answers)
			same(t, p.Take(t.Context(), restRequest()), tt.want, tt.words)
			if a := f.requests(capturePath)[0]; a.body != "{}" || a.head.Get("PayPal-Request-Id") != "T01000042-capture" {
				t.Errorf("asked %s under %s", a.body, a.head.Get("PayPal-Request-Id"))
			}
		})
	}
}

func TestRESTRefund(t *testing.T) {
	const made = `{"id":"4RP55200GJ177180N","status":"COMPLETED","seller_payable_breakdown":{"paypal_fee":{"currency_code":"USD","value":"0.17"}}}`
	tests := []struct {
		answer string
		want   order.RefundAnswer
		words  string
	}{
		{"201 " + made, order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, ""},
		{"200 " + swap(made, "COMPLETED", "PENDING"), order.RefundAnswer{Answered: true, State: order.RefundPending, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, ""},
		{"201 " + swap(made, "COMPLETED", "FAILED"), order.RefundAnswer{Answered: true, State: order.RefundRefused, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, "too late"},
		{"201 " + swap(made, "COMPLETED", "ODD"), order.RefundAnswer{}, "cannot be read"},
		{no("422", "REFUND_AMOUNT_EXCEEDED"), order.RefundAnswer{Answered: true, State: order.RefundRefused}, "too late"},
		{no("404", "RESOURCE_NOT_FOUND"), order.RefundAnswer{Answered: true, State: order.RefundRefused}, ""},
		{no("409", "PREVIOUS_REQUEST_IN_PROGRESS"), order.RefundAnswer{}, "still working"},
		{"500 ", order.RefundAnswer{}, "disturbance"},
	}
	for _, tt := range tests {
		p, f := newOrders(t, map[string]string{"POST " + refundPath: tt.answer})
		got := p.Refund(t.Context(), refund(500, false))
		if !strings.Contains(got.Message, tt.words) {
			t.Errorf("said %q, want %q in it", got.Message, tt.words)
		}
		if got.Message = ""; got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.answer, got, tt.want)
		}
		const body = `{"amount":{"currency_code":"USD","value":"5.00"},"invoice_id":"T01000R07","note_to_payer":"Wrong size"}`
		if a := f.requests(refundPath)[0]; a.body != body || a.head.Get("PayPal-Request-Id") != "T01000R07" {
			t.Errorf("asked %s under %s", a.body, a.head.Get("PayPal-Request-Id"))
		}
	}
}

func TestRESTFindRefund(t *testing.T) {
	p, _ := newOrders(t, map[string]string{"GET " + orderPath: "200 " + partBack(),
		"GET /v2/payments/refunds/4RP55200GJ177180N": `200 {"id":"4RP55200GJ177180N","status":"PENDING"}`,
		"GET /v2/checkout/orders/GONE":               no("404", "INVALID_RESOURCE_ID"), "GET /v2/checkout/orders/DOWN": "500 "})
	done := order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "4RP55200GJ177180N"}
	pending := order.RefundAnswer{Answered: true, State: order.RefundPending, Remote: "4RP55200GJ177180N"}
	tests := []struct {
		code, id, remote string
		age              time.Duration
		want             order.RefundAnswer
	}{
		{"5O190127TN364715T", "T01000R07", "", 0, done},
		{"", "T01000R07", "4RP55200GJ177180N", 0, pending},
		{"5O190127TN364715T", "T01000R08", "", 0, order.RefundAnswer{Answered: true, Missing: true}},
		{"GONE", "T01000R07", "", 0, order.RefundAnswer{Answered: true, Missing: true}},
		{"GONE", "T01000R07", "", 45 * 24 * time.Hour, order.RefundAnswer{}},
		{"DOWN", "T01000R07", "", 0, order.RefundAnswer{}},
	}
	for _, tt := range tests {
		r := refund(500, false)
		r.Code, r.ID, r.Remote, r.Created = tt.code, tt.id, tt.remote, noon.Add(-tt.age)
		got := p.FindRefund(t.Context(), r)
		if got.Message = ""; got != tt.want {
			t.Errorf("%s %s: %+v, want %+v", tt.code, tt.id, got, tt.want)
		}
	}
}

func TestRESTList(t *testing.T) {
	row := func(id, value string) string {
		return `{"transaction_info":{"transaction_id":"` + id + `","transaction_status":"S","transaction_amount":{"currency_code":"USD","value":"` + value + `"}}}`
	}
	capture := swap(captured[strings.Index(captured, `{"id":"8RM`):strings.Index(captured, `]}}]}`)], `"create_time"`, `"supplementary_data":{"related_ids":{"order_id":"5O190127TN364715T"}},"create_time"`)
	p, _ := newOrders(t, map[string]string{
		"GET /v1/reporting/transactions":              `200 {"total_pages":1,"transaction_details":[` + row("KNOWN", "1.00") + "," + row("8RM57414KW761861W", "12.50") + "," + row("4RP", "-5.00") + "," + row("OTHER", "3.00") + `]}`,
		"GET /v2/payments/captures/8RM57414KW761861W": "200 " + capture,
		"GET /v2/payments/captures/OTHER":             no("404", "RESOURCE_NOT_FOUND")})
	got := p.List(t.Context(), noon.Add(-time.Hour), noon, func(id string) bool { return id == "KNOWN" })
	want := paid
	want.Reference, want.Remote = "T01000042", "5O190127TN364715T"
	if got.Failed || len(got.Payments) != 1 || got.Payments[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// An account that may not list its payments says so once, and is not asked again.
func TestRESTWithoutReports(t *testing.T) {
	p, _ := newOrders(t, map[string]string{"GET /v1/reporting/transactions": no("403", "NOT_AUTHORIZED")})
	if !p.Offer().Lists {
		t.Error("it does not list before it was asked")
	}
	got := p.List(t.Context(), noon.Add(-time.Hour), noon, nil)
	if !got.Failed || !strings.Contains(got.Message, "Transaction Search") || p.Offer().Lists {
		t.Errorf("got %+v, lists %t", got, p.Offer().Lists)
	}
}

func TestDecode(t *testing.T) {
	const body = `{ "id":"WH-58D329510W468432D","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"8RM","invoice_id":"T01000042","note":"a < b é",
 "supplementary_data":{"related_ids":{"order_id":"5O190127TN364715T"}}}}`
	const ordered = `{"id":"WH-2","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"5O190127TN364715T","purchase_units":[{"invoice_id":"T01000042"}]}}`
	head := http.Header{"Paypal-Auth-Algo": {"SHA256withRSA"}, "Paypal-Cert-Url": {"https://api.paypal.com/cert"}, "Paypal-Transmission-Id": {"69cd13f0"},
		"Paypal-Transmission-Sig": {"lmI95Jx3"}, "Paypal-Transmission-Time": {"2026-11-21T12:00:00Z"}}
	const verify = "/v1/notifications/verify-webhook-signature"
	tests := []struct {
		name, body, answer, words string
		lacks                     string
		want                      wallet.Hint
	}{
		{"of a payment", body, `200 {"verification_status":"SUCCESS"}`, "", "", wallet.Hint{Event: "WH-58D329510W468432D", Kind: "PAYMENT.CAPTURE.COMPLETED", Reference: "T01000042", Remote: "5O190127TN364715T"}},
		{"of an order", ordered, `200 {"verification_status":"SUCCESS"}`, "", "", wallet.Hint{Event: "WH-2", Kind: "CHECKOUT.ORDER.APPROVED", Reference: "T01000042", Remote: "5O190127TN364715T"}},
		{"wrong", body, `200 {"verification_status":"FAILURE"}`, "no right signature", "", wallet.Hint{}},
		{"unsigned", body, "", "no right signature", "Paypal-Transmission-Sig", wallet.Hint{}},
		{"not JSON", body[1:], "", "no right signature", "", wallet.Hint{}},
		{"two values", ordered + ordered, "", "no right signature", "", wallet.Hint{}},
		{"PayPal is down", body, "500 ", "disturbance", "", wallet.Hint{}},
		{"PayPal cannot say", body, no("422", "STRANGE"), "STRANGE", "", wallet.Hint{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{}
			if tt.answer != "" {
				answers["POST "+verify] = tt.answer
			}
			p, f := newOrders(t, answers)
			h := head.Clone()
			h.Del(tt.lacks)
			got, err := p.Decode(h, []byte(tt.body))
			if got != tt.want || (err == nil) != (tt.words == "") || err != nil && !strings.Contains(err.Error(), tt.words) {
				t.Errorf("got %+v %v, want %+v %q", got, err, tt.want, tt.words)
			}
			if tt.answer == "" {
				return
			}
			sent := f.requests(verify)[0].body
			var asked map[string]any
			if err := json.Unmarshal([]byte(sent), &asked); err != nil || asked["webhook_id"] != "WH-ID" || asked["transmission_sig"] != "lmI95Jx3" || !strings.HasSuffix(sent, `"webhook_event":`+tt.body+"}") {
				t.Errorf("asked %s (%v), want the body's very bytes", sent, err)
			}
		})
	}
	c := config("rest", "http://127.0.0.1:1")
	c.Secret = func(string) (string, error) { return "", nil }
	p, _ := New(c)
	if _, err := p.Decode(head, []byte(body)); err == nil || !strings.Contains(err.Error(), "webhook is missing") {
		t.Errorf("without the webhook's ID: %v", err)
	}
}

func TestRESTStopsWithItsCaller(t *testing.T) {
	p, _ := newOrders(t, map[string]string{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := p.Status(ctx, restRequest()); !got.Failed {
		t.Errorf("got %+v", got)
	}
}
