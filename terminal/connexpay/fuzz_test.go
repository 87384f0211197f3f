package connexpay

import (
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var kinds = []string{"application/json", "text/plain", "text/html", ""}

func answered(status uint16, kind byte, body []byte) reply {
	return reply{stage: order.Answered, status: int(status), kind: kinds[int(kind)%len(kinds)], body: body}
}

// members reads an object by other means than the client does: a member that
// is there more than once, in whatever letter case, has no value.
func members(body []byte) map[string]any {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	found, twice := map[string]any{}, errors.New("twice")
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil
		}
		var v any
		if d.Decode(&v) != nil {
			return nil
		}
		key := strings.ToLower(strings.Map(smallest, name.(string)))
		if _, ok := found[key]; ok {
			v = twice
		}
		found[key] = v
	}
	return found
}

// smallest is the first of the letters that differ from r in case only: the
// decoder takes "ſtatus" for "status".
func smallest(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}

func fuzzSeeds(f *testing.F, add func(status uint16, kind byte, body string)) {
	for _, name := range []string{"create_sale", "get_sale", "list_sales", "sales_by_batch", "search_sales", "reversal",
		"close_batch", "batch_transactions", "devices", "token", "create_authonly", "create_capture", "create_void", "create_return",
		"create_verify", "list_authonlys", "list_captures", "list_voids", "list_returns", "list_verify"} {
		add(200, 0, sample(f, name))
	}
	for _, body := range []string{saleJSON(), declinedJSON("D2012"), declinedJSON("D0008"), "[" + saleJSON() + "]", "[]", "{}", "null", `""`,
		voided, notFound, denied, `{"status":"PASS"}`, `{"count":0,"ret":[]}`, `{"message":"Error code D2012. Error message: x"}`,
		strings.Replace(saleJSON(), "{", `{"ſtatus":"Transaction - Declined",`, 1), saleJSON(member{"amount", `"1500.00"`}),
		saleJSON(member{"processorStatusCode", `"A0002"`}, member{"effectiveAmount", "750"})} {
		add(200, 0, body)
		add(422, 0, body)
		add(200, 1, body)
		add(200, 0, strings.Replace(body, `"status"`, `"ſtatus"`, 1))
	}
}

// FuzzSale: nothing but a whole and consistent approval leads to one, and
// nothing but the service's own refusal to a decline.
func FuzzSale(f *testing.F) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		r := answered(status, kind, body)
		e := c.evidence(r, "")
		v := order.Classify(attempt, e)
		m := members(body)
		word := func(name string) string { s, _ := m[name].(string); return strings.ToLower(s) }
		switch v.State {
		case order.Approved, order.PartApproved:
			state := strings.TrimSpace(strings.ReplaceAll(word("status"), "–", "-"))
			code := word("processorstatuscode")
			if state != "transaction - approved" && state != "transaction - approved - warning" || m["wasprocessed"] != true ||
				code != "a0000" && code != "a0002" || !strings.EqualFold(word("deviceguid"), device) ||
				!strings.EqualFold(word("sequencenumber"), number) || !equals(m["amount"], "1500") {
				t.Fatalf("%s led to %s", body, v.State)
			}
			if v.State == order.Approved && m["effectiveamount"] != nil && m["effectiveamount"] != "" && !equals(m["effectiveamount"], "1500") {
				t.Fatalf("%s was taken for the whole amount", body)
			}
			if status == 202 || status < 200 || status > 299 || !r.json() {
				t.Fatalf("%d %q led to %s", status, r.kind, v.State)
			}
		case order.Declined:
			row := strings.Contains(word("status"), "declined") && m["wasprocessed"] == false
			if !r.json() || !(row && r.ok()) && !(status >= 400 && status < 500 && strings.Contains(strings.ToLower(unescape(body)), "error code")) {
				t.Fatalf("%d %s led to a decline", status, body)
			}
		case order.NotSent:
			t.Fatalf("an answer led to %s", v.State)
		}
	})
}

