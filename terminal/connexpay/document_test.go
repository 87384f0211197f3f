package connexpay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// sample is an example answer of the API document.
func sample(t testing.TB, name string) string {
	t.Helper()
	samples.Store(name, true)
	text, err := os.ReadFile(sampleFolder + "/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func usd(minor int64) *money.Amount { a := money.New(minor, money.USD); return &a }

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, g, w)
	}
}

var yes = true

// Every example of a sale, with nothing lost that the evidence has a place for.
var (
	createdSale = order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: "A0000", Message: "Success", GUID: "59344814-87c2-4a62-9859-9b0f5ecadf1e",
		Device: device, Number: "849741", Amount: usd(150000), Effective: usd(150000), AuthCode: "TAS356",
		Reference: "16286858", Batch: "efb9bfdf-56b9-46de-8b93-28c549e8be92", BatchStatus: "Batch - Open",
		TransCode: "09ZZZTAS35609101800150000"}
	readSale = order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: "A0000", Message: "Success", GUID: "8dd924c8-6a62-461b-be81-67be8eb3fb83",
		Device: device, Number: "849741", Amount: usd(150000), Effective: usd(150000), AuthCode: "TAS556",
		Reference: "16662674", Batch: "bb066d2a-f8b9-4eab-8630-49cae3c8599a", BatchStatus: "Batch - Open"}
)

// TestDocumentExamples decodes every example answer of the calls made here.
func TestDocumentExamples(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		path := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1/")
		name := map[string]string{"POST sales": "create_sale", "GET sales": "list_sales", "GET devices": "devices",
			"POST timeoutreversal": "reversal", "POST Batches/close": "close_batch",
			"GET sales/" + readSale.GUID: "get_sale"}[path]
		switch {
		case strings.HasPrefix(path, "POST Search/Sales/"):
			sendJSON(w, sample(t, "search_sales"))
		case name != "":
			sendJSON(w, sample(t, name))
		default: // the search's row is another sale than the example of Get sale
			sendJSON(w, strings.Replace(sample(t, "get_sale"), readSale.GUID, strings.TrimPrefix(path, "GET sales/"), 1))
		}
	})
	h.token = func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, sample(t, "token")) }
	ctx := context.Background()
	c := newClient(t, h.URL)

	same(t, "create sale", sell(t, c), createdSale)
	if !strings.Contains(sample(t, "token"), `"`+c.token.value+`"`) || c.token.value == "" {
		t.Errorf("token: got %q", c.token.value)
	}
	if got, want := c.token.until.Sub(today).String(), "239h58m59s"; got != want {
		t.Errorf("token's life: got %s, want %s (863999 s less a minute)", got, want)
	}
	row, ok := c.row(ctx, saleShelf, readSale.GUID)
	if !ok {
		t.Error("get sale: not read")
	}
	same(t, "get sale", c.rowEvidence(row, "", 200), readSale)
	same(t, "all sales", c.Find(ctx, asking(device, "849741")), order.Finding{Hits: []order.Evidence{readSale}})

	searching := newClient(t, h.URL, func(cfg *Config) { cfg.MerchantGUID = "19344275-985e-4dff-81ee-cb84b8ad356c" })
	found := readSale
	found.GUID = "26613acb-7b7f-4b42-ae3d-1f8eb113729d"
	same(t, "search sales", searching.Find(ctx, asking(device, "849741")), order.Finding{Hits: []order.Evidence{found}})

	if got := c.Reverse(ctx, asking(device, "849741")); got != order.ReversalDone {
		t.Errorf("timeout reversal: got %s", got)
	}
	same(t, "close batch", c.CloseBatch(ctx, "8257dde1-ded6-4c38-ab71-4338c4aa87ac"), order.BatchAnswer{
		Answered: true, Closed: true, GUID: "8193db64-dc35-4cf8-b4a9-7e1d66aa119f",
		Totals: &order.Totals{Sales: 8, SaleAmount: *usd(13765), ReturnAmount: *usd(0)}})
	devices, err := c.Devices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "devices", devices, []Device{{GUID: "80fa8f43-701e-441a-959b-1b597b22a0d5", Name: "Terminal 2", MerchantProcessorAccountGUID: "4aa19b68-910e-4e27-b62d-260235935fcd",
		Status: "Device - Active", StatementDescription: "LaPana CBA", ProcessorID: "88800000284901", ProcessorOperatingUserID: "TA5232401",
		ProcessorStatusCode: "A0000", TransactionType: "Card", WasProcessed: true}})
}

func TestDocumentBatch(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/Batches/") {
			sendJSON(w, sample(t, "batch_transactions"))
			return
		}
		sendJSON(w, strings.Replace(sample(t, "get_sale"), "Batch - Open", "Batch - Closed", 1))
	})
	same(t, "get batches with transactions", newClient(t, h.URL).BatchOf(context.Background(), order.Witness{GUID: readSale.GUID}), order.BatchAnswer{
		Answered: true, Closed: true, GUID: readSale.Batch,
		Totals: &order.Totals{Sales: 2, SaleAmount: *usd(2314 + 3350), ReturnAmount: *usd(0)}})
	if got := h.to("Batches/" + readSale.Batch + "/Transactions/"); len(got) != 1 {
		t.Errorf("got %d calls of the documented path", len(got))
	}
}

