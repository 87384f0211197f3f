package gateway

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind names one way in which a gateway disturbs a request, or a
// notification of its own.
type FaultKind string

// The kinds of faults; the table faultKinds says what each of them does.
const (
	FaultDelay     FaultKind = "delay"
	FaultDrop      FaultKind = "drop"
	FaultReset     FaultKind = "reset"
	FaultTruncate  FaultKind = "truncate"
	FaultStatus    FaultKind = "status"
	FaultHTML      FaultKind = "html"
	FaultDuplicate FaultKind = "duplicate"
	FaultTypes     FaultKind = "types"
	FaultReplay    FaultKind = "replay"
	FaultLate      FaultKind = "late"
	FaultLag       FaultKind = "lag"
	FaultSkew      FaultKind = "skew"
	FaultSlow      FaultKind = "slow"
	FaultEcho      FaultKind = "echo"
	FaultError     FaultKind = "error"
	FaultPending   FaultKind = "pending"
	FaultRefund    FaultKind = "refund"
	FaultExpired   FaultKind = "expired"
	FaultMode      FaultKind = "mode"
	FaultInvalid   FaultKind = "invalid"
	FaultForge     FaultKind = "forge"
)

// Fault is one disturbance, written as in "delay 8s before".
type Fault struct {
	Kind   FaultKind
	For    time.Duration
	When   string // "before": the request is not processed, or not yet; "after": it was
	N      int    // a number of bytes, or a status
	Word   string // a field, a code, or one of a few words
	Before bool   // When is "before"
}

// faultKind is a row of the table of kinds.
type faultKind struct {
	name    FaultKind
	takes   string // "for", "when", "n", "word", each with a "?" where it may be left out
	when    string // what When is if it is not said
	words   []string
	example string
	does    string
}

// faultKinds is the table that README.md prints.
var faultKinds = []faultKind{
	{FaultDelay, "for when?", "after", nil, "delay 8s", "The request is processed at once and the answer comes later; with `before` the request waits, too. A notification is sent that much later."},
	{FaultDrop, "when?", "after", nil, "drop before", "The connection ends without an answer; the request was processed unless `before` is said. A notification is never sent."},
	{FaultReset, "when?", "after", nil, "reset after", "As drop, but the connection is reset."},
	{FaultTruncate, "n?", "", nil, "truncate 100", "The answer's body ends after so many bytes."},
	{FaultStatus, "n for? when?", "before", nil, "status 429 7s", "Another status, 400 to 599, in the gateway's own form; a time becomes the header Retry-After. The request is not processed unless `after` is said."},
	{FaultHTML, "when?", "before", nil, "html after", "A web page with status 502 instead of the answer."},
	{FaultDuplicate, "", "", nil, "duplicate", "The answer comes twice in one body."},
	{FaultTypes, "", "", nil, "types", "Every number and text of a JSON answer becomes a list; an NVP answer loses its equals signs."},
	{FaultReplay, "", "", nil, "replay", "The request is processed twice, as by a proxy that repeats it; the second answer comes."},
	{FaultLate, "for", "", nil, "late 2m", "No answer; the request is processed that much later. Until then its key counts as running."},
	{FaultLag, "for", "", nil, "lag 5m", "Lists and searches do not see what is younger."},
	{FaultSkew, "for", "", nil, "skew -1h", "The gateway's clock is off while it answers: the Date header, and the time of what is entered."},
	{FaultSlow, "for", "", nil, "slow 10s", "The bytes of the answer drip in over that time."},
	{FaultEcho, "word", "", nil, "echo amount", "That field of the answer has another value: a number one higher, a text with an x."},
	{FaultError, "word when?", "before", nil, "error 10001", "The gateway refuses with that code (NVP), name (REST) or error code (Razorpay)."},
	{FaultPending, "", "", nil, "pending", "The payment stays pending: of `NVP DoExpressCheckoutPayment`, of a capture, or of `PAY razorpay`."},
	{FaultRefund, "word", "", []string{"pending", "failed"}, "refund pending", "The refund stays pending, or fails."},
	{FaultExpired, "", "", nil, "expired", "The access token, or the code that is asked about, has expired."},
	{FaultMode, "", "", nil, "mode", "The keys are of the other mode. A notification says live instead of test."},
	{FaultInvalid, "", "", nil, "invalid", "The post-back of a notification is answered with INVALID, a webhook's verification with FAILURE."},
	{FaultForge, "word", "", []string{"signature", "merchant", "amount", "replay"}, "forge signature", "Of `SEND`: the notification has a wrong signature, is for another merchant or amount, or comes twice."},
}

