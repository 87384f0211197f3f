package razorpay

import (
	"reflect"
	"testing"
	"time"

	"paydesk/terminal/order"
)

func TestList(t *testing.T) {
	with := func(id string, pairs ...string) string {
		return changed(t, wholePayment, append([]string{"pay_1", id}, pairs...)...)
	}
	s := newStub(t, map[string]string{
		"GET /v1/payments": collection(wholePayment,
			with("pay_2", `"notes":[]`, `"notes":{"sale":"T02"}`),
			with("pay_3", `"order_id":null`, `"order_id":"order_3"`),
			with("pay_4", `"captured":true`, `"captured":false`, `"captured"`, `"failed"`),
			with("pay_known"),
			with("pay_early", "1793620860", "1793620799")),
		"GET /v1/payments/qr_codes": collection(wholeCode),
		"GET /v1/payment_links":     `200 {"payment_links":[]}`,
	})
	known := func(id string) bool { return id == "pay_known" }
	one, two := paidOnce, paidOnce
	one.Reference, one.Remote = reference, "qr_1"
	two.ID, two.Reference = "pay_2", "T02"
	want := order.CodeList{Payments: []order.Received{one, two}}
	p := newProvider(t, s)
	if got := p.List(ctx, noon, noon.Add(time.Hour), known); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	s.set("GET /v1/payment_links", `200 {"payment_links":[`+wholeLink+`]}`)
	if got := p.List(ctx, noon, noon.Add(time.Hour), known); len(got.Payments) != 3 || got.Payments[2].Reference != reference || got.Payments[2].Remote != "plink_1" {
		t.Errorf("got %+v, want the link's payment as well", got)
	}
	s.set("GET /v1/payments/qr_codes", "503 ")
	if got := p.List(ctx, noon, noon.Add(time.Hour), known); !got.Failed || len(got.Payments) > 0 {
		t.Errorf("got %+v, want no list while a code is not told", got)
	}
}

// TestPages: a list that is longer than a page is read to its end, and one that
// repeats itself is not read for ever.
func TestPages(t *testing.T) {
	var items []string
	for i := range pageLen {
		items = append(items, changed(t, wholePayment, "pay_1", "pay_"+string(rune('a'+i/26))+string(rune('a'+i%26))))
	}
	s := newStub(t, map[string]string{"GET /v1/payments/qr_codes/qr_1": "200 " + wholeCode, "GET /v1/payments/qr_codes/qr_1/payments": collection(items...)})
	if got := newProvider(t, s).Status(ctx, request("qr_1")); len(got.Payments) != pageLen || len(s.calls) != 3 {
		t.Errorf("got %d payments by %d calls, want one of each", len(got.Payments), len(s.calls))
	}
}
