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
)

// What is fixed about every sandbox: the login unless Options says otherwise,
// and the identities of its one merchant and two devices.
const (
	DefaultUsername = "training"
	DefaultPassword = "training-password"

	MerchantGUID     = "6d657263-6861-4e74-8000-000000000001"
	DeviceGUID       = "64657669-6365-4d31-8000-000000000001"
	SecondDeviceGUID = "64657669-6365-4d32-8000-000000000002"
)

// accountCurrency is the only currency of the account; sales name none.
const accountCurrency = money.USD

// Options are the settings of a Host. The zero value but for Path is usable.
type Options struct {
	Path     string      // ledger file, or ":memory:"
	Clock    clock.Clock // nil is the real clock
	Username string      // "" is DefaultUsername
	Password string      // "" is DefaultPassword
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
	Log             *slog.Logger // nil discards; card data is never logged
}

// Host is one sandbox host. It is safe for many goroutines.
type Host struct {
	opt    Options
	ledger *Ledger
	clock  clock.Clock
	log    *slog.Logger
	tokens map[string]TestCard // card token → the test card it stands for
	done   chan struct{}       // closed by Close: ends every wait
	closed sync.Once
	mu     sync.Mutex
	open   []*Server
}

// Open opens or creates the ledger and returns a host that is ready to serve.
func Open(opt Options) (*Host, error) {
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
	ledger, err := createLedger(opt.Path, opt.SyncFull)
	if err != nil {
		return nil, fmt.Errorf("the sandbox ledger %s cannot be opened; choose another file or remove it: %w", opt.Path, err)
	}
	h := &Host{opt: opt, ledger: ledger, clock: opt.Clock, log: opt.Log, done: make(chan struct{})}
	h.tokens = cardTokens(ledger.key)
	return h, nil
}

// Close stops every server that Listen started, wakes requests that wait, and
// closes the ledger. A second call does nothing.
func (h *Host) Close() error {
	var err error
	h.closed.Do(func() {
		close(h.done)
		h.mu.Lock()
		servers := h.open
		h.mu.Unlock()
		for _, s := range servers {
			err = errors.Join(err, s.Close())
		}
		err = errors.Join(err, h.ledger.Close())
	})
	return err
}

// Ledger lists everything that the bank knows, oldest first.
func (h *Host) Ledger(ctx context.Context) ([]Transaction, error) {
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
