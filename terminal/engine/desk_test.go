package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
)

var (
	background = context.Background()
	noon       = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	errDisk    = errors.New("input/output error")
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// tape is the order in which things happened, whoever did them.
type tape struct {
	mu    sync.Mutex
	lines []string
}

func (s *tape) add(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
}

func (s *tape) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := s.lines
	s.lines = nil
	return lines
}

// fakeJournal is the real journal with a hook before each commit, and room.
type fakeJournal struct {
	*journal.Journal
	tape   *tape
	mu     sync.Mutex
	before func(entries []order.Entry) error
	behind func(entries []order.Entry)
	read   func() error
	room   func() error
	old    bool // it was put back
}

func (j *fakeJournal) set(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f()
}

func (j *fakeJournal) Commit(ctx context.Context, entries ...order.Entry) error {
	j.mu.Lock()
	before, behind := j.before, j.behind
	j.mu.Unlock()
	if before != nil {
		if err := before(entries); err != nil {
			return err
		}
	}
	if err := j.Journal.Commit(ctx, entries...); err != nil {
		return err
	}
	for _, e := range entries {
		j.tape.add("commit " + e.Kind)
	}
	if behind != nil {
		behind(entries)
	}
	return nil
}

func (j *fakeJournal) Room() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.room()
}

// bad is what every read gives while reading is broken.
func (j *fakeJournal) bad() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.read == nil {
		return nil
	}
	return j.read()
}

func (j *fakeJournal) Attempt(ctx context.Context, number string) (order.Attempt, error) {
	if err := j.bad(); err != nil {
		return order.Attempt{}, err
	}
	return j.Journal.Attempt(ctx, number)
}

func (j *fakeJournal) Order(ctx context.Context, id string) (order.Order, error) {
	if err := j.bad(); err != nil {
		return order.Order{}, err
	}
	return j.Journal.Order(ctx, id)
}

func (j *fakeJournal) Job(ctx context.Context, id string) (order.Job, error) {
	if err := j.bad(); err != nil {
		return order.Job{}, err
	}
	return j.Journal.Job(ctx, id)
}

func (j *fakeJournal) Sales(ctx context.Context, q order.Query) ([]order.Attempt, error) {
	if err := j.bad(); err != nil {
		return nil, err
	}
	return j.Journal.Sales(ctx, q)
}

func (j *fakeJournal) OpenBatch(ctx context.Context) (order.BatchSum, error) {
	if err := j.bad(); err != nil {
		return order.BatchSum{}, err
	}
	return j.Journal.OpenBatch(ctx)
}

func (j *fakeJournal) Operators(ctx context.Context) ([]staff.Operator, error) {
	if err := j.bad(); err != nil {
		return nil, err
	}
	return j.Journal.Operators(ctx)
}

// fakeHost answers as its functions say, and counts.
type fakeHost struct {
	tape  *tape
	sales atomic.Int32

	sale    func(number string, amount money.Amount) order.Evidence
	find    func(number string) order.Finding
	reverse func(number string) order.ReversalAnswer
	close   func() order.BatchAnswer
	batchOf func(guid string) order.BatchAnswer
	ping    func() error

	follow     func(order.FollowRequest) order.Evidence
	findFollow func(order.FollowRequest) order.Finding

	card    *card.Card // of the last request with one
	request order.CardRequest
	closing string // the device whose batch was closed last
}

func (h *fakeHost) Charge(_ context.Context, r order.CardRequest, c *card.Card) order.Evidence {
	h.sales.Add(1)
	h.tape.add("sale")
	h.card, h.request = c, r
	return h.sale(r.Number, r.Amount)
}

func (h *fakeHost) Find(_ context.Context, r order.CardRequest) order.Finding {
	h.tape.add("find")
	return h.find(r.Number)
}

func (h *fakeHost) Reverse(_ context.Context, r order.CardRequest) order.ReversalAnswer {
	h.tape.add("reverse")
	return h.reverse(r.Number)
}

func (h *fakeHost) Follow(_ context.Context, r order.FollowRequest, c *card.Card) order.Evidence {
	h.tape.add("follow")
	h.card = c
	return h.follow(r)
}

func (h *fakeHost) FindFollow(_ context.Context, r order.FollowRequest) order.Finding {
	h.tape.add("find-follow")
	return h.findFollow(r)
}

func (h *fakeHost) CloseBatch(_ context.Context, device string) order.BatchAnswer {
	h.tape.add("close")
	h.closing = device
	return h.close()
}

func (h *fakeHost) BatchOf(_ context.Context, w order.Witness) order.BatchAnswer {
	h.tape.add("batch-of")
	return h.batchOf(w.GUID)
}

func (h *fakeHost) Ping(context.Context) error { return h.ping() }

func approved(number string, asked money.Amount) order.Evidence { return granted(number, asked, asked) }

