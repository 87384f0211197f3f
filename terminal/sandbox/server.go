// Package sandbox is a card host for training and tests: a real HTTP server
// that answers the sales API of the ConnexPay document and keeps its own
// ledger, as a bank would. It shares no type with any client, so that the two
// can disagree. README.md lists what it does not imitate.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/sandbox/xero"
)

// Page is the path of the page that shows the ledger, where faults are allowed.
const Page = "/sandbox/"

// What is fixed about every sandbox: the login unless Options says otherwise,
// and the identities of its one merchant and three devices.
const (
	DefaultUsername = "training"
	DefaultPassword = "training-password"

	MerchantGUID     = "6d657263-6861-4e74-8000-000000000001"
	DeviceGUID       = "64657669-6365-4d31-8000-000000000001"
	SecondDeviceGUID = "64657669-6365-4d32-8000-000000000002"
	// OtherAccountDeviceGUID is the one device of the merchant's second
	// processor account.
	OtherAccountDeviceGUID = "64657669-6365-4d33-8000-000000000003"
)

// accountCurrency is the only currency of the account; sales name none.
const accountCurrency = money.USD

// Options are the settings of a Host. The zero value but for Path is usable.
type Options struct {
	Path     string      // ledger file, or ":memory:"
	Clock    clock.Clock // nil is the real clock
	Dialect  Dialect     // "" is DialectDocument
	Username string      // "" is DefaultUsername
	Password string      // "" is DefaultPassword; also that of the example users
	MailDir  string      // where mails go, as files; "" is "mail" beside the ledger
	// HangFor is how long "no answer" holds a connection before dropping it.
	// Zero is 60 s.
	HangFor time.Duration
	// SyncFull makes each commit survive a power cut. Without it a commit
	// survives the death of the process only.
	SyncFull bool
	// DuplicateWindow refuses (D0008) a second approved sale of the same card
	// and amount on the same device within it. Zero is off, so that a trainee
	// may repeat an exercise; the processor's own rule is one minute.
	DuplicateWindow time.Duration
	AutoClose       AutoClose // off unless set
	// Faults allows disturbances: the plan under /sandbox/faults, the header
	// of a request, and the page under /sandbox/. Without it all three are
	// refused.
	Faults bool
	// FaultFile is the plan to begin with; "" is none. It needs Faults.
	FaultFile string
	// Wallets is how the gateways beside the host are made. Clock, faults and
	// log are the host's; without a path their ledger lies beside Path.
	Wallets gateway.Config
	Log     *slog.Logger // nil discards; card data is never logged
}

// Host is one sandbox host. It is safe for many goroutines.
type Host struct {
	*shared
	clock clock.Clock // off by the skew of a fault while such a request runs
	blind bool        // a fault: nothing counts as repeated while such a request runs
}

// shared is what all requests of a host have in common.
type shared struct {
	opt    Options
	ledger *Ledger
	log    *slog.Logger
	cards  []knownCard
	memo   memo // of the searches
	faults faults
	wallet *gateway.Server
	books  *xero.Server
	later  sync.WaitGroup // requests that a fault puts off
	done   chan struct{}  // closed by Close: ends every wait
	closed sync.Once
	mu     sync.Mutex
	open   []*Server
}

