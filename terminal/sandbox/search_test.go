package sandbox

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
)

// ofMerchant is the body of a search with more fields.
func ofMerchant(filter string) string {
	return strings.TrimSuffix(fmt.Sprintf(`{"MerchantGuid":%q,%s`, MerchantGUID, filter), ",") + "}"
}

// enter puts rows into the ledger as they are, without the rules of a call.
func (b *bench) enter(rows ...*entry) {
	b.t.Helper()
	err := b.host.ledger.write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		for _, e := range rows {
			if e.batch == "" && e.kind != kindVerify {
				var err error
				if e.batch, err = openBatch(ctx, tx, e.device, e.created); err != nil {
					return err
				}
			}
			if err := insert(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// someEntry is an approved row of a kind.
func someEntry(kind string, minor int64, at time.Time) *entry {
	amount := money.New(minor, accountCurrency)
	return &entry{kind: kind, device: DeviceGUID, status: statusApproved, code: "A0000", message: "Success",
		amount: amount, approved: amount, created: at, authCode: "TAS001", madeBy: DefaultUsername,
		card: keptCard{brand: "Visa", first4: "4111", last4: "1111", token: "token00000001111", expiry: "2029-12", holder: "John Doe"}}
}

// guids asks for one page and gives the guids of its rows; of verifies, which
// have none, the times and cards.
func (b *bench) guids(path, body string) []string {
	b.t.Helper()
	status, text, err := b.do("POST", "Search/"+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if status == http.StatusNoContent {
		return nil
	}
	if status != http.StatusOK {
		b.t.Fatalf("%s %s: got %d %s", path, body, status, text)
	}
	var out struct {
		Ret, SearchResultDTO []struct {
			GUID, TimeStamp string
			Card            struct{ Last4 string }
		}
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, row := range append(out.Ret, out.SearchResultDTO...) {
		if row.GUID == "" {
			row.GUID = row.TimeStamp + row.Card.Last4
		}
		list = append(list, row.GUID)
	}
	return list
}

// randomEntries are rows of a kind whose fields repeat often enough for every
// filter to find some and to leave some out.
func randomEntries(r *rand.Rand, kind string, n int) []*entry {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var rows []*entry
	at := documentDay
	for range n {
		at = at.Add(time.Duration(r.IntN(3)) * time.Hour)
		e := someEntry(kind, 100+int64(r.IntN(900)), at)
		e.status = pick(statusApproved, statusApproved, statusDeclined, "Transaction - Created - Local")
		e.order, e.orderDate = pick("", "A1", "A2"), pick("", "2018-09-01", "2018-09-02T00:00:00")
		e.customer, e.reason = pick("", "C1", "C2"), pick("DEVICE_TIMEOUT", "TORN_TRANSACTIONS", "")
		e.card.last4, e.card.brand, e.card.holder = pick("1111", "0057"), pick("Visa", "Mastercard"), pick("John Doe", "Jane Roe", "")
		e.related = pick("", "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002")
		rows = append(rows, e)
	}
	return rows
}

// searchCases are filters and the rows that they let pass.
var searchCases = []struct {
	by     filterField
	filter string
	pass   func(*entry) bool
}{
	{byGUID, ``, func(*entry) bool { return true }},
	{bySale, `"SaleGuid":"AAAAAAAA-0000-4000-8000-000000000001"`, func(e *entry) bool { return strings.HasSuffix(e.related, "1") }},
	{byOrder, `"OrderNumber":"A1"`, func(e *entry) bool { return e.order == "A1" }},
	{byAmount, `"AmountFrom":2.5,"AmountTo":"7.00"`, func(e *entry) bool { return e.amount.Minor >= 250 && e.amount.Minor <= 700 }},
	{byAmount, `"AmountFrom":9`, func(e *entry) bool { return e.amount.Minor >= 900 }},
	{byAmount, `"AmountTo":3,"Status":"Transaction - Declined"`, func(e *entry) bool { return e.amount.Minor <= 300 && e.status == statusDeclined }},
	{byNewAmount, `"NewAmountFrom":2.5,"NewAmountTo":7`, func(e *entry) bool { return e.amount.Minor >= 250 && e.amount.Minor <= 700 }},
	{byHolder, `"CardHolderName":"john doe"`, func(e *entry) bool { return e.card.holder == "John Doe" }},
	{byType, `"CardType":"mastercard"`, func(e *entry) bool { return e.card.brand == "Mastercard" }},
	{byLastFour, `"CardLastFour":"0057"`, func(e *entry) bool { return e.card.last4 == "0057" }},
	{byLastFour, `"CardLastFour":"0057","TimeStampFrom":"2018-09-12"`, func(e *entry) bool {
		return e.card.last4 == "0057" && !e.created.Before(time.Date(2018, 9, 12, 0, 0, 0, 0, time.UTC))
	}},
	{byStatus, `"Status":"Transaction - Declined"`, func(e *entry) bool { return e.status == statusDeclined }},
	{byTime, `"TimeStampFrom":"2018-09-11","TimeStampTo":"2018-09-12"`, func(e *entry) bool { return e.created.Day() == 11 || e.created.Day() == 12 }},
	{byTime, `"TimeStampFrom":"2018-09-11T10:36:14-03:00"`, func(e *entry) bool {
		return e.created.After(time.Date(2018, 9, 11, 13, 36, 13, 999_999_999, time.UTC))
	}},
	{byTime, `"TimeStampTo":"9/11/2018"`, func(e *entry) bool { return e.created.Before(time.Date(2018, 9, 12, 0, 0, 0, 0, time.UTC)) }},
	{byTime, `"TimeStampFrom":"2031-01-01"`, func(*entry) bool { return false }},
	{byTime, `"TimeStampTo":"1/1/1900"`, func(*entry) bool { return false }},
	{byOrderDate, `"OrderDateFrom":"2018-09-02"`, func(e *entry) bool { return strings.HasPrefix(e.orderDate, "2018-09-02") }},
	{byOrderDate, `"OrderDateTo":"9/1/2018"`, func(e *entry) bool { return e.orderDate == "2018-09-01" }},
	{byCustomer, `"MerchantCustomerId":"C2"`, func(e *entry) bool { return e.customer == "C2" }},
	{byReason, `"VoidReason":"DEVICE_TIMEOUT"`, func(e *entry) bool { return e.reason == "DEVICE_TIMEOUT" }},
}

var allSearches = map[string]*searchOf{"Sales": &saleSearch, "Voids": &voidSearch, "Returns": &returnSearch,
	"AuthOnlys": &authSearch, "Captures": &captureSearch, "Verify": &verifySearch}

// TestSearchAgainstModel compares every filter of every kind, page by page from
// the end and from the start, with the same filter over the rows in memory. In
// the last round the clock was once set back.
func TestSearchAgainstModel(t *testing.T) {
	for _, late := range []bool{false, true} {
		b := newBench(t, Options{})
		r := rand.New(rand.NewPCG(1, 2))
		model := map[string][]*entry{}
		for name, s := range allSearches {
			model[name] = randomEntries(r, s.kind, 60)
			if late {
				model[name][40].created = documentDay.Add(30 * time.Minute)
			}
		}
		for i := range 60 { // the kinds take turns
			for _, rows := range model {
				b.enter(rows[i])
			}
		}
		for name, s := range allSearches {
			for _, tt := range searchCases {
				if tt.by != byGUID && !slices.Contains(s.by, tt.by) {
					continue
				}
				var want []*entry
				for _, e := range model[name] {
					if tt.pass(e) {
						want = append(want, e)
					}
				}
				if tt.filter != "" {
					slices.SortStableFunc(want, func(a, b *entry) int { return a.created.Compare(b.created) })
				}
				b.wantPages(name, tt.filter, want)
			}
		}
	}
}

// wantPages reads all pages of a search, first backwards, then forwards.
func (b *bench) wantPages(name, filter string, want []*entry) {
	b.t.Helper()
	const size = 7
	var guids []string
	for _, e := range want {
		guid := e.guid
		if e.kind == kindVerify {
			guid = e.created.Format(bareTime) + e.card.last4
		}
		guids = append(guids, guid)
	}
	pages := len(want)/size + 1
	var back, forth []string
	for p := pages + 1; p >= 1; p-- {
		back = append(b.guids(fmt.Sprintf("%s/false/%d/%d", name, p, size), ofMerchant(filter)), back...)
	}
	for p := 1; p <= pages+1; p++ {
		forth = append(forth, b.guids(fmt.Sprintf("%s/false/%d/%d", name, p, size), ofMerchant(filter))...)
	}
	if !slices.Equal(back, guids) {
		b.t.Errorf("%s %s, pages backwards: got %d rows %v, want %d %v", name, filter, len(back), back, len(guids), guids)
	}
	if !slices.Equal(forth, guids) {
		b.t.Errorf("%s %s, pages forwards: got %d rows, want %d", name, filter, len(forth), len(guids))
	}
}

func TestSearchByGUIDAndInvoice(t *testing.T) {
	b := newBench(t, Options{})
	rows := randomEntries(rand.New(rand.NewPCG(3, 4)), kindSale, 9)
	b.enter(rows...)
	for _, filter := range []string{fmt.Sprintf(`"guid":%q`, strings.ToUpper(rows[4].guid)), `"InvoiceNumber":` + rows[4].refNumber()} {
		if got := b.guids("Sales/false", ofMerchant(filter)); !slices.Equal(got, []string{rows[4].guid}) {
			t.Errorf("%s: got %v, want %s", filter, got, rows[4].guid)
		}
	}
}

func TestSearchRefusals(t *testing.T) {
	b := newBench(t, Options{})
	tests := []struct{ path, body, want string }{
		{"Sales/false", `{}`, "No Merchant was found for the current User"},
		{"Voids/false", `{"MerchantGuid":"x"}`, "No Merchant was found for the current User"},
		{"RecurringBillings/false", `{}`, "No Merchant was found for the current User"},
		{"Sales/false", `[]`, "Unable to decode the Model"},
		{"Sales/perhaps", ofMerchant(``), "exportable"},
		{"Sales/false/0", ofMerchant(``), "pageNumber"},
		{"Sales/false/-1", ofMerchant(``), "pageNumber"},
		{"Sales/false/x", ofMerchant(``), "pageNumber"},
		{"Returns/false/1/0", ofMerchant(``), "pageSize"},
		{"Returns/false/1/501", ofMerchant(``), "pageSize"},
		{"Sales/false", ofMerchant(`"AmountFrom":"x"`), "AmountFrom"},
		{"Captures/false", ofMerchant(`"NewAmountTo":"1.2.3"`), "NewAmountTo"},
		{"Sales/false", ofMerchant(`"Status":"Approved"`), "Invalid Status"},
		{"Voids/false", ofMerchant(`"VoidReason":"NONE"`), "VoidReason"},
		{"Sales/false", ofMerchant(`"InvoiceNumber":"12a"`), "InvoiceNumber"},
		{"Sales/false", ofMerchant(`"TimeStampFrom":"yesterday"`), "TimeStampFrom"},
		{"Sales/false", ofMerchant(`"TimeStampTo":"32/1/2018"`), "TimeStampTo"},
		{"AuthOnlys/false", ofMerchant(`"OrderDateFrom":"x"`), "OrderDateFrom"},
		{"RecurringBillings/false", ofMerchant(`"CreatedDateTo":"x"`), "CreatedDateTo"},
		{"RecurringBillings/false", ofMerchant(`"ActiveOnly":"x"`), "Unable to decode the Model"},
	}
	for _, tt := range tests {
		if got := b.want(400, "POST", "Search/"+tt.path, tt.body); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s: got %s, want %s", tt.path, tt.body, got, tt.want)
		}
	}
	for _, path := range []string{"Sales/false/1/500", "Sales/FALSE/1048576/500", "Sales/true"} {
		b.want(204, "POST", "Search/"+path, ofMerchant(``)) // nothing sold yet
	}
}

// TestDocumentSearchSamples: the rows have every field of the sample rows, in
// the same types, null where the sample has null.
func TestDocumentSearchSamples(t *testing.T) {
	b := newBench(t, Options{})
	auth := someEntry(kindAuth, 1111, documentDay)
	auth.order, auth.orderDate = "11700", "2017-02-03T00:00:00"
	bare := someEntry(kindAuth, 1313, documentDay)
	bare.status, bare.message, bare.approved = statusDeclined, "Invalid Card", money.New(0, accountCurrency)
	b.enter(someEntry(kindSale, 2500, documentDay), auth, bare, someEntry(kindReturn, 1515, documentDay), someEntry(kindVerify, 0, documentDay))
	capture, void := someEntry(kindCapture, 1111, documentDay), someEntry(kindVoid, 750, documentDay)
	capture.related, void.reason = auth.guid, "DEVICE_TIMEOUT"
	b.enter(capture, void)
	for name, kind := range map[string]string{"search_sales": "Sales", "search_voids": "Voids", "search_returns": "Returns",
		"search_captures": "Captures", "search_verify": "Verify", "search_recurring": "RecurringBillings"} {
		sameShape(t, name, b.want(200, "POST", "Search/"+kind+"/false", ofMerchant(``)))
	}
	sameShape(t, "search_authonlys", b.want(200, "POST", "Search/AuthOnlys/false", ofMerchant(fmt.Sprintf(`"guid":%q`, bare.guid))))
	row := func(text string) map[string]any { return fields(t, text)["ret"].([]any)[0].(map[string]any) }
	got := row(b.want(200, "POST", "Search/Captures/false", ofMerchant(``)))["authOnly"]
	want := row(sample(t, "search_captures"))["authOnly"].(map[string]any)
	want["card"].(map[string]any)["last4"] = "1111"
	if jsonText(t, got) != jsonText(t, want) {
		t.Errorf("authorization of a capture: got %s, want %s", jsonText(t, got), jsonText(t, want))
	}
	gotVoid := row(b.want(200, "POST", "Search/AuthOnlys/false", ofMerchant(fmt.Sprintf(`"guid":%q`, auth.guid))))["relatedCapture"]
	if related, ok := gotVoid.(map[string]any); !ok || related["guid"] != capture.guid {
		t.Errorf("related capture: got %v, want %s", gotVoid, capture.guid)
	}
	// What a sample request asks for is not there: an empty answer.
	for _, name := range []string{"sales", "voids", "returns", "authonlys", "captures", "verify"} {
		b.want(204, "POST", "Search/"+name+"/false", guidOfMerchant(t, "search_"+name))
	}
	b.want(204, "POST", "Search/RecurringBillings/false", guidOfMerchant(t, "search_recurring"))
}

// guidOfMerchant is a sample request with the sandbox's merchant.
func guidOfMerchant(t *testing.T, name string) string {
	return with(t, sample(t, name+".request"), "merchantGuid", MerchantGUID)
}

func TestSearchAsCSV(t *testing.T) {
	b := newBench(t, Options{})
	odd := someEntry(kindReturn, 150, documentDay)
	odd.card.holder = "Doe, \"Jo\"\r\nsecond line; ünïcode"
	plain := someEntry(kindReturn, 1000, documentDay)
	plain.card.holder, plain.code = "", ""
	b.enter(odd, plain)
	req, err := http.NewRequest("POST", b.url+"/api/v1/Search/Returns/true", strings.NewReader(ofMerchant(``)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv;") {
		t.Errorf("content type: got %s, want text/csv", got)
	}
	text := readAll(t, resp.Body)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"status", "amount", "card.cardHolderName", "card.cardType", "card.last4", "timeStamp", "processorStatusCode", "batchStatus", "guid", "deviceGuid"},
		{statusApproved, "1.5", "Doe, \"Jo\"\nsecond line; ünïcode", "Visa", "1111", "2018-09-10T13:36:13.77", "A0000", "Batch - Open", odd.guid, DeviceGUID},
		{statusApproved, "10", "", "Visa", "1111", "2018-09-10T13:36:13.77", "", "Batch - Open", plain.guid, DeviceGUID},
	}
	if got := fmt.Sprintf("%q", rows); got != fmt.Sprintf("%q", want) {
		t.Errorf("rows: got %s\nwant %q", got, want)
	}
	if !strings.HasSuffix(text, "\r\n") || strings.Contains(text, "token0000") {
		t.Errorf("the text does not end its last line, or shows a token: %q", text)
	}
}

func TestSearchRecurring(t *testing.T) {
	b := newBench(t, Options{})
	tests := []struct {
		path, filter string
		want         []int
	}{
		{"false", ``, []int{1, 2, 3, 4}},
		{"false/2/3", ``, []int{4}},
		{"false", `"guid":"161089CA-5893-4504-BD2C-093BEEBEB9BB"`, []int{1}},
		{"false", `"CardOnly":"True"`, []int{1, 2, 3}},
		{"false", `"BankAccountOnly":true`, []int{4}},
		{"false", `"BankAccountOnly":true,"CardOnly":true`, []int{1, 2, 3, 4}},
		{"false", `"ActiveOnly":"true"`, []int{1, 2}},
		{"false", `"PausedOnly":"true","CompletedOnly":"true"`, []int{3, 4}},
		{"false", `"AmountFrom":12.12,"AmountTo":25`, []int{1, 2}},
		{"false", `"CreatedDateFrom":"2018-01-01","CreatedDateTo":"2018-03-01"`, []int{2, 3}},
		{"false", `"ActiveOnly":"false","AmountTo":0.5`, nil},
	}
	for _, tt := range tests {
		var want []string
		for _, n := range tt.want {
			want = append(want, []string{"", "161089ca-5893-4504-bd2c-093beebeb9bb", "72656375-0000-4000-8000-000000000002",
				"72656375-0000-4000-8000-000000000003", "72656375-0000-4000-8000-000000000004"}[n])
		}
		if got := b.guids("RecurringBillings/"+tt.path, ofMerchant(tt.filter)); !slices.Equal(got, want) {
			t.Errorf("%s %s: got %v, want %v", tt.path, tt.filter, got, want)
		}
	}
}

func TestCurrentSearch(t *testing.T) {
	b := newBench(t, Options{Dialect: DialectCurrent})
	var sales []*entry
	for i := range 5 {
		e := someEntry(kindSale, int64(100*(i+1)), documentDay.Add(time.Duration(i)*time.Hour))
		e.order = []string{"A", "B"}[i%2]
		sales = append(sales, e)
	}
	b.enter(sales...)
	void, back := someEntry(kindVoid, 100, documentDay), someEntry(kindReturn, 50, documentDay)
	void.related, back.related = sales[0].guid, sales[1].guid
	b.enter(void, back)
	tests := []struct {
		path, filter string
		want         string // pageCurrent, results, pageTotal, pageSize, totalResults
	}{
		{"Sales/false", ``, "1 5 1 500 5"},
		{"Sales/false/2/2", ``, "2 2 3 2 5"},
		{"Sales/false/3/2", ``, "3 1 3 2 5"},
		{"Sales/false/4/2", ``, "4 0 3 2 5"},
		{"Sales/false/1/2", `"OrderNumber":"A"`, "1 2 2 2 3"},
		{"Sales/false/2/2", `"OrderNumber":"A"`, "2 1 2 2 3"},
		{"Sales/false/1/2", `"OrderNumber":"C"`, "1 0 0 2 0"},
		{"Sales/false/1/500", `"guid":"` + sales[1].guid + `","AmountFrom":400,"Status":"?"`, "1 5 1 500 5"},
		{"Voids/false", `"SaleGuid":"x"`, "1 1 1 500 1"},
		{"Returns/false", `"AmountFrom":"0.51"`, "1 0 0 500 0"},
		{"Returns/false", `"AmountTo":"0.50"`, "1 1 1 500 1"},
		{"Verify/false", ``, "1 0 0 500 0"},
	}
	for range 2 { // the second time from what is remembered
		for _, tt := range tests {
			text := b.want(200, "POST", "Search/"+tt.path, ofMerchant(tt.filter))
			p := fields(t, text)
			rows := p["searchResultDTO"].([]any)
			got := words(p["pageCurrent"], p["pageCurrentResults"], p["pageTotal"], p["pageSize"], p["totalResults"])
			if got != tt.want || fmt.Sprint(len(rows)) != fmt.Sprint(p["pageCurrentResults"]) {
				t.Errorf("%s %s: got %s with %d rows, want %s", tt.path, tt.filter, got, len(rows), tt.want)
			}
		}
		b.enter(someEntry(kindVerify, 0, documentDay))
		tests[len(tests)-1].want = "1 1 1 500 1"
	}
	rows := fields(t, b.want(200, "POST", "Search/Sales/false", ofMerchant(``)))["searchResultDTO"].([]any)
	first, second := rows[0].(map[string]any), rows[1].(map[string]any)
	if void, _ := first["relatedVoid"].(map[string]any); void == nil || second["relatedVoid"] != nil {
		t.Errorf("relatedVoid: got %v and %v", first["relatedVoid"], second["relatedVoid"])
	}
	if got := words(len(first["relatedReturns"].([]any)), len(second["relatedReturns"].([]any)), second["tipAmount"], second["captureGuid"]); got != "0 1 <nil> <nil>" {
		t.Errorf("relatedReturns, tipAmount, captureGuid: got %s", got)
	}
	for _, gone := range []string{"AuthOnlys", "Captures", "RecurringBillings"} {
		b.want(404, "POST", "Search/"+gone+"/false", ofMerchant(``))
	}
	if got := b.want(200, "POST", "Search/Verify/true/9", ofMerchant(``)); got != "status,card.cardType,card.last4,timeStamp,processorStatusCode,guid\r\n" {
		t.Errorf("an empty page as CSV: got %q", got)
	}
}

// TestCountsAreRemembered: a total that was counted once grows with what comes.
func TestCountsAreRemembered(t *testing.T) {
	b := newBench(t, Options{Dialect: DialectCurrent})
	for i := range 30 {
		b.enter(someEntry(kindReturn, int64(50+i%3), documentDay))
		p := fields(t, b.want(200, "POST", "Search/Returns/false/1/1", ofMerchant(`"AmountTo":"0.51"`)))
		if got, want := fmt.Sprint(p["totalResults"]), fmt.Sprint(i+1-(i+1)/3); got != want {
			t.Fatalf("after %d returns: got a total of %s, want %s", i+1, got, want)
		}
	}
}

// TestOldLedgerGetsPlaces: a ledger whose rows have no places yet gets them, and
// one that was entered late is known as such.
func TestOldLedgerGetsPlaces(t *testing.T) {
	for _, late := range []bool{false, true} {
		b := newBench(t, Options{})
		var want []*entry
		for i := range 9 {
			want = append(want, someEntry(kindSale, 100, documentDay.Add(time.Duration(i)*time.Hour)))
			if late && i == 8 {
				want[i].created = documentDay.Add(time.Minute)
			}
			b.enter(want[i], someEntry(kindVoid, 100, documentDay))
		}
		if _, err := b.host.ledger.db.Exec(`DROP TRIGGER give_place; DROP TABLE places`); err != nil {
			t.Fatal(err)
		}
		b.reopen(Options{})
		want = append(want, someEntry(kindSale, 100, documentDay.Add(9*time.Hour)))
		b.enter(want[9])
		b.wantPages("Sales", ``, want)
		slices.SortFunc(want, func(a, b *entry) int { return a.created.Compare(b.created) })
		b.wantPages("Sales", `"TimeStampFrom":"2018-09-01"`, want)
	}
}

// TestSearchLags: under the fault a search sees what it saw some time ago, all
// pages and totals alike.
func TestSearchLags(t *testing.T) {
	for _, dialect := range []Dialect{DialectDocument, DialectCurrent} {
		b := newBench(t, Options{Faults: true, Dialect: dialect})
		first, second := someEntry(kindReturn, 100, b.clock.Now()), someEntry(kindReturn, 100, b.clock.Now().Add(time.Minute))
		b.enter(first)
		b.clock.Advance(time.Minute)
		b.enter(second)
		if err := b.host.SetFaults(FaultPlan{Rules: []FaultRule{{Call: "POST search/*", Fault: Fault{Kind: FaultLag, For: time.Minute}}}}); err != nil {
			t.Fatal(err)
		}
		for _, filter := range []string{``, `"AmountTo":2`, `"TimeStampFrom":"2018-09-01"`} {
			if got := b.guids("Returns/false/1/2", ofMerchant(filter)); !slices.Equal(got, []string{first.guid}) {
				t.Errorf("%s %s a minute behind: got %v, want the first alone", dialect, filter, got)
			}
		}
		b.clock.Advance(time.Minute)
		for _, filter := range []string{``, `"AmountTo":2`, `"TimeStampFrom":"2018-09-01"`} {
			if got := b.guids("Returns/false/1/2", ofMerchant(filter)); !slices.Equal(got, []string{first.guid, second.guid}) {
				t.Errorf("%s %s later: got %v, want both", dialect, filter, got)
			}
		}
	}
}

// TestRelatedRowsLag: what acts on a row is hidden as long as a search for it
// would not find it.
func TestRelatedRowsLag(t *testing.T) {
	b := newBench(t, Options{Faults: true, Dialect: DialectCurrent})
	sale, back := someEntry(kindSale, 100, b.clock.Now()), someEntry(kindReturn, 100, b.clock.Now().Add(time.Hour))
	b.enter(sale)
	back.related = sale.guid
	b.enter(back)
	b.clock.Advance(time.Hour)
	for _, tt := range []struct {
		behind time.Duration
		want   int
	}{{time.Minute, 0}, {0, 1}} {
		var plan FaultPlan
		if tt.behind > 0 {
			plan.Rules = []FaultRule{{Fault: Fault{Kind: FaultLag, For: tt.behind}}}
		}
		if err := b.host.SetFaults(plan); err != nil {
			t.Fatal(err)
		}
		row := fields(t, b.want(200, "POST", "Search/Sales/false", ofMerchant(``)))["searchResultDTO"].([]any)[0].(map[string]any)
		if got := len(row["relatedReturns"].([]any)); got != tt.want {
			t.Errorf("%s behind: got %d returns, want %d", tt.behind, got, tt.want)
		}
	}
}
