package connexpay

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// routed answers each path with a text: "" is no content, a text that begins
// with a digit is that status. Every other path is not there.
func routed(t *testing.T, answers map[string]string) *host {
	return newHost(t, func(w http.ResponseWriter, r *http.Request) {
		body, known := answers[strings.TrimPrefix(r.URL.Path, "/api/v1/")]
		var status int
		switch {
		case !known:
			send(w, 404, "text/html", "<html>")
		case body == "":
			send(w, 204, "", "")
		case body[0] >= '0' && body[0] <= '9':
			_, _ = fmt.Sscan(body, &status)
			send(w, status, js, `{"message":"x"}`)
		default:
			sendJSON(w, body)
		}
	})
}

// found checks a finding: want is "failed", "impossible", or the guids of the
// rows.
func found(t *testing.T, what string, f order.Finding, want string) {
	t.Helper()
	var guids []string
	for _, h := range f.Hits {
		guids = append(guids, h.GUID)
	}
	got := strings.Join(guids, " ")
	if f.Failed {
		got += "failed"
	}
	if f.Impossible {
		got += "impossible"
	}
	if got != want {
		t.Errorf("%s: got %q, want %q: %+v", what, got, want, f)
	}
}

const (
	noRows  = `{"count":0,"ret":[]}`
	voidOf  = `{"guid":"v","status":"Transaction - Approved","wasProcessed":true,"processorStatusCode":"A0000","saleGuid":"` + saleGUID + `"}`
	backOf  = `{"guid":"r","status":"Transaction - Approved","wasProcessed":true,"processorStatusCode":"A0014","amount":1500,"saleGuid":"` + saleGUID + `"}`
	takeOf  = `{"guid":"c","status":"Transaction - Approved","wasProcessed":true,"processorStatusCode":"A0000","newAmount":1500,"authOnlyGuid":"` + holdGUID + `","relatedSale":{"guid":"` + saleGUID + `"}}`
	another = "26613acb-7b7f-4b42-ae3d-1f8eb113729d"
)

func searchOf(kind string) string { return "Search/" + kind + "/false/1/500" }

// pageOf is a whole page of the current dialect.
func pageOf(rows ...string) string {
	return fmt.Sprintf(`{"pageCurrent":1,"totalResults":%d,"searchResultDTO":[%s]}`, len(rows), strings.Join(rows, ","))
}

func with(row, more string) string { return row[:len(row)-1] + "," + more + "}" }

func swap(row, from, to string) string { return strings.Replace(row, from, to, 1) }

