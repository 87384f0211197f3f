package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// guidOf is the guid of the n-th sale.
func guidOf(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n) }

func rowJSON(n int) string {
	return fmt.Sprintf(`{"status":"Transaction - Approved","amount":%d.%02d,"card":{"cardType":"Visa","last4":"4456"},`+
		`"timeStamp":"2026-02-06T08:32:44.81-03:00","processorResponseMessage":"Success","effectiveAmount":%d.%02d,`+
		`"batchStatus":"Batch - Open","guid":%q,"deviceGuid":%q,"orderNumber":"N%d"}`, n/100, n%100, n/100, n%100, guidOf(n), device, n)
}

// ledger is a host of a test with sales 0 to rows-1.
type ledger struct {
	rows    int
	current bool // the envelope
	total   bool // count is that of all results
	most    int  // rows of a page, whatever was asked; 0 is as asked
	stuck   bool // ignores the page number
	shift   int  // rows that come in between two pages, in front
}

func (l *ledger) serve(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	page, _ := strconv.Atoi(parts[len(parts)-2])
	size, _ := strconv.Atoi(parts[len(parts)-1])
	if l.most > 0 {
		size = min(size, l.most)
	}
	if l.stuck {
		page = 1
	}
	from := (page-1)*size - (page-1)*l.shift
	to := min(from+size, l.rows)
	if from >= l.rows {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	said := to - from
	if l.total {
		said = l.rows
	}
	if l.current {
		fmt.Fprintf(w, `{"pageCurrent":%d,"pageCurrentResults":%d,"pageTotal":%d,"pageSize":%d,"totalResults":%d,"searchResultDTO":[`,
			page, to-from, (l.rows+size-1)/size, size, l.rows)
	} else {
		fmt.Fprintf(w, `{"count":%d,"ret":[`, said)
	}
	for n := from; n < to; n++ {
		if n > from {
			_, _ = io.WriteString(w, ",")
		}
		_, _ = io.WriteString(w, rowJSON(n))
	}
	_, _ = io.WriteString(w, "]}")
}

func searchingClient(t testing.TB, h http.HandlerFunc) (*Client, *host) {
	t.Helper()
	host := newHost(t, h)
	return newClient(t, host.URL, func(cfg *Config) { cfg.MerchantGUID = merchant }), host
}

// TestPages: every row comes once, however the host cuts its pages.
func TestPages(t *testing.T) {
	tests := map[string]struct {
		ledger
		size, pages int
	}{
		"none":                  {ledger{}, 500, 1},
		"one":                   {ledger{rows: 1}, 500, 1},
		"a page and a half":     {ledger{rows: 750}, 500, 2},
		"two whole pages":       {ledger{rows: 1000}, 500, 3},
		"current, two whole":    {ledger{rows: 1000, current: true}, 500, 2},
		"current, small":        {ledger{rows: 7, current: true}, 3, 3},
		"small pages":           {ledger{rows: 7}, 3, 3},
		"too large a page":      {ledger{rows: 501}, 5000, 2},
		"capped, count of all":  {ledger{rows: 250, total: true, most: 100}, 500, 3},
		"capped, pages said":    {ledger{rows: 250, current: true, most: 100}, 500, 3},
		"rows shift":            {ledger{rows: 1200, shift: 40}, 500, 3},
		"whole, count of all":   {ledger{rows: 1000, total: true}, 500, 3},
		"default size for zero": {ledger{rows: 600}, 0, 2},
	}
	for name, tt := range tests {
		c, h := searchingClient(t, tt.serve)
		var got []string
		for r, err := range c.SearchSales(context.Background(), SaleFilter{Where: Where{PageSize: tt.size}}) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, string(r.GUID))
		}
		var want []string
		for n := range tt.rows {
			want = append(want, guidOf(n))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, want %d", name, len(got), len(want))
		}
		if calls := len(h.calls) - 1; calls != tt.pages {
			t.Errorf("%s: %d pages asked for, want %d", name, calls, tt.pages)
		}
	}
}

