package connexpay

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

const (
	js       = "application/json"
	voided   = `"Device Guid and Sequence Number combination found and voided."`
	notFound = `"Device Guid and Sequence Number combination not found."`
)

func TestReversal(t *testing.T) {
	tests := []struct {
		name, kind, body string
		status           int
		want             order.ReversalAnswer
	}{
		{"voided", js, voided, 200, order.ReversalDone},
		{"voided, created", js, voided, 201, order.ReversalDone},
		{"voided, as an object", js, `{"message":` + voided + `}`, 200, order.ReversalDone},
		{"voided, as text", "text/plain; charset=utf-8", strings.Trim(voided, `"`) + "\r\n", 200, order.ReversalDone},
		{"voided, as quoted text", "text/plain", voided, 200, order.ReversalDone},
		{"voided, in capitals", js, strings.ToUpper(voided), 200, order.ReversalDone},
		{"voided, as 422", js, voided, 422, order.ReversalNothing},
		{"voided, as 500", js, voided, 500, order.ReversalNoAnswer},
		{"voided, as a page", "text/html", voided, 200, order.ReversalNoAnswer},
		{"not found", js, notFound, 200, order.ReversalNothing},
		{"not found, 422", js, `{"message":` + notFound + `}`, 422, order.ReversalNothing},
		{"not found, as text", "text/plain", strings.Trim(notFound, `"`), 404, order.ReversalNothing},
		{"a denial that sounds like it", js, `"Device Guid and Sequence Number combination could not be found and voided."`, 200, order.ReversalNothing},
		{"a denial that begins like it", js, strings.Replace(voided, `."`, ` before; not voided now."`, 1), 200, order.ReversalNothing},
		{"settled", js, `{"message":"Transaction already settled"}`, 422, order.ReversalSettled},
		{"settled, 200", js, `"Transaction already settled"`, 200, order.ReversalSettled},
		{"other words", js, `{"message":"Invalid Device GUID"}`, 400, order.ReversalNothing},
		{"an object without words", js, `{"guid":"x"}`, 200, order.ReversalNothing},
		{"no such call", "text/html", "<html>404</html>", 404, order.ReversalNothing},
		{"no such method", "", "", 405, order.ReversalNothing},
		{"broken JSON", js, `{"message":`, 200, order.ReversalNoAnswer},
		{"HTML", "text/html", "<html>sign in</html>", 200, order.ReversalNoAnswer},
		{"400 HTML", "text/html", "<html>bad request</html>", 400, order.ReversalNoAnswer},
		{"empty", "", "", 200, order.ReversalNoAnswer},
		{"no content", "", "", 204, order.ReversalNoAnswer},
		{"redirect", js, voided, 302, order.ReversalNoAnswer},
		{"401", js, denied, 401, order.ReversalNoAnswer},
		{"403", js, denied, 403, order.ReversalNoAnswer},
		{"408", js, notFound, 408, order.ReversalNoAnswer},
		{"429", js, notFound, 429, order.ReversalNoAnswer},
		{"500", js, `{"message":"x"}`, 500, order.ReversalNoAnswer},
		{"502", "text/html", "<html>", 502, order.ReversalNoAnswer},
		{"over 1 MB", js, voided + strings.Repeat(" ", maxBody), 200, order.ReversalNoAnswer},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, tt.kind, tt.body))
		if got := newClient(t, h.URL).Reverse(context.Background(), asking(device, number)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	lost := newRaw(t, func(net.Conn) {})
	if got := signedIn(newClient(t, lost.url)).Reverse(context.Background(), asking(device, number)); got != order.ReversalNoAnswer {
		t.Errorf("lost: got %s", got)
	}
}