func TestFindVoid(t *testing.T) {
	gone := saleJSON(member{"effectiveAmount", "0"})
	mute := saleJSON(member{"effectiveAmount", ""})
	declined := swap(swap(voidOf, "Approved", "Declined"), "true", "false")
	tests := []struct {
		name    string
		offer   order.Offer
		answers map[string]string
		want    string
	}{
		{"its own row", order.Offer{}, map[string]string{"sales/" + saleGUID: gone, "void": "[" + voidOf + "]"}, "v"},
		{"the sale's row alone", order.Offer{}, map[string]string{"sales/" + saleGUID: gone}, saleGUID},
		{"the sale's row, void of another", order.Offer{}, map[string]string{"sales/" + saleGUID: gone, "void": "[" + swap(voidOf, saleGUID, another) + "]"}, saleGUID},
		{"it stands", order.Offer{}, map[string]string{"sales/" + saleGUID: saleJSON(), "void": "[" + voidOf + "]"}, ""},
		{"no effective amount", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": "[" + voidOf + "]"}, "v"},
		{"none among voids", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": "[" + swap(voidOf, saleGUID, another) + "]"}, ""},
		{"no voids", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": ""}, ""},
		{"a void of who knows what", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": "[" + swap(voidOf, "saleGuid", "x") + "]"}, "impossible"},
		{"a declined void", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": "[" + declined + "]"}, ""},
		{"cut", order.Offer{}, map[string]string{"sales/" + saleGUID: mute, "void": "[" + voidOf}, "failed"},
		{"no list", order.Offer{}, map[string]string{"sales/" + saleGUID: mute}, "impossible"},
		{"no sale", order.Offer{}, map[string]string{"void": "[" + voidOf + "]"}, "failed"},
		{"another sale", order.Offer{}, map[string]string{"sales/" + saleGUID: saleOf(another)}, "failed"},
		{"trouble", order.Offer{}, map[string]string{"sales/" + saleGUID: "503"}, "failed"},

		{"searched, gone", current, map[string]string{searchOf("Sales"): pageOf(gone), searchOf("Voids"): pageOf(voidOf)}, "v"},
		{"searched, the sale alone", current, map[string]string{searchOf("Sales"): pageOf(gone), searchOf("Voids"): "403"}, saleGUID},
		{"searched, with its void", current, map[string]string{searchOf("Sales"): pageOf(with(gone, `"relatedVoid":{"guid":"w"}`))}, "w"},
		{"searched, stands", current, map[string]string{searchOf("Sales"): pageOf(saleJSON())}, ""},
		{"searched, not shown", current, map[string]string{searchOf("Sales"): pageOf(saleOf(another))}, "failed"},
		{"searched, nothing", current, map[string]string{searchOf("Sales"): ""}, "failed"},
		{"not searched", current, map[string]string{}, "impossible"},
		{"searched voids", current, map[string]string{searchOf("Sales"): pageOf(mute), searchOf("Voids"): pageOf(voidOf, swap(voidOf, saleGUID, another))}, "v"},
		{"searched voids, half a page", current, map[string]string{searchOf("Sales"): pageOf(mute),
			searchOf("Voids"): swap(pageOf(voidOf), `"totalResults":1`, `"totalResults":9`)}, "impossible"},
	}
	for _, tt := range tests {
		c := newClient(t, routed(t, tt.answers).URL, offering(tt.offer))
		found(t, tt.name, c.FindFollow(context.Background(), void), tt.want)
	}
}

func TestFindReturn(t *testing.T) {
	related := func(rows string) string { return pageOf(with(saleJSON(), `"relatedReturns":`+rows)) }
	known := swap(backOf, `"r"`, `"known"`)
	numbered := with(swap(backOf, `"r"`, `"n"`), `"orderNumber":"`+followNumber+`"`)
	list := func(rows ...string) map[string]string {
		return map[string]string{"returns": "[" + strings.Join(rows, ",") + "]"}
	}
	sales := func(related string) map[string]string { return map[string]string{searchOf("Sales"): related} }
	tests := []struct {
		name    string
		offer   order.Offer
		answers map[string]string
		want    string
	}{
		{"one", order.Offer{}, list(backOf), "r"},
		{"among others", order.Offer{}, list(swap(backOf, saleGUID, another), swap(backOf, "1500", "15"), known, backOf), "r"},
		{"two alike", order.Offer{}, list(backOf, swap(backOf, `"r"`, `"s"`)), "r s"},
		{"its number tells", order.Offer{}, list(backOf, numbered), "n"},
		{"another number excludes nothing", order.Offer{}, list(with(backOf, `"sequenceNumber":"`+number+`"`)), "r"},
		{"none", order.Offer{}, list(), ""},
		{"nothing", order.Offer{}, map[string]string{"returns": ""}, ""},
		{"known alone", order.Offer{}, list(known), ""},
		{"declined", order.Offer{}, list(swap(swap(backOf, "Approved", "Declined"), "true", "false")), ""},
		{"of who knows what", order.Offer{}, list(swap(backOf, "saleGuid", "x")), "impossible"},
		{"of who knows what, another amount", order.Offer{}, list(swap(swap(backOf, "saleGuid", "x"), "1500", "15")), ""},
		{"of no amount", order.Offer{}, list(swap(backOf, `"amount"`, `"x"`)), "impossible"},
		{"of an odd amount", order.Offer{}, list(swap(backOf, "1500", `"odd"`)), "impossible"},
		{"an odd row", order.Offer{}, list(`{"guid":5}`), "failed"},
		{"cut", order.Offer{}, map[string]string{"returns": "[" + backOf + ","}, "failed"},
		{"no list", order.Offer{}, nil, "impossible"},

		{"related", current, sales(related("[" + backOf + "]")), "r"},
		{"related, without its sale", current, sales(related("[" + swap(backOf, "saleGuid", "x") + "]")), "r"},
		{"related, none", current, sales(related("[]")), ""},
		{"related, others", current, sales(related("[" + known + "," + swap(backOf, "1500", "15") + "]")), ""},
		{"not related, searched", current, map[string]string{searchOf("Sales"): pageOf(saleJSON()), searchOf("Returns"): pageOf(backOf, swap(backOf, saleGUID, another))}, "r"},
		{"guids alone, searched", current, map[string]string{searchOf("Sales"): related(`["r"]`), searchOf("Returns"): pageOf(backOf)}, "r"},
		{"no amounts, searched", current, map[string]string{searchOf("Sales"): related(`[{"guid":"r"}]`), searchOf("Returns"): ""}, ""},
		{"null, searched", current, map[string]string{searchOf("Sales"): related(`null`), searchOf("Returns"): pageOf(swap(backOf, "saleGuid", "x"))}, "impossible"},
		{"not related, not searched", current, sales(pageOf(saleJSON())), "impossible"},
		{"trouble", current, sales("503"), "failed"},
	}
	for _, tt := range tests {
		f := giveBack
		f.Known = []string{"known"}
		c := newClient(t, routed(t, tt.answers).URL, offering(tt.offer))
		found(t, tt.name, c.FindFollow(context.Background(), f), tt.want)
	}
}

func TestFindCapture(t *testing.T) {
	made := func(number, capture string) string {
		return with(saleJSON(member{"sequenceNumber", `"` + number + `"`}), `"captureGuid":`+capture)
	}
	// byNumber answers the search for the capture's number and for the hold's.
	byNumber := func(capture, hold string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			text := make([]byte, 1000)
			n, _ := r.Body.Read(text)
			if strings.Contains(string(text[:n]), followNumber) {
				sendJSON(w, capture)
			} else {
				sendJSON(w, hold)
			}
		}
	}
	lists := map[string]struct{ list, want string }{
		"one":          {"[" + takeOf + "]", "c"},
		"of another":   {"[" + swap(takeOf, holdGUID, another) + "]", ""},
		"by its hold":  {"[" + swap(takeOf, `"authOnlyGuid":"`+holdGUID+`"`, `"authOnly":{"guid":"`+holdGUID+`"}`) + "]", "c"},
		"of who knows": {"[" + swap(takeOf, "authOnlyGuid", "x") + "]", "impossible"},
		"none":         {"[]", ""}, "cut": {"[" + takeOf, "failed"},
	}
	for name, tt := range lists {
		c := newClient(t, routed(t, map[string]string{"Captures": tt.list}).URL)
		found(t, name, c.FindFollow(context.Background(), take), tt.want)
	}
	searches := map[string]struct{ capture, hold, want string }{
		"by its number":             {pageOf(made(followNumber, `"c"`)), pageOf(), "c"},
		"by its number, no guid":    {pageOf(made(followNumber, `null`)), pageOf(), saleGUID},
		"by the hold's number":      {pageOf(), pageOf(made(number, `"c"`)), "c"},
		"a sale of the hold's":      {pageOf(), pageOf(made(number, `null`)), ""},
		"none":                      {pageOf(), pageOf(), ""},
		"a filter that is ignored":  {pageOf(made("other", `"x"`)), pageOf(made("other", `"x"`)), ""},
		"a page that is not whole":  {pageOf(), swap(pageOf(), `"totalResults":0`, `"totalResults":9`), "impossible"},
		"an answer that is no page": {`{}`, pageOf(), "impossible"},
	}
	for name, tt := range searches {
		c := newClient(t, newHost(t, byNumber(tt.capture, tt.hold)).URL, offering(current))
		f := c.FindFollow(context.Background(), take)
		found(t, name, f, tt.want)
		for _, hit := range f.Hits {
			if hit.Made != saleGUID || hit.Target != holdGUID || hit.Number != followNumber {
				t.Errorf("%s: got %+v", name, hit)
			}
		}
	}
	found(t, "a check", newClient(t, "http://127.0.0.1").FindFollow(context.Background(), followUp(order.Check, theSale)), "impossible")
	found(t, "no target", newClient(t, "http://127.0.0.1").FindFollow(context.Background(), followUp(order.Void, order.Target{})), "failed")
}

// TestFindHold: the document's holds tell no number. One that fits in all else
// is the one, one that cannot be told apart proves nothing.
func TestFindHold(t *testing.T) {
	row := func(changed ...string) string {
		at := today.Add(time.Minute).Format(time.RFC3339)
		text := with(saleJSON(member{"sequenceNumber", ""}, member{"guid", `"h"`}), `"timeStamp":"`+at+`","card":{"last4":"1111"}`)
		for i := 0; i < len(changed); i += 2 {
			text = swap(text, changed[i], changed[i+1])
		}
		return text
	}
	numbered := with(saleJSON(member{"sequenceNumber", ""}, member{"guid", `"n"`}), `"orderNumber":"`+number+`"`)
	later := today.Add(time.Minute).Format(time.RFC3339)
	all := func(rows ...string) map[string]string {
		return map[string]string{"AuthOnlys": "[" + strings.Join(rows, ",") + "]"}
	}
	and := func(m map[string]string, path, body string) map[string]string { m[path] = body; return m }
	tests := []struct {
		name    string
		answers map[string]string
		want    string
	}{
		{"one that fits", all(row()), "h"},
		{"among others", all(row(device, another), row(), row("1500", "1501"), row("1111", "2222")), "h"},
		{"others only", all(row(device, another), row("1500", "1501"), row("1111", "2222")), ""},
		{"two that fit", all(row(), row(`"h"`, `"i"`)), "impossible"},
		{"one that fits, one that may", all(row(), row("last4", "x")), "impossible"},
		{"too early", all(row(later, today.Add(-3*time.Minute).Format(time.RFC3339))), "impossible"},
		{"too late", all(row(later, today.Add(37*time.Minute).Format(time.RFC3339))), "impossible"},
		{"no time", all(row("timeStamp", "x")), "impossible"},
		{"no device", all(row("deviceGuid", "x")), "impossible"},
		{"no amount", all(row(`"amount"`, `"x"`)), "impossible"},
		{"in part", all(row("1500", "750", "A0000", "A0002")), "impossible"},
		{"a number", all(row(), numbered), "n"},
		{"other numbers", all(row(), swap(numbered, number, "OTHER")), ""},
		{"none", all(), ""},
		{"nothing", map[string]string{"AuthOnlys": ""}, ""},
		{"cut", map[string]string{"AuthOnlys": "[" + row()}, "failed"},
		{"found by search", map[string]string{searchOf("AuthOnlys"): page("n"), "AuthOnlys/n": numbered}, "n"},
		{"not found by search, listed", and(all(row()), searchOf("AuthOnlys"), noRows), "h"},
		{"not found by search, no list", map[string]string{searchOf("AuthOnlys"): noRows}, "impossible"},
		{"search in trouble", and(all(row()), searchOf("AuthOnlys"), "503"), "failed"},
	}
	q := holding
	q.Last4, q.Created = "1111", today
	for _, tt := range tests {
		c := newClient(t, routed(t, tt.answers).URL, searcher)
		found(t, tt.name, c.Find(context.Background(), q), tt.want)
	}
	q.GUID = "h"
	c := newClient(t, routed(t, map[string]string{"AuthOnlys/h": row(later, "odd")}).URL)
	found(t, "by its guid", c.Find(context.Background(), q), "h")
	c = newClient(t, routed(t, and(all(), "AuthOnlys/h", row(device, another))).URL)
	found(t, "another's guid", c.Find(context.Background(), q), "")

	q.GUID = ""
	for name, tt := range map[string]struct {
		answers map[string]string
		want    string
	}{
		"current, found":        {map[string]string{searchOf("AuthOnlys"): pageOf(numbered)}, "n"},
		"current, none":         {map[string]string{searchOf("AuthOnlys"): pageOf()}, ""},
		"current, no such call": {all(row()), "impossible"},
	} {
		found(t, name, newClient(t, routed(t, tt.answers).URL, offering(current)).Find(context.Background(), q), tt.want)
	}
}

// TestFindCurrent reads the rows of a search as they are: this service has no
// call for one sale, nor for all.
func TestFindCurrent(t *testing.T) {
	byOrder := with(saleJSON(member{"sequenceNumber", ""}), `"orderNumber":"`+number+`"`)
	tests := []struct{ name, page, want string }{
		{"by sequence number", pageOf(saleJSON()), saleGUID},
		{"by order number", pageOf(byOrder), saleGUID},
		{"without a device", pageOf(swap(byOrder, "deviceGuid", "x")), saleGUID},
		{"on another device", pageOf(swap(byOrder, device, another)), ""},
		{"the filter is ignored", pageOf(saleJSON(member{"sequenceNumber", `"x"`})), ""},
		{"without a number", pageOf(saleJSON(member{"sequenceNumber", ""})), "impossible"},
		{"none", pageOf(), ""},
		{"without a guid", pageOf(saleJSON(member{"guid", ""})), "failed"},
		{"with an odd amount", pageOf(saleJSON(member{"amount", `"x"`})), "failed"},
		{"not whole", swap(pageOf(byOrder), `"totalResults":1`, `"totalResults":2`), "impossible"},
		{"503", "503", "failed"},
	}
	for _, tt := range tests {
		h := routed(t, map[string]string{searchOf("Sales"): tt.page})
		found(t, tt.name, newClient(t, h.URL, offering(current)).Find(context.Background(), asking(device, number)), tt.want)
		if len(h.calls) != 2 {
			t.Errorf("%s: got %d calls, want token and search", tt.name, len(h.calls))
		}
	}
	off := current
	off.Has = map[order.Feature]bool{order.FeatureSearchByNumber: false}
	found(t, "no such filter", newClient(t, "http://127.0.0.1:1", offering(off)).Find(context.Background(), asking(device, number)), "impossible")
}
