package gateway

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The requests are those of the interface's documentation.
const (
	setFields = "PAYMENTREQUEST_0_PAYMENTACTION=Sale&PAYMENTREQUEST_0_AMT=12.50&PAYMENTREQUEST_0_CURRENCYCODE=USD" +
		"&PAYMENTREQUEST_0_INVNUM=T01-000042&PAYMENTREQUEST_0_DESC=Counter+sale&PAYMENTREQUEST_0_CUSTOM=T01" +
		"&RETURNURL=https%3A%2F%2Fpay.example.com%2Fok&CANCELURL=https%3A%2F%2Fpay.example.com%2Fcancel" +
		"&NOSHIPPING=1&ALLOWNOTE=0&SOLUTIONTYPE=Sole&LANDINGPAGE=Login&BRANDNAME=Corner+Shop&LOCALECODE=en_US"
	doFields = "&PAYMENTREQUEST_0_PAYMENTACTION=Sale&PAYMENTREQUEST_0_AMT=12.50&PAYMENTREQUEST_0_CURRENCYCODE=USD&PAYMENTREQUEST_0_INVNUM=T01-000042"
)

func (b *bench) set() string {
	b.Helper()
	return b.nvp("SetExpressCheckout", setFields).has("ACK", "Success").fields["TOKEN"]
}

// agreed is a token whose buyer has agreed, and the buyer.
func (b *bench) agreed() (token, payer string) {
	b.Helper()
	token = b.set()
	b.must(b.Pay(token))
	return token, b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"]
}

func (b *bench) take(token, payer, more string) *got {
	b.Helper()
	return b.nvp("DoExpressCheckoutPayment", "TOKEN="+token+"&PAYERID="+payer+doFields+more)
}

// paid is the id of a payment.
func (b *bench) paid() string {
	b.Helper()
	token, payer := b.agreed()
	return b.take(token, payer, "").has("PAYMENTINFO_0_PAYMENTSTATUS", "Completed").fields["PAYMENTINFO_0_TRANSACTIONID"]
}

func TestCheckout(t *testing.T) {
	b := newBench(t)
	set := b.nvp("SetExpressCheckout", setFields).has("ACK", "Success", "VERSION", "124", "TIMESTAMP", "2026-12-21T17:01:16Z")
	token := set.fields["TOKEN"]
	if !regexp.MustCompile(`^TOKEN=EC%2d[0-9A-Z]{17}&TIMESTAMP=2026%2d12%2d21T17%3a01%3a16Z&CORRELATIONID=[0-9a-f]{13}&ACK=Success&VERSION=124&BUILD=\d+$`).MatchString(set.body) {
		t.Errorf("the answer is not as documented: %s", set.body)
	}
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("ACK", "Success", "CHECKOUTSTATUS", "PaymentActionNotInitiated", "PAYERID", "")
	b.take(token, "", "").has("ACK", "Failure", "L_ERRORCODE0", "10485")

	page := "/paypal/cgi-bin/webscr?cmd=_express-checkout&useraction=commit&token=" + token
	forward := b.do("GET", page, "").is(302).head.Get("Location")
	if shown := b.do("GET", forward, "").is(200); !strings.Contains(shown.body, "Corner Shop") || !strings.Contains(shown.body, "Pay USD 12.50") {
		t.Errorf("the page lacks shop or amount: %s", shown.body)
	}
	if after := b.press(forward, "pay").is(200); !strings.Contains(after.body, "https://pay.example.com/ok?PayerID=") {
		t.Errorf("the page lacks the way back: %s", after.body)
	}
	seen := b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("CHECKOUTSTATUS", "PaymentActionNotInitiated", "PAYERSTATUS", "verified",
		"PAYMENTREQUEST_0_AMT", "12.50", "PAYMENTREQUEST_0_INVNUM", "T01-000042")
	payer := seen.fields["PAYERID"]
	if len(payer) != 13 {
		t.Errorf("got payer %q, want 13 characters", payer)
	}
	if len(b.Payments()) != 0 {
		t.Error("money moved before it was asked for")
	}
	done := b.take(token, payer, "&MSGSUBID=one").has("ACK", "Success", "PAYMENTINFO_0_PAYMENTSTATUS", "Completed", "PAYMENTINFO_0_AMT", "12.50",
		"PAYMENTINFO_0_FEEAMT", "0.93", "PAYMENTINFO_0_CURRENCYCODE", "USD", "PAYMENTINFO_0_PENDINGREASON", "None", "PAYMENTINFO_0_ERRORCODE", "0",
		"PAYMENTINFO_0_ACK", "Success", "MSGSUBID", "one")
	if !strings.Contains(done.body, "PAYMENTINFO_0_AMT=12%2e50") {
		t.Errorf("the point is not encoded: %s", done.body)
	}
	id := done.fields["PAYMENTINFO_0_TRANSACTIONID"]
	b.take(token, payer, "&MSGSUBID=one").has("ACK", "SuccessWithWarning", "L_ERRORCODE0", "11607", "PAYMENTINFO_0_TRANSACTIONID", id)
	b.take(token, payer, "&MSGSUBID=two").has("ACK", "Failure", "L_ERRORCODE0", "10415")
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("CHECKOUTSTATUS", "PaymentActionCompleted", "PAYMENTREQUEST_0_TRANSACTIONID", id)
	b.nvp("GetTransactionDetails", "TRANSACTIONID="+id).has("PAYMENTSTATUS", "Completed", "INVNUM", "T01-000042", "FEEAMT", "0.93", "RECEIVEREMAIL", PayPalReceiver)
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z&INVNUM=T01-000042").has("L_TRANSACTIONID0", id, "L_STATUS0", "Completed",
		"L_AMT0", "12.50", "L_FEEAMT0", "-0.93", "L_NETAMT0", "11.57", "L_TYPE0", "Payment", "L_TIMEZONE0", "GMT", "L_AMT1", "")
	b.nvp("GetBalance", "").has("L_AMT0", "11.57", "L_CURRENCYCODE0", "USD")
	b.nvp("SetExpressCheckout", setFields).has("L_ERRORCODE0", "10412")
	if n := len(b.Payments()); n != 1 {
		t.Errorf("got %d payments, want 1", n)
	}
}

