// Package model explores the rules of a sale exhaustively: the real functions
// of package order between a customer who presses at any time, a program that
// dies at any time, a wire that delays, reorders and loses, and a host without
// a memory for what it voided. The tests are all there is of it; the README
// tells the results.
package model

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// check holds a state against the invariants; "" is well. quiet tells that
// nothing moves any more by itself.
func (m *model) check(s state, quiet bool) string {
	charges, paid := 0, m.orders.all[s.order].State == order.PaidCard
	for i, l := range s.lines {
		a := m.attempts.all[l.core]
		// A second hold may stand for a while where a person consented to it,
		// or a request outlived the horizon; it is on its way back then.
		excused := a.Decision == order.Reverse && m.consent || m.endless && a.State.Dead()
		if l.charged() && !excused {
			charges++
		}
		switch {
		case l.returned > 1:
			return fmt.Sprintf("5: number %d is paid back %d times", i+1, l.returned)
		case l.seen && !l.charged():
			return fmt.Sprintf("2: number %d was shown approved, and nothing stands for it", i+1)
		case m.mistake == "" && a.State == order.Approved && (a.Decision != order.Adopt || !paid):
			return fmt.Sprintf("4: attempt %d is approved, and its decision is %q", i+1, a.Decision)
		}
	}
	if charges > 1 {
		return "1: the order is charged twice"
	}
	if !quiet {
		return ""
	}
	return m.checkEnd(s, paid)
}

func (m *model) checkEnd(s state, paid bool) string {
	charges := 0
	for i, l := range s.lines {
		if a := m.attempts.all[l.core]; l.core != 0 && !a.State.Final() && a.State != order.PartApproved {
			return fmt.Sprintf("10: attempt %d stays %s", i+1, a.State)
		}
		if l.charged() && m.attempts.all[l.core].State != order.PartApproved {
			charges++
		}
	}
	if want := map[bool]int{true: 1}[paid]; charges != want {
		return fmt.Sprintf("1: it ends with %d charges, and the order is %s", charges, m.orders.all[s.order].State)
	}
	return ""
}

// good reports an end as it should be: all settled, nothing on the wire.
func (m *model) good(s state) bool {
	for _, l := range s.lines {
		if l.core != 0 && !m.attempts.all[l.core].State.Final() || l.call != idle || l.sale || l.reversal > 0 {
			return false
		}
		for _, f := range l.follows {
			if f.core != 0 && !m.actions.all[f.core].State.Final() || f.call != idle || f.wire {
				return false
			}
		}
	}
	return m.checkEnd(s, m.orders.all[s.order].State == order.PaidCard) == "" && m.check(s, true) == ""
}

// forced reports a move that comes by itself: what people press, and what goes
// wrong, need not happen.
func forced(what string) bool {
	return !strings.HasPrefix(what, "press") && !strings.HasPrefix(what, "fault")
}

// result is what an exploration found.
type result struct {
	states, transitions, depth int
	second                     int // states in which a second charge stands
	took                       time.Duration
	violation                  string
	trace                      []string
}

func (r result) String() string {
	return fmt.Sprintf("%d states, %d transitions, depth %d, %d with a second charge, %.1f s",
		r.states, r.transitions, r.depth, r.second, r.took.Seconds())
}

// explore visits every state, nearest first, so that the first violation has
// the shortest way to it; then it asks of each state whether a good end can
// still be reached.
func explore(m *model) (r result) {
	begin := clock.Real{}.Now()
	defer func() { r.took = clock.Real{}.Now().Sub(begin) }()
	x := explorer{m: m, index: map[state]uint32{}}
	x.add(m.first(), 0)
	level, depth := 1, 0
	for at := 0; at < len(x.states); at++ {
		if at == level {
			level, depth = len(x.states), depth+1
		}
		s := x.states[at]
		quiet := true
		var bad string
		m.moves(s, func(what string, to state) {
			if to == s {
				return
			}
			quiet = quiet && !forced(what)
			if bad == "" {
				bad = m.checkMove(s, to)
			}
			x.edge(uint32(at), to)
		})
		if bad == "" {
			bad = m.check(s, quiet)
		}
		if bad != "" {
			r.violation, r.trace = bad, x.trace(at)
			break
		}
		x.ends = append(x.ends, uint32(len(x.edges)))
		if s.lines[0].charged() && s.lines[1].charged() {
			r.second++
		}
	}
	r.states, r.transitions, r.depth = len(x.states), len(x.edges), depth
	if r.violation == "" {
		if lost := x.lost(); lost >= 0 {
			r.violation, r.trace = "no good end can be reached any more", x.trace(lost)
		}
	}
	return r
}

