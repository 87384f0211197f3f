// Package terminal puts the parts of a payment terminal together, without a
// window: journal, host, engine, receipts, and the workers that finish what a
// crash left open. The window and the command line both stand on it.
package terminal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/proof"
	"paydesk/sync/due"
	"paydesk/sync/forward"
	"paydesk/sync/journal"
	"paydesk/sync/netstate"
	"paydesk/sync/reconcile"
	"paydesk/terminal/clock"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
	"paydesk/terminal/sandbox/post"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// Options say which terminal is opened.
type Options struct {
	// Dir is the data folder; the two modes have a folder each inside it.
	Dir  string
	Mode settings.Mode
	// Ask gets the passphrase of the sealed file from a person; nil where
	// nobody can be asked.
	Ask func(prompt string) ([]byte, error)
	Log *slog.Logger
	// Clock is the real one unless a test says otherwise.
	Clock clock.Clock
}

// Terminal is an open terminal. The engine's methods are its own; it is safe
// for many goroutines.
type Terminal struct {
	*engine.Engine
	opt     Options
	dir     string
	journal *journal.Journal
	secrets vault.Secrets
	pins    *vault.Hasher
	// sign signs what a receipt says, with the installation's key.
	sign    func(proof.Statement) string
	host    *hostPort
	wallets *walletPort
	// incoming takes what the providers tell of their own accord.
	incoming incoming
	papers   *printjob.Worker
	fonts    fonts
	logo     logo
	printer  *printer.Printer
	box      *post.Server // where the mails of training go
	virtual  virtualPrinter
	// reconciler compares the journal with the host.
	reconciler *reconcile.Runner
	// proofs makes the proofs of closed batches.
	proofs *proofMaker
	// walletsChanged is signalled when the providers were made anew.
	walletsChanged chan struct{}
	// exporting is held by who exports; exportsLeft is signalled when something of it
	// is to be gone on with.
	exporting   sync.Mutex
	exportsLeft chan struct{}
	// newNumber makes the numbers of sales.
	newNumber func() string

	mu       sync.Mutex
	settings settings.Settings
	replaced chan struct{} // closed when printer is another one
	offer    order.Offer
	names    map[string]string // operators by id
	setUp    bool              // the assistant was there
	pole     poleLine

	stop    context.CancelFunc
	workers sync.WaitGroup
	closed  sync.Once
}

// Open opens the journal, connects the parts and starts to finish what an
// earlier run left open. Its error is a sentence for a person.
func Open(ctx context.Context, opt Options) (*Terminal, error) {
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	t := &Terminal{opt: opt, dir: filepath.Join(opt.Dir, string(opt.Mode)), names: map[string]string{}}
	if err := t.open(ctx); err != nil {
		return nil, errors.Join(err, t.release())
	}
	return t, nil
}

func (t *Terminal) open(ctx context.Context) error {
	var err error
	if t.journal, err = t.openJournal(); err != nil {
		return err
	}
	if t.pins, err = vault.NewHasher(t.secrets); err != nil {
		return err
	}
	if t.fonts, err = loadFonts(); err != nil {
		return err
	}
	if err := t.loadSettings(ctx); err != nil {
		return err
	}
	if err := t.seedOperator(ctx); err != nil {
		return err
	}
	t.host = &hostPort{}
	if err := t.connectHost(); err != nil {
		return err
	}
	t.wallets, t.walletsChanged = &walletPort{}, make(chan struct{}, 1)
	t.exportsLeft = make(chan struct{}, 1)
	t.connectWallets()
	ours, err := t.ours(ctx)
	if err != nil {
		return err
	}
	numbers := &id.Source{Nonce: t.journal.Nonce(), Clock: t.opt.Clock, Rand: rand.Reader}
	last, err := t.journal.LastNumber(ctx)
	if err != nil {
		return err
	}
	numbers.Resume(last)
	t.newNumber = numbers.New
	t.openLedger()
	t.papers = &printjob.Worker{Source: t.journal, Device: t.printDevice, Config: t.paperConfig, Mailer: letters{t}}
	t.Engine = engine.New(engine.Deps{Journal: t.journal, Host: t.host, PINs: t.pins, Seals: vault.NewCards(t.secrets), Paper: t.papers,
		Wallets: t.wallets, Ours: ours,
		Clock: t.opt.Clock, NewNumber: numbers.New, Training: t.opt.Mode == settings.Training, Log: t.opt.Log},
		t.engineConfig())
	if err := t.Engine.Resume(ctx); err != nil {
		return err
	}
	if err := t.startReconciler(ctx); err != nil {
		return err
	}
	t.loadPrinter()
	t.loadPole()
	t.startWorkers()
	return nil
}

// Close stops the workers, waits for calls under way, and closes the journal.
// What does not end in time is resumed by the next start. A second call does
// nothing.
func (t *Terminal) Close() (err error) {
	t.closed.Do(func() { err = t.close() })
	return err
}

func (t *Terminal) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if t.stop != nil {
		t.stop()
	}
	t.endPole()
	if t.Engine != nil {
		t.Engine.Close(ctx)
	}
	t.workers.Wait()
	return t.release()
}