// FaultTable is the kinds of faults as a Markdown table.
func FaultTable() string {
	var b strings.Builder
	b.WriteString("| Fault | Example | What happens |\n| --- | --- | --- |\n")
	for _, k := range faultKinds {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", k.name, k.example, k.does)
	}
	return b.String()
}

// maxFaultTime bounds the times of a fault.
const maxFaultTime = 40 * 24 * time.Hour

// ParseFault reads a fault, such as "delay 8s before". The error says what to
// write instead.
func ParseFault(text string) (Fault, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Fault{}, errors.New("name a fault, such as drop")
	}
	i := slices.IndexFunc(faultKinds, func(k faultKind) bool { return string(k.name) == words[0] })
	if i < 0 {
		return Fault{}, fmt.Errorf("%q is no kind of fault; README.md lists them", words[0])
	}
	k := faultKinds[i]
	f := Fault{Kind: k.name, When: k.when}
	rest := words[1:]
	for _, take := range strings.Fields(k.takes) {
		name, optional := strings.CutSuffix(take, "?")
		switch {
		case len(rest) > 0 && f.put(k, name, rest[0]):
			rest = rest[1:]
		case !optional:
			return Fault{}, fmt.Errorf("the fault %q is not complete; write it as in %q", text, k.example)
		}
	}
	if len(rest) > 0 {
		return Fault{}, fmt.Errorf("the fault %q has %q too much; write it as in %q", text, rest[0], k.example)
	}
	if f.Kind == FaultStatus && (f.N < 400 || f.N > 599) {
		return Fault{}, errors.New("the status of a fault is from 400 to 599")
	}
	f.Before = f.When == "before"
	return f, nil
}

func (f *Fault) put(k faultKind, field, word string) bool {
	switch field {
	case "for":
		d, err := time.ParseDuration(word)
		if err != nil || d.Abs() > maxFaultTime || d == 0 || d < 0 && k.name != FaultSkew {
			return false
		}
		f.For = d
	case "when":
		if word != "before" && word != "after" {
			return false
		}
		f.When = word
	case "n":
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return false
		}
		f.N = n
	default:
		if k.words != nil && !slices.Contains(k.words, word) {
			return false
		}
		f.Word = word
	}
	return true
}

// FaultPlan is a list of rules. The first rule that fits a request and fires
// disturbs it; the rules after it do not count that request.
type FaultPlan struct {
	Seed  uint64      `json:"seed"` // decides with the number of the request what chance does
	Rules []FaultRule `json:"rules"`
}

// FaultRule says which requests a fault happens to.
type FaultRule struct {
	// Call is a call of the README's table, such as "NVP SetExpressCheckout",
	// "POST razorpay/v1/payments/qr_codes" or "SEND ipn". A star in place of the
	// method or at the end fits anything; "" fits every call.
	Call   string     `json:"call,omitempty"`
	Match  FaultMatch `json:"match,omitzero"`
	Chance string     `json:"chance,omitempty"` // percent, "25%"; "" is always
	Times  int        `json:"times,omitempty"`  // fires at most so often; 0 is without end
	Fault  string     `json:"fault"`            // see ParseFault
}

// FaultMatch narrows a rule. Empty fields fit anything.
type FaultMatch struct {
	Text string `json:"text,omitempty"` // stands in the address or body: a reference, an id, an amount
	Nth  int    `json:"nth,omitempty"`  // of the requests that fit: this one alone, from 1
}

const (
	maxRules = 100
	maxPlan  = 64 << 10
)

