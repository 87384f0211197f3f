package history

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// slow holds work back until it is let go.
type slow struct {
	held []func(context.Context) func()
}

func (s *slow) run(work func(context.Context) func()) { s.held = append(s.held, work) }

// next does the oldest work; false is that there is none.
func (s *slow) next() bool {
	if len(s.held) == 0 {
		return false
	}
	work := s.held[0]
	s.held = s.held[1:]
	bridge.InlineRun(work)
	return true
}

func typed(p *Presenter, words string) {
	for _, r := range words {
		p.Type(r)
	}
}

func TestFind(t *testing.T) {
	desk, p := begin(30)
	at := desk.Clock.Now()
	desk.PutBeside(engine.Item{Cash: &order.Cash{ID: "C1", Amount: money.New(1250, money.USD), At: at.AddDate(-1, 0, 0)}})
	p.Apply(desk.Snapshot())
	typed(p, "12.50")
	v := p.View()
	if len(v.Rows) != 1 || v.Rows[0].Word != "Paid in cash" || v.Rows[0].Time != "May 2025" || v.Find.Says != "$12.50" || v.Find.Count != "1 found" {
		t.Fatalf("%+v", v)
	}
	p.Choose(0)
	if v := p.View(); v.Detail == nil || v.Detail.Amount != "$12.50" {
		t.Errorf("%+v", v.Detail)
	}
	typed(p, "x")
	if v := p.View(); len(v.Rows) != 0 || v.Empty != "Nothing found." || v.Detail != nil {
		t.Errorf("%+v", v)
	}
	for range 6 {
		p.Erase()
	}
	if v := p.View(); len(v.Rows) != 31 || v.Find.Typed != "" || v.Find.Says != "" {
		t.Errorf("%d rows of all", len(v.Rows))
	}
	typed(p, "1111")
	if v := p.View(); len(v.Rows) != 30 || !strings.HasPrefix(v.Find.Says, "card 1111 – or $1,111.00") || v.Find.Count != "30 found" {
		t.Errorf("%d rows, %q", len(v.Rows), v.Find.Says)
	}
	if !p.Leave() || p.View().Find.Typed != "" || !p.Leave() || p.Leave() {
		t.Error("out of the search in other steps than two")
	}
	if v := p.View(); v.Find.On || len(v.Rows) != 30 {
		t.Errorf("back at the day with %d rows", len(v.Rows))
	}
}

// What is found never jumps: rows come in below those that are shown, whatever
// the readings bring, each once.
func TestReadingsAreMerged(t *testing.T) {
	desk, p := begin(0)
	for i := range 700 { // every second one by both readings
		a := desk.Sale(engine.Charge{Order: "4242", Amount: money.New(int64(i), money.USD)}, "Visa", []string{"4242", "1111"}[i%2], order.Approved)
		a.Created = desk.Clock.Now().Add(-time.Duration(i*i%7919) * time.Minute)
		desk.Put(a)
	}
	p.Apply(desk.Snapshot())
	typed(p, "4242")
	var before []string
	for range 9 {
		v := p.View()
		for i, key := range before {
			if v.Rows[i].Key != key {
				t.Fatalf("row %d changed", i)
			}
		}
		before = nil
		seen := map[string]bool{}
		for _, r := range v.Rows {
			if seen[r.Key] {
				t.Fatalf("%s twice", r.Key)
			}
			seen[r.Key] = true
			before = append(before, r.Key)
		}
		p.More()
	}
	if len(before) != 700 {
		t.Errorf("%d rows", len(before))
	}
}

// Typing never waits, one question is under way at a time, and an answer to what
// is no longer asked is dropped.
func TestOlderAnswers(t *testing.T) {
	desk, p := begin(3)
	s := &slow{}
	p.run = s.run
	p.Find()
	for s.next() {
	}
	typed(p, "1.0")
	typed(p, "1")
	if len(s.held) != 1 {
		t.Fatalf("%d questions at once", len(s.held))
	}
	if v := p.View(); len(v.Rows) != 3 || v.Find.Typed != "1.01" {
		t.Errorf("%d rows while the first answer is awaited", len(v.Rows))
	}
	asked := desk.Count("List")
	s.next()
	if v := p.View(); len(v.Rows) != 3 {
		t.Error("took the answer to what was typed first")
	}
	for s.next() {
	}
	if v := p.View(); len(v.Rows) != 1 || v.Rows[0].Amount != "$1.01" || desk.Count("List") > asked+4 {
		t.Errorf("%+v after %d questions", v.Rows, desk.Count("List")-asked)
	}
}

