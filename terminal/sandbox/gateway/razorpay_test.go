package gateway

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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

const linkBody = `{"amount":30000,"currency":"INR","accept_partial":false,"reference_id":"T01-000042","description":"Sale T01-000042",
 "expire_by":1797874200,"notify":{"sms":false,"email":false},"reminder_enable":false,
 "notes":{"terminal":"T01"},"callback_url":"https://pay.example.com/ok","callback_method":"get"}`

const linkPath = "/razorpay/v1/payment_links"

func TestLink(t *testing.T) {
	b := newBench(t)
	made := b.do("POST", linkPath, linkBody).is(200, "status", "created", "amount", "30000", "amount_paid", "0", "reference_id", "T01-000042", "expire_by", "1797874200", "payments", "[]")
	id, short := made.at("id"), strings.TrimPrefix(made.at("short_url"), b.url)
	again := b.do("POST", linkPath, linkBody).is(400, "error.code", "BAD_REQUEST_ERROR")
	if !strings.Contains(again.body, "already attempted") {
		t.Errorf("got %s", again.body)
	}
	b.do("GET", linkPath+"?reference_id=T01-000042", "").is(200, "payment_links.0.id", id)
	b.do("GET", linkPath+"?reference_id=T01-000043", "").is(200, "payment_links", "[]")
	if page := b.do("GET", short, "").is(200); !strings.Contains(page.body, "Pay INR 300.00") || !strings.Contains(page.body, "stay pending") {
		t.Errorf("the page is %s", page.body)
	}
	b.press(short, "decline").is(200)
	b.do("GET", linkPath+"/"+id, "").is(200, "status", "created", "payments", "[]")
	if page := b.press(short, "pay").is(200); !strings.Contains(page.body, "razorpay_signature=") {
		t.Errorf("the page lacks the way back: %s", page.body)
	}
	pay := b.do("GET", linkPath+"/"+id, "").is(200, "status", "paid", "amount_paid", "30000", "payments.0.amount", "30000", "payments.0.status", "captured").at("payments.0.payment_id")
	b.do("GET", linkPath+"?payment_id="+pay, "").is(200, "payment_links.0.id", id)
	b.do("POST", linkPath+"/"+id+"/cancel", "").is(400)
}

func TestLinkEnds(t *testing.T) {
	b := newBench(t)
	id := b.do("POST", linkPath, linkBody).at("id")
	b.do("POST", linkPath+"/"+id+"/cancel", "").is(200, "status", "cancelled")
	if err := b.Pay(id); err != ErrEnded {
		t.Errorf("got %v, want %v", err, ErrEnded)
	}
	b.do("POST", linkPath+"/"+id+"/cancel", "").is(400)
	short := b.do("POST", linkPath, strings.Replace(linkBody, "000042", "000043", 1)).at("id")
	b.clock.Advance(28*time.Minute + 44*time.Second)
	b.do("GET", linkPath+"/"+short, "").is(200, "status", "expired", "expired_at", "1797874200")
}

func TestPartialLink(t *testing.T) {
	b := newBench(t)
	id := b.do("POST", linkPath, strings.Replace(linkBody, `"accept_partial":false`, `"accept_partial":true`, 1)).at("id")
	b.must(b.PayAmount(id, 10000))
	b.do("GET", linkPath+"/"+id, "").is(200, "status", "partially_paid", "amount_paid", "10000")
	b.must(b.Pay(id))
	b.do("GET", linkPath+"/"+id, "").is(200, "status", "paid", "amount_paid", "30000")
}

func TestQRLife(t *testing.T) {
	b := newBench(t)
	id := b.do("POST", qrPath, qrBody).at("id")
	b.do("POST", qrPath+"/"+id+"/close", "").is(200, "status", "closed", "close_reason", "on_demand")
	b.must(b.PayLate(id))
	b.do("GET", qrPath+"/"+id, "").is(200, "close_reason", "on_demand", "payments_amount_received", "30000")
	other := b.do("POST", qrPath, qrBody).at("id")
	b.must(b.PayAmount(other, 29900))
	b.do("GET", qrPath+"/"+other+"/payments", "").is(200, "items.0.amount", "29900")
	twice := b.do("POST", qrPath, qrBody).at("id")
	b.must(b.PayTwice(twice))
	b.do("GET", qrPath+"/"+twice+"/payments", "").is(200, "count", "2")
	b.do("GET", qrPath+"?from=1797872400&count=2", "").is(200, "count", "2", "items.0.id", twice, "items.1.id", other)
	b.do("GET", qrPath+"?count=1&skip=2", "").is(200, "items.0.id", id)
	b.do("GET", qrPath+"?from=1797872477", "").is(200, "count", "0")
	b.do("GET", qrPath+"?count=101", "").is(400, "error.field", "count")
	aged := b.do("POST", qrPath, qrBody).at("id")
	b.clock.Advance(28*time.Minute + 44*time.Second)
	b.do("GET", qrPath+"/"+aged, "").is(200, "status", "closed", "close_reason", "null", "closed_at", "1797874200")
}

