package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// listener takes what the gateways send. It answers with the statuses it is
// given, and 200 after those.
type listener struct {
	*httptest.Server
	got chan message
}

type message struct {
	body string
	head http.Header
}

func listen(t *testing.T, statuses ...int) *listener {
	t.Helper()
	l := &listener{got: make(chan message, 64)}
	answers := make(chan int, len(statuses))
	for _, status := range statuses {
		answers <- status
	}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		select {
		case status := <-answers:
			w.WriteHeader(status)
		default:
		}
		l.got <- message{string(body), r.Header}
	}))
	t.Cleanup(l.Close)
	return l
}

// next waits for a message.
func (l *listener) next(t *testing.T) (message, url.Values) {
	t.Helper()
	select {
	case m := <-l.got:
		fields, err := url.ParseQuery(m.body)
		if err != nil {
			t.Logf("%q is no form", m.body)
		}
		return m, fields
	case <-t.Context().Done():
	}
	t.Fatal("no message came")
	return message{}, nil
}

func wants(t *testing.T, fields url.Values, want ...string) {
	t.Helper()
	for i := 0; i+1 < len(want); i += 2 {
		if got := fields.Get(want[i]); got != want[i+1] {
			t.Errorf("%s: got %q, want %q in %v", want[i], got, want[i+1], fields)
		}
	}
}

const webscr = "/paypal/cgi-bin/webscr"

// postBack asks whether a message is PayPal's.
func (b *bench) postBack(body string) string {
	b.Helper()
	return b.do("POST", webscr, body, "Content-Type", "application/x-www-form-urlencoded").is(200).body
}

func TestIPN(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.SetNotify(Addresses{IPN: l.URL})
	id, err := b.SendMoney(Gift{Email: "fred@example.org", First: "José", Last: "O’Hara", Amount: "25.00", Memo: "café 5 €"})
	b.must(err)
	m, fields := l.next(t)
	wants(t, fields, "txn_type", "send_money", "txn_id", id, "payment_status", "Completed", "mc_gross", "25.00", "mc_fee", "1.36", "mc_currency", "USD",
		"payment_gross", "25.00", "payer_email", "fred@example.org", "receiver_email", PayPalReceiver, "receiver_id", PayPalMerchantID, "test_ipn", "1",
		"charset", "windows-1252", "payment_date", "09:01:16 Dec 21, 2026 PST", "notify_version", "3.9", "payer_id", payerID("fred@example.org"))
	if !strings.Contains(m.body, "&memo=caf%E9+5+%80") || !strings.Contains(m.body, "&last_name=O%92Hara") {
		t.Errorf("the message is not in windows-1252: %s", m.body)
	}
	for body, want := range map[string]string{"cmd=_notify-validate&" + m.body: "VERIFIED", m.body + "&cmd=_notify-validate": "VERIFIED",
		"cmd=_notify-validate&" + strings.Replace(m.body, "%E9", "%C3%A9", 1):    "INVALID",
		"cmd=_notify-validate&" + strings.Replace(m.body, "25.00", "25.01", 1):   "INVALID",
		"cmd=_notify-validate&txn_id=61E67681CH3238416&payment_status=Completed": "INVALID"} {
		if got := b.postBack(body); got != want {
			t.Errorf("got %q, want %q for %s", got, want, body)
		}
	}
	b.do("POST", webscr, "cmd=_notify-validate&"+m.body, "User-Agent", "").is(403)

	refund := b.nvp("RefundTransaction", "REFUNDTYPE=Partial&AMT=5.00&CURRENCYCODE=USD&TRANSACTIONID="+id).has("ACK", "Success").fields["REFUNDTRANSACTIONID"]
	_, fields = l.next(t)
	wants(t, fields, "txn_type", "", "txn_id", refund, "parent_txn_id", id, "payment_status", "Partially_Refunded", "mc_gross", "-5.00", "reason_code", "refund")
	b.must(b.Reverse(id, "chargeback"))
	_, fields = l.next(t)
	wants(t, fields, "parent_txn_id", id, "payment_status", "Reversed", "mc_gross", "-20.00", "reason_code", "chargeback")
	b.nvp("GetTransactionDetails", "TRANSACTIONID="+id).has("PAYMENTSTATUS", "Reversed")
	b.must(b.CancelReversal(id))
	_, fields = l.next(t)
	wants(t, fields, "payment_status", "Canceled_Reversal", "mc_gross", "20.00")

	id, err = b.SendMoney(Gift{Email: "fred@example.org", Amount: "7.00", Currency: "EUR", Pending: true})
	b.must(err)
	_, fields = l.next(t)
	wants(t, fields, "payment_status", "Pending", "pending_reason", "echeck", "payment_gross", "")
	b.must(b.Settle(id, true))
	_, fields = l.next(t)
	wants(t, fields, "txn_id", id, "payment_status", "Completed")
}

