// Package xero posts what a day came to into a shop's books at Xero, by its
// Accounting API 2.0, and looks up what it posted. It decides nothing about a
// posting: it tells what Xero said (order.PostAnswer).
package xero

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Xero's own addresses.
const (
	DefaultBase  = "https://api.xero.com/api.xro/2.0"
	DefaultLogin = "https://identity.xero.com"
)

// scopes are what the terminal asks to be allowed: applications since March 2026
// have granular ones only.
var scopes = map[string]string{
	"granular": "accounting.invoices accounting.payments accounting.banktransactions accounting.contacts accounting.settings.read",
	"broad":    "accounting.transactions accounting.contacts accounting.settings.read",
}

const (
	// callTime bounds one exchange.
	callTime = 30 * time.Second
	// tokenSpare is how long before its end a token is renewed.
	tokenSpare = time.Minute
)

// Config says whose books are kept. Nothing of it is ever logged.
type Config struct {
	ClientID string
	// Tenant is the organisation; empty where the connection has one alone.
	Tenant string
	Scopes string // granular or broad
	// BaseURL and LoginURL are Xero's own where they are empty.
	BaseURL, LoginURL string
	LoopbackOnly      bool
	// Standard: a person signed in (SignIn), and nothing else is a secret but the
	// refresh token, which is another one each time: Kept gives the newest, Keep
	// makes it durable. Otherwise Secret is the client's.
	Standard bool
	Kept     func() (string, error)
	Keep     func(refresh string) error
	Secret   func() (string, error)
	// Listen is where the browser comes back to; "" is that of Redirect.
	Listen string
	Clock  clock.Clock
}

// Client posts into the books of one organisation. Its token is in memory alone. It
// is safe for many goroutines.
type Client struct {
	cfg        Config
	api, login *wallet.Client

	mu    sync.Mutex
	token string
	until time.Time
}

// What goes wrong before Xero says anything about an entry.
var (
	ErrNoClient  = &wallet.Problem{Text: "Write the client id that Xero shows beside the client secret into the settings."}
	ErrNoSecret  = &wallet.Problem{Text: "Enter the client secret that Xero shows beside the client id."}
	ErrSignIn    = &wallet.Problem{Text: "Xero does not take the client id and its secret. Copy both again from the application at Xero."}
	ErrScope     = &wallet.Problem{Text: "Xero does not know the permissions that were asked for. Change the setting xero.scopes: granular for applications since March 2026, broad for older ones."}
	ErrForbidden = &wallet.Problem{Text: "Xero does not allow this to the application. Connect it with the organisation at Xero, with the permissions of the setting xero.scopes."}
	ErrBusy      = &wallet.Problem{Text: "Xero asks to be left alone for a while. It is tried again by itself."}
	ErrNoAnswer  = &wallet.Problem{Text: "Xero gave no whole answer. It is looked up by itself; do not enter it by hand."}
	ErrNoWay     = &wallet.Problem{Text: "Xero cannot be reached. Check the internet connection of this computer; it is tried again by itself."}
	ErrOdd       = &wallet.Problem{Text: "Something answers that is not Xero. Check the addresses in the settings, and the network."}
)

// New makes a client. It makes no connection.
func New(cfg Config) (*Client, error) {
	if cfg.ClientID == "" {
		return nil, ErrNoClient
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBase
	}
	if cfg.LoginURL == "" {
		cfg.LoginURL = DefaultLogin
	}
	c := &Client{cfg: cfg}
	var err error
	if c.api, err = wallet.NewClient(wallet.ClientConfig{BaseURL: cfg.BaseURL, LoopbackOnly: cfg.LoopbackOnly, Clock: cfg.Clock}); err != nil {
		return nil, err
	}
	c.login, err = wallet.NewClient(wallet.ClientConfig{BaseURL: cfg.LoginURL, LoopbackOnly: cfg.LoopbackOnly, Clock: cfg.Clock})
	return c, err
}

// bearer is a token that counts now, or how far the way to one came.
func (c *Client) bearer(ctx context.Context) (string, order.PostAnswer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != "" && c.cfg.Clock.Now().Before(c.until) {
		return c.token, order.PostAnswer{}, nil
	}
	var a order.PostAnswer
	var err error
	if c.cfg.Standard {
		a, err = c.renew(ctx)
	} else {
		a, err = c.present(ctx)
	}
	return c.token, a, err
}

