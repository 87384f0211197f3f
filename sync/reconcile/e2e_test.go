package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/sync/reconcile"
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
)

var background = context.Background()

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// roads are the ways in which an account lets its rows be read.
var roads = []struct {
	name     string
	dialect  order.Dialect
	merchant string
}{
	{"document, search", order.DialectDocument, sandbox.MerchantGUID},
	{"document, list", order.DialectDocument, ""},
	{"current, search", order.DialectCurrent, sandbox.MerchantGUID},
}

// host is the client, whose charges may be lost on the way, and whose rows may
// be changed.
type host struct {
	*connexpay.Client
	lose   bool
	change func(*order.HostRow)
	broken error // in place of rows
}

func (h *host) Charge(ctx context.Context, r order.CardRequest, c *card.Card) order.Evidence {
	if h.lose {
		return order.Evidence{Stage: order.NoAnswer}
	}
	return h.Client.Charge(ctx, r, c)
}

func (h *host) Rows(ctx context.Context, device string, s order.Shelf, from, to time.Time) iter.Seq2[order.HostRow, error] {
	return func(yield func(order.HostRow, error) bool) {
		if h.broken != nil {
			yield(order.HostRow{}, h.broken)
			return
		}
		for row, err := range h.Client.Rows(ctx, device, s, from, to) {
			if h.change != nil {
				h.change(&row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

type anyPIN struct{}

func (anyPIN) Verify(string, []byte) (bool, error) { return true, nil }

type noPaper struct{}

func (noPaper) Do(context.Context, order.Job) order.JobResult { return order.JobResult{Done: true} }

// desk is a whole terminal in front of a sandbox host.
type desk struct {
	*engine.Engine
	t       *testing.T
	clock   *clock.Virtual
	bank    *sandbox.Host
	host    *host
	dir     string
	journal *journal.Journal
	numbers *id.Source
	runner  *reconcile.Runner
	orders  int
}

func newDesk(t *testing.T, dialect order.Dialect, merchant string) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.NewVirtual(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)), dir: t.TempDir()}
	var err error
	if d.bank, err = sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "ledger.db"), Clock: d.clock, Dialect: sandbox.Dialect(dialect),
		AutoClose: sandbox.AutoClose{Hour: 3, Zone: time.UTC}}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(d.bank.Handler())
	server.Config.ErrorLog = log.New(t.Output(), "", 0)
	server.Start()
	t.Cleanup(func() { _ = d.bank.Close(); server.Close() })
	client, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: merchant,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true, Clock: d.clock,
		Offer: order.Offer{Dialect: dialect}, SaleTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	d.host = &host{Client: client}
	d.open()
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Supervisor, Active: true}
	if err := d.journal.Commit(background, order.Entry{Kind: "operator.added", Subject: "op", Actor: "test", Object: op}); err != nil {
		t.Fatal(err)
	}
	d.signIn()
	return d
}

func (d *desk) options() journal.Options {
	return journal.Options{Dir: d.dir, Clock: d.clock, Mode: settings.Training}
}

// open begins a program on the journal in the folder.
func (d *desk) open() {
	d.t.Helper()
	j, err := journal.Open(d.options())
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = j.Close() })
	d.journal, d.numbers = j, &id.Source{Nonce: j.Nonce(), Clock: d.clock}
	d.Engine = engine.New(engine.Deps{Journal: j, Host: d.host, PINs: anyPIN{}, Paper: noPaper{}, Clock: d.clock, NewNumber: d.numbers.New,
		Log: slog.New(slog.DiscardHandler)}, engine.Config{Device: sandbox.DeviceGUID, Currency: money.USD, Minimum: usd(50), Maximum: usd(1e8)})
	if err := d.Resume(background); err != nil {
		d.t.Fatal(err)
	}
	nonces, err := j.Nonces(background)
	if err != nil {
		d.t.Fatal(err)
	}
	d.runner = reconcile.New(reconcile.Runner{Journal: j, Host: d.host, Desk: d.Engine, Clock: d.clock, Log: slog.New(slog.DiscardHandler),
		Device: func() string { return sandbox.DeviceGUID }, Nonce: j.Nonce(),
		Earlier: slices.DeleteFunc(nonces, func(n string) bool { return n == j.Nonce() }), NewID: d.numbers.New})
}

