package ipn

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var noon = time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC)

var rules = Rules{Test: true, Receivers: []string{"Shop@Example.com", "S8XGHLYDW9T3S"}, SendMoney: true, MassPay: true,
	Currencies: []money.Currency{money.USD, "JPY"}, Deduct: true}

// sent is a message with some fields changed; one that is set to "-" is left out.
func sent(change map[string]string) []byte {
	v := url.Values{"txn_id": {"61E67681CH3238416"}, "txn_type": {"send_money"}, "payment_status": {"Completed"}, "mc_gross": {"19.95"}, "mc_fee": {"0.88"},
		"mc_currency": {"USD"}, "receiver_email": {"shop@example.com"}, "payer_email": {"ann@example.org"}, "first_name": {"Ann"}, "last_name": {"Flood"},
		"payment_date": {"09:01:16 Dec 21, 2026 PST"}, "test_ipn": {"1"}, "charset": {"windows-1252"}}
	for name, value := range change {
		if v.Set(name, value); value == "-" {
			v.Del(name)
		}
	}
	return []byte(v.Encode())
}

// The test vector of the reference (11).
func TestPostBackIsByteForByte(t *testing.T) {
	body := []byte("txn_id=61E67681CH3238416&payment_status=Completed&memo=caf%E9&charset=windows-1252")
	want := "cmd=_notify-validate&txn_id=61E67681CH3238416&payment_status=Completed&memo=caf%E9&charset=windows-1252"
	if got := string(PostBack(body)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m, err := Decode(body)
	if err != nil || m.Get("memo") != "café" {
		t.Errorf("memo %q, %v", m.Get("memo"), err)
	}
}

func TestCharsets(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{"memo=%80&charset=windows-1252", "€"},
		{"memo=%83%65%83%58%83%67&charset=Shift_JIS", "テスト"},
		{"memo=caf%C3%A9&charset=UTF-8", "café"},
		{"memo=%B2%E2%CA%D4&charset=gb2312", "测试"},
		{"memo=caf%C3%A9&charset=klingon", "café"},              // an unknown one: what is UTF-8 stays
		{"memo=caf%E9&charset=klingon", "caf\uFFFD"},            // and what is not is replaced
		{"memo=caf%E9&charset=UTF-8", "caf\uFFFD"},              // it is not what it says
		{"memo=caf%E9", "caf\uFFFD"},                            // it says nothing
		{"memo=plain&charset=utf-16", "plain"},                  // ASCII is ASCII
		{"memo=a%00b%0D%0Ac%1B%5B1m&charset=UTF-8", "ab  c[1m"}, // nothing that moves a cursor
		{"memo=a%E2%80%AEb&charset=UTF-8", "ab"},                // nothing that turns a line round
		{"memo=" + strings.Repeat("x", 300), strings.Repeat("x", 255)},
	} {
		m, err := Decode([]byte(tt.body))
		if err != nil || m.Get("memo") != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.body, m.Get("memo"), err, tt.want)
		}
	}
}

