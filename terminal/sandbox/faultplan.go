package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// FaultPlan is a list of rules. The first rule that fits a request and fires
// disturbs it; the rules after it do not count that request.
type FaultPlan struct {
	Seed  uint64      `json:"seed"` // decides with the number of the request what chance does
	Rules []FaultRule `json:"rules"`
}

// FaultRule says which requests a fault happens to.
type FaultRule struct {
	// Call is a row of the table of calls, such as "POST sales". A star in
	// place of the method or at the end of the path fits anything; "" fits
	// every call.
	Call   string     `json:"call,omitempty"`
	Match  FaultMatch `json:"match,omitzero"`
	Chance string     `json:"chance,omitempty"` // percent, "25%"; "" is always
	Times  int        `json:"times,omitempty"`  // fires at most so often; 0 is without end
	Fault  Fault      `json:"fault"`
}

// FaultMatch narrows a rule by what the request's body says. Empty fields fit
// anything.
type FaultMatch struct {
	Last4    string `json:"last4,omitempty"` // of a card number or token
	Amount   string `json:"amount,omitempty"`
	Sequence string `json:"sequence,omitempty"`
	Order    string `json:"order,omitempty"`
	Device   string `json:"device,omitempty"`
	Nth      int    `json:"nth,omitempty"` // of the requests that fit: this one alone, from 1
}

// maxRules and maxPlan bound a plan.
const (
	maxRules = 100
	maxPlan  = 64 << 10
)

// ParseFaultPlan reads a plan from JSON. The error is a sentence that names the
// rule and the field that are wrong.
func ParseFaultPlan(data []byte) (FaultPlan, error) {
	var raw struct {
		Seed  uint64            `json:"seed"`
		Rules []json.RawMessage `json:"rules"`
	}
	if len(data) > maxPlan {
		return FaultPlan{}, fmt.Errorf("a fault plan has at most %d bytes", maxPlan)
	}
	if err := strict(data, &raw); err != nil {
		return FaultPlan{}, fmt.Errorf("the fault plan cannot be read: %w", err)
	}
	p := FaultPlan{Seed: raw.Seed, Rules: make([]FaultRule, len(raw.Rules))}
	for i, text := range raw.Rules {
		if err := strict(text, &p.Rules[i]); err != nil {
			return FaultPlan{}, ruleError(i, err)
		}
	}
	return p, p.check()
}

func ruleError(i int, err error) error {
	return fmt.Errorf("rule %d of the fault plan is wrong at %w", i+1, err)
}

// strict decodes one JSON value and nothing after it, without unknown fields.
// Its errors are words for a person.
func strict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	var wrong *json.UnmarshalTypeError
	var own planError
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &wrong):
		return planError{wrong.Field, fmt.Sprintf("a JSON %s is not expected there", wrong.Value)}
	case err != nil:
		return planError{"its JSON", strings.TrimPrefix(err.Error(), "json: ")}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return planError{"its end", "something follows the JSON value"}
	}
	return nil
}

// check holds the plan against what the host can do.
func (p FaultPlan) check() error {
	if len(p.Rules) > maxRules {
		return fmt.Errorf("a fault plan has at most %d rules", maxRules)
	}
	for i, r := range p.Rules {
		if err := r.check(); err != nil {
			return ruleError(i, err)
		}
	}
	return nil
}

func (r FaultRule) check() error {
	m := r.Match
	switch {
	case !slices.ContainsFunc(routes, func(rt route) bool { return r.fits(&rt) }):
		return planError{"call", fmt.Sprintf("%q is no call of this host; write one such as POST sales or * sales*", r.Call)}
	case m.Last4 != "" && (len(m.Last4) != 4 || strings.Trim(m.Last4, "0123456789") != ""):
		return planError{"match.last4", "write the last four digits of a card"}
	case m.Amount != "" && !sameAmount(m.Amount, m.Amount):
		return planError{"match.amount", fmt.Sprintf("%q is no amount; write one such as 12.50", m.Amount)}
	case m.Nth < 0:
		return planError{"match.nth", "requests are counted from 1"}
	case r.Times < 0:
		return planError{"times", "write how often the fault happens, or leave it out"}
	case m.Nth > 0 && r.Times > 1:
		return planError{"times", "match.nth names a single request already"}
	}
	if _, ok := r.percent(); !ok {
		return planError{"chance", fmt.Sprintf("%q is no percentage from 1%% to 100%%", r.Chance)}
	}
	if err := r.Fault.check(); err != nil {
		return fmt.Errorf("fault.%w", err)
	}
	return nil
}

// percent is the chance as a number.
func (r FaultRule) percent() (int, bool) {
	if r.Chance == "" {
		return 100, true
	}
	digits, ok := strings.CutSuffix(r.Chance, "%")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n >= 1 && n <= 100
}

// over reports whether the rule has fired as often as it may.
func (r FaultRule) over(n FaultCount) bool {
	return r.Times > 0 && n.Fired >= r.Times || r.Match.Nth > 0 && n.Seen >= r.Match.Nth
}

// fits reports whether the rule is for that row of the table of calls.
func (r FaultRule) fits(rt *route) bool {
	if r.Call == "" {
		return true
	}
	method, path, _ := strings.Cut(r.Call, " ")
	if method != "*" && !strings.EqualFold(method, rt.method) {
		return false
	}
	if stem, open := strings.CutSuffix(strings.ToLower(path), "*"); open {
		return strings.HasPrefix(rt.path, stem)
	}
	return strings.EqualFold(path, rt.path)
}

// glimpse is what a rule can see of a request. Anything in it that cannot be
// read is empty.
type glimpse struct {
	DeviceGUID     text `json:"DeviceGuid"`
	Amount         text
	NewAmount      text
	SequenceNumber text
	OrderNumber    text
	RiskData       struct{ OrderNumber text }
	Card           struct{ CardNumber secret }
}

// fits reports whether the body says what the rule wants.
func (m FaultMatch) fits(g *glimpse) bool {
	return fitsText(m.Last4, g.last4()) && fitsText(m.Sequence, string(g.SequenceNumber)) &&
		(fitsText(m.Order, string(g.OrderNumber)) || m.Order == string(g.RiskData.OrderNumber)) &&
		(m.Device == "" || strings.EqualFold(m.Device, string(g.DeviceGUID))) &&
		(m.Amount == "" || sameAmount(m.Amount, string(g.Amount)) || sameAmount(m.Amount, string(g.NewAmount)))
}

func fitsText(want, got string) bool { return want == "" || want == got }

func (g *glimpse) last4() string {
	n := g.Card.CardNumber
	return string(n[max(0, len(n)-4):])
}

// sameAmount reports whether two texts are the same amount: 12.5 is 12.50.
func sameAmount(a, b string) bool {
	one, err1 := money.Parse(a, accountCurrency)
	two, err2 := money.Parse(b, accountCurrency)
	return err1 == nil && err2 == nil && one == two
}

// faultPlan is the plan that the options name.
func (o Options) faultPlan() (FaultPlan, error) {
	if o.FaultFile == "" {
		return FaultPlan{}, nil
	}
	if !o.Faults {
		return FaultPlan{}, errors.New("a fault plan was given to a host without faults: allow them, or leave the plan out")
	}
	data, err := os.ReadFile(o.FaultFile)
	if err != nil {
		return FaultPlan{}, fmt.Errorf("the fault plan cannot be read; name a file that is there: %w", err)
	}
	p, err := ParseFaultPlan(data)
	if err != nil {
		return FaultPlan{}, fmt.Errorf("correct %s: %w", o.FaultFile, err)
	}
	return p, nil
}