func TestNotifyURLGoesFirst(t *testing.T) {
	b, general, own := newBench(t), listen(t), listen(t)
	b.SetNotify(Addresses{IPN: general.URL})
	token := b.nvp("SetExpressCheckout", setFields+"&PAYMENTREQUEST_0_NOTIFYURL="+url.QueryEscape(own.URL)).fields["TOKEN"]
	b.must(b.Pay(token))
	b.take(token, b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).fields["PAYERID"], "").has("ACK", "Success")
	_, fields := own.next(t)
	wants(t, fields, "txn_type", "express_checkout", "invoice", "T01-000042", "custom", "T01", "mc_gross", "12.50", "mc_fee", "0.93")
	if len(general.got) != 0 {
		t.Error("the general address was told, too")
	}
}

func TestOnlyThisComputer(t *testing.T) {
	b := newBench(t)
	b.SetNotify(Addresses{IPN: "https://pay.example.com/ipn"})
	_, err := b.SendMoney(Gift{Email: "fred@example.org", Amount: "1.00"})
	b.must(err)
	if d := b.Deliveries(); len(d) != 1 || d[0].State != Undelivered {
		t.Errorf("got %+v, want one that was never sent", d)
	}
}

func TestResendsWithGrowingGaps(t *testing.T) {
	b, l := newBench(t), listen(t, 500, 404)
	b.SetNotify(Addresses{IPN: l.URL})
	_, err := b.SendMoney(Gift{Email: "fred@example.org", Amount: "1.00"})
	b.must(err)
	tries := func(n int) func() bool {
		return func() bool { return len(b.Deliveries()[0].Tries) == n }
	}
	first, _ := l.next(t)
	b.await(tries(1))
	b.clock.Advance(10 * time.Second)
	l.next(t)
	b.await(tries(2))
	b.clock.Advance(19 * time.Second)
	b.clock.Advance(time.Second)
	third, _ := l.next(t)
	b.await(tries(3))
	if third.body != first.body {
		t.Error("a message changed on its way")
	}
	if d := b.Deliveries()[0]; d.State != Delivered || d.Tries[0].Status != 500 || d.Tries[1].Status != 404 || !d.Tries[2].At.Equal(noon.Add(30*time.Second)) {
		t.Errorf("got %+v", d)
	}
	b.must(b.Resend(b.Deliveries()[0].ID))
	if again, _ := l.next(t); again.body != first.body {
		t.Error("sent again, a message is another one")
	}
}

func TestGivesUpAfterSixteen(t *testing.T) {
	statuses := make([]int, 20)
	for i := range statuses {
		statuses[i] = 503
	}
	b, l := newBench(t), listen(t, statuses...)
	b.SetNotify(Addresses{IPN: l.URL})
	_, err := b.SendMoney(Gift{Email: "fred@example.org", Amount: "1.00"})
	b.must(err)
	for i := range 16 {
		l.next(t)
		b.await(func() bool { return len(b.Deliveries()[0].Tries) == i+1 })
		b.clock.Advance(4 * 24 * time.Hour)
	}
	if d := b.Deliveries()[0]; d.State != Undelivered {
		t.Errorf("got %s, want %s", d.State, Undelivered)
	}
	for kind, most := range map[string]time.Duration{sendIPN: 4 * 24 * time.Hour, sendHook: 24 * time.Hour} {
		var total time.Duration
		times, _ := retries(kind)
		for i := range times {
			total += gap(i)
		}
		if total > most || total < most*9/10 {
			t.Errorf("%s: the resends take %v, want nearly %v", kind, total, most)
		}
	}
}

