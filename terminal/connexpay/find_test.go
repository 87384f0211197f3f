package connexpay

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// rowsHost answers a search with rows of guids, and each guid with a sale.
func rowsHost(t *testing.T, page string, sales map[string]string, list http.HandlerFunc) *host {
	return newHost(t, func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
		guid := strings.TrimPrefix(path, "sales/")
		switch {
		case path == "sales":
			list(w, r)
		case strings.HasPrefix(path, "Search/"):
			sendJSON(w, page)
		case sales[guid] != "":
			sendJSON(w, sales[guid])
		default:
			send(w, 404, "application/json", `{"message":"No Sale could be found for the given Id"}`)
		}
	})
}

func searcher(cfg *Config) { cfg.MerchantGUID = "m-1" }

func saleOf(guid string, changed ...member) string {
	return saleJSON(append(changed, member{"guid", fmt.Sprintf("%q", guid)})...)
}

func page(guids ...string) string {
	var rows []string
	for _, g := range guids {
		rows = append(rows, fmt.Sprintf(`{"guid":%q,"status":"Transaction - Approved"}`, g))
	}
	return fmt.Sprintf(`{"count":%d,"ret":[%s]}`, len(rows), strings.Join(rows, ","))
}

func TestSearch(t *testing.T) {
	noList := func(http.ResponseWriter, *http.Request) { t.Error("the list was read") }
	sales := map[string]string{"a": saleOf("a"), "A-upper": saleOf("A-UPPER"), "b": saleOf("b"),
		"other-number": saleOf("other-number", member{"sequenceNumber", `"849741"`}),
		"other-device": saleOf("other-device", member{"deviceGuid", `"d"`}),
		"lies":         saleOf("a"), "unreadable": saleOf("unreadable", member{"amount", `"x"`}), "not-json": "<html>"}
	tests := []struct {
		name, page string
		want       order.Finding // guids in place of hits
		hits       []string
	}{
		{"count and ret", page("a"), order.Finding{}, []string{"a"}},
		{"the newer page", strings.NewReplacer("count", "totalResults", "ret", "searchResultDTO").Replace(page("a")), order.Finding{}, []string{"a"}},
		{"count as a string", strings.Replace(page("a"), "1", `"1"`, 1), order.Finding{}, []string{"a"}},
		{"none", `{"count":0,"ret":[]}`, order.Finding{}, nil},
		{"others only", page("other-number", "other-device"), order.Finding{}, nil},
		{"one among others", page("other-number", "b", "other-device"), order.Finding{}, []string{"b"}},
		{"two", page("a", "b"), order.Finding{}, []string{"a", "b"}},
		{"one twice", page("a", "a"), order.Finding{}, []string{"a"}},
		{"guid in another case", page("A-upper"), order.Finding{}, []string{"A-UPPER"}},
		{"one that is gone", page("a", "gone"), order.Finding{Failed: true}, nil},
		{"one that cannot be read", page("unreadable"), order.Finding{Failed: true}, nil},
		{"one that is no JSON", page("not-json"), order.Finding{Failed: true}, nil},
		{"one that is another", page("lies"), order.Finding{Failed: true}, nil},
		{"one without a guid", page(""), order.Finding{Failed: true}, nil},
	}
	for _, tt := range tests {
		h := rowsHost(t, tt.page, sales, noList)
		got := newClient(t, h.URL, searcher).Find(context.Background(), asking(strings.ToUpper(device), number))
		if got.Failed != tt.want.Failed || got.Impossible || len(got.Hits) != len(tt.hits) {
			t.Errorf("%s: got %+v, want %+v with %v", tt.name, got, tt.want, tt.hits)
			continue
		}
		for i, guid := range tt.hits {
			if got.Hits[i].GUID != guid {
				t.Errorf("%s: got %s, want %s", tt.name, got.Hits[i].GUID, guid)
			}
		}
	}
}

