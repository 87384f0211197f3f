package connexpay

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// fuzzAnswer: an answer of any bytes is read or not; what was read holds no
// card number, and comes back from its own JSON as it was.
func fuzzAnswer[T any](f *testing.F, samples ...string) {
	for _, name := range samples {
		f.Add([]byte(sample(f, name)))
		for i, echoed := range echoes(f, parse(f, sample(f, name))) {
			if i%7 == 0 {
				f.Add([]byte(echoed))
			}
		}
	}
	for _, body := range []string{"", "null", "[]", "{}", `{"message":"x"}`, `{"a":1,"A":2}`, strings.Repeat("[", 200), `{"ret":[null]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var read, again T
		if strict(body, &read) != nil {
			return
		}
		if !json.Valid(body) {
			t.Fatalf("%q was read", body)
		}
		kept, err := json.Marshal(read)
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		if bytes.Contains(kept, []byte(visa)) {
			t.Fatalf("kept %s", kept)
		}
		if err := strict(kept, &again); err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", read) {
			t.Fatalf("%+v came back as %+v, %v", read, again, err)
		}
	})
}

func FuzzRegistered(f *testing.F) { fuzzAnswer[RegisteredUser](f, "register") }
func FuzzRoles(f *testing.F)      { fuzzAnswer[UserRoles](f, "user_roles", "my_roles") }
func FuzzUsers(f *testing.F)      { fuzzAnswer[envelope[UserRow]](f, "search_users") }
func FuzzDevices(f *testing.F)    { fuzzAnswer[envelope[Device]](f, "devices") }
func FuzzClosed(f *testing.F)     { fuzzAnswer[ClosedBatch](f, "close_batch") }
func FuzzBatches(f *testing.F)    { fuzzAnswer[envelope[BatchRow]](f, "search_batches") }
func FuzzBatchRows(f *testing.F)  { fuzzAnswer[[]BatchTransaction](f, "batch_transactions") }
func FuzzIssued(f *testing.F)     { fuzzAnswer[IssuedCard](f, "issue_card") }

// fuzzPage: a page is taken only where the whole of it is one JSON object with
// one list.
func fuzzPage(f *testing.F, filter Filter, name string) {
	for _, body := range []string{sample(f, name), strings.Replace(sample(f, name), `"ret"`, `"searchResultDTO"`, 1), `{"count":0,"ret":[]}`,
		`{"ret":null}`, `{"totalResults":1,"pageTotal":1,"searchResultDTO":[{"amount":"1.00","relatedReturns":[{"guid":"a"}]}]}`,
		`{"message":"NoResultFound204"}`, `{"ret":[{"amount":1e999999999}]}`, `{"ret":[{"card":{"last4":` + visa + `}}]}`, `{"ret":[[]]}`, ``, `[]`} {
		f.Add([]byte(body))
	}
	c := newClient(f, "http://127.0.0.1")
	where := filter.where()
	where.GUID, where.Status = guidOf(1), "Transaction - Approved"
	f.Fuzz(func(t *testing.T, body []byte) {
		p := newPager(c, filter)
		_, err := p.read(bytes.NewReader(body))
		if len(p.lines) > MaxPage {
			t.Fatalf("%d rows", len(p.lines))
		}
		if err != nil {
			return
		}
		if !json.Valid(body) || strings.TrimLeft(string(body), " \t\r\n")[0] != '{' {
			t.Fatalf("%q was taken for a page", body)
		}
		for _, l := range p.lines {
			if p.filter.keeps(l) && l.guid != "" && !strings.EqualFold(l.guid, where.GUID) {
				t.Fatalf("%+v was not asked for", l)
			}
			if strings.Contains(strings.Join(l.cells(), "|"), visa) {
				t.Fatalf("kept %+v", l)
			}
		}
	})
}

func FuzzSalePage(f *testing.F) {
	fuzzPage(f, &SaleFilter{Amounts: Amounts{"0.50", "99"}}, "search_sales")
}
func FuzzVoidPage(f *testing.F) { fuzzPage(f, &VoidFilter{}, "search_voids") }
func FuzzReturnPage(f *testing.F) {
	fuzzPage(f, &ReturnFilter{Amounts: Amounts{"0.50", "99"}}, "search_returns")
}
func FuzzAuthPage(f *testing.F)    { fuzzPage(f, &AuthFilter{}, "search_authonlys") }
func FuzzCapturePage(f *testing.F) { fuzzPage(f, &CaptureFilter{NewAmountTo: "9"}, "search_captures") }
func FuzzVerifyPage(f *testing.F) {
	fuzzPage(f, &VerifyFilter{Period: Period{TimeStampFrom: "2017-01-01"}}, "search_verify")
}
func FuzzBillingPage(f *testing.F) { fuzzPage(f, &BillingFilter{}, "search_recurring") }

// FuzzIssue: a card is made where the host says so in full, and never by an
// error.
func FuzzIssue(f *testing.F) {
	fuzzSeeds(f, func(status uint16, kind byte, body string) { f.Add(status, kind, []byte(body)) })
	whole := sample(f, "issue_card")
	for _, status := range []uint16{200, 201, 202, 400, 422, 500} {
		f.Add(status, byte(0), []byte(whole))
		f.Add(status, byte(1), []byte(whole))
	}
	for _, change := range [][2]string{{`"Card - Active"`, `"Card - Paused"`}, {`"thisTransactionAmount": 20`, `"thisTransactionAmount": 2e1`},
		{`"USD",`, `"EUR",`}, {`"card": {`, `"card": {"status":"Card - Active",`}, {`"card"`, `"CARD"`}} {
		f.Add(uint16(200), byte(0), []byte(strings.Replace(whole, change[0], change[1], 1)))
	}
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		e := c.issueEvidence(answered(status, kind, body))
		if e.Body != order.BodyCard {
			if e.Status == order.CardActive && e.Body == order.BodyOther {
				t.Fatalf("%s: half read as %+v", body, e)
			}
			return
		}
		card, _ := members(body)["card"].(map[string]any)
		if status < 200 || status > 299 || kind%4 != 0 || card == nil || !json.Valid(body) || e.Amount == nil || e.Amount.Currency != money.USD {
			t.Fatalf("%d %s was taken for a card: %+v", status, body, e)
		}
		if e.Status == order.CardActive && !strings.Contains(strings.ToLower(unescapeAll(card)), "card - active") {
			t.Fatalf("%s was taken for an active card", body)
		}
	})
}

func unescapeAll(object map[string]any) (all string) {
	for _, v := range object {
		s, _ := v.(string)
		all += s + "\n"
	}
	return all
}

// FuzzToken: a token is a text that came with its life.
func FuzzToken(f *testing.F) {
	f.Add([]byte(sample(f, "token")))
	for _, body := range []string{`{"access_token":"a","expires_in":"86399"}`, `{"access_token":"a","expires_in":-1}`, `{"access_token":"a"}`,
		`{"access_token":"a","access_token":"b","expires_in":1}`, `{"access_token":5,"expires_in":1}`, `{"access_token":"a","expires_in":1e9}`, `null`, ``} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		token, life, err := readToken(body)
		if err != nil {
			if token != "" || life != 0 {
				t.Fatalf("got %q, %s and %v", token, life, err)
			}
			return
		}
		if said, ok := members(body)["access_token"].(string); !ok || said != token || token == "" {
			t.Fatalf("%s: got %q", body, token)
		}
	})
}

// FuzzMessage: only the service's own word says that a password was changed.
func FuzzMessage(f *testing.F) {
	for _, name := range []string{"change_password", "reset_request", "reset_password"} {
		f.Add(uint16(200), byte(0), []byte(sample(f, name)))
		f.Add(uint16(422), byte(0), []byte(sample(f, name)))
	}
	f.Add(uint16(200), byte(0), []byte(`{"message":"No success"}`))
	f.Add(uint16(200), byte(0), []byte(`{"message":"Success","message":""}`))
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, status uint16, kind byte, body []byte) {
		if c.changed(answered(status, kind, body)) != nil {
			return
		}
		said, _ := members(body)["message"].(string)
		if status < 200 || status > 299 || kind%4 != 0 || !strings.HasPrefix(strings.ToLower(strings.TrimSpace(said)), "success") {
			t.Fatalf("%d %s was taken for a change", status, body)
		}
	})
}

// FuzzCSV: whatever a host exports, what is passed on is CSV without a card
// number, and as many records.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n3,4\n"))
	f.Add([]byte("a,\"b\nc\"\n=1,-5.00\n" + visa + ",x" + visa + "\n"))
	f.Add([]byte("\"a\n\n,"))
	f.Add([]byte("a\n\"\"\n\"\"\nb\n"))
	c := newClient(f, "http://127.0.0.1")
	f.Fuzz(func(t *testing.T, body []byte) {
		var out bytes.Buffer
		x := &export{pager: newPager(c, &SaleFilter{}), out: csv.NewWriter(&out)}
		if x.page(bytes.NewReader(body)) != nil {
			return
		}
		x.out.Flush()
		in := csv.NewReader(bytes.NewReader(out.Bytes()))
		in.FieldsPerRecord = -1
		records := 0
		for {
			cells, err := in.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q became %q: %v", body, out.Bytes(), err)
			}
			records++
			for _, cell := range cells {
				if strings.Contains(cell, visa) || cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
					t.Fatalf("passed on %q", cell)
				}
			}
		}
		if want := x.count; x.header != nil && records != want+1 {
			t.Fatalf("%d records of %d in %q", records, want+1, out.Bytes())
		}
	})
}
