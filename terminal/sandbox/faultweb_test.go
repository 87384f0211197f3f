package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// web sends a request to what is under /sandbox/, without following anywhere.
func (b *bench) web(method, path string, head map[string]string, body string) told {
	b.t.Helper()
	req, err := http.NewRequest(method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, value := range head {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return told{err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return told{resp.StatusCode, resp.Header, string(text), err}
}

var asJSON = map[string]string{"Content-Type": "application/json; charset=utf-8"}

func TestFaultsOverTheWeb(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	const none = `{"plan":{"seed":0,"rules":[]},"counts":[],"waiting":0}`
	const one = `{"plan":{"seed":7,"rules":[{"call":"POST sales","match":{"nth":2},"fault":{"kind":"status","status":503,"body":"json","when":"before"}}]},"counts":[{"seen":%d,"fired":%d}],"waiting":0}`
	step := func(method, body, want string) {
		t.Helper()
		if got := b.web(method, "/sandbox/faults", asJSON, body); got.status != 200 || got.body != want {
			t.Errorf("%s: got %d %s, want %s", method, got.status, got.body, want)
		}
	}
	step("GET", "", none)
	step("PUT", `{"seed":7,"rules":[{"call":"POST sales","match":{"nth":2},"fault":"status 503"}]}`, fmt.Sprintf(one, 0, 0))
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	b.want(503, "POST", "sales", saleBody("4111111111111111", "5", "b"))
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "b"))
	step("GET", "", fmt.Sprintf(one, 3, 1))
	if got := b.web("PUT", "/sandbox/faults", asJSON, `{"rules":[{"fault":"drip"}]}`); got.status != 400 || !strings.Contains(got.body, "rule 1") {
		t.Errorf("a wrong plan: got %d %s", got.status, got.body)
	}
	step("GET", "", fmt.Sprintf(one, 3, 1))
	step("DELETE", "", none)
	if got := b.web("PATCH", "/sandbox/faults", nil, ""); got.status != 405 {
		t.Errorf("PATCH: got %d", got.status)
	}
}

// TestOtherSitesAreKeptOut sends what a browser would send for a page of
// another site, or for a name that such a site lets point to this computer.
func TestOtherSitesAreKeptOut(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	own, form := b.url, "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, method string
		head         map[string]string
		status       int
	}{
		{"own form", "POST", map[string]string{"Origin": own, "Content-Type": form}, 303},
		{"own form, told by the browser", "POST", map[string]string{"Sec-Fetch-Site": "same-origin", "Content-Type": form}, 303},
		{"curl's form", "POST", map[string]string{"Content-Type": form}, 303},
		{"another site's form", "POST", map[string]string{"Origin": "http://evil.example", "Content-Type": form}, 403},
		{"a form without an origin", "POST", map[string]string{"Origin": "null", "Content-Type": form}, 403},
		{"another port", "POST", map[string]string{"Origin": "http://127.0.0.1:1", "Content-Type": form}, 403},
		{"cross-site", "POST", map[string]string{"Sec-Fetch-Site": "cross-site", "Content-Type": form}, 403},
		{"another site's script", "PUT", map[string]string{"Origin": "http://evil.example", "Content-Type": "application/json"}, 403},
		{"another site's delete", "DELETE", map[string]string{"Origin": "http://evil.example"}, 403},
		{"plan as a form", "PUT", map[string]string{"Content-Type": form}, 415},
		{"plan as text", "PUT", map[string]string{"Content-Type": "text/plain"}, 415},
		{"rebound name", "GET", map[string]string{"Host": "evil.example"}, 403},
		{"rebound name, own origin", "POST", map[string]string{"Host": "evil.example", "Origin": "http://evil.example", "Content-Type": form}, 403},
		{"localhost", "GET", map[string]string{"Host": "localhost:8787"}, 200},
		{"without a port", "GET", map[string]string{"Host": "127.0.0.1"}, 200},
		{"IPv6", "GET", map[string]string{"Host": "[::1]:8787"}, 200},
		{"IPv6 without a port", "GET", map[string]string{"Host": "[::1]"}, 200},
	} {
		if got := b.web(tt.method, "/sandbox/faults", tt.head, "off=1"); got.status != tt.status {
			t.Errorf("%s: got %d %s, want %d", tt.name, got.status, got.body, tt.status)
		}
	}
	head := map[string]string{"Host": "evil.example", faultHeader: "drop", "Authorization": "Bearer " + b.token}
	if got := b.web("GET", "/api/v1/devices", head, ""); got.status != 403 {
		t.Errorf("header for a rebound name: got %d, %v", got.status, got.err)
	}
}