func TestTokenLife(t *testing.T) {
	b := newBench(t)
	token := b.set()
	b.clock.Advance(3*time.Hour - time.Second)
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("ACK", "Success")
	b.clock.Advance(time.Second)
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("L_ERRORCODE0", "10411")
	if err := b.Pay(token); err != ErrEnded {
		t.Errorf("got %v, want %v", err, ErrEnded)
	}
}

func TestNVPRefusals(t *testing.T) {
	b := newBench(t)
	login := func(change, with string) string {
		return strings.Replace("METHOD=SetExpressCheckout&"+nvpLogin+"&"+setFields, change, with, 1)
	}
	for _, c := range []struct{ name, body, code string }{
		{"wrong user", login("USER=till", "USER=tell"), "10002"},
		{"wrong password", login("PWD=T", "PWD=t"), "10002"},
		{"wrong signature", login("SIGNATURE=A", "SIGNATURE=B"), "10002"},
		{"no signature", login("SIGNATURE=", "SIGNATURES="), "10002"},
		{"no version", login("VERSION=124", "VERSION="), "10006"},
		{"no such operation", login("SetExpress", "SetSlow"), "81002"},
		{"no amount", login("_AMT=12.50", "_AMTS=12.50"), "10400"},
		{"grouped amount", login("_AMT=12.50", "_AMT=1%2c250.00"), "10401"},
		{"three places", login("_AMT=12.50", "_AMT=12.505"), "10401"},
		{"nothing", login("_AMT=12.50", "_AMT=0.00"), "10525"},
		{"too much", login("_AMT=12.50", "_AMT=10000.01"), "10414"},
		{"places of yen", login("_AMT=12.50&PAYMENTREQUEST_0_CURRENCYCODE=USD", "_AMT=12.50&PAYMENTREQUEST_0_CURRENCYCODE=JPY"), "10401"},
		{"no such currency", login("CURRENCYCODE=USD", "CURRENCYCODE=INR"), "10605"},
		{"parts that do not add up", login("_AMT=12.50", "_AMT=12.50&PAYMENTREQUEST_0_ITEMAMT=12.00"), "10413"},
		{"items without their sum", login("_AMT=12.50", "_AMT=12.50&L_PAYMENTREQUEST_0_AMT0=12.50"), "10413"},
		{"no return address", login("RETURNURL=https", "RETURNURL=xttps"), "10471"},
		{"no cancel address", login("CANCELURL=https", "CANCELURL=xttps"), "10472"},
		{"long reference", login("INVNUM=", "INVNUM="+strings.Repeat("x", 130)), "10004"},
		{"authorization", login("ACTION=Sale", "ACTION=Authorization"), "10402"},
	} {
		g := b.do("POST", "/paypal/nvp", c.body).is(200)
		if !strings.Contains(g.body, "ACK=Failure&") || !strings.Contains(g.body, "L_ERRORCODE0="+c.code+"&") || !strings.Contains(g.body, "L_SEVERITYCODE0=Error") {
			t.Errorf("%s: got %s, want code %s", c.name, g.body, c.code)
		}
	}
	token, payer := b.agreed()
	b.nvp("GetExpressCheckoutDetails", "").has("L_ERRORCODE0", "10408")
	b.nvp("GetExpressCheckoutDetails", "TOKEN=EC-NONE").has("L_ERRORCODE0", "10410")
	b.take(token, "SOMEBODYELSE0", "").has("L_ERRORCODE0", "10406")
	b.nvp("DoExpressCheckoutPayment", "TOKEN="+token+"&PAYERID="+payer+strings.Replace(doFields, "USD", "EUR", 1)).has("L_ERRORCODE0", "10444")
	b.nvp("DoExpressCheckoutPayment", "TOKEN="+token+"&PAYERID="+payer+strings.Replace(doFields, "12.50", "12.51", 1)).has("L_ERRORCODE0", "10414")
	b.nvp("GetTransactionDetails", "TRANSACTIONID=NONE").has("L_ERRORCODE0", "10004")
	if len(b.Payments()) != 0 {
		t.Error("a refused request moved money")
	}
	b.must(b.Cancel(token))
	b.take(token, payer, "").has("L_ERRORCODE0", "10485")
	b.must(b.Decline(token))
	payer = b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"]
	b.take(token, payer, "&MSGSUBID=m").has("L_ERRORCODE0", "10486")
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("PAYERID", "")
	b.must(b.Pay(token)) // the same code again
	payer = b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"]
	b.take(token, payer, "&MSGSUBID=m").has("ACK", "Success") // what failed is not remembered
}