// present asks for a token with the client's own id and secret. The lock is held.
func (c *Client) present(ctx context.Context) (order.PostAnswer, error) {
	secret, err := c.cfg.Secret()
	if err != nil || secret == "" {
		return refused(ErrNoSecret), ErrNoSecret
	}
	head := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(c.cfg.ClientID+":"+secret))}}
	return c.fetch(ctx, head, url.Values{"grant_type": {"client_credentials"}, "scope": {scopes[c.cfg.Scopes]}})
}

// fetch gets a token, and keeps what the next one is asked for with. The lock is
// held.
func (c *Client) fetch(ctx context.Context, head http.Header, form url.Values) (order.PostAnswer, error) {
	if head == nil {
		head = http.Header{}
	}
	head.Set("Content-Type", "application/x-www-form-urlencoded")
	head.Set("Accept", "application/json")
	c.token = ""
	r := c.login.Send(ctx, http.MethodPost, "connect/token", head, []byte(form.Encode()))
	var t struct {
		Token   string      `json:"access_token"`
		Refresh string      `json:"refresh_token"`
		Seconds json.Number `json:"expires_in"`
		Error   string      `json:"error"`
	}
	broken := json.Unmarshal(r.Body, &t)
	switch class := r.Class(); {
	case class == wallet.Lost, class == wallet.Later:
		a := notNow(r)
		return a, &wallet.Problem{Text: a.Message}
	case t.Error == "invalid_scope":
		return refused(ErrScope), ErrScope
	case t.Error == "invalid_grant":
		return refused(ErrSignedOut), ErrSignedOut
	case class == wallet.Denied, class == wallet.Refused:
		return refused(ErrSignIn), ErrSignIn
	}
	seconds, err := t.Seconds.Int64()
	if broken != nil || err != nil || t.Token == "" || r.Class() != wallet.Done {
		return order.PostAnswer{Is: order.PostNotNow, Message: ErrOdd.Error()}, ErrOdd
	}
	if c.cfg.Standard {
		if err := c.cfg.Keep(t.Refresh); err != nil {
			return refused(ErrSignedOut), err
		}
	}
	life := time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	c.token, c.until = t.Token, c.cfg.Clock.Now().Add(life-tokenSpare)
	return order.PostAnswer{}, nil
}

// drop forgets a token that was refused.
func (c *Client) drop(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == token {
		c.token = ""
	}
}

// call makes one exchange. sent is false where the request did not leave; then a
// and err say why. A token that is refused is renewed once.
func (c *Client) call(ctx context.Context, method, path, key string, body []byte) (r wallet.Reply, a order.PostAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	for renewed := false; ; renewed = true {
		token, a, err := c.bearer(ctx)
		if err != nil {
			return r, a, err
		}
		head := http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/json"}}
		if c.cfg.Tenant != "" {
			head.Set("Xero-Tenant-Id", c.cfg.Tenant)
		}
		if body != nil {
			head.Set("Content-Type", "application/json")
			head.Set("Idempotency-Key", key)
		}
		r = c.api.Send(ctx, method, path, head, body)
		if r.Status != http.StatusUnauthorized || renewed {
			return r, a, nil
		}
		c.drop(token)
	}
}

func refused(err error) order.PostAnswer {
	return order.PostAnswer{Is: order.PostRefused, Message: err.Error()}
}

// notNow is what a request that had no effect came to.
func notNow(r wallet.Reply) order.PostAnswer {
	a := order.PostAnswer{Is: order.PostNotNow, Wait: r.Wait, Message: ErrBusy.Error()}
	if r.Err != nil {
		a.Message = lost(r).Error()
	}
	return a
}

// lost is why no whole answer came.
func lost(r wallet.Reply) error {
	switch {
	case errors.Is(r.Err, wallet.ErrTraining), errors.Is(r.Err, wallet.ErrCertificate):
		return r.Err
	case !r.Sent:
		return ErrNoWay
	}
	return ErrNoAnswer
}
