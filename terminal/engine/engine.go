package engine

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Paper carries out one print or file job. It may take as long as its own
// deadline allows; payments do not wait for it.
type Paper interface {
	Do(ctx context.Context, job order.Job) order.JobResult
}

// Config is what the engine is told by the settings. It is replaced whole.
type Config struct {
	Shop     string
	Device   string // guid at the host
	Currency money.Currency
	Minimum  money.Amount
	Maximum  money.Amount
	// Jobs are the copies that an approved sale calls for: kind and copy.
	Jobs []order.Job
	// HostHint is told about the host while all is well with it; "" is the
	// usual words.
	HostHint string
	// Printer tells whether there is one for reprints, Drawer whether a cash
	// drawer hangs on it, and Mail whether receipts can go out by mail.
	Printer, Drawer, Mail bool
	// Offer is what the account can do.
	Offer order.Offer
	// ReturnLimit is what those may return of a payment alone who have no right
	// to; zero: nothing.
	ReturnLimit money.Amount
	// Offline is what may be taken on a card while the host is away.
	Offline order.OfflineLimits
	// Wallets are the providers that are set up, in the order in which they are
	// offered; Patience is how long a code is shown.
	Wallets  []order.WalletOffer
	Patience time.Duration
	// CountDrawer: a shift opens with a counted float; DrawerLimit is the difference
	// above which a supervisor answers for it.
	CountDrawer bool
	DrawerLimit money.Amount
	// Days tells business days apart; CloseAt is how long after midnight the batch is
	// closed by itself, below zero: never.
	Days    order.Days
	CloseAt time.Duration
}

// Deps are the parts that the engine works with.
type Deps struct {
	Journal Journal
	Host    Acquirer
	PINs    PINs
	// Seals is for stored sales; nil where Config.Offline never allows any.
	Seals Seals
	// Wallets is for codes; nil where Config.Wallets is empty. Ours reports that a
	// reference was made by this installation, also before its journal was put
	// back.
	Wallets Wallets
	Ours    func(reference string) bool
	Paper   Paper
	Clock   clock.Clock
	// NewNumber makes sale numbers and all other ids.
	NewNumber func() string
	Training  bool
	Log       *slog.Logger
}

// Engine is the desk's one way to the money. It is safe for many goroutines.
// Methods that take a context may wait on disk, host or printer; the others
// return at once.
type Engine struct {
	deps Deps
	// life ends when the engine closes; exchanges with the host hang on it
	// and not on the caller, who may go away.
	life  context.Context
	end   context.CancelFunc
	calls sync.WaitGroup

	mu       sync.Mutex
	cfg      Config
	operator *staff.Operator
	live     map[string]order.Attempt
	follows  map[string]order.FollowUp
	jobs     jobBook
	batches  map[string]order.Batch
	busy     map[string]bool // orders and batches with a call under way
	last     *order.Attempt
	lastWith []order.FollowUp // follow-ups of last
	news     []order.Attempt
	sum      order.BatchSum
	shift    order.Shift  // the newest, closed or not
	past     *order.Shift // the newest that is closed
	parts    map[string]Part
	lost     time.Time // when the host was lost; zero while it can be reached
	heard    bool      // SetHost has told how the host is
	recon    order.Reconciliation
	clock    clockWatch
	// shownRecon is recon in words, made once.
	shownRecon *ReconView
	snap       Snapshot
	watchers   map[int]func(Snapshot)
	nextID     int
	closing    bool // no call may begin any more

	followNews []order.FollowUp

	codes    codeBook
	stored   storedBook
	bills    billBook
	hour     hourBook
	keys     map[string]order.SealKey // not destroyed
	forwards map[string]*forwarding   // by stored sale
	recent   map[string]wired         // payments that were last on the wire, by order.Alike
	selling  int                      // charges at the counter
	grants   map[*grant]bool          // approvals that are not used

	commits sync.Mutex // a commit and its absorption, so that the picture never goes back
	guess   sync.Mutex // one PIN at a time
	sealing sync.Mutex // a sale is stored, or keys are retired
	copying sync.Mutex // a copy gets its number
	ending  sync.Mutex // a closing is made durable
	listing sync.Mutex // providers are held against the journal
	summing sync.Mutex // a Z report is written

	notify sync.Mutex // one round of watchers at a time
	told   uint64     // version of the newest snapshot that they got

	wakeRecovery chan struct{}
	wakeCodes    chan struct{}
	wakeForward  chan struct{}
	wakeJobs     map[string]chan struct{} // by kind of job
	drawer       DrawerState
	drawers      map[string]chan order.Job // openings that somebody waits for
	shut         string                    // why the drawer stayed shut
}

