package simtest

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// crash is what a dying program throws.
type crash struct{}

// mortal is a journal whose program may die before or after any commit.
type mortal struct {
	*journal.Journal
	t      *testing.T
	rnd    *rand.Rand
	faults map[string]int
	calm   bool
	closed int // batches
}

func (m *mortal) Commit(ctx context.Context, entries ...order.Entry) error {
	if !m.calm && m.rnd.IntN(100) < 10 {
		m.faults["killed before a commit"]++
		panic(crash{})
	}
	m.balanced(entries)
	if err := m.Journal.Commit(ctx, entries...); err != nil {
		return err
	}
	if !m.calm && m.rnd.IntN(100) < 10 {
		m.faults["killed after a commit"]++
		panic(crash{})
	}
	return nil
}

type anyPIN struct{}

func (anyPIN) Verify(string, []byte) (bool, error) { return true, nil }

// paper is a file system that always has room.
type paper struct{}

func (paper) Do(context.Context, order.Job) order.JobResult { return order.JobResult{Done: true} }

// world is one simulation: a journal and a host that outlive many programs.
type world struct {
	t       *testing.T
	clock   *clock.Virtual
	journal *mortal
	host    *host
	numbers *id.Source
	engine  *engine.Engine
	orders  []string
	kind    order.Kind // of the order that is played
	ended   map[string]order.OrderState
	faults  map[string]int
	after   bool // it is paid, and follow-ups are made
	finals  map[string]order.FollowState
	seen    map[string]int // act and state of follow-ups
	shown   int
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, clock: clock.NewVirtual(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)), faults: map[string]int{}, ended: map[string]order.OrderState{},
		finals: map[string]order.FollowState{}, seen: map[string]int{}}
	j, err := journal.Open(journal.Options{Dir: t.TempDir(), Clock: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	rnd := rand.New(rand.NewPCG(seed, 7))
	w.journal = &mortal{Journal: j, t: t, rnd: rnd, faults: w.faults, calm: true}
	w.host = &host{rnd: rnd, clock: w.clock, rows: map[string]*row{}, did: map[string]int{}, faults: w.faults,
		sent: w.durable, following: w.durableFollow}
	w.numbers = &id.Source{Nonce: j.Nonce(), Clock: w.clock}
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Supervisor, Active: true}
	if err := j.Commit(context.Background(), order.Entry{Kind: "operator.added", Subject: "op", Actor: "test", Object: op}); err != nil {
		t.Fatal(err)
	}
	w.restart()
	return w
}

// durable checks invariant 3: no number on the wire without its intent in the
// journal.
func (w *world) durable(number string) {
	a, err := w.journal.Attempt(context.Background(), number)
	if err != nil || a.State != order.Sending {
		w.t.Fatalf("number %s is on the wire while the journal has %s, %v", number, a.State, err)
	}
}

// restart begins a new program on the same journal.
func (w *world) restart() {
	calm := w.journal.calm
	w.journal.calm = true
	defer func() { w.journal.calm = calm }()
	w.engine = engine.New(engine.Deps{Journal: w.journal, Host: w.host, PINs: anyPIN{}, Paper: paper{}, Clock: w.clock,
		NewNumber: w.numbers.New, Log: slog.New(slog.DiscardHandler)},
		engine.Config{Device: "dev", Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: money.New(1e8, money.USD),
			Jobs: []order.Job{{Kind: order.JobPDF, Copy: "customer"}}})
	w.engine.Watch(w.look)
	if err := w.engine.Resume(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.engine.SignIn(context.Background(), "op", []byte("4711")); err != nil {
		w.t.Fatal(err)
	}
}

// look checks invariant 2 at every picture that a screen could show.
func (w *world) look(s engine.Snapshot) {
	if s.Last == nil || s.Last.State != order.Approved {
		return
	}
	w.shown++
	a, err := w.journal.Attempt(context.Background(), s.Last.Number)
	follows, err2 := w.journal.FollowsOf(context.Background(), s.Last.Number)
	if stands := order.Stand(a, follows); err2 != nil || stands != s.Last.Standing {
		w.t.Fatalf("shown standing as %+v, in the journal %+v, %v", s.Last.Standing, stands, err2)
	}
	if len(follows) > 0 {
		return // check holds it against the host
	}
	charge, live := w.host.live(s.Last.Number)
	if err != nil || a.State != order.Approved || !live || charge != s.Last.Approved {
		w.t.Fatalf("shown approved %v; journal %s %v, host %v %t", s.Last.Approved, a.State, err, charge, live)
	}
}

// mayDie runs a piece of the program; where it dies, a new one starts.
func (w *world) mayDie(f func()) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case crash:
			w.restart()
		default:
			panic(r)
		}
	}()
	f()
}

func (w *world) card() *card.Card {
	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2030, Month: 12}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// charge presses the button for an order, perhaps twice.
func (w *world) charge(orderID string) {
	w.mayDie(func() {
		c := w.card()
		_, err := w.engine.Charge(context.Background(), engine.Charge{Order: orderID, Amount: money.New(2000, money.USD), Kind: w.kind}, c)
		var p *engine.Problem
		if err != nil && !errors.As(err, &p) {
			w.t.Fatalf("charge: %v", err)
		}
		if c.PAN() != nil {
			w.t.Fatal("the card outlived the charge")
		}
	})
	w.check()
}