// TestReadyFaults presses the buttons of the page.
func TestReadyFaults(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	press := func(name, value string, status int) {
		t.Helper()
		if got := b.web("POST", "/sandbox/faults", map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			name+"="+strings.ReplaceAll(value, " ", "+")); got.status != status {
			t.Errorf("%s: got %d %s", value, got.status, got.body)
		}
	}
	for _, r := range readyFaults {
		press("ready", r.Name, 303)
	}
	rules := b.host.Faults().Plan.Rules
	if got, want := len(rules), len(readyFaults); got != want || rules[0] != readyFaults[want-1].Rule {
		t.Errorf("got %d rules and %v on top, want %d", got, rules[0], want)
	}
	press("off", "1", 303)
	press("ready", readyFaults[0].Name, 303)
	if _, _, err := b.do("POST", "sales", saleBody("4111111111111111", "5", "a")); err == nil || b.charged() != 1 {
		t.Errorf("got %v and %d charged, want a lost answer", err, b.charged())
	}
	press("ready", readyFaults[1].Name, 303)
	if got := b.host.Faults().Plan.Rules; len(got) != 1 || got[0] != readyFaults[1].Rule {
		t.Errorf("after a rule that is over: got %v", got)
	}
	press("ready", "nothing", 400)
}

// TestPage looks for what the page must show, in any state of the ledger, and
// for what it must not.
func TestPage(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	page := func(query string) string {
		t.Helper()
		got := b.web("GET", "/sandbox/"+query, nil, "")
		if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			t.Fatalf("%s: got %d %s", query, got.status, got.body)
		}
		return got.body
	}
	has := func(text string, all ...string) {
		t.Helper()
		for _, want := range all {
			if !strings.Contains(text, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	}
	has(page(""), "TRAINING", "no real money", "The ledger is empty", "No batch yet", "No fault is on", "No mail was sent", Cards[0].Number)
	for i := range 30 {
		b.want(200, "POST", "sales", saleBody("4111111111111111", fmt.Sprintf("%d.25", i+1), fmt.Sprintf("n%02d", i)))
	}
	b.want(200, "POST", "sales", saleBody("4000000000009995", "77", `<b>&`))
	b.want(200, "POST", "sales", strings.Replace(saleBody("4532538795426624", "78", "stranger"), "{}", `{"OrderNumber":"<i>"}`, 1))
	b.want(200, "POST", "timeoutreversal", reversalBody("n29"))
	first := page("")
	has(first, "30.25", "Void", ">Sale</a>", "voided", "&lt;b&gt;&amp;", "Declined", "D2012", "····6624", "Older", "open")
	for _, never := range []string{"<b>", "453253879542", "<i>", "<script"} {
		if strings.Contains(first, never) {
			t.Errorf("the page shows %q", never)
		}
	}
	older := between(first, `<a href="`, `">Older`)
	second := page(strings.TrimPrefix(strings.ReplaceAll(older, "&amp;", "&"), "/sandbox/"))
	if rows := strings.Count(first, "<time>") + strings.Count(second, "<time>"); rows != 33 {
		t.Errorf("two pages have %d rows, want 33", rows)
	}
	for query, want := range map[string]int{"?kind=Void": 1, "?kind=Return": 0, "?text=N0": 10, "?text=declined": 2, "?text=STRANGER": 1,
		"?kind=Sale&text=n29": 1, "?text=" + b.rows()[29].GUID: 2, "?before=4": 3, "?batch=" + b.rows()[0].BatchGUID + "&before=3": 2, "?batch=x": 0, "?before=-1": 25} {
		if got := strings.Count(page(query), "<time>"); got != want {
			t.Errorf("%s: got %d rows, want %d", query, got, want)
		}
	}
	b.want(200, "POST", "accounts/resetpasswordrequest", `{"Username":"`+DefaultUsername+`"}`)
	has(page(""), "Your key for a new password", ".eml")
	b.host.faults.set(FaultPlan{Rules: []FaultRule{{Call: "POST sales", Match: FaultMatch{Sequence: "<u>"}, Chance: "5%", Times: 2, Fault: Fault{Kind: FaultLag, For: time.Hour}}}})
	has(page(""), "number &lt;u&gt;", "5%, 2 times", "lag 1h", "Switch all faults off")
	if got := b.web("GET", "/sandbox", nil, ""); got.header.Get("Location") != "/sandbox/" {
		t.Errorf("without the stroke: got %v", got.header)
	}
	if got := b.web("GET", "/sandbox/style.css", nil, ""); !strings.Contains(got.body, "prefers-color-scheme: dark") {
		t.Errorf("style: got %d", got.status)
	}
	if got := b.web("GET", "/sandbox/other", nil, ""); got.status != 404 {
		t.Errorf("another page: got %d", got.status)
	}
}

// between is the last part before end that follows begin.
func between(text, begin, end string) string {
	head, _, _ := strings.Cut(text, end)
	return head[strings.LastIndex(head, begin)+len(begin):]
}
