package gateway

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// bench is a server with a clock of the test's own.
type bench struct {
	*testing.T
	*Server
	url   string
	clock *clock.Virtual
}

var noon = time.Date(2026, time.December, 21, 17, 1, 16, 0, time.UTC)

func newBench(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{T: t, clock: clock.NewVirtual(noon)}
	cfg := Config{Clock: b.clock, Seed: 7, Faults: true}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if b.Server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(b.Server)
	b.url = web.URL
	t.Cleanup(func() {
		web.Close()
		if err := b.Server.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// got is an answer, and its fields.
type got struct {
	*testing.T
	status int
	head   http.Header
	body   string
	fields map[string]string // of NVP
	value  any               // of JSON
}

func (b *bench) do(method, path, body string, head ...string) *got {
	b.Helper()
	g, err := b.try(method, path, body, head...)
	if err != nil {
		b.Fatal(err)
	}
	return g
}

func (b *bench) try(method, path, body string, head ...string) (*got, error) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if strings.HasPrefix(path, "/razorpay/v1") {
		req.SetBasicAuth(RazorpayKeyID, RazorpayKeySecret)
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
		if head[i] == "Host" {
			req.Host = head[i+1]
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	g := &got{T: b.T, status: resp.StatusCode, head: resp.Header, body: string(text), fields: map[string]string{}}
	if resp.Header.Get("Content-Type") == typeJSON {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		_ = dec.Decode(&g.value) // what is broken has no fields
	}
	return g, nil
}

const nvpLogin = "VERSION=124&USER=" + PayPalUser + "&PWD=" + PayPalPassword + "&SIGNATURE=" + PayPalSignature

// nvp makes a call of the NVP interface.
func (b *bench) nvp(method, fields string) *got {
	b.Helper()
	g := b.do("POST", "/paypal/nvp", "METHOD="+method+"&"+nvpLogin+"&"+fields, "Content-Type", "application/x-www-form-urlencoded")
	values, err := url.ParseQuery(g.body)
	if err != nil {
		b.Fatalf("%q: %v", g.body, err)
	}
	for name := range values {
		g.fields[name] = values.Get(name)
	}
	return g
}

// has compares fields of an NVP answer.
func (g *got) has(want ...string) *got {
	g.Helper()
	for i := 0; i+1 < len(want); i += 2 {
		if got := g.fields[want[i]]; got != want[i+1] {
			g.Errorf("%s: got %q, want %q in %s", want[i], got, want[i+1], g.body)
		}
	}
	return g
}

// is compares the status, and fields of a JSON answer by their path.
func (g *got) is(status int, want ...string) *got {
	g.Helper()
	if g.status != status {
		g.Errorf("got status %d, want %d: %s", g.status, status, g.body)
	}
	for i := 0; i+1 < len(want); i += 2 {
		if got := g.at(want[i]); got != want[i+1] {
			g.Errorf("%s: got %q, want %q in %s", want[i], got, want[i+1], g.body)
		}
	}
	return g
}

// at is the field at a path such as "items.0.id", as text.
func (g *got) at(path string) string {
	v := g.value
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			n := int(step[0] - '0')
			if n >= len(x) {
				return "missing"
			}
			v = x[n]
		default:
			return "missing"
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(string(text), `"`)
}

// press presses a button of the page behind a code.
func (b *bench) press(path, button string, more ...string) *got {
	b.Helper()
	form := url.Values{"do": {button}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return b.do("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// must ends the test on an error.
func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// faulty puts a plan in force.
func (b *bench) faulty(rules ...FaultRule) {
	b.Helper()
	b.must(b.SetFaults(FaultPlan{Rules: rules}))
}

// until waits for something that another goroutine does.
func (b *bench) await(done func() bool) {
	b.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-b.Context().Done():
			b.Fatal("it never happened")
		}
	}
}
