package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
)

// faults is the plan in force and how often its rules have been met. The zero
// value is off. It is safe for many goroutines.
type faults struct {
	mu      sync.Mutex
	plan    FaultPlan
	counts  []FaultCount
	waiting int // requests that a fault put off, still to be processed
}

// FaultCount is how often a rule fitted a request and how often it fired.
type FaultCount struct {
	Seen  int `json:"seen"`
	Fired int `json:"fired"`
}

// FaultReport is the plan in force and what became of it.
type FaultReport struct {
	Plan    FaultPlan    `json:"plan"`
	Counts  []FaultCount `json:"counts"`  // one for each rule
	Waiting int          `json:"waiting"` // requests put off by "late", still to be processed
}

// set puts a plan in force; counting begins anew.
func (s *faults) set(p FaultPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan, s.counts = p, make([]FaultCount, len(p.Rules))
}

// add puts a rule on top of the plan and drops those that are over.
func (s *faults) add(r FaultRule) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, counts := FaultPlan{s.plan.Seed, []FaultRule{r}}, []FaultCount{{}}
	for i, old := range s.plan.Rules {
		if !old.over(s.counts[i]) {
			p.Rules, counts = append(p.Rules, old), append(counts, s.counts[i])
		}
	}
	if err := p.check(); err != nil {
		return err
	}
	s.plan, s.counts = p, counts
	return nil
}

func (s *faults) report() FaultReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	return FaultReport{FaultPlan{s.plan.Seed, append([]FaultRule{}, s.plan.Rules...)}, append([]FaultCount{}, s.counts...), s.waiting}
}

// off reports whether there is no rule, so that requests need not be looked at.
func (s *faults) off() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.plan.Rules) == 0
}

// next counts a request and returns the fault that happens to it; one without
// a kind is none.
func (s *faults) next(rt *route, g *glimpse) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.plan.Rules {
		n := &s.counts[i]
		if !r.fits(rt) || !r.Match.fits(g) {
			continue
		}
		over := r.over(*n)
		n.Seen++
		if over || n.Seen < r.Match.Nth || !s.plan.lucky(i, n.Seen) {
			continue
		}
		n.Fired++
		return r.Fault
	}
	return Fault{}
}

// lucky decides what chance does to the n-th request of a rule. It depends on
// the seed, the rule and n alone.
func (p FaultPlan) lucky(rule, n int) bool {
	percent, _ := p.Rules[rule].percent() // checked before
	dice := rand.New(rand.NewPCG(p.Seed, uint64(rule)<<32|uint64(n)))
	return dice.IntN(100) < percent
}

// SetFaults puts a plan in force in place of the one before. The zero plan
// ends all faults but requests that were put off: those are still processed.
func (h *Host) SetFaults(p FaultPlan) error {
	if !h.opt.Faults {
		return errors.New(faultsOff)
	}
	if err := p.check(); err != nil {
		return err
	}
	h.faults.set(p)
	return nil
}

// Faults reports the plan in force and how often its rules have fired.
func (h *Host) Faults() FaultReport { return h.faults.report() }

// faultHeader is the header by which one request asks for a fault of its own.
const faultHeader = "X-Sandbox-Fault"

const faultsOff = "This host was started without faults: start it with them, or leave the fault out."

// choose reads the request as far as a rule can see it and says which fault
// happens to it. The body is kept in memory for calls to read again.
func (h *Host) choose(rt *route, c *call) (f Fault, refusal reply, ok bool) {
	asked := c.r.Header.Get(faultHeader)
	switch {
	case asked != "" && !h.opt.Faults:
		return Fault{}, refuse(http.StatusForbidden, faultsOff), false
	case asked != "" && !loopbackHost(c.r.Host):
		return Fault{}, refuse(http.StatusForbidden, "Faults are for a request to this computer by its own name."), false
	case asked != "":
		f, err := ParseFault(asked)
		if err != nil {
			return Fault{}, refuse(http.StatusBadRequest, "The header "+faultHeader+" is wrong at "+err.Error()), false
		}
		c.hold()
		return f, reply{}, true
	case h.faults.off():
		return Fault{}, reply{}, true
	}
	c.hold()
	var g glimpse
	defer func() { clear(g.Card.CardNumber) }()
	_ = json.Unmarshal(c.body, &g) // what cannot be read fits no rule that asks for it
	return h.faults.next(rt, &g), reply{}, true
}

// hold reads the body into memory, as far as any call would read it, so that
// it can be processed later or twice. It is wiped with release.
func (c *call) hold() {
	buf := make([]byte, maxBody+1)
	n, _ := io.ReadFull(c.r.Body, buf) // a body that ends early is one that no call can decode
	c.body = buf[:n]
	c.rewind()
}
