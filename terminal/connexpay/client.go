// Package connexpay is the client of the ConnexPay sales API. It sends what it
// is told, and returns what came back as evidence: it knows no orders and
// judges nothing. Section names in comments are those of the API document.
package connexpay

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The times of the connection policy.
const (
	DialTimeout    = 5 * time.Second
	TLSTimeout     = 5 * time.Second
	SaleTimeout    = 45 * time.Second
	QueryTimeout   = 10 * time.Second
	ReverseTimeout = 30 * time.Second
	BatchTimeout   = 60 * time.Second

	// maxBody is the longest answer that is read; maxList that of a list,
	// which is decoded row by row, so that its length costs time only.
	maxBody   = 1 << 20
	maxList   = 256 << 20
	maxHeader = 64 << 10
)

// Config says which host is spoken to and as whom.
type Config struct {
	// BaseURL is the address in front of "/api/v1", such as
	// "https://salesapi.connexpay.com".
	BaseURL  string
	Username string
	// Password is asked for whenever a token is fetched, and not kept.
	Password func() (string, error)
	// MerchantGUID allows look-ups by order number; without it sales are
	// looked for in the account's list.
	MerchantGUID string
	// Currency is the account's. The API has no field for it.
	Currency money.Currency
	// LoopbackOnly keeps training inside this machine: no other address is
	// ever dialled, whatever the name resolves to.
	LoopbackOnly bool
	// SaleTimeout overrides the constant; zero keeps it.
	SaleTimeout time.Duration
	// Pins are the public keys that a host over TLS may prove itself with,
	// each "sha256/" and the base64 of the SHA-256 of a key (RFC 7469, 2.4),
	// of its own certificate or of one that vouches for it. Without any, the
	// certificate alone counts.
	Pins []string
	// PurchasesURL is the address of the calls that make supplier cards, where
	// it is not BaseURL.
	PurchasesURL string
	// Offer is what the account was found to be able to do, until Use says
	// otherwise.
	Offer order.Offer
	Clock clock.Clock
}

// Client speaks to one host with one account. It is safe for many goroutines.
type Client struct {
	cfg   Config
	base  string
	http  *http.Client
	token tokens
	// address is host and port; secure says that TLS is spoken there, by tls.
	address string
	secure  bool
	tls     *tls.Config
	dialer  *net.Dialer
	held    held
	used    atomic.Pointer[order.Offer]
	// purchases is the client of the other host, which gives out tokens of its
	// own; it is this one where there is no other.
	purchases *Client
	skew      skew
}

// Problem is a refusal in a sentence that says what to do.
type Problem struct {
	Text string
	Err  error
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Text }

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

// New makes a client. It makes no connection.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		// The address is not repeated: somebody may have put a password in.
		return nil, &Problem{"The host address cannot be used. Write it as https://name, as the payment service gave it.", nil}
	}
	if u.Scheme == "http" && !cfg.LoopbackOnly {
		return nil, &Problem{"The host address begins with http://, which would send card numbers unprotected. Write https:// instead.", nil}
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.SaleTimeout == 0 {
		cfg.SaleTimeout = SaleTimeout
	}
	pins, err := parsePins(cfg.Pins)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: DialTimeout}
	if cfg.LoopbackOnly {
		dialer.ControlContext = refuseRemote
	}
	c := &Client{cfg: cfg, base: strings.TrimRight(u.String(), "/") + "/api/v1/",
		address: addressOf(u), secure: u.Scheme == "https", dialer: dialer,
		tls: &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: pins.verify}}
	c.http = &http.Client{
		Transport: wire{c.connect},
		// A redirect would carry the card elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.purchases = c
	if cfg.PurchasesURL != "" {
		cfg.BaseURL, cfg.PurchasesURL = cfg.PurchasesURL, ""
		if c.purchases, err = New(cfg); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// errRemote: training tried to leave the machine.
var errRemote = &Problem{"Training mode connects to this computer only. Clear host.base_url in the settings, or leave training mode.", nil}

// refuseRemote looks at the resolved address, so that a name cannot lead out.
func refuseRemote(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return errRemote
	}
	return nil
}

// reply is the whole answer to one call, or how far the call came.
type reply struct {
	stage  order.Stage
	status int
	kind   string // media type
	body   []byte
	err    error
}

// json reports an answer that says of itself that it is JSON.
func (r reply) json() bool { return r.stage == order.Answered && r.kind == "application/json" }

// ok reports a 2xx answer in JSON.
func (r reply) ok() bool { return r.json() && r.status >= 200 && r.status < 300 }

// lost is the reply of a call whose answer did not come. Errors of the
// transport quote what the host sent, so their text is scrubbed.
func lost(err error) reply {
	return reply{stage: order.NoAnswer, err: errors.New(scrub(err.Error()))}
}

// call is one request.
type call struct {
	method, path, contentType string
	body                      []byte
	timeout                   time.Duration
	// bearer is the token, or "" for the calls that need none.
	bearer string
	// ready says that the call moves money while somebody waits for it: it
	// takes the connection that is held ready, and leaves none to the others.
	ready bool
	// stream takes the body of a 2xx answer instead of reply.body, csv that of
	// one in text/csv.
	stream func(io.Reader) error
	csv    func(io.Reader) error
}

// bodyReader gives a request body to the transport. Once stopped it touches the
// bytes no more, whoever still reads, so that their owner can overwrite them.
type bodyReader struct {
	mu   sync.Mutex
	data []byte
}

func (b *bodyReader) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func (b *bodyReader) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.data = nil
}