func (d *desk) signIn() {
	d.t.Helper()
	if err := d.SignIn(background, "op", []byte("1")); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) card() *card.Card {
	d.t.Helper()
	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// sell takes a payment that ends in a state.
func (d *desk) sell(kind order.Kind, minor int64, want order.State) engine.Sale {
	d.t.Helper()
	d.orders++
	s, err := d.Charge(background, engine.Charge{Order: fmt.Sprint("order-", d.orders), Amount: usd(minor), Kind: kind}, d.card())
	if err != nil || s.State != want {
		d.t.Fatalf("%s (%s %s), %v; want %s", s.State, s.Code, s.Message, err, want)
	}
	return s
}

// settle does what is due until nothing is.
func (d *desk) settle() {
	d.t.Helper()
	for range 200 {
		work := d.PendingPayments()
		if len(work) == 0 {
			return
		}
		next := slices.MinFunc(work, func(a, b engine.Work) int { return a.Due.Compare(b.Due) })
		if wait := next.Due.Sub(d.clock.Now()); wait > 0 {
			d.clock.Advance(wait)
		}
		if err := d.ResolvePayment(background, next.ID); err != nil {
			d.t.Fatal(err)
		}
	}
	d.t.Fatalf("never settled: %+v", d.Snapshot().Live)
}

// absent is a sale that the host never had; late, that it has all the same.
func (d *desk) absent(minor int64) order.Attempt {
	d.t.Helper()
	d.host.lose = true
	s := d.sell(order.KindSale, minor, order.Unknown)
	d.host.lose = false
	d.settle()
	if a := d.stored(s.Number); a.State != order.Absent {
		d.t.Fatalf("%s, want ABSENT", a.State)
	}
	return d.stored(s.Number)
}

func (d *desk) late(r order.CardRequest) {
	d.t.Helper()
	if e := d.host.Charge(background, r, d.card()); e.Status != "Transaction - Approved" {
		d.t.Fatalf("%+v", e)
	}
}

func (d *desk) stored(number string) order.Attempt {
	d.t.Helper()
	a, err := d.journal.Attempt(background, number)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// night lets the host settle.
func (d *desk) night() { d.clock.Advance(24 * time.Hour) }

// compare waits for the search to be sure, and compares.
func (d *desk) compare() (order.Reconciliation, []string) {
	d.t.Helper()
	d.clock.Advance(2 * order.SearchLag)
	r, err := d.runner.Compare(background, order.WhyAsked, time.Time{}, time.Time{})
	if err != nil || !r.Complete {
		d.t.Fatalf("%+v, %v", r, err)
	}
	list := []string{}
	for _, m := range r.Found {
		list = append(list, fmt.Sprint(m.What, " ", m.Number))
	}
	sort.Strings(list)
	return r, list
}

// worth is what the bank has of a number: what it stands for in sum.
func (d *desk) worth(number string) (sum int64) {
	d.t.Helper()
	rows, err := d.bank.Ledger(background)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Kind == "Sale" && r.SequenceNumber == number {
			sum += r.EffectiveAmount.Minor
		}
	}
	return sum
}

func done(t *testing.T, f order.FollowUp, err error) order.FollowUp {
	t.Helper()
	if err != nil || f.State != order.FollowDone {
		t.Fatalf("%s %s (%s), %v", f.Act, f.State, f.Message, err)
	}
	return f
}

func each(t *testing.T, test func(t *testing.T, d *desk, dialect order.Dialect)) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) { test(t, newDesk(t, road.dialect, road.merchant), road.dialect) })
	}
}

