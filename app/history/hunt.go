package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// page is how many more rows are read at once; step how many of one reading.
const (
	page = 200
	step = 100
)

// hunt is a list that is being read: what any of its queries finds, newest
// first. It is read in steps that are short, whatever is asked, and only as far
// as somebody looks; rows never come in above others that were shown.
type hunt struct {
	cursors []cursor
	want    int // rows
	steps   int
	stopped bool
}

// cursor is how far one query is.
type cursor struct {
	query   order.Query
	items   []engine.Item
	reached time.Time // all that is newer is among the items
	begun   bool
	done    bool
}

func newHunt(want int, queries ...order.Query) *hunt {
	h := &hunt{want: max(page, want)}
	for _, q := range queries {
		q.Limit = step
		h.cursors = append(h.cursors, cursor{query: q})
	}
	return h
}

// edge is the time down to which all is known; done is the end of the list.
func (h *hunt) edge() (reached time.Time, done bool) {
	done = true
	for _, c := range h.cursors {
		if !c.done && (done || !c.begun || c.reached.After(reached)) {
			reached, done = c.reached, false
			if !c.begun {
				return time.Unix(1<<40, 0), false
			}
		}
	}
	return reached, done
}

// rows are the items down to the edge, each once.
func (h *hunt) rows() (all []engine.Item) {
	reached, done := h.edge()
	seen := map[string]bool{}
	for _, c := range h.cursors {
		for _, i := range c.items {
			if id := i.ID(); !seen[id] && (done || len(h.cursors) == 1 || i.Created().After(reached)) {
				seen[id] = true
				all = append(all, i)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b engine.Item) int {
		return cmp.Or(b.Created().Compare(a.Created()), cmp.Compare(b.ID(), a.ID()))
	})
	return all
}

// due are the cursors that hold up the edge.
func (h *hunt) due() (due []int) {
	reached, done := h.edge()
	if done || h.stopped || h.steps > 0 && len(h.rows()) >= h.want {
		return nil
	}
	for i, c := range h.cursors {
		if !c.done && (!c.begun || !c.reached.Before(reached)) {
			due = append(due, i)
		}
	}
	return due
}

// take takes the answers to a step.
func (h *hunt) take(due []int, answers []engine.Listing) {
	h.steps++
	for n, i := range due {
		c, got := &h.cursors[i], answers[n]
		c.items = append(c.items, got.Items...)
		c.begun, c.done, c.reached = true, got.Next == "", got.Reached
		c.query.Before = got.Next
	}
}

// start begins to read another list. The one that is shown stays until the first
// answer is there.
func (p *Presenter) start(want int, queries ...order.Query) {
	p.fresh = newHunt(want, queries...)
	p.problem = ""
	p.step()
}

// hunting reports that a list is being read.
func (p *Presenter) hunting() bool {
	return p.busy || len(cmp.Or(p.fresh, p.hunt).due()) > 0
}

// step reads on where that is due: one step at a time, however fast somebody
// types. An answer to what is no longer asked is dropped.
func (p *Presenter) step() {
	h := cmp.Or(p.fresh, p.hunt)
	due := h.due()
	if p.busy || len(due) == 0 {
		if len(h.cursors) == 0 {
			p.hunt, p.fresh = h, nil
		}
		p.Changed()
		if p.again && !p.busy {
			p.renew()
		}
		return
	}
	p.busy = true
	var queries []order.Query
	for _, i := range due {
		queries = append(queries, h.cursors[i].query)
	}
	p.Changed()
	p.run(func(ctx context.Context) func() {
		answers := make([]engine.Listing, len(queries))
		var err error
		for i, q := range queries {
			if answers[i], err = p.desk.List(ctx, q); err != nil {
				break
			}
		}
		return func() { p.answered(h, due, answers, err) }
	})
}

func (p *Presenter) answered(h *hunt, due []int, answers []engine.Listing, err error) {
	p.busy = false
	switch {
	case h != cmp.Or(p.fresh, p.hunt): // something else is asked by now
	case err != nil:
		p.problem = text.Of(err)
		h.stopped = true
		p.Changed()
		return
	default:
		h.take(due, answers)
		p.hunt = h
		if p.fresh == h {
			p.fresh = nil
		}
		p.openWanted()
	}
	p.step()
}

// More reads on where the list ends, if there is more.
func (p *Presenter) More() {
	if h := p.hunt; p.fresh == nil && !h.stopped {
		if n := len(h.rows()); n >= h.want {
			h.want = n + page
			p.step()
		}
	}
}

// Stop ends a long search where it is. It reports whether there was one.
func (p *Presenter) Stop() bool {
	h := cmp.Or(p.fresh, p.hunt)
	if !p.finding || len(h.due()) == 0 {
		return false
	}
	h.stopped = true
	p.hunt, p.fresh = h, nil
	p.Changed()
	return true
}

// resume goes on with a search that was stopped.
func (p *Presenter) resume() {
	p.hunt.stopped = false
	p.step()
}
