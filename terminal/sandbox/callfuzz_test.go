package sandbox

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"paydesk/terminal/clock"
)

// fuzzHost is a host with a sale and a call of its owner.
func fuzzHost(f *testing.F) (*Host, func(path, body string, args ...string) *call) {
	host, err := Open(Options{Path: ":memory:", MailDir: f.TempDir(), Clock: clock.NewVirtual(documentDay)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = host.Close() })
	return host, func(path, body string, args ...string) *call {
		return &call{r: httptest.NewRequest("POST", "/api/v1/"+path, strings.NewReader(body)), args: args, user: owner(DefaultUsername)}
	}
}

// sound reports an answer that no request may get.
func sound(t *testing.T, host *Host, out reply, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	host.write(w, host.render(out))
	text := w.Body.String()
	if w.Code >= 500 || w.Code < 200 {
		t.Errorf("the host failed with %d %s on %q", w.Code, text, body)
	}
	switch {
	case out.csv != "":
		if _, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
			t.Errorf("%v in %q for %q", err, text, body)
		}
	case text != "" && !json.Valid([]byte(text)):
		t.Errorf("no JSON: %q for %q", text, body)
	}
}

// FuzzAccount sends any body to the calls about users; of Register only what
// comes before the work on the password, which takes its time.
func FuzzAccount(f *testing.F) {
	for i, name := range []string{"register", "change_password", "reset_request", "reset_password", "search_users"} {
		f.Add(uint8(i), readFile(f, "testdata/document/"+name+".request.json"))
	}
	f.Add(uint8(0), `{"username":1,"email":"a@b.c\r\n","isonumber":1e9}`)
	host, post := fuzzHost(f)
	register := func(_ *Host, c *call) reply {
		var in registerRequest
		if decode(c.r.Body, &in) != nil {
			return undecode
		}
		out, bad := in.check()
		if !bad {
			return reply{status: 200}
		}
		return out
	}
	calls := []func(*Host, *call) reply{register, (*Host).changePassword, (*Host).requestReset, (*Host).resetPassword, (*Host).searchUsers}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		sound(t, host, calls[int(which)%len(calls)](host, post("accounts", body)), body)
	})
}

// FuzzSearch sends any body and any page to the searches.
func FuzzSearch(f *testing.F) {
	host, post := fuzzHost(f)
	sale := post("sales", saleBody("4111111111111111", "5.00", "a"))
	if out := create(kindSale)(host, sale); out.status != 200 {
		f.Fatalf("sale: got %d", out.status)
	}
	for i, tt := range searchCases {
		f.Add(uint8(i), "false", "1", "500", ofMerchant(tt.filter))
		f.Add(uint8(i), "true", "2", "", ofMerchant(tt.filter))
	}
	var calls []func(*Host, *call) reply
	for _, rt := range searchRoutes {
		if strings.Count(rt.path, "{") == 3 {
			calls = append(calls, rt.serve)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, export, page, size, body string) {
		sound(t, host, calls[int(which)%len(calls)](host, post("search", body, export, page, size)), body)
	})
}

// FuzzIssueCard sends any body to IssueCard, and counts along: of a sale never
// more is spent than it is worth.
func FuzzIssueCard(f *testing.F) {
	host, post := fuzzHost(f)
	body := strings.Replace(saleBody("4111111111111111", "5.00", "a"), `"ExpectedPayments":0`, `"ExpectedPayments":99`, 1)
	out := create(kindSale)(host, post("sales", body))
	text, err := json.Marshal(out.body)
	if err != nil || out.status != 200 {
		f.Fatalf("sale: got %d, %v", out.status, err)
	}
	code := fields(f, string(text))["connexPayTransaction"].(map[string]any)["incomingTransCode"].(string)
	f.Add(issueBody(f, code, "AmountLimit", "0.01"))
	f.Add(issueBody(f, code, "AmountLimit", "9999999999999999", "UsageLimit", "1e2"))
	f.Add(issueBody(f, "", "ValidFor", "TRANSACTION", "UsageLimit", nil))
	f.Fuzz(func(t *testing.T, body string) {
		sound(t, host, host.issueCard(post("issuecard", body)), body)
		n, err := host.place(t.Context(), `SELECT coalesce(sum(amount), 0) FROM issued`)
		if err != nil || n > 500 {
			t.Errorf("spent of 5.00: got %s, %v", fmt.Sprint(n), err)
		}
	})
}