// TestAgrees: a day and a night with all that can be done differ in nothing.
func TestAgrees(t *testing.T) {
	each(t, func(t *testing.T, d *desk, dialect order.Dialect) {
		voided, returned := d.sell("", 3000, order.Approved), d.sell("", 4000, order.Approved)
		hold, released := d.sell(order.KindAuth, 5000, order.Approved), d.sell(order.KindAuth, 600, order.Approved)
		d.sell("", 2000, order.Approved)
		d.sell(order.KindAuth, 700, order.Approved)
		f, err := d.Void(background, voided.Number, "")
		done(t, f, err)
		f, err = d.Capture(background, hold.Number, usd(5000))
		done(t, f, err)
		f, err = d.Void(background, released.Number, "")
		done(t, f, err)
		if r, list := d.compare(); len(list) != 0 || r.Counts.Local != 6 {
			t.Errorf("by day: %v, %+v", list, r)
		}
		d.night()
		f, err = d.Return(background, returned.Number, usd(1500), "")
		done(t, f, err)
		f, err = d.Return(background, hold.Number, usd(500), "")
		done(t, f, err)
		d.absent(1000)
		r, list := d.compare()
		if len(list) != 0 || r.Counts.Differences != 0 || r.Counts.TakenBack != 0 {
			t.Errorf("after the night: %v, %+v", list, r)
		}
		want := map[order.Dialect][]order.Shelf{order.DialectCurrent: {order.ShelfHolds, order.ShelfCaptures}}[dialect]
		if !slices.Equal(r.Unlisted, want) {
			t.Errorf("not compared: %v, want %v", r.Unlisted, want)
		}
	})
}

// TestLateCharge: a charge that appears after its number was given up is voided,
// and returned once it is settled; nobody else's is touched.
func TestLateCharge(t *testing.T) {
	each(t, func(t *testing.T, d *desk, _ order.Dialect) {
		first, second := d.absent(1100), d.absent(1200)
		d.late(first.Request())
		r, list := d.compare()
		if want := []string{"late-charge " + first.Number}; !slices.Equal(list, want) || r.Counts.TakenBack != 1 || r.Found[0].Act != order.Void || d.worth(first.Number) != 0 {
			t.Errorf("%v, %+v; the bank has %d", list, r, d.worth(first.Number))
		}
		d.late(second.Request())
		theirs := second.Request()
		theirs.Number = "ZZZZZ" + theirs.Number[5:]
		d.late(theirs)
		d.night()
		r, list = d.compare()
		want := []string{"host-only " + theirs.Number, "late-charge " + second.Number}
		if !slices.Equal(list, want) || r.Counts.TakenBack != 1 || d.worth(second.Number) != 0 || d.worth(theirs.Number) != 1200 {
			t.Errorf("%v, %+v; the bank has %d and %d", list, r, d.worth(second.Number), d.worth(theirs.Number))
		}
		if r, list = d.compare(); !slices.Equal(list, want[:1]) || r.Counts.TakenBack != 0 {
			t.Errorf("again: %v, %+v", list, r)
		}
		if got := d.Snapshot().Recon; len(got.Findings) != 1 || got.Findings[0].Text == "" || got.Differences != 1 {
			t.Errorf("shown as %+v", got)
		}
	})
}

// TestByHand: what is done at the host's own page is listed.
func TestByHand(t *testing.T) {
	each(t, func(t *testing.T, d *desk, _ order.Dialect) {
		voided, returned, changed := d.sell("", 2000, order.Approved), d.sell("", 3000, order.Approved), d.sell("", 4000, order.Approved)
		byHand := func(s engine.Sale, act order.Act, minor int64) {
			e := d.host.Follow(background, order.FollowRequest{Act: act, Number: "YYYYY" + s.Number[5:], Device: sandbox.DeviceGUID, Amount: usd(minor),
				Target: order.Target{GUID: s.GUID, Number: s.Number, Device: sandbox.DeviceGUID}}, nil)
			if e.Status != "Transaction - Approved" {
				t.Fatalf("%+v", e)
			}
		}
		byHand(voided, order.Void, 2000)
		if r, list := d.compare(); !slices.Equal(list, []string{"voided-at-host " + voided.Number}) {
			t.Errorf("by day: %v, %+v", list, r)
		}
		d.night()
		byHand(returned, order.Return, 700)
		d.host.change = func(r *order.HostRow) {
			if r.GUID == changed.GUID {
				a := usd(4100)
				r.Amount, r.Effective = &a, &a
			}
		}
		want := []string{"amount-differs " + changed.Number, "returned-at-host " + returned.Number, "voided-at-host " + voided.Number}
		r, list := d.compare()
		if !slices.Equal(list, want) {
			t.Errorf("after the night: %v, %+v", list, r)
		}
		if r.Counts.TakenBack != 0 || d.worth(returned.Number) != 2300 {
			t.Errorf("something was done: %+v", r)
		}
	})
}