func (t *Terminal) release() error {
	var errs []error
	if t.host != nil {
		errs = append(errs, t.host.close())
	}
	if t.box != nil {
		errs = append(errs, t.box.Close())
	}
	if t.journal != nil {
		errs = append(errs, t.journal.Close())
	}
	return errors.Join(errs...)
}

// Dir is the data folder of the mode.
func (t *Terminal) Dir() string { return t.dir }

// Mode is training or live.
func (t *Terminal) Mode() settings.Mode { return t.opt.Mode }

// Training reports whether no real money moves.
func (t *Terminal) Training() bool { return t.opt.Mode == settings.Training }

// Journal is the terminal's memory, for checks and exports.
func (t *Terminal) Journal() *journal.Journal { return t.journal }

// Receipt builds the slip of a sale for the screen; copy is "customer" or
// "merchant".
func (t *Terminal) Receipt(ctx context.Context, number, copy string) (receipts.Document, error) {
	return t.papers.Document(ctx, order.Job{Subject: number, Document: engine.DocumentSale, Copy: copy})
}

// BatchSlip builds the slip of a closed batch.
func (t *Terminal) BatchSlip(ctx context.Context, id string) (receipts.Document, error) {
	return t.papers.Document(ctx, order.Job{Subject: id, Document: engine.DocumentBatch, Copy: engine.CopyMerchant})
}

// startWorkers runs what is due: payments, receipts, and the look at the host.
func (t *Terminal) startWorkers() {
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	runners := []due.Runner{{Worker: payments{t.Engine}, Clock: t.opt.Clock, Log: t.opt.Log, Limit: 4}}
	// A provider that is slow holds up no card, and no code of another one.
	runners = append(runners, due.Runner{Worker: codes{t.Engine}, Clock: t.opt.Clock, Log: t.opt.Log, Limit: 8})
	for _, kind := range order.JobKinds {
		runners = append(runners, due.Runner{Worker: papers{t.Engine, kind}, Clock: t.opt.Clock, Log: t.opt.Log, Limit: 1})
	}
	for _, r := range runners {
		t.workers.Go(func() { r.Run(ctx) })
	}
	t.workers.Go(func() { t.watchHost(ctx) })
	t.workers.Go(func() { t.reconciler.Run(ctx) })
	t.workers.Go(func() { t.watchWallets(ctx) })
	t.workers.Go(func() { t.proveClosed(ctx) })
	t.workers.Go(func() { t.watchExports(ctx) })
	t.workers.Go(func() { t.journal.Tend(ctx, t.opt.Log) })
	t.workers.Go(func() { forward.Runner{Desk: t.Engine, Clock: t.opt.Clock, Log: t.opt.Log}.Run(ctx) })
	t.workers.Go(func() { t.mindClock(ctx) })
	t.workers.Go(func() { t.mindHour(ctx) })
	t.workers.Go(func() { t.watchPrinter(ctx) })
	t.startNotify(ctx)
}

// watchHost keeps a connection to the host ready, and tells how the host is.
func (t *Terminal) watchHost(ctx context.Context) {
	w := netstate.Watch{Line: hostLine{t}, Clock: t.opt.Clock, Tell: func(s netstate.State) { t.Engine.SetHost(s.Lost, s.Trouble) }}
	w.Run(ctx)
}

// payments, codes and papers are the engine's kinds of work as the scheduler sees
// them.
type (
	payments struct{ e *engine.Engine }
	codes    struct{ e *engine.Engine }
	papers   struct {
		e    *engine.Engine
		kind string
	}
)

func (p payments) Pending() []due.Item                     { return items(p.e.PendingPayments()) }
func (p payments) Do(ctx context.Context, id string) error { return p.e.ResolvePayment(ctx, id) }
func (p payments) Wake() <-chan struct{}                   { return p.e.PaymentsWake() }
func (c codes) Pending() []due.Item                        { return items(c.e.PendingCodes()) }
func (c codes) Do(ctx context.Context, id string) error    { return c.e.ResolveCode(ctx, id) }
func (c codes) Wake() <-chan struct{}                      { return c.e.CodesWake() }
func (p papers) Pending() []due.Item                       { return items(p.e.PendingJobs(p.kind)) }
func (p papers) Do(ctx context.Context, id string) error   { return p.e.RunJob(ctx, id) }
func (p papers) Wake() <-chan struct{}                     { return p.e.JobsWake(p.kind) }

func items(work []engine.Work) []due.Item {
	list := make([]due.Item, len(work))
	for i, w := range work {
		list[i] = due.Item{ID: w.ID, Due: w.Due}
	}
	return list
}

// DefaultDir is where the data lies unless --data says otherwise.
func DefaultDir() (string, error) {
	if dir := os.Getenv("PAYDESK_DATA"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "paydesk"), nil
	}
	base, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the data is known: name one with --data: %w", err)
	}
	return filepath.Join(base, ".local", "share", "paydesk"), nil
}

// LiveExists reports whether a live terminal was set up in a data folder.
func LiveExists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, string(settings.Live), "journal.db"))
	return err == nil
}

// Now is the terminal's clock.
func (t *Terminal) Now() time.Time { return t.opt.Clock.Now() }