func TestPoster(t *testing.T) {
	b := newBench(t, func(c *Config) { c.ImageOnly = true })
	made := b.do("POST", qrPath, qrBody).is(200, "image_content", "null")
	image := b.do("GET", b.do("GET", strings.TrimPrefix(made.at("image_url"), b.url), "").is(302).head.Get("Location"), "").is(200)
	if kind := image.head.Get("Content-Type"); kind != "image/png" {
		t.Fatalf("got %q, want a picture", kind)
	}
	tool, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip(err)
	}
	file := filepath.Join(t.TempDir(), "poster.png")
	b.must(os.WriteFile(file, []byte(image.body), 0o600))
	read, err := exec.CommandContext(t.Context(), tool, "-q", "--raw", file).Output()
	if want := b.Codes()[0].Text; err != nil || strings.TrimSpace(string(read)) != want {
		t.Errorf("the poster reads %q, want %q: %v", read, want, err)
	}
}

func TestRazorpayRefusals(t *testing.T) {
	b := newBench(t)
	soon := strings.Replace(qrBody, "1797874200", "1797873375", 1) // a second short of 15 minutes
	pairs := `{` + strings.Repeat(`"k":1,`, 1)
	for i := range 16 {
		pairs += `"k` + string(rune('a'+i)) + `":"v",`
	}
	pairs = strings.TrimSuffix(pairs, ",") + "}"
	for _, c := range []struct{ name, path, body, field string }{
		{"close_by too soon", qrPath, soon, "close_by"},
		{"unknown field", qrPath, strings.Replace(qrBody, `"type"`, `"amount":1,"type"`, 1), "amount"},
		{"no amount", qrPath, strings.Replace(qrBody, `"payment_amount":30000,`, "", 1), "payment_amount"},
		{"nothing", qrPath, strings.Replace(qrBody, "30000", "0", 1), "payment_amount"},
		{"amount as text", qrPath, strings.Replace(qrBody, "30000", `"300"`, 1), "payment_amount"},
		{"wrong type", qrPath, strings.Replace(qrBody, "upi_qr", "qr", 1), "type"},
		{"cards too", qrPath, strings.Replace(qrBody, "upi_qr", "bharat_qr", 1), "type"},
		{"wrong usage", qrPath, strings.Replace(qrBody, "single_use", "once", 1), "usage"},
		{"many notes", qrPath, strings.Replace(qrBody, `{"sale":"T01-000042","terminal":"T01"}`, pairs, 1), "notes"},
		{"long note", qrPath, strings.Replace(qrBody, "T01-000042\",\"t", strings.Repeat("x", 257)+"\",\"t", 1), "notes"},
		{"not JSON", qrPath, "amount=1", "null"},
		{"link below the least", linkPath, strings.Replace(linkBody, "30000", "99", 1), "amount"},
		{"link too soon", linkPath, strings.Replace(linkBody, "1797874200", "1797873375", 1), "expire_by"},
		{"link too late", linkPath, strings.Replace(linkBody, "1797874200", "1897874200", 1), "expire_by"},
		{"long reference", linkPath, strings.Replace(linkBody, `"T01-000042"`, `"`+strings.Repeat("x", 41)+`"`, 1), "reference_id"},
		{"strange currency", linkPath, strings.Replace(linkBody, "INR", "XXX", 1), "currency"},
	} {
		g := b.do("POST", c.path, c.body).is(400, "error.code", "BAD_REQUEST_ERROR")
		if got := g.at("error.field"); got != c.field && c.field != "null" {
			t.Errorf("%s: got field %q, want %q: %s", c.name, got, c.field, g.body)
		}
	}
	b.do("GET", "/razorpay/v1/payments/pay_none", "").is(400, "error.description", "The id provided does not exist")
	none := b.do("GET", "/razorpay/v1/invoices", "").is(400)
	if !strings.Contains(none.body, "The requested URL was not found") {
		t.Errorf("got %s", none.body)
	}
	for name, login := range map[string]string{"wrong scheme": "basic " + base64.StdEncoding.EncodeToString([]byte(RazorpayKeyID+":"+RazorpayKeySecret)),
		"wrong secret": "Basic " + base64.StdEncoding.EncodeToString([]byte(RazorpayKeyID+":x")),
		"live key":     "Basic " + base64.StdEncoding.EncodeToString([]byte("rzp_live_TrainingDesk01:"+RazorpayKeySecret))} {
		if g := b.do("GET", qrPath, "", "Authorization", login); g.status != 401 || g.at("error.description") != "Authentication failed" {
			t.Errorf("%s: got status %d: %s", name, g.status, g.body)
		}
	}
	if g := b.do("POST", qrPath, strings.Repeat("x", maxBody+1)); g.status != 413 {
		t.Errorf("got status %d, want 413", g.status)
	}
}

