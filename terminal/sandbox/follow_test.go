package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// effective is the effective amount of a row by its guid, read from the ledger.
func (b *bench) effective(guid string) string {
	b.t.Helper()
	for _, r := range b.rows() {
		if r.GUID == guid {
			return r.EffectiveAmount.Decimal()
		}
	}
	b.t.Fatalf("there is no row %s", guid)
	return ""
}

func TestEffectiveAmounts(t *testing.T) {
	b := newBench(t, Options{})
	auth := b.guid("AuthOnlys", pay("90"))
	part := b.made("Captures", on("AuthOnlyGuid", auth, "NewAmount", "60.5"))
	sale := part["relatedSale"].(map[string]any)["guid"].(string)
	held := part["authOnly"].(map[string]any)
	if got, want := words(part["newAmount"], part["effectiveAmount"], held["amount"], held["effectiveAmount"]), "60.5 60.5 90 60.5"; got != want {
		t.Errorf("part capture: got %s, want %s", got, want)
	}
	same := func(when, want string) {
		t.Helper()
		if got := words(b.effective(auth), b.effective(part["guid"].(string)), b.effective(sale)); got != words(want, want, want) {
			t.Errorf("%s: authorization, capture and sale have %s, want %s each", when, got, want)
		}
	}
	same("captured", "60.50")
	b.settle()
	same("settled", "60.50")
	b.made("returns", on("SaleGuid", sale, "Amount", "20"))
	same("partly returned", "40.50")
	last := b.made("returns", on("SaleGuid", sale, "Amount", "40.5"))
	same("returned", "0.00")
	if got, want := last["sale"].(map[string]any)["effectiveAmount"], "0"; fmt.Sprint(got) != want {
		t.Errorf("sale in the return: effective %v, want %s", got, want)
	}

	other, otherSale := b.captured("12")
	void := b.made("void", on("SaleGuid", otherSale, "VoidReason", "POST_AUTH_USER_DECLINE"))
	if got := words(b.effective(other), b.effective(otherSale), void["voidReason"]); got != "0.00 0.00 POST_AUTH_USER_DECLINE" {
		t.Errorf("voided capture: got %s", got)
	}
	if got := b.made("void", on("AuthOnlyReferenceNumber", b.made("AuthOnlys", pay("7"))["refNumber"])); got["authOnly"] == nil || got["sale"] != nil {
		t.Errorf("void of an authorization: got %v, want it nested as authOnly", got)
	}
	half := b.made("AuthOnlys", payWith(cardFor(PartlyApproved), "10.01"))
	if got := words(half["processorStatusCode"], half["effectiveAmount"], b.made("Captures", on("AuthOnlyGuid", half["guid"]))["newAmount"]); got != "A0002 5 5" {
		t.Errorf("partly approved and captured: got %s, want A0002 5 5", got)
	}
}

