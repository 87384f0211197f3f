// Package notify listens for what providers tell of their own accord: PayPal's
// instant payment notifications, and the webhooks of all. It is the one place
// where anybody outside can reach the terminal, so it takes little, slowly, and
// believes nothing: a webhook only says which code to look at, and a notification
// is only stored for PayPal to be asked about.
package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/wallet"
)

// The paths that are listened at. A provider's webhook is at "/<name>/webhook".
const (
	PathIPN       = "/paypal/ipn"
	webhookSuffix = "/webhook"
)

// PathWebhook is where a provider's webhooks are taken.
func PathWebhook(provider string) string { return "/" + provider + webhookSuffix }

// Config says where is listened, and who is told.
type Config struct {
	// Address is host and port. Without Certificate and Key, PEM files, it is one
	// of this computer's own.
	Address          string
	Certificate, Key string
	// IPN stores a notification durably; nil: none are taken.
	IPN func(body []byte) error
	// Provider finds who checks a webhook.
	Provider func(name string) (wallet.Provider, bool)
	// Hint tells that there is news of a code. It returns at once.
	Hint  func(provider, reference, remote string)
	Clock clock.Clock
	Log   *slog.Logger
}

// Problem is why nothing is listened, a sentence for a person.
type Problem struct {
	Text string
	Err  error
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Text }

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

const (
	textAddress     = "The address for notifications cannot be used. Write it as 127.0.0.1:8790, with a port that no other program has."
	textPlain       = "Notifications from outside need a certificate. Name its PEM files, or listen at 127.0.0.1 behind a tunnel."
	textCertificate = "The certificate for notifications cannot be read. Name the PEM files of a certificate and of its key."
)

// limits bound what anybody outside can have the terminal do.
type limits struct {
	body        int64
	header      int
	headerTime  time.Duration // for the head of a request
	readTime    time.Duration // for all of it
	idleTime    time.Duration
	connections int
	perSecond   int // requests of all, and of one address
	burst       int
	ownSecond   int
	ownBurst    int
	addresses   int // that are told apart
	events      int // of a provider that are remembered
}

// standard is far more than a shop gets, and little enough for PayPal to be asked
// about each message. How many wait, and how many of a stranger's get into the
// payment log, is bounded where they are dealt with.
var standard = limits{body: 64 << 10, header: 16 << 10, headerTime: 5 * time.Second, readTime: 10 * time.Second, idleTime: 30 * time.Second,
	connections: 64, perSecond: 2, burst: 60, ownSecond: 1, ownBurst: 30, addresses: 1024, events: 4096}

// Counts are what came since the start.
type Counts struct {
	// Taken were stored or passed on. Refused had no right signature, or were no
	// notification. Repeated came before. Limited were too many.
	Taken, Refused, Repeated, Limited int64
}

// Listener takes notifications until it is closed.
type Listener struct {
	cfg     Config
	limits  limits
	server  *http.Server
	address net.Addr
	done    chan struct{}
	pace    *pace
	seen    seen

	taken, refused, repeated, limited atomic.Int64
}

// Start begins to listen. Its error is a *Problem.
func Start(cfg Config) (*Listener, error) { return start(cfg, standard) }

func start(cfg Config, lim limits) (*Listener, error) {
	var secure *tls.Config
	var err error
	if cfg.Certificate != "" || cfg.Key != "" {
		if secure, err = certificates(cfg.Certificate, cfg.Key); err != nil {
			return nil, &Problem{textCertificate, err}
		}
	}
	ln, err := net.Listen("tcp", cfg.Address)
	if err != nil {
		return nil, &Problem{textAddress, err}
	}
	if at, ok := ln.Addr().(*net.TCPAddr); secure == nil && (!ok || !at.IP.IsLoopback()) {
		return nil, &Problem{textPlain, ln.Close()}
	}
	l := &Listener{cfg: cfg, limits: lim, address: ln.Addr(), done: make(chan struct{}), pace: newPace(lim), seen: seen{most: lim.events}}
	ln = &bounded{Listener: ln, room: make(chan struct{}, lim.connections)}
	if secure != nil {
		ln = tls.NewListener(ln, secure)
	}
	l.server = &http.Server{Handler: l, ReadHeaderTimeout: lim.headerTime, ReadTimeout: lim.readTime, WriteTimeout: 2 * lim.readTime,
		IdleTimeout: lim.idleTime, MaxHeaderBytes: lim.header,
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug)} // what strangers do wrong is no trouble of ours
	go func() {
		defer close(l.done)
		if err := l.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			cfg.Log.Warn("no notifications are taken any more", "err", err)
		}
	}()
	return l, nil
}

