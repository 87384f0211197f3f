package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/sync/forward"
	"paydesk/sync/journal"
	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
)

// mortalJournal dies with one commit: before it, or behind it.
type mortalJournal struct {
	*journal.Journal
	left   atomic.Int64 // commits until death
	behind bool
}

var errDied = errors.New("the program died")

func (m *mortalJournal) Commit(ctx context.Context, entries ...order.Entry) error {
	left := m.left.Add(-1)
	if left < 0 || left == 0 && !m.behind {
		return errDied
	}
	return m.Journal.Commit(ctx, entries...)
}

// storeRig is everything between a stored sale and the sandbox's ledger.
type storeRig struct {
	t       *testing.T
	dir     string
	clock   *clock.Virtual
	journal *journal.Journal
	client  *connexpay.Client
	secrets vault.Secrets
	numbers *id.Source
	log     bytes.Buffer
}

func newStoreRig(t *testing.T) *storeRig {
	t.Helper()
	r := &storeRig{t: t, dir: t.TempDir(), clock: clock.NewVirtual(now())}
	var err error
	if r.journal, err = journal.Open(journal.Options{Dir: r.dir, Clock: r.clock}); err != nil {
		t.Fatal(err)
	}
	host, err := sandbox.Open(sandbox.Options{Path: ":memory:", HangFor: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	if r.client, err = connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: sandbox.MerchantGUID,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true}); err != nil {
		t.Fatal(err)
	}
	if r.secrets, err = vault.Open(r.dir, vault.Training, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close(); _ = host.Close(); _ = r.journal.Close() })
	r.numbers = &id.Source{Nonce: r.journal.Nonce(), Clock: r.clock}
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Supervisor, Active: true}
	if err := r.journal.Commit(context.Background(), order.Entry{Kind: "operator.added", Subject: "op", Actor: "test", Object: op}); err != nil {
		t.Fatal(err)
	}
	return r
}

// start begins a program on the journal.
func (r *storeRig) start(j engine.Journal) *engine.Engine {
	r.t.Helper()
	limit := money.New(100000, money.USD)
	e := engine.New(engine.Deps{Journal: j, Host: r.client, PINs: anyPIN{}, Paper: noPaper{}, Seals: vault.NewCards(r.secrets), Clock: r.clock,
		NewNumber: r.numbers.New, Log: slog.New(slog.NewTextHandler(&r.log, nil))},
		engine.Config{Device: sandbox.DeviceGUID, Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: limit,
			Offline: order.OfflineLimits{Enabled: true, PerSale: limit, Total: limit, Count: 20, Age: time.Hour}})
	if err := e.Resume(context.Background()); err != nil {
		r.t.Fatal(err)
	}
	return e
}

func (r *storeRig) store(e *engine.Engine, pan string, minor int64) {
	r.t.Helper()
	c, err := card.New([]byte(pan), []byte("999"), card.Expiry{Year: 2035, Month: 12}, "")
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := e.StoreSale(context.Background(), engine.Charge{Order: e.NewOrderID(), Amount: money.New(minor, money.USD)}, c); err != nil {
		r.t.Fatal(err)
	}
}

// finish lets hours pass until every stored sale is at its end.
func (r *storeRig) finish(e *engine.Engine) {
	r.t.Helper()
	ctx := context.Background()
	for range 400 {
		waiting, _ := e.StoredSales()
		if len(waiting) == 0 {
			return
		}
		for _, w := range e.PendingPayments() {
			if !w.Due.After(r.clock.Now()) {
				if err := e.ResolvePayment(ctx, w.ID); err != nil {
					r.t.Fatal(err)
				}
			}
		}
		var due []string
		for s := range e.StoredWaiting() {
			if at, ok := order.NextStored(s); ok && !at.After(r.clock.Now()) {
				due = append(due, s.ID)
			}
		}
		ready, err := e.Forward(ctx, nil, due)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, id := range ready {
			e.ForwardSend(id)
		}
		if _, err := e.Forward(ctx, ready, nil); err != nil {
			r.t.Fatal(err)
		}
		r.clock.Advance(20 * time.Second)
	}
	r.t.Fatal("the stored sales come to no end")
}