func TestRazorpayRefund(t *testing.T) {
	b := newBench(t)
	id := b.do("POST", qrPath, qrBody).at("id")
	b.must(b.Pay("T01-000042"))
	pay := b.do("GET", qrPath+"/"+id+"/payments", "").at("items.0.id")
	path, body := "/razorpay/v1/payments/"+pay+"/refund", `{"amount":5000,"speed":"normal","receipt":"T01-R0007","notes":{"till":"1"}}`
	const key = "X-Refund-Idempotency"
	first := b.do("POST", path, body, key, "T01-R0007-1").is(200, "status", "processed", "amount", "5000", "payment_id", pay, "receipt", "T01-R0007",
		"speed_requested", "normal", "notes.till", "1").at("id")
	b.do("POST", path, body, key, "T01-R0007-1").is(200, "id", first)
	b.do("POST", path, strings.Replace(body, "5000", "6000", 1), key, "T01-R0007-1").is(409, "error.code", "BAD_REQUEST_ERROR")
	b.do("POST", path, body, key, "short").is(400)
	b.do("POST", path, `{"amount":25001}`, key, "T01-R0008-1").is(400, "error.field", "amount")
	b.do("POST", path, `{"amount":99}`).is(400, "error.field", "amount")
	b.do("GET", "/razorpay/v1/refunds/"+first, "").is(200, "id", first, "entity", "refund")
	b.do("GET", "/razorpay/v1/payments/"+pay, "").is(200, "amount_refunded", "5000", "refund_status", "partial", "status", "captured")
	b.faulty(FaultRule{Call: "POST razorpay/v1/payments/{id}/refund", Times: 1, Fault: "refund pending"})
	rest := b.do("POST", path, "", key, "T01-R0009-1").is(200, "status", "pending", "amount", "25000").at("id")
	b.do("POST", path, "").is(400)
	b.must(b.SettleRefund(rest, false))
	b.do("POST", path, "", key, "T01-R0009-1").is(200, "id", rest, "status", "failed")
	b.do("POST", path, "").is(200, "status", "processed", "amount", "25000")
	b.do("GET", "/razorpay/v1/payments/"+pay+"/refunds", "").is(200, "count", "3")
	b.do("GET", "/razorpay/v1/payments/"+pay, "").is(200, "amount_refunded", "30000", "refund_status", "full", "status", "refunded")
}

func TestAuthorizedIsNoMoney(t *testing.T) {
	b := newBench(t)
	id := b.do("POST", linkPath, linkBody).at("id")
	b.must(b.PayPending(id))
	b.do("GET", linkPath+"/"+id, "").is(200, "status", "created", "amount_paid", "0", "payments", "[]")
	pay := b.Payments()[0].ID
	b.do("GET", "/razorpay/v1/payments/"+pay, "").is(200, "status", "authorized", "captured", "false")
	b.must(b.Settle(pay, true))
	b.do("GET", linkPath+"/"+id, "").is(200, "status", "paid", "amount_paid", "30000")
}

func FuzzRazorpay(f *testing.F) {
	f.Add(qrBody)
	f.Add(linkBody)
	f.Add(`{"amount":-1,"notes":[]}`)
	f.Fuzz(func(t *testing.T, body string) {
		s, err := New(Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{qrPath, linkPath, "/razorpay/v1/payments/pay_x/refund"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.SetBasicAuth(RazorpayKeyID, RazorpayKeySecret)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if !json.Valid(w.Body.Bytes()) && len(body) <= maxBody || w.Code >= 500 {
				t.Errorf("got status %d: %s", w.Code, w.Body)
			}
		}
	})
}
