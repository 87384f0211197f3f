package connexpay

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// raw reads an object by other means than the client does and keeps the text
// of each member; one that is there more than once has none.
func raw(body []byte) map[string]json.RawMessage {
	d := json.NewDecoder(strings.NewReader(string(body)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	found := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		var v json.RawMessage
		if err != nil || d.Decode(&v) != nil {
			return nil
		}
		key := strings.ToLower(strings.Map(smallest, name.(string)))
		if _, twice := found[key]; twice {
			v = nil
		}
		found[key] = v
	}
	return found
}

// saysYes and saysNo read what one object says of itself.
func saysYes(m map[string]any) (status, processed bool) {
	s, _ := m["status"].(string)
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(strings.ReplaceAll(s, "–", "-"))), "transaction - approved"), m["wasprocessed"] == true
}

func saysNo(m map[string]any) bool {
	s, _ := m["status"].(string)
	status, _ := saysYes(m)
	return s != "" && !status || m["wasprocessed"] == false
}

// fuzzFollow: nothing but a whole and undivided yes is taken for one, and no
// error for a transaction.
func fuzzFollow(f *testing.F, act order.Act) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	for _, body := range []string{voidOf, backOf, takeOf, `{"guid":"c-1","sale":` + saleJSON() + `}`,
		`{"guid":"c-1","status":"Transaction - Approved","wasProcessed":true,"sale":` + declinedJSON("D2012") + `}`,
		`{"guid":"c-1","wasProcessed":false,"relatedSale":` + saleJSON() + `}`} {
		f.Add(uint16(200), byte(0), []byte(body))
		f.Add(uint16(422), byte(0), []byte(body))
	}
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		r := answered(status, kind, body)
		e := c.evidence(r, act)
		if e.Body == order.BodySale && (!r.ok() || !json.Valid(body)) || e.Body == order.BodyError && (r.ok() || e.Code != "" && len(e.Code) != 5) {
			t.Fatalf("%d %q %s was read as %s", status, r.kind, body, e.Body)
		}
		if len([]rune(e.Message)) > 200 || strings.Contains(e.Message, visa) {
			t.Fatalf("kept %q", e.Message)
		}
		if !granted(e) {
			return
		}
		if status == 202 {
			t.Fatal("a pending answer was taken for a yes")
		}
		top, nested := members(body), map[string]any{}
		if act == order.Capture {
			parts := raw(body)
			for _, name := range []string{"sale", "relatedsale"} {
				// The first that has a guid counts, as in the document.
				if m := members(parts[name]); m["guid"] != nil && m["guid"] != "" || name == "sale" {
					nested = m
				}
			}
		}
		approvedTop, processedTop := saysYes(top)
		approvedIn, processedIn := saysYes(nested)
		if !approvedTop && !(top["status"] == nil || top["status"] == "") || !approvedTop && !approvedIn || !processedTop && !processedIn || saysNo(top) || saysNo(nested) {
			t.Fatalf("%s was taken for a yes to %q", body, act)
		}
	})
}

func FuzzAuthOnly(f *testing.F) { fuzzFollow(f, "") }
func FuzzCapture(f *testing.F)  { fuzzFollow(f, order.Capture) }
func FuzzVoid(f *testing.F)     { fuzzFollow(f, order.Void) }
func FuzzReturn(f *testing.F)   { fuzzFollow(f, order.Return) }
func FuzzVerify(f *testing.F)   { fuzzFollow(f, order.Check) }

// FuzzTraces: of a list that was read whole, no row is taken for a follow-up
// that names another target or amount, and none is overlooked that names it.
func FuzzTraces(f *testing.F) {
	for _, rows := range []string{voidOf, backOf, takeOf, backOf + "," + swap(backOf, `"r"`, `"s"`), swap(backOf, saleGUID, another),
		swap(backOf, "saleGuid", "x"), with(backOf, `"sequenceNumber":"`+followNumber+`"`), saleJSON(), "{}", "null", ""} {
		for kind := range byte(3) {
			f.Add(kind, []byte("["+rows+"]"))
		}
	}
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, kind byte, body []byte) {
		asked := []order.FollowRequest{void, giveBack, take}[kind%3]
		all := traces{c: c, f: asked}
		if eachRow(strings.NewReader(string(body)), all.add) != nil {
			return
		}
		got := all.finding()
		for _, e := range got.Hits {
			if e.Target != "" && !strings.EqualFold(e.Target, asked.Target.GUID) && !strings.Contains(unquoted(body), followNumber) {
				t.Fatalf("%s: hit %+v", body, e)
			}
			if asked.Act == order.Return && len(all.exact) == 0 && (e.Amount == nil || *e.Amount != asked.Amount) {
				t.Fatalf("%s: hit %+v", body, e)
			}
		}
		if len(got.Hits) > 0 || got.Impossible {
			return
		}
		// What proves an absence says of every row that it is another's.
		var rows []json.RawMessage
		if err := json.Unmarshal(body, &rows); err != nil {
			t.Fatalf("%s was taken for a list", body)
		}
		for _, row := range rows {
			m := members(row)
			s, _ := m["status"].(string)
			refused := strings.Contains(strings.ToLower(s), "declined")
			named := m["saleguid"] != nil || m["authonlyguid"] != nil || m["sale"] != nil || m["authonly"] != nil
			if !refused && !named && !(asked.Act == order.Return && m["amount"] != nil) {
				t.Fatalf("%s proved an absence: %s", body, row)
			}
		}
	})
}

// unquoted undoes the escapes of every string.
func unquoted(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return ""
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// FuzzAnswers: what a typed answer keeps, it keeps when it is written and read
// again.
func FuzzAnswers(f *testing.F) {
	fuzzSeeds(f, func(_ uint16, _ byte, body string) {
		for kind := range byte(6) {
			f.Add(kind, []byte(body))
		}
	})
	f.Fuzz(func(t *testing.T, kind byte, body []byte) {
		empty := []func() any{func() any { return new(Sale) }, func() any { return new(AuthOnly) }, func() any { return new(Capture) },
			func() any { return new(Void) }, func() any { return new(Return) }, func() any { return new(Verify) }}[kind%6]
		first, second := empty(), empty()
		if strict(body, first) != nil {
			return
		}
		text, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if err := json.Unmarshal(text, second); err != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("%s: %v: got\n%+v\nwant\n%+v", text, err, second, first)
		}
		if strings.Contains(string(text), visa) {
			t.Fatalf("a card number was kept: %s", text)
		}
	})
}
