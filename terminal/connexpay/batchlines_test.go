package connexpay

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func batchLines(t testing.TB, c *Client, searched bool) (lines []order.BatchLine, err error) {
	t.Helper()
	q := order.BatchQuery{GUID: guidOf(9), Device: device, From: today.Add(-time.Hour), To: today, Searched: searched}
	for line, err := range c.BatchLines(context.Background(), q) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func lineJSON(kind, guid, amount string) string {
	return fmt.Sprintf(`{"transactionType":%q,"transactionGuid":%q,"transactionDatetime":"2017-03-14T16:25:29.11","lastFour":"4418","cardType":"Visa","amount":%s}`, kind, guid, amount)
}

// TestBatchLines reads what the document shows of a batch; nothing that is not
// read whole is a success.
func TestBatchLines(t *testing.T) {
	good := lineJSON("Sale", guidOf(1), "23.14")
	for name, tt := range map[string]struct {
		status int
		body   string
		lines  int
		fails  bool
	}{
		"the document's":    {200, sample(t, "batch_transactions"), 3, false},
		"all kinds":         {200, "[" + strings.Join([]string{good, lineJSON("Void", guidOf(2), "0"), lineJSON("Return", guidOf(3), `"1.5"`), lineJSON("Auth Only", guidOf(4), "90")}, ",") + "]", 4, false},
		"empty":             {200, "[]", 0, false},
		"nothing":           {204, "", 0, false},
		"cut":               {200, "[" + good, 1, true},
		"more behind it":    {200, "[" + good + "][]", 1, true},
		"no list":           {200, `{"message":"no"}`, 0, true},
		"an unknown kind":   {200, "[" + good + "," + lineJSON("Chargeback", guidOf(2), "1") + "]", 1, true},
		"no amount":         {200, "[" + strings.Replace(good, `"amount"`, `"sum"`, 1) + "]", 0, true},
		"below a cent":      {200, "[" + lineJSON("Sale", guidOf(1), "1.001") + "]", 0, true},
		"below zero":        {200, "[" + lineJSON("Sale", guidOf(1), "-1") + "]", 0, true},
		"no guid":           {200, "[" + lineJSON("Sale", "", "1") + "]", 0, true},
		"a card for a guid": {200, "[" + lineJSON("Sale", visa, "1") + "]", 0, true},
		"two amounts":       {200, "[" + strings.Replace(good, `"lastFour"`, `"amount":1,"lastFour"`, 1) + "]", 0, true},
		"null":              {200, "[null]", 0, true},
		"down":              {503, "", 0, true},
		"unknown batch":     {404, `{"message":"There is no Batch for the given guid."}`, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, func(w http.ResponseWriter, _ *http.Request) { send(w, tt.status, "application/json", tt.body) })
			lines, err := batchLines(t, newClient(t, h.URL), false)
			if len(lines) != tt.lines || (err != nil) != tt.fails {
				t.Errorf("%d lines, %v", len(lines), err)
			}
			if err != nil && strings.Contains(err.Error(), visa) {
				t.Errorf("%v", err)
			}
		})
	}
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) { send(w, 200, "application/json", "["+good+"]") })
	lines, err := batchLines(t, newClient(t, h.URL), false)
	want := order.BatchLine{Shelf: order.ShelfSales, GUID: guidOf(1), Last4: "4418", Amount: money.New(2314, money.USD), At: time.Date(2017, 3, 14, 16, 25, 29, 110_000_000, time.UTC)}
	if err != nil || len(lines) != 1 || lines[0] != want {
		t.Errorf("got %+v, %v; want %+v", lines, err, want)
	}
	none := newClient(t, h.URL)
	none.Use(order.Offer{Dialect: order.DialectCurrent})
	if _, err := batchLines(t, none, false); !errors.Is(err, order.ErrNoList) {
		t.Errorf("an account without batches: %v", err)
	}
}

