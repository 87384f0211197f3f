package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// told is what a client gets of one call.
type told struct {
	status int
	header http.Header
	body   string
	err    error // of the call, or of reading the body
}

// under sends one call with a fault in its header.
func (b *bench) under(ctx context.Context, fault, method, path, body string) told {
	b.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, b.url+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	if fault != "" {
		req.Header.Set(faultHeader, fault)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return told{err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return told{resp.StatusCode, resp.Header, string(text), err}
}

// moving is a clock that jumps over every wait as it begins, and keeps count of
// how long all of them were.
func moving(t *testing.T) waitClock {
	c := newWaitClock()
	go func() {
		for {
			select {
			case d := <-c.waiting:
				c.Advance(d)
			case <-t.Context().Done():
				return
			}
		}
	}()
	return c
}

// TestFaultsSeenByAClient lets each fault happen to one sale on a real
// connection, and looks at the answer and the ledger.
func TestFaultsSeenByAClient(t *testing.T) {
	const approved = `"status":"Transaction - Approved"`
	tests := []struct {
		fault   string
		err     error // nil: an answer comes whole
		status  int
		kind    string // beginning of the Content-Type
		body    string // expression
		charged int
		waited  time.Duration
	}{
		{"delay 8s", nil, 200, "application/json", approved, 1, 8 * time.Second},
		{"delay 8s before", nil, 200, "application/json", approved, 1, 8 * time.Second},
		{"drop before", io.EOF, 0, "", "", 0, 0},
		{"drop after", io.EOF, 0, "", "", 1, 0},
		{"drop after 1m", io.EOF, 0, "", "", 1, time.Minute},
		{"reset before", syscall.ECONNRESET, 0, "", "", 0, 0},
		{"reset after 5s", syscall.ECONNRESET, 0, "", "", 1, 5 * time.Second},
		{"truncate", io.ErrUnexpectedEOF, 200, "application/json", "^$", 1, 0},
		{"truncate 20", io.ErrUnexpectedEOF, 200, "application/json", "^.{20}$", 1, 0},
		{"truncate 100000", nil, 200, "application/json", approved, 1, 0},
		{"status 503", nil, 503, "application/json", `^{"message":"Service Unavailable"}$`, 0, 0},
		{"status 429 empty", nil, 429, "", "^$", 0, 0},
		{"status 500 html after", nil, 500, "text/html", "^<html>", 1, 0},
		{"html", nil, 502, "text/html", "^<html>", 0, 0},
		{"html portal", nil, 200, "text/html", "Free Wi-Fi", 0, 0},
		{"html gateway after", nil, 502, "text/html", "^<html>", 1, 0},
		{"types", nil, 200, "application/json", `"amount":"12\.5".*"wasProcessed":"true"`, 1, 0},
		{"types strings status", nil, 200, "application/json", `"status":{"value":"Transaction - Approved"}`, 1, 0},
		{"types objects", nil, 200, "application/json", `^\[{.*}\]$`, 1, 0},
		{"types objects card", nil, 200, "application/json", `"card":\[{`, 1, 0},
		{"duplicate", nil, 200, "application/json", `^({.*` + approved + `.*}){2}$`, 1, 0},
		{"replay", nil, 200, "application/json", approved, 2, 0},
		{"skew -2h", nil, 200, "application/json", `"timeStamp":"2018-09-10T08:36:13\.77-03:00"`, 1, 0},
		{"slow 10s", nil, 200, "application/json", `^{.*` + approved + `.*}$`, 1, 10 * time.Second},
		{"echo sequenceNumber", nil, 200, "application/json", `"sequenceNumber":"one-other"`, 1, 0},
		{"echo amount", nil, 200, "application/json", `"amount":13\.5[,}]`, 1, 0},
		{"echo deviceGuid", nil, 200, "application/json", `"deviceGuid":"` + SecondDeviceGUID, 1, 0},
		{"unknown", nil, 200, "application/json", `"status":"Transaction - Under Observation"`, 1, 0},
		{"unknown batchStatus", nil, 200, "application/json", `"batchStatus":"Batch - Under Observation"`, 1, 0},
		{"lag 5m", nil, 200, "application/json", approved, 1, 0},
		{"rows 1 2 3", nil, 200, "application/json", `"amount":12\.5[,}]`, 1, 0}, // no list
	}
	kinds := map[string]bool{"late": true} // has a test of its own
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			clock := moving(t)
			b := newBench(t, Options{Clock: clock, Faults: true})
			got := b.under(t.Context(), tt.fault, "POST", "sales", saleBody("4111111111111111", "12.50", "one"))
			if !errors.Is(got.err, tt.err) || got.status != tt.status || !strings.HasPrefix(got.header.Get("Content-Type"), tt.kind) {
				t.Errorf("got %d %q, %v; want %d %q, %v", got.status, got.header.Get("Content-Type"), got.err, tt.status, tt.kind, tt.err)
			}
			if !regexp.MustCompile(tt.body).MatchString(got.body) {
				t.Errorf("body: got %s, want %s", got.body, tt.body)
			}
			if got := b.charged(); got != tt.charged {
				t.Errorf("charged: got %d, want %d", got, tt.charged)
			}
			if got := clock.Now().Sub(documentDay).Round(time.Millisecond); got != tt.waited {
				t.Errorf("waited: got %v, want %v", got, tt.waited)
			}
			if again := b.under(t.Context(), "", "GET", "devices", ""); again.status != 200 {
				t.Errorf("the call after it: got %d, %v", again.status, again.err)
			}
		})
		kind, _, _ := strings.Cut(tt.fault, " ")
		kinds[kind] = true
	}
	for _, k := range faultKinds {
		if !kinds[string(k.name)] {
			t.Errorf("no client has seen %s", k.name)
		}
	}
}

