package order

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/answer"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rowOf is the declined row of a code, textOf the error that carries it.
func rowOf(code string) Evidence { return with(refusal, func(e *Evidence) { e.Code = code }) }

func textOf(code string) Evidence {
	return Evidence{Stage: Answered, HTTP: 422, Body: BodyError, Code: code,
		Message: "The Sale could not be processed correctly. Error code " + code + ". Error message: x"}
}

// TestEveryCode holds each code of the service against what it may lead to:
// no approval, no refusal that the table does not know as final, and the same
// whether the code comes in a row or in an error. The golden file lists who
// leads where, so that no change goes unseen.
func TestEveryCode(t *testing.T) {
	_, a := inState(Sending)
	by := map[string][]string{}
	for _, said := range answer.All() {
		row, text := Classify(a, rowOf(said.Code)), Classify(a, textOf(said.Code))
		if row != text {
			t.Errorf("%s: %v as a row, %v as an error", said.Code, row, text)
		}
		refused := row.State == Declined || row.State == Refused
		if want := said.Result == answer.Refused; refused != want || !refused && row.State != Unknown {
			t.Errorf("%s (%s, %s): got %s", said.Code, said.Meaning, said.Result, row.State)
		}
		key := fmt.Sprintf("%s %s %c", row.State, row.Cause, said.Code[0])
		by[key] = append(by[key], said.Code)
	}
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(&out, "%s: %d\n", key, len(by[key]))
		for chunk := range slices.Chunk(by[key], 12) {
			fmt.Fprintf(&out, "  %s\n", strings.Join(chunk, " "))
		}
	}
	const file = "testdata/answers.golden"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || out.String() != string(want) {
		t.Errorf("%v; codes lead elsewhere than %s says; look at each, then -update:\n%s", err, file, out.String())
	}
}

// TestCodesOfEarlierPayments: these speak of an earlier transaction, and are
// neither an approval nor a refusal of this one.
func TestCodesOfEarlierPayments(t *testing.T) {
	_, a := inState(Sending)
	for _, code := range []string{"D0001", "D0003", "D0008", "D0009", "D0080", "D2022", "D3012", "E4012"} {
		for _, e := range []Evidence{rowOf(code), textOf(code)} {
			if got := Classify(a, e); got.State != Unknown || got.Cause != CauseDuplicate {
				t.Errorf("%s: got %s (%s)", code, got.State, got.Cause)
			}
		}
	}
	for _, code := range []string{"E0015", "E0110", "E0910", "E0911", "E0912", "E9999", "A0000", "X", "d2012", ""} {
		if got := Classify(a, rowOf(code)); got.State != Unknown {
			t.Errorf("%q: got %s", code, got.State)
		}
	}
	if got := Classify(a, rowOf("D9999")); got.State != Declined {
		t.Errorf("a D code that is new: got %s", got.State)
	}
}

func TestErrorTextsBeforeProcessing(t *testing.T) {
	_, sale := inState(Sending)
	hold := sale
	hold.Kind = KindAuth
	tests := []struct {
		http       int
		text       string
		sale, hold State
	}{
		{400, "“Invalid Device GUID”", Refused, Refused},
		{400, "Unable to decode the Model", Refused, Refused},
		{400, "No Devices were found for the given User/Merchant relationship", Refused, Refused},
		{422, "No open batch", Refused, Refused},
		{422, "No open batch available", Refused, Refused},
		{400, "The Sale amount must be greater than zero", Refused, Refused},
		{400, "The Sale amount must not exceed 999999.99", Refused, Refused},
		{400, "Expiration date is required if the Card number is being sent. B.CB.GS01", Refused, Refused},
		{400, "The request is invalid.", Refused, Refused},
		{400, "Invalid ModelState", Refused, Refused},
		{400, "The sale amount does not match the invoice amount", Refused, Unknown},
		// Those that may come after the bank was asked, those of other calls,
		// and those that only begin like a known one.
		{400, "An error occurred while saving the EnhancedData", Unknown, Unknown},
		{400, "The Sale could not be saved because of an unmanaged exception", Unknown, Unknown},
		{400, "The Card tokenization could not be processed.", Unknown, Unknown},
		{404, "No Sale could be found for the given Id", Unknown, Unknown},
		{422, "Transaction already settled", Unknown, Unknown},
		{422, "Sale has not been settled", Unknown, Unknown},
		{400, "No open batch, and the sale was processed", Unknown, Unknown},
		{400, "Invalid Device GUID after the sale was processed", Unknown, Unknown},
		{422, "The Sale could not be processed correctly. Error code D2012. Error message: Insufficient Funds", Unknown, Unknown},
		{500, "Invalid Device GUID", Unknown, Unknown},
		{400, "Something", Unknown, Unknown},
	}
	for _, tt := range tests {
		e := Evidence{Stage: Answered, HTTP: tt.http, Body: BodyError, Message: tt.text}
		if got := Classify(sale, e); got.State != tt.sale {
			t.Errorf("sale, %d %s: got %s, want %s", tt.http, tt.text, got.State, tt.sale)
		}
		if got := Classify(hold, e); got.State != tt.hold {
			t.Errorf("hold, %d %s: got %s, want %s", tt.http, tt.text, got.State, tt.hold)
		}
	}
}

// TestSaid: no sentence about a refusal is shown with a payment that may be
// charged, and none that forbids to charge with one that is refused.
func TestSaid(t *testing.T) {
	for _, said := range answer.All() {
		for _, s := range States {
			got, ok := Said(Attempt{State: s, Code: said.Code, Message: "Invalid Device GUID"})
			want := said.Result == answer.Refused && (s == Declined || s == Refused) || said.Result == answer.Open && s == Unknown
			if ok != want || ok && got.Cashier != said.Cashier {
				t.Errorf("%s while %s: %t %q", said.Code, s, ok, got.Cashier)
			}
		}
	}
	for _, a := range []Attempt{{State: Declined, Code: "D9999"}, {State: Refused, Message: "Something"}, {State: Refused}, {State: Unknown}} {
		if got, ok := Said(a); ok {
			t.Errorf("%+v: %+v", a, got)
		}
	}
	if got, ok := Said(Attempt{State: Refused, Message: "Invalid Device GUID"}); !ok || got.Meaning != "device-unknown" {
		t.Errorf("got %+v", got)
	}
}