// do makes one exchange: no retry, no redirect. Whether a connection was
// obtained is told by the trace, since an error alone does not say whether
// bytes were sent.
func (c *Client) do(ctx context.Context, k call) reply {
	r := c.transfer(ctx, k)
	c.held.hear(r.stage)
	return r
}

func (c *Client) transfer(ctx context.Context, k call) reply {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	if k.ready {
		ctx = context.WithValue(ctx, readyKey{}, true)
	}
	body := &bodyReader{data: k.body}
	defer body.stop()
	req, err := http.NewRequestWithContext(ctx, k.method, c.base+k.path, body)
	if err != nil {
		return reply{stage: order.NotConnected, err: err}
	}
	if req.ContentLength = int64(len(k.body)); len(k.body) == 0 {
		req.Body = http.NoBody
	}
	if k.contentType != "" {
		req.Header.Set("Content-Type", k.contentType)
	}
	if k.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+k.bearer)
	}
	accept := "application/json"
	if k.csv != nil {
		accept = "text/csv, " + accept
	}
	req.Header.Set("Accept", accept)
	res, err := c.http.Do(req)
	if err != nil {
		if !connected.Load() {
			return reply{stage: order.NotConnected, err: err}
		}
		return lost(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusSwitchingProtocols {
		// What follows is no HTTP, and reading it would heed no deadline.
		return lost(errUnreadable)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	r := reply{stage: order.Answered, status: res.StatusCode, kind: kind}
	if r.json() { // a sign-in page of the network tells another's time
		c.skew.note(res.Header.Get("Date"), c.cfg.Clock.Now())
	}
	read := k.stream
	if kind == "text/csv" {
		read = k.csv
	}
	if read != nil && r.status/100 == 2 && (r.json() || kind == "text/csv") {
		r.err = read(io.LimitReader(res.Body, maxList))
		return r
	}
	r.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil {
		return lost(err)
	}
	if len(r.body) > maxBody {
		r.kind, r.body = "", nil
	}
	return r
}

// authorized makes a call with a token. A 401 in the service's own form says
// that the call was not processed: the token is renewed and the same call made
// once more. Any other 401 may be somebody else's, and is handed back.
func (c *Client) authorized(ctx context.Context, k call) reply {
	token, fresh, refused := c.token.get(ctx, c)
	if token == "" {
		return refused
	}
	k.bearer = token
	r := c.do(ctx, k)
	if r.status != http.StatusUnauthorized {
		return r
	}
	c.token.drop(token)
	if fresh || !r.json() {
		return r
	}
	if k.bearer, _, _ = c.token.get(ctx, c); k.bearer == "" {
		return r
	}
	return c.do(ctx, k)
}
