package sandbox

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// rowsVariable names the environment variable with the number of sales in the
// ledger of BenchmarkScale.
const rowsVariable = "PAYDESK_ROWS"

func scaleRows(b *testing.B) int {
	b.Helper()
	text := os.Getenv(rowsVariable)
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		b.Fatalf("%s is %q: a number from 1000 is required", rowsVariable, text)
	}
	return n
}

// scaleStart is the time of the first row, scaleStep the time between rows.
const (
	scaleStart = "2024-01-01"
	scaleStep  = 30 * time.Second
)

// fillLedger enters n sales, and one transaction of another kind to twenty, into
// a new ledger: cards, amounts and times as spread as in a shop.
func fillLedger(b *testing.B, path string, n int) {
	b.Helper()
	host, err := Open(Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := host.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	db := host.ledger.db
	do := func(text string, args ...any) {
		if _, err := db.Exec(text, args...); err != nil {
			b.Fatal(err)
		}
	}
	names, err := collect(context.Background(), db, func(r *sql.Rows) (name string, err error) {
		return name, r.Scan(&name)
	}, `SELECT name FROM sqlite_schema
		WHERE tbl_name = 'transactions' AND type = 'index' AND sql IS NOT NULL`)
	if err != nil {
		b.Fatal(err)
	}
	do(`DROP TRIGGER give_place`) // what is dropped comes back when the host opens
	for _, name := range names {
		do(`DROP INDEX ` + name)
	}
	start, _, _ := moment(scaleStart)
	do(`INSERT INTO batches WITH RECURSIVE day(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM day WHERE d < ?1)
		SELECT 'batch-' || d, ?2, 'batch-' || d, ?3 + d * 86400000000000, ?3 + (d + 1) * 86400000000000 FROM day`,
		(n+n/20)/2880, DeviceGUID, start.UnixNano())
	do(`INSERT INTO transactions (guid, kind, device, batch, related, sequence, order_number, status, code, message,
			amount, approved, standing, effective, auth_code, created, brand, first4, last4, token, expiry, holder,
			statement, customer, payments, trans_code)
		WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ?1),
			r(n, a, c, g) AS (SELECT n, 100 + abs(random()) % 50000, abs(random()) % 17, lower(hex(randomblob(16))) FROM i)
		SELECT substr(g, 1, 8) || '-' || substr(g, 9, 4) || '-' || substr(g, 13, 4) || '-' || substr(g, 17, 4) || '-' || substr(g, 21),
			CASE WHEN n % 21 THEN 'Sale' ELSE substr('Void    Return  Verify  AuthOnlyCapture ', 1 + n / 21 % 5 * 8, 8) END,
			?2, 'batch-' || n / 2880, '', 'seq-' || n, 'order-' || n, 'Transaction - Approved', 'A0000', 'Success',
			a, a, a, a, 'TAS' || n % 1000, ?3 + n * ?4, CASE c % 3 WHEN 0 THEN 'Visa' WHEN 1 THEN 'Mastercard' ELSE 'Discover' END,
			4000 + c, 1000 + c, 'token-' || c, '2029-12', CASE c % 4 WHEN 0 THEN 'John Doe' ELSE '' END,
			'', '', 0, '00ZZZTAS' || n FROM r`,
		n+n/20, DeviceGUID, start.UnixNano(), scaleStep.Nanoseconds())
	do(`UPDATE transactions SET kind = CASE kind WHEN 'AuthOnly' THEN 'Auth Only' ELSE trim(kind) END WHERE id % 21 = 0`)
}

// BenchmarkScale measures calls over HTTP on this computer against a big ledger
// whose commits survive a power cut, beside the floor of any call: an empty
// round trip, and a query of nothing.
//
//	PAYDESK_ROWS=1000000 go test -tags ci -run '^$' -bench Scale -benchtime 300x ./terminal/sandbox
func BenchmarkScale(b *testing.B) {
	n := scaleRows(b)
	path := filepath.Join(b.TempDir(), "ledger.db")
	began := clock.Real{}.Now()
	fillLedger(b, path, n)
	for _, dialect := range []Dialect{DialectDocument, DialectCurrent} {
		host, err := Open(Options{Path: path, SyncFull: true, Dialect: dialect})
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d sales, ready after %s", n, clock.Real{}.Now().Sub(began).Round(time.Second))
		server := httptest.NewServer(host.Handler())
		s := &bench{t: b, host: host, url: server.URL, path: path}
		s.token = s.login(DefaultUsername, DefaultPassword)
		b.Run(string(dialect), func(b *testing.B) { s.scale(b, n) })
		server.Close()
		if err := host.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// scale runs the calls. Each one asks for something else every time.
func (s *bench) scale(b *testing.B, n int) {
	start, _, _ := moment(scaleStart)
	deep := min(1999, n/pageSize-1)
	day := func(i int) string {
		return start.Add(time.Duration(i*7919%(n/2)) * scaleStep).Format("2006-01-02T15:04:05Z")
	}
	dayAfter := func(i int) string {
		return start.Add(time.Duration(i*7919%(n/2))*scaleStep + 24*time.Hour).Format("2006-01-02T15:04:05Z")
	}
	search := func(path, filter string) {
		if status, text, err := s.do("POST", "Search/"+path, ofMerchant(filter)); err != nil || status != http.StatusOK {
			b.Fatalf("%s %s: got %d %s, %v", path, filter, status, text, err)
		}
	}
	tests := []struct {
		name string
		call func(i int)
	}{
		{"floor/empty-round-trip", func(int) { s.want(404, "GET", "nothing", "") }},
		{"floor/select-1", func(int) {
			if n, err := s.host.place(b.Context(), `SELECT 1`); n != 1 || err != nil {
				b.Fatal(err)
			}
		}},
		{"sale", func(i int) {
			s.want(200, "POST", "sales", saleBody("4111111111111111", "5.00", fmt.Sprint("n", clock.Real{}.Now().UnixNano(), i)))
		}},
		{"first-page", func(int) { search("Sales/false", ``) }},
		{"deep-page", func(int) { search(fmt.Sprint("Sales/false/", deep), ``) }},
		{"any-page", func(i int) { search(fmt.Sprint("Sales/false/", 1+i*7919%deep), ``) }},
		{"small-kind", func(i int) { search(fmt.Sprint("Returns/false/", 1+i%10, "/100"), ``) }},
		{"order-number", func(i int) { search("Sales/false", fmt.Sprintf(`"OrderNumber":"order-%d"`, 1+i*7919%n/21*21)) }},
		{"last-four-and-day", func(i int) {
			search("Sales/false", fmt.Sprintf(`"CardLastFour":"%d","TimeStampFrom":%q,"TimeStampTo":%q`, 1000+i%17, day(i), dayAfter(i)))
		}},
		{"last-four-and-year", func(i int) {
			search("Sales/false", fmt.Sprintf(`"CardLastFour":"%d","TimeStampFrom":"2024-01-01","TimeStampTo":"2024-12-31"`, 1000+i%17))
		}},
		{"narrow-amounts", func(i int) {
			search("Sales/false", fmt.Sprintf(`"AmountFrom":"%d.10","AmountTo":"%d.35"`, 1+i%500, 1+i%500))
		}},
		{"wide-amounts", func(i int) { search("Sales/false", fmt.Sprintf(`"AmountFrom":"%d","AmountTo":"500"`, 1+i%400)) }},
		{"wide-amounts-next-page", func(i int) { search(fmt.Sprint("Sales/false/", 1+i%(n/pageSize/3)), `"AmountFrom":"250"`) }},
		{"day", func(i int) {
			search("Sales/false", fmt.Sprintf(`"TimeStampFrom":%q,"TimeStampTo":%q`, day(i), dayAfter(i)))
		}},
		{"year-deep-page", func(i int) {
			search(fmt.Sprint("Sales/false/", 1+i*7919%(deep/2)), `"TimeStampFrom":"2024-01-02"`)
		}},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				at := clock.Real{}.Now()
				tt.call(i)
				took = append(took, clock.Real{}.Now().Sub(at))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