// The parts of the status bar.
const (
	partHost    = "host"
	partJournal = "journal"
	partPrinter = "printer"
)

// New makes an engine over an open journal. Resume must be called before the
// first sale.
func New(deps Deps, cfg Config) *Engine {
	life, end := context.WithCancel(context.Background())
	e := &Engine{deps: deps, cfg: cfg, life: life, end: end,
		live: map[string]order.Attempt{}, follows: map[string]order.FollowUp{}, jobs: newJobBook(), batches: map[string]order.Batch{},
		codes: newCodeBook(), stored: newStoredBook(), bills: newBillBook(), keys: map[string]order.SealKey{}, forwards: map[string]*forwarding{}, recent: map[string]wired{},
		wakeForward: make(chan struct{}, 1), grants: map[*grant]bool{}, drawers: map[string]chan order.Job{},
		busy: map[string]bool{}, watchers: map[int]func(Snapshot){},
		parts: map[string]Part{partHost: {Health: HealthUnsure}, partJournal: {Health: HealthGood},
			partPrinter: {Health: HealthOff}},
		wakeRecovery: make(chan struct{}, 1), wakeCodes: make(chan struct{}, 1), wakeJobs: map[string]chan struct{}{}}
	for _, kind := range order.JobKinds {
		e.wakeJobs[kind] = make(chan struct{}, 1)
	}
	return e
}

// recentFor is longer than a charge and the pause between two that are alike.
const recentFor = 5 * time.Minute

// Resume reads what an earlier run left unfinished. Whatever was under way is
// unknown now: the card is gone with that process, and the host is asked.
func (e *Engine) Resume(ctx context.Context) error {
	open, err := e.deps.Journal.Unfinished(ctx)
	if err != nil {
		return err
	}
	jobs, err := e.deps.Journal.Jobs(ctx, "")
	if err != nil {
		return err
	}
	sum, err := e.deps.Journal.OpenBatch(ctx)
	if err != nil {
		return err
	}
	recent, err := e.deps.Journal.Sales(ctx, order.Query{From: e.now().Add(-recentFor)})
	if err != nil {
		return err
	}
	recon, err := e.deps.Journal.Reconciliation(ctx)
	if ignore(err, order.ErrNotFound) != nil {
		return err
	}
	if err := errors.Join(e.loadShift(ctx), e.loadBills(ctx, open.Bills), e.loadCodes(ctx, open)); err != nil {
		return err
	}
	e.mu.Lock()
	e.sum, e.recon = sum, recon
	for _, a := range recent {
		e.noteAlike(a)
	}
	for _, s := range open.Stored {
		e.stored.put(s)
	}
	for _, k := range open.SealKeys {
		e.keys[k.ID] = k
	}
	for _, b := range open.Batches {
		e.batches[b.ID] = b
	}
	for _, f := range open.Follows {
		e.follows[f.ID] = f
	}
	for _, a := range open.Attempts {
		e.live[a.Number] = a
		if a.State == order.PartApproved {
			e.news = append(e.news, a)
		}
	}
	for _, j := range jobs {
		e.jobs.put(j)
	}
	e.ahead()
	e.mu.Unlock()
	again, err := e.putBack(ctx, open, jobs)
	if err == nil && !again {
		err = e.restarted(ctx, open, jobs)
	}
	if err == nil {
		err = e.endIdle(ctx)
	}
	e.publish()
	return err
}

