package wallet

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"paydesk/terminal/clock"
)

const (
	dialTimeout = 5 * time.Second
	tlsTimeout  = 5 * time.Second

	// maxBody is the longest answer that is read, maxHeader its longest head.
	maxBody   = 1 << 20
	maxHeader = 64 << 10
	// maxWait is the longest pause that a provider can ask for.
	maxWait = time.Hour
)

// ClientConfig says which provider is spoken to.
type ClientConfig struct {
	// BaseURL stands in front of every path, such as "https://api.example.com/v1".
	BaseURL string
	// Hosts are others that may be asked by their full address, with GET alone:
	// "name", or "*.name" for all below it.
	Hosts []string
	// LoopbackOnly keeps training inside this machine: no other address is ever
	// dialled, whatever the name resolves to. Any host of this machine may be
	// asked then.
	LoopbackOnly bool
	// Clock is this computer's; nil is the real one.
	Clock clock.Clock
	// HTTP is how connections are made; nil: directly, by TLS 1.2 at least.
	HTTP *http.Transport
}

// Client speaks to one provider. It sends whatever is no GET once, follows no
// redirect, and tells how far it came. It is safe for many goroutines.
type Client struct {
	cfg  ClientConfig
	base *url.URL
	// reads uses its connections again, for the looks seconds apart, and looks
	// once more where such a one died. Anything else goes on a connection of its
	// own: one that was used before may die under a request and leave its fate
	// open.
	reads, moves http.RoundTripper

	mu    sync.Mutex
	ahead time.Duration // the provider's clock before ours
}

// Problem is a refusal in a sentence that says what to do. It holds no secret.
type Problem struct {
	Text string
	Err  error
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Text }

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

// What goes wrong between here and a provider.
var (
	ErrAddress     = &Problem{Text: "The provider's address cannot be used. Write it as https://name, or clear it to use the provider's own."}
	ErrPlain       = &Problem{Text: "The provider's address begins with http://, which would send its keys unprotected. Write https:// instead."}
	ErrTraining    = &Problem{Text: "Training mode connects to this computer only. Clear the provider's address in the settings, or leave training mode."}
	ErrCertificate = &Problem{Text: "The provider's certificate is not accepted. Check the date and time of this computer, and the network."}
	ErrNoWay       = &Problem{Text: "The provider cannot be reached. Check the internet connection of this computer."}
	ErrNoAnswer    = &Problem{Text: "The provider gave no whole answer. It is asked again; do not take the payment a second time."}
)

// Reply is the whole answer to one request, or how far the request came.
type Reply struct {
	// Sent: a connection was made, so the request may have arrived.
	Sent   bool
	Status int
	Header http.Header
	Body   []byte
	// Wait is how long the provider wants to be left alone; 0 says nothing.
	Wait time.Duration
	// At is the provider's clock when it answered; zero where it did not say.
	At time.Time
	// Err is set where no whole answer came. It is one of the errors above.
	Err error
}

// Class sorts the answers by what may be done about them.
type Class int

// The classes of answers.
const (
	// Lost: no whole answer came.
	Lost Class = iota
	// Done: 2xx.
	Done
	// Later: the provider is busy or broken, and may answer otherwise later.
	Later
	// Denied: the keys, or their rights, are not enough.
	Denied
	// Refused: any other answer of 4xx, which will not change.
	Refused
	// Odd: an answer that no provider of ours gives, as a redirect.
	Odd
)

// Class is the class of the answer.
func (r Reply) Class() Class {
	switch {
	case r.Err != nil:
		return Lost
	case r.Status/100 == 2:
		return Done
	case r.Status == http.StatusRequestTimeout, r.Status == http.StatusTooEarly, r.Status == http.StatusTooManyRequests, r.Status >= 500:
		return Later
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		return Denied
	case r.Status/100 == 4:
		return Refused
	}
	return Odd
}