// Open opens or creates the ledger and returns a host that is ready to serve.
func Open(opt Options) (*Host, error) {
	if err := opt.AutoClose.check(); err != nil {
		return nil, err
	}
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	if opt.Username == "" {
		opt.Username = DefaultUsername
	}
	if opt.Password == "" {
		opt.Password = DefaultPassword
	}
	if opt.HangFor == 0 {
		opt.HangFor = 60 * time.Second
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Dialect == "" {
		opt.Dialect = DialectDocument
	}
	if opt.Dialect != DialectDocument && opt.Dialect != DialectCurrent {
		return nil, fmt.Errorf("there is no dialect %q: choose %s or %s", opt.Dialect, DialectDocument, DialectCurrent)
	}
	plan, err := opt.faultPlan()
	if err != nil {
		return nil, err
	}
	ledger, err := createLedger(opt.Path, opt.SyncFull)
	if err != nil {
		return nil, fmt.Errorf("the sandbox ledger %s cannot be opened; choose another file or remove it: %w", opt.Path, err)
	}
	if err := ledger.furnish(opt.Username); err != nil {
		return nil, fmt.Errorf("the sandbox ledger %s cannot be prepared; choose another file or remove it: %w",
			opt.Path, errors.Join(err, ledger.Close()))
	}
	h := &Host{clock: opt.Clock, shared: &shared{opt: opt, ledger: ledger, log: opt.Log, done: make(chan struct{})}}
	if h.wallet, err = opt.openWallets(); err != nil {
		return nil, errors.Join(err, ledger.Close())
	}
	if h.books, err = opt.openBooks(); err != nil {
		return nil, errors.Join(err, h.wallet.Close(), ledger.Close())
	}
	h.cards = knownCards(ledger.key)
	h.faults.set(plan)
	return h, nil
}

func (o Options) openWallets() (*gateway.Server, error) {
	cfg := o.Wallets
	cfg.Clock, cfg.Faults, cfg.Log = o.Clock, o.Faults, o.Log
	if cfg.Path == "" && o.Path != ":memory:" {
		cfg.Path = strings.TrimSuffix(o.Path, ".db") + ".wallets"
	}
	return gateway.New(cfg)
}

func (o Options) openBooks() (*xero.Server, error) {
	cfg := xero.Config{Clock: o.Clock, Faults: o.Faults, Log: o.Log}
	if o.Path != ":memory:" {
		cfg.Path = strings.TrimSuffix(o.Path, ".db") + ".books"
	}
	return xero.New(cfg)
}

// Books is the organisation at Xero that is served beside the host.
func (h *Host) Books() *xero.Server { return h.books }

// Wallets are the gateways that are served beside the host.
func (h *Host) Wallets() *gateway.Server { return h.wallet }

// Close stops every server that Listen started, wakes requests that wait,
// forgets those that a fault has put off, and closes the ledger. A second call
// does nothing.
func (h *Host) Close() error {
	var err error
	h.closed.Do(func() {
		h.mu.Lock()
		close(h.done)
		servers := h.open
		h.mu.Unlock()
		for _, s := range servers {
			err = errors.Join(err, s.Close())
		}
		h.later.Wait()
		err = errors.Join(err, h.wallet.Close(), h.ledger.Close())
	})
	return err
}

// Ledger lists everything that the bank knows, oldest first.
func (h *Host) Ledger(ctx context.Context) ([]Transaction, error) {
	if err := h.closeDue(ctx); err != nil {
		return nil, err
	}
	return h.ledger.Transactions(ctx)
}

// Server is a host that listens on a port of this computer.
type Server struct {
	http *http.Server
	addr net.Addr
}

// URL is the base address, such as "http://127.0.0.1:8787".
func (s *Server) URL() string { return "http://" + s.addr.String() }

// Close stops listening and drops open connections. The ledger stays open.
func (s *Server) Close() error { return s.http.Close() }

// Listen serves on addr, such as "127.0.0.1:8787", or port 0 for any free
// port. It refuses an address that other computers could reach: the sandbox
// speaks plain HTTP.
func (h *Host) Listen(addr string) (*Server, error) {
	if err := loopback(addr); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the sandbox host cannot listen on %s; stop the program that uses this port or choose another one: %w", addr, err)
	}
	s := &Server{addr: listener.Addr(), http: &http.Server{
		Handler:           h.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
	}}
	h.mu.Lock()
	h.open = append(h.open, s)
	h.mu.Unlock()
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.log.Error("sandbox host stopped", "error", err)
		}
	}()
	return s, nil
}

func loopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is not an address to listen on: write one such as 127.0.0.1:8787", addr)
	}
	ip := net.ParseIP(host)
	if strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("the sandbox host serves this computer only and cannot listen on %q: use 127.0.0.1:%s", addr, port)
}
