package connexpay

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// TestDetails: what the document's example sale tells beside its card goes out
// again as it stands there, but for the number, which is the terminal's own.
func TestDetails(t *testing.T) {
	want := tree(t, sample(t, "create_sale.request")).(map[string]any)
	risk := want["RiskData"].(map[string]any)
	delete(risk, "OrderNumber")
	text, err := json.Marshal(map[string]any{"StatementDescription": want["StatementDescription"], "RiskData": readAgain(t, risk),
		"Customer": want["Card"].(map[string]any)["Customer"]})
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t, always(200, js, saleJSON()))
	q := order.CardRequest{Number: attempt.Number, Device: attempt.Device, Amount: attempt.Asked, Details: string(text)}
	newClient(t, h.URL).Charge(t.Context(), q, newCard(t, visa, "", ""))
	got := tree(t, h.to("sales")[0].body).(map[string]any)
	risk["OrderNumber"] = attempt.Number
	if !reflect.DeepEqual(got["RiskData"], want["RiskData"]) || got["StatementDescription"] != want["StatementDescription"] ||
		!reflect.DeepEqual(got["Card"].(map[string]any)["Customer"], want["Card"].(map[string]any)["Customer"]) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

// readAgain is the example's risk data with its literal numbers.
func readAgain(t *testing.T, like map[string]any) map[string]any {
	t.Helper()
	all := parse(t, sample(t, "create_sale.request")).(map[string]any)["RiskData"].(map[string]any)
	for name := range all {
		if _, kept := like[name]; !kept {
			delete(all, name)
		}
	}
	return all
}

func TestDetailsRefused(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"no JSON":        {`Customer: Ann`, "one JSON object"},
		"a name twice":   {`{"Customer":{},"customer":{}}`, "stands once"},
		"unknown name":   {`{"Client":{}}`, `unknown field "Client"`},
		"another type":   {`{"RiskData":{"ProductQuantity":"four"}}`, "names and types"},
		"a card":         {`{"Customer":{"Phone":"` + visa + `"}}`, "looks like a card number"},
		"a card's field": {`{"Card":{}}`, "Use StatementDescription"},
		"too long":       {`{"StatementDescription":"` + strings.Repeat("x", 26) + `"}`, "at most 25 letters"},
		"order number":   {`{"RiskData":{"OrderNumber":"1"}}`, "its own number"},
		"endless":        {`{"RiskData":{"Name":"` + strings.Repeat("x", maxDetails) + `"}}`, "longer than"},
	} {
		_, err := ReadDetails([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), visa) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	h := newHost(t, always(200, js, saleJSON()))
	e := newClient(t, h.URL).Charge(t.Context(), order.CardRequest{Number: attempt.Number, Device: attempt.Device, Amount: attempt.Asked, Details: "{"},
		newCard(t, visa, "", ""))
	if e.Stage != order.NotConnected || len(h.to("sales")) != 0 {
		t.Errorf("bad details were sent: %+v", e)
	}
}

// FuzzDetails: what is read is written and read again the same, and holds no
// card number.
func FuzzDetails(f *testing.F) {
	f.Add([]byte(`{"StatementDescription":"Agent Booking 123","Customer":{"FirstName":"Ann","Zip":"10007"},"RiskData":{"FlightData":{"HoursToDeparture":5}}}`))
	f.Add([]byte(`{"Customer":null,"RiskData":{"ProductQuantity":4}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ReadDetails(text)
		if err != nil {
			return
		}
		written, err := json.Marshal(d)
		if err != nil || strings.Contains(string(written), visa) {
			t.Fatalf("%s, %v", written, err)
		}
		again, err := ReadDetails(written)
		if err != nil || !reflect.DeepEqual(d, again) {
			t.Fatalf("%s: %+v, %v", written, again, err)
		}
	})
}
