package connexpay

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"paydesk/terminal/order"
)

// The held connection. While Hold runs, one connection to the host stands
// ready, handshake and pins behind it, so that a charge waits for none to be
// made; and its end tells that the host is lost, without any traffic of ours.
// It carries one request and no second one: a connection that was used before
// may die under a request and leave its fate open.
const (
	// spareLife is the age from which a ready connection is not used any more,
	// spareRenew that at which the next one is made.
	spareLife  = 20 * time.Second
	spareRenew = 15 * time.Second
	// A host that closes its unused connections sooner has them renewed
	// sooner, at three quarters of the age that it lets them reach; but not
	// below this.
	spareRenewLeast = 5 * time.Second
	// redialPause is the least time between two tries while they fail. A
	// connection that the host closes younger than this is a failed try.
	redialPause = time.Second
	// connectPatience leaves a lost packet time to be sent again (1 s later,
	// RFC 6298, 2.1). After silence on the connection before it,
	// shortPatience does: a packet was lost already.
	connectPatience = 2 * time.Second
	shortPatience   = 500 * time.Millisecond
	// tlsPatience is the least that a handshake gets where an earlier one was
	// quick; a slow line gets twice its usual time.
	tlsPatience = 2300 * time.Millisecond
)

// The system asks the other end of a ready connection for a sign of life every
// second, and ends the connection when one question stays open for another
// second. With shortPatience for the try that follows, a host that is lost
// without a word is noticed within 3 s. A connection that waits for an answer
// is treated as any other: an outcome may be on its way on it.
var (
	keepWatch = net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 1}
	keepUsual = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 9}
)

// held is the client's held connection.
type held struct {
	mu    sync.Mutex
	spare *spare
	// heard is told how far each exchange came; nil while nobody holds.
	heard atomic.Pointer[func(order.Stage)]
}

// spare is a connection that has carried nothing yet.
type spare struct {
	net.Conn              // over TLS where the host speaks it
	tcp      *net.TCPConn // below it
	born     time.Time
	left     chan struct{} // closed when it leaves the line, to be used or not
	// ended is closed when the read has ended that waits from the beginning:
	// with the first byte of the answer, or with the end of the connection. Its
	// results may be read from then on.
	ended  chan struct{}
	first  [1]byte
	n      int
	err    error
	handed bool // to the one reader that it has
}

// watch waits for the end of the connection, or for the first byte.
func (s *spare) watch() {
	s.n, s.err = s.Conn.Read(s.first[:])
	close(s.ended)
}

// Read hands over the byte that watch read, before any other.
func (s *spare) Read(p []byte) (int, error) {
	if s.handed || len(p) == 0 {
		return s.Conn.Read(p)
	}
	<-s.ended
	s.handed = true
	if s.n > 0 {
		p[0] = s.first[0]
		return 1, nil
	}
	return 0, s.err
}

// good reports a connection that may carry a request. Whoever was heard on it
// closed it, or speaks unasked; what the system has already received counts,
// also where watch has not come to run.
func (s *spare) good(now time.Time) bool {
	select {
	case <-s.ended:
		return false
	default:
		return now.Sub(s.born) < spareLife && quiet(s.tcp)
	}
}

// take gives the ready connection to the one request that it will carry, or
// nil where there is none. The host may close it a moment later, with its word
// of it still on the way: then the request meets a closed connection, and its
// fate is as open as on any other.
func (h *held) take(now time.Time) net.Conn {
	s := h.swap(nil)
	if s == nil {
		return nil
	}
	close(s.left)
	if !s.good(now) || s.tcp.SetKeepAliveConfig(keepUsual) != nil {
		_ = s.Close()
		return nil
	}
	return s
}

func (h *held) swap(s *spare) (old *spare) {
	h.mu.Lock()
	defer h.mu.Unlock()
	old, h.spare = h.spare, s
	return old
}

// put makes s the ready connection in place of an older one.
func (h *held) put(s *spare) {
	if old := h.swap(s); old != nil {
		_ = old.Close()
	}
}

// standing reports whether a connection is ready.
func (h *held) standing(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.spare != nil && h.spare.good(now)
}

// hear passes on how far an exchange came.
func (h *held) hear(s order.Stage) {
	if heard := h.heard.Load(); heard != nil {
		(*heard)(s)
	}
}