func TestCloseBatch(t *testing.T) {
	const info = `{"siccode":"5999","saleCount":8,"saleAmount":137.65,"returnCount":1,"returnAmount":5}`
	pass := func(more string) string { return `{"guid":"b-1","status":"PASS"` + more + `}` }
	totals := &order.Totals{Sales: 8, SaleAmount: *usd(13765), Returns: 1, ReturnAmount: *usd(500)}
	closed := order.BatchAnswer{Answered: true, Closed: true, GUID: "b-1"}
	counted := closed
	counted.Totals = totals
	refused := func(text string) order.BatchAnswer { return order.BatchAnswer{Answered: true, Message: text} }
	lost := order.BatchAnswer{}
	tests := []struct {
		name, body string
		status     int
		want       order.BatchAnswer
	}{
		{"closed", pass(`,"deviceGuid":"` + strings.ToUpper(device) + `","batchInfo":` + info), 200, counted},
		{"with strings", pass(`,"batchInfo":` + strings.NewReplacer("8,", `"8",`, "137.65", `"137.65"`).Replace(info)), 200, counted},
		{"without totals", pass(""), 200, closed},
		{"null totals", pass(`,"batchInfo":null`), 200, closed},
		{"totals that cannot be read", pass(`,"batchInfo":{"saleCount":"eight"}`), 200, closed},
		{"totals of another type", pass(`,"batchInfo":[]`), 200, closed},
		{"broken counts", pass(`,"batchInfo":` + strings.Replace(info, "8,", "8.5,", 1)), 200, closed},
		{"another device", pass(`,"deviceGuid":"d"`), 200, lost},
		{"status twice", pass(`,"status":"FAIL"`), 200, lost},
		{"refused", `{"status":"FAIL","responseCode":"D0003","responseMessage":"No transactions"}`, 200, refused("No transactions")},
		{"in progress", `{"status":"FAIL","responseCode":"E0015","responseMessage":"Settlement InProgress"}`, 200, lost},
		{"unknown status", `{"status":"PENDING"}`, 200, lost},
		{"no status", `{"guid":"b-1"}`, 200, lost},
		{"a list", `[]`, 200, lost}, {"null", `null`, 200, lost}, {"empty", ``, 200, lost}, {"cut", pass(`,"batchInfo":{`), 200, lost},
		{"nothing open", `{"message":"No open batch"}`, 422, refused("No open batch")},
		{"a text", `"No open batch"`, 400, refused("No open batch")},
		{"in progress, 422", `{"message":"The Batch could not be processed correctly. Error code E0015. Error message: x"}`, 422, lost},
		{"4xx without words", `{}`, 400, lost},
		{"403", denied, 403, refused("Authorization has been denied for this request.")},
		{"408", denied, 408, lost}, {"429", denied, 429, lost},
		{"500", `{"message":"x"}`, 500, lost}, {"pass as 500", pass(""), 500, lost}, {"pass as a redirect", pass(""), 302, lost},
		{"no content", "", 204, lost},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, js, tt.body))
		same(t, tt.name, newClient(t, h.URL).CloseBatch(context.Background(), device), tt.want)
		if got := len(h.to("Batches/close")); got != 1 {
			t.Errorf("%s: sent %d times", tt.name, got)
		}
	}
	for _, kind := range []string{"text/html", "text/plain", ""} {
		h := newHost(t, always(200, kind, pass("")))
		same(t, "as "+kind, newClient(t, h.URL).CloseBatch(context.Background(), device), lost)
	}
	cut := newRaw(t, func(net.Conn) {})
	same(t, "no answer", signedIn(newClient(t, cut.url)).CloseBatch(context.Background(), device), lost)
}