func TestMassPay(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.SetNotify(Addresses{IPN: l.URL})
	batch, err := b.MassPay([]Payout{{Email: "fred@example.org", Amount: "25.99", UniqueID: "T01-P0001"},
		{Email: "john@example.org", Amount: "9.99", UniqueID: "T01-P0002", Status: "Unclaimed"},
		{Email: "luc@example.org", Amount: "80.00", Currency: "EUR", Status: "Failed", Reason: "1001"}}, false)
	b.must(err)
	_, fields := l.next(t)
	wants(t, fields, "txn_type", "masspay", "payment_status", "Processed", "txn_id", "", "masspay_txn_id_2", fields.Get("masspay_txn_id_2"),
		"receiver_email_1", "fred@example.org", "mc_gross_1", "25.99", "mc_fee_1", "0.52", "mc_currency_1", "USD", "unique_id_1", "T01-P0001", "status_1", "Completed",
		"status_2", "Unclaimed", "mc_fee_2", "0.20", "payment_gross_1", "25.99", "payment_gross_3", "", "mc_fee_3", "1.00", "status_3", "Failed", "reason_code_3", "1001")
	first := fields.Get("masspay_txn_id_2")
	b.must(b.MassPayDone(batch, map[string]string{"T01-P0002": "Returned"}))
	_, fields = l.next(t)
	wants(t, fields, "payment_status", "Completed", "status_1", "Completed", "status_2", "Returned", "masspay_txn_id_2", first)
	if err := b.MassPayDone(batch, nil); err == nil {
		t.Error("a batch ended twice")
	}
	_, err = b.MassPay([]Payout{{Email: "fred@example.org", Amount: "1.00"}}, true)
	b.must(err)
	_, fields = l.next(t)
	wants(t, fields, "payment_status", "Denied")
	if _, err := b.MassPay([]Payout{{Email: "fred@example.org", Amount: "1,00"}}, false); err == nil {
		t.Error("a wrong amount was taken")
	}
}

func TestForgedMessages(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.SetNotify(Addresses{IPN: l.URL})
	gift := Gift{Email: "fred@example.org", Amount: "25.00"}
	for _, c := range []struct{ fault, field, want, verdict string }{
		{"forge merchant", "receiver_email", "another-shop@example.net", "VERIFIED"},
		{"forge amount", "mc_gross", "251.00", "VERIFIED"},
		{"forge signature", "mc_gross", "25.00", "INVALID"},
		{"invalid", "mc_gross", "25.00", "INVALID"},
		{"mode", "test_ipn", "", "VERIFIED"},
		{"forge replay", "mc_gross", "25.00", "VERIFIED"},
	} {
		b.faulty(FaultRule{Call: "SEND ipn", Times: 1, Fault: c.fault})
		_, err := b.SendMoney(gift)
		b.must(err)
		m, fields := l.next(t)
		wants(t, fields, c.field, c.want)
		if got := b.postBack("cmd=_notify-validate&" + m.body); got != c.verdict {
			t.Errorf("%s: got %s, want %s", c.fault, got, c.verdict)
		}
		if c.fault == "forge replay" {
			if again, _ := l.next(t); again.body != m.body {
				t.Error("the replay is another message")
			}
			b.faulty(FaultRule{Call: "POST paypal/cgi-bin/webscr", Fault: "invalid"})
			if got := b.postBack("cmd=_notify-validate&" + m.body); got != "INVALID" {
				t.Errorf("got %s, want INVALID", got)
			}
		}
	}
	b.faulty(FaultRule{Call: "SEND *", Fault: "drop"})
	_, err := b.SendMoney(gift)
	b.must(err)
	if d := b.Deliveries(); d[len(d)-1].State != Undelivered {
		t.Error("a lost message was not lost")
	}
}

func TestPacific(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-08T09:59:59Z": "01:59:59 Mar 08, 2026 PST", "2026-03-08T10:00:00Z": "03:00:00 Mar 08, 2026 PDT",
		"2026-11-01T08:59:59Z": "01:59:59 Nov 01, 2026 PDT", "2026-11-01T09:00:00Z": "01:00:00 Nov 01, 2026 PST",
		"2027-03-14T10:00:00Z": "03:00:00 Mar 14, 2027 PDT", "2026-12-21T17:01:16Z": "09:01:16 Dec 21, 2026 PST",
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := pacific(at); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func FuzzIPNText(f *testing.F) {
	f.Add("café 5 €")
	f.Add("a&b=c+d%")
	f.Fuzz(func(t *testing.T, text string) {
		out := string(pairs{{"memo", text}}.encodeIPN())
		fields, err := url.ParseQuery(out)
		if err != nil || strings.ContainsAny(out, "& ") {
			t.Fatalf("%q became %q: %v", text, out, err)
		}
		if got := len(fields.Get("memo")); got != len([]rune(text)) {
			t.Errorf("%q has %d bytes, want one for each of %d characters", out, got, len([]rune(text)))
		}
	})
}