// TestTruncateAtEveryByte cuts an answer at each of its bytes: what comes is
// never longer, and is always told as incomplete.
func TestTruncateAtEveryByte(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	whole := b.want(200, "GET", "devices", "")
	for k := range len(whole) {
		got := b.under(t.Context(), fmt.Sprint("truncate ", k), "GET", "devices", "")
		if got.body != whole[:k] || !errors.Is(got.err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: got %q, %v", k, got.body, got.err)
		}
	}
}

// TestWrongTypesAreRightOtherwise wants the values themselves unharmed.
func TestWrongTypesAreRightOtherwise(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	s := fields(t, b.under(t.Context(), "types numbers", "POST", "sales", saleBody("4111111111111111", "12.50", "a")).body)
	if got, want := words(s["amount"], s["wasProcessed"], s["status"]), "12.5 true Transaction - Approved"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, ok := s["amount"].(string); !ok {
		t.Errorf("the amount is a %T", s["amount"])
	}
	if _, ok := s["wasProcessed"].(bool); !ok {
		t.Errorf("wasProcessed is a %T", s["wasProcessed"])
	}
}

// TestLate has a sale entered 40 minutes after its client lost the connection,
// and another one that the host's end forgets.
func TestLate(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	if got := b.under(t.Context(), "late 40m", "POST", "sales", saleBody("4111111111111111", "5", "a")); !errors.Is(got.err, io.EOF) {
		t.Errorf("got %d, %v; want no answer", got.status, got.err)
	}
	if got := b.host.Faults().Waiting; got != 1 {
		t.Errorf("put off: got %d, want 1", got)
	}
	b.clock.Advance(40*time.Minute - 1)
	if got := len(b.rows()); got != 0 {
		t.Errorf("before its time: got %d rows", got)
	}
	b.clock.Advance(1)
	for b.host.Faults().Waiting > 0 {
		// The sale is on its way: every look takes the ledger's turn.
		b.rows()
	}
	if got := b.charged(); got != 1 {
		t.Errorf("charged: got %d, want 1", got)
	}
	if got := b.rows()[0].Created; !got.Equal(documentDay.Add(40 * time.Minute)) {
		t.Errorf("entered at %v", got)
	}
	b.under(t.Context(), "late 2m", "POST", "sales", saleBody("4111111111111111", "6", "b"))
	if err := b.host.Close(); err != nil {
		t.Fatal(err)
	}
	if got := b.host.Faults().Waiting; got != 0 {
		t.Errorf("put off after the end: got %d", got)
	}
}