// TestSearchedLines: sales by their batch and returns of the list, as far as they
// are of the batch or may be.
func TestSearchedLines(t *testing.T) {
	sale := func(guid, more string) string {
		return fmt.Sprintf(`{"guid":%q,"status":"Transaction - Approved","deviceGuid":%q,"amount":12.5,"timeStamp":"2026-03-01T11:30:00"%s}`, guid, device, more)
	}
	lists := map[string]string{
		"sales/Batch/" + guidOf(9): "[" + strings.Join([]string{
			sale(guidOf(1), `,"batchGuid":"`+guidOf(9)+`","sequenceNumber":"N1","effectiveAmount":10`),
			sale(guidOf(2), `,"batchGuid":"`+guidOf(8)+`"`),
			sale(guidOf(3), `,"relatedVoid":{"guid":"v"}`),
			strings.Replace(sale(guidOf(4), ""), "Approved", "Declined", 1)}, ",") + "]",
		"returns": "[" + sale(guidOf(5), "") + "]",
	}
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		body, ok := lists[strings.TrimPrefix(r.URL.Path, "/api/v1/")]
		if !ok {
			send(w, 404, "application/json", `{"message":"no such path"}`)
			return
		}
		send(w, 200, "application/json", body)
	})
	lines, err := batchLines(t, newClient(t, h.URL), true)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%+v, %v", lines, err)
	}
	if l := lines[0]; l.GUID != guidOf(1) || l.Number != "N1" || l.Loose || l.Left == nil || l.Left.Minor != 1000 || l.Amount.Minor != 1250 {
		t.Errorf("%+v", l)
	}
	if l := lines[1]; l.GUID != guidOf(5) || l.Shelf != order.ShelfReturns || !l.Loose || l.Left != nil {
		t.Errorf("%+v", l)
	}
}

// TestTransaction: a row that is there, one that is not, and a host that does not
// answer are three things.
func TestTransaction(t *testing.T) {
	status, body := 200, ""
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) { send(w, status, "application/json", body) })
	c := newClient(t, h.URL)
	for _, tt := range []struct {
		status int
		body   string
		want   error // nil: any error, where fails
		fails  bool
	}{
		{200, fmt.Sprintf(`{"guid":%q,"status":"Transaction - Approved","saleGuid":%q,"sequenceNumber":"N1"}`, guidOf(1), guidOf(2)), nil, false},
		{400, `{"message":"Unable to reach entity"}`, order.ErrNotFound, true},
		{404, `{"message":"There is no Void for the given guid."}`, order.ErrNotFound, true},
		{204, "", order.ErrNotFound, true},
		{503, "", nil, true},
		{200, fmt.Sprintf(`{"guid":%q,"status":"Transaction - Approved"}`, guidOf(7)), nil, true},
		{200, "[]", nil, true},
	} {
		status, body = tt.status, tt.body
		row, err := c.Transaction(context.Background(), order.ShelfVoids, guidOf(1))
		if (err != nil) != tt.fails || tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && errors.Is(err, order.ErrNotFound) {
			t.Errorf("%d %s: %v", tt.status, tt.body, err)
		}
		if err == nil && (row.Target != guidOf(2) || row.Number != "N1") {
			t.Errorf("%+v", row)
		}
	}
}

// FuzzBatchLines: a list of any bytes is read whole or fails, and nothing that was
// read holds a card number.
func FuzzBatchLines(f *testing.F) {
	f.Add([]byte(sample(f, "batch_transactions")))
	for _, body := range []string{"", "[]", "[null]", `[{"amount":1e9}]`, "[" + lineJSON("Void", guidOf(1), `"1"`) + "]", "[" + lineJSON("Sale", visa, "1") + "]"} {
		f.Add([]byte(body))
	}
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = eachRow(strings.NewReader(string(body)), func(row lineReply) error {
			line, err := c.batchLine(row)
			if text := fmt.Sprintf("%+v %v", line, err); strings.Contains(text, visa) {
				t.Fatal(text)
			}
			if err == nil && (line.GUID == "" || line.Shelf == "" || line.Amount.Minor < 0) {
				t.Fatalf("%+v", line)
			}
			return err
		})
	})
}

// BenchmarkBatchLines reads a list over HTTP, with what is kept at its last row.
func BenchmarkBatchLines(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := newHost(b, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				out := bufio.NewWriter(w)
				defer out.Flush()
				for i := range n {
					fmt.Fprintf(out, "%c%s", "[,"[min(i, 1)], lineJSON("Sale", guidOf(i), "12.34"))
				}
				out.WriteByte(']')
			})
			c := newClient(b, h.URL)
			var before, during runtime.MemStats
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				lines := 0
				for _, err := range c.BatchLines(context.Background(), order.BatchQuery{GUID: guidOf(1)}) {
					if err != nil {
						b.Fatal(err)
					}
					if lines++; lines == n {
						runtime.GC()
						runtime.ReadMemStats(&during)
					}
				}
				if lines != n {
					b.Fatal(lines)
				}
			}
			b.ReportMetric(float64(int64(during.HeapAlloc)-int64(before.HeapAlloc)), "bytes-kept")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}
