package paypal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// The answers of section 4, as PayPal writes them.
const (
	tail      = "&TIMESTAMP=2026%2d11%2d21T12%3a00%3a00Z&CORRELATIONID=636e6329e9849&ACK=Success&VERSION=124&BUILD=58807128"
	tokenText = "TOKEN=EC%2d96V667110D1727015" + tail
	details   = "TOKEN=EC%2d96V667110D1727015&CHECKOUTSTATUS=PaymentActionNotInitiated&PAYMENTREQUEST_0_AMT=12%2e50&PAYMENTREQUEST_0_INVNUM=T01000042" + tail
	approved  = details + "&EMAIL=buyer%40example%2eorg&PAYERID=CBMFXQK5HPJ4E&PAYERSTATUS=verified&FIRSTNAME=Fred"
	doneText  = "TOKEN=EC%2d96V667110D1727015" + tail + "&PAYMENTINFO_0_TRANSACTIONID=8RM57414KW761861W&PAYMENTINFO_0_ORDERTIME=2026%2d11%2d21T11%3a59%3a30Z" +
		"&PAYMENTINFO_0_AMT=12%2e50&PAYMENTINFO_0_FEEAMT=0%2e67&PAYMENTINFO_0_CURRENCYCODE=USD&PAYMENTINFO_0_PAYMENTSTATUS=Completed" +
		"&PAYMENTINFO_0_PENDINGREASON=None&PAYMENTINFO_0_ERRORCODE=0&PAYMENTINFO_0_ACK=Success"
	paymentText = "TRANSACTIONID=8RM57414KW761861W&AMT=12%2e50&FEEAMT=0%2e67&CURRENCYCODE=USD&INVNUM=T01000042&ORDERTIME=2026%2d11%2d21T11%3a59%3a30Z&PAYMENTSTATUS=Completed&PENDINGREASON=None" + tail
	rowText     = "L_TIMESTAMP0=2026%2d11%2d21T11%3a59%3a30Z&L_TYPE0=Payment&L_TRANSACTIONID0=8RM57414KW761861W&L_STATUS0=Completed&L_AMT0=12%2e50&L_CURRENCYCODE0=USD&L_FEEAMT0=%2d0%2e67" + tail
	refundRow   = "L_TIMESTAMP0=2026%2d11%2d21T12%3a00%3a00Z&L_TYPE0=Refund&L_TRANSACTIONID0=4RP55200GJ177180N&L_STATUS0=Completed&L_AMT0=%2d5%2e00&L_CURRENCYCODE0=USD" + tail
)

func failure(code string) string {
	return "TIMESTAMP=2026%2d11%2d21T12%3a00%3a00Z&CORRELATIONID=636e6329e9849&ACK=Failure&VERSION=124&BUILD=1&L_ERRORCODE0=" + code +
		"&L_SHORTMESSAGE0=No&L_LONGMESSAGE0=PPPP%2dvery%2dsecret+fred%40example%2eorg&L_SEVERITYCODE0=Error"
}

func swap(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }

var (
	paid   = order.Received{ID: "8RM57414KW761861W", Amount: money.New(1250, "USD"), Fee: money.New(67, "USD"), At: noon.Add(-30 * time.Second), Refunded: money.New(0, "USD")}
	untold = order.Received{ID: paid.ID, Amount: paid.Amount, Fee: paid.Fee, At: paid.At}
	back   = func(minor int64) order.Received {
		r := paid
		r.Refunded = money.New(minor, "USD")
		return r
	}
)