func TestPendingPayment(t *testing.T) {
	b := newBench(t)
	token := b.set()
	b.must(b.PayPending(token))
	payer := b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"]
	id := b.take(token, payer, "&MSGSUBID=p").has("ACK", "Success", "PAYMENTINFO_0_PAYMENTSTATUS", "Pending", "PAYMENTINFO_0_PENDINGREASON", "payment-review",
		"PAYMENTINFO_0_FEEAMT", "").fields["PAYMENTINFO_0_TRANSACTIONID"]
	b.nvp("GetBalance", "").has("L_AMT0", "0.00")
	b.nvp("RefundTransaction", "TRANSACTIONID="+id+"&REFUNDTYPE=Full").has("L_ERRORCODE0", "10009")
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z&STATUS=Pending").has("L_TRANSACTIONID0", id, "L_STATUS0", "Pending")
	b.must(b.Settle(id, true))
	b.take(token, payer, "&MSGSUBID=p").has("ACK", "SuccessWithWarning", "PAYMENTINFO_0_PAYMENTSTATUS", "Completed")
	b.nvp("GetTransactionDetails", "TRANSACTIONID="+id).has("PAYMENTSTATUS", "Completed", "FEEAMT", "0.93")
}

func TestRefundTransaction(t *testing.T) {
	b := newBench(t)
	id := b.paid()
	part := "TRANSACTIONID=" + id + "&REFUNDTYPE=Partial&AMT=5.00&CURRENCYCODE=USD&MSGSUBID=r1"
	first := b.nvp("RefundTransaction", part).has("ACK", "Success", "GROSSREFUNDAMT", "5.00", "FEEREFUNDAMT", "0.00", "NETREFUNDAMT", "5.00",
		"TOTALREFUNDEDAMT", "5.00", "REFUNDSTATUS", "Instant", "PENDINGREASON", "None").fields["REFUNDTRANSACTIONID"]
	b.nvp("RefundTransaction", part).has("ACK", "SuccessWithWarning", "L_ERRORCODE0", "11607", "REFUNDTRANSACTIONID", first)
	b.nvp("GetTransactionDetails", "TRANSACTIONID="+id).has("PAYMENTSTATUS", "Partially-Refunded")
	b.nvp("GetTransactionDetails", "TRANSACTIONID="+first).has("PARENTTRANSACTIONID", id, "AMT", "-5.00", "PAYMENTSTATUS", "Completed")
	b.nvp("RefundTransaction", strings.Replace(part, "5.00", "7.51", 1)+"x").has("L_ERRORCODE0", "10009")
	b.nvp("RefundTransaction", strings.Replace(part, "USD", "EUR", 1)+"x").has("L_ERRORCODE0", "10009")
	b.nvp("RefundTransaction", "REFUNDTYPE=Full&AMT=5.00&TRANSACTIONID="+id).has("L_ERRORCODE0", "10004")
	b.nvp("RefundTransaction", "REFUNDTYPE=Full&TRANSACTIONID="+id).has("GROSSREFUNDAMT", "7.50", "TOTALREFUNDEDAMT", "12.50")
	b.nvp("RefundTransaction", "REFUNDTYPE=Full&TRANSACTIONID="+id).has("L_ERRORCODE0", "10009")
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z&TRANSACTIONCLASS=Refund").has("L_TYPE0", "Refund", "L_AMT1", "-5.00", "L_AMT2", "")
	b.nvp("GetBalance", "").has("L_AMT0", "-0.93") // the fee stays

	b.clock.Advance(time.Hour)
	token := b.nvp("SetExpressCheckout", strings.Replace(setFields, "000042", "000043", 1)).fields["TOKEN"]
	b.must(b.Pay("T01-000043"))
	payer := b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"]
	late := b.take(token, payer, "&PAYMENTREQUEST_0_INVNUM=").fields["L_ERRORCODE0"]
	if late != "10412" { // the request names the paid sale's reference
		t.Errorf("got code %q, want 10412", late)
	}
}