// TestSearchLeadsToList: an answer that does not name all candidates proves
// nothing, and the list is read.
func TestSearchLeadsToList(t *testing.T) {
	var many []string
	for i := range maxRows + 1 {
		many = append(many, fmt.Sprint("g", i))
	}
	for name, answer := range map[string]string{
		"more than 25 rows": page(many...), "empty object": `{}`, "null rows": `{"count":0,"ret":null}`, "error as 200": `{"message":"x"}`,
		"a list": `[]`, "null": `null`, "wrong types": `{"ret":[{"guid":5}]}`, "no JSON": "<html>",
		"count of more": strings.Replace(page("a"), "1", "700", 1), "newer count of more": `{"totalResults":501,"searchResultDTO":[]}`,
		"rows twice": `{"ret":[],"ret":[{"guid":"a"}]}`, "row without a number": page("unnumbered"),
	} {
		read := 0
		h := rowsHost(t, answer, map[string]string{"unnumbered": saleOf("unnumbered", member{"sequenceNumber", ""})},
			func(w http.ResponseWriter, _ *http.Request) { read++; sendJSON(w, "["+saleJSON()+"]") })
		got := newClient(t, h.URL, searcher).Find(context.Background(), asking(device, number))
		if read != 1 || len(got.Hits) != 1 || got.Failed {
			t.Errorf("%s: got %+v after %d readings of the list", name, got, read)
		}
	}
}

func TestSearchStatus(t *testing.T) {
	tests := []struct {
		status int
		kind   string
		want   order.Finding
		list   int
	}{
		{204, "", order.Finding{}, 0}, {500, "application/json", order.Finding{Failed: true}, 0},
		{502, "text/html", order.Finding{Failed: true}, 0}, {401, "application/json", order.Finding{Failed: true}, 0},
		{400, "application/json", order.Finding{Impossible: true}, 1}, {404, "", order.Finding{Impossible: true}, 1},
		{302, "", order.Finding{Impossible: true}, 1}, {200, "text/html", order.Finding{Impossible: true}, 1},
	}
	for _, tt := range tests {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/sales") {
				send(w, 404, "", "")
				return
			}
			send(w, tt.status, tt.kind, "")
		})
		got := newClient(t, h.URL, searcher).Find(context.Background(), asking(device, number))
		same(t, fmt.Sprint(tt.status, " ", tt.kind), got, tt.want)
		if n := len(h.to("sales")); n != tt.list {
			t.Errorf("%d: the list was read %d times", tt.status, n)
		}
	}
	h := newRaw(t, func(net.Conn) {})
	if got := signedIn(newClient(t, h.url, searcher)).Find(context.Background(), asking(device, number)); !got.Failed || len(h.requests) != 1 {
		t.Errorf("no answer: got %+v after %d requests", got, len(h.requests))
	}
}