// charges are the host's sales that stand, by amount in decimals.
func (r *storeRig) charges() map[string]int {
	r.t.Helper()
	n := map[string]int{}
	for row, err := range r.client.Sales(context.Background()) {
		if err != nil {
			r.t.Fatal(err)
		}
		s := row.Summary()
		standing, err := money.Parse(string(s.Effective), money.USD)
		if err != nil {
			r.t.Fatal(s, err)
		}
		if strings.Contains(s.Status, "Approved") && standing.Minor > 0 {
			n[standing.Decimal()]++
		}
	}
	return n
}

// TestForwardedOnce stores four sales, one of which the host charges and does
// not answer and one that it declines; the forwarder runs and the program dies
// before or behind its n-th commit. In the end the host has each once, and
// nothing of a card is left.
func TestForwardedOnce(t *testing.T) {
	for n := 1; n <= 8; n++ {
		for _, behind := range []bool{false, true} {
			t.Run(fmt.Sprintf("commit %d, behind it %t", n, behind), func(t *testing.T) { forwardedOnce(t, n, behind) })
		}
	}
}

func forwardedOnce(t *testing.T, n int, behind bool) {
	r := newStoreRig(t)
	e := r.start(r.journal)
	if err := e.SignIn(context.Background(), "op", []byte("4711")); err != nil {
		t.Fatal(err)
	}
	e.SetHost(r.clock.Now(), "away")
	pans := map[int64]string{1000: "4111111111111111", 1100: "5555555555554444", 1200: "4012000098765439", 1300: "4000000000009995"}
	for minor := int64(1000); minor <= 1300; minor += 100 {
		r.store(e, pans[minor], minor)
		r.clock.Advance(time.Second)
	}
	mortal := &mortalJournal{Journal: r.journal, behind: behind}
	mortal.left.Store(int64(n))
	e = r.start(mortal)
	e.SetHost(time.Time{}, "")
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		forward.Runner{Desk: e, Clock: r.clock, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
	}()
	for range 2000 { // until it died, or only the one without an answer is left
		<-clock.Real{}.After(2 * time.Millisecond)
		r.clock.Advance(time.Second)
		if waiting, _ := e.StoredSales(); mortal.left.Load() <= 0 || len(waiting) <= 1 {
			break
		}
	}
	stop()
	<-done
	e = r.start(r.journal)
	r.finish(e)
	if err := e.ForwardRest(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, missing := e.StoredSales()
	got := r.charges()
	if len(missing) != 1 || missing[0].Amount.Minor != 1300 || got["10.00"] != 1 || got["11.00"] != 1 || got["12.00"] != 1 || got["13.00"] != 0 {
		t.Errorf("missing %v, charged %v", missing, got)
	}
	if _, err := r.journal.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	r.traces(pans)
}

// traces searches what is on the disk for the cards.
func (r *storeRig) traces(pans map[int64]string) {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.dir, "*"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for _, pan := range pans {
			if bytes.Contains(data, []byte(pan)) || strings.Contains(r.log.String(), pan) {
				r.t.Errorf("the card that ends in %s lies in %s", pan[len(pan)-4:], f)
			}
		}
	}
}

// TestTrainingStoresForItself: a stored sale of a training terminal has no road
// to the service, and whoever has not been told so cannot store at all.
func TestTrainingStoresForItself(t *testing.T) {
	ctx := context.Background()
	open := func() *terminal.Terminal {
		term, err := terminal.Open(ctx, terminal.Options{Dir: t.TempDir(), Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = term.Close() })
		return term
	}
	term := open()
	if room := term.Snapshot().Stored.Room; room.Limits.Enabled || room.Limits.PerSale.Minor != 5000 || room.Limits.Total.Minor != 50000 ||
		room.Limits.Count != 20 || room.Limits.Age != 24*time.Hour {
		t.Errorf("limits of a new terminal: %+v", room.Limits)
	}
	if err := term.Set(ctx, "offline.enabled", "true"); err != nil || !term.Snapshot().Stored.Room.Limits.Enabled {
		t.Errorf("switched on: %v", err)
	}
	for _, address := range []string{"https://salesapi.connexpay.com", "http://192.168.1.20:8787"} {
		if err := term.Set(ctx, "host.base_url", address); err == nil {
			t.Errorf("training stores for %s", address)
		}
	}
}