// reopen ends the program and begins another one.
func (d *desk) reopen() {
	d.t.Helper()
	if err := d.journal.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.open()
	d.signIn()
}

func (d *desk) refuses(what string, err error) {
	d.t.Helper()
	var p *engine.Problem
	if !errors.As(err, &p) || p.Code != engine.ProblemRestored {
		d.t.Errorf("%s: %v", what, err)
	}
}

// TestPutBack: on a journal from a backup nothing is charged before the host was
// compared to the end; what was open then is asked for anew, once, and what the
// backup does not have is listed and left alone.
func TestPutBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk, _ order.Dialect) {
		known := d.sell("", 2000, order.Approved)
		d.host.lose = true
		lost := d.sell("", 3000, order.Unknown)
		d.host.lose = false
		backup, err := d.journal.Backup(background, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d.settle()
		gone := d.sell("", 4000, order.Approved)
		old := d.journal.Nonce()
		if err := d.journal.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Restore(background, d.options(), backup.Path); err != nil {
			t.Fatal(err)
		}
		d.open()
		d.signIn()
		if a := d.stored(lost.Number); a.State != order.Unknown || a.Cause != order.CauseRestored || a.Decision != order.Undecided {
			t.Errorf("%s (%s)", a.State, a.Cause)
		}
		before := d.stored(lost.Number).Version
		d.reopen()
		if a := d.stored(lost.Number); a.Version != before {
			t.Errorf("made unknown again at the next start: version %d", a.Version)
		}
		_, err = d.Charge(background, engine.Charge{Order: "new", Amount: usd(900)}, d.card())
		d.refuses("a sale", err)
		_, err = d.Void(background, known.Number, "")
		d.refuses("a void", err)
		_, err = d.CloseBatch(background)
		d.refuses("a closing", err)
		d.host.broken = errors.New("the line is down")
		d.clock.Advance(2 * order.SearchLag)
		if r, err := d.runner.Compare(background, order.WhyRestored, time.Time{}, time.Time{}); err != nil || r.Complete || !d.journal.Restored() {
			t.Errorf("%+v, %v", r, err)
		}
		_, err = d.Charge(background, engine.Charge{Order: "new", Amount: usd(900)}, d.card())
		d.refuses("a sale after a comparison that broke off", err)
		if !strings.Contains(err.Error(), "the line is down") {
			t.Errorf("%v does not say why", err)
		}
		d.host.broken = nil
		r, list := d.compare()
		if !slices.Equal(list, []string{"host-only " + gone.Number}) || r.Found[0].Origin != order.OriginEarlier || !r.Found[0].Alarm() || r.Counts.TakenBack != 0 {
			t.Errorf("%v, %+v", list, r)
		}
		if d.journal.Restored() || d.worth(gone.Number) != 4000 {
			t.Errorf("still closed, or the bank has %d", d.worth(gone.Number))
		}
		if s := d.sell("", 900, order.Approved); id.Nonce(s.Number) == old || id.Nonce(s.Number) != d.journal.Nonce() {
			t.Errorf("sold under %s", s.Number)
		}
		d.settle()
		if _, err := d.journal.Verify(background); err != nil {
			t.Error(err)
		}
	})
}
