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
func sample(t testing.TB, name string) string {
	t.Helper()
	samples.Store(name, true)
	text, err := os.ReadFile(sampleFolder + "/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var guidForm = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{11,12}`)

// zoned is the end of a time stamp that says its offset.
var zoned = regexp.MustCompile(`T[0-9:.]+[-+][0-9]{2}:[0-9]{2}$`)

// ours are the fields that an answer may have where the sample has none: what
// the request had and the sample's request had not, and numbers that the sample
// of one call shows and that of another leaves out.
var ours = map[string]bool{"orderNumber": true, "orderDate": true, "customData": true, "sequenceNumber": true,
	"invoiceNumber": true, "statementDescription": true, "cardHolderName": true, "customer": true}

// missing lists where got lacks a field of want, has it in another type, has a
// time with an offset where want's is bare or the reverse, or has a field that
// want has not. Of arrays the first elements are compared.
func missing(path string, want, got any) []string {
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is a %T, want a %T", path, got, want)}
	}
	var list []string
	switch w := want.(type) {
	case string:
		if g := got.(string); zoned.MatchString(w) != zoned.MatchString(g) {
			return []string{fmt.Sprintf("%s: got the form of %q, want that of %q", path, g, w)}
		}
	case map[string]any:
		for name := range got.(map[string]any) {
			if _, ok := w[name]; !ok && !ours[name] {
				list = append(list, path+"."+name+" is not in the sample")
			}
		}
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
	follow(t, b)
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

// follow sends the sample requests of the calls that take a card without a sale,
// and of those that act on an earlier transaction: then their targets are ones
// that the host has.
func follow(t *testing.T, b *bench) {
	t.Helper()
	order := `"OrderNumber":"11518","OrderDate":"2017-02-03","CustomData":"order details",`
	request := func(name string, targets ...string) string {
		text := guidForm.ReplaceAllString(sample(t, name+".request"), DeviceGUID)
		for i := 0; i < len(targets); i += 2 {
			text = regexp.MustCompile(`("`+targets[i]+`"\s*:\s*)"[^"]*"`).ReplaceAllString(text, `${1}"`+targets[i+1]+`"`)
		}
		return text
	}
	create := func(path, body string) string {
		t.Helper()
		return fields(t, b.want(200, "POST", path, body))["guid"].(string)
	}
	all := func(one, many, path, answer string) {
		t.Helper()
		sameShape(t, "create_"+one, answer)
		sameShape(t, "get_"+one, b.want(200, "GET", path+"/"+fields(t, answer)["guid"].(string), ""))
		sameShape(t, "list_"+many, b.want(200, "GET", path, ""))
	}
	card := strings.Replace(request("create_authonly"), "{", "{"+order, 1)
	all("verify", "verify", "Verify", b.want(200, "POST", "Verify", request("create_verify")))
	all("authonly", "authonlys", "AuthOnlys", b.want(200, "POST", "AuthOnlys", request("create_authonly")))

	held := create("AuthOnlys", strings.Replace(card, "15.50", "90.00", 1))
	all("capture", "captures", "Captures", b.want(200, "POST", "Captures", request("create_capture", "AuthOnlyGuid", held)))

	sale := strings.Replace(card, "{", `{"ConnexPayTransaction":{"ExpectedPayments":0},`, 1)
	all("void", "voids", "void", b.want(200, "POST", "void", request("create_void", "SaleGuid", create("sales", sale))))

	settled := create("sales", strings.Replace(sale, "15.50", "19.74", 1))
	b.want(200, "POST", "Batches/close", deviceBody())
	all("return", "returns", "returns", b.want(200, "POST", "returns", request("create_return", "SaleGuid", settled)))
}

// TestDocumentReceipts compares the receipts of the samples line by line with
// the host's, below the merchant's name and the clock, once numbers, codes and
// brands are evened out. The sample of a return has the receipt of a void; the
// host's says what it is.
func TestDocumentReceipts(t *testing.T) {
	b := newBench(t, Options{})
	named := func(amount string) string {
		return strings.Replace(pay(amount), `"Card":{`, `"Card":{"CardHolderName":"John Doe",`, 1)
	}
	auth := b.made("AuthOnlys", named("90"))
	capture := b.made("Captures", on("AuthOnlyGuid", auth["guid"]))
	void := b.made("void", on("SaleGuid", b.guid("sales", named("19.74"))))
	even := func(answer map[string]any) string {
		text := answer["customerReceipt"].(string)
		text = regexp.MustCompile(`(number|#|ID) : [0-9]+|TAS[0-9]{3}|VTLMC1|\*{4} [0-9]{4}|TYPE : ?[A-Z]+`).ReplaceAllString(text, "$1=")
		return strings.Join(strings.Split(text, `\n`)[4:], "\n")
	}
	held := fields(t, strings.ReplaceAll(sample(t, "create_authonly"), "$15.50", "$90.00"))
	for name, pair := range map[string][2]map[string]any{
		"authorization": {auth, held},
		"capture":       {capture, fields(t, sample(t, "create_capture"))},
		"void":          {void, fields(t, sample(t, "create_void"))},
	} {
		if got, want := even(pair[0]), even(pair[1]); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
	sold := b.guid("sales", named("19.74"))
	b.settle()
	back := b.made("returns", on("SaleGuid", sold, "Amount", "5"))
	if got := back["customerReceipt"].(string); !strings.Contains(got, `CREDIT - RETURN`) || !strings.Contains(got, `Return Amount:                   $5.00\n`) {
		t.Errorf("return: got %s", got)
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
