package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

var t0 = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

func open(t *testing.T, change ...func(*Options)) *Journal {
	t.Helper()
	opt := Options{Dir: t.TempDir(), Clock: clock.NewVirtual(t0)}
	for _, c := range change {
		c(&opt)
	}
	j, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func attempt(number string, at time.Time) order.Attempt {
	return order.Begin(order.Attempt{Number: number, Order: "O" + number, Asked: money.New(1250, money.USD),
		Device: "dev", Brand: "Visa", Last4: "1111", Entry: "keyed", Operator: "op"}, at)
}

func paid(a order.Attempt, batch string) order.Attempt {
	a.Version++
	a.State, a.Decision, a.Approved, a.Batch, a.GUID = order.Approved, order.Adopt, a.Asked, batch, "guid-"+a.Number
	return a
}

func put(t *testing.T, j *Journal, objects ...any) {
	t.Helper()
	if err := j.Commit(context.Background(), entries(objects...)...); err != nil {
		t.Fatal(err)
	}
}

func entries(objects ...any) []order.Entry {
	var all []order.Entry
	for _, o := range objects {
		e := order.Entry{Kind: "test", Actor: "op", Object: o}
		switch o := o.(type) {
		case order.Attempt:
			e.Subject = o.Number
		case order.Order:
			e.Subject = o.ID
		case order.FollowUp:
			e.Subject = o.ID
		case order.Batch:
			e.Subject = o.ID
		case order.Job:
			e.Subject = o.ID
		case staff.Operator:
			e.Subject = o.ID
		case settings.Change:
			e.Subject = o.Key
		}
		all = append(all, e)
	}
	return all
}

func TestReadsBackWhatWasCommitted(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	a := attempt("N1", t0)
	o := order.Order{ID: a.Order, Version: 1, State: order.Open, Amount: a.Asked, Created: t0}
	b := order.Batch{ID: "B", Version: 1, State: order.BatchClosing, Asked: t0}
	job := order.Job{ID: "J", Version: 1, State: order.JobQueued, Subject: "N1", Kind: order.JobPrint, Due: t0}
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Cashier, PINHash: "hash", Active: true}
	put(t, j, o, a, b, job, op, settings.Change{Key: "shop.name", New: "Corner"})

	if got, err := j.Attempt(ctx, "N1"); err != nil || got != a {
		t.Errorf("attempt: got %+v, %v; want %+v", got, err, a)
	}
	if got, err := j.Order(ctx, o.ID); err != nil || got != o {
		t.Errorf("order: got %+v, %v", got, err)
	}
	if got, err := j.Job(ctx, "J"); err != nil || got != job {
		t.Errorf("job: got %+v, %v", got, err)
	}
	if got, err := j.Operators(ctx); err != nil || len(got) != 1 || got[0] != op {
		t.Errorf("operators: got %+v, %v", got, err)
	}
	if got, err := j.Settings(ctx); err != nil || got["shop.name"] != "Corner" {
		t.Errorf("settings: got %v, %v", got, err)
	}
	if u, err := j.Unfinished(ctx); err != nil || len(u.Attempts) != 1 || len(u.Batches) != 1 || len(u.Follows) != 0 {
		t.Errorf("unfinished: got %+v, %v", u, err)
	}
	if story, err := j.Story(ctx, "N1"); err != nil || len(story) != 3 {
		t.Errorf("story: got %d entries, %v; want order, attempt and job", len(story), err)
	}
	if _, err := j.Attempt(ctx, "N2"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("missing attempt: got %v", err)
	}
	if rep, err := j.Verify(ctx); err != nil || rep.Events != 7 {
		t.Errorf("verify: got %d events, %v", rep.Events, err)
	}
}

// TestCommitIsAllOrNothing: one entry that conflicts takes the others with it.
func TestCommitIsAllOrNothing(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	a := attempt("N1", t0)
	put(t, j, a)
	stale := paid(a, "b")
	put(t, j, stale)
	for name, second := range map[string]any{"the same number twice": a, "a version that was overtaken": stale} {
		err := j.Commit(ctx, entries(attempt("N-"+name, t0), second)...)
		if !errors.Is(err, order.ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
		if _, err := j.Attempt(ctx, "N-"+name); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%s: the first entry stayed: %v", name, err)
		}
	}
	put(t, j, attempt("N2", t0))
	if rep, err := j.Verify(ctx); err != nil || rep.Events != 4 {
		t.Errorf("got %d events, %v; want 4 in a sound chain", rep.Events, err)
	}
}