func granted(number string, asked, effective money.Amount) order.Evidence {
	yes := true
	return order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: "A0000", GUID: "guid-" + number, Device: "dev", Number: number,
		Amount: &asked, Effective: &effective, AuthCode: "TAS001", Batch: "batch-1"}
}

func declined(number string, asked money.Amount) order.Evidence {
	e, no, zero := approved(number, asked), false, usd(0)
	e.Status, e.Processed, e.Code, e.Effective, e.Message = "Transaction - Declined", &no, "D2012", &zero, "Insufficient Funds"
	return e
}

// did is the answer of a host that does what it is asked.
func did(r order.FollowRequest) order.Evidence {
	yes := true
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: "guid-" + r.Number, Device: r.Device, Target: r.Target.GUID, Amount: &r.Amount, Batch: "batch-1"}
	switch r.Act {
	case order.Capture:
		e.Made = "sale-" + r.Number
	case order.Issue:
		e.Body, e.Status, e.Target = order.BodyCard, order.CardActive, r.Terms.Code
	}
	return e
}

func lostFollow(order.FollowRequest) order.Evidence { return order.Evidence{Stage: order.NoAnswer} }

func refusedWith(text string) func(order.FollowRequest) order.Evidence {
	return func(order.FollowRequest) order.Evidence {
		return order.Evidence{Stage: order.Answered, HTTP: 400, Body: order.BodyError, Message: text}
	}
}

func noAnswer(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NoAnswer} }

func partly(number string, asked money.Amount) order.Evidence {
	e := granted(number, asked, usd(asked.Minor/2))
	e.Code = "A0002"
	return e
}

// fakePINs takes one PIN.
type fakePINs struct {
	tape  *tape
	right string
	err   error
	look  func() // what happens meanwhile, or nil
}

func (p *fakePINs) Verify(_ string, pin []byte) (bool, error) {
	p.tape.add("verify")
	if p.look != nil {
		p.look()
	}
	return string(pin) == p.right, p.err
}

// fakePaper ends jobs as its function says.
type fakePaper struct {
	mu   sync.Mutex
	do   func(order.Job) order.JobResult
	done []order.Job
}

func (p *fakePaper) Do(_ context.Context, j order.Job) order.JobResult {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = append(p.done, j)
	return p.do(j)
}

// desk is an engine with everything around it in the test's hands.
type desk struct {
	*engine.Engine
	t       *testing.T
	tape    *tape
	clock   *clock.Virtual
	journal *fakeJournal
	host    *fakeHost
	// acquirer is host, unless a test puts another in its place.
	acquirer engine.Acquirer
	wallets  *fakeWallets
	pins     *fakePINs
	paper    *fakePaper
	log      *bytes.Buffer
	cfg      engine.Config
	secrets  *fakeSecrets
	numbers  atomic.Int64
	number   string // how they look, or ""
}

