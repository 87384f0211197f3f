package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	tests := []struct{ text, want string }{
		{"delay 8s", "delay 8s after"},
		{"delay before 8s", ""},
		{"delay 8s before", "delay 8s before"},
		{"drop", "drop after"},
		{"drop before 1m", "drop before 1m"},
		{"drop 30s", "drop after 30s"},
		{"reset before", "reset before"},
		{"truncate", "truncate 0"},
		{"truncate 17", "truncate 17"},
		{"truncate -1", ""},
		{"status 429", "status 429 json before"},
		{"status 503 after", "status 503 json after"},
		{"status 503 empty", "status 503 empty before"},
		{"status 200", ""},
		{"status", ""},
		{"html portal", "html portal before"},
		{"html", "html gateway before"},
		{"types", "types"},
		{"types numbers amount", "types numbers amount"},
		{"types wasProcessed", "types wasProcessed"},
		{"duplicate", "duplicate"},
		{"duplicate twice", ""},
		{"replay", "replay"},
		{"late 40m", "late 40m"},
		{"late 41m", ""},
		{"late 999ms", ""},
		{"lag 1h30m", "lag 1h30m"},
		{"skew -2h", "skew -2h"},
		{"skew 0s", ""},
		{"slow 10s", "slow 10s"},
		{"echo amount", "echo amount"},
		{"echo", ""},
		{"unknown", "unknown status"},
		{"rows 3 5 8", "rows 3 5 8"},
		{"rows 0 5", "rows 0 5 0"},
		{"rows 0", ""},
		{"rows 1 2 3 4", ""},
		{`{"kind":"rows","altered":8}`, "rows 0 0 8"},
		{"", ""},
		{"wobble", ""},
		{`{"kind":"status","status":503,"when":"after"}`, "status 503 json after"},
		{`{"kind":"truncate","at":"17"}`, "truncate 17"},
		{`{"kind":"drop","status":503}`, ""},
		{`{"kind":"drop"`, ""},
		{`{"kind":true}`, ""},
	}
	for _, tt := range tests {
		f, err := ParseFault(tt.text)
		if got := f.String(); err == nil && got != tt.want || err != nil && tt.want != "" {
			t.Errorf("%q: got %q, %v; want %q", tt.text, got, err, tt.want)
		}
	}
}

// TestPlanErrorsNameTheField wants every refusal to say which rule and field
// are wrong.
func TestPlanErrorsNameTheField(t *testing.T) {
	tests := []struct{ plan, want string }{
		{`[]`, "cannot be read"},
		{`{"seed":-1}`, "seed"},
		{`{"rules":[]} {}`, "something follows"},
		{`{"rules":[],"extra":1}`, `unknown field "extra"`},
		{`{"rules":[{"fault":"drop","chanse":"5%"}]}`, `rule 1 of the fault plan is wrong at its JSON: unknown field "chanse"`},
		{`{"rules":[{"fault":"drop"},{}]}`, "rule 2 of the fault plan is wrong at fault.kind"},
		{`{"rules":[{"fault":"delay"}]}`, "fault.for: a fault of kind delay needs it"},
		{`{"rules":[{"fault":{"kind":"delay","for":"soon"}}]}`, `fault.for: "soon" is no length of time from 1ms to 1h`},
		{`{"rules":[{"fault":"drop","call":"POST sails"}]}`, `call: "POST sails" is no call`},
		{`{"rules":[{"fault":"drop","call":"GET token"}]}`, "call:"},
		{`{"rules":[{"fault":"drop","match":{"nth":"3"}}]}`, "match.nth"},
		{`{"rules":[{"fault":"drop","match":{"nth":-3}}]}`, "match.nth"},
		{`{"rules":[{"fault":"drop","match":{"nth":3},"times":2}]}`, "times: match.nth"},
		{`{"rules":[{"fault":"drop","match":{"last4":"111"}}]}`, "match.last4"},
		{`{"rules":[{"fault":"drop","match":{"amount":"1.234"}}]}`, "match.amount"},
		{`{"rules":[{"fault":"drop","times":-1}]}`, "times:"},
		{`{"rules":[{"fault":"drop","chance":"0%"}]}`, "chance:"},
		{`{"rules":[{"fault":"drop","chance":"101%"}]}`, "chance:"},
		{`{"rules":[{"fault":"drop","chance":"25"}]}`, "chance:"},
		{`{"rules":[` + strings.Repeat(`{"fault":"drop"},`, maxRules) + `{"fault":"drop"}]}`, "at most 100 rules"},
		{strings.Repeat(" ", maxPlan+1), "at most"},
	}
	for _, tt := range tests {
		if _, err := ParseFaultPlan([]byte(tt.plan)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.80s: got %v, want %q", tt.plan, err, tt.want)
		}
	}
}