// certificates reads the files at each connection, so that a renewed certificate
// counts without a restart; while they cannot be read the last one does.
func certificates(certificate, key string) (*tls.Config, error) {
	first, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	var last atomic.Pointer[tls.Certificate]
	last.Store(&first)
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if now, err := tls.LoadX509KeyPair(certificate, key); err == nil {
			last.Store(&now)
		}
		return last.Load(), nil
	}}, nil
}

// Address is where is listened, with the port that the system gave for 0.
func (l *Listener) Address() string { return l.address.String() }

// Counts tells what came so far.
func (l *Listener) Counts() Counts {
	return Counts{Taken: l.taken.Load(), Refused: l.refused.Load(), Repeated: l.repeated.Load(), Limited: l.limited.Load()}
}

// Close ends listening. What is being taken is taken.
func (l *Listener) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := l.server.Shutdown(ctx)
	if err != nil {
		err = l.server.Close()
	}
	<-l.done
	return err
}

// ServeHTTP answers one request. What proxies say of who sent it is not read:
// anybody can write it.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, webhook := strings.CutSuffix(r.URL.Path, webhookSuffix)
	ipn := r.URL.Path == PathIPN && l.cfg.IPN != nil
	provider, known := l.provider(strings.TrimPrefix(name, "/"), webhook)
	switch {
	case !l.pace.allow(r.RemoteAddr, l.cfg.Clock.Now()):
		l.limited.Add(1)
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	case !ipn && !known:
		w.WriteHeader(http.StatusNotFound)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, l.limits.body))
		switch {
		case err != nil, len(body) == 0:
			l.refused.Add(1)
			w.WriteHeader(badBody(err))
		case ipn:
			w.WriteHeader(l.takeIPN(body))
		default:
			w.WriteHeader(l.takeWebhook(provider, r.Header, body))
		}
	}
}

func badBody(err error) int {
	if errors.As(err, new(*http.MaxBytesError)) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

func (l *Listener) provider(name string, webhook bool) (wallet.Provider, bool) {
	if !webhook || name == "" || strings.Contains(name, "/") {
		return nil, false
	}
	return l.cfg.Provider(name)
}

// takeIPN stores a notification before PayPal is told that it arrived. Of
// whatever kind it is, it is taken: PayPal would send it again for days.
func (l *Listener) takeIPN(body []byte) int {
	if err := l.cfg.IPN(body); err != nil {
		l.cfg.Log.Warn("a notification could not be stored; PayPal sends it again", "err", err)
		return http.StatusServiceUnavailable
	}
	l.taken.Add(1)
	return http.StatusOK
}

// takeWebhook passes on which code a webhook is about.
func (l *Listener) takeWebhook(p wallet.Provider, h http.Header, body []byte) int {
	name := p.Offer().Name
	hint, err := p.Decode(h, body)
	if err != nil {
		l.refused.Add(1)
		l.cfg.Log.Warn("a webhook was refused", "provider", name)
		return http.StatusBadRequest
	}
	if hint.Event != "" && !l.seen.first(name+" "+hint.Event) {
		l.repeated.Add(1)
		return http.StatusOK
	}
	l.taken.Add(1)
	if hint.Reference != "" || hint.Remote != "" {
		l.cfg.Hint(name, hint.Reference, hint.Remote)
	}
	return http.StatusOK
}

// seen remembers the newest events. One that is forgotten may come again: it is
// a hint, and does no harm.
type seen struct {
	most int

	mu    sync.Mutex
	known map[string]bool
	order []string
}

func (s *seen) first(event string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[event] {
		return false
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	if len(s.order) >= s.most {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
	s.known[event] = true
	s.order = append(s.order, event)
	return true
}
