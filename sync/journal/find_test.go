package journal

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// query asks at random.
func (h *history) query() order.Query {
	q := order.Query{Limit: 1 + h.IntN(12)}
	maybe := func(f func()) {
		if h.IntN(4) == 0 {
			f()
		}
	}
	maybe(func() { q.From = t0.Add(time.Duration(h.IntN(900)) * time.Second) })
	maybe(func() { q.To = t0.Add(time.Duration(h.IntN(900)) * time.Second) })
	maybe(func() {
		q.Least = money.New(h.Int64N(20)*50, pick(h, []money.Currency{money.USD, money.USD, money.USD, "EUR"}))
	})
	maybe(func() { q.Most = money.New(h.Int64N(20)*50, money.USD) })
	maybe(func() { q.Most = q.Least })
	maybe(func() { q.Last4 = pick(h, []string{"1111", "4242", "0005", "9999"}) })
	maybe(func() { q.Operator = pick(h, []string{"ann", "bob", "cyd"}) })
	maybe(func() { q.States = append(q.States, pick(h, order.States), pick(h, order.States))[:1+h.IntN(2)] })
	maybe(func() {
		for range 1 + h.IntN(2) {
			q.Kinds = append(q.Kinds, pick(h, order.ListedKinds))
		}
	})
	maybe(func() {
		q.Kinds = append(slices.Clone(order.AttemptKinds), order.KindCash, order.KindStored)[:2+2*h.IntN(2)]
	})
	maybe(func() {
		q.States = append(q.States, order.State(pick(h, order.StoredStates)), order.State(pick(h, order.FollowStates)))
	})
	maybe(func() {
		q.States = append(q.States, order.State(pick(h, order.QRStates)), order.State(pick(h, order.RefundStates)))
	})
	maybe(func() { q.Whole = true })
	maybe(func() { q.Number = pick(h, h.attempts).Number[:h.IntN(8)] })
	maybe(func() {
		q.Text = pick(h, []string{"flood", "FLO", "table 12", "größe", "o", "neil bob", "A0", "a00007", "3", "no such", "日本", "O0001", "razorpay", "pay", "rfnd", `"`, "%", "'"})
	})
	return q
}

// naive is the whole answer by looking at every attempt.
func (h *history) naive(q order.Query) (numbers []string) {
	note := map[string]string{}
	for _, o := range h.orders {
		note[o.ID] = o.Note
	}
	all := slices.Clone(h.beside)
	for i := range h.attempts {
		all = append(all, order.Row{Attempt: &h.attempts[i]})
	}
	for i := range h.follows {
		all = append(all, order.Row{Follow: &h.follows[i]})
	}
	for i := range h.codes {
		all = append(all, order.Row{QR: &h.codes[i]})
	}
	for i := range h.refunds {
		all = append(all, order.Row{Refund: &h.refunds[i]})
	}
	slices.SortFunc(all, func(a, b order.Row) int { return newer(positionOf(a), positionOf(b)) })
	for _, r := range all {
		paid := r.Stored != nil && r.Stored.State == order.StoredApproved
		if !paid && q.MatchRow(r, note[r.Facts().Order]) {
			numbers = append(numbers, r.Facts().ID)
		}
	}
	return numbers
}

// pages is the whole answer page by page.
func pages(t *testing.T, j *Journal, q order.Query, look int) (numbers []string) {
	t.Helper()
	for {
		page, err := j.search(context.Background(), q, look)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if len(page.Rows) > q.Limit || page.Reached.IsZero() != (page.Next == "") {
			t.Errorf("%+v: a page of %d, down to %v", q, len(page.Rows), page.Reached)
		}
		for _, r := range page.Rows {
			numbers = append(numbers, r.Facts().ID)
		}
		if page.Next == "" {
			return numbers
		}
		q.Before = page.Next
	}
}

// TestSearchFindsWhatLookingFinds: with the index at its newest, with a tail
// behind it, and too far behind to be used.
func TestSearchFindsWhatLookingFinds(t *testing.T) {
	ctx := context.Background()
	found := 0
	for seed := range uint64(4) {
		j, h := open(t), newHistory(100+seed)
		for i := range 900 {
			if err := j.Commit(ctx, h.next()...); err != nil {
				t.Fatal(err)
			}
			if seed > 0 && h.IntN(50) == 0 {
				if _, err := j.Index(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if i < 500 || i%10 > 0 {
				continue
			}
			if q := h.query(); len(h.attempts) > 0 {
				got, want := pages(t, j, q, pick(h, []int{1, 7, 60, maxLook})), h.naive(q)
				found += len(want)
				if !slices.Equal(got, want) {
					t.Errorf("seed %d, after %d: %+v\ngot  %v\nwant %v", seed, i, q, got, want)
				}
			}
		}
	}
	if found < 300 {
		t.Errorf("only %d were there to be found", found)
	}
}

// planned runs queries and fails where SQLite would read a whole table for one.
type planned struct {
	*sql.Tx
	t    *testing.T
	seen *int
}

func (p planned) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.check(ctx, query, args)
	return p.Tx.QueryContext(ctx, query, args...)
}

func (p planned) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.check(ctx, query, args)
	return p.Tx.QueryRowContext(ctx, query, args...)
}

func (p planned) check(ctx context.Context, query string, args []any) {
	p.t.Helper()
	rows, err := p.Tx.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	*p.seen++
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			p.t.Fatal(err)
		}
		// What is read whole is short: the candidates, a list in JSON, a constant.
		small := []string{"SCAN CONSTANT ROW", "SCAN json_each VIRTUAL TABLE", "SCAN (subquery", "SCAN w", "SCAN c"}
		if strings.HasPrefix(detail, "SCAN") && !slices.ContainsFunc(small, func(s string) bool { return strings.HasPrefix(detail, s) }) ||
			strings.HasPrefix(detail, "SCAN c USING") {
			p.t.Errorf("%s\n%s", detail, query)
		}
	}
}

// TestNoQueryReadsAWholeTable: no page does, whatever it is asked for.
func TestNoQueryReadsAWholeTable(t *testing.T) {
	ctx := context.Background()
	j, h := open(t), newHistory(7)
	for range 300 {
		if err := j.Commit(ctx, h.next()...); err != nil {
			t.Fatal(err)
		}
	}
	follows(t, j)
	tx, err := j.read.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	seen := 0
	for range 300 {
		s := finder{ctx: ctx, tx: planned{tx, t, &seen}, Query: h.query(), before: end, look: maxLook}
		if _, err := s.page(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.walk(10); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			break
		}
	}
	if seen < 1000 {
		t.Errorf("saw %d queries", seen)
	}
}

// TestSearchOrderOfEqualTimes: pages go on behind a number among others of the
// same moment, and what the index does not have yet is in its place.
func TestSearchOrderOfEqualTimes(t *testing.T) {
	j := open(t)
	for _, n := range []string{"N1", "N3", "N2"} {
		put(t, j, attempt(n, t0))
	}
	follows(t, j)
	got := pages(t, j, order.Query{Limit: 1, Last4: "1111"}, maxLook)
	if want := []string{"N3", "N2", "N1"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	put(t, j, paid(attempt("N2", t0), "b"))
	got = pages(t, j, order.Query{Limit: 1, States: []order.State{order.Approved}}, maxLook)
	if want := []string{"N2"}; !slices.Equal(got, want) {
		t.Errorf("before the index has it: got %v, want %v", got, want)
	}
}