// restarted records of all that was being sent or printed that it is unknown
// now.
func (e *Engine) restarted(ctx context.Context, open order.Unfinished, jobs []order.Job) error {
	for _, a := range open.Attempts {
		if a.State == order.Sending {
			if _, err := e.apply(ctx, a.Number, order.Restarted{}, nil); err != nil {
				return err
			}
		}
	}
	for _, f := range open.Follows {
		if f.State == order.FollowSending {
			if _, err := e.applyFollow(ctx, f.ID, order.Restarted{}, nil); err != nil {
				return err
			}
		}
	}
	if err := e.restartedCodes(ctx, open); err != nil {
		return err
	}
	for _, j := range jobs {
		var err error
		switch {
		case j.Kind == order.JobDrawer: // who needs it opens it anew
			if j, err = order.RestoreJob(j); err == nil {
				err = e.commitJob(ctx, j)
			}
		case j.State == order.JobSending && j.Kind == order.JobMail:
			err = e.endJob(ctx, j, order.JobResult{Touched: true, Trouble: "The program ended while this was being mailed."})
		case j.State == order.JobSending:
			err = e.endJob(ctx, j, order.JobResult{Touched: true, Trouble: "The program ended while this was being printed."})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Close waits for the calls that are under way, until ctx ends; what is still
// open then is resumed by the next start.
func (e *Engine) Close(ctx context.Context) {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	done := make(chan struct{})
	go func() {
		e.calls.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	e.end()
	<-done
}

// Configure replaces the configuration.
func (e *Engine) Configure(cfg Config) {
	e.mu.Lock()
	e.cfg = cfg
	e.mu.Unlock()
	e.publish()
}

func (e *Engine) now() time.Time { return e.deps.Clock.Now() }

func (e *Engine) config() Config {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cfg
}

// claim marks an order or batch as having a call under way. It is the first
// guard against a second press; the journal's rules are the second.
func (e *Engine) claim(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[id] || e.closing {
		return false
	}
	e.busy[id] = true
	e.calls.Add(1)
	return true
}

func (e *Engine) unclaim(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.busy, id)
	e.calls.Done()
	nudge(e.wakeForward)
}

// Acknowledge takes a sale, follow-up, code or refund out of the news: somebody has seen
// what became of it. It returns at once.
func (e *Engine) Acknowledge(number string) {
	e.change(func() bool {
		count := func() int { return len(e.news) + len(e.followNews) + len(e.codes.news) + len(e.codes.refundNews) }
		before := count()
		e.news = slices.DeleteFunc(e.news, func(a order.Attempt) bool { return a.Number == number })
		e.followNews = slices.DeleteFunc(e.followNews, func(f order.FollowUp) bool { return f.ID == number })
		e.codes.news = slices.DeleteFunc(e.codes.news, func(q order.QR) bool { return q.ID == number })
		e.codes.refundNews = slices.DeleteFunc(e.codes.refundNews, func(r order.Refund) bool { return r.ID == number })
		return count() != before
	})
}

// Snapshot is the newest picture of the terminal.
func (e *Engine) Snapshot() Snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.snap
}

// Watch calls f with every new snapshot until stop is called. The calls come
// one at a time from various goroutines; f returns at once.
func (e *Engine) Watch(f func(Snapshot)) (stop func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := e.nextID
	e.nextID++
	e.watchers[id] = f
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, id)
	}
}

// publish makes a new snapshot and hands it to the watchers.
func (e *Engine) publish() { e.change(func() bool { return true }) }

// change alters the engine's picture under its lock. Where f reports that it
// did, the snapshot is made in the same breath: whoever finds a thing already
// changed finds it in the snapshot too.
func (e *Engine) change(f func() bool) {
	e.mu.Lock()
	changed := f()
	if changed {
		e.snap = e.picture()
	}
	s := e.snap
	e.mu.Unlock()
	if changed {
		e.show(s)
	}
}

// show hands a snapshot to the watchers. One that was overtaken on the way to
// them is left out.
func (e *Engine) show(s Snapshot) {
	e.notify.Lock()
	defer e.notify.Unlock()
	if s.Version <= e.told {
		return
	}
	e.told = s.Version
	e.mu.Lock()
	watchers := make([]func(Snapshot), 0, len(e.watchers))
	for _, f := range e.watchers {
		watchers = append(watchers, f)
	}
	e.mu.Unlock()
	for _, f := range watchers {
		f(s)
	}
}