// NewClient makes a client. It makes no connection.
func NewClient(cfg ClientConfig) (*Client, error) {
	u, err := url.Parse(strings.TrimRight(cfg.BaseURL, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ErrAddress // it is not repeated: somebody may have put a password in
	}
	if u.Scheme == "http" && !cfg.LoopbackOnly {
		return nil, ErrPlain
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	t := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if cfg.HTTP != nil {
		t = cfg.HTTP.Clone()
	}
	dialer := &net.Dialer{Timeout: dialTimeout}
	if cfg.LoopbackOnly {
		dialer.ControlContext = refuseRemote
		t.Proxy, t.DialTLSContext = nil, nil
	}
	t.DialContext, t.TLSHandshakeTimeout = dialer.DialContext, tlsTimeout
	t.MaxResponseHeaderBytes, t.IdleConnTimeout = maxHeader, time.Minute
	moves := t.Clone()
	moves.DisableKeepAlives = true
	return &Client{cfg: cfg, base: u, reads: t, moves: moves}, nil
}

// refuseRemote looks at the resolved address, so that a name cannot lead out.
func refuseRemote(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return ErrTraining
	}
	return nil
}

// address is where a path leads, or nil where that may not be asked.
func (c *Client) address(method, path string) *url.URL {
	u, err := url.Parse(path)
	if err != nil || u.User != nil {
		return nil
	}
	if !u.IsAbs() && u.Host == "" {
		u, err = url.Parse(c.base.String() + "/" + strings.TrimLeft(path, "/"))
		if err != nil || u.Host != c.base.Host {
			return nil
		}
		return u
	}
	if c.allowed(u, method) {
		return u
	}
	return nil
}

// allowed reports whether a full address may be asked.
func (c *Client) allowed(u *url.URL, method string) bool {
	if u.Scheme == c.base.Scheme && u.Host == c.base.Host {
		return true
	}
	if method != http.MethodGet {
		return false
	}
	if c.cfg.LoopbackOnly {
		return u.Scheme == "http" || u.Scheme == "https" // refuseRemote has the last word
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return false
	}
	name := strings.ToLower(u.Hostname())
	for _, h := range c.cfg.Hosts {
		if below, ok := strings.CutPrefix(h, "*"); name == h || ok && strings.HasSuffix(name, below) {
			return true
		}
	}
	return false
}

// Send makes one exchange, which ends by the context's deadline. The path stands
// behind the base address, or is a full address that may be asked; then the
// header must hold no secret of the provider's.
func (c *Client) Send(ctx context.Context, method, path string, header http.Header, body []byte) Reply {
	u := c.address(method, path)
	if u == nil {
		return Reply{Err: ErrAddress}
	}
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return Reply{Err: ErrAddress}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", "Paydesk")
	via := c.reads
	if method != http.MethodGet {
		via = c.moves
		req.GetBody = nil // so that nobody sends it twice
	}
	res, err := via.RoundTrip(req)
	if err != nil {
		return Reply{Sent: connected.Load(), Err: cause(err, connected.Load())}
	}
	defer res.Body.Close()
	r := Reply{Sent: true, Status: res.StatusCode, Header: res.Header, At: c.note(res.Header.Get("Date"))}
	r.Wait = c.wait(res.Header.Get("Retry-After"))
	if res.StatusCode == http.StatusSwitchingProtocols {
		r.Err = ErrNoAnswer // what follows is no HTTP, and reading it would heed no deadline
		return r
	}
	r.Body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil || len(r.Body) > maxBody {
		r.Body, r.Err = nil, ErrNoAnswer
	}
	return r
}

// cause is what a failed exchange is called. The transport's own words quote
// addresses and what the host sent, and are dropped.
func cause(err error, sent bool) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.Is(err, ErrTraining):
		return ErrTraining
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return ErrCertificate
	case sent:
		return ErrNoAnswer
	}
	return ErrNoWay
}

// note takes up the provider's clock.
func (c *Client) note(date string) time.Time {
	at, err := http.ParseTime(date)
	if err != nil {
		return time.Time{}
	}
	now := c.cfg.Clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = at.Sub(now).Round(time.Second)
	return at
}

// wait reads a Retry-After: seconds, or a date of the provider's clock (RFC
// 9110, 10.2.3).
func (c *Client) wait(text string) time.Duration {
	pause := time.Duration(0)
	if n, err := strconv.Atoi(text); err == nil {
		pause = time.Duration(min(max(n, 0), int(maxWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		pause = at.Sub(c.Now())
	}
	return min(max(pause, 0), maxWait)
}

// Skew is how far the provider's clock is ahead of this computer's, by the
// newest answer, to a second or two; 0 before the first.
func (c *Client) Skew() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// Now is the provider's time.
func (c *Client) Now() time.Time { return c.cfg.Clock.Now().Add(c.Skew()) }