// TestDocumentRows reads the rows of Sales by batch, of which one has no
// sequence number.
func TestDocumentRows(t *testing.T) {
	h := newHost(t, always(200, "application/json", sample(t, "sales_by_batch")))
	c := newClient(t, h.URL)
	same(t, "the numbered row", c.Find(context.Background(), asking(device, "849741")), order.Finding{Hits: []order.Evidence{readSale}})
	same(t, "another number", c.Find(context.Background(), asking(device, number)), order.Finding{})
}

// TestNumbersAndStrings: samples of the API write one value now as a number
// and now as a string.
func TestNumbersAndStrings(t *testing.T) {
	turned := strings.NewReplacer(`"amount": 1500`, `"amount": "1500.00"`, `"effectiveAmount": 1500`, `"effectiveAmount": "1500"`,
		`"refNumber": "16286858"`, `"refNumber": 16286858`, `"sequenceNumber": "849741"`, `"sequenceNumber": 849741`).
		Replace(sample(t, "create_sale"))
	c := newClient(t, "http://127.0.0.1")
	same(t, "turned", c.evidence(reply{stage: order.Answered, status: 200, kind: "application/json", body: []byte(turned)}, ""), createdSale)
	if strings.Count(turned, `"1500`) != 2 || !strings.Contains(turned, ": 849741") {
		t.Fatal("the sample was not turned")
	}
	// A member that is null is one that is not there.
	nulls := c.evidence(reply{stage: order.Answered, status: 200, kind: "application/json",
		body: []byte(`{"status":"Transaction - Declined","authCode":null,"amount":null,"wasProcessed":null,"sequenceNumber":null,"guid":null}`)}, "")
	same(t, "nulls", nulls, order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Declined"})
}

// TestAmounts: only plain decimal text of the asked amount leads to approval.
func TestAmounts(t *testing.T) {
	tests := map[string]order.State{
		"1500": order.Approved, "1500.0": order.Approved, "1500.0000": order.Approved,
		`"1500.00"`: order.Approved, `"1500"`: order.Approved,
		"15e2": order.Unknown, `"1,500.00"`: order.Unknown, "1500.001": order.Unknown, `"$1500"`: order.Unknown,
		`"abc"`: order.Unknown, "true": order.Unknown, "{}": order.Unknown, "[1500]": order.Unknown,
		"123456789012345678901234567890": order.Unknown, "null": order.Unknown, "": order.Unknown, `""`: order.Unknown,
		"-1500": order.Review, "1500.01": order.Review, "15": order.Review, "0": order.Review, `"150000"`: order.Review,
	}
	c := newClient(t, "http://127.0.0.1")
	for text, want := range tests {
		e := c.evidence(reply{stage: order.Answered, status: 200, kind: "application/json", body: []byte(saleJSON(member{"amount", text}))}, "")
		if got := state(e); got != want {
			t.Errorf("amount %s: got %s, want %s", text, got, want)
		}
	}
}

// TestErrorTexts reads the document's Other Errors.
func TestErrorTexts(t *testing.T) {
	const carrier = "The Sale could not be processed correctly. Error code %s. Error message: %s"
	tests := []struct {
		body, text, code string
		ok               bool
	}{
		{`{"message":"Invalid Device GUID"}`, "Invalid Device GUID", "", true},
		{`{"Message":"Invalid Device GUID","errorId":"x","errorCode":7}`, "Invalid Device GUID", "", true},
		{`{"error":"invalid_grant","error_description":"The user name or password is incorrect."}`, "The user name or password is incorrect.", "", true},
		{`{"error":"invalid_grant"}`, "invalid_grant", "", true},
		{`"Unable to decode the Model"`, "Unable to decode the Model", "", true},
		{`{"message":"` + fmt.Sprintf(carrier, "D2012", "Insufficient Funds") + `"}`, fmt.Sprintf(carrier, "D2012", "Insufficient Funds"), "D2012", true},
		{`"ERROR CODE: d0008."`, "ERROR CODE: d0008.", "D0008", true},
		{`"error code D20123"`, "error code D20123", "", true},
		{`"Error code D2012. Error message: error code D0008"`, "Error code D2012. Error message: error code D0008", "", true},
		{`{"message":"one","message":"two"}`, "", "", false},
		{`{"message":"one","MESSAGE":"two"}`, "", "", false},
		{`{"message":5}`, "", "", false}, {`{"message":{"a":1}}`, "", "", false}, {`{}`, "", "", false}, {`[]`, "", "", false},
		{`null`, "", "", false}, {`""`, "", "", false}, {`5`, "", "", false}, {`<html>`, "", "", false}, {``, "", "", false},
		{`{"message":"x"} <!-- -->`, "", "", false},
	}
	for _, tt := range tests {
		text, ok := errorText([]byte(tt.body))
		if text != tt.text || ok != tt.ok {
			t.Errorf("%s: got %q %t, want %q %t", tt.body, text, ok, tt.text, tt.ok)
		}
		if got := errorCode(text); got != tt.code {
			t.Errorf("%s: got code %q, want %q", tt.body, got, tt.code)
		}
	}
}