// TestHungUp lets a client give up while a fault keeps it waiting.
func TestHungUp(t *testing.T) {
	for fault, charged := range map[string]int{"delay 1h before": 0, "delay 1h after": 1, "reset after 1h": 1, "slow 1h": 1} {
		t.Run(fault, func(t *testing.T) {
			c := newWaitClock()
			b := newBench(t, Options{Clock: c, Faults: true})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan told)
			go func() { ended <- b.under(ctx, fault, "POST", "sales", saleBody("4111111111111111", "5", "a")) }()
			<-c.waiting
			cancel()
			if got := <-ended; got.err == nil {
				t.Error("an answer came before its time")
			}
			if got := b.charged(); got != charged {
				t.Errorf("charged: got %d, want %d", got, charged)
			}
		})
	}
}

// TestSkewIsInTheDate holds the Date header against the host's clock.
func TestSkewIsInTheDate(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	for fault, off := range map[string]time.Duration{"": 0, "skew 26h": 26 * time.Hour, "skew -90s": -90 * time.Second} {
		got, err := http.ParseTime(b.under(t.Context(), fault, "GET", "devices", "").header.Get("Date"))
		if want := documentDay.Add(off).Truncate(time.Second); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v, %v; want %v", fault, got, err, want)
		}
	}
}

// TestLag searches for a sale that is five minutes old.
func TestLag(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	b.clock.Advance(5 * time.Minute)
	b.want(200, "POST", "sales", saleBody("4111111111111111", "6", "b"))
	for fault, want := range map[string]int{"": 2, "lag 4m59s": 1, "lag 5m1s": 0} {
		got := b.under(t.Context(), fault, "POST", "search/sales/false", fmt.Sprintf(`{"MerchantGuid":%q}`, MerchantGUID))
		if rows := strings.Count(got.body, `"guid"`); rows != want {
			t.Errorf("%q: got %d rows in %s, want %d", fault, rows, got.body, want)
		}
	}
}