// TestBadPages: a list that cannot be had whole ends with a sentence, never as
// if it were whole.
func TestBadPages(t *testing.T) {
	many := &ledger{rows: 2000}
	tests := map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"page number ignored": {(&ledger{rows: 500, stuck: true}).serve, "same page"},
		"ends early": {func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/1/500") {
				sendJSON(w, `{"count":9,"ret":[`+rowJSON(1)+`]}`)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		}, "announced 9 results and sent 1"},
		"page size ignored": {func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = "/x/1/2000"
			many.serve(w, r)
		}, "more rows at once"},
		"broken off":       {always(200, "application/json", `{"count":1,"ret":[`+rowJSON(1)), "broke off"},
		"more behind it":   {always(200, "application/json", `{"count":0,"ret":[]}{}`), "broke off"},
		"two lists":        {always(200, "application/json", `{"ret":[],"searchResultDTO":[]}`), "broke off"},
		"no list":          {always(200, "application/json", `{"count":0}`), "broke off"},
		"an array":         {always(200, "application/json", `[]`), "broke off"},
		"rows of nonsense": {always(200, "application/json", `{"ret":[5]}`), "broke off"},
		"bad amount":       {always(200, "application/json", `{"ret":[{"guid":"a","amount":1e400000000}]}`), "broke off"},
		"html":             {always(200, "text/html", `<html>`), "answers, but not"},
		"gone":             {always(404, "", ``), "does not offer"},
		"server error":     {always(500, "application/json", `{"message":"x"}`), "trouble of its own"},
		"merchant":         {always(400, "application/json", `{"message":"No Merchant was found for the current User"}`), "host.merchant_guid"},
	}
	for name, tt := range tests {
		c, _ := searchingClient(t, tt.answer)
		var last error
		for _, err := range c.SearchSales(context.Background(), SaleFilter{}) {
			if last != nil {
				t.Errorf("%s: goes on after its error", name)
			}
			last = err
		}
		var p *Problem
		if !errors.As(last, &p) || !strings.Contains(p.Text, tt.want) {
			t.Errorf("%s: got %v, want a sentence with %q", name, last, tt.want)
		}
		if gone := errors.Is(last, ErrNotOffered); gone != (name == "gone") {
			t.Errorf("%s: not offered: %t", name, gone)
		}
	}
}

func TestNoResults(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"204": always(204, "", ""), "empty": always(200, "application/json", `{"count":0,"ret":[]}`),
		"null": always(200, "application/json", `{"count":0,"ret":null}`), "current": always(200, "application/json", `{"totalResults":0,"pageTotal":0,"searchResultDTO":[]}`),
		"words": always(200, "application/json", `{"message":"NoResultFound204"}`), "words of a 404": always(404, "application/json", `{"message":"NoResultFound204"}`),
	} {
		c, h := searchingClient(t, answer)
		if rows := count(t, c.SearchVerifies(context.Background(), VerifyFilter{})); rows != nil || len(h.calls) != 2 {
			t.Errorf("%s: %d rows, %d calls", name, len(rows), len(h.calls))
		}
	}
}