func FuzzFaultPlan(f *testing.F) {
	f.Add([]byte(`{"seed":1,"rules":[{"call":"POST sales","match":{"last4":"1111","amount":"12.50","sequence":"A1","nth":3},
		"chance":"25%","fault":{"kind":"delay","for":"8s"}},{"call":"* search/*","times":2,"fault":"status 503 html after"}]}`))
	for _, k := range faultKinds {
		f.Add([]byte(`{"rules":[{"fault":"` + k.example + `"}]}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseFaultPlan(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFaultPlan(text)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("written and read again: got %+v, %v; want %+v", again, err, p)
		}
	})
}

// counted sends n sales past the rules and returns which of them a fault hit.
func counted(t *testing.T, plan string, n int) (hits string, counts []FaultCount) {
	t.Helper()
	p, err := ParseFaultPlan([]byte(plan))
	if err != nil {
		t.Fatal(err)
	}
	var s faults
	s.set(p)
	rt := &route{method: "POST", path: "sales"}
	for i := range n {
		g := &glimpse{Amount: text([]string{"5", "7.5"}[i%2])}
		hits += map[bool]string{true: "x", false: "."}[s.next(rt, g).Kind != ""]
	}
	return hits, s.report().Counts
}

func TestCounting(t *testing.T) {
	tests := []struct{ name, rule, hits, counts string }{
		{"always", `{"fault":"drop"}`, "xxxxxx", "[{6 6}]"},
		{"twice", `{"fault":"drop","times":2}`, "xx....", "[{6 2}]"},
		{"the third", `{"fault":"drop","match":{"nth":3}}`, "..x...", "[{6 1}]"},
		{"an amount", `{"fault":"drop","match":{"amount":"7.50"}}`, ".x.x.x", "[{3 3}]"},
		{"the second of an amount", `{"fault":"drop","match":{"amount":"7.50","nth":2}}`, "...x..", "[{3 1}]"},
		{"another call", `{"fault":"drop","call":"GET sales"}`, "......", "[{0 0}]"},
		{"first rule wins", `{"fault":"drop","times":1},{"fault":"reset","times":1}`, "xx....", "[{6 1} {5 1}]"},
	}
	for _, tt := range tests {
		hits, counts := counted(t, `{"rules":[`+tt.rule+`]}`, 6)
		if got, want := words(hits, counts), words(tt.hits, tt.counts); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got, want)
		}
	}
}

// TestChance wants the same requests hit for a seed every time, others for
// another seed, and about as many as the percentage says.
func TestChance(t *testing.T) {
	const plan, n = `{"seed":1,"rules":[{"fault":"drop","chance":"25%"}]}`, 4000
	one, counts := counted(t, plan, n)
	two, _ := counted(t, plan, n)
	other, _ := counted(t, strings.Replace(plan, "1", "2", 1), n)
	if one != two {
		t.Error("one seed decided in two ways")
	}
	if one == other {
		t.Error("two seeds decided in one way")
	}
	if got := counts[0].Fired; got < n*22/100 || got > n*28/100 {
		t.Errorf("25%% of %d: got %d", n, got)
	}
	if all, _ := counted(t, strings.Replace(plan, "25", "100", 1), 50); strings.Contains(all, ".") {
		t.Errorf("100%%: got %s", all)
	}
}

func TestFaultFile(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.json"), filepath.Join(dir, "bad.json")
	for name, text := range map[string]string{good: `{"rules":[{"fault":"lag 5m"}]}`, bad: `{"rules":[{"fault":"lag"}]}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		opt  Options
		want string
	}{
		{Options{FaultFile: bad, Faults: true}, "bad.json: rule 1 of the fault plan is wrong at fault.for"},
		{Options{FaultFile: filepath.Join(dir, "none"), Faults: true}, "name a file that is there"},
		{Options{FaultFile: good}, "host without faults"},
	} {
		tt.opt.Path = ":memory:"
		if h, err := Open(tt.opt); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: got %v, want %q", tt.opt, err, tt.want)
			if err == nil {
				h.Close()
			}
		}
	}
	h, err := Open(Options{Path: ":memory:", FaultFile: good, Faults: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if got := h.Faults().Plan.Rules[0].Fault; got != (Fault{Kind: FaultLag, For: 5 * time.Minute}) {
		t.Errorf("got %v", got)
	}
}

func TestReadyFaultsAreSound(t *testing.T) {
	for _, r := range readyFaults {
		if err := r.Rule.check(); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
		if f, err := ParseFault(r.Rule.Fault.String()); err != nil || f != r.Rule.Fault {
			t.Errorf("%s: got %+v, %v; want %+v", r.Name, f, err, r.Rule.Fault)
		}
	}
}