// step does one thing that is due, moving the clock to it.
func (w *world) step() bool {
	work := w.engine.PendingPayments()
	if len(work) == 0 {
		return false
	}
	next := slices.MinFunc(work, func(a, b engine.Work) int { return a.Due.Compare(b.Due) })
	if wait := next.Due.Sub(w.clock.Now()); wait > 0 {
		w.clock.Advance(wait)
	}
	w.mayDie(func() {
		if err := w.engine.ResolvePayment(context.Background(), next.ID); err != nil {
			w.t.Fatalf("resolve: %v", err)
		}
	})
	w.check()
	return true
}

// check holds journal and host against each other: one charge an order at
// most, as much as was shown, and one way out of OPEN.
func (w *world) check() {
	for _, o := range w.orders {
		attempts, err := w.journal.AttemptsOf(context.Background(), o)
		if err != nil {
			w.t.Fatal(err)
		}
		live := 0
		for _, a := range attempts {
			if _, ok := w.host.live(a.Number); ok {
				live++
			}
			if a.State == order.Approved {
				voided := w.checkFollows(a)
				if charge, ok := w.host.live(a.Number); !voided && (!ok || charge != a.Approved) {
					w.t.Fatalf("order %s: approved for %v, at the host %v %t", o, a.Approved, charge, ok)
				}
			}
		}
		if now, err := w.journal.Order(context.Background(), o); err == nil {
			if before := w.ended[o]; before != "" && now.State != before {
				w.t.Fatalf("order %s was %s and is %s", o, before, now.State)
			}
			if now.State != order.Open {
				w.ended[o] = now.State
			}
		}
		if live > 1 {
			w.t.Fatalf("order %s is charged %d times", o, live)
		}
	}
}

// history plays one order from the first press to its end.
func (w *world) history() {
	rnd := w.host.rnd
	w.host.calm, w.journal.calm = false, false
	o := w.numbers.New()
	w.orders, w.kind = []string{o}, order.KindSale
	if rnd.IntN(3) == 0 {
		w.kind = order.KindAuth
	}
	w.charge(o)
	for i := 0; i < 40; i++ {
		switch rnd.IntN(6) {
		case 0:
			w.charge(o) // a second press, or another try
		case 1:
			w.decide(rnd.IntN(3))
		case 2:
			if rnd.IntN(12) == 0 {
				w.giveUp(o)
			}
		default:
			w.step()
		}
	}
	w.quiet(o)
	w.settled(o)
	w.afterwards(o)
	for _, job := range w.engine.PendingJobs(order.JobPDF) {
		if err := w.engine.RunJob(context.Background(), job.ID); err != nil {
			w.t.Fatal(err)
		}
	}
}

// decide is what the person at the counter may do meanwhile.
func (w *world) decide(what int) {
	for _, s := range w.engine.Snapshot().Live {
		w.mayDie(func() {
			var err error
			switch {
			case s.State == order.PartApproved && what == 0:
				err = w.engine.Keep(context.Background(), s.Number)
			case s.State == order.PartApproved:
				err = w.engine.GiveBack(context.Background(), s.Number)
			case s.State == order.Unknown && what == 2:
				err = w.engine.StopWaiting(context.Background(), s.Number)
			}
			if err != nil {
				w.t.Fatalf("decide: %v", err)
			}
		})
	}
	w.check()
}

// giveUp cancels the order, whatever its attempts are doing.
func (w *world) giveUp(id string) {
	w.mayDie(func() {
		err := w.engine.AbandonOrder(context.Background(), id)
		var p *engine.Problem
		if err != nil && !errors.As(err, &p) {
			w.t.Fatalf("abandon: %v", err)
		}
	})
}

func (w *world) unfinished() int {
	u, err := w.journal.Unfinished(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return len(u.Attempts) + len(u.Follows) + len(u.Batches)
}

// settled checks the end of a history: one charge if the order is paid, none
// otherwise.
func (w *world) settled(id string) {
	o, err := w.journal.Order(context.Background(), id)
	if errors.Is(err, order.ErrNotFound) {
		return // died before the intent was durable
	}
	if err != nil {
		w.t.Fatal(err)
	}
	attempts, err := w.journal.AttemptsOf(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	charges := 0
	for _, a := range attempts {
		if _, ok := w.host.live(a.Number); ok {
			charges++
		}
	}
	if want := map[bool]int{true: 1}[o.State == order.PaidCard || o.State == order.Held]; charges != want {
		w.t.Fatalf("order %s ends %s with %d charges", id, o.State, charges)
	}
}

// TestHistories plays many histories. PAYDESK_HISTORIES sets their number and
// PAYDESK_SEED the first seed.
func TestHistories(t *testing.T) {
	histories, seed := number("PAYDESK_HISTORIES", 500), uint64(number("PAYDESK_SEED", 1))
	if testing.Short() {
		histories = 60
	}
	w := newWorld(t, seed)
	for i := range histories {
		w.history()
		if t.Failed() {
			t.Fatalf("seed %d, history %d", seed, i)
		}
	}
	if _, err := w.journal.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(w.faults)) {
		t.Logf("%6d × %s", w.faults[name], name)
		total += w.faults[name]
	}
	for _, name := range slices.Sorted(maps.Keys(w.seen)) {
		t.Logf("%6d × seen %s", w.seen[name], name)
	}
	t.Logf("%d batches closed, each as the host counts", w.journal.closed)
	if missing := w.unseen(); len(missing) > 0 && !testing.Short() {
		t.Errorf("no history came to: %v", missing)
	}
	t.Logf("%d histories, %d approvals shown, %.1f faults a history", histories, w.shown, perHistory(total, histories))
	if total < 3*histories {
		t.Errorf("only %d faults in %d histories: the plan is too kind to prove anything", total, histories)
	}
}

func perHistory(total, histories int) float64 { return float64(total) / float64(histories) }

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