// TestNoFaultsUnlessAllowed asks a host without faults for one in every way.
func TestNoFaultsUnlessAllowed(t *testing.T) {
	b := newBench(t, Options{})
	got := b.under(t.Context(), "drop after", "POST", "sales", saleBody("4111111111111111", "5", "a"))
	if got.status != 403 || !strings.Contains(got.body, "without faults") || len(b.rows()) != 0 {
		t.Errorf("header: got %d %s, %v and %d rows", got.status, got.body, got.err, len(b.rows()))
	}
	if err := b.host.SetFaults(FaultPlan{Rules: []FaultRule{{Fault: Fault{Kind: FaultDrop}}}}); err == nil {
		t.Error("a plan was taken")
	}
	for _, method := range []string{"GET", "PUT", "DELETE", "POST"} {
		for _, path := range []string{"/sandbox", "/sandbox/", "/sandbox/faults"} {
			if got := b.web(method, path, nil, `{"rules":[{"fault":"drop"}]}`); got.status != 403 {
				t.Errorf("%s %s: got %d", method, path, got.status)
			}
		}
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
}

func TestOffByDefault(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	if got := b.host.Faults(); len(got.Plan.Rules) != 0 {
		t.Errorf("got %v", got)
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	if got := b.under(t.Context(), "wobble", "POST", "sales", saleBody("4111111111111111", "5", "b")); got.status != 400 ||
		!strings.Contains(got.body, "is no kind of fault") || len(b.rows()) != 1 {
		t.Errorf("a header in error: got %d %s", got.status, got.body)
	}
}

// TestPlanSeesTheRequest puts a plan in force and sends sales that fit its
// rules and others; a fault takes the login as any other call.
func TestPlanSeesTheRequest(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	plan, err := ParseFaultPlan([]byte(`{"rules":[
		{"call":"POST sales","match":{"last4":"0057"},"fault":"status 500"},
		{"call":"POST sales","match":{"amount":"7.5"},"fault":"status 501"},
		{"call":"POST sales","match":{"sequence":"s"},"fault":"status 502"},
		{"call":"POST sales","match":{"order":"o"},"fault":"status 503"},
		{"call":"* sales/*","fault":"status 504"},
		{"match":{"device":"` + strings.ToUpper(SecondDeviceGUID) + `"},"fault":"status 505"},
		{"call":"POST token","fault":"status 506"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.host.SetFaults(plan); err != nil {
		t.Fatal(err)
	}
	sale := saleBody("4111111111111111", "5", "a")
	for _, tt := range []struct {
		status             int
		method, path, body string
	}{
		{500, "POST", "sales", saleBody("5499740000000057", "5", "a")},
		{501, "POST", "Sales", saleBody("4111111111111111", `"7.50"`, "a")},
		{502, "POST", "sales", saleBody("4111111111111111", "5", "s")},
		{503, "POST", "sales", strings.Replace(sale, `"RiskData":{}`, `"RiskData":{"OrderNumber":"o"}`, 1)},
		{504, "GET", "sales/batch/x", ""},
		{505, "POST", "batches/close", strings.Replace(deviceBody(), DeviceGUID, SecondDeviceGUID, 1)},
		{506, "POST", "token", "grant_type=password"},
		{200, "POST", "sales", sale},
		{200, "GET", "devices", ""},
		{404, "GET", "nothing", ""},
	} {
		if status, body, err := b.do(tt.method, tt.path, tt.body); status != tt.status {
			t.Errorf("%s %s: got %d %s, %v; want %d", tt.method, tt.path, status, body, err, tt.status)
		}
	}
}

// TestPlanChangesWhileRunning changes the plan while sales go on: every sale is
// answered or refused, and none is charged twice.
func TestPlanChangesWhileRunning(t *testing.T) {
	b := newBench(t, Options{Faults: true})
	const workers, each = 4, 25
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				b.do("POST", "sales", saleBody("4111111111111111", "5", fmt.Sprint(w, "-", i)))
			}
		})
	}
	wg.Go(func() {
		for i := range each {
			rule := FaultRule{Chance: "50%", Fault: Fault{Kind: FaultStatus, Status: 503, Body: "empty", When: "after"}}
			if err := b.host.SetFaults(FaultPlan{Seed: uint64(i), Rules: []FaultRule{rule}}); err != nil {
				t.Error(err)
			}
			if err := b.host.addReady(readyFaults[0].Name); err != nil {
				t.Error(err)
			}
			if _, err := json.Marshal(b.host.Faults()); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	if got := b.charged(); got != workers*each {
		t.Errorf("charged: got %d, want %d", got, workers*each)
	}
}

// TestReplayInTheNewerDialect, where the same request would get its first
// transaction back.
func TestReplayInTheNewerDialect(t *testing.T) {
	b := newBench(t, Options{Faults: true, Dialect: DialectCurrent})
	for range 2 {
		if got := b.under(t.Context(), "", "POST", "sales", saleBody("4111111111111111", "5", "a")); got.status != 200 || b.charged() != 1 {
			t.Errorf("repeated: got %d %s and %d charged", got.status, got.body, b.charged())
		}
	}
	if got := b.under(t.Context(), "replay", "POST", "sales", saleBody("4111111111111111", "6", "b")); got.status != 200 || b.charged() != 3 {
		t.Errorf("replayed: got %d %s and %d charged", got.status, got.body, b.charged())
	}
}
