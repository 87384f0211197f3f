package reconcile

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sort"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

var background = context.Background()

// world is journal, host and desk in the test's hands.
type world struct {
	t        testing.TB
	clock    *clock.Virtual
	attempts map[string]order.Attempt
	sorted   []order.Attempt // newest first; made anew where nil
	follows  map[string]order.FollowUp
	of       map[string][]order.FollowUp
	rows     map[order.Shelf][]order.HostRow
	unlisted []order.Shelf
	broken   map[order.Shelf]error // behind the last row
	lost     bool                  // look-ups get no answer
	blind    bool                  // look-ups are impossible
	restored bool
	up       bool
	open     time.Time

	recorded []order.Reconciliation
	taken    []string
	looked   []string
	finds    int
	ids      int
	pages    func(s order.Shelf, rows []order.HostRow) []order.HostRow // what the pages of a search make of the rows
	take     func(number string, row order.Evidence, closed bool) error
	compared chan order.Reconciliation // every record
	runner   *Runner
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, clock: clock.NewVirtual(began), attempts: map[string]order.Attempt{}, follows: map[string]order.FollowUp{},
		of: map[string][]order.FollowUp{}, rows: map[order.Shelf][]order.HostRow{}, broken: map[order.Shelf]error{}, up: true,
		compared: make(chan order.Reconciliation, 100)}
	w.take = func(number string, row order.Evidence, closed bool) error {
		a := w.attempts[number]
		act, amount, err := order.MayTakeBack(a, w.of[number], row, closed)
		if err == nil {
			w.follow(order.FollowUp{ID: num(ours, 900000+len(w.taken)), Of: number, Act: act, State: order.FollowDone, Amount: amount, Device: device, Since: w.clock.Now()})
			w.taken = append(w.taken, fmt.Sprint(act, " ", amount.Decimal(), " ", number))
		}
		return err
	}
	w.runner = New(Runner{Journal: w, Host: w, Desk: w, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Nonce: ours, Earlier: []string{before},
		Device: func() string { return device }, NewID: func() string { w.ids++; return num(ours, 1000000+w.ids) }})
	return w
}

func (w *world) attempt(a order.Attempt) { w.attempts[a.Number], w.sorted = a, nil }

func (w *world) follow(f order.FollowUp) {
	w.follows[f.ID] = f
	w.of[f.Of] = append(w.of[f.Of], f)
}

func (w *world) row(r order.HostRow) { w.rows[r.Shelf] = append(w.rows[r.Shelf], r) }

// compare makes one comparison and checks that it was recorded as it is.
func (w *world) compare() order.Reconciliation {
	w.t.Helper()
	got, err := w.runner.Compare(background, order.WhyAsked, time.Time{}, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	if n := len(w.recorded); got.Complete && (n == 0 || w.recorded[n-1].ID != got.ID) {
		w.t.Error("it was not recorded")
	}
	return got
}

// found are the differences as "what number", sorted.
func found(r order.Reconciliation) (list []string) {
	for _, m := range r.Found {
		list = append(list, fmt.Sprint(m.What, " ", m.Number))
	}
	sort.Strings(list)
	return list
}

func (w *world) Attempts(_ context.Context, numbers ...string) (list []order.Attempt, err error) {
	for _, n := range numbers {
		if a, ok := w.attempts[n]; ok {
			list = append(list, a)
		}
	}
	return list, nil
}

func (w *world) FollowUps(_ context.Context, ids ...string) (list []order.FollowUp, err error) {
	for _, n := range ids {
		if f, ok := w.follows[n]; ok {
			list = append(list, f)
		}
	}
	return list, nil
}

func (w *world) FollowsOf(_ context.Context, numbers ...string) (list []order.FollowUp, err error) {
	for _, n := range numbers {
		list = append(list, w.of[n]...)
	}
	return list, nil
}

func (w *world) Numbers(_ context.Context, begin, end time.Time, before string, limit int) (list []string, err error) {
	if w.sorted == nil {
		for _, a := range w.attempts {
			w.sorted = append(w.sorted, a)
		}
		slices.SortFunc(w.sorted, func(a, b order.Attempt) int {
			if c := b.Created.Compare(a.Created); c != 0 {
				return c
			}
			return -compareText(a.Number, b.Number)
		})
	}
	from := 0
	if before != "" {
		b := w.attempts[before]
		from = sort.Search(len(w.sorted), func(i int) bool {
			a := w.sorted[i]
			return a.Created.Before(b.Created) || a.Created.Equal(b.Created) && a.Number < b.Number
		})
	}
	for _, a := range w.sorted[from:] {
		if len(list) < limit && !a.Created.Before(begin) && a.Created.Before(end) {
			list = append(list, a.Number)
		}
	}
	return list, nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (w *world) FollowsBetween(_ context.Context, from, to time.Time, after string, limit int) (list []order.FollowUp, err error) {
	for _, f := range w.follows {
		if !f.Created.Before(from) && f.Created.Before(to) && f.ID > after {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b order.FollowUp) int { return compareText(a.ID, b.ID) })
	return list[:min(limit, len(list))], nil
}

func (w *world) Oldest(context.Context) (oldest time.Time, err error) {
	for _, a := range w.attempts {
		if oldest.IsZero() || a.Created.Before(oldest) {
			oldest = a.Created
		}
	}
	return oldest, nil
}

func (w *world) Reconciliation(context.Context) (order.Reconciliation, error) {
	if len(w.recorded) == 0 {
		return order.Reconciliation{}, order.ErrNotFound
	}
	return w.recorded[len(w.recorded)-1], nil
}

func (w *world) Restored() bool { return w.restored }

func (w *world) Rows(_ context.Context, dev string, s order.Shelf, _, _ time.Time) iter.Seq2[order.HostRow, error] {
	return func(yield func(order.HostRow, error) bool) {
		if dev != device {
			w.t.Errorf("asked for device %q", dev)
		}
		if slices.Contains(w.unlisted, s) {
			yield(order.HostRow{}, order.ErrNoList)
			return
		}
		rows := w.rows[s]
		if w.pages != nil {
			rows = w.pages(s, rows)
		}
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if err := w.broken[s]; err != nil {
			yield(order.HostRow{}, err)
		}
	}
}

func (w *world) Find(_ context.Context, r order.CardRequest) (f order.Finding) {
	w.finds++
	if w.lost || w.blind {
		return order.Finding{Failed: w.lost, Impossible: w.blind}
	}
	for _, s := range []order.Shelf{order.ShelfSales, order.ShelfHolds} {
		for _, row := range w.rows[s] {
			if row.Number == r.Number {
				f.Hits = append(f.Hits, row.Evidence)
			}
		}
	}
	return f
}

func (w *world) FindFollow(_ context.Context, r order.FollowRequest) (f order.Finding) {
	w.finds++
	if w.lost || w.blind {
		return order.Finding{Failed: w.lost, Impossible: w.blind}
	}
	for _, row := range w.rows[shelfOf[r.Act]] {
		if row.Number == r.Number || row.Target == r.Target.GUID {
			f.Hits = append(f.Hits, row.Evidence)
		}
	}
	return f
}

func (w *world) TakeBack(_ context.Context, number string, row order.Evidence, closed bool) error {
	return w.take(number, row, closed)
}

func (w *world) Look(_ context.Context, number string) error {
	w.looked = append(w.looked, number)
	return nil
}

func (w *world) Record(_ context.Context, r order.Reconciliation) error {
	w.recorded = append(w.recorded, r)
	w.compared <- r
	return nil
}

func (w *world) Unsettled() time.Time { return w.open }
func (w *world) HostUp() bool         { return w.up }