// same compares what the rules read.
func same(t *testing.T, got, want order.CodeSeen, words string) {
	t.Helper()
	if words != "" && !strings.Contains(got.Message, words) {
		t.Errorf("said %q, want %q in it", got.Message, words)
	}
	if words == "" && got.Message != "" {
		t.Errorf("said %q, want nothing", got.Message)
	}
	if len(got.Payments) != len(want.Payments) || len(got.Payments) == 1 && got.Payments[0] != want.Payments[0] {
		t.Errorf("payments %+v, want %+v", got.Payments, want.Payments)
	}
	if got.Failed != want.Failed || got.Missing != want.Missing || got.Dead != want.Dead || got.Approved != want.Approved ||
		got.Pending != want.Pending || got.Payer != want.Payer {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNVPCreateAsks(t *testing.T) {
	p, f := newNVP(t, map[string]string{"SetExpressCheckout": tokenText})
	p.cfg.NotifyURL = "https://pay.example.com/ipn"
	got := p.Create(t.Context(), request())
	want := order.CodeAnswer{Made: true, Remote: "EC-96V667110D1727015", Until: noon.Add(3 * time.Hour),
		Text: f.URL + "/cgi-bin/webscr?cmd=_express-checkout&useraction=commit&token=EC-96V667110D1727015"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	a := f.got[0]
	if a.method != "POST" || a.path != "/nvp" || a.head.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("asked by %s %s %s", a.method, a.path, a.head)
	}
	for name, want := range map[string]string{"METHOD": "SetExpressCheckout", "VERSION": "124", "USER": "till_api1.example.com",
		"PWD": secretsOf["password"], "SIGNATURE": secretsOf["signature"], "PAYMENTREQUEST_0_PAYMENTACTION": "Sale", "PAYMENTREQUEST_0_AMT": "12.50",
		"PAYMENTREQUEST_0_CURRENCYCODE": "USD", "PAYMENTREQUEST_0_INVNUM": "T01000042", "PAYMENTREQUEST_0_DESC": "Counter sale",
		"PAYMENTREQUEST_0_NOTIFYURL": "https://pay.example.com/ipn", "RETURNURL": "https://pay.example.com/ok", "NOSHIPPING": "1", "BRANDNAME": "Corner Shop"} {
		if got := a.form.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, ok := a.form["SUBJECT"]; ok {
		t.Error("a subject was named without one")
	}
}

func TestNVPCreate(t *testing.T) {
	tests := []struct {
		name, set, search string
		amount            money.Amount
		want              order.CodeAnswer
		words             string
	}{
		{"wrong keys", failure("10002"), "", money.New(1, "USD"), order.CodeAnswer{Refused: true, Wrong: true}, "Copy all three from PayPal again"},
		{"the number of the exchange", failure("10002"), "", money.New(1, "USD"), order.CodeAnswer{Refused: true, Wrong: true}, "636e6329e9849"},
		{"a fault there", failure("10001"), "", money.New(1, "USD"), order.CodeAnswer{}, "disturbance"},
		{"down", "503 <html>", "", money.New(1, "USD"), order.CodeAnswer{}, "disturbance"},
		{"somebody else", "200 <html>", "", money.New(1, "USD"), order.CodeAnswer{}, "cannot be read"},
		{"an error nobody knows", failure("10999"), "", money.New(1, "USD"), order.CodeAnswer{Refused: true}, "error 10999"},
		{"our number was paid", failure("10412"), rowText, money.New(1, "USD"), order.CodeAnswer{Refused: true}, "Begin the payment anew"},
		{"our number was paid, perhaps", failure("10412"), failure("10001"), money.New(1, "USD"), order.CodeAnswer{}, "disturbance"},
		{"a currency that is not set up", "", "", money.New(100, "EUR"), order.CodeAnswer{Refused: true}, "no payments in EUR"},
		{"three decimals", "", "", money.New(100, "KWD"), order.CodeAnswer{Refused: true}, "no payments in KWD"},
		{"parts of a forint", "", "", money.New(150, "HUF"), order.CodeAnswer{Refused: true}, "whole amounts only in HUF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{"GetTransactionDetails": swap(paymentText)}
			if tt.set != "" {
				answers["SetExpressCheckout"] = tt.set
			}
			if tt.search != "" {
				answers["TransactionSearch"] = tt.search
			}
			p, _ := newNVP(t, answers)
			r := request()
			r.Amount = tt.amount
			got := p.Create(t.Context(), r)
			if !strings.Contains(got.Message, tt.words) {
				t.Errorf("said %q, want %q in it", got.Message, tt.words)
			}
			got.Message = ""
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestNVPStatus(t *testing.T) {
	byTxn := details + "&PAYMENTREQUEST_0_TRANSACTIONID=8RM57414KW761861W"
	status := func(s string) string { return swap(paymentText, "=Completed", "="+s) }
	tests := []struct {
		name               string
		sends              int
		details, txn, rows string
		want               order.CodeSeen
		words              string
	}{
		{"nobody agreed", 0, details, "", "", order.CodeSeen{}, ""},
		{"agreed", 0, approved, "", "", order.CodeSeen{Approved: true, Payer: "CBMFXQK5HPJ4E"}, ""},
		{"agreed, and money was asked for", 1, approved, "", tail[1:], order.CodeSeen{Approved: true, Payer: "CBMFXQK5HPJ4E"}, ""},
		{"money moved unseen", 1, approved, paymentText, rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"money moved", 1, byTxn, paymentText, "", order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"one spelling", 1, swap(details, "NotInitiated", "Completed"), paymentText, rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"another spelling", 1, swap(details, "PaymentActionNotInitiated", "PaymentCompleted"), paymentText, rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"completed, and no payment", 1, swap(details, "NotInitiated", "Completed"), "", tail[1:], order.CodeSeen{Failed: true}, "still working"},
		{"in progress", 1, swap(details, "NotInitiated", "InProgress"), "", tail[1:], order.CodeSeen{Pending: true}, "still working"},
		{"held", 1, byTxn, status("Completed%2dFunds%2dHeld"), "", order.CodeSeen{Payments: []order.Received{paid}}, "holds it back"},
		{"held, as in IPN", 1, byTxn, status("Completed_Funds_Held"), "", order.CodeSeen{Payments: []order.Received{paid}}, "holds it back"},
		{"processed", 1, byTxn, status("Processed"), "", order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"pending", 1, byTxn, swap(status("Pending"), "REASON=None", "REASON=payment%2dreview"), "", order.CodeSeen{Pending: true}, "(payment-review)"},
		{"in progress there", 1, byTxn, status("In%2dProgress"), "", order.CodeSeen{Pending: true}, "not released"},
		{"failed", 1, byTxn, status("Failed"), "", order.CodeSeen{Dead: true}, "did not carry out"},
		{"denied", 1, byTxn, status("Denied"), "", order.CodeSeen{Dead: true}, "did not carry out"},
		{"voided", 1, byTxn, status("Voided"), "", order.CodeSeen{Dead: true}, "did not carry out"},
		{"refunded", 1, byTxn, status("Refunded"), "", order.CodeSeen{Payments: []order.Received{back(1250)}}, ""},
		{"reversed", 1, byTxn, status("Reversed"), "", order.CodeSeen{Payments: []order.Received{back(1250)}}, ""},
		{"partly refunded", 1, byTxn, status("Partially%2dRefunded"), refundRow, order.CodeSeen{Payments: []order.Received{back(500)}}, ""},
		{"partly refunded, and no row", 1, byTxn, status("Partially_Refunded"), tail[1:], order.CodeSeen{Payments: []order.Received{untold}}, "not how much"},
		{"a state nobody knows", 1, byTxn, status("Wondering"), "", order.CodeSeen{Failed: true}, "cannot be read"},
		{"too old", 0, failure("10411"), "", "", order.CodeSeen{Dead: true}, "too old"},
		{"too old, and money was asked for", 1, failure("10411"), "", tail[1:], order.CodeSeen{}, "too old"},
		{"too old, and it moved", 1, failure("10411"), paymentText, rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"no such token", 0, failure("10410"), "", tail[1:], order.CodeSeen{Missing: true}, "too old"},
		{"paid, says the token", 1, failure("10415"), paymentText, rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"wrong keys", 0, failure("10002"), "", "", order.CodeSeen{Failed: true}, "Copy all three"},
		{"down", 0, "500 ", "", "", order.CodeSeen{Failed: true}, "disturbance"},
		{"another token", 0, swap(details, "1727015", "1727016"), "", "", order.CodeSeen{Failed: true}, "another payment"},
		{"another sale", 0, swap(details, "T01000042", "T01000043"), "", "", order.CodeSeen{Failed: true}, "another payment"},
		{"another sale's payment", 1, byTxn, swap(paymentText, "T01000042", "T01000043"), "", order.CodeSeen{Failed: true}, "another payment"},
		{"nobody's payment", 1, byTxn, swap(paymentText, "&INVNUM=T01000042", ""), "", order.CodeSeen{Failed: true}, "another payment"},
		{"no amount", 1, byTxn, swap(paymentText, "AMT=12%2e50&", ""), "", order.CodeSeen{Failed: true}, "cannot be read"},
		{"an amount with signs", 1, byTxn, swap(paymentText, "12%2e50", "1%2c250%2e00"), "", order.CodeSeen{Failed: true}, "cannot be read"},
		{"search fails", 1, approved, "", failure("10001"), order.CodeSeen{Failed: true}, "disturbance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{"GetExpressCheckoutDetails": tt.details}
			if tt.txn != "" {
				answers["GetTransactionDetails"] = tt.txn
			}
			if tt.rows != "" {
				answers["TransactionSearch"] = tt.rows
			}
			p, _ := newNVP(t, answers)
			r := request()
			r.Sends = tt.sends
			same(t, p.Status(t.Context(), r), tt.want, tt.words)
		})
	}
}

// Another amount, or another currency, is told as it is: the rules decide.
func TestNVPStatusTellsWhatCame(t *testing.T) {
	for amount, want := range map[string]money.Amount{"AMT=13%2e00&CURRENCYCODE=USD": money.New(1300, "USD"), "AMT=1250&CURRENCYCODE=JPY": money.New(1250, "JPY"),
		"AMT=12&CURRENCYCODE=HUF": money.New(1200, "HUF")} {
		p, _ := newNVP(t, map[string]string{"GetExpressCheckoutDetails": details + "&PAYMENTREQUEST_0_TRANSACTIONID=8RM57414KW761861W",
			"GetTransactionDetails": swap(paymentText, "&AMT=12%2e50&FEEAMT=0%2e67&CURRENCYCODE=USD", "&"+amount)})
		got := p.Status(t.Context(), request())
		if len(got.Payments) != 1 || got.Payments[0].Amount != want || got.Payments[0].Fee.Currency != "" {
			t.Errorf("%s: %+v, want %v", amount, got, want)
		}
	}
}

func TestNVPTake(t *testing.T) {
	status := func(s string) string { return swap(doneText, "=Completed", "="+s) }
	tests := []struct {
		name, do, rows string
		want           order.CodeSeen
		words          string
	}{
		{"done", doneText, "", order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"done before", swap(doneText, "ACK=Success&", "ACK=SuccessWithWarning&L_ERRORCODE0=11607&"), "", order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"done before, as a failure", swap(doneText, "ACK=Success&", "ACK=Failure&L_ERRORCODE0=11607&"), "", order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"a success that is no money", swap(status("Pending"), "REASON=None", "REASON=echeck"), "", order.CodeSeen{Pending: true}, "(echeck)"},
		{"a success that says nothing", tokenText, "", order.CodeSeen{Failed: true}, "cannot be read"},
		{"a success of none", status("None"), "", order.CodeSeen{Failed: true}, "cannot be read"},
		{"denied", status("Denied"), "", order.CodeSeen{Dead: true}, "did not carry out"},
		{"refused within a success", swap(doneText, "0_ERRORCODE=0", "0_ERRORCODE=10486"), "", order.CodeSeen{}, "choose another way"},
		{"another token", swap(doneText, "1727015", "1727016"), "", order.CodeSeen{Failed: true}, "another payment"},
		{"another way", failure("10486"), "", order.CodeSeen{}, "choose another way"},
		{"another card", failure("10422"), "", order.CodeSeen{}, "choose another way"},
		{"no way", failure("10417"), "", order.CodeSeen{Dead: true}, "not by this code again"},
		{"not agreed", failure("10485"), "", order.CodeSeen{}, "not agreed"},
		{"in review", failure("11610"), "", order.CodeSeen{Pending: true}, "not released"},
		{"running", failure("11604"), "", order.CodeSeen{Failed: true}, "still working"},
		{"running, in other words", failure("13116"), "", order.CodeSeen{Failed: true}, "still working"},
		{"not now", failure("10445"), "", order.CodeSeen{Failed: true}, "disturbance"},
		{"a fault", failure("10001"), "", order.CodeSeen{Failed: true}, "disturbance"},
		{"an error nobody knows", failure("10999"), "", order.CodeSeen{Failed: true}, "error 10999"},
		{"wrong keys", failure("10002"), "", order.CodeSeen{Failed: true}, "Copy all three"},
		{"paid before, and found", failure("10415"), rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"paid before, and not found", failure("10415"), tail[1:], order.CodeSeen{Failed: true}, "still working"},
		{"our number was paid", failure("10412"), rowText, order.CodeSeen{Payments: []order.Received{paid}}, ""},
		{"our number was paid, and not found", failure("10412"), tail[1:], order.CodeSeen{Failed: true}, "under this number"},
		{"too old", failure("10411"), tail[1:], order.CodeSeen{}, "too old"},
		{"down", "502 ", "", order.CodeSeen{Failed: true}, "disturbance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]string{"DoExpressCheckoutPayment": tt.do, "GetTransactionDetails": paymentText}
			if tt.rows != "" {
				answers["TransactionSearch"] = tt.rows
			}
			p, f := newNVP(t, answers)
			r := request()
			r.Payer, r.Sends = "CBMFXQK5HPJ4E", 1
			same(t, p.Take(t.Context(), r), tt.want, tt.words)
			r.Sends = 2
			p.Take(t.Context(), r)
			sent := f.requests("DoExpressCheckoutPayment")
			for name, want := range map[string]string{"TOKEN": r.Remote, "PAYERID": r.Payer, "MSGSUBID": r.Reference, "PAYMENTREQUEST_0_AMT": "12.50",
				"PAYMENTREQUEST_0_CURRENCYCODE": "USD", "PAYMENTREQUEST_0_PAYMENTACTION": "Sale", "PAYMENTREQUEST_0_INVNUM": r.Reference} {
				if sent[0].form.Get(name) != want || sent[0].body != sent[1].body {
					t.Errorf("%s is %q, want %q; the repeat is the same: %t", name, sent[0].form.Get(name), want, sent[0].body == sent[1].body)
				}
			}
		})
	}
}

func TestNVPRefund(t *testing.T) {
	const made = "REFUNDTRANSACTIONID=4RP55200GJ177180N&GROSSREFUNDAMT=5%2e00&FEEREFUNDAMT=0%2e17&CURRENCYCODE=USD&REFUNDSTATUS=Instant&PENDINGREASON=None" + tail
	tests := []struct {
		name, answer string
		want         order.RefundAnswer
		words        string
	}{
		{"done", made, order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, ""},
		{"on its way", swap(made, "Instant", "Delayed"), order.RefundAnswer{Answered: true, State: order.RefundPending, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, ""},
		{"made before", swap(made, "ACK=Success&", "ACK=SuccessWithWarning&L_ERRORCODE0=11607&"), order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "4RP55200GJ177180N", Fee: money.New(17, "USD")}, ""},
		{"a success that says nothing", tail[1:], order.RefundAnswer{}, "cannot be read"},
		{"refused", failure("10009"), order.RefundAnswer{Answered: true, State: order.RefundRefused}, "too late"},
		{"refused otherwise", failure("10004"), order.RefundAnswer{Answered: true, State: order.RefundRefused}, "10004"},
		{"running", failure("11604"), order.RefundAnswer{}, "still working"},
		{"wrong keys", failure("10002"), order.RefundAnswer{}, "Copy all three"},
		{"down", "500 ", order.RefundAnswer{}, "disturbance"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, f := newNVP(t, map[string]string{"RefundTransaction": tt.answer})
			got := p.Refund(t.Context(), refund(500, false))
			if !strings.Contains(got.Message, tt.words) {
				t.Errorf("said %q, want %q in it", got.Message, tt.words)
			}
			if got.Message = ""; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			sent := f.requests("RefundTransaction")[0].form
			if sent.Get("MSGSUBID") != "T01000R07" || sent.Get("INVOICEID") != "T01000R07" || sent.Get("REFUNDTYPE") != "Partial" || sent.Get("AMT") != "5.00" || sent.Get("NOTE") != "Wrong size" {
				t.Errorf("asked %v", sent)
			}
			r := refund(1250, true)
			r.Reason = strings.Repeat("é", 200)
			p.Refund(t.Context(), r)
			sent = f.requests("RefundTransaction")[1].form
			if sent.Get("REFUNDTYPE") != "Full" || sent.Has("AMT") || sent.Has("CURRENCYCODE") || sent.Get("NOTE") != strings.Repeat("é", 127) {
				t.Errorf("asked %v", sent)
			}
		})
	}
}

func TestNVPFindRefund(t *testing.T) {
	const gone = "TRANSACTIONID=4RP55200GJ177180N&AMT=%2d5%2e00&CURRENCYCODE=USD&PAYMENTSTATUS=Completed" + tail
	found := order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "4RP55200GJ177180N"}
	tests := []struct {
		name, own, of, txn string
		change             func(*order.RefundRequest)
		want               order.RefundAnswer
	}{
		{"by PayPal's name", "", "", gone, func(r *order.RefundRequest) { r.Remote = "4RP55200GJ177180N" }, found},
		{"by ours", refundRow, "", gone, nil, found},
		{"by its amount", tail[1:], refundRow, gone, nil, found},
		{"on its way", tail[1:], refundRow, swap(gone, "Completed", "Pending"), nil, order.RefundAnswer{Answered: true, State: order.RefundPending, Remote: "4RP55200GJ177180N"}},
		{"came to nothing", tail[1:], refundRow, swap(gone, "Completed", "Failed"), nil, order.RefundAnswer{Answered: true, State: order.RefundRefused, Remote: "4RP55200GJ177180N"}},
		{"another's", tail[1:], refundRow, gone, func(r *order.RefundRequest) { r.Known = []string{"4RP55200GJ177180N"} }, order.RefundAnswer{Answered: true, Missing: true}},
		{"another amount", tail[1:], refundRow, gone, func(r *order.RefundRequest) { r.Amount.Minor = 501 }, order.RefundAnswer{Answered: true, Missing: true}},
		{"before it was asked for", tail[1:], swap(refundRow, "21T12", "21T09"), gone, nil, order.RefundAnswer{Answered: true, Missing: true}},
		{"nothing", tail[1:], tail[1:], gone, nil, order.RefundAnswer{Answered: true, Missing: true}},
		{"nothing, and PayPal has forgotten", tail[1:], tail[1:], gone, func(r *order.RefundRequest) { r.Created = noon.Add(-13 * 24 * time.Hour) }, order.RefundAnswer{}},
		{"down", "500 ", "", gone, nil, order.RefundAnswer{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, func(a asked) (int, string) {
				switch text := tt.own; {
				case a.form.Get("METHOD") == "GetTransactionDetails":
					return 200, tt.txn
				case a.form.Get("INVNUM") != "T01000R07":
					return 200, tt.of
				case strings.HasPrefix(text, "500"):
					return 500, ""
				default:
					return 200, text
				}
			})
			p, err := New(config("nvp", f.URL))
			if err != nil {
				t.Fatal(err)
			}
			r := refund(500, false)
			if tt.change != nil {
				tt.change(&r)
			}
			got := p.FindRefund(t.Context(), r)
			if got.Message = ""; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A full answer is asked for again in halves, until none is full.
func TestNVPListSplits(t *testing.T) {
	const sales = 350
	f := newFake(t, func(a asked) (int, string) {
		if id := a.form.Get("TRANSACTIONID"); id != "" {
			return 200, swap(paymentText, "8RM57414KW761861W", id, "T01000042", "REF"+id)
		}
		from, _ := time.Parse(time.RFC3339, a.form.Get("STARTDATE"))
		to, _ := time.Parse(time.RFC3339, a.form.Get("ENDDATE"))
		return 200, sold(from, to, sales)
	})
	p, err := New(config("nvp", f.URL))
	if err != nil {
		t.Fatal(err)
	}
	got := p.List(t.Context(), noon, noon.Add(time.Hour), func(id string) bool { return strings.HasSuffix(id, "7") })
	if got.Failed || len(got.Payments) != sales-sales/10 {
		t.Fatalf("failed %t %q, %d payments, want %d", got.Failed, got.Message, len(got.Payments), sales-sales/10)
	}
	if first := got.Payments[0]; first.Reference != "REF"+first.ID || first.Amount != money.New(1250, "USD") {
		t.Errorf("the first is %+v", first)
	}
}

// sold are the first hundred sales between two moments, one every ten seconds.
func sold(from, to time.Time, sales int) string {
	rows, text := 0, tail[1:]
	for i := range sales {
		at := noon.Add(time.Duration(i) * 10 * time.Second)
		if at.Before(from) || at.After(to) {
			continue
		}
		if rows == maxRows {
			return swap(text, "ACK=Success", "ACK=SuccessWithWarning&L_ERRORCODE0=11002")
		}
		n := "0123456789"
		number := string([]byte{n[rows/100%10], n[rows/10%10], n[rows%10]})
		number = strings.TrimLeft(number[:2], "0") + number[2:]
		id := "TXN" + string([]byte{n[i/100%10], n[i/10%10], n[i%10]})
		text += "&L_TRANSACTIONID" + number + "=" + id + "&L_AMT" + number + "=12.50&L_CURRENCYCODE" + number + "=USD&L_TIMESTAMP" + number + "=" + stamp(at)
		rows++
	}
	return text
}

func TestNVPCheck(t *testing.T) {
	for code, words := range map[string]string{"": "", "10002": "Copy all three", "10001": "disturbance", "10007": "Ask PayPal to allow it"} {
		answer := tail[1:]
		if code != "" {
			answer = failure(code)
		}
		p, _ := newNVP(t, map[string]string{"TransactionSearch": answer})
		err := p.Check(t.Context())
		if (err == nil) != (code == "") || err != nil && !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want %q", code, err, words)
		}
	}
	c := config("nvp", "http://127.0.0.1:1")
	c.Currencies = []money.Currency{"USD", "INR"}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "INR") {
		t.Errorf("got %v, want a word about INR", err)
	}
	c.Currencies = nil
	p, _ = New(c)
	if err := p.Check(t.Context()); err == nil || err.Error() != wallet.ErrNoWay.Text {
		t.Errorf("got %v, want %v", err, wallet.ErrNoWay)
	}
}

func TestNVPSubject(t *testing.T) {
	p, f := newNVP(t, map[string]string{"SetExpressCheckout": tokenText})
	p.cfg.Subject = "branch@example.com"
	p.Create(t.Context(), request())
	if got := f.got[0].form.Get("SUBJECT"); got != "branch@example.com" {
		t.Errorf("it acts for %q", got)
	}
	p.cfg.Secret = func(string) (string, error) { return "", errors.New("the safe is locked: PPPP-very-secret") }
	if got := p.Create(t.Context(), request()); !got.Refused || !got.Wrong || got.Message != sayNoKeys || len(f.got) != 1 {
		t.Errorf("without keys: %+v", got)
	}
	if got := p.Refund(t.Context(), refund(500, false)); got.Answered || !got.NotSent {
		t.Errorf("without keys: %+v", got)
	}
}

// Rows in money that the desk does not know are none of its own; any other that
// cannot be read makes the whole search one that told nothing.
func TestRows(t *testing.T) {
	for text, want := range map[string]int{rowText: 1, swap(rowText, "=USD", "=RUB"): 0, swap(rowText, "12%2e50", "x"): -1, swap(rowText, "2026", "soon"): -1, tail[1:]: 0} {
		p, _ := newNVP(t, map[string]string{"TransactionSearch": text})
		rows, _, a := p.search(t.Context(), nil)
		if got := len(rows); a.sort == verdictFine && got != want || a.sort != verdictFine && want >= 0 {
			t.Errorf("%s: %d rows, %s; want %d", text, got, a.say, want)
		}
	}
}

func TestTransaction(t *testing.T) {
	p, _ := newNVP(t, map[string]string{"GetTransactionDetails": paymentText})
	got, status, err := p.Transaction(t.Context(), paid.ID)
	want := paid
	want.Reference = "T01000042"
	if got != want || status != "Completed" || err != nil {
		t.Errorf("got %+v %s %v, want %+v", got, status, err, want)
	}
	for code, ours := range map[string]bool{"10004": false, "10007": false, "10001": true, "10002": true} {
		p, _ := newNVP(t, map[string]string{"GetTransactionDetails": failure(code)})
		if _, _, err := p.Transaction(t.Context(), paid.ID); err == nil || errors.Is(err, ErrNotOurs) == ours {
			t.Errorf("%s: %v", code, err)
		}
	}
	r, _ := newOrders(t, map[string]string{"GET /v2/payments/captures/8RM": no("404", "RESOURCE_NOT_FOUND")})
	if _, _, err := r.Transaction(t.Context(), "8RM"); !errors.Is(err, ErrNotOurs) {
		t.Errorf("got %v", err)
	}
}