// TestIgnoredFilters: rows that contradict what was asked are left out.
func TestIgnoredFilters(t *testing.T) {
	c, h := searchingClient(t, (&ledger{rows: 1100}).serve)
	one := func(f SaleFilter) []SaleRow { return count(t, c.SearchSales(context.Background(), f)) }
	tests := map[string]struct {
		filter SaleFilter
		want   int
	}{
		"guid":      {SaleFilter{Where: Where{GUID: strings.ToUpper(guidOf(1001))}}, 1},
		"number":    {SaleFilter{OnOrder: OnOrder{OrderNumber: "N7"}}, 1},
		"status":    {SaleFilter{Where: Where{Status: "Transaction - Declined"}}, 0},
		"from":      {SaleFilter{Amounts: Amounts{AmountFrom: "10.98"}}, 2},
		"range":     {SaleFilter{Amounts: Amounts{AmountFrom: "0.50", AmountTo: "1"}}, 51},
		"last four": {SaleFilter{OnCard: OnCard{CardLastFour: "1111"}}, 0},
		"type":      {SaleFilter{OnCard: OnCard{CardType: "visa"}}, 1100},
		"holder":    {SaleFilter{OnCard: OnCard{CardHolderName: "nobody"}}, 1100}, // the rows do not tell
		"day":       {SaleFilter{Period: Period{TimeStampFrom: "2026-02-06", TimeStampTo: "2026-02-06"}}, 1100},
		"next week": {SaleFilter{Period: Period{TimeStampFrom: "2026-02-13"}}, 0},
		"last week": {SaleFilter{Period: Period{TimeStampTo: "2026-01-30"}}, 0},
		"no date":   {SaleFilter{Period: Period{TimeStampTo: "yesterday"}}, 1100},
	}
	for name, tt := range tests {
		if got := one(tt.filter); len(got) != tt.want {
			t.Errorf("%s: %d rows, want %d", name, len(got), tt.want)
		}
	}
	var sent struct{ AmountFrom, AmountTo json.RawMessage }
	for _, s := range h.calls {
		if strings.Contains(s.body, "AmountTo") {
			if err := json.Unmarshal([]byte(s.body), &sent); err != nil {
				t.Fatal(err)
			}
		}
	}
	if string(sent.AmountFrom) != "0.50" || string(sent.AmountTo) != "1" {
		t.Errorf("amounts went out as %s and %s", sent.AmountFrom, sent.AmountTo)
	}
	for _, err := range c.SearchSales(context.Background(), SaleFilter{Amounts: Amounts{AmountFrom: "1e3"}}) {
		if err == nil || !strings.Contains(err.Error(), "12.50") {
			t.Errorf("got %v", err)
		}
	}
	unset := newClient(t, h.URL)
	for _, err := range unset.SearchSales(context.Background(), SaleFilter{}) {
		if err == nil || !strings.Contains(err.Error(), "host.merchant_guid") {
			t.Errorf("got %v", err)
		}
	}
}

// TestIgnoredVoidFilters: a void tells why and of what it is.
func TestIgnoredVoidFilters(t *testing.T) {
	row := `{"guid":"v","status":"Transaction - Approved","voidReason":"DEVICE_TIMEOUT","sale":{"guid":"` + guidOf(1) + `","amount":7.5}}`
	c, _ := searchingClient(t, always(200, "application/json", `{"count":1,"ret":[`+row+`]}`))
	for want, filters := range map[int][]VoidFilter{
		1: {{}, {VoidReason: "device_timeout"}, {SaleGUID: guidOf(1)}},
		0: {{VoidReason: "TORN_TRANSACTIONS"}, {SaleGUID: guidOf(2)}},
	} {
		for _, f := range filters {
			if got := count(t, c.SearchVoids(context.Background(), f)); len(got) != want {
				t.Errorf("%+v: %d rows, want %d", f, len(got), want)
			}
		}
	}
}

func TestSearchStops(t *testing.T) {
	c, h := searchingClient(t, (&ledger{rows: 5000}).serve)
	for range c.SearchSales(context.Background(), SaleFilter{}) {
		break
	}
	if len(h.calls) != 2 {
		t.Errorf("%d calls, want the token and one page", len(h.calls))
	}
}

func TestLinks(t *testing.T) {
	for text, want := range map[string]string{`null`: "", `"a"`: "a", `{"guid":"a"}`: "a", `[{"guid":"a"},"b",null]`: "a b", `{}`: "", `[]`: "", `5`: "5"} {
		var l Links
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.text() != want {
			t.Errorf("%s: got %q, %v", text, l.text(), err)
		}
	}
}

// csvHost answers pages of CSV.
func csvHost(pages ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(r.URL.Path, "/")
		n, _ := strconv.Atoi(parts[len(parts)-2])
		if n > len(pages) {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		send(w, 200, "text/csv; charset=utf-8", pages[n-1])
	}
}