func equals(v any, want string) bool {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	got, ok := new(big.Rat).SetString(text)
	w, _ := new(big.Rat).SetString(want)
	return ok && got.Cmp(w) == 0
}

func FuzzErrorText(f *testing.F) {
	fuzzSeeds(f, func(_ uint16, _ byte, body string) { f.Add([]byte(body)) })
	f.Fuzz(func(t *testing.T, body []byte) {
		text, ok := errorText(body)
		if ok != (text != "") || ok && !json.Valid(body) {
			t.Fatalf("got %q, %t", text, ok)
		}
		if code := errorCode(text); code != "" && (len(code) != 5 || !strings.Contains(strings.ToUpper(text), code)) {
			t.Fatalf("got code %q", code)
		}
		if kept := scrub(text); utf8.RuneCountInString(kept) > 200 || strings.ContainsAny(kept, "\r\n\t") {
			t.Fatalf("got %q", kept)
		}
	})
}

func FuzzReversal(f *testing.F) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		r := answered(status, kind, body)
		got := readReversal(r)
		if got == order.ReversalDone && (status < 200 || status > 299 || kind%4 > 1 || !strings.Contains(strings.ToLower(unescape(body)), reversed)) {
			t.Fatalf("%d %s was taken for a reversal", status, body)
		}
		if (status >= 500 || status == 401) && got != order.ReversalNoAnswer {
			t.Fatalf("%d led to %s", status, got)
		}
	})
}

// unescape gives the words of a JSON string or object, or the bytes.
func unescape(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	if s, ok := v.(string); ok {
		return s
	}
	var all string
	for _, v := range members(body) {
		s, _ := v.(string)
		all += s + "\n"
	}
	return all
}

func FuzzClose(f *testing.F) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		got := c.readClose(answered(status, kind, body), device)
		m := members(body)
		state, _ := m["status"].(string)
		if got.Closed && (status < 200 || status > 299 || !got.Answered || !strings.EqualFold(state, "PASS")) {
			t.Fatalf("%d %s was taken for a close", status, body)
		}
		if got.Answered && kind%4 != 0 {
			t.Fatalf("%q was taken for an answer", kinds[kind%4])
		}
		if got.Totals != nil && (!got.Closed || got.Totals.SaleAmount.Currency != money.USD) {
			t.Fatalf("got %+v", got)
		}
	})
}

func FuzzSearchPage(f *testing.F) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		guids, ok := searchPage(answered(status, kind, body))
		if !ok && guids != nil {
			t.Fatal("rows of a page that proves nothing")
		}
		m := members(body)
		_, ret := m["ret"].([]any)
		_, result := m["searchresultdto"].([]any)
		if ok && !ret && !result {
			t.Fatalf("%s was taken for a page", body)
		}
	})
}

// FuzzList: a list is taken only where the whole of it is one JSON array.
func FuzzList(f *testing.F) {
	fuzzSeeds(f, func(_ uint16, _ byte, body string) { f.Add([]byte(body)) })
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, body []byte) {
		l := sieve{c: c, q: asking(device, number)}
		err := eachRow(iotest.HalfReader(strings.NewReader(string(body))), l.add)
		if err == nil && (!json.Valid(body) || strings.TrimLeft(string(body), " \t\r\n")[0] != '[') {
			t.Fatalf("%s was taken for a list", body)
		}
		for _, h := range l.hits {
			if h.Number != number || h.Device != "" && !strings.EqualFold(h.Device, device) {
				t.Fatalf("hit %+v", h)
			}
		}
		if err != nil {
			return
		}
		whole := strings.TrimRight(string(body), " \t\r\n")
		cut := sieve{c: c, q: l.q}
		if eachRow(io.LimitReader(strings.NewReader(whole), int64(len(whole))-1), cut.add) == nil {
			t.Fatalf("%s without its end was taken for a list", body)
		}
	})
}