// ParseFaultPlan reads a plan from JSON. The error is a sentence.
func ParseFaultPlan(text []byte) (FaultPlan, error) {
	var p FaultPlan
	if len(text) > maxPlan {
		return p, fmt.Errorf("a fault plan has at most %d bytes", maxPlan)
	}
	if err := decodeJSON(text, &p, true); err != nil {
		return p, fmt.Errorf("the fault plan cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return p, p.check()
}

func (p FaultPlan) check() error {
	if len(p.Rules) > maxRules {
		return fmt.Errorf("a fault plan has at most %d rules", maxRules)
	}
	for i, r := range p.Rules {
		_, err := ParseFault(r.Fault)
		if _, ok := r.percent(); !ok {
			err = fmt.Errorf("%q is no percentage from 1%% to 100%%", r.Chance)
		}
		if r.Match.Nth < 0 || r.Times < 0 {
			err = errors.New("nth and times are counted from 1")
		}
		if !r.known() {
			err = fmt.Errorf("%q is no call of a gateway; write one such as NVP SetExpressCheckout or POST razorpay/v1/*", r.Call)
		}
		if err != nil {
			return fmt.Errorf("rule %d of the fault plan is wrong: %w", i+1, err)
		}
	}
	return nil
}

// extras are what a rule can name beside the routes: what a customer does, and
// what the gateways send.
var extras = []route{{method: "PAY", path: PayPal}, {method: "PAY", path: Razorpay},
	{method: "SEND", path: sendIPN}, {method: "SEND", path: sendHook}, {method: "SEND", path: sendPayPalHook}}

func (r FaultRule) known() bool {
	fits := func(rt route) bool { return r.fits(&rt) }
	return slices.ContainsFunc(routes, fits) || slices.ContainsFunc(extras, fits)
}

func (r FaultRule) percent() (int, bool) {
	if r.Chance == "" {
		return 100, true
	}
	text, ok := strings.CutSuffix(r.Chance, "%")
	n, err := strconv.Atoi(text)
	return n, ok && err == nil && n >= 1 && n <= 100
}

func (r FaultRule) fits(rt *route) bool {
	if r.Call == "" {
		return true
	}
	method, path, _ := strings.Cut(r.Call, " ")
	if method != "*" && !strings.EqualFold(method, rt.method) {
		return false
	}
	if stem, open := strings.CutSuffix(strings.ToLower(path), "*"); open {
		return strings.HasPrefix(strings.ToLower(rt.path), stem)
	}
	return strings.EqualFold(path, rt.path)
}

// FaultCount is how often a rule fitted and how often it fired.
type FaultCount struct {
	Seen  int `json:"seen"`
	Fired int `json:"fired"`
}

// over reports whether the rule has fired as often as it may.
func (r FaultRule) over(n FaultCount) bool {
	return r.Times > 0 && n.Fired >= r.Times || r.Match.Nth > 0 && n.Seen >= r.Match.Nth
}

// faults is the plan in force. The zero value is off.
type faults struct {
	mu     sync.Mutex
	plan   FaultPlan
	counts []FaultCount
}

// FaultReport is the plan in force and what became of it.
type FaultReport struct {
	Plan   FaultPlan    `json:"plan"`
	Counts []FaultCount `json:"counts"` // one for each rule
}

var errFaultsOff = errors.New("this gateway was started without faults: start it with them")

// SetFaults puts a plan in force in place of the one before; the zero plan ends
// all faults.
func (s *Server) SetFaults(p FaultPlan) error {
	if !s.cfg.Faults {
		return errFaultsOff
	}
	if err := p.check(); err != nil {
		return err
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.plan, s.faults.counts = p, make([]FaultCount, len(p.Rules))
	return nil
}

// Faults reports the plan in force.
func (s *Server) Faults() FaultReport {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return FaultReport{FaultPlan{s.faults.plan.Seed, append([]FaultRule{}, s.faults.plan.Rules...)}, append([]FaultCount{}, s.faults.counts...)}
}

// next counts a request and returns the fault that happens to it; one without a
// kind is none.
func (fs *faults) next(rt *route, c *call) Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, r := range fs.plan.Rules {
		n := &fs.counts[i]
		if !r.fits(rt) || !strings.Contains(c.said(), r.Match.Text) {
			continue
		}
		over := r.over(*n)
		n.Seen++
		if over || n.Seen < r.Match.Nth || !fs.plan.lucky(i, n.Seen) {
			continue
		}
		n.Fired++
		f, _ := ParseFault(r.Fault) // checked when the plan was set
		return f
	}
	return Fault{}
}

// said is what a rule can look into: address and body.
func (c *call) said() string {
	if c.r == nil {
		return string(c.body)
	}
	return c.r.URL.RequestURI() + " " + string(c.body)
}

// lucky decides what chance does to the n-th request of a rule.
func (p FaultPlan) lucky(rule, n int) bool {
	percent, _ := p.Rules[rule].percent() // checked before
	return rand.New(rand.NewPCG(p.Seed, uint64(rule)<<32|uint64(n))).IntN(100) < percent
}

// addRule puts a rule on top of the plan and drops those that are over.
func (s *Server) addRule(r FaultRule) error {
	report := s.Faults()
	p := FaultPlan{report.Plan.Seed, []FaultRule{r}}
	for i, old := range report.Plan.Rules {
		if !old.over(report.Counts[i]) {
			p.Rules = append(p.Rules, old)
		}
	}
	return s.SetFaults(p)
}
