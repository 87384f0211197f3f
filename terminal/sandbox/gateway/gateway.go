// Package gateway is a stand-in for PayPal and Razorpay, for training and
// tests: real HTTP with the paths, fields, signatures, refusals and
// notifications of their published interfaces, ledgers of its own, and the page
// that a customer's phone opens. It shares no type with any client, so that the
// two can disagree. README.md lists what it does not imitate.
package gateway

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// The keys of the one merchant, in test mode.
const (
	PayPalUser         = "till_api1.example.com"
	PayPalPassword     = "TRAINING-PAYPAL-PASSWORD"
	PayPalSignature    = "AtrainingSignatureOfNoRealMerchant0123456789abcdefghijkl"
	PayPalClientID     = "training-paypal-client-id"
	PayPalClientSecret = "training-paypal-client-secret"
	PayPalWebhookID    = "7TRA1N1NG0WEBH00K"
	PayPalReceiver     = "shop@example.com"
	// PayPalMerchantID is the receiver_id of notifications.
	PayPalMerchantID = "TRA1N1NGSH0P2"

	RazorpayKeyID         = "rzp_test_TrainingDesk01"
	RazorpayKeySecret     = "training-razorpay-key-secret"
	RazorpayWebhookSecret = "training-razorpay-webhook-secret"
	RazorpayAccount       = "acc_TRAININGdesk01"
)

// Page is the path of the page that shows the ledgers, where faults are
// allowed.
const Page = "/wallets/"

// prefixes are the paths that are the gateways'.
var prefixes = []string{"/paypal/", "/razorpay/", "/rzp/", Page}

// Serves reports whether a path is one of the gateways'.
func Serves(path string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path+"/", p) })
}

// Config is how a Server is made. The zero value is usable.
type Config struct {
	Clock clock.Clock // nil is the real clock
	// Seed makes the ids repeatable; 0 takes them from the system.
	Seed uint64
	// Path is a file that keeps the ledgers; "" keeps them in memory.
	Path string
	// Faults allows the plan under /wallets/faults, SetFaults and the page.
	Faults bool
	// Notify is where notifications go to begin with; the zero value leaves it
	// as the file says.
	Notify Addresses
	// ImageOnly makes UPI codes come without their text, as for a merchant who
	// has not asked for it.
	ImageOnly bool
	Log       *slog.Logger // nil discards
}

// Server is both gateways as one http.Handler. It is safe for many goroutines.
type Server struct {
	cfg    Config
	clock  clock.Clock
	log    *slog.Logger
	faults faults
	post   *http.Client
	web    http.Handler
	done   context.Context // ends with Close
	end    context.CancelFunc
	later  sync.WaitGroup // what a fault puts off, and notifications on their way

	mu    sync.Mutex
	dice  *rand.Rand
	key   [32]byte // signs PayPal's webhooks
	state state
	file  *file
}

// New makes a server; it fails only where the file of Config.Path cannot be
// read or written.
func New(cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, clock: cfg.Clock, log: cfg.Log, post: newPoster()}
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], cfg.Seed)
	if cfg.Seed == 0 {
		_, _ = cryptorand.Read(seed[:]) // it never fails
	}
	s.dice = rand.New(rand.NewChaCha8(seed))
	for i := range s.key {
		s.key[i] = byte(s.dice.Uint32())
	}
	s.state = newState()
	s.state.notify = cfg.Notify
	s.done, s.end = context.WithCancel(context.Background())
	s.web = s.pages()
	if cfg.Path != "" {
		var err error
		if s.file, err = openFile(cfg.Path, &s.state); err != nil {
			s.end()
			return nil, err
		}
		if cfg.Notify != (Addresses{}) {
			s.state.notify = cfg.Notify
		}
		s.resume()
	}
	return s, nil
}

// Close ends waits, drops notifications that are still to be sent, and closes
// the file. A second call does nothing.
func (s *Server) Close() error {
	s.end()
	s.later.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file
	s.file = nil
	return f.close()
}

// wait lets time pass; false if the client or the server has gone before.
func (s *Server) wait(ctx context.Context, d time.Duration) bool {
	return s.until(ctx, s.clock.After(d))
}

func (s *Server) until(ctx context.Context, due <-chan time.Time) bool {
	select {
	case <-due:
		return true
	case <-ctx.Done():
	case <-s.done.Done():
	}
	return false
}

const (
	digits   = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	base36   = digits + capitals
	base62   = base36 + "abcdefghijklmnopqrstuvwxyz"
)

// name makes a random text of so many characters of an alphabet. The lock is
// held.
func (s *Server) name(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[s.dice.IntN(len(alphabet))]
	}
	return string(b)
}
