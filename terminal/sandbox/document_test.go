package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The files of testdata/document are the samples of the API document.
func sample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/document/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var guidForm = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{11,12}`)

// missing lists where got lacks a field of want or has it in another type. Of
// arrays the first elements are compared.
func missing(path string, want, got any) []string {
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is a %T, want a %T", path, got, want)}
	}
	var list []string
	switch w := want.(type) {
	case map[string]any:
		for name := range w {
			value, ok := got.(map[string]any)[name]
			if !ok {
				list = append(list, path+"."+name+" is not there")
				continue
			}
			list = append(list, missing(path+"."+name, w[name], value)...)
		}
	case []any:
		if g := got.([]any); len(w) > 0 && len(g) > 0 {
			return missing(path+"[0]", w[0], g[0])
		} else if len(w) > 0 {
			return []string{path + " is empty"}
		}
	}
	return list
}

func sameShape(t *testing.T, name, got string) {
	t.Helper()
	var w, g any
	if err := json.Unmarshal([]byte(sample(t, name)), &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v in %s", name, err, got)
	}
	for _, m := range missing(name, w, g) {
		t.Error(m)
	}
}

// TestDocumentSamples sends each sample request and compares the answer with
// the sample answer: every field, in the same JSON type.
func TestDocumentSamples(t *testing.T) {
	b := newBench(t, Options{})
	onDevice := func(name string) string {
		return guidForm.ReplaceAllString(sample(t, name+".request"), DeviceGUID)
	}
	resp, err := http.PostForm(b.url+"/api/v1/token", url.Values{"grant_type": {"password"},
		"username": {DefaultUsername}, "password": {DefaultPassword}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var token any
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(token)
	sameShape(t, "token", string(text))
	sameShape(t, "devices", b.want(200, "GET", "devices", ""))

	created := b.want(200, "POST", "sales", onDevice("create_sale"))
	sameShape(t, "create_sale", created)
	s := fields(t, created)
	sameShape(t, "get_sale", b.want(200, "GET", "sales/"+s["guid"].(string), ""))
	sameShape(t, "list_sales", b.want(200, "GET", "sales", ""))
	batch := s["batchGuid"].(string)
	sameShape(t, "sales_by_batch", b.want(200, "GET", "sales/Batch/"+strings.ToUpper(batch), ""))
	sameShape(t, "batch_transactions", b.want(200, "GET", "Batches/"+batch+"/Transactions/", ""))
	sameShape(t, "search_sales", b.want(200, "POST", "Search/Sales/false/1/10",
		fmt.Sprintf(`{"merchantGuid":%q,"guid":%q}`, MerchantGUID, s["guid"])))
	sameShape(t, "close_batch", b.want(200, "POST", "Batches/close", onDevice("close_batch")))
	dates := strings.Replace(onDevice("search_batches"), "12/31/2017", "12/31/2018", 1)
	sameShape(t, "search_batches", b.want(200, "POST", "Batches/search", dates))

	if got, want := b.want(422, "POST", "timeoutreversal", onDevice("reversal")), "Transaction already settled"; !strings.Contains(got, want) {
		t.Errorf("reversal after close: got %s, want %s", got, want)
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "1.00", "849742"))
	got := b.want(200, "POST", "timeoutreversal", reversalBody("849742"))
	if want := strings.TrimSpace(sample(t, "reversal")); got != want {
		t.Errorf("reversal: got %s, want %s", got, want)
	}
}

// TestDocumentSaleValues compares what the sample sale fixes: everything but
// identities, codes and the merchant's name.
func TestDocumentSaleValues(t *testing.T) {
	b := newBench(t, Options{})
	body := guidForm.ReplaceAllString(sample(t, "create_sale.request"), DeviceGUID)
	got, want := fields(t, b.want(200, "POST", "sales", body)), fields(t, sample(t, "create_sale"))
	for _, name := range []string{"status", "batchStatus", "timeStamp", "amount", "effectiveAmount", "cardDataSource",
		"processorStatusCode", "processorResponseMessage", "wasProcessed", "statementDescription", "sequenceNumber", "riskProcessingOnly"} {
		if fmt.Sprint(got[name]) != fmt.Sprint(want[name]) {
			t.Errorf("%s: got %v, want %v", name, got[name], want[name])
		}
	}
	gotCard, wantCard := got["card"].(map[string]any), want["card"].(map[string]any)
	if token := gotCard["cardNumber"].(string); len(token) != 16 || !strings.HasSuffix(token, "0473") {
		t.Errorf("card token: got %q, want 16 characters ending in 0473", token)
	}
	for _, c := range []map[string]any{gotCard, wantCard} {
		delete(c, "cardNumber")
		delete(c["customer"].(map[string]any), "guid")
	}
	if fmt.Sprint(gotCard) != fmt.Sprint(wantCard) {
		t.Errorf("card: got %v, want %v", gotCard, wantCard)
	}
	trans := regexp.MustCompile(`^09ZZZTAS\d{3}09101800150000$`)
	if code := got["connexPayTransaction"].(map[string]any)["incomingTransCode"].(string); !trans.MatchString(code) {
		t.Errorf("incomingTransCode: got %q, want the form of %s", code, trans)
	}
	// The receipts agree line by line below the merchant's name and the clock,
	// once the random numbers are evened out.
	even := func(v any) []string {
		text := regexp.MustCompile(`16\d{6}|TAS\d{3}`).ReplaceAllString(v.(string), "#")
		return strings.Split(text, `\n`)[4:]
	}
	g, w := even(got["customerReceipt"]), even(want["customerReceipt"])
	if strings.Join(g, "\n") != strings.Join(w, "\n") {
		t.Errorf("receipt: got\n%s\nwant\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
}

func TestNumbersAsStringsAndAnyCase(t *testing.T) {
	b := newBench(t, Options{})
	bodies := map[string]string{
		"numbers": `{"DeviceGuid":"` + DeviceGUID + `","Amount":15.50,"SequenceNumber":849741,"ConnexPayTransaction":{"ExpectedPayments":9},
			"Card":{"CardNumber":4111111111111111,"Cvv2":999,"ExpirationDate":2912,"Customer":{"Zip":10007,"Phone":9177563007}}}`,
		"strings": `{"deviceguid":"` + strings.ToUpper(DeviceGUID) + `","AMOUNT":"15.5","sequenceNumber":"849742","connexpaytransaction":{"expectedpayments":"9"},
			"unknown":[1,{}],"card":{"cardnumber":"4111111111111111","cvv2":"999","expirationdate":"2912","customer":{"zip":"10007","phone":"9177563007"}}}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			s := fields(t, b.want(200, "POST", "SALES", body))
			if got, want := words(s["amount"], s["effectiveAmount"]), "15.5 15.5"; got != want {
				t.Errorf("amounts: got %s, want %s", got, want)
			}
			customer := s["card"].(map[string]any)["customer"].(map[string]any)
			if got, want := words(customer["zip"], customer["phone"]), "10007 9177563007"; got != want {
				t.Errorf("customer: got %s, want %s", got, want)
			}
		})
	}
}