// A long search tells how far it is, is stopped by Escape and goes on where it
// was.
func TestLongSearch(t *testing.T) {
	desk, p := begin(0)
	at, n := desk.Clock.Now(), 0
	desk.OnList = func(q order.Query) (engine.Listing, error) {
		n++
		out := engine.Listing{Next: fmt.Sprint("n", n), Reached: at.AddDate(0, -n, 0)}
		if n%3 == 0 {
			out.Items = []engine.Item{{Cash: &order.Cash{ID: fmt.Sprint(n), Amount: money.New(1, money.USD), At: out.Reached}}}
		}
		if n == 9 {
			out.Next, out.Reached = "", time.Time{}
		}
		return out, nil
	}
	s := &slow{}
	p.run = s.run
	typed(p, "f")
	for range 4 {
		s.next()
	}
	if v := p.View(); !v.Find.Busy || v.Find.Count != "Looking … back to Mon 12 Jan 2026" || len(v.Rows) != 1 {
		t.Fatalf("%+v", v.Find)
	}
	p.Leave()
	for s.next() {
	}
	v := p.View()
	if last := v.Rows[len(v.Rows)-1]; v.Find.Busy || !strings.HasPrefix(last.Sentence, "Stopped at") || v.Find.Typed != "f" {
		t.Fatalf("%+v, %+v", v.Find, v.Rows)
	}
	p.Choose(len(v.Rows) - 1)
	for s.next() {
	}
	if v := p.View(); n != 9 || v.Find.Count != "3 found" || len(v.Rows) != 3 {
		t.Errorf("%+v after %d", v.Find, n)
	}
}

func TestSearchThatFails(t *testing.T) {
	desk, p := begin(2)
	desk.OnList = func(order.Query) (engine.Listing, error) {
		return engine.Listing{}, &engine.Problem{Text: "The journal cannot be read."}
	}
	typed(p, "ada")
	if v := p.View(); v.Problem != "The journal cannot be read." || v.Empty != "" {
		t.Errorf("%+v", v)
	}
	desk.OnList = nil
	p.Erase()
	if v := p.View(); v.Problem != "" {
		t.Errorf("problem %q", v.Problem)
	}
}

func TestFilters(t *testing.T) {
	desk, p := begin(2)
	old := desk.Sale(engine.Charge{Order: "o", Amount: money.New(77, money.USD)}, "Visa", "1111", order.Declined)
	old.Created, old.Operator = desk.Clock.Now().AddDate(0, 0, -3), "op2"
	desk.Put(old)
	p.Apply(desk.Snapshot())
	choose := func(f Filter, word string) {
		t.Helper()
		p.Pick(f)
		for i, r := range p.View().Rows {
			if r.Sentence == word {
				p.Choose(i)
				return
			}
		}
		t.Fatalf("no choice %q in %+v", word, p.View().Rows)
	}
	rows := func() int { return len(p.View().Rows) }
	choose(FilterWhen, "Last 7 days")
	if rows() != 3 || p.View().Find.Filters[FilterWhen] != "Last 7 days" {
		t.Errorf("%d in a week", rows())
	}
	choose(FilterWhen, "Today")
	if rows() != 2 {
		t.Errorf("%d today", rows())
	}
	choose(FilterWhen, "Any time")
	choose(FilterStatus, "Declined")
	if rows() != 1 {
		t.Errorf("%d declined", rows())
	}
	choose(FilterWho, "Maria")
	if rows() != 0 {
		t.Errorf("%d declined of Maria", rows())
	}
	choose(FilterWho, "James")
	choose(FilterKind, "Holds")
	if v := p.View(); rows() != 0 || !v.Find.Narrowed[FilterKind] {
		t.Errorf("%d holds", rows())
	}
	typed(p, "approved") // contradicts what is chosen, and is a word as well
	if rows() != 0 {
		t.Errorf("%d", rows())
	}
	p.Leave()
	if rows() != 3 {
		t.Errorf("%d after all was cleared", rows())
	}
	// By keys: the second filter, its first choice but one.
	p.NextFilter()
	p.NextFilter()
	p.Move(1)
	if p.Take(); rows() != 2 {
		t.Errorf("%d approved", rows())
	}
	for range 5 {
		p.NextFilter()
	}
	if p.View().Find.Picking != -1 {
		t.Error("Tab does not lead out of the filters")
	}
}