// picture is a new snapshot. The caller holds the lock.
func (e *Engine) picture() Snapshot {
	s := Snapshot{Version: e.snap.Version + 1, Changed: e.snap.Changed,
		Training: e.deps.Training, Shop: e.cfg.Shop, Device: e.cfg.Device, Currency: e.cfg.Currency,
		Host: e.parts[partHost], Online: e.lost.IsZero(), OfflineSince: e.lost, Journal: e.parts[partJournal], Printer: e.parts[partPrinter],
		Batch: BatchView{GUID: e.sum.GUID, Sales: e.sum.Totals.Sales, Total: e.sum.Totals.SaleAmount,
			Returns: e.sum.Totals.Returns, Returned: e.sum.Totals.ReturnAmount,
			Closing: len(e.batches) > 0}, Offer: e.cfg.Offer, Stored: e.storedView(), Bills: e.billViews(), Recon: e.reconView(), Shift: e.shiftView(), Closing: e.closingView()}
	if e.operator != nil {
		op := *e.operator
		op.PINHash = ""
		s.Operator = &op
	}
	for _, a := range e.live {
		s.Live = append(s.Live, e.view(a))
	}
	slices.SortFunc(s.Live, func(a, b Sale) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Number, b.Number)) })
	if e.last != nil {
		last := e.view(*e.last, e.lastWith...)
		s.Last = &last
	}
	for _, f := range e.follows {
		s.Follows = append(s.Follows, f)
	}
	slices.SortFunc(s.Follows, func(a, b order.FollowUp) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	s.FollowNews = slices.Clone(e.followNews)
	for _, a := range e.news {
		s.News = append(s.News, e.view(a))
	}
	e.walletsShown(&s)
	s.Jobs = e.jobs.shown()
	s.Drawer, s.DrawerTrouble = e.drawer, e.shut
	if s.Batch.Total.Currency == "" {
		s.Batch.Total.Currency, s.Batch.Returned.Currency = e.cfg.Currency, e.cfg.Currency
	}
	return s
}

// view is an attempt for the screens, with the follow-ups that it has.
func (e *Engine) view(a order.Attempt, follows ...order.FollowUp) Sale {
	s := Sale{Attempt: a, Alarm: order.Alarming(a, e.now()), Standing: order.Stand(a, follows)}
	s.Next, s.NextAt = order.Next(a)
	return s
}

func (e *Engine) setPart(name string, p Part) {
	e.change(func() bool {
		same := e.parts[name] == p
		e.parts[name] = p
		return !same
	})
}

// SetPrinter tells the status of the printer.
func (e *Engine) SetPrinter(p Part) { e.setPart(partPrinter, p) }

// SetDrawer tells how the cash drawer stands.
func (e *Engine) SetDrawer(s DrawerState) {
	e.change(func() bool {
		same := e.drawer == s
		e.drawer = s
		return !same
	})
}

// SetHost tells how the host is: since when it cannot be reached, zero where it
// can, and a sentence about what is wrong, "" where nothing is.
func (e *Engine) SetHost(lost time.Time, trouble string) {
	e.change(func() bool {
		p := Part{HealthGood, e.cfg.HostHint}
		if trouble != "" {
			p = Part{HealthTrouble, trouble}
		}
		same := e.parts[partHost] == p && e.lost.Equal(lost)
		e.parts[partHost], e.lost, e.heard = p, lost, true
		return !same
	})
	nudge(e.wakeForward)
}

// online reports that the host was not lost.
func (e *Engine) online() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost.IsZero()
}

// CheckHost asks whether the host answers, for the status bar. It reports
// whether all is well.
func (e *Engine) CheckHost(ctx context.Context) bool {
	if err := e.deps.Host.Ping(ctx); err != nil {
		e.setPart(partHost, Part{HealthTrouble, err.Error()})
		return false
	}
	e.hostGood()
	return true
}

// hostGood tells that the host answers.
func (e *Engine) hostGood() { e.setPart(partHost, Part{HealthGood, e.config().HostHint}) }

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