func TestExportCSV(t *testing.T) {
	const head = "guid,time,status,amount,effective_amount,card_type,last4,card_holder,order_number,code,message,batch_status,device,related,detail\n"
	tests := map[string]struct {
		answer http.HandlerFunc
		filter Filter
		want   string
		wrong  string
	}{
		"rows in JSON": {(&ledger{rows: 3}).serve, &SaleFilter{Where: Where{PageSize: 2}, OnOrder: OnOrder{OrderNumber: "N2"}},
			head + guidOf(2) + ",2026-02-06T08:32:44.81-03:00,Transaction - Approved,0.02,0.02,Visa,4456,,N2,,Success,Batch - Open," + device + ",,\n", ""},
		"voids": {func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, sample(t, "search_voids")) }, &VoidFilter{},
			head + "26613acb-7b7f-4b42-ae3d-1f8eb113729d,2017-09-15T15:16:13.94,Transaction - Approved,7.5,,Other,4418,John Doe,,A0000,,Batch - Closed,,,DEVICE_TIMEOUT\n", ""},
		"none":         {always(204, "", ""), &SaleFilter{}, head, ""},
		"host's own":   {csvHost("a,b\n1,2\n3,4\n", "a,b\n5,6\n"), &SaleFilter{Where: Where{PageSize: 2}}, "a,b\n1,2\n3,4\n5,6\n", ""},
		"all at once":  {csvHost("a,b\n1,2\n3,4\n5,6\n", "a,b\n1,2\n3,4\n5,6\n"), &SaleFilter{Where: Where{PageSize: 2}}, "a,b\n1,2\n3,4\n5,6\n", ""},
		"same page":    {csvHost("a\n1\n2\n", "a\n1\n2\n"), &SaleFilter{Where: Where{PageSize: 2}}, "", "same page"},
		"card number":  {csvHost("a,b\n" + visa + ",\"x " + visa + "\"\n"), &SaleFilter{}, "a,b\n****************,x ****************\n", ""},
		"formulas":     {csvHost("a\n=1+1\n-5.00\n-cmd\n@x\n\"a\nb\"\n"), &SaleFilter{}, "a\n'=1+1\n-5.00\n'-cmd\n'@x\n\"a\nb\"\n", ""},
		"endless line": {csvHost("a\n\"" + strings.Repeat("x\n", 100_000)), &SaleFilter{}, "", "broke off"},
		"refused":      {always(422, "application/json", `{"message":"The user does not have permission to do this"}`), &SaleFilter{}, "", "role may do this"},
	}
	for name, tt := range tests {
		c, h := searchingClient(t, tt.answer)
		var out bytes.Buffer
		err := c.ExportCSV(context.Background(), tt.filter, &out)
		if tt.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%s: got %v, want %q", name, err, tt.wrong)
			}
			continue
		}
		if err != nil || out.String() != tt.want {
			t.Errorf("%s: got %v\n%s\nwant\n%s", name, err, out.String(), tt.want)
		}
		if !strings.Contains(h.calls[1].path, "/true/1/") {
			t.Errorf("%s: asked %s", name, h.calls[1].path)
		}
	}
	c, _ := searchingClient(t, (&ledger{rows: 3}).serve)
	if err := c.ExportCSV(context.Background(), &SaleFilter{}, failing{}); err == nil || !strings.Contains(err.Error(), "room") {
		t.Errorf("got %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// live is the heap that is in use.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkSearch streams results and reports the most live heap on the way,
// beside what there was before, and the allocations of a row. The heap must
// not grow with the number of rows.
func BenchmarkSearch(b *testing.B) {
	for _, rows := range []int{10_000, 100_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			h := newHost(b, (&ledger{rows: rows}).serve)
			c := newClient(b, h.URL, func(cfg *Config) { cfg.MerchantGUID = merchant })
			var most uint64
			var allocs runtime.MemStats
			runtime.ReadMemStats(&allocs)
			before, mallocs := live(), allocs.Mallocs
			for b.Loop() {
				n := 0
				for _, err := range c.SearchSales(context.Background(), SaleFilter{}) {
					if err != nil {
						b.Fatal(err)
					}
					if n++; n%5000 == 250 {
						h.mu.Lock()
						h.calls = nil // the host's own notes are none of the client's memory
						h.mu.Unlock()
						most = max(most, live())
					}
				}
				if n != rows {
					b.Fatalf("%d rows", n)
				}
			}
			runtime.ReadMemStats(&allocs)
			b.ReportMetric(float64(most-before)/1024, "kB-live")
			b.ReportMetric(float64(allocs.Mallocs-mallocs)/float64(b.N*rows), "allocs/row") // the host's among them
		})
	}
}