// Hold keeps one connection to the host ready until ctx ends. It calls told
// with nil each time that one stands anew, about four times a minute, and with
// a *Problem each time that none stands and none can be made, about once a
// second; and heard with the stage of each exchange of the client, from the
// goroutine that makes it. Only one Hold runs at a time.
func (c *Client) Hold(ctx context.Context, told func(error), heard func(order.Stage)) {
	c.held.heard.Store(&heard)
	defer c.held.heard.Store(nil)
	defer c.held.put(nil)
	k := keeper{Client: c, patience: connectPatience, renew: spareRenew, tls: TLSTimeout}
	for ctx.Err() == nil {
		began := c.cfg.Clock.Now()
		err := k.hold(ctx, told)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			continue
		}
		if c.held.standing(c.cfg.Clock.Now()) {
			k.patience = shortPatience // it may be about to end too
		} else {
			k.patience = connectPatience
			told(c.trouble(reply{stage: order.NotConnected, err: err}))
		}
		select {
		case <-ctx.Done():
		case <-c.cfg.Clock.After(redialPause - c.cfg.Clock.Now().Sub(began)):
		}
	}
}

// keeper is what Hold learns of the line.
type keeper struct {
	*Client
	patience time.Duration // for the next connection
	renew    time.Duration // the age at which a connection is renewed
	tls      time.Duration // for the next handshake
}

// hold makes a connection ready and waits until another one is needed. An
// error says that it could not be made, or was closed at once.
func (k *keeper) hold(ctx context.Context, told func(error)) error {
	s, err := k.prepare(ctx)
	if err != nil {
		return err
	}
	k.held.put(s)
	if ctx.Err() != nil {
		return ctx.Err() // the caller drops it
	}
	renew := k.cfg.Clock.After(k.renew)
	told(nil)
	k.patience = connectPatience
	select {
	case <-ctx.Done():
	case <-s.left:
	case <-renew:
	case <-s.ended:
		age := k.cfg.Clock.Now().Sub(s.born)
		switch {
		case !closed(s.err):
			k.patience = shortPatience
		case age < redialPause:
			return s.err
		default:
			k.renew = min(k.renew, max(age*3/4, spareRenewLeast))
		}
	}
	return nil
}

// closed reports that the host ended a connection, by a word of its own and not
// by silence.
func closed(err error) bool {
	return err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// prepare makes a ready connection.
func (k *keeper) prepare(ctx context.Context) (*spare, error) {
	dialer := *k.dialer
	dialer.Timeout, dialer.KeepAliveConfig = k.patience, keepWatch
	conn, err := dialer.DialContext(ctx, "tcp", k.address)
	if err != nil {
		return nil, err
	}
	s := &spare{Conn: conn, tcp: conn.(*net.TCPConn), left: make(chan struct{}), ended: make(chan struct{})}
	if k.secure {
		began := k.cfg.Clock.Now()
		if s.Conn, err = k.shake(ctx, conn, k.tls); err != nil {
			return nil, err
		}
		k.tls = min(TLSTimeout, max(tlsPatience, 2*k.cfg.Clock.Now().Sub(began)))
	}
	s.born = k.cfg.Clock.Now()
	go s.watch()
	return s, nil
}

// shake makes TLS of a connection: certificate and pins are checked when it
// returns. It closes what it could not.
func (c *Client) shake(ctx context.Context, conn net.Conn, patience time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cfg := c.tls.Clone()
	if host, _, err := net.SplitHostPort(c.address); err == nil {
		cfg.ServerName = host
	}
	over := tls.Client(conn, cfg)
	if err := over.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return over, nil
}

// readyKey marks the context of a call that may take the ready connection.
type readyKey struct{}

// connect gives a call its connection: the ready one where it may take it, one
// of its own otherwise.
func (c *Client) connect(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if ctx.Value(readyKey{}) != nil {
		if conn := c.held.take(c.cfg.Clock.Now()); conn != nil {
			return conn, nil
		}
	}
	conn, err := c.dialer.DialContext(ctx, "tcp", c.address)
	if err != nil || !c.secure {
		return conn, err
	}
	return c.shake(ctx, conn, TLSTimeout)
}

// addressOf is host and port of the base address.
func addressOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