// checkMove is invariant 10: what is at its end stays there.
func (m *model) checkMove(from, to state) string {
	if before := m.orders.all[from.order]; from.order != 0 && before.State != order.Open && from.order != to.order {
		return fmt.Sprintf("10: the order was %s and becomes %s", before.State, m.orders.all[to.order].State)
	}
	if m.mistake != "" {
		return "" // the harm is to be found
	}
	for i := range from.lines {
		a, b := m.attempts.all[from.lines[i].core], m.attempts.all[to.lines[i].core]
		if a.State.Final() && a != b {
			return fmt.Sprintf("10: attempt %d was %s and becomes %s", i+1, a.State, b.State)
		}
		if a.Decision != order.Undecided && a.Decision != b.Decision {
			return fmt.Sprintf("4: the decision of attempt %d was %s and becomes %s", i+1, a.Decision, b.Decision)
		}
	}
	return ""
}

type explorer struct {
	m      *model
	index  map[state]uint32
	states []state
	parent []uint32
	edges  []uint32 // of all states, in their order
	ends   []uint32 // where the edges of each end
}

func (x *explorer) add(s state, from uint32) uint32 {
	id, known := x.index[s]
	if !known {
		id = uint32(len(x.states))
		x.index[s] = id
		x.states, x.parent = append(x.states, s), append(x.parent, from)
	}
	return id
}

func (x *explorer) edge(from uint32, to state) { x.edges = append(x.edges, x.add(to, from)) }

// trace tells the shortest way to a state.
func (x *explorer) trace(at int) (steps []string) {
	for at != 0 {
		from := int(x.parent[at])
		name := "?"
		x.m.moves(x.states[from], func(what string, to state) {
			if to == x.states[at] {
				name = what
			}
		})
		steps = append(steps, name)
		at = from
	}
	slices.Reverse(steps)
	return steps
}

// lost is a state from which no good end can be reached, or -1.
func (x *explorer) lost() int {
	count := make([]uint32, len(x.states)+1)
	for _, to := range x.edges {
		count[to+1]++
	}
	for i := range len(x.states) {
		count[i+1] += count[i]
	}
	back, next := make([]uint32, len(x.edges)), slices.Clone(count)
	begin := uint32(0)
	for from, end := range x.ends {
		for _, to := range x.edges[begin:end] {
			back[next[to]] = uint32(from)
			next[to]++
		}
		begin = end
	}
	reached := make([]bool, len(x.states))
	var open []uint32
	for i, s := range x.states {
		if x.m.good(s) {
			reached[i], open = true, append(open, uint32(i))
		}
	}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		for _, from := range back[count[at]:count[at+1]] {
			if !reached[from] {
				reached[from], open = true, append(open, from)
			}
		}
	}
	return slices.Index(reached, false)
}

// TestModel explores the configurations. PAYDESK_MODEL=all adds the large ones.
func TestModel(t *testing.T) {
	for _, c := range configs {
		t.Run(c.name, func(t *testing.T) {
			if c.large && os.Getenv("PAYDESK_MODEL") != "all" {
				t.Skip("PAYDESK_MODEL=all explores this one")
			}
			r := explore(newModel(c.config))
			t.Log(r)
			if (r.violation != "") != (c.want != "") || !strings.Contains(r.violation, c.want) {
				t.Errorf("found %q, want %q\n%s", r.violation, c.want, numbered(r.trace))
			} else if c.want != "" {
				t.Logf("%s\n%s", r.violation, numbered(r.trace))
			}
		})
	}
}

// TestMistakes makes each mistake and wants its harm to be found: not that a
// rule was broken, but what becomes of the money.
func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		t.Run(string(c.mistake)+c.name, func(t *testing.T) {
			r := explore(newModel(c.config))
			if r.violation == "" {
				t.Fatalf("not caught: %v", r)
			}
			t.Logf("%s (%v)\n%s", r.violation, r, numbered(r.trace))
		})
	}
}

func numbered(trace []string) string {
	var b strings.Builder
	for i, step := range trace {
		fmt.Fprintf(&b, "%4d  %s\n", i+1, step)
	}
	return b.String()
}