// TestCaptureAcrossBatches: a hold outlives the batch that it was made in.
func TestCaptureAcrossBatches(t *testing.T) {
	b := newBench(t, Options{})
	auth := b.made("AuthOnlys", strings.Replace(pay("90"), `"OrderNumber":""`, `"OrderNumber":"room 7","OrderDate":"2018-09-10"`, 1))
	b.settle()
	capture := b.made("Captures", strings.Replace(on("AuthOnlyGuid", auth["guid"]), DeviceGUID, SecondDeviceGUID, 1))
	sale := fields(t, b.want(200, "GET", "sales/"+capture["relatedSale"].(map[string]any)["guid"].(string), ""))
	if got, want := words(sale["orderNumber"], sale["orderDate"], sale["deviceGuid"], sale["batchStatus"]), words("room 7", "2018-09-10T00:00:00", SecondDeviceGUID, "Batch - Open"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if sale["batchGuid"] == auth["batchGuid"] {
		t.Error("the sale is in the batch that was closed before")
	}
}

// TestEchoes: what a follow-up was sent comes back, and not what it was not.
func TestEchoes(t *testing.T) {
	for _, d := range []Dialect{DialectDocument, DialectCurrent} {
		b := newBench(t, Options{Dialect: d})
		auth := b.made("AuthOnlys", saleBody("4111111111111111", "5", "one"))
		capture := b.made("Captures", on("AuthOnlyGuid", auth["guid"], "SequenceNumber", "two", "OrderNumber", "o2"))
		sale := b.guid("sales", pay("6"))
		void := b.made("void", on("SaleGuid", sale, "SequenceNumber", "three", "OrderNumber", "o3"))
		bare := b.made("void", on("SaleGuid", b.guid("sales", pay("7"))))
		for _, e := range []struct {
			answer map[string]any
			want   string
		}{{auth, "one one"}, {capture, "two o2"}, {void, "three o3"}, {bare, "<nil> <nil>"}} {
			if got := words(e.answer["sequenceNumber"], e.answer["orderNumber"]); got != e.want {
				t.Errorf("%s: sequence and order number: got %s, want %s", d, got, e.want)
			}
		}
	}
}

func TestReversalOfAuthorizations(t *testing.T) {
	b := newBench(t, Options{})
	auth := b.guid("AuthOnlys", saleBody("4111111111111111", "5", "held"))
	for range 2 {
		b.want(200, "POST", "timeoutreversal", reversalBody("held"))
	}
	if got := b.effective(auth); got != "0.00" {
		t.Errorf("after the reversal: effective %s, want 0.00", got)
	}
	taken := b.guid("AuthOnlys", saleBody("4111111111111111", "5", "taken"))
	b.made("Captures", on("AuthOnlyGuid", taken))
	b.want(422, "POST", "timeoutreversal", reversalBody("taken"))
	b.want(200, "POST", "sales", saleBody(cardFor(CreatedLocal), "5", "local"))
	before := len(b.rows())
	b.want(200, "POST", "timeoutreversal", reversalBody("local"))
	if got := len(b.rows()); got != before {
		t.Errorf("reversal of what was never charged: %d rows, want %d", got, before)
	}
}

// TestVerify: the test cards drive it, it moves no money and is in no batch.
func TestVerify(t *testing.T) {
	b := newBench(t, Options{})
	good := b.made("Verify", payWith("4111111111111111", "5"))
	bad := b.made("Verify", payWith(cardFor(Declined), "5"))
	if got, want := words(good["status"], good["wasProcessed"], bad["status"], bad["processorStatusCode"], bad["wasProcessed"]),
		"Transaction - Approved true Transaction - Declined D2012 false"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, r := range b.rows() {
		if !r.EffectiveAmount.IsZero() || !r.Amount.IsZero() || r.BatchGUID != "" {
			t.Errorf("a verification has money or a batch: %+v", r)
		}
	}
	b.want(422, "POST", "Batches/close", deviceBody())
}

func TestRisk(t *testing.T) {
	b := newBench(t, Options{})
	risky := strings.Replace(pay("5"), `"RiskData":{}`, `"RiskData":{"Email":"Decline@connexpay.com"}`, 1)
	only := strings.Replace(pay("5"), `"RiskData":{}`, `"RiskData":{},"RiskProcessingOnly":true`, 1)
	for _, tt := range []struct{ name, body, want string }{
		{"none", pay("5"), "Transaction - Approved A0000 true Approved 5 false"},
		{"address in the risk data", risky, "Transaction - Declined D2998 false Declined 0 false"},
		{"address of the customer", strings.Replace(pay("5"), `"Card":{`, `"Card":{"Customer":{"Email":"decline@connexpay.com"},`, 1),
			"Transaction - Declined D2998 false Declined 0 false"},
		{"risk only", only, "Transaction - Approved ARP00 false Approved 0 true"},
		{"risk only, with a card that is declined", strings.Replace(only, "4111111111111111", cardFor(Declined), 1),
			"Transaction - Approved ARP00 false Approved 0 true"},
		{"declined by the bank", payWith(cardFor(Declined), "5"), "Transaction - Declined D2012 false Approved 0 false"},
	} {
		s := b.made("sales", tt.body)
		got := words(s["status"], s["processorStatusCode"], s["wasProcessed"], s["riskResponse"].(map[string]any)["response"],
			s["effectiveAmount"], s["riskProcessingOnly"])
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	b.want(422, "POST", "void", on("SaleGuid", b.guid("sales", only)))
}

func TestBatchWithEverything(t *testing.T) {
	b := newBench(t, Options{})
	sold := b.guid("sales", pay("30"))
	b.settle()
	b.made("sales", pay("10"))
	b.made("AuthOnlys", pay("7")) // held, not captured
	_, captured := b.captured("5")
	b.made("void", on("SaleGuid", b.guid("sales", pay("80"))))
	b.made("returns", on("SaleGuid", sold, "Amount", "12.25"))
	b.made("Verify", pay("0"))
	batch := fields(t, b.want(200, "GET", "sales/"+captured, ""))["batchGuid"].(string)
	rows := b.want(200, "GET", "Batches/"+batch+"/Transactions", "")
	for part, want := range map[string]int{`"Sale"`: 2, `"Auth Only"`: 1, `"Void"`: 1, `"Return"`: 1, `"Capture"`: 0, `"amount":12.25`: 1} {
		if got := strings.Count(rows, part); got != want {
			t.Errorf("%s in the batch: got %d, want %d\n%s", part, got, want, rows)
		}
	}
	info := fields(t, b.want(200, "POST", "Batches/close", deviceBody()))["batchInfo"].(map[string]any)
	if got, want := words(info["saleCount"], info["saleAmount"], info["returnCount"], info["returnAmount"]), "2 15 1 12.25"; got != want {
		t.Errorf("close: got %s, want %s", got, want)
	}
	b.made("returns", on("SaleGuid", captured, "Amount", "5")) // changes no batch that is closed
	found := b.want(200, "POST", "Batches/search", fmt.Sprintf(`{"deviceGuid":%q,"startDate":"2018-09-10","endDate":"2018-09-10"}`, DeviceGUID))
	for _, total := range []string{`"batchTotalAmount":30,`, `"batchTotalAmount":2.75,`} {
		if !strings.Contains(found, total) {
			t.Errorf("batches: got %s, want %s", found, total)
		}
	}
}

// TestAutoClose: batches close at their hour, also those that were open while
// the host was down; what is made after the hour is in another batch.
func TestAutoClose(t *testing.T) {
	zone := time.FixedZone("", -5*60*60)
	opt := Options{AutoClose: AutoClose{Hour: 9, Zone: zone}} // the bench begins at 8:36 there
	b := newBench(t, opt)
	first := b.made("sales", pay("5"))
	b.clock.Advance(time.Date(2018, 9, 10, 9, 0, 0, 0, zone).Sub(documentDay)) // on the stroke
	if got := b.made("sales", pay("5"))["batchGuid"]; got == first["batchGuid"] {
		t.Error("a sale after the hour is in the batch before it")
	}
	closed := b.want(200, "POST", "Batches/search", fmt.Sprintf(`{"deviceGuid":%q,"startDate":"2018-09-10","endDate":"2018-09-10"}`, DeviceGUID))
	if want := `"closureDate":"2018-09-10T14:00:00"`; !strings.Contains(closed, want) {
		t.Errorf("got %s, want %s", closed, want)
	}
	b.want(422, "POST", "void", on("SaleGuid", first["guid"]))
	b.clock.Advance(3 * 24 * time.Hour)
	second, err := Open(Options{Path: b.path, Clock: b.clock, AutoClose: opt.AutoClose})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	rows, err := second.Ledger(t.Context())
	if err != nil || len(rows) != 2 || !rows[1].Settled {
		t.Errorf("after days without a request: got %+v, %v; want all settled", rows, err)
	}
}

func TestAutoCloseHours(t *testing.T) {
	for _, hour := range []int{-1, 24} {
		if _, err := Open(Options{Path: ":memory:", AutoClose: AutoClose{hour, time.UTC}}); err == nil {
			t.Errorf("the hour %d was accepted", hour)
		}
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("this computer has no time zones")
	}
	for _, tt := range []struct {
		hour     int
		at, want string
	}{
		{9, "2018-09-10T08:59:59-04:00", "2018-09-10T09:00:00-04:00"},
		{9, "2018-09-10T09:00:00-04:00", "2018-09-11T09:00:00-04:00"},
		{0, "2018-12-31T23:59:59-05:00", "2019-01-01T00:00:00-05:00"},
		{2, "2018-03-10T22:00:00-05:00", "2018-03-11T01:00:00-05:00"}, // this night has no two o'clock
	} {
		at, _ := time.Parse(time.RFC3339, tt.at)
		if got := (AutoClose{tt.hour, zone}).after(at).Format(time.RFC3339); got != tt.want {
			t.Errorf("%d h after %s: got %s, want %s", tt.hour, tt.at, got, tt.want)
		}
	}
}
