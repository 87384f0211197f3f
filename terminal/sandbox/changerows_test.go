package sandbox

import (
	"encoding/json"
	"testing"
)

// TestRowsFault: of three rows one is missing, one is altered and one more comes,
// the same at every reading; what is no list stays as it is.
func TestRowsFault(t *testing.T) {
	for name, text := range map[string]string{
		"list": `[{"transactionGuid":"a","amount":1.5},{"transactionGuid":"b","amount":2},{"transactionGuid":"c","amount":3}]`,
		"page": `{"count":3,"ret":[{"transactionGuid":"a","amount":1.5},{"transactionGuid":"b","amount":2},{"transactionGuid":"c","amount":3}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ParseFault("rows 1 2 3")
			if err != nil {
				t.Fatal(err)
			}
			out := f.change(rendered{kind: typeJSON, body: []byte(text)})
			if again := f.change(rendered{kind: typeJSON, body: []byte(text)}); string(again.body) != string(out.body) {
				t.Errorf("%s, and then %s", out.body, again.body)
			}
			var page struct {
				Count int
				Ret   []struct {
					TransactionGUID string
					Amount          json.Number
				}
			}
			if name == "list" {
				err = json.Unmarshal(out.body, &page.Ret)
				page.Count = 3
			} else {
				err = json.Unmarshal(out.body, &page)
			}
			if err != nil || len(page.Ret) != 3 || page.Count != 3 {
				t.Fatalf("%s, %v", out.body, err)
			}
			b, extra, c := page.Ret[0], page.Ret[1], page.Ret[2]
			if b.TransactionGUID != "b" || b.Amount != "2" || c.TransactionGUID != "c" || c.Amount != "3.01" || !isGUID(extra.TransactionGUID) || extra.Amount != "3" {
				t.Errorf("%s", out.body)
			}
		})
	}
	f := Fault{Kind: FaultRows, Missing: 1}
	for _, text := range []string{`{"message":"no"}`, `"text"`, `not JSON`} {
		if out := f.change(rendered{kind: typeJSON, body: []byte(text)}); string(out.body) != text {
			t.Errorf("%s became %s", text, out.body)
		}
	}
}