// newDesk is a desk where a supervisor has signed in and the host approves.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, tape: &tape{}, clock: clock.NewVirtual(noon), log: &bytes.Buffer{}, secrets: &fakeSecrets{values: map[string][]byte{}}}
	// No ballast is laid aside where so much room is wanted.
	j, err := journal.Open(journal.Options{Dir: t.TempDir(), Clock: d.clock, MinRoom: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	d.journal = &fakeJournal{Journal: j, tape: d.tape, room: func() error { return nil }}
	d.host = &fakeHost{tape: d.tape, sale: approved,
		find:    func(string) order.Finding { return order.Finding{Failed: true} },
		reverse: func(string) order.ReversalAnswer { return order.ReversalNoAnswer },
		close:   func() order.BatchAnswer { return order.BatchAnswer{} },
		batchOf: func(string) order.BatchAnswer { return order.BatchAnswer{} },
		ping:    func() error { return nil },
		follow:  did, findFollow: func(order.FollowRequest) order.Finding { return order.Finding{Failed: true} }}
	d.acquirer = d.host
	d.wallets = &fakeWallets{desk: d, codes: map[string]*fakeCode{}, refunds: map[string]*fakeRefund{}}
	d.pins = &fakePINs{tape: d.tape, right: "4711"}
	d.paper = &fakePaper{do: func(order.Job) order.JobResult { return order.JobResult{Done: true, Path: "/slip.pdf"} }}
	d.cfg = engine.Config{Shop: "Shop", Device: "dev", Currency: money.USD, Minimum: usd(50), Maximum: usd(99999999),
		Jobs: []order.Job{{Kind: order.JobPDF, Copy: engine.CopyCustomer}, {Kind: order.JobPrint, Copy: engine.CopyMerchant}}}
	d.person("sue", staff.Supervisor)
	d.person("cas", staff.Cashier)
	d.shift()
	d.restart()
	d.signIn("sue")
	d.tape.take()
	return d
}

func (d *desk) person(id string, role staff.Role) {
	op := staff.Operator{ID: id, Name: id, Role: role, PINHash: "secret-hash", Active: true}
	if err := d.journal.Commit(background, order.Entry{Kind: "operator.added", Subject: id, Actor: "test", Object: op}); err != nil {
		d.t.Fatal(err)
	}
}

// shift opens a shift as it opens by itself, before what a test looks at.
func (d *desk) shift() {
	s, err := order.OpenUncounted(order.Shift{}, money.USD, "sue", noon)
	if err == nil {
		err = d.journal.Commit(background, order.Entry{Kind: "shift.open", Subject: s.ID, Actor: "sue", Object: s})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// restart begins a new program on the same journal.
func (d *desk) restart() {
	d.t.Helper()
	d.Engine = engine.New(engine.Deps{Journal: d.journal, Host: d.acquirer, PINs: d.pins, Seals: vault.NewCards(d.secrets), Paper: d.paper, Clock: d.clock,
		Wallets: d.wallets, Ours: func(reference string) bool { return strings.HasPrefix(reference, "N") },
		NewNumber: func() string { return fmt.Sprintf(cmp.Or(d.number, "N%06d"), d.numbers.Add(1)) },
		Log:       slog.New(slog.NewTextHandler(d.log, nil))}, d.cfg)
	if err := d.Resume(background); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) signIn(id string) {
	d.t.Helper()
	if err := d.SignIn(background, id, []byte("4711")); err != nil {
		d.t.Fatal(err)
	}
}

func testCard(t *testing.T) *card.Card {
	t.Helper()
	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2030, Month: 12}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// charge takes $20 for an order, and checks that the card is gone.
func (d *desk) charge(id string) (engine.Sale, error) {
	d.t.Helper()
	return d.chargeAmount(id, usd(2000))
}

func (d *desk) chargeAmount(id string, amount money.Amount) (engine.Sale, error) {
	d.t.Helper()
	c := testCard(d.t)
	pan, cvv := c.PAN(), c.CVV()
	sale, err := d.Charge(background, engine.Charge{Order: id, Amount: amount}, c)
	if c.PAN() != nil || c.CVV() != nil || !zero(pan) || !zero(cvv) {
		d.t.Errorf("the card outlived the charge: %q %q", pan, cvv)
	}
	return sale, err
}

func zero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

func (d *desk) mustCharge(id string, want order.State) engine.Sale {
	d.t.Helper()
	sale, err := d.charge(id)
	if err != nil || sale.State != want {
		d.t.Fatalf("charge = %s, %v; want %s", sale.State, err, want)
	}
	return sale
}

// problem is the code of an error, which must be a problem with a sentence.
func problem(t *testing.T, err error) string {
	t.Helper()
	var p *engine.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%v is not a problem", err)
	}
	if len(p.Text) < 20 || p.Text[len(p.Text)-1] != '.' {
		t.Errorf("%q is not a sentence", p.Text)
	}
	return p.Code
}

func wantProblem(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if got := problem(t, err); got != want {
		t.Errorf("problem %s (%v), want %s", got, err, want)
	}
}

func (d *desk) stored(number string) order.Attempt {
	d.t.Helper()
	a, err := d.journal.Journal.Attempt(background, number)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// due does the one payment step that is next, at its time.
func (d *desk) due() string {
	d.t.Helper()
	work := d.PendingPayments()
	if len(work) != 1 {
		d.t.Fatalf("%d steps pending, want 1: %v", len(work), work)
	}
	if wait := work[0].Due.Sub(d.clock.Now()); wait > 0 {
		d.clock.Advance(wait)
	}
	if err := d.ResolvePayment(background, work[0].ID); err != nil {
		d.t.Fatal(err)
	}
	return work[0].ID
}

// printed prints whatever waits for paper.
func (d *desk) printed() {
	d.t.Helper()
	lines, do := d.tape.take(), d.paper.do
	d.paper.do = func(order.Job) order.JobResult { return order.JobResult{Done: true} }
	for _, b := range d.Blockers() {
		if b.Kind == engine.BlockPaper {
			if err := d.RunJob(background, b.ID); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	d.paper.do = do
	d.tape.take()
	for _, line := range lines {
		d.tape.add(line)
	}
}

// CloseBatch closes it once all is printed, as nobody may before.
func (d *desk) CloseBatch(ctx context.Context) (order.Batch, error) {
	d.t.Helper()
	d.printed()
	return d.Engine.CloseBatch(ctx)
}

func entryOf(op staff.Operator) order.Entry {
	return order.Entry{Kind: "operator.changed", Subject: op.ID, Actor: "test", Object: op}
}

func failOn(kind string, err error) func([]order.Entry) error {
	return func(entries []order.Entry) error {
		if entries[0].Kind == kind || entries[len(entries)-1].Kind == kind {
			return err
		}
		return nil
	}
}
