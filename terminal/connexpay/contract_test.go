package connexpay

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// sampleCard is a card of the document's samples.
func sampleCard(t testing.TB, pan, cvv, holder string) *card.Card {
	t.Helper()
	c, err := card.New([]byte(pan), []byte(cvv), card.Expiry{Year: 2019, Month: 12}, holder)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sampleCustomer(first, last, phone, mail, street, zip, born string) *Customer {
	return &Customer{FirstName: first, LastName: last, Phone: phone, City: "New York", State: "NY", Country: "US", Email: mail,
		Address1: street, Zip: zip, DateOfBirth: born, DriverLicenseNumber: "12345678", DriverLicenseState: "TX", SSN4: "1210"}
}

var john = sampleCustomer("John", "Doe", "9177563007", "johnd@gmail.com", "107 7th Av.", "10007", "1990-12-07")

// sampleSale is the sale of the document's example.
var sampleSale = SaleRequest{DeviceGuid: "fde63679-0c47-4a9c-9b47-82cdf1929851", Amount: "1500", SequenceNumber: "849741",
	RiskProcessingOnly: new(bool), StatementDescription: "Agent Booking 123", ConnexPayTransaction: ExpectedPayments{9},
	RiskData: RiskData{Name: "John Doe", Gender: "M", DateOfBirth: "1993-03-18", BillingAddress1: "151 E 33rd St",
		BillingAddress2: "Second Floor", BillingCity: "New York", BillingState: "NY", BillingPostalCode: "10016",
		BillingCountryCode: "US", Email: "johnd@gmail.com", ProductType: "Flight", ProductDesc: "Flight from London to New York",
		ProductItem: "784GTWJFK856", ProductQuantity: 4, ProductPrice: "42400", CardHolderPhoneNumber: "9177563046",
		OrderNumber: "857B2", SellerId: "AG75597",
		FlightData: &FlightData{Airline: "American Airlines", DepartureAirport: "Gatwick", DepartureDate: "2020-06-30",
			DestinationAirport: "JFK", HoursToDeparture: 5, JourneyType: "Day", Route: "Direct", RouteByCountry: "UK, USA"},
		FlightPassengers: []FlightPassenger{{"USA", "1990-12-07", "89456489", "Adam Smith"}, {"ARG", "1995-05-05", "74566", "John Lock"}},
		CustomParameters: []CustomParameter{{"ClientSpecific1", "Traveling"}, {"ClientSpecific2", "wounderful"}}}}

// TestContractRequests makes each transaction of the document's examples and
// compares what goes out, as a tree with literal numbers. Only the members in
// added are ours: SendReceipt is set on purpose.
func TestContractRequests(t *testing.T) {
	const device = "4b5013f7-b275-4929-8e83-0167c6edf639"
	ctx := context.Background()
	tests := []struct {
		sample, path string
		added        []string
		call         func(*Client) error
	}{
		{"create_sale", "sales", []string{"SendReceipt"}, func(c *Client) error {
			_, err := c.CreateSale(ctx, sampleSale, Tender{Card: sampleCard(t, "4716317307520473", "", ""), Customer: john})
			return err
		}},
		{"create_authonly", "AuthOnlys", []string{"SendReceipt"}, func(c *Client) error {
			_, err := c.CreateAuthOnly(ctx, AuthOnlyRequest{DeviceGuid: "fde63679-0c47-4a9c-9b47-82cdf1929851", Amount: "15.50"},
				Tender{Card: sampleCard(t, "4485754899788507", "999", "John Doe"), Customer: john})
			return err
		}},
		{"create_verify", "Verify", nil, func(c *Client) error {
			_, err := c.CreateVerify(ctx, VerifyRequest{"8257dde1-ded6-4c38-ab71-4338c4aa87ac"},
				Tender{Card: sampleCard(t, "4532922657097402", "999", "Justin Troudeau"), Customer: sampleCustomer("Justin", "Troudeau",
					"9177563051", "justint@gmail.com", "111 11th Av.", "10011", "1991-11-11")})
			return err
		}},
		{"create_capture", "Captures", nil, func(c *Client) error {
			_, err := c.CreateCapture(ctx, CaptureRequest{DeviceGuid: device, AuthOnlyGuid: "c8741761-10fe-4530-be84-b1289dcdb9a7", NewAmount: "90"})
			return err
		}},
		{"create_void", "void", nil, func(c *Client) error {
			_, err := c.CreateVoid(ctx, VoidRequest{DeviceGuid: device, SaleGuid: "c5ac2017-99cb-4b1f-a90e-142cc82b21e5", VoidReason: VoidDeviceTimeout})
			return err
		}},
		{"create_return", "returns", nil, func(c *Client) error {
			_, err := c.CreateReturn(ctx, ReturnRequest{DeviceGuid: device, SaleGuid: "41881e9c-f238-4ff7-8cba-3684bbb8bada", Amount: "19.74"})
			return err
		}},
		{"reversal", "timeoutreversal", nil, func(c *Client) error {
			c.Reverse(ctx, order.CardRequest{Device: device, Number: "849741"})
			return nil
		}},
	}
	for _, tt := range tests {
		h := newHost(t, always(200, js, sample(t, tt.sample)))
		if err := tt.call(newClient(t, h.URL)); err != nil {
			t.Errorf("%s: %v", tt.sample, err)
		}
		calls := h.to(tt.path)
		if len(calls) != 1 || calls[0].method != http.MethodPost || calls[0].contentType != js {
			t.Fatalf("%s: got %+v", tt.sample, h.calls)
		}
		got, want := tree(t, calls[0].body).(map[string]any), tree(t, sample(t, tt.sample+".request"))
		for _, name := range tt.added {
			if _, there := got[name]; !there {
				t.Errorf("%s: %s is not sent", tt.sample, name)
			}
			delete(got, name)
		}
		if !reflect.DeepEqual(any(got), want) {
			t.Errorf("%s: got\n%v\nwant\n%v", tt.sample, got, want)
		}
	}
}

// TestContractAnswers decodes each example answer about a transaction into its
// type and encodes it again: nothing is lost and nothing is invented.
func TestContractAnswers(t *testing.T) {
	tests := map[string]any{
		"create_sale": new(Sale), "get_sale": new(Sale), "list_sales": new([]Sale), "sales_by_batch": new([]Sale),
		"create_authonly": new(AuthOnly), "get_authonly": new(AuthOnly), "list_authonlys": new([]AuthOnly),
		"create_capture": new(Capture), "get_capture": new(Capture), "list_captures": new([]Capture),
		"create_void": new(Void), "get_void": new(Void), "list_voids": new([]Void),
		"create_return": new(Return), "get_return": new(Return), "list_returns": new([]Return),
		"create_verify": new(Verify), "get_verify": new(Verify), "list_verify": new([]Verify),
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		text := sample(t, name)
		if err := strict([]byte(text), tests[name]); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameTree(t, name, tests[name], text)
	}
}

// TestContractReads calls every Get and Get all of the document and compares
// what the caller receives with the example.
func TestContractReads(t *testing.T) {
	answers := map[string]string{"sales/G": "get_sale", "sales": "list_sales", "sales/Batch/B": "sales_by_batch",
		"AuthOnlys/G": "get_authonly", "AuthOnlys": "list_authonlys", "Captures/G": "get_capture", "Captures": "list_captures",
		"void/G": "get_void", "void": "list_voids", "returns/G": "get_return", "returns": "list_returns",
		"Verify/G": "get_verify", "Verify": "list_verify"}
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		name, known := answers[strings.TrimPrefix(r.URL.Path, "/api/v1/")]
		if !known || r.Method != http.MethodGet {
			t.Errorf("%s %s is no call of the document", r.Method, r.URL.Path)
		}
		sendJSON(w, sample(t, name))
	})
	c, ctx := newClient(t, h.URL), context.Background()
	one := func(v any, err error) any {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return v
	}
	got := map[string]any{
		"sales/G": one(c.GetSale(ctx, "G")), "AuthOnlys/G": one(c.GetAuthOnly(ctx, "G")), "Captures/G": one(c.GetCapture(ctx, "G")),
		"void/G": one(c.GetVoid(ctx, "G")), "returns/G": one(c.GetReturn(ctx, "G")), "Verify/G": one(c.GetVerify(ctx, "G")),
		"sales": count(t, c.Sales(ctx)), "sales/Batch/B": count(t, c.SalesOfBatch(ctx, "B")), "AuthOnlys": count(t, c.AuthOnlys(ctx)),
		"Captures": count(t, c.Captures(ctx)), "void": count(t, c.Voids(ctx)), "returns": count(t, c.Returns(ctx)),
		"Verify": count(t, c.Verifies(ctx)),
	}
	for path, name := range answers {
		sameTree(t, path, got[path], sample(t, name))
	}
}