func TestList(t *testing.T) {
	other := saleOf("o", member{"sequenceNumber", `"849741"`})
	unnumbered := saleOf("u", member{"sequenceNumber", ""})
	tests := []struct {
		name, kind, body string
		status           int
		want             order.Finding
		hits             int
	}{
		{"one", "application/json", "[" + saleJSON() + "]", 200, order.Finding{}, 1},
		{"among others", "application/json", "[" + other + "," + unnumbered + "," + saleJSON() + "," + other + "]", 200, order.Finding{}, 1},
		{"two", "application/json", "[" + saleJSON() + "," + saleOf("b") + "]", 200, order.Finding{}, 2},
		{"none", "application/json", "[]", 200, order.Finding{}, 0},
		{"others", "application/json", "[" + other + "]", 200, order.Finding{}, 0},
		{"another device", "application/json", "[" + saleJSON(member{"deviceGuid", `"d"`}) + "]", 200, order.Finding{}, 0},
		{"a list without numbers", "application/json", "[" + unnumbered + "," + unnumbered + "]", 200, order.Finding{Impossible: true}, 0},
		{"no content", "", "", 204, order.Finding{}, 0},
		{"no such call", "", "", 404, order.Finding{Impossible: true}, 0},
		{"no such method", "application/json", `{"message":"x"}`, 405, order.Finding{Impossible: true}, 0},
		{"cut", "application/json", "[" + saleJSON(), 200, order.Finding{Failed: true}, 0},
		{"cut behind a comma", "application/json", "[" + saleJSON() + ",", 200, order.Finding{Failed: true}, 0},
		{"cut at once", "application/json", "[", 200, order.Finding{Failed: true}, 0},
		{"closed with another bracket", "application/json", "[" + saleJSON() + "}", 200, order.Finding{Failed: true}, 0},
		{"trailing words", "application/json", "[]<html>", 200, order.Finding{Failed: true}, 0},
		{"an object", "application/json", `{"ret":[]}`, 200, order.Finding{Failed: true}, 0},
		{"null", "application/json", "null", 200, order.Finding{Failed: true}, 0},
		{"empty", "application/json", "", 200, order.Finding{Failed: true}, 0},
		{"a row of another type", "application/json", `["x"]`, 200, order.Finding{Failed: true}, 0},
		{"a row with wrong types", "application/json", `[{"sequenceNumber":{}}]`, 200, order.Finding{Failed: true}, 0},
		{"HTML", "text/html", "<html>", 200, order.Finding{Failed: true}, 0},
		{"HTML called JSON", "application/json", "<html>", 200, order.Finding{Failed: true}, 0},
		{"400", "application/json", `{"message":"x"}`, 400, order.Finding{Failed: true}, 0},
		{"500", "application/json", "[" + saleJSON() + "]", 500, order.Finding{Failed: true}, 0},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, tt.kind, tt.body))
		got := newClient(t, h.URL).Find(context.Background(), asking(device, number))
		if got.Failed != tt.want.Failed || got.Impossible != tt.want.Impossible || len(got.Hits) != tt.hits {
			t.Errorf("%s: got %+v, want %+v with %d hits", tt.name, got, tt.want, tt.hits)
		}
	}
}

// TestListCutByNetwork cuts a list at every seventh byte of its body.
func TestListCutByNetwork(t *testing.T) {
	body := "[" + saleOf("o", member{"sequenceNumber", `"849741"`}) + "]"
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	whole := fmt.Sprintf("%s%x\r\n%s\r\n0\r\n\r\n", head, len(body), body)
	// Just behind the list its end was not announced yet: that is cut, too.
	for _, k := range append(steps(len(whole), 7), strings.LastIndex(whole, "]")+1) {
		h := newRaw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, whole[:k]) })
		if got := signedIn(newClient(t, h.url)).Find(context.Background(), asking(device, number)); !got.Failed {
			t.Errorf("cut at %d of %d: got %+v", k, len(whole), got)
		}
	}
	h := newRaw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, whole) })
	if got := signedIn(newClient(t, h.url)).Find(context.Background(), asking(device, number)); got.Failed || got.Hits != nil {
		t.Errorf("whole: got %+v", got)
	}
}

func steps(length, by int) (list []int) {
	for k := 0; k < length; k += by {
		list = append(list, k)
	}
	return list
}

// TestLongList reads 100,000 rows and looks at the memory on the way.
func TestLongList(t *testing.T) {
	const rows = 100_000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var most, before uint64
	h := newHost(t, func(w http.ResponseWriter, _ *http.Request) {
		before = heap()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[")
		other := saleOf("o", member{"sequenceNumber", `"849741"`})
		for i := range rows {
			if i%20_000 == 19_999 {
				most = max(most, heap())
			}
			row := other
			if i == rows/2 {
				row = saleJSON()
			}
			_, _ = io.WriteString(w, row+",")
		}
		_, _ = io.WriteString(w, other+"]")
	})
	got := newClient(t, h.URL).Find(context.Background(), asking(device, number))
	if got.Failed || len(got.Hits) != 1 {
		t.Fatalf("got %+v", got)
	}
	read := 0
	for range newClient(t, h.URL).Sales(context.Background()) {
		read++
	}
	if read != rows+1 {
		t.Errorf("got %d rows, want %d", read, rows+1)
	}
	if grown := int64(most) - int64(before); grown > 8<<20 {
		t.Errorf("the heap grew by %d kB", grown>>10)
	}
}
