package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"paydesk/sync/journal"
	"paydesk/sync/reconcile"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Violation is an invariant that did not hold, and where to see it again.
type Violation struct {
	Seed    uint64 `json:"seed"`
	History int    `json:"history"`
	// Invariant is its number in the README of this package.
	Invariant int    `json:"invariant"`
	Text      string `json:"text"`
}

// world is one history: a journal and a host that outlive many programs.
type world struct {
	rnd     *rand.Rand
	clock   *wall
	store   *store
	host    *host
	seals   *seals
	numbers *id.Source
	ports   ports
	engine  *engine.Engine
	recon   *reconcile.Runner

	faults  map[string]int
	stored  StoredSales
	bills   Bills
	wallets Wallets
	purse   *purse
	paid    map[string]bool // bills, as seen behind the newest commit
	bad     *Violation
	story   io.Writer // nil without

	sales    []*sale
	maker    *maker
	copied   *copied // nil without
	restored bool
	consent  bool // the cashier's, to the charge that is being pressed
	parked   bool // something was, so that a batch may be closed that differs
	calmAt   time.Time
	still    int // steps without any time passing
	shown    int
	found    []order.Mismatch // by the newest comparison
	whole    bool             // a day: no other journal is put back, and the clock stays in it
}

// ports are put between the engine and its surroundings. Tests put broken ones
// there.
type ports struct {
	journal func(*store) engine.Journal
	host    func(*host) engine.Acquirer
	wallets func(*purse) engine.Wallets
	steady  func(*wall) time.Duration
	proofs  func(*host) reconcile.BatchHost
}

// sale is one order of a history.
type sale struct {
	id        string
	kind      order.Kind
	amount    money.Amount
	last4     string      // of the customer's card
	bill      *order.Bill // of which it is a leg; nil without
	consented bool
}

// start is when each history begins.
var start = time.Date(2026, 1, 30, 9, 0, 0, 0, time.UTC)

// nonce is that of each history's journal, again that of a backup that is put
// in its place.
const nonce, again = "DRILL", "AGAIN"

func newWorld(m *maker, j *journal.Journal, c *wall, seed uint64, p ports) *world {
	w := &world{maker: m, rnd: rand.New(rand.NewPCG(seed, 7)), clock: c, faults: map[string]int{}, ports: p, seals: &seals{keys: map[string]bool{}}, paid: map[string]bool{}}
	var key [32]byte
	for i := range key {
		key[i] = byte(seed >> (8 * (i % 8)))
	}
	w.store = newStore(w, j)
	w.host = &host{w: w, sent: map[string]bool{}, did: map[string]int{}, alike: map[string]time.Time{}}
	w.purse = newPurse(w)
	w.numbers = &id.Source{Nonce: nonce, Clock: w.clock, Rand: rand.NewChaCha8(key)}
	return w
}

func (w *world) count(fault string) {
	w.faults[fault]++
	w.tell("! %s", fault)
}

// tell writes a line of the story, for who replays a history.
func (w *world) tell(format string, args ...any) {
	if w.story != nil {
		fmt.Fprintf(w.story, "%s  %s\n", w.clock.real().Format("02 15:04:05.000"), fmt.Sprintf(format, args...))
	}
}

// fail takes note of the first violation.
func (w *world) fail(invariant int, format string, args ...any) {
	if w.bad == nil {
		w.bad = &Violation{Invariant: invariant, Text: fmt.Sprintf(format, args...)}
		w.tell("VIOLATION of %d: %s", invariant, w.bad.Text)
	}
}

// restart begins a new program on the same journal. It may die of recovering,
// and again of recovering from that.
func (w *world) restart() {
	calm := w.store.calm
	defer func() { w.store.calm = calm }()
	for depth := 0; w.bad == nil; depth++ {
		w.store.failed = false
		w.store.calm = calm || depth >= 3
		if w.begin() {
			return
		}
		w.count("killed while recovering")
	}
}