func TestWhateverIsPasted(t *testing.T) {
	_, p := begin(1)
	p.Paste(strings.Repeat("ab 12.50\t\n", 2000))
	if v := p.View(); len([]rune(v.Find.Typed)) != mostTyped || v.Find.Problem != "Longer than 100 letters: the end was left out." {
		t.Errorf("%q %q", v.Find.Typed, v.Find.Problem)
	}
	p.Leave()
	p.Paste("!?")
	if v := p.View(); v.Find.Problem == "" || len(v.Rows) != 0 {
		t.Errorf("%+v", v.Find)
	}
	// A swipe into the field: its number is not kept.
	for _, swipe := range []string{"%B4111111111111111^LOVELACE/ADA^2809101000?", "4111 1111 1111 1111", ";4111111111111111=2809101000?"} {
		p.Leave()
		typed(p, swipe)
		if v := p.View(); v.Find.Typed != "1111" || strings.Contains(v.Find.Typed+fmt.Sprint(p.queries()), "11111") {
			t.Errorf("%q keeps %q", swipe, v.Find.Typed)
		}
		p.Leave()
		p.Paste(swipe)
		if v := p.View(); v.Find.Typed != "1111" || v.Find.Problem == "" {
			t.Errorf("%q keeps %q", swipe, v.Find.Typed)
		}
	}
}

// The story of a payment is opened from elsewhere.
func TestOpen(t *testing.T) {
	desk, p := begin(5)
	number := desk.Snapshot().Last.Number
	desk.Clock.Advance(72 * time.Hour)
	p.Show()
	p.Open(number)
	if v := p.View(); v.Detail == nil || v.Detail.Key != number || v.Chosen != 0 {
		t.Errorf("%+v", v.Detail)
	}
}

// BenchmarkType is one letter into a search with a full list.
func BenchmarkType(b *testing.B) {
	desk := apptest.NewDesk(false)
	for i := range 1000 {
		desk.Put(desk.Sale(engine.Charge{Order: "o", Amount: money.New(int64(i), money.USD)}, "Visa", "1111", order.Approved))
	}
	p := New(desk, bridge.InlineRun, desk.Clock)
	p.Apply(desk.Snapshot())
	p.Show()
	for b.Loop() {
		p.Type('1')
		p.Erase()
	}
}

// While sales change faster than the list is read, what is read is shown, and
// the last state in the end.
func TestListGoesOnWhileSalesChange(t *testing.T) {
	desk, p := begin(1)
	s := &slow{}
	p.run = s.run
	for i := range 6 {
		sale := desk.Sale(engine.Charge{Order: fmt.Sprint("more", i), Amount: money.New(700, money.USD)}, "Visa", "1111", order.Approved)
		desk.Put(sale)
		p.Apply(desk.Snapshot())
		if i%2 == 1 {
			s.next() // an answer, behind two changes
		}
		if i == 3 && len(p.View().Rows) < 3 {
			t.Errorf("%d rows behind four sales", len(p.View().Rows))
		}
		if len(s.held) > 1 {
			t.Fatalf("%d questions at once", len(s.held))
		}
	}
	for s.next() {
	}
	if got := len(p.View().Rows); got != 7 {
		t.Errorf("%d rows in the end, want 7", got)
	}
}