// TestAnswersAreScrubbed: a host that echoes the card where the token belongs,
// and its code, leaves neither in a value.
func TestAnswersAreScrubbed(t *testing.T) {
	text := strings.NewReplacer("nr959X7eCIXI0473", visa, `"first4"`, `"cvv2": "737", "first4"`, "CARD # : **** **** **** 0473", "CARD # : "+visa).
		Replace(sample(t, "create_sale"))
	var got Sale
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if all := everything(got) + everything(got.Card); strings.Contains(all, visa) || strings.Contains(all, "737") || !strings.Contains(all, "0473") {
		t.Errorf("got %s", all)
	}
}

// TestAll reads lists that do not come whole: the loop learns it.
func TestAll(t *testing.T) {
	row := saleJSON()
	tests := []struct {
		name, kind, body string
		status, rows     int
		word             string
	}{
		{"two", js, "[" + row + "," + row + "]", 200, 2, ""}, {"none", js, "[]", 200, 0, ""}, {"no content", "", "", 204, 0, ""},
		{"no result", js, `{"message":"NoResultFound204"}`, 404, 0, ""},
		{"cut", js, "[" + row + ",", 200, 1, "broke off"}, {"an odd row", js, "[" + row + `,{"guid":{}}]`, 200, 1, "broke off"},
		{"trailing words", js, "[" + row + "]x", 200, 1, "broke off"}, {"an object", js, "{}", 200, 0, "broke off"},
		{"HTML", "text/html", "<html>", 200, 0, "sign-in page"}, {"401", js, denied, 401, 0, "paydesk setup"},
		{"no such call", "text/html", "", 404, 0, "does not offer"}, {"500", js, "[" + row + "]", 500, 0, "Wait a minute"},
		{"refused", js, `{"message":"The user does not have permission to do this"}`, 422, 0, "role"},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, tt.kind, tt.body))
		rows, errs := 0, 0
		for _, err := range newClient(t, h.URL).Sales(context.Background()) {
			if err == nil {
				rows++
				continue
			}
			errs++
			sentence(t, tt.name, err, tt.word)
		}
		if rows != tt.rows || (errs == 1) != (tt.word != "") || errs > 1 {
			t.Errorf("%s: got %d rows and %d errors", tt.name, rows, errs)
		}
	}
	h := newHost(t, always(200, js, "["+strings.Repeat(row+",", 9)+row+"]"))
	seen := 0
	for range newClient(t, h.URL).Sales(context.Background()) {
		if seen++; seen == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("after the break: %d rows", seen)
	}
}