func TestRefundWindow(t *testing.T) {
	b := newBench(t)
	id := b.paid()
	b.clock.Advance(180*24*time.Hour + time.Second)
	b.nvp("RefundTransaction", "REFUNDTYPE=Full&TRANSACTIONID="+id).has("L_ERRORCODE0", "10009")
}

func TestSearchStopsAtAHundred(t *testing.T) {
	b := newBench(t)
	for range 101 {
		if _, err := b.SendMoney(Gift{Email: "fred@example.org", Amount: "1.00"}); err != nil {
			t.Fatal(err)
		}
	}
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z&TRANSACTIONCLASS=Received").has("ACK", "SuccessWithWarning", "L_ERRORCODE0", "11002",
		"L_AMT99", "1.00", "L_AMT100", "")
	b.nvp("TransactionSearch", "STARTDATE=yesterday").has("L_ERRORCODE0", "10004")
	b.clock.Advance(time.Hour)
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T18:00:00Z").has("ACK", "Success", "L_AMT0", "")
}

func TestRunningKey(t *testing.T) {
	b := newBench(t)
	token, payer := b.agreed()
	b.faulty(FaultRule{Call: "NVP DoExpressCheckoutPayment", Times: 1, Fault: "late 1m"})
	body := "METHOD=DoExpressCheckoutPayment&" + nvpLogin + "&TOKEN=" + token + "&PAYERID=" + payer + doFields + "&MSGSUBID=slow"
	if _, err := b.try("POST", "/paypal/nvp", body); err == nil {
		t.Fatal("got an answer, want none")
	}
	b.take(token, payer, "&MSGSUBID=slow").has("L_ERRORCODE0", "11604")
	b.clock.Advance(time.Minute)
	b.await(func() bool { return len(b.Payments()) == 1 })
	b.await(func() bool {
		return b.take(token, payer, "&MSGSUBID=slow").fields["L_ERRORCODE0"] == "11607"
	})
	if n := len(b.Payments()); n != 1 {
		t.Errorf("got %d payments, want 1", n)
	}
}

func FuzzNVP(f *testing.F) {
	f.Add("METHOD=SetExpressCheckout&" + nvpLogin + "&" + setFields)
	f.Add("METHOD=RefundTransaction&" + nvpLogin + "&TRANSACTIONID=%zz&AMT=-1")
	f.Fuzz(func(t *testing.T, body string) {
		list, err := parsePairs([]byte(body))
		if err != nil {
			return
		}
		again, err := parsePairs(list.encode())
		if err != nil || len(again) != len(list) {
			t.Fatalf("%q became %q: %v", body, list.encode(), err)
		}
		for i := range list {
			if list[i] != again[i] {
				t.Errorf("got %q, want %q", again[i], list[i])
			}
		}
		s, err := New(Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/paypal/nvp", strings.NewReader(body)))
		if len(body) <= maxBody && (w.Code != 200 || !strings.Contains(w.Body.String(), "ACK=")) {
			t.Errorf("got status %d: %s", w.Code, w.Body)
		}
	})
}