func TestBatchOf(t *testing.T) {
	const rows = `[{"transactionType":"Sale","amount":14.5},{"transactionType":"sale","amount":"5.50"},{"transactionType":"Return","amount":3},
		{"transactionType":"Void","amount":"odd"},{"transactionType":"Auth Only","amount":90}]`
	status := func(s string) string { return saleJSON(member{"batchStatus", `"` + s + `"`}) }
	none := &order.Totals{SaleAmount: *usd(0), ReturnAmount: *usd(0)}
	open := order.BatchAnswer{Answered: true, GUID: "b-1"}
	shut := func(t *order.Totals) order.BatchAnswer {
		return order.BatchAnswer{Answered: true, Closed: true, GUID: "b-1", Totals: t}
	}
	tests := []struct {
		name, sale string
		status     int
		rows       string
		want       order.BatchAnswer
	}{
		{"open", status("Batch - Open"), 200, rows, open},
		{"open, with an en dash", status("BATCH – OPEN"), 200, rows, open},
		{"closed", status("Batch - Closed"), 200, rows, shut(&order.Totals{Sales: 2, SaleAmount: *usd(2000), Returns: 1, ReturnAmount: *usd(300)})},
		{"closed and empty", status("Batch - Closed"), 200, "[]", shut(none)},
		{"closed, nothing listed", status("Batch - Closed"), 204, "", shut(none)},
		{"closed, no such call", status("Batch - Closed"), 404, "", shut(nil)},
		{"closed, host in trouble", status("Batch - Closed"), 500, rows, order.BatchAnswer{}},
		{"closed, null", status("Batch - Closed"), 200, "null", order.BatchAnswer{}},
		{"closed, cut", status("Batch - Closed"), 200, rows[:40], order.BatchAnswer{}},
		{"closed, odd amount", status("Batch - Closed"), 200, `[{"transactionType":"Sale","amount":"odd"}]`, order.BatchAnswer{}},
		{"closed, too much", status("Batch - Closed"), 200, `[{"transactionType":"Sale","amount":90000000000000000},{"transactionType":"Sale","amount":90000000000000000}]`, order.BatchAnswer{}},
		{"another status", status("Batch - Odd"), 200, rows, order.BatchAnswer{}},
		{"no batch", saleJSON(member{"batchGuid", ""}, member{"batchStatus", `"Batch - Closed"`}), 200, rows, order.BatchAnswer{}},
		{"another sale", strings.Replace(status("Batch - Open"), saleGUID, "x", 1), 200, rows, order.BatchAnswer{}},
		{"no sale", "<html>", 200, rows, order.BatchAnswer{}},
	}
	for _, tt := range tests {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "Batches") {
				send(w, tt.status, js, tt.rows)
				return
			}
			sendJSON(w, tt.sale)
		})
		same(t, tt.name, newClient(t, h.URL).BatchOf(context.Background(), order.Witness{GUID: saleGUID}), tt.want)
	}
}

func TestDevices(t *testing.T) {
	tests := []struct {
		name, kind, body string
		status, devices  int
		word             string // of the error
	}{
		{"two", js, `{"count":2,"ret":[{"guid":"a","name":"One"},{"guid":"b"}]}`, 200, 2, ""},
		{"none", js, `{"count":0,"ret":[]}`, 200, 0, ""},
		{"no content", "", "", 204, 0, ""},
		{"no list", js, `{}`, 200, 0, "answers, but not"},
		{"another type", js, `[]`, 200, 0, "answers, but not"},
		{"cut", js, `{"ret":[`, 200, 0, "answers, but not"},
		{"HTML", "text/html", "<html>", 200, 0, "sign-in page"},
		{"redirect", "text/html", "", 302, 0, "sign-in page"},
		{"401", js, denied, 401, 0, "paydesk setup"},
		{"403", js, denied, 403, 0, "paydesk setup"},
		{"404", js, denied, 404, 0, "host.base_url"},
		{"429", js, denied, 429, 0, "Wait a minute"},
		{"503", "text/html", "", 503, 0, "Wait a minute"},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, tt.kind, tt.body))
		got, err := newClient(t, h.URL).Devices(context.Background())
		if len(got) != tt.devices || (err == nil) != (tt.word == "") {
			t.Errorf("%s: got %v, %v", tt.name, got, err)
		}
		if tt.word != "" {
			sentence(t, tt.name, err, tt.word)
		}
	}
	lost := newRaw(t, func(net.Conn) {})
	err := signedIn(newClient(t, lost.url)).Ping(context.Background())
	sentence(t, "no answer", err, "cable or Wi-Fi")
	if strings.Contains(fmt.Sprintf("%+v", err), "pass&word") {
		t.Error("the password is in an error")
	}
}