// begin starts a program, and reports whether it lived.
func (w *world) begin() (lived bool) {
	defer w.survive(&lived)
	ctx := context.Background()
	var journal engine.Journal = w.store
	if w.ports.journal != nil {
		journal = w.ports.journal(w.store)
	}
	var acquirer engine.Acquirer = w.host
	if w.ports.host != nil {
		acquirer = w.ports.host(w.host)
	}
	var wallets engine.Wallets = w.purse
	if w.ports.wallets != nil {
		wallets = w.ports.wallets(w.purse)
	}
	ours := func(reference string) bool { return id.Nonce(reference) == nonce || id.Nonce(reference) == again }
	limit := money.New(100_00, money.USD)
	w.engine = engine.New(engine.Deps{Journal: journal, Host: acquirer, PINs: anyPIN{}, Paper: paper{w}, Seals: w.seals, Clock: w.clock, Wallets: wallets, Ours: ours,
		NewNumber: w.numbers.New, Log: slog.New(slog.DiscardHandler)},
		engine.Config{Device: "dev", Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: money.New(1e8, money.USD),
			Jobs:    []order.Job{{Kind: order.JobPDF, Copy: order.CopyCustomer}},
			Offline: order.OfflineLimits{Enabled: true, Tokens: true, PerSale: limit, Total: limit, Count: 5, Age: 24 * time.Hour},
			Wallets: w.purse.offers, Patience: 3 * time.Minute})
	var earlier []string
	if w.restored {
		earlier = []string{nonce}
	}
	w.recon = reconcile.New(reconcile.Runner{Journal: w.store, Host: w.host, Desk: w.engine, Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Device: func() string { return "dev" }, Nonce: w.numbers.Nonce, Earlier: earlier, NewID: w.numbers.New})
	if w.faults["clock set"] > 0 || w.restored {
		clear(w.host.alike) // it believes the clock, and the journal that it has
	}
	w.engine.Watch(w.look)
	err := w.engine.Resume(ctx)
	w.engine.SetHost(time.Time{}, "") // it answered a moment ago, and may be lost by now
	if err == nil {
		err = w.engine.SignIn(ctx, "op", []byte("4711"))
	}
	if err != nil && !w.store.failed && !w.store.full {
		w.fail(10, "the program does not start: %v", err)
	}
	w.store.full = w.store.full && err == nil // somebody frees some space
	return err == nil
}

// survive ends a piece of the program that died.
func (w *world) survive(lived *bool) {
	switch r := recover(); r.(type) {
	case nil:
	case crash:
		*lived = false
	default:
		w.fail(10, "the program fell: %v", r)
	}
}

// run runs a piece of the program. Where it dies, or its disk failed, a new one
// starts. What a person is told is a sentence.
func (w *world) run(what string, f func(ctx context.Context) error) {
	w.tell("> %s", what)
	lived := func() (lived bool) {
		lived = true
		defer w.survive(&lived)
		err := f(context.Background())
		if err != nil {
			w.tell("  %v", err)
		}
		var p *engine.Problem
		if err != nil && !errors.As(err, &p) && !errors.Is(err, order.ErrFull) && !w.store.failed {
			w.fail(10, "%s: %v", what, err)
		}
		return true
	}()
	if !lived || w.store.failed {
		w.restart()
	}
	w.check()
}

// seals keeps sealed cards as the vault does, without its cost.
type seals struct{ keys map[string]bool }

func (s *seals) NewKey(id string) ([]byte, error) {
	s.keys[id] = true
	return []byte(id), nil
}

func (s *seals) DestroyKey(id string) error {
	delete(s.keys, id)
	return nil
}

func (s *seals) Seal(public []byte, stored order.Stored, c *card.Card) ([]byte, error) {
	return fmt.Appendf(nil, "%s of %s with %s", c.Last4(), stored.ID, public), nil
}

func (s *seals) Open(stored order.Stored, sealed []byte) (*card.Card, error) {
	if !s.keys[stored.Key] {
		return nil, errors.New("the key of this stored card is gone")
	}
	if want := fmt.Sprintf("%s of %s with %s", stored.Last4, stored.ID, stored.Key); string(sealed) != want {
		return nil, fmt.Errorf("the card is sealed as %s, and not as %s", sealed, want)
	}
	return newCard(stored.Last4)
}

func (s *seals) Lock() {}

// newCard is the published test card that ends so.
func newCard(last4 string) (*card.Card, error) {
	pan := map[string]string{"1111": "4111111111111111", "4444": "5555555555554444"}[last4]
	return card.New([]byte(pan), []byte("999"), card.Expiry{Year: 2039, Month: 12}, "")
}

type anyPIN struct{}

func (anyPIN) Verify(string, []byte) (bool, error) { return true, nil }

// paper is a file system that mostly has room.
type paper struct{ w *world }

func (p paper) Do(context.Context, order.Job) order.JobResult {
	if p.w.host.fault("receipt not written", 10) {
		return order.JobResult{Trouble: "no room"}
	}
	return order.JobResult{Done: true}
}

// opened is a journal in a folder that is thrown away, copied from one that
// was made before.
func (m *maker) opened(c clock.Clock) (*journal.Journal, error) {
	if err := m.reset(); err != nil {
		return nil, err
	}
	return journal.Open(m.options(c, nonce))
}

var operator = staff.Operator{ID: "op", Name: "Ann", Role: staff.Supervisor, Active: true}

// task is something that the program has to do by itself.
type task struct {
	engine.Work
	do func(ctx context.Context, id string) error
}

// due is what the program has to do by itself, the longest overdue first.
func (w *world) due() (all []task) {
	for _, work := range w.engine.PendingPayments() {
		all = append(all, task{work, w.engine.ResolvePayment})
	}
	for _, work := range w.engine.PendingCodes() {
		all = append(all, task{work, w.engine.ResolveCode})
	}
	slices.SortFunc(all, func(a, b task) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return all
}

func sorted(work []engine.Work) []engine.Work {
	slices.SortFunc(work, func(a, b engine.Work) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return work
}
