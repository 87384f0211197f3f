package razorpay

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const wholePayment = `{"id":"pay_1","entity":"payment","amount":30000,"currency":"INR","status":"captured","captured":true,"method":"upi","vpa":"a@okbank","email":"a@example.com","order_id":null,"amount_refunded":0,"fee":708,"tax":108,"notes":[],"created_at":1793620860}`

// collection is a list of objects.
func collection(items ...string) string {
	return fmt.Sprintf(`200 {"entity":"collection","count":%d,"items":[%s]}`, len(items), strings.Join(items, ","))
}

// changed is a text with replacements, each of which must apply.
func changed(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in %s", pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

var paidOnce = order.Received{ID: "pay_1", Amount: asked, Fee: money.New(708, money.INR), At: noon.Add(time.Minute), Refunded: money.New(0, money.INR)}

func TestStatus(t *testing.T) {
	closed := func(reason string) string {
		return changed(t, wholeCode, `"active"`, `"closed"`, `"close_reason":null`, `"close_reason":`+reason)
	}
	with := func(pairs ...string) string { return changed(t, wholePayment, pairs...) }
	received := func(change func(*order.Received)) []order.Received {
		r := paidOnce
		change(&r)
		return []order.Received{r}
	}
	failed := order.CodeSeen{Failed: true, Message: sayOther}
	tests := map[string]struct {
		code     string
		payments []string
		want     order.CodeSeen
	}{
		"open":                     {wholeCode, nil, order.CodeSeen{}},
		"paid":                     {closed(`"paid"`), []string{wholePayment}, order.CodeSeen{Dead: true, Payments: []order.Received{paidOnce}}},
		"paid, code still open":    {wholeCode, []string{wholePayment}, order.CodeSeen{Payments: []order.Received{paidOnce}}},
		"paid, not listed yet":     {closed(`"paid"`), nil, order.CodeSeen{}},
		"closed by us":             {closed(`"on_demand"`), nil, order.CodeSeen{Dead: true}},
		"lapsed":                   {closed(`null`), nil, order.CodeSeen{Dead: true}},
		"authorized":               {closed(`"paid"`), []string{with(`"captured"`, `"authorized"`, `"captured":true`, `"captured":false`)}, order.CodeSeen{Pending: true}},
		"failed":                   {wholeCode, []string{with(`"captured"`, `"failed"`, `"captured":true`, `"captured":false`)}, order.CodeSeen{}},
		"begun":                    {wholeCode, []string{with(`"captured"`, `"created"`, `"captured":true`, `"captured":false`)}, order.CodeSeen{}},
		"went back by itself":      {closed(`"paid"`), []string{with(`"captured"`, `"refunded"`, `"captured":true`, `"captured":false`)}, order.CodeSeen{Dead: true}},
		"captured and yet not":     {wholeCode, []string{with(`"captured":true`, `"captured":false`)}, failed},
		"unknown state":            {wholeCode, []string{with(`"captured"`, `"disputed"`)}, failed},
		"unknown currency":         {wholeCode, []string{with(`INR`, `XXX`)}, failed},
		"no amount":                {wholeCode, []string{with(`"amount":30000`, `"amount":null`)}, failed},
		"another's note":           {wholeCode, []string{with(`"notes":[]`, `"notes":{"sale":"X"}`)}, failed},
		"other amount":             {wholeCode, []string{with(`30000`, `29999`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Amount.Minor = 29999 })}},
		"other currency":           {wholeCode, []string{with(`INR`, `USD`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Amount.Currency, r.Refunded.Currency, r.Fee = "USD", "USD", money.Amount{} })}},
		"fee not known yet":        {wholeCode, []string{with(`708`, `null`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Fee = money.Amount{} })}},
		"no fee":                   {wholeCode, []string{with(`708`, `0`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Fee.Minor = 0 })}},
		"part went back":           {wholeCode, []string{with(`"amount_refunded":0`, `"amount_refunded":5000`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Refunded.Minor = 5000 })}},
		"all went back":            {wholeCode, []string{with(`"captured"`, `"refunded"`, `"amount_refunded":0`, `"amount_refunded":30000`)}, order.CodeSeen{Payments: received(func(r *order.Received) { r.Refunded.Minor = 30000 })}},
		"twice":                    {closed(`"paid"`), []string{wholePayment, with("pay_1", "pay_2")}, order.CodeSeen{Dead: true, Payments: append(received(func(r *order.Received) {}), received(func(r *order.Received) { r.ID = "pay_2" })...)}},
		"another's code":           {changed(t, wholeCode, reference, "X"), []string{wholePayment}, failed},
		"another's amount":         {changed(t, wholeCode, "30000", "300"), []string{wholePayment}, failed},
		"another code's name":      {changed(t, wholeCode, "qr_1", "qr_2"), []string{wholePayment}, failed},
		"notes are an empty array": {changed(t, wholeCode, `{"sale":"`+reference+`"}`, "[]"), nil, failed},
	}
	for name, test := range tests {
		s := newStub(t, map[string]string{"GET /v1/payments/qr_codes/qr_1": "200 " + test.code, "GET /v1/payments/qr_codes/qr_1/payments": collection(test.payments...)})
		test.want.At = noon
		if got := newProvider(t, s).Status(ctx, request("qr_1")); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestStatusInDoubt(t *testing.T) {
	const code, payments = "GET /v1/payments/qr_codes/qr_1", "GET /v1/payments/qr_codes/qr_1/payments"
	for name, answers := range map[string]map[string]string{
		"no such code":          {},
		"payments do not come":  {code: "200 " + wholeCode, payments: "503 "},
		"payments are no list":  {code: "200 " + wholeCode, payments: "200 {}"},
		"closed, and no list":   {code: "200 " + strings.Replace(wholeCode, "active", "closed", 1), payments: "200 {}"},
		"a list without a end":  {code: "200 " + wholeCode, payments: "200 " + nobody[:20]},
		"the amount is a float": {code: "200 " + wholeCode, payments: collection(strings.Replace(wholePayment, "30000", "300.5", 1))},
	} {
		if got := newProvider(t, newStub(t, answers)).Status(ctx, request("qr_1")); !got.Failed || got.Message == "" {
			t.Errorf("%s: got %+v, want doubt", name, got)
		}
	}
	r := request("")
	if got := newProvider(t, newStub(t, map[string]string{"GET /v1/payments/qr_codes": "200 " + nobody})).Status(ctx, r); !got.Missing || got.Failed {
		t.Errorf("got %+v, want it missing", got)
	}
}

func TestLinkStatus(t *testing.T) {
	paid := changed(t, wholeLink, `"created"`, `"paid"`, `"payments":null`, `"payments":[{"payment_id":"pay_1","amount":"30000","method":"card","status":"captured"}]`)
	payment := changed(t, wholePayment, `"order_id":null`, `"order_id":"order_1"`, `"notes":[]`, `"notes":{"sale":"`+reference+`"}`)
	for name, test := range map[string]struct {
		link, payment string
		want          order.CodeSeen
	}{
		"open":              {wholeLink, "", order.CodeSeen{At: noon}},
		"no payments":       {changed(t, wholeLink, `"payments":null`, `"payments":{}`), "", order.CodeSeen{At: noon}},
		"paid":              {paid, payment, order.CodeSeen{Dead: true, Payments: []order.Received{paidOnce}, At: noon}},
		"expired":           {changed(t, wholeLink, `"created"`, `"expired"`), "", order.CodeSeen{Dead: true, At: noon}},
		"cancelled":         {changed(t, wholeLink, `"created"`, `"cancelled"`), "", order.CodeSeen{Dead: true, At: noon}},
		"paid all the same": {changed(t, paid, `"paid"`, `"expired"`), payment, order.CodeSeen{Dead: true, Payments: []order.Received{paidOnce}, At: noon}},
		"paid, not listed":  {changed(t, wholeLink, `"created"`, `"paid"`), "", order.CodeSeen{At: noon}},
		"another order":     {paid, changed(t, payment, "order_1", "order_2"), order.CodeSeen{Failed: true, Message: sayOther, At: noon}},
		"another payment":   {paid, changed(t, payment, "pay_1", "pay_2"), order.CodeSeen{Failed: true, Message: sayOther, At: noon}},
		"another's link":    {changed(t, paid, `"reference_id":"`+reference, `"reference_id":"X`), payment, order.CodeSeen{Failed: true, Message: sayOther, At: noon}},
		"another currency":  {changed(t, paid, `INR`, `USD`), payment, order.CodeSeen{Failed: true, Message: sayOther, At: noon}},
	} {
		s := newStub(t, map[string]string{"GET /v1/payment_links/plink_1": "200 " + test.link, "GET /v1/payments/pay_1": "200 " + test.payment})
		if got := newProvider(t, s).Status(ctx, request("plink_1")); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// TestCancel: what is over already cannot be ended, and that is fine.
func TestCancel(t *testing.T) {
	const refused = `400 {"error":{"code":"BAD_REQUEST_ERROR","description":"QR code is already closed"}}`
	closed := changed(t, wholeCode, `"active"`, `"closed"`)
	for name, test := range map[string]struct {
		end, code, payments string
		want                order.CodeSeen
	}{
		"ended":          {"200 " + closed, closed, collection(), order.CodeSeen{Dead: true, At: noon}},
		"over already":   {refused, closed, collection(), order.CodeSeen{Dead: true, At: noon}},
		"paid meanwhile": {refused, closed, collection(wholePayment), order.CodeSeen{Dead: true, Payments: []order.Received{paidOnce}, At: noon}},
		"not ended":      {"503 ", wholeCode, collection(), order.CodeSeen{Failed: true, Message: sayBusy, At: noon}},
		"not to be seen": {"200 " + closed, "", "", order.CodeSeen{Failed: true, Message: sayOdd, At: noon}},
	} {
		s := newStub(t, map[string]string{"POST /v1/payments/qr_codes/qr_1/close": test.end, "GET /v1/payments/qr_codes/qr_1": "200 " + test.code, "GET /v1/payments/qr_codes/qr_1/payments": test.payments})
		if got := newProvider(t, s).Cancel(ctx, request("qr_1")); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

const wholeRefund = `{"id":"rfnd_1","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","status":"processed","receipt":"TILL0000000000B43","notes":[]}`

func TestRefund(t *testing.T) {
	r := order.RefundRequest{Provider: Name, ID: "TILL0000000000B43", Payment: "pay_1", Reference: reference, Code: "qr_1", Amount: money.New(5000, money.INR)}
	done := order.RefundAnswer{Answered: true, State: order.RefundDone, Remote: "rfnd_1"}
	const refused = `400 {"error":{"code":"BAD_REQUEST_ERROR","description":"The payment has been fully refunded already"}}`
	for name, test := range map[string]struct {
		answer, list string
		want         order.RefundAnswer
	}{
		"done":                 {"200 " + wholeRefund, "", done},
		"on its way":           {"200 " + changed(t, wholeRefund, "processed", "pending"), "", order.RefundAnswer{Answered: true, State: order.RefundPending, Remote: "rfnd_1"}},
		"failed":               {"200 " + changed(t, wholeRefund, "processed", "failed"), "", order.RefundAnswer{Answered: true, State: order.RefundRefused, Remote: "rfnd_1", Message: sayRefundFailed}},
		"unknown state":        {"200 " + changed(t, wholeRefund, "processed", "begun"), "", order.RefundAnswer{Message: sayRefundOdd}},
		"other payment":        {"200 " + changed(t, wholeRefund, "pay_1", "pay_2"), "", order.RefundAnswer{Message: sayRefundOdd}},
		"other amount":         {"200 " + changed(t, wholeRefund, "5000", "500"), "", order.RefundAnswer{Message: sayRefundOdd}},
		"other currency":       {"200 " + changed(t, wholeRefund, "INR", "USD"), "", order.RefundAnswer{Message: sayRefundOdd}},
		"other number":         {"200 " + changed(t, wholeRefund, "B43", "B44"), "", order.RefundAnswer{Message: sayRefundOdd}},
		"under way":            {`409 {"error":{"code":"BAD_REQUEST_ERROR","description":"Request in progress"}}`, "", order.RefundAnswer{Message: sayBusy}},
		"refused":              {refused, collection(), order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: "Razorpay refused this: The payment has been fully refunded already."}},
		"refused, since it is": {refused, collection(wholeRefund), done},
		"refused, not looked":  {refused, "503 ", order.RefundAnswer{Message: sayBusy}},
		"wrong keys":           {"401 {}", "", order.RefundAnswer{Message: errKeys.Text}},
	} {
		s := newStub(t, map[string]string{"POST /v1/payments/pay_1/refund": test.answer, "GET /v1/payments/pay_1/refunds": test.list})
		if got := newProvider(t, s).Refund(ctx, r); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
		const body = `POST /v1/payments/pay_1/refund {"amount":5000,"speed":"normal","receipt":"TILL0000000000B43","notes":{"sale":"` + reference + `"}}`
		if got := s.headers[0].Get("X-Refund-Idempotency"); got != r.ID || s.calls[0] != body {
			t.Errorf("%s: got %q and %s", name, got, s.calls[0])
		}
	}
	s := newStub(t, map[string]string{"GET /v1/refunds/rfnd_1": "200 " + wholeRefund, "GET /v1/payments/pay_1/refunds": collection(changed(t, wholeRefund, "B43", "B44"))})
	p := newProvider(t, s)
	if got := p.FindRefund(ctx, r); got != (order.RefundAnswer{Answered: true, Missing: true}) {
		t.Errorf("got %+v, want it missing", got)
	}
	if r.Remote = "rfnd_1"; p.FindRefund(ctx, r) != done {
		t.Errorf("got %+v, want %+v", p.FindRefund(ctx, r), done)
	}
}

func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{wholeCode, wholeLink, wholePayment, wholeRefund, nobody, "[]", "null", `{"items":[{"notes":[],"close_by":"1"}]}`,
		`{"items":null}`, `{"error":{"code":"x"}}`, `{"payment_links":[{"payments":{}}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var c qrCode
		var l link
		var v payment
		var b refund
		var page list[qrCode]
		for _, out := range []any{&c, &l, &v, &b, &page} {
			reply := said{}
			reply.Status, reply.Body = 200, body
			read(reply.Reply, out)
			reply.Status = 400
			if s := read(reply.Reply, out); s.ok || s.message == "" {
				t.Errorf("got %+v", s)
			}
		}
		got, counts, ok := v.received()
		if counts && (!ok || got.Amount.Minor <= 0 || !got.Amount.Currency.Known() || !v.Captured) {
			t.Errorf("got %+v as money", got)
		}
		if a := b.answer(order.RefundRequest{ID: "X", Payment: "pay_1", Amount: money.New(1, money.INR)}); a.Answered && (b.PaymentID != "pay_1" || b.Amount.n != 1) {
			t.Errorf("got %+v for another", a)
		}
		if s := seen("X", c, []payment{v}, said{}); s.Dead && s.Pending {
			t.Errorf("got %+v", s)
		}
	})
}

func FuzzNotice(f *testing.F) {
	f.Add([]byte(`{"event":"qr_code.credited","payload":{"qr_code":{"entity":{"id":"qr_1","notes":[],"close_by":"1"}}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if hint, err := decodeNotice(body); err != nil && hint.Reference+hint.Remote+hint.Kind != "" {
			t.Errorf("got %+v with %v", hint, err)
		}
	})
}

func FuzzPicture(f *testing.F) {
	f.Add([]byte(asPNG(f, poster(f, "upi://pay?pa=a@b"))))
	f.Add([]byte(asJPEG(f, poster(f, "upi://pay?pa=a@b"))))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if text, err := decode(body); err != nil && text != "" {
			t.Errorf("got %q with %v", text, err)
		}
	})
}