// A payment's time is US Pacific, in summer and winter.
func TestPaymentDate(t *testing.T) {
	for text, want := range map[string]time.Time{
		"09:01:16 Dec 21, 2026 PST": time.Date(2026, 12, 21, 17, 1, 16, 0, time.UTC),
		"23:59:59 Jul 04, 2026 PDT": time.Date(2026, 7, 5, 6, 59, 59, 0, time.UTC),
		"00:00:00 Jan 1, 2027 PST":  time.Date(2027, 1, 1, 8, 0, 0, 0, time.UTC),
		"09:01:16 Dec 21, 2026 CET": {},
		"09:01:16 Dec 21, 2026":     {},
		"25:01:16 Dec 21, 2026 PST": {},
		"2026-12-21T09:01:16Z":      {},
		"":                          {},
	} {
		m, err := Decode([]byte("txn_id=1&payment_date=" + url.QueryEscape(text)))
		if got := m.At(); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
}

// TestJudge: every check of the reference (6), and what each kind of message
// (5) leads to.
func TestJudge(t *testing.T) {
	type fields = map[string]string
	for _, tt := range []struct {
		name   string
		change fields
		kind   order.NoticeKind
		act    Act
		state  order.NoticeState
		why    order.NoticeWhy
	}{
		{"a payment", nil, order.NoticePayment, Place, "", ""},
		{"by button", fields{"txn_type": "web_accept"}, order.NoticePayment, Place, "", ""},
		{"in yen", fields{"mc_currency": "JPY", "mc_gross": "1500", "mc_fee": "-"}, order.NoticePayment, Place, "", ""},
		{"to our id", fields{"receiver_email": "-", "receiver_id": "S8XGHLYDW9T3S"}, order.NoticePayment, Place, "", ""},
		{"a live message in a test", fields{"test_ipn": "-"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyMode},
		{"another merchant's", fields{"receiver_email": "other@example.com"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyReceiver},
		{"nobody's", fields{"receiver_email": "-"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyReceiver},
		{"business alone", fields{"receiver_email": "-", "business": "shop@example.com"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyReceiver},
		{"another currency", fields{"mc_currency": "EUR"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyCurrency},
		{"an unknown currency", fields{"mc_currency": "XXX"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"no amount", fields{"mc_gross": "-"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"an amount of three decimals", fields{"mc_gross": "1.999"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"an amount with a comma", fields{"mc_gross": "1,999.00"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"an amount beyond all", fields{"mc_gross": "99999999999999999999"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"below nothing", fields{"mc_gross": "-19.95"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"a fee that is none", fields{"mc_fee": "1e3"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyAmount},
		{"for a code", fields{"invoice": "ABCDE0MABCDEFG123"}, order.NoticePayment, Keep, order.NoticeRecorded, order.WhyCode},
		{"for an invoice of the shop", fields{"invoice": "2026-117"}, order.NoticePayment, Place, "", ""},
		{"pending", fields{"payment_status": "Pending", "pending_reason": "echeck"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyPending},
		{"denied", fields{"payment_status": "Denied"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyEnded},
		{"a subscription", fields{"txn_type": "subscr_payment"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyKind},
		{"a dispute", fields{"txn_type": "new_case", "payment_status": "-"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyKind},
		{"an unknown type", fields{"txn_type": "moon_landing"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyKind},
		{"an unknown status", fields{"payment_status": "Teleported"}, order.NoticeOther, Keep, order.NoticeRecorded, order.WhyKind},
		{"no number", fields{"txn_id": "-"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyUnread},
		{"a number with a quote", fields{"txn_id": "'; --"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyUnread},
		{"a refund", fields{"txn_type": "-", "payment_status": "Refunded", "mc_gross": "-19.95", "mc_fee": "-0.88", "parent_txn_id": "T1"}, order.NoticeRefund, Place, "", ""},
		{"a refund in part", fields{"txn_type": "-", "payment_status": "Partially_Refunded", "mc_gross": "-1", "parent_txn_id": "T1"}, order.NoticeRefund, Place, "", ""},
		{"a refund above zero", fields{"payment_status": "Refunded", "parent_txn_id": "T1"}, order.NoticeRefund, Keep, order.NoticeReview, order.WhyAmount},
		{"a reversal", fields{"payment_status": "Reversed", "mc_gross": "-19.95", "reason_code": "chargeback", "parent_txn_id": "T1"}, order.NoticeReversal, Place, "", ""},
		{"a refund of a currency not taken", fields{"payment_status": "Refunded", "mc_gross": "-1", "mc_currency": "EUR", "parent_txn_id": "T1"}, order.NoticeRefund, Place, "", ""},
		{"a reversal undone", fields{"payment_status": "Canceled_Reversal", "parent_txn_id": "T1"}, order.NoticeRestored, Place, "", ""},
		{"names in capitals", fields{"txn_id": "-", "TXN_ID": "61E67681CH3238416"}, order.NoticePayment, Keep, order.NoticeReview, order.WhyUnread},
	} {
		got := rules.Judge(sent(tt.change), noon)
		if len(got) != 1 || got[0].Kind != tt.kind || got[0].Act != tt.act || got[0].State != tt.state || got[0].Why != tt.why || got[0].ID == "" {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
	n := rules.Judge(sent(nil), noon)[0]
	if n.ID != "paypal:61E67681CH3238416:Completed" || n.Gross != money.New(1995, money.USD) || n.Fee != money.New(88, money.USD) || n.Net() != money.New(1907, money.USD) ||
		n.Payer != "ann@example.org" || n.PayerName != "Ann Flood" || !n.At.Equal(time.Date(2026, 12, 21, 17, 1, 16, 0, time.UTC)) || !n.Created.Equal(noon) {
		t.Errorf("%+v", n)
	}
	off := rules
	off.SendMoney = false
	if n := off.Judge(sent(nil), noon)[0]; n.State != order.NoticeRecorded || n.Why != order.WhyOff {
		t.Errorf("payments left out: %+v", n)
	}
	if n := rules.Judge(sent(map[string]string{"memo": "my card 4111 1111 1111 1111"}), noon)[0]; n.Memo != "" {
		t.Errorf("a card number is kept: %q", n.Memo)
	}
}

const masspay = "txn_type=masspay&payment_status=Processed&payment_date=09%3A01%3A16+Dec+21%2C+2026+PST" +
	"&payer_email=shop%40example.com&payer_status=verified&charset=windows-1252&notify_version=3.9&test_ipn=1" +
	"&masspay_txn_id_1=5W531651W5136225N&receiver_email_1=fred%40example.org&mc_gross_1=25.99&mc_fee_1=0.52" +
	"&mc_currency_1=USD&unique_id_1=T01-P0001&status_1=Completed" +
	"&masspay_txn_id_2=8P09425963946233T&receiver_email_2=john%40example.org&mc_gross_2=9.99&mc_fee_2=0.20" +
	"&mc_currency_2=USD&unique_id_2=T01-P0002&status_2=Unclaimed"

// The example of the reference (7).
func TestMassPay(t *testing.T) {
	got := rules.Judge([]byte(masspay), noon)
	if len(got) != 2 {
		t.Fatalf("%d lines", len(got))
	}
	for i, want := range []order.Notice{
		{ID: "paypal:5W531651W5136225N:Completed", Payout: "T01-P0001", Status: "Completed", Receiver: "fred@example.org", Gross: money.New(-2599, money.USD), Fee: money.New(52, money.USD)},
		{ID: "paypal:8P09425963946233T:Unclaimed", Payout: "T01-P0002", Status: "Unclaimed", Receiver: "john@example.org", Gross: money.New(-999, money.USD), Fee: money.New(20, money.USD)},
	} {
		n := got[i]
		if n.Act != Line || n.Kind != order.NoticePayout || n.ID != want.ID || n.Payout != want.Payout || n.Status != want.Status || n.Receiver != want.Receiver || n.Gross != want.Gross || n.Fee != want.Fee {
			t.Errorf("line %d: %+v", i+1, n)
		}
	}
	denied := strings.NewReplacer("Processed", "Denied", "&status_1=Completed", "&reason_code_1=1001", "&masspay_txn_id_1=5W531651W5136225N", "").Replace(masspay)
	if n := rules.Judge([]byte(denied), noon)[0]; n.Status != "Denied" || n.Cause != "1001" || !strings.HasPrefix(n.ID, "paypal:T01-P0001-") {
		t.Errorf("a batch that never began: %+v", n)
	}
	for name, tt := range map[string]struct {
		body string
		why  order.NoticeWhy
	}{
		"another shop's":   {strings.ReplaceAll(masspay, "shop%40", "other%40"), order.WhyReceiver},
		"a live one":       {strings.ReplaceAll(masspay, "&test_ipn=1", ""), order.WhyMode},
		"without lines":    {masspay[:strings.Index(masspay, "&masspay_txn_id_1")], order.WhyUnread},
		"a line of no sum": {strings.ReplaceAll(masspay, "mc_gross_1=25.99", "mc_gross_1=x"), order.WhyUnread},
		"one of below 0":   {strings.ReplaceAll(masspay, "mc_gross_1=25.99", "mc_gross_1=-25.99"), order.WhyUnread},
	} {
		if n := rules.Judge([]byte(tt.body), noon)[0]; n.Act != Keep || n.State != order.NoticeReview || n.Why != tt.why {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// What is no message, or two in one, is kept for a person and understood as
// nothing.
func TestHostileForms(t *testing.T) {
	many := strings.Repeat("a=&", 10_000)
	for name, body := range map[string]string{
		"10,000 fields":   many,
		"1 MB":            "memo=" + strings.Repeat("x", 1<<20),
		"a number twice":  string(sent(nil)) + "&mc_gross=0.01",
		"a broken escape": "txn_id=%zz",
		"no names":        "=1&=2&&&",
		"names of others": "<script>=1&a b=2&../../x=3&%00=4&" + strings.Repeat("n", 65) + "=5",
		"nothing":         "",
		"bytes":           "\x00\xff\xfe\x80",
		"JSON":            `{"txn_id": "1"}`,
	} {
		got := rules.Judge([]byte(body), noon)
		if len(got) != 1 || got[0].Act != Keep || got[0].State != order.NoticeReview || got[0].Why != order.WhyUnread {
			t.Errorf("%s: %+v", name, got)
		}
		if n := rules.Unproven([]byte(body), noon); n.State != order.NoticeInvalid || n.ID != bodyID([]byte(body)) {
			t.Errorf("%s: %+v", name, n)
		}
	}
	// Names that nobody uses change nothing.
	plain := rules.Judge(sent(nil), noon)[0]
	if got := rules.Judge(append(sent(nil), "&__proto__=1&constructor=2&%3Cimg%3E=3&txn_id%00=4"...), noon)[0]; got != plain {
		t.Errorf("got %+v", got)
	}
	// Many lines are read as many, and no more than there are.
	var lines strings.Builder
	for x := range 250 {
		fmt.Fprintf(&lines, "&masspay_txn_id_%d=T%d&mc_gross_%[1]d=1.00&mc_currency_%[1]d=USD&unique_id_%[1]d=P%[2]d&status_%[1]d=Completed", x+1, x)
	}
	if got := rules.Judge([]byte("txn_type=masspay&test_ipn=1&payer_email=shop%40example.com"+lines.String()), noon); len(got) != 250 {
		t.Errorf("%d lines", len(got))
	}
}

// FuzzJudge: whatever comes is judged, its texts are clean, and only a whole
// payment to the shop is booked.
func FuzzJudge(f *testing.F) {
	f.Add(sent(nil))
	f.Add([]byte(masspay))
	f.Add([]byte("txn_id=%E9&charset=utf-16&memo=%00"))
	f.Add([]byte("memo=%E9&charset=utf-16&memo")) // twice: what was read until then
	f.Fuzz(func(t *testing.T, body []byte) {
		all := rules.Judge(body, noon)
		if len(all) == 0 {
			t.Fatal("nothing is kept")
		}
		for _, n := range append(all, Judged{Notice: rules.Unproven(body, noon)}) {
			if n.ID == "" || n.Act == Keep && (n.State == "" || n.State == order.NoticeCredited) {
				t.Errorf("%+v", n)
			}
			if n.Act == Place && (!n.Test || n.Gross.IsZero() || n.Txn == "") {
				t.Errorf("booked: %+v", n)
			}
			for _, text := range []string{n.Payer, n.PayerName, n.Receiver, n.Memo, n.Item, n.Cause, n.Type, n.Status} {
				if tidy(text) != text && len(text) < maxText {
					t.Errorf("%q is not clean", text)
				}
			}
		}
	})
}

// FuzzLine: a line of a mass payment is money that goes away, or is looked at.
func FuzzLine(f *testing.F) {
	f.Add("5W531651W5136225N", "25.99", "USD", "T01-P0001", "Completed")
	f.Add("", "-1", "usd", "", "")
	f.Fuzz(func(t *testing.T, txn, gross, currency, unique, status string) {
		v := url.Values{"txn_type": {"masspay"}, "test_ipn": {"1"}, "payer_email": {"shop@example.com"}, "masspay_txn_id_1": {txn},
			"mc_gross_1": {gross}, "mc_currency_1": {currency}, "unique_id_1": {unique}, "status_1": {status}}
		for _, n := range rules.Judge([]byte(v.Encode()), noon) {
			if n.Act == Line && (n.Gross.Minor >= 0 || n.Gross.Currency == "" || n.Status == "") {
				t.Errorf("%+v", n)
			}
		}
	})
}

// TestNoCardNumbers: whoever posts one, in whichever field, leaves none in the
// payment log.
func TestNoCardNumbers(t *testing.T) {
	const number = "4111111111111111"
	change := map[string]string{}
	for _, name := range []string{"txn_type", "payment_status", "payer_email", "first_name", "payer_business_name", "receiver_email", "receiver_id", "business",
		"txn_id", "parent_txn_id", "reason_code", "pending_reason", "item_name", "memo", "masspay_txn_id_1", "unique_id_1", "status_1", "reason_code_1", "receiver_email_1"} {
		change[name] = number
	}
	bodies := [][]byte{sent(change)}
	change["txn_type"] = "masspay"
	for _, payer := range []string{number, "shop@example.com"} {
		change["payer_email"] = payer
		bodies = append(bodies, sent(change))
	}
	for i, body := range bodies {
		all := []order.Notice{rules.Unproven(body, noon)}
		for _, j := range rules.Judge(body, noon) {
			all = append(all, j.Notice)
		}
		for _, n := range all {
			if text := fmt.Sprintf("%+v", n); strings.Contains(text, number) {
				t.Errorf("%d: %s", i, text)
			}
		}
	}
}