func TestEventsCannotBeChanged(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	for _, query := range []string{`UPDATE events SET actor = 'x'`, `DELETE FROM events`} {
		if _, err := j.conn.ExecContext(context.Background(), query); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v", query, err)
		}
	}
}

// TestTamperingIsFound changes the file behind the program's back.
func TestTamperingIsFound(t *testing.T) {
	for name, query := range map[string]string{
		"actor":      `UPDATE events SET actor = 'x' WHERE seq = 2`,
		"object":     `UPDATE events SET object = CAST(replace(object, '1250', '9250') AS BLOB) WHERE seq = 2`,
		"removed":    `DELETE FROM events WHERE seq = 2`,
		"projection": `UPDATE objects SET open = 0`,
		"pointer":    `UPDATE objects SET seq = 1`,
		"forgotten":  `DELETE FROM objects WHERE id = 'N1'`,
	} {
		j := open(t)
		put(t, j, attempt("N1", t0))
		put(t, j, attempt("N2", t0))
		for _, q := range []string{`DROP TRIGGER events_keep`, `DROP TRIGGER events_stay`, query} {
			if _, err := j.conn.ExecContext(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := j.Verify(context.Background()); err == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	j := open(t)
	_, err := Open(Options{Dir: j.Dir()})
	var p *Problem
	if !errors.As(err, &p) || !errors.Is(err, ErrLocked) || !strings.Contains(p.Text, "already running") {
		t.Errorf("got %v", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(Options{Dir: j.Dir()})
	if err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	_ = again.Close()
}

func TestReopenGoesOn(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	nonce := j.Nonce()
	_ = j.Close()
	again := open(t, func(o *Options) { o.Dir = j.Dir() })
	if again.Nonce() != nonce {
		t.Errorf("the nonce changed from %s to %s", nonce, again.Nonce())
	}
	put(t, again, paid(attempt("N1", t0), "b"))
	if _, err := again.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if n, err := again.LastNumber(context.Background()); err != nil || n != "N1" {
		t.Errorf("last number: got %q, %v", n, err)
	}
}

func TestReaderBesideWriter(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	r, err := OpenReader(j.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	put(t, j, attempt("N2", t0))
	if sales, err := r.Sales(context.Background(), order.Query{}); err != nil || len(sales) != 2 {
		t.Errorf("got %d sales, %v", len(sales), err)
	}
	if err := r.Commit(context.Background(), entries(attempt("N3", t0))...); err == nil {
		t.Error("a reader wrote")
	}
	if _, err := OpenReader(t.TempDir()); err == nil {
		t.Error("a journal that is not there was opened")
	}
}

func TestNewerJournalIsLeftAlone(t *testing.T) {
	j := open(t)
	if _, err := j.conn.ExecContext(context.Background(), "PRAGMA user_version=99"); err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	if _, err := Open(Options{Dir: j.Dir()}); err == nil || !strings.Contains(err.Error(), "newer Paydesk") {
		t.Errorf("got %v", err)
	}
}

func TestBrokenFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(Options{Dir: dir})
	var p *Problem
	if !errors.As(err, &p) || !strings.Contains(p.Text, "Do not delete it") {
		t.Errorf("got %v", err)
	}
}

// TestFullDisk: intents are refused, nothing is half written, and the journal
// goes on as soon as there is room.
func TestFullDisk(t *testing.T) {
	j := open(t, func(o *Options) { o.MaxPages = 60 })
	ctx := context.Background()
	first := attempt("N-first", t0)
	put(t, j, first)
	var full error
	n := 0
	for ; n < 10000 && full == nil; n++ {
		full = j.Commit(ctx, entries(attempt("N"+strings.Repeat("x", 200)+time.Duration(n).String(), t0))...)
	}
	if !errors.Is(full, order.ErrFull) {
		t.Fatalf("after %d commits: %v", n, full)
	}
	if _, err := os.Stat(j.ballastPath()); err != nil {
		t.Errorf("an intent took the ballast: %v", err)
	}
	if err := j.Commit(ctx, entries(paid(first, strings.Repeat("b", 9000)))...); !errors.Is(err, order.ErrFull) {
		t.Errorf("an outcome, while the file is bounded: %v", err)
	}
	if _, err := os.Stat(j.ballastPath()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an outcome did not take the ballast: %v", err)
	}
	if _, err := j.conn.ExecContext(ctx, "PRAGMA max_page_count=100000"); err != nil {
		t.Fatal(err)
	}
	put(t, j, attempt("N-after", t0))
	if _, err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestRoom(t *testing.T) {
	j := open(t)
	if err := j.Room(); err != nil {
		t.Errorf("got %v", err)
	}
	j.opt.MinRoom = 1 << 62
	if err := j.Room(); !errors.Is(err, order.ErrFull) {
		t.Errorf("no room: got %v", err)
	}
}

// TestFailedStorageIsNotTrusted: after an error that is neither a conflict nor
// a full disk, nothing more is written.
func TestFailedStorageIsNotTrusted(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	if _, err := j.conn.ExecContext(ctx, "DROP TABLE objects"); err != nil {
		t.Fatal(err)
	}
	first := j.Commit(ctx, entries(attempt("N1", t0))...)
	second := j.Commit(ctx, entries(settings.Change{Key: "shop.name"})...)
	if first == nil || second == nil || j.Room() == nil {
		t.Errorf("got %v, then %v, room %v", first, second, j.Room())
	}
}

func TestOpenBatch(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	if sum, err := j.OpenBatch(ctx); err != nil || sum.GUID != "" {
		t.Fatalf("empty journal: %+v, %v", sum, err)
	}
	for i, n := range []string{"N1", "N2", "N3"} {
		a := attempt(n, t0.Add(time.Duration(i)*time.Second))
		put(t, j, a)
		if n != "N2" { // N2 stays in doubt
			put(t, j, paid(a, "batch-1"))
		}
	}
	sum, err := j.OpenBatch(ctx)
	want := order.Totals{Sales: 2, SaleAmount: money.New(2500, money.USD), ReturnAmount: money.New(0, money.USD)}
	if err != nil || sum.GUID != "batch-1" || sum.Totals != want || sum.Witness.GUID != "guid-N1" || !sum.Opened.Equal(t0) {
		t.Errorf("got %+v, %v", sum, err)
	}
	put(t, j, order.Batch{ID: "B", Version: 1, State: order.BatchClosed, GUID: "batch-1", Asked: t0})
	if sum, err := j.OpenBatch(ctx); err != nil || sum.GUID != "" {
		t.Errorf("closed: got %+v, %v", sum, err)
	}
}

// A batch that the service closed while the next was begun is found, too, as long
// as no closing of it is known.
func TestUnclosed(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	for i, b := range []string{"batch-9", "batch-2", "batch-2", "batch-5"} {
		a := attempt(fmt.Sprint("N", i), t0.Add(time.Duration(i)*time.Hour))
		put(t, j, a)
		put(t, j, paid(a, b))
	}
	put(t, j, order.Batch{ID: "A", Version: 1, State: order.BatchUnknown, GUID: "batch-9", Asked: t0})
	want := func(since time.Time, want ...string) {
		t.Helper()
		if got, err := j.Unclosed(ctx, since); err != nil || !slices.Equal(got, want) {
			t.Errorf("since %s: %q, %v; want %q", since, got, err, want)
		}
	}
	want(t0, "batch-9", "batch-2", "batch-5")
	want(t0.Add(90*time.Minute), "batch-2", "batch-5")
	if sum, err := j.BatchSum(ctx, "batch-2"); err != nil || sum.GUID != "batch-2" || sum.Totals.Sales != 2 || sum.Witness.GUID != "guid-N1" {
		t.Errorf("got %+v, %v", sum, err)
	}
	put(t, j, order.Batch{ID: "B", Version: 1, State: order.BatchClosed, GUID: "batch-2", Asked: t0})
	want(t0, "batch-9", "batch-5")
	if sum, err := j.BatchSum(ctx, "batch-2"); err != nil || sum.GUID != "" {
		t.Errorf("closed: got %+v, %v", sum, err)
	}
	if sum, err := j.BatchSum(ctx, "batch-1"); err != nil || sum.Totals.Sales != 0 || sum.Witness.GUID != "" {
		t.Errorf("of none: got %+v, %v", sum, err)
	}
}

func TestSalesPages(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	for i := range 5 {
		put(t, j, attempt("N"+time.Duration(i).String(), t0.Add(time.Duration(i/2)*time.Hour)))
	}
	var numbers []string
	q := order.Query{Limit: 2}
	for {
		page, err := j.Sales(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			numbers = append(numbers, a.Number)
		}
		q.Before = page[len(page)-1].Number
	}
	if got, want := strings.Join(numbers, " "), "N4ns N3ns N2ns N1ns N0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	day, err := j.Sales(ctx, order.Query{From: t0.Add(time.Hour), To: t0.Add(2 * time.Hour)})
	if err != nil || len(day) != 2 {
		t.Errorf("got %d in the second hour, %v; want 2", len(day), err)
	}
}
