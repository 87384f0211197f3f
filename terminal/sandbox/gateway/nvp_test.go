package gateway

import (
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
